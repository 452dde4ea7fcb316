"""What all checks of a scenario use: shares that add to 1, and facts whose words are known."""

from collections.abc import Collection, Iterator, Mapping

from sim.domain.faults import Fault, nearest
from sim.domain.pathway.routes import words_of
from sim.domain.pathway.rules import FactWord

TOLERANCE = 1e-6


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
            yield Fault(f"{where}.{fact}", "is not a fact of a patient", nearest(fact, facts))
            continue
        for word in words_of(value):
            if word not in facts[fact]:
                yield Fault(f"{where}.{fact}", f"'{word[:40]}' is not a word of {fact}", nearest(word, facts[fact]))


def covers(wide: Mapping[str, FactWord], narrow: Mapping[str, FactWord]) -> bool:
    """Whether whoever fits `narrow` fits `wide`."""
    return all(fact in narrow and set(words_of(narrow[fact])) <= set(words_of(words)) for fact, words in wide.items())
