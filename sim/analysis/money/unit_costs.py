"""Unit costs of a scenario: staff by the minute and band, and what one visit costs."""

import math

import pandas as pd

from sim.analysis.money.visit_costs import held_gbp, room_gbp, visit_gbp
from sim.analysis.reading.tables import BANDS, UNIT_COSTS
from sim.domain.money.pay import split
from sim.domain.scenario import Scenario


def bands_table(scenario: Scenario) -> pd.DataFrame:
    """One row a staff group (columns BANDS). An hour is split where its pay or its band is known:
    a team's or a practice's is not.

    A minute with patients costs a minute at work over the part of a session that is spent with them.
    """
    rows = []
    for name, group in scenario.workforce.items():
        hour = split(group.cost_per_hour_gbp, scenario.prices)
        known = group.band or group.pay_per_hour_gbp
        parts = (hour.pay, hour.on_costs, hour.overheads) if known else (math.nan,) * 3
        with_patients = hour.all_in / 60 / group.patient_facing_share if group.patient_facing_share else math.nan
        rows.append(
            (
                scenario.name,
                name,
                group.label or name,
                group.band,
                scenario.prices.price_year,
                hour.all_in,
                *parts,
                hour.all_in / 60,
                with_patients,
            )
        )
    return pd.DataFrame(rows, columns=list(BANDS))


def unit_costs_table(scenario: Scenario) -> pd.DataFrame:
    """One row a kind of visit (columns UNIT_COSTS); of a group a session of everybody and a seat of a full one;
    of a caseload a day on it."""
    rows = []
    for name, service in scenario.pathway.services.items():
        for visit, minutes, gbp, rooms in _visits(scenario, name, service):
            rows.append(
                (
                    scenario.name,
                    name,
                    service.label or name,
                    visit,
                    scenario.prices.price_year,
                    minutes,
                    gbp,
                    rooms,
                    gbp + rooms,
                )
            )
    return pd.DataFrame(rows, columns=list(UNIT_COSTS))


def _comes_back(service) -> bool:
    """Whether a service has visits after the first: a course, a result to be told, or when people ask."""
    return service.kind == "clinic" and bool(
        service.follow_ups.mean_visits or service.orders or service.patient_initiated.share
    )


def _visits(scenario: Scenario, name: str, service):
    """(visit, minutes, pounds of staff and prices, pounds of rooms)."""
    if service.kind == "delay":
        return
    if service.kind == "caseload":
        yield "day_on_caseload", math.nan, held_gbp(scenario, name, 1), 0.0
    elif service.kind == "group":
        seat, room = visit_gbp(scenario, name, False), room_gbp(scenario, name, service.session_minutes)
        yield "session", service.session_minutes, seat * service.max_size, room
        yield "seat", service.session_minutes, seat, room / service.max_size
    else:
        for visit in ("first", "follow_up") if _comes_back(service) else ("first",):
            first = visit == "first"
            new = getattr(service, "new_minutes", None) or getattr(service, "visit_minutes", None) or math.nan
            minutes = new if first else getattr(service, "follow_up_minutes", None) or new
            yield visit, minutes, visit_gbp(scenario, name, first), room_gbp(scenario, name, minutes)
