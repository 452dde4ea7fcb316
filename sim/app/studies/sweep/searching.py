"""A sweep whose sweeper chooses the points as it goes (one that optimises, say):
each of its jobs is a point, run by itself."""

import json
import os
import secrets
import shutil
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from hydra.core.hydra_config import HydraConfig

from sim.app.configuration import launcher_names
from sim.app.configuration.arrange import CONFIG, arrange
from sim.app.configuration.beside.prepared import with_others
from sim.app.configuration.by_hydra import hydra_at, laid_over, plain
from sim.app.configuration.check import build
from sim.app.configuration.compose import finished
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import SCENARIOS, cut
from sim.app.configuration.overrides import quoted
from sim.app.configuration.request import request_of
from sim.app.running.clusters import launchers
from sim.app.running.endings import BROKEN, ending
from sim.app.running.progress import progress_of
from sim.app.store.disk import PARTIAL, missing, remove_if_empty, writing
from sim.app.store.lock import Lock
from sim.app.store.unfinished import POINT

FAILED = 4


@dataclass(frozen=True)
class Job:
    """What a launcher calls for each point, in whatever process. It raises nothing but a stop."""

    folder: Path
    path: str | None
    config_dirs: tuple[str, ...]
    base: Path
    debug: bool = False

    def __call__(self, config) -> int:
        hydra = HydraConfig.get()
        number, words = int(hydra.job.num), list(hydra.overrides.task)
        try:
            with launchers.attached(self.folder, launchers.name_of(hydra)):
                self._study(number, words, config, hydra)
            code, said = 0, []
        except SystemExit as error:  # it would end the sweep, and the others' results be missing
            if launchers.stop_of_submitit(error):
                raise
            code, said = FAILED, [f"it ended itself with sys.exit({cut(error.code)})"]
        except Exception as error:
            if launchers.stop_of_submitit(error):
                raise
            if self.debug:
                traceback.print_exc()
            code, said = ending(error)
            code = FAILED if code == BROKEN else code  # of a sweep, some failed and the others are stored
        beside = self.folder / f"outcome-{number}.new"
        beside.write_text(json.dumps({"code": code, "said": said, "words": words}), encoding="utf-8")
        os.replace(beside, beside.with_suffix(".json"))
        return code

    def _study(self, number: int, words: list[str], config, hydra) -> None:
        stem = str(hydra.runtime.choices[SCENARIOS])
        file = Path(self.path) if self.path else shipped.scenario_files(self.config_dirs, self.base).get(stem)
        others = [word for word in words if not word.startswith(f"{SCENARIOS}=")]
        over = laid_over(arrange(self.path or stem, others, self.config_dirs, self.base))
        config = finished(plain(config, hydra), others, stem, file, over)
        request = request_of("run", self.path or stem, others, self.config_dirs)
        if progress_of(config) != "json":
            print(f"point {number + 1}: {request.line}", file=sys.stderr, flush=True)
        import_module("sim.app.studies.comparison.study").study(*with_others(build(config), request), request, POINT)


def run(words, checker) -> int:
    """Sweeps; the exit code is the worst of the jobs."""
    plan, expanded = words.plan, words.expanded
    partial = Path(str(checker.first.get("out") or "results")).resolve() / PARTIAL
    folder, made = partial / f"sweep-{secrets.token_hex(8)}", missing(partial)
    lock = Lock(folder.with_suffix(".lock"))  # tells the next command that this folder is no leftover
    with writing(folder):
        lock.take()
        os.makedirs(folder)
    try:
        job = Job(folder, words.path, words.config_dirs, plan.base, words.debug)
        launcher, broken = launcher_names.chosen(expanded.hydra_words), ""
        told = [
            *plan.reach,
            "hydra/hydra_logging=none",
            "hydra/job_logging=none",
            "hydra.output_subdir=null",
            "hydra.mode=MULTIRUN",
            f"hydra.sweep.dir={quoted(folder)}",
            *expanded.hydra_words,
            *expanded.words,
        ]
        with hydra_at(plan.base) as hydra:
            pass  # only made here: its jobs may compose, in this thread or in others
        try:
            with launchers.ready(launcher):
                hydra.multirun(CONFIG, job, told)
        except Exception as error:  # a launcher that breaks has jobs behind it that are done
            broken = launchers.told(error)
        return _told(folder, broken)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.drop()
        remove_if_empty(*made)


def _told(folder: Path, broken: str) -> int:
    """Says what failed; the worst exit code."""
    outcomes = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("outcome-*.json"))]
    failed = [outcome for outcome in outcomes if outcome["code"]]
    lines = [
        *([broken] if broken else []),
        *(f"{cut(' '.join(o['words']), 90)}: {said}" for o in failed for said in o["said"]),
    ]
    lines += [] if outcomes else ["no point ended with a word; the same command runs them again"]
    if lines:
        print(*lines, sep="\n", file=sys.stderr)
    print(f"sweep: {len(outcomes) - len(failed)} of {len(outcomes)} points done")
    return max([o["code"] for o in failed] + [FAILED] * bool(broken or not outcomes), default=0)
