"""`mskflow plan` against what is known: a small network solved by trying everything here,
and every way to ask wrongly."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from commands import mskflow
from hypothesis import given
from hypothesis import strategies as st
from worlds import MONDAY, clinic, people, world, written

import sim
from sim.analysis.indicators import INDICATORS
from sim.analysis.indicators.register import measured
from sim.analysis.reading.as_of import as_of
from sim.analysis.reading.reading import Reading
from sim.app.commands import COMMANDS
from sim.app.configuration.beside.same_budget import yearly
from sim.app.configuration.compose import compose
from sim.app.store.shelf import Shelf
from sim.app.studies.plan import plan as plan_command
from sim.app.studies.plan import plan_words as words
from sim.app.studies.plan import pricing, suggestions
from sim.app.studies.plan.answer import answer_of, level
from sim.app.studies.plan.bounds import bounded, certain, ruled_out
from sim.app.studies.plan.changes import MayChange
from sim.app.studies.plan.levers import buildable, changed
from sim.app.studies.plan.objective import Aimed
from sim.app.studies.plan.plan_steps import beside, lower, plan_table, pounds
from sim.app.studies.plan.plan_work import PlanTask, replicate
from sim.app.studies.plan.problem import PlanTerms, needed, problem_of, shape_of
from sim.app.studies.plan.search import Search
from sim.app.studies.plan.suggestions import Suggestions
from sim.app.studies.plan.targets import Target, Wanted
from sim.app.studies.plan.trials import Trials, Tried
from sim.engine.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
PLANS = sorted((ROOT / "docs" / "plans").glob("*.yaml"))
FIRST, SECOND = (f"pathway.services.{name}.capacity.slots_per_day" for name in ("first", "second"))
DAYS, BY = 56, 41
START = {
    "kind": "lists",
    "lists": {
        "backlog": {
            "unit": "weeks",
            "waiting": {"0": 60},
            "open_band": 4,
            "places": {"all": {"service": "first", "share": 1.0, "needs": {"physiotherapy": 1.0}}},
        }
    },
}
NETWORK = world(
    {"first": clinic(3, "second"), "second": clinic(3)},
    days=DAYS,
    a_day=3.0,
    demand={"arrivals": "poisson"},
    start=START,
    run={"replications": 4, "workers": 1, "progress": "none"},
)
ASKED = {
    "targets": {
        "backlog": {"kpi": "waiting_list", "group": "first", "at_most": 15, "by": "2025-02-16"},
        "behind": {"kpi": "waiting_list", "group": "second", "at_most": 12},
    },
    "may_change": {
        FIRST: {"low": 2, "high": 6, "step": 1, "price": 1000},
        SECOND: {"low": 2, "high": 5, "step": 1, "price": 700},
    },
    "probability": 0.75,
    "trials": 100,
    "confirm": 4,
}


def asked_with(**changes) -> dict:
    return {**ASKED, **changes}


def problem_from(folder: Path, asked: dict, config: dict = NETWORK):
    """The problem of a file with `asked` in it, and its scenario; what is wrong with it raises."""
    file, faults = folder / "plan.yaml", []
    file.write_text(yaml.safe_dump(asked, sort_keys=False), encoding="utf-8")
    scenario, shape = sim.from_dict(config), shape_of(str(file), faults)
    problem = problem_of(shape, scenario, faults) if shape else None
    if faults:
        raise sim.ScenarioError(faults)
    return problem, scenario


def found(folder: Path, asked: dict, config: dict = NETWORK, workers: int = 1, told=lambda *_: None):
    """The answer, and how many replications were run for it."""
    problem, scenario = problem_from(folder, asked, config)
    with Shelf(folder / "out", plan_command.identity_of(problem, scenario)) as shelf:
        trials = Trials(problem, scenario, shelf, workers, told)
        study = Suggestions(
            shelf.folder, {lever.path: len(lever.values) for lever in problem.levers}, scenario.run.seed
        )
        try:
            with trials.at_work():
                return answer_of(
                    problem, scenario, trials, Search(problem, trials, study, scenario.run.seed)
                ), trials.runs
        finally:
            study.close()


def tables(answer, said=words) -> tuple[str, ...]:
    """What is written of an answer. `said`: the module that tells it."""
    made = plan_table(answer, said.status(answer)), said.frontier_table(answer), said.targets_table(answer)
    return tuple(table.to_csv() for table in made)


# --- the known best answer ------------------------------------------------------------------------------------


def waiting(events: pd.DataFrame, service: str, day: int) -> int:
    """People who were listed at a service and not seen there by the end of a day,
    counted from the tables of the API."""
    here = events[(events.service == service) & (events.day <= day)]
    return len(set(here[here.event == "listed"].patient_id) - set(here[here.event == "attended"].patient_id))


@pytest.fixture(scope="module")
def everything():
    """(slots at the first, slots at the second) -> lists at both by replication: each plan simulated,
    with nothing of the search's."""
    lists = {}
    for first in range(2, 7):
        for second in range(2, 6):
            config = {
                **NETWORK,
                "pathway": {
                    **NETWORK["pathway"],
                    "services": {"first": clinic(first, "second"), "second": clinic(second)},
                },
            }
            scenario = sim.from_dict(config)
            runs = [sim.simulate(scenario, r).events for r in range(4)]
            lists[first, second] = [
                (waiting(events, "first", BY), waiting(events, "second", DAYS - 1)) for events in runs
            ]
    return lists


def cost(first: int, second: int) -> float:
    return 1000.0 * (first - 3) + 700.0 * (second - 3)


def cheapest(everything, backlog=15, behind=12, enough=3):
    """By hand: the cheapest of those whose lists are short enough in three of four replications."""
    meets = [plan for plan, runs in everything.items() if sum(a <= backlog and b <= behind for a, b in runs) >= enough]
    return min(meets, key=lambda plan: cost(*plan), default=None)


def chosen(answer) -> tuple[float, ...]:
    return tuple(plan_table(answer, words.status(answer))["to"])


def test_the_network_has_a_best_plan_that_is_neither_today_s_nor_the_dearest(everything):
    best = cheapest(everything)
    assert best is not None and best not in ((3, 3), (6, 5), (2, 2))
    assert sum(cost(*plan) < cost(*best) for plan in everything) >= 5


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The answer to what is asked above, how many replications it took, and how many results lie on the shelf."""
    folder = tmp_path_factory.mktemp("solved")
    return *found(folder, ASKED), len(list(folder.rglob("*.replication")))


def test_it_finds_the_plan_that_trying_everything_finds(everything, solved):
    answer, runs, _ = solved
    assert answer.met and answer.every
    assert chosen(answer) == cheapest(everything)
    assert answer.plan.cost == cost(*cheapest(everything))
    frontier = words.frontier_table(answer)
    for row in frontier.itertuples(index=False):
        lists = everything[row[4], row[5]]
        assert row.cost == cost(row[4], row[5])
        assert (row.backlog, row.behind) == tuple(np.mean(lists, axis=0))
        assert row.share_met == np.mean([a <= 15 and b <= 12 for a, b in lists])
    assert list(frontier.cost) == sorted(frontier.cost)
    assert runs < 20 * 4 + 3 * 4 + 8 * 4


@pytest.fixture(scope="module")
def proposed(tmp_path_factory):
    """The same with fewer trials than there are plans."""
    return found(tmp_path_factory.mktemp("proposed"), asked_with(trials=12))


def test_with_fewer_trials_than_plans_the_proposals_lead_there_too(everything, proposed):
    answer, _ = proposed
    assert not answer.every and answer.tried <= 12 + 5 * len(answer.rejected)
    assert chosen(answer) == cheapest(everything)


def test_what_no_plan_can_do_is_said_and_the_nearest_is_told(everything, tmp_path):
    targets = {**ASKED["targets"], "behind": {"kpi": "waiting_list", "group": "second", "at_most": 0}}
    assert cheapest(everything, behind=0) is None
    answer, _ = found(tmp_path, asked_with(targets=targets))
    assert not answer.met
    assert words.headline(answer).startswith("The answer: no plan within these limits meets it; the nearest is")
    assert set(plan_table(answer, words.status(answer)).status) == {"nearest: no plan within these limits meets it"}

    def misses(plan) -> float:
        return sorted(max((a - 15) / 15, float(b)) for a, b in everything[plan])[2]

    assert misses(chosen(answer)) == min(map(misses, everything))


def test_a_target_that_holds_already_costs_nothing_and_less_is_looked_for(tmp_path):
    targets = {"easy": {"kpi": "waiting_list", "group": "second", "at_most": 1000}}
    answer, _ = found(tmp_path, asked_with(targets=targets))
    assert chosen(answer) == (2, 2)
    assert "saves £1,700 a year" in words.headline(answer)


def test_the_winner_is_confirmed_on_replications_that_the_search_has_not_seen(solved):
    answer, _, _ = solved
    scenario = sim.from_dict(changed(NETWORK, answer.problem.levers, answer.plan.point))
    fresh = [sim.simulate(scenario, r).events for r in range(4, 8)]
    assert [values[0] for values in answer.after.values] == [waiting(events, "first", BY) for events in fresh]
    assert answer.after.meets and answer.after.needed == needed(0.75, 4) == 3
    assert answer.if_more.held <= 4 and answer.if_more.values != answer.after.values


# --- bounds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target, weeks",
    [({"kpi": "waiting_list", "at_most": 15}, 12), ({"kpi": "within_6_weeks_share", "at_least": 0.9}, 6)],
    ids=["waiting_list", "within_6_weeks_share"],
)
def test_bounds_rule_out_no_plan_that_meets_its_target(tmp_path, target, weeks):
    start = {  # of a list of up to six weeks everybody's limit passes within the run
        "kind": "lists",
        "lists": {"backlog": {**START["lists"]["backlog"], "waiting": {"0": 160}, "open_band": weeks}},
    }
    services = {
        "first": clinic(
            3,
            {"second": 0.8, "course": 0.2},
            missed={"new_share": 0.1, "discharged_share": 0.3},
            removed_share_per_week_waited=0.03,
            follow_ups={"mean_visits": 0.5},
        ),
        "second": clinic(3),
    }
    config = world(services, days=DAYS, a_day=1.0, demand={"arrivals": "poisson"}, start=start, run={"replications": 3})
    problem, scenario = problem_from(
        tmp_path, asked_with(targets={"t": {**target, "group": "first", "by": "2025-02-16"}}), config
    )
    assert bounded(scenario, problem.targets, problem.levers) == [0]
    out = meets = 0
    for r in range(3):
        bounds = certain(scenario, problem.targets, [0], r)
        assert bounds[0].certain > 0
        for place in range(5):
            plan = sim.from_dict(changed(config, problem.levers, (place, 1)))
            verdict = ruled_out(plan, bounds, r)
            real = replicate(PlanTask(plan, r, problem.targets))["short"]
            out, meets = out + bool(verdict), meets + (real <= 0)
            assert not verdict or 0 < verdict[0][1] <= real, "the bound says more than is true"
    assert out and meets


def test_bounds_say_nothing_where_their_argument_does_not_hold(tmp_path):
    problem, scenario = problem_from(tmp_path, ASKED)
    assert bounded(scenario, problem.targets, problem.levers) == [0, 1]
    by_length = sim.from_dict(
        {
            **NETWORK,
            "pathway": {
                **NETWORK["pathway"],
                "services": {"first": clinic(3, "second", length_cv=0.3), "second": clinic(3)},
            },
        }
    )
    assert bounded(by_length, problem.targets, problem.levers) == [1]
    removals = asked_with(
        may_change={
            "pathway.services.first.removed_share_per_week_waited": {"low": 0, "high": 0.1, "step": 0.05, "price": 1}
        }
    )
    problem, scenario = problem_from(tmp_path, removals)
    assert bounded(scenario, problem.targets, problem.levers) == [1]
    problem, scenario = problem_from(
        tmp_path, asked_with(targets={"t": {"kpi": "wait_weeks_median", "group": "first", "at_most": 3}})
    )
    assert bounded(scenario, problem.targets, problem.levers) == []


# --- once begun -----------------------------------------------------------------------------------------------


def stop_after(count: int, told: list):
    """Writes down what was told, and is Ctrl-C after so many."""

    def tell(*one):
        told.append(one)
        if len(told) >= count:
            raise KeyboardInterrupt

    return tell


def test_a_search_that_was_stopped_goes_on_to_the_same_answer_and_repeats_nothing(tmp_path, solved):
    whole, runs, on_the_shelf = solved
    told = []
    for after in (1, 23):
        with pytest.raises(KeyboardInterrupt):
            found(tmp_path, ASKED, told=stop_after(after, told))
    again, rest = found(tmp_path, ASKED)
    assert tables(again) == tables(whole)
    assert len(list(tmp_path.rglob("*.replication"))) == on_the_shelf
    assert (
        len(told) == 23 and 23 - 4 <= runs - rest <= 23
    )  # who is certain to wait is counted once a replication, and is no run


@pytest.mark.parametrize("torn", [False, True], ids=["stopped", "and its store torn"])
def test_so_does_one_with_proposals(tmp_path, torn, proposed):
    asked, told = asked_with(trials=12), []
    with pytest.raises(KeyboardInterrupt):
        found(tmp_path, asked, told=stop_after(40, told))
    if torn:
        (store,) = tmp_path.rglob("search.db")
        store.write_bytes(b"not a database" * 100)
    again, rest = found(tmp_path, asked)
    whole, runs = proposed
    assert tables(again) == tables(whole)
    assert 40 - 4 <= runs - rest <= 40


def test_one_worker_and_two_give_the_same_answer(tmp_path, proposed):
    assert tables(found(tmp_path, asked_with(trials=12), workers=2)[0]) == tables(proposed[0])


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=12), st.floats(0.05, 1))
def test_how_far_a_stopped_plan_misses_is_known_from_below(shorts, probability):
    count = len(shorts)
    enough = needed(probability, count)
    whole = Tried((0,), 0.0, count, enough, tuple(shorts), ((0.0,),) * count)
    assert whole.meets == (whole.miss <= 0)
    failed = [place for place, short in enumerate(shorts) if short > 0]
    if not whole.meets:
        cut = failed[count - enough] + 1
        stopped = Tried((0,), 0.0, count, enough, tuple(shorts[:cut]), ((0.0,),) * cut)
        assert not stopped.meets and 0 < stopped.miss <= whole.miss


def test_the_fewest_replications_that_are_a_share():
    assert [needed(p, n) for p, n in ((0.9, 10), (0.9, 11), (0.7, 10), (1.0, 3), (0.01, 5), (2 / 3, 3))] == [
        9,
        10,
        7,
        3,
        1,
        2,
    ]


# --- what is counted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [40, 80])
def test_as_it_stood_on_a_day_is_what_a_run_that_ends_then_gives(day):
    settings = ("place.scale=0.02", "run.warm_up_days=7")
    long, short = (sim.load("integrated", *settings, f"run.years={(days - 7) / 365.25}") for days in (120, day + 1))
    earlier, ended = as_of(simulate(long), long, day), Reading(simulate(short), short)
    assert earlier.record.inside == ended.record.inside
    for name in INDICATORS:
        np.testing.assert_equal(measured(earlier, name), measured(ended, name), err_msg=name)


def test_shares_within_six_weeks_of_a_log_written_by_hand():
    """Six people wait for the clinic: seen after 2, 6 and 8 weeks; gone unseen after 7; waiting for 9, and for 3."""
    config = world({"gp": clinic()}, days=100)
    who = people(0, 0, 0, 30, 36, 78)
    rows = [(day, n + 1, "", "presented") for n, day in enumerate((0, 0, 0, 30, 36, 78))]
    rows += [(day, n + 1, "gp", "listed", "door") for n, day in enumerate((0, 0, 0, 30, 36, 78))]
    rows += [
        (14, 1, "gp", "attended", "new", "", 0),
        (42, 2, "gp", "attended", "new", "", 0),
        (56, 3, "gp", "attended", "new", "", 0),
        (79, 4, "gp", "removed", "other", "", 30),
    ]
    rows.sort(key=lambda row: row[0])
    scenario = sim.from_dict(config)
    record = written(config, who, rows, inside=6)

    def share(kpi, day=99, since=None) -> float:
        return measured(as_of(record, scenario, day, since), kpi)["gp"]

    assert share("seen_within_6_weeks_share") == 2 / 3
    assert share("waiting_within_6_weeks_share") == 1 / 2
    assert share("within_6_weeks_share") == 2 / 5  # late: the third, the fourth, the fifth; the sixth is not decided
    assert share("within_6_weeks_share", 50) == 2 / 3  # by day 50 the third has waited seven weeks and is late
    assert share("within_6_weeks_share", 99, 57) == 0 / 2
    # Each is decided once: the third on day 43, the fourth on day 73, the fifth on day 79, and no other day.
    assert share("within_6_weeks_share", 42) == 2 / 2 and share("within_6_weeks_share", 43) == 2 / 3
    assert share("within_6_weeks_share", 50, 43) == 0 / 1 and share("within_6_weeks_share", 50, 42) == 1 / 2
    assert math.isnan(share("within_6_weeks_share", 72, 44))  # the third was late before, seen late or not
    assert share("within_6_weeks_share", 73, 44) == 0 / 1 and math.isnan(share("within_6_weeks_share", 78, 74))
    assert share("within_18_weeks_share") == 1.0
    assert math.isnan(share("seen_within_18_weeks_share", 13))


def test_what_is_unknown_is_missed_unless_it_is_about_people_who_wait_and_nobody_does():
    target = Target("t", "waiting_within_18_weeks_share", "gp", 9, None, at_least=0.92)
    assert target.short(math.nan) == 0 and target.short(0.46) == 0.5 and target.short(0.95) < 0
    assert Target("t", "wait_weeks_p92", "gp", 9, None, at_most=6.0).short(math.nan) > 1
    assert Target("t", "waiting_list", "gp", 9, None, at_most=0.0).short(3.0) == 3.0


# --- levers ---------------------------------------------------------------------------------------------------

STAFFED = world(
    {
        "physio": clinic(capacity=None)
        | {"capacity": {"staff": {"physio": 1.0}}, "new_minutes": 30, "open_days": "working_days"}
    },
    days=120,
    a_day=20.0,
    workforce={
        "physio": {"wte": 2.0, "cost_per_hour_gbp": 50.0, "paid_weeks_a_year": 40.0, "label": "Physiotherapist"}
    },
    run={"replications": 2},
)
WTE = "workforce.physio.wte"
EASY = {"easy": {"kpi": "waiting_list", "group": "physio", "at_most": 1e6}}


def one_lever(folder, path, change, config=STAFFED):
    problem, scenario = problem_from(folder, {"targets": EASY, "may_change": {path: change}}, config)
    return problem, scenario


def test_a_lever_has_today_s_value_among_its_steps_and_a_wte_costs_what_it_costs(tmp_path):
    config = {**STAFFED, "workforce": {"physio": {**STAFFED["workforce"]["physio"], "wte": 2.4}}}
    problem, _ = one_lever(tmp_path, WTE, {"low": 1, "high": 4, "step": 1}, config)
    lever = problem.levers[0]
    assert lever.values == (1.0, 2.0, 2.4, 3.0, 4.0)
    assert problem.today == (2,) and problem.cost((2,)) == 0
    assert problem.cost((4,)) == pytest.approx(1.6 * 37.5 * 40 * 50)
    assert problem.cost((0,)) == pytest.approx(-1.4 * 37.5 * 40 * 50)
    assert changed(config, problem.levers, (2,)) == config


def offered(config: dict) -> np.ndarray:
    """(days,) slots offered, where there are far more people than slots."""
    table = simulate(sim.from_dict(config)).clinics["physio"]
    return np.bincount(table[:, 0], table[:, 1], minlength=120)


def test_people_who_start_on_a_date_are_there_from_then_and_the_same_as_if_always_there(tmp_path):
    problem, _ = one_lever(tmp_path, WTE, {"low": 2, "high": 4, "step": 1, "starts": "2025-03-03"})
    config = changed(STAFFED, problem.levers, (2,))
    today, later, always = (
        offered(STAFFED),
        offered(config),
        offered({**STAFFED, "workforce": {"physio": {**STAFFED["workforce"]["physio"], "wte": 4.0}}}),
    )
    assert (later[:56] == today[:56]).all()
    assert (abs(later[56:] - always[56:]) <= 1).all() and later[56:].sum() > 1.9 * today[56:].sum()


def test_an_extra_clinic_that_a_lever_adds_is_held_on_its_day(tmp_path):
    path = "pathway.services.physio.extra_clinics.saturday.slots"
    problem, _ = one_lever(
        tmp_path,
        path,
        {"low": 0, "high": 20, "step": 10, "price": 90, "adds": {"date": "2025-02-01", "waited_over_weeks": 1}},
    )
    more = offered(changed(STAFFED, problem.levers, (2,))) - offered(STAFFED)
    assert more.sum() == more[26] == 20  # Saturday 1 February
    assert problem.cost((2,)) == 1800
    assert "extra_clinics" not in changed(STAFFED, problem.levers, (0,))["pathway"]["services"]["physio"]


def test_values_that_do_not_go_together_are_no_plan(tmp_path):
    clinics = {
        name: {**clinic("resolved"), "capacity": {"staff": {"physio": 0.5}}, "new_minutes": 30}
        for name in ("physio", "more")
    }
    config = {
        **STAFFED,
        "pathway": {
            "services": clinics,
            "entry": NETWORK["pathway"]["entry"] | {"otherwise": {"to": {"physio": 0.5, "more": 0.5}}},
        },
    }
    shares = {
        f"pathway.services.{name}.capacity.staff.physio": {"low": 0.3, "high": 0.7, "step": 0.2, "price": 1}
        for name in clinics
    }
    config["workforce"] = {"physio": {**STAFFED["workforce"]["physio"], "wte": 6.0}}
    problem, _ = problem_from(tmp_path, {"targets": EASY, "may_change": shares}, config)
    assert [buildable(config, problem.levers, point) is None for point in ((0, 2), (1, 1), (1, 2), (2, 2))] == [
        False,
        False,
        True,
        True,
    ]
    answer, _ = found(tmp_path, {"targets": EASY, "may_change": shares, "confirm": 1}, config)
    assert chosen(answer) == (0.3, 0.3)


# --- what a lever costs where the file names no price ----------------------------------------------------------

WEEKENDS = {
    **STAFFED,
    "rooms": {"rooms": {"rooms": 3.0, "cost_per_session_gbp": 20.0}},
    "workforce": {
        "physio": {
            **STAFFED["workforce"]["physio"],
            "weekend_pay_ratio": 1.5,
            "joins": {"new": {"date": "2025-03-03", "wte": 0.5}},
        }
    },
    "pathway": {
        **STAFFED["pathway"],
        "services": {
            "physio": {
                **STAFFED["pathway"]["services"]["physio"],
                "open_days": "every_day",
                "capacity": {"staff": {"physio": 1.0}, "rooms": {"rooms": 1.0}},
            }
        },
    },
}


def a_year(config: dict) -> float:
    return math.fsum(yearly(sim.from_dict({**config, "place": {"scale": 1.0}})).values())


@pytest.mark.parametrize(
    "path, change",
    [
        (WTE, {"low": 1, "high": 9, "step": 1}),
        (WTE, {"low": 1, "high": 3, "step": 0.01}),
        ("rooms.rooms.rooms", {"low": 0, "high": 9, "step": 1.5}),
        (
            "workforce.physio.overtime.evenings.sessions_a_week",
            {"low": 0, "high": 8, "step": 4, "adds": {"first_day": "2025-02-01", "last_day": "2025-02-28"}},
        ),
        (
            "pathway.services.physio.extra_clinics.saturday.slots",
            {"low": 0, "high": 20, "step": 10, "adds": {"date": "2025-02-01", "cost_per_slot_gbp": 55}},
        ),
    ],
    ids=["wte, more than the rooms hold", "wte", "rooms", "overtime", "an extra clinic"],
)
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_without_a_price_it_costs_what_the_budget_of_the_changed_configuration_says(tmp_path, path, change, scale):
    config = {**WEEKENDS, "place": {"scale": scale}}
    problem, _ = one_lever(tmp_path, path, change, config)
    count = len(problem.levers[0].values)
    for place in {0, count // 3, count // 2, count - 1}:
        assert problem.cost((place,)) == pytest.approx(
            a_year(changed(config, problem.levers, (place,))) - a_year(config), abs=0.01
        )
    assert problem.cost((count - 1,)) > problem.cost((0,))


def test_a_wte_at_weekends_and_in_rooms_costs_more_than_its_hours(tmp_path):
    problem, _ = one_lever(tmp_path, WTE, {"low": 2, "high": 2.5, "step": 0.1}, WEEKENDS)
    assert problem.levers[0].price > 37.5 * 40 * 50 + 2 / 7 * 10 * 365.25 / 7 * 3.75 * 50 / 2 * 0.9
    problem, _ = one_lever(tmp_path, WTE, {"low": 1, "high": 9, "step": 1}, WEEKENDS)
    lever = problem.levers[0]
    assert lever.price is None and lever.price_at(0) > lever.price_at(8) > 37.5 * 40 * 50, (
        "what the rooms do not hold costs no room"
    )
    assert lever.price_at(1) is None and str(lever.cost(1)) == "0.0"


def test_who_comes_on_a_date_costs_a_year_whenever_that_is(tmp_path):
    (always,) = one_lever(tmp_path, WTE, {"low": 2, "high": 4, "step": 1}, STAFFED)[0].levers
    (later,) = one_lever(tmp_path, WTE, {"low": 2, "high": 4, "step": 1, "starts": "2025-04-21"}, STAFFED)[0].levers
    (own,) = one_lever(
        tmp_path,
        "workforce.physio.joins.own.wte",
        {"low": 0, "high": 2, "step": 1, "adds": {"date": "2025-04-21"}},
        STAFFED,
    )[0].levers
    (there,) = one_lever(tmp_path, "workforce.physio.joins.new.wte", {"low": 0, "high": 2, "step": 0.5}, WEEKENDS)[
        0
    ].levers
    assert always.price == later.price == own.price == pytest.approx(75_000)
    assert there.cost(4) == pytest.approx(
        one_lever(tmp_path, WTE, {"low": 2, "high": 3.5, "step": 0.5, "starts": "2025-02-03"}, WEEKENDS)[0]
        .levers[0]
        .cost(3)
    )
    assert list(map(pricing.is_dated, (always, later, own, there))) == [False, True, True, True]


def test_what_changes_cost_at_once_is_told_where_it_is_not_the_sum(tmp_path):
    changes = {WTE: {"low": 2, "high": 8, "step": 6}, "rooms.rooms.rooms": {"low": 3, "high": 9, "step": 6}}
    problem, scenario = problem_from(tmp_path, {"targets": EASY, "may_change": changes}, WEEKENDS)
    for point in ((0, 0), (1, 0), (0, 1), (1, 1)):
        gap = pricing.together(problem.levers, point, scenario)
        assert problem.cost(point) + gap == pytest.approx(
            a_year(changed(WEEKENDS, problem.levers, point)) - a_year(WEEKENDS), abs=0.02
        )
        assert (gap > 1_000) == (point == (1, 1)), "eight WTE fill nine rooms, and three"
    answer, _ = found(tmp_path, {"targets": EASY, "may_change": changes, "confirm": 1, "replications": 1}, WEEKENDS)
    assert beside(answer) == ""
    both = beside(replace(answer, plan=replace(answer.plan, point=(1, 1), cost=problem.cost((1, 1)))))
    assert (
        both.startswith("Each change is priced alone. Together they cost £")
        and pounds(a_year(changed(WEEKENDS, problem.levers, (1, 1))) - a_year(WEEKENDS)) in both
    )


def test_who_is_paid_for_by_others_costs_nothing_more(tmp_path):
    staff = {
        "physio": STAFFED["workforce"]["physio"],
        "helper": {"wte": 1.0, "cost_per_hour_gbp": 25.0, "paid_weeks_a_year": 40.0, "paid_by": {"physio": 1.0}},
    }
    problem, _ = one_lever(
        tmp_path, "workforce.helper.wte", {"low": 0, "high": 2, "step": 1}, {**STAFFED, "workforce": staff}
    )
    assert problem.cost((2,)) == 0
    free = {**staff, "helper": {"wte": 1.0}}
    with pytest.raises(sim.ScenarioError, match="has no cost_per_hour_gbp; pounds a year of one WTE"):
        one_lever(tmp_path, "workforce.helper.wte", {"low": 0, "high": 2, "step": 1}, {**STAFFED, "workforce": free})


@pytest.mark.parametrize(
    "path",
    [
        "workforce.physio.cost_per_hour_gbp",
        "workforce.physio.paid_weeks_a_year",
        "workforce.physio.weekend_pay_ratio",
        "rooms.rooms.cost_per_session_gbp",
        "prices.per_visit_gbp.physio",
    ],
)
def test_a_price_is_no_lever(tmp_path, path):
    with pytest.raises(sim.ScenarioError) as error:
        one_lever(tmp_path, path, {"low": 0, "high": 100, "step": 1, "price": 1}, WEEKENDS)
    (fault,) = error.value.faults
    assert fault.what == "says what things cost, not what there is"


JOINS_PLAN = "workforce.physio.joins.plan.wte"


@pytest.mark.parametrize(
    "order, where",
    [((WTE, JOINS_PLAN), f"{JOINS_PLAN}.adds"), ((JOINS_PLAN, WTE), f"{WTE}.starts")],
    ids=["starts first", "adds first"],
)
def test_two_levers_do_not_add_the_same_block(tmp_path, order, where):
    changes = {
        WTE: {"low": 2, "high": 4, "step": 2, "starts": "2025-02-03"},
        JOINS_PLAN: {"low": 0, "high": 4, "step": 2, "adds": {"date": "2025-03-03"}},
    }
    with pytest.raises(sim.ScenarioError) as error:
        problem_from(tmp_path, {"targets": EASY, "may_change": {path: changes[path] for path in order}}, STAFFED)
    (fault,) = error.value.faults
    assert fault.where.endswith(f"may_change.{where}") and "adds workforce.physio.joins.plan too" in fault.what


PRECISE = {**STAFFED, "workforce": {"physio": {**STAFFED["workforce"]["physio"], "wte": 10.56400374}}}


@pytest.mark.parametrize(
    "change, values",
    [
        ({"low": 10.564, "high": 12, "step": 1, "starts": "2025-02-03"}, (10.56400374, 11.564)),
        ({"low": 9, "high": 10.564, "step": 1}, (9.0, 10.0, 10.56400374)),
        ({"low": 10.564, "high": 10.564, "step": 1}, (10.56400374,)),
        ({"low": 10.5639, "high": 10.565, "step": 0.0001}, None),
    ],
)
def test_a_limit_with_few_digits_is_today_s_value(tmp_path, change, values):
    (lever,) = one_lever(tmp_path, WTE, change, PRECISE)[0].levers
    assert lever.today == 10.56400374 and lever.price == pytest.approx(75_000)
    if values is None:
        assert len(lever.values) == 13, "of steps that are finer than that none is lost"
    else:
        assert lever.values == values


def test_the_limit_that_is_advised_is_accepted(tmp_path):
    with pytest.raises(sim.ScenarioError) as error:
        one_lever(tmp_path, WTE, {"low": 9, "high": 10.5, "step": 1}, PRECISE)
    (fault,) = error.value.faults
    high = float(fault.right.rpartition("high at least ")[2])
    assert one_lever(tmp_path, WTE, {"low": 9, "high": high, "step": 1}, PRECISE)[0].levers[0].values[-1] == 10.56400374


# --- asked wrongly --------------------------------------------------------------------------------------------

GOOD_TARGET = {"kpi": "waiting_list", "group": "first", "at_most": 15}
GOOD_LEVER = {"low": 2, "high": 6, "step": 1, "price": 1000}


def wrong_target(**changes):
    return {"targets": {"t": {**GOOD_TARGET, **changes}}}


def wrong_lever(path=FIRST, **changes):
    return {"may_change": {path: {key: value for key, value in {**GOOD_LEVER, **changes}.items() if value is not None}}}


@pytest.mark.parametrize(
    "change, where, right",
    [
        (wrong_target(kpi="waiting_lst"), "targets.t.kpi", "did you mean 'waiting_list'"),
        (wrong_target(group="frist"), "targets.t.group", "did you mean 'first'"),
        (wrong_target(at_least=3), "targets.t: needs exactly one of at_least and at_most", "2 are given"),
        (wrong_target(at_most=None), "targets.t: needs exactly one of at_least and at_most", "0 are given"),
        (wrong_target(at_most=-1), "targets.t.at_most", "at least 0"),
        (wrong_target(kpi="slot_use", at_most=92), "targets.t.at_most: is not a share", "92% is 0.92"),
        (wrong_target(by="2026-03"), "targets.t.by: is after the horizon", "2025-03-02"),
        (wrong_target(by="2024-12-31"), "targets.t.by: is before the start", "2025-01-06"),
        (wrong_target(by="March"), "targets.t.by: is not a date", "2028-03"),
        (
            wrong_target(since="2025-02-10", by="2025-02-01"),
            "targets.t.by: is before the first day",
            "2025-02-10 or later",
        ),
        (wrong_target(at_msot=3), "targets.t.at_msot", "did you mean 'at_most'"),
        ({"targets": {"cost": GOOD_TARGET}}, "targets.cost", "another name"),
        ({"targets": {1: GOOD_TARGET}}, "targets.1: has a name that is not text", "in quotes"),
        (wrong_target(at_most=math.inf), "targets.t", "write a plain number"),
        (wrong_target(at_most=math.nan), "targets.t", "write a plain number"),
        ({"targets": {}}, "targets: is not a mapping with something in it", "kpi"),
        (wrong_lever(low=-1), f"may_change.{FIRST}.low: is too small", "at least 0"),
        (wrong_lever(low=4), f"may_change.{FIRST}: its limits exclude today's 3", "low at most 3"),
        (wrong_lever(high=2), f"may_change.{FIRST}: its limits exclude today's 3", "high at least 3"),
        (wrong_lever(step=0), f"may_change.{FIRST}.step", "more than 0"),
        (wrong_lever(step=1e-9), f"may_change.{FIRST}.step", "larger step"),
        (wrong_lever(price=None), f"may_change.{FIRST}.price: is missing", "pounds"),
        (wrong_lever(low="two"), f"may_change.{FIRST}.low: is not a number", "plain number"),
        (wrong_lever(starts="2025-02-01"), f"may_change.{FIRST}.starts", "workforce.GROUP.wte"),
        (wrong_lever("pathway.services.frist.capacity.slots_per_day"), "there is no 'frist'", "did you mean 'first'"),
        (
            wrong_lever("pathway.services.first.capacity.slots_per_dya"),
            "has no number today",
            "a setting that is there",
        ),
        (wrong_lever("demand.population"), "may_change.demand.population", "workforce.GROUP.wte"),
        (wrong_lever("pathway.services.first.kind"), "is not a number today", "a number"),
        (
            wrong_lever("pathway.services.first.extra_clinics.more.slots", low=0, adds={"date": "2031-01-01"}),
            "is outside the simulated days",
            "horizon",
        ),
        ({"probability": 0}, "plan.yaml: probability", "more than 0"),
        ({"trials": 0}, "plan.yaml: trials", "at least 1"),
        ({"trails": 5}, "plan.yaml: trails", "did you mean 'trials'"),
    ],
)
def test_a_wrong_file_is_told_where_what_and_what_would_be_right(tmp_path, change, where, right):
    with pytest.raises(sim.ScenarioError) as error:
        problem_from(tmp_path, asked_with(**change))
    said = [str(fault) for fault in error.value.faults if where in str(fault)]
    assert len(said) == 1 and right in said[0], str(error.value)


@pytest.mark.parametrize(
    "change, where",
    [
        ({"low": 2, "high": 4, "step": 1, "starts": "2026-01-01"}, ".starts: is after the horizon"),
        (
            {"low": 1, "high": 4, "step": 1, "starts": "2025-02-01"},
            ".starts: says when people come, and low is below who is there today",
        ),
        ({"low": -1, "high": 4, "step": 1}, ".low: is too small; at least 0"),
        ({"low": 3, "high": 4, "step": 1}, ": its limits exclude today's 2"),
    ],
)
def test_a_wrong_number_of_staff_is_one_message(tmp_path, change, where):
    with pytest.raises(sim.ScenarioError) as error:
        one_lever(tmp_path, WTE, change)
    assert [f"plan.yaml: may_change.{WTE}{where}" in str(fault) for fault in error.value.faults] == [True]


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    asked = asked_with(
        targets={
            "a": {**GOOD_TARGET, "kpi": "x"},
            "b": {**GOOD_TARGET, "by": "2030-01"},
            "c": {**GOOD_TARGET, "group": "nowhere", "at_least": 1},
        },
        may_change={FIRST: {**GOOD_LEVER, "low": 4}, SECOND: {**GOOD_LEVER, "price": None}},
        probability=2,
    )
    with pytest.raises(sim.ScenarioError) as error:
        problem_from(tmp_path, asked)
    assert len(error.value.faults) == 7


@pytest.mark.parametrize(
    "text, right",
    [
        ("", "write 'targets:' and 'may_change:' lines"),
        ("\0", "a plan's file is a YAML text file"),
        ("x: [" + "1, " * 60_000 + "1]", "a plan's file holds only"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_of_a_plan(tmp_path, text, right):
    faults = []
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    assert shape_of(str(tmp_path / "plan.yaml"), faults) is None
    assert len(faults) == 1 and right in str(faults[0]) and "scenario" not in str(faults[0])


def test_a_target_that_nobody_can_know_has_no_plan(tmp_path):
    nobody_yet = {"kpi": "seen_within_6_weeks_share", "group": "second", "at_least": 0.5, "by": "2025-01-06"}
    with pytest.raises(sim.ScenarioError, match=r"targets.unknown: cannot be known in this run.*run\.years") as error:
        found(tmp_path, asked_with(targets={"unknown": nobody_yet, **ASKED["targets"]}))
    assert len(error.value.faults) == 1


def test_what_is_unknown_today_and_known_with_more_staff_has_one(tmp_path):
    services = {**NETWORK["pathway"]["services"], "first": clinic(0, "second")}
    config = {**NETWORK, "pathway": {**NETWORK["pathway"], "services": services}}
    seen = {"seen": {"kpi": "seen_within_6_weeks_share", "group": "first", "at_least": 0.5}}
    answer, _ = found(
        tmp_path, asked_with(targets=seen, may_change={FIRST: {"low": 0, "high": 8, "step": 4, "price": 1}}), config
    )
    assert answer.met and chosen(answer) == (4.0,)


def test_an_interval_ends_where_values_do():
    tried = Tried((0,), 0.0, 3, 3, (1.0,) * 3, ((0.0, 0.98, -0.4), (0.0, 1.0, 0.3), (9.0, 1.0, 0.2)))
    assert level(tried, 0).low < 0 and level(tried, 1).high > 1
    assert level(tried, 0, "people").low == 0 and level(tried, 1, "share").high == 1
    assert level(tried, 0, "people").high == level(tried, 0).high
    assert level(tried, 2, "as the indicator").low < 0


def test_words_of_a_level(solved):
    answer, _, _ = solved
    assert Target("t", "imd_wait_ratio", "all", 9, None, at_most=1.14).wish() == "at most 1.14"
    assert [lower(text) for text in ("T&O first attendances", "GP appointments", "Seen within 6 weeks")] == [
        "T&O first attendances",
        "GP appointments",
        "seen within 6 weeks",
    ]
    assert list(words.targets_table(answer).unit) == ["people", "people"]
    share = replace(
        answer.problem, targets=(Target("t", "slot_use", "first", 9, None, at_least=0.5), answer.problem.targets[1])
    )
    assert list(words.targets_table(replace(answer, problem=share)).unit) == ["share", "people"]
    assert "-0.0" not in "".join(tables(answer))


# --- the command ----------------------------------------------------------------------------------------------

OWN = {
    "pathway/two.yaml": {key: NETWORK["pathway"][key] for key in ("services", "entry")},
    "demand/two.yaml": NETWORK["demand"],
    "start/two.yaml": START,
    "workforce/two.yaml": {"nobody": {"wte": 0.0}},
    "prices/two.yaml": {"price_year": 2024},
    "calendar/two.yaml": {"start_date": MONDAY},
}
SCENARIO = (
    "# @package _global_\ndefaults:\n"
    + "".join(
        f"  - override /{name}: two\n" for name in ("pathway", "demand", "start", "workforce", "prices", "calendar")
    )
    + "title: Two clinics\nquestion: What if?\n"
)


@pytest.fixture
def own(tmp_path):
    """A folder of one's own: the network as a scenario, and a plan file."""
    for name, block in OWN.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(yaml.safe_dump(block, sort_keys=False), encoding="utf-8")
    (tmp_path / "own" / "scenarios").mkdir()
    (tmp_path / "own" / "scenarios" / "network.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "what we want.yaml").write_text(
        yaml.safe_dump(asked_with(title="A shorter list"), sort_keys=False), encoding="utf-8"
    )
    return tmp_path


WORDS = (
    "plan",
    "network",
    "plan=what we want.yaml",
    "--config-dir",
    "own",
    f"run.years={DAYS / 365.25}",
    "run.seed=7",
    "run.replications=4",
    "run.workers=1",
    "out=r",
)


def started(cwd, *words, **more):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "160"}
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def test_the_command_stopped_and_begun_again_writes_what_the_contract_says(own, everything):
    first = started(own, *WORDS)
    until = time.monotonic() + 120
    while not list(own.rglob("*.replication")) and first.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    first.send_signal(signal.SIGINT)
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 130, errors
    assert "this continues: mskflow plan network" in errors
    assert not list(own.rglob("*.csv"))

    second = mskflow(*WORDS, cwd=own)
    said = second.stdout
    assert second.returncode == 0, second.stderr
    best = cheapest(everything)
    assert "A shorter list" in said and "The cheapest plan that meets every target" in said and "5% more people" in said
    folder = next((own / "r" / "network").iterdir())
    plan, frontier = pd.read_csv(folder / "plan.csv"), pd.read_csv(folder / "frontier.csv")
    assert list(plan.columns[:4]) == ["override", "from", "to", "cost"]
    assert dict(zip(plan.override, plan.to, strict=True)) == {FIRST: best[0], SECOND: best[1]}
    assert plan.cost.sum() == cost(*best)
    assert list(frontier.columns[:3]) == ["cost", "backlog", "behind"] and {"today", "plan"} <= set(
        frontier.note.dropna()
    )
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert (
        "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
        and "<svg" in page
        and "A shorter list" in page
    )
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["versions"]["optuna"] == metadata.version(
        "optuna"
    )
    assert {"manifest.json", "targets.csv"} <= {file.name for file in folder.iterdir()}
    assert [path.name for path in (own / "r").iterdir()] == ["network"]


def test_bad_words_are_one_message_and_exit_2(own):
    for words_, says in (
        (("plan", "nowhere"), "plan: no file says what is wanted; write: mskflow plan nowhere plan=FILE"),
        (("plan", "gp_referral", "plan=what we want.yaml"), "there is no 'first'"),
    ):
        done = mskflow(*words_, cwd=own)
        assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (own / "results").exists()


def test_without_the_optimiser_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(suggestions, "find_spec", lambda name: None)
    with pytest.raises(sim.ScenarioError, match=r"pip install '\.\[doe\]'"):
        suggestions.refuse_without_optuna()


def test_the_word_is_no_override_of_a_scenario():
    asked = COMMANDS["plan"].request(["integrated", "plan=a b.yaml", "run.years=1"])
    assert (plan_command.file_of(asked), asked.overrides) == ("a b.yaml", ("run.years=1",))
    with pytest.raises(sim.ScenarioError, match="twice"):
        plan_command.file_of(COMMANDS["plan"].request(["plan=a", "plan=b"]))


# --- the page and the examples that ship --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark, kinds", [("plan", (PlanTerms,)), ("target", (Wanted,)), ("lever", (MayChange,)), ("objective", (Aimed,))]
)
def test_every_key_of_the_file_is_explained(mark, kinds):
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8").partition(f"<!-- {mark} -->\n")[2]
    said = re.findall(r"`(\w+)`", " ".join(line.split("|")[1] for line in text.split("\n\n")[0].splitlines()[2:]))
    known = [field.name for kind in kinds for field in fields(kind)] + (
        ["targets", "may_change", "objective", "budget"] if mark == "plan" else []
    )
    assert sorted(said) == sorted(known)


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_every_example_fits_its_scenario(file):
    line = next(line for line in file.read_text(encoding="utf-8").splitlines() if "mskflow plan" in line)
    asked, faults = COMMANDS["plan"].request(line.partition("mskflow plan ")[2].split()), []
    scenario = compose(asked.scenario, [*asked.overrides, "place.scale=0.01"])
    problem = problem_of(shape_of(str(file), faults), scenario, faults)
    assert not faults and problem.points > 10
    assert problem.terms.title and problem.terms.question.endswith("?")


@pytest.mark.parametrize("name", ["community_six_weeks", "integrated_well_spent"])
def test_the_page_shows_an_example_as_it_is(name):
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    assert (ROOT / "docs" / "plans" / f"{name}.yaml").read_text(encoding="utf-8") in page


def test_there_are_examples():
    assert {file.stem for file in PLANS} >= {"community_six_weeks", "orthopaedics_18_weeks", "waits_by_deprivation"}
