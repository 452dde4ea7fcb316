"""What each service did in each month: every kind of activity counted by hand, and its mean with an interval."""

import math
from dataclasses import replace

import numpy as np
import pytest
from worlds import clinic, delay, group, lived, people, way, world, written

import sim
from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.activity import ACTIVITY
from sim.analysis.statistics.monthly import STATISTICS, activity_table

SERVICES = {
    "a": clinic(to="course", follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 3}),
    "surgery": clinic(rtt="treatment", setting="hospital"),
    "class": group(max_size=4),
    "home": delay(3),
}
CONFIG = world(SERVICES, 30)
"""From Monday 6 January: days 0 to 25 are of January, 26 to 29 of February."""
ROWS = [
    (-9, 1, "a", "listed", "starting_list"),
    (-9, 2, "a", "listed", "starting_list"),
    (0, 3, "", "presented", "door"),
    (0, 3, "a", "listed", "door"),
    (1, 1, "a", "missed", "new", "", -9),
    (2, 1, "a", "attended", "new", "", -9),
    (2, 1, "a", "moved", "otherwise", "a"),
    (3, 3, "a", "attended", "side_contact"),
    (5, 1, "a", "cancelled", "rebooked", "", 5),
    (8, 1, "a", "attended", "follow_up", "", 8),
    (8, 1, "a", "resolved", "otherwise"),
    (9, 2, "a", "removed", "private", "", -9),
    (25, 3, "a", "attended", "new", "", 0),
    (25, 3, "a", "moved", "otherwise", "class"),
    (25, 3, "class", "listed", "referred"),
    (26, 4, "surgery", "listed", "from_elsewhere"),
    (27, 4, "surgery", "attended", "new", "", 26),
    (27, 4, "surgery", "resolved", "otherwise"),
    (27, 3, "class", "started", "new", "", 25),
    (27, 3, "class", "attended", "new"),
    (28, 3, "class", "missed", "session"),
    (29, 3, "class", "attended", "session"),
    (29, 3, "class", "removed", "dropped_out"),
]
CLINICS = {"class": [[27, 8, 1, 0, 0], [28, 4, 0, 1, 0], [29, 4, 1, 0, 0]]}
CALLS = ("listed", "attended", "started")


def counted(measures) -> dict[tuple[str, str], list[int]]:
    """(service, activity) -> its numbers in January and February, of what is not nothing."""
    table = measures.activity
    return {
        (name, kind): table[:, code, number].tolist()
        for code, name in enumerate(SERVICES)
        for number, kind in enumerate(ACTIVITY)
        if table[:, code, number].any()
    }


@pytest.fixture(scope="module")
def measures():
    return measures_of(written(CONFIG, people(0, 0, 0, 26), ROWS, CLINICS), sim.from_dict(CONFIG))


def test_every_kind_of_activity_by_hand(measures):
    assert counted(measures) == {
        ("a", "joined"): [1, 0],  # two others were on the list when the run began
        ("a", "first_visits"): [2, 0],
        ("a", "follow_ups"): [1, 0],
        ("a", "side_contacts"): [1, 0],
        ("a", "missed"): [1, 0],
        ("a", "cancelled"): [1, 0],
        ("a", "resolved"): [1, 0],
        ("a", "left_unseen"): [1, 0],
        ("a", "left_private"): [1, 0],
        ("surgery", "joined"): [0, 1],
        ("surgery", "first_visits"): [0, 1],
        ("surgery", "operations"): [0, 1],
        ("surgery", "resolved"): [0, 1],
        ("class", "joined"): [1, 0],
        ("class", "started"): [0, 1],
        ("class", "first_visits"): [0, 1],
        ("class", "follow_ups"): [0, 1],
        ("class", "missed"): [0, 1],
        ("class", "group_sessions"): [0, 4],  # two cohorts on day 27
        ("class", "left_dropped_out"): [0, 1],  # from their seat, not from the list
    }


def test_the_table_has_the_mean_of_replications_with_its_interval(measures):
    other = replace(measures, activity=measures.activity * 3)
    table = activity_table(sim.from_dict(CONFIG), [measures, other])
    found = table.set_index(["service", "statistic", "month"]).sort_index()
    joined = found.loc["a", "joined", "2025-01"]
    half = 12.7062 * math.sqrt(2) / math.sqrt(2)  # of 1 and 3, Student's t with one degree of freedom
    assert joined.value == 2 and joined.unit == "people"
    assert (joined.ci_low, joined.ci_high) == pytest.approx((2 - half, 2 + half), rel=1e-4)
    assert found.loc["class", "waiting", "2025-01"].value == 1  # joined in January, started in February
    assert found.loc["class", "waiting", "2025-02"].value == 0
    assert set(table.statistic) <= set(STATISTICS) and set(table.month) == {"2025-01", "2025-02"}
    assert not (table.service == "home").any()  # nobody was ever there


def test_one_replication_has_no_interval(measures):
    table = activity_table(sim.from_dict(CONFIG), [measures])
    assert table.value.notna().all() and table.ci_low.isna().all() and table.ci_high.isna().all()


def test_who_waits_is_who_waited_and_joined_less_who_was_called_or_left():
    """Of a world in which people are missed, removed, sent on unseen and taken into groups."""
    services = {
        "a": clinic(
            2, to={"class": 0.5, "resolved": 0.5}, recovers=True, missed={"new_share": 0.3, "discharged_share": 1}
        )
        | {"after_missing": way({"b": 0.5, "resolved": 0.5})},
        "b": clinic(0.1, removed_share_per_week_waited=0.2),
        "class": group(4, min_size=3),
    }
    recovery = {"recovery": {"share_within_6_weeks": {"acute": 0.5}, "needs": ["self_management", "physiotherapy"]}}
    config = world(services, 120, a_day=4.0)
    config["pathway"]["while_waiting"] = recovery
    run = lived(config)
    measures = measures_of(run.record, run.scenario)
    ends = run.record.calendar.month_ends()
    for code, name in enumerate(services):
        number = {kind: measures.activity[:, code, at] for at, kind in enumerate(ACTIVITY)}
        gone = [
            e.day
            for place, e in enumerate(run.events)
            if e.service == name and e.what in ("removed", "moved", "resolved") and _waited(run.events[:place], e)
        ]
        months = np.bincount(np.searchsorted(ends, gone), minlength=len(ends))
        assert number["left_unseen"].tolist() == months.tolist() and number["joined"].sum() == len(
            run.of("listed", name)
        )
        assert (len(gone) > 0) == (name != "class")


def _waited(before: list, event) -> bool:
    """Whether the person was on the list of the service when this happened: joined last, and not called since."""
    last = [e.what for e in before if (e.who, e.service) == (event.who, event.service) and e.what in CALLS]
    return bool(last) and last[-1] == "listed"
