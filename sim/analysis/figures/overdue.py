"""How many follow-ups are overdue at the end, in words."""

from sim.analysis.figures.values import labels, number_rows, pathways


def overdue_at_end(study) -> str:
    """A sentence without its full stop, with the service that has most; empty where nobody's is."""
    rows = number_rows(study.lists, "overdue")
    rows = rows[rows["scenario"].isin(pathways(study)) & (rows["month_end"] == rows["month_end"].max())]
    sums = rows.groupby("scenario")["overdue"].sum()
    if not sums.max() >= 0.5:
        return ""
    now = f"{sums.get(study.name, 0.0):,.0f}"
    words = f"{now} follow-up{' is' if now == '1' else 's are'} overdue at the end"
    if study.baseline in sums:
        words += f" instead of {sums[study.baseline]:,.0f}"
    own = rows[rows["scenario"] == study.name].groupby("service", sort=False)["overdue"].sum()
    if len(own) and own.max() >= 0.5:
        most, where = f"{own.max():,.0f}", labels(study).get(own.idxmax(), own.idxmax())
        words += f", all at {where}" if most == now else f", most of them at {where} ({most})"
    return words
