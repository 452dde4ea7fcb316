"""Sessions planned, lost and delivered, what they cost, and comparisons for the same money.

Day 0 is Monday 6 January 2025. One `PHYSIO` has ten sessions a week, two a working day.
"""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import mskflow
from worlds import PHYSIO, group, planned, staffed, way, world

import sim
from sim.analysis.money.staffing import staff_table, workforce_table
from sim.app.configuration.beside.comparator import beside
from sim.app.configuration.beside.same_budget import hold_same_budget
from sim.app.configuration.compose import compose
from sim.app.configuration.request import request_of
from sim.app.studies.comparison.study import identity_of
from sim.domain.faults import ScenarioError
from sim.domain.money.budget import ONE_OFF, ROOMS, budget
from sim.domain.seasons import mean_of_year
from sim.domain.staff.sessions import LOST, sessions_of

PAID = {**PHYSIO, "cost_per_hour_gbp": 40.0}
YEAR = 40 * 37.5 * 42
"""Pounds a year of one `PAID`."""


def sessions(service=None, days=28, replication=None, services=None, **physio):
    """The sessions of the group `physio`, in the week of its clinic."""
    plan = planned(
        world(services or {"a": service or staffed("physio")}, days, workforce={"physio": {**PHYSIO, **physio}}),
        replication,
    )
    return sessions_of(plan, plan._services)["physio"]


def lost(found) -> dict[str, float]:
    """Reason -> sessions lost for it, of those for which any are."""
    return {reason: round(float(days.sum()), 9) for reason, days in found.lost.items() if abs(days.sum()) > 1e-9}


def pounds(days=364, **sections) -> dict[str, float]:
    """Pounds a year by staff group, rooms and extra clinics."""
    config = {"services": {"a": staffed("physio")}, "workforce": {"physio": PAID}, **sections}
    config = world(config.pop("services"), days, **config)
    return budget(sim.from_dict(config), planned(config), 0, days)


# --- what is lost, in its order ---------------------------------------------------------------------------


def test_with_nothing_lost_everything_is_delivered():
    found = sessions()
    assert found.planned.tolist() == found.delivered().tolist() == [2, 2, 2, 2, 2, 0, 0] * 4
    assert not lost(found)


def test_each_loss_takes_from_what_those_before_it_have_left():
    # Two a day on 20 days. Half in post, of that a fifth in training, of that 10% on leave,
    # of that 25% sick: 0.27 a day are left.
    found = sessions(
        wte=1.0,
        leaves={"x": {"date": "2025-01-06", "wte": 0.5, "weeks_to_hire": 8}},
        joins={"y": {"date": "2025-01-06", "wte": 0.0}},
        annual_leave_days=26.0892857,
        sickness_share=0.25,
    )
    assert lost(found) == {"vacancies": 20.0, "leave": pytest.approx(2.0), "sickness": pytest.approx(4.5)}
    training = sessions(
        joins={"y": {"date": "2025-01-06", "wte": 1.0, "training_weeks": 2, "training_share": 0.4}},
        annual_leave_days=26.0892857,
    )
    assert lost(training) == {"training": pytest.approx(2 * 10 * 0.4), "leave": pytest.approx(0.1 * (80 - 8))}


def test_bank_holidays_come_before_closures_and_both_before_people():
    shut = staffed(
        capacity={"staff": {"physio": 1.0}, "closed": {"easter": {"first_day": "2025-04-17", "last_day": "2025-04-21"}}}
    )
    config = world(
        {"a": shut},
        14,
        workforce={"physio": {**PHYSIO, "sickness_share": 0.5}},
        calendar={"start_date": "2025-04-14", "bank_holidays": "GB-ENG"},
    )
    plan = planned(config)
    found = sessions_of(plan, plan._services)["physio"]
    # Good Friday and Easter Monday are holidays; Thursday the 17th is closed besides;
    # of the other seven days half is sick.
    assert lost(found) == {"bank_holidays": 4.0, "closures": 2.0, "sickness": 7.0}
    assert found.lost["closures"].tolist() == [0, 0, 0, 2] + [0] * 10


def test_vacant_posts_are_planned_and_posts_that_are_gone_are_not():
    filled = sessions(
        days=56,
        leaves={
            "x": {"date": "2025-01-20", "wte": 1.0, "weeks_to_hire": 2, "training_weeks": 1, "training_share": 0.5}
        },
    )
    assert filled.planned.sum() == 80 and lost(filled) == {"vacancies": 20.0, "training": 5.0}
    gone = sessions(days=56, leaves={"x": {"date": "2025-01-20", "wte": 1.0}})
    assert gone.planned.sum() == 20 and not lost(gone)


def test_what_no_job_plan_names_is_planned_and_lost():
    found = sessions(staffed(capacity={"staff": {"physio": 0.7}}))
    assert found.planned.sum() == 40 and lost(found) == {"not_in_job_plans": 12.0}


def test_supervision_and_rooms_are_lost_too():
    services = {"a": staffed("physio"), "b": staffed("support")}
    config = world(services, 28, workforce={"physio": PHYSIO, "support": {**PHYSIO, "supervised_by": {"physio": 0.2}}})
    plan = planned(config)
    found = sessions_of(plan, plan._services)
    assert lost(found["physio"]) == {"supervision": 8.0} and not lost(found["support"])
    config = world(
        {"a": staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gym": 1.0}})},
        28,
        rooms={"gym": {"rooms": 0.5}},
        workforce={
            "physio": {
                **PHYSIO,
                "overtime": {"x": {"sessions_a_week": 10, "first_day": "2025-01-06", "last_day": "2025-01-12"}},
            }
        },
    )
    plan = planned(config)
    found = sessions_of(plan, plan._services)["physio"]
    assert found.overtime.sum() == 10 and lost(found) == {"rooms": 30.0} and found.delivered().sum() == 20


def test_a_group_s_rooms_are_those_of_the_cohort_and_not_of_each_of_its_staff():
    cohorts = group(session_minutes=75, capacity={"staff": {"physio": 1.0, "support": 1.0}, "rooms": {"hall": 1.0}})
    staff = {"physio": PHYSIO, "support": {**PHYSIO, "wte": 2.0}}
    plan = planned(world({"a": cohorts}, 28, workforce=staff, rooms={"hall": {"rooms": 1}}))
    # Rooms for 900 minutes a week, physiotherapists for 1,800: half of all sessions have no room.
    found = sessions_of(plan, plan._services)
    assert lost(found["physio"]) == {"rooms": 20.0} and lost(found["support"]) == {"rooms": 40.0}
    assert plan._services["a"].room_sessions(plan).tolist() == [0, 2, 0, 2, 0, 0, 0] * 4


@st.composite
def plans(draw):
    """A random workforce of two groups in three services, on a random calendar."""
    share = st.floats(0, 1)
    first = date(2025, 1, 6)

    def day():
        return (first + timedelta(draw(st.integers(-30, 89)))).isoformat()

    def joins():
        weeks = draw(st.floats(0, 9))
        training = {"training_weeks": weeks, "training_share": draw(share)} if weeks else {}
        return {"date": day(), "wte": draw(st.floats(0, 2)), **training}

    def staff():
        leave = draw(st.floats(0, 60))
        # A month that takes more than all its days is refused.
        months = st.lists(st.floats(0.1, 5), min_size=12, max_size=12).filter(
            lambda index: leave / 260 * max(index) <= mean_of_year(index)
        )
        return {
            "wte": draw(st.floats(0.5, 9)),
            "patient_facing_share": draw(share),
            "sickness_share": draw(st.floats(0.01, 0.4)),
            "annual_leave_days": leave,
            "sickness_spell_days": draw(st.sampled_from([0, 5, 9.5])),
            "leave_by_month": draw(st.none() | months) if leave > 1e-6 else None,
            "joins": {str(i): joins() for i in range(draw(st.integers(0, 2)))},
            "leaves": {
                "x": {"date": day(), "wte": draw(st.floats(0, 0.5)), "weeks_to_hire": draw(st.none() | st.floats(0, 9))}
            },
            "overtime": {
                "x": {
                    "sessions_a_week": draw(st.floats(0, 9)),
                    "first_day": "01-20",
                    "last_day": draw(st.sampled_from(["02-20", "01-10"])),
                }
            },
        }

    shares = [draw(st.floats(0.02, 0.33)) for _ in range(6)]
    closed = {"closed": {"x": {"first_day": "01-28", "last_day": "02-02"}}} if draw(st.booleans()) else {}
    capacity = [{"staff": {"physio": shares[i], "support": shares[i + 3]}, **closed} for i in range(3)]
    capacity[0]["rooms"] = {"gym": draw(share)}
    capacity[1]["later"] = {"x": {"date": "2025-02-03", "staff": {"physio": draw(st.floats(0, 0.3))}}}
    services = {
        "a": staffed(capacity=capacity[0]),
        "b": staffed(capacity=capacity[1], open_days="every_day"),
        "c": group(capacity=capacity[2]),
    }
    workforce = {"physio": staff(), "support": {**staff(), "supervised_by": {"physio": draw(st.floats(0, 0.02))}}}
    return world(
        services,
        90,
        workforce=workforce,
        rooms={"gym": {"rooms": draw(st.floats(0, 3))}},
        place={"scale": draw(st.sampled_from([0.1, 1.0, 3.0]))},
        calendar={"bank_holidays": draw(st.sampled_from([None, "GB-ENG"]))},
    )


@given(plans(), st.none() | st.integers(0, 3))
def test_planned_and_overtime_less_lost_is_delivered_and_is_what_the_clinics_have(config, replication):
    plan = planned(config, replication)
    every = sessions_of(plan, plan._services)
    for found in every.values():
        assert found.planned + found.overtime - sum(found.lost.values()) == pytest.approx(found.delivered(), abs=1e-9)
        assert (found.delivered() >= -1e-9).all() and (found.planned >= 0).all()
        assert all((days >= -1e-9).all() for days in found.lost.values())
    # Worked out the other way round: the minutes of each service over the patient-facing minutes of a session.
    for name in every:
        staff = plan.roster[name]
        there = np.zeros(90)
        for service in plan._services.values():
            due = (
                plan.shares(service.capacity).get(name, 0.0)
                * plan.open(service.capacity, service.pattern)
                / {"every_day": 7, "working_days": 5}.get(service.pattern, 2)
            )
            there += staff.sessions_a_week() * due * service.roomed(plan) * plan.scale
        assert every[name].delivered() == pytest.approx(there, abs=1e-9)
        assert staff.minutes_a_week() == pytest.approx(
            staff.sessions_a_week() * 225 * staff.group.patient_facing_share, abs=1e-6
        )


@given(plans(), st.integers(0, 3))
def test_delivered_sessions_times_their_minutes_are_what_the_clinics_offer(config, replication):
    for service in ("b", "c"):
        del config["pathway"]["services"][service]
    plan = planned(config, replication)
    every = sessions_of(plan, plan._services)
    minutes = sum(
        found.delivered() * 225 * plan.roster[name].group.patient_facing_share for name, found in every.items()
    )
    assert plan.minutes(plan._services["a"], "working_days") == pytest.approx(minutes, abs=1e-6)


# --- the table --------------------------------------------------------------------------------------------


def test_the_table_has_a_row_a_group_and_month_and_adds_up():
    physio = {
        **PAID,
        "band": "6",
        "sickness_share": 0.1,
        "leaves": {"x": {"date": "2025-02-03", "wte": 0.5, "weeks_to_hire": 2}},
    }
    scenario = sim.from_dict(
        world({"a": staffed("physio")}, 59, workforce={"physio": physio, "idle": PAID}, place={"scale": 2.0})
    )
    table = staff_table(scenario, [0, 1]).set_index(["staff_group", "month"])
    assert list(table.index) == [
        (name, month) for name in ("physio", "idle") for month in ("2025-01", "2025-02", "2025-03")
    ]
    # January from the 6th: 20 working days; February 20, ten of them with half a post; March 1 to 5: three.
    row = table.loc["physio", "2025-02"]
    assert (row.planned_sessions, row.lost_to_vacancies, row.lost_to_sickness, row.delivered_sessions, row.band) == (
        80,
        20,
        6,
        54,
        "6",
    )
    assert row.wte == pytest.approx(2 * (28 - 7) / 28)
    assert table.planned_sessions.loc["physio"].tolist() == [80, 80, 12]
    assert table.lost_to_not_in_job_plans.loc["idle"].tolist() == table.planned_sessions.loc["idle"].tolist()
    reasons = table[[f"lost_to_{reason}" for reason in LOST]].sum(axis=1)
    assert reasons.to_numpy() == pytest.approx(table.lost_sessions)
    assert (table.planned_sessions + table.overtime_sessions - table.lost_sessions).to_numpy() == pytest.approx(
        table.delivered_sessions
    )


def test_drawn_sickness_is_the_mean_of_the_replications():
    config = world(
        {"a": staffed("physio")},
        90,
        workforce={"physio": {**PHYSIO, "wte": 5.0, "sickness_share": 0.2, "sickness_spell_days": 5}},
    )
    each = [
        sessions_of(planned(config, r), planned(config)._services)["physio"].lost["sickness"].sum() for r in (0, 1, 4)
    ]
    table = staff_table(sim.from_dict(config), [0, 1, 4])
    assert table.lost_to_sickness.sum() == pytest.approx(np.mean(each), abs=1e-5) and len(set(each)) == 3


# --- money ------------------------------------------------------------------------------------------------


def test_a_vacancy_saves_what_its_weeks_would_have_cost_and_nothing_else():
    assert pounds() == {"physio": YEAR}
    vacancy = {**PAID, "leaves": {"x": {"date": "2025-03-03", "wte": 0.5, "weeks_to_hire": 26, "training_weeks": 12}}}
    assert pounds(workforce={"physio": vacancy})["physio"] == pytest.approx(YEAR * (1 - 0.5 * 26 / 52))
    assert pounds(workforce={"physio": {**PAID, "joins": {"x": {"date": "2025-10-06", "wte": 1}}}})[
        "physio"
    ] == pytest.approx(YEAR * (1 + 13 / 52))
    table = (
        workforce_table(sim.from_dict(world({"a": staffed("physio")}, 364, workforce={"physio": vacancy})))
        .set_index("staff_group")
        .loc["physio"]
    )
    assert (table.wte, table.cost_gbp_a_year) == (pytest.approx(0.75), pytest.approx(0.75 * YEAR))


def test_leave_sickness_closures_and_training_are_paid():
    shut = {
        "a": staffed(capacity={"staff": {"physio": 1.0}, "closed": {"x": {"first_day": "07-01", "last_day": "12-31"}}})
    }
    away = {**PAID, "sickness_share": 0.3, "annual_leave_days": 40, "supervised_by": {}, "patient_facing_share": 0.1}
    assert pounds(services=shut, workforce={"physio": away}) == {"physio": YEAR}


def test_overtime_costs_its_hours_at_its_price():
    # Four sessions a week for 13 weeks: 52 x 3.75 hours at 40 pounds, times the ratio; over 364 days of 365.25.
    week = {"sessions_a_week": 4, "first_day": "2025-03-03", "last_day": "2025-06-01"}
    more = 52 * 3.75 * 40 * 365.25 / 364
    assert pounds(workforce={"physio": {**PAID, "overtime": {"x": week}}})["physio"] == pytest.approx(YEAR + 1.5 * more)
    assert pounds(workforce={"physio": {**PAID, "overtime": {"x": {**week, "pay_ratio": 1.0}}}})[
        "physio"
    ] == pytest.approx(YEAR + more)


def test_weekends_and_bank_holidays_cost_more():
    dear = {"physio": {**PAID, "weekend_pay_ratio": 1.3}}
    assert pounds(workforce=dear) == {"physio": YEAR}
    # Ten sessions a week over seven days: 104 weekend days of 10 / 7 sessions.
    seven = {"a": staffed("physio", open_days="every_day")}
    more = 104 * 10 / 7 * 3.75 * 40 * 0.3 * 365.25 / 364
    assert pounds(services=seven, workforce=dear)["physio"] == pytest.approx(YEAR + more)
    assert pounds(services=seven, workforce={"physio": PAID})["physio"] == pytest.approx(YEAR)
    # In England eight bank holidays between 6 January 2025 and 4 January 2026,
    # one of them (New Year's Day 2026) among them; all on weekdays.
    with_holidays = pounds(services=seven, workforce=dear, calendar={"bank_holidays": "GB-ENG"})["physio"]
    assert with_holidays == pytest.approx(YEAR + more * 112 / 104)
    assert pounds(services={"a": staffed("physio", open_days=["sat"])}, workforce=dear)["physio"] == pytest.approx(
        YEAR + 520 * 3.75 * 40 * 0.3 * 365.25 / 364
    )


def test_rooms_cost_what_is_held_in_them():
    rooms = {
        "gym": {"rooms": 0.75, "cost_per_session_gbp": 20.0},
        "hall": {"rooms": 1.5, "sessions_a_day": 1, "cost_per_session_gbp": 50.0},
    }
    services = {"a": staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gym": 1.0}})}
    # Two sessions a day would be held and there is room for one and a half, on 260 days.
    assert pounds(services=services, rooms=rooms)[ROOMS] == pytest.approx(1.5 * 260 * 20 * 365.25 / 364)
    both = {"a": staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gym": 1.0, "hall": 1.0}})}
    assert pounds(services=both, rooms=rooms)[ROOMS] == pytest.approx(2 * 260 * (20 + 50) / 2 * 365.25 / 364)
    assert ROOMS not in pounds(services=services, rooms={"gym": {"rooms": 1}})
    door = {
        "a": {
            "kind": "drop_in",
            "hours": ["09:00", "12:45"],
            "routes": way(),
            "capacity": {"clinicians": 4, "rooms": {"gym": 1.0}},
        }
    }
    assert pounds(services=door, rooms=rooms)[ROOMS] == pytest.approx(1.5 * 260 * 20 * 365.25 / 364)


def test_extra_clinics_cost_their_slots_used_or_not():
    saturdays = {
        "x": {
            "slots": 6,
            "weekdays": ["sat"],
            "first_day": "2025-02-01",
            "last_day": "2025-03-31",
            "every_weeks": 2,
            "cost_per_slot_gbp": 75.0,
        }
    }
    # 1 and 15 February, 1, 15 and 29 March.
    assert pounds(services={"a": staffed("physio", extra_clinics=saturdays)})[ONE_OFF] == pytest.approx(
        5 * 6 * 75 * 365.25 / 364
    )


def test_who_is_paid_for_by_others_is_so_for_what_is_in_post_at_the_start():
    staff = {"physio": {**PAID, "wte": 5.0}, "coach": {**PAID, "cost_per_hour_gbp": 20.0, "paid_by": {"physio": 1.0}}}
    assert math.fsum(pounds(workforce=staff).values()) == pytest.approx(5 * YEAR)
    later = {**staff, "coach": {**staff["coach"], "joins": {"x": {"date": "2025-07-07", "wte": 1.0}}}}
    assert pounds(workforce=later) == {"physio": pytest.approx(4.5 * YEAR), "coach": pytest.approx(YEAR / 2 * 1.5)}


# --- the same money ---------------------------------------------------------------------------------------


def test_the_same_budget_is_let_pass_and_another_is_told_with_whose_it_is():
    def scenario(name, **physio):
        return sim.from_dict(
            {
                **world(
                    {"a": staffed("physio")}, 364, workforce={"physio": {**PAID, **physio}, "gp": {**PAID, "wte": 3.0}}
                ),
                "name": name,
            }
        )

    before = scenario("before")
    hold_same_budget(scenario("after", sickness_share=0.2, patient_facing_share=0.3), before)
    hold_same_budget(scenario("after", wte=1.003), before)  # £189 of £252,000: WTE are written with a few digits
    with pytest.raises(ScenarioError) as raised:
        hold_same_budget(scenario("after", wte=1.5), before)
    assert str(raised.value) == (
        "run.same_budget: after costs £283,500 a year and before £252,000: +£31,500 (+12.5%); physio +£31,500; "
        "the same staff cost (workforce.<group>.paid_by says who pays), or run.same_budget=false"
    )
    with pytest.raises(ScenarioError, match=r"−£63,000 \(-25\.0%\); physio −£63,000;"):
        hold_same_budget(scenario("after", wte=0), before)
    asked = {
        **before.config,
        "name": "after",
        "run": {**before.config["run"], "same_budget": True},
        "workforce": {"physio": {**PAID, "wte": 2.0}},
    }
    with pytest.raises(ScenarioError, match=r"run\.same_budget: after costs £126,000"):
        sim.compare(sim.from_dict(asked), before, replications=1)


@pytest.mark.parametrize("part", [-0.05, -0.01, -0.0021, -0.0019, 0.0019, 0.0021, 0.01, 0.049, 0.05])
def test_the_same_budget_is_the_same_within_a_five_hundredth(part):
    def scenario(name, wte):
        workforce = {"physio": {**PAID, "wte": wte}, "gp": {**PAID, "wte": 3.0}}
        return sim.from_dict({**world({"a": staffed("physio")}, 364, workforce=workforce), "name": name})

    before, after = scenario("before", 1.0), scenario("after", 1.0 + 4 * part)  # a quarter of the money is physio's
    if abs(part) < 0.002:
        hold_same_budget(after, before)
    else:
        with pytest.raises(ScenarioError, match=r"run\.same_budget: after costs"):
            hold_same_budget(after, before)


def test_what_looks_cheaper_or_has_no_price_is_not_the_same_money():
    def scenario(name, service=None, run=None, **physio):
        workforce = {"physio": {**PAID, **physio}, "gp": {**PAID, "wte": 3.0}}
        return sim.from_dict(
            {
                **world({"a": {**staffed("physio"), **(service or {})}}, 364, workforce=workforce, **(run or {})),
                "name": name,
            }
        )

    def told(after):
        with pytest.raises(ScenarioError) as raised:
            hold_same_budget(after, before)
        return [str(fault).split(";")[0] for fault in raised.value.faults]

    before, twice = (
        scenario("before"),
        "run.same_budget: after costs £315,000 a year and before £252,000: +£63,000 (+25.0%)",
    )
    assert told(scenario("after", wte=2.0, cost_per_hour_gbp=PAID["cost_per_hour_gbp"] / 2)) == [twice]
    assert told(scenario("after", wte=2.0, paid_weeks_a_year=21.0)) == [twice]
    gone = {"early": {"date": "2025-03-03", "wte": 4.0}}  # four more for eight weeks that are not counted
    early = scenario("after", run={"analysis": {"window": [56, 364]}}, wte=5.0, leaves=gone)
    assert told(early) == [
        "run.same_budget: after costs £290,769 a year over the whole run and before £252,000: +£38,769 (+15.4%)"
    ]
    saturdays = {"sat": {"slots": 20, "weekdays": ["sat"], "first_day": "2025-02-01", "last_day": "2025-03-31"}}
    assert told(scenario("after", {"extra_clinics": saturdays})) == [
        "pathway.services.a.extra_clinics.sat.cost_per_slot_gbp: is 0, and before has no such clinic"
    ]
    assert told(scenario("after", {"capacity": {"slots_per_week": 5000}, "new_minutes": None})) == [
        "pathway.services.a.capacity.slots_per_week: has no price, and before has another number here"
    ]
    with pytest.raises(ScenarioError, match="there is nothing to compare with"):
        hold_same_budget(before, None)


QUICK = [
    "place.scale=0.02",
    "run.years=0.1",
    "run.replications=1",
    "run.workers=1",
    "report=none",
    "run.same_budget=true",
]


def test_a_comparison_for_other_money_is_refused_in_one_line(tmp_path):
    done = mskflow("run", "integrated", *QUICK, "workforce.gp.wte=200", cwd=tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert (
        done.stderr.startswith("run.same_budget: integrated costs £")
        and len(done.stderr.strip().splitlines()) == 1
        and "; gp +£" in done.stderr
    )
    assert not list(tmp_path.iterdir())


def test_the_integrated_pathway_passes_and_to_ask_changes_no_result():
    def identity(*words):
        scenario = compose("integrated", ["report=none", *words])
        others = beside(scenario, request_of("run", "integrated", words, ()))
        hold_same_budget(scenario, others.baseline)
        return identity_of(scenario, others)

    assert identity() == identity("run.same_budget=true") != identity("run.seed=3")
