"""People in the middle of care on day 0: what is left of it, when they are due, and who is overdue."""

import numpy as np
import pytest
from worlds import caseload, clinic, delay, group, world

import sim
from sim.analysis.exact import residual
from sim.domain.pathway.visits import FollowUps
from sim.engine.services.course_lengths import CourseLengths

PEOPLE = 2000


def start(service: str, people: float = PEOPLE, **more) -> dict:
    """So many in the middle of care at a service."""
    here = {"service": service, "share": 1.0, "in_course": True, "needs": {"physiotherapy": 1.0}, **more}
    return {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": people}, "places": {"here": here}}}}


def course(mean: float, spread: str = "fixed", days: int = 10, slots: float = 9999) -> dict:
    """A clinic with such courses."""
    return clinic(slots, {"course": 1.0}, follow_ups={"mean_visits": mean, "spread": spread, "interval_days": days})


def seen(services: dict, days: int = 200, **sections):
    """Attended visits of a world to which nobody new comes."""
    events = sim.simulate(sim.from_dict(world(services, days, a_day=0, **sections))).events
    return events[events.event == "attended"]


def faults_of(services: dict, **more) -> list[str]:
    """Where the faults of such a start are."""
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(services, 10, start=start("a", **more)))
    return [fault.where.removeprefix("start.lists.x.places.here.") for fault in error.value.faults]


def test_visits_left_by_hand():
    # Courses of 1 or 3, half each: of four intervals one is of a course of 1, three are of one of 3.
    pmf = np.array([0.0, 0.5, 0.0, 0.5])
    assert residual.visits_left(pmf) == pytest.approx([0, 0.5, 0.25, 0.25])
    assert residual.mean_left(pmf) == pytest.approx(1.75)
    assert residual.visits_left(residual.lengths("geometric", 2.0))[1:4] == pytest.approx([1 / 3, 2 / 9, 4 / 27])


@pytest.mark.parametrize(("spread", "mean"), [("fixed", 4.0), ("poisson", 0.4), ("poisson", 3.7), ("geometric", 1.5)])
def test_what_is_left_of_a_course_is_its_residual_at_every_quantile(spread, mean):
    u = (np.arange(20_000) + 0.5) / 20_000
    left = CourseLengths(FollowUps(mean_visits=mean, spread=spread)).left(u)
    exact = residual.visits_left(residual.lengths(spread, mean))
    assert np.bincount(left, minlength=30)[:30] / 20_000 == pytest.approx(exact[:30], abs=1e-4)


def test_where_courses_have_no_follow_ups_one_is_left():
    assert seen({"a": clinic(9999)}, start=start("a")).groupby("patient_id").size().eq(1).all()


def test_the_next_visit_is_due_on_any_day_of_an_interval():
    visits = seen({"a": course(2.0)}, start=start("a"))
    first = visits.groupby("patient_id").day.min()
    assert np.bincount(first, minlength=10) == pytest.approx(np.full(10, 200), abs=4.5 * 180**0.5)
    gaps = visits.groupby("patient_id").day.agg(lambda days: days.max() - days.min())
    assert set(gaps.tolist()) == {0, 10}


def test_who_is_overdue_is_seen_first_and_the_longest_overdue_first():
    where = start("a", 100, overdue_share=1.0, overdue_days=30)
    visits = seen({"a": course(1.0, slots=10)}, start=where)
    assert visits.groupby("day").size().tolist() == [10] * 10  # all are due: ten a day
    mixed = seen({"a": course(1.0)}, start=start("a", overdue_share=0.4, overdue_days=30))
    at_once = (mixed.groupby("patient_id").day.min() == 0).mean()
    assert at_once == pytest.approx(0.4 + 0.6 / 10, abs=4.5 * (0.46 * 0.54 / PEOPLE) ** 0.5)


def test_nobody_is_overdue_unless_it_is_said():
    plain, none = (seen({"a": course(1.0)}, start=start("a", 50, **more)) for more in ({}, {"overdue_share": 0.0}))
    assert plain.reset_index(drop=True).equals(none.reset_index(drop=True))


def test_overdue_needs_both_numbers_and_a_course_at_a_clinic():
    assert faults_of({"a": course(1.0)}, overdue_share=0.5) == ["overdue_days"]
    assert faults_of({"a": course(1.0)}, overdue_days=5) == ["overdue_share"]
    assert faults_of({"a": caseload(9)}, overdue_share=0.5, overdue_days=5) == ["overdue_share"]
    assert faults_of({"a": course(1.0)}, overdue_share=0.5, overdue_days=5, in_course=False) == ["overdue_share"]
    assert faults_of({"a": delay(5)}) == ["in_course"]
    assert faults_of({"a": group(sessions=1)}) == ["in_course"]


# --- groups -----------------------------------------------------------------------------------------------

# Four sessions a group, twice a week: 96 seats a week are 12 groups of four at once.
GROUPS = {"a": group(96, max_size=4, sessions=4, session_days=["tue", "thu"])}


def test_groups_under_way_hold_the_sessions_that_are_left():
    visits = seen(GROUPS, start=start("a", 48))
    left = visits.groupby("patient_id").size()
    # One to three of four sessions are left, as many groups with each.
    assert left.value_counts().to_dict() == {1: 16, 2: 16, 3: 16}


def test_people_for_whom_no_group_has_room_wait():
    config = world(GROUPS, 60, a_day=0, start=start("a", 60))
    events = sim.simulate(sim.from_dict(config)).events
    assert (events.event == "listed").sum() == 12
    assert events[events.event == "attended"].patient_id.nunique() == 60
    assert (events.event == "resolved").sum() == 60


def test_of_groups_that_lose_people_those_further_on_are_smaller():
    services = {"a": group(96, max_size=8, sessions=4, session_days=["tue", "thu"], drop_out_share_per_session=0.5)}
    config = world(services, 60, a_day=0, start=start("a", 28))
    events = sim.simulate(sim.from_dict(config)).events
    first = events[events.event.isin(["attended", "missed"])].groupby("patient_id").day.min()
    assert len(first) == 28  # 4 : 2 : 1 in each three groups, and everybody is at the next session
