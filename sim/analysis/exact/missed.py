"""Missed appointments (DNA): the slot is used either way; the person is lost, or back on the list.

`missed`: chance that a booked person does not come, each time anew. `rebooked`: share of those who miss
that join the back of the list (to be seen from the next clinic day on); the others are discharged.
"""

import numpy as np

from sim.analysis.exact.chain import Arrivals, Pmf, clinic_day, first_size, mean_of, mean_path, pmf_of, settled


def slots_a_person(missed: float, rebooked: float = 1.0) -> float:
    """Mean slots used by a person until seen or discharged: 1 / (1 - p r), geometric."""
    return 1.0 / (1.0 - missed * rebooked)


def slots_used(arrivals: Arrivals, missed: float, rebooked: float = 1.0) -> float:
    """Mean slots used a day, settled: m / (1 - p r)."""
    return mean_of(pmf_of(arrivals)) * slots_a_person(missed, rebooked)


def attended(arrivals: Arrivals, missed: float, rebooked: float = 1.0) -> float:
    """Mean people who attend a day, settled: m (1 - p) / (1 - p r); m (1 - p) if none, m if all are rebooked."""
    return slots_used(arrivals, missed, rebooked) * (1.0 - missed)


def stationary_list(arrivals: Arrivals, slots: int, missed: float, rebooked: float = 1.0) -> Pmf:
    """(n,) chance that 0, 1, ... are on the list after the clinic, those rebooked that day included.

    W' = Y - S + Bin(S, p r), Y = W + A, S = min(Y, c). With r = 0 the list does not know who missed.
    """
    pmf, back = pmf_of(arrivals), missed * rebooked
    guess = first_size(pmf, slots, rebooked=back)
    return settled(lambda size: clinic_day(pmf, slots, size, rebooked=back), guess)


def mean_list(arrivals: Arrivals, slots: int, missed: float, rebooked: float = 1.0) -> float:
    """Mean people on the list after the clinic."""
    return mean_of(stationary_list(arrivals, slots, missed, rebooked))


def mean_wait(arrivals: Arrivals, slots: int, missed: float, rebooked: float = 1.0) -> float:
    """Mean days from joining first until attended or discharged (Little over the whole stay)."""
    return mean_list(arrivals, slots, missed, rebooked) / mean_of(pmf_of(arrivals))


def mean_list_path(
    arrivals: Arrivals, slots: int, missed: float, days: int, rebooked: float = 1.0, start: int = 0
) -> Pmf:
    """(days,) mean list after the clinics of days 0, 1, ... when `start` wait before day 0. Any load."""
    pmf, back = pmf_of(arrivals), missed * rebooked
    growth = max(mean_of(pmf) - slots * (1 - back), 0) * days
    guess = int(start + growth + 10 * (days * (mean_of(pmf) + slots * back)) ** 0.5) + 40
    return mean_path(lambda size: clinic_day(pmf, slots, size, rebooked=back), guess, days, start)


def one_slot_mean_list(mean: float, missed: float) -> float:
    """Mean list with one slot a day, Poisson arrivals, all rebooked, in closed form.

    G(z) = (1 - p - m)(z - 1) / (z - (1 - p + p z) exp(m(z - 1))), so the mean is (m^2 + 2 p m) / (2 (1 - p - m)).
    """
    return (mean**2 + 2 * missed * mean) / (2 * (1 - missed - mean))


def roots_mean_list(mean: float, slots: int, missed: float) -> float:
    """Mean list with c slots, Poisson arrivals, all rebooked, by roots: the second route.

    With b(z) = 1 - p + p z: G(z) (z^c - a(z) b(z)^c) = sum_{j<c} q_j (z^c b^j - z^j b^c), q_j = P(Y = j).
    The right side is zero at the c - 1 roots of z^c = a(z) b(z)^c inside the unit circle, which with G(1) = 1
    are c linear equations for the q_j (Bailey's argument, 1954, JRSS B 16).
    """
    unity = np.exp(2j * np.pi * np.arange(1, slots) / slots)
    z = np.zeros(slots - 1, complex)
    for _ in range(20_000):
        new = unity * np.exp(mean * (z - 1) / slots) * (1 - missed + missed * z)
        done = np.abs(new - z).max(initial=0.0) < 1e-16
        z = new
        if done:
            break
    j = np.arange(slots)

    def terms(at: complex) -> np.ndarray:
        b = 1 - missed + missed * at
        return at**slots * b**j - at**j * b**slots

    # First and second derivatives at z = 1 of the right side's terms and of the left's factor.
    first = (slots - j) * (1 - missed)
    second = (
        slots * (slots - 1) + 2 * slots * j * missed + j * (j - 1) * missed**2
        - (j * (j - 1) + 2 * slots * j * missed + slots * (slots - 1) * missed**2)
    )  # fmt: skip
    drift = slots * (1 - missed) - mean
    rows = [*(terms(root) for root in z), first.astype(complex)]
    q = np.linalg.solve(np.array(rows), np.append(np.zeros(slots - 1), drift)).real
    # a b^c has first derivative m + c p and second m^2 + 2 m c p + c (c - 1) p^2 at 1.
    bend = slots * (slots - 1) - (mean**2 + 2 * mean * slots * missed + slots * (slots - 1) * missed**2)
    # G = N / D with N(1) = D(1) = 0: G'(1) = (N'' - D'' G(1)) / (2 D').
    return float((second @ q - bend) / (2 * drift))
