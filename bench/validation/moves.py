"""Counts of visits, of where people go, and of what becomes of them there."""

import numpy as np

from bench.validation.counts import A_YEAR, VISITS, Count, Of, at, code
from sim.analysis.reading.before import last_before
from sim.analysis.reading.clocks import CLOCK
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import Reading
from sim.domain.words import DETAIL, NEEDS


def seen_after(service: str, of: Of, need: str = "") -> Count:
    """What `of` says of the days waited by people first seen in the second year, of one need where it is named."""

    def found(reading: Reading) -> float:
        visits = at(reading, reading.called, service)
        kept = visits.where(reading.need[visits.row] == NEEDS.index(need)) if need else visits
        return float(of(kept.day - kept.since))

    return found


def missed(*services: str, visit: str = "") -> Count:
    """Of visits attended or missed at these in the second year, those missed."""

    def found(reading: Reading) -> float:
        kinds = [DETAIL[visit]] if visit else VISITS
        count = [
            sum(np.isin(at(reading, events, service).detail, kinds).sum() for service in services)
            for events in (reading.missed, reading.attended)
        ]
        return float(count[0] / sum(count))

    return found


def visits_per_first(service: str) -> Count:
    """Visits attended in the second year over first visits attended."""

    def found(reading: Reading) -> float:
        detail = at(reading, reading.attended, service).detail
        return float(np.isin(detail, VISITS).sum() / (detail == DETAIL["new"]).sum())

    return found


def first_share(service: str) -> Count:
    """Of visits attended in the second year, the first of a problem."""
    return lambda reading: 1 / visits_per_first(service)(reading)


def follow_up_share(service: str) -> Count:
    """Of visits attended in the second year, those that are no first ones."""
    return lambda reading: 1 - 1 / visits_per_first(service)(reading)


def people_seen_per_1000(*services: str) -> Count:
    """People seen at least once in the second year, for 1,000 residents."""

    def found(reading: Reading) -> float:
        seen = [at(reading, reading.attended, service).row for service in services]
        return len(np.unique(np.concatenate(seen))) / reading.residents * 1000

    return found


def _leaving(reading: Reading, service: str) -> tuple[Events, Events]:
    """(people who leave a service, other than for a test, by where they go), (those whose episode ends there)."""
    moved = reading.moved.where(reading.moved.service == code(reading, service))
    moved = moved.where((moved.to != moved.service) & (reading.setting[moved.to] != "diagnostics"))
    return moved, reading.resolved.where(reading.resolved.service == code(reading, service))


def stay_out_of(service: str, *settings: str) -> Count:
    """Of people who leave a service, those who do not go to a service of these settings."""

    def found(reading: Reading) -> float:
        moved, over = _leaving(reading, service)
        beyond = np.isin(reading.setting[moved.to], settings)
        return float(1 - beyond.sum() / (len(moved) + len(over)))

    return found


def go_to(service: str, *places: str) -> Count:
    """Of people who leave a service, those who go to one of these."""

    def found(reading: Reading) -> float:
        moved, over = _leaving(reading, service)
        codes = [code(reading, place) for place in places]
        return float(np.isin(moved.to, codes).sum() / (len(moved) + len(over)))

    return found


def need_of_those_sent(service: str, to: str, *needs: str) -> Count:
    """Of people sent from one service to another, those whose need is one of these."""

    def found(reading: Reading) -> float:
        moved, _ = _leaving(reading, service)
        sent = moved.where(moved.to == code(reading, to))
        return float(np.isin(reading.need_at(sent), [NEEDS.index(need) for need in needs]).mean())

    return found


def _follows(reading: Reading, events: Events, later: Events) -> np.ndarray:
    """(events,) bool: whether one of `later` happened to the same person within a year of each."""
    size = len(reading.record.events["day"]) + 1
    by = np.searchsorted(reading.record.events["day"], events.day.astype(np.int64) + A_YEAR, side="right")
    last = last_before(later.row.astype(np.int64), later.index, events.row.astype(np.int64), by, size)
    return last > events.index


def _followed(reading: Reading, service: str) -> Events:
    """First visits to a service at least a year before the end."""
    visits = reading.attended_new
    return visits.where((visits.service == code(reading, service)) & (visits.day < reading.horizon - A_YEAR))


def again_within_a_year(first: str, then: str) -> Count:
    """Of people first seen at one service and followed for a year, those seen at another (or there again) in it."""

    def found(reading: Reading) -> float:
        later = reading.attended.where(reading.attended.service == code(reading, then))
        return float(_follows(reading, _followed(reading, first), later).mean())

    return found


def not_referred_on(reading: Reading) -> float:
    """Of people whose letter triage reads for the first time, those whom no consultant's service has on its list
    within a year."""
    read = _followed(reading, "mdt_triage")
    read = read.where(np.isin(np.arange(len(read)), np.unique(read.row, return_index=True)[1]))
    listed = reading.listed.where(reading.rtt[reading.listed.service] == CLOCK)
    return float(1 - _follows(reading, read, listed).mean())


def conversion_from(service: str) -> Count:
    """Of people whom this service was the last to send to T&O, and who were seen there, those listed for surgery within
    a year."""

    def found(reading: Reading) -> float:
        orthopaedics, visits = code(reading, "trauma_orthopaedics"), _followed(reading, "trauma_orthopaedics")
        sent = reading.moved.where(reading.moved.to == orthopaedics)
        size = len(reading.record.events["day"]) + 1
        by = last_before(sent.row.astype(np.int64), sent.index, visits.row.astype(np.int64), visits.index, size)
        visits = visits.where((by >= 0) & (reading.record.events["service"][by] == code(reading, service)))
        operations = reading.listed.where(reading.listed.service == code(reading, "surgery"))
        return float(_follows(reading, visits, operations).mean())

    return found
