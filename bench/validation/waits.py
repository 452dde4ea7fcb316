"""Counts of waits: completed RTT pathways, the list of incomplete ones, and the lists of services."""

from collections.abc import Callable

import numpy as np

from bench.validation.counts import SECOND_YEAR, Count, Of, code, within
from sim.analysis.indicators.hospital import clocks
from sim.analysis.indicators.stops import completed
from sim.analysis.reading.reading import Reading
from sim.domain.words import REMOVED

MONTH = 365.25 / 12


def shape(service: str, year: tuple[int, int] = SECOND_YEAR) -> Callable[[Reading], np.ndarray]:
    """(13,) shares of the completed pathways of a service by whole months waited, the last 12 or more."""

    def found(reading: Reading) -> np.ndarray:
        ended = completed(reading)
        days = ended.days[(ended.service == code(reading, service)) & within(ended.stop, year)]
        months = np.minimum((days / MONTH).astype(int), 12)
        return np.bincount(months, minlength=13) / max(len(days), 1)

    return found


def months_waited(service: str, first: int, last: int) -> Count:
    """The share of these completed after so many whole months, both included."""
    return lambda reading: float(shape(service)(reading)[first : last + 1].sum())


def completed_wait(service: str, admitted: bool, of: Of) -> Count:
    """What `of` says of the weeks of pathways completed in the second year, with an operation or without."""

    def found(reading: Reading) -> float:
        ended = completed(reading)
        here = (ended.service == code(reading, service)) & (ended.admitted == admitted)
        return float(of(ended.days[here & within(ended.stop, SECOND_YEAR)] / 7))

    return found


def gap_of_operations(reading: Reading) -> float:
    """Median weeks to an operation of the most deprived fifth less that of the least, second year."""
    ended = completed(reading)
    here = ended.admitted & within(ended.stop, SECOND_YEAR)
    weeks, fifth = ended.days[here] / 7, reading.imd[ended.row[here]]
    return float(np.median(weeks[fifth == 0]) - np.median(weeks[fifth == 4]))


def admitted_share(service: str) -> Count:
    """Of pathways of a service completed in the second year, those that an operation ended."""

    def found(reading: Reading) -> float:
        ended = completed(reading)
        return float(ended.admitted[(ended.service == code(reading, service)) & within(ended.stop, SECOND_YEAR)].mean())

    return found


def _open_days(reading: Reading, service: str, day: int) -> np.ndarray:
    found = clocks(reading)
    here = found.open_at(day)
    return day - found.started_by(day)[here][found.service[here] == code(reading, service)]


def list_share(service: str, day: int, longest: float = np.inf, more_than: float = -1.0) -> Count:
    """Of the incomplete pathways of a service at the end of a day, those of more than so many days, at most so many."""

    def found(reading: Reading) -> float:
        days = _open_days(reading, service, day)
        return float(((days <= longest) & (days > more_than)).mean())

    return found


def moved_by(service: str, longest: float, first: int, last: int) -> Count:
    """The share of its list of at most so many days at the end of day `last` less that at the end of day `first`."""
    return lambda reading: list_share(service, last, longest)(reading) - list_share(service, first, longest)(reading)


def listed_for_operation(service: str, day: int, more_than: float = -1.0, longest: float = np.inf) -> Count:
    """Of these, those who stand on the list for an operation."""

    def found(reading: Reading) -> float:
        all_clocks = clocks(reading)
        here = all_clocks.open_at(day)
        here = here[all_clocks.service[here] == code(reading, service)]
        days = day - all_clocks.started_by(day)[here]
        rows, since, left = reading.stays[code(reading, "surgery")]
        waiting = np.zeros(reading.n, bool)
        waiting[rows[(since <= day) & (left > day)]] = True
        return float(waiting[all_clocks.row[here]][(days > more_than) & (days <= longest)].mean())

    return found


def removed_of_starts(service: str) -> Count:
    """Of people whose hospital referral began in the second year, as many as left the list with no stop in it."""

    def found(reading: Reading) -> float:
        all_clocks = clocks(reading)
        here = all_clocks.service == code(reading, service)
        gone = here & (all_clocks.stopped_by == REMOVED) & within(all_clocks.stop, SECOND_YEAR)
        return float(gone.sum() / (here & within(all_clocks.referred, SECOND_YEAR)).sum())

    return found


def reaches_hospital_within(days: int) -> Count:
    """Of pathways that began outside hospital, those referred on to one within so many days."""

    def found(reading: Reading) -> float:
        all_clocks = clocks(reading)
        wait = (all_clocks.referred - all_clocks.start)[all_clocks.referred > all_clocks.start]
        return float((wait <= days).mean())

    return found


def waiting_days(reading: Reading, service: str, day: int) -> np.ndarray:
    """(people,) days on the list of a service so far, of those who stand on it at the end of a day."""
    _, since, left = reading.stays[code(reading, service)]
    return day - since[(since <= day) & (left > day)]


def waiting(service: str, day: int, of: Of) -> Count:
    """What `of` says of the weeks so far of people who wait there at the end of a day."""
    return lambda reading: float(of(waiting_days(reading, service, day) / 7))


def list_per_1000(service: str, day: int) -> Count:
    """People on a list, for 1,000 residents."""
    return lambda reading: len(waiting_days(reading, service, day)) / reading.residents * 1000


def december(service: str) -> Count:
    """People of up to a week's wait at the end of December over the mean of four month ends before it."""
    ends = (152, 182, 213, 243)  # August to November 2025

    def found(reading: Reading) -> float:
        fresh = [float((waiting_days(reading, service, day) <= 7).sum()) for day in (*ends, 274)]
        return fresh[-1] / float(np.mean(fresh[:-1]))

    return found
