"""The scenarios under the heading Staff: each does what its question says, on the same people; and what each costs."""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.money.staffing import staff_table
from sim.app.configuration.beside.same_budget import yearly
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import by_system, scenario_files
from sim.domain.chance import Chance
from sim.domain.scenario import calendar_of
from sim.domain.staff.job_plan import JobPlan
from sim.domain.staff.roster import roster_of
from sim.domain.words import ATTENDED, DETAIL, MOVED, NEEDS
from sim.engine.simulate import simulate

STAFF = by_system(scenario_files())["Staff"]
SCALE = 0.1
VACANT = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
MONEY = {
    "fcp_vacancy": "saves",
    "few_rooms": "same",
    "more_fcps": "costs",
    "physiotherapy_into_groups": "same",
    "seven_day_opening": "costs",
    "seven_day_opening_few_rooms": "costs",
    "support_workers": "same",
    "theatre_closed_january": "same",
    "winter_sickness": "same",
}


@lru_cache
def load(name: str, *overrides: str):
    return sim.load(name, f"place.scale={SCALE}", "run.years=1.5", *overrides)


@lru_cache(maxsize=4)  # each holds a whole run
def run(name: str, *overrides: str):
    return simulate(load(name, *overrides), 0)


@lru_cache
def staff(name: str) -> pd.DataFrame:
    """Sessions by staff group and month."""
    return staff_table(load(name), [0]).set_index(["staff_group", "month"])


def minutes(name: str, service: str, chance=None) -> np.ndarray:
    """(days,) minutes that a clinic has."""
    scenario = load(name)
    settings = scenario.pathway.services[service]
    return JobPlan(scenario, calendar_of(scenario), chance).minutes(settings, settings.open_days)


def first_visits(record, service: str) -> pd.DataFrame:
    """Attended first visits: patient, month, days waited, weekday."""
    e = record.events
    keep = (e["service"] == record.services.index(service)) & (e["event"] == ATTENDED) & (e["detail"] == DETAIL["new"])
    days = e["day"][keep].astype(int)
    dates = [record.calendar.date_of(day) for day in days]
    return pd.DataFrame(
        {
            "patient": record.patients.patient_id[e["row"][keep]],
            "month": [f"{d:%Y-%m}" for d in dates],
            "days": days - e["since"][keep],
            "weekday": [d.weekday() for d in dates],
        }
    )


def moves(record, origin: str, to: str, need: str) -> int:
    e, code = record.events, record.services.index
    of_need = record.patients.facts["need"][e["row"]] == NEEDS.index(need)
    return int(((e["event"] == MOVED) & (e["service"] == code(origin)) & (e["to"] == code(to)) & of_need).sum())


def waiting(record, service: str, date: str) -> int:
    """People on the list at the end of a day."""
    days = record.clinics[service]
    return int(days[days[:, 0] <= record.calendar.days_of(date)[0]][-1, 4])


# --- money -------------------------------------------------------------------------------------------------------


def test_every_scenario_of_staff_says_which_way_the_money_differs():
    assert set(STAFF) == set(MONEY)


@pytest.mark.parametrize("name", STAFF)
def test_the_money_differs_as_it_is_said_to(name):
    """Pay by date, weekends and rooms included; the cost that a page states beside what it buys."""
    scenario = load(name)
    mine, theirs = (yearly(one) for one in (scenario, load(scenario.compare_with)))
    gap = (math.fsum(mine.values()) - math.fsum(theirs.values())) / math.fsum(theirs.values())
    assert {"saves": gap < -1e-4, "same": abs(gap) < 1e-6, "costs": gap > 1e-3}[MONEY[name]], gap
    if MONEY[name] != "same":
        words = f"{scenario.title} {scenario.question}".lower()
        assert any(word in words for word in ("vacant", "pay", "money")), (
            "the title or the question has to say that the money is not the same"
        )


def test_two_posts_vacant_for_half_a_year_save_half_a_years_pay():
    base, mine = (yearly(load(name))["fcp_band_7"] for name in ("integrated", "fcp_vacancy"))
    group = load("integrated").workforce["fcp_band_7"]
    assert base - mine == pytest.approx(
        SCALE * 2 * group.cost_a_year() / group.wte * 182 / calendar_of(load("integrated")).horizon
    )


# --- vacancy -----------------------------------------------------------------------------------------------------


def test_fcps_deliver_less_in_exactly_the_months_of_the_vacancy_and_of_the_training():
    ratio = (staff("fcp_vacancy") / staff("integrated")[["delivered_sessions"]])["delivered_sessions"]["fcp_band_7"]
    assert (ratio[:"2025-09"] == 1).all()
    assert ratio[VACANT].to_numpy() == pytest.approx(2.75 / 4.75)
    assert ratio[["2026-04", "2026-05"]].to_numpy() == pytest.approx(3.75 / 4.75)
    assert 3.75 / 4.75 < ratio["2026-06"] < 1
    assert (ratio["2026-07":] == 1).all()
    lost = staff("fcp_vacancy").loc["fcp_band_7"]
    assert set(lost.index[lost["lost_to_vacancies"] > 0]) == set(VACANT)
    assert set(lost.index[lost["lost_to_training"] > 0]) == {"2026-04", "2026-05", "2026-06"}


def test_first_contact_waits_rise_in_the_months_of_the_vacancy():
    waits = {
        name: first_visits(run(name), "fcp").groupby("month")["days"].mean() for name in ("integrated", "fcp_vacancy")
    }
    before, now = waits["integrated"], waits["fcp_vacancy"]
    assert now[:"2025-09"].equals(before[:"2025-09"])
    assert (now["2025-11":"2026-03"] > before["2025-11":"2026-03"] + 3).all()
    assert now["2026-03"] > now["2025-11"] + 14


def test_who_cannot_be_seen_soon_may_go_to_the_gp():
    variant = configuration_of("fcp_vacancy")["report"]["variants"]["to_the_gp_while_it_lasts"]["overrides"]
    kept = run("fcp_vacancy", *variant)
    assert waiting(kept, "fcp", "2026-03-31") < 0.6 * waiting(run("fcp_vacancy"), "fcp", "2026-03-31")
    seen = [int((record.clinics["gp"][:, 2]).sum()) for record in (run("fcp_vacancy"), kept)]
    assert seen[1] > seen[0]


# --- groups and support workers ----------------------------------------------------------------------------------


def test_hours_move_from_one_to_one_therapy_into_groups():
    before, now = staff("integrated")["delivered_sessions"], staff("physiotherapy_into_groups")["delivered_sessions"]
    for group, ratio in (
        ("physio_band_6", 10.81528482 / 13.99385625),
        ("group_physio_band_6", 2),
        ("support_worker_band_3", 2),
    ):
        assert (now[group] / before[group]).to_numpy() == pytest.approx(ratio, rel=1e-6)
    started = [first_visits(run(name), "group_programme") for name in ("integrated", "physiotherapy_into_groups")]
    assert len(started[1]) > 1.3 * len(started[0])


def test_triage_sends_to_groups_those_for_whom_a_group_is_enough_and_others_as_before():
    before, now = run("integrated"), run("physiotherapy_into_groups")
    assert moves(now, "mdt_triage", "group_programme", "group_programme") > 1.2 * moves(
        before, "mdt_triage", "group_programme", "group_programme"
    )
    assert moves(now, "mdt_triage", "physiotherapy", "group_programme") < 0.5 * moves(
        before, "mdt_triage", "physiotherapy", "group_programme"
    )
    for to in ("physiotherapy", "group_programme"):
        assert moves(now, "mdt_triage", to, "physiotherapy") == pytest.approx(
            moves(before, "mdt_triage", to, "physiotherapy"), rel=0.15, abs=20
        )
    need = pd.Series(now.patients.facts["need"], now.patients.patient_id)[first_visits(now, "physiotherapy")["patient"]]
    assert (need == NEEDS.index("physiotherapy")).mean() > 0.4, "who needs one-to-one therapy reaches it"


def test_support_workers_bring_their_time_less_what_they_take_to_supervise():
    workforce = load("support_workers").workforce
    theirs, left = workforce["therapy_support_worker_band_3"].wte, workforce["physio_band_6"].wte
    before = load("integrated").workforce["physio_band_6"].wte
    assert before - left == pytest.approx(theirs * 33 / 56)
    ratio = (left - 0.25 * theirs + 0.9 * theirs) / before
    assert minutes("support_workers", "physiotherapy") == pytest.approx(ratio * minutes("integrated", "physiotherapy"))
    table = staff("support_workers")
    assert table.loc["physio_band_6", "lost_to_supervision"].to_numpy() == pytest.approx(
        0.25 * table.loc["therapy_support_worker_band_3", "delivered_sessions"].to_numpy()
    )
    assert theirs * 0.9 / (ratio * before) < 0.64, "they do follow-ups, and there are enough of these"


# --- seven days, rooms -------------------------------------------------------------------------------------------


def test_seven_days_add_no_time_where_staff_are_the_limit():
    for service in ("physiotherapy", "fcp"):
        five, seven = (minutes(name, service) for name in ("integrated", "seven_day_opening"))
        assert seven.sum() == pytest.approx(five.sum(), rel=0.01), (
            "days in lieu make up for the bank holidays that are worked"
        )
        assert (seven > 0).all() and (five > 0).mean() < 0.7
        assert set(first_visits(run("seven_day_opening"), service)["weekday"]) == set(range(7))


def test_seven_days_use_rooms_that_stand_empty_at_weekends():
    held = {
        name: staff(name)["delivered_sessions"]["physio_band_6"].sum()
        for name in ("integrated", "few_rooms", "seven_day_opening_few_rooms")
    }
    calendar = calendar_of(load("few_rooms"))
    assert held["few_rooms"] == pytest.approx(8 * 2 * SCALE * calendar.open_days("working_days").sum())
    assert held["seven_day_opening_few_rooms"] == pytest.approx(8 * 2 * SCALE * calendar.horizon, rel=0.03)
    assert held["few_rooms"] < 0.75 * held["integrated"]
    # All that staff could hold on weekdays with rooms enough, or all that the rooms hold in seven days.
    least = min(held["integrated"], 8 * 2 * SCALE * calendar.horizon)
    assert held["seven_day_opening_few_rooms"] == pytest.approx(least, rel=0.03)


def test_weekend_pay_is_a_quarter_more_for_two_days_in_seven_and_bank_holidays():
    scenario = load("seven_day_opening")
    calendar = calendar_of(scenario)
    dearer = ((calendar.weekday >= 5) | calendar.holiday).mean()
    more = {
        name: yearly(scenario)[name] / yearly(load("integrated"))[name] - 1 for name in ("physio_band_6", "fcp_band_7")
    }
    # A WTE costs 42 weeks of 37.5 hours a year, and has sessions in 52.18 weeks of which leave is not taken off.
    weeks = 365.25 / 7 / 42
    assert more["physio_band_6"] == pytest.approx(0.25 * dearer * weeks, rel=1e-3)
    assert more["fcp_band_7"] == pytest.approx(0.25 * dearer * weeks * 8 / 10, rel=1e-3)


# --- winter, theatre, two more -----------------------------------------------------------------------------------


def test_winter_takes_twice_as_much_and_the_year_no_more():
    scenario = replace(load("winter_sickness"), run=replace(load("winter_sickness").run, years=3))
    calendar = calendar_of(scenario)
    mean = JobPlan(scenario, calendar).roster
    month = calendar.month_of()
    for name, days in mean.items():
        assert days.sickness.mean() == pytest.approx(0.05, rel=1e-3), name
        assert days.sickness[month == 1].mean() == pytest.approx(2 * days.sickness[month == 7].mean())
    gps = {"gp": scenario.workforce["gp"]}
    drawn = [roster_of(gps, calendar, Chance(1, r), scale=40)["gp"].sickness for r in range(2)]
    assert not np.array_equal(*drawn)
    assert np.mean(drawn) == pytest.approx(0.05, abs=0.002)
    winter = np.isin(month, (12, 1))
    assert np.mean([one[winter].mean() for one in drawn]) > 1.5 * np.mean([one[~winter].mean() for one in drawn])


def test_nobody_is_operated_on_in_january_and_the_list_grows():
    before, now = run("integrated"), run("theatre_closed_january")
    visits = [first_visits(one, "surgery") for one in (before, now)]
    assert (visits[0]["month"] == "2026-01").any() and not (visits[1]["month"] == "2026-01").any()
    assert visits[1][visits[1]["month"] < "2026"].equals(visits[0][visits[0]["month"] < "2026"])
    # The theatre day after it opens again: while it is closed nobody counts its list.
    assert waiting(now, "surgery", "2026-02-09") > waiting(before, "surgery", "2026-02-09")
    closed = staff("theatre_closed_january").loc["theatre_team"]
    assert closed.loc["2026-01", "delivered_sessions"] == 0
    assert set(closed.index[closed["lost_to_closures"] > 0]) == {"2026-01"}


def test_two_more_fcps_bring_their_sessions_and_cost_their_pay():
    ratio = (
        staff("more_fcps")["delivered_sessions"]["fcp_band_7"] / staff("integrated")["delivered_sessions"]["fcp_band_7"]
    )
    assert ratio.to_numpy() == pytest.approx(6.75 / 4.75)
    gap = math.fsum(yearly(load("more_fcps")).values()) - math.fsum(yearly(load("integrated")).values())
    assert gap == pytest.approx(SCALE * 2 * 67 * 37.5 * 42)


def test_the_variant_that_gp_time_pays_for_costs_what_the_integrated_pathway_costs():
    words = configuration_of("more_fcps")["report"]["variants"]["more_people_paid_by_gp_time"]["overrides"]
    assert math.fsum(yearly(load("more_fcps", *words)).values()) == pytest.approx(
        math.fsum(yearly(load("integrated")).values()), rel=1e-6
    )
