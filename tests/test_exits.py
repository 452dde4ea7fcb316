"""Leaving by oneself: recovery, private care, other removals, and coming back with the same problem."""

from collections import Counter

import pytest
from worlds import clinic, delay, group, lived, made, people, rule, way, world

SIX_WEEKS, TEN_WEEKS = 42, 70


def waiting(**what) -> dict:
    """The section of a pathway about what happens while people wait."""
    return {"while_waiting": what}


def recovery(share=0.4, needs=("self_management", "physiotherapy")) -> dict:
    return waiting(
        recovery={
            "share_within_6_weeks": share if isinstance(share, dict) else {"acute": share, "long_term": share},
            "needs": list(needs),
        }
    )


def lists(services: dict, patients, days=200, **pathway):
    """A world with these services and these ways to leave; nobody is ever seen at a clinic of 0.001 slots a
    day before day 1,000."""
    return lived(
        world(services, days, pathway={"services": services, "entry": way(next(iter(services))), **pathway}), patients
    )


CLOSED = dict(slots=0.001)


def left(run, detail=None) -> dict[int, int]:
    """patient -> day of removal."""
    return {e.who: e.day for e in run.of("removed", detail=detail)}


def about(n: int, share: float, sigmas: float = 4.5):
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5)


def within(days: dict, limit: int) -> int:
    return sum(day <= limit for day in days.values())


# --- recovery ---------------------------------------------------------------------------------------------


def test_recovery_has_its_share_within_six_weeks_and_goes_on_at_that_rate():
    run = lists({"a": clinic(**CLOSED, recovers=True)}, people([0] * 4000), **recovery(0.4))
    gone = left(run, "recovered")
    assert within(gone, SIX_WEEKS) == about(4000, 0.4)
    assert within(gone, 2 * SIX_WEEKS) == about(4000, 0.64)  # 1 - 0.6^2
    assert within(gone, 21) == about(4000, 1 - 0.6**0.5)
    assert set(left(run)) == set(gone)


def test_recovery_depends_on_onset_and_need():
    patients = people(
        [0] * 3000,
        onset=["acute", "long_term", "acute"] * 1000,
        need=["physiotherapy", "physiotherapy", "surgery"] * 1000,
    )
    gone = left(lists({"a": clinic(**CLOSED, recovers=True)}, patients, **recovery({"acute": 0.5, "long_term": 0.1})))
    by_kind = Counter((who - 1) % 3 for who, day in gone.items() if day <= SIX_WEEKS)
    assert by_kind == {0: about(1000, 0.5), 1: about(1000, 0.1)}


def test_recovery_is_counted_from_presentation_wherever_the_time_was_spent():
    # Ten days elsewhere first: who would have recovered by then is found to have done so the day
    # after joining the list.
    at_once = left(lists({"a": clinic(**CLOSED, recovers=True)}, people([0] * 1000), **recovery()))
    later = left(lists({"d": delay(10, "a"), "a": clinic(**CLOSED, recovers=True)}, people([0] * 1000), **recovery()))
    assert later == {who: max(day, 11) for who, day in at_once.items()}
    assert within(at_once, 10) > 50


def test_a_pathway_with_more_lists_gives_no_more_chances_to_recover():
    one = left(lists({"a": clinic(**CLOSED, recovers=True)}, people([0] * 1000), 100, **recovery()))
    chain = {f"l{k}": delay(10, f"l{k + 1}", recovers=True) for k in range(9)} | {"l9": delay(1000, recovers=True)}
    assert left(lists(chain, people([0] * 1000), 100, **recovery())) == one


def test_only_lists_that_say_so_are_left_by_recovery():
    services = {"a": clinic(**CLOSED), "other": clinic(**CLOSED, recovers=True)}
    run = lists(services, people([0] * 200), **recovery(0.9))
    assert run.of("removed") == []


def test_a_share_of_those_who_recover_attend_anyway():
    # Of 4,000 who would recover within six weeks with chance 0.4, a quarter keep their place and are seen.
    plain, anyway = (
        lists({"a": clinic(**CLOSED, recovers=True, **more)}, people([0] * 4000), **recovery(0.4))
        for more in ({}, {"attends_anyway_share": 0.25})
    )
    assert within(left(anyway), SIX_WEEKS) == about(4000, 0.4 * 0.75)
    assert left(anyway).items() <= left(plain).items(), "who leaves does so on the day on which they recover"
    seen = lists(
        {"a": clinic(4000, recovers=True, attends_anyway_share=1.0, earliest_notice_days=42)},
        people([0] * 400),
        **recovery(0.9),
    )
    assert len(seen.seen("a")) == 400 and not left(seen)


def test_who_has_begun_treatment_stays():
    services = {
        "a": clinic(
            9999, "course", recovers=True, follow_ups={"mean_visits": 10, "spread": "fixed", "interval_days": 7}
        )
    }
    run = lists(services, people([0] * 200), **recovery(0.9))
    assert run.of("removed") == [] and all(len(days) == 11 for days in run.days("attended").values())


def test_everybody_on_a_group_programmes_list_may_recover_until_it_starts():
    run = lists({"g": group(recovers=True, min_size=2000, max_size=4000)}, people([0] * 1000), **recovery(0.4))
    assert within(left(run, "recovered"), SIX_WEEKS) == about(1000, 0.4)


def test_people_of_a_starting_list_recover_from_the_start_on():
    places = {"all": {"service": "a", "share": 1.0, "needs": {"physiotherapy": 1.0}}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"40": 2000}, "places": places}}}
    services = {"a": clinic(**CLOSED, recovers=True)}
    config = world(
        services, 100, a_day=0, start=start, pathway={"services": services, "entry": way("a"), **recovery(0.4)}
    )
    gone = left(lived(config, made(config)))
    assert within(gone, SIX_WEEKS) == about(2000, 0.4) and min(gone.values()) >= 1


# --- private care -----------------------------------------------------------------------------------------

BY_QUINTILE = {"1": 0.1, "2": 0.0, "3": 0.2, "4": 0.3, "5": 0.5}


def test_private_exit_has_its_share_within_ten_weeks_by_quintile():
    patients = people([0] * 5000, imd_quintile=list("12345") * 1000)
    run = lists(
        {"a": clinic(**CLOSED, private_exit=True)},
        patients,
        **waiting(private_exit={"share_within_10_weeks": BY_QUINTILE}),
    )
    gone = left(run, "private")
    by_quintile = Counter(str(1 + (who - 1) % 5) for who, day in gone.items() if day <= TEN_WEEKS)
    assert by_quintile == {q: about(1000, share) for q, share in BY_QUINTILE.items() if share}


def test_a_quintile_that_is_not_named_does_not_go_private():
    run = lists(
        {"a": clinic(**CLOSED, private_exit=True)},
        people([0] * 99, imd_quintile="4"),
        **waiting(private_exit={"share_within_10_weeks": {"5": 0.9}}),
    )
    assert run.of("removed") == []


# --- other removals ---------------------------------------------------------------------------------------


def test_removals_have_their_share_a_week():
    run = lists({"a": clinic(**CLOSED, removed_share_per_week_waited=0.05)}, people([0] * 4000))
    gone = left(run, "other")
    for weeks in (1, 4, 20):
        assert within(gone, 7 * weeks) == about(4000, 1 - 0.95**weeks)


def _chain(lengths, between=0, **exits):
    """Delays one after the other with these exits; `between` days without exits after each."""
    services = {}
    for k, days in enumerate(lengths):
        last = k == len(lengths) - 1
        after = "resolved" if last else f"l{k + 1}"
        services[f"l{k}"] = delay(days, f"gap{k}" if between and not last else after, **exits)
        if between and not last:
            services[f"gap{k}"] = delay(between, after)
    return services


EXITS = [
    (dict(removed_share_per_week_waited=0.05), {}),
    (dict(private_exit=True), waiting(private_exit={"share_within_10_weeks": {q: 0.4 for q in "12345"}})),
]


@pytest.mark.parametrize("exits, pathway", EXITS, ids=["removals", "private"])
def test_leaving_adds_up_across_lists_as_if_they_were_one(exits, pathway):
    # Seventy days on one list, or seven times ten, or unequal parts: the same people leave on the same days.
    one, seven, uneven = (
        left(lists(_chain(lengths, **exits), people([0] * 2000), **pathway))
        for lengths in ([70], [10] * 7, [3, 52, 15])
    )
    assert len(one) > 500 and seven == uneven == one


@pytest.mark.parametrize("exits, pathway", EXITS, ids=["removals", "private"])
def test_leaving_accrues_only_while_waiting(exits, pathway):
    # Twenty days between two lists count for nothing: who leaves the second list does so twenty days later.
    one = left(lists(_chain([30, 40], **exits), people([0] * 2000), **pathway))
    apart = left(lists(_chain([30, 40], between=20, **exits), people([0] * 2000), **pathway))
    assert apart == {who: day if day <= 30 else day + 20 for who, day in one.items()}


def test_a_list_with_half_the_rate_uses_up_half_the_patience():
    # 1 - 0.9 a week against its square root, 5.13%: two days on the slower list are one on the faster.
    fast = left(lists(_chain([70], removed_share_per_week_waited=0.1), people([0] * 2000)))
    slow_first = {
        "s": delay(40, "f", removed_share_per_week_waited=1 - 0.9**0.5),
        "f": delay(50, removed_share_per_week_waited=0.1),
    }
    mixed = left(lists(slow_first, people([0] * 2000)))
    for who, day in fast.items():
        expected = [2 * day - 1, 2 * day] if day <= 20 else [day + 20]
        assert mixed[who] in expected, who


def test_leaving_adds_up_across_clinics_too():
    services = {
        f"c{k}": clinic(
            9999, f"c{k + 1}" if k < 3 else "resolved", earliest_notice_days=20, removed_share_per_week_waited=0.05
        )
        for k in range(4)
    }
    many = left(lists(services, people([0] * 2000)))
    one = left(
        lists({"c": clinic(9999, earliest_notice_days=80, removed_share_per_week_waited=0.05)}, people([0] * 2000))
    )
    assert len(one) > 500 and many == one


def test_the_first_of_several_ways_to_leave_is_taken():
    recovers = {"recovery": {"share_within_6_weeks": {"acute": 0.4}, "needs": ["self_management"]}}
    private = {"private_exit": {"share_within_10_weeks": {q: 0.4 for q in "12345"}}}
    ways = (
        (dict(recovers=True), recovers),
        (dict(private_exit=True), private),
        (dict(removed_share_per_week_waited=0.05), {}),
    )
    every = {key: value for setting, _ in ways for key, value in setting.items()}
    together = lists({"a": clinic(**CLOSED, **every)}, people([0] * 500), **waiting(**recovers, **private))
    alone = [
        left(lists({"a": clinic(**CLOSED, **setting)}, people([0] * 500), **waiting(**section)))
        for setting, section in ways
    ]
    never = 10**6
    for who, day in left(together).items():
        assert day == min(gone.get(who, never) for gone in alone)
    assert Counter(e.detail for e in together.of("removed")).keys() == {"recovered", "private", "other"}


def test_who_leaves_frees_their_place_in_the_line():
    # One slot a week from day 7 on; the people ahead who left are passed over.
    services = {
        "a": {**clinic(removed_share_per_week_waited=0.3), "capacity": {"slots_per_week": 1}, "open_days": ["mon"]}
    }
    run = lists(services, people([0] * 60), 120)
    gone, seen = left(run), run.seen("a")
    assert not set(gone) & set(seen)
    still = [who for who in range(1, 61)]
    for day in range(0, 120, 7):
        still = [who for who in still if gone.get(who, 999) > day]
        expected = still.pop(0) if still else None
        assert [e.who for e in run.of("attended") if e.day == day] == ([expected] if expected else [])
    assert all(
        d.waiting == sum(gone.get(w, 999) > d.day and seen.get(w, 999) > d.day for w in range(1, 61))
        for d in run.clinic_days("a")
    )


def test_a_removal_says_since_when_the_person_had_waited():
    run = lists({"d": delay(9, "a"), "a": clinic(**CLOSED, removed_share_per_week_waited=0.3)}, people([0] * 50))
    assert {e.since for e in run.of("removed")} == {9}


def test_nothing_happens_while_people_wait_when_all_is_zero():
    every = dict(recovers=True, private_exit=True, removed_share_per_week_waited=0.0)
    pathway = waiting(
        recovery={"share_within_6_weeks": {"acute": 0.0}, "needs": ["self_management"]},
        private_exit={"share_within_10_weeks": {q: 0.0 for q in "12345"}},
    )
    zero = lists({"a": clinic(**CLOSED, **every)}, people([0] * 200), **pathway)
    plain = lists({"a": clinic(**CLOSED)}, people([0] * 200))
    assert zero.events == plain.events and zero.of("removed") == []


# --- coming back ------------------------------------------------------------------------------------------


def again(share, mean_days, services=None, patients=None, days=60):
    services = services or {"a": clinic(9999)}
    return lists(services, patients or people([0] * 4000), days, recurrence={"share": share, "mean_days": mean_days})


def test_a_share_of_those_resolved_comes_back_after_a_while():
    run = again(0.3, 30, days=600)
    presented = run.days("presented")
    episodes = Counter(map(len, presented.values()))
    # Each episode is followed by another with chance 0.3: a geometric number.
    assert episodes[1] == about(4000, 0.7) and episodes[2] == about(4000, 0.21) and episodes[3] == about(4000, 0.063)
    gaps = [days[1] - days[0] for days in presented.values() if len(days) > 1]
    assert min(gaps) == 1 and sum(gaps) / len(gaps) == pytest.approx(30.5, rel=4.5 / len(gaps) ** 0.5)


def test_a_further_episode_is_logged_as_such():
    run = again(1.0, 0, patients=people(0), days=4)
    events = run.record.events
    assert list(zip(events["day"].tolist(), events["episode"].tolist(), [e.what for e in run.events], strict=True)) == [
        (day, day, what) for day in range(4) for what in ("presented", "listed", "attended", "resolved")
    ]


def test_who_left_unresolved_does_not_come_back():
    run = again(1.0, 0, {"a": clinic(**CLOSED, removed_share_per_week_waited=0.9)}, people([0] * 50))
    assert len(run.of("removed")) > 40 and len(run.of("presented")) == 50


def test_a_further_episode_forgets_the_last_one():
    rules = way("b", referred=rule("c", {"referred_before": "yes"}), known=rule("d", {"came_from": "b"}))
    services = {"gp": clinic(99, routes=rules, setting="primary"), "b": clinic(99), "c": clinic(99), "d": clinic(99)}
    run = again(1.0, 0, services, people(0), 12)
    assert {e.to for e in run.of("moved", "gp")} == {"b"} and len(run.of("moved", "gp")) > 3


def test_a_further_episode_has_latent_times_of_its_own():
    # Recovery takes place within a week with chance 1/2 or so.
    # Who recovered is resolved elsewhere, so watch those seen and back.
    services = {"a": clinic(9999, earliest_notice_days=14, removed_share_per_week_waited=0.3)}
    run = again(1.0, 0, services, people([0] * 2000), 40)
    first = left(run)
    stayed = [who for who, days in run.days("presented").items() if len(days) > 1]
    assert len(stayed) == about(2000, 0.49)
    second = [who for who in stayed if first.get(who, 999) <= 15 + 14]
    assert len(second) == about(len(stayed), 0.51)


def test_very_many_episodes_are_still_counted_right():
    run = again(1.0, 0, patients=people(0), days=200)
    assert run.record.events["episode"].max() == 199 and run.record.events["episode"].min() == 0
