"""Patients: columns, made once for a replication from demand and the starting lists alone.

No pathway and no workforce is read here, so the same people with the same need meet every scenario.
Every fact is a keyed draw of the patient's own id: one more patient changes nobody else.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.chance import Chance
from sim.domain.people.arrivals import numbers_of_days, traced_days
from sim.domain.people.demand import Arriving, Demand, Start, StartList, Trace
from sim.domain.people.facts import Codes, Waited, draw_facts, made_with
from sim.domain.people.starting import days_by_place
from sim.domain.people.survivors import Survivors
from sim.domain.seasons import demand_index, keep_years
from sim.domain.words import SOURCES

INDUCED_IDS = 400_000_000
ELSEWHERE_IDS = 500_000_000
STARTING_IDS = 700_000_000
TRACE_IDS = 10_000_000_000
STREAM_IDS = 10_000_000
"""Each stream numbers its people from a base of its own, so that no stream shifts another's luck."""


@dataclass(frozen=True)
class Patients:
    """One row a person, in order of id within their stream.

    `patient_id` int64 (n,), `presented_day` int32 (n,) negative for the starting list, `source` int8 (n,),
    `facts` name -> int8 (n,), `elsewhere` stream -> rows, `placed` (list, place) -> rows. Rows are of numpy's own
    index type everywhere until they are stored: any other is converted at each look-up, which costs more than it.
    """

    patient_id: np.ndarray
    presented_day: np.ndarray
    source: np.ndarray
    facts: dict[str, np.ndarray]
    elsewhere: dict[str, np.ndarray]
    placed: dict[tuple[str, str], np.ndarray]

    def __len__(self) -> int:
        return len(self.patient_id)


def daily_mean(demand: Demand, calendar: Calendar, per_1000_a_year: float, residents: float) -> np.ndarray:
    """Mean people presenting on each day (days,). The indices move people between days: a year has what growth alone
    gives it."""
    growth = (1.0 + demand.growth_per_year) ** (np.arange(calendar.horizon) / DAYS_A_YEAR)
    index = demand_index(demand.month_index, demand.weekday_index, demand.holiday_index, calendar)
    mean: np.ndarray = residents * per_1000_a_year / 1000 / DAYS_A_YEAR * keep_years(index * growth, growth, calendar)
    return mean


def make_patients(demand: Demand, start: Start, calendar: Calendar, chance: Chance, scale: float = 1.0) -> Patients:
    """All people of one replication. `scale` multiplies residents and starting lists."""
    crowd = _Crowd(demand, calendar, chance, demand.population * scale)
    placed = crowd.on_lists(start, scale) if start.kind == "lists" else {}
    crowd.come(Stream("door", "presented", 1, demand.presenting_per_1000_a_year), demand.trace)
    if demand.induced.per_1000_a_year > 0:
        crowd.come(Stream("induced", "induced", INDUCED_IDS, demand.induced.per_1000_a_year), {})
    elsewhere = {}
    for number, (name, one) in enumerate(demand.elsewhere.items()):
        stream = Stream(
            f"elsewhere.{name}",
            "elsewhere",
            ELSEWHERE_IDS + number * STREAM_IDS,
            one.per_1000_a_year,
            number + 1,
            one.needs,
            one.arrivals,
            one.arriving if one.arrivals else None,
        )
        elsewhere[name] = crowd.come(stream, one.trace)
    return crowd.patients(elsewhere, placed)


def with_facts_of(demand: Demand, settings: StartList) -> Demand:
    """Demand as it is for the people of a list: what is known of the list itself is so already, and is not tilted."""
    if not settings.facts:
        return demand
    ratios = {fact: ratio for fact, ratio in demand.rate_ratio.items() if fact not in settings.facts}
    return replace(demand, facts={**demand.facts, **settings.facts}, rate_ratio=ratios)


class Stream(NamedTuple):
    """People who come by one door: ids from `first_id` on; `arrivals` of their own or else of demand."""

    name: str
    source: str
    first_id: int
    per_1000_a_year: float
    number: int = 0
    needs: dict[str, float] | None = None
    arrivals: str | None = None
    arriving: Arriving | None = None


class _Crowd:
    """The people of a replication while they are made, stream by stream: the starting lists were there first."""

    def __init__(self, demand: Demand, calendar: Calendar, chance: Chance, residents: float) -> None:
        self._demand, self._calendar, self._chance, self._residents = demand, calendar, chance, residents
        self._ids: list[np.ndarray] = []
        self._days: list[np.ndarray] = []
        self._sources: list[np.ndarray] = []
        self._facts: list[Codes] = []
        self._offset = 0

    def _add(self, ids: np.ndarray, days: np.ndarray, source: str, facts: Codes) -> np.ndarray:
        """People (n,), in the order of their days; their rows."""
        self._ids.append(ids)
        self._days.append(days.astype(np.int32))
        self._sources.append(np.full(len(ids), SOURCES.index(source), np.int8))
        self._facts.append(facts)
        self._offset += len(ids)
        return np.arange(self._offset - len(ids), self._offset)

    def on_lists(self, start: Start, scale: float) -> dict[tuple[str, str], np.ndarray]:
        """(list, place) -> rows of the people who stand there on day 0."""
        placed: dict[tuple[str, str], np.ndarray] = {}
        survivors = Survivors(start.leaving, self._demand) if start.leaving else None
        for list_name, settings in start.lists.items():
            demand = with_facts_of(self._demand, settings)
            for place_name, joined in days_by_place(settings, settings.part_of_list * scale).items():
                place = settings.places[place_name]
                ids = STARTING_IDS + len(placed) * STREAM_IDS + np.arange(len(joined), dtype=np.int64)
                waited = None if survivors is None or place.in_course or not len(joined) else Waited(-joined, survivors)
                facts = draw_facts(demand, self._chance, ids, place.needs, waited=waited)
                placed[list_name, place_name] = self._add(ids, joined, "starting_list", facts)
        return placed

    def come(self, stream: Stream, trace: dict[str, Trace]) -> np.ndarray:
        """Rows of the people of a stream, and of those given one by one beside them."""
        demand, calendar = self._demand, self._calendar
        mean = daily_mean(demand, calendar, stream.per_1000_a_year, self._residents)
        kind, arriving = stream.arrivals or demand.arrivals, stream.arriving or demand.arriving
        numbers = numbers_of_days(self._chance, stream.name, mean, kind, arriving)
        days = np.repeat(np.arange(calendar.horizon), numbers)
        ids = stream.first_id + np.arange(len(days), dtype=np.int64)
        facts = draw_facts(demand, self._chance, ids, stream.needs)
        if trace:
            more_days, which = traced_days(trace, calendar)
            more = TRACE_IDS + stream.number * STREAM_IDS + np.arange(len(which), dtype=np.int64)
            also = self._traced(list(trace.values()), which, more, stream.needs)
            days, ids = np.concatenate([days, more_days]), np.concatenate([ids, more])
            order = np.argsort(days, kind="stable")
            days, ids = days[order], ids[order]
            facts = {name: np.concatenate([codes, also[name]])[order] for name, codes in facts.items()}
        return self._add(ids, days, stream.source, facts)

    def _traced(self, trace: list[Trace], which: np.ndarray, ids: np.ndarray, needs: dict[str, float] | None) -> Codes:
        """Facts of people given one by one; those that are not given are drawn as for anybody."""
        facts = {name: np.zeros(len(ids), np.int8) for name in made_with(self._demand)}
        alike: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for number, one in enumerate(trace):
            alike.setdefault(tuple(sorted(one.facts.items())), []).append(number)
        for words, numbers in alike.items():
            some, given = np.flatnonzero(np.isin(which, numbers)), dict(words)
            # Where the need is known and the region is not, the region is drawn from those that lead to it.
            known = {given["need"]: 1.0} if "need" in given and "region" not in given else needs
            drawn = draw_facts(self._demand, self._chance, ids[some], known, given)
            for name, codes in drawn.items():
                facts[name][some] = codes
        return facts

    def patients(self, elsewhere: dict[str, np.ndarray], placed: dict[tuple[str, str], np.ndarray]) -> Patients:
        """All of them."""
        return Patients(
            patient_id=np.concatenate(self._ids),
            presented_day=np.concatenate(self._days),
            source=np.concatenate(self._sources),
            facts={name: np.concatenate([facts[name] for facts in self._facts]) for name in made_with(self._demand)},
            elsewhere=elsewhere,
            placed=placed,
        )
