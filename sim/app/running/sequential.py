"""`run.precision`: a point's replications go on until its headline indicators are as sure as was asked for."""

import math
from collections.abc import Iterable
from operator import attrgetter
from typing import cast

from sim.analysis.statistics.floors import Watched, floors_of, headline_values
from sim.analysis.statistics.precision import LEAST, Replications, Verdict, look_ahead
from sim.analysis.words.amounts import amount
from sim.app.store.rows import measures_in
from sim.domain.scenario import Scenario


class Sequential:
    """The rule for scenarios that are run together, the comparator (if any) first;
    it reads them in the order of replications.

    `keys`: of theirs in the store, `names` of the scenarios, `residents` as simulated.
    At least `run.replications`, at most `run.most_replications` are run.
    """

    def __init__(self, keys: Iterable[str], names: Iterable[str], scenario: Scenario):
        self._names = dict(zip(keys, names, strict=True))
        self._baseline = next(iter(self._names.values())) if len(self._names) > 1 else ""
        run = scenario.run
        self._precision, self._least, self._most = (
            run.precision,
            max(LEAST, min(run.replications, run.most_replications)),
            run.most_replications,
        )
        self._residents = scenario.demand.population * scenario.place.scale
        self._rule: Replications | None = None
        self._waiting: dict[int, dict[str, list]] = {}
        self._next = 0

    @property
    def wanted(self) -> int:
        """Replications that will be needed whatever the next ones say."""
        return min(max(self._least, self.verdict.needed if self.verdict else 0), self._most)

    @property
    def seen(self) -> int:
        """Replications that have been read, in their order."""
        return self._next

    @property
    def stop(self) -> bool:
        return self.verdict is not None and self.verdict.stop

    @property
    def verdict(self) -> Verdict | None:
        """What the replications so far say, in their order."""
        return self._rule.verdict if self._rule else None

    def took(self, key: str, replication: int, data: bytes) -> None:
        """A replication of one of the scenarios is stored: its bytes."""
        if self.stop or replication < self._next:
            return
        self._waiting.setdefault(replication, {})[self._names[key]] = measures_in(data).kpis
        while len(self._waiting.get(self._next, ())) == len(self._names):
            values = headline_values(self._waiting.pop(self._next), self._baseline)
            if self._rule is None:
                floors = floors_of(values, self._residents)
                self._rule = Replications(
                    self._precision, floors, self._least, self._most, is_time=attrgetter("is_time")
                )
            self._next += 1
            if self._rule.add(values).stop:
                self._waiting.clear()
                return


def _not_counted(verdict: Verdict) -> str:
    """What was left out of the rule, and why."""
    parts = [f" {len(verdict.unknown)} that are known in fewer than half of the replications do not count."]
    first = f", the first {verdict.long[0]}," if verdict.long else ""
    parts.append(f" {len(verdict.long)} times that are long in some replication{first} have no mean and do not count.")
    return "".join(part for part, of in zip(parts, (verdict.unknown, verdict.long), strict=True) if of)


def told(verdict: Verdict, precision: float) -> str:
    """What came of it, as a sentence."""
    sure = f"within {precision:.0%} of its mean, or within its floor"
    seldom = _not_counted(verdict)
    if verdict.reached:
        return (
            f"After {verdict.replications} replications every headline indicator was {sure}, "
            f"and stayed so until {verdict.seen}. Last was {verdict.last}.{seldom}"
        )
    seen = f"After {verdict.seen} replications, the most that were allowed,"
    if not verdict.outside:
        more = verdict.replications + look_ahead(verdict.replications) - verdict.seen
        return (
            f"{seen} every headline indicator is {sure}, since {verdict.replications}; but the look-ahead is {more} "
            f"short, so that this may be luck (run.most_replications).{seldom}"
        )
    last = cast("Watched | None", verdict.last)  # the rule was given these to watch
    wide = (
        f"± {amount(last.kpi, verdict.half_width)}"
        if last and math.isfinite(verdict.half_width)
        else "known too seldom"
    )
    gap = f": {wide}, where ± {amount(last.kpi, verdict.allowed)} was asked for" if last else ""
    guess = f"; that might take {verdict.guess} replications" if verdict.guess else ""
    return (
        f"{seen} {verdict.outside} headline indicators are not {sure}. Furthest from it is {last}{gap}{guess} "
        f"(run.most_replications).{seldom}"
    )
