"""The `report` section of a configuration: what is to be shown beside the main comparison. Read and checked by hand.

It is small, is no part of a scenario, and nothing in it changes what the scenario does.
"""

import math
from dataclasses import dataclass

from sim.analysis.words.groups import GROUPS
from sim.analysis.words.indicator import INDICATORS
from sim.app.configuration.files import shipped
from sim.app.configuration.overrides import section_of
from sim.domain.faults import Fault, nearest

# What is true of the place and of the run, not of how care is organised: the same for everybody compared.
SHARED = ("place", "demand", "calendar", "start", "run", "analysis", "prices", "outcomes")
KEYS = ("answers", "ladder", "variants", "assumptions", "claims", "replications")
_NOT_HERE = {
    "mechanisms": "write adds: [NAME], or without: [NAME] in a variant",
    "scenarios": "write scenario: NAME",
    **dict.fromkeys(SHARED, "it is the same in all that are compared: change it on the command line"),
    **dict.fromkeys(("name", "title", "question", "system", "compare_with", "out", "report", "hydra"), "take it out"),
}


@dataclass(frozen=True)
class Change:
    """A step of the ladder, or a variant: what is changed in `scenario`.

    `scenario`: a name, or None for what the place in the report says (a step: what the step before left; a variant: the
    scenario that was asked for). `adds`, `without`: mechanisms. `overrides`: Hydra's. `demand_ratio`: people in both.
    """

    name: str
    title: str = ""
    scenario: str | None = None
    adds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    demand_ratio: float | None = None


@dataclass(frozen=True)
class Claim:
    """A figure of a source document. `beside`, `group`: the indicator of the model that is shown next to it,
    "" for none."""

    name: str
    title: str
    value: float
    unit: str
    source: str
    beside: str = ""
    group: str = "all"


@dataclass(frozen=True)
class ReportSection:
    """`answers`: scenarios that stand side by side as answers to one question, in their order. `named`: whether the
    ladder's steps have names of their own (a mapping), and are not a list of scenarios."""

    answers: tuple[Change, ...]
    ladder: tuple[Change, ...]
    named: bool
    variants: tuple[Change, ...]
    assumptions: dict[str, dict]
    claims: tuple[Claim, ...]
    replications: int


def read_report(config: dict, faults: list[Fault]) -> ReportSection:
    """The section, with its faults added to `faults`; what is faulty is left out."""
    given = config.get("report") or {}
    if not isinstance(given, dict):
        faults.append(Fault("report", "is not a mapping", f"it has {', '.join(KEYS)}"))
        given = {}
    faults += [Fault(f"report.{key}", "is not known here", ", ".join(KEYS)) for key in given if key not in KEYS]
    ladder = given.get("ladder") or []
    return ReportSection(
        tuple(_each(given.get("answers"), "report.answers", _answer, faults)),
        tuple(_ladder(ladder, faults)),
        isinstance(ladder, dict),
        replications=_replications(given.get("replications", 5), faults),
        claims=tuple(_claims(given.get("claims"), config, faults)),
        variants=tuple(_each(given.get("variants"), "report.variants", _variant, faults)),
        assumptions=dict(_each(given.get("assumptions"), "report.assumptions", _assumption, faults)),
    )


def _ladder(given, faults: list[Fault]) -> list[Change]:
    if isinstance(given, dict):
        return _each(given, "report.ladder", _step, faults)
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return [Change(name, scenario=name) for name in given]
    right = "[ladder_1_fcp, ladder_2_triage], or STEP: {adds: [MECHANISM]}"
    faults.append(Fault("report.ladder", "is neither a list of scenario names nor a mapping of steps", right))
    return []


def _replications(given, faults: list[Fault]) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= 1000:
        return given
    faults.append(Fault("report.replications", "is not a whole number from 1 to 1000", "for instance 3"))
    return 5


def _claims(given, config: dict, faults: list[Fault]) -> list[Claim]:
    """Those that can be read; a group that nothing has is a fault."""
    claims = _each(given, "report.claims", _claim, faults)
    known = [*GROUPS, *((config.get("pathway") or {}).get("services") or {}), *(config.get("workforce") or {})]
    faults += [
        Fault(f"report.claims.{one.name}.group", "is not a group of an indicator", nearest(one.group, known))
        for one in claims
        if one.group not in known
    ]
    return claims


def _each(given, where: str, read, faults: list[Fault]) -> list:
    """What `read` makes of every entry of a mapping, less those that it finds faults with."""
    if given is None or given == []:
        return []
    if not isinstance(given, dict):
        faults.append(Fault(where, "is not a mapping", "name: {title: ..., ...}"))
        return []
    found = []
    for name, one in given.items():
        here, wrong = f"{where}.{name}", shipped.name_faults(name, f"{where}.{shipped.cut(name)}")
        made = None if wrong else read(name, one, here, wrong)
        faults += wrong
        found += [] if wrong else [made]
    return found


def _keys(one, where: str, texts, lists, numbers, wrong: list[Fault]) -> dict:
    """The entry as a mapping whose keys are known and whose values are of their kinds."""
    known = (*texts, *lists, *numbers)
    if not isinstance(one, dict):
        wrong.append(Fault(where, "is not a mapping", f"{{{', '.join(f'{key}: ...' for key in known[:3])}}}"))
        return {}
    for key, value in one.items():
        here = f"{where}.{key}"
        if key not in known:
            wrong.append(Fault(here, "is not known here", nearest(key, known)))
        elif key in texts and not isinstance(value, str):
            wrong.append(Fault(here, "is not text", "put it in quotes"))
        elif key in lists and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            wrong.append(Fault(here, "is not a list of texts", f"{key}: [a, b]"))
        elif key in numbers and not _is_number(value):
            wrong.append(Fault(here, "is not a number", "write a plain number, without quotes or units"))
    return {} if wrong else one


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _change(name: str, one: dict, where: str, wrong: list[Fault]) -> Change:
    for text in one.get("overrides", ()):
        why = _NOT_HERE.get(section_of(text))
        if why:
            wrong.append(Fault(f"{where}.overrides", f"'{shipped.cut(text)}' cannot stand here", why))
    lists = {key: tuple(one.get(key, ())) for key in ("adds", "without", "overrides")}
    return Change(name, one.get("title", ""), one.get("scenario"), **lists, demand_ratio=one.get("demand_ratio"))


def _answer(name: str, one, where: str, wrong: list[Fault]) -> Change:
    given = _keys(one, where, ("title", "scenario"), (), (), wrong)
    if not wrong and not all(str(given.get(key, "")).strip() for key in ("title", "scenario")):
        wrong.append(
            Fault(where, "does not say what it is called, or which scenario it is", "{title: .., scenario: ..}")
        )
    return Change(name, given.get("title", ""), given.get("scenario"))


def _step(name: str, one, where: str, wrong: list[Fault]) -> Change:
    given = _keys(one, where, ("title", "scenario"), ("adds", "overrides"), (), wrong)
    if not wrong and not set(given) & {"scenario", "adds", "overrides"}:
        wrong.append(
            Fault(
                where,
                "does not say what the step adds",
                "{adds: [MECHANISM]}, {overrides: [key=value]} or {scenario: NAME}",
            )
        )
    return _change(name, given, where, wrong)


def _variant(name: str, one, where: str, wrong: list[Fault]) -> Change:
    given = _keys(one, where, ("title", "scenario"), ("adds", "without", "overrides"), ("demand_ratio",), wrong)
    if not wrong and not set(given) - {"title"}:
        wrong.append(
            Fault(
                where,
                "says neither which scenario nor what is changed",
                "{scenario: NAME}, {adds: [..]}, {without: [..]}, {overrides: [..]} or {demand_ratio: 1.05}",
            )
        )
    if not 0 < given.get("demand_ratio", 1) <= 10:
        wrong.append(Fault(f"{where}.demand_ratio", "is out of its limits", "more than 0, at most 10"))
    return _change(name, given, where, wrong)


def _assumption(name: str, one, where: str, wrong: list[Fault]) -> tuple[str, dict]:
    ends = one.get("range") if isinstance(one, dict) else None
    if not (
        isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends)) and isinstance(one.get("path"), str)
    ):
        wrong.append(
            Fault(
                where,
                "does not say which number to move and how far",
                "{title: ..., path: demand.growth_per_year, range: [0, 0.05]}",
            )
        )
    return name, one


def _claim(name: str, one, where: str, wrong: list[Fault]) -> Claim:
    given = _keys(one, where, ("title", "unit", "source", "beside", "group"), (), ("value",), wrong)
    if wrong:
        return None
    wrong += [
        Fault(f"{where}.{key}", "is missing", "a claim has a title, a value, a unit and a source")
        for key in ("title", "value", "unit", "source")
        if not str(given.get(key, "")).strip()
    ]
    if given.get("beside") and given["beside"] not in INDICATORS:
        wrong.append(Fault(f"{where}.beside", "is not an indicator", nearest(given["beside"], INDICATORS)))
    if given.get("group") and not given.get("beside"):
        wrong.append(
            Fault(
                f"{where}.group", "says nothing without 'beside'", "name the indicator that is shown beside the claim"
            )
        )
    return None if wrong else Claim(name, **given)
