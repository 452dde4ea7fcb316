"""What a story says: headings, sentences and tables, for the terminal and for story.md alike."""

import math
from dataclasses import dataclass

from sim.analysis.journey.journey import Journey
from sim.analysis.journey.journey_words import days_words, label_of
from sim.analysis.journey.typical import Spread, ends, mean_ahead, middle, sooner, spread
from sim.analysis.money.visit_costs import RULE
from sim.analysis.words.labels import group_words, plain, tidy
from sim.app.studies.story.people import Person
from sim.domain.scenario import Scenario

LANES = ("As it is", "As it could be")
CLINICIANS = {
    "gp": "GP",
    "fcp": "first contact practitioner",
    "advanced_practitioner": "advanced practitioner",
    "none": "other",
}
REACHED = (("first_contact", "Days to first contact"), ("definitive_care", "Days to definitive care"))
DEFINITIVE = (
    "Definitive care, as in the indicators: the first contact of care at or above the need, or the end of the episode as settled or recovered, "
    "whichever is first."
)
_NEVER = "never"


@dataclass(frozen=True)
class Told:
    """A story, lived through: `lanes` (scenario, its journeys by replication), the way it is first.

    `person`: None for a patient of the run, who has one replication only.
    """

    name: str
    person: Person | None
    lanes: tuple[tuple[Scenario, tuple[Journey, ...]], ...]
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """The replication that is printed: the middle one by days to definitive care in the pathway as it is."""
        return middle(list(self.lanes[0][1]))

    def journeys(self) -> tuple[Journey, ...]:
        """The journey of that replication in each pathway."""
        return tuple(next(one for one in lived if one.replication == self.shown) for _, lived in self.lanes)

    def title(self, lane: int) -> str:
        """What stands over a pathway's part."""
        words = tidy(self.lanes[lane][0].title or self.lanes[lane][0].name, 80)
        return f"{LANES[lane]}: {words}" if len(self.lanes) == 2 else words


@dataclass(frozen=True)
class Heading:
    words: str


@dataclass(frozen=True)
class Says:
    words: str


@dataclass(frozen=True)
class Table:
    """`right`: columns with numbers, by place."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


def page_of(told: Told) -> list:
    """The whole story, in the order in which it is told."""
    shown, blocks = told.journeys(), [Heading(told.name)]
    if told.person is not None and told.person.about:
        source = f" ({told.person.document})" if told.person.document else ""
        blocks.append(Says(f"{told.person.about}{source}"))
    blocks += [Says(_who(told, shown[0])), *map(Says, told.notes), Says(_which(told))]
    for lane, one in enumerate(shown):
        blocks.append(_steps(told.title(lane), one))
    blocks += [_together(told, shown), Says(DEFINITIVE), Says(_off_work(told, shown)), Says(RULE)]
    if told.person is not None and told.person.quoted:
        blocks.append(_quoted(told, shown))
    blocks += _typical(told)
    blocks.append(_standing(told, shown))
    return [block for block in blocks if not (isinstance(block, Says) and not block.words)]


# --- the parts ---------------------------------------------------------------------------------------------


def _who(told: Told, one: Journey) -> str:
    given = told.person.facts if told.person else {}
    facts = [
        f"{plain(name).lower().replace('imd', 'IMD').replace('fcp', 'FCP')}: {word.replace('_', ' ')}"
        for name, word in one.facts.items()
        if not given or name in given
    ]
    drawn = (
        "; what is not said is drawn as for anybody, anew in each replication"
        if given and len(given) < len(one.facts)
        else ""
    )
    when = "On a list since" if one.steps[0].detail == "starting_list" else "Asks for help on"
    return f"{when} {one.presented}. {'Facts given: ' if given else 'Facts: '}{', '.join(facts)}{drawn}."


def _which(told: Told) -> str:
    count = len(told.lanes[0][1])
    if told.person is None:
        return f"One patient of replication {told.shown}, whose fate in this run was this and no other. Seed {told.lanes[-1][0].run.seed}."
    return (
        f"Shown: replication {told.shown} of {count} (numbered from 0), the middle one by days to definitive care "
        f"{'as it is' if len(told.lanes) == 2 else 'in this pathway'}; of equals the lowest number. Seed {told.lanes[-1][0].run.seed}."
    )


def _steps(title: str, one: Journey) -> Table:
    rows = []
    for step in one.steps:
        clock = f" {step.minute // 60:02d}:{step.minute % 60:02d}" if step.minute >= 0 else ""
        waited = (
            f"{step.waited_minutes} min"
            if step.waited_minutes is not None
            else ""
            if step.waited_days is None
            else days_words(step.waited_days)
        )
        rows.append(
            (str(step.day), step.date + clock, step.words, waited, f"£{step.cost_gbp:,.2f}" if step.cost_gbp else "")
        )
    return Table(title, ("Day", "Date", "What happened", "Waited", "Cost"), tuple(rows), (0, 3, 4))


def _together(told: Told, shown: tuple[Journey, ...]) -> Table:
    clinicians = dict.fromkeys(who for one in shown for who in one.contacts)
    rows = [(words, *(_day(getattr(one, which)) for one in shown)) for which, words in REACHED]
    rows.append(("Days until the episode ended", *(_day(one.ended, "not over") for one in shown)))
    rows.append(("How it ended", *(_end(told, lane, one) for lane, one in enumerate(shown))))
    rows.append(("Days spent on waiting lists", *(str(one.waited_days) for one in shown)))
    rows.append(("Contacts", *(str(sum(one.contacts.values())) for one in shown)))
    rows += [
        (f"  with {CLINICIANS.get(who, who.replace('_', ' '))}", *(str(one.contacts.get(who, 0)) for one in shown))
        for who in clinicians
    ]
    rows.append(("Appointments missed", *(str(one.missed) for one in shown)))
    rows.append(("Days off work (the model's mean)", *(_measured(one, "days_off_work") for one in shown)))
    rows.append(("Money", *(_measured(one, "cost") for one in shown)))
    return Table(
        "Both journeys" if len(shown) == 2 else "The journey",
        ("", *_names(told)),
        tuple(rows),
        tuple(range(1, len(shown) + 1)),
    )


def _names(told: Told) -> tuple[str, ...]:
    return LANES if len(told.lanes) == 2 else (told.title(0),)


def _off_work(told: Told, shown) -> str:
    if all(one.days_off_work is None for one in shown):
        return "Days off work: none are counted, for somebody who is not employed."
    share = told.lanes[-1][0].outcomes.off_work_share.get(shown[-1].facts["need"], 0.0)
    return (
        f"Days off work are a mean of the model, not a diary: {share:.0%} of the working days (five a week) before definitive care "
        "(until the episode ends or the run does, where it is not reached)."
    )


def _quoted(told: Told, shown) -> Table:
    lane_of = {"as_is": 0, "could_be": len(told.lanes) - 1}
    rows = []
    for one in told.person.quoted:
        known = one.measure and (one.pathway == "could_be" or len(told.lanes) == 2)
        lane = lane_of[one.pathway]
        middle_of = (
            _spread_words(one.measure, told.lanes[lane][1])
            if known and one.measure in (*dict(REACHED), "ended")
            else ""
        )
        rows.append(
            (
                one.about,
                LANES[one.pathway == "could_be"].lower(),
                one.said,
                _measured(shown[lane], one.measure, unit=True) if known else "",
                middle_of,
            )
        )
    return Table(
        "What the document tells, and what the run shows",
        ("", "Pathway", "Document", "This journey", "Over replications"),
        tuple(rows),
    )


def _typical(told: Told) -> list:
    count = len(told.lanes[0][1])
    if count < 2:
        return []
    rows = [(words, *(_spread_words(which, lived) for _, lived in told.lanes)) for which, words in REACHED]
    blocks = [
        Table(
            f"How typical: median and middle 80% of {count} replications",
            ("", *_names(told)),
            tuple(rows),
            tuple(range(1, len(told.lanes) + 1)),
        )
    ]
    if len(told.lanes) == 2:
        (_, before), (_, now) = told.lanes
        for which, words in REACHED:
            less, more, same = sooner(list(before), list(now), which)
            blocks.append(
                Says(
                    f"{words.removeprefix('Days to ').capitalize()} came sooner as it could be in {less} of {count} replications, "
                    f"later in {more}, on the same day in {same}."
                )
            )
    found = [
        ends(list(lived), {name: label_of(scenario, name) for name in scenario.pathway.services})
        for scenario, lived in told.lanes
    ]
    every = dict.fromkeys(words for lane in found for words, _ in lane)
    rows = [(words, *(f"{dict(lane).get(words, 0) / count:.0%}" for lane in found)) for words in every]
    blocks.append(
        Table("How it ended, share of replications", ("", *_names(told)), tuple(rows), tuple(range(1, len(found) + 1)))
    )
    return blocks


def _standing(told: Told, shown) -> Table:
    one = shown[0]
    who = f"{group_words(one.facts['need'])}, {one.facts['region'].replace('_', ' ')}"
    rows = []
    for which, words in REACHED:
        cells = []
        for (_, lived), each in zip(told.lanes, shown, strict=True):
            own, mean = getattr(each, f"ahead_{which}"), mean_ahead(list(lived), which)
            said = "not reached" if own is None else f"{own:.0%} were sooner"
            cells.append(
                said + (f" (mean over replications {mean:.0%})" if len(lived) > 1 and mean is not None else "")
            )
        rows.append((words.removeprefix("Days to ").capitalize(), *cells))
    title = f"Among {' and '.join(dict.fromkeys(f'{each.peers:,}' for each in shown))} others in the run ({who})"
    return Table(title, ("", *_names(told)), tuple(rows))


# --- words for numbers -------------------------------------------------------------------------------------


def _day(day: int | None, never: str = _NEVER) -> str:
    return never if day is None else str(day)


def _end(told: Told, lane: int, one: Journey) -> str:
    return f"{one.end_words}: {label_of(told.lanes[lane][0], one.end_service)}" if one.end_service else one.end_words


def _measured(one: Journey, measure: str, unit: bool = False) -> str:
    if measure == "cost":
        return f"£{one.cost_gbp:,.2f}"
    if measure == "contacts":
        count = sum(one.contacts.values())
        return f"{count} contact{'' if count == 1 else 's'}" if unit else str(count)
    value = getattr(one, measure)
    if value is None:
        return "not employed" if measure == "days_off_work" else _NEVER
    number = f"{value:.1f}" if measure == "days_off_work" else str(value)
    return number if not unit else f"{number} days" if measure == "days_off_work" else days_words(value)


def _spread_words(which: str, lived) -> str:
    found: Spread = spread([getattr(one, which) for one in lived])
    low, median, high = (
        _NEVER if math.isinf(value) else f"{value:.0f}" for value in (found.low, found.median, found.high)
    )
    some = "" if found.reached == found.of else f"; never in {found.of - found.reached}"
    return f"{median} ({low} to {high}{some})"
