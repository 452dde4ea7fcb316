"""A small world without chance, worked out by hand: every event, every clinic day, and the indicators that follow.

Five people, a GP (one slot each working day, urgent people first), physiotherapy (Mondays and Thursdays, one slot,
two days' notice, one follow-up after a week) and five days of looking after oneself at home. Day 0 is a Monday.

    1  day 0  knee, routine              GP Tue 1 -> physio Thu 3, Thu 10
    2  day 0  hip, urgent                GP Mon 0 -> home to Sat 5, better
    3  day 0  hip, routine, needs physio GP Wed 2 -> home to Mon 7, GP Mon 7 -> physio Mon 21, Mon 28
    4  day 1  knee, routine              GP Thu 3 -> physio Mon 7, Mon 14
    5  day 4  knee, urgent               GP Fri 4 -> physio Thu 17, Thu 24
"""

import pytest
from worlds import Event, clinic, delay, lived, people, rule, way, world

from sim.analysis.indicators.measures import measures_of

SERVICES = {
    "gp": {
        **clinic(
            setting="primary",
            care="self_management",
            clinician="gp",
            priority={"urgent": {"when": {"urgency": "urgent"}}, "routine": {}},
        ),
        "open_days": "working_days",
        "routes": way(
            "home", knee=rule("physio", {"region": "knee"}), second_time=rule("physio", {"came_from": "home"})
        ),
    },
    "physio": {
        **clinic(
            to="course", care="physiotherapy", clinician="physiotherapist", earliest_notice_days=2, after_course=way()
        ),
        "capacity": {"slots_per_week": 2},
        "open_days": ["mon", "thu"],
        "follow_ups": {"mean_visits": 1, "spread": "fixed", "interval_days": 7},
    },
    "home": delay(
        5,
        setting="home",
        care="self_management",
        contact=False,
        routes=way("resolved", not_better=rule("gp", {"need": "physiotherapy"})),
    ),
}

# day, who, service, what, detail, to, since
LOG = [
    (0, 1, "", "presented", "door", "", 0),
    (0, 2, "", "presented", "door", "", 0),
    (0, 3, "", "presented", "door", "", 0),
    (0, 1, "gp", "listed", "door", "", 0),
    (0, 2, "gp", "listed", "door", "", 0),
    (0, 3, "gp", "listed", "door", "", 0),
    (0, 2, "gp", "attended", "new", "", 0),  # urgent: before 1 and 3
    (0, 2, "gp", "moved", "otherwise", "home", 0),
    (0, 2, "home", "listed", "referred", "", 0),
    (1, 4, "", "presented", "door", "", 1),
    (1, 4, "gp", "listed", "door", "", 1),
    (1, 1, "gp", "attended", "new", "", 0),
    (1, 1, "gp", "moved", "knee", "physio", 1),
    (1, 1, "physio", "listed", "referred", "", 1),
    (2, 3, "gp", "attended", "new", "", 0),
    (2, 3, "gp", "moved", "otherwise", "home", 2),
    (2, 3, "home", "listed", "referred", "", 2),
    (3, 4, "gp", "attended", "new", "", 1),
    (3, 4, "gp", "moved", "knee", "physio", 3),
    (3, 4, "physio", "listed", "referred", "", 3),
    (3, 1, "physio", "attended", "new", "", 1),  # two days' notice from Tuesday
    (3, 1, "physio", "moved", "otherwise", "physio", 3),
    (4, 5, "", "presented", "door", "", 4),
    (4, 5, "gp", "listed", "door", "", 4),
    (4, 5, "gp", "attended", "new", "", 4),
    (4, 5, "gp", "moved", "knee", "physio", 4),
    (4, 5, "physio", "listed", "referred", "", 4),
    (5, 2, "home", "resolved", "otherwise", "", 5),  # a Saturday: no clinic, but time passes
    (7, 3, "home", "moved", "not_better", "gp", 7),
    (7, 3, "gp", "listed", "referred", "", 7),
    (7, 3, "gp", "attended", "new", "", 7),  # what falls due in the morning can be seen that day
    (7, 3, "gp", "moved", "second_time", "physio", 7),
    (7, 3, "physio", "listed", "referred", "", 7),
    (7, 4, "physio", "attended", "new", "", 3),  # joined before 5
    (7, 4, "physio", "moved", "otherwise", "physio", 7),
    (10, 1, "physio", "attended", "follow_up", "", 10),  # the follow-up comes before 5 and 3, who wait
    (10, 1, "physio", "resolved", "otherwise", "", 10),
    (14, 4, "physio", "attended", "follow_up", "", 14),
    (14, 4, "physio", "resolved", "otherwise", "", 14),
    (17, 5, "physio", "attended", "new", "", 4),
    (17, 5, "physio", "moved", "otherwise", "physio", 17),
    (21, 3, "physio", "attended", "new", "", 7),
    (21, 3, "physio", "moved", "otherwise", "physio", 21),
    (24, 5, "physio", "attended", "follow_up", "", 24),
    (24, 5, "physio", "resolved", "otherwise", "", 24),
    (28, 3, "physio", "attended", "follow_up", "", 28),
    (28, 3, "physio", "resolved", "otherwise", "", 28),
]


@pytest.fixture(scope="module")
def run():
    patients = people(
        0,
        0,
        0,
        1,
        4,
        region=["knee", "hip", "hip", "knee", "knee"],
        urgency=["routine", "urgent", "routine", "routine", "urgent"],
        need=["physiotherapy", "self_management", "physiotherapy", "physiotherapy", "physiotherapy"],
        imd_quintile=["1", "1", "3", "5", "5"],
    )
    return lived(world(SERVICES, 30), patients)


def test_every_event_is_as_worked_out_by_hand(run):
    # Each person's in order. Which of two clinics of one day is written first says nothing,
    # so days are compared as a whole.
    expected = [Event(*row) for row in LOG]
    for who in range(1, 6):
        assert [e for e in run.events if e.who == who] == [e for e in expected if e.who == who], who
    assert sorted(run.events) == sorted(expected)
    assert [e.day for e in run.events] == [e.day for e in expected]


def test_nobody_is_left_inside(run):
    assert run.record.inside == 0


def test_every_gp_day_is_as_worked_out_by_hand(run):
    seen = {0: (1, 2), 1: (1, 2), 2: (1, 1), 3: (1, 0), 4: (1, 0), 7: (1, 0)}  # day: used, waiting at the end of it
    working_days = [day for day in range(30) if day % 7 < 5]
    assert run.clinic_days("gp") == [
        (day, 1, *(seen.get(day, (0, 0))[:1]), 0, seen.get(day, (0, 0))[1]) for day in working_days
    ]


def test_every_physiotherapy_day_is_as_worked_out_by_hand(run):
    assert run.clinic_days("physio") == [
        (0, 1, 0, 0, 0),
        (3, 1, 1, 0, 1),
        (7, 1, 1, 0, 2),
        (10, 1, 1, 0, 2),
        (14, 1, 1, 0, 2),
        (17, 1, 1, 0, 1),
        (21, 1, 1, 0, 0),
        (24, 1, 1, 0, 0),
        (28, 1, 1, 0, 0),
    ]


@pytest.fixture(scope="module")
def measures(run):
    return measures_of(run.record, run.scenario, with_pairs=True)


# One thousand residents for 30 days: a rate per 1,000 a year is the count times 365.25 / 30.
A_YEAR = 365.25 / 30


@pytest.mark.parametrize(
    "kpi, group, value",
    [
        ("days_to_first_contact_median", "all", 1),  # 0, 0, 1, 2, 2
        ("days_to_first_contact_p92", "all", 2.3),  # 4.6 of five: 1.6 of the two who waited 2 days, 0.8 of that day
        ("days_to_first_contact_median", "imd_5", 0.5),  # 2 and 0: half are reached by the end of day 0
        ("days_to_definitive_care_median", "all", 6),  # 0, 3, 6, 13, 21
        ("days_to_definitive_care_p92", "all", 21.1),  # 0.6 of the one of day 21
        ("days_to_definitive_care_median", "physiotherapy", 6.5),  # 3, 6, 13, 21: half by the end of day 6
        ("days_to_definitive_care_p92", "self_management", 0.42),  # 0.92 of the one of day 0
        ("contacts_per_episode", "all", 14 / 5),  # six with a GP, eight with a physiotherapist
        ("gp_appointments_per_1000", "all", 6 * A_YEAR),
        ("community_referrals_per_1000", "all", 4 * A_YEAR),
        ("hospital_referrals_per_1000", "all", 0),
        ("second_referrals_per_1000", "all", 0),
        ("wait_weeks_median", "gp", 0.5 / 7),  # 0, 0, 0, 1, 2, 2 days: the median is half a day
        ("wait_weeks_median", "physio", 4.5 / 7),  # 2, 4, 13, 14 days: waits from listing, notice included
        ("waiting_list", "physio", 0),
        ("slot_use", "gp", 6 / 22),
        ("slot_use", "physio", 8 / 9),
        ("slots_missed_share", "physio", 0),
        ("slots_offered_per_week", "physio", 9 / 30 * 7),
    ],
)
def test_the_indicators_are_as_worked_out_by_hand(measures, kpi, group, value):
    found = {(row[0], row[1]): row[2] for row in measures.kpis}
    assert found[kpi, group] == pytest.approx(value)


def test_everybodys_own_days_are_as_worked_out_by_hand(measures):
    pairs = measures.pairs
    assert pairs["patient_id"].tolist() == [1, 2, 3, 4, 5]
    assert pairs["imd_quintile"].tolist() == [1, 1, 3, 5, 5]
    assert pairs["days_to_first_contact"].tolist() == [1, 0, 2, 2, 0]
    assert pairs["days_to_definitive_care"].tolist() == [3, 0, 21, 6, 13]


def test_the_flows_are_as_worked_out_by_hand(measures):
    assert {(origin, to): count for origin, to, count in measures.flows} == {
        ("presented", "gp"): 5,
        ("gp", "physio"): 4,
        ("gp", "home"): 2,
        ("home", "gp"): 1,
        ("home", "resolved"): 1,
        ("physio", "resolved"): 4,
    }
