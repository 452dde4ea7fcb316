"""What `bench.chances` prints to be carried on: the two doors of a hospital list, settings, rows of evidence."""

from collections.abc import Sequence

import numpy as np

from sim.analysis.flows.chances import Chances, span, working_a_day
from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.rates import DAYS_A_WEEK, Rates
from sim.analysis.flows.stages import Stages, decided_by_day, level, staged
from sim.app.configuration import evidence

WEEKS_TO_ADMISSION = (8.0, 15.0, 30.0)
"""From the decision to the operation, low, middle and high: nobody publishes it."""
DECIDED = "decided_to_admit_by_weeks_waited"
DIGITS = {"called_by_weeks_waited": 2, "removed_share_by_weeks_waited": 4}
UNITS = {"called_by_weeks_waited": "relative_chance", "removed_share_by_weeks_waited": "share_a_week"}


def admitted_share(months: Sequence[ListMonth]) -> float:
    """The share of stops that are admissions; 0 where nobody tells them."""
    stops = sum(float(month.stops.sum()) for month in months if month.admitted is not None)
    return sum(float(month.admitted.sum()) for month in months if month.admitted is not None) / stops if stops else 0.0


def one_trust() -> dict[str, float]:
    """Weeks on the clock -> the share for whom admission is decided, as one trust publishes it."""
    return evidence.rows()[DECIDED]["value"]


def doors(by_day: np.ndarray, rates: Rates, admitted: float, working: float) -> str:
    """What the clinic's own chances would be, at each level of people for whom admission is decided."""
    share = decided_by_day(one_trust(), by_day)
    rows = [
        "",
        f"Of stops {admitted:.3g} are admissions. The clinic's chance by weeks on the clock (1: the mean), if so many "
        "weeks pass from decision to operation:",
        "",
        "| weeks to the operation | decided in all | " + " | ".join(f"{weeks:g}" for weeks in rates.weeks) + " |",
        "|---:|---:|" + "---:|" * len(rates.weeks),
    ]
    for weeks in WEEKS_TO_ADMISSION:
        times = level(by_day, rates, share, admitted, weeks, working)
        decided = np.minimum(share * times, 1)
        found = staged(by_day, rates, decided, admitted, working)
        rows.append(
            f"| {weeks:g} | {by_day @ decided / by_day.sum():.2f} | "
            + " | ".join(_of_clinic(found, by_day, rates))
            + " |"
        )
    rows += [
        "",
        "`*`: the division fails there (fewer decisions than none, or more admissions than stops). How long ago a "
        "decision was is not published, so the theatre's chances by its own weeks are not known: alike for all is an "
        "assumption.",
    ]
    return "\n".join(rows)


def _of_clinic(found: Stages, by_day: np.ndarray, rates: Rates) -> list[str]:
    steps = (rates.weeks * DAYS_A_WEEK).astype(int)
    undecided = np.add.reduceat(by_day, steps) * (1 - found.decided)
    mean = found.clinic @ undecided / undecided.sum()
    return [f"{one / mean:.2f}{'*' if short else ''}" for one, short in zip(found.clinic, found.short)]


def who_waits_for_what(by_day: np.ndarray, months: Sequence[ListMonth], rates: Rates, admitted: float) -> str:
    """Who waits for an operation, by weeks on the clock, as YAML: as published, or the rise with the wait of one trust
    at three levels, since its own is of another number of operations."""
    row = one_trust()
    weeks, shares = np.array(list(row), float), np.array(list(row.values()))
    found = ["", "```yaml"]
    if all(month.decided is not None for month in months):
        whole, theirs = (sum(_by_weeks(month.edges, of, weeks) for month, of in counts) for counts in _counts(months))
        found.append(f"shares_by_weeks_waited: {_map(weeks, theirs / np.maximum(whole, 1), 3)}  # Part 2A over Part 2")
    else:
        share, working = decided_by_day(row, by_day), working_a_day(months)
        for to_admission in WEEKS_TO_ADMISSION:
            values = np.minimum(shares * level(by_day, rates, share, admitted, to_admission, working), 1)
            told = f"assumption: {to_admission:g} weeks from decision to operation"
            found.append(f"shares_by_weeks_waited: {_map(weeks, values, 3)}  # {told}")
    return "\n".join([*found, "```"])


def _counts(months: Sequence[ListMonth]) -> tuple[list, list]:
    return [(month, month.waiting) for month in months], [(month, month.decided) for month in months]


def _by_weeks(edges: np.ndarray, people: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    band = np.maximum((weeks * DAYS_A_WEEK - 1e-9).searchsorted(edges, "right") - 1, 0)
    return np.bincount(band, weights=people, minlength=len(weeks))


def settings(told: str, when: str, chances: Sequence[Chances], with_stops: bool) -> str:
    """The settings of a clinic as YAML, and the rows of conf/evidence.yaml behind them; `chances`: the fitted ones,
    then those drawn again. Where no stops are published all who leave are taken to be called."""
    weeks, rows = chances[0].weeks, {"called_by_weeks_waited": [one.called for one in chances]}
    if with_stops:
        rows["removed_share_by_weeks_waited"] = [one.removed for one in chances]
    lines = ["", "```yaml", "order: by_weeks_waited"]
    lines += [f"{key}: {_map(weeks, values[0], DIGITS[key])}" for key, values in rows.items()] + ["```", "", "```yaml"]
    name = "_".join("".join(letter if letter.isalnum() else " " for letter in told.lower()).split())
    for key, values in rows.items():
        low, high = span(values[1:])
        ends = np.minimum(low, values[0]), np.maximum(high, values[0])
        lines += [
            f"{name}_{key}:",
            f"  value: {_map(weeks, values[0], DIGITS[key])}",
            f"  unit: {UNITS[key]}",
            *(f"  {end}: {_map(weeks, of, DIGITS[key])}" for end, of in zip(("low", "high"), ends)),
            f'  source: "NHS England, {told}; fitted by python -m bench.chances"',
            f'  year: "{when}"',
            "  status: derived",
            "  note: >-",
            "    Fitted. Low and high are 95% of draws of the months with replacement.",
        ]
    return "\n".join([*lines, "```"])


def _map(weeks: np.ndarray, values: np.ndarray, digits: int) -> str:
    return "{" + ", ".join(f'"{week:g}": {round(float(one), digits):g}' for week, one in zip(weeks, values)) + "}"
