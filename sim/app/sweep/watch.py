"""The progress of a sweep whose shares run elsewhere, seen through the store."""

import threading
from collections.abc import Callable
from contextlib import suppress

from sim.app.progress import Progress
from sim.app.store import Store

_LOOK_SECONDS = 0.5


class Watch:
    """Context manager: tells `bar` of each replication once it is in the store, or has failed since `began`.

    `names`: (key, replication) -> scenario, of all that were not stored when it began. `stored`: called when one is.
    """

    def __init__(self, store: Store, bar: Progress, names: dict[tuple[str, int], str], began: float, stored: Callable[[], None]):
        self._store, self._bar, self._names, self._began, self._stored = store, bar, dict(names), began, stored
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self._over.set()
        self._thread.join()
        self._look()

    def _look_on(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with suppress(OSError):     # a disk that stumbles: the next look sees it, or the last one tells it
                self._look()

    def _look(self) -> None:
        self._store.refresh()
        for place in [place for place in self._names if self._store.has(*place)]:
            self._stored()
            self._bar.done(self._names.pop(place), place[1])
        lost = [place for place in self._names if place in self._store.failed and self._store.failed[place].when >= self._began]
        for place in lost:
            self._bar.failed(self._names.pop(place), place[1], self._store.failed[place].why)
