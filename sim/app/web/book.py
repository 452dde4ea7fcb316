"""My place as a workbook that `mskflow workbook` wrote: kept as scenario files, and what was understood of it."""

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.app.configuration.described import label_of, told_of
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.leaves import leaves
from sim.app.configuration.schema import read, schema_at, shown
from sim.app.studies.workbook.book_files import TODAY, override_of
from sim.app.studies.workbook.write_book import book_of
from sim.app.web.guard import LARGEST_BOOK
from sim.app.web.known import KnownScenarios
from sim.app.web.option import Option
from sim.app.web.place import Sent
from sim.domain.faults import Fault, ScenarioError

ENDING = ".xlsx"
_LONGEST, _MOST = 60, 200
_OF_PLACE = {"workforce": "staff", "start": "starting lists"}

Read = Callable[[str, str], dict[str, str]]
"""(path, name) -> scenario files by name."""


@dataclass(frozen=True)
class Understood:
    """A setting that stands otherwise in somebody's workbook than in its scenario."""

    words: str
    unit: str
    before: str
    now: str


def keep_book(known: KnownScenarios, sent: Sent, read: Read) -> str:
    """The workbook as scenario files; its name here. `ScenarioError` with every cell that is wrong. The workbook itself
    is not kept, and it is read by a process of its own."""
    data = sent.file.read(LARGEST_BOOK + 1)
    stem = re.sub(r"[^\w .()-]", "_", Path(sent.name.replace("\\", "/")).stem)[:60].strip() or "workbook"
    name = known.free(stem, TODAY)
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "books"
        shutil.copytree(known.own, folder)  # a scenario file that it names lies beside it
        path = folder / f"{stem}{ENDING}"
        if len(data) > LARGEST_BOOK:
            raise ScenarioError([Fault(path.name, "is too large", f"at most {LARGEST_BOOK:,} bytes")])
        path.write_bytes(data)
        try:
            texts = read(str(path), name)
        except ScenarioError as error:
            raise ScenarioError(replace(_here(one), where=_bare(one.where, folder)) for one in error.faults) from None
    known.write(texts, path.name)
    return name


def _bare(where: str, folder: Path) -> str:
    return where.replace(f"{folder.absolute()}/", "").replace(f"{folder}/", "")


def _here(fault: Fault) -> Fault:
    """What the command would say of the next step, as the page has it."""
    if "mskflow place" in fault.right:
        return replace(fault, right="choose it on the start page under 'from files that the NHS publishes'")
    return fault


def workbook_of(option: Option, config: dict[str, Any]) -> bytes:
    """The option, whose checked configuration is `config`, as a workbook; its values are those it was written with."""
    words = [override_of(path, read(text, schema_at(config, path) or {})) for path, text in option.values]
    return book_of("my_place.xlsx", option.scenario, words, config)


@dataclass(frozen=True)
class UnderstoodBook:
    """`base`: the scenario that it changes; `rows`: the first of what it changes, and `more` besides; `kept`: whose
    people are changed and who are left as they are in the scenario: staff, starting lists."""

    base: str
    rows: tuple[Understood, ...]
    more: int
    kept: tuple[str, ...]


def understood(known: KnownScenarios, name: str) -> UnderstoodBook:
    """What an uploaded workbook says; `ScenarioError` where nothing of that name was uploaded."""
    base = known.base_of(name)
    if not base:
        raise ScenarioError([Fault("scenario", f"'{cut(name)}' was not uploaded here", "upload a workbook first")])
    before, after = known.config(base), known.config(name)
    one, other, units = leaves(before), leaves(after), told_of(before)
    keys = [key for key in other if key not in one or one[key] != other[key]]
    rows = tuple(
        Understood(label_of(key, after), units.get(key, ("",))[0], _cell(one.get(key)), _cell(other[key]))
        for key in keys[:_MOST]
    )
    sections = {key.partition(".")[0] for key in keys}
    left = [words for section, words in _OF_PLACE.items() if section not in sections]
    return UnderstoodBook(base, rows, len(keys) - len(rows), tuple(left if "demand.population" in keys else ()))


def _cell(value: Any) -> str:
    """A value; of many numbers how many they are, and their sum."""
    if isinstance(value, list) and len(value) > 7 and all(isinstance(one, (int, float)) for one in value):
        return f"{len(value)} numbers, {sum(value):,.15g} together"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{round(value, 4):,.15g}"
    return cut(shown(value), _LONGEST) or "not set"
