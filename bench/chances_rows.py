"""What `bench.chances` prints to be carried on: the two doors of a hospital list, settings, rows of evidence."""

from collections.abc import Iterator, Sequence

import numpy as np

from sim.analysis.flows.chances import Chances, span, working_a_day
from sim.analysis.flows.month import ListMonth, band_of
from sim.analysis.flows.rates import DAYS_A_WEEK, Rates
from sim.analysis.flows.stages import decided_by_day, level, staged
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


def doors(by_day: np.ndarray, months: Sequence[ListMonth], rates: Rates, admitted: float, working: float) -> str:
    """What the chances at the clinic's own door would be, and at the theatre's, by weeks on the clock."""
    rows = [
        "",
        f"Of stops {admitted:.3g} are admissions. Chances at each door by weeks on the clock (1: the mean of those "
        "before it), if the list is near balance:",
        "",
        "| of the decided | share of the list | door | " + " | ".join(f"{weeks:g}" for weeks in rates.weeks) + " |",
        "|---|---:|---|" + "---:|" * len(rates.weeks),
    ]
    for told, decided, admissions in _divisions(by_day, months, rates, admitted, working):
        found = staged(by_day, rates, decided, admissions, working)
        there = np.add.reduceat(by_day, (rates.weeks * DAYS_A_WEEK).astype(int))
        ends = [("clinic", found.clinic, there * (1 - found.decided))]
        if np.ndim(admissions):
            ends.append(("theatre", found.theatre, there * found.decided))
        for door, chance, people in ends:
            mean = chance @ people / people.sum()
            cells = [f"{one / mean:.2f}{'*' if short else ''}" for one, short in zip(chance, found.short)]
            rows.append(f"| {told} | {by_day @ decided / by_day.sum():.2f} | {door} | " + " | ".join(cells) + " |")
    rows += [
        "",
        "`*`: the division fails there (fewer decisions than none, or more admissions than stops). How long ago a "
        "decision was is not published, so nobody knows the theatre's chances by its own weeks.",
    ]
    return "\n".join(rows)


def _divisions(
    by_day: np.ndarray, months: Sequence[ListMonth], rates: Rates, admitted: float, working: float
) -> Iterator[tuple[str, np.ndarray, float | np.ndarray]]:
    """(who told it, (days waited,) share decided, share of stops that are admissions): as published, by steps; or one
    trust's rise with the wait at the level at which so many weeks pass from decision to operation, which all wait
    alike."""
    if both_are_published(months):
        edges = months[0].edges
        waiting, decided, stops, theirs = (
            sum(getattr(month, what) for month in months) for what in ("waiting", "decided", "stops", "admitted")
        )
        of_stops, of_theirs = _by_weeks(edges, stops, rates.weeks), _by_weeks(edges, theirs, rates.weeks)
        share = np.minimum(decided / np.maximum(waiting, 1), 1)[band_of(edges)]
        yield "Part 2A", share, of_theirs / np.maximum(of_stops, 1)
        return
    share = decided_by_day(one_trust(), by_day)
    for weeks in WEEKS_TO_ADMISSION:
        times = level(by_day, rates, share, admitted, weeks, working)
        yield f"{weeks:g} weeks to the operation", np.minimum(share * times, 1), admitted


def both_are_published(months: Sequence[ListMonth]) -> bool:
    """Whether each month tells for whom admission is decided, and which stops were admissions."""
    return all(month.decided is not None and month.admitted is not None for month in months)


def who_waits_for_what(by_day: np.ndarray, months: Sequence[ListMonth], rates: Rates, admitted: float) -> str:
    """Who waits for an operation, by weeks on the clock, as YAML: as published, or the rise with the wait of one trust
    at three levels, since its own is of another number of operations."""
    row = one_trust()
    weeks, shares = np.array(list(row), float), np.array(list(row.values()))
    found = ["", "```yaml"]
    if both_are_published(months):
        whole, theirs = (sum(getattr(month, what) for month in months) for what in ("waiting", "decided"))
        whole, theirs = (_by_weeks(months[0].edges, people, weeks) for people in (whole, theirs))
        found.append(f"shares_by_weeks_waited: {_map(weeks, theirs / np.maximum(whole, 1), 3)}  # Part 2A over Part 2")
    else:
        share, working = decided_by_day(row, by_day), working_a_day(months)
        for to_admission in WEEKS_TO_ADMISSION:
            values = np.minimum(shares * level(by_day, rates, share, admitted, to_admission, working), 1)
            told = f"assumption: {to_admission:g} weeks from decision to operation"
            found.append(f"shares_by_weeks_waited: {_map(weeks, values, 3)}  # {told}")
    return "\n".join([*found, "```"])


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
