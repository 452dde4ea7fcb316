"""Quality of life, work and money's worth: formulas by hand, and that who gave the care is never asked (trap 3)."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from worlds import clinic, delay, group, lived, people, rule, way, world, written

import sim
from sim.analysis.indicators import measure
from sim.analysis.indicators.outcomes import linear_pieces
from sim.analysis.money import economics, qalys
from sim.analysis.reading.reading import Reading
from sim.analysis.reading.tables import ASSUMPTIONS
from sim.app.configuration.compose import compose
from sim.app.studies.comparison.economics import Beliefs, economics_tables, social_return
from sim.domain.faults import ScenarioError

YEAR, MONTH = 365.25, 365.25 / 12
FULL = {
    "utility_loss_per_month_waited": {"surgery": 0.012, "physiotherapy": 0.004},
    "utility_gain_after_care": {"surgery": 0.4, "physiotherapy": 0.2},
    "natural_recovery_share_of_gain": {"surgery": 0.1, "physiotherapy": 0.75},
    "gain_after_days": {"surgery": 90},
    "gbp_per_qaly": 20_000.0,
    "off_work_share": {"physiotherapy": 0.2, "surgery": 0.5},
}
SERVICES = {
    "gp": clinic(setting="primary", clinician="gp", care="self_management"),
    "physio": clinic(setting="community", clinician="physiotherapist", care="physiotherapy"),
    "theatre": clinic(setting="hospital", clinician="consultant", care="surgery"),
    "classes": group(setting="community", care="group_programme"),
}


def reading(rows, patients, days=1461, services=SERVICES, **sections) -> Reading:
    config = world(services, days, **{"outcomes": FULL} | sections)
    return Reading(written(config, patients, rows), sim.from_dict(config))


def told(one: Reading) -> dict:
    return {(kpi, group_): value for kpi, group_, value, _ in measure(one)}


def kpis(*args, **kw) -> dict:
    return told(reading(*args, **kw))


def seen(day, who, service, since=0):
    return (day, who, service, "attended", "new", "", since)


# --- formulas by hand (1,000 residents, four years) -------------------------------------------------------------


def test_care_gains_from_ninety_days_after_the_operation_to_the_end_net_of_what_would_have_come_anyway():
    found = kpis([seen(100, 1, "theatre"), seen(200, 2, "physio")], people(0, 0, need=["surgery", "physiotherapy"]))
    surgery, physio = 0.4 * 0.9 * (1461 - 190) / YEAR, 0.2 * 0.25 * (1461 - 200) / YEAR
    lost = 0.012 * (100 / MONTH) ** 2 / 24, 0.004 * (200 / MONTH) ** 2 / 24
    assert found["qalys_gained_after_care", "all"] == pytest.approx((surgery + physio) / 4)
    assert found["qalys_gained_after_care", "surgery"] == pytest.approx(surgery / 4)
    assert found["qalys_lost_waiting", "physiotherapy"] == pytest.approx(lost[1] / 4)
    assert found["qalys_net", "all"] == pytest.approx((surgery + physio - sum(lost)) / 4)


def test_who_recovers_leaves_goes_private_or_gets_less_than_they_need_gains_nothing():
    rows = [
        (50, 1, "theatre", "removed", "recovered"),
        (60, 2, "gp", "resolved", "otherwise"),
        (70, 3, "theatre", "removed", "private"),
        seen(40, 4, "physio"),
    ]
    found = kpis(sorted(rows), people([0] * 4, need="surgery"))
    assert found["qalys_gained_after_care", "all"] == 0
    assert found["qalys_lost_waiting", "all"] == pytest.approx(
        0.012 * (50**2 + 60**2 + 70**2 + 1461**2) / MONTH**2 / 24 / 4
    )


def test_an_operation_too_late_for_its_gain_to_begin_gains_nothing():
    assert kpis([seen(1400, 1, "theatre")], people(0, need="surgery"))["qalys_gained_after_care", "all"] == 0


def test_a_need_that_rose_while_somebody_waited_brings_no_larger_gain():
    worsening = {
        "while_waiting": {"worsening": {"share_within_26_weeks": {"acute": 0.5}, "to": {"physiotherapy": "surgery"}}}
    }
    services = SERVICES | {"physio": SERVICES["physio"] | {"worsens": True}}
    rows = [
        (30, 1, "physio", "moved", "worsened_to_surgery", "physio"),
        seen(100, 1, "physio"),
        seen(400, 1, "theatre"),
    ]
    found = kpis(rows, people(0, need="physiotherapy"), services=services, pathway=worsening)
    assert found["qalys_gained_after_care", "all"] == pytest.approx(0.2 * 0.25 * (1461 - 400) / YEAR / 4)


def test_parts_add_up_to_the_whole():
    facts = {"imd_quintile": ["1", "5", "3"], "ethnicity": ["asian", "white_british", "black"]}
    found = kpis(
        [seen(100, 1, "theatre"), seen(200, 2, "physio"), seen(300, 3, "physio")],
        people(0, 0, 9, need=["surgery", "physiotherapy", "surgery"], **facts),
    )
    for kpi in ("qalys_lost_waiting", "qalys_gained_after_care", "qalys_net"):
        for prefix in ("imd_", "ethnicity_"):
            parts = [
                value
                for (name, part), value in found.items()
                if name == kpi and part.startswith(prefix) and part != "ethnicity_minority"
            ]
            assert math.fsum(parts) == pytest.approx(found[kpi, "all"])
        assert found[kpi, "ethnicity_minority"] == pytest.approx(
            found[kpi, "ethnicity_asian"] + found[kpi, "ethnicity_black"]
        )


def test_days_off_work_are_by_need_and_only_of_people_in_work():
    patients = people(
        [0] * 3, need=["physiotherapy", "surgery", "surgery"], employment=["employed", "employed", "not_employed"]
    )
    found = kpis([seen(70, 1, "physio"), seen(140, 2, "theatre"), seen(140, 3, "theatre")], patients)
    assert found["work_days_lost", "physiotherapy"] == pytest.approx(70 * 5 / 7 * 0.2 / 4)
    assert found["work_days_lost", "surgery"] == pytest.approx(140 * 5 / 7 * 0.5 / 4)
    assert found["work_days_lost", "all"] == pytest.approx(
        found["work_days_lost", "physiotherapy"] + found["work_days_lost", "surgery"]
    )


def test_nothing_said_nothing_counted():
    found = kpis([seen(100, 1, "theatre")], people(0, need="surgery"), outcomes={})
    assert {
        found[kpi, "all"]
        for kpi in (
            "qalys_lost_waiting",
            "qalys_gained_after_care",
            "qalys_net",
            "work_days_lost",
            "net_monetary_benefit",
        )
    } == {0.0}


def test_net_benefit_is_qalys_at_their_worth_less_what_episodes_cost():
    staff = {
        "workforce": {"doctor": {"wte": 2.0, "cost_per_hour_gbp": 50.0}},
        "prices": {"per_visit_gbp": {"theatre": 4000.0}},
    }
    found = kpis([seen(100, 1, "theatre")], people(0, need="surgery"), **staff)
    assert found["net_monetary_benefit", "all"] == pytest.approx(
        20_000 * found["qalys_net", "all"] - found["cost_per_episode", "all"] / 4
    )


# --- discounting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.0, 0.015, 0.035, 0.2])
def test_closed_forms_are_the_integrals_of_what_they_say(rate):
    def value(day):
        return (1 + rate) ** (-(day - 10) / YEAR)

    for presented, waited in ((10, 3), (40, 400), (700, 2000)):
        said = qalys.lost(0.01, np.array([presented]), np.array([waited]), 10, rate)[0]
        assert said == pytest.approx(
            integrate.quad(lambda s, p=presented: 0.01 * s / MONTH * value(p + s) / YEAR, 0, waited)[0], rel=1e-9
        )
        said = qalys.years_after(np.array([presented]), 3000, 10, rate)[0]
        assert said == pytest.approx(integrate.quad(lambda t: value(t) / YEAR, presented, 3000)[0], rel=1e-9)
    assert qalys.mean_value(3.0, rate) == pytest.approx(integrate.quad(lambda t: (1 + rate) ** -t, 0, 3)[0] / 3)


def test_discounting_is_a_switch_and_its_rate_is_read_only_then():
    rows, who = [seen(300, 1, "theatre")], people(0, need="surgery")
    plain, on, off = (
        kpis(rows, who, outcomes=FULL | more)
        for more in ({}, {"discounting": True, "discount_rate_per_year": 0.035}, {"discount_rate_per_year": 0.5})
    )
    assert off == pytest.approx(plain, nan_ok=True)
    rho = math.log(1.035)
    gained = 0.36 * (math.exp(-rho * 390 / YEAR) - math.exp(-rho * 1461 / YEAR)) / rho
    assert on["qalys_gained_after_care", "all"] == pytest.approx(gained / 4)
    assert on["qalys_lost_waiting", "all"] < plain["qalys_lost_waiting", "all"]


@given(rate=st.floats(1e-12, 1e-6), days=st.integers(0, 4000))
def test_a_rate_near_nothing_changes_next_to_nothing(rate, days):
    one = (
        qalys.lost(0.01, np.array([0]), np.array([days]), 0, rate)[0],
        qalys.years_after(np.array([days]), 4000, 0, max(rate, 1e-8))[0],
    )
    assert one == pytest.approx(
        (qalys.lost(0.01, np.array([0]), np.array([days]))[0], (4000 - days) / YEAR), rel=2e-5, abs=1e-9
    )


# --- trap 3: access models do not change function by themselves --------------------------------------------------

DIRECT = {
    "gp": clinic(
        50,
        setting="primary",
        clinician="gp",
        care="self_management",
        routes=way("physio", operate=rule("theatre", {"need": "surgery"})),
    ),
    "physio": clinic(
        50, setting="community", clinician="physiotherapist", care="physiotherapy", earliest_notice_days=9
    ),
    "theatre": clinic(50, setting="hospital", clinician="consultant", care="surgery", earliest_notice_days=60),
}
# Another way in, a desk that nobody meets, other names, labels, clinicians and settings,
# a caseload for a clinic: and the same days.
OTHERWISE = {
    "first_contact": clinic(
        50, setting="primary", clinician="fcp", care="self_management", label="FCP", routes=way("desk")
    ),
    "desk": clinic(
        50,
        setting="triage",
        clinician="advanced_practitioner",
        contact=False,
        routes=way("support", list_him=rule("hub", {"need": "surgery"})),
    ),
    "support": {
        "kind": "caseload",
        "capacity": {"places": 10_000},
        "stay_days": 5,
        "stay_spread": "fixed",
        "open_days": "every_day",
        "routes": way(),
        "setting": "community",
        "clinician": "support_worker",
        "care": "physiotherapy",
        "earliest_notice_days": 8,
        "label": "Somebody else",
    },
    "hub": clinic(
        50,
        setting="hospital",
        clinician="advanced_practitioner",
        care="surgery",
        earliest_notice_days=59,
        label="Elective hub",
    ),
}


@pytest.mark.parametrize("discounting", [False, True])
def test_two_pathways_with_the_same_waits_give_the_same_qalys(discounting):
    needs = ["physiotherapy", "surgery", "self_management", "physiotherapy", "surgery", "group_programme"]
    found, days = [], []
    for services in (DIRECT, OTHERWISE):
        config = world(services, 700, outcomes=FULL | {"discounting": discounting})
        run = lived(config, people(0, 3, 3, 20, 40, 41, need=needs))
        first, last = next(iter(services)), list(services)[-2:]
        days.append({who: day for name in last for who, day in run.seen(name).items()})
        assert len(run.seen(first)) == len(needs)
        found.append(
            {
                key: value
                for key, value in told(Reading(run.record, sim.from_dict(config))).items()
                if key[0].startswith("qalys") or key[0] == "work_days_lost"
            }
        )
    assert days[0] == days[1] and len(set(days[0].values())) > 2, "the same waits"
    assert found[0] == found[1], "and so the same QALYs, to the last digit"
    assert found[0]["qalys_gained_after_care", "all"] > 0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_qalys_do_not_depend_on_what_services_are_called_or_who_works_there(data):
    needs = data.draw(
        st.lists(st.sampled_from(["self_management", "physiotherapy", "surgery"]), min_size=1, max_size=6)
    )
    days = [data.draw(st.integers(0, 900)) for _ in needs]
    results = []
    for _ in range(2):
        names = data.draw(
            st.lists(
                st.sampled_from(["alpha", "physio", "theatre", "hub", "gp", "zeta"]),
                min_size=2,
                max_size=2,
                unique=True,
            )
        )
        care = {}
        for name, given_care in zip(names, ("physiotherapy", "surgery"), strict=True):
            care[name] = clinic(
                setting=data.draw(st.sampled_from(["primary", "community", "hospital"])),
                label=data.draw(st.sampled_from(["", "A", "B"])),
                clinician=data.draw(st.sampled_from(["gp", "fcp", "consultant", "support_worker"])),
                care=given_care,
            )
        services = care if data.draw(st.booleans()) else dict(reversed(care.items()))
        rows = sorted(
            (
                seen(day, who + 1, names[need == "surgery"])
                for who, (need, day) in enumerate(zip(needs, days, strict=True))
            ),
            key=lambda row: row[:2],
        )
        found = kpis(rows, people([0] * len(needs), need=needs), services=services)
        results.append({key: value for key, value in found.items() if key[0].startswith("qalys")})
    assert results[0] == results[1]


def test_as_shipped_what_physiotherapy_does_beyond_time_is_small_beside_an_operation():
    outcomes = compose("gp_referral").outcomes
    net = dict(zip(sim.domain.words.NEEDS, outcomes.net_gain().tolist(), strict=True))
    assert 0 <= net["physiotherapy"] == net["group_programme"] <= 0.1 * net["surgery"]
    assert net["self_management"] == 0


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcomes, where, right",
    [
        (
            {"utility_gain_after_care": {"surgry": 0.1}, "natural_recovery_share_of_gain": {"surgry": 0.1}},
            "utility_gain_after_care.surgry",
            "surgery",
        ),
        ({"off_work_share": {"rheumatolgy": 0.1}}, "off_work_share.rheumatolgy", "rheumatology"),
        ({"gain_after_days": {"sugery": 3}}, "gain_after_days.sugery", "surgery"),
        (
            {"utility_gain_after_care": {"physiotherapy": 0.2}},
            "natural_recovery_share_of_gain.physiotherapy",
            "would have come without care",
        ),
        ({"gain_after_days": {"surgery": 3}}, "utility_gain_after_care.surgery", "leave the other out"),
        ({"off_work_share": 0.1}, "off_work_share", ""),
        (
            {"utility_gain_after_care": {"surgery": 1.5}, "natural_recovery_share_of_gain": {"surgery": 0}},
            "utility_gain_after_care.surgery",
            "1",
        ),
        ({"discount_rate_per_year": -0.1}, "discount_rate_per_year", "0"),
    ],
)
def test_a_wrong_outcome_is_named_with_what_would_be_right(outcomes, where, right):
    with pytest.raises(ScenarioError) as error:
        sim.from_dict(world(SERVICES, 30, outcomes=outcomes))
    lines = [line for line in str(error.value).splitlines() if f"outcomes.{where}" in line]
    assert len(lines) == 1 and right in lines[0]


# --- cost-effectiveness ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost, gain, where",
    [
        (-5, 1, "dominant"),
        (-5, 0, "dominant"),
        (0, 1, "dominant"),
        (5, -1, "dominated"),
        (5, 0, "dominated"),
        (0, -1, "dominated"),
        (5, 1, "north_east"),
        (-5, -1, "south_west"),
        (0, 0, "same"),
    ],
)
def test_every_point_of_the_plane_has_its_quadrant(cost, gain, where):
    assert economics.quadrant(cost, gain) == where
    assert economics.quadrant_shares(np.array([cost]), np.array([gain]))[where] == 1


def test_the_ratio_is_of_means_and_not_the_mean_of_ratios():
    ratio = economics.icer(np.array([100.0, 100.0, 400.0]), np.array([0.1, 0.5, 0.3]))
    assert (ratio.quadrant, ratio.value) == ("north_east", pytest.approx(600 / 0.9))


def test_who_dominates_has_no_ratio():
    for cost, gain in ((-100.0, 0.2), (100.0, -0.2)):
        ratio = economics.icer(np.array([cost, cost]), np.array([gain, gain]))
        assert math.isnan(ratio.value) and math.isnan(ratio.low)


def test_fiellers_interval_holds_the_ratios_that_students_t_does_not_refuse():
    rng = np.random.Generator(np.random.Philox(7))
    gain = rng.normal(0.5, 0.2, 12)
    cost = 900 * gain + rng.normal(0, 80, 12)
    low, high = economics.fieller(cost, gain)
    assert low < cost.mean() / gain.mean() < high
    for end in (low, high):
        assert stats.ttest_1samp(cost - end * gain, 0).pvalue == pytest.approx(0.05)


def test_no_interval_where_the_gain_cannot_be_told_from_nothing():
    assert all(map(math.isnan, economics.fieller(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 1.0]))))
    assert all(map(math.isnan, economics.fieller(np.array([1.0]), np.array([1.0]))))


def test_the_acceptability_curve_of_a_few_points():
    cost, gain = np.array([10_000.0, 30_000.0, -5_000.0, 0.0]), np.array([1.0, 1.0, -1.0, 0.0])
    assert economics.acceptability(cost, gain, np.array([0, 10_000, 20_000, 40_000])).tolist() == [0.25, 0.0, 0.25, 0.5]
    assert economics.net_benefit(cost, gain, 20_000).tolist() == [10_000, -10_000, -15_000, 0]


@given(low=st.floats(0, 10), up=st.floats(0, 5), more=st.floats(0, 5))
def test_pert_stays_in_its_range_with_its_known_mean(low, up, more):
    u = (np.arange(2000) + 0.5) / 2000
    drawn = economics.pert(u, low, low + up, low + up + more)
    assert drawn.min() >= low - 1e-9 and drawn.max() <= low + up + more + 1e-9
    assert drawn.mean() == pytest.approx((low + 4 * (low + up) + low + up + more) / 6, abs=1e-3 * (up + more) + 1e-9)
    assert (np.diff(drawn) >= 0).all()


# --- draws -------------------------------------------------------------------------------------------------------

PRICED = {
    "workforce": {"doctor": {"wte": 2.0, "cost_per_hour_gbp": 50.0}},
    "prices": {"per_visit_gbp": {"theatre": 4000.0}},
}


def assumed(*rows) -> pd.DataFrame:
    return pd.DataFrame(
        [(path, value, "", status, source, low, high, "") for path, value, status, source, low, high in rows],
        columns=list(ASSUMPTIONS),
    )


def both(table, waits=((100, 60), (130, 70), (120, 110))):
    """A comparator and a scenario on one person, by days to the operation; the scenario has a doctor more."""
    scenarios, pieces = {}, {}
    for which, (name, wte) in enumerate((("old", 2.0), ("new", 3.0))):
        priced = PRICED | {"workforce": {"doctor": {"wte": wte, "cost_per_hour_gbp": 50.0}}}
        runs = [reading([seen(wait[which], 1, "theatre")], people(0, need="surgery"), **priced) for wait in waits]
        scenarios[name] = (replace(runs[0].scenario, name=name), table)
        pieces[name] = [linear_pieces(one) for one in runs]
    return scenarios, pieces


def test_pieces_at_the_prices_in_use_are_the_indicators():
    one = reading(
        [seen(100, 1, "theatre"), seen(200, 2, "physio")], people(0, 0, need=["surgery", "physiotherapy"]), **PRICED
    )
    found, pieces, outcomes = told(one), linear_pieces(one), one.scenario.outcomes
    loss = np.array([outcomes.utility_loss_per_month_waited.get(need, 0) for need in sim.domain.words.NEEDS])
    net = (pieces.gain * outcomes.net_gain()).sum() - (pieces.loss * loss).sum()
    assert net == pytest.approx(found["qalys_net", "all"])
    assert 20_000 * net - sum(pieces.cost.values()) == pytest.approx(found["net_monetary_benefit", "all"], abs=1)
    assert set(pieces.cost) == {"workforce.doctor.cost_per_hour_gbp", "prices.per_visit_gbp.theatre"}


def test_without_ranges_the_draws_are_the_replications_in_turn():
    tables = economics_tables(*both(assumed()), draws=7)
    plane = tables["plane"]
    assert plane["replication"].tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert plane["incremental_cost"].to_numpy() == pytest.approx(50 * 37.5 * 42 * 1.0)
    sooner = [
        0.012 * (a**2 - b**2) / MONTH**2 / 24 + 0.36 * (a - b) / YEAR for a, b in ((100, 60), (130, 70), (120, 110))
    ]
    assert plane["incremental_qalys"].tolist()[:3] == pytest.approx([x / 4 for x in sooner])
    rows = tables["economics"].set_index("measure")
    assert rows.loc["icer", "value"] == pytest.approx(78_750 / np.mean(sooner) * 4)
    assert rows.loc["share_north_east", "value"] == 1 and "north_east" in rows.loc["icer", "note"]
    assert rows.loc["probability_cost_effective_at_20000", "value"] == 0


def test_numbers_on_one_row_of_evidence_move_together_and_the_users_own_do_not_move():
    table = assumed(
        ("a", 5.0, "derived", "S", 1.0, 9.0),
        ("b", 50.0, "derived", "S", 10.0, 90.0),
        ("c", 5.0, "derived", "T", 1.0, 9.0),
        ("d", 5.0, "set by the user", "S", 1.0, 9.0),
        ("e", 5.0, "assumption", "S", None, None),
    )
    beliefs = Beliefs(table, seed=3, draws=50)
    a, b, c = (beliefs.of(path, 0.0) for path in "abc")
    assert a == pytest.approx(b / 10) and np.corrcoef(a, c)[0, 1] < 0.9
    assert set(beliefs.of("d", 5.0)) == set(beliefs.of("e", 5.0)) == {5.0}
    assert (Beliefs(table, seed=3, draws=50).of("a", 0.0) == a).all() and not (
        Beliefs(table, seed=4, draws=50).of("a", 0.0) == a
    ).any()


def test_draws_of_prices_and_effects_widen_the_answer_and_keep_its_middle():
    table = assumed(
        ("workforce.doctor.cost_per_hour_gbp", 50.0, "derived", "S", 40.0, 60.0),
        ("outcomes.utility_gain_after_care.surgery", 0.4, "derived", "T", 0.2, 0.6),
        ("outcomes.gbp_per_qaly", 20_000.0, "retrieved", "N", 20_000.0, 30_000.0),
    )
    tables = economics_tables(*both(table))
    rows = tables["economics"].set_index("measure")
    assert rows.loc["drawn_incremental_cost", "value"] == pytest.approx(78_750, rel=0.02)
    assert 78_750 * 0.8 < rows.loc["drawn_incremental_cost", "low"] < 78_750 * 0.9
    assert rows.loc["drawn_incremental_cost", "value"] == pytest.approx(tables["plane"]["incremental_cost"].mean())
    assert {"probability_cost_effective_at_20000", "probability_cost_effective_at_30000"} <= set(rows.index)
    assert sum(rows.loc[f"share_{name}", "value"] for name in economics.QUADRANTS) == pytest.approx(1)
    assert tables["acceptability"]["gbp_per_qaly"].tolist() == list(range(0, 50_001, 1000))
    pd.testing.assert_frame_equal(economics_tables(*both(table))["plane"], tables["plane"])


def test_a_scenario_beside_itself_makes_no_difference_in_any_draw():
    table = assumed(
        ("workforce.doctor.cost_per_hour_gbp", 50.0, "derived", "S", 40.0, 60.0),
        ("outcomes.utility_gain_after_care.surgery", 0.4, "derived", "T", 0.2, 0.6),
    )
    (old, _), pieces = list(both(table)[0].values()), both(table)[1]["old"]
    tables = economics_tables({"a": old, "b": old}, {"a": pieces, "b": pieces})
    assert set(tables["plane"]["incremental_cost"]) == set(tables["plane"]["incremental_qalys"]) == {0.0}
    assert tables["economics"].set_index("measure").loc["share_same", "value"] == 1


# --- social return -----------------------------------------------------------------------------------------------


def test_social_return_stands_beside_the_cost_of_groups_and_in_no_other_number():
    services = SERVICES | {"classes": SERVICES["classes"] | {"capacity": {"staff": {"coach": 0.5}}}}
    staff = {
        "workforce": {"coach": {"wte": 2.0, "cost_per_hour_gbp": 40.0}},
        "prices": {"per_visit_gbp": {"classes": 3.0}},
    }
    rows, who = [seen(7, 1, "classes")], people(0, need="group_programme")
    found = {
        each: kpis(rows, who, services=services, outcomes={"social_return_per_gbp": each}, **staff)
        for each in (0.0, 6.5)
    }
    cost = round(0.5 * 2 * 40 * 37.5 * 42 + 3 / 4)
    assert found[6.5]["group_programme_cost", "classes"] == cost == found[0.0]["group_programme_cost", "all"]
    assert found[6.5]["group_social_value_stated", "all"] == 6.5 * cost
    differing = {key[0] for key, value in found[6.5].items() if value != found[0.0][key] and not math.isnan(value)}
    assert differing == {"group_social_value_stated"}


def test_social_return_as_rows_for_the_report():
    config = world(SERVICES, 30, outcomes={"social_return_per_gbp": 6.5})
    scenario = replace(sim.from_dict(config), name="new")
    values = pd.DataFrame(
        [
            ("new", 0, "group_programme_cost", "all", 1000.0, ""),
            ("new", 1, "group_programme_cost", "all", 1000.0, ""),
            ("old", 0, "group_programme_cost", "all", 0.0, ""),
        ],
        columns=["scenario", "replication", "kpi", "group", "value", "unit"],
    )
    table = {
        name: assumed(("outcomes.social_return_per_gbp", 6.5, "source document", "a talk", 5.0, 6.5))
        for name in ("new", "old")
    }
    rows = social_return(values, table, [replace(scenario, name="old"), scenario])
    assert rows.values.tolist() == [["new", 1000.0, 6.5, 5.0, 6.5, 6500.0, "a talk"]]


def test_delays_and_desks_give_nobody_care():
    services = {"gp": clinic(setting="primary", contact=False, care="surgery"), "home": delay(5, care="surgery")}
    found = kpis([seen(3, 1, "gp")], people(0, need="surgery"), services=services)
    assert found["qalys_gained_after_care", "all"] == 0
