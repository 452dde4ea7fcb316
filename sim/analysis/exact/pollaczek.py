"""Queues in continuous time with any service time: M/G/1, M/D/1, M/D/c, and priority classes.

`arrivals` is a rate; service times in the same unit of time; `spread` is the coefficient of variation
(standard deviation / mean) of the service time. Waits are before service begins.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.analysis.exact import roots


def mean_wait(arrivals: float, service_time: float, spread: float) -> float:
    """M/G/1 (Pollaczek 1930, Khinchin 1932): lambda s^2 (1 + v^2) / (2 (1 - rho)); spread 1 is M/M/1, 0 is M/D/1."""
    load = arrivals * service_time
    if not 0 <= load < 1:
        raise ValueError(f"no steady state: load {load:g}")
    return arrivals * service_time**2 * (1.0 + spread**2) / (2.0 * (1.0 - load))


def mean_wait_fixed(arrivals: float, service_time: float, servers: int = 1) -> float:
    """M/D/c, first come first served (Crommelin 1932).

    Seen every service time, its queue is the daily list of `roots` with c slots; Little gives the wait.
    """
    return roots.mean_list(arrivals * service_time, servers) / arrivals


def priority_mean_waits(
    arrivals: Sequence[float], service_times: Sequence[float], spreads: Sequence[float]
) -> NDArray[np.float64]:
    """(classes,) M/G/1, most urgent first, nobody interrupted (Cobham 1954, Oper. Res. 2).

    R / ((1 - s_{k-1})(1 - s_k)), R = sum lambda E[S^2] / 2 over all classes, s_k the load of the first k.
    """
    rates, times, spread = (np.asarray(values, float) for values in (arrivals, service_times, spreads))
    residual = float((rates * times**2 * (1.0 + spread**2)).sum() / 2.0)
    room = 1.0 - np.append(0.0, np.cumsum(rates * times))
    if room[-1] <= 0:
        raise ValueError(f"no steady state: load {1.0 - room[-1]:g}")
    return residual / (room[:-1] * room[1:])
