"""What the files have of a place, put together: whose lists, how much of them, how many residents, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.app.importing.found import OWN, Found, OwnPlace, Residents, joined
from sim.app.importing.rtt import LISTS
from sim.app.studies.place.asked import PlaceAsked
from sim.app.studies.place.own_facts import OwnFacts, facts_of
from sim.domain.faults import Fault, ScenarioError
from sim.domain.people.published import ENGLAND, Origin, PublishedList, PublishedMonth

ENGLAND_PEOPLE = 57_700_000
"""Residents of England, as for the starting lists of Coventry (docs/starting_state.md)."""
MSK_OF_MRI = "mri_msk_share"


@dataclass(frozen=True)
class Mine:
    """A list with the part of it that is the place's: `why`, in words; `month`: the latest."""

    name: str
    series: PublishedList
    part: float
    why: str

    @property
    def month(self) -> PublishedMonth:
        return self.series.months[-1]

    @property
    def origin(self) -> Origin:
        return self.series.origins[self.month.month][0]

    @property
    def people(self) -> float:
        """Of the place's, who wait."""
        return float(self.month.waiting.sum()) * self.part


@dataclass(frozen=True)
class PlaceFound:
    """`population` and where it is `from_`; `residents`: with ages, where a file has them; `mine`: list -> Mine;
    `published`: all lists of the files; `files`: what each file was; `own`: what a planner has filled in; `facts`: who
    its people are."""

    population: int
    population_from: str
    residents: Residents | None
    mine: dict[str, Mine]
    published: tuple[PublishedList, ...]
    files: tuple[Found, ...]
    notes: tuple[str, ...]
    own: OwnPlace
    facts: OwnFacts


def gathered(ask: PlaceAsked, files: Sequence[Found], old: Mapping) -> PlaceFound:
    """`old`: Coventry's configuration of the old model. ScenarioError where residents are not told, or a part of a list
    can only be guessed."""
    _refuse_scenarios(files)
    msk_of_mri = old["start"]["lists"]["imaging"]["part_of_list"]
    series = joined(one for found in files for one in found.lists)
    residents = _residents([found.residents for found in files if found.residents])
    own = _own([found.own for found in files if found.own])
    population, told = _population(ask, residents, own)
    faults: list[Fault] = []
    mine = {}
    for name in dict.fromkeys(name for _, name in series):
        chosen = _chosen(name, series, faults)
        whole = residents is not None and population == round(residents.people) and chosen.whose == residents.whose
        part = _Part(ask, population, series.get((ENGLAND, name)), msk_of_mri if name == "imaging" else 1.0)
        if found := part.of(name, chosen, whole, faults):
            mine[name] = Mine(name, chosen, *found)
    if faults:
        raise ScenarioError(faults)
    notes = tuple(_older(mine)) if mine else ("no list was found in the files: all of them are Coventry's",)
    facts = facts_of(files, residents, own, old["demand"])
    return PlaceFound(population, told, residents, mine, tuple(series.values()), tuple(files), notes, own, facts)


def _older(mine: Mapping[str, Mine]) -> Iterator[str]:
    """Lists that are of an earlier month than the latest, at whose end the clock starts."""
    latest = max(one.month.month for one in mine.values())
    older = [f"{name} ({one.month.month})" for name, one in mine.items() if one.month.month < latest]
    if older:
        yield f"the clock starts after {latest}; of an earlier month, and taken as they are: {', '.join(older)}"


def _refuse_scenarios(files: Sequence[Found]) -> None:
    if any(found.book for found in files):
        raise ScenarioError([Fault("--from", "one of the files is a workbook of a scenario", "mskflow run FILE.xlsx")])


def _own(found: Sequence[OwnPlace]) -> OwnPlace:
    if len(found) > 1:
        raise ScenarioError([Fault("--from", "there are several workbooks of a place's own", "one of them")])
    return found[0] if found else OwnPlace()


def _population(ask: PlaceAsked, residents: Residents | None, own: OwnPlace) -> tuple[int, str]:
    """How many residents, and who says so."""
    if ask.population is not None:
        return ask.population, "--population"
    if "population" in own.values:
        return round(float(own.values["population"])), own.where["population"]
    if residents is None:
        right = "--population N, or a file of registered patients"
        raise ScenarioError([Fault("--population", "nobody says how many residents the place has", right)])
    return round(residents.people), "patients registered at its practices"


def _chosen(name: str, series: Mapping[tuple[str, str], PublishedList], faults: list[Fault]) -> PublishedList:
    """The place's own list of a name, or England's."""
    own = [one for (whose, other), one in series.items() if other == name and whose != ENGLAND]
    if len(own) > 1:
        faults.append(Fault("--from", f"the list {name} is in files of two kinds or codes", "give one of them"))
    return own[0] if own else series[ENGLAND, name]


@dataclass(frozen=True)
class _Part:
    """Works out which part of a list is the place's. `england`: its list of the same name; `msk`: the part that is of
    this pathway, of a list of all specialties."""

    ask: PlaceAsked
    population: int
    england: PublishedList | None
    msk: float

    def of(self, name: str, series: PublishedList, whole: bool, faults: list[Fault]) -> tuple[float, str] | None:
        """(part, why), or None with what is wrong in `faults`."""
        msk = f", of whom {self.msk:g} are of this pathway (Coventry's)" if self.msk < 1 else ""
        if series.whose == ENGLAND:
            return self.population / ENGLAND_PEOPLE * self.msk, f"England's list, by head{msk}"
        if self.ask.share is not None:
            return self.ask.share * self.msk, f"--share{msk}"
        if whole:
            return self.msk, f"the list of the people of the place{msk}"
        if series.whose == OWN:
            return self.msk, f"a file of the place's own{msk}"
        if name in LISTS.values():
            return self._by_starts(name, series, faults)
        if self.england is not None and name == "imaging":
            theirs, ours = (float(one.months[-1].waiting.sum()) for one in (self.england, series))
            part = min(1.0, theirs / ENGLAND_PEOPLE * self.population / ours) if ours else 1.0
            return part * self.msk, f"as many a head as on England's list{msk}"
        return self.msk, f"taken to be the place's alone; --share says otherwise{msk}"

    def _by_starts(self, name: str, series: PublishedList, faults: list[Fault]) -> tuple[float, str] | None:
        """As if the place were referred at England's rate, of the months that both have."""
        months = {one.month: one.starts for one in series.months if one.starts}
        theirs = {one.month: one.starts for one in (self.england.months if self.england else ()) if one.starts}
        both = months.keys() & theirs.keys()
        if not both:
            right = "--share PART, or files with Part_3 (new RTT periods) of all providers"
            faults.append(Fault(name, "no starts say which part of the list is the place's", right))
            return None
        wanted = sum(theirs[one] for one in both) / ENGLAND_PEOPLE * self.population
        part = wanted / sum(months[one] for one in both)
        if part > 1:
            return 1.0, f"all of it: England's starts per 1,000 would be {part:.2f} times the provider's"
        return part, f"England's starts per 1,000 over the provider's, {len(both)} month{'s' if len(both) > 1 else ''}"


def _residents(found: Sequence[Residents]) -> Residents | None:
    """Those of one file, or of one of women and one of men."""
    if len(found) == 2 and {round(one.women or 0) for one in found} in [{0, round(one.people)} for one in found]:
        first, second = found
        ages = {age: first.by_age.get(age, 0) + second.by_age.get(age, 0) for age in {**first.by_age, **second.by_age}}
        both = first.people + second.people
        return replace(first, people=both, by_age=ages, women=(first.women or 0) + (second.women or 0))
    if len(found) > 1:
        raise ScenarioError([Fault("--from", "residents are in several files", "one of them, or women and men apart")])
    return found[0] if found else None
