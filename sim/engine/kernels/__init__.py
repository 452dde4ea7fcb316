"""The few small operations that are most of the work, in two forms that give the same bytes.

`plain` is numpy. `compiled` is the same as loops, which numba turns into machine code where the extra `fast` is
installed: for the twenty to a hundred people of a clinic's day a numpy call costs more than what it does.
To load numba takes as long as a small place takes to run, so `ready_for` a large one comes first.
"""

from importlib import import_module
from importlib.util import find_spec

from sim.engine.kernels.plain import (
    call_first,
    choose,
    draws,
    draws_at,
    draws_next,
    in_order,
    merge_in,
    multiply_by,
    new_tickets,
    one_less,
    parted,
    shares_missed,
    stand_behind,
    weigh,
    who_misses,
)

LARGE = 50_000  # people, among whom compiled loops win back what loading them has cost

__all__ = [
    "call_first",
    "choose",
    "draws",
    "draws_at",
    "draws_next",
    "in_order",
    "merge_in",
    "multiply_by",
    "new_tickets",
    "one_less",
    "parted",
    "shares_missed",
    "stand_behind",
    "weigh",
    "who_misses",
]


def ready_for(people: int) -> None:
    """From here on the compiled form, if so many people repay its loading and numba is there."""
    if people >= LARGE and find_spec("numba") is not None:
        take(import_module("sim.engine.kernels.compiled"))


def take(form: object) -> None:
    """Every operation from `form`, a module that has them all."""
    globals().update({name: getattr(form, name) for name in __all__})
