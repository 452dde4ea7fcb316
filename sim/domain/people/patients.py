"""Patients: columns, made once for a replication from demand and the starting lists alone.

No pathway and no workforce is read here, so the same people with the same need meet every scenario.
Every fact is a keyed draw of the patient's own id: one more patient changes nobody else.
"""

from dataclasses import dataclass

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.chance import Chance
from sim.domain.people.demand import Demand, FactMix, Start, StartList
from sim.domain.words import FACTS, NEEDS, SOURCES

INDUCED_IDS = 400_000_000
ELSEWHERE_IDS = 500_000_000
STARTING_IDS = 700_000_000
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


def _counts(chance: Chance, name: str, mean: np.ndarray, kind: str) -> np.ndarray:
    """People a day: Poisson, or fixed with the fraction carried over."""
    if kind == "fixed":
        total = np.floor(np.cumsum(mean) + 1e-9)
        return np.diff(total, prepend=0).astype(np.int64)
    return chance.generator(f"arrivals.{name}").poisson(mean)


def daily_mean(demand: Demand, calendar: Calendar, per_1000_a_year: float, residents: float) -> np.ndarray:
    """Mean people presenting on each day (days,); the indices are normalised to a mean year."""
    month = np.asarray(demand.month_index)[calendar.month_of() - 1] / np.mean(demand.month_index)
    weekday = np.asarray(demand.weekday_index) / max(np.mean(demand.weekday_index), 1e-12)
    by_weekday = weekday[calendar.weekday]
    open_index = np.where(calendar.holiday, by_weekday * demand.holiday_index, by_weekday)
    # Who does not come on a bank holiday comes on another day of that week.
    week = (np.arange(calendar.horizon) + calendar.start.weekday()) // 7
    usual, left = np.bincount(week, by_weekday), np.bincount(week, open_index)
    index = month * open_index * np.divide(usual, left, out=np.ones_like(left), where=left > 0)[week]
    growth = (1.0 + demand.growth_per_year) ** (np.arange(calendar.horizon) / DAYS_A_YEAR)
    mean: np.ndarray = residents * per_1000_a_year / 1000 / DAYS_A_YEAR * index * growth
    return mean


def _cumulative(shares: dict[str, float], words: tuple[str, ...]) -> np.ndarray:
    weights = np.array([shares.get(word, 0.0) for word in words])
    return np.cumsum(weights / weights.sum())


def _pick(cumulative: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Codes by inverse of the cumulative shares (k,) or of each person's own row (n, k)."""
    if cumulative.ndim == 1:
        codes: np.ndarray = np.minimum(np.searchsorted(cumulative, u, side="right"), len(cumulative) - 1)
    else:
        codes = np.minimum((u[:, None] >= cumulative).sum(1), cumulative.shape[1] - 1)
    return codes.astype(np.int8)


def _tilted(mix: FactMix, ratio: dict[str, float], words: tuple[str, ...]) -> FactMix:
    if not ratio:
        return mix
    return FactMix(shares={word: mix.shares.get(word, 0.0) * ratio.get(word, 1.0) for word in words})


def _draw_fact(
    name: str,
    mix: FactMix | None,
    known: dict[str, np.ndarray],
    chance: Chance,
    ids: np.ndarray,
    ratio: dict[str, float],
) -> np.ndarray:
    words = FACTS[name]
    if mix is None:
        return np.zeros(len(ids), np.int8)
    u = chance.uniforms(f"fact.{name}", ids)
    if mix.given is None:
        return _pick(_cumulative(_tilted(mix, ratio, words).shares, words), u)
    codes = np.zeros(len(ids), np.int8)
    given = known[mix.given]
    for code, word in enumerate(FACTS[mix.given]):
        of_word = np.flatnonzero(given == code)
        if len(of_word):
            codes[of_word] = _pick(_cumulative(mix.shares_given[word], words), u[of_word])
    return codes


def _region_given_need(demand: Demand) -> FactMix | None:
    """Bayes: the regions of people whose need is known first (lists, other doors)."""
    region, need = demand.facts.get("region"), demand.facts.get("need")
    if region is None or need is None or need.given != "region":
        return region
    regions = FACTS["region"]
    table = {
        word: {r: region.shares.get(r, 0.0) * need.shares_given[r].get(word, 0.0) for r in regions} for word in NEEDS
    }
    overall = {r: max(region.shares.get(r, 0.0), 1e-12) for r in regions}
    return FactMix(given="need", shares_given={w: t if sum(t.values()) > 0 else overall for w, t in table.items()})


def draw_facts(
    demand: Demand, chance: Chance, ids: np.ndarray, needs: dict[str, float] | None, given: dict[str, str] | None = None
) -> dict[str, np.ndarray]:
    """name -> codes (n,). `needs`: shares of needs where they are known first; `given`: fact -> the word that all
    have."""
    facts: dict[str, np.ndarray] = {}
    order = list(FACTS)
    mixes: dict[str, FactMix | None] = dict(demand.facts)
    if needs is not None:
        order = ["need", "region", *[name for name in order if name not in ("need", "region")]]
        mixes |= {"need": FactMix(shares=needs), "region": _region_given_need(demand)}
    for name in order:
        if given and name in given:
            facts[name] = np.full(len(ids), FACTS[name].index(given[name]), np.int8)
            continue
        facts[name] = _draw_fact(name, mixes.get(name), facts, chance, ids, demand.rate_ratio.get(name, {}))
    return facts


def _listed_days(settings: StartList, count_factor: float) -> np.ndarray:
    """Days (negative) on which the people of a list joined it, spread evenly within their band."""
    unit = 7.0 if settings.unit == "weeks" else DAYS_A_YEAR / 12
    edges = sorted((float(edge), people) for edge, people in settings.waiting.items())
    days = []
    for i, (low, people) in enumerate(edges):
        high = edges[i + 1][0] if i + 1 < len(edges) else low + settings.open_band
        n = round(people * count_factor)
        waited = (low + (np.arange(n) + 0.5) / max(n, 1) * (high - low)) * unit
        days.append(-np.maximum(np.floor(waited), 1).astype(np.int32))
    return np.concatenate(days) if days else np.zeros(0, np.int32)


def make_patients(demand: Demand, start: Start, calendar: Calendar, chance: Chance, scale: float = 1.0) -> Patients:
    """All people of one replication. `scale` multiplies residents and starting lists."""
    residents = demand.population * scale
    ids, days, sources, facts = [], [], [], []
    elsewhere, placed = {}, {}
    offset = 0

    def add(first_id: int, day: np.ndarray, source: str, needs: dict[str, float] | None) -> np.ndarray:
        nonlocal offset
        own = first_id + np.arange(len(day), dtype=np.int64)
        ids.append(own)
        days.append(day.astype(np.int32))
        sources.append(np.full(len(day), SOURCES.index(source), np.int8))
        facts.append(draw_facts(demand, chance, own, needs))
        rows = np.arange(offset, offset + len(day))
        offset += len(day)
        return rows

    # Rows are in the order of presenting: the starting lists were there first.
    number = 0
    for list_name, settings in start.lists.items() if start.kind == "lists" else ():
        for place_name, place in settings.places.items():
            factor = settings.part_of_list * place.share * scale
            placed[list_name, place_name] = add(
                STARTING_IDS + number * STREAM_IDS, _listed_days(settings, factor), "starting_list", place.needs
            )
            number += 1
    count = _counts(
        chance, "door", daily_mean(demand, calendar, demand.presenting_per_1000_a_year, residents), demand.arrivals
    )
    add(1, np.repeat(np.arange(calendar.horizon), count), "presented", None)
    if demand.induced.per_1000_a_year > 0:
        pool = _counts(
            chance, "induced", daily_mean(demand, calendar, demand.induced.per_1000_a_year, residents), demand.arrivals
        )
        add(INDUCED_IDS, np.repeat(np.arange(calendar.horizon), pool), "induced", None)
    for number, (name, stream) in enumerate(demand.elsewhere.items()):
        mean = daily_mean(demand, calendar, stream.per_1000_a_year, residents)
        day = np.repeat(np.arange(calendar.horizon), _counts(chance, f"elsewhere.{name}", mean, demand.arrivals))
        elsewhere[name] = add(ELSEWHERE_IDS + number * STREAM_IDS, day, "elsewhere", stream.needs)
    return Patients(
        patient_id=np.concatenate(ids),
        presented_day=np.concatenate(days),
        source=np.concatenate(sources),
        facts={name: np.concatenate([f[name] for f in facts]) for name in FACTS},
        elsewhere=elsewhere,
        placed=placed,
    )
