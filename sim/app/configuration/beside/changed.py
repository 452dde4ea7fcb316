"""A scenario that the command itself changes: how it is called then, and what it is compared with, which is the
scenario as it was, unless `compare_with` says otherwise.
"""

import re
from dataclasses import replace
from typing import Any

from sim.analysis.words.plain import plain, tidy
from sim.app.configuration.arrange import DEFAULT_SCENARIO
from sim.app.configuration.beside.report_section import SHARED
from sim.app.configuration.overrides import section_of
from sim.app.configuration.request import Request
from sim.domain.scenario import Scenario

CHANGES = ("workforce", "pathway", "rooms")
"""Sections that say how care is organised. Mechanisms that are chosen among those of a scenario are parts of its
answer, and are compared with what the whole is compared with."""
_MOST = 3
"""Changes that a title names."""


def as_changed(scenario: Scenario, request: Request) -> Scenario:
    """The scenario under a title that says what the command changes in it, compared with what it changes."""
    words = changes_of(scenario, request.overrides, (*CHANGES, "mechanisms"))
    if not words:
        return scenario
    said: dict[str, Any] = {}
    if not request.sets("title"):
        more = len(words) - _MOST
        named = [*words[:_MOST], *([f"{more} more change{'s' * (more > 1)}"] if more > 0 else [])]
        said["title"] = ", ".join([scenario.title or plain(scenario.name), *named])
    organised = any(section_of(word) in CHANGES for word in request.overrides)
    if scenario.compare_with and organised and not request.sets("compare_with"):
        said["compare_with"] = request.scenario or DEFAULT_SCENARIO
        if not request.sets("question"):
            said["question"] = f"What does it change in this scenario: {', '.join(words)}?"
    return replace(scenario, **said, config=scenario.config | said)


def changes_itself(scenario: Scenario, request: Request) -> bool:
    """Whether it is compared with what the command changes: then there are no steps and no other answers between."""
    named = request.scenario or DEFAULT_SCENARIO
    return scenario.compare_with == named and any(section_of(word) in CHANGES for word in request.overrides)


def shared_changes(scenario: Scenario, request: Request) -> list[str]:
    """What the command changes in both, of the people, the place and the prices, in words."""
    apart = ("run", "calendar", "analysis")
    words = [word for word in request.overrides if not word.lstrip("+").startswith("place.scale=")]
    return changes_of(scenario, words, tuple(one for one in SHARED if one not in apart))


def changes_of(scenario: Scenario, overrides: tuple[str, ...] | list[str], sections: tuple[str, ...]) -> list[str]:
    """Each override of these sections in a few words: `FCP 8`, `Community physiotherapy new minutes 30`."""
    return [_words(scenario, word) for word in overrides if section_of(word) in sections]


def _words(scenario: Scenario, word: str) -> str:
    key, _, value = word.lstrip("+~").partition("=")
    path = re.split(r"[./]", key)
    told = tidy(_number(value.strip("'\"")), 40)
    if word.startswith("~"):
        return f"without {_name(scenario, path)}"
    if path[0] == "workforce" and path[-1] == "wte":
        return f"{_staff(scenario, path[1])} {told}"
    return f"{_name(scenario, path)} {told}".strip()


def _name(scenario: Scenario, path: list[str]) -> str:
    """What is changed: a staff group, or a service by its own label, then the last of the key."""
    if path[:2] == ["pathway", "services"] and len(path) > 2:
        one = scenario.pathway.services.get(path[2])
        return f"{one.label if one is not None and one.label else plain(path[2])} {_small(path[3:][-1:])}".strip()
    if path[0] == "workforce" and len(path) > 1:
        return f"{_staff(scenario, path[1])} {_small(path[2:][-1:])}".strip()
    return _small(path[-1:])


def _staff(scenario: Scenario, group: str) -> str:
    """`FCP` of `fcp_band_7`, unless there are some of another band."""
    stem = re.sub(r"_band_\w+$", "", group)
    alike = [one for one in scenario.workforce if re.sub(r"_band_\w+$", "", one) == stem]
    return plain(stem if len(alike) < 2 else group)


def _small(path: list[str]) -> str:
    return " ".join(path).replace("_", " ")


def _number(text: str) -> str:
    """`210,000` for 210000."""
    return f"{int(text):,}" if re.fullmatch(r"\d{5,}", text) else text
