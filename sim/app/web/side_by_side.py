"""Today and the options side by side, of the replications that all of them have: what the page shows while one
watches."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.analysis.reading.measured import Kpi, Measures
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.paired import difference_of
from sim.analysis.words.amounts import gap, more_than, number, verdict
from sim.analysis.words.indicator import about
from sim.analysis.words.side import FEW
from sim.app.configuration.beside.same_budget import yearly
from sim.app.store import Store, key_of
from sim.domain.scenario import Scenario

MAIN = (
    "had_needed_care_within_18_weeks_share",
    "had_needed_care_within_52_weeks_share",
    "days_to_first_contact_median",
    "rtt_within_18_weeks",
    "hospital_referrals_per_1000",
    "hospital_no_outcome_share",
    "second_referrals_per_1000",
    "gp_appointments_per_1000",
    "cost_per_episode",
)
OF_SERVICE = ("wait_weeks_median", "waiting_list")


@dataclass(frozen=True)
class Shown:
    """One cell: the value, and of an option the difference from today with its interval, and a word."""

    value: str
    gap: str = ""
    word: str = ""


@dataclass(frozen=True)
class Row:
    words: str
    unit: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class SideBySide:
    """`count`: replications that all have; `main` of everybody, `services`: (indicator, its rows) by service,
    `means`: staff and money."""

    count: int
    main: tuple[Row, ...]
    services: tuple[tuple[str, tuple[Row, ...]], ...]
    means: tuple[Row, ...]


def side_by_side(scenarios: Sequence[Scenario], store: Store, replications: int) -> SideBySide:
    """Of today, first, and the options."""
    keys = [key_of(one) for one in scenarios]
    count = next((r for r in range(replications) if not all(store.has(key, r) for key in keys)), replications)
    found = [[_rows_of(store, key, r) for r in range(count)] for key in keys]
    labels = {name: one.label or name for s in scenarios for name, one in s.pathway.services.items()}
    main = _rows(found, [(kpi, "all", about(kpi).words) for kpi in MAIN], with_unit=True)
    services = [
        (f"{about(kpi).words}, {about(kpi).unit}", _rows(found, [(kpi, name, label) for name, label in labels.items()]))
        for kpi in OF_SERVICE
    ]
    return SideBySide(count, main, tuple(one for one in services if one[1]), tuple(means_of(scenarios)))


def _rows_of(store: Store, key: str, replication: int) -> dict[tuple[str, str], float]:
    """(indicator, group) -> value of one replication, of those that are shown."""
    return _wanted(str(store.folder), key, replication, _Reader(store))


class _Reader:
    """A store that is the same to a cache, whichever it is: what is stored under a key never changes."""

    def __init__(self, store: Store):
        self.store = store

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other) -> bool:
        return isinstance(other, _Reader)


@lru_cache(maxsize=2_000)
def _wanted(folder: str, key: str, replication: int, reader: _Reader) -> dict[tuple[str, str], float]:
    measures: Measures = reader.store.read(key, replication)
    return {(one.kpi, one.group): one.value for one in measures.kpis if _is_wanted(one)}


def _is_wanted(one: Kpi) -> bool:
    kpi = one.kpi.removesuffix(AT_LEAST)
    return kpi in OF_SERVICE or (kpi in MAIN and one.group == "all")


def _rows(found: list[list[dict]], asked: list[tuple[str, str, str]], with_unit: bool = False) -> tuple[Row, ...]:
    rows = []
    for kpi, group, words in asked:
        series = [_series(one, kpi, group) for one in found]
        if any(one is not None and np.isfinite(one).any() for one in series):
            least = [_series(one, f"{kpi}{AT_LEAST}", group) for one in found]
            unit = about(kpi).unit if with_unit else ""
            cells = (
                _level(kpi, series[0], least[0]),
                *(
                    _cell(kpi, group, (series[0], one), (least[0], low))
                    for one, low in zip(series[1:], least[1:], strict=True)
                ),
            )
            rows.append(Row(words, unit, cells))
    return tuple(rows)


def _series(found: list[dict], kpi: str, group: str) -> np.ndarray | None:
    """(replications,) values; None where none has it."""
    if not any((kpi, group) in one for one in found):
        return None
    return np.array([one.get((kpi, group), math.nan) for one in found], float)


def _level(kpi: str, values: np.ndarray | None, least: np.ndarray | None) -> Shown:
    if values is None:
        return Shown("–")
    if np.isnan(values).any() and least is not None and np.isfinite(least).any():
        return Shown(more_than(kpi, float(np.nanmean(np.where(np.isnan(values), least, values))), bare=True))
    known = values[np.isfinite(values)]
    return Shown(number(kpi, float(known.mean())) if len(known) else "–")


def _cell(kpi: str, group: str, pair, least) -> Shown:
    level = _level(kpi, pair[1], least[1])
    _, _, difference, low, high, count = difference_of(kpi, group, *pair, *least)
    if not count and not (math.isinf(low) or math.isinf(high)):
        return Shown(level.value)
    if count < FEW and math.isfinite(difference):
        return Shown(level.value, _plain(kpi, difference), "too early to say")
    return Shown(level.value, gap(kpi, difference, low, high), verdict(kpi, difference, low, high, count))


def _plain(kpi: str, difference: float) -> str:
    text = number(kpi, difference)
    return text if difference <= 0 or text.startswith("–") else f"+{text}"


def means_of(scenarios: Sequence[Scenario]) -> list[Row]:
    """Staff in post and what they and the rooms cost a year, of the whole place."""
    wte = [sum(group.wte for group in one.workforce.values()) for one in scenarios]
    cost = [math.fsum(yearly(one).values()) for one in scenarios]
    return [
        Row("Staff in post", "WTE", _against(wte, lambda value: f"{value:,.1f}")),
        Row("Staff, rooms and extra clinics", "pounds a year", _against(cost, lambda value: f"£{value / 1e6:,.2f}m")),
    ]


def _against(values: list[float], words) -> tuple[Shown, ...]:
    first = values[0]
    cells = [Shown(words(first))]
    for value in values[1:]:
        more = value - first
        text = words(abs(more))
        gap_ = "the same" if text == words(0.0) else f"{'+' if more > 0 else '−'}{text}"
        cells.append(Shown(words(value), gap_))
    return tuple(cells)
