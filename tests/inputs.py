"""What there is to change in a configuration, to what, and whether a result then moves. For tests/test_inputs*.py."""

import copy
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import simpy

import sim.engine.simulate as simulation
from sim.analysis.indicators.measures import measures_of
from sim.app.configuration.check import build
from sim.app.configuration.compose import configuration_of
from sim.domain.faults import ScenarioError
from sim.domain.pathway.routes import compile_rules
from sim.domain.scenario import calendar_of
from sim.domain.words import NEEDS
from sim.engine import router
from sim.engine.simulate import patients_of, simulate
from sim.engine.world import World

OLD, NEW, SENT_BACK = "gp_referral", "integrated", "ladder_2_triage"
SECTIONS = ("place", "demand", "pathway", "workforce", "calendar", "start", "run", "analysis", "prices", "outcomes")

# --- what is not tried, and why ----------------------------------------------------------------------------------

NOT_OF_THE_MODEL = {
    "run.replications": "how often, not what",
    "run.workers": "results do not depend on it, which another test holds",
    "run.same_budget": "refuses to run, or does not",
    "run.precision": "adds replications until the headline is this sure",
    "run.most_replications": "how often at most",
    "run.limit_minutes": "how long a replication may take before it is stopped",
    "run.keep_events": "which files are written",
    "run.progress": "how progress is shown",
    "prices.price_year": "says of which year the prices are; nothing is converted",
    "prices.on_costs_share_of_pay": (
        "splits an hour's cost in bands.csv; the cost of staff with pay_per_hour_gbp, which no shipped group has, "
        "moves with it (tests/test_money.py)"
    ),
    "prices.overheads_share_of_pay": "the same",
}
SHOWN_ONLY = {
    "moved_from": "shown beside the staff in the report",
}
# What a visit counts as: said of every service, whether or not an indicator tells it from its neighbour.
SAID_OF_SERVICES = ("setting", "care", "clinician", "contact")


def not_tried(path: tuple, value) -> bool:
    only_way = isinstance(value, dict) and len(value) == 1 and path[-1] not in TOGETHER
    return (
        only_way
        or dotted(path) in NOT_OF_THE_MODEL
        or any(word in SHOWN_ONLY or word in SAID_OF_SERVICES for word in path)
    )


# --- what there is to change, and to what ------------------------------------------------------------------------

TOGETHER = ("waiting", "share_within_10_weeks", "imd_quintile")
SHARES = ("to", "needs", "shares", "paid_by")
IN_EACH_BLOCK = {"places": "share", "calls_urgent": "of_referrals", "priority": "slots_share"}
"""Blocks beside one another, of which one key has to add to 1 over all of them."""
STEPS_IN_EACH_BLOCK = {"places": "shares_by_weeks_waited"}
"""The same of each step of a key."""

WORDS = {  # the words and lists of words of the model, and what each may be instead
    "arrivals": ["fixed"],
    "spread": ["fixed", "poisson", "exponential"],
    "stay_spread": ["fixed", "geometric"],
    "entry": ["closed", "rolling"],
    "setting": ["hospital", "primary", "community", "diagnostics"],
    "care": ["urgent", "none"],
    "clinician": ["gp", "fcp"],
    "rtt": ["none", "clock"],
    "open_days": [["mon"], "every_day"],
    "session_days": [["mon", "fri"]],
    "hours": [["11:00", "12:00"], ["08:00", "18:00"]],
    "date": ["04-25", "2025-04-25"],
    "start_date": ["2024-12-23"],
    "bank_holidays": ["GB-SCT"],
    "unit": ["weeks", "months"],
    "window": [[5, 30]],
    "referrals_through": [None],
    "asked_by": ["spinal"],
    "needs": [["self_management"]],
    "access_is_wait_at": ["gp"],
}


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def inputs(value, path: tuple = ()):
    """Paths of what is changed as one: a number, a row of shares or bands, a list of numbers, a switch, a word."""
    if isinstance(value, dict):
        plain = bool(value) and all(map(is_number, value.values()))
        key = IN_EACH_BLOCK.get(path[-1])
        if plain and (path[-1] in SHARES or path[-2] == "shares_given" or path[-1] in TOGETHER):
            yield path
        elif key and value and all(isinstance(block, dict) and is_number(block.get(key)) for block in value.values()):
            yield (*path, "*", key)
            for name, block in value.items():
                yield from inputs({word: inner for word, inner in block.items() if word != key}, (*path, name))
        elif (
            (steps := STEPS_IN_EACH_BLOCK.get(path[-1])) and value and all(block.get(steps) for block in value.values())
        ):
            yield from ((*path, "*", steps, step) for step in next(iter(value.values()))[steps])
            for name, block in value.items():
                yield from inputs({word: inner for word, inner in block.items() if word != steps}, (*path, name))
        else:
            for word, inner in value.items():
                yield from inputs(inner, (*path, word))
    elif (
        is_number(value)
        or isinstance(value, bool)
        or path[-1] in WORDS
        or (isinstance(value, list) and value and all(map(is_number, value)))
    ):
        yield path


def other_values(path: tuple, value):
    """Clearly different values, the likeliest first."""
    if path[-1] in WORDS and not is_number(value) and not isinstance(value, dict):
        yield from (word for word in WORDS[path[-1]] if word != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, dict) and path[-1] in TOGETHER:
        for first, others in ((3, 0.5), (0.3, 2)):
            yield {
                key: (others if position else first) * number for position, (key, number) in enumerate(value.items())
            }
    elif isinstance(value, dict):  # shares: nearly all of it to one, the smallest first
        for most in sorted(value, key=value.get):
            yield {key: 0.9 if key == most else 0.1 / (len(value) - 1) for key in value}
    elif isinstance(value, list):
        yield value[1:] + value[:1]
        yield [2 * value[0] + 1, *value[1:]]
    elif isinstance(value, int):
        yield from dict.fromkeys(
            one for one in (value // 2, value * 3 + 1, value + 6, value + 1, value * 20, 0) if one != value
        )
    else:
        yield from dict.fromkeys(
            one for one in (value * 0.3, value * 3, min(value * 2 + 0.3, 1.0), value + 3) if one != value
        )


def dotted(path: tuple) -> str:
    return ".".join(map(str, path))


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


# --- small worlds where the rare is common -----------------------------------------------------------------------


@lru_cache
def configuration(name: str, *overrides: str) -> dict:
    return configuration_of(name, list(overrides))


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
    config["pathway"]["while_waiting"]["private_exit"]["share_within_10_weeks"] = {
        "1": 0.2,
        "2": 0.3,
        "3": 0.4,
        "4": 0.5,
        "5": 0.6,
    }
    for group, wte in (
        ("group_physio_band_6", 4.0),
        ("support_worker_band_3", 4.0),
        ("spinal_clinic_team", 2.5),
        ("pain_clinic_team", 2.0),
        ("rheumatology_clinic_team", 3.5),
        ("triage_band_8a", 16.0),
    ):
        if group in config["workforce"]:
            config["workforce"][group]["wte"] = wte
    services = config["pathway"]["services"]
    for service in services.values():  # so that to switch recovery off is refused for no other reason
        if "attends_anyway_share" in service:
            service["attends_anyway_share"] = 0.0
    if "mdt_triage" in services:
        services["mdt_triage"]["routes"]["hard_case"]["to"] = {"mdt_meeting": 0.5, "next": 0.5}
        config["workforce"]["mdt_meeting_team"]["wte"] = 4.0
    if "group_programme" in services:
        services["group_programme"] |= {"start_after_weeks": 2, "least_size": 3}
    return config


# --- whether a result moves --------------------------------------------------------------------------------------


LOOKS = (10, 15, 20, 30, 40, 55, 75, 100, 130, 170, 220, 280)
"""Days of a run on which what has happened so far is looked at; a run of a week is always made whole."""


class Differs(Exception):
    """What has happened so far is not what happened in the other run: the rest need not be simulated."""


class LookedAt(World):
    """A world that stops in between to be looked at: `look(number of events, their columns)`."""

    look: Callable[[int, dict], None]

    def __init__(self, *settings):
        super().__init__(*settings)
        world = self

        class Steps(simpy.Environment):
            def run(self, until: int) -> None:
                for day in (day for day in LOOKS if day < until):
                    super().run(until=day)
                    columns = world.log.columns()
                    try:
                        world.look(len(columns["day"]), columns)
                    except Differs:
                        world.close()
                        raise
                super().run(until=until)

        self.env = Steps()


def simulated(scenario, patients, look: Callable[[int, dict], None]):
    """As `simulate`, with a look at what has happened so far on each day of `LOOKS`."""

    class Here(LookedAt):
        pass

    Here.look = staticmethod(look)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "World", Here)
        return simulate(scenario, 0, patients)


class Base:
    """A configuration as it is, run once, to lay each change beside."""

    def __init__(self, config: dict):
        self.config = config
        scenario = build(config)
        self.patients = patients_of(scenario, 0, calendar_of(scenario))
        self._events: list[int] = []  # by each look
        self.record = simulated(scenario, self.patients, lambda events, _: self._events.append(events))
        self._trace = trace(self.record)

    def _same_so_far(self) -> Callable[[int, dict], None]:
        """Looks at another run, and ends it once it differs."""
        looks = iter(self._events)

        def look(events: int, columns: dict) -> None:
            if events != next(looks, events) or any(
                not np.array_equal(columns[name], self.record.events[name][:events]) for name in EVENT_COLUMNS
            ):
                raise Differs

        return look

    @cached_property
    def _told(self) -> list:
        return told(self.record, build(self.config))

    def moves(self, path: tuple, value, tell: bool = True) -> bool | None:
        """Whether a result changes with `value` at `path`; None if such a value is refused.
        Without `tell`, only what happened is looked at."""
        try:
            scenario = build(altered(self.config, path, value))
        except ScenarioError:
            return None
        record = self.record
        if path[:1] not in (("prices",), ("outcomes",), ("analysis",)):
            patients = self.patients if path[:1] in (("pathway",), ("workforce",)) else None
            try:
                record = simulated(scenario, patients, self._same_so_far())
            except Differs:
                return True
            if not same(trace(record), self._trace):
                return True
        return tell and not np.array_equal(told(record, scenario), self._told, equal_nan=True)

    def others(self, path: tuple) -> list:
        return list(other_values(path, at(self.config, path)))

    def not_idle(self, paths: list[tuple], most: int | None = None) -> list[tuple]:
        """Those of `paths` of which one of the first `most` values moves a result. What moves nothing alone moves
        nothing beside others either, so all are changed at once, and each alone only where that is refused or moves
        something."""
        values = {path: self.others(path)[:most] for path in paths}
        for turn in range(max(map(len, values.values()), default=0)):
            together = self.config
            for path, some in values.items():
                together = altered(together, path, some[turn]) if turn < len(some) else together
            if self.moves((), together) is not False:
                return [path for path in paths if any(self.moves(path, one) for one in values[path])]
        return []


FIRST, EACH, LAST_FIRST = slice(1), slice(None), slice(None, None, -1)
SEARCH = (
    (0, FIRST, False),
    (1, FIRST, True),
    (1, EACH, False),
    (2, EACH, False),
    (3, LAST_FIRST, False),
    *((world, EACH, True) for world in (1, 2, 3)),
)
"""(world, which values, whether the tables are looked at too): most show at once in what happened in a few days, so
what costs more comes later; what takes a year to show takes the most extreme value too."""


class Seen(NamedTuple):
    """Where an input was last seen to move a result: the place in `SEARCH`, which base there, which of its values."""

    place: int
    base: int
    value: int


LATE_FILE = Path(__file__).with_name("inputs_late.csv")


@cache
def late() -> dict[tuple[str, str], Seen]:
    """(scenarios, path) -> where it was last seen to move a result, for those that do not at the first try.

    It is tried there before anywhere else, and if it no longer shows there, everywhere: what stands in the file saves
    seconds and decides nothing. `python tests/inputs_late.py` writes it anew.
    """
    with LATE_FILE.open(encoding="utf-8", newline="") as file:
        return {(names, path): Seen(*map(int, place)) for names, path, *place in csv.reader(file)}


def moved(path: tuple, names: tuple[str, ...], base: Callable[[str, int], Base]) -> Seen | None:
    """Where it moves a result, in any of four worlds, from small to large; None if nowhere.
    `base`: scenario and number of a world -> the run in it."""

    def moves(seen: Seen) -> bool:
        world, which, tell = SEARCH[seen.place]
        one = base(names[seen.base], world)
        values = one.others(path)[which]
        return seen.value < len(values) and one.moves(path, values[seen.value], tell)

    last = late().get((" ".join(names), dotted(path)))
    if last and moves(last):
        return last
    for place, (world, which, _) in enumerate(SEARCH):
        for number, name in enumerate(names):
            for value in range(len(base(name, world).others(path)[which])):
                if moves(Seen(place, number, value)):
                    return Seen(place, number, value)
    return None


@contextmanager
def tables_made_once() -> Iterator[None]:
    """Inside, each table of rules is compiled once: in a change of one number nearly all are as they were."""
    tables: dict = {}

    def compile_once(rules, services, rule_codes, primary=False, holding=frozenset()):
        through = tuple((name, service.referrals_through) for name, service in services.items())
        key = (repr(rules), through, tuple(rule_codes.items()), primary, holding)
        if key not in tables:
            tables[key] = compile_rules(rules, services, rule_codes, primary, holding)
        return tables[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router, "compile_rules", compile_once)
        yield


EVENT_COLUMNS = ("day", "service", "event", "detail", "to", "row", "since")


def trace(record) -> list[np.ndarray]:
    columns = [record.events[name] for name in EVENT_COLUMNS]
    return [*columns, *(record.clinics[name] for name in record.services)]


def told(record, scenario) -> list:
    """What the tables say: every indicator, and the waits by service and group."""
    measures = measures_of(record, scenario)
    return [row[2] for row in measures.kpis] + [row[3] for row in measures.waits]


def same(one, other) -> bool:
    return all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(one, other, strict=True))
