"""One indicator at every point, taken out of tables that go by one at a time."""

from collections.abc import Sequence

import pandas as pd

from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.swept import Series
from sim.analysis.words.indicator import HEADLINE, HEADLINES, SETTLED, SETTLED_GROUPS
from sim.app.configuration.files.shipped import cut
from sim.app.studies.gather.asked import Ask
from sim.app.studies.gather.results_folder import COMPARATOR, SCENARIO
from sim.domain.faults import Fault, ScenarioError, nearest

WHO = ("needs_more",)
"""Whom the headlines are told of first."""


class Taken:
    """Keeps, of each point's table, the values of one indicator (in one group, or in all where none is asked for),
    and the names of what else there is."""

    def __init__(self, kpi: str, group: str = ""):
        self.kpi, self.asked = kpi or HEADLINE, group
        self.unit = ""
        self._known: dict[str, None] = {}
        self._groups: dict[str, None] = {}
        self._values: list[dict[tuple[str, str], dict[int, float]]] = []
        self._bounds: list[dict[tuple[str, str], dict[int, float]]] = []

    def take(self, kpis: pd.DataFrame) -> None:
        """The next point's rows, columns role, replication, kpi, group, value, unit."""
        self._known |= dict.fromkeys(kpis["kpi"].unique())
        mine = kpis[kpis["kpi"] == self.kpi]
        if len(mine):
            self.unit = self.unit or str(mine["unit"].iloc[0])
        self._groups |= dict.fromkeys(mine.loc[mine["role"] == SCENARIO, "group"].unique())
        mine = mine[mine["group"] == self.asked] if self.asked else mine
        self._values.append(_by_role_and_group(mine))
        least = kpis[kpis["kpi"] == self.kpi + AT_LEAST]
        self._bounds.append(_by_role_and_group(least[least["group"] == self.asked] if self.asked else least))

    def group(self) -> str:
        """The group to tell of: the one asked for, else whom it is told of first.
        `ScenarioError` for what is not there."""
        if self.kpi not in self._known:
            raise ScenarioError(
                [
                    Fault(
                        "kpi", f"no indicator '{cut(self.kpi, 60)}' is in these results", nearest(self.kpi, self._known)
                    )
                ]
            )
        asked, groups = self.asked, self._groups
        if asked and asked not in groups:
            raise ScenarioError(
                [Fault("group", f"{self.kpi} has no group '{cut(asked, 60)}' in these results", nearest(asked, groups))]
            )
        if asked:
            return asked
        everywhere = [group for group in groups if all((SCENARIO, group) in point for point in self._values)] or list(
            groups
        )
        first = SETTLED_GROUPS if self.kpi == SETTLED else WHO if self.kpi in HEADLINES else ()
        preferred = (*first, "all")
        found = next((group for group in preferred if group in everywhere), None)
        if found is None:
            raise ScenarioError(
                [
                    Fault(
                        "group",
                        f"{self.kpi} is not told of all together",
                        f"name one: group={', '.join(list(groups)[:12])}",
                    )
                ]
            )
        return found

    def series(self, group: str, names: Sequence[tuple[str, str, str]], baseline: str = "") -> list[Series]:
        """A point each; `names`: of each its scenario, its comparator and the comparator's key;
        `baseline`: see `Ask`."""
        own = [point.get((SCENARIO, group), {}) for point in self._values]
        bounds = [point.get((SCENARIO, group)) for point in self._bounds]
        if baseline:
            label, values, shortest = self._one(baseline, group, names, own)
            return [
                Series(one, label, values, label, least, shortest) if one is not values else Series(one, bounds=least)
                for one, least in zip(own, bounds, strict=True)
            ]
        beside = zip(self._values, self._bounds, strict=True)
        return [
            Series(one, name, there.get((COMPARATOR, group)), key, least, shortest.get((COMPARATOR, group)))
            for one, (there, shortest), least, (_, name, key) in zip(own, beside, bounds, names, strict=True)
        ]

    def _one(self, baseline: str, group: str, names, own) -> tuple[str, dict[int, float], dict[int, float] | None]:
        """The baseline that was asked for: its name, its values and its bounds.
        `ScenarioError` where none or several bear the name."""
        if baseline.isdigit() and 1 <= int(baseline) <= len(own):
            place = int(baseline) - 1
            return f"point {baseline}", own[place], self._bounds[place].get((SCENARIO, group))
        points = [place for place, (name, _, _) in enumerate(names) if name == baseline]
        beside = {key for _, name, key in names if name == baseline}
        if len(points) == 1:
            return baseline, own[points[0]], self._bounds[points[0]].get((SCENARIO, group))
        if not points and len(beside) == 1:
            mine = [place for place, (_, name, _) in enumerate(names) if name == baseline]
            place = max(mine, key=lambda one: len(self._values[one].get((COMPARATOR, group), {})))
            longest, shortest = (of[place].get((COMPARATOR, group)) for of in (self._values, self._bounds))
            return baseline, longest or {}, shortest
        raise ScenarioError([_not_one(baseline, len(points) or len(beside), names)])


def _not_one(baseline: str, count: int, names: Sequence[tuple[str, str, str]]) -> Fault:
    """Of a baseline whose name `count` points bear, and not one."""
    if count:
        what = f"{count} points bear the name '{cut(baseline, 60)}'"
        return Fault("baseline", what, "the number of a point (points.csv): baseline=1")
    known = dict.fromkeys(one for name, other, _ in names for one in (name, other) if one)
    what = f"no scenario '{cut(baseline, 60)}' is in these results"
    return Fault("baseline", what, f"{nearest(baseline, known)}, or the number of a point")


def names_faults(ask: Ask, paths: Sequence[str]) -> list[Fault]:
    """Of `x` and `y`, those that do not vary."""
    faults = [
        Fault(
            name,
            f"'{cut(path, 80)}' does not vary between these points",
            nearest(path, paths) if paths else "nothing varies: leave it out",
        )
        for name, path in (("x", ask.x), ("y", ask.y))
        if path and path not in paths
    ]
    if ask.x and ask.x == ask.y:
        faults.append(Fault("y", "is x", "another setting"))
    return faults


def _by_role_and_group(rows: pd.DataFrame) -> dict[tuple[str, str], dict[int, float]]:
    """(role, group) -> replication -> value."""
    return {
        key: dict(zip(part["replication"].tolist(), part["value"].tolist(), strict=True))
        for key, part in rows.groupby(["role", "group"], sort=False)
    }
