"""Follow-ups that are due and have not been held, at month ends, service by service."""

from sim.analysis.figures.by_month import by_month
from sim.analysis.figures.overdue import overdue_at_end
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, pathways

_MOST = 9


@figure("follow_ups_overdue", "Follow-ups overdue")
def follow_ups_overdue(study):
    rows = number_rows(study.lists[study.lists["scenario"].isin(pathways(study))], "overdue")
    rows = rows.assign(month=rows["month_end"].astype(str).str[:7], value=rows["overdue"])
    peak = rows.groupby(["service", "scenario", "month"], sort=False)["value"].sum().groupby("service").max()
    peak = peak[peak >= 0.5].sort_values(ascending=False, kind="stable")
    if not len(peak):
        return None
    services = list(peak.index[:_MOST])
    more = f" The {len(services)} with most of {len(peak)} services." if len(peak) > len(services) else ""
    note = (
        "People whose follow-up is due and has not been held, at the end of each month; those due that very day are "
        f"among them.{more}"
    )
    return by_month(study, rows, services, overdue_at_end(study), note)
