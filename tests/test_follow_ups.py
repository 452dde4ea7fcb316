"""Follow-ups as a list: the day due in the log, who is overdue on any day, for how long, and from the start."""

import math

import numpy as np
import pytest
from worlds import clinic, lived, people, world, written

import sim
from sim.analysis.indicators import measure
from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.as_of import as_of
from sim.analysis.reading.follow_ups import follow_ups
from sim.analysis.reading.reading import Reading
from sim.analysis.statistics.monthly import lists_table

MONDAYS = {
    **clinic(to="course", follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 3}),
    "capacity": {"slots_per_week": 1},
    "open_days": ["mon"],
}
"""One visit a week, follow-ups first. Of two people who ask on day 0 the first is seen then, and is due again on day 3,
which no clinic day is: it is held on day 7. The second is seen on day 14 and is due on day 17."""
CONFIG = world({"a": MONDAYS, "gp": clinic()}, 20)


@pytest.fixture(scope="module")
def run():
    return lived(CONFIG, people(0, 0))


def told(reading: Reading) -> dict[str, float]:
    """What is said of follow-ups at `a`."""
    found = {kpi: value for kpi, group, value, _ in measure(reading) if "follow_up" in kpi and group == "a"}
    return {kpi.removeprefix("follow_up").removeprefix("s_").removeprefix("_"): v for kpi, v in found.items()}


def test_the_log_says_when_a_follow_up_was_due(run):
    assert [(e.day, e.who, e.since) for e in run.of("attended", detail="follow_up")] == [(7, 1, 3)]
    assert run.record.due["a"].tolist() == [[1, 17]] and set(run.record.due) == {"a"}


def test_overdue_and_late_by_hand(run):
    assert told(Reading(run.record, run.scenario)) == pytest.approx(
        {
            "overdue": 1,
            "days_overdue_median": 2,  # due on 17, and the last day is 19
            "days_late_median": 4,
            "days_late_p92": 4.42,  # within the day, by the convention of every wait
            "within_an_interval_share": 0,  # four days late, of an interval of three
        }
    )


@pytest.mark.parametrize(
    ("day", "overdue", "days"),
    [(2, 0, math.nan), (3, 1, 0), (6, 1, 3), (7, 0, math.nan), (16, 0, math.nan), (18, 1, 1)],
)
def test_as_it_stood_on_any_day(run, day, overdue, days):
    found = told(as_of(run.record, run.scenario, day))
    assert found["overdue"] == overdue and found["days_overdue_median"] == pytest.approx(days, nan_ok=True)


def test_only_services_that_see_people_again_are_told_of(run):
    assert set(follow_ups(Reading(run.record, run.scenario))) == {0}


def test_who_misses_a_follow_up_is_due_again_an_interval_later():
    missing = {**MONDAYS, "missed": {"follow_up_share": 1.0}}
    run = lived(world({"a": missing}, 20), people(0))
    assert [(e.day, e.since) for e in run.of("missed")] == [(7, 3), (14, 10)]
    assert run.record.due["a"].tolist() == [[0, 17]] and not run.of("attended", detail="follow_up")


def test_who_cancels_was_overdue_until_then():
    rows = [
        (0, 1, "a", "listed", "door"),
        (0, 1, "a", "attended", "new"),
        (7, 1, "a", "cancelled", "rebooked", "", 3),
        (7, 2, "a", "cancelled", "rebooked", "", 7),  # of a first visit: the wait goes on
        (14, 1, "a", "attended", "follow_up", "", 10),
    ]
    scenario, record = sim.from_dict(CONFIG), written(CONFIG, people(0, 0), rows)
    assert [told(as_of(record, scenario, day))["overdue"] for day in (2, 5, 8, 11, 15)] == [0, 1, 0, 1, 0]
    assert told(Reading(record, scenario))["days_late_median"] == 4


def test_a_result_is_due_on_the_day_after_it_is_back():
    services = {
        "a": {**clinic(2, orders={"scan": {"service": "scan", "share": 1.0}})},
        "scan": clinic(2, to="return"),
    }
    run = lived(world(services, 10), people(0))
    scanned = run.seen("scan")[1]
    again = run.of("attended", "a", "follow_up")
    assert [(e.day, e.since) for e in again] == [(scanned + 1, scanned + 1)]


def test_a_start_with_ten_overdue_and_one_visit_a_day():
    here = {"service": "a", "share": 1.0, "in_course": True, "needs": {"physiotherapy": 1.0}}
    here |= {"overdue_share": 1.0, "overdue_days": 100}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 10}, "places": {"here": here}}}}
    course = clinic(to="course", follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 7})
    config = world({"a": course}, 5, a_day=0, start=start)
    run = lived(config)
    due = [e.since for e in run.of("attended", detail="follow_up")]
    assert len(due) == 5 and max(due) < 0 and due == sorted(due)
    still = run.record.due["a"][:, 1]
    assert len(still) == 5 and max(due) <= still.min() < 0
    measures = measures_of(run.record, run.scenario)
    assert measures.overdue.sum(axis=2).tolist() == [[5]] and measures.lists.sum() == 0
    table = lists_table(run.scenario, [measures])
    weeks = (4 - still) / 7
    assert table.overdue.sum() == 5 and table.set_index("band_weeks").overdue["12-18"] == np.sum(weeks > 12)
    waits = {(one.statistic, one.group): one.value for one in measures.waits}
    assert waits["follow_ups_overdue_people", "all"] == 5
    assert waits["follow_ups_overdue_weeks_median", "all"] == pytest.approx(np.median(weeks))
    assert waits["follow_ups_held_people", "all"] == 5
