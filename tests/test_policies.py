"""Policies for fairer access (docs/fairness.md): each does what the page says, and nothing where it is off."""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from inputs import same, trace
from scipy.optimize import brentq
from worlds import clinic, delay, facts, lived, people, rule, way, world

import sim
from bench.systems import MARK
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.evidence import rows as evidence_rows
from sim.app.configuration.files.shipped import mechanism_files, scenario_files
from sim.domain.faults import ScenarioError
from sim.domain.people.facts import shares_of
from sim.domain.words import ATTENDED, CANCELLED, DETAIL, FACTS, LISTED, MISSED, MOVED, REMOVED
from sim.engine.services.attendance import deprivation
from sim.engine.simulate import simulate

BEFORE, NOW = "integrated", "fairer_access"
SMALL = ("place.scale=0.1", "run.years=0.8")
EVERY = ("prioritise_disadvantage", "drop_in_clinics", "mobile_clinics", "interpreters_and_phone_help", "second_chance")
WHITE = ("white_british", "white_other")


def one(settings: dict, patients, days: int = 40):
    return lived(world({"a": settings}, days, demand=facts()), patients)


def about(n: int, share: float):
    return pytest.approx(n * share, abs=4 * (n * share * (1 - share)) ** 0.5)


def mechanism(name: str) -> dict:
    return yaml.safe_load(mechanism_files()[name].read_text(encoding="utf-8"))


@lru_cache(maxsize=4)  # each holds a whole run
def run(*mechanisms: str, scenario: str = NOW, small: tuple = SMALL):
    return simulate(sim.load(scenario, f"mechanisms=[{','.join(mechanisms)}]", *small), 0)


# --- no discharge after one missed visit --------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2, 3])
def test_only_the_nth_miss_of_a_referral_ends_it(times):
    missed = {"new_share": 0.5, "discharged_share": 1.0, "discharged_after_misses": times}
    story = one(clinic(2000, missed=missed), people([0] * 2000), 40)
    misses = Counter(e.who for e in story.of("missed"))
    gone = {e.who for e in story.of("removed")}
    assert {misses[who] for who in gone} == {times}
    assert gone == {who for who, n in misses.items() if n >= times}
    assert len(gone) == about(2000, 0.5**times), "the chance to miss so often in a row"
    assert len(story.of("attended")) == 2000 - len(gone)


def test_who_is_not_discharged_keeps_their_later_luck():
    def lives(times):
        missed = {"new_share": 0.5, "discharged_share": 0.5, "discharged_after_misses": times}
        return one(clinic(2000, missed=missed), people([0] * 1000), 40)

    strict, kind = lives(1), lives(2)
    spared = {e.who for e in strict.of("removed")}
    assert 300 < len(spared) < 700
    for who in range(1, 1001):
        if who not in spared:
            # Of others only the second miss can end more or less often than before: never more.
            assert strict.story(who) == kind.story(who), who
        else:
            before = strict.story(who)
            assert kind.story(who)[: len(before) - 1] == before[:-1], "the same up to the discharge"


def test_misses_are_counted_anew_in_each_referral():
    again = clinic(500, missed={"new_share": 0.5, "discharged_share": 1.0, "discharged_after_misses": 2})
    again["routes"] = way("pause", back=rule("resolved", {"came_from": "pause"}))
    story = lived(world({"a": again, "pause": delay(3, "a")}, 60), people([0] * 500))
    once_in_each = 0
    for who in range(1, 501):
        spell, spells = 0, []
        for _, service, what, *_ in story.story(who):
            if service == "a" and what in ("listed", "missed", "attended", "removed"):
                spell = 0 if what == "listed" else spell + (what == "missed")
                if what in ("attended", "removed"):
                    spells.append((what, spell))
        assert all((what == "removed") == (n == 2) for what, n in spells), who
        once_in_each += [n for _, n in spells] == [1, 1]
    assert once_in_each == about(500, 0.25**2), "two misses, one in each referral, and nobody discharged"


def test_first_visits_and_follow_ups_of_a_referral_count_together():
    course = clinic(
        500,
        "course",
        follow_ups={"mean_visits": 3, "spread": "fixed", "interval_days": 2},
        missed={"new_share": 0.4, "follow_up_share": 0.4, "discharged_share": 1.0, "discharged_after_misses": 2},
    )
    story = one(course, people([0] * 500), 60)
    kinds = Counter()
    for e in story.of("removed"):
        missed = [detail for _, _, what, detail, _ in story.story(e.who) if what == "missed"]
        assert len(missed) == 2
        kinds[tuple(missed)] += 1
    assert set(kinds) == {("new", "new"), ("new", "follow_up"), ("follow_up", "follow_up")}


# --- language, and being offline ----------------------------------------------------------------------------------


def _first_misses(n=4000, share=0.2, ratios=None, **facts):
    """Who misses the first of their visits, in a clinic with a slot for everybody."""
    story = one(clinic(n, missed={"new_share": share, **(ratios or {})}), people([0] * n, **facts), 1)
    return {e.who for e in story.of("missed")}


@pytest.mark.parametrize(
    "key, fact, word", [("interpreter_ratio", "language", "interpreter"), ("offline_ratio", "digital", "offline")]
)
def test_a_ratio_multiplies_the_share_of_those_whom_it_is_about(key, fact, word):
    words = [word if i % 2 else FACTS[fact][0] for i in range(4000)]
    plain = _first_misses(**{fact: words})
    for ratio in (0.5, 2.0):
        told = _first_misses(ratios={key: ratio}, **{fact: words})
        mine = [{who for who in some if words[who - 1] == word} for some in (plain, told)]
        assert plain - mine[0] == told - mine[1], "nobody else"
        assert len(mine[1]) == about(2000, 0.2 * ratio)
        assert mine[0] <= mine[1] if ratio > 1 else mine[1] <= mine[0], "the same people, and more or fewer"


def test_ratios_multiply_with_one_another_and_with_deprivation():
    both = {"interpreter_ratio": 1.5, "offline_ratio": 2.0, "most_to_least_deprived_ratio": 1.44}
    missed = _first_misses(ratios=both, share=0.1, language="interpreter", digital="offline", imd_quintile="1")
    assert len(missed) == about(4000, 0.1 * 1.5 * 2.0 * 1.2)
    # A share of 1 or above is everybody.
    assert len(_first_misses(ratios={"interpreter_ratio": 100.0}, language="interpreter")) == 4000


@settings(max_examples=20, deadline=None)
@given(st.floats(0.02, 0.6), st.floats(0.1, 3), st.floats(0.1, 3))
def test_who_misses_at_a_ratio_misses_at_any_higher_one(share, first, second):
    low, high = sorted((first, second))
    few, many = (_first_misses(300, share, {"interpreter_ratio": r}, language="interpreter") for r in (low, high))
    assert few <= many


def test_stated_as_they_are_by_default_they_change_nothing():
    off = {"interpreter_ratio": 1.0, "offline_ratio": 1.0, "discharged_after_misses": 1}
    missed = {"new_share": 0.3, "follow_up_share": 0.3, "discharged_share": 0.5, "most_to_least_deprived_ratio": 1.8}
    crowd = people(
        [i // 4 for i in range(200)],
        language=["english", "interpreter"] * 100,
        digital=["online", "online", "offline", "offline"] * 50,
    )
    course = {"follow_ups": {"mean_visits": 2, "interval_days": 3}}
    one_way, other = (one(clinic(6, "course", missed=m, **course), crowd, 80) for m in (missed, missed | off))
    assert same(trace(one_way.record), trace(other.record))


@pytest.mark.parametrize(
    "missed, where",
    [
        ({"discharged_after_misses": 0, "discharged_share": 1.0}, "discharged_after_misses"),
        ({"discharged_after_misses": 1.5, "discharged_share": 1.0}, "discharged_after_misses"),
        ({"discharged_after_misses": 2, "new_share": 0.5}, "discharged_after_misses"),
        ({"interpreter_ratio": 0.0}, "interpreter_ratio"),
        ({"offline_ratio": -1.0}, "offline_ratio"),
        ({"offline_ratio": "two"}, "offline_ratio"),
    ],
)
def test_what_makes_no_sense_is_refused(missed, where):
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(world({"a": clinic(1, missed=missed)}))
    (fault,) = raised.value.faults
    assert fault.where == f"pathway.services.a.missed.{where}" and fault.right


# --- the shipped policies -----------------------------------------------------------------------------------------


def test_all_five_are_on_for_the_same_money_and_the_same_people():
    before, now = sim.load(BEFORE, "place.scale=0.25"), sim.load(NOW)
    assert now.config["mechanisms"] == [f"fairness/{name}" for name in EVERY]
    assert (before.demand, before.start) == (now.demand, now.start)
    cost = [sum(group.cost_a_year() for group in each.workforce.values()) for each in (before, now)]
    assert cost[1] == pytest.approx(cost[0])
    helpers = now.workforce["interpreters_and_callers"]
    assert helpers.wte > 0 and sum(helpers.moved_from.values()) > 0, "help is not free"


DRAWN_AT = ("physiotherapy", "trauma_orthopaedics", "spinal", "pain")
IN_TURN_AT = ("interface_clinic", "surgery")


@lru_cache(maxsize=1)
def _prioritised() -> dict:
    return sim.load(BEFORE, "mechanisms=[fairness/prioritise_disadvantage]").config["pathway"]["services"]


def _called_as(service: str) -> dict:
    """What says in what order a service calls its people, for a clinic of our own."""
    keys = ("priority", "order", "called_by_weeks_waited")
    return {key: value for key, value in _prioritised()[service].items() if key in keys}


def _week_by_week(called: dict, patients, weeks: int):
    """A clinic with one slot, on Mondays."""
    settings = clinic(**called) | {"capacity": {"slots_per_week": 1}, "open_days": ["mon"]}
    return one(settings, patients, 7 * weeks + 1).seen("a")


@pytest.mark.parametrize("service", IN_TURN_AT)
@pytest.mark.parametrize("quintile, weight", [("1", 1.2), ("2", 1.1), ("3", 1.0)])
def test_a_week_of_the_most_deprived_counts_for_more(quintile, weight, service):
    # 12 of the least deprived come on days 1 to 12, then one of another fifth on day 13:
    # the order changes where the points do.
    assert "order" not in _called_as(service)
    seen = _week_by_week(_called_as(service), people(*range(1, 14), imd_quintile=["5"] * 12 + [quintile]), 20)
    for ahead in range(1, 13):
        day = min(seen[ahead], seen[13])
        mine, theirs = weight * (day - 13), day - ahead
        assert (seen[13] < seen[ahead]) == (mine > theirs + 1e-9), (ahead, day)
    assert (seen[13] < max(seen[who] for who in range(1, 13))) == (weight > 1)


def test_the_most_deprived_are_drawn_more_often():
    # Everybody has waited as long, all fifths are as large, and a quarter of the list is called on the first day.
    each, called, fifths = 20_000, 25_000, FACTS["imd_quintile"]
    crowd = people([0] * 5 * each, imd_quintile=list(fifths) * each)
    seen = one(clinic(called, **_called_as("physiotherapy")), crowd, 1).seen("a")
    assert len(seen) == called
    # Nobody is called twice: by the time t of the last call 1 - exp(-chance t) of a fifth have been.
    chances = {"1": 1.2, "2": 1.1, "3": 1.0, "4": 1.0, "5": 1.0}
    t = brentq(lambda t: sum(each * -np.expm1(-c * t) for c in chances.values()) - called, 0, 1)
    of_fifth = Counter(fifths[(who - 1) % 5] for who in seen)
    for fifth, chance in chances.items():
        assert of_fifth[fifth] == about(called, -np.expm1(-chance * t) * each / called), fifth


def test_on_every_list_the_most_deprived_count_for_as_much_more():
    for service in (*DRAWN_AT, *IN_TURN_AT):
        key = "chance" if service in DRAWN_AT else "points_per_week"
        blocks = [
            block for block in _prioritised()[service]["priority"].values() if "urgency" not in block.get("when", {})
        ]
        weights = {
            fifth: next(block[key] for block in blocks if fifth in block.get("when", {}).get("imd_quintile", fifth))
            for fifth in FACTS["imd_quintile"]
        }
        assert weights == {"1": 1.2, "2": 1.1, "3": 1.0, "4": 1.0, "5": 1.0}, service


@pytest.mark.parametrize("service", [name for name in (*DRAWN_AT, *IN_TURN_AT) if name != "pain"])
def test_urgent_people_stay_first(service):
    seen = _week_by_week(
        _called_as(service),
        people(*([0] * 30), 100, imd_quintile=["1"] * 30 + ["5"], urgency=["routine"] * 30 + ["urgent"]),
        40,
    )
    assert seen[31] == 105, "the first Monday after day 100"


def test_priority_shortens_the_waits_of_the_most_deprived_and_lengthens_those_of_others():
    def wait(record, quintile):
        e, q = record.events, record.patients.facts["imd_quintile"]
        here = (
            (e["event"] == ATTENDED)
            & (e["detail"] == DETAIL["new"])
            & (e["service"] == record.services.index("physiotherapy"))
        )
        here &= q[e["row"]] == FACTS["imd_quintile"].index(quintile)
        return (e["day"] - e["since"])[here].mean() / 7

    # Large enough that luck moves the mean of the smallest fifth by less than the policy does.
    two_years = ("place.scale=0.2", "run.years=2")
    before, now = (run(*on, small=two_years) for on in ((), ("fairness/prioritise_disadvantage",)))
    assert wait(now, "1") < wait(before, "1") - 0.3
    assert wait(now, "5") > wait(before, "5") + 0.3
    visits = [
        int(((r.events["event"] == ATTENDED) & (r.events["service"] == r.services.index("physiotherapy"))).sum())
        for r in (before, now)
    ]
    assert visits[1] == pytest.approx(visits[0], rel=0.03), "nothing is added"


def test_only_people_of_the_two_most_deprived_fifths_are_told_of_the_drop_in():
    record = run("fairness/drop_in_clinics")
    e, facts = record.events, record.patients.facts
    door = record.services.index("drop_in_clinic")
    came = e["row"][(e["event"] == LISTED) & (e["service"] == door)]
    assert len(came) > 30
    assert {FACTS["imd_quintile"][q] for q in facts["imd_quintile"][came]} == {"1", "2"}
    assert {FACTS["need"][n] for n in facts["need"][came]} == {"physiotherapy"}
    assert not ((e["event"] == MISSED) & (e["service"] == door)).any(), "who books nothing misses nothing"
    triage = record.services.index("mdt_triage")
    assert (e["service"][(e["event"] == MOVED) & (e["to"] == door)] == triage).all()
    shares = [
        s.capacity.staff.get("physio_band_6", 0.0)
        for s in sim.load(NOW).pathway.services.values()
        if hasattr(s, "capacity")
    ]
    assert sum(shares) == pytest.approx(1.0), "its time comes from the booked clinics"


def test_mobile_clinics_halve_the_gap_in_missed_visits_and_leave_the_least_deprived_as_they_are():
    before, now = sim.load(BEFORE), sim.load(BEFORE, "mechanisms=[fairness/mobile_clinics]")
    was, is_ = (s.pathway.services["physiotherapy"].missed for s in (before, now))
    fifths = shares_of(before.demand, "imd_quintile")
    for key in ("new_share", "follow_up_share", "share_per_week_waited"):
        by_fifth = [getattr(m, key) * deprivation(m.most_to_least_deprived_ratio, fifths) for m in (was, is_)]
        assert by_fifth[1][4] == pytest.approx(by_fifth[0][4], rel=0.02)
        assert (by_fifth[1][:4] < by_fifth[0][:4]).all()
    assert np.log(is_.most_to_least_deprived_ratio) == pytest.approx(
        np.log(was.most_to_least_deprived_ratio) / 2, rel=0.01
    )
    minutes = [s.workforce["physio_band_6"].minutes_a_week() for s in (before, now)]
    assert minutes[1] / minutes[0] == pytest.approx(1 - 15 / 225 / 2), (
        "a quarter of an hour of a session, in half of the sessions"
    )


def test_help_lowers_the_missed_visits_of_those_who_get_it_and_of_nobody_else():
    ratios = mechanism("fairness/interpreters_and_phone_help")["pathway"]["services"]["physiotherapy"]["missed"]
    language = ["english", "interpreter", "english", "interpreter"] * 1000
    digital = ["online", "online", "offline", "offline"] * 1000
    before, now = (_first_misses(ratios=r, language=language, digital=digital) for r in ({}, ratios))
    assert now < before
    kinds = Counter((language[who - 1], digital[who - 1]) for who in before - now)
    assert set(kinds) == {("interpreter", "online"), ("english", "offline"), ("interpreter", "offline")}
    spared = sum(n for (tongue, _), n in kinds.items() if tongue == "interpreter")
    assert spared == about(2000, 0.2 * (1 - ratios["interpreter_ratio"] * (1 + ratios["offline_ratio"]) / 2))


@pytest.mark.parametrize("mechanisms, least", [((), 1), (("fairness/second_chance",), 2)])
def test_nobody_is_discharged_after_one_missed_visit(mechanisms, least):
    record = run(*mechanisms)
    e = record.events
    events = zip(e["row"].tolist(), e["service"].tolist(), e["event"].tolist(), e["detail"].tolist(), strict=True)
    misses, counts = Counter(), Counter()
    for row, service, event, detail in events:
        if event == LISTED:
            misses[row, service] = 0
        elif event == MISSED:
            misses[row, service] += 1
        elif event == REMOVED and detail == DETAIL["discharged_after_missing"]:
            counts[misses[row, service]] += 1
    assert min(counts) == least and sum(counts.values()) > 20


# --- the stress test ----------------------------------------------------------------------------------------------


def _back(quintile: int, group: str) -> float:
    """Weeks that the stress test takes off the weeks waited: the upper ends of the two rows of evidence."""
    rows = evidence_rows()
    deprived, ethnic = (rows[name]["high"] for name in ("wait_gap_deprived_weeks", "wait_gap_ethnic_weeks"))
    return deprived * (5 - quintile) / 4 + (0 if group in WHITE else ethnic)


@pytest.mark.parametrize("group", FACTS["ethnicity"])
@pytest.mark.parametrize("quintile", [1, 2, 3, 4, 5])
def test_the_stress_test_puts_people_back_by_the_published_gaps(quintile, group):
    classes = sim.load("stress_unequal_surgery").pathway.services["surgery"].priority
    fits = [
        c
        for c in classes.values()
        if "urgency" not in c.when and str(quintile) in c.when["imd_quintile"] and group in c.when["ethnicity"]
    ]
    assert [(c.points, c.points_per_week) for c in fits] == [(pytest.approx(-_back(quintile, group)), 1)]


def test_it_is_a_stress_test_and_not_the_default():
    for name, file in mechanism_files().items():
        assert name.startswith("stress/") or "stress_surgery_points" not in file.read_text(encoding="utf-8")
    assert (
        evidence_rows()["wait_gap_deprived_weeks"]["value"] < 8.5
        and evidence_rows()["wait_gap_ethnic_weeks"]["value"] < 7.8
    )
    for name in ("gp_referral", "integrated", NOW):
        asked = {
            fact
            for s in sim.load(name).pathway.services.values()
            for c in getattr(s, "priority", {}).values()
            for fact in c.when
        }
        assert "ethnicity" not in asked


def _gaps(record, first_day: int):
    """Weeks that the most deprived wait longer for an operation than the least,
    and minority ethnic people than white people.

    Routine people whose operation was never cancelled (they stand at the back again), by regression,
    since the list changes.
    """
    e, facts = record.events, record.patients.facts
    here = (e["event"] == ATTENDED) & (e["service"] == record.services.index("surgery")) & (e["day"] >= first_day)
    here &= facts["urgency"][e["row"]] == FACTS["urgency"].index("routine")
    here &= ~np.isin(e["row"], e["row"][e["event"] == CANCELLED])
    rows, day = e["row"][here], e["day"][here]
    deprived = (4 - facts["imd_quintile"][rows]) / 4
    minority = ~np.isin(facts["ethnicity"][rows], [FACTS["ethnicity"].index(word) for word in WHITE])
    columns = np.stack([np.ones(len(day)), day, day**2, deprived, minority], 1).astype(float)
    return np.linalg.lstsq(columns, (day - e["since"][here]) / 7, rcond=None)[0][3:]


def test_where_the_surgery_list_is_long_the_gaps_come_out_as_published():
    three_years = ("place.scale=0.25", "run.years=3")
    equal, unequal = (
        _gaps(run(*on, scenario="stress_unequal_surgery", small=three_years), 600)
        for on in ((), ("stress/unequal_surgery",))
    )
    assert equal == pytest.approx([0, 0], abs=0.4)
    assert unequal == pytest.approx([8.5, 7.8], abs=0.4)


# --- the page -----------------------------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[1] / "docs" / "fairness.md"


def test_the_parameters_that_the_page_names_exist():
    configs = [configuration_of(name) for name in (NOW, "stress_unequal_surgery")]
    paths = set(re.findall(r"`((?:pathway|workforce)\.[\w.]+)`", PAGE.read_text(encoding="utf-8")))
    assert len(paths) >= 12
    for path in paths:
        assert any(_there(config, path.split(".")) for config in configs), path


def _there(config, keys) -> bool:
    for key in keys:
        if not isinstance(config, dict) or key not in config:
            return False
        config = config[key]
    return True


def test_every_policy_is_on_the_page_and_every_figure_was_filled_in():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`fairness/{name}`" in text for name in EVERY)
    found = MARK.findall(text)
    assert len(found) > 40
    assert not [
        (name, words)
        for name, words, value in found
        if name not in scenario_files() or value.strip() in ("", "?", "not known")
    ]
