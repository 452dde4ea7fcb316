"""Gaps between groups of people, as far as their intervals show them."""

from sim.analysis.words.indicator import INDICATORS
from sim.analysis.words.side import side_of_zero


def like_of(group: str) -> str:
    """The indicator as which a gap is written: the one that it is of; of a service the median wait of those seen."""
    of = group.removesuffix("_needs_more")
    return of if of in INDICATORS else "wait_weeks_median"


def way(gap, then, now) -> str:
    """`widens`, `narrows`, `turns to the other side`; `changes` where one of the two gaps cannot itself be told from
    none.

    `gap`: the difference of the two, its interval clear of 0; `then`, `now`: their levels.
    """
    if not (clear(then) and clear(now)):
        return "changes"
    if then.mean * now.mean < 0:
        return "turns to the other side"
    return "widens" if abs(now.mean) > abs(then.mean) else "narrows"


def clear(level) -> bool:
    """Whether a level or a difference, by its interval, is not 0."""
    return level is not None and side_of_zero(level.low, level.high, level.replications) != 0
