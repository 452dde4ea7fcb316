"""The verification pack: it agrees, it can disagree, and its document says what it holds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

from sim.app import cli
from sim.app.pages.terminal import lines_of
from sim.app.studies.verification import FAMILIES, verify
from sim.app.studies.verification.case import REPLICATIONS, SEED, Case

WANTED = {
    "slots",
    "arrivals",
    "starting",
    "classes",
    "missed",
    "orders",
    "courses",
    "weeks",
    "backlog",
    "groups",
    "caseloads",
    "drop_ins",
    "full_lists",
    "delays",
    "routing",
    "removals",
    "identities",
}
CASES = [case for experiments in FAMILIES.values() for one in experiments for case in one.cases]
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "verification.md"
LINDLEY, DELAY = FAMILIES["identities"][0], FAMILIES["delays"][0]


def wrong(experiment, case: int = 0):
    """The experiment with 5% and a bit added to one exact value."""
    cases = list(experiment.cases)
    cases[case] = replace(cases[case], exact=lambda was=cases[case].exact: 1.05 * was() + 1)
    return replace(experiment, cases=tuple(cases))


def test_every_family_is_there_and_every_case_has_its_own_name():
    assert set(FAMILIES) == WANTED
    assert all(FAMILIES.values())
    assert len(CASES) >= 25
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.slow
def test_the_pack_agrees(capsys):
    code = cli.main(["verify"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{len(CASES)} of {len(CASES)} agree"
    assert code == 0
    assert lines[0].split("  ")[0] == "case" and all(name in lines[0] for name in verify.COLUMNS)
    assert set(lines) > WANTED
    assert all(any(line.startswith(case.name) for line in lines) for case in CASES)


def test_exact_values_need_no_simulation(monkeypatch):
    monkeypatch.setattr(verify, "simulate", None)
    monkeypatch.setattr("sim.engine.simulate.simulate", None)
    assert all(np.isfinite(case.exact()) for case in CASES)


@pytest.mark.parametrize("experiment", [LINDLEY, DELAY], ids=["certain", "by chance"])
def test_a_wrong_exact_value_differs_and_ends_in_1(experiment, capsys):
    assert verify.verified({"some": (experiment,)}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 agree"
    assert verify.verified({"some": (wrong(experiment),), "other": (LINDLEY,)}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 of 2 agree"
    assert lines[-2].startswith(f"{experiment.cases[0].name}: ") and experiment.question in lines[-2]
    row = next(line for line in lines if line.startswith(experiment.cases[0].name))
    assert row.endswith(verify.DIFFERS)


def test_where_chance_has_no_part_one_replication_that_differs_is_not_lost_in_the_spread():
    values = iter([5.0, 5.0, 1.0, 5.0])
    one = replace(
        LINDLEY, cases=(Case("five", lambda run: next(values), lambda: 5.0, ""),), replications=4, certain=True
    )
    found = verify.examine(one)[0]
    assert (found.simulated, found.agrees) == (1.0, False)


@pytest.mark.parametrize("certain", [True, False])
def test_a_number_that_cannot_be_known_does_not_agree(certain):
    values = iter([5.0, np.nan])
    one = replace(
        LINDLEY, cases=(Case("five", lambda run: next(values), lambda: 5.0, ""),), replications=2, certain=certain
    )
    assert not verify.examine(one)[0].agrees


def test_the_table_on_a_terminal_has_all_columns():
    told = verify.document_of({"identities": verify.examine(LINDLEY)})
    shown = "\n".join("".join(words for words, _ in line) for line in lines_of(told, 140, wrap=True))
    assert all(name in shown for name in (*verify.COLUMNS, "identities", LINDLEY.cases[0].name, verify.AGREES))


def test_the_limit_is_honest_for_the_whole_pack():
    by_chance = sum(len(one.cases) for some in FAMILIES.values() for one in some if not one.certain)
    assert by_chance * 2 * t.sf(verify.LIMIT, REPLICATIONS - 1) < 0.05
    assert all(one.replications >= REPLICATIONS for some in FAMILIES.values() for one in some if not one.certain)


def test_the_same_numbers_every_time_and_other_luck_for_another_question():
    again = [verify.examine(DELAY)[0].simulated for _ in range(2)]
    other = verify.examine(replace(DELAY, question="And now?"))[0].simulated
    assert again[0] == again[1] != other
    assert SEED == 20250401


def test_the_document_lists_every_case_with_its_source():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"{len(CASES)} cases in {sum(map(len, FAMILIES.values()))} small places" in text
    missing = [case.name for case in CASES if f"| {case.name} | {case.source} |" not in text]
    assert not missing
    assert text.count("\n| ") - text.count("\n| case |") == len(CASES)
