"""`mskflow gather DIR...`: finds results folders, leaves out what is damaged, writes the tables and the pictures."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import yaml

from sim.analysis.figures.swept_pictures import swept_pictures
from sim.analysis.statistics.swept import Factor
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.request import Request
from sim.app.machine import plain_file
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import git_commit, versions
from sim.app.studies.gather.asked import Ask, asked
from sim.app.studies.gather.factors import ConfigLeaves, Setting, factors_of, told_apart
from sim.app.studies.gather.found_folders import NotWhole, found_below, manifest_of
from sim.app.studies.gather.gathered import Gathered
from sim.app.studies.gather.results_folder import CONFIG, FinishedRun, read
from sim.app.studies.gather.series import Taken, names_faults
from sim.app.studies.gather.tidy_table import PointIndicator, points_table, swept_of, tidy
from sim.app.studies.gather.writing import Tables
from sim.domain.faults import Fault, ScenarioError

NAME, POINTS = "gathered", "points.csv"
INCOMPLETE = 4
MOST_PICTURED_FACTORS = 6


class NoneWhole(RuntimeError):
    """Every results folder is damaged."""

    exit_code = INCOMPLETE


def run(request: Request) -> int:
    """Gathers, prints the points; 0, or INCOMPLETE where folders were left out.
    `ScenarioError` with every word that is wrong."""
    ask, dirs = asked([word for word in request.words if word != "--debug"])
    return tell(gather(dirs, ask, request.line))


def tell(gathered: Gathered, events: bool = False) -> int:
    """Prints the points (with `events` a line of JSON), and on standard error what was left out; the exit code."""
    if events:
        print(json.dumps({"event": "gathered", "folder": str(gathered.path)}))
    else:
        from sim.app.pages.terminal import to_terminal
        from sim.app.studies.gather.gather_document import document_of

        to_terminal(document_of(gathered))
    print(*_told(gathered.left_out), sep="\n", end="\n" if gathered.left_out else "", file=sys.stderr)
    return INCOMPLETE if gathered.left_out else 0


def _told(left_out: Iterable[tuple[Path, str]]) -> list[str]:
    return [f"left out: {path} {why}; the command that made it makes it again" for path, why in left_out]


def gather(dirs: Iterable[Path | str], ask: Ask, command: str = "mskflow gather") -> Gathered:
    """Reads all results folders below `dirs` and writes `ask.out`/gathered/<time>/, whole or not at all.

    Raises `ScenarioError` where there is nothing to gather or `ask` does not fit it, `NoneWhole`, `CannotWrite`.
    """
    began = time.time()
    dirs = [Path(one) for one in dirs]
    runs, settings, left_out, notes = _read_all(dirs)
    if left_out and not runs:
        raise NoneWhole("\n".join(_told(left_out)))
    if not runs:
        raise ScenarioError(
            [
                Fault(
                    cut(" ".join(map(str, dirs))),
                    "holds no results folder",
                    "a folder that `mskflow run` wrote, or one that holds some",
                )
            ]
        )
    runs, factors = _in_order(runs, factors_of(settings))
    faults = names_faults(ask, [factor.path for factor in factors])
    if faults:
        raise ScenarioError(faults)
    notes += told_apart(factors)
    with ResultsFolder(ask.out, NAME, datetime.now()) as folder:
        taken = _tabled(folder, runs, factors, Taken(ask.kpi, ask.group))
        told = PointIndicator(taken.kpi, taken.group(), taken.unit, ask.target)
        names = [(one.scenario, one.baseline, one.baseline_key) for one in runs]
        series = taken.series(told.group, names, ask.baseline)
        points = points_table([one.scenario for one in runs], [str(one.path) for one in runs], factors, told, series)
        folder.write_csv(POINTS, points)
        swept = swept_of(_pictured(factors, ask, runs, notes), told, series, _labels(runs[0].path))
        for one in swept_pictures(swept):
            folder.write_text(f"figures/{one.name}.svg", one.svg)
        folder.write_manifest(
            {
                "status": "complete",
                "kind": NAME,
                "command": command,
                "kpi": told.kpi,
                "group": told.group,
                "target": ask.target,
                "baseline": ask.baseline or None,
                "factors": [factor.path for factor in factors],
                "points": [_point(number, one) for number, one in enumerate(runs, 1)],
                "left_out": [{"folder": str(path), "why": why} for path, why in left_out],
                "notes": notes,
                "versions": versions(),
                "git_commit": git_commit(),
                "wall_seconds": round(time.time() - began, 2),
            }
        )
    return Gathered(folder.path, points, swept, tuple(left_out), tuple(notes))


def _tabled(folder: ResultsFolder, runs: list[FinishedRun], factors: list[Factor], taken: Taken) -> Taken:
    """Writes the tidy table, and takes of each point what is told."""
    with Tables(folder, factors) as tables:
        for number, one in enumerate(runs, 1):
            try:
                kpis = one.kpis()
            except NotWhole as error:
                raise OSError(f"{one.path} has changed while it was read: {error}") from None
            taken.take(kpis)
            tables.add(tidy(kpis, number, factors))
    return taken


def _point(number: int, one: FinishedRun) -> dict:
    """What the manifest says of it."""
    return {
        "point": number,
        "folder": str(one.path),
        "config_hash": one.identity,
        "replications": one.replications,
        "model": one.model,
    }


def _read_all(dirs) -> tuple[list[FinishedRun], list[Setting], list[tuple[Path, str]], list[str]]:
    """Folders that are whole, each point once; the damaged ones; what was counted once."""
    kept: dict[tuple[str, str], tuple[FinishedRun, Setting]] = {}
    left_out, again, first = [], 0, None
    for path in found_below(dirs):
        try:
            manifest = manifest_of(path)
            if manifest is None:
                continue
            one, leaves = read(path, manifest)
        except NotWhole as error:
            left_out.append((path, str(error)))
            continue
        leaves = ConfigLeaves(leaves, first)
        first = first or leaves
        key = one.scenario, one.identity
        again += key in kept
        if key not in kept or one.replications >= kept[key][0].replications:  # the later one of equals
            kept[key] = one, Setting(one.scenario, one.overrides, leaves, one.model, one.identity)
    notes = (
        [
            (
                f"{again} of the folders {'repeat' if again > 1 else 'repeats'} a point: "
                "of each point the one with most replications counts, once"
            )
        ]
        if again
        else []
    )
    counts = sorted({one.replications for one, _ in kept.values()})
    if len(counts) > 1:
        notes.append(f"the points have {', '.join(map(str, counts))} replications")
    return [one for one, _ in kept.values()], [setting for _, setting in kept.values()], left_out, notes


def _in_order(runs: list[FinishedRun], factors: list[Factor]) -> tuple[list[FinishedRun], list[Factor]]:
    """Points by scenario and by what varies: when each was written is chance."""

    def place_of(place: int) -> tuple:
        return (
            runs[place].scenario,
            *(
                (isinstance(value, str), value is None, value or 0)
                for value in (factor.values[place] for factor in factors)
            ),
            str(runs[place].path),
        )

    order = sorted(range(len(runs)), key=place_of)
    return [runs[place] for place in order], [
        Factor(factor.path, tuple(factor.values[place] for place in order)) for factor in factors
    ]


def _pictured(factors: Sequence[Factor], ask: Ask, runs, notes: list[str]) -> tuple[Factor, ...]:
    """The factors that a picture names: those asked for, or all that vary,
    with the scenario where several are side by side."""
    names = tuple(one.scenario for one in runs)
    every = ((Factor("scenario", names),) if len(set(names)) > 1 else ()) + tuple(factors)
    if not (ask.x or ask.y):
        return every[:MOST_PICTURED_FACTORS]
    chosen = _axes(factors, every, ask)
    others = [factor.path for factor in every if factor not in chosen]
    if others:
        notes.append(
            f"the pictures name {' and '.join(factor.path for factor in chosen)}; "
            f"{', '.join(others)} differ between the points too"
        )
    return chosen


def _axes(factors: Sequence[Factor], every: Sequence[Factor], ask: Ask) -> tuple[Factor, ...]:
    """The x and the y that were asked for; of one alone the other is the first of `every` that there is besides."""
    by_path = {factor.path: factor for factor in factors}
    chosen = tuple(by_path[path] for path in (ask.x, ask.y) if path)
    if len(chosen) > 1:
        return chosen
    other = tuple([factor for factor in every if factor not in chosen][:1])
    return chosen + other if ask.x else other + chosen


def _labels(path: Path) -> dict[str, str]:
    """service -> its label."""
    with suppress(OSError, KeyError, TypeError, AttributeError, yaml.YAMLError), plain_file(path / CONFIG) as file:
        config = yaml.load(file.read(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return {
            name: str(service["label"])
            for name, service in config["pathway"]["services"].items()
            if service.get("label")
        }
    return {}
