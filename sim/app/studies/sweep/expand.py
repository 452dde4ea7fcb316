"""From the words of a sweep to its points: Hydra's grids, ranges, choices and globs, and the rows of a design."""

import math
from dataclasses import dataclass
from itertools import product

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, RangeSweep

from sim.app.configuration.arrange import Plan
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import quoted
from sim.app.configuration.points import MOST_POINTS
from sim.app.studies.sweep.said_twice import said_twice
from sim.domain.faults import Fault


@dataclass(frozen=True)
class Expanded:
    """`hydra_words`: Hydra's own overrides; `words`: the others; `points`: the overrides of each point.
    `whole`: these are all (a sweeper that searches chooses its points itself:
    then they are the corners between which it may)."""

    hydra_words: tuple[str, ...]
    words: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    whole: bool


def expand(plan: Plan, config_dirs, faults: list[Fault], rows: tuple[tuple[str, ...], ...] = ()) -> Expanded:
    """The points of a sweep; `rows`: of a design, each combined with each point of the words.
    No points for an endless sweep."""
    parser = OverridesParser.create()
    parsed = parser.parse_overrides([*plan.chosen, *plan.overrides])
    basic = _is_basic(parsed)
    hydra_words = tuple(o.input_line for o in parsed if o.is_hydra_override())
    sized = [_sized(o, parser, config_dirs, plan) for o in parsed if not o.is_hydra_override()]
    wrong = [_no_values(override, size, basic) for override, size in sized]
    faults += filter(None, wrong)
    sized = [one for one, fault in zip(sized, wrong, strict=True) if fault is None]
    task = [override for override, _ in sized]
    faults += said_twice(task, rows, shipped.groups(plan.base), merged=basic)
    if math.prod([max(1, len(rows)), *(size for _, size in sized)]) > MOST_POINTS:
        faults.append(Fault("-m", f"these are more than {MOST_POINTS:,} points", "sweep over fewer values"))
        return Expanded(hydra_words, (), (), True)
    words = tuple(override.input_line for override in task)
    if basic:
        return Expanded(hydra_words, words, _grid(task, rows), True)
    if rows:
        right = "leave out design=, or hydra/sweeper="
        faults.append(Fault("design", "a sweeper that searches chooses its own points", right))
    return Expanded(hydra_words, words, _ends(task), False)


def _is_basic(parsed) -> bool:
    """Whether the sweeper is Hydra's own, which goes through all combinations."""
    return not any(o.key_or_group == "hydra/sweeper" and o.value() != "basic" for o in parsed)


def _grid(task: list, rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Every combination of the values, each with each row of a design; mappings of one key all hold, as in a run
    (Hydra's own sweeper keeps the last word of a key, and says nothing of the others)."""
    grid = product(*map(_values, task))
    return tuple((*point, *row) for point, row in product(grid, rows or ((),)))


def _values(override) -> list[str]:
    """One override for each value."""
    if not override.is_sweep_override():
        return [override.input_line]
    if not override.is_discrete_sweep():
        return []  # told already
    return [f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()]


def _ends(task: list) -> tuple[tuple[str, ...], ...]:
    """The corners between which a sweeper that searches may choose."""
    return tuple(tuple(_end(override, side) for override in task) for side in (0, -1))


def _no_values(override, size: float, basic: bool) -> Fault | None:
    """Why nothing can be swept over here; an interval is for a sweeper that searches."""
    endless = basic and isinstance(override.value(), IntervalSweep)
    if size and not endless:
        return None
    what = "an interval has no end of values" if endless else "it holds no value to sweep over"
    right = f"write {cut(override.key_or_group, 40)}=1,2,3 or range(1,4)"
    return Fault(cut(override.input_line), what, right)


def _sized(override, parser, config_dirs, plan: Plan) -> tuple:
    """The override and how many values it has; a glob with the names that it stands for written out."""
    value = override.value()
    if not isinstance(value, Glob):
        return override, _size(value)
    names = value.filter(shipped.options(override.key_or_group, config_dirs, plan.base))
    if not names:
        return override, 0
    return parser.parse_override(f"{override.get_key_element()}={','.join(map(quoted, names))}"), len(names)


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
