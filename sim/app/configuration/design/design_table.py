"""A design as a table: the first line names the factors, each line below it is a point. As spreadsheets save it."""

import csv
import io
from pathlib import Path

from sim.app.configuration.design.override_words import MOST_FACTORS, cell_fault, factor_fault
from sim.app.configuration.files.shipped import cut, text_of
from sim.app.configuration.points import MOST_POINTS
from sim.domain.faults import Fault, ScenarioError

KIND = ("a design", "a line of keys, and below it a line of values for each point")
LARGEST = 20_000_000  # bytes: 10,000 points of 100 factors are a tenth of it
_MOST_TOLD = 100


def read_table(path: Path) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Factors, points and the line of each point. Commas, semicolons or tabs part the cells;
    lines of empty cells are left out.

    ScenarioError with every fault.
    """
    text = text_of(path, KIND, LARGEST, path.suffix, "table in CSV (in a spreadsheet: save as CSV UTF-8)")
    name, faults = cut(path, 200), []
    rows = _rows(text, name)
    if not rows:
        raise ScenarioError([Fault(name, "it holds no cell with anything in it", f"write {KIND[1]}")])
    (line, header), *rows = rows
    factors = _factors(header, rows, name, line, faults)
    if not rows:
        faults.append(Fault(name, "there is no point below the keys", "a line of values for each point"))
    if len(rows) > MOST_POINTS:
        faults.append(Fault(name, f"it holds {len(rows):,} points", f"{MOST_POINTS:,} at most"))
    known: dict[tuple[str, str], tuple[str, str] | None] = {}
    for line, cells in rows[:MOST_POINTS]:
        faults += _faults_of_row(cells, factors, f"{name}, line {line}", known)
    if faults:
        more = len(faults) - _MOST_TOLD
        told = [Fault(name, f"{more:,} more faults", "mend those above first")] if more > 0 else []
        raise ScenarioError([*dict.fromkeys(faults[:_MOST_TOLD]), *told])
    points = tuple(tuple(f"{factor}={cell}" for factor, cell in zip(factors, cells, strict=False)) for _, cells in rows)
    return factors, points, tuple(line for line, _ in rows)


def _faults_of_row(cells: list[str], factors: tuple[str, ...], where: str, known: dict) -> list[Fault]:
    """What is wrong with a point; `known`: (factor, cell) -> what is wrong with it, of cells seen before."""
    if len(cells) > len(factors) and not any(cells[len(factors) :]):
        cells = cells[: len(factors)]
    if len(cells) != len(factors):
        return [Fault(where, f"it has {len(cells)} cell{'s' * (len(cells) != 1)}", f"{len(factors)}, one a key")]
    faults = []
    for column, pair in enumerate(zip(factors, cells, strict=True), 1):
        if pair not in known:
            known[pair] = cell_fault(*pair)
        if known[pair]:
            faults.append(Fault(f"{where}, column {column} ({cut(pair[0], 80)})", *known[pair]))
    return faults


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """(line on which it begins, cells) of each row that is not empty."""
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ScenarioError(
            [
                Fault(
                    f"{name}, line {reader.line_num}",
                    f"its cells cannot be told apart: {cut(error)}",
                    'close every quote, and double those inside: "a ""word"""',
                )
            ]
        ) from None
    return rows


def _factors(header: list[str], rows: list, name: str, line: int, faults: list[Fault]) -> tuple[str, ...]:
    """The names in the first line, less columns at the end that are empty altogether."""
    while header and not header[-1] and not any(any(cells[len(header) - 1 :]) for _, cells in rows):
        header = header[:-1]
    for column, factor in enumerate(header):
        found = factor_fault(factor, f"{name}, line {line}, column {column + 1}", header[:column])
        faults += [found] if found else []
    if len(header) > MOST_FACTORS:
        faults.append(Fault(f"{name}, line {line}", f"it names {len(header):,} keys", f"{MOST_FACTORS:,} at most"))
    return tuple(header)
