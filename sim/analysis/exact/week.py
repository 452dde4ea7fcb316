"""Clinics open on some days of the week, people joining on all seven: a chain that repeats every week.

`arrivals`: one entry a day of the cycle (a Poisson mean or a distribution); `slots`: whole slots, one entry
a day, 0 where closed. Any cycle length will do; day 0 is the first entry (Monday). Waits are calendar days.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.analysis.exact.chain import (
    EDGE,
    MAX_STATES,
    Arrivals,
    Matrix,
    Pmf,
    batch_position,
    clinic_day,
    mean_of,
    pmf_of,
    stationary,
    too_long,
    variance_of,
)


def working_week(slots: int) -> tuple[int, ...]:
    """Monday to Friday open with `slots` each, the weekend closed."""
    return (slots,) * 5 + (0, 0)


def _matrices(pmfs: list[Pmf], slots: Sequence[int], size: int) -> list[Matrix]:
    made: dict[tuple[bytes, int], Matrix] = {}
    for pmf, open_slots in zip(pmfs, slots, strict=True):
        key = (pmf.tobytes(), open_slots)
        if key not in made:
            made[key] = clinic_day(pmf, open_slots, size)
    return [made[pmf.tobytes(), open_slots] for pmf, open_slots in zip(pmfs, slots, strict=True)]


def lists_by_day(arrivals: Sequence[Arrivals], slots: Sequence[int]) -> NDArray[np.float64]:
    """(days of the cycle, n) chance that 0, 1, ... are left at the end of each day, settled.

    W(d) = max(0, W(d-1) + A(d) - c(d)); the list after the last day of a cycle is a chain of its own.
    """
    pmfs = [pmf_of(number) for number in arrivals]
    mean, offered = sum(map(mean_of, pmfs)), sum(slots)
    if mean >= offered * (1 - 1e-9):
        raise ValueError(f"no steady state: {mean:g} a cycle for {offered} slots")
    size = int(18 * sum(map(variance_of, pmfs)) / (offered - mean) + 2 * mean) + max(slots) + 40
    while size <= MAX_STATES:
        matrices = _matrices(pmfs, slots, size)
        cycle = matrices[0]
        for matrix in matrices[1:]:
            cycle = cycle @ matrix
        now, lists = stationary(cycle), []
        for matrix in matrices:
            now = now @ matrix
            lists.append(now)
        if max(day[-1] for day in lists) < EDGE:
            return np.array(lists)
        size *= 2
    raise too_long()


def mean_list_by_day(arrivals: Sequence[Arrivals], slots: Sequence[int]) -> Pmf:
    """(days of the cycle,) mean people left at the end of each day."""
    lists = lists_by_day(arrivals, slots)
    return lists @ np.arange(lists.shape[1])


def mean_wait(arrivals: Sequence[Arrivals], slots: Sequence[int]) -> float:
    """Mean calendar days from joining to being seen: summed daily lists / people a cycle (Little)."""
    return float(mean_list_by_day(arrivals, slots).sum() / sum(mean_of(pmf_of(number)) for number in arrivals))


def wait_pmf_by_day(arrivals: Sequence[Arrivals], slots: Sequence[int]) -> NDArray[np.float64]:
    """(day joined, k) chance of a wait of 0, 1, ... calendar days, first come first served.

    With n ahead (left the day before, and of the same day), the wait is the first k by which the slots from
    the day joined to k days on pass n.
    """
    lists, days = lists_by_day(arrivals, slots), len(slots)
    rows = []
    for day, number in enumerate(arrivals):
        ahead = np.convolve(lists[day - 1], batch_position(number)) if mean_of(pmf_of(number)) else lists[day - 1]
        cycles = len(ahead) // sum(slots) + 2
        offered = np.cumsum(np.tile(np.roll(slots, -day), cycles))
        rows.append(np.bincount(np.searchsorted(offered, np.arange(len(ahead)), side="right"), ahead))
    table = np.zeros((days, max(map(len, rows))))
    for day, row in enumerate(rows):
        table[day, : len(row)] = row
    return table


def wait_pmf(arrivals: Sequence[Arrivals], slots: Sequence[int]) -> Pmf:
    """(k,) chance of a wait of 0, 1, ... calendar days of all who join."""
    means = np.array([mean_of(pmf_of(number)) for number in arrivals])
    return means / means.sum() @ wait_pmf_by_day(arrivals, slots)


def mean_list_path(
    arrivals: Sequence[Arrivals], slots: Sequence[int], days: int, start: int = 0, first: int = 0
) -> Pmf:
    """(days,) mean people left at the end of days 0, 1, ... when `start` wait before day 0. Any load.

    `first`: place in the cycle of day 0 (weekday, 0 Monday).
    """
    pmfs, cycle = [pmf_of(number) for number in arrivals], len(slots)
    mean = sum(map(mean_of, pmfs)) / cycle
    size = int(start + days * max(mean - sum(slots) / cycle, 0) + cycle * mean + 10 * (days * mean) ** 0.5) + 40
    while size <= MAX_STATES:
        steps = [csr_array(matrix.T) for matrix in _matrices(pmfs, slots, size)]
        now, means, edge = np.eye(1, size, start)[0], np.empty(days), 0.0
        for day in range(days):
            now = steps[(first + day) % cycle] @ now
            means[day], edge = mean_of(now), max(edge, now[-1])
        if edge < EDGE:
            return means
        size *= 2
    raise too_long()
