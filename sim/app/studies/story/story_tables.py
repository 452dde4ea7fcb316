"""The tables of a story, and its numbers in words."""

import math
from collections.abc import Callable

from sim.analysis.journey.journey import Journey
from sim.analysis.journey.journey_words import days_words, label_of
from sim.analysis.journey.typical import Spread, ends, mean_ahead, spread
from sim.analysis.words.groups import group_words
from sim.app.pages.document import WHOLE, Column, Table, numbers
from sim.app.studies.story.lived_story import LANES, REACHED, Story

CLINICIANS = {
    "gp": "GP",
    "fcp": "first contact practitioner",
    "advanced_practitioner": "advanced practitioner",
    "none": "other",
}
_NEVER = "never"


def steps(title: str, one: Journey) -> Table:
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
    columns = (numbers("Day"), Column("Date", fit=WHOLE), Column("What happened"), numbers("Waited"), numbers("Cost"))
    return Table(title, columns, tuple(rows))


def together(story: Story, shown: tuple[Journey, ...]) -> Table:
    def each(words: str, cell: Callable[[Journey], object]) -> tuple[str, ...]:
        return (words, *(str(cell(one)) for one in shown))

    clinicians = dict.fromkeys(who for one in shown for who in one.contacts)
    late = any(one.waited_after for one in shown)
    rows = [
        *(each(words, lambda one, which=which: _reached(one, which)) for which, words in REACHED),
        *([each("Days on waiting lists after that", lambda one: one.waited_after)] if late else []),
        each("Days until the episode ended", lambda one: _day(one.ended, "not over")),
        ("How it ended", *(_end(story, lane, one) for lane, one in enumerate(shown))),
        each("Days spent on waiting lists", lambda one: one.waited_days),
        each("Contacts", lambda one: sum(one.contacts.values())),
        *(
            each(f"  with {CLINICIANS.get(who, who.replace('_', ' '))}", lambda one, who=who: one.contacts.get(who, 0))
            for who in clinicians
        ),
        each("Appointments missed", lambda one: one.missed),
        each("Days off work (the model's mean)", lambda one: _measured(one, "days_off_work")),
        each("Money", lambda one: _measured(one, "cost")),
    ]
    return _lanes_table(story, "Both journeys" if len(shown) == 2 else "The journey", rows)


def _names(story: Story) -> tuple[str, ...]:
    return LANES if len(story.lanes) == 2 else (story.title(0),)


def quoted(story: Story, shown) -> Table:
    lane_of = {"as_is": 0, "could_be": len(story.lanes) - 1}
    rows = []
    for one in story.person.quoted:
        known = one.measure and (one.pathway == "could_be" or len(story.lanes) == 2)
        lane = lane_of[one.pathway]
        middle_of = (
            _spread_words(one.measure, story.lanes[lane][1])
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
    heads = ("", "Pathway", "Document", "This journey", "Over replications")
    return Table("What the document tells, and what the run shows", tuple(map(Column, heads)), tuple(rows))


def how_typical(story: Story) -> Table:
    count = len(story.lanes[0][1])
    rows = [(words, *(_spread_words(which, lived) for _, lived in story.lanes)) for which, words in REACHED]
    return _lanes_table(story, f"How typical: median and middle 80% of {count} replications", rows)


def how_it_ended(story: Story) -> Table:
    count = len(story.lanes[0][1])
    found = [
        ends(list(lived), {name: label_of(scenario, name) for name in scenario.pathway.services})
        for scenario, lived in story.lanes
    ]
    every = dict.fromkeys(words for lane in found for words, _ in lane)
    rows = [(words, *(f"{dict(lane).get(words, 0) / count:.0%}" for lane in found)) for words in every]
    return _lanes_table(story, "How it ended, share of replications", rows)


def _lanes_table(story: Story, title: str, rows) -> Table:
    """Rows of words, and a cell for each pathway."""
    lanes = (Column(name, number=True) for name in _names(story))
    return Table(title, (Column(""), *lanes), tuple(rows))


def standing(story: Story, shown) -> Table:
    one = shown[0]
    who = f"{group_words(one.facts['need'])}, {one.facts['region'].replace('_', ' ')}"
    rows = []
    for which, words in REACHED:
        cells = []
        for (_, lived), each in zip(story.lanes, shown, strict=True):
            own, mean = getattr(each, f"ahead_{which}"), mean_ahead(list(lived), which)
            said = "not reached" if own is None else f"{own:.0%} were sooner"
            cells.append(
                said + (f" (mean over replications {mean:.0%})" if len(lived) > 1 and mean is not None else "")
            )
        rows.append((words.removeprefix("Days to ").capitalize(), *cells))
    title = f"Among {' and '.join(dict.fromkeys(f'{each.peers:,}' for each in shown))} others in the run ({who})"
    return Table(title, tuple(map(Column, ("", *_names(story)))), tuple(rows))


# --- words for numbers -------------------------------------------------------------------------------------


def _day(day: int | None, never: str = _NEVER) -> str:
    return never if day is None else str(day)


def _reached(one: Journey, which: str) -> str:
    """The day, and of definitive care whether it was the day of an end without being seen."""
    day = getattr(one, which)
    without = which == "definitive_care" and day is not None and not one.had_care
    return f"{day} ({one.end_words})" if without else _day(day)


def _end(story: Story, lane: int, one: Journey) -> str:
    return f"{one.end_words}: {label_of(story.lanes[lane][0], one.end_service)}" if one.end_service else one.end_words


def _measured(one: Journey, measure: str, unit: bool = False) -> str:
    if measure == "cost":
        return f"£{one.cost_gbp:,.2f}"
    if measure == "contacts":
        count = sum(one.contacts.values())
        return f"{count} contact{'' if count == 1 else 's'}" if unit else str(count)
    value = getattr(one, measure)
    if value is None:
        return "not employed" if measure == "days_off_work" else _NEVER
    if measure == "days_off_work":
        return f"{value:.1f}{' days' * unit}"
    words = days_words(value) if unit else str(value)
    if measure == "definitive_care" and not one.had_care:
        return f"not seen; {one.end_words} after {words}"
    return f"{words} ({one.end_words})" if measure == "ended" else words


def _spread_words(which: str, lived) -> str:
    found: Spread = spread([getattr(one, which) for one in lived])
    low, median, high = (
        _NEVER if math.isinf(value) else f"{value:.0f}" for value in (found.low, found.median, found.high)
    )
    some = "" if found.reached == found.of else f"; never in {found.of - found.reached}"
    return f"{median} ({low} to {high}{some})"
