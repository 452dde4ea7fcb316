"""Sessions planned and delivered, month by month, of the staff groups that differ between the two pathways."""

from datetime import date

import pandas as pd

from sim.analysis.figures import style
from sim.analysis.figures.by_month import say_months, sides
from sim.analysis.figures.panel import Panel
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, pathways, title
from sim.analysis.words.plain import plain, tidy

_MOST, _ACROSS, _HEIGHT = 6, 3, 1.55
_DIFFERS = 0.002
_ALL = ""


@figure("sessions_by_month", "Sessions planned and delivered")
def sessions_by_month(study):
    frame = _weekly(study)
    if frame is None:
        return None
    groups, more = _groups(study, frame)
    down = -(-len(groups) // _ACROSS)
    which = (
        "All staff."
        if groups == [_ALL]
        else "Staff groups that differ between the two"
        + (f"; {more} more {'differs' if more == 1 else 'differ'} less." if more else ".")
    )
    fig = style.canvas(
        _sentence(study, frame),
        f"{which} Sessions a week in each whole calendar month: thin, as planned by the funded posts; thick, "
        "delivered after bank holidays, leave, sickness, vacancies and what else takes them.",
        _HEIGHT * down + 0.55 + (0.5 if groups == [_ALL] else 0.0),
    )
    style.key(
        fig, [("━", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    across = min(_ACROSS, len(groups))
    grid = style.grid(fig, down, across, left=0.6, right=0.25, top=0.6, bottom=0.35, wspace=0.28, hspace=0.55)
    months = sorted(frame["month"].unique())
    for place, group in enumerate(groups):
        sums = _sums(study, frame if group == _ALL else frame[frame["staff_group"] == group], months)
        top = max((float(one.max().max()) for one in sums.values()), default=0.0)
        panel = Panel.of(fig, grid[place // across, place % across], sides(months), (0.0, top * 1.1 or 1.0))
        for scenario, one in sums.items():
            look = {"color": style.fill(study, scenario), "linestyle": "--" if scenario == study.baseline else "-"}
            panel.line(range(len(months)), one["planned"], linewidth=0.9, **look)
            panel.line(range(len(months)), one["delivered"], linewidth=2.2, **look)
        say_months(panel, months)
        panel.title(style.wrap(plain(tidy(group, 60)), 30, 1) if group else "All staff, sessions a week")
    return fig


def _weekly(study) -> pd.DataFrame | None:
    """Rows of whole months with sessions a week in place of a month; None without two of them."""
    frame = study.staff[study.staff["scenario"].isin(pathways(study))]
    frame = number_rows(number_rows(frame, "planned_sessions"), "delivered_sessions")
    frame = frame[~frame["month"].isin(part_months(study))]
    if frame["month"].nunique() < 2 or not frame["planned_sessions"].sum() > 0:
        return None
    weeks = pd.PeriodIndex(frame["month"].astype(str), freq="M").days_in_month.to_numpy() / 7
    return frame.assign(planned=frame["planned_sessions"] / weeks, delivered=frame["delivered_sessions"] / weeks)


def part_months(study) -> set[str]:
    """First and last month of the run where it has but some of their days."""
    found = set()
    start = _date(study.meta.get("start_date"))
    if start is not None and start.day > 1:
        found.add(f"{start:%Y-%m}")
    end = _date(max(study.lists["month_end"], default=None))
    if end is not None and end.day < pd.Period(end, freq="M").days_in_month:
        found.add(f"{end:%Y-%m}")
    return found


def _date(text) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _groups(study, frame) -> tuple[list[str], int]:
    """The groups that differ most in sessions planned or delivered, at most six, and how many more differ;
    all staff where none does."""
    if not study.baseline or frame["scenario"].nunique() < 2:
        return [_ALL], 0
    wide = frame.pivot_table(
        index=["staff_group", "month"],
        columns="scenario",
        values=["planned", "delivered"],
        aggfunc="sum",
        fill_value=0.0,
        sort=False,
    )
    gap = (
        sum((wide[what][study.name] - wide[what][study.baseline]).abs() for what in ("planned", "delivered"))
        .groupby(level=0, sort=False)
        .sum()
    )
    size = wide.max(axis=1).groupby(level=0, sort=False).sum()
    gap = gap[gap > _DIFFERS * size].sort_values(ascending=False, kind="stable")
    return (list(gap.index[:_MOST]), max(0, len(gap) - _MOST)) if len(gap) else ([_ALL], 0)


def _sums(study, frame, months) -> dict[str, pd.DataFrame]:
    """scenario -> sessions planned and delivered a week, a row a month; of those that plan any."""
    found = {
        scenario: frame[frame["scenario"] == scenario].groupby("month")[["planned", "delivered"]].sum().reindex(months)
        for scenario in pathways(study)
    }
    return {scenario: sums for scenario, sums in found.items() if sums["planned"].sum() > 0}


def _sentence(study, frame) -> str:
    sums = frame.groupby("scenario")[["planned", "delivered"]].sum()
    shares = {
        s: sums.at[s, "delivered"] / sums.at[s, "planned"]
        for s in pathways(study)
        if s in sums.index and sums.at[s, "planned"] > 0
    }
    if study.name not in shares:
        return "Sessions planned and delivered"
    words = f"{shares[study.name]:.1%} of planned sessions are delivered"
    if study.baseline in shares:
        words += (
            " in both"
            if f"{shares[study.baseline]:.1%}" == f"{shares[study.name]:.1%}"
            else f", instead of {shares[study.baseline]:.1%}"
        )
    months = frame[frame["scenario"] == study.name].groupby("month")[["planned", "delivered"]].sum()
    share = (months["delivered"] / months["planned"]).dropna()
    return words + f"; fewest in {pd.Period(share.idxmin(), freq='M').strftime('%B %Y')} ({share.min():.1%})"
