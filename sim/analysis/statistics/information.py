"""Value of information: what knowing a parameter would be worth to whoever decides, from draws of net benefit.

EVPPI by regression on one set of draws (Strong, Oakley and Brennan 2014): the net benefit that the parameter
alone leads one to expect is what a polynomial in it fits, and replication noise falls out with everything else
that is no function of it.
"""

import math

import numpy as np

from sim.analysis.statistics.uncertainty import ENDS

DEGREE = 3


def evpi(net: np.ndarray) -> float:
    """Pounds for knowing everything: `net` (n,) is the net benefit of the scenario less its comparator in each draw.

    The mean of the better choice in each draw, less the better choice for all. 0 where all draws point the same way.
    Noise of replications in `net` makes it too large: take that out first (`uncertainty.without_noise`).
    """
    return float(np.maximum(net, 0).mean() - max(net.mean(), 0.0))


def evppi(net: np.ndarray, x: np.ndarray, among: int = 1) -> float:
    """Pounds for knowing the parameter: `net` (n,) as for `evpi`, `x` (n, parts) its drawn values,
    `among` parameters looked at.

    0 where no term earns its place, and where the fitted benefit never changes sign.
    """
    return evpi(expected(net, x, among))


def expected(net: np.ndarray, x: np.ndarray, among: int = 1) -> np.ndarray:
    """(n,) net benefit that x (n, parts) leads one to expect: least squares on powers of each part, up to the third.

    Terms are added one by one, the best first, while the extended Bayesian information criterion falls
    (Chen and Chen 2008): of few draws and many parts, in many parameters, some would fit by luck.
    """
    n = len(net)
    candidates = _powers(x)
    chosen, fitted = np.ones((n, 1)), np.full(n, net.mean())
    score, each = _score(net, fitted, 0, n), math.log(n) + 2 * math.log(max(candidates.shape[1], 1) * among)
    left = list(range(candidates.shape[1]))
    while left and chosen.shape[1] < n // 3:
        tried = []
        for place in left:
            design = np.column_stack([chosen, candidates[:, place]])
            fit = design @ np.linalg.lstsq(design, net, rcond=None)[0]
            tried.append((_score(net, fit, chosen.shape[1] * each, n), place, fit))
        best, place, fit = min(tried, key=lambda one: one[:2])
        if not best < score:
            break
        score, fitted, chosen = best, fit, np.column_stack([chosen, candidates[:, place]])
        left.remove(place)
    return fitted


def _score(net: np.ndarray, fitted: np.ndarray, penalty: float, n: int) -> float:
    rest, scale = float(((net - fitted) ** 2).sum()), float((net**2).sum())
    return n * math.log(max(rest, 1e-18 * scale, 1e-300)) + penalty


def _powers(x: np.ndarray) -> np.ndarray:
    """(n, parts * DEGREE) powers of each part about its middle, in units of its own spread;
    a part that never varies has none."""
    columns = []
    for part in x.T:
        wide = part.std()
        if wide > 0:
            centred = (part - part.mean()) / wide
            columns += [centred**power for power in range(1, DEGREE + 1)]
    return np.column_stack(columns) if columns else np.zeros((len(x), 0))


def with_interval(
    net: np.ndarray, x: np.ndarray, among: int = 1, seed: int = 0, times: int = 200
) -> tuple[float, float, float]:
    """`evppi` and the 2.5% and 97.5% quantiles of it over bootstrap samples of the draws;
    (0, NaN, NaN) where it is 0."""
    value = evppi(net, x, among)
    if value == 0:
        return 0.0, math.nan, math.nan
    rng = np.random.default_rng(seed)
    again = [evppi(net[which], x[which], among) for which in rng.integers(0, len(net), (times, len(net)))]
    return value, *map(float, np.quantile(again, ENDS))
