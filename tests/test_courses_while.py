"""Courses that are shorter while a list is long, or from a date on (`follow_ups.instead`). By hand."""

import pytest
from worlds import clinic, lived, people, world

import sim

LONG = {"condition": "list_over", "service": "long", "threshold": 4}
OTHERS = {"long": clinic(1)}


def therapy(instead: dict, mean: float = 2, **settings) -> dict:
    course = {"mean_visits": mean, "spread": "fixed", "interval_days": 4, "instead": instead}
    return clinic(99, "course", follow_ups=course, **settings)


def test_a_course_is_short_if_it_begins_while_the_list_is_long():
    # Six join `long` on day 2 and one a day is seen: last evening's list and the morning's are over four on days 2
    # (six) and 3 (five) only.
    short = {"short": {"only_while": LONG, "mean_visits": 1}}
    entry = {
        "those": {"to": {"long": 1.0}, "when": {"region": "knee"}},
        "otherwise": {"to": {"therapy": 1.0}},
    }
    who = people([0, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4], region=["hip", "hip", *["knee"] * 6, "hip", "hip", "hip"])
    run = lived(world({**OTHERS, "therapy": therapy(short)}, 20, entry), who)
    assert [d.waiting for d in run.clinic_days("long")][1:5] == [0, 5, 4, 3]
    assert run.days("attended", "therapy", "follow_up") == {1: [4, 8], 2: [5, 9], 9: [6], 10: [7], 11: [8, 12]}


def test_the_interval_is_that_of_the_day_on_which_a_visit_is_booked():
    # The list is long on day 4 only, when the second visit is held and the third booked.
    entry = {"those": {"to": {"long": 1.0}, "when": {"region": "knee"}}, "otherwise": {"to": {"therapy": 1.0}}}
    who = people([0, *[4] * 5, 5], region=["hip", *["knee"] * 5, "hip"])
    late = {"late": {"only_while": LONG, "interval_days": 9}}
    run = lived(world({**OTHERS, "therapy": therapy(late)}, 30, entry), who)
    assert run.days("attended", "therapy", "follow_up") == {1: [4, 13], 7: [9, 13]}


def test_the_first_alternative_that_holds_counts_and_a_clinic_may_ask_about_its_own_list():
    # One new person a day is seen of those who joined on day 0: 5, 4, 3, 2, 1 are there in the mornings.
    own = {"condition": "list_over", "service": "a"}
    instead = {
        "none": {"only_while": {**own, "threshold": 3}, "mean_visits": 0},
        "one": {"only_while": {**own, "threshold": 1}, "mean_visits": 1},
    }
    course = {"mean_visits": 2, "spread": "fixed", "interval_days": 1, "instead": instead}
    settings = {**clinic(2, "course", follow_ups=course, follow_ups_first_share=0.5, ring_fenced=True)}
    run = lived(world({"a": settings}, 12), people([0] * 5))
    assert run.seen("a") == {1: 0, 2: 1, 3: 2, 4: 3, 5: 4}
    assert run.days("attended", "a", "follow_up") == {3: [3], 4: [4], 5: [5, 6]}


def test_an_alternative_may_begin_on_a_date_and_one_that_never_holds_changes_nothing():
    dated = {"then": {"only_while": {"condition": "after", "date": "2025-01-08"}, "mean_visits": 1}}
    run = lived(world({"therapy": therapy(dated)}, 15), people(0, 2))
    assert run.days("attended", "therapy", "follow_up") == {1: [4, 8], 2: [6]}
    never = {"never": {"only_while": {"condition": "list_over", "service": "a", "threshold": 10**6}, "mean_visits": 1}}
    alike = [
        lived(world({"a": {**therapy(instead, 1.7), "missed": {"new_share": 0.2}}}, 30, a_day=3)).events
        for instead in ({}, never)
    ]
    assert alike[0] == alike[1]


HERE = "pathway.services.a.follow_ups.instead.x"


@pytest.mark.parametrize(
    "one, told",
    [
        (
            {"only_while": {**LONG, "service": "b"}, "mean_visits": 1},
            f"{HERE}.only_while.service: 'b' is not a service; there is: a",
        ),
        (
            {"only_while": {"condition": "list_over", "service": "a"}, "mean_visits": 1},
            f"{HERE}.only_while: the condition list_over needs threshold; "
            "{condition: list_over, service: a, threshold: 20}",
        ),
        (
            {"only_while": {"condition": "after", "date": "2031-01-01"}, "mean_visits": 1},
            f"{HERE}.only_while.date: is outside the simulated days; a date between the start and the horizon",
        ),
        (
            {"only_while": {**LONG, "service": "a"}, "mean_visits": 2},
            f"{HERE}: changes nothing: so it is at other times; mean_visits, spread or interval_days other than those "
            "above, or leave it out",
        ),
        ({"mean_visits": 1}, f"{HERE}.only_while: is missing; give a value"),
    ],
    ids=["no_service", "no_threshold", "no_day_of_the_run", "changes_nothing", "no_condition"],
)
def test_what_is_wrong_is_told_in_one_line(one, told):
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": therapy({"x": one})}, 10))
    assert [str(fault) for fault in error.value.faults] == [told]


def test_an_alternative_that_comes_with_a_change_of_settings_is_checked_and_watched():
    change = {"date": "2025-01-08", "follow_ups": {"mean_visits": 2, "instead": {"x": {"only_while": LONG}}}}
    services = {**OTHERS, "therapy": therapy({}, later={"then": change})}
    with pytest.raises(sim.ScenarioError, match=r"later\.then\.follow_ups\.instead\.x: changes nothing"):
        sim.from_dict(world(services, 10))
    change["follow_ups"] = {
        "mean_visits": 2,
        "spread": "fixed",
        "instead": {"x": {"only_while": LONG, "mean_visits": 0}},
    }
    entry = {"those": {"to": {"long": 1.0}, "when": {"region": "knee"}}, "otherwise": {"to": {"therapy": 1.0}}}
    who = people([0, *[2] * 6, 2, 7], region=["hip", *["knee"] * 6, "hip", "hip"])
    run = lived(world(services, 40, entry), who)
    assert run.days("attended", "therapy", "follow_up") == {1: [4, 25], 9: [28]}
