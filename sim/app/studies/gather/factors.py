"""What varies between points: the settings that the commands changed, and whatever else differs in the configurations.

A choice of a whole file (`pathway=ring_fenced`) is one factor, though it changes many values. Where points agree in all
that the commands changed and still differ, the values that differ are factors too: nothing is mixed unseen.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sim.analysis.statistics.swept import Factor

MODEL, IDENTITY = "model", "config_hash"
APART = ("run.seed", "run.years", "run.warm_up_days", "calendar.start_date", "place.scale")
"""Points that differ in one of these did not meet the same people in the same time: told of whatever else varies."""
_NO_FACTORS = (
    "out",
    "scenarios",
    "title",
    "question",
    "name",
    "run.replications",
    "run.workers",
    "run.progress",
    "run.precision",
    "run.most_replications",
    "run.limit_minutes",
    "run.keep_events",
    "run.same_budget",
)
_ABSENT = object()


@dataclass(frozen=True)
class Setting:
    """A point's configuration: its scenario, overrides as written, leaves (path -> value),
    model version and identity."""

    scenario: str
    overrides: tuple[str, ...]
    leaves: "ConfigLeaves"
    model: str
    identity: str


class ConfigLeaves:
    """The leaves of one configuration, kept as differences from another one:
    points of an experiment are mostly alike."""

    def __init__(self, leaves: dict, like: "ConfigLeaves | None" = None):
        self._base = like._base if like is not None else leaves
        self.differs = {
            path: value for path, value in leaves.items() if not _same(self._base.get(path, _ABSENT), value)
        }
        self.differs |= {path: _ABSENT for path in self._base if path not in leaves}

    def get(self, path: str):
        """The value, None where there is none."""
        value = self.differs.get(path, self._base.get(path))
        return None if value is _ABSENT else value

    def has_below(self, path: str) -> bool:
        """Whether `path` is no leaf but holds some."""
        return any(one.startswith(f"{path}.") for one in (*self._base, *self.differs))


def factors_of(settings: Sequence[Setting]) -> list[Factor]:
    """The factors, in the order in which the commands name them; a value a point."""
    factors: list[Factor] = []
    for path in _named_by_any(settings):
        _add(factors, Factor(path, tuple(_value(one, path) for one in settings)))
    for path in APART:
        _add(factors, Factor(path, tuple(one.leaves.get(path) for one in settings)))
    _add(factors, Factor(MODEL, tuple(one.model for one in settings)))
    for path in ("mechanisms", "compare_with"):
        _add_where_alike(factors, settings, [path])
    _add_where_alike(factors, settings, sorted({path for one in settings for path in one.leaves.differs}))
    if _alike(factors, settings, [one.identity for one in settings]):
        _add(factors, Factor(IDENTITY, tuple(one.identity for one in settings)))
    return factors


def _named_by_any(settings: Sequence[Setting]) -> list[str]:
    """Settings that a command names, each once, but for those that say how a sweep is run."""
    paths = dict.fromkeys(path for one in settings for path in _named(one))
    return [path for path in paths if path not in _NO_FACTORS and not path.startswith("hydra")]


def _add(factors: list[Factor], factor: Factor) -> None:
    if len({_bare(value) for value in factor.values}) > 1 and factor.path not in {one.path for one in factors}:
        factors.append(factor)


def _add_where_alike(factors: list[Factor], settings, paths) -> None:
    """Adds those of `paths` that differ between points which agree in every factor so far."""
    new = [
        Factor(path, values)
        for path in paths
        if _alike(factors, settings, values := tuple(one.leaves.get(path) for one in settings))
    ]
    for factor in new:
        _add(factors, factor)


def _alike(factors, settings, values) -> bool:
    """Whether `values` differ between some points of one scenario that agree in all factors."""
    cells: dict[tuple, Hashable] = {}
    for place, one in enumerate(settings):
        cell = (one.scenario, *(_bare(factor.values[place]) for factor in factors))
        if cells.setdefault(cell, _bare(values[place])) != _bare(values[place]):
            return True
    return False


def _named(one: Setting) -> list[str]:
    return [re.split("[=@]", word.lstrip("+~"), maxsplit=1)[0].replace("/", ".") for word in one.overrides]


def _value(one: Setting, path: str):
    """As the configuration has it; of a chosen file or a mapping,
    as the command has it (None: the command does not say)."""
    value = one.leaves.get(path)
    if value is not None or not one.leaves.has_below(path):
        return value
    said = [word.partition("=")[2] for word, named in zip(one.overrides, _named(one), strict=True) if named == path]
    return said[-1] if said else None


def _bare(value) -> Hashable:
    return (type(value).__name__ if isinstance(value, bool) else "", value)


def _same(a, b) -> bool:
    return a is b or (type(a) is type(b) and a == b)


def told_apart(factors: Sequence[Factor]) -> list[str]:
    """Sentences on points that are side by side and did not run alike."""
    found = []
    for factor in factors:
        if factor.path in (*APART, MODEL, IDENTITY):
            values = list(dict.fromkeys(str(value) for value in factor.values))
            found.append(
                f"the points differ in {factor.path} ({', '.join(values[:5])}{' ...' if len(values) > 5 else ''}): "
                "they did not run alike, and it stands in a column of its own"
            )
    return found
