"""The range that stands beside a difference on the first screen, and what is said of it.

Chance alone is a small part of what is not known. Where the scenario has been drawn over all that is believed possible
the range is of that; else of the assumptions that this run has moved to both ends.
"""

import math
from dataclasses import dataclass

from sim.analysis.figures.values import Difference
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import finer, size, span
from sim.analysis.words.plain import tidy
from sim.analysis.words.side import FEW, SETTLES, side_of_zero
from sim.app.pages.document import Block, CommandLine, Sentence


@dataclass(frozen=True)
class ToldRange:
    """Least and most that a difference may be, and of what."""

    low: float
    high: float
    of: str

    @property
    def may_turn(self) -> bool:
        """Whether it reaches to both sides of 0, and the answer may be the other one. Of chance the verdict says."""
        return self is not CHANCE and self.low != self.high and not side_of_zero(self.low, self.high, FEW)


CHANCE = ToldRange(math.nan, math.nan, "chance")
"""Stands for the 95% interval over replications."""
EARLIER = " by an earlier version of the model"
BELIEVED, _MOVED = "believed possible", "with assumptions at their ends"


def ranged(study: Study, kpi: str) -> ToldRange | None:
    """Of the difference in an indicator; None where nothing says how far it may reach."""
    drawn, moved = study.meta.get("believed") or {}, study.meta.get("moved") or {}
    for ranges, of in ((drawn.get("ranges") or {}, BELIEVED), ({} if drawn else moved, _MOVED)):
        if kpi in ranges:
            return ToldRange(*ranges[kpi], of)
    return None


def beside(gap: Difference, within: ToldRange | None) -> str:
    """A difference with its range in words: `6.9 percentage points lower; believed possible: 2.1 to 9.8 ... lower`."""
    words = size(gap.kpi, gap.stated, finer(gap.kpi, *(gap.difference,) * 3))
    if within is None or within.low == within.high:
        return words
    return f"{words}; {within.of}: {span(gap.kpi, within.low, within.high)}"


def about_ranges(study: Study) -> tuple[Block, ...]:
    """What the ranges of the first screen are, and how the whole range is made where this is not it."""
    if not study.baseline:
        return ()
    drawn, moved = study.meta.get("believed"), study.meta.get("moved")
    if drawn:
        said = (
            f"Believed possible: the range that holds {drawn['covers']:.0%} of what {drawn['draws']:,} draws of all "
            f"that is not known give, made on {tidy(drawn['date'], 20)}"
            f"{'' if drawn.get('this_model', True) else EARLIER}."
        )
        return (Sentence(said),)
    command = study.meta.get("uncertainty_command")
    whole = (CommandLine(tidy(command, 1000)),) if command else ()
    if moved:
        count, many = study.meta.get("assumptions_moved") or 0, study.meta.get("times_moved") or 0
        on, kept = tidy(study.meta.get("moved_on") or "", 20), study.meta.get("moved_by_this_model", True)
        said = (
            f"Ranges: {_many(count, 'assumption')}, each moved alone to both ends of its range "
            f"({_many(many, 'replication')} each{f', made on {on}' if on else ''}{'' if kept else EARLIER}). "
            "That is not the whole range of what is believed possible"
        )
    else:
        few = int(study.meta.get("replications") or SETTLES) < SETTLES
        said = "How far the assumptions could move this was not looked at in this run" + (
            f", whose replications are fewer than {SETTLES} and could not tell" if few else ""
        )
    return Sentence(said + ("; this command makes it:" if whole else ".")), *whole


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
