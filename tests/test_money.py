"""Money: where each pound goes, and that the parts are the whole. By hand on small worlds, and adding up on any."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import clinic, delay, group, lived, people, way, world

import sim
from sim.analysis.indicators.money import cost_pieces, total_cost
from sim.analysis.indicators.outcomes import linear_pieces
from sim.analysis.indicators.register import measured
from sim.analysis.indicators.tiers import service_costs
from sim.analysis.journey.journey import journey_of
from sim.analysis.money.service_costs import COMPONENTS, NOT_IN_JOB_PLANS
from sim.analysis.money.unit_costs import bands_table, unit_costs_table
from sim.analysis.money.visit_costs import visit_gbp
from sim.analysis.reading.reading import Reading
from sim.app.studies.comparison.economics import _Linear
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.money.pay import priced, split

HOUR, WTE_A_YEAR = 50.0, 37.5 * 42 * 50.0
NOBODY = people(0, need="self_management")


def staffed(share, to="resolved", who="physio", **more) -> dict:
    return clinic(1, to, **({"new_minutes": 30} | more)) | {
        "capacity": {"staff": {who: share}, **more.pop("capacity", {})}
    }


def team(wte=2.0, **more) -> dict:
    return {"physio": {"wte": wte, "cost_per_hour_gbp": HOUR, **more}}


def told(config, kpi, who=NOBODY) -> dict[str, float]:
    run = lived(config, who)
    return measured(Reading(run.record, run.scenario), kpi)


# --- where the pounds go -------------------------------------------------------------------------------------


def test_staff_go_where_the_job_plan_sends_them_and_what_is_left_is_told():
    config = world({"a": staffed(0.5, tier=4), "b": staffed(0.25, tier=5)}, 30, workforce=team())
    assert told(config, "service_cost") == pytest.approx(
        {"a": WTE_A_YEAR, "b": 0.5 * WTE_A_YEAR, NOT_IN_JOB_PLANS: 0.5 * WTE_A_YEAR}
    )
    shares = told(config, "cost_share_by_tier")
    assert {name: share for name, share in shares.items() if share} == pytest.approx(
        {"tier_4": 0.5, "tier_5": 0.25, NOT_IN_JOB_PLANS: 0.25}
    )
    assert list(shares) == ["tier_0", "tier_1", "tier_2", "tier_3", "tier_4", "tier_5", NOT_IN_JOB_PLANS]


def test_a_job_plan_that_changes_on_a_date_moves_the_pounds_on_that_day():
    services = {"a": staffed(1.0), "b": staffed(0.0)}
    services["a"]["capacity"]["later"] = {"groups": {"date": "2025-01-16", "staff": {"physio": 0.4}}}
    services["b"]["capacity"]["later"] = {"groups": {"date": "2025-01-16", "staff": {"physio": 0.6}}}
    found = told(world(services, 30, workforce=team(1.0)), "service_cost")
    assert found == pytest.approx({"a": WTE_A_YEAR * (10 + 20 * 0.4) / 30, "b": WTE_A_YEAR * 20 * 0.6 / 30})


def test_overtime_weekends_rooms_and_one_off_clinics_each_go_to_their_service():
    services = {"week": staffed(0.5, open_days=["mon"], tier=4), "weekend": staffed(0.5, open_days=["sat"], tier=2)}
    services["week"]["capacity"]["rooms"] = {"rooms": 1.0}
    services["week"]["extra_clinics"] = {"one": {"slots": 10, "date": "2025-01-11", "cost_per_slot_gbp": 7}}
    workforce = team(
        1.0,
        sessions_a_week=10,
        weekend_pay_ratio=1.4,
        overtime={"more": {"sessions_a_week": 2, "first_day": "2025-01-06", "last_day": "2025-01-12", "pay_ratio": 2}},
    )
    config = world(services, 28, workforce=workforce, rooms={"rooms": {"rooms": 100, "cost_per_session_gbp": 30}})
    years = 28 / DAYS_A_YEAR
    found = {name: pounds * years for name, pounds in told(config, "service_cost").items()}
    half = WTE_A_YEAR / 2 * years + 1 * 2 * 3.75 * HOUR  # and its half of two sessions of overtime, paid twice
    held = 3 * 5.0 + 5.0 + 1.0  # sessions on four Mondays, one with overtime
    assert found["week"] == pytest.approx(half + held * 30 + 70)
    assert found["weekend"] == pytest.approx(half + 4 * 5 * 0.4 * 3.75 * HOUR)
    total = told(config, "cost_total")
    assert {name: total[name] * years for name in ("rooms", "one_off_clinics")} == pytest.approx(
        {"rooms": held * 30, "one_off_clinics": 70}
    )


def test_a_price_is_paid_once_for_each_visit_whatever_its_kind():
    """Two people, a first visit and two follow-ups each; an injection at a quarter of first visits,
    a brace at half of all."""
    services = {
        "a": clinic(9, way("course"), follow_ups={"mean_visits": 2, "spread": "fixed", "interval_days": 7}, tier=4),
        "scan": clinic(1, setting="diagnostics"),
        "theatre": clinic(1, setting="hospital", care="surgery", rtt="treatment"),
    }
    services["a"]["routes"] = way("course")
    prices = {
        "per_visit_gbp": {"a": 10, "scan": 70, "theatre": 4000},
        "procedures": {
            "injection": {"service": "a", "share": 0.25, "gbp": 40},
            "brace": {"service": "a", "share": 0.5, "gbp": 20, "first_visits_only": False},
        },
    }
    run = lived(world(services, 30, prices=prices), people(0, 1))
    assert len(run.of("attended", "a")) == 6
    reading = Reading(run.record, run.scenario)
    pounds = {name: value * reading.years for name, value in measured(reading, "cost_total").items()}
    assert pounds["visits"] == pytest.approx(6 * 10)
    assert pounds["procedures"] == pytest.approx(2 * 0.25 * 40 + 6 * 0.5 * 20)
    assert pounds["imaging"] == pounds["theatre"] == 0
    assert pounds["all"] == pounds["tier_4"] == pytest.approx(140)
    assert measured(reading, "cost_per_episode")["all"] == pytest.approx(70)
    assert cost_pieces(reading) == pytest.approx(
        {"prices.per_visit_gbp.a": 60, "prices.procedures.injection.gbp": 20, "prices.procedures.brace.gbp": 60}
    )


def test_a_procedure_of_a_clinician_is_done_wherever_people_meet_one_and_nowhere_else():
    """The desk reads letters and the other clinic has a consultant; of radiographers and FCPs there are none."""
    course = {"follow_ups": {"mean_visits": 1, "spread": "fixed", "interval_days": 7}}
    services = {
        "desk": clinic(9, "a", clinician="gp", contact=False),
        "a": clinic(9, "b", clinician="gp", tier=2),
        "b": clinic(9, clinician="gp", tier=4, **course) | {"routes": way("course")},
        "c": clinic(9, clinician="consultant"),
    }
    services["b"]["after_course"] = way("c")
    procedures = {
        "course_of_pills": {"clinician": "gp", "share": 0.5, "gbp": 10},
        "leaflet": {"clinician": "gp", "share": 1, "gbp": 1, "first_visits_only": False},
        "x_ray": {"clinician": "fcp", "share": 0.5, "gbp": 30},
    }
    run = lived(world(services, 30, prices={"procedures": procedures}), people(0, 1))
    assert [len(run.of("attended", name)) for name in services] == [2, 2, 4, 2]
    reading = Reading(run.record, run.scenario)
    pounds = {name: value * reading.years for name, value in measured(reading, "cost_total").items()}
    assert pounds["tier_2"] == pytest.approx(2 * 5 + 2)
    assert pounds["tier_4"] == pytest.approx(2 * 5 + 4)
    assert pounds["all"] == pounds["procedures"] == pytest.approx(26)
    assert cost_pieces(reading) == pytest.approx(
        {"prices.procedures.course_of_pills.gbp": 20, "prices.procedures.leaflet.gbp": 6}
    )
    assert [visit_gbp(run.scenario, name, True) for name in services] == [0, 6, 6, 0]
    assert [visit_gbp(run.scenario, name, False) for name in services] == [0, 1, 1, 0]


def some(high: float):
    """Nothing, or a number that is not next to nothing."""
    return st.just(0.0) | st.floats(high / 1000, high)


@given(
    shares=st.lists(some(0.3), min_size=3, max_size=3),
    staff=st.tuples(some(30), st.floats(1, 3), some(1)),
    paid=st.tuples(some(90), some(500), st.integers(0, 9)),
    first=st.integers(0, 20),
    tiers=st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
@settings(max_examples=30, deadline=None)
def test_services_tiers_and_components_add_up_to_the_whole(shares, staff, paid, first, tiers):
    (wte, ratio, leaves), (room, price, slots) = staff, paid
    services = {
        name: staffed(share, open_days=days, tier=tier)
        for name, share, days, tier in zip(
            "abc", shares, (["mon", "wed"], "every_day", ["sat", "sun"]), tiers, strict=True
        )
    }
    services["b"]["capacity"] |= {
        "rooms": {"rooms": 1.0},
        "later": {"x": {"date": "2025-01-20", "staff": {"physio": shares[0]}}},
    }
    services["c"]["extra_clinics"] = {"one": {"slots": slots, "date": "2025-01-25", "cost_per_slot_gbp": price}}
    overtime = {"o": {"sessions_a_week": 3, "first_day": "2025-01-08", "last_day": "2025-02-01", "pay_ratio": ratio}}
    workforce = team(
        wte, weekend_pay_ratio=ratio, overtime=overtime, leaves={"x": {"date": "2025-01-18", "wte": leaves * wte}}
    )
    config = world(
        services,
        40,
        workforce=workforce,
        rooms={"rooms": {"rooms": 2, "cost_per_session_gbp": room}},
        analysis={"window": [first, 36]},
        prices={"per_visit_gbp": {"a": price}, "procedures": {"p": {"service": "b", "share": 0.3, "gbp": price}}},
    )
    run = lived(config)
    reading = Reading(run.record, run.scenario)
    whole, total = total_cost(reading), measured(reading, "cost_total")
    near = 0.51 * reading.years + 1e-9 * whole  # staff_cost is told to the pound a year
    parts = math.fsum(float(cost.pounds[first:36].sum()) for cost in service_costs(reading))
    assert parts == pytest.approx(whole, abs=near)
    assert math.fsum(measured(reading, "service_cost").values()) * reading.years == pytest.approx(whole, abs=near)
    assert math.fsum(
        v for name, v in total.items() if name.startswith("tier_") or name == NOT_IN_JOB_PLANS
    ) * reading.years == pytest.approx(whole, abs=near)
    assert math.fsum(v for name, v in total.items() if name in COMPONENTS) * reading.years == pytest.approx(
        whole, abs=near
    )
    assert math.fsum(cost_pieces(reading).values()) == pytest.approx(whole, abs=near)
    shown = measured(reading, "cost_share_by_tier")
    assert math.fsum(shown.values()) == pytest.approx(1) if parts else all(map(math.isnan, shown.values()))


def test_each_year_has_its_own_budget():
    join = {"more": {"date": "2026-01-06", "wte": 1.0}}
    services = {"a": staffed(1.0)}
    years = told(world(services, 731, workforce=team(2.0, joins=join), a_day=0.01), "cost_by_year")
    assert years == pytest.approx({"year_1": 2 * WTE_A_YEAR, "year_2": 3 * WTE_A_YEAR})
    assert told(world(services, 600, workforce=team(2.0), a_day=0.01), "cost_by_year") == pytest.approx(
        {"year_1": 2 * WTE_A_YEAR}
    )
    assert told(world(services, 300, workforce=team(2.0), a_day=0.01), "cost_by_year") == {}


# --- people --------------------------------------------------------------------------------------------------


def test_a_person_is_of_the_highest_tier_that_they_reached_in_the_window():
    """1 is seen at the door only, 2 goes on to tier 4, 3 to tier 4 and hospital, 4 to community assets,
    5 to a desk where nobody is seen; 6 is not seen at all."""
    by = {
        "needs_physio": {"when": {"need": "physiotherapy"}, "to": {"therapy": 1.0}},
        "needs_surgery": {"when": {"need": "surgery"}, "to": {"therapy": 1.0}},
        "needs_group": {"when": {"need": "group_programme"}, "to": {"assets": 1.0}},
        "needs_specialist": {"when": {"need": "specialist"}, "to": {"desk": 1.0}},
    }
    services = {
        "gp": clinic(1, routes=way(**by)),
        "therapy": clinic(9, tier=4, routes=way(on={"when": {"need": "surgery"}, "to": {"hospital": 1.0}})),
        "hospital": clinic(9, tier=5),
        "assets": delay(3, tier=1),
        "desk": clinic(9, tier=2, contact=False),
    }
    who = people(
        0,
        1,
        2,
        3,
        4,
        29,
        need=["self_management", "physiotherapy", "surgery", "group_programme", "specialist", "physiotherapy"],
    )
    config = world(services, 30)
    config["pathway"]["services"]["gp"]["earliest_notice_days"] = 1
    found = told(config, "patients_share_by_tier", who)
    assert {name: round(6 * share) for name, share in found.items()} == {
        "no_contact": 1,
        "tier_0": 2,
        "tier_1": 1,
        "tier_2": 0,
        "tier_3": 0,
        "tier_4": 1,
        "tier_5": 1,
    }
    assert math.fsum(found.values()) == pytest.approx(1)
    early = told(
        config | {"analysis": {"window": [0, 3]}}, "patients_share_by_tier", who
    )  # who came on days 0 to 2; the third is seen on day 3
    assert {name: round(3 * share) for name, share in early.items() if share} == {"no_contact": 1, "tier_0": 2}


def test_who_is_resolved_without_the_care_they_need_is_no_patient_resolved():
    """Self-management resolved counts; physiotherapy given counts; given up, and surgery never given, do not.
    157,500 pounds a year for two."""
    routes = way(physio={"when": {"need": "physiotherapy"}, "to": {"therapy": 1.0}})
    services = {
        "gp": clinic(9, routes=routes, care="self_management"),
        "therapy": staffed(1.0, care="physiotherapy", open_days="every_day"),
    }
    who = people(0, 0, 0, 0, need=["self_management", "physiotherapy", "surgery", "group_programme"])
    found = told(world(services, 30, entry="gp", workforce=team()), "cost_per_patient_resolved", who)
    assert found["all"] == pytest.approx(2 * WTE_A_YEAR * 30 / DAYS_A_YEAR / 2)
    nobody = told(
        world(services, 30, entry="gp", workforce=team()), "cost_per_patient_resolved", people(0, need="surgery")
    )
    assert math.isnan(nobody["all"])


def test_who_recovers_unseen_is_no_patient_resolved():
    waiting = {"recovery": {"share_within_6_weeks": {"acute": 0.99, "long_term": 0.99}, "needs": ["physiotherapy"]}}
    services = {"therapy": clinic(1, care="physiotherapy", recovers=True, extra_clinics={}), "x": staffed(1.0)}
    config = world(services, 42, workforce=team())
    config["pathway"]["while_waiting"] = waiting
    run = lived(config, people([0] * 60, need="physiotherapy"))
    recovered, seen = len(run.of("removed", detail="recovered")), len(run.of("attended", "therapy"))
    assert recovered > 10 and seen
    found = measured(Reading(run.record, run.scenario), "cost_per_patient_resolved")
    assert found["all"] == pytest.approx(2 * WTE_A_YEAR * 42 / DAYS_A_YEAR / seen)


# --- what an hour costs --------------------------------------------------------------------------------------


def paid(pay=20.0, on_costs=0.3, overheads=0.97, **more) -> dict:
    return world(
        {"a": staffed(1.0)},
        30,
        workforce={"physio": {"wte": 2.0, "pay_per_hour_gbp": pay, **more}},
        prices={"on_costs_share_of_pay": on_costs, "overheads_share_of_pay": overheads},
    )


def test_pay_on_costs_and_overheads_make_the_hour():
    scenario = sim.from_dict(paid())
    assert scenario.workforce["physio"].cost_per_hour_gbp == pytest.approx(45.4)
    hour = split(45.4, scenario.prices)
    assert (hour.pay, hour.on_costs, hour.overheads) == pytest.approx((20, 6, 19.4))
    assert priced(scenario.workforce, scenario.prices) == scenario.workforce
    cost = told(paid(), "staff_cost")["all"]
    assert cost == pytest.approx(2 * 37.5 * 42 * 45.4)
    assert told(paid(on_costs=0.4), "staff_cost")["all"] == pytest.approx(cost + 2 * 37.5 * 42 * 2)
    assert told(paid(overheads=0.87), "staff_cost")["all"] == pytest.approx(cost - 2 * 37.5 * 42 * 2)


def test_an_hour_is_priced_once():
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(paid(cost_per_hour_gbp=50.0))
    assert [(f.where, f.right) for f in error.value.faults] == [
        ("workforce.physio.pay_per_hour_gbp", "one of the two; the other 0 or left out")
    ]


def test_who_is_paid_for_is_paid_for_at_the_price_that_pay_comes_to():
    config = paid()
    config["workforce"]["new"] = {"wte": 1.0, "cost_per_hour_gbp": 90.8, "paid_by": {"physio": 1.0}}
    config["workforce"]["physio"]["wte"] = 3.0
    assert sim.from_dict(config).workforce["physio"].wte == pytest.approx(1.0)


def test_a_minute_at_work_and_with_patients():
    config = paid(band="6", patient_facing_share=0.75)
    config["workforce"]["team"] = {"wte": 1.0, "cost_per_hour_gbp": 220.0}
    table = bands_table(sim.from_dict(config)).set_index("staff_group")
    assert table.loc["physio", ["of_which_pay", "of_which_on_costs", "of_which_overheads"]].tolist() == pytest.approx(
        [20, 6, 19.4]
    )
    assert table.loc[
        "physio", ["gbp_an_hour", "gbp_a_minute_at_work", "gbp_a_minute_with_patients"]
    ].tolist() == pytest.approx([45.4, 45.4 / 60, 45.4 / 45])
    assert table.loc["team", ["of_which_pay", "of_which_on_costs", "of_which_overheads"]].isna().all()
    assert table.loc["team", "gbp_a_minute_with_patients"] == pytest.approx(220 / 45)


def test_the_shipped_shares_bring_every_band_to_pay_within_its_scale():
    """Agenda for Change scales of 2022/23, as remembered: the shares are no source,
    but they fit hours and pay together."""
    scales = {
        "3": (21_730, 23_177),
        "5": (27_055, 32_934),
        "6": (33_706, 40_588),
        "7": (41_659, 47_672),
        "8a": (48_526, 54_619),
    }
    table = bands_table(sim.load("integrated"))
    found = {r.band: r.of_which_pay * 37.5 * 42 for r in table.itertuples() if r.band}
    assert set(found) >= {"3", "6", "7", "8a"}
    assert all(low <= found[band] <= high for band, (low, high) in scales.items() if band in found)


def test_no_shipped_visit_costs_more_than_its_unit_cost_all_in():
    """Staff time and price overlap nowhere: no sum is above the highest all-in unit cost stated or remembered for it
    (evidence file: Staff & cost)."""
    highest = {
        ("gp", "first"): 56,
        ("physiotherapy", "first"): 95,
        ("physiotherapy", "follow_up"): 95,
        ("trauma_orthopaedics", "first"): 220,
        ("trauma_orthopaedics", "follow_up"): 160,
        ("rheumatology", "first"): 280,
        ("mri", "first"): 250,
        ("surgery", "first"): 11_300,
    }
    table = unit_costs_table(sim.load("integrated")).set_index(["service", "visit"])["gbp"]
    assert all(0 < table[visit] <= gbp for visit, gbp in highest.items())
    assert table["surgery", "first"] == pytest.approx(4000 + 105 / 60 * 650 / 0.77)
    assert table["trauma_orthopaedics", "first"] == pytest.approx(60 + 20 / 60 * 220 / 0.75)


def test_a_group_session_is_everybody_in_the_room_and_the_room():
    services = {
        "g": group(session_minutes=90, supervision={"physio": 0.5}, tier=3)
        | {"capacity": {"staff": {"physio": 1.0, "worker": 1.0}, "rooms": {"hall": 1.0}}},
        "a": staffed(0.0),
    }
    workforce = team(patient_facing_share=0.5) | {
        "worker": {"wte": 1.0, "cost_per_hour_gbp": 30.0, "patient_facing_share": 0.75}
    }
    config = world(
        services, 30, entry="g", workforce=workforce, rooms={"hall": {"rooms": 1, "cost_per_session_gbp": 45}}
    )
    table = unit_costs_table(sim.from_dict(config)).set_index(["service", "visit"])
    session = 1.5 * (0.5 * HOUR / 0.5 + 30 / 0.75)
    assert table.loc[
        ("g", "session"), ["minutes", "staff_and_prices_gbp", "rooms_gbp", "gbp"]
    ].tolist() == pytest.approx([90, session, 18, session + 18])
    assert table.loc[("g", "seat"), "gbp"] == pytest.approx((session + 18) / 4)
    assert table.loc[("a", "first"), "gbp"] == pytest.approx(0.5 * HOUR / 0.5)


def test_visits_of_a_class_are_priced_by_its_minutes():
    classes = {"urgent": {"when": {"urgency": "urgent"}, "minutes": 60}, "others": {}}
    config = world({"a": staffed(1.0, priority=classes)}, 9, workforce=team(patient_facing_share=0.5))
    run = lived(config, people(0, 0, urgency=["urgent", "routine"]))
    table = unit_costs_table(run.scenario).set_index("visit")[["minutes", "staff_and_prices_gbp"]]
    assert table.to_dict("index") == {
        "first": {"minutes": 30, "staff_and_prices_gbp": 50},
        "first_urgent": {"minutes": 60, "staff_and_prices_gbp": 100},
    }
    told = [journey_of(run.record, run.scenario, row).steps for row in (0, 1)]
    assert [sum(step.cost_gbp for step in steps) for steps in told] == [100, 50]


# --- faults, and what is drawn -------------------------------------------------------------------------------


def test_a_price_where_nobody_is_seen_is_refused():
    config = world(
        {"a": clinic(1, "home"), "home": delay(3)},
        prices={
            "per_visit_gbp": {"home": 5, "nowhere": 3},
            "procedures": {
                "x": {"service": "home", "share": 0.5, "gbp": 1},
                "y": {"service": "b", "share": 0.5, "gbp": 1},
                "z": {"service": "a", "share": 2, "gbp": -1},
            },
        },
    )
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(config)
    assert [f.where for f in error.value.faults] == [
        "prices.procedures.z.share",
        "prices.procedures.z.gbp",
        "prices.per_visit_gbp.home",
        "prices.per_visit_gbp.nowhere",
        "prices.procedures.x.service",
        "prices.procedures.y.service",
    ]


def test_a_procedure_is_done_at_a_service_or_by_a_clinician():
    def faults(**procedures) -> list[str]:
        with pytest.raises(sim.ScenarioError) as error:
            sim.from_dict(world({"a": clinic(1)}, prices={"procedures": procedures}))
        return [str(one) for one in error.value.faults]

    price = {"share": 0.5, "gbp": 1}
    assert faults(both=price | {"service": "a", "clinician": "gp"}, neither=price) == [
        "prices.procedures.both: names both a 'service' and a 'clinician'; leave one of them out, or make it null",
        "prices.procedures.neither: says nowhere where it is done; name a 'service', or a 'clinician'",
    ]
    for word in ("gpp", "none"):
        (said,) = faults(x=price | {"clinician": word})
        assert said.startswith("prices.procedures.x.clinician: ") and "physiotherapist" in said


def test_what_is_priced_by_pay_or_by_procedure_can_be_drawn_like_other_prices():
    config = paid()
    config["prices"] |= {"per_visit_gbp": {"a": 5.0}, "procedures": {"x": {"service": "a", "share": 0.5, "gbp": 8.0}}}
    run = lived(config, people(0, 0))
    pieces = linear_pieces(Reading(run.record, run.scenario))
    assert set(pieces.cost) == {
        "workforce.physio.pay_per_hour_gbp",
        "prices.per_visit_gbp.a",
        "prices.procedures.x.gbp",
    }

    class Twice:
        def of(self, path, value):
            return np.array([2.0 * value if path in pieces.cost else value])

    once, twice = (
        _Linear(run.scenario, [pieces]).under(beliefs, np.zeros(1, int))[0]
        for beliefs in (type("Once", (), {"of": lambda self, path, value: np.array([value])})(), Twice())
    )
    assert twice == pytest.approx(2 * once) and once > 0
