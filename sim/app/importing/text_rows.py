"""The rows of a CSV file, one at a time: UTF-8, no line longer than a form can have, whatever somebody has sent."""

import csv
from collections.abc import Iterator

from sim.app.importing.source import Source, refuse

LONGEST_LINE = 100_000
"""Letters of a line: the widest form has 121 columns."""


def rows_of(source: Source) -> Iterator[tuple[int, list[str]]]:
    """(row number from 1, cells) of every row; ScenarioError where it is no CSV text in UTF-8."""
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.reader(_lines(file, source), strict=True), 1)
    except UnicodeDecodeError:
        refuse(source.name, "this is not text in UTF-8", "save it as 'CSV UTF-8'")
    except csv.Error:
        refuse(source.name, "this is not CSV: its quotes or line ends do not match", "save it as 'CSV UTF-8'")


def _lines(file, source: Source) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            refuse(source.name, f"a line has more than {LONGEST_LINE:,} letters", "save it as 'CSV UTF-8'")
        if "\0" in line:
            refuse(source.name, "this is not a text file", "save it as 'CSV UTF-8'")
        yield line
