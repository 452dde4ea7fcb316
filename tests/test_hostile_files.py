"""Files that somebody has made to hurt: each ends in one clear line, in bounded time and memory."""

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.made_up_files import REGISTERED_HEADER, community_xlsx, write_csv
from sim.app.importing import apart, forms, workbook_rows
from sim.app.importing.source import Source
from sim.domain.faults import ScenarioError

needs_openpyxl = pytest.mark.skipif(find_spec("openpyxl") is None, reason="mskflow[excel] is not installed")
PEOPLE = {"England": [60, 10, 10, 10, 10, 10, 5, 3, 2]}


def here(path: Path) -> None:
    """Reads a file in this process."""
    source = Source.of(path, "file 1 of those given")
    forms.read(source, forms.form_of(source))


def refused(path: Path, *words: str, read=here) -> None:
    with pytest.raises(ScenarioError) as told:
        read(path)
    said = str(told.value)
    assert "\n" not in said and all(word in said for word in words), said


def repacked(path: Path, parts: dict[str, bytes]) -> Path:
    """The workbook with parts put in place of its own, or beside them."""
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out


@needs_openpyxl
@pytest.mark.parametrize(
    "parts, words",
    [
        ({"xl/media/zeros.txt": b"\0" * 3_000_000}, ("unpacks to more than",)),
        ({"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa">]><b>&a;</b>'}, ("entities",)),
        ({"xl/sharedStrings.xml": '<?xml version="1.0"?><!DOCTYPE b>'.encode("utf-16")}, ("entities",)),
        ({"xl/vbaProject.bin": b"x"}, ("macros",)),
        ({"xl/externalLinks/externalLink1.xml": b"<a/>"}, ("refers to other files",)),
        ({"xl/workbook.xml": b"<workbook"}, ("no workbook",)),
        ({f"xl/media/{at}.png": b"" for at in range(1_001)}, ("unpacks",)),
    ],
    ids=["zip bomb", "entities", "entities in UTF-16", "macros", "links", "broken XML", "many parts"],
)
def test_a_workbook_that_is_no_plain_one_is_refused(tmp_path, parts, words, monkeypatch):
    monkeypatch.setattr(workbook_rows, "UNPACKED", 2_000_000)
    refused(repacked(community_xlsx(tmp_path / "list.xlsx", PEOPLE), parts), *words)


@needs_openpyxl
def test_a_formula_is_refused_by_its_cell(tmp_path):
    people = {"England": [60, '=HYPERLINK("x","y")', 10, 10, 10, 10, 5, 3, 2]}
    refused(community_xlsx(tmp_path / "list.xlsx", people), "cell E4", "formula")


@needs_openpyxl
@pytest.mark.parametrize("cell", ["A1048576", "XFD1"])
def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_refused(tmp_path, cell):
    from openpyxl import load_workbook

    path = community_xlsx(tmp_path / "list.xlsx", PEOPLE)
    book = load_workbook(path)
    book["Table 4"][cell] = "far"
    book.save(path)
    refused(path, "sheet 2", "rows or", "columns")


@pytest.mark.parametrize(
    "bytes_, words",
    [
        (b"\xff\xfea\x00,\x00b\x00\n\x00", ("UTF-8",)),
        (b"name,count\nCaf\xe9,3\n" * 9, ("UTF-8",)),
        (b"a,b\n1,\0\n", ("not a text file",)),
        (b'a,b\n"1,2\n', ("CSV",)),
        (b"," * 3_000_000, ("letters",)),
        (b"", ("no known form",)),
        (b"a,b\n1,2\n", ("no known form",)),
        (";".join(REGISTERED_HEADER).encode(), ("parted by semicolons", "commas")),
        ("\t".join(REGISTERED_HEADER).encode(), ("parted by tabs", "commas")),
    ],
    ids=[
        "UTF-16",
        "Latin-1",
        "zero bytes",
        "open quote",
        "one endless line",
        "empty",
        "another form",
        "semicolons",
        "tabs",
    ],
)
def test_a_text_file_that_is_none_of_the_forms_is_refused(tmp_path, bytes_, words):
    path = tmp_path / "file.csv"
    path.write_bytes(bytes_)
    refused(path, "file 1 of those given", *words)


def test_only_plain_files_of_two_kinds_are_read(tmp_path):
    refused(tmp_path / "nothing.csv", "no such file")
    refused(write_csv(tmp_path / "list.xls", [["a"]]), "only .csv and .xlsx")
    (tmp_path / "folder.csv").mkdir()
    refused(tmp_path / "folder.csv", "not a plain file")
    sparse = tmp_path / "huge.csv"
    with sparse.open("wb") as file:
        file.truncate(1 << 40)
    refused(sparse, "larger than")


def test_reading_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n")
    monkeypatch.setattr(apart, "SECONDS", 0)
    refused(path, "takes more than", read=lambda one: apart.read(one, 1))


@pytest.mark.skipif(find_spec("resource") is None, reason="this system limits no process")
@pytest.mark.parametrize(
    "work", ["while True: pass", "bytearray(1 << 30)", "open('out.txt', 'w').write('words' * 9999)"]
)
def test_a_process_that_reads_files_is_confined(tmp_path, work):
    code = f"from sim.app.machine import confine\nconfine(1 << 29, 1)\n{work}"
    root = str(Path(__file__).resolve().parents[1])
    here = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": root}, "stderr": subprocess.DEVNULL}
    done = subprocess.run([sys.executable, "-c", code], timeout=300, **here)
    assert done.returncode
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) == 0
