"""An input that changes nothing is a defect: every number of the shipped configurations is changed, and a result moves.

Each change is made alone, in a small place where the rare is common (many needs of every kind, full starting lists),
and what happened to people, on clinic days and in the indicators is laid beside what happened without it. The numbers
of one table row are changed together, since shares must go on adding to 1. Where nothing moves in a short run it is
tried in longer and larger ones, so that what takes time to show has it.

What two scenarios have in common is changed in the old model, and in the other if the old model does not show it; what
only the other has, in the other. Of `report`, which says what else is run beside a comparison, nothing is tried.
"""

import copy
from functools import lru_cache

import numpy as np
import pytest

from sim.analysis.measures import measures_of
from sim.app.check import build
from sim.app.compose import compose
from sim.domain.faults import ScenarioError
from sim.domain.words import NEEDS
from sim.engine.simulate import calendar_of, patients_of, simulate

OLD, NEW, SENT_BACK = "gp_referral", "integrated", "ladder_2_triage"
SECTIONS = ("place", "demand", "pathway", "workforce", "calendar", "start", "run", "analysis", "prices", "outcomes")
WORLDS = ((0.03, 40), (0.03, 130), (0.06, 365))
"""(scale, days): the second and third only for what has not moved yet."""

# --- what is not tried, and why ----------------------------------------------------------------------------------

NOT_OF_THE_MODEL = {
    "run.replications": "how often, not what",
    "run.workers": "results do not depend on it, which another test holds",
    "run.precision": "adds replications until the headline is this sure",
    "run.keep_events": "which files are written",
    "run.progress": "how progress is shown",
    "prices.price_year": "says of which year the prices are; nothing is converted",
}
SHOWN_ONLY = {
    "tier": "shown with each service in the report's tables; nobody is routed by it",
    "moved_from": "shown beside the staff in the report",
}
# Idle as things stand, and tried all the same, so that whatever begins to matter is taken off this list.
IDLE = {
    "pathway.services.group_programme.routes.needs_more.to": "nobody with such a need is sent to a group",
    "pathway.services.community_assets.routes.otherwise.to": "nobody with such a need is sent to community assets",
    "start.lists.gp_reviews.unit": "people in their courses have no place on a list, so how long they waited is not read",
    "start.lists.gp_reviews.open_band": "the same",
    "start.lists.physiotherapy_courses.unit": "the same",
    "start.lists.physiotherapy_courses.open_band": "the same",
    "start.lists.hospital_courses.unit": "the same",
    "start.lists.hospital_courses.open_band": "the same",
    "start.lists.hospital_courses.places.post_operative.needs": "this course ends alike for every need",
    "start.lists.hospital_courses.places.rheumatology.needs": "the same",
    "start.lists.hospital_courses.places.spinal.needs": "the same",
    "start.lists.spinal.places.follow_up.needs": "the same",
    "demand.facts.sex.shares": "a fact of people (it stands in the patients table) that no shipped rule asks about",
    "demand.facts.digital.shares": "the same",
    "demand.facts.language.shares": "the same",
}
# What a visit counts as: said of every service, whether or not an indicator tells it from its neighbour.
SAID_OF_SERVICES = ("setting", "care", "clinician", "contact")

# Where a part of the integrated pathway stands only for a step of the ladder, its numbers are changed in that step.
ELSEWHERE = {
    "pathway.services.sent_back": SENT_BACK,
    "pathway.services.gp.routes.sent_back_by_triage": SENT_BACK,
}


# --- small worlds where the rare is common -----------------------------------------------------------------------


@lru_cache
def configuration(name: str) -> dict:
    return compose(name)


def busy(config: dict, scale: float, days: int) -> dict:
    """The configuration for a small place where the rare is common."""
    config = copy.deepcopy(config)
    config["place"]["scale"] = scale
    config["run"]["years"] = days / 365.25
    for shares in config["demand"]["facts"]["need"]["shares_given"].values():
        shares.update(dict(zip(NEEDS, (0.19, 0.16, 0.2, 0.2, 0.1, 0.12, 0.03), strict=True)))
    lists = config["start"]["lists"]
    lists["rheumatology"]["part_of_list"] = lists["spinal"]["part_of_list"] = 0.9
    for one in lists.values():
        last = max(one["waiting"], key=float)
        one["waiting"][last] = max(one["waiting"][last], round(20 / scale / one.get("part_of_list", 1.0)))
    config["pathway"]["while_waiting"]["private_exit"]["share_within_10_weeks"] = {"1": 0.2, "2": 0.3, "3": 0.4, "4": 0.5, "5": 0.6}
    for group, wte in (("group_physio_band_6", 4.0), ("support_worker_band_3", 4.0), ("spinal_clinic_team", 2.5), ("pain_clinic_team", 2.0),
                       ("triage_band_8a", 16.0)):
        if group in config["workforce"]:
            config["workforce"][group]["wte"] = wte
    services = config["pathway"]["services"]
    if "mdt_triage" in services:
        services["mdt_triage"]["routes"]["hard_case"]["to"] = {"mdt_meeting": 0.5, "next": 0.5}
        config["workforce"]["mdt_meeting_team"]["wte"] = 4.0
    if "group_programme" in services:
        services["group_programme"] |= {"start_after_weeks": 2, "least_size": 3}
    return config


@lru_cache
def base(name: str, world: tuple):
    """(configuration, patients, record, trace, indicators) without any change."""
    config = busy(configuration(name), *world)
    scenario = build(config)
    patients = patients_of(scenario, 0, calendar_of(scenario))
    record = simulate(scenario, 0, patients)
    return config, patients, record, trace(record), told(record, scenario)


def trace(record) -> list[np.ndarray]:
    columns = [record.events[name] for name in ("day", "service", "event", "detail", "to", "row", "since")]
    return [*columns, *(record.clinics[name] for name in record.services)]


def told(record, scenario) -> list:
    """What the tables say: every indicator, and the waits by service and group."""
    measures = measures_of(record, scenario)
    return [row[2] for row in measures["kpis"]] + [row[3] for row in measures["waits"]]


def same(one, other) -> bool:
    return all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def moves_something(name: str, path: tuple, value, world: tuple) -> bool | None:
    """Whether a result changes with `value` at `path`; None if such a value is refused."""
    config, patients, record, before, indicators = base(name, world)
    changed = altered(config, path, value)
    try:
        scenario = build(changed)
    except ScenarioError:
        return None
    if path[0] not in ("prices", "outcomes", "analysis"):
        kept = patients if path[0] in ("pathway", "workforce") else None
        record = simulate(scenario, 0, kept)
        if not same(trace(record), before):
            return True
    return not np.array_equal(told(record, scenario), indicators, equal_nan=True)


def at(config, path: tuple):
    for position, word in enumerate(path):
        if word == "*":  # one key of each of several blocks
            return {name: at(block, path[position + 1 :]) for name, block in config.items()}
        config = config[word]
    return config


def altered(config, path: tuple, value):
    """The configuration with one value changed; what the change does not touch is shared with the original."""
    if not path:
        return value
    if path[0] == "*":
        return {name: altered(block, path[1:], value[name]) for name, block in config.items()}
    inner = altered(config[path[0]], path[1:], value)
    if isinstance(config, list):
        return [inner if position == path[0] else one for position, one in enumerate(config)]
    return {**config, path[0]: inner}


# --- what there is to change, and to what ------------------------------------------------------------------------


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TOGETHER = ("waiting", "share_within_10_weeks", "imd_quintile")


def inputs(value, path: tuple = ()):
    """Paths of what is changed as one: a number, a row of shares or bands, a list of numbers, a switch, a word."""
    if isinstance(value, dict):
        plain = bool(value) and all(map(is_number, value.values()))
        if plain and (path[-1] in ("to", "needs", "shares") or path[-2] == "shares_given" or path[-1] in TOGETHER):
            yield path
        elif path[-1] == "places" and path[0] == "start":
            yield (*path, "*", "share")
            for name, place in value.items():
                yield from inputs({key: inner for key, inner in place.items() if key != "share"}, (*path, name))
        else:
            for key, inner in value.items():
                yield from inputs(inner, (*path, key))
    elif is_number(value) or isinstance(value, bool) or path[-1] in WORDS or (isinstance(value, list) and value and all(map(is_number, value))):
        yield path


WORDS = {  # the words and lists of words of the model, and what each may be instead
    "arrivals": ["fixed"],
    "spread": ["fixed", "poisson", "exponential"],
    "setting": ["hospital", "primary", "community", "diagnostics"],
    "care": ["urgent", "none"],
    "clinician": ["gp", "fcp"],
    "rtt": ["none", "clock"],
    "open_days": [["mon"], "every_day"],
    "session_days": [["mon", "fri"]],
    "start_date": ["2024-12-23"],
    "bank_holidays": [None],
    "unit": ["weeks", "months"],
    "window": [[5, 30]],
    "referrals_through": [None],
    "asked_by": ["spinal"],
    "needs": [["self_management"]],
}


def other_values(path: tuple, value):
    """Clearly different values, the likeliest first."""
    if path[-1] in WORDS and not is_number(value) and not isinstance(value, dict):
        yield from (word for word in WORDS[path[-1]] if word != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, dict) and path[-1] in TOGETHER:
        for first, others in ((3, 0.5), (0.3, 2)):
            yield {key: (others if position else first) * number for position, (key, number) in enumerate(value.items())}
    elif isinstance(value, dict):  # shares: nearly all of it to one, the smallest first
        for most in sorted(value, key=value.get):
            yield {key: 0.9 if key == most else 0.1 / (len(value) - 1) for key in value}
    elif isinstance(value, list):
        yield value[1:] + value[:1]
        yield [2 * value[0] + 1, *value[1:]]
    elif isinstance(value, int):
        yield from dict.fromkeys(one for one in (value // 2, value * 3 + 1, value + 6, value + 1, value * 20) if one != value)
    else:
        yield from dict.fromkeys(one for one in (value * 0.3, value * 3, min(value * 2 + 0.3, 1.0), value + 3) if one != value)


def dotted(path: tuple) -> str:
    return ".".join(map(str, path))


def not_tried(path: tuple, value) -> bool:
    only_way = isinstance(value, dict) and len(value) == 1 and path[-1] not in TOGETHER
    return only_way or dotted(path) in NOT_OF_THE_MODEL or any(word in SHOWN_ONLY or word in SAID_OF_SERVICES for word in path)


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
        part = dotted(path[:3]) if path[0] == "pathway" else dotted(path[:2]) if path[0] in ("demand", "workforce", "start") else path[0]
        found.setdefault(part, []).extend((path, names) for names in places)
    return found


def moves(path: tuple, names) -> bool:
    for world in WORLDS:
        for name in names:
            value = at(base(name, world)[0], path)
            if any(moves_something(name, path, other, world) for other in other_values(path, value)):
                return True
    return False


@pytest.mark.parametrize("part", parts())
def test_an_input_that_is_changed_moves_a_result(part):
    idle = [f"{dotted(path)} ({' and '.join(names)})" for path, names in parts()[part] if dotted(path) not in IDLE and not moves(path, names)]
    assert not idle, f"changed, and nothing moved: {', '.join(idle)}"


def test_what_is_not_changed_moves_nothing():
    for path in (("demand", "population"), ("pathway", "services", "gp", "new_minutes")):
        assert moves_something(OLD, path, at(base(OLD, WORLDS[0])[0], path), WORLDS[0]) is False


@pytest.mark.parametrize("word", SAID_OF_SERVICES)
def test_what_is_said_of_services_is_read(word):
    services = configuration(NEW)["pathway"]["services"]
    paths = [("pathway", "services", name, word) for name, service in services.items() if word in service]
    assert any(moves(path, (NEW,)) for path in paths)


def test_what_is_idle_is_idle():
    stands = {dotted(path): (path, names) for path, names in where_it_stands().items()}
    assert set(IDLE) <= set(stands)
    for key in IDLE:
        path, places = stands[key]
        for names in places:
            assert not any(
                moves_something(name, path, other, WORLDS[0])
                for name in names for other in list(other_values(path, at(base(name, WORLDS[0])[0], path)))[:2]
            ), f"{key} moves a result: take it off the list"


def test_what_is_not_tried_is_there():
    every = {dotted(path) for name in (OLD, NEW) for section in configuration(name) for path in inputs(configuration(name)[section], (section,))}
    assert set(NOT_OF_THE_MODEL) <= every | {"run.progress"}
    for word in (*SHOWN_ONLY, *SAID_OF_SERVICES):
        assert any(word in key.split(".") for key in every)
    assert all(any(key.startswith(start) for key in every) for start in ELSEWHERE)
