"""Tables of staff: what is in post and costs a year, and sessions planned, lost and delivered by month."""

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import STAFF, WORKFORCE
from sim.domain.chance import Chance
from sim.domain.money.budget import budget, staff_wte
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.staff.job_plan import JobPlan
from sim.domain.staff.sessions import LOST, sessions_of


def workforce_table(scenario: Scenario) -> pd.DataFrame:
    """One row a staff group (columns WORKFORCE), means over the window;
    then rooms and one-off clinics, if they cost anything."""
    calendar = calendar_of(scenario)
    plan = JobPlan(scenario, calendar)
    first, last = scenario.analysis.window or (scenario.run.warm_up_days, calendar.horizon)
    wte, pounds = staff_wte(scenario, plan, first, last), budget(scenario, plan, first, last)
    rows = []
    for name, group in scenario.workforce.items():
        moved = "; ".join(f"{part * plan.scale:.2f} WTE {source}" for source, part in group.moved_from.items() if part)
        rows.append(
            (
                scenario.name,
                name,
                group.band,
                wte[name],
                wte[name] * group.hours_a_year(),
                group.cost_per_hour_gbp,
                pounds[name],
                moved,
            )
        )
    rows += [
        (scenario.name, name, "", 0.0, 0.0, 0.0, value, "")
        for name, value in pounds.items()
        if name not in scenario.workforce
    ]
    return pd.DataFrame(rows, columns=list(WORKFORCE))


def staff_table(scenario: Scenario, replications: list[int]) -> pd.DataFrame:
    """One row a staff group and calendar month (columns STAFF), mean over replications: sickness may be drawn."""
    calendar = calendar_of(scenario)
    drawn = any(group.sickness_spell_days for group in scenario.workforce.values())
    plans = [
        JobPlan(scenario, calendar, Chance(scenario.run.seed, r)) for r in (replications if drawn else replications[:1])
    ]
    every = [sessions_of(plan, scenario.pathway.services) for plan in plans]
    dates = [calendar.date_of(day) for day in range(calendar.horizon)]
    names = list(dict.fromkeys(f"{day.year}-{day.month:02}" for day in dates))
    month = np.array([names.index(f"{day.year}-{day.month:02}") for day in dates])
    rows = []
    for name, group in scenario.workforce.items():
        in_post = _by_month(plans[0].roster[name].in_post * plans[0].scale, month) / np.bincount(month)
        planned, overtime, delivered = (
            _mean([_by_month(values(one[name]), month) for one in every])
            for values in (lambda s: s.planned, lambda s: s.overtime, lambda s: s.delivered())
        )
        lost = {reason: _mean([_by_month(one[name].lost[reason], month) for one in every]) for reason in LOST}
        for m, text in enumerate(names):
            parts = [float(lost[reason][m]) for reason in LOST]
            rows.append(
                (
                    scenario.name,
                    name,
                    group.band,
                    text,
                    float(in_post[m]),
                    float(planned[m]),
                    float(overtime[m]),
                    sum(parts),
                    float(delivered[m]),
                    *parts,
                )
            )
    table = pd.DataFrame(rows, columns=list(STAFF))
    numbers = table.select_dtypes("number").columns
    table[numbers] = table[numbers].round(6) + 0.0  # what is left of a sum of parts is no session
    return table


def _by_month(values: np.ndarray, month: np.ndarray) -> np.ndarray:
    return np.bincount(month, values)


def _mean(values: list[np.ndarray]) -> np.ndarray:
    return np.mean(values, axis=0)
