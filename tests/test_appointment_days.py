"""Clinics held besides with routes, people and misses of their own: a community appointment day. By hand."""

import pytest
from worlds import clinic, delay, lived, people, rule, way, world

import sim
from sim.analysis.pathway.moves import moves_of
from sim.domain.pathway.stretches import stretches
from sim.domain.scenario import calendar_of

DAY = {"date": "2025-01-11", "slots": 3}  # day 5, a Saturday


def tuesdays(**settings) -> dict:
    """One slot on Tuesdays (days 1, 8, 15, ...), after which everybody goes to a course of one visit."""
    course = {"mean_visits": 1, "spread": "fixed", "interval_days": 1}
    return {
        **clinic(to="course", follow_ups=course, **settings),
        "capacity": {"slots_per_week": 1},
        "open_days": ["tue"],
    }


def services(extra: dict, **settings) -> dict:
    return {"a": tuesdays(extra_clinics={"cad": {**DAY, **extra}}, **settings), "b": clinic(9), "c": delay(1)}


def test_who_is_seen_at_an_appointment_day_goes_by_its_own_routes():
    routes = way("resolved", knees=rule("b", {"region": "knee"}), hips=rule("course", {"region": "hip"}))
    who = people([0] * 5, region=["neck", "neck", "knee", "hip", "neck"])
    run = lived(world(services({"routes": routes}), 30), who)
    assert run.seen("a") == {1: 1, 2: 5, 3: 5, 4: 5, 5: 22}
    assert run.story(2)[-1] == (5, "a", "resolved", "otherwise", "")
    assert run.seen("b") == {3: 6} and ("a", "knees") in {(e.service, e.detail) for e in run.of("moved", "a")}
    # Who has a course has it at the usual clinic, in turn with the others.
    assert run.days("attended", "a", "follow_up") == {1: [8], 4: [15], 5: [29]}
    assert run.clinic_days("a")[1].used == 3


def test_it_may_be_for_some_people_only_whoever_stands_before_them():
    who = people([0] * 5, region=["neck", "neck", "knee", "neck", "knee"])
    run = lived(world(services({"when": {"region": "knee"}}), 40), who)
    assert {n: day for n, day in run.seen("a").items() if day == 5} == {3: 5, 5: 5}
    # The slot that nobody takes is for no follow-up: it is meant for these people.
    assert run.clinic_days("a")[1][:3] == (5, 3, 2)
    late = {"when": {"region": "knee"}, "waited_over_weeks": 0.5}
    who = people([0, 0, 0, 3], region=["neck", "neck", "knee", "knee"])
    assert {n for n, day in lived(world(services(late), 40), who).seen("a").items() if day == 5} == {3}


def test_it_may_be_missed_by_another_share_and_who_misses_it_is_booked_at_the_usual_clinic():
    run = lived(world(services({"missed_share": 1.0, "routes": way()}), 30), people(0, 0, 0, 0, 0))
    assert run.days("missed", "a") == {2: [5], 3: [5], 4: [5]}
    assert run.seen("a") == {1: 1, 5: 15, 2: 29}  # follow-ups have days 8 and 22
    everybody = {"new_share": 1.0, "follow_up_share": 0.0}
    run = lived(world(services({"missed_share": 0.0, "routes": way()}, missed=everybody), 9), people(0, 0, 0))
    assert run.seen("a") == {1: 5, 2: 5, 3: 5} and run.days("missed", "a") == {1: [1]}
    half = services({"missed_share": 0.25, "slots": 4000, "routes": way()})
    run = lived(world(half, 6), people([0] * 4000))
    assert len(run.of("missed")) / 3999 == pytest.approx(0.25, abs=0.02)


def test_its_cancelled_visits_are_not_given_to_others_as_usual_visits_are():
    gone = {"share": 1.0, "refilled_share": 1.0}
    for extra, others in (({"routes": way()}, []), ({}, [5])):
        run = lived(world(services({**extra, "slots": 1}, cancelled=gone), 7), people(0, 0, 0))
        assert [e.day for e in run.of("attended", "a") if e.day == 5] == others


def test_the_visits_before_and_after_it_have_the_same_luck():
    """A day with the usual routes and the usual misses is the extra clinic that there was."""
    settings = {"missed": {"new_share": 0.3, "follow_up_share": 0.2}}
    alike = {"missed_share": 0.3, "routes": way("course")}
    plain, other = (lived(world(services(extra, **settings), 60, a_day=0.3)) for extra in ({}, alike))
    assert [e[:4] for e in plain.events if e.day < 5] == [e[:4] for e in other.events if e.day < 5]
    assert {n: d for n, d in plain.seen("a").items() if d == 5} == {n: d for n, d in other.seen("a").items() if d == 5}


def test_its_routes_may_begin_on_a_date_and_are_in_the_picture():
    later = rule("b", only_while={"condition": "after", "date": "2025-01-15"})
    twice = {"weekdays": ["sat"], "first_day": "2025-01-11", "last_day": "2025-01-18", "slots": 1}
    config = services({})
    config["a"]["extra_clinics"] = {"cad": {**twice, "routes": way("c", later=later)}}
    run = lived(world(config, 30), people(0, 0, 0))
    assert run.seen("a") == {1: 1, 2: 5, 3: 12} and run.seen("b") == {3: 13}
    parts = stretches(run.scenario.pathway, calendar_of(run.scenario))
    assert [sorted(one.pathway.services["a"].extra_clinics["cad"].routes) for one in parts] == [
        ["otherwise"],
        ["later", "otherwise"],
    ]
    ways = moves_of(run.scenario).ways
    assert {to: (move.low, move.high) for (origin, to), move in ways.items() if origin == "a"} == {
        "resolved": (1.0, 1.0),
        "b": (0.0, 1.0),
        "c": (0.0, 1.0),
    }


A = "pathway.services.a.extra_clinics.cad"


@pytest.mark.parametrize(
    "extra, told",
    [
        ({"routes": {"x": {"to": {"b": 1.0}}}}, f"{A}.routes: has no rule 'otherwise'"),
        ({"routes": way("nowhere")}, f"{A}.routes.otherwise.to.nowhere: is not a service"),
        ({"routes": way({"b": 0.5})}, f"{A}.routes.otherwise.to: the shares add to 0.5, not 1"),
        ({"routes": way("return")}, f"{A}.routes: sends people back with 'return', as the clinic itself does not"),
        ({"when": {"regoin": "knee"}}, f"{A}.when.regoin: is not a fact of a patient"),
        ({"when": {"region": "nkee"}}, f"{A}.when.region: 'nkee' is not a word of region"),
        ({"missed_share": 1.5}, f"{A}.missed_share: is too large"),
    ],
    ids=["no_otherwise", "no_service", "shares", "return", "no_fact", "no_word", "too_many"],
)
def test_what_is_wrong_is_told_in_one_line(extra, told):
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(services(extra), 30))
    (fault,) = error.value.faults
    assert str(fault).startswith(told)


def test_a_course_may_begin_at_an_appointment_day_alone():
    config = services({"routes": way("course")})
    config["a"]["routes"] = way()
    run = lived(world(config, 20), people(0, 0))
    assert run.days("attended", "a", "follow_up") == {2: [8]}
