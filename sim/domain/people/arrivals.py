"""How many people come on each day: Poisson, fixed, more uneven, at set gaps or in batches; and people given one by
one."""

from datetime import date

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.chance import Chance
from sim.domain.people.demand import Arriving, Trace


def numbers_of_days(chance: Chance, name: str, mean: np.ndarray, kind: str, arriving: Arriving) -> np.ndarray:
    """(days,) people of each day, whose `mean` (days,) is given: of the stream `name`, by its `kind` of arrivals."""
    if kind == "fixed":
        return np.diff(np.floor(np.cumsum(mean) + 1e-9), prepend=0).astype(np.int64)
    drawn = chance.generator(f"arrivals.{name}")
    if kind == "negative_binomial":
        # A Poisson day whose mean is itself drawn (gamma): the variance is `ratio` times the mean.
        more = (arriving.variance_to_mean_ratio or 1.0) - 1
        return drawn.poisson(drawn.gamma(mean / more, more))
    if kind == "gamma_gaps":
        return _at_gaps(drawn, np.cumsum(mean), arriving.gap_shape or 1.0)
    if kind == "batches":
        return _in_batches(drawn, mean, arriving.batch_shares)
    return drawn.poisson(mean)


def _at_gaps(drawn: np.random.Generator, up_to: np.ndarray, shape: float) -> np.ndarray:
    """(days,) people when `up_to` (days,) are expected and the gaps between one and the next are gamma, of mean 1
    person.

    The first gap is what is left of one that began before (longer ones are met more often), so that every day has
    its mean.
    """
    whole = float(up_to[-1])
    comes = drawn.random(1) * drawn.gamma(shape + 1, 1 / shape, 1)
    while comes[-1] <= whole:
        more = int(whole - comes[-1] + 10 * ((whole + 1) / shape) ** 0.5) + 10
        comes = np.concatenate([comes, comes[-1] + np.cumsum(drawn.gamma(shape, 1 / shape, more))])
    return np.diff(np.searchsorted(comes, up_to, "right"), prepend=0)


def _in_batches(drawn: np.random.Generator, mean: np.ndarray, shares: dict[str, float]) -> np.ndarray:
    """(days,) people, in a Poisson number of batches a day."""
    sizes, weights = np.array([int(size) for size in shares]), np.array(list(shares.values()))
    batches = drawn.poisson(mean / (sizes @ weights / weights.sum()))
    which = np.searchsorted(np.cumsum(weights) / weights.sum(), drawn.random(int(batches.sum())), "right")
    people = np.concatenate([[0], np.cumsum(sizes[np.minimum(which, len(sizes) - 1)])])
    ends = np.cumsum(batches)
    of_days: np.ndarray = people[ends] - people[ends - batches]
    return of_days


def day_of(one: Trace, start: date) -> int:
    """The day on which a person given one by one comes; it may lie beyond the simulated days. ValueError if the date
    cannot be read."""
    return (one.day or 0) if one.date is None else (date.fromisoformat(one.date) - start).days


def traced_days(trace: dict[str, Trace], calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """(people,) day on which each comes, and which of `trace` each is of: in the order given, those within the
    simulated days."""
    days = np.array([day_of(one, calendar.start) for one in trace.values()], int)
    people = np.array([one.people for one in trace.values()], int) * ((days >= 0) & (days < calendar.horizon))
    which = np.repeat(np.arange(len(trace)), people)
    return days[which] if len(trace) else days, which
