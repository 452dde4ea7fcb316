"""A story that was lived through, as files: the page, the picture, and its steps and ends as tables."""

import pandas as pd

from sim.app.store.folder import ResultsFolder
from sim.app.studies.story.lived_story import Story
from sim.domain.scenario import Scenario

STORIES = "stories"


def write_story(story: Story, scenario: Scenario, key: str) -> None:
    """Writes `out`/stories/`key`/ and shows the story on the terminal."""
    # slow to import, and not needed to say what is wrong
    from sim.analysis.journey.journey_picture import Pictured, timeline
    from sim.app.pages.document import Figure
    from sim.app.pages.html import html_of
    from sim.app.pages.markdown import markdown_of
    from sim.app.pages.terminal import to_terminal
    from sim.app.studies.story.story_page import page_of

    lanes = tuple((story.title(lane), one) for lane, one in enumerate(story.journeys()))
    drawn = timeline(Pictured(story.name, lanes))
    picture = Figure(
        "timeline", "Both journeys as a timeline", drawn.sentence, drawn.note, drawn.body, file="timeline.svg"
    )
    page = page_of(story, picture)
    with ResultsFolder(scenario.config.get("out") or "results", STORIES, None, name=key) as folder:
        folder.write_text("story.md", markdown_of(page))
        folder.write_text("story.html", html_of(page))
        folder.write_text("timeline.svg", drawn.svg)
        folder.write_csv("journeys.csv", _journeys(story))
        folder.write_csv("typical.csv", _typical(story))
    to_terminal(page)
    print(f"\nStory, timeline and tables: {folder.path}")


def _lanes(story: Story):
    words = ("as_is", "could_be") if len(story.lanes) == 2 else ("could_be",)
    return zip(words, story.lanes, strict=True)


def _journeys(story: Story) -> pd.DataFrame:
    """A row a step of the journeys that are shown; `day` counts from presenting."""
    rows = []
    for word, (_, lived) in _lanes(story):
        one = next(one for one in lived if one.replication == story.shown)
        for number, step in enumerate(one.steps, 1):
            rows.append(
                (
                    word,
                    one.scenario,
                    one.replication,
                    number,
                    step.day,
                    step.date,
                    step.minute,
                    step.service,
                    step.setting,
                    step.event,
                    step.detail,
                    step.waited_days,
                    step.waited_minutes,
                    step.cost_gbp,
                    step.words,
                )
            )
    names = (
        "pathway",
        "scenario",
        "replication",
        "step",
        "day",
        "date",
        "minute",
        "service",
        "setting",
        "event",
        "detail",
        "waited_days",
        "waited_minutes",
        "cost_gbp",
        "words",
    )
    return pd.DataFrame(rows, columns=list(names)).astype({"waited_days": "Int64", "waited_minutes": "Int64"})


def _typical(story: Story) -> pd.DataFrame:
    """A row a pathway and replication."""
    rows = [
        (
            word,
            one.scenario,
            one.replication,
            one.first_contact,
            one.definitive_care,
            one.ended,
            one.end,
            one.end_service,
            one.waited_days,
            sum(one.contacts.values()),
            one.missed,
            one.days_off_work,
            one.cost_gbp,
            one.peers,
            one.ahead_first_contact,
            one.ahead_definitive_care,
        )
        for word, (_, lived) in _lanes(story)
        for one in lived
    ]
    names = (
        "pathway",
        "scenario",
        "replication",
        "days_to_first_contact",
        "days_to_definitive_care",
        "days_to_end",
        "end",
        "end_service",
        "days_on_lists",
        "contacts",
        "missed",
        "days_off_work",
        "cost_gbp",
        "peers",
        "share_sooner_first_contact",
        "share_sooner_definitive_care",
    )
    return pd.DataFrame(rows, columns=list(names)).astype(
        dict.fromkeys(("days_to_first_contact", "days_to_definitive_care", "days_to_end"), "Int64")
    )
