"""Rules begin and end on a date: in the engine, in what is checked beforehand, and in the picture."""

import pytest
from worlds import clinic, lived, people, rule, way, world

import sim
from sim.analysis.pathway.moves import DOOR, moves_of

OPEN = {name: clinic(1000) for name in "abc"}


def on_a_date(condition, date):
    return {"condition": condition, "date": date}


def test_a_rule_may_begin_on_a_date_and_another_end_the_day_before():
    # Day 0 is 6 January 2025: day 3 is the ninth.
    entry = way(
        "c",
        old={"to": {"a": 1.0}, "only_while": on_a_date("before", "2025-01-08")},
        new={"to": {"b": 1.0}, "only_while": on_a_date("after", "2025-01-09")},
    )
    run = lived(world(OPEN, 6, entry), people(range(6)))
    assert run.seen("a") == {1: 0, 2: 1}
    assert run.seen("c") == {3: 2}
    assert run.seen("b") == {4: 3, 5: 4, 6: 5}
    assert [e.detail for e in run.of("listed")] == ["door"] * 6


def test_a_roll_out_goes_region_by_region():
    starts = {"knee": "2025-01-07", "hip": "2025-01-09"}
    rules = {
        region: {"to": {"b": 1.0}, "when": {"region": region}, "only_while": on_a_date("after", date)}
        for region, date in starts.items()
    }
    regions = ["knee", "hip", "neck"]
    who = people([day for day in range(5) for _ in regions], region=regions * 5)
    run = lived(world(OPEN, 5, way("a", **rules)), who)
    assert run.seen("b") == {4: 1, 7: 2, 10: 3, 11: 3, 13: 4, 14: 4}


def test_a_date_and_a_list_are_asked_for_side_by_side():
    entry = way(
        "a",
        new={"to": {"b": 1.0}, "only_while": on_a_date("after", "2025-01-08")},
        overflow={"to": {"c": 1.0}, "only_while": {"condition": "list_over", "service": "a", "threshold": 1}},
    )
    run = lived(world(OPEN | {"a": clinic(1)}, 4, entry), people([0, 0, 0, 1, 1, 2, 3]))
    assert [e.service for e in run.of("listed")] == ["a", "a", "c", "a", "c", "b", "b"]


def test_rules_that_begin_on_day_0_are_rules_without_a_date():
    dated = way("a", new=rule("b", {"region": "knee"}, only_while=on_a_date("after", "2025-01-06")))
    plain = way("a", new=rule("b", {"region": "knee"}))
    one, other = (lived(world(OPEN, 5, entry, a_day=7)) for entry in (dated, plain))
    assert one.events == other.events


def dates_told(**only_while):
    entry = way("a", new=rule("b", only_while=only_while))
    return [str(fault).removeprefix("pathway.entry.new.only_while.") for fault in faults_of(world(OPEN, 5, entry))]


def faults_of(config):
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(config)
    return error.value.faults


def test_conditions_that_do_not_make_sense_are_told_in_a_line_each():
    span = "a date between the start and the horizon"
    assert dates_told(condition="after", date="tomorrow") == [
        'date: is not a date; write it as "2025-11-15", with quotes'
    ]
    for outside in ("2025-01-05", "2025-01-11"):
        assert dates_told(condition="after", date=outside) == [f"date: is outside the simulated days; {span}"]
    assert dates_told(condition="before", date="2025-01-06") == [
        "date: is the first day: the rule never holds; a later date, or remove the rule"
    ]
    # What goes with a condition is one thing, and told in one line.
    whole = "pathway.entry.new.only_while: the condition"
    dated, listed = '{condition: %s, date: "2025-10-01"}', "{condition: %s, service: a, threshold: 20}"
    assert dates_told(condition="after") == [f"{whole} after needs date; {dated % 'after'}"]
    assert dates_told(condition="before", date="2025-01-08", service="a", threshold=3) == [
        f"{whole} before has no use for service and threshold; {dated % 'before'}"
    ]
    assert dates_told(condition="list_over", service="a", date="2025-01-08") == [
        f"{whole} list_over needs threshold, and has no use for date; {listed % 'list_over'}"
    ]
    assert dates_told(condition="wait_over_weeks", threshold=2) == [
        f"{whole} wait_over_weeks needs service; {listed % 'wait_over_weeks'}"
    ]


def test_a_circle_is_told_of_only_if_no_date_opens_it():
    def circle(condition):
        out = rule("resolved", only_while=on_a_date(condition, "2025-01-08"))
        return world({"a": clinic(9, routes=way("b", out=out)), "b": clinic(9, "a")}, 9)

    assert lived(circle("after"), people(0)).days("resolved") == {1: [2]}
    assert [fault.where for fault in faults_of(circle("before"))] == ["pathway.services.a.routes"]


def test_the_picture_has_both_sides_of_a_date():
    entry = way("a", new=rule("b", only_while=on_a_date("after", "2025-01-08")))
    back = way("a", out=rule("resolved", only_while=on_a_date("after", "2025-01-08")))
    ways = moves_of(sim.from_dict(world({"a": clinic(9), "b": clinic(9, routes=back)}, 8, entry))).ways
    told = {(a, b): (move.share, move.low, move.high) for (a, b), move in ways.items()}
    # Two days of eight to `a`, six to `b`, from where nobody has gone on to `a`: so it is after the date only.
    assert told[DOOR, "a"] == pytest.approx((0.25, 0, 1))
    assert told[DOOR, "b"] == pytest.approx((0.75, 0, 1))
    assert told["b", "resolved"] == (1, 1, 1) and ("b", "a") not in told


@pytest.mark.parametrize(
    "said",
    [
        {"condition": "after", "service": "a", "threshold": 0},
        {"condition": "before", "service": "a"},
        {"condition": "list_over", "date": "2025-01-10"},
    ],
)
def test_a_word_that_does_not_go_with_the_rest_is_one_fault(said):
    entry = way("a", new={**rule("a"), "only_while": said})
    with pytest.raises(sim.ScenarioError) as found:
        sim.from_dict(world({"a": clinic()}, entry=entry))
    assert [fault.where for fault in found.value.faults] == ["pathway.entry.new.only_while"]
