"""A point of a sweep that has been checked: all that a process needs that was not there when it was composed."""

import json
import zlib
from dataclasses import asdict, dataclass, replace

from sim.app.configuration.beside.ladder import in_place_of
from sim.app.configuration.check import build
from sim.app.configuration.request import Request
from sim.app.running.feed import Point
from sim.app.running.sequential import Sequential
from sim.domain.scenario import Scenario


@dataclass(frozen=True)
class SweepPoint:
    """`words`: its overrides; `request`: what runs it alone; `config`, `baseline`: plain dicts (no baseline: None), the
    latter under a name and a title; `keys`, `names`: of the baseline, if any, and the scenario; `identity`: of both."""

    number: int
    words: tuple[str, ...]
    request: Request
    config: dict
    baseline: dict | None
    baseline_called: tuple[str, str]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    identity: str

    def packed(self) -> bytes:
        """As bytes for a file."""
        return zlib.compress(json.dumps(asdict(self), ensure_ascii=False).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> "SweepPoint":
        said = _with_tuples(json.loads(zlib.decompress(data)))
        return cls(**said | {"request": Request(**_with_tuples(said["request"]))})

    def scenarios(self) -> tuple[Scenario, ...]:
        """The baseline, if any, and the scenario."""
        scenario = build(self.config)
        if self.baseline is None:
            return (scenario,)
        name, title = self.baseline_called
        return replace(in_place_of(build(self.baseline), scenario), name=name, title=title), scenario


def _with_tuples(said: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


@dataclass(frozen=True)
class Brief:
    """What of a point all processes keep in memory: some hundred bytes."""

    number: int
    keys: tuple[str, ...]
    names: tuple[str, ...]
    identity: str
    replications: int
    """Those that are wanted in any case."""
    sequential: bool
    keep_events: bool = False
    pages: bool = True
    """Whether it has a report and pictures beside its tables."""

    def runs(self, make) -> Point:
        """Its replications; `make`: gives its scenarios when they are needed."""
        rule = Sequential(self.keys, self.names, make()[-1]) if self.sequential else None
        return Point(self.keys, make, self.replications, rule)
