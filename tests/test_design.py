"""Designs: the points of an experiment from a table as spreadsheets save it, or from the few lines that make it."""

import itertools
import re
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

import sim
from sim.app.configuration.design.design import Design, read_design
from sim.app.configuration.design.override_words import text_of
from sim.app.configuration.design.recipe import RecipeTerms
from sim.app.configuration.overrides import parse
from sim.app.configuration.points import Points
from sim.domain.faults import Fault, ScenarioError

FCP, PHYSIO = "workforce.fcp_band_7.wte", "workforce.physio_band_6.wte"


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def at(text, name="d.csv") -> str:
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return at


def faults(path) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        read_design(path)
    assert all(fault.right for fault in raised.value.faults) and len(str(raised.value)) < 30_000
    return [f"{fault.where}: {fault.what}" for fault in raised.value.faults]


def column(design: Design, number: int) -> list[float]:
    return [float(design.values(place)[number]) for place in range(len(design.points))]


# ---- Tables


def test_a_table_gives_a_point_a_line(write):
    design = read_design(write(f'{FCP},title,"place.months"\n2.5,plain,"[1,2]"\n3,"\'with, comma\'",null\n'))
    assert design.factors == (FCP, "title", "place.months")
    assert design.points == (
        (f"{FCP}=2.5", "title=plain", "place.months=[1,2]"),
        (f"{FCP}=3", "title='with, comma'", "place.months=null"),
    )
    assert design.lines == (2, 3) and design.values(0) == ("2.5", "plain", "[1,2]")


@pytest.mark.parametrize(
    "text",
    [
        "a.b;c\r\n1;2\r\n3;4\r\n",
        "a.b\tc\n1\t2\n3\t4\n",
        b"\xef\xbb\xbfa.b,c\n1,2\n3,4\n",
        "a.b , c\n 1, 2\n\n3 ,4",
        "a.b,c,,\n1,2,,\n,,,\n3,4,,\n",
        '"a.b","c"\n"1","2"\n3,4\n',
        "a.b,c\r1,2\r3,4\r",
    ],
    ids=[
        "semicolons of Excel",
        "tabs",
        "BOM",
        "spaces and an empty line",
        "empty columns and lines of a sheet",
        "quotes",
        "old Mac",
    ],
)
def test_tables_as_spreadsheets_save_them(write, text):
    assert read_design(write(text)).points == (("a.b=1", "c=2"), ("a.b=3", "c=4"))


def test_every_fault_of_a_table_with_its_line_and_column(write):
    found = faults(
        write("a.b,a.b,not a key,hydra.run.dir\n1,=A1*2,3,4\n1\n,5,6,7\n1,${oc.env:HOME},#REF!,'{_target_: x}'\n")
    )
    assert found == [
        "d.csv, line 1, column 2: 'a.b' is there twice",
        "d.csv, line 1, column 3: 'not a key' is not a key",
        "d.csv, line 1, column 4: 'hydra.run.dir' would reach the program itself",
        "d.csv, line 2, column 2 (a.b): '=A1*2' looks like a formula",
        "d.csv, line 3: it has 1 cell",
        "d.csv, line 4, column 1 (a.b): the cell is empty",
        "d.csv, line 5, column 2 (a.b): it refers to code, to the environment or to another value",
        "d.csv, line 5, column 3 (not a key): '#REF!' is a spreadsheet's error",
        "d.csv, line 5, column 4 (hydra.run.dir): it refers to code, to the environment or to another value",
    ]


@pytest.mark.parametrize(
    "cell, what",
    [
        ("=1+1", "formula"),
        ("@SUM(A1)", "formula"),
        ("-A1", "formula"),
        ("+A1*2", "formula"),
        ("#N/A", "error"),
        ('"1,5"', "several values"),
        ('"range(1,3)"', "several values"),
        ("a (b", "cannot be read"),
        ("[1", "cannot be read"),
        ("${x}", "refers to"),
        ("{_target_: os.system}", "refers to"),
        ("'${x}'", "refers to"),
        ('""', "empty"),
        ("x" * 6000, "longer"),
    ],
)
def test_cells_that_are_no_values(write, cell, what):
    assert what in faults(write(f"a.b,c\n1,{cell}\n"))[0]


@pytest.mark.parametrize(
    "cell", ["1", "-1", "+1.5", "1e-3", ".5", "-inf", "null", "true", "a b", "'=1'", "x-y", '"{a: 1}"', "2025-04-01"]
)
def test_cells_that_are_values(write, cell):
    assert len(read_design(write(f"a.b,c\n1,{cell}\n")).points) == 1


@pytest.mark.parametrize(
    "text, what",
    [
        ("", "empty"),
        ("\n\n", "empty"),
        (",,\n", "no cell"),
        ("a.b,c\n", "no point"),
        ("a,b\n1,2,3\n", "3 cells"),
        ('a,b\n1,"x\n', "told apart"),
        (b"a\n\xff\n", "UTF-8"),
        (b"a\n\x00\n", "UTF-8"),
        ("a\n" + "1\n" * 10_001, "10,001 points"),
        ("+a,++a\n1,2\n", "twice"),
        ("~a\n1\n", "not a key"),
        ("a=b\n1\n", "not a key"),
        ("a@b\n1\n", "not a key"),
        ("_target_,b\n1,2\n", "program itself"),
        (",b\n1,2\n", "not a key"),
        ("x" * 201 + ",b\n1,2\n", "not a key"),
        (",".join(f"k{n}" for n in range(1001)) + "\n" + "1," * 1000 + "1\n", "1,001 keys"),
    ],
)
def test_tables_that_are_none(write, text, what):
    assert what in " ".join(faults(write(text)))


def test_faults_of_thousands_of_lines_are_counted(write):
    found = faults(write("a\n" + "=1\n" * 5_000))
    assert len(found) == 101 and found[-1] == "d.csv: 4,900 more faults"


def test_thousands_of_points_are_read_in_a_moment(write):
    rng = np.random.default_rng(1)
    lines = ["a,b,c", *(",".join(map(repr, row)) for row in rng.random((10_000, 3)).tolist())]
    design = read_design(write("\n".join(lines)))
    assert (
        len(design.points) == 10_000
        and design.points[-1][2] == f"c={lines[-1].rpartition(',')[2]}"
        and design.lines[-1] == 10_001
    )


@pytest.mark.parametrize(
    "name, what",
    [
        ("none.csv", "no such file"),
        (".", "ending"),
        ("d.xlsx", "ending"),
        ("d.parquet", "ending"),
        ("dir.csv", "folder"),
        ("none.yaml", "no such file"),
        ("dir.yaml", "folder"),
    ],
)
def test_files_that_are_none(write, name, what):
    for folder in ("dir.csv", "dir.yaml"):
        Path(folder).mkdir()
    assert what in faults(name)[0]


# ---- Recipes

LHS = "kind: latin_hypercube\npoints: 16\nseed: 1\nfactors:\n"
SOBOL, FACTORIAL = LHS.replace("latin_hypercube", "sobol"), "kind: factorial\nfactors:\n"


def test_a_factorial_is_every_combination_the_last_factor_fastest(write):
    design = read_design(
        write(
            FACTORIAL
            + (
                f"  {FCP}: {{low: 0.1, high: 0.4, step: 0.1}}\n  {PHYSIO}: {{low: 20, high: 30, step: 5}}\n"
                "  pathway: [integrated, gp_referral]\n"
            ),
            "d.yaml",
        )
    )
    values = itertools.product(("0.1", "0.2", "0.3", "0.4"), ("20", "25", "30"), ("integrated", "gp_referral"))
    assert design.points == tuple((f"{FCP}={a}", f"{PHYSIO}={b}", f"pathway={c}") for a, b, c in values)
    assert design.lines == () and len(design.points) == 24


@pytest.mark.parametrize(
    "head", [LHS, SOBOL, LHS.replace("seed", "centred: true\nseed"), LHS.replace("seed", "optimised: true\nseed")]
)
def test_each_sixteenth_of_each_factor_has_one_of_sixteen_points(write, head):
    path = write(
        head
        + "  a: {low: 2, high: 10}\n  b: {low: -1, high: 1.0e-3}\n  c: [x, y, z, u]\n  d: {low: 1, high: 8, step: 1}\n",
        "d.yaml",
    )
    design = read_design(path)
    for number, (low, high) in enumerate([(2, 10), (-1, 1e-3)]):
        cells = [int((value - low) / (high - low) * 16) for value in column(design, number)]
        assert sorted(cells) == list(range(16))
    assert (
        sorted(values[2] for values in map(design.values, range(16))) == ["u"] * 4 + ["x"] * 4 + ["y"] * 4 + ["z"] * 4
    )
    assert sorted(column(design, 3)) == sorted([*range(1, 9)] * 2) and all(
        word.split("=")[1].isdigit() for *_, word in design.points
    )
    assert design == read_design(path)
    assert design.points != read_design(write(Path(path).read_text().replace("seed: 1", "seed: 2"), "e.yaml")).points


def test_a_centred_design_lies_in_the_middle_of_its_cells_and_an_optimised_one_is_spread_better(write):
    body = "  a: {low: 0, high: 1}\n  b: {low: 0, high: 1}\n"
    centred = read_design(write(LHS.replace("seed", "centred: true\nseed") + body, "c.yaml"))
    assert sorted(column(centred, 0)) == [(k + 0.5) / 16 for k in range(16)]

    def discrepancy(head: str) -> float:
        design = read_design(write(head + body, "o.yaml"))
        return qmc.discrepancy(np.column_stack([column(design, 0), column(design, 1)]))

    assert discrepancy(LHS.replace("seed", "optimised: true\nseed")) < discrepancy(LHS)


def test_sobols_points_are_those_of_scipy(write):
    design = read_design(write(SOBOL + "  a: {low: 0, high: 1}\n  b: {low: 0, high: 1}\n", "d.yaml"))
    expected = qmc.Sobol(2, scramble=True, seed=np.random.default_rng(1)).random_base2(4)
    assert np.allclose(np.column_stack([column(design, 0), column(design, 1)]), expected, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(low=st.decimals(-50, 50, places=2), steps=st.integers(1, 40), step=st.decimals("0.01", 5, places=2))
def test_the_values_of_a_range_are_written_as_a_person_would(tmp_path_factory, low, steps, step):
    path = tmp_path_factory.getbasetemp() / "range.yaml"
    path.write_text(FACTORIAL + f"  a.b: {{low: {low}, high: {low + steps * step}, step: {step}}}\n")
    values = [word.partition("=")[2] for (word,) in read_design(path).points]
    assert [float(value) for value in values] == [float(low + place * step) for place in range(steps + 1)]


@pytest.mark.parametrize(
    "text, what",
    [
        (FACTORIAL + "  a: [1, 2]\n  b: {low: 2, high: 1, step: 1}\n", "d.yaml: factors.b: its low is above its high"),
        (FACTORIAL + "  a: {low: 2, high: 2, step: 1}\n", "d.yaml: factors.a: its low is its high"),
        (FACTORIAL + "  a: {low: 2, high: 9}\n", "d.yaml: factors.a: has no step"),
        (
            FACTORIAL + "  a: {low: 2, high: 9, step: 2}\n",
            "d.yaml: factors.a.step: does not lead from its low to its high",
        ),
        (FACTORIAL + "  a: {low: 2, high: 9, step: 0}\n", "d.yaml: factors.a.step: is too small"),
        (FACTORIAL + "  a: {low: 0, high: 1, step: 1.0e-9}\n", "d.yaml: factors.a.step: makes more than 10,000 values"),
        (FACTORIAL + "  a: {low: x, high: 1, step: 1}\n", "d.yaml: factors.a.low: is not a number"),
        (FACTORIAL + "  a: {low: .nan, high: .inf, step: 1}\n", "d.yaml: factors.a.low: is not a finite number"),
        (FACTORIAL + "  a: {low: 1, hihg: 2}\n", "d.yaml: factors.a.hihg: is not known here"),
        (FACTORIAL + "  a: []\n", "d.yaml: factors.a: has 0 values"),
        (FACTORIAL + "  a: [1]\n", "d.yaml: factors.a: has 1 value"),
        (FACTORIAL + "  a: [1, 2, 1]\n", "d.yaml: factors.a: '1' is there twice"),
        (FACTORIAL + "  a: 5\n", "d.yaml: factors.a: is one value"),
        (FACTORIAL + "  5: [1, 2]\n", "d.yaml: factors.5: '5' is not a key"),
        (FACTORIAL + "  hydra.x: [1, 2]\n", "d.yaml: factors.hydra.x: 'hydra.x' would"),
        (FACTORIAL + "  a: [1, '${x}']\n", "d.yaml, line 3: '${x}' refers"),
        (FACTORIAL + "  a: [1, {_target_: x}]\n", "d.yaml, line 3: '_target_' would reach"),
        (FACTORIAL + "  a: [1, 2]\n  a: [3, 4]\n", "d.yaml, line 4: 'a' is there twice"),
        ("kind: factorial\n", "d.yaml: factors: is missing"),
        ("kind: factorial\nfactors: []\n", "d.yaml: factors: is not a mapping"),
        (FACTORIAL + "".join(f"  k{n}: [1, 2, 3, 4, 5]\n" for n in range(6)), "d.yaml: makes 15,625 points"),
        ("points: 4\n" + FACTORIAL + "  a: [1, 2]\n", "d.yaml: points: says nothing of a factorial"),
        (
            SOBOL.replace("16", "48") + "  a: [1, 2]\n",
            "d.yaml: points: of Sobol's sequence are balanced only in powers of two",
        ),
        (SOBOL.replace("seed", "centred: true\nseed") + "  a: [1, 2]\n", "d.yaml: centred: is for a Latin"),
        (LHS.replace("16", "1001\noptimised: true") + "  a: [1, 2]\n", "d.yaml: optimised: would take too long"),
        (LHS.replace("16", "10001") + "  a: [1, 2]\n", "d.yaml: points: is too large"),
        (LHS.replace("16", "0") + "  a: [1, 2]\n", "d.yaml: points: is too small"),
        (LHS.replace("points: 16\n", "") + "  a: [1, 2]\n", "d.yaml: points: is missing"),
        (LHS.replace("seed: 1\n", "") + "  a: [1, 2]\n", "d.yaml: seed: is missing"),
        ("kind: taguchi\nfactors: {a: [1, 2]}\n", "d.yaml: kind: is not a word that is known here"),
        ("factors: {a: [1, 2]}\n", "d.yaml: kind: is missing"),
        (LHS + "  a: [1, 2]\nponits: 3\n", "d.yaml: ponits: is not known"),
        ("", "d.yaml: the file is empty"),
        ("- a\n", "d.yaml: it is not a mapping"),
        (FACTORIAL + "  a: [2025-02-31, 1]\n", "d.yaml: a date in it"),
        ("a: [1\n", "d.yaml, line 2: this is not YAML"),
    ],
)
def test_recipes_that_make_no_design(write, text, what):
    assert [found for found in faults(write(text, "d.yaml")) if found.startswith(what)], faults("d.yaml")


def test_every_fault_of_a_recipe_at_once(write):
    found = faults(write(SOBOL.replace("16", "48") + "  a: {low: 3, high: 2}\n  not a key: [1, 2]\n  b: 7\n", "d.yaml"))
    assert len(found) == 4


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**6), 10**6)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\0$"), max_size=12).filter(
            lambda text: "_" not in text
        ),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    )
)
@settings(deadline=None, max_examples=150)
def test_values_of_a_list_are_read_back_by_hydra_as_they_were_meant(value):
    found: list[Fault] = []
    parsed = parse([f"a.b={text_of(value)}"], found)
    assert not found and repr(parsed[0].value()) == repr(value)


# ---- Against the scenario


def test_columns_that_are_no_keys_are_told_once_and_other_faults_with_their_cell(write):
    composer = Points("integrated", build=sim.from_dict)
    design = read_design(
        write(f"{FCP},workforce.fcp_band_7.wtee,nonsense.x,run.seed,+workforce.nurse.wte\n2,1,1,x,2\n-3,1,1,2,2\n")
    )
    assert [(fault.where, fault.what) for fault in design.key_faults(composer.compose)] == [
        ("d.csv, line 1, column 2", "there is no 'wtee' in 'workforce.fcp_band_7'"),
        ("d.csv, line 1, column 3", "there is no 'nonsense'"),
    ]
    good = read_design(write(f"{FCP},run.seed\n2,x\n-3,2\n", "good.csv"))
    assert good.key_faults(composer.compose) == []
    told = []
    for number, words in enumerate(good.points):
        with pytest.raises(ScenarioError) as raised:
            composer.compose(words)
        told += [str(good.located(fault, number)) for fault in raised.value.faults]
    assert told == [
        "good.csv, line 2, column 2 (run.seed=x): is not a whole number; write a whole number",
        f"good.csv, line 3, column 1 ({FCP}=-3): is too small; at least 0.0",
    ]
    elsewhere = Fault("demand", "is missing")
    assert good.located(elsewhere, 0) == elsewhere
    made = read_design(write(FACTORIAL + f"  {FCP}x: [1, 2]\n", "d.yaml"))
    assert [fault.where for fault in made.key_faults(composer.compose)] == [f"d.yaml, factors.{FCP}x"]
    assert made.located(Fault(f"{FCP}x=2", "is odd"), 1).where == f"d.yaml, point 2 ({FCP}x=2)"


# ---- docs/designs.md, and the table in Python

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "designs.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    return re.search(rf"(?ms)^```{kind}\n(.*?)^```$", PAGE)[1]


def test_the_examples_of_the_page_are_designs_of_the_shipped_scenario(write, capsys):
    composer = Points("integrated", build=sim.from_dict)
    for name, kind in (("staffing.csv", "csv"), ("staffing.yaml", "yaml")):
        design = read_design(write(block(kind), name))
        assert design.key_faults(composer.compose) == []
        configs = [composer.compose(words).config for words in design.points]
        assert {config["calendar"]["start_date"] for config in configs} == {"2025-04-01", "2025-10-01"}
    exec(compile(block("python"), "designs.md", "exec"), {})
    assert capsys.readouterr().out == block("text")


def test_the_kinds_of_the_page_are_those_that_there_are():
    assert re.findall(r"(?m)^\| `(\w+)` \|", PAGE) == list(get_args(get_type_hints(RecipeTerms)["kind"]))


def test_the_table_in_python_is_the_same_design_once_it_is_written(write):
    made = read_design(
        write(
            LHS
            + "  a: {low: 2, high: 10, step: 0.5}\n  b: {low: 0, high: 1}\n  c: [x y, null, [1, 2], 5]\n  d: [1, 2]\n",
            "d.yaml",
        )
    )
    table = sim.design("d.yaml")
    assert table.shape == (16, 4) and list(map(str, table.dtypes.iloc[[0, 1, 3]])) == ["float64", "float64", "int64"]
    table.to_csv("again.csv", index=False)
    again = read_design("again.csv")
    assert (again.factors, again.points) == (made.factors, made.points)
