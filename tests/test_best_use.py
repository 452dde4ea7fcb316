"""`mskflow plan` with an objective and a budget, against what trying everything finds."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from commands import mskflow
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import BY, FIRST, NETWORK, SECOND, WORDS, own, problem_from, tables, waiting
from worlds import clinic

import sim
from sim.app.store.shelf import Shelf
from sim.app.studies.plan import best_use_words as words
from sim.app.studies.plan import plan as plan_command
from sim.app.studies.plan.best_use import best_use_of
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.objective import NEVER, Objective
from sim.app.studies.plan.plan_document import in_short
from sim.app.studies.plan.problem import PlanTerms, Spending
from sim.app.studies.plan.spending import Spender
from sim.app.studies.plan.suggestions import Suggestions
from sim.app.studies.plan.trials import Trials, Tried

__all__ = ["own"]  # a fixture
PRICES = {FIRST: 800.0, SECOND: 700.0}
ASKED = {
    "objective": {"kpi": "waiting_list", "group": "first", "aim": "lower", "by": "2025-02-16"},
    "budget": 900,
    "may_change": {
        FIRST: {"low": 2, "high": 6, "step": 1, "price": 800},
        SECOND: {"low": 2, "high": 5, "step": 1, "price": 700},
    },
    "trials": 100,
    "confirm": 4,
}


def spend(folder: Path, asked: dict, workers: int = 1, told=lambda *_: None):
    """The answer, the search's plans in order, and how many replications were run."""
    problem, scenario = problem_from(folder, asked)
    with Shelf(folder / "out", plan_command.identity_of(problem, scenario)) as shelf:
        trials = Trials(problem, scenario, shelf, workers, told)
        sizes = {lever.path: len(lever.values) for lever in problem.levers}
        study = Suggestions(shelf.folder, sizes, scenario.run.seed)
        try:
            with trials.at_work():
                spender = Spender(problem, trials, study, scenario.run.seed)
                answer = best_use_of(problem, scenario, trials, spender)
                return answer, spender.found.ranked(), trials.runs
        finally:
            study.close()


@pytest.fixture(scope="module")
def everything():
    """(slots at the first, slots at the second) -> people waiting for the first, by replication: counted from
    the log."""
    found = {}
    for plan in product(range(2, 7), range(2, 6)):
        services = {"first": clinic(plan[0], "second"), "second": clinic(plan[1])}
        scenario = sim.from_dict({**NETWORK, "pathway": {**NETWORK["pathway"], "services": services}})
        runs = [sim.simulate(scenario, r).events for r in range(4)]
        found[plan] = [waiting(events, "first", BY) for events in runs]
    return found


def cost(plan) -> float:
    return PRICES[FIRST] * (plan[0] - 3) + PRICES[SECOND] * (plan[1] - 3)


def by_hand(everything, budget: float):
    """Plans that the sum pays for, the best first."""
    afforded = [plan for plan in everything if cost(plan) <= budget]
    return sorted(afforded, key=lambda plan: (np.mean(everything[plan]), cost(plan), plan))


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    return spend(tmp_path_factory.mktemp("solved"), ASKED)


def values(problem, one: Tried) -> tuple[float, ...]:
    return tuple(lever.values[place] for lever, place in zip(problem.levers, one.point, strict=True))


def test_it_finds_the_plan_that_trying_everything_finds(everything, solved):
    answer, ranked, _ = solved
    best = by_hand(everything, 900)
    assert best[0] != (3, 3) and cost(best[0]) > 0
    assert values(answer.problem, ranked[0]) == best[0]
    assert ranked[0].mean_short == np.mean(everything[best[0]])
    assert {values(answer.problem, one) for one in ranked} <= set(best), "nothing dearer than the sum is tried"
    assert answer.met
    assert answer.plan.cost <= 900


@pytest.mark.parametrize("budget", ["same", -700, 2500])
def test_so_it_does_with_another_sum_and_with_fewer_trials_than_plans(everything, tmp_path, budget):
    sum_of_money = 0 if budget == "same" else budget
    answer, ranked, _ = spend(tmp_path, {**ASKED, "budget": budget, "trials": 2 if budget == -700 else 7})
    best = by_hand(everything, sum_of_money)
    assert values(answer.problem, ranked[0]) in best[:2]
    assert all(one.cost <= sum_of_money for one in ranked)
    assert answer.problem.affords(answer.plan.point)


def test_what_it_tells_is_of_fresh_replications_and_paired(solved):
    answer, _, _ = solved
    services = dict(zip(("first", "second"), values(answer.problem, answer.plan), strict=True))
    config = {
        **NETWORK,
        "pathway": {
            **NETWORK["pathway"],
            "services": {"first": clinic(int(services["first"]), "second"), "second": clinic(int(services["second"]))},
        },
    }
    gaps = []
    for r in range(4, 8):
        with_plan, today = (sim.simulate(sim.from_dict(one), r).events for one in (config, NETWORK))
        gaps.append(waiting(with_plan, "first", BY) - waiting(today, "first", BY))
    found = answer.gain(answer.after, answer.before)
    assert found.mean == pytest.approx(np.mean(gaps)) and found.known == 4
    row = words.targets_table(answer).iloc[0]
    assert row.difference == pytest.approx(np.mean(gaps)) and row.aim == "lower"
    assert row.after - row.before == pytest.approx(np.mean(gaps))
    text = words.headline(answer)
    assert "£900 a year more" in text and f"{row.after:.0f} people instead of {row.before:.0f} people" in text


def test_a_step_more_of_each_is_told_the_most_for_the_money_first(everything, solved):
    answer, _, _ = solved
    chosen = values(answer.problem, answer.plan)
    told = {}
    for place, one in answer.one_more:
        plan = tuple(chosen[i] + (i == place) for i in range(2))
        assert values(answer.problem, one) == plan
        told[place] = np.mean(everything[plan]) - np.mean(everything[chosen])
        assert answer.gain(one, answer.plan).mean == pytest.approx(told[place])
    rows = words.more_of_each(answer)
    assert len(rows) == len(told)
    worth = {place: -gain / (PRICES[FIRST], PRICES[SECOND])[place] for place, gain in told.items()}
    first = max(worth, key=worth.get)
    assert rows[0][0].startswith(("First", "Second")[first])


def test_one_worker_and_two_and_a_stop_in_between_give_the_same_answer(tmp_path):
    asked = {**ASKED, "trials": 5, "confirm": 2}
    alone, _, whole = spend(tmp_path / "one" if (tmp_path / "one").mkdir() is None else tmp_path, asked)
    (tmp_path / "two").mkdir()
    told = []

    def stop(*_):
        told.append(1)
        if len(told) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spend(tmp_path / "two", asked, 2, stop)
    again, _, runs = spend(tmp_path / "two", asked, 2)
    assert tables(again, words) == tables(alone, words)
    assert runs <= whole, "what was finished is not run again"


@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from([-300.0, 0.0, 70.0, 500.0, 1300.0])), min_size=1, max_size=5),
    st.sampled_from([-200.0, 0.0, 450.0, 5000.0]),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_a_plan_brought_down_to_the_sum_is_one_that_it_pays_for_and_leaves_no_step_unspent(levers, budget, data):
    made = tuple(
        Lever(f"pathway.services.s{i}.x", tuple(map(float, range(size + 1))), float(size // 2), price)
        for i, (size, price) in enumerate(levers)
    )
    problem = Spending(PlanTerms(replications=2), made, Objective("objective", "waiting_list", "all", 9, None), budget)
    point = tuple(data.draw(st.integers(0, last)) for last in problem.high)
    found = Spender(problem, None, None, 1).within(point)
    assert all(0 <= place <= last for place, last in zip(found, problem.high, strict=True))
    if problem.affords(problem.cheapest):
        assert problem.affords(found)
        if found != problem.today and found != problem.cheapest:
            for i in range(len(found)):
                for step in (-1, 1):
                    other = tuple([*found[:i], found[i] + step, *found[i + 1 :]])
                    if 0 <= other[i] <= problem.high[i] and problem.cost(other) > problem.cost(found):
                        assert not problem.affords(other)


def test_what_is_unknown_is_the_worst_there_is():
    longest = Objective("objective", "days_to_definitive_care_p92", "all", 9, None, rises=False)
    share = Objective("objective", "had_needed_care_within_18_weeks_share", "all", 9, None)
    assert longest.short(float("nan")) == share.short(float("nan")) == NEVER
    assert longest.short(80.0) < longest.short(90.0) and share.short(0.4) < share.short(0.3)
    assert Objective("objective", "rtt_median_weeks", "all", 9, None, rises=False).short(float("nan")) == 0, "no list"


def wrong(**changes) -> dict:
    return {key: value for key, value in {**ASKED, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("asked", "where", "right"),
    [
        (wrong(targets={"a": {"kpi": "waiting_list", "at_most": 3}}), "targets", "or an objective and a budget"),
        (wrong(probability=0.9), "probability", "the best use of a sum"),
        (wrong(budget=None), "budget", "same, or pounds a year"),
        (wrong(objective=None), "objective", "aim: raise"),
        (wrong(budget="twice"), "budget", "same, or pounds a year"),
        (wrong(budget=True), "budget", "same, or pounds a year"),
        (wrong(budget=-1e6), "budget", "lower limits"),
        (wrong(objective={"kpi": "waiting_lists", "aim": "lower"}), "objective.kpi", "waiting_list"),
        (wrong(objective={"kpi": "waiting_list", "aim": "down"}), "objective.aim", "raise"),
        (wrong(objective={"kpi": "waiting_list"}), "objective.aim", ""),
        (wrong(objective={"kpi": "waiting_lists", "aim": "down"}), "objective.kpi", "waiting_list"),
        (wrong(objective={"kpi": "waiting_list", "aim": "lower", "group": "third"}), "objective.group", ""),
        (wrong(objective={"kpi": "waiting_list", "aim": "lower", "by": "2031-01"}), "objective.by", "2025"),
    ],
)
def test_a_wrong_file_is_told_where_what_and_what_would_be_right(tmp_path, asked, where, right):
    with pytest.raises(sim.ScenarioError) as error:
        problem_from(tmp_path, asked)
    assert any(fault.where.endswith(f": {where}") and right in str(fault) for fault in error.value.faults), str(
        error.value
    )


def test_the_command_writes_what_the_contract_says(own):
    (own / "spend.yaml").write_text(yaml.safe_dump(ASKED, sort_keys=False), encoding="utf-8")
    done = mskflow(*(word if word != "plan=what we want.yaml" else "plan=spend.yaml" for word in WORDS), cwd=own)
    assert done.returncode == 0, done.stderr
    assert "best use" in done.stdout and "A step more of each" in done.stdout
    (folder,) = (path for path in (own / "r").glob("network/*/") if path.is_dir())
    plan, frontier, targets = (pd.read_csv(folder / f"{name}.csv") for name in ("plan", "frontier", "targets"))
    assert set(plan.override) == {FIRST, SECOND} and plan.cost.sum() <= 900
    assert set(plan.status) == {"the best use found"}
    assert {"cost", "objective", FIRST, SECOND, "note"} == set(frontier.columns)
    assert frontier.note.str.contains("plan").sum() >= 1 and (frontier.note == "today").sum() == 1
    assert targets.shape[0] == 1 and targets.kpi[0] == "waiting_list"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kind"] == "plan" and manifest["budget"] == 900 and manifest["aim"] == "lower"
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert "A step more of each, beyond the plan" in page and "<svg" in page


def test_the_terminal_and_the_page_say_the_same_sentence(solved, tmp_path):
    answer, _, _ = solved
    said = [block.words for block in in_short(answer, tmp_path).blocks if hasattr(block, "words")]
    assert words.headline(answer) in said
