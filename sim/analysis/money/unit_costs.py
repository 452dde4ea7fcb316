"""Unit costs of a scenario: staff by the minute and band, and what one visit costs."""

import math
from collections.abc import Iterator

import pandas as pd

from sim.analysis.money.visit_costs import held_gbp, room_gbp, visit_gbp
from sim.analysis.reading.tables import BANDS, UNIT_COSTS
from sim.domain.money.pay import split
from sim.domain.pathway.kinds.kind import ServiceSettings, UnitCost
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
        for one in _visits(scenario, name, service):
            rows.append(
                (
                    scenario.name,
                    name,
                    service.label or name,
                    one.visit,
                    scenario.prices.price_year,
                    one.minutes,
                    one.gbp,
                    one.rooms_gbp,
                    one.gbp + one.rooms_gbp,
                )
            )
    return pd.DataFrame(rows, columns=list(UNIT_COSTS))


def _visits(scenario: Scenario, name: str, service: ServiceSettings) -> Iterator[UnitCost]:
    return service.unit_costs(
        lambda first, called: visit_gbp(scenario, name, first, called=called),
        lambda days: held_gbp(scenario, name, days),
        lambda minutes: room_gbp(scenario, name, minutes),
    )
