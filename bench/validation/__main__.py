"""The model beside published results that it was not fitted to, as a Markdown table.

`python -m bench.validation` runs the shipped scenarios at full size, three replications each and two of the systems,
and prints the tables of docs/validation.md; `--write` puts them there.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import sim
from bench.readme import write
from bench.validation.counted import COUNTS
from bench.validation.row import HEAD, Row, published
from bench.validation.waits import shape
from sim.analysis.reading.reading import Reading
from sim.engine.simulate import simulate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
ROWS, MONTHS = published()
NAMES = {"trauma_orthopaedics": "T&O", "spinal": "spinal (neurosurgery)"}
OF_SYSTEMS = ("sussex", "cardiff", "connect")
REPLICATIONS, REPLICATIONS_OF_SYSTEMS = 3, 2
YEARS = {"first year": (0, 365), "second year": (365, 730)}


def counted(name: str, rows: Iterable[Row]) -> tuple[list[list[float]], list[dict]]:
    """(replications, rows) what the rows count in a scenario; and in the old model the shapes of completed pathways."""
    scenario = sim.load(name)
    found: list[list[float]] = []
    shapes: list[dict] = []
    for replication in range(REPLICATIONS_OF_SYSTEMS if name.startswith(OF_SYSTEMS) else REPLICATIONS):
        reading = Reading(simulate(scenario, replication), scenario)
        found.append([COUNTS[row.key](reading) for row in rows])
        if name == "gp_referral":
            shapes.append({(s, y): shape(s, days)(reading) for s in MONTHS for y, days in YEARS.items()})
    return found, shapes


def measured_rows() -> tuple[list[list[float]], list[dict]]:
    """(rows, replications) of ROWS, and the shapes."""
    values: dict[tuple[str, int], list[float]] = {}
    all_shapes: list[dict] = []
    for name in dict.fromkeys(name for row in ROWS for name in (row.scenario, row.comparator) if name):
        mine = [place for place, row in enumerate(ROWS) if name in (row.scenario, row.comparator)]
        found, shapes = counted(name, [ROWS[place] for place in mine])
        all_shapes += shapes
        values |= {(name, place): list(column) for place, column in zip(mine, zip(*found, strict=True), strict=True)}
    told = []
    for place, row in enumerate(ROWS):
        own = values[row.scenario, place]
        less = values[row.comparator, place] if row.comparator else [0.0] * len(own)
        told.append([one - other for one, other in zip(own, less, strict=True)])
    return told, all_shapes


def table(values: list[list[float]]) -> str:
    """All rows, and in a line how many agree."""
    lines = [row.told(own) for row, own in zip(ROWS, values, strict=True)]
    told = [row.verdict(float(np.mean(own))).split(" (")[0] for row, own in zip(ROWS, values, strict=True)]
    count = ", ".join(f"{told.count(word)} {word.strip('*')}" for word in dict.fromkeys(told))
    return "\n".join([f"{len(ROWS)} rows: {count}.", "", HEAD, *lines])


def months(shapes: list[dict]) -> str:
    """Completed pathways by whole months waited, published and in two years of the model."""
    head = " | ".join([*map(str, range(12)), "12+"])
    lines = [f"| % completed after whole months | {head} |", "|---|" + "---:|" * 13]
    for service, shares in MONTHS.items():
        lines.append(f"| {NAMES.get(service, service)}, published | {' | '.join(f'{one:.1f}' for one in shares)} |")
        for year in YEARS:
            mean = 100 * np.mean([one[service, year] for one in shapes], axis=0)
            lines.append(f"| model, {year} | {' | '.join(f'{one:.1f}' for one in mean)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.validation", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into docs/validation.md")
    asked = parser.parse_args()
    values, shapes = measured_rows()
    tables = {"validation": table(values), "months": months(shapes)}
    print("\n\n".join(tables.values()))
    if asked.write:
        for name, text in tables.items():
            write(name, text, PAGE)


if __name__ == "__main__":
    main()
