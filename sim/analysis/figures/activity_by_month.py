"""Visits a week at the busiest services, month by month: bank holidays and leave are seen as dips."""

import pandas as pd

from sim.analysis.figures.by_month import by_month
from sim.analysis.figures.register import figure
from sim.analysis.figures.sessions_by_month import part_months
from sim.analysis.figures.values import number_rows, pathways

_MOST = 9
_VISITS = ("first_visits", "follow_ups")


@figure("activity_by_month", "Activity by month")
def activity_by_month(study):
    rows = number_rows(study.activity[study.activity["statistic"].isin(_VISITS)], "value")
    rows = rows[rows["scenario"].isin(pathways(study)) & ~rows["month"].isin(part_months(study))]
    if rows["month"].nunique() < 2 or not rows["value"].sum() > 0:
        return None
    weeks = pd.PeriodIndex(rows["month"].astype(str), freq="M").days_in_month.to_numpy() / 7
    rows = rows.assign(value=rows["value"] / weeks)
    busiest = rows.groupby("service", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")
    services = list(busiest.index[:_MOST])
    more = f" The {len(services)} busiest of {len(busiest)} services." if len(busiest) > len(services) else ""
    note = f"First visits, follow-ups and sessions attended, a week in each whole calendar month.{more}"
    return by_month(study, rows, services, _sentence(study, rows), note)


def _sentence(study, rows) -> str:
    months = rows[rows["scenario"] == study.name].groupby("month")["value"].sum()
    if not len(months) or not months.mean() > 0:
        return "Visits a week, service by service"
    least = pd.Period(months.idxmin(), freq="M").strftime("%B %Y")
    return (
        f"{months.mean():,.0f} visits are held in a week, over all services; fewest in {least} ({months.min():,.0f}, "
        f"{1 - months.min() / months.mean():.1%} below the mean)"
    )
