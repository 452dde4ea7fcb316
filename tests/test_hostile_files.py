"""What anybody may have put into a results folder or a scenario: one line, the right exit code, no hang, no end of
memory."""

import ast
import io
import json
import math
import os
import shutil
from pathlib import Path

import pytest
import worlds
from make_store import pair, results, stored

import sim
from sim.app import cli, machine
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.request import split
from sim.app.machine import NotPlain, plain_bytes, plain_file
from sim.app.running.progress import Progress
from sim.app.store.folder import MANIFEST, ResultsFolder, sealed
from sim.app.store.lock import Lock, held
from sim.app.store.manifest_file import manifest_in
from sim.app.store.unfinished import Unfinished, abandoned, clear
from sim.app.studies.comparison.publish import yaml_text
from sim.domain.faults import Fault

SIM = Path(sim.__file__).resolve().parent
DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    out = tmp_path_factory.mktemp("kept") / "out"
    baseline, scenario = pair()
    results(out, baseline, scenario, stored(out, (baseline, scenario)))
    return out


@pytest.fixture
def out(kept, tmp_path):
    return Path(shutil.copytree(kept, tmp_path / "out"))


def folder_in(out: Path) -> Path:
    return next(out.glob(f"*/*/{MANIFEST}")).parent


def told(capsys, *words) -> tuple[int, list[str]]:
    code = cli.main(words)
    said = capsys.readouterr()
    assert "Traceback" not in said.err and "defect" not in said.err
    return code, said.err.splitlines()


# --- files that never end ---------------------------------------------------------------------------------------


def endless(path: Path) -> Path:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")
    return path


def pipe(path: Path) -> Path:
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("put", [pipe, endless])
def test_a_file_that_never_ends_is_no_file(put, tmp_path):
    path = put(tmp_path / "x")
    with pytest.raises(NotPlain, match="not a plain file"):
        plain_file(path)
    assert not held(path)


def test_a_file_beyond_all_sense_is_not_read(tmp_path):
    with open(tmp_path / "x", "wb") as file:
        file.truncate(10**12)
    with pytest.raises(NotPlain, match="larger than 1,000 bytes"):
        plain_bytes(tmp_path / "x", 1000)


@pytest.mark.parametrize("put", [pipe, endless])
@pytest.mark.parametrize("name", [MANIFEST, "kpis.csv", "config/scenario.yaml"])
def test_such_a_file_in_a_results_folder_is_damage(put, name, out, capsys):
    put(folder_in(out) / name)
    assert told(capsys, "runs", "verify", f"out={out}")[0] == 4
    assert told(capsys, "runs", "list", f"out={out}")[0] == 0
    assert told(capsys, "runs", "show", str(folder_in(out)), f"out={out}")[0] == 0
    code, said = told(capsys, "gather", str(out), f"out={out}")
    assert code == 4 and len(said) == 1 and said[0].startswith("left out: ")


@pytest.mark.parametrize("put", [pipe, endless])
def test_such_a_file_in_the_store_is_one_line(put, out, capsys):
    parquet = next((out / ".store").glob("*.parquet"))
    put(parquet)
    assert told(capsys, "runs", "verify", f"out={out}")[0] == 4
    put(out / ".store/all.manifest")
    code, said = told(capsys, "runs", "list", f"out={out}")
    assert code == 5 and len(said) == 1 and "all.manifest: it is not a plain file" in said[0]


@pytest.mark.parametrize("put", [pipe, endless])
def test_such_a_note_is_torn(put, out, capsys):
    partial = out / ".partial"
    partial.mkdir()
    put(partial / "run-1.unfinished")
    assert abandoned(partial) == []
    assert told(capsys, "runs", "list", f"out={out}")[0] == 0
    assert told(capsys, "runs", "verify", f"out={out}")[0] == 4


# --- a damaged manifest -----------------------------------------------------------------------------------------

WRONG = {
    "nesting": DEEP,
    "a list": "[]",
    "files that lead out": {"files": {"../../secret": "0"}},
    "files that are absolute": {"files": {"/etc/passwd": "0"}},
    "files of numbers": {"files": {"kpis.csv": 3}},
    "no files": {"files": []},
    "overrides": {"overrides": 5},
    "an override": {"overrides": [{"a": 1}]},
    "versions": {"versions": [1]},
    "keys": {"keys": {"a": [1]}},
    "compare_with": {"compare_with": {"a": 1}},
    "scenario": {"scenario": ["a"]},
    "asked": {"asked": {"words": 7}},
    "asked for a list": {"asked": [1]},
    "deep": {"more": json.loads("[" * 200 + "]" * 200)},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("again", [False, True], ids=["as it is", "sealed again"])
def test_a_manifest_of_another_shape_is_damage(wrong, again, out, capsys):
    folder = folder_in(out)
    said, _ = manifest_in(folder)
    text = wrong if isinstance(wrong, str) else (sealed if again else json.dumps)(said | wrong)
    (folder / MANIFEST).write_text(text)
    with pytest.raises(ValueError):
        manifest_in(folder)
    assert told(capsys, "runs", "verify", f"out={out}")[0] == 4
    for words in (("runs", "list"), ("runs", "show", str(folder))):
        assert told(capsys, *words, f"out={out}")[0] == 0
    code, lines = told(capsys, "gather", str(out), f"out={out}")
    assert code == 4 and len(lines) == 1


# --- values that are no values ----------------------------------------------------------------------------------


def one_fault(config) -> Fault:
    with pytest.raises(sim.ScenarioError) as found:
        sim.from_dict(config)
    assert len(str(found.value).splitlines()) == len(found.value.faults) == 1, str(found.value)
    return found.value.faults[0]


def tiny() -> dict:
    return worlds.world({"gp": worlds.clinic(1)}, 40)


def changed(path: str, value) -> dict:
    config = tiny()
    *way, last = path.split(".")
    here = config
    for key in way:
        here = here.setdefault(key, {})
    here[last] = value
    return config


SECTIONS = [
    "place",
    "demand",
    "workforce",
    "calendar",
    "start",
    "run",
    "analysis",
    "prices",
    "outcomes",
    "rooms",
    "pathway",
    "name",
    "title",
    "mechanisms",
]
PARTS = ["entry", "services", "while_waiting", "recurrence", "prevention", "access_is_wait_at", "services.gp"]


@pytest.mark.parametrize(
    "where", [*SECTIONS, "pathway", "name", "title", "mechanisms", *(f"pathway.{part}" for part in PARTS)]
)
def test_nan_for_a_whole_part_is_one_fault(where):
    assert one_fault(changed(where, math.nan)).where == where


@pytest.mark.parametrize("value", [math.nan, -1, "a", None])
def test_entries_of_a_list_that_are_alike_wrong_are_one_fault(value):
    fault = one_fault(changed("demand.month_index", [value] * 12))
    assert fault.where == "demand.month_index" and "in 12 of its entries" in fault.what
    assert one_fault(changed("demand.month_index", [1.0] * 3 + [value] + [1.0] * 8)).where == "demand.month_index.3"


@pytest.mark.parametrize("where", ["title", "question", "name", "pathway.services.gp.label"])
def test_half_a_letter_is_one_fault(where):
    assert one_fault(changed(where, "a \ud800 b")).where == where


def test_levels_without_an_end_are_one_fault():
    circle: list = []
    circle.append(circle)
    assert one_fault(changed("report", circle)).where == "report"
    deep: dict = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert one_fault(changed("demand.facts", deep)).where == "demand"


@pytest.mark.parametrize("key", ["k" * 5_000, "a\nb", "\x1b[31m"])
def test_a_key_that_nobody_can_read_is_one_line(key):
    config = tiny()
    for block in (config, config["demand"], config["pathway"]["services"]["gp"]):
        block[key] = 1
        line = str(one_fault(config))
        assert len(line) < 800 and line.isprintable()
        del block[key]


def test_a_line_of_a_fault_is_one_line():
    assert str(Fault("a\nb", "is\x1b wrong", "take\tit out")) == "a b: is  wrong; take it out"


@pytest.mark.parametrize("key", ["population", "presenting_per_1000_a_year"])
def test_a_misspelt_key_is_one_fault(key):
    config = tiny()
    config["demand"][f"{key}x"] = config["demand"].pop(key)
    assert one_fault(config).right == f"did you mean '{key}'?"


# --- words and files of a scenario -------------------------------------------------------------------------------

HEAD = "# @package _global_\ndefaults:\n  - gp_referral\n"
FILES = {
    "out: elsewhere": "a file does not say where results go",
    "demand: .nan": "demand: is not a mapping",
    "report: .nan": "report: is not a mapping",
    f"demand: {{month_index: [{', '.join(['.nan'] * 12)}]}}": "in 12 of its entries",
    "title: 'a \\ud800'".replace("'", '"'): "half of a letter",
    '"x\\e[31m\\ny": 1': "letters that cannot be shown",
    f"? {'k' * 5_000}\n: 1": "is a key of 5,000 letters",
    f"demand: {'{a: ' * 3_000}1{'}' * 3_000}": "nested too deeply",
}


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_a_hostile_file_is_one_line_and_exit_2(text, tmp_path, capsys):
    file = tmp_path / "hostile.yaml"
    file.write_text(HEAD + text + "\n")
    code, said = told(capsys, "check", str(file))
    assert code == 2 and len(said) == 1 and FILES[text] in said[0] and len(said[0]) < 900 and said[0].isprintable()


def test_results_go_where_the_command_says_and_the_written_file_is_silent_about_it():
    config = configuration_of("gp_referral", ["out=here"])
    assert config["out"] == "here" and "out:" not in yaml_text(config)
    assert configuration_of("gp_referral")["out"] == "results"


@pytest.mark.parametrize("words", [("run",), ("draw",), ("runs", "list"), ("gather", ".")])
def test_a_home_of_nobody_is_no_folder(words, capsys):
    code, said = told(capsys, *words, "out=~nobody_of_that_name")
    assert (code, said) == (
        2,
        ["out: there is no home '~nobody_of_that_name'; ./~nobody_of_that_name for a folder of that name"],
    )


def test_a_home_is_written_out(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert split(["out=~/x"]).overrides == (f"out='{tmp_path}/x'",)


def test_what_a_title_says_moves_no_cursor(tmp_path, capsys):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "red.yaml").write_text(HEAD + 'title: "a \\e[31m b\\nc"\nquestion: "d \\a e"\n')
    assert cli.main(["list", "--config-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "red: a  [31m b c\n    d   e\n" in said
    with Progress("lines", 1, "a \x1b[2J\nb") as bar:
        bar.done("x", 0)
    assert "\x1b" not in (told_ := capsys.readouterr().err) and told_.count("\n") == 1


def test_a_page_holds_what_xml_may(tmp_path):
    with ResultsFolder(tmp_path, "x", None, name="y") as folder:
        folder.write_text("a.svg", "<svg><text>a \x1b[31m\x00 b</text></svg>")
    assert (folder.path / "a.svg").read_text() == "<svg><text>a  [31m  b</text></svg>"


# --- machines ---------------------------------------------------------------------------------------------------


def test_only_one_module_needs_posix():
    posix = {"fcntl", "resource", "pwd", "grp", "termios", "msvcrt"}
    names = {"fork", "killpg", "setsid", "kill", "SIGKILL", "SIGALRM", "setitimer", "pthread_sigmask", "getpgid"}
    for path in SIM.rglob("*.py"):
        if path == SIM / "app/machine.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not posix & {getattr(node, "module", None), *(one.name for one in node.names)}, path
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("os", "signal"):
                ours = ast.unparse(node) == "os.kill" and path.name == "launchers.py"  # itself, by SIGTERM
                ours |= ast.unparse(node) == "signal.SIGALRM" and path.name == "stopping.py"  # where there is one
                assert ours or node.attr not in names, f"{path}: {ast.unparse(node)}"


def test_what_a_stream_has_no_letter_for_is_spelled():
    stream = io.TextIOWrapper(io.BytesIO(), "cp1252")
    machine.speak(stream)
    print("−1 → 2 ≤ £3 \ud800 é", file=stream, flush=True)
    assert stream.buffer.getvalue().decode("cp1252").strip() == "-1 -> 2 <= £3 ? é"
    assert machine.spelled("£3 − 2", "ascii") == "GBP 3 - 2"


def test_without_locks_a_run_keeps_its_place(tmp_path, monkeypatch):
    """Who is sure of nothing removes nothing of others."""
    monkeypatch.setattr(machine, "fcntl", None)
    with Unfinished(tmp_path, "run", "a", sim.from_dict(tiny()), "mskflow run") as note:
        clear(tmp_path / ".partial")
        note.begun()
        assert [path.suffix for path in sorted((tmp_path / ".partial").iterdir())] == [".lock", ".unfinished"]
        note.finished()
    other = Lock(tmp_path / "other.lock")
    assert not other.take()
    other.drop()
    assert not list(tmp_path.iterdir())
    assert machine.cpu_seconds() > 0
    monkeypatch.setattr(machine, "resource", None)
    assert machine.cpu_seconds() > 0
