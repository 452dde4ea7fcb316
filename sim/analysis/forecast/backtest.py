"""How far off forecasts were: each method from months that have passed, against the months that came after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.rates import DAYS_A_WEEK
from sim.analysis.forecast.compartments import are_months, compartments
from sim.analysis.forecast.fitted import fitted
from sim.analysis.forecast.paths import ahead
from sim.analysis.forecast.seen import together

FEWEST = 3
"""Months that a fit needs."""
USUAL_ORIGIN, MONTHS_AHEAD = 6, 6
MANY_BANDS = 20
ABOUT_MONTHS = tuple(float(DAYS_A_WEEK * weeks) for weeks in (0, 4, 9, 13, 17, 22, 26, 30, 35, 39, 43, 48, 52))
FLOWS, TOLD, COMPARTMENTS, LAST = "flows", "flows, starts told", "compartments", "as last month"
SHARES = (0.8, 0.95)


@dataclass(frozen=True)
class Foretold:
    """What one method said from `origin` of a month so many `ahead`: (bands,) `said` and `came`; `inside`: of the
    bands, how many lay in the intervals of 80 and of 95%, where there are any."""

    method: str
    origin: str
    ahead: int
    said: np.ndarray
    came: np.ndarray
    inside: tuple[int, int] | None = None

    @property
    def by_band(self) -> float:
        """Percent that a band is out by, in the mean."""
        return float(100 * np.mean(abs(self.said - self.came) / np.maximum(self.came, 1)))

    @property
    def by_person(self) -> float:
        """Percent of the people."""
        return float(100 * abs(self.said - self.came).sum() / max(self.came.sum(), 1))


def wide(month: ListMonth) -> ListMonth:
    """A month of few bands: those of single weeks together as about whole months, others as they are."""
    if len(month.edges) < MANY_BANDS:
        return month
    part = together(month.edges, ABOUT_MONTHS)
    stops = None if month.stops is None else part @ month.stops
    admitted = decided = None
    return replace(
        month,
        edges=np.array(ABOUT_MONTHS),
        waiting=part @ month.waiting,
        stops=stops,
        admitted=admitted,
        decided=decided,
    )


def origins_of(months: int) -> range:
    """Places of the months to foretell from: with half of them before (six at most), and two or three after."""
    return range(max(min(USUAL_ORIGIN, (months - 1) // 2), FEWEST - 1), months - (3 if months > 9 else 2))


def backtest(months: Sequence[ListMonth], origins: Sequence[int] | None = None) -> list[Foretold]:
    """Every method from every origin, as far ahead as months are known, six at most; nothing of fewer than five."""
    found = []
    for origin in origins_of(len(months)) if origins is None else origins:
        known, then = months[: origin + 1], months[origin + 1 : origin + 1 + MONTHS_AHEAD]
        if len(known) >= FEWEST and then:
            found += _from(known, then)
    return found


def _from(known: Sequence[ListMonth], then: Sequence[ListMonth]) -> list[Foretold]:
    name, came = known[-1].name, [wide(month).waiting for month in then]
    fit = fitted(known)
    path = ahead(fit, then)
    part = together(known[0].edges, ABOUT_MONTHS) if len(known[0].edges) >= MANY_BANDS else np.eye(len(known[0].edges))
    drawn = np.maximum(path.paths @ part.T, 0)
    ends = [np.percentile(drawn, [50 - 50 * share, 50 + 50 * share], axis=0) for share in SHARES]
    found = []
    for place, there in enumerate(came):
        inside = [int(((there >= low[place] - 0.5) & (there <= high[place] + 0.5)).sum()) for low, high in ends]
        found.append(Foretold(FLOWS, name, place + 1, part @ path.likely[place], there, (inside[0], inside[1])))
    others = {LAST: [wide(known[-1]).waiting] * len(then)}
    if all(month.starts is not None for month in (*known[1:], *then)):
        others[TOLD] = list(ahead(fit, then, [month.starts for month in then], paths=1).likely @ part.T)
    if are_months(wide(known[-1]).edges):
        others[COMPARTMENTS] = compartments([wide(month) for month in known], len(then))
    for method, said in others.items():
        found += [Foretold(method, name, k + 1, one, there) for k, (one, there) in enumerate(zip(said, came))]
    return found


def error(tried: Sequence[Foretold], method: str, months: Sequence[int], by: str = "by_band") -> float:
    """The mean error of a method in percent, so many months ahead; `by`: `by_band` or `by_person`; nan: none."""
    found = [getattr(one, by) for one in tried if one.method == method and one.ahead in months]
    return float(np.mean(found)) if found else float("nan")


def pooled(tried: Sequence[Foretold], method: str, months: Sequence[int] = range(1, 7)) -> float:
    """Percent of all people of all months together."""
    chosen = [one for one in tried if one.method == method and one.ahead in months]
    whole = sum(float(one.came.sum()) for one in chosen)
    return 100 * sum(float(abs(one.said - one.came).sum()) for one in chosen) / whole if whole else float("nan")


def held(tried: Sequence[Foretold]) -> tuple[float, float]:
    """Percent of bands that lay within the intervals of 80 and of 95%."""
    chosen = [(one.inside, len(one.came)) for one in tried if one.inside is not None]
    bands = sum(count for _, count in chosen)
    if not bands:
        return float("nan"), float("nan")
    return tuple(100 * sum(inside[k] for inside, _ in chosen) / bands for k in (0, 1))
