"""What befalls people on lists without taking them off, demand that access makes, lists worked down, and what lasts."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import clinic, delay, group, lived, people, rule, way, world

import sim
from sim.analysis.indicators.access import days_to
from sim.analysis.reading.frames import events_table
from sim.analysis.reading.reading import Reading
from sim.domain.faults import ScenarioError
from sim.domain.words import FACTS, NEEDS
from sim.engine.waiting_list import Fifo

CLOSED = dict(slots=0.001)
HALF_YEAR = 182


def about(n: int, share: float, sigmas: float = 4.5):
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5)


def place(services: dict, patients, days=200, entry=None, demand=None, **pathway):
    sections = {"demand": demand} if demand else {}
    return lived(
        world(
            services,
            days,
            pathway={"services": services, "entry": entry or way(next(iter(services))), **pathway},
            **sections,
        ),
        patients,
    )


# --- asking the GP again ----------------------------------------------------------------------------------


def asking(per_month: float) -> dict:
    return {"while_waiting": {"gp_contact": {"per_month_waited": per_month, "service": "gp"}}}


def test_people_ask_the_gp_again_at_their_rate_and_stay_where_they_are():
    services = {"physio": clinic(**CLOSED, recontacts_gp=True), "gp": clinic(1000, setting="primary", clinician="gp")}
    run = place(services, people([0] * 2000), days=100, **asking(0.5))
    asked = run.of("attended", "gp", "side_contact")
    # Counted in time waited: 99 days of waiting at 0.5 a month.
    assert len(asked) == pytest.approx(2000 * 0.5 * 99 / 30.4375, rel=0.06)
    assert Counter(e.what for e in run.events) == {"presented": 2000, "listed": 2000, "attended": len(asked)}
    a_person = Counter(e.who for e in asked)
    counts = np.array([a_person[who] for who in range(1, 2001)])
    assert counts.var() == pytest.approx(counts.mean(), rel=0.12)  # each by chance, independently


def test_off_when_zero_and_off_on_lists_that_do_not_say_so():
    for rate, flag in ((0.0, True), (0.5, False)):
        services = {
            "physio": clinic(**CLOSED, recontacts_gp=flag),
            "gp": clinic(1000, setting="primary", clinician="gp"),
            "nobody": clinic(1, recontacts_gp=True),
        }
        assert not place(services, people([0] * 200), days=60, **asking(rate)).of("attended", "gp")


def test_side_contacts_take_slots_that_others_would_have_had():
    services = {
        "gp": clinic(2, to={"physio": 0.5, "resolved": 0.5}, setting="primary", clinician="gp"),
        "physio": clinic(**CLOSED, recontacts_gp=True),
    }
    days = np.repeat(np.arange(120), 2).tolist()
    alone, busy = place(services, people(days), 120, **asking(0.0)), place(services, people(days), 120, **asking(1.0))
    aside = len(busy.of("attended", "gp", "side_contact"))
    seen = [len(run.of("attended", "gp", "new")) for run in (alone, busy)]
    assert aside > 20 and seen[1] <= seen[0] - aside + 5
    table = busy.record.clinics["gp"]
    assert (table[:, 2] <= table[:, 1]).all() and table[:, 2].sum() == seen[1] + aside


def test_who_has_left_the_list_does_not_come_any_more():
    # The GP is closed until Monday; whoever was seen by then has nothing to ask.
    services = {
        "physio": clinic(1000, earliest_notice_days=3, recontacts_gp=True),
        "gp": clinic(1000, setting="primary", clinician="gp", open_days=["mon"]),
    }
    run = place(services, people([1] * 300), days=20, **asking(8.0))
    assert not run.of("attended", "gp")


def test_the_gp_that_is_asked_must_be_a_clinic():
    services = {"physio": clinic(1, recontacts_gp=True)}
    with pytest.raises(ScenarioError, match=r"gp_contact\.service"):
        sim.from_dict(world(services, pathway={"services": services, "entry": way("physio"), **asking(0.2)}))


def test_nobody_asks_the_gp_for_whom_they_wait():
    # They would have the visit that they wait for and one that answers them, on one day.
    services = {"gp": clinic(1, recontacts_gp=True), "physio": clinic(1, recontacts_gp=True)}
    with pytest.raises(ScenarioError) as found:
        sim.from_dict(world(services, pathway={"services": services, "entry": way("gp"), **asking(0.2)}))
    assert [str(one) for one in found.value.faults] == [
        "pathway.while_waiting.gp_contact.service: people who wait at 'gp' would ask there, as it has "
        "recontacts_gp: true; recontacts_gp: false there, or another clinic"
    ]


# --- a need that rises ------------------------------------------------------------------------------------

TO = {"physiotherapy": "specialist", "specialist": "surgery"}


def worsening(share, to=TO) -> dict:
    shares = share if isinstance(share, dict) else {"acute": share, "long_term": share}
    return {"while_waiting": {"worsening": {"share_within_26_weeks": shares, "to": to}}}


def risen(run) -> dict[int, int]:
    return {e.who: e.day for e in run.of("moved") if e.detail.startswith("worsened_to_")}


def test_needs_rise_at_their_rate_once_an_episode_and_by_one_step():
    run = place(
        {"physio": clinic(**CLOSED, worsens=True)}, people([0] * 4000, need="physiotherapy"), days=400, **worsening(0.3)
    )
    days = risen(run)
    assert sum(day <= HALF_YEAR for day in days.values()) == about(4000, 0.3)
    assert len(days) == len([e for e in run.of("moved")])  # nobody rises twice
    assert {e.detail for e in run.of("moved")} == {"worsened_to_specialist"}
    assert not run.of("removed") and len(run.of("listed")) == 4000


def test_by_onset_only_for_needs_named_and_off_when_zero_or_not_flagged():
    n = 1500
    patients = people(
        [0] * (3 * n),
        onset=["acute", "long_term", "long_term"] * n,
        need=["physiotherapy", "physiotherapy", "surgery"] * n,
    )
    run = place(
        {"physio": clinic(**CLOSED, worsens=True)}, patients, days=184, **worsening({"acute": 0.1, "long_term": 0.4})
    )
    kinds = Counter((who - 1) % 3 for who, day in risen(run).items() if day <= HALF_YEAR)
    assert kinds == {0: about(n, 0.1), 1: about(n, 0.4)}
    for flag, share in ((True, 0.0), (False, 0.5)):
        assert not risen(
            place(
                {"physio": clinic(**CLOSED, worsens=flag), "nobody": clinic(1, worsens=True)},
                patients,
                **worsening(share),
            )
        )


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (asking(0.5), "per_month_waited: happens on no list"),
        (worsening(0.5), "worsening: happens on no list"),
        (worsening(0.5, to={}), "no need rises"),
        (worsening(0.5, to={"surgery": "physiotherapy"}), "does not rise to physiotherapy"),
    ],
)
def test_what_could_never_happen_is_refused(waiting, said):
    services = {"physio": clinic(1), "gp": clinic(1, setting="primary", clinician="gp")}
    with pytest.raises(ScenarioError, match=said):
        sim.from_dict(world(services, pathway={"services": services, "entry": way("physio"), **waiting}))


def test_a_shorter_wait_lets_fewer_needs_rise():
    def worse(slots):
        days = np.repeat(np.arange(200), 5).tolist()
        return len(
            risen(
                place(
                    {"physio": clinic(slots, worsens=True)}, people(days, need="physiotherapy"), 200, **worsening(0.5)
                )
            )
        )

    assert worse(5) == 0 and 0 < worse(4) < worse(2)


def test_rules_and_classes_and_tests_follow_the_need_as_it_is_now():
    services = {
        "physio": clinic(
            1000, worsens=True, earliest_notice_days=180, routes=way(hospital=rule("surgeon", {"need": "specialist"}))
        ),
        "surgeon": clinic(
            1000, priority={"soon": {"when": {"need": "specialist"}}, "later": {"earliest_notice_days": 10}}
        ),
    }
    run = place(services, people([0] * 600, need="physiotherapy"), 200, **worsening(0.5))
    rose = set(risen(run))
    assert 0 < len(rose) < 600 and {e.who for e in run.of("listed", "surgeon")} == rose
    assert set(run.seen("surgeon").values()) == {181}  # in the class without notice


def test_who_needs_more_now_is_no_longer_one_who_recovers():
    services = {"physio": clinic(**CLOSED, worsens=True, recovers=True)}
    recovery = {"recovery": {"share_within_6_weeks": {"acute": 0.2, "long_term": 0.2}, "needs": ["physiotherapy"]}}
    both = worsening(0.9)["while_waiting"] | recovery
    run = place(services, people([0] * 2000, need="physiotherapy"), 300, while_waiting=both)
    rose, gone = risen(run), {e.who: e.day for e in run.of("removed")}
    assert rose and gone and not [who for who in rose if who in gone and gone[who] > rose[who]]
    # Two latent times that race: in all, as many recover as the rates say.
    recovers, worsens = -np.log(0.8) / 42, -np.log(0.1) / HALF_YEAR
    total = recovers + worsens
    assert len(gone) == about(2000, recovers / total * (1 - np.exp(-total * 299)), 5)


def test_definitive_care_is_care_for_the_need_that_the_person_has_by_then():
    services = {
        "physio": clinic(1000, to="surgeon", worsens=True, care="physiotherapy", earliest_notice_days=100),
        "surgeon": clinic(1000, care="specialist"),
    }
    run = place(services, people([0] * 400, need="physiotherapy"), 130, **worsening(0.5))
    days, reached = days_to(Reading(run.record, run.scenario), "definitive_care")
    rose = {who - 1 for who in risen(run)}
    assert reached.all() and rose
    assert {int(days[i]) for i in rose} == {101} and {int(days[i]) for i in range(400) if i not in rose} == {100}
    # The patients belong to every scenario: what rose here is not written on them.
    assert (run.record.patients.facts["need"] == NEEDS.index("physiotherapy")).all()


def test_the_clock_and_the_list_do_not_take_a_risen_need_for_a_move():
    services = {"clinic": clinic(1000, rtt="clock", setting="hospital", worsens=True, earliest_notice_days=150)}
    run = place(services, people([0] * 300, need="physiotherapy"), 160, **worsening(0.9))
    reading = Reading(run.record, run.scenario)
    rows, since, left = reading.stays[0]
    assert risen(run) and len(rows) == 300 and set(left.tolist()) == {150} and set(since.tolist()) == {0}


# --- demand that access makes -----------------------------------------------------------------------------


def pool(rate: float, tolerated=4.0) -> dict:
    return {"induced": {"per_1000_a_year": rate, "tolerated_wait_weeks": tolerated}, "arrivals": "fixed"}


def open_world(slots, rate=365.25, days=300, tolerated=4.0, a_day=10.0):
    services = {"physio": clinic(slots)}
    config = world(
        services,
        days,
        a_day=a_day,
        pathway={"services": services, "entry": way("physio"), "access_is_wait_at": "physio"},
    )
    config["demand"] |= pool(rate * a_day, tolerated)
    return config


def test_demand_rises_when_access_eases_and_stays_out_of_pairs():
    easy, hard = (sim.from_dict(open_world(slots) | {"name": str(slots)}) for slots in (40, 9))
    came = {}
    for scenario in (easy, hard):
        outcome = sim.simulate(scenario)
        sources = outcome.patients["source"].value_counts()
        came[scenario.name] = sources["induced"]
        assert sources["presented"] == 10 * 300
        told = outcome.events.query("event == 'presented' and detail == 'induced'")
        assert len(told) == sources["induced"] and told["patient_id"].is_unique
    assert came["40"] == pytest.approx(10 * 300, rel=0.02)  # no wait: the whole pool
    assert came["9"] < 0.7 * came["40"]
    comparison = sim.compare(easy, hard, replications=1)
    assert len(comparison.pairs) == 10 * 300 and comparison.pairs["patient_id"].max() < 400_000_000


def test_the_share_of_the_pool_that_comes_is_what_their_patience_says():
    # Nobody is ever seen, so the wait that people hear of is that of the list at the start: 8 weeks.
    services = {"physio": clinic(0)}
    start = {
        "kind": "lists",
        "lists": {
            "old": {
                "unit": "weeks",
                "waiting": {"8": 50},
                "open_band": 0,
                "places": {"here": {"service": "physio", "share": 1.0, "needs": {"physiotherapy": 1.0}}},
            }
        },
    }
    config = world(
        services,
        400,
        a_day=10,
        start=start,
        pathway={"services": services, "entry": way("physio"), "access_is_wait_at": "physio"},
    )
    config["demand"] |= pool(3652.5, tolerated=8.0)
    patients = sim.simulate(sim.from_dict(config)).patients
    assert (patients["source"] == "induced").sum() == about(4000, np.exp(-1))


def test_no_pool_no_change_and_everybody_else_keeps_their_luck():
    with_pool, without = (sim.simulate(sim.from_dict(open_world(40, rate))) for rate in (365.25, 0.0))
    assert not (without.patients["source"] == "induced").any()
    own = [outcome.patients.query("source == 'presented'").reset_index(drop=True) for outcome in (with_pool, without)]
    assert own[0].equals(own[1])


def test_the_wait_that_people_hear_of_must_be_named():
    config = open_world(4)
    del config["pathway"]["access_is_wait_at"]
    with pytest.raises(ScenarioError, match="access_is_wait_at"):
        sim.from_dict(config)


# --- prevention -------------------------------------------------------------------------------------------


def test_prevention_spares_more_each_year_up_to_its_most():
    services = {"gp": clinic(10_000)}

    def came(prevention):
        pathway = {"services": services, "entry": way("gp"), "prevention": prevention}
        outcome = sim.simulate(sim.from_dict(world(services, 1461, a_day=20, pathway=pathway)))
        return np.bincount(outcome.patients["presented_day"] * 4 // 1461, minlength=4)

    everybody, spared = came({}), came({"share_per_year": 0.1, "at_most": 0.25})
    share = 1 - spared / everybody
    # Mean of the line 0.1 t over each year; 0.25 is reached half way through the third.
    assert share == pytest.approx([0.05, 0.15, 0.2375, 0.25], abs=0.018)
    assert (came({"share_per_year": 0.0, "at_most": 0.25}) == everybody).all()


def test_who_is_spared_stays_out_of_pairs_and_rates_and_the_others_are_unchanged():
    services = {"gp": clinic(10_000, care="self_management")}
    plain = world(services, 365, a_day=20)
    healthy = plain | {
        "name": "healthy",
        "pathway": plain["pathway"] | {"prevention": {"share_per_year": 1.0, "at_most": 0.5}},
    }
    comparison = sim.compare(sim.from_dict(healthy), sim.from_dict(plain), replications=1)
    assert len(comparison.pairs) == pytest.approx(365 * 20 * 0.625, rel=0.03)
    days = sim.simulate(sim.from_dict(healthy)).events.query("event == 'presented'")
    assert len(days) == len(comparison.pairs)


# --- a list worked down, and places that are kept ----------------------------------------------------------


def backlog(slots=2, wait=4.0, to=None, **taken):
    services = {
        "clinic": clinic(1, setting="hospital", rtt="clock"),
        "review": clinic(
            slots,
            takes_from={"service": "clinic", "waited_over_weeks": wait, **taken},
            keeps_place=True,
            rtt="provisional",
            routes=way(to or "clinic"),
        ),
    }
    days = np.repeat(np.arange(60), 2).tolist()
    patients = people(days, need=["surgery" if i % 3 == 0 else "physiotherapy" for i in range(len(days))])
    return lived(world(services, 150, pathway={"services": services, "entry": way("clinic")}), patients)


def test_a_clinic_with_free_slots_calls_those_who_waited_long_once_each_and_longest_first():
    run = backlog()
    called = run.of("moved", "clinic", "called_for_review")
    assert called and len({e.who for e in called}) == len(called)
    assert all(e.day - (e.who - 1) // 2 >= 28 for e in called)
    order = [e.who for e in sorted(run.of("attended", "review"), key=lambda e: e.day)]
    assert order == sorted(order) and max(Counter(e.day for e in run.of("attended", "review")).values()) == 2


def test_a_clinic_of_less_than_a_slot_a_day_works_the_list_down_as_its_time_adds_up():
    called = backlog(slots=0.4).of("attended", "review")
    # Somebody has waited four weeks from day 56 on, and the list is empty by day 119 at the latest: 0.4 a day.
    assert (
        len(called) == pytest.approx(0.4 * (max(e.day for e in called) - 56), abs=2)
        and max(Counter(e.day for e in called).values()) == 1
    )


def test_sent_back_they_regain_their_place_and_their_wait_counts_from_the_first_day():
    run, alone = backlog(), backlog(wait=1000.0)
    seen, told = run.seen("clinic"), alone.seen("clinic")
    assert run.of("listed", "clinic", "referred") and not alone.of("moved", "clinic", "called_for_review")
    # Everybody comes back to where they stood: the order of first visits stays that of joining,
    # but for the day or two away.
    first = [who for who, _ in sorted(seen.items(), key=lambda item: item[1])]
    assert np.abs(np.array(first) - np.sort(first)).max() <= 6
    assert len(seen) == pytest.approx(len(told), abs=1)
    events = events_table(run.record)
    back = events.query("event == 'attended' and service == 'clinic'").merge(
        events.query("event == 'presented'"), on="patient_id"
    )
    assert (back["since_x"] == back["day_y"]).all()


def test_only_whom_it_asks_for_and_who_is_settled_frees_the_list():
    run = backlog(when={"need": "physiotherapy"}, to="resolved")
    called = {e.who for e in run.of("moved", "clinic", "called_for_review")}
    assert called and all((who - 1) % 3 for who in called)
    assert max(run.seen("clinic").values()) < max(backlog(wait=1000.0).seen("clinic").values()) - 25


def test_the_lists_of_a_kept_place_are_counted_by_the_days_that_people_stood_on_them():
    run = backlog()
    reading = Reading(run.record, run.scenario)
    for code, name in enumerate(run.record.services):
        table = run.record.clinics[name]
        joined, left = reading.joined[code], reading.stays[code][2]
        told = [int(((joined <= day) & (left > day)).sum()) for day in table[:, 0].tolist()]
        assert told == table[:, 4].tolist(), name


def test_a_class_on_the_way_keeps_the_place_on_the_list_that_follows():
    services = {
        "listed": clinic(1000, to={"prepare": 0.5, "theatre": 0.5}),
        "prepare": delay(20, "theatre", keeps_place=True),
        "theatre": clinic(1),
    }
    days = np.repeat(np.arange(30), 3).tolist()
    run = lived(world(services, 200, pathway={"services": services, "entry": way("listed")}), people(days))
    waited = {e.who for e in run.of("listed", "prepare")}
    late = sorted(who for who in waited if run.seen("theatre")[who] > 21 + (who - 1) // 3)
    order = [who for who, _ in sorted(run.seen("theatre").items(), key=lambda item: item[1])]
    place_of = {who: i for i, who in enumerate(order)}
    # Whoever came back into a list longer than twenty days stands among those of their own day.
    assert late and np.mean([abs(place_of[who] - who) for who in late[len(late) // 2 :]]) < 6


def test_a_clinic_that_works_down_a_list_says_what_it_needs():
    services = {"a": clinic(1), "b": clinic(1, takes_from={"service": "a", "waited_over_weeks": 1})}
    with pytest.raises(ScenarioError, match="keeps_place"):
        sim.from_dict(world(services, pathway={"services": services, "entry": way("a")}))
    services["b"] = clinic(1, keeps_place=True, takes_from={"service": "b"})
    with pytest.raises(ScenarioError, match="not another clinic"):
        sim.from_dict(world(services, pathway={"services": services, "entry": way("a")}))


@given(st.lists(st.integers(0, 9), max_size=30), st.lists(st.integers(0, 9), max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_list_joined_by_how_long_people_waited_is_in_that_order(first, then):
    tickets, since = np.zeros(60, np.int32), np.array([*first, *then, *[0] * (60 - len(first) - len(then))])
    line = Fifo(tickets)
    line.push_by_since(np.arange(len(first)), since)
    line.push_by_since(np.arange(len(first), len(first) + len(then)), since)
    rows = line.everyone()
    assert since[rows].tolist() == sorted(first + then)
    assert all(a < b for a, b in zip(rows, rows[1:], strict=False) if since[a] == since[b])


# --- lists kept apart -------------------------------------------------------------------------------------


def apart(shares, days=60, slots=4):
    classes = {"spine": {"when": {"region": "low_back"}}, "limbs": {}}
    if shares:
        for one, share in zip(classes.values(), shares, strict=True):
            one["slots_share"] = share
    services = {"physio": clinic(slots, priority=classes)}
    regions = ["low_back", "low_back", "low_back", "knee", "knee"]
    return lived(world(services, days), people(np.repeat(np.arange(days), 5).tolist(), region=regions * days))


def test_lists_kept_apart_use_only_their_own_slots():
    run = apart((0.25, 0.75))
    seen = run.seen("physio")
    spine = [who for who in seen if (who - 1) % 5 < 3]
    assert len(spine) == 60 and len(seen) - len(spine) == 120  # one spine slot a day; three for limbs, two come
    table = run.record.clinics["physio"]
    assert table[:, 1].sum() == 240 and table[:, 2].sum() == 180  # a slot a day lapses while a hundred wait


def test_parts_of_a_slot_are_owed_from_day_to_day():
    seen = apart((0.375, 0.625), slots=2).seen("physio")
    assert sum((who - 1) % 5 < 3 for who in seen) == pytest.approx(0.375 * 2 * 60, abs=1)


def test_all_classes_have_a_share_or_none():
    services = {"physio": clinic(1, priority={"a": {"when": {"region": "knee"}, "slots_share": 0.4}, "b": {}})}
    with pytest.raises(ScenarioError, match="slots_share"):
        sim.from_dict(world(services))


# --- who calls what urgent --------------------------------------------------------------------------------


def desk(readers, slots=3, days=200):
    services = {
        "desk": clinic(1000, to="physio", calls_urgent=readers),
        "physio": clinic(slots, priority={"urgent": {"when": {"called": "urgent"}}, "routine": {}}),
    }
    impact = ["little", "some", "some", "severe"]
    return lived(world(services, days), people(np.repeat(np.arange(days), 4).tolist(), impact=impact * days))


ONE = {"one": {"of_referrals": 1.0, "share": {"severe": 1.0}}}


def test_what_the_reader_calls_urgent_goes_first():
    run = desk(ONE)
    waits = {who: day - (who - 1) // 4 for who, day in run.seen("physio").items()}
    assert {wait for who, wait in waits.items() if (who - 1) % 4 == 3} == {1}
    assert max(wait for who, wait in waits.items() if (who - 1) % 4 == 0) > 20


def test_readers_differ_and_together_call_what_their_shares_say():
    readers = {
        "strict": {"of_referrals": 0.25, "share": {"severe": 0.2}},
        "generous": {"of_referrals": 0.75, "share": {"severe": 1.0, "some": 0.6}},
    }
    services = {
        "desk": clinic(10_000, calls_urgent=readers, routes=way("slow", soon=rule("fast", {"called": "urgent"}))),
        "fast": clinic(6000),
        "slow": clinic(6000),
    }
    # What was called is known when the patient is sent on: the desk's own rules may ask.
    run = lived(world(services, 5), people([0] * 6000, impact=["little", "some", "severe"] * 2000))
    fast = Counter((who - 1) % 3 for who in run.seen("fast"))
    assert fast[0] == 0 and fast[1] == about(2000, 0.75 * 0.6) and fast[2] == about(2000, 0.25 * 0.2 + 0.75)


def test_when_most_are_called_urgent_nobody_is():
    wide = {"one": {"of_referrals": 1.0, "share": {"little": 1.0, "some": 1.0, "severe": 1.0}}}
    severe = {
        name: [day - (who - 1) // 4 for who, day in desk(readers).seen("physio").items() if (who - 1) % 4 == 3]
        for name, readers in (("narrow", ONE), ("wide", wide))
    }
    assert np.mean(severe["narrow"]) == 1 and np.mean(severe["wide"]) > 15


def test_nobody_has_been_called_anything_before_somebody_reads():
    services = {"a": clinic(10, routes=way("resolved", late=rule("b", {"called": "unread"}))), "b": clinic(10)}
    run = lived(world(services, 10), people(0, 1))
    assert set(run.seen("b")) == {1, 2}


def test_readers_read_all_referrals():
    with pytest.raises(ScenarioError, match=r"of_referrals adds to 0\.9"):
        sim.from_dict(world({"desk": clinic(1, calls_urgent={"one": {"of_referrals": 0.9, "share": {"severe": 1.0}}})}))
    with pytest.raises(ScenarioError, match="not a word of impact"):
        sim.from_dict(world({"desk": clinic(1, calls_urgent={"one": {"of_referrals": 1.0, "share": {"sever": 1.0}}})}))


# --- what lasts -------------------------------------------------------------------------------------------


def test_fewer_come_back_after_a_place_that_keeps_people_well():
    services = {"gp": clinic(10_000, to={"class": 0.5, "resolved": 0.5}), "class": delay(10)}
    recurrence = {"share": 0.6, "mean_days": 5, "ratio_after": {"class": 0.5}}
    run = lived(
        world(services, 300, pathway={"services": services, "entry": way("gp"), "recurrence": recurrence}),
        people([0] * 3000),
    )
    first = {e.who for e in run.events if e.what == "listed" and e.service == "class" and e.day == 0}
    again = {who for who, n in Counter(e.who for e in run.of("presented")).items() if n > 1}
    assert len(again & first) == about(len(first), 0.3) and len(again - first) == about(3000 - len(first), 0.6)


# --- a registrant over support workers ---------------------------------------------------------------------


@pytest.mark.parametrize(("supervision", "cohorts"), [({}, 1), ({"registrant": 0.5}, 2), ({"registrant": 0.25}, 4)])
def test_a_registrant_who_supervises_makes_more_groups_possible(supervision, cohorts):
    staff = {"wte": 1.0, "sessions_a_week": 1.0, "patient_facing_share": 1.0}  # a session of 225 minutes a week
    services = {
        "class": group(
            to="resolved",
            capacity={"staff": {"worker": 1.0, "registrant": 1.0}},
            supervision=supervision,
            session_days=["tue"],
            session_minutes=225,
            sessions=4,
            max_size=4,
        )
    }
    config = world(services, 100, workforce={"worker": staff | {"wte": 4.0}, "registrant": staff})
    run = lived(config, people([0] * 400))
    assert run.record.clinics["class"][:, 1].max() == 4 * cohorts


def test_the_words_of_impact_are_a_fact():
    assert FACTS["impact"] == ("little", "some", "severe")
