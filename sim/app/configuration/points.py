"""The points of a sweep -> their configurations: composed once, and of each point only the values put in.

A composition merges thirty files, and points mostly differ in a number or two. A point in which anything
else differs, or is wrong, is composed in full, so that what comes out and what is said of it are the same.
"""

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from hydra.core.override_parser.types import OverrideType

from sim.app.configuration.check import build
from sim.app.configuration.compose import compose
from sim.app.configuration.files import shipped
from sim.app.configuration.overrides import parse
from sim.domain.faults import ScenarioError

MOST_POINTS = 10_000
_BASES = 256  # 40 kB each
_KEY = re.compile(r"\w+(\.\w+)*")


class Points:
    """`compose` for many lists of overrides of one scenario; arguments as there."""

    def __init__(
        self, scenario: str | None = None, config_dirs=(), root: Path | None = None, build: Callable = build
    ) -> None:
        self._whole = lambda words, build: compose(scenario, words, config_dirs, root, build)
        self._build = build
        self._groups = frozenset(shipped.groups(Path(root or shipped.root()).resolve()))
        self._base = lru_cache(maxsize=_BASES)(self._composed)

    def compose(self, words: Sequence[str]):
        """What `compose` returns for these overrides, with a configuration of its own; ScenarioError as from there."""
        fixed, values = self._parted(words)
        base = self._base(fixed) if values else None
        config = pickle.loads(base) if base else None
        if config is None or not all(_put(config, key.split("."), value) for key, value in values.items()):
            return self._whole(list(words), self._build)
        return self._build(config)

    def _composed(self, fixed: tuple[str, ...]) -> bytes | None:
        try:
            return pickle.dumps(self._whole(list(fixed), dict))
        except ScenarioError:
            return None  # told of each point, with what else is wrong with it

    def _parted(self, words: Sequence[str]) -> tuple[tuple[str, ...], dict[str, object]]:
        """The overrides that have to be composed, and key -> value of the others;
        none of these if the order matters."""
        faults: list = []
        parsed = parse(words, faults)
        if faults or any(override.is_sweep_override() for override in parsed):
            return (), {}
        fixed, values = [], {}
        for override in parsed:
            key, value = override.key_or_group, override.value()
            if self._only_a_value(override, key, value):
                values[key] = value
                continue
            fixed.append(override.input_line)
            a_choice = key in self._groups and not isinstance(
                value, dict
            )  # Hydra makes these first, wherever they stand
            if not a_choice and any(
                f"{key}.".startswith(f"{set_}.") or f"{set_}.".startswith(f"{key}.") for set_ in values
            ):
                return (), {}
        return tuple(fixed), values

    def _only_a_value(self, override, key: str, value) -> bool:
        return (
            override.type == OverrideType.CHANGE
            and bool(_KEY.fullmatch(key))
            and key not in self._groups
            and key != "name"
            and (value is None or isinstance(value, (bool, int, float, str)))
            and value != "???"
        )


def compose_points(
    scenario: str | None,
    points: Iterable[Sequence[str]],
    config_dirs=(),
    root: Path | None = None,
    build: Callable = build,
) -> Iterator:
    """One by one, for each point (all its overrides) its scenario or its faults; arguments as `compose`'s."""
    composer = Points(scenario, config_dirs, root, build)
    for words in points:
        try:
            yield composer.compose(words)
        except ScenarioError as error:
            yield error


def _put(config: dict, path: list[str], value) -> bool:
    """Puts a value in the place of another; False, and nothing done, where no single value is."""
    for key in path[:-1]:
        config = config.get(key)
        if not isinstance(config, dict):
            return False
    if path[-1] not in config or isinstance(config[path[-1]], (dict, list)):
        return False
    config[path[-1]] = value
    return True
