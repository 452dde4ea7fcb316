"""The few small operations that are most of the work, in two forms that give the same bytes.

`plain` is numpy. `compiled` is the same as loops, which numba turns into machine code where the extra `fast` is
installed: for the twenty to a hundred people of a clinic's day a numpy call costs more than what it does.
Which form it is is chosen here, once.
"""

from importlib.util import find_spec

if find_spec("numba") is not None:
    from sim.engine.kernels.compiled import (
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
else:
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
