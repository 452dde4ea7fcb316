"""How many replications: until every headline indicator is as sure as was asked for.

The sequential rule of Hoad, Robinson and Davies (2010, "Automated selection of the number of replications for a
discrete-event simulation", JORS 61, 1632-1644), asked of many indicators at once. After each replication the 95% t
interval of each is looked at. Once all of them are narrow enough, look-ahead replications follow, in which all must
stay so; if one does not, counting begins again. Results are read in the order of replications: which of them was
ready first makes no difference.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.statistics.paired import t_quantile

LEAST, AHEAD = 3, 5
"""Replications before the rule is asked at all, and kLimit of the paper: how many it looks ahead."""


def look_ahead(replications: int, limit: int = AHEAD) -> int:
    """f(kLimit, n) of the paper: how many replications more must stay narrow; whole ones."""
    return limit if replications <= 100 else limit * replications // 100


@dataclass(frozen=True)
class Verdict:
    """What the replications so far say.

    `reached`: all were narrow enough, and stayed so over the look-ahead. `replications`: the first at which they were
    and have been since (n* of the paper), 0 where they are not. `seen`: replications that were read, look-ahead
    included. `needed`: replications, in all, that are needed whatever the next ones say: so many may run at once
    without waste; at the end it is `seen`. `last`: the indicator that was last, or, while they are not all narrow
    enough, the one that is furthest from it; then `mean`, `half_width` and `allowed` are its own, NaN where it is known
    too seldom. `outside`: how many are not narrow enough. `guess`: replications in all after which `last` would be, if
    it went on as it does. `unknown`: what does not count, since fewer than half of the replications have a value of it;
    `long`: since it is a time that is long in one of them.
    """

    reached: bool
    replications: int
    seen: int
    needed: int
    last: Hashable | None
    mean: float
    half_width: float
    allowed: float
    outside: int
    guess: int
    unknown: tuple[Hashable, ...]
    long: tuple[Hashable, ...] = ()
    at_most: bool = False
    """The cap has been met: no more replications, reached or not."""

    @property
    def stop(self) -> bool:
        return self.reached or self.at_most


class Replications:
    """The rule, told one replication after the other: each costs a few sums an indicator
    (Welford's means and variances).

    `precision`: half-width over |mean| that is wanted; `floors`: name -> half-width that will do whatever the mean
    (none: 0). A value that is not finite, or is missing, does not count for its indicator. One that is known in fewer
    than half of the replications so far does not count at all: that three in a hundred have somebody on some list is no
    reason to go on until their wait is sure. Nor does one that is long where it is not known (`is_time`) and was so in
    one of them: no mean of it is told, and that of the rest would be of the short ones. Of the others, one known in
    fewer than three (or `least`) is not narrow enough. The rule is asked from the `least`-th replication on. After the
    end more is not read.
    """

    def __init__(
        self,
        precision: float,
        floors: Mapping[Hashable, float],
        least: int = LEAST,
        most: int = 100_000,
        ahead: int = AHEAD,
        is_time: Callable[[Hashable], bool] = lambda name: False,
    ):
        if precision <= 0 or least < 2 or most < 1:
            raise ValueError("precision must be above 0, least at least 2, most at least 1")
        self._precision, self._floors, self._least, self._most, self._ahead = precision, floors, least, most, ahead
        self._enough = min(least, LEAST)
        self._place: dict[Hashable, int] = {}
        self._long: dict[Hashable, None] = {}
        self._is_time = is_time
        self._known, self._mean, self._squares, self._floor = (
            np.zeros(0, np.int64),
            np.zeros(0),
            np.zeros(0),
            np.zeros(0),
        )
        self._seen = self._since = 0
        self._last: tuple = (None, math.nan, math.nan, math.nan)
        self.verdict = Verdict(
            False, 0, 0, min(least + look_ahead(least, ahead), most), None, math.nan, math.nan, math.nan, 0, 0, ()
        )

    def add(self, values: Mapping[Hashable, float]) -> Verdict:
        """The verdict with the next replication's values."""
        if self.verdict.stop:
            return self.verdict
        self._count(values)
        self._seen += 1
        half = self._half_widths()
        allowed = np.maximum(self._precision * np.abs(self._mean), self._floor)
        ratio = np.where(
            half <= allowed, 0.0, np.divide(half, allowed, out=np.full(len(half), np.inf), where=allowed > 0)
        )
        ratio[np.isnan(half)] = np.inf
        ratio[2 * self._known < self._seen] = 0.0
        ratio[[self._place[name] for name in self._long]] = 0.0
        outside = int((ratio > 0).sum()) if self._seen >= self._least else max(len(ratio), 1)
        if outside == 0 and self._since == 0:
            self._since = self._seen
            if self._seen == self._least:  # nobody was outside before: last is who is nearest to its limit
                self._last = self._worst(
                    half, allowed, np.where(half > 0, half / np.where(allowed > 0, allowed, 1.0), 0.0)
                )
        elif outside:
            self._since = 0
            self._last = self._worst(half, allowed, ratio)
        self.verdict = self._told(outside, half, allowed)
        return self.verdict

    def _count(self, values) -> None:
        new = [name for name in values if name not in self._place]
        if new:
            self._place |= {name: len(self._place) + i for i, name in enumerate(new)}
            more = np.zeros(len(new))
            self._known, self._mean = np.append(self._known, more.astype(np.int64)), np.append(self._mean, more)
            self._squares, self._floor = (
                np.append(self._squares, more),
                np.append(self._floor, [float(self._floors.get(name, 0.0)) for name in new]),
            )
        row = np.full(len(self._place), np.nan)
        row[[self._place[name] for name in values]] = list(values.values())
        here = np.isfinite(row)
        gap = row[here] - self._mean[here]
        self._long |= {name: None for name, value in values.items() if math.isnan(value) and self._is_time(name)}
        self._known[here] += 1
        self._mean[here] += gap / self._known[here]
        self._squares[here] += gap * (row[here] - self._mean[here])

    def _half_widths(self) -> np.ndarray:
        """(indicators,) of the 95% interval; NaN of those that are known too seldom."""
        half = np.full(len(self._known), np.nan)
        for n in np.unique(self._known[self._known >= self._enough]).tolist():
            here = self._known == n
            half[here] = t_quantile(n - 1) * np.sqrt(self._squares[here] / (n - 1)) / math.sqrt(n)
        return half

    def _worst(self, half, allowed, ratio) -> tuple:
        if not len(ratio):
            return None, math.nan, math.nan, math.nan
        place = int(np.argmax(ratio))  # the first of those that are equally far
        return list(self._place)[place], float(self._mean[place]), float(half[place]), float(allowed[place])

    def _told(self, outside, half, allowed) -> Verdict:
        done = outside == 0 and self._seen >= self._since + look_ahead(self._since, self._ahead)
        stays = self._since or max(self._seen + 1, self._least)
        needed = self._seen if done else min(stays + look_ahead(stays, self._ahead), self._most)
        unknown = tuple(
            name
            for name, place in self._place.items()
            if 2 * self._known[place] < self._seen and name not in self._long
        )
        name, mean, half_width, limit = self._last
        if outside == 0 and name is not None:  # who was last, as it is now
            place = self._place[name]
            mean, half_width, limit = float(self._mean[place]), float(half[place]), float(allowed[place])
        guess = (
            self._seen
            if outside == 0
            else math.ceil(self._seen * (half_width / limit) ** 2)
            if limit > 0 and math.isfinite(half_width)
            else 0
        )
        return Verdict(
            done,
            self._since,
            self._seen,
            needed,
            name,
            mean,
            half_width,
            limit,
            outside,
            guess,
            unknown,
            tuple(self._long),
            not done and self._seen >= self._most,
        )


def needed(
    values: Mapping[Hashable, Sequence[float]],
    precision: float,
    floors: Mapping[Hashable, float],
    least: int = LEAST,
    most: int = 100_000,
    ahead: int = AHEAD,
) -> Verdict:
    """The verdict on results that are there: name -> (n,) values in the order of replications,
    all of the same length."""
    rule = Replications(precision, floors, least, most, ahead)
    for row in zip(*values.values(), strict=True):
        if rule.add(dict(zip(values, row, strict=True))).stop:
            break
    return rule.verdict
