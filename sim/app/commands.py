"""The commands: each is a word, how it is written, what it does, and the function that does it.

What a command needs is imported when it is run, so that the help is there at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from sim.domain.faults import Fault, ScenarioError

if TYPE_CHECKING:
    from sim.app.configuration.request import Request

SHOWN = "sim.app.configuration.shown:run"
CONFIGURATION, SWEEP, PATIENT, REPORT = ("cfg", "info"), ("multirun",), ("patient",), ("report",)
_SCENARIO = "SCENARIO"
_FLAGS = {
    "multirun": ("-m", "does not sweep", "write: mskflow run -m ..."),
    "patient": ("--patient", "does not use it", "write: mskflow story --patient ID"),
    "report": ("--report", "does not use it", "mskflow run SCENARIO --report one-page"),
    "cfg": ("--cfg", "does not use it", "mskflow run SCENARIO --cfg job shows a configuration"),
    "info": ("--info", "does not use it", "mskflow run SCENARIO --cfg job shows a configuration"),
}


@dataclass(frozen=True)
class Command:
    """`work`: module and function of a `Request`, which returns an exit code; `sweep`: the same of a request with -m.

    `flags`: those of `_FLAGS` that it uses; `own`: its words of the form word=value that are none of Hydra's;
    `plain`: all its words are its own, and it sorts them itself; `long`:
    it may be stopped and continued, so that it says how.
    """

    word: str
    usage: str
    about: str
    work: str
    sweep: str = ""
    flags: tuple[str, ...] = CONFIGURATION
    own: tuple[str, ...] = ()
    plain: bool = False
    long: bool = False

    @property
    def help(self) -> str:
        return f"mskflow {self.word} {self.usage}".rstrip() + f"\n{self.about}"

    def request(self, words: Sequence[str]) -> "Request":
        """What is asked by the words after the command's own; `ScenarioError` with every one that it cannot use."""
        from sim.app.configuration.request import Request, split

        if self.plain:
            return Request(self.word, words=tuple(words))
        request = split(words, self.word, self.own)
        if _SCENARIO in self.usage and request.scenario and request.scenario.lower().endswith(".xlsx"):
            from sim.app.importing.opened_workbook import as_scenario

            request = as_scenario(request)
        faults = [
            Fault(flag, f"{self.word} {what}", right)
            for name, (flag, what, right) in _FLAGS.items()
            if getattr(request, name) and name not in self.flags
        ]
        if request.multirun and request.report:
            faults.append(
                Fault("--report", "a sweep has no report of its own", "mskflow run SCENARIO --report one-page")
            )
        if faults:
            raise ScenarioError(faults)
        return request

    def run(self, request: "Request") -> int:
        """Does what is asked; its exit code."""
        shown = request.cfg or request.info
        module, _, function = (SHOWN if shown else self.sweep if request.multirun else self.work).partition(":")
        return getattr(import_module(module), function)(request)


_STUDIES = "sim.app.studies"
COMMANDS = {
    one.word: one
    for one in (
        Command(
            "run",
            "[SCENARIO] [key=value ...]",
            "simulate a scenario and its comparator on the same patients; write a report",
            f"{_STUDIES}.comparison.study:run",
            sweep=f"{_STUDIES}.sweep.sweep:run",
            flags=(*CONFIGURATION, *SWEEP, *REPORT),
            long=True,
        ),
        Command(
            "compare",
            "A B C --with TODAY [key=value ...]",
            "several options in one report, each against the same today, on the same people",
            f"{_STUDIES}.options.options:run",
            plain=True,
            long=True,
        ),
        Command(
            "list",
            "[mechanisms]",
            "the scenarios (or the mechanisms to switch on and off), each with its question",
            f"{_STUDIES}.catalogue:run",
            flags=(),
        ),
        Command(
            "check",
            "[SCENARIO] [parameters=FILE.csv] [key=value ...]",
            "every fault in a configuration, and load against capacity, before running; all its numbers as a table",
            f"{_STUDIES}.load:run",
            own=("parameters",),
        ),
        Command("draw", "[SCENARIO] [key=value ...]", "the pathway as a picture", f"{_STUDIES}.draw:run"),
        Command(
            "story",
            "[NAME or FILE] [key=value ...]",
            "one person's journey in both pathways, day by day; alone: who there is",
            f"{_STUDIES}.story.story:run",
            flags=PATIENT,
        ),
        Command(
            "web",
            "[--port N] [out=DIR]",
            "the planners' page on this machine: change staff, see load and numbers, compare, print",
            "sim.app.web.serve:run",
            plain=True,
        ),
        Command(
            "plan",
            "[SCENARIO] plan=FILE [key=value ...]",
            "the cheapest staffing that meets targets, and what other sums would buy",
            f"{_STUDIES}.plan.plan:run",
            own=("plan",),
            long=True,
        ),
        Command(
            "place",
            "NAME --from FILES... [--what CODES] [--population N] [--share PART] | new NAME",
            "a place of your own from published lists or a system's export, as a folder for run NAME",
            f"{_STUDIES}.place.place:run",
            plain=True,
        ),
        Command(
            "workbook",
            "[SCENARIO] [out=FILE.xlsx] [key=value ...]",
            "a scenario as a workbook to fill in; run, check and all others take it in the scenario's place",
            f"{_STUDIES}.workbook.workbook:run",
            flags=(),
            own=("out",),
        ),
        Command(
            "fit",
            "NAME [--events FILE]",
            "what the published months of a place say of its lists and staff, with intervals",
            f"{_STUDIES}.forecast.fit:run",
            plain=True,
        ),
        Command(
            "forecast",
            "NAME [--months 6] [--events FILE] [key=value ...]",
            "the lists of a place months ahead, as it is or changed, and how far off such forecasts were",
            f"{_STUDIES}.forecast.forecast:run",
            plain=True,
        ),
        Command(
            "gather",
            "DIR... [kpi=NAME] [target=NUMBER] ...",
            "many results folders as one table, with a picture of what was varied",
            f"{_STUDIES}.gather.gather:run",
            plain=True,
        ),
        Command(
            "runs",
            "[list | show ID | compare ID ID | prune | verify] [out=DIR] [key=value ...]",
            "what is finished: list, show, compare, tidy up, look at every bit",
            f"{_STUDIES}.runs.runs:run",
            plain=True,
        ),
        Command(
            "uncertainty",
            "[SCENARIO] [draws=N] [key=value ...]",
            "what we believe of the difference, with all that is not known drawn together",
            f"{_STUDIES}.uncertainty.uncertain:run",
            own=("draws",),
            long=True,
        ),
        Command(
            "sensitivity",
            "[SCENARIO] [method=morris|sobol] [key=value ...]",
            "which of what is not known moves the answer",
            f"{_STUDIES}.uncertainty.sensitive:run",
            own=("method", "by", "parameters", "trajectories", "base", "draws"),
            long=True,
        ),
        Command(
            "docs",
            "",
            "the documentation as a site: where it lies, opened in a browser",
            f"{_STUDIES}.site:run",
            flags=(),
        ),
        Command(
            "verify",
            "",
            "the verification pack: simulated against exact values",
            f"{_STUDIES}.verification.verify:run",
            flags=(),
        ),
    )
}
