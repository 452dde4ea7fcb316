"""The checks before the tests say what is wrong, and the same ones run in CI."""

import ast
from pathlib import Path

import pytest

from bench import check

ROOT = Path(__file__).resolve().parents[1]
BRANCHES = "def maze(a):\n" + "".join(f"    if a == {number}:\n        return {number}\n" for number in range(15))


def test_a_function_of_sixteen_ways_is_too_complex_and_one_of_fifteen_is_not():
    assert check.too_complex(BRANCHES) == ["1: maze has a complexity of 16"]
    assert check.too_complex(BRANCHES.replace("    if a == 0:\n        return 0\n", "")) == []


def test_a_method_is_told_once():
    text = "class House:\n" + "".join(f"    {line}\n" for line in BRANCHES.splitlines())
    assert check.too_complex(text) == ["2: maze has a complexity of 16"]


def test_a_check_is_a_line_and_what_is_wrong_stands_below_it(monkeypatch, capsys):
    said = {"format": lambda: check.Held("ruff format"), "lint": lambda: check.Held("ruff check", ("a.py:1: E501",))}
    monkeypatch.setattr(check, "CHECKS", said)
    assert check.main([]) == 1
    assert capsys.readouterr().out == "format      holds (ruff format)\nlint        1 wrong\n  a.py:1: E501\n"
    assert check.main(["format"]) == 0
    assert check.main(["nonsense"]) == 2


def test_types_are_held_where_they_are_strict_and_everywhere_that_nobody_asks_for_what_is_not_there():
    said = (
        'sim/app/a.py:1: error: "object" has no attribute "name"  [attr-defined]',
        "sim/engine/b.py:2: error: Missing return statement  [return]",
        "mypy: can't read file 'sim': no such file",
    )
    assert all(map(check.is_held, said))
    assert not check.is_held("sim/app/a.py:3: error: Incompatible return value type  [return-value]")


@pytest.mark.parametrize("tool", ["ruff", "mypy", "radon"])
def test_what_the_checks_need_is_installed_with_the_tests(tool):
    assert f'"{tool}>=' in (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\ntest = [")[2]
    assert f"\n{tool}==" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_the_checks_come_before_the_tests_in_ci():
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert 0 < text.index("-m bench.check") < text.index("-m pytest")


@pytest.mark.parametrize("room", ["sim", "bench", "tests"])
def test_nothing_is_written_down_twice_in_one_file(room):
    """A second function of a name takes the first one's place, and no lint says so where the name is used."""
    twice = []
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
            plain = (node for node in scope.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
            names = [node.name for node in plain if not node.decorator_list]
            twice += [f"{path.relative_to(ROOT)}: {name}" for name in set(names) if names.count(name) > 1]
    assert twice == []
