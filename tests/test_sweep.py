"""Sweeps as a researcher types them: which points, what is refused before any starts,
what is run and what is there already."""

import json
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from commands import undrawn, workerless
from test_compose import write

from sim.app import cli
from sim.app.configuration.arrange import arrange
from sim.app.configuration.files import shipped
from sim.app.configuration.request import request_of, split
from sim.app.running.feed import Expected, Feed, Point
from sim.app.store import Store
from sim.app.studies.sweep.expand import expand
from sim.app.studies.sweep.point import Brief, SweepPoint
from sim.app.studies.sweep.sweep import _points_of, _where
from sim.app.studies.sweep.sweep_folder import Sweep
from sim.app.studies.sweep.sweep_work import is_complete, published
from sim.app.studies.sweep.watch import Watch
from sim.domain.faults import ScenarioError

SMALL = Path(__file__).resolve().parent / "small_place"
DIR = f"--config-dir {shlex.quote(str(SMALL))}"


def mskflow(line: str) -> int:
    """The command in this process and no other, and without figures, which nobody looks at here."""
    with workerless(), undrawn():
        return cli.main(shlex.split(line))


def points(line: str) -> list[tuple[str, ...]]:
    """The points of a sweep, without what all of them have."""
    asked, faults = split(["-m", *shlex.split(line)]), []
    found = expand(arrange(asked.scenario, asked.overrides, asked.config_dirs, sweep=True), asked.config_dirs, faults)
    if faults:
        raise ScenarioError(faults)
    return [tuple(word for word in point if not word.startswith("scenarios=")) for point in found.points]


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def done(text: str) -> list[tuple[str, int]]:
    return sorted((e["scenario"], e["replication"]) for e in events(text) if e["event"] == "done")


def folders(out="results") -> list[Path]:
    return sorted(path.parent for path in Path(out).glob("*/*/manifest.json"))


# ---- Which points


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "run.seed=1,2 place.scale=range(1,3)",
            [
                ("run.seed=1", "place.scale=1"),
                ("run.seed=1", "place.scale=2"),
                ("run.seed=2", "place.scale=1"),
                ("run.seed=2", "place.scale=2"),
            ],
        ),
        ("run.seed=choice(3,4)", [("run.seed=3",), ("run.seed=4",)]),
        ("run.seed=range(1,6,2)", [("run.seed=1",), ("run.seed=3",), ("run.seed=5",)]),
        ("run.seed=5", [("run.seed=5",)]),
    ],
)
def test_grids_ranges_and_choices_are_hydras(line, expected):
    assert points(line) == expected


def test_a_glob_chooses_scenarios():
    asked = split(["-m", "scenarios=glob(ladder_*)"])
    found = expand(arrange(asked.scenario, asked.overrides, (), sweep=True), (), [])
    assert [point[0].replace("'", "") for point in found.points] == [
        f"scenarios={name}" for name in shipped.scenario_files() if name.startswith("ladder_")
    ]


def test_rows_of_a_design_are_crossed_with_the_words():
    asked = split(["-m", "run.seed=1,2"])
    rows = (("a.b=1", "a.c=2"), ("a.b=3", "a.c=4"))
    found = expand(arrange(asked.scenario, asked.overrides, (), sweep=True), (), [], rows)
    assert [point[1:] for point in found.points] == [
        ("run.seed=1", *rows[0]),
        ("run.seed=1", *rows[1]),
        ("run.seed=2", *rows[0]),
        ("run.seed=2", *rows[1]),
    ]


MAP = "+pathway.services.gp.missed"


def test_mappings_of_one_key_are_laid_over_each_other_as_in_a_run():
    line = f"'{MAP}={{new_share:0.1}},{{new_share:0.2}}' '{MAP}={{discharged_share:0.5}},{{discharged_share:1.0}}'"
    assert points(line) == [
        (f"{MAP}={{new_share:{new}}}", f"{MAP}={{discharged_share:{gone}}}")
        for new in (0.1, 0.2)
        for gone in (0.5, 1.0)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "run.seed=1,2 run.seed=3,4",
        "run.seed=1,2 run.seed=3",
        "run.seed=3 ++run.seed=1,2",
        "place=coventry,stand_in place=coventry",
        f"'{MAP}={{new_share:0.1}},{{new_share:0.2}}' '{MAP}={{new_share:0.3}}'",
        f"{MAP}.new_share=0.1,0.2 '{MAP}={{new_share:0.3,discharged_share:0.1}}'",
        f"{MAP}.new_share=0.1,0.2 '~{MAP[1:]}'",
        "run.seed=1,2 +run={seed:3}",
    ],
)
def test_a_setting_that_a_sweep_would_say_twice_is_one_fault(line):
    with pytest.raises(ScenarioError) as found:
        points(line)
    assert len(found.value.faults) == 1 and "sets too" in str(found.value)


def test_what_a_run_may_say_twice_a_sweep_may_too():
    assert len(points("run.seed=1 run.seed=2 run.years=1,2")) == 2
    assert len(points("place=coventry,stand_in place.scale=0.1,0.2")) == 4


def test_a_design_and_a_word_do_not_set_the_same():
    asked, faults = split(["-m", "run.seed=1,2"]), []
    expand(arrange(asked.scenario, asked.overrides, (), sweep=True), (), faults, (("run.seed=1",), ("run.seed=3",)))
    assert [fault.where for fault in faults] == ["design: run.seed"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("run.seed=range(1,5,0)", "no value"),
        ("run.seed=range(5,1)", "no value"),
        ("run.seed=range(0,inf)", "no value"),
        ("scenarios=glob(zz*)", "no value"),
        ("run.seed=interval(1,2)", "no end of values"),
        ("run.seed=range(0,1e99,0.1)", "10,000 points"),
        ("run.seed=range(0,500) place.scale=range(0,500)", "10,000 points"),
        ("run.seed=1,$\\{oc.env:HOME\\}", "environment"),
        ("hydra/sweeper=nope", "no hydra/sweeper"),
        ("hydra.launcher.n_jobs=2", "no 'n_jobs'"),
        ("hydra.sweeper.params.x=1", "cannot be changed"),
        ("hydra.sweeper.max_batch_size=1,2", "cannot be changed"),
        ("report=default", "no report 'default'"),
        ("design=a.csv design=b.csv", "given twice"),
        ("design=none.csv", "none.csv"),
        ("run.workers=1,2", "holds for the whole sweep"),
        ("run.limit_minutes=1,2", "holds for the whole sweep"),
        ("run.progress=json,none", "holds for the whole sweep"),
        ("kpi=nonsense", "not an indicator"),
    ],
)
def test_sweeps_that_are_refused(tmp_path, monkeypatch, capsys, words, what):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", "-m", *words.split()]) == 2
    said = capsys.readouterr().err
    assert what in said and said.count("\n") == 1 and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_every_fault_of_every_point_before_the_first_starts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = f"run -m scenarios=tiny,tyni run.replications=1,0,-1 run.yeers=3 run.years=[1 hydra/launcher=1,2 {DIR}"
    assert mskflow(line) == 2
    lines = capsys.readouterr().err.splitlines()
    assert {one.partition(":")[0].partition(" (")[0] for one in lines} == {
        "scenarios=tyni",
        "run.replications",
        "run.yeers=3",
        "run.years=[1",
        "hydra/launcher=1,2",
    }
    assert any("point 2 of 6 and 1 more" in one for one in lines) or sum("point " in one for one in lines) >= 2
    assert list(tmp_path.iterdir()) == []


def test_an_impossible_comparator_is_told_before_anything_starts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert mskflow(f"run -m tiny compare_with=tiny_before,tiny_befor {DIR}") == 2
    said = capsys.readouterr().err
    assert "tiny_befor" in said and "point 2 of 2" in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# ---- What is run


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A sweep of two points with one comparator; what it said."""
    where = tmp_path_factory.mktemp("ä sweep [1]")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        line = f"run -m tiny pathway.services.physio.capacity.slots_per_day=2,3 run.workers=2 run.progress=json {DIR}"
        with undrawn():
            said = _run(line, lambda line: cli.main(shlex.split(line)))
    return where, said


def _run(line: str, main=mskflow) -> tuple[int, str]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(line)
    return code, out.getvalue()


@pytest.fixture
def here(swept, monkeypatch):
    monkeypatch.chdir(swept[0])
    return swept[0]


def test_the_comparator_of_many_points_is_run_once(swept):
    code, said = swept[1]
    assert code == 0
    assert done(said) == [("tiny", 0), ("tiny", 0), ("tiny", 1), ("tiny", 1), ("tiny_before", 0), ("tiny_before", 1)]
    assert events(said)[-1] == {"event": "finished", "points": 2, "done": 2}


def test_each_point_has_a_folder_as_if_run_by_itself(here, swept, tmp_path):
    two = folders()
    assert len(two) == 2 and not (here / "results" / ".partial").exists()
    by_slots = {json.loads((folder / "manifest.json").read_text())["command"]: folder for folder in two}
    command = next(one for one in by_slots if "slots_per_day=3" in one)
    alone = mskflow(
        f"{command.removeprefix('mskflow ')} out={shlex.quote(str(tmp_path / 'alone'))} run.workers=1 run.progress=none"
    )
    assert alone == 0
    (mine,) = folders(tmp_path / "alone")
    for name in ("kpis.csv", "comparison.csv", "waits.csv", "lists.csv", "economics.csv"):
        assert (mine / name).read_bytes() == (by_slots[command] / name).read_bytes(), name


def test_the_same_sweep_again_runs_nothing_and_writes_nothing(here, capsys):
    before = {path: path.stat().st_mtime_ns for path in Path("results").rglob("*")}
    assert mskflow(f"run -m tiny pathway.services.physio.capacity.slots_per_day=2,3 run.workers=2 {DIR}") == 0
    said = capsys.readouterr()
    assert "6 of 6 runs were there already" in said.err and said.out.count("as before") == 2
    after = {path: path.stat().st_mtime_ns for path in Path("results").rglob("*")}
    assert {path: when for path, when in after.items() if path.suffix != ".manifest" and path.is_file()} == {
        path: when for path, when in before.items() if path.suffix != ".manifest" and path.is_file()
    }


def test_events_that_are_asked_for_later_are_written(here, swept, capsys):
    line = (
        f"run -m tiny pathway.services.physio.capacity.slots_per_day=2,3 run.keep_events=true run.progress=json {DIR}"
    )
    try:
        assert mskflow(line) == 0 and done(capsys.readouterr().out) == []
        assert len(list((here / "results").glob("*/*/events.parquet"))) == 2
    finally:
        for path in list((here / "results").glob("*/*/events.parquet")):
            shutil.rmtree(path.parent)


def test_a_sweep_without_reports_makes_tables_only(here):
    line = f"run -m tiny pathway.services.physio.capacity.slots_per_day=2,3 run.replications=1 run.progress=none {DIR}"
    assert mskflow(f"{line} report=none out=tables") == 0
    two = folders(here / "tables")
    names = {path.name for folder in two for path in folder.rglob("*") if path.is_file()}
    assert len(two) == 2 and {"kpis.csv", "comparison.csv", "manifest.json", "scenario.yaml"} <= names
    assert not [name for name in names if name.endswith((".html", ".svg"))]
    with undrawn():  # who wants the pages after all has them, from what is stored
        assert mskflow(f"{line} out=tables") == 0
    assert [len(list(folder.glob("report.html"))) for folder in folders(here / "tables")].count(1) == 2


def test_with_json_only_json_goes_to_standard_output(here, swept, capsys):
    assert (
        mskflow(
            "run -m tiny pathway.services.physio.capacity.slots_per_day=2,3 kpi=wait_weeks_median group=physio "
            f"run.progress=json {DIR}"
        )
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    last = json.loads(lines[-1])
    shutil.rmtree(Path(last["folder"]).parent)
    assert all(line.startswith("{") for line in lines) and last["event"] == "gathered"


def test_another_value_runs_only_what_is_new_and_more_replications_extend(here):
    code, said = _run(
        f"run -m tiny pathway.services.physio.capacity.slots_per_day=3,4 run.replications=2 run.progress=json {DIR}"
    )
    assert (code, done(said)) == (0, [("tiny", 0), ("tiny", 1)])
    code, said = _run(
        "run tiny pathway.services.physio.capacity.slots_per_day=4 compare_with=tiny_before run.replications=3 "
        f"run.progress=json {DIR}"
    )
    assert (code, done(said)) == (0, [("tiny", 2), ("tiny_before", 2)])
    kpis = pd.read_csv(folders()[-1] / "kpis.csv")
    assert sorted(kpis.replication.unique()) == [0, 1, 2]


def test_labels_are_no_part_of_what_is_stored(here):
    code, said = _run(
        "run tiny pathway.services.physio.capacity.slots_per_day=2 compare_with=tiny_before run.replications=1 "
        f"'title=Quite another title' run.progress=json {DIR}"
    )
    assert (code, done(said)) == (0, [])


def test_a_design_s_rows_are_points(here, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("pathway.services.physio.capacity.slots_per_day,run.seed\n2,1\n3,2\n")
    code, said = _run(f"run -m tiny design={table} run.replications=1 run.progress=json {DIR}")
    assert code == 0 and len(done(said)) == 4  # another seed is other luck for the comparator too
    table.write_text("pathway.services.physio.capacity.slots_per_day,run.seed\n2,1\nmany,2\n")
    code, said = _run(f"run -m tiny design={table} {DIR}")
    assert code == 2


def test_a_design_is_checked_with_the_scenarios_that_are_swept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "good.csv": "pathway.services.physio.capacity.slots_per_day\n-1\n",
            "bad.csv": "pathway.services.nobody.capacity.slots_per_day\n1\n",
        },
    )
    assert mskflow(f"run -m tiny,tiny_before design=good.csv {DIR}") == 2
    assert "is too small" in capsys.readouterr().err
    assert mskflow(f"run -m tiny,tiny_before design=bad.csv {DIR}") == 2
    assert "bad.csv, line 1, column 1: there is no 'nobody'" in capsys.readouterr().err


def test_a_file_of_the_users_own_can_be_swept(here, tmp_path):
    write(tmp_path, {"my own.yaml": "# @package _global_\ndefaults: [tiny, _self_]\ntitle: Mine\n"})
    code, said = _run(
        f"run {shlex.quote(str(tmp_path / 'my own.yaml'))} -m pathway.services.physio.capacity.slots_per_day=2,3 "
        f"run.progress=json {DIR}"
    )
    assert code == 0 and done(said) == []  # the same numbers under another name
    assert (here / "results" / "my own").is_dir()


# ---- The list


def test_a_packed_point_is_what_it_was():
    asked = request_of("run", None, ("a=1",), ())
    point = SweepPoint(3, ("a=1",), asked, {"x": [1, {"é": None}]}, None, ("", ""), ("k",), ("n",), "i")
    assert SweepPoint.unpacked(point.packed()) == point


class _Known:
    """A store in which some are whole, and some are in hand elsewhere."""

    def __init__(self, whole=(), begun=()):
        self._whole, self.begun, self.failed = set(whole), dict.fromkeys(begun, "elsewhere"), {}

    def refresh(self):
        pass

    def whole(self, key, replication):
        return (key, replication) in self._whole

    has = whole


def _given(feed) -> list[tuple[str, int]]:
    return [(one.keys[0], one.task.replication) for one in feed]


def test_points_are_fed_in_turn_less_what_is_there():
    both = [Point(("a",), lambda: (), 3), Point(("b",), lambda: (), 2)]
    assert _given(Feed(both, _Known(whole=[("a", 1), ("b", 0)]))) == [("a", 0), ("a", 2), ("b", 1)]


def test_what_others_have_in_hand_comes_last():
    both = [Point(("a",), lambda: (), 2), Point(("b",), lambda: (), 2)]
    assert _given(Feed(both, _Known(begun=[("a", 0), ("b", 1)]), shared=0.0)) == [
        ("a", 1),
        ("b", 0),
        ("a", 0),
        ("b", 1),
    ]
    assert _given(Feed(both, _Known(begun=[("a", 0), ("b", 1)]))) == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]


def test_a_folder_is_published_only_if_its_manifest_says_that_it_is_whole(tmp_path):
    said = '{"status": "complete", "config_hash": "x", "replications": 2}'
    write(
        tmp_path,
        {
            "s/1/manifest.json": said,
            "s/2/manifest.json": "{torn",
            "s/3/manifest.json": "[]",
            "s/4/manifest.json": said.replace("complete", "failed"),
            "s/5/manifest.json": said,
        },
    )
    assert published(tmp_path, ["s", "t"]) == {("s", "x", 2): [tmp_path / "s" / "5", tmp_path / "s" / "1"]}


def test_a_results_folder_counts_only_with_every_file_as_it_was_written(here, swept):
    folder = shutil.copytree(folders(here / "results")[0], here / "copy")
    try:
        assert is_complete(folder) and not is_complete(folder, ["events.parquet"])
        (folder / "kpis.csv").write_text("other")
        assert not is_complete(folder)
        (folder / "kpis.csv").unlink()
        assert not is_complete(folder)
    finally:
        shutil.rmtree(folder)


def test_a_failed_replication_is_told_with_the_points_that_need_it():
    briefs = (
        Brief(0, ("base", "a"), ("old", "new"), "", 2, False),
        Brief(1, ("base", "b"), ("old", "new"), "", 3, False),
        Brief(2, ("c",), ("other",), "", 3, True),
    )
    sweep = Sweep(Path(), Path(), 0, 1, 0, briefs)
    places = [("a", 1), ("a", 2), ("base", 1), ("base", 2), ("c", 900), ("elsewhere", 0)]
    assert _points_of(sweep, places) == {("a", 1): [0], ("base", 1): [0, 1], ("base", 2): [1], ("c", 900): [2]}
    names = ["wte=3", "wte=4", "other"]
    assert [_where(numbers, names) for numbers in ([0], [0, 1], [0, 1, 2])] == [
        "point 1 (wte=3): ",
        "point 1 and 1 more (wte=3): ",
        "",
    ]


class _Rule:
    """Wants one replication more with each that it reads, up to six."""

    def __init__(self):
        self.wanted = 3


def test_what_is_expected_grows_with_the_rule_and_counts_what_was_there_once():
    rule, store = _Rule(), _Known(whole=[("a", 0), ("b", 0), ("b", 1)])
    expected = Expected([Point(("a",), lambda: (), 9, rule), Point(("b",), lambda: (), 2)], store)
    assert (len(expected.runs), expected.there) == (5, 3)
    store._whole |= {("a", 1), ("a", 4)}  # one was just stored, the other had been there
    rule.wanted = 5
    assert expected.took("a", 1) and (len(expected.runs), expected.there) == (7, 4)
    assert not expected.took("b", 1)


def test_a_rule_reads_what_is_there_of_one_scenario_though_the_other_is_still_to_be_run():
    """The comparator's replications may be in the store before its pair is asked for: nobody stores them again."""
    read, store = [], _Known(whole=[("base", 0), ("base", 1), ("new", 1)])
    store.data = lambda key, replication: b""
    rule = SimpleNamespace(wanted=2, stop=False, took=lambda key, replication, _: read.append((key, replication)))
    feed = Feed([Point(("base", "new"), lambda: (), 9, rule)], store)
    assert [one.task.replication for one in feed] == [0]
    assert read == [("base", 0), ("base", 1), ("new", 1)]


def test_the_store_holds_each_replication_once(here):
    store = Store("results")
    assert len({entry.file for entry in store.entries.values()}) == len(store.entries)
    assert all(store.whole(*place) for place in store.entries)


class _Bar:
    def __init__(self):
        self.total, self.said = 1, []

    def expect(self, total):
        self.total = total

    def done(self, scenario, replication):
        self.said.append((scenario, replication))

    def failed(self, scenario, replication, why):
        self.said.append((scenario, replication, why))


def test_who_watches_sees_what_a_precision_asks_for_beyond_what_was_known():
    store, bar = _Known(), _Bar()
    store.entries = {("a", 0): None, ("b", 7): None}  # there before
    store.failed = {("a", 4): SimpleNamespace(when=1.0, why="of long ago")}
    watch = Watch(store, bar, {("a", 1): "new"}, 5.0, lambda: None, {"a": "new"})
    store.entries |= dict.fromkeys([("a", 1), ("a", 2), ("b", 1)])
    store.failed[("a", 3)] = SimpleNamespace(when=6.0, why="broke")
    store.has = lambda *place: place in store.entries
    watch._look()
    watch._look()
    assert bar.said == [("new", 1), ("new", 2), ("new", 3, "broke")] and bar.total == 3
