"""`mskflow run -m`: a sweep, by Hydra's own sweeper and launcher; every point is checked before the first one starts.

A job writes what became of it to a file, so that the exit code does not hang on what a launcher brings back; nothing
in a job ends the process. Hydra's own folders lie in the results folder's `.partial` and go when the sweep is over.
"""

import json
import math
import os
import secrets
import shlex
import shutil
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, IntervalSweep, RangeSweep

from sim.app import launchers, shipped
from sim.app.compose import CONFIG, Plan, absolute, arrange, compose, hydra_at, is_path, laid_over, plain
from sim.app.disk import PARTIAL, missing, remove_if_empty, writing
from sim.app.endings import BROKEN, ending
from sim.app.overrides import quoted
from sim.app.progress import progress_of
from sim.app.shipped import SCENARIOS, cut
from sim.domain.faults import Fault, ScenarioError

MOST_POINTS = 10_000
FAILED = 4
_QUIET = ("hydra/hydra_logging=none", "hydra/job_logging=none", "hydra.output_subdir=null", "hydra.mode=MULTIRUN")


@dataclass(frozen=True)
class Job:
    """What a launcher calls for each point, in whatever process. It raises nothing but a person's own stop."""

    folder: Path
    path: str | None        # of the scenario, if it is a user's own file
    config_dirs: tuple[str, ...]
    base: Path
    points: int | None
    debug: bool = False

    def __call__(self, config) -> int:
        hydra = HydraConfig.get()
        number, words = int(hydra.job.num), list(hydra.overrides.task)
        try:
            with launchers.attached(self.folder, launchers.name_of(hydra)):
                self._study(number, words, config, hydra)
            code, said = 0, []
        except SystemExit as error:     # it would end the sweep, and the others' results be missing
            if launchers.stop_of_submitit(error):
                raise
            code, said = FAILED, [f"it ended itself with sys.exit({cut(error.code)})"]
        except Exception as error:
            if launchers.stop_of_submitit(error):
                raise
            if self.debug:
                traceback.print_exc()
            code, said = ending(error)
            code = FAILED if code == BROKEN else code       # of a sweep, some failed and the others are stored
        beside = self.folder / f"outcome-{number}.new"
        beside.write_text(json.dumps({"code": code, "said": said, "words": words}), encoding="utf-8")
        os.replace(beside, beside.with_suffix(".json"))
        return code

    def _study(self, number: int, words: list[str], config, hydra) -> None:
        stem = str(hydra.runtime.choices[SCENARIOS])
        file = Path(self.path) if self.path else shipped.scenario_files(self.config_dirs, self.base).get(stem)
        others = [word for word in words if not _is_choice(word)]
        over = laid_over(arrange(self.path or stem, others, self.config_dirs, self.base))
        config = plain(config, hydra, others, stem, file, over)
        folders = [word for folder in self.config_dirs for word in ("--config-dir", folder)]
        command = shlex.join(["mskflow", "run", self.path or stem, *others, *folders])
        progress = progress_of(config)
        if progress != "json":
            print(f"point {number + 1}{f' of {self.points}' if self.points else ''}: {command}", file=sys.stderr, flush=True)
        import_module("sim.app.study").run(config, progress=progress, command=command)


def _is_choice(word: str) -> bool:
    return word.startswith(f"{SCENARIOS}=")


def run(asked, root: Path | None = None) -> int:
    """Sweeps; the exit code is the worst of the jobs. ScenarioError with every fault of every point, before any starts."""
    scenario, overrides = asked.scenario, list(asked.overrides)
    if scenario and "," in scenario and not is_path(scenario):
        scenario, overrides = None, [f"{SCENARIOS}={scenario}", *overrides]
    dirs = tuple(str(absolute(d)) for d in asked.config_dirs)
    path = str(absolute(scenario)) if scenario and is_path(scenario) else None
    plan = arrange(scenario, overrides, dirs, root, sweep=True)
    if plan.chosen and plan.file is None:
        plan.refuse()
    faults = list(plan.faults)
    hydra_words, task_words, points, whole = expand(plan, dirs, faults)
    first = check(points, hydra_words, path, dirs, plan.base, faults)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    partial = Path(str(first.get("out") or "results")).resolve() / PARTIAL
    folder, made = partial / f"sweep-{secrets.token_hex(8)}", missing(partial)  # its own, however many start in this second
    with writing(folder):
        os.makedirs(folder)
    total = len(points) if whole else None
    try:
        job = Job(folder, path, dirs, plan.base, total, asked.debug)
        launcher = launchers.chosen(hydra_words)
        words = [*plan.reach, *_QUIET, f"hydra.sweep.dir={quoted(folder)}", *launchers.more_words(launcher, hydra_words), *hydra_words, *task_words]
        with hydra_at(plan.base) as hydra:
            pass        # only made here: its jobs may compose, in this thread or in others
        broken = _launched(hydra, job, words, launcher)
        return _told(folder, total, broken)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remove_if_empty(*made)


def expand(plan: Plan, config_dirs, faults: list[Fault]) -> tuple[list[str], list[str], list[list[str]], bool]:
    """Hydra's own overrides, the others, the points, and whether these are all. No points for an endless sweep."""
    hydra_words, task, count = [], [], 1
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
            faults.append(Fault(cut(override.input_line), what, f"write {cut(override.key_or_group, 40)}=1,2,3 or range(1,4)"))
            continue
        count *= size
        task.append(override)
    if count > MOST_POINTS:
        faults.append(Fault("-m", f"these are more than {MOST_POINTS:,} points", "sweep over fewer values"))
        return hydra_words, [], [], True
    words = [override.input_line for override in task]
    if basic:
        return hydra_words, words, BasicSweeper.split_arguments(task, None)[0], True
    ends = [[_end(override, side) for override in task] for side in (0, -1)]    # the sweeper chooses between these
    return hydra_words, words, ends, False


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
    return f"{key}={list(override.sweep_string_iterator())[side]}" if override.is_sweep_override() else override.input_line


def check(points, hydra_words, path: str | None, dirs, base: Path, faults: list[Fault]) -> dict:
    """Composes and checks every point; returns the first one's configuration. `faults` gets all of all."""
    build = import_module("sim.app.check").build
    found, bad, first = {}, {}, {}      # bad: an override that is wrong wherever it stands, so that it is looked into once
    for number, point in enumerate(points):
        words = [word for word in point if not (path and _is_choice(word))]
        for fault in dict.fromkeys(fault for word in words for fault in bad.get(word, ())):
            found[fault].append(number)
        if any(_is_choice(word) for word in words if word in bad):
            continue
        words = [word for word in words if word not in bad]
        try:
            config = compose(path, [*hydra_words, *words], dirs, base, build)
            first = first or config
        except ScenarioError as error:
            for fault in error.faults:
                found.setdefault(fault, []).append(number)
                for word in words:
                    if cut(word) == fault.where:
                        bad.setdefault(word, []).append(fault)
    faults += [_of_points(fault, where, points) for fault, where in found.items()]
    return first


def _of_points(fault: Fault, where: list[int], points) -> Fault:
    if len(where) == len(points):
        return fault
    others = f" and {len(where) - 1} more" if len(where) > 1 else ""
    return Fault(f"{fault.where} (point {where[0] + 1} of {len(points)}{others}: {cut(' '.join(points[where[0]]), 90)})",
                 fault.what, fault.right)


def _launched(hydra, job: Job, words: list[str], launcher: str) -> str:
    """Runs Hydra's sweep; what broke it, or nothing. A launcher that breaks has jobs behind it that are done."""
    try:
        with launchers.ready(launcher):
            hydra.multirun(CONFIG, job, words)
    except Exception as error:
        return launchers.told(error)
    return ""


def _told(folder: Path, total: int | None, broken: str) -> int:
    """Says what failed; the worst exit code."""
    outcomes = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("outcome-*.json"))]
    failed = [outcome for outcome in outcomes if outcome["code"]]
    lines = [f"{cut(' '.join(o['words']), 90)}: {said}" for o in failed for said in o["said"]]
    missing = (total or 1) - len(outcomes)
    if missing > 0:
        lines.append(f"{missing} of {total or 'the'} points ended without a word; the same command runs them again")
    print(*[broken] * bool(broken), *lines, sep="\n", end="\n" if broken or lines else "", file=sys.stderr)
    print(f"sweep: {len(outcomes) - len(failed)} of {total or len(outcomes)} points done")
    return max([o["code"] for o in failed] + [FAILED] * bool(missing > 0 or broken), default=0)
