"""An input that changes nothing is a defect: every number of the old and the integrated model is changed,
and a result moves.

Each change is made alone, in a small place where the rare is common (many needs of every kind, full starting lists),
and what happened to people, on clinic days and in the indicators is laid beside what happened without it. The numbers
of one table row are changed together, since shares must go on adding to 1. Where nothing moves in a short run it is
tried in longer and larger ones, so that what takes time to show has it.

What two scenarios have in common is changed in the old model, and in the other if the old model does not show it; what
only the other has, in the other. Of `report`, which says what else is run beside a comparison, nothing is tried. What
other shipped scenarios add is tried in tests/test_inputs_systems.py.
"""

from functools import lru_cache

import pytest
from inputs import (
    NEW,
    NOT_OF_THE_MODEL,
    OLD,
    SAID_OF_SERVICES,
    SECTIONS,
    SENT_BACK,
    SHOWN_ONLY,
    Base,
    Seen,
    at,
    busy,
    configuration,
    dotted,
    inputs,
    moved,
    not_tried,
    tables_made_once,
)

WORLDS = ((0.03, 6), (0.03, 40), (0.03, 130), (0.06, 365))
"""(scale, days): each only for what has not moved yet."""

# Idle as things stand, and tried all the same, so that whatever begins to matter is taken off this list.
IDLE = {
    **{
        f"pathway.services.pain.{key}.{weeks}": "nobody waits so long there, or so short before notice"
        for key, steps in (
            ("called_by_weeks_waited", ("0", "26", "39", "48", "52")),
            ("removed_share_by_weeks_waited", ("26", "39", "48", "52")),
        )
        for weeks in steps
    },
    "pathway.services.mdt_meeting.routes.otherwise.to": "only letters that may be for hospital are talked over",
    "pathway.services.group_programme.routes.needs_more.to": "nobody with such a need is sent to a group",
    "pathway.services.community_assets.routes.otherwise.to": "nobody with such a need is sent to community assets",
    "start.lists.gp_reviews.unit": (
        "people in their courses have no place on a list, so how long they waited is not read"
    ),
    "start.lists.gp_reviews.open_band": "the same",
    "start.lists.physiotherapy_courses.unit": "the same",
    "start.lists.physiotherapy_courses.open_band": "the same",
    "start.lists.hospital_courses.unit": "the same",
    "start.lists.hospital_courses.open_band": "the same",
    "start.lists.hospital_courses.places.rheumatology.needs": "this course ends alike for every need",
    "outcomes.discount_rate_per_year": "discounting is off",
    "demand.facts.sex.shares": (
        "a fact of people (it stands in the patients table) that no rule of these models asks about"
    ),
    "demand.facts.digital.shares": "the same",
    "demand.facts.language.shares": "the same",
}

# Where a part of the integrated pathway stands only for a step of the ladder, its numbers are changed in that step.
ELSEWHERE = {
    "pathway.services.sent_back": SENT_BACK,
    "pathway.services.gp.routes.sent_back_by_triage": SENT_BACK,
}


@pytest.fixture(scope="module", autouse=True)
def _tables_made_once():
    with tables_made_once():
        yield


@lru_cache(maxsize=12)  # each holds a whole run
def base(name: str, world: tuple) -> Base:
    return Base(busy(configuration(name), *world))


@lru_cache
def where_it_stands() -> dict[tuple, tuple[str, ...]]:
    """Path -> the scenarios in which that number may show: the old model first, and the other if it has the same."""
    found: dict[tuple, list] = {}
    for name in (OLD, NEW):
        config = configuration(name)
        for section in SECTIONS:
            for path in inputs(config.get(section), (section,)):
                value = at(config, path)
                if not not_tried(path, value):
                    step = next((step for start, step in ELSEWHERE.items() if dotted(path).startswith(start)), name)
                    found.setdefault(path, []).append((step, value))
    stands = {}
    for path, places in found.items():
        same_value = len(places) == 2 and places[0][1] == places[1][1]
        stands[path] = ((places[0][0], places[1][0]),) if same_value else tuple((step,) for step, _ in places)
    return stands


def parts() -> dict[str, list[tuple]]:
    """Part of a scenario -> (path, scenarios of which one must show it)."""
    found: dict[str, list[tuple]] = {}
    for path, places in where_it_stands().items():
        part = (
            dotted(path[:3])
            if path[0] == "pathway"
            else dotted(path[:2])
            if path[0] in ("demand", "workforce", "start")
            else path[0]
        )
        found.setdefault(part, []).extend((path, names) for names in places)
    return found


def seen(path: tuple, names: tuple[str, ...]) -> Seen | None:
    return moved(path, names, lambda name, world: base(name, WORLDS[world]))


@pytest.mark.parametrize("part", parts())
def test_an_input_that_is_changed_moves_a_result(part):
    idle = [
        f"{dotted(path)} ({' and '.join(names)})"
        for path, names in parts()[part]
        if dotted(path) not in IDLE and not seen(path, names)
    ]
    assert not idle, f"changed, and nothing moved: {', '.join(idle)}"


def test_what_is_not_changed_moves_nothing():
    one = base(OLD, WORLDS[1])
    for path in (("demand", "population"), ("pathway", "services", "gp", "new_minutes")):
        assert one.moves(path, at(one.config, path)) is False


@pytest.mark.parametrize("word", SAID_OF_SERVICES)
def test_what_is_said_of_services_is_read(word):
    services = configuration(NEW)["pathway"]["services"]
    paths = [("pathway", "services", name, word) for name, service in services.items() if word in service]
    assert any(seen(path, (NEW,)) for path in paths)


def test_what_is_idle_is_idle():
    """All of it is changed at once, in each scenario and for each value; alone only where something then moves."""
    stands = {dotted(path): (path, names) for path, names in where_it_stands().items()}
    assert set(IDLE) <= set(stands)
    here: dict[str, list[tuple]] = {}
    for path, places in (stands[key] for key in IDLE):
        for name in dict.fromkeys(name for names in places for name in names):
            here.setdefault(name, []).append(path)
    moves = [
        f"{dotted(path)} in {name}" for name, paths in here.items() for path in base(name, WORLDS[1]).not_idle(paths, 2)
    ]
    assert not moves, f"moves a result, take it off the list: {', '.join(moves)}"


def test_what_is_not_tried_is_there():
    every = {
        dotted(path)
        for name in (OLD, NEW)
        for section in configuration(name)
        for path in inputs(configuration(name)[section], (section,))
    }
    assert set(NOT_OF_THE_MODEL) <= every | {"run.progress"}
    for word in (*SHOWN_ONLY, *SAID_OF_SERVICES):
        assert any(word in key.split(".") for key in every)
    assert all(any(key.startswith(start) for key in every) for start in ELSEWHERE)
