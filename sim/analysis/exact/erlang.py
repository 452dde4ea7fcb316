"""Queues in continuous time with exponential times: Erlang B, C and A, M/M/1 and M/M/c, with priorities.

`arrivals` and `service` are rates in the same unit of time (a minute, an hour); waits come in that unit.
`servers` is a whole number of clinicians.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc


def blocked_share(offered: float, servers: int) -> float:
    """Erlang B: share turned away when nobody can wait, `offered` = arrivals / service (Erlang 1917).

    By B(c) = a B(c-1) / (c + a B(c-1)), B(0) = 1: no factorials.
    """
    share = 1.0
    for number in range(1, servers + 1):
        share = offered * share / (number + offered * share)
    return share


def waiting_share(arrivals: float, service: float, servers: int) -> float:
    """Erlang C: share who wait at all, M/M/c (Erlang 1917): C = c B / (c - a (1 - B))."""
    offered = _steady(arrivals, service, servers)
    blocked = blocked_share(offered, servers)
    return servers * blocked / (servers - offered * (1.0 - blocked))


def mean_wait(arrivals: float, service: float, servers: int = 1) -> float:
    """Mean wait before service, M/M/c first come first served: C / (c mu - lambda)."""
    return waiting_share(arrivals, service, servers) / (servers * service - arrivals)


def mean_queue(arrivals: float, service: float, servers: int = 1) -> float:
    """Mean number waiting, M/M/c (Little)."""
    return arrivals * mean_wait(arrivals, service, servers)


def longer_share(time: float, arrivals: float, service: float, servers: int = 1) -> float:
    """P(wait > time), M/M/c first come first served: C exp(-(c mu - lambda) t)."""
    spare = servers * service - arrivals
    return waiting_share(arrivals, service, servers) * float(np.exp(-spare * time))


def priority_mean_waits(arrivals: Sequence[float], service: float, servers: int = 1) -> NDArray[np.float64]:
    """(classes,) mean waits, most urgent first, nobody interrupted, one service rate (Cobham 1954, Oper. Res. 2).

    C / (c mu) / ((1 - s_{k-1})(1 - s_k)), s_k the load of the first k classes, C for all classes.
    """
    share = waiting_share(float(sum(arrivals)), service, servers)
    room = 1.0 - np.append(0.0, np.cumsum(arrivals)) / (servers * service)
    return share / (servers * service) / (room[:-1] * room[1:])


@dataclass(frozen=True)
class Impatient:
    """What becomes of people at an M/M/c+M queue. Shares of all who come; times in the unit of the rates.

    `mean_wait` is over all, those who give up included; `mean_wait_seen` over those seen.
    """

    waiting_share: float
    abandoned_share: float
    mean_wait: float
    mean_wait_seen: float
    mean_queue: float
    busy: float


def impatient(arrivals: float, service: float, servers: int, patience: float) -> Impatient:
    """Erlang A: M/M/c whose people give up waiting at rate `patience` each (Palm 1957; Garnett et al. 2002, MSOM 4).

    Birth and death in equilibrium. One with j - 1 waiting ahead is seen with chance c mu / (c mu + j theta), and
    the wait then is a sum of exponentials of rates c mu + i theta, i = 1..j.
    """
    chance = _occupancy(arrivals, service, servers, patience)
    busy, full = servers * service, chance[servers:]
    place = np.arange(1, len(full) + 1)
    seen = full * busy / (busy + place * patience)
    queue = float((place - 1) @ full)
    lost = patience * queue / arrivals
    hurried = float(seen @ np.cumsum(1.0 / (busy + place * patience)))
    used = float(np.minimum(np.arange(len(chance)), servers) @ chance) / servers
    return Impatient(float(full.sum()), lost, queue / arrivals, hurried / (1.0 - lost), queue, used)


def impatient_longer_share(time: float, arrivals: float, service: float, servers: int, patience: float) -> float:
    """P(wait > time) of all who come, seen or not, Erlang A.

    exp(-theta V) of the wait V offered to one with j - 1 ahead is Beta(c mu / theta, j) (Renyi's representation).
    """
    full = _occupancy(arrivals, service, servers, patience)[servers:]
    alive = float(np.exp(-patience * time))
    return alive * float(full @ betainc(servers * service / patience, np.arange(1, len(full) + 1), alive))


@dataclass(frozen=True)
class Bounded:
    """What becomes of people at an M/M/c/K queue. `blocked_share` of all who come; `mean_wait` of those who get in."""

    blocked_share: float
    mean_wait: float


def bounded(arrivals: float, service: float, servers: int, room: int) -> Bounded:
    """M/M/c/K with K = servers + room: who comes when `room` wait turns back (Kendall 1953; at room 0 Erlang B)."""
    people = np.arange(1, servers + room + 1)
    chance = np.append(1.0, np.cumprod(arrivals / (service * np.minimum(people, servers))))
    chance /= chance.sum()
    queue = float(np.arange(room + 1) @ chance[servers:])
    return Bounded(float(chance[-1]), queue / (arrivals * (1.0 - float(chance[-1]))))


def _steady(arrivals: float, service: float, servers: int) -> float:
    if not 0 <= arrivals < servers * service:
        raise ValueError(f"no steady state: load {arrivals / (servers * service):g}")
    return arrivals / service


def _occupancy(arrivals: float, service: float, servers: int, patience: float) -> NDArray[np.float64]:
    """(n,) chance of 0, 1, ... people present, cut where they are too few to matter."""
    if patience <= 0:
        raise ValueError("patience must be a rate above 0; without it use Erlang C")
    crowd = max(arrivals - servers * service, 0.0) / patience
    most = servers + int(crowd + 12 * (arrivals / patience) ** 0.5) + 60
    people = np.arange(1, most + 1)
    down = np.minimum(people, servers) * service + np.maximum(people - servers, 0) * patience
    logs = np.append(0.0, np.cumsum(np.log(arrivals / down)))
    chance = np.exp(logs - logs.max())
    return chance / chance.sum()
