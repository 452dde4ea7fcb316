"""What a reader has to know before any number is read: whose people, lists and staff it is about, and what of them does
not belong together.
"""

from sim.analysis.words.plain import tidy
from sim.app.configuration.request import Request
from sim.domain.scenario import Scenario, people_of

LARGE = 3.0
"""A scale above this is more likely a slip (a percentage, a number of people) than a place."""
SMALL = 2_000
"""Residents below this have lists of a person or two."""
_PARTS = {0.5: "a half", 0.25: "a quarter", 0.2: "a fifth", 0.1: "a tenth", 0.05: "a twentieth", 0.01: "a hundredth"}


def place_words(scenario: Scenario) -> str:
    """`Coventry, 345,300 people, run at a tenth: numbers are of the part`."""
    people, scale = scenario.demand.population, scenario.place.scale
    words = f"{tidy(scenario.place.name) or 'A place without a name'}, {people:,.0f} people"
    if scale == 1:
        return words
    part = _PARTS.get(scale, f"{scale:g} of its size")
    whose = "the part" if scale < 1 else "that size"
    return f"{words}, run at {part} ({people * scale:,.0f} people, staff and lists alike): numbers are of {whose}"


def warnings_of(scenario: Scenario, baseline: Scenario | None, request: Request) -> list[str]:
    """Sentences; none where people, lists, staff and comparator are of one place."""
    return [*_of_people(scenario, request), *_of_size(scenario), *_of_comparator(scenario, baseline)]


def _of_people(scenario: Scenario, request: Request) -> list[str]:
    if not request.sets("demand.population"):
        return []
    kept = [what for what, key in (("staff", "workforce"), ("starting lists", "start")) if not _sets(request, key)]
    if not kept:
        return []
    return [
        f"The command changes the residents to {scenario.demand.population:,.0f} and leaves {' and '.join(kept)} as "
        f"they are in {tidy(scenario.place.name) or 'the place'}: the waits are of neither place. place.scale changes "
        "all of them together."
    ]


def _of_size(scenario: Scenario) -> list[str]:
    scale, people = scenario.place.scale, scenario.demand.population * scenario.place.scale
    if scale > LARGE:
        return [
            f"place.scale is {scale:g}, which makes {people:,.0f} people with staff and lists in proportion: a part "
            "of 1, as 0.1 for a tenth, and not a percentage or a number of people."
        ]
    if people < SMALL:
        return [
            f"{people:,.0f} people are so few that lists hold a person or two: this says that it runs, and nothing "
            "about the place."
        ]
    return []


def _of_comparator(scenario: Scenario, baseline: Scenario | None) -> list[str]:
    if baseline is None or people_of(scenario) == people_of(baseline):
        return []
    ours, theirs = ((one.config.get("place") or {}).get("name") for one in (scenario, baseline))
    if ours != theirs:
        return [
            f"The comparator is of another place: {baseline.title or baseline.name} is of {tidy(str(theirs))}, with "
            f"{baseline.demand.population:,.0f} people and lists of its own, and this scenario of {tidy(str(ours))}. "
            "The differences are of two places, and not of two ways of working."
        ]
    return [
        "The two scenarios do not meet the same people: demand or starting lists differ, and the differences below "
        "include that."
    ]


def _sets(request: Request, section: str) -> bool:
    return any(word.lstrip("+~").startswith((f"{section}.", f"{section}=")) for word in request.overrides)
