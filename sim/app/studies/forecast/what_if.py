"""What if something were changed there: how unsure the lists are comes from flows, the difference from the engine.

Both runs have the same people with the same luck, so their difference is known far better than either list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.analysis.indicators.hospital import clocks
from sim.analysis.reading.reading import Reading
from sim.app.configuration.compose import compose
from sim.app.studies.forecast.asked import ForecastAsked
from sim.app.studies.forecast.foretold import ListAhead
from sim.app.studies.place.asked import TODAY
from sim.domain.people.published import ENGLAND
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate

REPLICATIONS = 5
COMMUNITY, ITS_SERVICE = "community", "physiotherapy"
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class ChangedList:
    """A list of the place: its `part` of the published one; (replications, months, bands) people on it in the engine,
    `today` and `then`, in the bands in which it is published."""

    ahead: ListAhead
    part: float
    today: np.ndarray
    then: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """(replications, months, bands)."""
        return self.then - self.today

    def likely(self) -> np.ndarray:
        """(months, bands) people of the place, with the change."""
        return self.part * self.ahead.ahead.likely + self.difference.mean(axis=0)

    def paths(self) -> np.ndarray:
        """(paths, months, bands): each path of the flows with the difference of one replication."""
        paths = self.part * self.ahead.ahead.paths
        return paths + self.difference[np.arange(len(paths)) % len(self.difference)]


def what_if(ask: ForecastAsked, lists: Sequence[ListAhead]) -> list[ChangedList]:
    """The place's lists (England's, in part, where it has none) with the settings that are asked for, against today's
    model there without them; both with what `mskflow fit` has written, if it has."""
    name = f"{ask.folder.name}{TODAY}"
    long = (f"run.years={ceil(ask.months * 31 + 1) / DAYS_A_YEAR:.4f}", "run.warm_up_days=0")
    if (ask.folder / "mechanisms" / ask.folder.name / "fitted.yaml").is_file():
        long = (*long, f"mechanisms=[{ask.folder.name}/fitted]")
    today, then = (compose(name, [*long, *more], config_dirs=(str(ask.folder),)) for more in ((), ask.changes))
    own = {one.name for one in lists if one.whose != ENGLAND}
    mine = [
        one
        for one in lists
        if (one.whose != ENGLAND or one.name not in own)
        and _service(one) in today.pathway.services
        and one.name in today.start.lists
    ]
    counts = [[_counted(one, r, mine, ask.months) for r in range(REPLICATIONS)] for one in (today, then)]
    found = []
    for place, one in enumerate(mine):
        before, after = (np.array([run[place] for run in runs]) for runs in counts)
        found.append(ChangedList(one, float(today.start.lists[one.name].part_of_list), before, after))
    return found


def _service(one: ListAhead) -> str:
    return ITS_SERVICE if one.name == COMMUNITY else one.name


def _counted(scenario: Scenario, replication: int, lists: Sequence[ListAhead], months: int) -> list[np.ndarray]:
    """(months, bands) people on each list at month ends."""
    record = simulate(scenario, replication)
    reading = Reading(record, scenario)
    ends = record.calendar.month_ends()[:months]
    return [np.array([_on_list(reading, one, int(end)) for end in ends]) / scenario.place.scale for one in lists]


def _on_list(reading: Reading, one: ListAhead, end: int) -> np.ndarray:
    """(bands,) people on a list at the end of a day: open RTT clocks, or people who stand on the community's."""
    service = reading.services.index(_service(one))
    if one.name == COMMUNITY:
        _, since, left = reading.stays[service]
        days = end - since[(since <= end) & (left > end)]
    else:
        found = clocks(reading)
        here = found.open_at(end)
        days = end - found.started_by(end)[here][found.service[here] == service]
    edges = one.months[-1].edges
    return np.bincount(np.maximum(edges.searchsorted(days, "left") - 1, 0), minlength=len(edges)).astype(float)
