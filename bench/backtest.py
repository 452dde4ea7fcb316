"""How far off forecasts of published lists were, beside simpler methods: `python -m bench.backtest FOLDER`.

Reads the lists of FOLDER's CSV files that `bench.published` reads (the files stay where they are) and foretells each
from months that have passed: England's and every provider's by whole months waited, England's community lists, and of
files of the full CSV the list that `--list` and `--provider` ask for. Prints, by list and method, the mean error of
bands in percent over the months ahead named, and how many bands the intervals held. `--origins 6,7,8,9`: places of the
months to foretell from, the first being 0. With `--each`, a column a month ahead.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.published import ENGLAND, Table, months_of
from sim.analysis.forecast.backtest import (
    COMPARTMENTS,
    FLOWS,
    LAST,
    TOLD,
    Foretold,
    backtest,
    error,
    held,
    pooled,
)
from sim.domain.faults import ScenarioError

METHODS = (TOLD, FLOWS, COMPARTMENTS, LAST)
TOTALS = ("total",)
AHEAD = {"1 to 3": range(1, 4), "1 to 6": range(1, 7)}


def lists_of(folder: Path) -> list[tuple[str, str]]:
    """(list, provider) of every list by whole months and of the community return, sums of them left out."""
    found: dict[tuple[str, str], None] = {}
    for file in sorted(folder.glob("*.csv")):
        table = Table(file)
        if "months_waited_id" in table.columns:
            for row in table.rows():
                trust = row.word("trust") if "trust" in table.columns else ""
                found[row.word("specialty"), trust or ENGLAND] = None
        elif "waiting 0-1 weeks" in table.columns:
            found |= {(row.word("service"), ENGLAND): None for row in table.rows()}
    return [one for one in found if one[0].lower() not in TOTALS]


def row(name: str, tried: Sequence[Foretold], method: str, each: bool) -> str:
    months = sorted({one.ahead for one in tried})
    spans = {str(month): [month] for month in months} if each else AHEAD
    cells = [f"{error(tried, method, span):.1f}" for span in spans.values()]
    people = f"{error(tried, method, months, 'by_person'):.1f}"
    within = [f"{share:.0f}" for share in held(tried)] if method == FLOWS else ["", ""]
    return "| " + " | ".join([name, method, *cells, people, *within]) + " |"


def table(found: dict[str, list[Foretold]], each: bool) -> str:
    months = sorted({one.ahead for tried in found.values() for one in tried})
    spans = [str(month) for month in months] if each else list(AHEAD)
    heads = [*(f"{span} ahead" for span in spans), "of people", "80% held", "95% held"]
    lines = ["| list | method | " + " | ".join(heads) + " |", "|---|---|" + "---:|" * len(heads)]
    for name, tried in found.items():
        lines += [row(name, tried, method, each) for method in METHODS if any(one.method == method for one in tried)]
    return "\n".join(lines)


def summary(found: dict[str, list[Foretold]]) -> str:
    """All lists that every method could foretell, together."""
    chosen = {name: tried for name, tried in found.items() if any(one.method == COMPARTMENTS for one in tried)}
    if not chosen:
        return ""
    by = {
        method: float(np.nanmean([pooled(tried, method) for tried in chosen.values()]))
        for method in METHODS
        if any(one.method == method for tried in chosen.values() for one in tried)
    }
    together = [one for tried in chosen.values() for one in tried]
    low, high = held(together)
    said = "; ".join(f"{method} {value:.2f}" for method, value in by.items())
    return (
        f"\n{len(chosen)} lists, percent of people in the mean of lists: {said}.\n"
        f"flows over compartments {by[FLOWS] / by[COMPARTMENTS]:.3f}, over as last month {by[FLOWS] / by[LAST]:.3f}; "
        f"intervals of 80 and 95% held {low:.1f} and {high:.1f}% of bands."
    )


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", help="treatment function or service, by name or code")
    parser.add_argument("--provider", default=ENGLAND, help="code, or a part of the name")
    parser.add_argument("--origins", help="places of months, as 6,7,8,9")
    parser.add_argument("--each", action="store_true", help="a column for each month ahead")
    asked = parser.parse_args(words)
    origins = [int(word) for word in asked.origins.split(",")] if asked.origins else None
    try:
        lists = [(asked.list, asked.provider)] if asked.list else lists_of(asked.folder)
        found = {
            f"{what}, {provider}": backtest(months_of(asked.folder, what, provider), origins)
            for what, provider in lists
        }
    except ScenarioError as error_:
        print(error_, file=sys.stderr)
        return 2
    print(table({name: tried for name, tried in found.items() if tried}, asked.each))
    print(summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
