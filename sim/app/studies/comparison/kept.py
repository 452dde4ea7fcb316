"""What indicators become with each assumption at either end of its range, as it is kept beside a scenario."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.app.studies.comparison.gap import Gap, Gaps


@dataclass(frozen=True)
class KeptMoves:
    """`instead_of`: keys of the runs that it spares (`believed_range.assumption_keys`); `titles`: of the assumptions;
    `gaps`: indicator -> what it becomes; `date`: when it was worked out, and whether by this version of the model."""

    instead_of: dict[str, list[str]]
    titles: dict[str, str]
    gaps: dict[str, Gaps]
    date: str
    this_model: bool

    @classmethod
    def of(cls, said: Mapping, date: str, this_model: bool) -> "KeptMoves":
        """What `said_of` has put into a file; `KeyError`, `TypeError`, `ValueError` where it is damaged."""
        gaps = {
            str(kpi): {str(name): {float(at): _gap(*end) for at, end in ends} for name, ends in of_kpi.items()}
            for kpi, of_kpi in said["gaps"].items()
        }
        spared = {str(name): [str(key) for key in keys] for name, keys in said["instead_of"].items()}
        return cls(spared, {str(name): str(one) for name, one in said["titles"].items()}, gaps, date, this_model)


def said_of(instead_of: dict[str, list[str]], titles: dict[str, str], gaps: dict[str, Gaps]) -> dict:
    """The same as a file has it; a number that is not finite is a word."""
    return {
        "instead_of": instead_of,
        "titles": titles,
        "gaps": {
            kpi: {name: [[at, _told(gap)] for at, gap in ends.items()] for name, ends in of_kpi.items()}
            for kpi, of_kpi in gaps.items()
        },
    }


def _told(gap: Gap) -> list:
    numbers = (float(f"{number:.6g}") for number in (gap.mean, gap.low, gap.high))
    return [*(number if math.isfinite(number) else str(number) for number in numbers), gap.count]


def _gap(mean, low, high, count) -> Gap:
    return Gap(float(mean), float(low), float(high), int(count))
