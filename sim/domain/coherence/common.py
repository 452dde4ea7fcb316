"""What all checks of a scenario use: shares that add to 1, facts whose words are known, and dates in the run."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from sim.domain.calendar import Calendar
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.routes import words_of
from sim.domain.pathway.rules import FactWord
from sim.domain.words import OWN_FACTS

TOLERANCE = 1e-6
OUTSIDE = "is outside the simulated days", "a date between the start and the horizon"
Told = tuple[bool, str, str, str]
"""Whether a setting changes nothing, its key, why, and what would be right."""
ONE_DAY = "is not a date", 'write it as "2025-11-15", with quotes'


def adds_up(where: str, shares: Mapping[str, float], known: Collection[str]) -> list[Fault]:
    faults = [
        Fault(f"{where}.{word}", "is not a word that is known here", nearest(word, known))
        for word in shares
        if word not in known
    ]
    total = sum(shares.values())
    if abs(total - 1) > TOLERANCE:
        faults.append(Fault(where, f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"))
    return faults


def facts_of(where: str, when: Mapping[str, FactWord], facts: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    for fact, value in when.items():
        if fact not in facts:
            here = f"{where}.{fact}"
            if fact in OWN_FACTS:
                yield Fault(here, "is said of nobody here", f"demand.facts.{fact}, with a share of each word")
            else:
                yield Fault(here, "is not a fact of a patient", nearest(fact, facts))
            continue
        for word in words_of(value):
            if word not in facts[fact]:
                yield Fault(f"{where}.{fact}", f"'{word[:40]}' is not a word of {fact}", nearest(word, facts[fact]))


def covers(wide: Mapping[str, FactWord], narrow: Mapping[str, FactWord]) -> bool:
    """Whether whoever fits `narrow` fits `wide`."""
    return all(fact in narrow and set(words_of(narrow[fact])) <= set(words_of(words)) for fact, words in wide.items())


def iso(text: str) -> date:
    """ISO 8601 knows other ways to write a date (20251115, 2025-W46-6), which would not stand in order as text."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def within(where: str, text: str, calendar: Calendar) -> Iterator[Fault]:
    """An ISO date, of one of the simulated days."""
    try:
        day = (iso(text) - calendar.start).days
    except ValueError:
        yield Fault(where, *ONE_DAY)
        return
    if not 0 <= day < calendar.horizon:
        yield Fault(where, *OUTSIDE)
