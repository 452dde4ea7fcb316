"""What a story says, for the terminal, story.md and story.html alike."""

from collections.abc import Iterator

from sim.analysis.journey.journey import Journey
from sim.analysis.journey.typical import sooner
from sim.analysis.money.visit_costs import RULE
from sim.analysis.words.plain import plain
from sim.app.pages.document import Document, Figure, Section, Table, sentences
from sim.app.studies.story.lived_story import REACHED, Story
from sim.app.studies.story.story_tables import how_it_ended, how_typical, quoted, standing, steps, together

DEFINITIVE = (
    "Definitive care, as in the indicators: the first contact of care at or above the need, or the end of the episode "
    "as settled or recovered, whichever is first. That care may send somebody on to another list."
)
_FOOTER = "Made by mskflow: what follows for one person from the assumptions of the model, not a forecast."


def page_of(story: Story, picture: Figure) -> Document:
    """The whole story, in the order in which it is told."""
    shown, blocks = story.journeys(), []
    if story.person is not None and story.person.about:
        source = f" ({story.person.document})" if story.person.document else ""
        blocks.append(f"{story.person.about}{source}")
    return Document(
        title=story.name,
        blocks=(*sentences(*blocks, _who(story, shown[0]), *story.notes, _which(story)), picture),
        sections=tuple(_sections(story, shown)),
        footer=_FOOTER,
    )


def _sections(story: Story, shown: tuple[Journey, ...]) -> Iterator[Section]:
    for lane, one in enumerate(shown, 1):
        yield _section(f"journey-{lane}", steps(story.title(lane - 1), one))
    yield _section("together", together(story, shown), DEFINITIVE, _off_work(story, shown), RULE)
    if story.person is not None and story.person.quoted:
        yield _section("quoted", quoted(story, shown))
    if len(story.lanes[0][1]) > 1:
        yield _section("typical", how_typical(story), *_sooner(story))
        yield _section("ends", how_it_ended(story))
    yield _section("standing", standing(story, shown))


def _section(name: str, table: Table, *said: str) -> Section:
    return Section(name, table.caption, (table, *sentences(*said)))


def _who(story: Story, one: Journey) -> str:
    given = story.person.facts if story.person else {}
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


def _which(story: Story) -> str:
    count = len(story.lanes[0][1])
    if story.person is None:
        return (
            f"One patient of replication {story.shown}, whose fate in this run was this and no other. Seed "
            f"{story.lanes[-1][0].run.seed}."
        )
    return (
        f"Shown: replication {story.shown} of {count} (numbered from 0), the middle one by days to definitive care "
        f"{'as it is' if len(story.lanes) == 2 else 'in this pathway'}; of equals the lowest number. Seed "
        f"{story.lanes[-1][0].run.seed}."
    )


def _off_work(story: Story, shown) -> str:
    if all(one.days_off_work is None for one in shown):
        return "Days off work: none are counted, for somebody who is not employed."
    share = story.lanes[-1][0].outcomes.off_work_share.get(shown[-1].facts["need"], 0.0)
    return (
        f"Days off work are a mean of the model, not a diary: {share:.0%} of the working days (five a week) before "
        "definitive care (until the episode ends or the run does, where it is not reached)."
    )


def _sooner(story: Story) -> list[str]:
    """How often each day came sooner as it could be; nothing of one pathway alone."""
    if len(story.lanes) != 2:
        return []
    (_, before), (_, now) = story.lanes
    told = []
    for which, words in REACHED:
        less, more, same = sooner(list(before), list(now), which)
        told.append(
            f"{words.removeprefix('Days to ').capitalize()} came sooner as it could be in {less} of {len(before)} "
            f"replications, later in {more}, on the same day in {same}."
        )
    return told
