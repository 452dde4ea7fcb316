"""The daily list with Poisson arrivals and c slots by roots and transform: no truncation, any load below 1.

W' = max(0, W + A - c) has generating function
W(z) = (c - m)(z - 1) / (z^c - exp(m(z - 1))) x prod_k (z - z_k)/(1 - z_k),
z_k the c - 1 roots of z^c = exp(m(z - 1)) inside the unit circle (Bailey 1954, JRSS B 16, 80-87;
Janssen and van Leeuwaarden 2005, Queueing Systems 50, 141-163). It is also the queue of M/D/c (Crommelin 1932).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw

from sim.analysis.exact.chain import Pmf


def _load(mean: float, slots: int) -> float:
    if not 0 < mean < slots:
        raise ValueError(f"no steady state: {mean:g} a day for {slots} slots")
    return mean / slots


def inner_roots(mean: float, slots: int) -> NDArray[np.complex128]:
    """(slots - 1,) roots inside the unit circle: z = -W0(-r w exp(-r)) / r, r the load, w the c-th roots of 1."""
    load = _load(mean, slots)
    unity = np.exp(2j * np.pi * np.arange(1, slots) / slots)
    return -lambertw(-load * unity * np.exp(-load)) / load


def outer_root(mean: float, slots: int) -> float:
    """The real root z > 1: P(list > n) falls as z^-n."""
    load = _load(mean, slots)
    return float(-lambertw(-load * np.exp(-load), -1).real / load)


def mean_list(mean: float, slots: int) -> float:
    """Mean people left after the clinic: sum_k 1/(1 - z_k) - (c(c - 1) - m^2) / (2(c - m))."""
    inner = (1.0 / (1.0 - inner_roots(mean, slots))).sum().real
    return float(inner - (slots * (slots - 1) - mean**2) / (2.0 * (slots - mean)))


def empty_share(mean: float, slots: int) -> float:
    """P(list = 0) = W(0) = (c - m) exp(m) prod_k |z_k / (1 - z_k)|."""
    z = inner_roots(mean, slots)
    return float((slots - mean) * np.exp(mean + np.log(np.abs(z / (1.0 - z))).sum()))


def list_pmf(mean: float, slots: int, size: int) -> Pmf:
    """(size,) chance of 0, 1, ... size-1 left: W(z) on the unit circle, turned back by FFT.

    Points enough that what wraps round is below 1e-18.
    """
    points = size + int(np.ceil(42.0 / np.log(outer_root(mean, slots))))
    z = np.exp(2j * np.pi * np.arange(1, points) / points)
    inner = inner_roots(mean, slots)
    product = np.ones_like(z)
    for root in inner:
        product *= (z - root) / (1.0 - root)
    values = np.ones(points, complex)
    values[1:] = (slots - mean) * (z - 1.0) * product / (z**slots - np.exp(mean * (z - 1.0)))
    return np.fft.fft(values).real[:size] / points
