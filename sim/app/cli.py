"""`mskflow`: finds the sub-command, and turns what went wrong into one line a fault and an exit code.

Nothing heavy is imported before the word that needs it: the help is there at once.
"""

import os
import shlex
import sys
import traceback
from contextlib import suppress

from sim.app.commands import COMMANDS
from sim.app.machine import speak
from sim.app.running.endings import DONE, INTERRUPTED, TERMINATED, UNREADABLE, ending
from sim.domain.faults import Fault, ScenarioError, nearest, printable

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
  --report one-page     the first screen as report.pdf too; png: the figures too; one-page,png: both (run only)
  --info [WHAT]         what Hydra found where
  --patient ID          anybody of replication 0: story --patient ID [SCENARIO] (story only)
  --debug               show the traceback of a fault"""

NAME = "mskflow"


def main(argv=None) -> int:
    """Runs one command; returns its exit code."""
    speak(sys.stdout, sys.stderr)
    words = [str(word) for word in (sys.argv[1:] if argv is None else argv)]
    debug = "--debug" in words
    running = words[:1] in ([one.word] for one in COMMANDS.values() if one.long)
    try:
        code = _command(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has had enough; Python would complain once more at its end
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREADABLE if running else DONE
    except BaseException as error:
        if stop := _stop_in(error):
            # of sim.app.running.stopping, which is not imported yet
            code = TERMINATED if type(stop).__name__ == "Stopped" else INTERRUPTED
            continues = f"; this continues: {shlex.join([NAME, *words])}" if running else ""
            return _end(code, [f"stopped{continues}"], debug)
        if not isinstance(error, Exception):
            raise
        return _end(*ending(error), debug)


def _stop_in(error: BaseException | None) -> KeyboardInterrupt | None:
    """The stop that made it: Python 3.11 hands on what strikes in a `__set_name__` as the cause of a RuntimeError."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error


def _end(code: int, lines: list[str], debug: bool) -> int:
    with suppress(BrokenPipeError, KeyboardInterrupt):  # who stops it twice has stopped it
        if debug:
            traceback.print_exc()
        said = [printable(line) for text in lines for line in text.splitlines()]
        print(*said, sep="\n", file=sys.stderr, flush=True)
    return code


def _command(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return DONE
    if words[0] == "--version":
        print(_version())
        return DONE
    name, *rest = words
    if name not in COMMANDS:
        raise ScenarioError([_unknown(name)])
    command = COMMANDS[name]
    if {"-h", "--help"} & set(rest):
        print(f"{command.help}\n\n{FLAGS}")
        return DONE
    from sim.app.running import rubbish
    from sim.app.running.stopping import stoppable

    rubbish.seldom()
    with stoppable():
        return command.run(command.request(rest))


def overview() -> str:
    """What there is: the commands and three examples."""
    width = max(len(f"{one.word} {one.usage}") for one in COMMANDS.values())
    lines = [f"  mskflow {f'{one.word} {one.usage}':{width}}  {one.about}" for one in COMMANDS.values()]
    examples = "\n".join(f"  {line}" for line in EXAMPLES)
    return (
        "mskflow: if a place ran its MSK care that way, who would wait how long for what?\n"
        + "\n".join(lines)
        + f"\nFor example (`mskflow run --help` says more):\n{examples}"
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(NAME)
    except PackageNotFoundError:
        return f"{NAME}, from a checkout that is not installed"


def _unknown(name: str) -> Fault:
    from sim.app.configuration.files.shipped import cut, scenario_files

    is_scenario = name in scenario_files() or "=" in name or name.endswith(".yaml")
    close = nearest(cut(name), [*COMMANDS, *scenario_files()])
    right = f"write: mskflow run {cut(name)}" if is_scenario else nearest(cut(name), COMMANDS)
    if not is_scenario and "did you mean" not in right and "did you mean" in close:
        right = f"{close.removesuffix('?')} with mskflow run?"
    return Fault(cut(name), "there is no such command", right)
