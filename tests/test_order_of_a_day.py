"""The order within a day: people join; what falls due happens;
clinics fill, follow-ups first within their share, then new.

Stated once, in docs; held here. A day's result does not depend on the order in which services are written.
"""

from itertools import permutations

import pytest
from worlds import clinic, delay, lived, made, people, rule, way, world


def test_whoever_presents_today_can_be_seen_today():
    run = lived(world({"a": clinic(1)}, 3), people(1))
    assert run.story(1) == [
        (1, "", "presented", "door", ""),
        (1, "a", "listed", "door", ""),
        (1, "a", "attended", "new", ""),
        (1, "a", "resolved", "otherwise", ""),
    ]
    assert [(e.day, e.since) for e in run.of("attended")] == [(1, 1)]  # a wait of 0


def test_whoever_comes_from_elsewhere_today_can_be_seen_today():
    doors = {"ed": {"service": "a", "per_1000_a_year": 365.25, "needs": {"urgent": 1.0}}}
    config = world({"gp": clinic(1), "a": clinic(9)}, 3, a_day=0, demand={"elsewhere": doors})
    run = lived(config, made(config))
    assert [(e.day, e.service, e.since) for e in run.of("attended")] == [(0, "a", 0), (1, "a", 1), (2, "a", 2)]
    assert {e.detail for e in run.of("listed")} == {"from_elsewhere"}


def test_whatever_falls_due_today_can_be_seen_today():
    # A report that is back, and self-management that is over.
    services = {
        "a": clinic(
            9,
            orders={"scan": {"service": "report", "share": 1.0, "when": {"region": "knee"}}},
            routes=way("home", back=rule("resolved", {"came_from": "home"})),
        ),
        "report": delay(3, "return"),
        "home": delay(5, "a"),
    }
    run = lived(world(services, 20), people(0, region="knee"))
    # Back on day 3; home from day 3 to day 8; sent for a scan again at that new visit, and back on day 11.
    assert run.days("attended", "a") == {1: [0, 3, 8, 11]}


def test_who_leaves_today_is_not_seen_today():
    run = lived(
        world({"a": clinic(9999, earliest_notice_days=7, removed_share_per_week_waited=0.5)}, 9), people([0] * 400)
    )
    gone = {e.who for e in run.of("removed")}
    assert any(e.day == 7 for e in run.of("removed"))
    assert set(run.seen("a")) == set(range(1, 401)) - gone


def test_who_leaves_today_makes_room_today():
    # One slot on day 7. Whoever leaves that morning is passed over that same day.
    services = {
        "a": {**clinic(removed_share_per_week_waited=0.999), "capacity": {"slots_per_week": 1}, "open_days": ["mon"]}
    }
    run = lived(world(services, 8), people([1] * 2000))
    gone = {e.who: e.day for e in run.of("removed")}
    first = min(who for who in range(1, 2001) if who not in gone)
    assert run.seen("a") == {first: 7}
    assert any(day == 7 for who, day in gone.items() if who < first)


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c"])))
def test_a_referral_made_today_is_seen_on_the_next_clinic_day_at_the_earliest(order):
    services = {"a": clinic(9, "b"), "b": clinic(9, "c"), "c": {**clinic(9), "open_days": ["mon", "wed"]}}
    run = lived(world({name: services[name] for name in order}, 20, "a"), people(0))
    # Referred on day 0, seen at b on day 1 (Tuesday), at c on day 2 (Wednesday).
    assert (run.seen("a"), run.seen("b"), run.seen("c")) == ({1: 0}, {1: 1}, {1: 2})
    later = lived(world({name: services[name] for name in order}, 20, "a"), people(1))
    assert later.seen("c") == {1: 7}  # referred by b on Wednesday itself: next Monday


def test_a_referral_to_the_same_service_is_seen_on_the_next_clinic_day():
    services = {"a": clinic(9, routes=way("a", again=rule("resolved", {"came_from": "a"})))}
    assert lived(world(services, 5), people(0)).days("attended") == {1: [0, 1]}


def test_notice_counts_from_joining():
    services = {"a": clinic(9, "b"), "b": clinic(9, earliest_notice_days=3)}
    run = lived(world(services, 9), people(0))
    assert [e.day for e in run.of("listed", "b")] == [0] and run.seen("b") == {1: 3}
    services["b"]["earliest_notice_days"] = 0
    assert lived(world(services, 9), people(0)).seen("b") == {1: 1}
    services["b"]["earliest_notice_days"] = 1
    assert lived(world(services, 9), people(0)).seen("b") == {1: 1}
    # From a delay, which ends in the morning: the notice counts from that day.
    services = {"a": delay(4, "b"), "b": clinic(9, earliest_notice_days=3)}
    assert lived(world(services, 9), people(0)).seen("b") == {1: 7}


def test_follow_ups_come_first_within_a_day():
    services = {"a": clinic(2, "course", follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 2})}
    run = lived(world(services, 6), people(0, 2, 2))
    assert [(e.who, e.detail) for e in run.of("attended") if e.day == 2] == [
        (2, "new"),
        (1, "follow_up"),
    ]  # logged new first, but both seen
    one_slot = {"a": {**services["a"], "capacity": {"slots_per_day": 1}}}
    run = lived(world(one_slot, 6), people(0, 2, 2))
    assert [(e.who, e.detail) for e in run.of("attended") if e.day == 2] == [(1, "follow_up")]


def test_of_those_who_become_ready_on_one_day_who_presented_first_is_first():
    # On day 1 a person of the starting list, referred by `a` on day 0,
    # and a person who presents that day want the one slot of `b`.
    places = {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"5": 1}, "places": places}}}
    config = world(
        {"a": clinic(9, "b"), "b": clinic(1)},
        4,
        "b",
        demand={"weekday_index": [0, 7, 0, 0, 0, 0, 0]},
        a_day=1 / 7,
        start=start,
    )
    run = lived(config, made(config))
    assert [(e.day, e.detail) for e in run.of("listed", "b")] == [(0, "referred"), (1, "door")]
    assert [(e.day, e.since) for e in run.of("attended", "b")] == [(1, 0), (2, 1)]


def _busy(order):
    """A pathway with every kind of hand-over, its services written in some order."""
    services = {
        "gp": clinic(
            3,
            {"physio": 0.5, "home": 0.3, "ortho": 0.2},
            setting="primary",
            orders={"scan": {"service": "scan", "share": 0.3}},
        ),
        "home": delay(3, {"gp": 0.4, "resolved": 0.6}),
        "scan": clinic(1, "report"),
        "report": delay(2, "return"),
        "physio": clinic(
            2,
            {"course": 0.7, "resolved": 0.3},
            follow_ups={"mean_visits": 1.5, "interval_days": 4},
            missed={"new_share": 0.2, "follow_up_share": 0.2},
        ),
        "ortho": clinic(0.4, {"gp": 0.3, "resolved": 0.7}, setting="hospital", removed_share_per_week_waited=0.05),
    }
    return lived(world({name: services[name] for name in order}, 60, "gp", demand={"arrivals": "poisson"}, a_day=2))


ORDERS = [
    ("gp", "home", "scan", "report", "physio", "ortho"),
    ("ortho", "physio", "report", "scan", "home", "gp"),
    ("report", "gp", "ortho", "home", "physio", "scan"),
]


@pytest.mark.parametrize("order", ORDERS[1:])
def test_what_happens_to_people_does_not_depend_on_the_order_in_which_services_are_written(order):
    one, other = _busy(ORDERS[0]), _busy(order)
    assert sorted(one.events) == sorted(other.events)


@pytest.mark.parametrize("order", ORDERS[1:])
def test_how_long_lists_are_does_not_depend_on_the_order_in_which_services_are_written(order):
    one, other = _busy(ORDERS[0]), _busy(order)
    for name in ORDERS[0]:
        assert one.clinic_days(name) == other.clinic_days(name), name


@pytest.mark.parametrize("order", [("b", "a", "c"), ("c", "b", "a")])
def test_rules_about_the_length_of_a_list_do_not_depend_on_the_order_in_which_services_are_written(order):
    overflow = {"to": {"c": 1.0}, "only_while": {"condition": "list_over", "service": "b", "threshold": 3}}
    services = {"a": clinic(4, routes=way("b", overflow=overflow)), "b": clinic(2), "c": clinic(9)}

    def events(names):
        return sorted(
            lived(
                world({name: services[name] for name in names}, 30, "a"),
                people([d for d in range(30) for _ in range(4)]),
            ).events
        )

    assert events(order) == events(("a", "b", "c"))
