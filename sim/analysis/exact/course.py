"""Courses of follow-ups, served before new people: load, occupancy, and the list of new people beside them.

A person seen for the first time on day d comes again on d + m, d + 2m, ... d + k m (k `followups`, `interval`
m days), at a clinic open every day. New people join at `rate` a day (Poisson) or by a distribution (n,).
"""

from itertools import product

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.stats import poisson

from sim.analysis.exact import missed
from sim.analysis.exact import slots as daily
from sim.analysis.exact.chain import EDGE, Arrivals, Pmf, first_size, mean_of, pmf_of

MAX_PAIRS = 400_000


def slots_used(rate: float, followups: int) -> float:
    """Mean slots used a day, settled: rate (1 + k). Steady only if below the slots offered."""
    return rate * (1 + followups)


def slots_used_path(rate: float, followups: int, interval: int, days: int) -> Pmf:
    """(days,) mean slots used on days 0, 1, ... from nobody in course, slots never short: rate (1 + min(k, d // m))."""
    return rate * (1.0 + np.minimum(np.arange(days) // interval, followups))


def mean_in_course(rate: float, followups: int, interval: int) -> float:
    """Mean people between first visit and last at the end of a day: rate k m (M/G/infinity, fixed stay)."""
    return rate * followups * interval


def in_course_pmf(rate: float, followups: int, interval: int, size: int) -> Pmf:
    """(size,) chance of 0, 1, ... people in course at the end of a day, slots never short: Poisson(rate k m)."""
    return poisson.pmf(np.arange(size), mean_in_course(rate, followups, interval))


def fenced_followup_wait(rate: float, share: float, slots: int) -> float:
    """Mean days past due of one follow-up each with chance `share`, at its own slots.

    New people never wait (slots to spare), so follow-ups fall due as Poisson(rate share), a day's apart from
    every other day's (thinning), whatever the interval: a daily list.
    """
    return daily.mean_wait(rate * share, slots)


def open_ended_mean_list(arrivals: Arrivals, slots: int, again: float) -> float:
    """Mean list of new people when every visit leads to another the next day with chance `again`, follow-ups first.

    The total is that of rebooked misses (no order changes it); follow-ups are never more than the slots, so
    those due tomorrow, m r / (1 - r) on average, are all that is not new.
    """
    due = mean_of(pmf_of(arrivals)) * again / (1.0 - again)
    return missed.mean_list(arrivals, slots, again) - due


def mean_list(arrivals: Arrivals, slots: int, followups: int, interval: int) -> float:
    """Mean list of new people, follow-ups first in shared slots, settled: a chain on (list, course history).

    Follow-ups are never late: F(d + m) = F(d) + N(d) - N(d - k m) <= c. Small cases only: there are
    C(c + k, k)^m histories. A clinic of one day a week with an interval of 7 days is `interval` 1 in weeks.
    """
    pmf = pmf_of(arrivals)
    size = first_size(pmf, slots / (1 + followups)) * (1 + followups)
    while True:
        matrix, histories = _pairs(pmf, slots, followups, interval, size)
        now = np.zeros(matrix.shape[0])
        now[0] = 1.0
        step = matrix.T.tocsr()
        for _ in range(200_000):
            after = step @ now
            moved = np.abs(after - now).sum()
            now = after
            if moved < 1e-13:
                break
        lists = now.reshape(size, histories).sum(axis=1)
        if lists[-1] < EDGE:
            return mean_of(lists)
        size *= 2


def mean_wait(arrivals: Arrivals, slots: int, followups: int, interval: int) -> float:
    """Mean days a new person waits for the first visit (Little)."""
    return mean_list(arrivals, slots, followups, interval) / mean_of(pmf_of(arrivals))


def mean_list_path(arrivals: Arrivals, slots: int, followups: int, interval: int, days: int) -> Pmf:
    """(days,) mean list of new people after days 0, 1, ... from nobody waiting and nobody in course. Any load."""
    pmf, means = pmf_of(arrivals), np.empty(days)
    size = int(days * max(mean_of(pmf) - slots / (1 + followups), 0) + 10 * (days * mean_of(pmf)) ** 0.5) + 40
    matrix, histories = _pairs(pmf, slots, followups, interval, size)
    step, now = matrix.T.tocsr(), np.zeros(matrix.shape[0])
    now[0] = 1.0
    for day in range(days):
        now = step @ now
        means[day] = mean_of(now.reshape(size, histories).sum(axis=1))
    return means


def _pairs(pmf: Pmf, slots: int, followups: int, interval: int, size: int) -> tuple[csr_array, int]:
    """Matrix on (list, history) pairs, history fastest, and the number of histories; pair 0 is the empty clinic.

    A history is the first visits of the last k m days, as m phases of k numbers that add to at most c; the
    phase in front is the one whose people are due today.
    """
    phases = [p for p in product(range(slots + 1), repeat=followups) if sum(p) <= slots]
    name = {phase: index for index, phase in enumerate(phases)}
    histories = list(product(range(len(phases)), repeat=interval))
    if len(histories) * size > MAX_PAIRS:
        raise ValueError(f"{len(histories)} histories x {size} list states is too many")
    place = {history: index for index, history in enumerate(histories)}
    waiting = (np.arange(size)[:, None] + np.arange(len(pmf))[None, :]).ravel()
    chance, origin = np.tile(pmf, size), np.repeat(np.arange(size), len(pmf))
    rows, columns, weights = [], [], []
    for index, history in enumerate(histories):
        due = phases[history[0]]
        new = np.minimum(waiting, slots - sum(due))
        after = np.array([place[(*history[1:], name[(n, *due)[:followups]])] for n in range(slots - sum(due) + 1)])
        left = np.minimum(waiting - new, size - 1)
        rows.append(origin * len(histories) + index)
        columns.append(left * len(histories) + after[new])
        weights.append(chance)
    count = size * len(histories)
    triples = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    return coo_array(triples, shape=(count, count)).tocsr(), len(histories)
