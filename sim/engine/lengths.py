"""Lengths from keyed uniform draws, by inverse transforms: visits, calls and stays with a mean of 1."""

from collections.abc import Callable

import numpy as np

from sim.domain.lengths import Lengths


def drawn(lengths: Lengths, n: int, draw: Callable[[str], np.ndarray]) -> np.ndarray:
    """(n,) lengths with mean 1; `draw`: uniforms (n,) in [0, 1) for "length", "length_too" or "length_kind"."""
    found = np.ones(n) if lengths.spread == "fixed" else _about_one(lengths, draw)
    return found * _of_kinds(lengths.shares, draw("length_kind")) if lengths.shares else found


def _about_one(lengths: Lengths, draw: Callable[[str], np.ndarray]) -> np.ndarray:
    u, cv = draw("length"), lengths.cv
    if lengths.spread == "exponential":
        found: np.ndarray = -np.log1p(-u)
    elif lengths.spread == "lognormal":
        z = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * draw("length_too"))  # Box and Muller 1958
        sigma2 = np.log1p(cv * cv)
        found = np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
    elif lengths.spread == "gamma":
        from scipy.special import gammaincinv  # a tenth of a second, which no other spread should wait for

        found = gammaincinv(1 / cv**2, u) * cv**2
    elif lengths.spread == "uniform":
        low, high = lengths.between
        found = (low + (high - low) * u) * 2 / (low + high)
    else:
        low, most, high = lengths.between
        found = _triangular(u, low, most, high)
    return found


def _of_kinds(table: dict[str, float], u: np.ndarray) -> np.ndarray:
    """(n,) each kind's length over the mean of all."""
    values, shares = np.array([float(word) for word in table]), np.array([*table.values()])
    kinds = np.minimum(np.cumsum(shares).searchsorted(u, "right"), len(values) - 1)
    found: np.ndarray = (values / (values @ shares))[kinds]
    return found


def _triangular(u: np.ndarray, low: float, most: float, high: float) -> np.ndarray:
    """(n,) from low to high, most often `most`, over their mean."""
    rising = u * (high - low) < most - low
    up = low + np.sqrt(u * (high - low) * (most - low))
    down = high - np.sqrt((1 - u) * (high - low) * (high - most))
    found: np.ndarray = np.where(rising, up, down) * 3 / (low + most + high)
    return found
