"""What the pictures of an experiment say: a sentence above, marks for points that meet the target, values written
out."""

import math

from sim.analysis.figures import style
from sim.analysis.statistics.swept import CERTAIN, PERHAPS, Swept
from sim.analysis.words.amounts import amount, between, number
from sim.analysis.words.indicator import HIGHER, about

TARGET = style.WARNING


def sentence(swept: Swept) -> str:
    """How many points meet the target, or between which values the indicator lies."""
    like, of = about(swept.kpi), f" ({swept.group_label})" if swept.group != "all" else ""
    known = sorted(level.mean for level in swept.levels if math.isfinite(level.mean))
    runs_on = like.words.endswith((" within", " less than"))
    if not known:
        return f"{like.words.removesuffix(' within').removesuffix(' less than')}{of}: not known at any point"
    if swept.target is None or not like.better:
        ends = (
            amount(swept.kpi, known[0])
            if len(known) == 1
            else f"{number(swept.kpi, known[0])} to {amount(swept.kpi, known[-1])}"
        )
        return f"{like.words}{' ' if runs_on else f'{of}: '}{ends}{of if runs_on else ''}, by {_factors(swept)}"
    aim = f"{like.words} {amount(swept.kpi, swept.target)}{of}" if runs_on else f"{like.words}{of}, {wanted(swept)}"
    sure, perhaps, points = swept.meets.count(CERTAIN), swept.meets.count(PERHAPS), len(swept.levels)
    if not any(swept.meets):
        return f"{aim}: one replication a point does not tell which of {points} points meet it"
    if not sure:
        return (
            f"{aim}: not for certain at any of {points} points, perhaps at {perhaps}"
            if perhaps
            else f"{aim}: at none of {points} points"
        )
    return f"{aim}: for certain at {sure} of {points} points" + (f", perhaps at {perhaps} more" if perhaps else "")


def wanted(swept: Swept) -> str:
    """`at most 6.0 weeks`."""
    better = about(swept.kpi).better
    return f"{'at least' if better == HIGHER else 'at most' if better else 'target'} {amount(swept.kpi, swept.target)}"


def note(swept: Swept, more: str = "") -> str:
    """How it is read; the settings by the paths that a command would use."""
    marks = (
        "Filled mark: the whole 95% interval (over replications) meets the target; hollow mark: part of it does. "
        if any(swept.meets)
        else ""
    )
    paths = ", ".join(f"{factor.words} is {factor.path}" for factor in swept.factors[:4])
    return f"{marks}{more} {paths}.".strip()


def _factors(swept: Swept) -> str:
    names = [factor.words for factor in swept.factors]
    if not names or len(names) > 3:
        return f"{len(swept.levels)} points"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def key_of(swept: Swept, line: bool = True) -> list:
    """The key under the title."""
    items = []
    if line and swept.target is not None:
        items.append(("━", TARGET, TARGET, wanted(swept)))
    if CERTAIN in swept.meets:
        items.append(("●", style.INK, style.INK, "meets it for certain"))
    if PERHAPS in swept.meets:
        items.append(("○", style.INK, style.INK, "perhaps"))
    return items


def interval_text(swept: Swept, place: int) -> str:
    """`5.9 to 6.6`, or nothing."""
    level = swept.levels[place]
    return between(swept.kpi, level.low, level.high) if math.isfinite(level.low) and math.isfinite(level.high) else ""


def in_words(value) -> str:
    """A factor's value as it is written in a command."""
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
