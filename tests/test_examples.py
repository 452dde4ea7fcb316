"""The examples are short, ask `sim` for everything, and print what lies beside them."""

import ast

import pytest

from examples.__main__ import OUTPUT, SCRIPTS, printed, stored


def test_there_is_a_dozen_and_each_has_its_output():
    assert len(SCRIPTS) >= 12
    assert [script.name[:2] for script in SCRIPTS] == [f"{number:02}" for number in range(1, len(SCRIPTS) + 1)]
    assert {path.name for path in OUTPUT.iterdir()} == {stored(script).name for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_is_short_and_asks_sim_for_everything(script):
    text = script.read_text(encoding="utf-8")
    assert 10 <= len(text.splitlines()) <= 40
    nodes = list(ast.walk(ast.parse(text)))
    known = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert "sim" in known
    of_sim = {name for name in known if name.startswith("sim.")}
    of_sim |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module.startswith("sim")}
    assert not of_sim, "an example uses what `import sim` gives"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_prints_what_lies_beside_it(script):
    assert printed(script) == stored(script).read_text(encoding="utf-8"), "`python -m examples` writes it anew"
