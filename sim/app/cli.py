"""`mskflow`: finds the sub-command, and turns what went wrong into one line a fault and an exit code.

Nothing heavy is imported before the word that needs it: the help is there at once.
"""

import os
import shlex
import sys
import traceback
from contextlib import suppress
from importlib import import_module

from sim.app.running.endings import DONE, INTERRUPTED, TERMINATED, UNREADABLE, ending
from sim.domain.faults import Fault, ScenarioError, nearest

COMMANDS = {  # word: (how it is written, what it does)
    "run": (
        "[SCENARIO] [key=value ...]",
        "simulate a scenario and its comparator on the same patients; write a report",
    ),
    "list": ("[mechanisms]", "the scenarios (or the mechanisms to switch on and off), each with its question"),
    "check": (
        "[SCENARIO] [key=value ...]",
        "every fault in a configuration, and load against capacity, before running",
    ),
    "draw": ("[SCENARIO] [key=value ...]", "the pathway as a picture"),
    "story": (
        "[NAME or FILE] [key=value ...]",
        "one person's journey in both pathways, day by day; alone: who there is",
    ),
    "plan": (
        "[SCENARIO] plan=FILE [key=value ...]",
        "the cheapest staffing that meets targets, and what other sums would buy",
    ),
    "gather": (
        "DIR... [kpi=NAME] [target=NUMBER] ...",
        "many results folders as one table, with a picture of what was varied",
    ),
    "runs": (
        "[list | show ID | compare ID ID | prune | verify] [out=DIR] [key=value ...]",
        "what is finished: list, show, compare, tidy up, look at every bit",
    ),
    "uncertainty": (
        "[SCENARIO] [draws=N] [key=value ...]",
        "what we believe of the difference, with all that is not known drawn together",
    ),
    "sensitivity": ("[SCENARIO] [method=morris|sobol] [key=value ...]", "which of what is not known moves the answer"),
    "verify": ("", "the verification pack: simulated against exact values"),
}
EXAMPLES = (
    "mskflow run",
    "mskflow check integrated workforce.physio_band_6.wte=30",
    "mskflow run integrated place.scale=0.1 run.replications=4 out=my_results",
)
FLAGS = """\
SCENARIO is a name from `mskflow list` or the path of a YAML file of your own; without it: integrated.
key=value changes one setting (Hydra's override grammar; +key=value adds one, ~key takes one away).

  --config-dir DIR      a folder of your own that holds scenarios/
  --cfg job             print the whole configuration and stop
  -m, --multirun        sweep: run -m run.seed=1,2,3 (run only)
  --info [WHAT]         what Hydra found where
  --patient ID          anybody of replication 0: story --patient ID [SCENARIO] (story only)
  --debug               show the traceback of a fault"""

_WORK = {
    "run": "sim.app.studies.comparison.study",
    "check": "sim.app.studies.load",
    "draw": "sim.app.studies.draw",
    "story": "sim.app.studies.story.story",
    "plan": "sim.app.studies.plan.plan",
    "uncertainty": "sim.app.studies.uncertainty.uncertain",
    "sensitivity": "sim.app.studies.uncertainty.sensitive",
    "gather": "sim.app.studies.gather.gather",
    "runs": "sim.app.studies.runs.runs",
    "verify": "sim.app.studies.verification.verify",
}

_WITH_WORDS = ("plan", "uncertainty", "sensitivity")
"""Those that have words of their own beside Hydra's."""


def main(argv=None) -> int:
    """Runs one command; returns its exit code."""
    words = [str(word) for word in (sys.argv[1:] if argv is None else argv)]
    debug, running = "--debug" in words, words[:1] in ([name] for name in ("run", *_WITH_WORDS))
    try:
        code = _command(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has had enough; Python would complain once more at its end
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREADABLE if running else DONE
    except KeyboardInterrupt as stop:
        code = (
            TERMINATED if type(stop).__name__ == "Stopped" else INTERRUPTED
        )  # of sim.app.running.stopping, which is not imported yet
        return _end(code, [f"stopped; this continues: {_line(words)}" if running else "stopped"], debug)
    except Exception as error:
        return _end(*ending(error), debug)


def _end(code: int, lines: list[str], debug: bool) -> int:
    with suppress(BrokenPipeError, KeyboardInterrupt):  # who stops it twice has stopped it
        if debug:
            traceback.print_exc()
        print(*lines, sep="\n", file=sys.stderr, flush=True)
    return code


def _line(words) -> str:
    return shlex.join(["mskflow", *words])


def _command(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return DONE
    if words[0] == "--version":
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(version("mskflow"))
        except PackageNotFoundError:
            print("mskflow, from a checkout that is not installed")
        return DONE
    name, *rest = words
    if name not in COMMANDS:
        from sim.app.configuration.files.shipped import cut, scenario_files

        is_scenario = name in scenario_files() or "=" in name or name.endswith(".yaml")
        right = f"write: mskflow run {cut(name)}" if is_scenario else nearest(cut(name), COMMANDS)
        raise ScenarioError([Fault(cut(name), "there is no such command", right)])
    if {"-h", "--help"} & set(rest):
        print(f"mskflow {name} {COMMANDS[name][0]}".rstrip() + f"\n{COMMANDS[name][1]}\n\n{FLAGS}")
        return DONE
    from sim.app.running.stopping import stoppable

    with stoppable():
        from sim.app.configuration.overrides import split

        if name == "gather":
            return import_module(_WORK[name]).run(rest, _line(words))
        if name == "runs":
            return import_module(_WORK[name]).run(rest)
        asked = split(rest)
        _refuse_what_is_not_used(name, asked)
        if name == "list":
            return _list(asked)
        if name == "story":
            return import_module(_WORK[name]).run(asked)
        if name in _WITH_WORDS:
            work = import_module(_WORK[name])
            given, asked = work.taken_out(asked)
            if not (asked.cfg or asked.info):
                return work.run(given, asked, _line(words))
        if asked.cfg or asked.info:
            return _show(asked)
        if name == "verify":
            return _code(import_module(_WORK[name]).run())
        if asked.multirun:
            return import_module("sim.app.studies.sweep.sweep").run(asked)
        from sim.app.configuration.compose import compose

        build = import_module("sim.app.configuration.check").build
        config = compose(asked.scenario, asked.overrides, asked.config_dirs, build=build)
        work = import_module(_WORK[name]).run
        if name == "run":
            from sim.app.running.progress import progress_of

            work(config, progress=progress_of(config), command=_line(words))
            return DONE
        return _code(work(config))


def overview() -> str:
    """What there is: the commands and three examples."""
    width = max(len(f"{name} {usage}") for name, (usage, _) in COMMANDS.items())
    lines = [f"  mskflow {f'{name} {usage}':{width}}  {what}" for name, (usage, what) in COMMANDS.items()]
    examples = "\n".join(f"  {line}" for line in EXAMPLES)
    return (
        "mskflow: if a place ran its MSK care that way, who would wait how long for what?\n\n"
        + "\n".join(lines)
        + f"\n\nFor example:\n{examples}\n\n`mskflow run --help` says more."
    )


def _code(result) -> int:
    return result if isinstance(result, int) else DONE


def _refuse_what_is_not_used(name: str, asked) -> None:
    faults = []
    if asked.multirun and name != "run":
        faults.append(Fault("-m", f"{name} does not sweep", "write: mskflow run -m ..."))
    if asked.patient is not None and name != "story":
        faults.append(Fault("--patient", f"{name} does not use it", "write: mskflow story --patient ID"))
    if name in ("list", "verify"):
        named = asked.scenario if (name, asked.scenario) != ("list", "mechanisms") else None
        unused = [named or "", *asked.overrides, *(asked.config_dirs if name == "verify" else ())]
        faults += [Fault(word[:60], f"{name} does not use it", f"write: mskflow {name}") for word in unused if word]
    if faults:
        raise ScenarioError(faults)


def _list(asked) -> int:
    from sim.app.configuration.files.mechanisms import title_of
    from sim.app.configuration.files.shipped import about, by_system, mechanism_files, scenario_files

    files, faults = (mechanism_files if asked.scenario else scenario_files)(asked.config_dirs), []
    for system, names in by_system(files).items():
        if system:
            print(f"\n# {system}")
        for name in names:
            try:
                title, question = about(files[name])
                title = title or (title_of(name) if asked.scenario else "")
            except ScenarioError as error:
                faults += error.faults
                continue
            print(f"{name}: {title}\n    {question}" if question else f"{name}: {title}")
    if faults:
        raise ScenarioError(faults)
    return DONE


def _show(asked) -> int:
    """--cfg and --info. What `--cfg job` prints is what `sim.from_dict` reads."""
    from sim.app.configuration.compose import arrange, compose, show

    config = compose(asked.scenario, asked.overrides, asked.config_dirs)
    if asked.cfg == "job":
        import yaml

        for key in (asked.package or "").split(".") if asked.package not in (None, "_global_") else ():
            if not isinstance(config, dict) or key not in config:
                raise ScenarioError(
                    [
                        Fault(
                            "--package",
                            f"there is no '{key[:60]}'",
                            nearest(key, config if isinstance(config, dict) else ()),
                        )
                    ]
                )
            config = config[key]
        print(yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=120), end="")
        return DONE
    plan = arrange(asked.scenario, asked.overrides, asked.config_dirs)
    show(plan, asked.cfg or asked.info, asked.package, asked.resolve, info=bool(asked.info))
    return DONE
