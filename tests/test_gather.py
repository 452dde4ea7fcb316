"""`mskflow gather` on results folders whose numbers are known: one table, exact statistics,
nothing damaged and nothing mixed unseen."""

import json
import math
import re
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from pyarrow import csv
from scipy import stats

from sim.analysis.figures.factor_line import factor_line
from sim.analysis.figures.heat_map import heat_map
from sim.analysis.figures.points_in_order import MOST, points_in_order
from sim.analysis.figures.swept_pictures import swept_pictures
from sim.analysis.reading.tables import KPIS
from sim.analysis.statistics.multiplicity import holm
from sim.analysis.statistics.paired import Level, differences
from sim.analysis.statistics.swept import (
    AGAINST,
    CERTAIN,
    LEVEL,
    MISSED,
    PERHAPS,
    UNKNOWN,
    Factor,
    Swept,
    factor_words,
    standing,
)
from sim.app import cli
from sim.app.configuration.request import Request
from sim.app.store.folder import ResultsFolder
from sim.app.studies.gather.asked import Ask, asked, beside_a_sweep
from sim.app.studies.gather.found_folders import found_below
from sim.app.studies.gather.gather import NoneWhole, gather, run
from sim.app.studies.gather.series import Taken
from sim.app.studies.gather.tidy_table import TIDY
from sim.domain.faults import ScenarioError

WAIT, LIST = "wait_weeks_median", "waiting_list"
FCP, PHYSIO = "workforce.fcp_band_7.wte", "workforce.physio_band_6.wte"
NOON = datetime(2025, 4, 1, 12)
BASE = [20.0, 22.0, 21.5, 20.5]


def config_of(fcp=3.0, physio=16.0, **more) -> dict:
    config = {
        "name": "new",
        "title": "New",
        "run": {"seed": 7, "years": 1, "replications": 4, "workers": 2},
        "place": {"scale": 1.0},
        "workforce": {"fcp_band_7": {"wte": fcp, "label": "FCP"}, "physio_band_6": {"wte": physio}},
        "pathway": {
            "services": {
                "physiotherapy": {"label": "Community physiotherapy", "routes": {"otherwise": {"to": ["resolved"]}}}
            }
        },
    }
    for path, value in more.items():
        *way, last = path.split("__")
        here = config
        for key in way:
            here = here[key]
        here[last] = value
    return config


def kpis_of(values: dict[str, list[float]], more: int = 0) -> pd.DataFrame:
    """scenario -> the median wait in each replication; beside it a list that is ten times as long,
    and `more` indicators."""
    rows = [
        (name, r, kpi, group, value * factor, unit)
        for name, series in values.items()
        for r, value in enumerate(series)
        for kpi, group, factor, unit in (
            (WAIT, "physiotherapy", 1, "weeks"),
            (LIST, "all", 10, "people"),
            (LIST, "physiotherapy", 10, "people"),
            *((f"other_{number}", "all", 1, "people") for number in range(more)),
        )
    ]
    return pd.DataFrame(rows, columns=list(KPIS))


def folder_with(
    out, values: list[float], config: dict, number: int = 0, base=BASE, overrides=None, other=0, **more
) -> Path:
    """A results folder as a run would write it; `more`: of its manifest."""
    overrides = (
        [f"{FCP}={config['workforce']['fcp_band_7']['wte']}", f"{PHYSIO}={config['workforce']['physio_band_6']['wte']}"]
        if overrides is None
        else overrides
    )
    text = yaml.safe_dump(config, sort_keys=False)
    with ResultsFolder(out, config["name"], NOON + timedelta(seconds=number)) as folder:
        folder.write_csv("kpis.csv", kpis_of({**({"old": base} if base else {}), config["name"]: values}, other))
        folder.write_text("config/scenario.yaml", text)
        if base:
            folder.write_text("config/comparator.yaml", yaml.safe_dump({"name": "old", "run": {"seed": 7}}))
        folder.write_manifest(
            {
                "status": "complete",
                "command": "mskflow run new",
                "scenario": config["name"],
                "compare_with": "old" if base else None,
                "config_hash": hash_of(text),
                "replications": len(values),
                "versions": {"mskflow": "9.9"},
                "overrides": overrides,
            }
            | more
        )
    return folder.path


def hash_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]


GRID = [(fcp, physio) for fcp in (3.0, 4.75, 6.5) for physio in (16.0, 18.0, 20.0, 22.0)]


def wait(fcp: float, physio: float) -> list[float]:
    """A plane with the same noise everywhere: 14 weeks lie on a straight line."""
    return [40 - physio - 2 * fcp + noise for noise in (-0.3, 0.1, 0.4, -0.2)]


@pytest.fixture(scope="module")
def grid(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("grid")
    for number, (fcp, physio) in enumerate(GRID):
        folder_with(out, wait(fcp, physio), config_of(fcp, physio), number)
    return out


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Whether the disk has it is tests/test_folder.py's to ask; here it costs a second a test."""
    for module in ("folder", "lock"):
        monkeypatch.setattr(f"sim.app.store.{module}.synced", lambda file: file.flush(), raising=False)
        monkeypatch.setattr(f"sim.app.store.{module}.sync_folder", lambda path: None, raising=False)


def table_in(found) -> pd.DataFrame:
    return pd.read_parquet(found.path / "gathered.parquet")


# --- the tables -----------------------------------------------------------------------------------------------


def test_one_row_for_every_value_with_the_factors_beside_it(grid, tmp_path):
    found = gather([grid], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
    table = table_in(found)
    assert list(table.columns) == [*TIDY, FCP, PHYSIO]
    assert len(table) == len(GRID) * 2 * 4 * 3
    for place, (fcp, physio) in enumerate(GRID):
        rows = table[(table.point == place + 1) & (table.role == "scenario") & (table.kpi == WAIT)]
        assert rows.value.tolist() == wait(fcp, physio)
        assert set(rows[FCP]) == {fcp} and set(rows[PHYSIO]) == {physio} and set(rows.scenario) == {"new"}
    assert table[(table.role == "comparator") & (table.kpi == WAIT)].groupby("point").value.apply(list).tolist() == [
        BASE
    ] * len(GRID)
    as_text = csv.read_csv(found.path / "gathered.csv").to_pandas()
    pd.testing.assert_frame_equal(as_text, table, check_dtype=False)
    assert {p.name for p in (found.path / "figures").iterdir()} == {"heat_map.svg", "points.svg"}


def test_every_value_comes_through_to_the_last_bit(tmp_path):
    chance = np.random.default_rng(1)
    values = [
        0.1 + 0.2,
        1 / 3,
        5e-324,
        1e100,
        *(chance.normal(size=400) * 10.0 ** chance.integers(-30, 30, 400)).tolist(),
    ]
    found = gather([folder_with(tmp_path / "r", values, config_of(), base=None)], Ask(LIST, out=str(tmp_path)))
    for table in (table_in(found), duckdb.sql(f"SELECT * FROM '{found.path}/gathered.parquet'").df()):
        assert table[table.kpi == WAIT].value.tolist() == values


def test_points_have_their_level_and_difference_with_intervals(grid, tmp_path):
    points = pd.read_csv(gather([grid], Ask(WAIT, "physiotherapy", 14.0, out=str(tmp_path))).path / "points.csv")
    quantile, simultaneous = (stats.t.ppf(1 - alpha / 2, 3) for alpha in (0.05, 0.05 / 12))
    assert (
        points.folder.tolist() == sorted(points.folder)
        and points.replications.eq(4).all()
        and points.compared.eq(12).all()
    )
    p = []
    for row, place in zip(points.itertuples(), GRID, strict=True):
        values = np.array(wait(*place))
        gap = values - np.array(BASE)
        error, half = values.std(ddof=1) / 2, gap.std(ddof=1) / 2
        assert (row.level, row.level_low, row.level_high) == pytest.approx(
            (values.mean(), values.mean() - quantile * error, values.mean() + quantile * error)
        )
        assert (row.difference, row.ci_low, row.ci_high) == pytest.approx(
            (gap.mean(), gap.mean() - quantile * half, gap.mean() + quantile * half)
        )
        assert (row.simultaneous_low, row.simultaneous_high) == pytest.approx(
            (gap.mean() - simultaneous * half, gap.mean() + simultaneous * half)
        )
        p.append(stats.ttest_rel(values, BASE).pvalue)
        assert row.p == pytest.approx(p[-1])
    assert points.p_holm.to_numpy() == pytest.approx(holm(p))


def test_a_point_less_its_baseline_is_what_comparison_csv_has(tmp_path):
    values = [19.0, 18.5, math.nan, 17.0]
    path = folder_with(tmp_path / "r", values, config_of())
    row = gather([path], Ask(WAIT, "physiotherapy", out=str(tmp_path))).points.iloc[0]
    known = (
        differences(kpis_of({"old": BASE, "new": values}), "new", "old")
        .set_index(["kpi", "group"])
        .loc[WAIT, "physiotherapy"]
    )
    assert (row.baseline_level, row.difference, row.ci_low, row.ci_high) == (
        known.baseline,
        known.difference,
        known.ci_low,
        known.ci_high,
    )


def test_points_with_other_baselines_are_other_families(tmp_path):
    folder_with(tmp_path / "r", wait(3, 16), config_of(3, 16), 0)
    folder_with(tmp_path / "r", wait(3, 18), config_of(3, 18), 1)
    folder_with(
        tmp_path / "r", wait(3, 20), config_of(3, 20), 2, base=[30.0, 31.0, 32.0, 30.5], keys={"old": "another"}
    )
    folder_with(tmp_path / "r", wait(3, 22), config_of(3, 22), 3, base=None)
    points = gather([tmp_path / "r"], Ask(WAIT, "physiotherapy", out=str(tmp_path))).points
    assert points.compared.tolist() == [2, 2, 1, 0]
    assert (
        points.p_holm[2] == points.p[2]
        and np.isnan(points.difference[3])
        and points.baseline.tolist() == ["old", "old", "old", ""]
    )


def test_another_baseline_can_be_named(grid, tmp_path):
    asked_for = {
        name: gather([grid], Ask(WAIT, "physiotherapy", baseline=name, out=str(tmp_path))).points
        for name in ("", "1", "old")
    }
    assert asked_for["1"].baseline.tolist() == ["", *["point 1"] * 11]
    assert asked_for["1"].difference[1:].tolist() == pytest.approx(
        [16 - physio + 2 * (3 - fcp) for fcp, physio in GRID[1:]]
    )
    assert asked_for["old"].difference.tolist() == asked_for[""].difference.tolist()
    with pytest.raises(ScenarioError, match="12 points bear the name 'new'"):
        gather([grid], Ask(WAIT, "physiotherapy", baseline="new", out=str(tmp_path)))
    with pytest.raises(ScenarioError, match=r"no scenario 'oldd'.*did you mean 'old'"):
        gather([grid], Ask(WAIT, "physiotherapy", baseline="oldd", out=str(tmp_path)))


def test_duckdb_reads_the_same_numbers(grid, tmp_path):
    found = gather([grid], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
    rows = duckdb.sql(f"""
        SELECT s.point, s."{FCP}", s."{PHYSIO}", avg(s.value) AS level, avg(s.value - c.value) AS difference
        FROM '{found.path}/gathered.parquet' s
        JOIN '{found.path}/gathered.parquet' c USING (point, replication, kpi, "group")
        WHERE s.role = 'scenario' AND c.role = 'comparator' AND kpi = '{WAIT}' AND "group" = 'physiotherapy'
        GROUP BY ALL ORDER BY s.point""").fetchall()
    points = found.points
    assert [row[0] for row in rows] == points.point.tolist()
    assert [row[1:3] for row in rows] == GRID
    assert [row[3] for row in rows] == pytest.approx(points.level.tolist(), rel=1e-12)
    assert [row[4] for row in rows] == pytest.approx(points.difference.tolist(), rel=1e-12)


# --- what varies ----------------------------------------------------------------------------------------------


def columns(tmp_path) -> list[str]:
    return list(table_in(gather([tmp_path / "r"], Ask(LIST, out=str(tmp_path)))).columns[len(TIDY) :])


def test_what_was_changed_in_an_older_folder_is_found_in_its_configuration(tmp_path):
    for number, fcp in enumerate((3.0, 4.0)):
        path = folder_with(tmp_path / "r", wait(fcp, 16), config_of(fcp), number)
        manifest = json.loads((path / "manifest.json").read_text())
        for key in ("overrides", "files", "sha256"):
            del manifest[key]
        (path / "manifest.json").write_text(
            json.dumps(manifest | {"command": f"mskflow run new {FCP}={fcp} 'out=some where'"})
        )
    assert columns(tmp_path) == [FCP]


def test_what_no_command_says_is_found_in_the_configurations(tmp_path):
    for number, (fcp, share) in enumerate(((3.0, 0.1), (4.0, 0.2), (4.0, 0.3))):
        folder_with(tmp_path / "r", wait(fcp, 16), config_of(fcp, workforce__dna_share=share), number, overrides=[])
    assert columns(tmp_path) == ["workforce.dna_share", FCP]


def test_a_choice_of_a_file_is_one_factor_and_hides_nothing_else(tmp_path):
    services = [
        {"physiotherapy": {"label": "P", "new_minutes": 30}},
        {"physiotherapy": {"label": "P", "new_minutes": 45, "dna_share": 0.1}},
    ]
    for number, (choice, physio) in enumerate(((0, 16.0), (1, 16.0), (1, 18.0))):
        folder_with(
            tmp_path / "r",
            wait(3, physio),
            config_of(physio=physio, pathway={"services": services[choice]}),
            number,
            overrides=[f"pathway={('plain', 'ring_fenced')[choice]}"],
        )
    found = gather([tmp_path / "r"], Ask(LIST, out=str(tmp_path)))
    assert found.points.pathway.tolist() == ["plain", "ring_fenced", "ring_fenced"]
    assert columns(tmp_path) == ["pathway", PHYSIO]  # the two that the command does not tell apart


def test_labels_and_how_often_it_was_run_are_no_factors(tmp_path):
    folder_with(
        tmp_path / "r", wait(3, 16), config_of(3.0, title="One"), 0, overrides=["run.workers=1", f"out={tmp_path}"]
    )
    folder_with(
        tmp_path / "r",
        wait(4, 16),
        config_of(4.0, title="Two", run__workers=8),
        1,
        overrides=["run.workers=8", f"{FCP}=4.0"],
    )
    assert columns(tmp_path) == [FCP]


def test_other_seeds_lengths_and_models_are_told_and_stand_in_columns(tmp_path):
    folder_with(tmp_path / "r", wait(3, 16), config_of(3, run__seed=7), 0)
    folder_with(tmp_path / "r", wait(4, 16), config_of(4, run__seed=8, run__years=2), 1, versions={"mskflow": "10.0"})
    found = gather([tmp_path / "r"], Ask(LIST, out=str(tmp_path)))
    assert columns(tmp_path) == [FCP, "run.seed", "run.years", "model"]
    for path in ("run.seed", "run.years", "model"):
        assert any(f"the points differ in {path} " in note for note in found.notes)
    assert heat_map(found.swept) is None


def test_a_sweep_that_was_repeated_counts_once_and_one_that_was_extended_with_all_it_has(tmp_path):
    folder_with(tmp_path / "r", wait(3, 16), config_of(3), 0)
    folder_with(tmp_path / "r", wait(3, 16), config_of(3), 1)
    longer = folder_with(tmp_path / "r", wait(4, 16) * 2, config_of(4), 2, base=BASE * 2)
    folder_with(tmp_path / "r", wait(4, 16), config_of(4), 3)
    found = gather([tmp_path / "r", tmp_path / "r" / "new", longer], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
    assert found.points.replications.tolist() == [4, 8]
    assert found.points.folder[1] == str(longer)
    assert found.notes[:2] == (
        "2 of the folders repeat a point: of each point the one with most replications counts, once",
        "the points have 4, 8 replications",
    )


@pytest.mark.parametrize(
    "path, words",
    [
        (FCP, "FCP band 7 WTE"),
        ("pathway.services.gp.dna_share", "GP: DNA share"),
        ("mechanisms", "Mechanisms"),
        ("run.seed", "Seed"),
    ],
)
def test_a_setting_in_words(path, words):
    assert factor_words(path) == words


# --- what is damaged ------------------------------------------------------------------------------------------


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _without_checksums(path: Path) -> dict:
    manifest = json.loads((path / "manifest.json").read_text())
    del manifest["files"], manifest["sha256"]
    (path / "manifest.json").write_text(json.dumps(manifest))
    return manifest


def _torn(path: Path) -> None:
    _without_checksums(path)
    (path / "kpis.csv").write_bytes((path / "kpis.csv").read_bytes()[:-20])


def _short(path: Path) -> None:
    _without_checksums(path)
    text = (path / "kpis.csv").read_text().splitlines(keepends=True)
    (path / "kpis.csv").write_text("".join(text[:-3]))


def _incomplete(path: Path) -> None:
    (path / "manifest.json").write_text(json.dumps(_without_checksums(path) | {"status": "running"}))


def _edited(path: Path) -> None:
    text = (path / "manifest.json").read_text()
    (path / "manifest.json").write_text(text.replace('"replications": 4', '"replications": 3'))


DAMAGE = {
    "kpis.csv is not as it was written": lambda path: _flip(path / "kpis.csv"),
    "config/scenario.yaml is not as it was written": lambda path: _flip(path / "config/scenario.yaml"),
    "config/comparator.yaml is missing": lambda path: (path / "config/comparator.yaml").unlink(),
    "kpis.csv is missing": lambda path: (path / "kpis.csv").unlink(),
    "has no manifest.json": lambda path: (path / "manifest.json").unlink(),
    "manifest.json cannot be read": lambda path: (path / "manifest.json").write_text("{"),
    "manifest.json is not as it was written": _edited,
    "kpis.csv breaks off": _torn,
    "kpis.csv does not hold the 4 replications of old and new": _short,
    "is not complete": _incomplete,
}


@pytest.mark.parametrize("why", DAMAGE)
def test_a_damaged_folder_is_named_and_left_out(why, tmp_path, capsys):
    for number, fcp in enumerate((3.0, 4.0, 5.0)):
        folder_with(tmp_path / "r", wait(fcp, 16), config_of(fcp), number)
    bad = sorted((tmp_path / "r" / "new").iterdir())[1]
    DAMAGE[why](bad)
    assert (
        run(Request("gather", words=(str(tmp_path / "r"), f"kpi={WAIT}", "group=physiotherapy", f"out={tmp_path}")))
        == 4
    )
    said = capsys.readouterr()
    assert f"left out: {bad} {why};" in said.err and len(said.err.splitlines()) == 1
    path = next((tmp_path / "gathered").iterdir())
    assert pd.read_csv(path / "points.csv")[FCP].tolist() == [3.0, 5.0]
    assert json.loads((path / "manifest.json").read_text())["left_out"] == [{"folder": str(bad), "why": why}]


def test_where_all_is_damaged_nothing_is_written(tmp_path, capsys):
    path = folder_with(tmp_path / "r", wait(3, 16), config_of())
    _flip(path / "kpis.csv")
    with pytest.raises(NoneWhole):
        gather([tmp_path / "r"], Ask(out=str(tmp_path)))
    assert cli.main(["gather", str(tmp_path / "r"), f"out={tmp_path}"]) == 4
    assert str(path) in capsys.readouterr().err
    assert not (tmp_path / "gathered").exists()


def test_what_is_no_run_is_passed_over(tmp_path):
    folder_with(tmp_path, wait(3, 16), config_of())
    first = gather([tmp_path], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
    (tmp_path / ".partial" / "new" / "x").mkdir(parents=True)
    (tmp_path / ".partial" / "new" / "x" / "kpis.csv").write_text("scenario\n")
    plan = folder_with(tmp_path, wait(1, 1), config_of(1, 1), 99, kind="plan")
    again = gather([tmp_path], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
    assert {first.path, plan} <= set(found_below([tmp_path]))
    assert (again.path / "gathered.csv").read_bytes() == (first.path / "gathered.csv").read_bytes()


def test_every_column_of_points_csv_is_explained(grid, tmp_path):
    page = (Path(__file__).resolve().parent.parent / "docs" / "experiments" / "README.md").read_text(encoding="utf-8")
    table = page.split("<!-- points -->\n")[1].split("\n\n")[0]
    said = [name for line in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", line.split("|")[1])]
    assert said == [*LEVEL, *AGAINST]
    assert list(gather([grid], Ask(WAIT, "physiotherapy", out=str(tmp_path))).points.columns) == [
        "point",
        "scenario",
        "folder",
        FCP,
        PHYSIO,
        *said,
    ]


# --- how it is asked ------------------------------------------------------------------------------------------


def test_every_fault_of_the_words_at_once(tmp_path, capsys):
    assert cli.main(["gather", "target=six", "kpi=", "seed=3", "group=a", "group=b", str(tmp_path / "nowhere")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines[:4]] == ["kpi", "group", "target", "seed=3"]
    assert len(lines) == 5 and "there is no such folder" in lines[4]


@pytest.mark.parametrize(
    "ask, said",
    [
        (Ask("waiting_lists"), "kpi: no indicator 'waiting_lists' is in these results; did you mean 'waiting_list'?"),
        (Ask(WAIT, "physio"), f"group: {WAIT} has no group 'physio' in these results; did you mean 'physiotherapy'?"),
        (Ask(WAIT), f"group: {WAIT} is not told of all together; name one: group=physiotherapy"),
        (Ask(), "kpi: no indicator 'had_needed_care_within_18_weeks_share' is in these results"),
        (Ask(LIST, x="run.seed", y="run.seed"), "x: 'run.seed' does not vary between these points"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_written(ask, said, grid, tmp_path):
    from dataclasses import replace

    with pytest.raises(ScenarioError) as error:
        gather([grid], replace(ask, out=str(tmp_path)))
    assert str(error.value.faults[0]).startswith(said)
    assert not (tmp_path / "gathered").exists() and not (tmp_path / ".partial").exists()


def test_a_folder_without_results_is_refused(tmp_path, capsys):
    assert cli.main(["gather", str(tmp_path)]) == 2
    assert "holds no results folder" in capsys.readouterr().err
    assert cli.main(["gather"]) == 2


def test_words_beside_a_sweep():
    assert beside_a_sweep(["a=1,2", "kpi=waiting_list", "target=3", "out=here"]) == (
        Ask("waiting_list", target=3.0),
        ["a=1,2", "out=here"],
    )
    assert beside_a_sweep(["a=1,2"]) == (None, ["a=1,2"])
    assert asked([".", "out=b", "x=c"]) == (Ask(x="c", out="b"), [Path(".")])


def test_the_command_prints_the_points(grid, tmp_path, capsys):
    assert cli.main(["gather", str(grid), f"kpi={WAIT}", "group=physiotherapy", "target=14", f"out={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert (
        "Wait of those seen: half wait less than 14.0 weeks (Community physiotherapy): "
        "for certain at 8 of 12 points, perhaps at 2 more"
    ) in said
    assert str(tmp_path / "gathered") in said and "FCP band 7 WTE" in said


def test_memory_does_not_grow_with_the_number_of_folders(tmp_path):
    peaks = []
    for count in (2, 8):
        for number in range(count):
            folder_with(
                tmp_path / str(count),
                [float(number + r) for r in range(10)],
                config_of(number),
                number,
                base=None,
                other=60,
            )
        tracemalloc.start()
        gather([tmp_path / str(count)], Ask(WAIT, "physiotherapy", out=str(tmp_path)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


# --- the pictures ---------------------------------------------------------------------------------------------


def swept(target=14.0, kpi=WAIT, cells=GRID, spread=0.5, paths=(FCP, PHYSIO)) -> Swept:
    levels = tuple(Level(m := float(np.mean(wait(*cell))), m - spread, m + spread) for cell in cells)
    return Swept(
        kpi,
        "physiotherapy",
        "physiotherapy",
        tuple(Factor(path, values) for path, values in zip(paths, zip(*cells, strict=True), strict=True)),
        levels,
        target,
    )


NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(NUMBERS, min_size=3, max_size=3).map(sorted), NUMBERS)
def test_certain_and_perhaps_are_where_the_interval_lies(ends, target):
    low, mean, high = ends
    assume(low < high)  # an interval without width is no certainty: tests/test_long_waits.py
    level = Level(mean, low, high)
    assert standing(WAIT, level, target) == (CERTAIN if high <= target else PERHAPS if low <= target else MISSED)
    assert standing("within_18_weeks_share", level, target) == (
        CERTAIN if low >= target else PERHAPS if high >= target else MISSED
    )
    assert (
        standing("cost_total", level, target)
        == standing(WAIT, level, None)
        == standing(WAIT, Level(mean, math.nan, math.nan), target)
        == UNKNOWN
    )


def test_the_map_has_a_cell_a_point_and_the_contour_where_the_target_lies_within():
    svg = heat_map(swept()).svg
    for cell in GRID:
        assert f"{np.mean(wait(*cell)):.1f}" in svg
    assert "14.0 weeks" in svg and f"{FCP}" in svg and "FCP band 7 WTE" in svg and 'role="img"' in svg
    contour = "#b3361e"
    assert contour in svg.lower()
    assert (
        contour not in heat_map(swept(target=5.0)).svg.lower()
        and contour not in heat_map(swept(target=None)).svg.lower()
    )


def test_the_contour_is_where_the_plane_has_the_target():
    """On values that are a plane, the line between the cells is exact: its ends are known."""
    from matplotlib.collections import QuadMesh
    from matplotlib.contour import ContourSet

    from sim.analysis.figures import style
    from sim.analysis.figures.heat_map import _draw

    with style.styled():
        ax = _draw(swept()).axes[0]
    lines = next(one for one in ax.collections if isinstance(one, ContourSet)).get_paths()[0].vertices
    xs, ys = np.array([3.0, 4.75, 6.5]), np.array([16.0, 18.0, 20.0, 22.0])
    fcp, physio = np.interp(lines[:, 0], range(3), xs), np.interp(lines[:, 1], range(4), ys)
    assert 40 - physio - 2 * fcp == pytest.approx(14.0)
    assert (fcp.min(), fcp.max(), physio.min(), physio.max()) == pytest.approx((3.0, 5.0, 16.0, 20.0))
    assert len(next(one for one in ax.collections if isinstance(one, QuadMesh)).get_array().ravel()) == 12


def test_a_sentence_says_how_many_points_meet_the_target():
    assert heat_map(swept()).sentence == (
        "Wait of those seen: half wait less than 14.0 weeks (physiotherapy): for certain at 8 of 12 points, "
        "perhaps at 2 more"
    )
    assert heat_map(swept(target=1.0)).sentence.endswith("at none of 12 points")
    assert (
        "less than 5.0 to 18.0 weeks (physiotherapy), by FCP band 7 WTE and Physio band 6 WTE"
        in heat_map(swept(target=None)).sentence
    )
    one = swept(spread=math.nan)
    assert "one replication a point does not tell" in heat_map(one).sentence


def test_what_is_no_grid_has_no_map_but_the_points_in_order():
    scattered = swept(cells=[(3.0, 16.0), (3.5, 18.0), (4.0, 20.0), (4.5, 22.0)])
    assert [one.name for one in swept_pictures(scattered)] == ["points"]
    doubled = swept(cells=[*GRID, GRID[0]])
    assert heat_map(doubled) is None
    assert [one.name for one in swept_pictures(swept())] == ["heat_map", "points"]


def test_one_factor_is_a_line_and_words_are_points():
    cells = [(3.0, physio) for physio in (22.0, 16.0, 18.0)]
    whole = swept(cells=cells)
    line = Swept(WAIT, "physiotherapy", "physiotherapy", whole.factors[1:], whole.levels, 14.0)
    assert [one.name for one in swept_pictures(line)] == ["line", "points"]
    words = Swept(WAIT, "physiotherapy", "physiotherapy", (Factor("pathway", ("a", "b", "c")),), whole.levels, 14.0)
    assert factor_line(words) is None and "pathway" in points_in_order(words).svg.lower()


def test_of_very_many_points_both_ends_are_drawn_and_it_is_said():
    cells = [(float(n), 16.0 + n / 100) for n in range(3 * MOST)]
    drawn = points_in_order(swept(cells=cells))
    assert f"{2 * MOST} between them are not drawn" in drawn.note


def test_an_indicator_that_is_not_known_is_said_to_be():
    whole = swept()
    unknown = Swept(
        WAIT, "all", "all patients", whole.factors, tuple(Level(math.nan, math.nan, math.nan) for _ in GRID), 14.0
    )
    assert "not known at any point" in heat_map(unknown).sentence and points_in_order(unknown) is None


def test_the_headline_is_told_where_nothing_is_asked():
    """Who has the care they need, of those who need more, as the report begins; of a time its own groups."""
    rows = [("had_needed_care_within_18_weeks_share", group, 0.3) for group in ("all", "needs_more")]
    rows += [("days_to_definitive_care_median", group, 90.0) for group in ("all", "needs_more", "needs_more_year_3")]
    kpis = pd.DataFrame(rows, columns=["kpi", "group", "value"]).assign(role="scenario", replication=0, unit="share")
    told = []
    for kpi in ("", "days_to_definitive_care_median"):
        taken = Taken(kpi)
        taken.take(kpis)
        told.append((taken.kpi, taken.group()))
    assert told == [
        ("had_needed_care_within_18_weeks_share", "needs_more"),
        ("days_to_definitive_care_median", "needs_more_year_3"),
    ]
