"""Value of information: what knowing a parameter would be worth to whoever decides, from draws of net benefit.

EVPPI by regression on one set of draws (Strong, Oakley and Brennan 2014): the net benefit that the parameter
alone leads one to expect is what a smooth curve in it fits, and replication noise falls out with everything else
that is no function of it.
"""

import math

import numpy as np
from scipy.special import fdtrc

from sim.analysis.statistics.uncertainty import ENDS

KNOTS = (2, 5, 9)
CURVES = 3 + len(KNOTS)
ALPHA = 0.05


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
    """(n,) net benefit that x (n, parts) leads one to expect: least squares on a smooth curve of each part.

    A curve is a line, a parabola, a cubic, or a cubic spline of `KNOTS` knots at quantiles. It enters if it explains
    more than luck would (F test, `ALPHA` shared by all curves of all parts of all parameters looked at, half of it
    kept for lines); of those that do, part by part, the one with the lowest Bayesian information criterion.
    """
    n, parts = len(net), [place for place, part in enumerate(x.T) if part.std() > 0]
    design, rest = np.ones((n, 1)), float(((net - net.mean()) ** 2).sum())
    fitted, nothing, left = np.full(n, net.mean()), 1e-18 * float((net**2).sum()), list(parts)
    while left and rest > nothing:
        tried = []
        for place in left:
            for basis in _curves(x[:, place]):
                wider = np.column_stack([design, basis])
                spare = n - wider.shape[1]
                if spare < 2 * n // 3:
                    continue
                fit = wider @ np.linalg.lstsq(wider, net, rcond=None)[0]
                over = max(float(((net - fit) ** 2).sum()), nothing, 1e-300)
                more = basis.shape[1]
                share = ALPHA / (2 if more == 1 else 2 * (CURVES - 1)) / (len(parts) * among)
                if fdtrc(more, spare, max(rest - over, 0.0) / more / (over / spare)) < share:
                    tried.append((n * math.log(over) + wider.shape[1] * math.log(n), place, more, wider, fit, over))
        if not tried:
            break
        _, place, _, design, fitted, rest = min(tried, key=lambda one: one[:3])
        left.remove(place)
    return fitted


def _curves(part: np.ndarray):
    """Bases (n, terms) of the curves of one part, the plainest first: powers, and beyond each knot a cubic."""
    unit = (part - part.mean()) / part.std()
    powers = np.column_stack([unit, unit**2, unit**3])
    for degree in (1, 2, 3):
        yield powers[:, :degree]
    for knots in KNOTS:
        at = np.quantile(unit, np.arange(1, knots + 1) / (knots + 1))
        yield np.column_stack([powers, np.maximum(unit[:, None] - at, 0.0) ** 3])


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
