"""What `mskflow compare A B C --with TODAY` asks for: the options, what they are compared with, and what holds for
all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.app.configuration.beside.ladder import Composer
from sim.app.configuration.beside.report_section import SHARED
from sim.app.configuration.compose import compose
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import section_of
from sim.app.configuration.request import PNG, Request, split
from sim.app.importing.opened_workbook import is_workbook, opened
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario, people_of

MOST = 6
"""More columns than these nobody reads beside each other."""
WITH = "--with"
_TAKE_A_WORD = ("--config-dir", "-cd", "--report")
_OF_ALL = (*SHARED, "out", "report")


@dataclass(frozen=True)
class AskedOptions:
    """Today first. `request`: the words that hold for all of them."""

    today: Scenario
    options: tuple[Scenario, ...]
    request: Request

    @property
    def every(self) -> tuple[Scenario, ...]:
        return self.today, *self.options


def asked_options(words: Sequence[str]) -> AskedOptions:
    """The scenarios, checked and in one place; `ScenarioError` with every fault."""
    names, today, rest = _sorted(words)
    request = split(rest, "compare")
    faults = _faults_of_words(names, request)
    today = today or _own_comparator(names, request, faults)
    if faults or today is None:
        raise ScenarioError(faults)
    first = _today(today, request)
    composer = Composer(first, request, faults)
    made = [_option(name, composer, request) for name in names]
    options = [one for one in made if one is not None]
    faults += _faults_of_people(first, options)
    if first.run.precision:
        faults.append(Fault("run.precision", "is not used here", "run.replications=NUMBER holds for all options"))
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return AskedOptions(first, tuple(options), request)


def _sorted(words: Sequence[str]) -> tuple[list[str], str | None, list[str]]:
    """Names of scenarios, that of today, and all other words."""
    names: list[str] = []
    rest: list[str] = []
    today, left = None, list(words)
    while left:
        word = left.pop(0)
        if word == WITH:
            today = left.pop(0) if left else ""
        elif word.startswith(f"{WITH}="):
            today = word.partition("=")[2]
        elif word in _TAKE_A_WORD:
            rest += [word, *left[:1]]
            del left[:1]
        elif word.startswith(("-", "~", "+")) or "=" in word:
            rest.append(word)
        else:
            names.append(word)
    return names, today, rest


def _faults_of_words(names: list[str], request: Request) -> list[Fault]:
    usage = "mskflow compare A B C --with TODAY"
    faults = [Fault("compare", "no option is named", usage)] if not names else []
    if len(names) > MOST:
        faults.append(Fault("compare", f"these are {len(names)} options", f"{MOST} at most: {usage}"))
    faults += [
        Fault(cut(one), "is named twice", "name each once") for one in dict.fromkeys(names) if names.count(one) > 1
    ]
    if request.wants(PNG):
        faults.append(Fault("--report", "compare draws no PNG", "--report one-page, or figures/options.svg"))
    return faults + [
        Fault(
            cut(word), "changes a part of how care is organised, and would be the same in all", "a scenario file each"
        )
        for word in request.overrides
        if section_of(word) not in _OF_ALL
    ]


def _own_comparator(names: list[str], request: Request, faults: list[Fault]) -> str | None:
    """What the first option itself is compared with."""
    if faults:
        return None
    own = _today(names[0], request).compare_with
    if own is None:
        faults.append(Fault(WITH, f"is missing, and {names[0]} is compared with nothing itself", f"{WITH} SCENARIO"))
    return own


def _today(name: str, request: Request) -> Scenario:
    """The scenario of a name, a file or a workbook, with what the command says of all; a workbook's by its own name."""
    if not is_workbook(name):
        return compose(name, request.overrides, request.config_dirs)
    book = opened(name, request.config_dirs)
    return _named(compose(book.scenario, [*book.overrides, *request.overrides], request.config_dirs), name)


def _option(name: str, composer: Composer, request: Request) -> Scenario | None:
    """The same of an option, in the place and the run of today; None if it is faulty."""
    if not is_workbook(name):
        return composer.other(name, name)
    try:
        book = opened(name, request.config_dirs)
    except ScenarioError as error:
        composer.faults.extend(error.faults)
        return None
    made = composer.other(book.scenario, name, book.overrides)
    return made and _named(made, name)


def _named(scenario: Scenario, book: str) -> Scenario:
    """Two workbooks of one scenario are told apart by their files."""
    stem = re.sub(r"[^\w .()-]", "_", Path(book).stem)
    said = {"name": stem, "title": f"{scenario.title or scenario.name} ({stem})"}
    return replace(scenario, **said, config=scenario.config | said)


def _faults_of_people(today: Scenario, options: list[Scenario]) -> list[Fault]:
    """Of options that are today itself, share a name, or meet other people."""
    names = [today.name, *(one.name for one in options)]
    faults = [Fault(one, "stands on both sides", "another scenario") for one in set(names) if names.count(one) > 1]
    return faults + [
        Fault(one.name, f"does not meet the same people as {today.name}: demand or starting lists differ", "one place")
        for one in options
        if people_of(one) != people_of(today)
    ]
