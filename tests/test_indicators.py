"""Every headline indicator, by its definition in the design: logs written by hand, numbers worked out by hand.

One thousand residents. Nobody who is still waiting is ever left out of a wait.
"""

import math

import numpy as np
import pandas as pd
import pytest
from worlds import clinic, delay, group, lived, made, people, way, world, written

import sim
from sim.analysis.indicators import INDICATORS, measure
from sim.analysis.indicators.access import LEFT, THERE, way_to
from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.before import last_before
from sim.analysis.reading.reading import Reading
from sim.analysis.reading.years import full_years
from sim.analysis.statistics.paired import differences, interval

HEADLINE = (
    "days_to_first_contact_median",
    "days_to_first_contact_p92",
    "days_to_definitive_care_median",
    "days_to_definitive_care_p92",
    "rtt_within_18_weeks",
    "rtt_median_weeks",
    "rtt_over_52_weeks",
    "hospital_referrals_per_1000",
    "hospital_no_outcome_share",
    "second_referrals_per_1000",
    "gp_appointments_per_1000",
    "surgical_conversion",
    "contacts_per_episode",
    "empty_group_seats_share",
    "cost_per_episode",
    "qalys_lost_waiting",
    "work_days_lost",
    "staff_wte",
    "staff_cost",
    "community_referrals_per_1000",
    "fcp_self_management_share",
    "wait_weeks_median",
    "wait_weeks_p92",
    "weeks_on_list_median",
    "waiting_list",
    "slot_use",
    "slots_missed_share",
)
COMPLETED = ("median_weeks", "p92_weeks", "within_18_weeks", "within_52_weeks")
SERVICES = {
    "gp": clinic(setting="primary", clinician="gp", care="self_management"),
    "fcp": clinic(setting="primary", clinician="fcp", care="self_management"),
    "home": delay(42, setting="home", care="self_management", contact=False),
    "triage": clinic(setting="triage", contact=False, rtt="provisional"),
    "physio": clinic(
        setting="community",
        clinician="physiotherapist",
        care="physiotherapy",
        orders={"scan": {"service": "mri", "share": 0.5}},
    ),
    "escape": group(setting="community", care="group_programme"),
    "mri": clinic(setting="diagnostics", to={"return": 0.5, "resolved": 0.5}),
    "trauma_orthopaedics": clinic(setting="hospital", clinician="consultant", care="specialist", rtt="clock"),
    "rheumatology": clinic(setting="hospital", clinician="consultant", care="rheumatology", rtt="clock"),
    "surgery": clinic(setting="hospital", clinician="consultant", care="surgery", rtt="treatment"),
    "no_outcome": delay(14, setting="home", contact=False, no_outcome=True),
}


def kpis(rows, patients=None, days=100, clinics=None, inside=0, **sections) -> dict:
    """{(kpi, group): value} of a log written by hand."""
    config = world(SERVICES, days, **sections)
    patients = people([0] * max(row[1] for row in rows)) if patients is None else patients
    record = written(config, patients, list(rows), clinics, inside)
    return {(kpi, group_): value for kpi, group_, value, _ in measure(Reading(record, sim.from_dict(config)))}


def seen(day, who, service, since=0):
    """A first visit."""
    return (day, who, service, "attended", "new", "", since)


def again(day, who, service):
    return (day, who, service, "attended", "follow_up")


def listed(day, who, service, detail="referred"):
    return (day, who, service, "listed", detail)


def moved(day, who, service, to, episode=0):
    return (day, who, service, "moved", "otherwise", to, None, episode)


def resolved(day, who, service):
    return (day, who, service, "resolved", "otherwise")


def removed(day, who, service, detail, since=0):
    return (day, who, service, "removed", detail, "", since)


def test_every_headline_indicator_is_there_with_its_unit():
    found = kpis([listed(0, 1, "gp", "door")])
    assert set(HEADLINE) <= {kpi for kpi, _ in found} <= set(INDICATORS)
    assert all(unit and isinstance(unit, str) for unit, _ in INDICATORS.values())


# --- from presentation to a first contact and to definitive care --------------------------------------------


def test_people_still_waiting_are_censored_and_not_dropped():
    # Seen after 5 and 10 days; one goes private after 3; one still waits at the end. Of the four a quarter have been
    # seen by the end of day 5 and half by that of day 10; without those who were never seen the median would be 5.5.
    found = kpis(
        [seen(5, 1, "gp"), seen(10, 2, "gp"), removed(3, 3, "gp", "private"), listed(0, 4, "gp", "door")], days=20
    )
    assert found["days_to_first_contact_median", "all"] == found["days_to_first_contact_median_at_least", "all"] == 10.5
    # Not known: with the one who still waits, three in four. More left than 92 in 100 allow, so it is longer than the
    # run, or never.
    assert math.isnan(found["days_to_first_contact_p92", "all"])
    assert found["days_to_first_contact_p92_at_least", "all"] == 20


def test_the_first_contact_is_the_first_attended_clinical_contact():
    # Not the desk, not a missed visit, not the time at home.
    rows = [
        seen(2, 1, "triage"),
        (3, 1, "gp", "missed", "new", "", 0),
        listed(4, 1, "home"),
        seen(9, 1, "gp"),
        seen(12, 1, "physio"),
    ]
    assert kpis(rows)["days_to_first_contact_median", "all"] == 9


def test_days_count_from_presentation():
    rows = [seen(9, 1, "gp", 2), seen(20, 2, "gp", 12)]
    assert kpis(rows, people(2, 12))["days_to_first_contact_p92", "all"] == pytest.approx(7.5 + 0.84)


@pytest.mark.parametrize("care", ["first_contact", "definitive_care"])
def test_92_in_100_are_there_on_the_92nd_day_where_one_more_is_there_each_day(care):
    # One hundred people, one seen on each of days 1 to 100, each day spread over itself: half by the end of day 50,
    # which is 50.5, and not 90 in 100.
    found = kpis([seen(day, day, "gp") for day in range(1, 101)], people([0] * 100, need="self_management"), days=102)
    quantiles = [found[f"days_to_{care}_{which}", "all"] for which in ("median", "p92")]
    assert quantiles == [50.5, 92.5]


def test_definitive_care_is_the_first_contact_at_or_above_the_need():
    rows = [seen(3, 1, "gp"), seen(30, 1, "physio"), seen(60, 1, "trauma_orthopaedics"), seen(90, 1, "surgery")]
    by_need = {"self_management": 3, "group_programme": 30, "physiotherapy": 30, "specialist": 60, "surgery": 90}
    for need, day in by_need.items():
        found = kpis(rows, people(0, need=need))
        assert found["days_to_definitive_care_median", "all"] == found["days_to_definitive_care_median", need] == day, (
            need
        )
    # A surgeon's clinic is not rheumatology.
    assert math.isnan(kpis(rows, people(0, need="rheumatology"))["days_to_definitive_care_median", "all"])
    assert (
        kpis([seen(5, 1, "rheumatology")], people(0, need="rheumatology"))["days_to_definitive_care_median", "all"] == 5
    )


def test_a_course_elsewhere_does_not_count_as_definitive_care_and_its_follow_ups_do_where_the_care_is_right():
    rows = [seen(3, 1, "physio"), again(24, 1, "physio"), again(40, 1, "trauma_orthopaedics")]
    assert kpis(rows, people(0, need="specialist"))["days_to_definitive_care_median", "all"] == 40


def test_resolution_without_that_care_counts_as_reached():
    # Recovery while waiting, and self-management that worked.
    patients = people(0, 0, need="physiotherapy")
    found = kpis([removed(21, 1, "physio", "recovered"), listed(0, 2, "home"), resolved(42, 2, "home")], patients)
    assert (found["days_to_definitive_care_median", "all"], found["days_to_definitive_care_p92", "all"]) == (
        21.5,  # 0.5 have by the end of day 21: within the day, as `quantiles` says
        pytest.approx(41.5 + 0.84),
    )


def test_leaving_for_private_care_is_not_definitive_care_here():
    found = kpis([removed(21, 1, "physio", "private"), seen(50, 2, "physio")], people(0, 0, need="physiotherapy"))
    assert found["days_to_definitive_care_median", "all"] == 50.5  # half of both by the end of day 50
    assert math.isnan(found["days_to_definitive_care_p92", "all"])
    assert found["days_to_definitive_care_p92_at_least", "all"] == 100


def test_who_leaves_before_a_first_contact_competes_and_is_not_as_who_waits_on():
    # Of ten each is seen on one of days 10, 20, ... 60; the other four recover, go private, are taken off and are
    # resolved on day 5. By day 50 five in ten: half, and never more than six.
    gone = [removed(5, 7, "gp", "recovered"), removed(5, 8, "gp", "private"), removed(5, 9, "gp", "other")]
    rows = [*gone, resolved(5, 10, "home"), *(seen(10 * day, day, "gp") for day in range(1, 7))]
    patients = people([0] * 10, need="physiotherapy")
    found = kpis(rows, patients)
    assert found["days_to_first_contact_median", "all"] == 50.5
    assert math.isnan(found["days_to_first_contact_p92", "all"])
    # Recovery and resolution count as definitive care: two there by day 5, two who never will be, six who may on day
    # 100, of whom half would make it half of all.
    assert math.isnan(found["days_to_definitive_care_median", "all"])
    assert found["days_to_definitive_care_median_at_least", "all"] == 100
    config = world(SERVICES, 100)
    days, way = way_to(Reading(written(config, patients, rows), sim.from_dict(config)), "definitive_care")
    assert days.tolist() == [100] * 6 + [5] * 4
    assert way.tolist() == [0] * 6 + [THERE, LEFT, LEFT, THERE]


def test_only_the_first_episode_counts():
    patients = people(0)
    rows = [
        (0, 1, "gp", "listed", "door", "", 0, 0),
        (5, 1, "gp", "removed", "private", "", 0, 0),
        (50, 1, "gp", "attended", "new", "", 50, 1),
    ]
    config_part = {"pathway": {"services": SERVICES, "entry": way("gp"), "recurrence": {"share": 0.5}}}
    assert math.isnan(kpis(rows, patients, **config_part)["days_to_first_contact_median", "all"])


def test_only_those_who_present_by_the_door_within_the_window_are_counted():
    rows = [seen(5, 1, "gp"), seen(45, 2, "gp", 20), seen(99, 3, "gp", 90)]
    assert kpis(rows, people(0, 20, 90), analysis={"window": [10, 50]})["days_to_first_contact_median", "all"] == 25
    assert kpis(rows, people(0, 20, 90), run={"warm_up_days": 10})["days_to_first_contact_p92", "all"] == pytest.approx(
        24.5 + 0.84
    )


def test_by_need_by_quintile_and_by_year():
    patients = people(0, 0, 400, 400, need=["surgery", "self_management"] * 2, imd_quintile=["1", "5"] * 2)
    rows = [seen(10, 1, "gp"), seen(20, 2, "gp"), seen(430, 3, "gp", 400), seen(440, 4, "gp", 400)]
    found = kpis(rows, patients, days=731)
    medians = {g: v for (kpi, g), v in found.items() if kpi == "days_to_first_contact_median" and not math.isnan(v)}
    assert {
        g: medians[g] for g in ("all", "surgery", "self_management", "imd_1", "imd_5", "year_1", "year_2", "needs_more")
    } == {
        "all": 20.5,
        "surgery": 10.5,
        "self_management": 20.5,
        "imd_1": 10.5,
        "imd_5": 20.5,
        "year_1": 10.5,
        "year_2": 30.5,
        "needs_more": 10.5,
    }
    assert "imd_2" not in medians


# --- lists ------------------------------------------------------------------------------------------------


def test_the_list_at_the_end_is_everybody_not_yet_seen():
    rows = [
        listed(0, 1, "physio"),
        seen(9, 1, "physio"),  # seen
        listed(30, 2, "physio"),  # waits 69 days by the evening of day 99
        listed(50, 3, "physio"),
        (80, 3, "physio", "missed", "new", "", 50),  # missed and waits on
        listed(10, 4, "physio"),
        removed(20, 4, "physio", "other", 10),
        listed(92, 5, "physio"),
    ]
    found = kpis(rows)
    assert found["waiting_list", "physio"] == 3
    assert found["weeks_on_list_median", "physio"] == 49 / 7  # 7, 49 and 69 days
    assert found["wait_weeks_median", "physio"] == 9 / 7
    assert found["waiting_list", "gp"] == 0 and math.isnan(found["weeks_on_list_median", "gp"])


def test_people_of_a_starting_list_who_still_wait_have_waited_since_they_joined():
    found = kpis([listed(-20, 1, "surgery", "starting_list")], people(0), days=51)
    assert (found["waiting_list", "surgery"], found["weeks_on_list_median", "surgery"]) == (1, 10)


def test_whoever_was_discharged_after_missing_no_longer_waits():
    # Half of those who miss are discharged: some go elsewhere, some are through, some are dropped.
    for after in ({"after_missing": way("resolved")}, {"after_missing": way("b")}, {}):
        services = {"a": clinic(2, missed={"new_share": 0.5, "discharged_share": 0.5}, **after), "b": clinic(99)}
        config = world(services, 60)
        run = lived(config, people([0] * 20))
        found = {(kpi, g): value for kpi, g, value, _ in measure(Reading(run.record, run.scenario))}
        assert found["waiting_list", "a"] == run.clinic_days("a")[-1].waiting == 0, after


def test_who_is_enrolled_in_a_group_and_has_not_come_yet_is_lost_from_no_count():
    run = lived(world({"g": group(attendance_share=0.3, max_size=50)}, 40), people([0] * 50))
    rows, starts, stops = Reading(run.record, run.scenario).stays[0]
    assert len(rows) == 50  # whoever never came waited until they dropped out
    for d in run.clinic_days("g"):
        assert d.waiting == ((starts <= d.day) & (stops > d.day)).sum(), d.day


def test_completed_waits_are_those_that_ended_within_the_window():
    rows = [
        listed(0, 1, "gp", "door"),
        seen(7, 1, "gp"),
        listed(0, 2, "gp", "door"),
        seen(28, 2, "gp"),
        listed(40, 3, "gp", "door"),
        seen(96, 3, "gp", 40),
    ]
    found = kpis(rows, analysis={"window": [10, 100]})
    assert found["wait_weeks_median", "gp"] == 28.5 / 7  # 28 and 56 days: half by the end of day 28
    assert found["wait_weeks_p92", "gp"] == pytest.approx((55.5 + 0.84) / 7)


def test_slots_used_and_missed_are_shares_of_those_offered_within_the_window():
    table = {"gp": [(0, 50, 0, 50, 0), (10, 10, 6, 3, 0), (11, 10, 8, 1, 0)]}
    found = kpis([listed(0, 1, "gp", "door")], clinics=table, analysis={"window": [5, 100]})
    assert (found["slot_use", "gp"], found["slots_missed_share", "gp"]) == (14 / 20, 4 / 20)
    assert found["slots_offered_per_week", "gp"] == pytest.approx(20 / 95 * 7)
    assert math.isnan(found["slot_use", "physio"])  # nothing offered, nothing known


# --- RTT --------------------------------------------------------------------------------------------------


def test_rtt_is_of_incomplete_pathways_at_the_end():
    # Weeks waited on day 499: 10, 18, 18 and a day, 60; the completed one does not count.
    waits = [70, 126, 127, 420]
    rows = [listed(499 - days, who, "trauma_orthopaedics") for who, days in enumerate(waits, 1)]
    rows += [
        listed(100, 5, "trauma_orthopaedics"),
        seen(450, 5, "trauma_orthopaedics", 100),
        resolved(450, 5, "trauma_orthopaedics"),
    ]
    found = kpis(sorted(rows), days=500)
    assert found["rtt_within_18_weeks", "all"] == 2 / 4
    assert found["rtt_median_weeks", "all"] == pytest.approx((126 + 127) / 2 / 7)
    assert found["rtt_over_52_weeks", "all"] == 1 / 4


def test_waiting_for_an_operation_is_part_of_the_pathway():
    rows = [
        listed(0, 1, "trauma_orthopaedics"),
        seen(100, 1, "trauma_orthopaedics"),
        moved(100, 1, "trauma_orthopaedics", "surgery"),
        listed(100, 1, "surgery"),
    ]
    assert kpis(rows, days=281)["rtt_median_weeks", "all"] == 40


def test_completed_rtt_pathways_are_told_with_an_operation_and_without():
    # Without: a course after 70 days, nothing to offer after 126 and back to the GP after 127, by T&O, and discharge
    # after 371 (53 weeks) by rheumatology. With: 364 (52 weeks) and 365 days. Nobody's: off the list, and still open.
    orthopaedics, days = "trauma_orthopaedics", 500
    ends = {70: orthopaedics, 126: "no_outcome", 127: "gp"}
    rows = [listed(10, who, "rheumatology" if who == 4 else orthopaedics) for who in range(1, 9)]
    rows += [moved(10 + day, who, orthopaedics, to) for who, (day, to) in enumerate(ends.items(), 1)]
    rows += [seen(381, 4, "rheumatology", 10), resolved(381, 4, "rheumatology")]
    for who, day in ((5, 374), (6, 375)):
        rows += [moved(100, who, orthopaedics, "surgery"), listed(100, who, "surgery"), seen(day, who, "surgery", 100)]
    rows += [removed(400, 7, orthopaedics, "recovered", 10)]
    found = kpis(sorted(rows, key=lambda row: row[0]), days=days)

    def told(kind, group):
        return [found[f"rtt_{kind}_{what}", group] for what in COMPLETED]

    def late(n, *ordered):  # within the day: 0.92 of n, where one more stops on each day that somebody does
        return (ordered[-1] + (0.92 * n - (n - 1)) - 0.5) / 7

    assert told("non_admitted", "all") == pytest.approx([126.5 / 7, late(4, 371), 2 / 4, 3 / 4])
    assert told("non_admitted", orthopaedics) == pytest.approx([126 / 7, late(3, 127), 2 / 3, 1])
    assert told("non_admitted", "rheumatology") == pytest.approx([371 / 7, late(1, 371), 0, 0])
    assert told("admitted", "all") == pytest.approx([364.5 / 7, late(2, 365), 0, 1 / 2])
    assert told("admitted", orthopaedics) == told("admitted", "all")
    assert all(map(math.isnan, told("admitted", "rheumatology")))


def test_completed_rtt_pathways_are_of_the_window_and_of_a_clock_that_began_anew():
    # Stops on days 50 and 150, the second after a missed first appointment on day 100; the window is the second half.
    rows = [
        *(listed(0, who, "trauma_orthopaedics") for who in (1, 2)),
        seen(50, 1, "trauma_orthopaedics"),
        resolved(50, 1, "trauma_orthopaedics"),
        (100, 2, "trauma_orthopaedics", "missed", "new", "", 0),
        seen(150, 2, "trauma_orthopaedics"),
        resolved(150, 2, "trauma_orthopaedics"),
    ]
    found = kpis(rows, days=200, analysis={"window": [100, 200]})
    assert found["rtt_non_admitted_median_weeks", "all"] == 50 / 7
    assert found["rtt_non_admitted_within_18_weeks", "all"] == 1


def test_rtt_without_pathways_is_not_known():
    found = kpis([listed(0, 1, "gp", "door")])
    assert all(
        math.isnan(found[kpi, "all"]) for kpi in ("rtt_within_18_weeks", "rtt_median_weeks", "rtt_over_52_weeks")
    )


# --- hospital ---------------------------------------------------------------------------------------------

A_YEAR = 365.25 / 100  # per 1,000 residents a year from a count in 100 days


def _from_elsewhere(patients, *rows):
    source = patients.source.copy()
    source[list(rows)] = 1
    return type(patients)(**{**vars(patients), "source": source})


def test_hospital_referrals_are_rtt_starts_of_all_sources_by_service_and_by_door():
    rows = [
        listed(1, 1, "trauma_orthopaedics"),
        listed(2, 2, "rheumatology"),
        listed(3, 3, "trauma_orthopaedics", "from_elsewhere"),
        moved(20, 1, "trauma_orthopaedics", "rheumatology"),
        listed(20, 1, "rheumatology"),  # the same pathway
        listed(4, 4, "triage"),  # not a consultant
        listed(-9, 5, "trauma_orthopaedics", "starting_list"),  # before the window
    ]
    found = kpis(sorted(rows), _from_elsewhere(people([0] * 5), 2))
    groups = ("all", "gp", "trauma_orthopaedics", "rheumatology")
    assert [found["hospital_referrals_per_1000", g] for g in groups] == pytest.approx(
        [3 * A_YEAR, 2 * A_YEAR, 2 * A_YEAR, 1 * A_YEAR]
    )


def _hospital(who, day=10, *after):
    return [listed(0, who, "trauma_orthopaedics"), seen(day, who, "trauma_orthopaedics"), *after]


def _nothing(day, who):
    return [moved(day, who, "trauma_orthopaedics", "no_outcome"), listed(day, who, "no_outcome")]


def test_no_outcome_is_a_first_attendance_that_led_to_discharge_with_nothing():
    rows = [
        *_hospital(1, 10, *_nothing(10, 1)),  # nothing to offer
        *_hospital(2, 10, moved(10, 2, "trauma_orthopaedics", "trauma_orthopaedics")),  # a course
        *_hospital(3, 10, moved(10, 3, "trauma_orthopaedics", "surgery"), listed(10, 3, "surgery")),
        *_hospital(4, 10, resolved(10, 4, "trauma_orthopaedics")),
    ]
    found = kpis(sorted(rows, key=lambda r: r[0]))
    assert (
        found["hospital_no_outcome_share", "all"] == found["hospital_no_outcome_share", "trauma_orthopaedics"] == 1 / 4
    )
    assert math.isnan(found["hospital_no_outcome_share", "rheumatology"])


def test_nothing_after_a_test_is_no_outcome_too():
    test = [
        moved(10, 1, "trauma_orthopaedics", "mri"),
        listed(10, 1, "mri", "test"),
        seen(15, 1, "mri", 10),
        moved(15, 1, "mri", "trauma_orthopaedics"),
        again(20, 1, "trauma_orthopaedics"),
    ]
    rows = [*_hospital(1, 10, *test, *_nothing(20, 1)), *_hospital(2, 10, resolved(10, 2, "trauma_orthopaedics"))]
    assert kpis(sorted(rows, key=lambda r: r[0]))["hospital_no_outcome_share", "all"] == 1 / 2


def test_discharge_after_treatment_in_clinic_is_not_no_outcome():
    # A course of follow-ups was treatment; what comes after it is not a first attendance that led nowhere.
    treated = [moved(10, 1, "trauma_orthopaedics", "trauma_orthopaedics"), again(60, 1, "trauma_orthopaedics")]
    rows = [*_hospital(1, 10, *treated, *_nothing(60, 1)), *_hospital(2, 10, resolved(10, 2, "trauma_orthopaedics"))]
    assert kpis(sorted(rows, key=lambda r: r[0]))["hospital_no_outcome_share", "all"] == 0


def test_who_never_came_was_not_discharged_at_a_first_attendance():
    missed = [
        listed(0, 1, "trauma_orthopaedics"),
        (10, 1, "trauma_orthopaedics", "missed", "new", "", 0),
        *_nothing(10, 1),
    ]
    rows = [*missed, *_hospital(2, 10, resolved(10, 2, "trauma_orthopaedics"))]
    assert kpis(sorted(rows, key=lambda r: r[0]))["hospital_no_outcome_share", "all"] == 0


def test_people_who_came_by_another_door_are_in_neither_part_of_the_no_outcome_share():
    rows = [*_hospital(1, 10, *_nothing(10, 1)), *_hospital(2, 10, *_nothing(10, 2)), *_hospital(3, 10)]
    assert (
        kpis(sorted(rows, key=lambda r: r[0]), _from_elsewhere(people(0, 0, 0), 0))["hospital_no_outcome_share", "all"]
        == 1 / 2
    )


def _sent_again(who, day, to="physio", episode=0):
    return [
        moved(day, who, "no_outcome", "gp", episode),
        (day, who, "gp", "listed", "referred", "", None, episode),
        (day + 1, who, "gp", "attended", "new", "", day, episode),
        moved(day + 1, who, "gp", to, episode),
    ]


def test_a_second_referral_follows_one_that_led_nowhere():
    rows = [
        moved(1, 1, "gp", "trauma_orthopaedics"),
        *_hospital(1, 10, *_nothing(10, 1)),
        *_sent_again(1, 24),  # referred again
        moved(1, 2, "gp", "physio"),
        seen(9, 2, "physio", 1),
        moved(9, 2, "physio", "gp"),
        moved(12, 2, "gp", "physio"),  # not through the hospital
        *_hospital(3, 10, *_nothing(10, 3)),
        *_sent_again(3, 24, "home"),  # sent home: no referral
        *_hospital(4, 10, *_nothing(10, 4)),
        *_sent_again(4, 24, "mri"),  # a test: no referral
    ]
    assert kpis(sorted(rows, key=lambda r: r[0]))["second_referrals_per_1000", "all"] == pytest.approx(1 * A_YEAR)


def test_a_referral_in_a_later_episode_is_a_first_one():
    end = [moved(24, 1, "no_outcome", "gp"), (25, 1, "gp", "resolved", "otherwise")]
    later = [
        (60, 1, "", "presented", "door", "", None, 1),
        (61, 1, "gp", "attended", "new", "", 60, 1),
        moved(61, 1, "gp", "physio", 1),
    ]
    rows = [*_hospital(1, 10, *_nothing(10, 1)), *end, *later]
    part = {"pathway": {"services": SERVICES, "entry": way("gp"), "recurrence": {"share": 0.5}}}
    assert kpis(rows, **part)["second_referrals_per_1000", "all"] == 0


def test_what_came_before_is_found_also_in_a_log_as_large_as_englands():
    # Twelve million people who present in a year, and a hundred million events.
    people_, size = np.array([3, 12_100_000], np.int64) * 65_536, 100_000_000
    assert last_before(people_, np.array([5, 90_000_000]), people_, np.array([9, 99_000_000]), size).tolist() == [
        5,
        90_000_000,
    ]


def test_surgical_conversion_is_of_first_attendances_with_a_year_to_follow():
    listed_for = [moved(40, 1, "trauma_orthopaedics", "surgery"), listed(40, 1, "surgery")]
    rows = [
        *_hospital(1, 10, *listed_for),
        *_hospital(2, 10, resolved(10, 2, "trauma_orthopaedics")),
        *_hospital(3, 20),
        listed(100, 4, "trauma_orthopaedics"),
        seen(134, 4, "trauma_orthopaedics", 100),
        listed(100, 5, "trauma_orthopaedics"),
        seen(135, 5, "trauma_orthopaedics", 100),
        moved(140, 5, "trauma_orthopaedics", "surgery"),
        listed(140, 5, "surgery"),
        listed(5, 6, "rheumatology"),
        seen(9, 6, "rheumatology", 5),
        moved(9, 6, "rheumatology", "surgery"),
        listed(9, 6, "surgery"),
    ]
    # 500 days: day 134 has the 365 days 135 to 499 to follow, day 135 has not. Persons 1 to 4, and 1 of them is listed.
    assert kpis(sorted(rows, key=lambda r: r[0]), days=500)["surgical_conversion", "all"] == 1 / 4


def test_surgical_conversion_looks_a_year_ahead_in_a_run_of_any_length():
    rows = [
        listed(0, 1, "trauma_orthopaedics"),
        seen(10, 1, "trauma_orthopaedics", 0),
        listed(0, 2, "trauma_orthopaedics"),
        seen(10, 2, "trauma_orthopaedics", 0),
        moved(375, 1, "trauma_orthopaedics", "surgery"),
        listed(375, 1, "surgery"),  # day 365 after the visit
        moved(376, 2, "trauma_orthopaedics", "surgery"),
        listed(376, 2, "surgery"),  # a day too late, and in a longer run no more than in a short one
    ]
    assert [kpis(rows, days=days)["surgical_conversion", "all"] for days in (380, 900)] == [1 / 2, 1 / 2]


def test_an_operation_listed_twice_is_a_conversion_by_the_first():
    rows = [
        listed(0, 1, "trauma_orthopaedics"),
        seen(10, 1, "trauma_orthopaedics", 0),
        listed(40, 1, "surgery"),
        seen(90, 1, "surgery", 40),
        listed(800, 1, "surgery"),
    ]
    assert kpis(rows, days=900)["surgical_conversion", "all"] == 1


@pytest.mark.parametrize(
    "days, years",
    [
        (730, [(0, 365), (365, 730)]),  # run.years=2: two years of 730.5 days
        (950, [(0, 365), (365, 730)]),  # run.years=2.6: what remains is no year
        (1096, [(0, 365), (365, 730), (730, 1096)]),
        (360, []),
    ],
)
def test_year_groups_are_of_whole_years(days, years):
    assert full_years(0, days) == years
    assert [(a - 100, b - 100) for a, b in full_years(100, 100 + days)] == years


def test_a_run_of_two_years_tells_both():
    rows = [seen(day, who, "gp", since) for who, since, day in ((1, 364, 370), (2, 365, 375))]
    found = kpis(rows, people([364, 365]), days=730)
    assert (found["days_to_first_contact_median", "year_1"], found["days_to_first_contact_median", "year_2"]) == (6, 10)


def test_an_operation_before_the_attendance_is_no_conversion_of_it():
    rows = [
        listed(0, 1, "surgery"),
        seen(5, 1, "surgery"),
        listed(6, 1, "trauma_orthopaedics"),
        seen(20, 1, "trauma_orthopaedics", 6),
    ]
    assert kpis(rows, days=500)["surgical_conversion", "all"] == 0


# --- primary and community care -----------------------------------------------------------------------------


def test_gp_appointments_are_attended_visits_to_a_gp():
    rows = [
        seen(1, 1, "gp"),
        again(9, 1, "gp"),
        (10, 2, "gp", "missed", "new", "", 0),
        seen(3, 2, "fcp"),
        seen(4, 2, "trauma_orthopaedics"),
    ]
    assert kpis(sorted(rows))["gp_appointments_per_1000", "all"] == pytest.approx(2 * A_YEAR)


def test_rates_are_per_thousand_residents_a_year_within_the_window():
    rows = [seen(day, 1, "gp") for day in (5, 15, 25, 35)]
    found = kpis(
        rows,
        analysis={"window": [10, 30]},
        demand={"population": 4000, "presenting_per_1000_a_year": 10.0},
        place={"scale": 0.5},
    )
    assert found["gp_appointments_per_1000", "all"] == pytest.approx(2 / 2 / (20 / 365.25))


def test_community_referrals_are_first_and_second_ones_from_outside():
    rows = [
        moved(1, 1, "gp", "physio"),
        moved(2, 2, "triage", "escape"),  # two referrals
        moved(30, 1, "gp", "physio"),  # a second one
        listed(3, 3, "physio", "door"),  # by oneself
        moved(5, 2, "escape", "physio"),
        moved(6, 2, "physio", "physio"),  # within the community: none
        moved(7, 3, "gp", "home"),
        moved(8, 3, "gp", "trauma_orthopaedics"),
    ]
    assert kpis(sorted(rows))["community_referrals_per_1000", "all"] == pytest.approx(4 * A_YEAR)


def test_coming_back_from_a_scan_is_not_a_referral_to_the_community():
    rows = [
        moved(1, 1, "gp", "physio"),
        moved(9, 1, "physio", "mri"),
        listed(9, 1, "mri", "test"),
        moved(20, 1, "mri", "physio"),
        again(21, 1, "physio"),
    ]
    assert kpis(rows)["community_referrals_per_1000", "all"] == pytest.approx(1 * A_YEAR)


def test_the_fcp_self_management_share_is_of_fcp_episodes():
    rows = [
        moved(1, 1, "fcp", "home"),
        resolved(2, 2, "fcp"),
        moved(3, 3, "fcp", "physio"),
        moved(4, 4, "fcp", "gp"),
        moved(5, 5, "fcp", "mri"),
        moved(20, 5, "mri", "fcp"),
        moved(21, 5, "fcp", "home"),  # one episode, by way of a scan
        moved(6, 6, "gp", "home"),  # not an FCP's
        moved(7, 1, "fcp", "fcp"),  # a review is not an end
    ]
    assert kpis(sorted(rows))["fcp_self_management_share", "all"] == 3 / 5


def test_contacts_per_episode_count_everybody_who_presented():
    rows = [
        seen(1, 1, "gp"),
        again(5, 1, "gp"),
        seen(2, 1, "triage"),
        seen(9, 1, "physio"),
        seen(3, 2, "gp"),
        (4, 3, "gp", "missed", "new", "", 0),
    ]
    assert kpis(sorted(rows))["contacts_per_episode", "all"] == 4 / 3


def test_empty_seats_are_those_that_nobody_was_enrolled_for():
    table = {"escape": [(1, 12, 8, 2, 5), (3, 12, 7, 3, 5), (8, 0, 0, 0, 5)], "gp": [(1, 100, 0, 0, 0)]}
    assert kpis([listed(0, 1, "gp", "door")], clinics=table)["empty_group_seats_share", "all"] == 4 / 24


# --- staff, money, health -----------------------------------------------------------------------------------

WORKFORCE = {
    "gp": {"wte": 2.0, "cost_per_hour_gbp": 50.0, "paid_weeks_a_year": 42.0},
    "physio": {"wte": 1.0, "cost_per_hour_gbp": 20.0, "paid_weeks_a_year": 40.0},
}


def test_staff_is_counted_and_costed_by_group_and_in_all():
    found = kpis([listed(0, 1, "gp", "door")], workforce=WORKFORCE)
    # 2 x 37.5 hours x 42 weeks x 50 pounds = 157,500; 37.5 x 40 x 20 = 30,000.
    assert [found["staff_wte", g] for g in ("all", "gp", "physio")] == [3, 2, 1]
    assert [found["staff_cost", g] for g in ("all", "gp", "physio")] == [187_500, 157_500, 30_000]
    scaled = kpis([listed(0, 1, "gp", "door")], workforce=WORKFORCE, place={"scale": 2.0})
    assert (scaled["staff_wte", "all"], scaled["staff_cost", "all"]) == (6, 375_000)


def test_the_cost_of_an_episode_is_all_staff_and_the_price_of_visits_over_those_who_presented():
    rows = [seen(9, 1, "surgery"), seen(9, 2, "surgery"), seen(50, 3, "gp"), again(60, 3, "gp")]
    found = kpis(
        rows, people([0] * 4), days=1461, workforce=WORKFORCE, prices={"per_visit_gbp": {"surgery": 6000.0, "gp": 1.5}}
    )
    assert found["cost_per_episode", "all"] == pytest.approx((187_500 * 4 + 12_000 + 3) / 4)


def test_quality_of_life_lost_grows_with_the_square_of_the_wait():
    # 487 days are 16 months of 365.25 / 12. Losing 0.01 more each month: 0.01 x 16^2 / 2 / 12 years = 0.10667 QALYs.
    patients = people(0, 0, need=["physiotherapy", "self_management"])
    found = kpis(
        [seen(487, 1, "physio"), seen(487, 2, "gp")],
        patients,
        days=1461,
        outcomes={"utility_loss_per_month_waited": {"physiotherapy": 0.01}},
    )
    assert found["qalys_lost_waiting", "all"] == pytest.approx(0.01 * 256 / 24 / 4)


def test_quality_of_life_is_lost_by_those_who_still_wait_too():
    found = kpis(
        [listed(0, 1, "physio")],
        people(0, need="physiotherapy"),
        days=487,
        outcomes={"utility_loss_per_month_waited": {"physiotherapy": 0.01}},
    )
    assert found["qalys_lost_waiting", "all"] == pytest.approx(0.01 * 256 / 24 / (487 / 365.25))


def test_work_days_are_lost_by_employed_people_five_a_week():
    patients = people(0, 0, 0, need="physiotherapy", employment=["employed", "not_employed", "employed"])
    found = kpis(
        [seen(70, 1, "physio"), seen(90, 2, "physio"), listed(0, 3, "physio")],
        patients,
        days=140,
        outcomes={"off_work_share": {"physiotherapy": 0.2}},
    )
    # Ten weeks, and twenty so far: 150 working days, a fifth of them lost.
    assert found["work_days_lost", "all"] == pytest.approx(30 / (140 / 365.25))


# --- tables beside the indicators ---------------------------------------------------------------------------


def test_lists_at_month_ends_have_everybody_in_their_weeks_waited_band():
    # From Monday 6 January: 31 January is day 25, 28 February day 53, 31 March day 84; the run ends on day 89.
    rows = [
        listed(-400, 1, "gp", "starting_list"),
        listed(0, 2, "gp", "door"),
        listed(19, 3, "gp", "door"),
        seen(53, 2, "gp"),
        listed(60, 4, "gp", "door"),
        removed(70, 3, "gp", "other", 19),
    ]
    config = world(SERVICES, 90)
    record = written(config, people([0] * 4), rows)
    assert record.calendar.month_ends() == [25, 53, 84, 89]
    lists = measures_of(record, sim.from_dict(config)).lists[:, record.services.index("gp")]
    bands = [
        {int(edge): int(n) for edge, n in zip((0, 1, 2, 4, 6, 12, 18, 26, 52, 78, 104), month, strict=True) if n}
        for month in lists
    ]
    assert bands == [
        {52: 1, 2: 1, 0: 1},  # 425 days (60 weeks); 25 days (3 weeks); 6 days
        {52: 1, 4: 1},  # 453 days; person 2 was seen that day; 34 days
        {52: 1, 2: 1},  # 484 days; 24 days
        {52: 1, 4: 1},  # 489 days; 29 days: four weeks and a day
    ]


def test_month_ends_of_a_run_agree_with_the_engines_own_counts():
    services = {
        "a": clinic(
            1.5,
            {"b": 0.5, "resolved": 0.5},
            removed_share_per_week_waited=0.05,
            missed={"new_share": 0.2, "discharged_share": 0.3},
        ),
        "b": clinic(0.8),
    }
    config = world(services, 100, a_day=2)
    run = lived(config, made(config))
    lists = measures_of(run.record, run.scenario).lists.sum(axis=2)
    ends = run.record.calendar.month_ends()
    for code, name in enumerate(run.record.services):
        waiting = {d.day: d.waiting for d in run.clinic_days(name)}
        assert lists[:, code].tolist() == [waiting[day] for day in ends]


def test_waits_by_group_have_everybody_in_them():
    patients = people([0] * 4, imd_quintile=["1", "1", "5", "5"], ethnicity=["asian", "black", "black", "black"])
    rows = [listed(0, who, "gp", "door") for who in (1, 2, 3, 4)] + [seen(7, 1, "gp"), seen(21, 3, "gp")]
    config = world(SERVICES, 29)
    waits = {
        tuple(row[:3]): row[3] for row in measures_of(written(config, patients, rows), sim.from_dict(config)).waits
    }
    assert [waits["gp", "completed_people", g] for g in ("all", "imd_1", "imd_5", "imd_3", "asian", "black")] == [
        2,
        1,
        1,
        0,
        1,
        1,
    ]
    assert [waits["gp", "still_waiting_people", g] for g in ("all", "imd_1", "imd_5", "black")] == [2, 1, 1, 2]
    assert (waits["gp", "completed_weeks_mean", "all"], waits["gp", "completed_weeks_median", "imd_5"]) == (2, 3)
    assert waits["gp", "still_waiting_weeks_median", "all"] == 4
    assert math.isnan(waits["gp", "completed_weeks_median", "imd_3"])


def test_own_days_are_unknown_for_who_has_not_been_reached():
    config = world(SERVICES, 50)
    pairs = measures_of(
        written(config, people(0, 3), [seen(9, 1, "gp"), listed(3, 2, "gp", "door")]),
        sim.from_dict(config),
        with_pairs=True,
    ).pairs
    assert pairs["patient_id"].tolist() == [1, 2]
    assert np.array_equal(pairs["days_to_first_contact"], [9, np.nan], equal_nan=True)


# --- paired differences -------------------------------------------------------------------------------------


def _kpis(**values):
    rows = [
        (name, r, kpi, "all", v, "days")
        for name, kinds in values.items()
        for kpi, series in kinds.items()
        for r, v in enumerate(series)
    ]
    return pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"])


def test_an_interval_is_students_of_the_mean():
    # Mean 4, standard deviation sqrt(8 / 3) = 1.632993, four values;
    # Student's t at 97.5% with 3 degrees of freedom is 3.182446.
    low, high = interval(np.array([2.0, 4.0, 4.0, 6.0]))
    assert (low, high) == pytest.approx((4 - 3.182446 * 1.632993 / 2, 4 + 3.182446 * 1.632993 / 2), rel=1e-6)
    assert all(math.isnan(x) for x in interval(np.array([3.0])))


def test_differences_are_paired_by_replication():
    # The level swings by 100 between replications; the difference is 1, 2, 3.
    row = differences(_kpis(old={"x": [10, 110, 210]}, new={"x": [11, 112, 213]}), "new", "old").iloc[0]
    assert (row.baseline, row.scenario, row.difference, row.replications) == (110, 112, 2, 3)
    assert (row.ci_low, row.ci_high) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6)


def test_a_replication_that_is_unknown_for_one_does_not_count():
    row = differences(_kpis(old={"x": [10, math.nan, 30]}, new={"x": [11, 5, 33]}), "new", "old").iloc[0]
    assert (row.difference, row.replications) == (2, 2)


def test_what_only_one_of_them_has_gets_no_difference():
    table = differences(
        _kpis(old={"x": [1, 1], "gone": [4, 6]}, new={"x": [2, 2], "fresh": [7, 9]}), "new", "old"
    ).set_index("kpi")
    assert (table.loc["gone", "baseline"], table.loc["fresh", "scenario"]) == (5, 8)
    assert (
        table.loc[["gone", "fresh"], "difference"].isna().all()
        and (table.loc[["gone", "fresh"], "replications"] == 0).all()
    )
    assert table.loc["x", "difference"] == 1


def test_indicators_can_be_run_on_a_world_where_nothing_happens():
    found = kpis([], people(), days=10)
    assert found["waiting_list", "gp"] == 0 and math.isnan(found["cost_per_episode", "all"])
    run = lived(world({"a": clinic(), "g": group()}, 5, a_day=0))
    assert all(isinstance(value, float) for _, _, value, _ in measure(Reading(run.record, run.scenario)))


def test_rules_are_no_part_of_what_is_counted():
    # The same log under other rule names gives the same numbers.
    rows = [moved(1, 1, "gp", "physio"), seen(9, 1, "physio", 1)]
    renamed = [(1, 1, "gp", "moved", "some_other_rule", "physio"), seen(9, 1, "physio", 1)]
    one, other = kpis(rows), kpis(renamed)
    assert {k: v for k, v in one.items() if not math.isnan(v)} == {k: v for k, v in other.items() if not math.isnan(v)}
