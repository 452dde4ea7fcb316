"""What is written: completed replications on their shelf, and the results folder that appears whole or not at all."""

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.app.store import folder as folder_module
from sim.app.store import shelf as shelf_module
from sim.app.store.folder import CannotWrite, ResultsFolder, csv_text, safe_cell
from sim.app.store.lock import Busy
from sim.app.store.shelf import Shelf

NOW = datetime(2025, 1, 31, 9, 15, 0)
STAMP = "2025-01-31_091500"
RESULT = {
    "kpis": {"value": np.array([0.1, np.nan, np.inf]), "kpi": ["waits", "é", "=1"]},
    "cpu": 0.1 + 0.2,
    "n": 3,
    "none": None,
    "ok": True,
    "days": np.arange(6, dtype=np.int16).reshape(2, 3),
    "parts": [1, [np.float64(0.3)], "x"],
}
SECTION_7 = {
    "manifest.json",
    "config",
    "kpis.csv",
    "comparison.csv",
    "waits.csv",
    "lists.csv",
    "activity.csv",
    "staff.csv",
    "pathway.svg",
    "figures",
    "report.html",
    "events.parquet",
    "patients.parquet",
    "clinics.parquet",
}
AWKWARD = [
    "with spaces",
    "Größe é",
    "glob [a]*?{b}",
    "-rf",
    "~",
    "..",
    ".hidden",
    "a/b",
    "a\\b",
    "$(x)",
    "new\nline",
    "",
]
posix = pytest.mark.skipif(os.name == "nt", reason="permissions and signals of POSIX")


def everything(out) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in Path(out).rglob("*"))


def killed_while(tmp_path, body):
    """Runs `body` in a process that is to kill itself with SIGKILL."""
    code = (
        "import os, signal, sys\nfrom datetime import datetime\ndef die(*_, **__): "
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    here = str(Path(__file__).resolve().parent.parent)
    process = subprocess.run([sys.executable, "-c", code + textwrap.dedent(body), str(tmp_path)], cwd=here, check=False)
    assert process.returncode == -signal.SIGKILL


# The shelf.


def same(left, right):
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right and isinstance(left, type(right))


def test_what_is_put_comes_back_exactly_and_also_for_the_next_command(tmp_path):
    for key in ("plain", ("integrated", 3), *AWKWARD):
        with Shelf(tmp_path, "1a2b") as shelf:
            assert not shelf.has(key)
            shelf.put(key, RESULT)
            assert shelf.has(key) and same(RESULT, shelf.get(key))
        with Shelf(tmp_path, "1a2b") as shelf:
            assert shelf.has(key) and same(RESULT, shelf.get(key))
    assert {Path(name).name for name in everything(tmp_path)}.isdisjoint(SECTION_7)
    assert not any(
        name.endswith((".csv", ".json", ".parquet", ".html", ".svg", ".lock")) for name in everything(tmp_path)
    )


def test_an_absent_replication_is_a_key_error(tmp_path):
    with Shelf(tmp_path, "a") as shelf, pytest.raises(KeyError, match="integrated"):
        shelf.get(("integrated", 1))


def test_to_discard_or_to_put_nothing_leaves_nothing(tmp_path):
    out = tmp_path / "new" / "results"
    with Shelf(out, "a"):
        pass
    assert everything(tmp_path) == []
    shelf = Shelf(out, "a")
    shelf.put("k", RESULT)
    shelf.discard()
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    "result",
    [
        {"table": pd.DataFrame({"a": [1]})},
        {"pair": (1, 2)},
        {"names": np.array(["a", None], dtype=object)},
        {1: "number"},
        {"$array": "a0"},
        {"code": b"bytes"},
        {"call": print},
        [1],
        {"masked": np.ma.masked_array([1, 2], [0, 1])},
        {"day": np.datetime64("2025-01-01")},
    ],
)
def test_what_cannot_be_kept_exactly_is_refused(tmp_path, result):
    with Shelf(tmp_path, "a") as shelf:
        with pytest.raises(TypeError):
            shelf.put("k", result)
        assert not shelf.has("k")


def test_a_torn_file_counts_as_absent(tmp_path):
    with Shelf(tmp_path, "a") as shelf:
        shelf.put("k", {"n": 1})
        (file,) = shelf.folder.iterdir()
        whole = file.read_bytes()
        for length in range(0, len(whole), 7):
            file.write_bytes(whole[:length])
            assert not shelf.has("k")
        file.write_bytes(whole + b"\0")
        assert not shelf.has("k")
        file.write_bytes(whole)
        assert shelf.has("k")


def test_a_flipped_bit_counts_as_absent_wherever_it_is(tmp_path):
    with Shelf(tmp_path, "a") as shelf:
        shelf.put("k", {"n": 1})
        (file,) = shelf.folder.iterdir()
        whole = file.read_bytes()
        for place in range(0, len(whole), 3):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << place % 8
            file.write_bytes(flipped)
            assert not shelf.has("k"), place


def test_a_foreign_or_swapped_file_counts_as_absent(tmp_path):
    with Shelf(tmp_path, "a") as shelf, Shelf(tmp_path, "b") as other:
        shelf.put("k", {"n": 1})
        other.put("k", {"n": 2})
        shelf.put("l", {"n": 3})
        (shelf.folder / "notes.txt").write_text("mine")
        mine = shelf._path("k")
        for foreign in (other._path("k"), shelf._path("l")):  # another run's, another replication's
            mine.write_bytes(foreign.read_bytes())
            assert not shelf.has("k")
        mine.unlink()
        mine.mkdir()
        assert not shelf.has("k")
        assert shelf.get("l") == {"n": 3}


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("went-off"),))


def test_nothing_that_is_read_can_run_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    body = io.BytesIO()
    np.savez(body, tree=np.array([Bomb()], dtype=object))
    with Shelf(tmp_path, "a") as shelf:
        shelf.put("k", {"n": 1})
        data = body.getvalue()
        shelf._path("k").write_bytes(shelf_module._MAGIC + shelf_module._checksum(data) + data)
        assert not shelf.has("k")
    assert not Path("went-off").exists()


@posix
def test_a_kill_between_write_and_rename_leaves_an_absent_replication(tmp_path):
    killed_while(
        tmp_path,
        """
        from sim.app.store.shelf import Shelf
        shelf = Shelf(sys.argv[1], "a")
        shelf.put("whole", {"n": 1})
        os.replace = die
        shelf.put("torn", {"n": 2})
        """,
    )
    assert any(name.endswith(".aside") for name in everything(tmp_path))
    with Shelf(tmp_path, "a") as shelf:  # whose lock the dead process had
        assert shelf.get("whole") == {"n": 1}
        assert not shelf.has("torn")
        assert len(list(shelf.folder.iterdir())) == 1
        shelf.put("torn", {"n": 2})
        shelf.discard()
    assert everything(tmp_path) == []


def test_a_second_identical_command_is_told_that_the_first_is_busy(tmp_path):
    with Shelf(tmp_path, "a") as shelf:
        with pytest.raises(Busy, match=rf"is being written by process {os.getpid()} on "):
            Shelf(tmp_path, "a")
        code = (
            "import sys\nfrom sim.app.store.lock import Busy\nfrom sim.app.store.shelf import Shelf\n"
            "try: Shelf(sys.argv[1], 'a')\nexcept Busy: sys.exit(3)"
        )
        here = str(Path(__file__).resolve().parent.parent)
        assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=here, check=False).returncode == 3
        with Shelf(tmp_path, "b"):
            pass
        shelf.put("k", {"n": 1})
    with Shelf(tmp_path, "a") as shelf:
        assert shelf.has("k")


@posix
def test_a_lock_that_was_removed_under_us_is_not_held_twice(tmp_path):
    first = shelf_module.Lock(tmp_path / "x.lock")
    first.take()
    (tmp_path / "x.lock").unlink()
    second = shelf_module.Lock(tmp_path / "x.lock")
    second.take()
    with pytest.raises(Busy):
        shelf_module.Lock(tmp_path / "x.lock").take()
    second.drop()
    first.drop()
    assert everything(tmp_path) == []


@pytest.mark.parametrize("identity", ["", "..", "a/b", ".x", "a b", "é", "x" * 101])
def test_an_identity_is_a_plain_word(tmp_path, identity):
    with pytest.raises(ValueError, match="identity"):
        Shelf(tmp_path, identity)
    assert everything(tmp_path) == []


def test_a_full_disk_is_one_sentence_and_leaves_no_torn_file(tmp_path, monkeypatch):
    with Shelf(tmp_path, "a") as shelf:
        shelf.put("whole", {"n": 1})

        def full(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(shelf_module.os, "fsync", full)
            with pytest.raises(CannotWrite, match=r"^cannot write .*\.replication: the disk is full$"):
                shelf.put("k", {"n": 2})
        assert len(list(shelf.folder.iterdir())) == 1
        assert shelf.has("whole") and not shelf.has("k")


def test_a_file_where_the_folder_should_be(tmp_path):
    out = tmp_path / "results"
    out.write_text("mine")
    with pytest.raises(CannotWrite, match="a file is in the place of a folder"):
        Shelf(out, "a")
    with pytest.raises(CannotWrite, match="a file is in the place of a folder"), ResultsFolder(out, "a", NOW):
        pass
    assert out.read_text() == "mine"


@posix
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    root = os.geteuid() == 0
    if root:  # who may write anywhere
        os.seteuid(65534)
    try:
        for attempt in (lambda: Shelf(tmp_path, "a"), lambda: ResultsFolder(tmp_path, "a", NOW).__enter__()):
            with pytest.raises(CannotWrite, match="permission is denied"):
                attempt()
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o700)
    assert everything(tmp_path) == []


# The results folder.


def fill(folder):
    folder.write_csv("kpis.csv", pd.DataFrame({"kpi": ["a"], "value": [0.1]}))
    folder.write_text("figures/waits.svg", "<svg/>")
    folder.write_json("manifest.json", {"seed": np.int64(1), "wall": 0.1, "é": [np.float64(0.5)]})


def test_a_folder_appears_whole(tmp_path):
    with ResultsFolder(tmp_path / "out", "integrated", NOW) as folder:
        fill(folder)
        assert folder.path is None
        assert not (tmp_path / "out" / "integrated").exists()
        assert {Path(name).name for name in everything(tmp_path)}.isdisjoint(SECTION_7)
    assert folder.path == tmp_path / "out" / "integrated" / STAMP
    assert everything(tmp_path / "out") == [
        "integrated",
        *(
            f"integrated/{STAMP}{name}"
            for name in ("", "/figures", "/figures/waits.svg", "/kpis.csv", "/manifest.json")
        ),
    ]
    assert json.loads((folder.path / "manifest.json").read_text(encoding="utf-8")) == {
        "seed": 1,
        "wall": 0.1,
        "é": [0.5],
    }


def test_two_in_the_same_second_have_names_of_their_own(tmp_path):
    with ResultsFolder(tmp_path, "a", NOW) as first, ResultsFolder(tmp_path, "a", NOW) as second:
        fill(first)
        fill(second)
    with ResultsFolder(tmp_path, "a", NOW) as third:
        fill(third)
    assert {first.path.name, second.path.name, third.path.name} == {STAMP, f"{STAMP}-2", f"{STAMP}-3"}
    assert not (tmp_path / ".partial").exists()


@pytest.mark.parametrize("scenario", AWKWARD)
def test_any_name_of_a_scenario_is_one_folder_inside(tmp_path, scenario):
    with ResultsFolder(tmp_path / "out é [1]*", scenario, NOW) as folder:
        fill(folder)
    assert (folder.path / "kpis.csv").is_file()
    assert folder.path.parent.parent == tmp_path / "out é [1]*"
    if scenario in AWKWARD[:3]:
        assert folder.path.parent.name == scenario


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_nothing(tmp_path, error):
    with pytest.raises(error), ResultsFolder(tmp_path / "new" / "out", "a", NOW) as folder:
        fill(folder)
        raise error
    assert everything(tmp_path) == []


def test_an_exception_leaves_what_others_wrote(tmp_path):
    with ResultsFolder(tmp_path, "a", NOW) as first:
        fill(first)
    before = everything(tmp_path)
    with pytest.raises(ValueError), ResultsFolder(tmp_path, "a", NOW) as folder:
        fill(folder)
        raise ValueError
    assert everything(tmp_path) == before


@pytest.mark.parametrize("fails", ["rename", "fsync", "mkdir"])
def test_a_full_disk_at_any_step_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, fails):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CannotWrite, match=r"^cannot write .*: the disk is full$"), monkeypatch.context() as patch:
        patch.setattr(folder_module.os, fails, full)
        with ResultsFolder(tmp_path / "out", "a", NOW) as folder:
            fill(folder)
    assert everything(tmp_path) == []


@posix
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_what_a_killed_process_left_is_no_result_and_goes_with_the_next(tmp_path, call):
    killed_while(
        tmp_path,
        f"""
        from sim.app.store.folder import ResultsFolder
        with ResultsFolder(sys.argv[1], "a", datetime(2025, 1, 31)) as folder:
            folder.write_text("first.txt", "whole")
            os.{call} = die
            folder.write_text("kpis.csv", "torn")
        """,
    )
    left = everything(tmp_path)
    assert left and all(name.startswith(".partial") for name in left)
    assert {Path(name).name for name in left}.isdisjoint(SECTION_7)
    with ResultsFolder(tmp_path, "a", NOW) as folder:
        fill(folder)
    assert not (tmp_path / ".partial").exists()


@posix
def test_a_kill_at_the_very_last_rename_shows_no_folder(tmp_path):
    killed_while(
        tmp_path,
        """
        from sim.app.store.folder import ResultsFolder
        with ResultsFolder(sys.argv[1], "a", datetime(2025, 1, 31)) as folder:
            folder.write_text("kpis.csv", "whole")
            rename = os.rename
            os.rename = lambda old, new: die() if os.path.isdir(old) else rename(old, new)
        """,
    )
    assert everything(tmp_path / "a") == []
    with ResultsFolder(tmp_path, "a", NOW) as folder:
        fill(folder)
    assert everything(tmp_path)[0] == "a" and len(everything(tmp_path / "a")) == 5


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", ".", "a\\b", "a\0b"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    with ResultsFolder(tmp_path, "a", NOW) as folder, pytest.raises(ValueError, match="no name"):
        folder.write_text(name, "x")


def test_parquet_has_the_same_bytes_each_time_and_keeps_its_columns(tmp_path):
    table = pd.DataFrame(
        {
            "day": np.arange(5000, dtype=np.int32),
            "service": pd.Categorical.from_codes([0, 1] * 2500, ["gp", "é"]),
            "event": ["started"] * 5000,
        },
        index=range(5000, 0, -1),
    )
    with ResultsFolder(tmp_path, "a", NOW) as folder:
        folder.write_parquet("one.parquet", table)
        folder.write_parquet("two.parquet", table.copy().reset_index(drop=True))
    assert (folder.path / "one.parquet").read_bytes() == (folder.path / "two.parquet").read_bytes()
    back = pd.read_parquet(folder.path / "one.parquet")
    assert list(back["day"]) == list(table["day"]) and back["day"].dtype == np.int32
    assert list(back["service"]) == list(table["service"])


# CSV.


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "-1+cmd|' /C calc'!A0",
        "-",
        "--1",
        "- x",
        " =1",
        "＝1",
        "-1e",
        "-=",
        "\r\n@x",
    ],
)
def test_no_cell_begins_a_formula(text):
    table = pd.DataFrame({"text": [text, "after"], text: pd.Categorical([text, "after"]), "mixed": [text, 1]})
    rows = list(csv.reader(io.StringIO(csv_text(table), newline="")))
    assert len(rows) == 3
    for cell in (*rows[0][1:2], *rows[1]):
        assert cell.startswith("'")
        assert cell[1:] == text.replace("\r\n", "\n").replace("\r", "\n")
    assert rows[2] == ["after", "after", "1"]


@pytest.mark.parametrize("text", ["-1", "-1.5e-7", "-.5", "a=b", "x\n=1", "'=1", "", "0-1", "104+", "knee, left", "é"])
def test_other_text_is_left_alone(text):
    assert safe_cell(text) == text


def test_numbers_are_exact_missing_is_empty_and_lines_end_with_a_newline():
    table = pd.DataFrame(
        {
            "float": [0.1 + 0.2, -1e-300, np.nan, 3.0],
            "int": [1, -2, 3, 2**62],
            "gaps": pd.array([1, None, 3, -4], dtype="Int64"),
            "mixed": [1, None, 2.5, -3],
            "text": ["a", None, 'q"q', "l\nl"],
            "flag": [True, False, True, False],
        }
    )
    assert csv_text(table) == (
        "float,int,gaps,mixed,text,flag\n0.30000000000000004,1,1,1.0,a,True\n-1e-300,-2,,,,False\n"
        ',3,3,2.5,"q""q",True\n3.0,4611686018427387904,-4,-3.0,"l\nl",False\n'
    )
    mixed = pd.DataFrame({"mixed": pd.Series([1, None, np.nan, -3], dtype=object)})
    assert csv_text(mixed) == 'mixed\n1\n""\n""\n-3\n'


def test_an_empty_table_has_its_header_only(tmp_path):
    with ResultsFolder(tmp_path, "a", NOW) as folder:
        folder.write_csv("comparison.csv", pd.DataFrame({"kpi": [], "group": []}))
    assert (folder.path / "comparison.csv").read_bytes() == b"kpi,group\n"


def test_floats_read_back_the_same():
    values = np.random.default_rng(1).standard_normal(2000) * 10.0 ** np.arange(-100, 100).repeat(10)
    assert [float(cell) for cell in csv_text(pd.DataFrame({"value": values})).split()[1:]] == list(values)


def test_not_a_number_is_no_json(tmp_path):
    with ResultsFolder(tmp_path, "a", NOW) as folder, pytest.raises(ValueError):
        folder.write_json("x.json", {"value": float("nan")})
