"""What stands behind the pages: from an option to its scenario, its load, its numbers, its report."""

import json
import re
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.app.configuration.check import build
from sim.app.configuration.described import told_of
from sim.app.configuration.files.shipped import LARGEST_FILE
from sim.app.configuration.request import ONE_PAGE
from sim.app.pages.printed import printer
from sim.app.running.warm import Warm
from sim.app.store import key_of
from sim.app.store.merging import replace_whole
from sim.app.web.book import ENDING, keep_book, workbook_of
from sim.app.web.errand import MOST_OPTIONS, NUMBERS, REPORT, YEARS, Errand, ErrandFiles
from sim.app.web.errands import Errands
from sim.app.web.known import KnownScenarios
from sim.app.web.line import Numbers, WholeReport
from sim.app.web.option import Option, changed, config_of, file_of_option, option_of
from sim.app.web.place import Sent
from sim.app.web.work import WORK, Compose, ComposeOptions, ReadBook, Weigh
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario, people_of

FOLDER = ".web"
"""In the folder of results: what is asked, kept and uploaded."""
MOST_PEOPLE = 3_000_000
LOAD_MINUTES, BOOK_MINUTES = 0.5, 2.0
_MOST_KEPT = 100
_FOLDER, _FILE = re.compile(r"\w[\w .()-]*"), re.compile(r"[\w-]+\.(html|csv|svg|xlsx|yaml|pdf)")
_MOST_LOADS = 200
ONE_SHEET = "report.pdf"
DOWNLOADS = {
    ONE_SHEET: "One page (A4, PDF)",
    "results.xlsx": "Results (XLSX)",
    "options.csv": "Options (CSV)",
    "comparison.csv": "Comparison (CSV)",
    "kpis.csv": "Indicators (CSV)",
    "waits.csv": "Waits (CSV)",
    "staff.csv": "Staff (CSV)",
}
"""File of a results folder -> its words."""


class Desk:
    """`out`: the folder of results, in which everything is kept; `config_dirs`: more scenarios of the user's own."""

    def __init__(self, out: Path, config_dirs: tuple[str, ...] = ()):
        self.out, self.folder = out, out / FOLDER
        self.scenarios = KnownScenarios(self.folder, config_dirs)
        self.errands = Errands(out, ErrandFiles(self.folder / "errands"), self._line)
        self._kept = self.folder / "options.json"
        self._weigher, self._weighing, self._lock = Warm(WORK), threading.Lock(), threading.Lock()
        self._loads: OrderedDict[str, tuple] = OrderedDict()
        self._made: OrderedDict[tuple, Scenario] = OrderedDict()

    def start(self) -> None:
        self.errands.start()
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        """Reads beforehand what the first page would wait for."""
        self.scenarios.by_system()
        with self._weighing:
            self._weigher.start()
        for name in ("integrated", "gp_referral"):
            told_of(self.scenarios.config(name))

    def close(self) -> None:
        self.errands.close()
        self._weigher.close()

    # --- options --------------------------------------------------------------------------------------------

    def base(self, option: Option) -> dict[str, Any]:
        """The values of the option's scenario as it was."""
        return self.scenarios.config(option.scenario)

    def tidy(self, option: Option) -> Option:
        """The option without what is as it was."""
        return changed(option, self.base(option))

    def scenario(self, option: Option, years: float | None = None) -> Scenario:
        """The checked scenario; `ScenarioError` with every fault, in the words of `mskflow check`."""
        base = self.base(option)
        place = (option, years, id(base))
        with self._lock:
            if place in self._made:
                return self._made[place]
        config = config_of(option, base)
        if years is not None:
            config["run"] = config.get("run", {}) | {"years": years}
        made = build(config)
        people = made.demand.population * made.place.scale
        if people > MOST_PEOPLE:
            right = f"at most {MOST_PEOPLE:,} people here: make place.scale smaller, or use the command line"
            raise ScenarioError([Fault("demand.population", f"{people:,.0f} people are simulated", right)])
        self.errands.expect(int(people))
        with self._lock:
            self._made[place] = made
            while len(self._made) > 60:
                self._made.popitem(last=False)
        return made

    def today_of(self, option: Option) -> Option:
        """What an option is compared with if nobody says otherwise: what it changes; of a scenario that nothing is
        changed in, what that is compared with."""
        own = [pair for pair in option.values if pair not in option.shared]
        other = None if own else self.base(option).get("compare_with")
        name = other if other in self.scenarios.files() else option.scenario
        return Option(name, "", option.shared)

    def together(self, today: Option, options: tuple[Option, ...], years: float | None = YEARS) -> list[Scenario]:
        """Today and the options, told apart by their names, on the same people; `ScenarioError` where they are not."""
        if not 1 <= len(options) <= MOST_OPTIONS:
            raise ScenarioError([Fault("options", f"{len(options)} are compared", f"1 to {MOST_OPTIONS}")])
        made, faults = [], []
        for place, one in enumerate((today, *options)):
            try:
                found = self.scenario(one, years)
                made.append(replace(found, name=f"{place} {one.name or one.scenario}"))
            except ScenarioError as error:
                of = one.name or one.scenario if len(options) > 1 else ""
                faults += [Fault(f"{of}: {f.where}" if of else f.where, f.what, f.right) for f in error.faults]
        if not faults and any(people_of(one) != people_of(made[0]) for one in made):
            right = "the same place, people and dates in all that are compared"
            faults.append(Fault("options", "these do not meet the same people", right))
        if faults:
            raise ScenarioError(dict.fromkeys(faults))
        return made

    # --- load -----------------------------------------------------------------------------------------------

    def known_load(self, scenario: Scenario) -> tuple | None:
        """The same, if it has been worked out since the page began."""
        with self._lock:
            return self._loads.get(key_of(scenario))

    def load(self, scenario: Scenario) -> tuple:
        """(`ServiceLoad` by service, follow-ups that fall behind, what no service uses); `ScenarioError` where it takes
        too long."""
        key = key_of(scenario)
        with self._lock:
            if key in self._loads:
                return self._loads[key]
        with self._weighing:
            outcome = self._weigher.do(Weigh(scenario, str(self.out)), limit_minutes=LOAD_MINUTES)
        if outcome is None or outcome.error is not None:
            right = "run it, or make place.scale smaller"
            raise ScenarioError([Fault("load", "it cannot be worked out in half a minute", right)])
        with self._lock:
            self._loads[key] = outcome.result
            while len(self._loads) > _MOST_LOADS:
                self._loads.popitem(last=False)
        return outcome.result

    # --- what is sent ---------------------------------------------------------------------------------------

    def keep_file(self, sent: Sent) -> tuple[str, bool]:
        """An uploaded scenario file or workbook of one: its name here, and whether it was a workbook.
        `ScenarioError` with every fault."""
        if sent.name.lower().endswith(ENDING):
            return keep_book(self.scenarios, sent, self._read_book), True
        return self.scenarios.keep(sent.name, sent.file.read(LARGEST_FILE + 1)), False

    def _read_book(self, path: str, name: str) -> dict[str, str]:
        with self._weighing:
            asked = ReadBook(path, name, self.scenarios.config_dirs)
            outcome = self._weigher.do(asked, limit_minutes=BOOK_MINUTES)
        if outcome is None or outcome.error is not None:
            raise ScenarioError([Fault(f"{name}{ENDING}", "it cannot be read", "write it anew, and fill it in again")])
        if isinstance(outcome.result, dict):
            return outcome.result
        raise ScenarioError(outcome.result)

    def book(self, option: Option) -> bytes:
        """The option as a workbook, to be filled in and uploaded again."""
        return workbook_of(option, self.scenario(option).config)

    # --- what is kept ---------------------------------------------------------------------------------------

    def kept(self) -> dict[str, Option]:
        """name -> option, as they were kept; those that cannot be read are left out."""
        try:
            said = json.loads(self._kept.read_bytes())
            return {name: option_of(query) for name, query in said.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def keep(self, option: Option) -> None:
        """Under its name, in the place of one of that name; `ScenarioError`."""
        if not option.name:
            raise ScenarioError([Fault("name", "is missing", "call the option something, to keep it")])
        with self._lock:
            kept = self.kept() | {option.name: option}
            if len(kept) > _MOST_KEPT:
                raise ScenarioError([Fault("name", f"{_MOST_KEPT} options are kept already", "remove one")])
            self._write(kept)

    def forget(self, name: str) -> None:
        with self._lock:
            self._write({key: one for key, one in self.kept().items() if key != name})

    def _write(self, kept: dict[str, Option]) -> None:
        data = json.dumps({name: one.query for name, one in kept.items()}, ensure_ascii=False).encode()
        replace_whole(self._kept, data, self._kept.with_suffix(".aside"))

    def file(self, option: Option, today: Option | None = None) -> str:
        """The option as a scenario file."""
        return file_of_option(option, self.base(option), today.scenario if today else None)

    # --- errands --------------------------------------------------------------------------------------------

    def _line(self, errand: Errand) -> Numbers:
        if errand.kind == NUMBERS:
            return Numbers(self.together(errand.today, errand.options), errand.replications)
        folder = self.folder / "reports" / errand.id
        folder.mkdir(parents=True, exist_ok=True)
        if errand.kind == REPORT:
            option = errand.options[0]
            path = self._laid_down(option, folder, errand.today)
            return WholeReport(Compose(path, self.scenarios.config_dirs, str(self.out)))
        today = self._laid_down(errand.today, folder) if errand.today.values else errand.today.scenario
        paths = [self._laid_down(one, folder) for one in errand.options]
        folders = [word for one in self.scenarios.config_dirs for word in ("--config-dir", one)]
        page = ["--report", ONE_PAGE] if printer() else []
        return WholeReport(ComposeOptions((*paths, "--with", today, *page, *folders), str(self.out)))

    def _laid_down(self, option: Option, folder: Path, today: Option | None = None) -> str:
        """The path of the option as a scenario file, named by what it is called."""
        if not option.name:
            title = self.base(option).get("title") or option.scenario
            own = set(option.values) - set(option.shared)
            option = replace(option, name=f"{title}{', changed' if own else ''}")
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", option.name).strip("_-")[:50] or "option"
        several = (stem, *(f"{stem}_{number}" for number in range(2, MOST_OPTIONS + 3)))
        there = {one.name for one in folder.iterdir()} if today is None else set()
        path = next(folder / f"{one}.yaml" for one in several if f"{one}.yaml" not in there)
        path.write_text(self.file(option, today), encoding="utf-8")
        return str(path)

    def results(self) -> list[str]:
        """The results folders with a report, `scenario/time`, the newest first."""
        found = [path.parent for path in self.out.glob("*/*/report.html") if not path.parts[-3].startswith(".")]
        return ["/".join(path.parts[-2:]) for path in sorted(found, key=lambda path: path.name, reverse=True)]

    def downloads(self, result: str) -> list[tuple[str, str]]:
        """(file, words) of what may be taken from a results folder, `scenario/time`."""
        return [(name, words) for name, words in DOWNLOADS.items() if (self.out / result / name).is_file()]

    def result_file(self, scenario: str, folder: str, name: str) -> Path | None:
        """A file of a results folder, if it is one that a page may show."""
        if not (_FOLDER.fullmatch(scenario) and _FOLDER.fullmatch(folder) and _FILE.fullmatch(name)):
            return None
        path = self.out / scenario / folder / name
        return path if path.is_file() and path.resolve().is_relative_to(self.out.resolve()) else None
