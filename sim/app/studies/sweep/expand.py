"""From the words of a sweep to its points: Hydra's grids, ranges, choices and globs, and the rows of a design."""

import math
from dataclasses import dataclass
from itertools import product

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, RangeSweep

from sim.app.configuration.arrange import Plan
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import quoted
from sim.app.configuration.points import MOST_POINTS
from sim.domain.faults import Fault


@dataclass(frozen=True)
class Expanded:
    """`hydra_words`: Hydra's own overrides; `words`: the others; `points`: the overrides of each point. `whole`: these are all
    (a sweeper that searches chooses its points itself: then they are the corners between which it may)."""

    hydra_words: tuple[str, ...]
    words: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    whole: bool


def expand(plan: Plan, config_dirs, faults: list[Fault], rows: tuple[tuple[str, ...], ...] = ()) -> Expanded:
    """The points of a sweep; `rows`: of a design, each combined with each point of the words. No points for an endless sweep."""
    hydra_words, task, count = [], [], max(1, len(rows))
    parser = OverridesParser.create()
    parsed = parser.parse_overrides([*plan.chosen, *plan.overrides])
    basic = not any(o.key_or_group == "hydra/sweeper" and o.value() != "basic" for o in parsed)
    for override in parsed:
        if override.is_hydra_override():
            hydra_words.append(override.input_line)
            continue
        value = override.value()
        if isinstance(value, Glob):
            names = value.filter(shipped.options(override.key_or_group, config_dirs, plan.base))
            if names:
                override = parser.parse_override(f"{override.get_key_element()}={','.join(map(quoted, names))}")
            size = len(names)
        else:
            size = _size(value)
        endless = isinstance(value, IntervalSweep) and basic
        if size == 0 or endless:
            what = "an interval has no end of values" if endless else "it holds no value to sweep over"
            faults.append(
                Fault(cut(override.input_line), what, f"write {cut(override.key_or_group, 40)}=1,2,3 or range(1,4)")
            )
            continue
        count *= size
        task.append(override)
    words = tuple(override.input_line for override in task)
    if count > MOST_POINTS:
        faults.append(Fault("-m", f"these are more than {MOST_POINTS:,} points", "sweep over fewer values"))
        return Expanded(tuple(hydra_words), (), (), True)
    if not basic and rows:
        faults.append(
            Fault("design", "a sweeper that searches chooses its own points", "leave out design=, or hydra/sweeper=")
        )
    if basic:
        grid = BasicSweeper.split_arguments(task, None)[0]
        points = tuple((*point, *row) for point, row in product(grid, rows or ((),)))
        return Expanded(tuple(hydra_words), words, points, True)
    ends = tuple(tuple(_end(override, side) for override in task) for side in (0, -1))
    return Expanded(tuple(hydra_words), words, ends, False)


def _size(value) -> float:
    if isinstance(value, ChoiceSweep):
        return len(value.list)
    if not isinstance(value, RangeSweep):
        return 1
    start, stop, step = value.start, value.stop, value.step
    if not all(map(math.isfinite, (start, stop, step))) or step == 0:
        return 0
    return max(0, math.ceil((stop - start) / step))


def _end(override, side: int) -> str:
    value, key = override.value(), override.get_key_element()
    if isinstance(value, IntervalSweep):
        return f"{key}={(value.start, value.end)[side]}"
    return (
        f"{key}={list(override.sweep_string_iterator())[side]}" if override.is_sweep_override() else override.input_line
    )
