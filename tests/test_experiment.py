"""`sim.experiment` and the worked experiment: the same points, store and numbers as the command line;
a page that says what was run."""

import re
import runpy
import shlex
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from commands import undrawn, workerless

import sim
from sim.analysis.statistics.swept import LEVEL
from sim.app import cli
from sim.app.store import Store

PAGE = Path(__file__).resolve().parent.parent / "docs" / "experiments" / "fcp_by_physio.md"
SCRIPT = runpy.run_path(str(PAGE.with_suffix(".py")), run_name="script")
FCP, PHYSIO = SCRIPT["FCP"], SCRIPT["PHYSIO"]
LIST, WHERE, MANY = "waiting_list", "physiotherapy", 20
SMALL = ("place.scale=0.01", "run.years=0.1")
TEXTS = ["scenario", "role", "kpi", "group", "unit"]


def command() -> list[str]:
    """The page's one command."""
    block = re.search(r"(?ms)^```bash\n(mskflow run -m .*?)^```", PAGE.read_text(encoding="utf-8"))[1]
    (line,) = re.sub(r"\\\n\s*", "", block).splitlines()
    return shlex.split(line)[1:]


def made_small(words: list[str], out: Path) -> list[str]:
    """The same in a hundredth of the city, with two FCP levels and one of physiotherapy,
    two replications and one worker."""
    usual = {
        "place.scale": "0.01",
        "run.years": "0.1",
        "run.replications": "2",
        "run.workers": "1",
        "out": str(out),
        "kpi": LIST,
        "group": WHERE,
        "target": str(MANY),
    }
    most = {FCP: 2, PHYSIO: 1}
    given = [word.partition("=") for word in words if word.partition("=")[0] not in usual]
    return [
        *(f"{key}{equals}{','.join(value.split(',')[: most.get(key, 99)])}" for key, equals, value in given),
        *(f"{key}={value}" for key, value in usual.items()),
    ]


def values_of(words: list[str], path: str, most: int) -> list[float]:
    return [
        float(value)
        for value in next(word for word in words if word.startswith(path)).partition("=")[2].split(",")[:most]
    ]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The page's command, and then the script with the same store: (folder, what was gathered, the experiment,
    runs stored in between)."""
    out = tmp_path_factory.mktemp("experiment")
    sweep = command()
    with workerless(), undrawn():
        assert cli.main(made_small(sweep, out)) == 0
        stored = set(Store(out).entries)
        experiment = SCRIPT["factorial"](
            *SMALL, fcp=values_of(sweep, FCP, 2), physio=values_of(sweep, PHYSIO, 1), replications=2, workers=1, out=out
        )
    return out, next((out / "gathered").iterdir()), experiment, stored


def test_nothing_is_run_again(both):
    out, _, _, stored = both
    assert len(stored) == 2 * (2 + 1)  # two points, and one comparator that they share
    assert set(Store(out).entries) == stored


def test_the_api_has_the_numbers_of_the_command_line(both):
    _, folder, experiment, _ = both
    gathered = pd.read_parquet(folder / "gathered.parquet")
    assert experiment.kpis[PHYSIO].nunique() == 1  # no factor of the folders, since it does not vary
    pd.testing.assert_frame_equal(
        experiment.kpis.drop(columns=PHYSIO).astype(dict.fromkeys(TEXTS, str)),
        gathered.astype(dict.fromkeys(TEXTS, str)),
        check_dtype=False,
        check_exact=True,
    )
    points = pd.read_csv(
        folder / "points.csv",
        keep_default_na=False,
        na_values={name: [""] for name in ("level", "level_more_than", "p", "p_holm")},
    ).drop(columns="folder")
    mine = experiment.at(LIST, WHERE, MANY).drop(columns=PHYSIO)
    assert list(points.columns) == list(mine.columns) and points.compared.tolist() == [2, 2]
    pd.testing.assert_frame_equal(mine, points, check_dtype=False, rtol=1e-12)
    assert experiment.pictures(LIST, WHERE, MANY) == {
        one.stem: one.read_text(encoding="utf-8") for one in (folder / "figures").iterdir()
    }


def test_a_point_is_what_compare_gives(both):
    experiment = both[2]
    words = [f"{FCP}={experiment.factors[0].values[1]}", f"{PHYSIO}={experiment.factors[1].values[1]}", *SMALL]
    known = sim.compare(sim.load("integrated_extra_staff", *words), sim.load("gp_referral", *SMALL), replications=2)
    mine = experiment.kpis[experiment.kpis.point == 2][list(known.kpis.columns)].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        mine.astype(dict.fromkeys(["scenario", "kpi", "group", "unit"], str)),
        known.kpis,
        check_dtype=False,
        check_exact=True,
    )
    pd.testing.assert_frame_equal(
        experiment.differences[experiment.differences.point == 2][list(known.differences.columns)].reset_index(
            drop=True
        ),
        known.differences,
        check_dtype=False,
    )


def test_duckdb_reads_the_store_with_the_same_numbers(both):
    out, _, experiment, _ = both
    rows = duckdb.sql(
        f"""SELECT scenario AS key, replication, name AS kpi, "group", value
        FROM '{out}/.store/*.parquet' WHERE measure = 'kpi'"""
    ).df()
    store = Store(out)
    names = {key: store.described(key)["name"] for key in store.scenarios}
    configs = {key: store.described(key)["config"] for key in store.scenarios}
    rows["scenario"] = rows["key"].map(names)
    extra = rows[rows.scenario == "integrated_extra_staff"].copy()
    for path in (FCP, PHYSIO):
        extra[path] = [configs[key]["workforce"][path.split(".")[1]]["wte"] for key in extra["key"]]
    mine = experiment.kpis[experiment.kpis.role == "scenario"].astype(dict.fromkeys(TEXTS, str))
    on = [FCP, PHYSIO, "replication", "kpi", "group"]
    joined = mine.merge(extra, on=on, suffixes=("", "_store"))
    assert len(joined) == len(mine) == len(extra)
    assert (joined.value.eq(joined.value_store) | (joined.value.isna() & joined.value_store.isna())).all()


def test_more_replications_and_a_table_of_points_run_only_what_is_new(both):
    out, _, experiment, stored = both
    design = pd.DataFrame({FCP: [experiment.factors[0].values[0]], PHYSIO: [experiment.factors[1].values[0]]})
    with workerless():
        longer = sim.experiment("integrated_extra_staff", design, *SMALL, replications=3, out=out)
    assert len(set(Store(out).entries) - stored) == 2  # the third of the point, and of its comparator
    first = experiment.kpis[(experiment.kpis.point == 1)].astype(dict.fromkeys(TEXTS, str))
    again = longer.kpis[longer.kpis.replication < 2].astype(dict.fromkeys(TEXTS, str))
    pd.testing.assert_frame_equal(first.reset_index(drop=True), again.reset_index(drop=True), check_exact=True)
    with pytest.raises(ValueError, match="two settings"):
        longer.heat_map("waiting_list", "physiotherapy")


def test_faults_of_all_points_are_told_before_anything_runs(tmp_path):
    with pytest.raises(sim.ScenarioError) as error:
        sim.experiment("integrated", {"workforce.fcp_band_7.wtee": [1], PHYSIO: [-1, 12]}, out=tmp_path / "r")
    told = " ".join(map(str, error.value.faults))
    assert "wtee" in told
    with pytest.raises(sim.ScenarioError, match=r"(?s)point 1 of 2.*physio_band_6\.wte=-1|physio_band_6"):
        sim.experiment("integrated", {PHYSIO: [-1, 12]}, out=tmp_path / "r")
    for nothing in ({}, {PHYSIO: []}):
        with pytest.raises(ValueError, match="at least one"):
            sim.experiment("integrated", nothing, out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


# --- the page -------------------------------------------------------------------------------------------------


def test_the_page_has_the_numbers_of_its_run():
    """The table on the page is points.csv of the command on it, which lies beside the page with their picture."""
    points = pd.read_csv(PAGE.with_name("fcp_by_physio_points.csv"))
    sweep = command()
    asked = dict(word.split("=", 1) for word in sweep if "=" in word)
    assert (asked["kpi"], asked["group"], float(asked["target"])) == (SCRIPT["WAIT"], SCRIPT["WHO"], SCRIPT["DAYS"])
    assert (
        set(points.kpi) == {asked["kpi"]}
        and set(points.group) == {asked["group"]}
        and set(points.target) == {float(asked["target"])}
    )
    assert [sorted(set(points[path])) for path in (FCP, PHYSIO)] == [
        [float(value) for value in asked[path].split(",")] for path in (FCP, PHYSIO)
    ]
    assert set(points.replications) == {int(asked["run.replications"])} and len(points) == 12
    assert {"kpi", "level", "meets"} <= set(LEVEL) <= set(points.columns)
    lines = re.findall(
        r"(?m)^\| ([\d.]+) \| ([\d.]+) \| (.+?) \| (.*?) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8")
    )
    assert [tuple(line) for line in lines] == [row_of(row) for row in points.itertuples()]
    assert "for certain" in PAGE.with_suffix(".svg").read_text(encoding="utf-8") or "perhaps" in PAGE.with_suffix(
        ".svg"
    ).read_text(encoding="utf-8")


def row_of(row) -> tuple[str, ...]:
    """A row of the page's table."""
    p = "<0.001" if row.p_holm < 0.001 else f"{row.p_holm:.3f}"
    meets = row.meets if isinstance(row.meets, str) else ""
    fcp, physio = (f"{row[3 + place]:g}" for place in (1, 2))
    return (
        fcp,
        physio,
        f"{row.level:.0f} ({row.level_low:.0f} to {row.level_high:.0f})",
        meets,
        f"{row.difference:+.0f} ({row.simultaneous_low:+.0f} to {row.simultaneous_high:+.0f})",
        p,
    )
