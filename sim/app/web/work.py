"""What the page's worker processes do: replications, load against capacity, and the whole of a report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.request import ONE_PAGE, Request, request_of
from sim.app.pages.printed import printer
from sim.app.running.feed import Point
from sim.app.running.work import Keyed, stored_form
from sim.app.store import Store
from sim.app.studies.comparison.believed_range import to_be_run
from sim.app.studies.comparison.kept import KeptMoves
from sim.app.studies.comparison.study import identity_of, points_of, results_of
from sim.app.studies.load import idle, loads
from sim.app.studies.options.options import options_kpis, options_points
from sim.app.studies.options.options_asked import AskedOptions, asked_options
from sim.app.studies.workbook.book_files import files_of
from sim.app.web.known import composed
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario
from sim.engine import kernels

WORK = "sim.app.web.work:do"


@dataclass(frozen=True)
class Ready:
    """The compiled form of small operations, which takes a second to load, is to be there for so many people."""

    people: int


@dataclass(frozen=True)
class Weigh:
    """Load against capacity of a scenario; what the store in `out` knows of it is not simulated again."""

    scenario: Scenario
    out: str


@dataclass(frozen=True)
class ReadBook:
    """A workbook of a scenario as scenario files under `name`; `config_dirs`: what its scenario may stand on."""

    path: str
    name: str
    config_dirs: tuple[str, ...]


@dataclass(frozen=True)
class Compose:
    """A scenario's file with all that `mskflow run` would run beside it; `config_dirs`: what it may stand on."""

    file: str
    config_dirs: tuple[str, ...]
    out: str


@dataclass(frozen=True)
class ComposeOptions:
    """Options side by side: `words` as `mskflow compare` has them."""

    words: tuple[str, ...]
    out: str


Composed = tuple[Scenario, Beside, KeptMoves | None]
"""A scenario, those that are run beside it, and what is kept of its assumptions."""


@dataclass(frozen=True)
class Publish:
    """The results folder of what has been run: what was `asked`, what was `made` of it, when it `began`."""

    asked: Compose | ComposeOptions
    made: Composed | AskedOptions
    began: float


def do(payload):
    """Whatever is asked, in a process of its own: bytes of replications, loads, what to run, or a folder's path."""
    if isinstance(payload, Keyed):
        return stored_form(payload)
    if isinstance(payload, Ready):
        return kernels.ready_for(payload.people)
    if isinstance(payload, Weigh):
        return *loads(payload.scenario, Store(payload.out)), idle(payload.scenario)
    if isinstance(payload, ReadBook):
        return _read(payload)
    if isinstance(payload, Compose):
        return _composed(payload)
    if isinstance(payload, ComposeOptions):
        return asked_options(payload.words)
    return _published(payload)


def _read(asked: ReadBook) -> dict[str, str] | tuple[Fault, ...]:
    """Scenario files by name, or every fault: it is for the page to raise them."""
    try:
        return files_of(Path(asked.path), asked.name, asked.config_dirs).texts
    except ScenarioError as error:
        return error.faults


def request_for(file: str, config_dirs: tuple[str, ...], out: str = "") -> Request:
    """The command that would make the same report, with its one page where that can be printed."""
    asked = request_of("run", file, (f"out='{out}'",) if out else (), config_dirs)
    return replace(asked, report=ONE_PAGE) if printer() else asked


def points_in(made: Composed | AskedOptions) -> Mapping[object, Point]:
    """What is run of it, and how often."""
    return options_points(made) if isinstance(made, AskedOptions) else points_of(*made[:2])


def _composed(asked: Compose) -> Composed:
    composed(asked.file, asked.config_dirs)  # what only Hydra would understand is refused
    scenario, beside = prepared(request_for(asked.file, asked.config_dirs))
    others, kept = to_be_run(scenario, beside)
    run = replace(scenario.run, precision=0.0)
    return replace(scenario, run=run, config=scenario.config | {"out": asked.out}), others, kept


def _published(payload: Publish) -> str:
    asked, made = payload.asked, payload.made
    publish = _publish_options if isinstance(asked, ComposeOptions) else _publish_one
    return str(publish(asked, made, payload.began))


def _publish_one(asked: Compose, made: Composed, began: float) -> Path:
    from sim.app.studies.comparison.publish import publish  # drawing is only needed now
    from sim.app.studies.comparison.ran import Ran

    scenario, others, kept = made
    results = results_of(points_of(scenario, others), Store(asked.out))
    request = request_for(asked.file, asked.config_dirs, asked.out)
    ran = Ran(scenario, others, results, request, identity_of(scenario, others), began, kept=kept)
    return publish(ran, Path(asked.out))[0]


def _publish_options(asked: ComposeOptions, made: AskedOptions, began: float) -> Path:
    from sim.app.studies.options.options_publish import publish

    kpis = options_kpis(options_points(made), Store(asked.out))
    return publish(made, kpis, Path(asked.out), Request("compare", words=asked.words), began)[0]
