"""An errand in hand: what is still to be run for it, in which order, and how far it is."""

import time
from dataclasses import dataclass

from sim.app.running.work import Keyed, Task
from sim.app.store import Store, key_of
from sim.app.studies.options.options_asked import AskedOptions
from sim.app.web.work import Compose, Composed, ComposeOptions, Publish, points_in
from sim.domain.scenario import Scenario

Place = tuple[str, int]
"""Key and replication, as the store has them."""


@dataclass(frozen=True)
class Far:
    """How far an errand is: replications stored of all, and seconds that are left (None: not known yet)."""

    done: int
    total: int
    seconds: float | None


class Numbers:
    """Replication 0 of every scenario first, then 1, and so on: so that all have numbers at once, and soon."""

    def __init__(self, scenarios: list[Scenario], replications: int):
        keys = [key_of(one) for one in scenarios]
        places = dict.fromkeys((key, r) for r in range(replications) for key in keys)
        self._scenarios = dict(zip(keys, scenarios, strict=True))
        self.left, self.total = list(places), len(places)
        self._began, self._ran = 0.0, 0

    def next(self, store: Store, taken: set[Place]) -> Keyed | None:
        """What to run now; None while the rest is in other hands."""
        self.left = [place for place in self.left if not store.has(*place)]
        self._began = self._began or time.monotonic()
        key, replication = next((place for place in self.left if place not in taken), ("", 0))
        return Keyed(Task((self._scenarios[key],), replication), (key,)) if key else None

    def took(self) -> None:
        """One of its replications has been stored."""
        self._ran += 1

    def far(self, store: Store) -> Far:
        left = sum(not store.has(*place) for place in self.left)
        each = (time.monotonic() - self._began) / self._ran if self._ran else None
        return Far(self.total - left, self.total, None if each is None else each * left)


class WholeReport(Numbers):
    """A report: composed by a worker first, run, and told by a worker at the end. `asked`: what is to be composed."""

    def __init__(self, asked: Compose | ComposeOptions):
        super().__init__([], 0)
        self._asked = asked
        self._made: Composed | AskedOptions | None = None
        self._since = time.time()

    def compose(self) -> Compose | ComposeOptions | None:
        """What a worker has to compose before anything else; None once it has."""
        return self._asked if self._made is None else None

    def composed(self, made: Composed | AskedOptions) -> None:
        """What a worker has composed: all that is to be run."""
        self._made = made
        places: dict[Place, Scenario] = {}
        for point in points_in(made).values():
            for scenario, key in zip(point.make(), point.keys, strict=True):
                places |= {(key, r): scenario for r in range(point.count)}
        self._scenarios = {key: scenario for (key, _), scenario in places.items()}
        self.left, self.total = list(places), len(places)

    def publish(self) -> Publish | None:
        """What a worker has to write when all is there."""
        return None if self._made is None else Publish(self._asked, self._made, self._since)
