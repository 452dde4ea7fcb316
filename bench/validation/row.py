"""A published result beside what the model gives, and how the two are told."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import t as student

PUBLISHED = Path(__file__).with_name("published.yaml")
MONTHS = "months"

SHARES, NUMBER = ("share", "points"), "number"
"""Units told in percent, and in percentage points where they are differences; and what has no unit."""
THREE_POINTS, A_TENTH = 0.03, 0.1
"""How far off agrees still where nothing is published but a value: of shares, and of all else as a part of it."""
INSIDE, OUTSIDE, NOTHING = "agrees", "**misses**", "nothing to hold it against"
HEAD = (
    "| result | source | published | model | how far off | calibrated near it? | why it misses |\n"
    "|---|---|---:|---:|---|---|---|"
)


@dataclass(frozen=True)
class Row:
    """One result. `value`, `low` and `high` as published, each where it is; `scenario` gives the model's, less that of
    `comparator` where one is named. `near`: which parameter near it was fitted or taken from the same source, or `no`.
    `why`: why it misses, as far as that is known."""

    key: str
    result: str
    source: str
    unit: str
    scenario: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    near: str = "no"
    why: str = ""
    comparator: str = ""

    @property
    def limits(self) -> tuple[float, float] | None:
        """Between which the model agrees: the published range, or the value with a margin; None where neither is."""
        if self.low is not None or self.high is not None:
            return (-np.inf if self.low is None else self.low), (np.inf if self.high is None else self.high)
        if self.value is None:
            return None
        margin = THREE_POINTS if self.unit in SHARES else A_TENTH * abs(self.value)
        return self.value - margin, self.value + margin

    def verdict(self, mean: float) -> str:
        """In a word, with the distance from the value, or from the nearer end where only a range is published."""
        if self.limits is None:
            return NOTHING
        low, high = self.limits
        inside = low <= mean <= high
        end = self.value if self.value is not None else min(max(mean, low), high)
        off = "" if inside and self.value is None else f" ({said(mean - end, self.unit, True)})"
        return f"{INSIDE if inside else OUTSIDE}{off}"

    def published(self) -> str:
        """The value with its range."""
        value, low, high = (None if one is None else said(one, self.unit) for one in (self.value, self.low, self.high))
        if self.low is not None and self.high is not None:
            between = f"{said(self.low, self.unit, bare=True)} to {said(self.high, self.unit, bare=bool(value))}"
            return f"{value} ({between})" if value else between
        return f"{low} or more" if low else f"{high} or less" if high else value or "none retrieved"

    def told(self, values: list[float]) -> str:
        """A line of the table: mean of replications with its 95% interval (Student's t), which is of chance alone."""
        mean = float(np.mean(values))
        half = float(student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
        low, high = (said(mean + sign * half, self.unit, bare=True) for sign in (-1, 1))
        model = said(mean, self.unit) + (f" ({low} to {high})" if low != high else "")
        verdict = self.verdict(mean)
        return f"| {' | '.join((*self.begins(), model, verdict, self.near, self.explained(verdict)))} |"

    def begins(self) -> tuple[str, str, str]:
        """The cells that need no run: result with its scenario, source, published."""
        where = f"`{self.scenario}`" + (f" less `{self.comparator}`" if self.comparator else "")
        return f"{self.result} ({where})", self.source, self.published()

    def explained(self, verdict: str) -> str:
        """Why, of a row that misses, and of one that there is nothing to hold against."""
        if verdict.startswith(INSIDE):
            return ""
        return self.why or "not looked into"


def published() -> tuple[tuple[Row, ...], dict[str, list[float]]]:
    """All rows, and the percent of completed pathways of each service by whole months waited."""
    told = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))
    months = told.pop(MONTHS)
    return tuple(Row(key, **row) for key, row in told.items()), months


def said(value: float, unit: str, signed: bool = False, bare: bool = False) -> str:
    """A number with its unit; `bare`: without, `signed`: with a plus where it is one."""
    if not np.isfinite(value):
        return "not known"
    if unit in SHARES:
        mark = " points" if signed or unit == "points" else "%"
        text = f"{100 * value:+.1f}" if signed or unit == "points" else f"{100 * value:.1f}"
        return text if bare else f"{text}{mark}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text if bare or unit == NUMBER else f"{text} {unit}"
