"""One list months ahead, as it is told: by bands, in all, and by the shares that boards ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.rates import DAYS_A_WEEK
from sim.analysis.forecast.backtest import Foretold, backtest
from sim.analysis.forecast.events import Event, past
from sim.analysis.forecast.fitted import Fitted, fitted
from sim.analysis.forecast.paths import Ahead, ahead
from sim.analysis.forecast.seen import together
from sim.app.studies.forecast.months import months_after
from sim.domain.people.published import ENGLAND
from sim.domain.words import LIST_BANDS_WEEKS

ENDS = (2.5, 10, 90, 97.5)
ALL, WITHIN_18, OVER_52 = "all", "within_18_weeks_share", "over_52_weeks_share"
NAMES = {WITHIN_18: "within 18 weeks", OVER_52: "over 52 weeks"}


@dataclass(frozen=True)
class ListAhead:
    """A list of `whose`: its `months`, the `fit` to them, what is `ahead`, and what was foretold from months that have
    passed (`tried`)."""

    name: str
    whose: str
    months: tuple[ListMonth, ...]
    fit: Fitted
    ahead: Ahead
    tried: tuple[Foretold, ...]

    @classmethod
    def of(cls, key: tuple[str, str], months: Sequence[ListMonth], count: int, events: Sequence[Event]) -> "ListAhead":
        mine = [event for event in events if event.list in ("", key[0])]
        fit = fitted(months, past(mine, [month.name for month in months]))
        found = ahead(fit, months_after(months[-1], count), events=mine)
        return cls(*key, tuple(months), fit, found, tuple(backtest(months)))

    @property
    def title(self) -> str:
        return f"{self.name}, {'England' if self.whose == ENGLAND else self.whose}"

    def bands(self) -> tuple[list[str], np.ndarray]:
        """Names of the bands that are told, and (told bands, published bands) which holds which."""
        edges = self.months[-1].edges
        lows = [week for week in LIST_BANDS_WEEKS if (abs(edges - week * DAYS_A_WEEK) < 0.5).any()]
        lows = lows if len(lows) > 2 else [float(round(edge / DAYS_A_WEEK, 1)) for edge in edges]
        names = [f"{low:g}-{high:g}" for low, high in zip(lows, lows[1:])] + [f"{lows[-1]:g}+"]
        return names, together(edges, np.array(lows) * DAYS_A_WEEK)

    def told(self, people: np.ndarray) -> dict[str, np.ndarray]:
        """name -> (...,) of (..., bands) people: bands in weeks, all, and shares."""
        names, part = self.bands()
        found = dict(zip(names, np.moveaxis(np.maximum(people @ part.T, 0), -1, 0)))
        whole = np.maximum(people.sum(axis=-1), 1e-9)
        found[ALL] = np.maximum(people.sum(axis=-1), 0)
        edges = self.months[-1].edges
        for share, weeks, within in ((WITHIN_18, 18, True), (OVER_52, 52, False)):
            if (abs(edges - weeks * DAYS_A_WEEK) < 0.5).any():
                chosen = edges < weeks * DAYS_A_WEEK - 0.5
                found[share] = np.clip(people[..., chosen if within else ~chosen].sum(axis=-1) / whole, 0, 1)
        return found

    def rows(self) -> Iterator[tuple[str, str, float, list[float]]]:
        """(month, band, likely, ends) in the order of months."""
        likely, paths = self.told(self.ahead.likely), self.told(self.ahead.paths)
        ends = {name: np.percentile(values, ENDS, axis=0) for name, values in paths.items()}
        for place, month in enumerate(self.ahead.months):
            for name in likely:
                yield month.name, name, float(likely[name][place]), ends[name][:, place].tolist()
