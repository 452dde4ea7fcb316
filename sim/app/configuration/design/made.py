"""A recipe -> its points, by scipy's quasi-Monte Carlo designs, or every combination."""

from inspect import signature
from itertools import product

import numpy as np

from sim.app.configuration.design.range import Range
from sim.app.configuration.design.recipe import Recipe


def made(recipe: Recipe) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Factors and points; the same recipe always makes the same ones. Of a factorial,
    the last factor changes fastest."""
    factors = tuple(recipe.factors)
    levels = [
        one.levels() if isinstance(one, Range) and one.step is not None else one for one in recipe.factors.values()
    ]
    if recipe.terms.kind == "factorial":
        values = product(*levels)
    else:
        values = (map(_value, levels, row) for row in _shares(recipe).tolist())
    return factors, tuple(
        tuple(f"{factor}={value}" for factor, value in zip(factors, row, strict=True)) for row in values
    )


def _shares(recipe: Recipe) -> np.ndarray:
    """(points, factors), each at least 0 and below 1."""
    from scipy.stats import qmc  # half a second, which no other command should wait for

    terms, dimensions = recipe.terms, len(recipe.factors)
    kind = qmc.Sobol if terms.kind == "sobol" else qmc.LatinHypercube
    chance = {
        "rng" if "rng" in signature(kind).parameters else "seed": np.random.default_rng(terms.seed)
    }  # scipy renamed it in 1.15
    if terms.kind == "sobol":
        return kind(dimensions, scramble=True, **chance).random_base2(terms.points.bit_length() - 1)
    return kind(
        dimensions, scramble=not terms.centred, optimization="random-cd" if terms.optimised else None, **chance
    ).random(terms.points)


def _value(levels: Range | tuple[str, ...], share: float) -> str:
    """The value at this share of the way; each of a list has an equal part of it."""
    return levels.at(share) if isinstance(levels, Range) else levels[min(int(share * len(levels)), len(levels) - 1)]
