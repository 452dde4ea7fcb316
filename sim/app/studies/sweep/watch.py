"""The progress of a sweep whose shares run elsewhere, seen through the store."""

import threading
from collections.abc import Callable
from contextlib import suppress

from sim.app.running.progress import Progress
from sim.app.store import Store

_LOOK_SECONDS = 0.5


class Watch:
    """Context manager: tells `bar` of each replication once it is in the store, or has failed since `began`.

    `names`: (key, replication) -> scenario, of all that were not stored when it began. `stored`: called when one is.
    `more`: key -> scenario, of those of which a precision may ask for more replications.
    """

    def __init__(
        self,
        store: Store,
        bar: Progress,
        names: dict[tuple[str, int], str],
        began: float,
        stored: Callable[[], None],
        more: dict[str, str],
    ):
        self._store, self._bar, self._names, self._began, self._stored = store, bar, dict(names), began, stored
        self._more, self._known = more, {*names, *store.entries}
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
            with suppress(OSError):  # a disk that stumbles: the next look sees it, or the last one tells it
                self._look()

    def _look(self) -> None:
        self._store.refresh()
        self._take_more()
        for place in [place for place in self._names if self._store.has(*place)]:
            self._stored()
            self._bar.done(self._names.pop(place), place[1])
        lost = [
            place
            for place in self._names
            if place in self._store.failed and self._store.failed[place].when >= self._began
        ]
        for place in lost:
            self._bar.failed(self._names.pop(place), place[1], self._store.failed[place].why)

    def _take_more(self) -> None:
        """Replications that nobody knew of when it began."""
        new = (
            [
                place
                for place in (*self._store.entries, *self._store.failed)
                if place[0] in self._more and place not in self._known
            ]
            if self._more
            else []
        )
        new = [place for place in new if self._store.has(*place) or self._store.failed[place].when >= self._began]
        self._known.update(new)
        self._names |= {place: self._more[place[0]] for place in new}
        if new:
            self._bar.expect(self._bar.total + len(new))
