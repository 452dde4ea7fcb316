"""RTT clocks: when they start, when they stop, and what is one pathway. Logs written by hand."""

import numpy as np
import pytest
from worlds import clinic, delay, group, people, world, written

import sim
from sim.analysis.indicators import INDICATORS
from sim.analysis.indicators.community import (
    community_median_weeks,
    community_over_52_weeks,
    community_within_18_weeks,
)
from sim.analysis.indicators.hospital import hospital_referrals, rtt_median_weeks, rtt_within_18_weeks
from sim.analysis.reading.clocks import clocks_of
from sim.analysis.reading.reading import NEVER, Reading
from sim.engine.simulate import simulate

SERVICES = {
    "gp": clinic(setting="primary", to="ortho"),
    "triage": clinic(setting="triage", rtt="provisional", contact=False),
    "interface": clinic(setting="community", rtt="provisional"),
    "ortho": clinic(setting="hospital", rtt="clock"),
    "spinal": clinic(setting="hospital", rtt="clock"),
    "surgery": clinic(setting="hospital", rtt="treatment"),
    "mri": clinic(setting="diagnostics"),
    "report": delay(7, setting="diagnostics"),
    "physio": clinic(setting="community"),
    "group": group(setting="community"),
    "coach": clinic(setting="primary", care="group_programme"),
    "home": delay(42, setting="home"),
    "watched": delay(90, setting="home", rtt="monitoring"),
    "their_trust": delay(90, setting="home", rtt="another_provider"),
}
CONFIG = world(SERVICES, 500)


def ruled(**rtt):
    return world(SERVICES, 500, pathway={"clocks": {"rtt": rtt}})


def clocks(*rows, patients=None):
    """(patient, start, hospital referral, stop or None, first hospital service) of every clock in a log."""
    patients = patients if patients is not None else people([0] * max(row[1] for row in rows))
    reading = Reading(written(CONFIG, patients, list(rows)), sim.from_dict(CONFIG))
    found = clocks_of(reading)
    return [
        (
            int(patients.patient_id[row]),
            int(start),
            int(referred),
            None if stop == NEVER else int(stop),
            reading.services[service],
        )
        for row, start, referred, stop, service in zip(
            found.row, found.start, found.referred, found.stop, found.service, strict=True
        )
    ]


def listed(day, service, who=1, detail="referred"):
    return (day, who, service, "listed", detail)


def attended(day, service, who=1, detail="new"):
    return (day, who, service, "attended", detail)


def moved(day, service, to, who=1):
    return (day, who, service, "moved", "otherwise", to)


def test_a_clock_starts_on_referral_to_a_consultant_and_runs_while_nothing_has_happened():
    assert clocks(listed(10, "ortho")) == [(1, 10, 10, None, "ortho")]
    assert clocks(listed(10, "ortho"), attended(90, "ortho")) == [
        (1, 10, 10, None, "ortho")
    ]  # being seen is not treatment


def test_nothing_else_starts_a_clock():
    assert (
        clocks(
            listed(0, "gp", detail="door"),
            attended(1, "gp"),
            moved(1, "gp", "physio"),
            listed(1, "physio"),
            attended(30, "physio"),
        )
        == []
    )
    assert clocks(listed(0, "gp"), moved(1, "gp", "mri"), listed(1, "mri"), attended(5, "mri")) == []


def test_discharge_stops_the_clock():
    assert clocks(listed(10, "ortho"), attended(90, "ortho"), (90, 1, "ortho", "resolved")) == [
        (1, 10, 10, 90, "ortho")
    ]


def test_a_course_begun_in_clinic_is_treatment():
    log = [
        listed(10, "ortho"),
        attended(90, "ortho"),
        moved(90, "ortho", "ortho"),
        attended(120, "ortho", detail="follow_up"),
        (120, 1, "ortho", "resolved"),
    ]
    assert clocks(*log) == [(1, 10, 10, 90, "ortho")]


def test_a_move_back_to_primary_care_or_home_stops_the_clock():
    for away in ("gp", "home"):
        log = [listed(10, "ortho"), attended(90, "ortho"), moved(90, "ortho", away), listed(90, away)]
        assert clocks(*log) == [(1, 10, 10, 90, "ortho")]


TO_THERAPY = [listed(10, "ortho"), attended(90, "ortho"), moved(90, "ortho", "physio"), listed(90, "physio")]


@pytest.mark.parametrize(
    "then, stop",
    [
        ([], None),
        ([(150, 1, "physio", "missed", "new")], None),
        ([(150, 1, "physio", "missed", "new"), (170, 1, "physio", "attended", "new")], 170),
        ([(120, 1, "physio", "removed", "recovered", "", 90)], 120),
        ([(120, 1, "physio", "removed", "other", "", 90)], 120),
        ([(120, 1, "physio", "resolved")], 120),
        ([(120, 1, "physio", "moved", "otherwise", "gp")], 120),  # declined, and back to the GP
        ([(120, 1, "physio", "moved", "otherwise", "group"), (120, 1, "group", "listed", "referred")], None),
        (
            [
                (120, 1, "physio", "moved", "otherwise", "group"),
                (120, 1, "group", "listed", "referred"),
                (160, 1, "group", "started", "new", "", 120),
                (167, 1, "group", "attended", "new"),
                (174, 1, "group", "attended", "session"),
            ],
            167,
        ),
    ],
)
def test_a_clock_stops_when_therapy_starts_and_not_on_the_way_to_it(then, stop):
    assert clocks(*TO_THERAPY, *then) == [(1, 10, 10, stop, "ortho")]


def test_therapy_that_starts_completes_a_pathway_without_an_operation():
    log = [*TO_THERAPY, attended(170, "physio"), listed(20, "ortho", 2), (60, 2, "physio", "removed", "other", "", 20)]
    log.sort(key=lambda row: row[0])
    found = clocks_of(Reading(written(CONFIG, people(0, 0), log), sim.from_dict(CONFIG)))
    assert found.completed().tolist() == [0] and not found.operated.any()
    operated = [listed(10, "surgery"), attended(70, "surgery")]
    assert clocks_of(Reading(written(CONFIG, people(0), operated), sim.from_dict(CONFIG))).operated.tolist() == [True]


def test_a_visit_after_therapy_has_started_stops_nothing_else():
    # Treated on day 120; the referral of day 150 is another pathway, which a course at the physiotherapist's does not
    # end: nobody was sent there for it.
    log = [*TO_THERAPY, attended(120, "physio"), moved(150, "physio", "ortho"), listed(150, "ortho")]
    assert clocks(*log) == [(1, 10, 10, 120, "ortho"), (1, 150, 150, None, "ortho")]


def test_a_test_does_not_stop_the_clock():
    log = [
        listed(10, "ortho"),
        attended(90, "ortho"),
        moved(90, "ortho", "mri"),
        listed(90, "mri", detail="test"),
        attended(100, "mri"),
        moved(100, "mri", "report"),
        listed(100, "report"),
        moved(107, "report", "ortho"),
        attended(115, "ortho", detail="follow_up"),
    ]
    assert clocks(*log) == [(1, 10, 10, None, "ortho")]
    assert clocks(*log, moved(115, "ortho", "ortho")) == [(1, 10, 10, 115, "ortho")]


def test_one_consultant_to_another_is_one_pathway():
    log = [
        listed(10, "ortho"),
        attended(90, "ortho"),
        moved(90, "ortho", "spinal"),
        listed(90, "spinal"),
        attended(150, "spinal"),
        (150, 1, "spinal", "resolved"),
    ]
    assert clocks(*log) == [(1, 10, 10, 150, "ortho")]


def test_an_operation_stops_the_clock_when_it_is_done():
    log = [listed(10, "ortho"), attended(90, "ortho"), moved(90, "ortho", "surgery"), listed(90, "surgery")]
    assert clocks(*log) == [(1, 10, 10, None, "ortho")]
    assert clocks(*log, attended(300, "surgery")) == [(1, 10, 10, 300, "ortho")]


def test_an_operation_after_treatment_in_clinic_is_a_pathway_of_its_own():
    log = [
        listed(10, "ortho"),
        attended(90, "ortho"),
        moved(90, "ortho", "ortho"),
        attended(120, "ortho", detail="follow_up"),
        moved(120, "ortho", "surgery"),
        listed(120, "surgery"),
        attended(200, "surgery"),
    ]
    assert clocks(*log) == [(1, 10, 10, 90, "ortho"), (1, 120, 120, 200, "surgery")]


def test_removal_stops_the_clock():
    assert clocks(listed(10, "ortho"), (60, 1, "ortho", "removed", "private", "", 10)) == [(1, 10, 10, 60, "ortho")]


def test_a_missed_or_cancelled_visit_does_not_stop_the_clock():
    assert clocks(
        listed(10, "ortho"), (60, 1, "ortho", "missed", "new"), (70, 1, "ortho", "cancelled", "rebooked")
    ) == [(1, 10, 10, None, "ortho")]


def test_an_interface_service_counts_once_it_leads_to_a_consultant_and_then_from_its_own_day():
    log = [listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "ortho"), listed(9, "ortho")]
    assert clocks(*log) == [(1, 5, 9, None, "ortho")]
    through_both = [
        listed(5, "triage"),
        attended(9, "triage"),
        moved(9, "triage", "interface"),
        listed(9, "interface"),
        attended(30, "interface"),
        moved(30, "interface", "spinal"),
        listed(30, "spinal"),
    ]
    assert clocks(*through_both) == [(1, 5, 30, None, "spinal")]


def test_an_interface_service_that_does_not_lead_to_a_consultant_leaves_no_clock():
    assert clocks(listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "physio"), listed(9, "physio")) == []
    assert clocks(listed(5, "interface"), attended(40, "interface"), moved(40, "interface", "interface")) == []
    assert clocks(listed(5, "triage")) == []


WAYS = ("provisional", "clock", "none")


def both_ways(day, *log):
    """Days on the clock of each incomplete pathway at the end of `day`, by way of counting interface services."""
    reading = Reading(written(CONFIG, people([0] * max(row[1] for row in log)), list(log)), sim.from_dict(CONFIG))
    return [(clocks_of(reading, way).weeks_at(day) * 7).round().tolist() for way in WAYS]


def test_an_interface_referral_may_count_from_its_own_day_once_it_is_the_hospitals_or_never():
    log = [listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "interface"), listed(9, "interface")]
    assert both_ways(20, *log) == [[], [15], []]
    log += [attended(30, "interface"), moved(30, "interface", "ortho"), listed(30, "ortho")]
    assert both_ways(20, *log) == [[], [15], []]
    assert both_ways(40, *log) == [[35], [35], [10]]
    # Sent to therapy instead: a pathway of its own until that starts, in one way of counting.
    log = [*log[:4], attended(30, "interface"), moved(30, "interface", "physio"), listed(30, "physio")]
    assert both_ways(60, *log, attended(61, "physio")) == [[], [55], []]
    assert both_ways(61, *log, attended(61, "physio")) == [[], [], []]
    # A course, an injection at the interface clinic, or discharge there is treatment, or its end.
    for ends in (moved(30, "interface", "interface"), (30, 1, "interface", "resolved"), moved(30, "interface", "gp")):
        assert both_ways(60, *log[:5], ends) == [[], [], []]


def test_who_is_sent_on_before_therapy_starts_has_waited_since_the_interface():
    log = [listed(5, "triage"), moved(9, "triage", "physio"), listed(9, "physio"), moved(40, "physio", "ortho")]
    assert both_ways(50, *log, listed(40, "ortho")) == [[45], [45], [10]]


def test_the_first_appointment_of_therapy_may_be_missed():
    log = [listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "physio"), listed(9, "physio")]
    assert both_ways(50, *log, missed(30, "physio")) == [[], [20], []]


def test_therapy_in_primary_care_is_no_discharge():
    log = [listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "coach"), listed(9, "coach")]
    assert both_ways(50, *log) == [[], [45], []]
    assert both_ways(50, *log, attended(49, "coach")) == [[], [], []]


def test_the_share_within_18_weeks_is_told_both_ways_of_one_log():
    # On day 399 one at triage has waited 389 days and one 19; one of the hospital, from an interface clinic, 99.
    log = [
        listed(10, "triage", 1),
        listed(300, "interface", 2),
        listed(310, "ortho", 2),
        listed(380, "triage", 3),
    ]
    log.insert(2, moved(310, "interface", "ortho", 2))
    for chosen, main, other in (("provisional", 1, ("clock", 2 / 3)), ("clock", 2 / 3, ("provisional", 1))):
        config = world(SERVICES, 400, analysis={"interface_clocks": chosen})
        reading = Reading(written(config, people(0, 0, 0), log), sim.from_dict(config))
        assert rtt_within_18_weeks(reading)["all"] == pytest.approx(main)
        told = {way: INDICATORS[f"rtt_within_18_weeks_interface_{way}"][1](reading) for way in WAYS[:2]}
        assert told == {chosen: {}, other[0]: {"all": pytest.approx(other[1])}}
        over = INDICATORS[f"rtt_over_52_weeks_interface_{other[0]}"][1](reading)
        assert over == {"all": pytest.approx(1 - other[1])}
        assert hospital_referrals(reading)["all"] == hospital_referrals(reading)["ortho"]
    config = world(SERVICES, 400, analysis={"interface_clocks": "none"})
    reading = Reading(written(config, people(0, 0, 0), log), sim.from_dict(config))
    assert rtt_median_weeks(reading)["all"] * 7 == pytest.approx(89)


def test_a_way_of_counting_that_there_is_none_of_is_refused():
    with pytest.raises(sim.ScenarioError, match=r"analysis\.interface_clocks"):
        sim.from_dict(world(SERVICES, 10, analysis={"interface_clocks": "outright"}))


def test_what_was_settled_at_the_interface_is_not_part_of_a_later_referral():
    log = [
        listed(5, "triage"),
        attended(9, "triage"),
        moved(9, "triage", "physio"),
        listed(9, "physio"),
        attended(60, "physio"),
        moved(60, "physio", "ortho"),
        listed(60, "ortho"),
    ]
    assert clocks(*log) == [(1, 60, 60, None, "ortho")]


def test_a_referral_after_discharge_is_a_new_pathway():
    log = [
        listed(10, "ortho"),
        attended(90, "ortho"),
        moved(90, "ortho", "gp"),
        listed(90, "gp"),
        attended(95, "gp"),
        moved(95, "gp", "ortho"),
        listed(95, "ortho"),
    ]
    assert clocks(*log) == [(1, 10, 10, 90, "ortho"), (1, 95, 95, None, "ortho")]


def test_people_of_a_starting_list_have_waited_since_before_the_start():
    assert clocks(
        listed(-100, "ortho", detail="starting_list"), attended(20, "ortho"), moved(20, "ortho", "ortho")
    ) == [(1, -100, -100, 20, "ortho")]


def test_the_clocks_of_different_people_do_not_mix():
    log = [
        listed(10, "ortho", 1),
        listed(12, "ortho", 2),
        attended(20, "ortho", 2),
        (20, 2, "ortho", "resolved"),
        listed(25, "spinal", 3),
        attended(30, "ortho", 1),
    ]
    assert clocks(*log) == [(1, 10, 10, None, "ortho"), (2, 12, 12, 20, "ortho"), (3, 25, 25, None, "spinal")]


@pytest.mark.parametrize("day, weeks", [(9, []), (10, [0.0]), (17, [1.0]), (89, [79 / 7]), (90, [])])
def test_incomplete_pathways_are_counted_at_the_end_of_a_day(day, weeks):
    log = [listed(10, "ortho"), attended(90, "ortho"), (90, 1, "ortho", "resolved")]
    reading = Reading(written(CONFIG, people(0), log), sim.from_dict(CONFIG))
    assert clocks_of(reading).weeks_at(day).tolist() == pytest.approx(weeks)


def test_a_pathway_through_an_interface_is_incomplete_only_once_it_is_the_hospitals():
    log = [listed(5, "triage"), moved(9, "triage", "ortho"), listed(9, "ortho")]
    found = clocks_of(Reading(written(CONFIG, people(0), log), sim.from_dict(CONFIG)))
    assert found.weeks_at(8).tolist() == [] and found.weeks_at(12).tolist() == [1.0]


# --- what happens on the way -------------------------------------------------------------------------------


def missed(day, service, who=1, detail="new"):
    return (day, who, service, "missed", detail)


def cancelled(day, service, who=1):
    return (day, who, service, "cancelled", "rebooked")


def weeks(day, *log, **rules):
    """Weeks on the clock of each incomplete pathway at the end of `day`."""
    reading = Reading(written(CONFIG, people(0), list(log)), sim.from_dict(ruled(**rules)))
    return (clocks_of(reading).weeks_at(day) * 7).round().tolist()


FIRST_MISSED = [listed(10, "ortho"), missed(80, "ortho"), missed(100, "ortho")]


def test_a_first_appointment_missed_begins_the_clock_anew_until_one_is_kept():
    assert weeks(79, *FIRST_MISSED) == [69]
    assert weeks(80, *FIRST_MISSED) == [0]
    assert weeks(110, *FIRST_MISSED) == [10]
    assert weeks(110, *FIRST_MISSED, missed_first_appointment="runs_on") == [100]


def test_it_is_no_second_referral():
    assert clocks(*FIRST_MISSED) == [(1, 10, 10, None, "ortho")]


def test_who_has_been_seen_has_no_first_appointment_to_miss():
    log = [listed(10, "ortho"), attended(50, "ortho"), moved(50, "ortho", "surgery"), listed(50, "surgery")]
    assert weeks(110, *log, missed(100, "surgery")) == [100]
    # The next referral has one again.
    log = [*log, attended(60, "surgery"), listed(70, "spinal"), missed(100, "spinal")]
    assert weeks(110, *log) == [10]


def test_nobody_is_expected_where_letters_are_read():
    log = [listed(5, "triage"), attended(9, "triage"), moved(9, "triage", "ortho"), listed(9, "ortho")]
    assert weeks(50, *log, missed(40, "ortho")) == [10]


def test_a_miss_that_ends_the_referral_begins_nothing():
    log = [listed(10, "ortho"), missed(80, "ortho"), (80, 1, "ortho", "removed", "discharged_after_missing", "", 10)]
    found = clocks_of(Reading(written(CONFIG, people(0), log), sim.from_dict(CONFIG)))
    assert found.started_by(80).tolist() == [10] and found.stop.tolist() == [80]


def test_an_appointment_that_is_put_off_lets_the_clock_run():
    log = [listed(10, "ortho"), cancelled(40, "ortho"), cancelled(60, "ortho")]
    assert weeks(110, *log) == [100]
    assert weeks(50, *log, cancelled="restarts") == [10]
    assert weeks(110, *log, cancelled="restarts") == [50]


MONITORED = [
    listed(10, "ortho"),
    attended(50, "ortho"),
    moved(50, "ortho", "watched"),
    moved(140, "watched", "surgery"),
    listed(140, "surgery"),
]


def test_active_monitoring_stops_the_clock_and_what_follows_begins_anew():
    assert clocks(*MONITORED) == [(1, 10, 10, 50, "ortho"), (1, 140, 140, None, "surgery")]
    assert weeks(150, *MONITORED, active_monitoring="runs_on") == [140]
    gone = [*MONITORED[:3], moved(140, "watched", "gp")]
    assert weeks(130, *gone, active_monitoring="runs_on") == [120]
    assert weeks(150, *gone, active_monitoring="runs_on") == []


LENT = [
    listed(10, "ortho"),
    attended(50, "ortho"),
    moved(50, "ortho", "their_trust"),
    moved(140, "their_trust", "ortho"),
    listed(140, "ortho"),
]


def test_another_provider_takes_the_clock_and_gives_it_back():
    assert weeks(49, *LENT) == [39]
    assert weeks(100, *LENT) == []
    assert weeks(150, *LENT) == [140]
    assert weeks(150, *LENT, another_provider="stops") == [10]
    found = clocks_of(Reading(written(CONFIG, people(0), LENT), sim.from_dict(CONFIG)))
    assert found.came_back.tolist() == [False, True] and found.handed_over.tolist() == [True, False]


def test_who_is_taken_over_brings_the_wait_along():
    log = [(10, 1, "ortho", "listed", "from_elsewhere", "", -130)]
    assert weeks(20, *log) == [150]


def test_the_wait_of_a_community_service_by_its_own_clock():
    log = [listed(0, "physio"), missed(140, "physio"), listed(200, "physio", 2), listed(0, "physio", 3)]
    log.sort()  # at the end they have waited 359 days since a miss, 299 and 499
    reading = Reading(written(CONFIG, people(0, 0, 0), log), sim.from_dict(CONFIG))
    assert community_median_weeks(reading)["physio"] * 7 == pytest.approx(499 - 140)
    assert community_within_18_weeks(reading)["all"] == 0
    assert community_over_52_weeks(reading)["physio"] == pytest.approx(1 / 3)


def test_rules_about_services_that_there_are_none_of_are_refused():
    with pytest.raises(sim.ScenarioError, match="does nothing: no service is that"):
        sim.from_dict(world({"ortho": clinic()}, 10, pathway={"clocks": {"rtt": {"active_monitoring": "runs_on"}}}))


def test_a_list_that_is_taken_over_has_waited():
    # One a day who have waited 10 weeks already, and nobody is seen.
    stream = {"service": "ortho", "per_1000_a_year": 36.525, "waited_weeks": 10, "needs": {"specialist": 1}}
    services = {"ortho": clinic(0, setting="hospital", rtt="clock")}
    demand = {"population": 10_000, "presenting_per_1000_a_year": 0, "arrivals": "fixed", "elsewhere": {"them": stream}}
    scenario = sim.from_dict(world(services, 100, demand=demand))
    reading = Reading(simulate(scenario), scenario)
    assert sorted(clocks_of(reading).weeks_at(99) * 7) == pytest.approx(np.arange(70, 170))
