"""How unequal a value is over groups of people: along an order (deprivation), and without one (ethnic groups).

The slope and the relative index of inequality regress the groups' values on their ridit, the middle of the part
of the population that each takes up when the groups stand in order, weighted by their size (Pamuk 1985, Population
Studies 39: 17-31; Mackenbach and Kunst 1997, Social Science & Medicine 44: 757-771; OHID works
out the slope the same way, of tenths of deprivation). So all fifths count, and not the two ends alone.

The order is from the most to the least deprived. The sign here: positive, or a ratio above 1, means that the value
is higher for the most deprived. Of a wait that is to their disadvantage, of a share who are operated on it is not.
"""

import numpy as np
from numpy.typing import ArrayLike


def ridits(people: ArrayLike) -> np.ndarray:
    """(groups,) middles of each group's part of the population, 0-1, in the order given.
    `people` (groups,): at least one is above 0."""
    people = np.asarray(people, float)
    return (np.cumsum(people) - people / 2) / people.sum()


def ends(values: ArrayLike, people: ArrayLike) -> tuple[float, float]:
    """The values that the weighted line has for the very most and the very least deprived; NaN where there is no line.

    `values` (groups,) in any unit, from the most to the least deprived; `people` (groups,): how many each is of.
    A group of nobody does not count; a value that is not known of people who are there makes the line unknown.
    """
    values, people = np.asarray(values, float), np.asarray(people, float)
    values, people = values[people > 0], people[people > 0]
    if len(values) < 2 or np.isnan(values).any():
        return float("nan"), float("nan")
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    weight, x = people / people.sum(), ridits(people)
    middle, mean = weight @ x, weight @ values
    slope = (weight * (x - middle)) @ (values - mean) / (weight @ (x - middle) ** 2)
    return float(mean - slope * middle), float(mean + slope * (1 - middle))


def slope_index(values: ArrayLike, people: ArrayLike) -> float:
    """Slope index of inequality: the line's value for the most deprived less that for the least,
    in the unit of `values`."""
    most, least = ends(values, people)
    return most - least


def relative_index(values: ArrayLike, people: ArrayLike) -> float:
    """Relative index of inequality (Kunst and Mackenbach): the line's value for the most deprived
    over that for the least.

    1 where all values are the same; NaN where the line falls to zero or below at either end.
    """
    most, least = ends(values, people)
    if most == least:
        return 1.0
    return most / least if most > 0 and least > 0 else float("nan")


def longest_over_shortest(values: ArrayLike, people: ArrayLike) -> float:
    """The largest value over the smallest of groups with people;
    1 where they are the same, infinite over a smallest of 0."""
    low, high = _range(values, people)
    if low == high:
        return 1.0
    return high / low if low else float("inf")


def widest_gap(values: ArrayLike, people: ArrayLike) -> float:
    """The largest value less the smallest, of groups with people: never below 0, and by chance alone above it."""
    low, high = _range(values, people)
    return high - low


def _range(values: ArrayLike, people: ArrayLike) -> tuple[float, float]:
    here = np.asarray(values, float)[np.asarray(people) > 0]
    return (float(here.min()), float(here.max())) if len(here) > 1 else (float("nan"), float("nan"))
