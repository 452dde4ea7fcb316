"""What somebody has asked to be worked out, as it lies on the disk: everything that is needed to go on with it."""

import json
import secrets
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sim.app.store.merging import replace_whole
from sim.app.web.option import Option
from sim.domain.faults import ScenarioError

WAITING, RUNNING, STOPPED, DONE, FAILED = "waiting", "running", "stopped", "done", "failed"
NUMBERS, REPORT, OPTIONS = "numbers", "report", "options"
KINDS = {NUMBERS: "numbers", REPORT: "full report", OPTIONS: "full report, side by side"}
MOST_OPTIONS, MOST_REPLICATIONS = 6, 40
YEARS = 1.0
"""Simulated for numbers while one watches; a report has the scenario's own."""


@dataclass(frozen=True)
class Errand:
    """`kind`: NUMBERS (one year of today and of each option, more replications while one watches), REPORT (all that
    `mskflow run` makes, of the first option) or OPTIONS (what `mskflow compare` makes of all). `why`: what went wrong;
    `result`: the folder of a report."""

    id: str
    kind: str
    today: Option
    options: tuple[Option, ...]
    replications: int
    created: float
    state: str = WAITING
    why: str = ""
    result: str = ""

    @property
    def open(self) -> bool:
        return self.state in (WAITING, RUNNING)

    @property
    def title(self) -> str:
        return ", ".join(one.name or one.scenario for one in self.options)


def errand(kind: str, today: Option, options: tuple[Option, ...], replications: int) -> Errand:
    """A new one."""
    return Errand(secrets.token_hex(8), kind, today, options, replications, time.time())


class ErrandFiles:
    """The errands in a folder, a JSON file each; what cannot be read is left alone."""

    def __init__(self, folder: Path):
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, one: Errand) -> None:
        """It is on the disk when this returns."""
        data = json.dumps(asdict(one), ensure_ascii=False).encode()
        replace_whole(self._folder / f"{one.id}.json", data, self._folder / f"{one.id}.aside")

    def all(self) -> list[Errand]:
        """All of them, the oldest first."""
        found = []
        for path in self._folder.glob("*.json"):
            try:
                said = json.loads(path.read_bytes())
                options = tuple(map(_option, said.pop("options")))
                found.append(Errand(**said | {"today": _option(said["today"]), "options": options}))
            except (OSError, ValueError, TypeError, KeyError, ScenarioError):
                continue
        return sorted(found, key=lambda one: (one.created, one.id))


def _option(said: dict) -> Option:
    return Option(said["scenario"], said["name"], tuple((path, text) for path, text in said["values"]))


def moved(one: Errand, state: str, why: str = "", result: str = "") -> Errand:
    """The same in another state."""
    return replace(one, state=state, why=why[:500], result=result or one.result)
