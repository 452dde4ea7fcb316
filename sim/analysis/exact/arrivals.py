"""Numbers of a day that are not Poisson: negative binomial, in batches, and at gaps of Erlang stages.

The distributions (n,) of a day's number go where `chain.Arrivals` goes. With Erlang gaps days are not independent;
there the chain is on the stages.
"""

import numpy as np
from scipy.stats import nbinom

from sim.analysis.exact.chain import Pmf, poisson_pmf


def negative_binomial(mean: float, ratio: float, tail: float = 1e-13) -> Pmf:
    """(n,) chance of 0, 1, ... people on a day of this mean, with `ratio` times its variance if it were Poisson."""
    size, p = mean / (ratio - 1), 1 / ratio
    pmf = nbinom.pmf(np.arange(int(nbinom.isf(tail, size, p)) + 1), size, p)
    return pmf / pmf.sum()


def in_batches(mean: float, shares: dict[int, float]) -> Pmf:
    """(n,) chance of 0, 1, ... people on a day, in a Poisson number of batches of 1, 2, ... people (`shares`).

    The sum over the number of batches of the sizes' convolutions.
    """
    sizes = np.zeros(max(shares) + 1)
    sizes[list(shares)] = list(shares.values())
    batches = poisson_pmf(mean / float(np.arange(len(sizes)) @ sizes))
    pmf, of_so_many = np.zeros((len(batches) - 1) * (len(sizes) - 1) + 1), np.ones(1)
    for chance in batches:
        pmf[: len(of_so_many)] += chance * of_so_many
        of_so_many = np.convolve(of_so_many, sizes)
    return pmf / pmf.sum()


def erlang_mean_list_path(mean: float, stages: int, slots: int, days: int) -> Pmf:
    """(days,) mean people left after the clinics of days 0, 1, ... from an empty list, Erlang gaps of so many stages.

    Stages pass as Poisson(stages x mean) a day, and every `stages`-th is a person. The state is stages passed and
    not yet seen to: those of whole people on the list, and those of the one to come, of whom any number have passed
    at the start.
    """
    passing = poisson_pmf(stages * mean)
    now = np.full(stages, 1 / stages)
    means = np.empty(days)
    for day in range(days):
        joined = np.convolve(now, passing)
        state = np.arange(len(joined))
        left = np.where(state >= stages * slots, state - stages * slots, state % stages)
        now = np.bincount(left, joined)
        now = now[: np.flatnonzero(now > 1e-20)[-1] + 1]
        means[day] = (np.arange(len(now)) // stages) @ now
    return means
