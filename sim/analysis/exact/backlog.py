"""Fixed arrivals: what an old list and a steady gap between demand and slots come to. Whole people, whole days.

Day 0 is the first clinic. `backlog` people wait before it, ahead of everybody who joins from day 0 on;
`arrivals` join and up to `slots` are seen every day. Elementary counting; no chance in it but where said.
"""

import numpy as np

from sim.analysis.exact.chain import MAX_STATES, Arrivals, Pmf, clinic_day, mean_of, pmf_of, too_long


def list_after(days: int, backlog: int, arrivals: int, slots: int) -> int:
    """People left after `days` clinics: max(0, B + (a - c) T)."""
    return max(0, backlog + (arrivals - slots) * days)


def days_to_clear(backlog: int, arrivals: int, slots: int) -> int:
    """Number of clinics until nobody is left: ceil(B / (c - a)); the last of them is on day one less."""
    if backlog and arrivals >= slots:
        raise ValueError(f"{arrivals} a day for {slots} slots never clears")
    return -(-backlog // (slots - arrivals)) if backlog else 0


def backlog_mean_wait(backlog: int, slots: int) -> float:
    """Mean days from day 0 until those of the backlog are seen: the mean of floor(i / c), i < B."""
    full, rest = divmod(backlog, slots)
    return (slots * full * (full - 1) / 2 + rest * full) / backlog


def seen_waits(days: int, arrivals: int, slots: int, backlog: int = 0) -> Pmf:
    """(people,) waits of all seen in `days` clinics, in the order seen.

    The i-th in line (from 0) is seen on day floor(i / c) if that many are ever there; the backlog counts from day 0.
    """
    line = np.arange(backlog + arrivals * days)
    joined = np.maximum(line - backlog, 0) // max(arrivals, 1)
    # Seen on the day joined, or a day after the person c places ahead, whichever is later.
    seen = joined.copy()
    for person in range(slots, len(line)):
        seen[person] = max(joined[person], seen[person - slots] + 1)
    return (seen - joined)[seen < days].astype(float)


def last_seen_wait(days: int, arrivals: int, slots: int, backlog: int = 0) -> int:
    """Wait of the last one seen in `days` clinics where arrivals pass slots: T - 1 - floor((cT - 1 - B) / a).

    The one seen is number cT - 1 in line (from 0).
    """
    if arrivals < slots:
        raise ValueError("the last one seen waits like this only where arrivals pass slots")
    return days - 1 - max(slots * days - 1 - backlog, 0) // arrivals


def mean_days_to_clear(backlog: int, arrivals: Arrivals, slots: int) -> float:
    """Mean number of clinics until nobody is left, arrivals random: hitting times, (I - Q) h = 1.

    With one slot and mean m it is B / (1 - m) (Wald). Kemeny and Snell 1960, Finite Markov Chains, ch. 3.
    """
    pmf = pmf_of(arrivals)
    if mean_of(pmf) >= slots:
        raise ValueError(f"{mean_of(pmf):g} a day for {slots} slots never clears for certain")
    if not backlog:
        return 0.0
    size, before = 2 * backlog + 64, np.inf
    while size <= MAX_STATES:
        inside = clinic_day(pmf, slots, size)[1:, 1:]
        now = float(np.linalg.solve(np.eye(size - 1) - inside, np.ones(size - 1))[backlog - 1])
        if abs(now - before) < 1e-11 * now:
            return now
        size, before = 2 * size, now
    raise too_long()
