"""Who goes where in a pathway, from its rules alone: nothing is simulated, and nobody waits.

A sample of the people whom demand makes is followed through the rules as masses, not as draws: a service's typical
share is that of the people who really come to it, and the range is from the least to the most of any of them. Where
rules begin or end on a date, each stretch of days counts as long as it is.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.chance import Chance
from sim.domain.pathway.routes import in_order, known_facts, matches, ways_in, words_of
from sim.domain.pathway.rules import Through
from sim.domain.pathway.stretches import stretches
from sim.domain.pathway.ways import askers_of, rule_maps
from sim.domain.people.demand import Start
from sim.domain.people.patients import make_patients
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.words import ALL_FACTS, COURSE, NEXT, RESOLVED_PLACE, RETURN, SOURCES

DOOR = "\0"
"""Where people present. Another stream is this and its name: no service is called so."""
_PEOPLE, _A_YEAR = 20_000, 365
_TRACE, _LITTLE, _STEPS = (
    1e-9,
    1e-7,
    1_000,
)  # mass for services that nobody comes to; followed no further; steps at most


@dataclass
class Move:
    """One way on: `people` per person presenting; `share` of those who leave the origin, `low` to `high` by patient."""

    people: float = 0.0
    share: float = 0.0
    low: float = 1.0
    high: float = 0.0


@dataclass(frozen=True)
class Moves:
    """`ways`: (service, or the door or another stream, place) -> its move; `tests`: (clinic, test) likewise.

    `came`: service -> people per person presenting who come to it; `reached`: doors, and services that somebody can
    come to.
    """

    ways: dict[tuple[str, str], Move]
    tests: dict[tuple[str, str], Move]
    came: dict[str, float]
    reached: frozenset[str]


@dataclass(frozen=True)
class _State:
    """Where some people are; `asker`: who ordered their test;
    `back`: they are back from it, and the decision is due."""

    service: str
    origin: int = 0
    referred: int = 0
    asker: str | None = None
    back: bool = False


def moves_of(scenario: Scenario) -> Moves:
    """Every way that somebody can take, with its typical share and its range."""
    return _Walk(scenario).walk()


@dataclass
class _Walk:
    scenario: Scenario
    ways: dict = field(default_factory=lambda: defaultdict(Move))
    tests: dict = field(default_factory=lambda: defaultdict(Move))
    came: dict = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self):
        self.pathway = self.scenario.pathway
        self.services = self.pathway.services
        self.words, self._chosen = known_facts(self.services), {}
        self.stretches = stretches(self.pathway, calendar_of(self.scenario))
        self.left_in, self.gone_in = defaultdict(set), defaultdict(set)  # origin, or way -> stretches with people
        rules = [rule for _, _, some in rule_maps(self.pathway) for rule in some.values()]
        orders = [o for s in self.services.values() for o in s.tests().values()]
        ways = [way for s in self.services.values() for way in s.access]
        whens = [r.when for r in rules] + [o.when for o in orders] + [way.when for way in ways]
        asked = {fact for when in whens for fact in when}
        self.asks_origin, self.asks_referred = "came_from" in asked, "referred_before" in asked
        self.facts, self.streams = _people(self.scenario, sorted(asked & set(ALL_FACTS)))

    def walk(self) -> Moves:
        for stretch in self.stretches:
            self._turn_to(stretch)
            self._follow((stretch.end - stretch.first) / self.stretches[-1].end)
        reached = self._reached()
        for name in self.services:
            if name not in self.came:  # its shares are said all the same, as if everybody came
                self._as_if_everybody_came(name)
        for (origin, place), move in self.ways.items():
            if self.left_in[origin] - self.gone_in[origin, place]:
                move.low = 0.0  # nobody goes there before, or after, a date
        leaving = defaultdict(float)
        for (origin, _), move in self.ways.items():
            leaving[origin] += move.people
        for (origin, _), move in self.ways.items():
            move.share = move.people / leaving[origin] if leaving[origin] > 0 else 0.0
        for (origin, _), move in self.tests.items():
            move.share = move.people / self.came[origin]
        return Moves(dict(self.ways), dict(self.tests), dict(self.came), frozenset(reached))

    def _turn_to(self, stretch) -> None:
        """From here on, the rules are those of one stretch of days."""
        self.stretch, self.pathway = stretch.first, stretch.pathway
        self.services, self._chosen = stretch.pathway.services, {}

    def _follow(self, weight: float) -> None:
        """People who present in the days that are `weight` of the run, until they have left."""
        moving = self._enter(weight)
        for _ in range(_STEPS):
            after = defaultdict(lambda: 0.0)
            for state, mass in moving.items():
                for place, part in self._visit(state, mass):
                    after[place] += part
            moving = {state: mass for state, mass in after.items() if mass.sum() > _LITTLE}
            if not moving:
                return

    def _as_if_everybody_came(self, name: str) -> None:
        """A service that few or none come to is looked at all the same, in every stretch."""
        for stretch in self.stretches:
            self._turn_to(stretch)
            list(self._visit(_State(name), self.streams[DOOR] * _TRACE))

    def _reached(self) -> set:
        """Doors, and every service that somebody comes to, be it only while a list is long."""
        found, more = set(), set(self.streams)
        while more:
            found |= more
            more = {b for a, b in (*self.ways, *self.tests) if a in found and b in self.services} - found
            for name in more - set(self.came):
                self._as_if_everybody_came(name)
        return found

    def _enter(self, weight: float) -> dict:
        moving, door = defaultdict(lambda: 0.0), self.streams[DOOR] * weight
        for place, part in self._choices(self.pathway.entry, (0, 0), False).items():
            self._note(self.ways, (DOOR, place), door, part)
            if place in self.services:
                moving[self._state(place, 0, 0)] += door * part[0]
        for stream, mass in self.streams.items():
            if stream != DOOR:
                mass = mass * weight
                place = self.scenario.demand.elsewhere[stream.removeprefix(DOOR)].service
                self._note(self.ways, (stream, place), mass, (np.ones(len(mass)),) * 2)
                moving[self._state(place, 0, 0)] += mass
        return moving

    def _visit(self, state: _State, mass):
        """Some people come to a service: yields where they are next."""
        service, name = self.services[state.service], state.service
        if not state.back:
            self.came[name] += float(mass.sum())
            for order in service.tests().values():
                part = np.full(len(mass), order.share) * (matches(order.when, self.facts) if order.when else 1)
                self._note(self.tests, (name, order.service), mass, (part, part))
                yield self._state(order.service, state.origin, state.referred, name), mass * part
                mass = mass * (1 - part)
        for place, part in self._onward(name, (state.origin, state.referred)).items():
            if place == RETURN:
                if state.asker:
                    yield _State(state.asker, state.origin, state.referred, None, True), mass * part[0]
                continue
            self._note(self.ways, (name, place), mass, part)
            if place in self.services:
                sent_on = service.setting == "primary" and self.services[place].setting != "primary"
                own = list(self.services).index(name) + 1
                yield self._state(place, own, state.referred or int(sent_on), state.asker), mass * part[0]

    @cached_property
    def _test_services(self):
        return set(askers_of(self.scenario.pathway))

    def _state(self, place, origin, referred, asker=None) -> _State:
        """Nothing is remembered that no rule asks about."""
        return _State(
            place,
            origin if self.asks_origin else 0,
            referred if self.asks_referred else 0,
            asker if place in self._test_services else None,
        )

    def _note(self, book, key, mass, part):
        there = mass > 0
        if there.any():
            self.left_in[key[0]].add(self.stretch)
        usual, at_times = part
        if not there.any() or not (np.any(usual[there] > 0) or np.any(at_times[there] > 0)):
            return
        self.gone_in[key].add(self.stretch)
        move = book[key]
        move.people += float((mass * usual).sum())
        move.low = min(move.low, usual[there].min(), at_times[there].min())
        move.high = max(move.high, usual[there].max(), at_times[there].max())

    def _onward(self, name: str, history) -> dict:
        """place -> shares of those who leave `name` by any of its rules, courses ended."""
        key = (name, history)
        if key not in self._chosen:
            service = self.services[name]
            primary = service.setting == "primary"
            found = dict(self._choices(service.routes, history, primary))
            ended = self._choices(service.after_a_course(), history, primary)
            ended = ended or {RESOLVED_PLACE: self._everybody()}
            _end_courses(found, ended)
            for rules, lost in service.leavers():
                if lost > 0:
                    found = {place: (a * (1 - lost), b * (1 - lost)) for place, (a, b) in found.items()}
                    _add(found, self._choices(rules, history, False), (lost, lost))
            for rules in service.may_leave():
                _add(found, self._choices(rules, history, False), (0.0, 1.0))
            for rules in service.besides():
                there = dict(self._choices(rules, history, primary))
                _end_courses(there, ended)
                _add(found, there, (0.0, 1.0))
            # So it is with a clinic that works this list down in the time that it has free.
            for other, one in self.services.items():
                if any(taken.service == name for taken in one.works_down().values()):
                    _add(found, {other: self._everybody()}, (0.0, 1.0))
            self._chosen[key] = found
        return self._chosen[key]

    def _everybody(self):
        ones = np.ones(len(self.streams[DOOR]))
        return ones, ones

    def _choices(self, rules, history, primary: bool) -> dict:
        """place -> (shares usually, shares when every conditional rule holds), each (kinds of people,)."""
        if not rules:
            return {}
        both = [self._shares(rules, history, primary, holding) for holding in (False, True)]
        none = np.zeros(len(self.streams[DOOR]))
        return {place: tuple(one.get(place, none) for one in both) for place in dict.fromkeys([*both[0], *both[1]])}

    def _shares(self, rules, history, primary: bool, holding: bool) -> dict:
        left, found = np.ones(len(self.streams[DOOR])), {}
        for rule in in_order(rules).values():
            if rule.only_while and not holding:
                continue
            fits, whole = self._fits(rule.when, history), sum(rule.to.values())
            for place, share in rule.to.items():
                if place == NEXT or share <= 0:
                    continue
                going = left * fits * (share / whole)
                for way in ways_in(self.services, place) if primary else (Through(place),):
                    by = self._fits(way.when, history)
                    found[way.service] = found.get(way.service, 0.0) + going * by
                    going = going * ~by
            left = np.where(fits, left * (rule.to.get(NEXT, 0.0) / whole), left)
        return found

    def _fits(self, when, history):
        """Kinds of people to whom a rule applies."""
        columns = {**self.facts, "came_from": history[0], "referred_before": history[1]}
        fits = np.ones(len(self.streams[DOOR]), bool)
        for fact, value in when.items():
            fits &= np.isin(columns[fact], [self.words[fact].index(word) for word in words_of(value)])
        return fits


def _end_courses(found: dict, ended: dict) -> None:
    """Who goes to a course is where it ends."""
    course = found.pop(COURSE, None)
    if course is not None:
        _add(found, ended, course)


def _add(found: dict, more: dict, times) -> None:
    for place, part in more.items():
        before = found.get(place, (0.0, 0.0))
        found[place] = tuple(b + p * t for b, p, t in zip(before, part, times, strict=True))


def _people(scenario: Scenario, asked) -> tuple[dict, dict]:
    """Kinds of people by the facts that rules ask about, and stream -> how many of each kind, per person presenting."""
    demand = scenario.demand
    rate = demand.presenting_per_1000_a_year or 1.0
    demand = replace(
        demand,
        population=_PEOPLE * 1000 / rate,
        presenting_per_1000_a_year=rate,
        growth_per_year=0.0,
        arrivals="fixed",
        month_index=(1.0,) * 12,
        weekday_index=(1.0,) * 7,
        trace={},
        elsewhere={name: replace(one, arrivals=None) for name, one in demand.elsewhere.items()},
    )
    people = make_patients(demand, Start(), Calendar.of(date(2025, 1, 1), _A_YEAR), Chance(0, 0))
    first = np.zeros(len(people), np.int8)
    columns = np.stack([people.facts.get(fact, first) for fact in asked]) if asked else first[None]
    kinds, kind = np.unique(columns, axis=1, return_inverse=True)
    kind = kind.ravel()
    at_door = people.source == SOURCES.index("presented")
    rows = {DOOR: np.flatnonzero(at_door), **{DOOR + name: some for name, some in people.elsewhere.items()}}
    streams = {name: np.bincount(kind[some], minlength=kinds.shape[1]) / at_door.sum() for name, some in rows.items()}
    return {fact: kinds[i].astype(int) for i, fact in enumerate(asked)}, streams


__all__ = ["DOOR", "Move", "Moves", "moves_of"]
