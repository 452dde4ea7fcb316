"""Who has the care they need within 18 weeks and a year, and what became of the others: logs written by hand."""

import math

import numpy as np
import pytest
from test_indicators import again, kpis, listed, moved, removed, resolved, seen
from worlds import people as anybody

from sim.analysis.statistics.survival import cumulative_incidence

WITHIN_18, WITHIN_A_YEAR = "had_needed_care_within_18_weeks_share", "had_needed_care_within_52_weeks_share"


def people(days, need="physiotherapy"):
    """They presented on these days, and need physiotherapy unless stated."""
    return anybody(days, need=need)


def share(rows, patients=None, which=WITHIN_18, group="all", days=400):
    patients = people([0] * max(row[1] for row in rows)) if patients is None else patients
    return kpis(rows, patients, days=days)[which, group]


def test_care_that_meets_the_need_within_126_days_counts_and_later_does_not():
    rows = [seen(126, 1, "physio"), seen(127, 2, "physio"), seen(9, 3, "gp"), listed(0, 4, "gp", "door")]
    assert share(rows) == 0.25 and share(rows, which=WITHIN_A_YEAR) == 0.5
    assert share(rows, group="physiotherapy") == 0.25


def test_who_needs_no_more_than_self_management_is_not_asked_about():
    rows = [seen(9, 1, "gp"), seen(20, 2, "physio")]
    found = kpis(rows, people([0, 0], need=["self_management", "physiotherapy"]), days=400)
    assert found[WITHIN_18, "all"] == 1.0 and (WITHIN_18, "self_management") not in found


def test_a_visit_that_came_to_nothing_is_no_care():
    specialist = people([0] * 4, need="specialist")
    rows = [
        seen(10, 1, "trauma_orthopaedics"),
        moved(10, 1, "trauma_orthopaedics", "no_outcome"),
        # A test first, and nothing after the visit at which its result was told.
        seen(10, 2, "trauma_orthopaedics"),
        (10, 2, "trauma_orthopaedics", "moved", "test", "mri"),
        again(30, 2, "trauma_orthopaedics"),
        moved(30, 2, "trauma_orthopaedics", "no_outcome"),
        # A course, and nothing more after it: that was treatment.
        seen(10, 3, "trauma_orthopaedics"),
        moved(10, 3, "trauma_orthopaedics", "trauma_orthopaedics"),
        again(40, 3, "trauma_orthopaedics"),
        moved(40, 3, "trauma_orthopaedics", "no_outcome"),
        # Nothing the first time, and treated the second.
        seen(10, 4, "trauma_orthopaedics"),
        moved(10, 4, "trauma_orthopaedics", "no_outcome"),
        seen(90, 4, "trauma_orthopaedics"),
        moved(90, 4, "trauma_orthopaedics", "surgery"),
    ]
    rows.sort(key=lambda row: row[0])
    assert share(rows, specialist) == 0.5


def test_every_way_out_is_told_and_competes():
    rows = [
        seen(5, 1, "physio"),
        removed(6, 2, "physio", "recovered"),
        removed(7, 3, "physio", "private"),
        removed(8, 4, "physio", "other"),
        resolved(9, 5, "gp"),
        listed(0, 6, "physio"),
    ]
    found = kpis(rows, people([0] * 6), days=400)
    for when in ("after_18_weeks_share", "after_52_weeks_share"):
        told = {group: value for (kpi, group), value in found.items() if kpi == when}
        assert told == {
            way: pytest.approx(1 / 6)
            for way in ("have_care", "recovered", "went_private", "removed", "ended_without", "still_wait")
        }


def test_who_left_and_came_for_care_later_left_first():
    rows = [removed(6, 1, "physio", "private"), seen(30, 1, "physio")]
    assert share(rows) == 0.0


def test_only_people_who_are_followed_for_the_whole_time_are_counted():
    # The last day is 199: whoever presented after day 73 is not followed for 126 days.
    rows = [listed(74, 3, "physio"), seen(80, 1, "physio", 46), seen(80, 2, "physio", 73)]
    assert share(rows, people([46, 73, 74]), days=200) == 1.0
    assert math.isnan(share([seen(80, 1, "physio", 74)], people([74]), days=200))
    assert math.isnan(share(rows, people([46, 73, 74]), which=WITHIN_A_YEAR, days=200))


def test_who_came_in_the_first_days_of_a_run_is_no_sample_of_its_people():
    rows = [seen(80, 1, "physio", 46)]
    assert share(rows, people([46]), days=200) == 1.0  # days 46 to 73: four weeks
    assert math.isnan(share(rows, people([47]), days=200))


def test_it_is_the_estimate_of_aalen_and_johansen():
    chance = np.random.default_rng(3)
    days, way = chance.integers(1, 300, 200), chance.integers(0, 4, 200)
    words = {1: "recovered", 2: "private", 3: "other"}
    rows = [
        seen(day, who, "physio") if kind == 0 else removed(day, who, "physio", words[kind])
        for who, (day, kind) in enumerate(zip(days.tolist(), way.tolist(), strict=True), 1)
    ]
    rows.sort(key=lambda row: row[0])
    found = kpis(rows, people([0] * 200), days=500)
    curves = cumulative_incidence(days, way + 1, 4).curves[:, 126]
    told = [found["after_18_weeks_share", word] for word in ("have_care", "recovered", "went_private", "removed")]
    assert told == pytest.approx(curves.tolist())
