"""Every shipped scenario is composed, checked, and run for a week; the ladder costs the same at every step."""

import pytest

import sim
from sim.app.configuration.files.shipped import scenario_files
from sim.engine.simulate import patients_of, simulate

NAMES = sorted(scenario_files())
SAME_BUDGET = [
    n
    for n in NAMES
    if n.startswith("ladder_") or n in ("integrated", "integrated_proportional") or n.startswith("integrated_paid_by_")
]
QUICK = ("place.scale=0.05", "run.years=0.02")


LATER = {
    "sussex_could_be": "~pathway.services.physiotherapy.extra_clinics",
    "fcp_vacancy": "~workforce.fcp_band_7.leaves",
}


def quick(name: str):
    """A week of a scenario; what happens on later dates only is left out."""
    return sim.load(name, *QUICK, *([LATER[name]] if name in LATER else []))


@pytest.mark.parametrize("name", NAMES)
def test_a_week_of_every_scenario(name):
    scenario = quick(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.question.endswith("?")
    record = simulate(scenario, 0)
    assert record.calendar.horizon == 7
    assert len(record.events["day"]) > 0


COMPARED = [n for n in NAMES if sim.load(n).compare_with]


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_people_meet_a_scenario_and_its_comparator(name):
    mine, base = (patients_of(quick(n), 0) for n in (name, sim.load(name).compare_with))
    assert (mine.patient_id == base.patient_id).all()
    assert (mine.presented_day == base.presented_day).all()
    for fact, codes in mine.facts.items():
        assert (codes == base.facts[fact]).all(), fact


@pytest.mark.parametrize("name", SAME_BUDGET)
def test_the_same_budget_within_a_thousandth(name):
    def cost(n):
        return sum(group.cost_a_year() for group in sim.load(n).workforce.values())

    assert cost(name) == pytest.approx(cost("gp_referral"), rel=1e-3)


@pytest.mark.parametrize("name", SAME_BUDGET)
def test_every_added_wte_names_where_it_comes_from(name):
    base, mine = sim.load("gp_referral").workforce, sim.load(name).workforce
    given_up = {}
    more = {group for group in mine if group not in base or mine[group].moved_from}
    for group in more:
        moved = mine[group].moved_from
        paid = sum(wte * mine[payer].cost_a_year() / mine[payer].wte for payer, wte in moved.items() if wte)
        before = base[group].cost_a_year() if group in base else 0.0
        assert paid == pytest.approx(mine[group].cost_a_year() - before, rel=1e-3), group
        for payer, wte in moved.items():
            given_up[payer] = given_up.get(payer, 0) + wte
    for group in base.keys() - more:
        assert base[group].wte - mine[group].wte == pytest.approx(given_up.get(group, 0), abs=1e-3), group


@pytest.mark.parametrize("name", ["integrated_extra_staff", "cardiff_four_tier_extra_staff"])
def test_extra_staff_costs_more(name):
    assert _cost(name) > _cost(sim.load(name).compare_with) * 1.02


OTHER_MONEY = {"fcp_vacancy", "more_fcps", "seven_day_opening", "seven_day_opening_few_rooms"}
"""Whose money is not the same by nature: tests/test_staff_scenarios.py says which way it differs."""


WELL_SPENT = {"integrated_well_spent", "gp_referral_well_spent"}


@pytest.mark.parametrize("name", sorted(WELL_SPENT))
def test_money_that_is_well_spent_is_no_more_than_there_is(name):
    """Steps are whole, so a little is left."""
    assert _cost("gp_referral") * 0.99 < _cost(name) <= _cost("gp_referral") * 1.0001


@pytest.mark.parametrize(
    "name", sorted({n for n in COMPARED if not n.endswith("extra_staff")} - set(SAME_BUDGET) - OTHER_MONEY - WELL_SPENT)
)
def test_systems_cost_the_same_as_what_they_are_compared_with(name):
    """Nobody pays for a better system with staff that appear from nowhere;
    one-off clinics have their price beside it."""
    same = pytest.approx(_cost(sim.load(name).compare_with), rel=2e-3)
    assert _cost(name) == same, "`paid_by` says who pays; OTHER_MONEY has the scenarios that ask what other money buys"


def _cost(name: str) -> float:
    return sum(group.cost_a_year() for group in sim.load(name).workforce.values())
