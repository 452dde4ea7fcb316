"""What each page says, handed to its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.app.configuration.described import label_of
from sim.app.configuration.leaves import leaves
from sim.app.configuration.schema import schema_at, shown
from sim.app.pages import html
from sim.app.pages.html import pages_in
from sim.app.web.book import understood
from sim.app.web.desk import ONE_SHEET, Desk
from sim.app.web.errand import KINDS, MOST_OPTIONS, MOST_REPLICATIONS, NUMBERS, Errand
from sim.app.web.form import sheet
from sim.app.web.option import Option, compare_address
from sim.app.web.place import MadePlace
from sim.app.web.side_by_side import means_of, side_by_side
from sim.domain.faults import Fault, ScenarioError

_HERE = Path(__file__).parent / "templates"
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Changed:
    """One changed setting: what it is, what it was and what it is now."""

    words: str
    before: str
    now: str


class Pages:
    """Each method gives a whole page as HTML, but `load`, which gives a part of one."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self._templates = pages_in(_HERE)

    @cached_property
    def style(self) -> str:
        """The report's own style sheet, and what a form needs besides."""
        return "\n".join(
            (folder / name).read_text(encoding="utf-8")
            for folder, name in ((Path(html.__file__).parent, "page.css"), (_HERE, "web.css"))
        )

    @cached_property
    def script(self) -> str:
        return (_HERE / "page.js").read_text(encoding="utf-8")

    def _page(self, name: str, **said: Any) -> str:
        waiting = sum(one.open for one in self.desk.errands.all())
        return self._templates.get_template(f"{name}.html.j2").render(waiting=waiting, **said)

    def start(self) -> str:
        kept = [(name, one, self._title(one)) for name, one in self.desk.kept().items()]
        return self._page("start", systems=self.desk.scenarios.by_system(), kept=kept, reports=self.desk.results()[:8])

    def option(self, option: Option, words: str, weigh: bool) -> str:
        """The form; `weigh`: with its load worked out now, if it is not known already."""
        base = self.desk.base(option)
        faults: tuple[Fault, ...] = ()
        scenario = None
        today = self.desk.today_of(option)
        try:
            scenario = self.desk.scenario(option)
            self.desk.together(today, (option,), None)
        except ScenarioError as error:
            faults = error.faults
        at: dict[str, list[str]] = {}
        for one in faults:
            at.setdefault(one.where, []).append(_said(one))
        form = sheet(base, dict(option.values), at, words)
        shown_at = {one.path: one.id for part in form.parts for one in part.every} | {
            one.path: one.id for one in (*form.found, *form.others)
        }
        return self._page(
            "option",
            option=option,
            today=today,
            today_title=self._title(today),
            title=str(base.get("title") or option.scenario),
            question=str(base.get("question") or ""),
            form=form,
            words=words,
            faults=[(one, _said(one), _place(one.where, shown_at), _words(one.where, base)) for one in faults],
            changes=self._changes(option),
            load=self._load(scenario, weigh) if scenario is not None and not faults else None,
            compare=compare_address(today, [option]),
        )

    def load(self, option: Option) -> str:
        return self._templates.get_template("load.html.j2").render(load=self._load(self.desk.scenario(option), True))

    def _load(self, scenario, weigh: bool) -> dict[str, Any]:
        known = self.desk.known_load(scenario)
        if known is None and weigh:
            known = self.desk.load(scenario)
        if known is None:
            return {"rows": None}
        rows, behind, idle = known
        return {"rows": rows, "behind": behind, "idle": idle, "over": [one.label for one in rows if one.load_share > 1]}

    def compare(self, today: Option, options: tuple[Option, ...], weigh: bool) -> str:
        """Options against today, before anything runs: what they change, staff, money, load."""
        scenarios = self.desk.together(today, options, None)
        loads = [self.desk.load(one) if weigh else self.desk.known_load(one) for one in scenarios]
        table = None if any(one is None for one in loads) else _loads_together(loads)
        return self._page(
            "compare",
            today=today,
            today_title=self._title(today),
            options=options,
            columns=self._columns(options),
            changes=[self._changes(one) for one in options],
            means=means_of(scenarios),
            loads=table,
            link=compare_address(today, options),
            kept=[name for name, one in self.desk.kept().items() if one not in options],
            scenarios=[(name, title) for _, rows in self.desk.scenarios.by_system() for name, title, _ in rows],
            most=MOST_OPTIONS,
            without=[compare_address(today, [one for one in options if one != gone]) for gone in options],
        )

    def works(self) -> str:
        rows = [(one, self._titles(one), *self.desk.errands.far(one.id)) for one in self.desk.errands.all()[:60]]
        return self._page("works", rows=rows, kinds=KINDS, reports=self.desk.results()[:40])

    def work(self, one: Errand, hold: bool) -> str:
        """What is known by now of what was asked."""
        far, before = self.desk.errands.far(one.id)
        numbers = None
        if one.kind == NUMBERS:
            try:
                scenarios = self.desk.together(one.today, one.options)
                numbers = self.desk.errands.read(lambda store: side_by_side(scenarios, store, one.replications))
            except ScenarioError as error:
                return self.faulty(error.faults)
        return self._page(
            "work",
            one=one,
            far=far,
            before=before,
            hold=hold,
            numbers=numbers,
            columns=self._columns(one.options),
            today_title=self._title(one.today),
            titles=self._titles(one),
            changes=[self._changes(option) for option in one.options],
            link=compare_address(one.today, one.options),
            kind=KINDS[one.kind],
            is_report=one.kind != NUMBERS,
            downloads=self.desk.downloads(one.result) if one.result else [],
            one_sheet=ONE_SHEET,
            more=min(one.replications * 2, MOST_REPLICATIONS),
        )

    def place(self, found: MadePlace) -> str:
        """What was understood of somebody's files."""
        return self._page("place", found=found, short=found.told)

    def understood(self, name: str) -> str:
        """What an uploaded workbook changes in its scenario, before anything is done with it."""
        found = understood(self.desk.scenarios, name)
        option = Option(name)
        scenario = self.desk.scenario(option)
        return self._page(
            "understood",
            place=name,
            title=self._title(option),
            found=found,
            base_title=self._title(Option(found.base)),
            today_title=self._title(self.desk.today_of(option)),
            residents=scenario.demand.population,
            wte=sum(group.wte for group in scenario.workforce.values()),
        )

    def faulty(self, faults: Sequence[Fault]) -> str:
        in_book = any(".xlsx, " in one.where for one in faults)
        return self._page("faulty", faults=[(one, _said(one)) for one in faults], in_book=in_book)

    # --- words ----------------------------------------------------------------------------------------------

    def _title(self, option: Option) -> str:
        if option.name:
            return option.name
        try:
            return str(self.desk.base(option).get("title") or option.scenario)
        except ScenarioError:
            return option.scenario

    def _titles(self, one: Errand) -> list[str]:
        return [self._title(option) for option in one.options]

    def _columns(self, options: Sequence[Option]) -> list[str]:
        if len(options) == 1:
            return [self._title(options[0])]
        return [f"{letter}: {self._title(one)}" for letter, one in zip(LETTERS, options, strict=False)]

    def _changes(self, option: Option) -> list[Changed]:
        base = self.desk.base(option)
        before = leaves(base)
        return [
            Changed(label_of(path, base), shown(before.get(path)) or "not set", text or "not set")
            for path, text in option.values
        ]


def _said(fault: Fault) -> str:
    return f"{fault.what}; {fault.right}" if fault.right else fault.what


def _place(where: str, shown_at: dict[str, str]) -> str:
    """The field that a fault is about, or the first of its block; "" where none is shown."""
    if where in shown_at:
        return shown_at[where]
    return next((name for path, name in shown_at.items() if path.startswith(f"{where}.")), "")


def _words(where: str, base: dict[str, Any]) -> str:
    """What a fault is about, in the words of its field; where there is none, as it is told."""
    return label_of(where, base) if schema_at(base, where) is not None else where


def _loads_together(loads) -> list[tuple[str, list]]:
    """(service, its load today and in each option; None where it is not there)."""
    labels = {one.service: one.label for rows, _, _ in loads for one in rows}
    found = [{one.service: one for one in rows} for rows, _, _ in loads]
    return [(label, [of.get(name) for of in found]) for name, label in labels.items()]
