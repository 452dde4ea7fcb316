"""Who a place's people are, as its files tell: ages, deprivation and ethnic group of those who come and who wait.

Residents' ages move those of Coventry's people who consult, problem by problem, and leave how many come. Files with a
row a patient tell who stands on a list: that list has these shares, and deprivation and ethnic group are taken to be
those of all who come, too. Counts are the ones that have been told, in which a star counts as `STAR`: nothing can be
worked out from the shares that was not told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.app.importing.found import Found, OwnPlace, Residents
from sim.app.importing.patient_words import NOT_KNOWN
from sim.domain.people.published import Origin
from sim.domain.words import FACTS

COVENTRY_AGES = {"0-17": 0.223, "18-44": 0.424, "45-64": 0.212, "65-74": 0.076, "75+": 0.065}
"""Shares of Coventry's residents in 2023. Those below 18 and from 65 are the city council's; where the rest is parted
at 45 and 75 is from memory."""
FACT_OF = {"age band": "age_band", "IMD quintile": "imd_quintile", "ethnic category": "ethnicity"}
"""A column of a file with a row a patient -> the fact of a person that takes it."""
CALLED = {"age_band": "ages", "imd_quintile": "deprivation", "ethnicity": "ethnic group"}
OF_ALL = ("imd_quintile", "ethnicity")
"""What a list tells of everybody who comes. Its ages are its own: children and those who are soon well do not wait."""
STAR = 4
"""People for which a star stands: the middle of 1 to 7."""
ENOUGH = 100
"""People of whom a group must be known before their shares are used."""
_CHANGES_NOTHING = {
    "priority": "in the model who is urgent goes with red flags; the shares of a list would part the two",
    "procedure priority": "the model's theatre knows routine and urgent, and no P1 to P6",
    "source of referral": "it tells who sent those who still wait, and not who is sent",
    "a date ahead": "the model books the first slots that are free",
}
COMERS = "those who come"


@dataclass(frozen=True)
class OwnFact:
    """A fact of the people of a list, or of `COMERS`: `shares` of them by word; `mix`, as the setting takes it; `why`;
    `sources`: (month, where it stands)."""

    fact: str
    of: str
    shares: dict[str, float]
    mix: dict
    why: str
    sources: tuple[tuple[str, Origin], ...]


@dataclass(frozen=True)
class OwnFacts:
    """`used`: facts that the place's files have; `unused`: (what was read, why it changes nothing)."""

    used: tuple[OwnFact, ...] = ()
    unused: tuple[tuple[str, str], ...] = ()

    def of(self, whose: str) -> dict[str, dict]:
        """fact -> its settings, of a list or of `COMERS`."""
        return {one.fact: one.mix for one in self.used if one.of == whose}


def facts_of(files: Iterable[Found], residents: Residents | None, own: OwnPlace, demand: Mapping) -> OwnFacts:
    """What the files tell of people; `own`: what a planner has filled in; `demand`: Coventry's."""
    used, unused = [], []
    pooled: dict[str, Counter[str]] = {fact: Counter() for fact in OF_ALL}
    sources: dict[str, list[tuple[str, Origin]]] = {fact: [] for fact in OF_ALL}
    for name, (file, month, origin) in _latest(files).items():
        for group, counts in file.groups[name].items():
            if group not in FACT_OF:
                unused.append((f"{group} of those who wait", _CHANGES_NOTHING[group]))
                continue
            fact, told = FACT_OF[group], _told(counts)
            if fault := _too_little(counts):
                unused.append((f"{CALLED[fact]} of those on the list {name}", fault))
                continue
            shares = _shares(told, FACTS[fact])
            used.append(OwnFact(fact, name, shares, {"shares": shares}, "as they wait", ((month, origin),)))
            if fact in OF_ALL:
                pooled[fact].update(told)
                sources[fact].append((month, origin))
    for fact in OF_ALL:
        if not pooled[fact]:
            continue
        if any(key.startswith(f"facts.{fact}.") for key in own.values):
            unused.append((f"{CALLED[fact]} of lists, for {COMERS}", "the workbook has residents' own"))
            continue
        shares = _shares(pooled[fact], FACTS[fact])
        mix = {"shares": _untilted(shares, demand["rate_ratio"].get(fact, {}))}
        used.append(
            OwnFact(fact, COMERS, shares, mix, "taken to be as on the lists", tuple(dict.fromkeys(sources[fact])))
        )
    of_residents, not_of_them = _of_residents(residents, demand)
    return OwnFacts((*of_residents, *used), tuple(dict.fromkeys([*not_of_them, *unused])))


def _latest(files: Iterable[Found]) -> dict[str, tuple[Found, str, Origin]]:
    """list -> the file with its latest month that tells who is on it."""
    latest: dict[str, tuple[Found, str, Origin]] = {}
    for file in files:
        for one in file.lists:
            month = one.months[-1].month
            if one.name in file.groups and (one.name not in latest or latest[one.name][1] < month):
                latest[one.name] = (file, month, one.origins[month][0])
    return latest


def _told(counts: Mapping[str, int | None]) -> dict[str, int]:
    """Word of the model -> people."""
    known = ((word.removeprefix("imd_"), people) for word, people in counts.items() if word != NOT_KNOWN)
    return {word: STAR if people is None else people for word, people in known}


def _too_little(counts: Mapping[str, int | None]) -> str:
    """Why shares of these are not used, if they are not."""
    known = sum(people or 0 for word, people in counts.items() if word != NOT_KNOWN)
    if known < ENOUGH:
        return f"it is told of fewer than {ENOUGH} people"
    return "it is not known of more than half of them" if (counts.get(NOT_KNOWN) or 0) > known else ""


def _shares(people: Mapping[str, float], words: Iterable[str]) -> dict[str, float]:
    """Shares of all words, which add to 1 as they are written."""
    total = sum(people.values())
    shares = {word: round(people.get(word, 0) / total, 4) for word in words}
    most = max(shares, key=lambda word: shares[word])
    shares[most] = round(shares[most] + 1 - sum(shares.values()), 4)
    return shares


def _untilted(shares: Mapping[str, float], ratio: Mapping[str, float]) -> dict[str, float]:
    """Shares of residents of whom those who come, tilted by how often each consults, have `shares`."""
    return _shares({word: share / ratio.get(word, 1.0) for word, share in shares.items()}, shares)


def _of_residents(residents: Residents | None, demand: Mapping) -> tuple[list[OwnFact], list[tuple[str, str]]]:
    if residents is None:
        return [], []
    unused = []
    if residents.women is not None and residents.by_age:
        share = residents.women / residents.people
        why = "the model has the share of women among those who consult (Coventry's), and no rate of women and of men"
        unused.append((f"women among residents, {share:.1%}", why))
    total = sum(residents.by_age.values())
    if not total:
        return [], unused
    ratio = {age: residents.by_age.get(age, 0.0) / total / share for age, share in COVENTRY_AGES.items()}
    regions, by_region = demand["facts"]["region"]["shares"], demand["facts"]["age_band"]["shares_given"]
    given = {
        region: _shares({age: share * ratio[age] for age, share in by_region[region].items()}, FACTS["age_band"])
        for region in regions
    }
    shares = {age: sum(regions[one] * given[one][age] for one in regions) for age in FACTS["age_band"]}
    mix = {"given": "region", "shares_given": given}
    why = "Coventry's of each problem, times its residents' over Coventry's; as many come"
    return [OwnFact("age_band", COMERS, shares, mix, why, ((residents.month, residents.origin),))], unused


def in_words(facts: OwnFacts) -> Iterator[str]:
    """ "ages (those who come, trauma_orthopaedics)" of each fact that is used."""
    for fact, called in CALLED.items():
        if whose := [one.of for one in facts.used if one.fact == fact]:
            yield f"{called} ({', '.join(whose)})"
