"""How often Python looks for rubbish that holds itself in circles: by its own measure that is a seventh of a run."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW, _YOUNG, _OLD = 50_000, 10, 4
"""Objects that are new before they are looked through, and how often that is done before the older ones are too:
all of them once in two million new ones, a few hundred MB."""


def seldom() -> None:
    """For this process from now on; what is let go otherwise is given back at once, as ever."""
    gc.set_threshold(_NEW, _YOUNG, _OLD)


@contextmanager
def of_its_own() -> Iterator[None]:
    """Inside, only what is made inside is looked through: what was there before is most of it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def now() -> None:
    """At once: the world of a replication is one large circle, and is not to wait until the next has been made."""
    gc.collect()
