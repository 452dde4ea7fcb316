"""What `mskflow place` tells: on the terminal what was found and what is lacking, in the folder where all is from."""

from collections.abc import Iterator, Mapping

from sim.app.importing import small_counts
from sim.app.importing.found import OWN, Found
from sim.app.pages.document import Bullets, Column, CommandLine, Document, Section, Sentence, Table, numbers
from sim.app.studies.place.asked import TODAY, PlaceAsked
from sim.app.studies.place.gathered import ENGLAND_PEOPLE, Mine, PlaceFound
from sim.app.studies.place.own_facts import CALLED, COMERS, COVENTRY_AGES, STAR, OwnFacts, in_words
from sim.app.studies.place.start_lists import REACH, decided_by_weeks

FILE = "place_report.md"
LISTS = ("trauma_orthopaedics", "rheumatology", "spinal", "community", "imaging")
"""Lists that are published, in the order in which they are told."""


def in_short(ask: PlaceAsked, found: PlaceFound) -> Document:
    """For the terminal."""
    lacks = [name for name in LISTS if name not in found.mine]
    blocks = [
        Sentence(f"{ask.name}: {found.population:,} residents ({found.population_from})."),
        _lists(found),
        *([Sentence(f"Not in the files, so Coventry's by head: {', '.join(lacks)}.")] if lacks else []),
        *(Sentence(f"{note[0].upper()}{note[1:]}.") for note in found.notes if found.mine),
        *([Sentence(f"Who they are, from the files: {'; '.join(in_words(found.facts))}.")] if found.facts.used else []),
        Sentence(f"Staff, needs, prices and all other facts are Coventry's too: {ask.name}/{FILE} says whose each is."),
        Sentence(f"Now: mskflow run {ask.name}"),
    ]
    return Document(blocks=tuple(blocks))


def report(ask: PlaceAsked, found: PlaceFound, ratio: float) -> Document:
    """The page beside the place's files."""
    sections = [
        Section("files", "The files", (_files(found.files), *_notes(found))),
        Section("numbers", "Every number from them", (_numbers(found),)),
        Section("rest", "What is still Coventry's, or an assumption", (_rest(found, ratio),)),
        *_unused(found.facts),
        *_by_row(found.files),
        Section("never", "What published files cannot say", (Bullets(_CANNOT),)),
    ]
    about = f"{found.population:,} residents. The integrated pathway against today's model there ({ask.name}{TODAY}):"
    first = (CommandLine(f"mskflow run {ask.name}"),)
    return Document(f"{ask.name}: where its numbers are from", first, tuple(sections), about=about)


_CANNOT = (
    "how many wait for a first clinic and how many for a follow-up; how long ago an admission was decided",
    "what those who wait need, whom a GP would send where, and who recovers",
    "who left a list with no clock stop: it follows from two months of a list, not from one",
    "how many staff there are, and on what job plan: what lists say of it is what these staff deliver",
)


def _lists(found: PlaceFound) -> Table:
    columns = (Column("list"), Column("from"), Column("month"), numbers("waiting"), numbers("part"), numbers("people"))
    rows = tuple(_list_row(name, one) for name, one in _in_order(found.mine))
    return Table("Lists", (*columns, Column("why this part")), rows)


def _list_row(name: str, one: Mine) -> tuple[str, ...]:
    people = f"{one.people:,.0f}"
    if one.series.whose == OWN:  # counted from rows: what is worked out from them is rounded too
        people = small_counts.shown(small_counts.starred({name: one.people})[name])
    waiting = f"{one.month.waiting.sum():,.0f}"
    return name, one.series.whose, one.month.month, waiting, f"{one.part:.3g}", people, one.why


def _in_order(mine: Mapping[str, Mine]) -> list[tuple[str, Mine]]:
    return sorted(mine.items(), key=lambda item: LISTS.index(item[0]) if item[0] in LISTS else len(LISTS))


def _file_of(found: Found) -> tuple[str, str]:
    """The name and the SHA-256 of a file."""
    lists = [origin for one in found.lists for month in one.origins.values() for origin in month]
    origins = [
        *lists,
        *([found.residents.origin] if found.residents else []),
        *([found.own.origin] if found.own else []),
    ]
    return (origins[0].file, origins[0].sha256) if origins else ("", "")


def _files(files: tuple[Found, ...]) -> Table:
    rows = []
    for found in files:
        months = sorted({month.month for one in found.lists for month in one.months})
        told = f"{months[0]} to {months[-1]}" if len(months) > 1 else "".join(months)
        file, sha = _file_of(found)
        rows.append((file, found.form, found.whose, found.residents.month if found.residents else told, sha))
    columns = ("file", "form", "what is in it", "months", "SHA-256")
    return Table("The files", tuple(map(Column, columns)), tuple(rows))


def _notes(found: PlaceFound) -> tuple[Bullets, ...]:
    notes = [*found.notes, *(note for one in found.files for note in one.notes)]
    return (Bullets(tuple(dict.fromkeys(notes))),) if notes else ()


def _unused(facts: OwnFacts) -> tuple[Section, ...]:
    """What the files tell of people, and no setting takes."""
    table = Table("Changes nothing", (Column("what"), Column("why")), facts.unused)
    return (Section("unused", "What was read and changes nothing", (table,)),) if facts.unused else ()


def _numbers(found: PlaceFound) -> Table:
    columns = (Column("number"), numbers("value"), *map(Column, ("file", "month", "rows", "SHA-256")))
    return Table("Numbers", columns, (*_number_rows(found), *_fact_rows(found.facts)))


def _fact_rows(facts: OwnFacts) -> Iterator[tuple[str, ...]]:
    """Who the people are: the shares that they are made with, file by file."""
    for one in facts.used:
        words = ", ".join(f"{word} {share:.1%}" for word, share in one.shares.items())
        whose = one.of if one.of == COMERS else f"those on the list {one.of}"
        for month, origin in one.sources:
            name = f"{CALLED[one.fact]} of {whose} ({one.why})"
            yield name, words, origin.file, month, origin.where, origin.sha256


def _number_rows(found: PlaceFound) -> Iterator[tuple[str, ...]]:
    if found.residents and found.population_from != "--population":
        origin = found.residents.origin
        yield "residents", f"{found.population:,}", origin.file, found.residents.month, origin.where, origin.sha256
    else:
        yield "residents", f"{found.population:,}", found.population_from, "", "", ""
    yield from _own_rows(found)
    for name, one in _in_order(found.mine):
        origin, month = one.origin, one.month
        from_ = (origin.file, month.month, origin.where, origin.sha256)
        yield f"{name}: who waits, in {len(month.edges)} bands", f"{month.waiting.sum():,.0f}", *from_
        yield f"{name}: part of it that is the place's ({one.why})", f"{one.part:.4g}", *from_
        if split := decided_by_weeks(one):
            words = ", ".join(f"{share:.0%} from {weeks}" for weeks, share in split.items())
            yield f"{name}: for whom admission is decided, by weeks waited", words, *from_
        if month.starts is not None:
            yield f"{name}: clock starts in the month", f"{month.starts:,.0f}", *from_
        if month.stops is not None:
            yield f"{name}: clock stops in the month", f"{month.stops.sum():,.0f}", *from_


def _own_rows(found: PlaceFound) -> Iterator[tuple[str, ...]]:
    """What a planner has filled in, cell by cell."""
    own = {
        **found.own.values,
        **{f"{at}.{k}": wte for at, some in found.own.options.items() for k, wte in some.items()},
    }
    file = next((_file_of(one) for one in found.files if one.own), ("", ""))
    for key, value in own.items():
        words = f"{value:,.6g}" if isinstance(value, float) else str(value)
        yield key.replace("_", " "), words, file[0], "", found.own.where[key].partition(", ")[2], file[1]


def _rest(found: PlaceFound, ratio: float) -> Table:
    told = {one.fact for one in found.facts.used if one.of == COMERS}
    others = [called for fact, called in CALLED.items() if fact not in told]
    rows = [(f"list {name}", f"Coventry's list, times {ratio:.4f}") for name in LISTS if name not in found.mine]
    rows += [
        ("people in care, on no list", f"Coventry's, times {ratio:.4f}"),
        ("needs of those on the lists, the split between clinics", "Coventry's shares"),
        ("the open band of each list", f"an assumption: spread over {REACH} weeks"),
        ("residents of England", f"{ENGLAND_PEOPLE:,}, from memory"),
        ("staff that is not filled in", f"Coventry's WTE, times {ratio:.4f}; no list has been used to fit them"),
        ("how many consult, growth, the months of the year, needs by region", "Coventry's"),
        (f"of {COMERS}: {', '.join([*others, 'sex, language, FCP practices'])}", "Coventry's, or the workbook's"),
        ("pathways, job plans, prices, outcomes", "Coventry's"),
    ]
    if "age_band" in told:
        ages = ", ".join(f"{age} {share:.1%}" for age, share in COVENTRY_AGES.items())
        rows.append(("ages of Coventry's residents, beside which the place's are held", f"{ages}; in part from memory"))
    return Table("The rest", (Column("what"), Column("whose")), tuple(rows))


def _by_row(files: tuple[Found, ...]) -> Iterator[Section]:
    """Groups of people on lists from files with a row a patient: a star is 1 to 7 people or hides one."""
    for at, found in enumerate(files, 1):
        tables = [
            Table(f"{name}: {group}", (Column(group), numbers("people")), _group_rows(words))
            for name, groups in found.groups.items()
            for group, words in groups.items()
        ]
        if tables:
            note = Sentence(
                f"Rounded to 5; a star is 1 to 7 people, or hides such a count. In shares it counts as {STAR}."
            )
            yield Section(f"groups-{at}", "Who waits, from files with a row a patient", (note, *tables))


def _group_rows(words: Mapping[str, int | None]) -> tuple[tuple[str, str], ...]:
    return tuple((word, small_counts.shown(words[word])) for word in sorted(words))
