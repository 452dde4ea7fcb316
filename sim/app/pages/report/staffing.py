"""The report's page on staff: who is in post, what sessions come of it, and why others are lost."""

from math import fsum

import pandas as pd

from sim.analysis.figures.values import number_rows, pathways, title
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import number, size
from sim.analysis.words.plain import plain, tidy
from sim.app.pages.document import Column, Fold, Table, numbers
from sim.app.pages.report.parts import ReportPage, fold, part, rate, signed, word
from sim.app.pages.report.sentences import names
from sim.domain.staff.sessions import LOST

REASONS = {
    "not_in_job_plans": "no job plan",
    "bank_holidays": "bank holidays",
    "closures": "closures",
    "vacancies": "vacancies",
    "training": "training",
    "leave": "annual leave",
    "sickness": "sickness",
    "supervision": "supervision of others",
    "rooms": "want of a room",
}
_NUMBERS = (
    "planned_sessions",
    "overtime_sessions",
    "lost_sessions",
    "delivered_sessions",
    *(f"lost_to_{reason}" for reason in LOST),
)
_DAYS_A_MONTH, _NAMED = 365.25 / 12, 4


def page(study: Study) -> ReportPage:
    """Sessions are those of whole runs, a year; the staff in post those of the days that are counted."""
    a_year = _a_year(study)
    return part(
        "staff",
        "Staffing",
        [_in_post(study), *_who_differs(study), " ".join((_sessions(study, a_year), _why(study, a_year))).strip()],
        ("sessions_by_month", "staff"),
        [_posts(study), _delivered(study, a_year), _reasons(study, a_year), fold(_by_group(study, a_year))],
    )


# who is in post


def _workforce(study) -> pd.DataFrame:
    frame = study.workforce[study.workforce["scenario"].isin(pathways(study))]
    return number_rows(number_rows(frame, "wte"), "cost_gbp_a_year")


def _in_post(study) -> str:
    wte = _workforce(study).groupby("scenario")["wte"].sum()
    if study.name not in wte:
        return ""
    if not study.baseline or study.baseline not in wte:
        return f"{_wte(wte[study.name], wte[study.name])} WTE are in post."
    now, before = (_wte(float(wte[s]), float(wte.max())) for s in (study.name, study.baseline))
    gap = float(wte[study.name] - wte[study.baseline])
    if now == before:
        return f"{now} WTE are in post in both pathways."
    return f"{now} WTE are in post instead of {before} ({size('staff_wte', gap, _extra(float(wte.max())))})."


def _who_differs(study) -> list[str]:
    frame = _workforce(study)
    if not study.baseline or frame["scenario"].nunique() < 2:
        return []
    wte = frame.pivot_table(
        index="staff_group", columns="scenario", values="wte", aggfunc="sum", fill_value=0.0, sort=False
    )
    gap = wte[study.name] - wte[study.baseline]
    gap = gap[gap.abs() > 0.005].sort_values(key=lambda v: -v.abs(), kind="stable")
    if gap.empty:
        return ["Every staff group has the same WTE in both."]
    told = [
        f"{tidy(plain(group), 60)} {_wte(wte.at[group, study.name], top)} instead of "
        f"{_wte(wte.at[group, study.baseline], top)}"
        for group in gap.index[:_NAMED]
        for top in [wte.loc[group].max()]
    ]
    more = len(gap) - len(told)
    which = "1 staff group differs" if len(gap) == 1 else f"{len(gap)} staff groups differ"
    return [f"{which} in WTE: {names([*told, f'{more} more in the table'] if more else told)}."]


def _wte(value: float, top: float) -> str:
    """WTE where the largest beside it is `top`: of few people the hundredths count."""
    return number("staff_wte", value, _extra(top))


def _extra(top: float) -> int:
    return int(top < 10)


def _posts(study) -> Table | None:
    """WTE and pounds by staff group for both pathways, and the totals."""
    frame = _workforce(study)
    if not len(frame):
        return None
    shown = [(s, title(study, s)) for s in pathways(study)]
    heads = [Column("Staff group"), Column("Band")]
    for unit in ("WTE", "Pounds a year"):
        heads += [numbers(words, shared=unit) for _, words in shown] + (
            [numbers("Change", shared=unit)] if study.baseline else []
        )
    if not study.baseline:
        heads = [*heads[:2], numbers("WTE"), numbers("Pounds a year")]
    heads += [Column("Moved from")] if study.baseline else []
    every = list(frame.itertuples(index=False))
    groups: dict[str, list] = {}
    for row in every:
        groups.setdefault(row.staff_group, []).append(row)
    rows = [_post(study, tidy(plain(group), 80), own) for group, own in groups.items()]
    return Table(
        "Who is in post, and what they cost a year",
        tuple(heads),
        tuple(rows),
        foot=_post(study, "All staff", every, total=True),
    )


def _post(study, words, rows: list, total=False) -> tuple[str, ...]:
    """The cells of a staff group, or of all of them, which have neither band nor origin."""
    old = study.baseline
    wte, cost = (
        {s: fsum(getattr(row, c) for row in rows if row.scenario == s) for s in pathways(study)}
        for c in ("wte", "cost_gbp_a_year")
    )
    extra = _extra(max(wte.values()))
    cells = [number("staff_wte", wte[s], extra) for s in pathways(study)]
    cells += [signed("staff_wte", wte[study.name] - wte[old], extra)] if old else []
    cells += [f"£{cost[s]:,.0f}" for s in pathways(study)] + ([_pounds(cost[study.name] - cost[old])] if old else [])
    cells += [("" if total else _moved_from(study, rows))] if old else []
    return words, "" if total else _band(rows), *cells


def _band(rows) -> str:
    """The band that all of them have; nothing where they have several."""
    bands = [band for band in dict.fromkeys(word(row.band, 20) for row in rows) if band]
    return bands[0] if len(bands) == 1 else ""


def _moved_from(study, rows) -> str:
    """The groups that paid for it, each once."""
    cells = (word(row.moved_from) for row in rows if row.scenario == study.name)
    names = (one.strip() for cell in cells for one in cell.split(","))
    return ", ".join(dict.fromkeys(plain(name) for name in names if name))


def _pounds(change) -> str:
    text = f"£{abs(change):,.0f}"
    return "£0" if text == "£0" else ("+" if change > 0 else "−") + text


# sessions


def _a_year(study) -> pd.DataFrame:
    """Sessions a year (columns of `_NUMBERS`) by scenario and staff group."""
    frame = study.staff[study.staff["scenario"].isin(pathways(study))]
    for column in _NUMBERS:
        frame = number_rows(frame, column)
    if not len(frame):
        return pd.DataFrame(columns=list(_NUMBERS))
    years = float(study.meta.get("years") or 0) or frame["month"].nunique() * _DAYS_A_MONTH / 365.25
    years += float(study.meta.get("warm_up_days") or 0) / 365.25
    return frame.groupby(["scenario", "staff_group"], sort=False)[list(_NUMBERS)].sum() / years


def _all(study, a_year) -> dict[str, pd.Series]:
    """scenario -> sums over groups, where something is planned."""
    sums = {
        s: a_year.xs(s, level="scenario").sum()
        for s in pathways(study)
        if len(a_year) and s in a_year.index.get_level_values("scenario")
    }
    return {s: one for s, one in sums.items() if one["planned_sessions"] > 0}


def _sessions(study, a_year) -> str:
    sums = _all(study, a_year)
    if study.name not in sums:
        return ""
    now, before = sums[study.name], sums.get(study.baseline)
    overtime = f" and {rate(now['overtime_sessions'])} of overtime" if now["overtime_sessions"] > 0 else ""
    words = (
        f"Of {rate(now['planned_sessions'])} sessions planned a year{overtime}, {rate(now['delivered_sessions'])} "
        f"are delivered ({_share(now, 'delivered_sessions')})"
    )
    if before is None:
        return words + "."
    return (
        f"{words}, instead of {rate(before['delivered_sessions'])} of {rate(before['planned_sessions'])} "
        f"({_share(before, 'delivered_sessions')})."
    )


def _share(sums, column) -> str:
    due = sums["planned_sessions"] + sums["overtime_sessions"]
    return f"{sums[column] / due:.1%}" if due > 0 else "–"


def _why(study, a_year) -> str:
    sums = _all(study, a_year)
    if study.name not in sums:
        return ""
    lost = sums[study.name][[f"lost_to_{reason}" for reason in LOST]].sort_values(ascending=False, kind="stable")
    most = [
        f"{REASONS[name.removeprefix('lost_to_')]} ({_share(sums[study.name], name)} of them)"
        for name in lost.index[:2]
        if lost[name] > 0
    ]
    return (
        f"Most are lost to {names(most)}."
        if len(most) > 1
        else f"They are lost to {most[0]}."
        if most
        else "None is lost."
    )


def _delivered(study, a_year) -> Table | Fold | None:
    sums = _all(study, a_year)
    if not sums:
        return None
    columns = (
        ("planned_sessions", "Planned"),
        ("overtime_sessions", "Overtime"),
        ("lost_sessions", "Lost"),
        ("delivered_sessions", "Delivered"),
    )
    heads = [
        numbers(words, shared=_shared(study, s))
        for s in pathways(study)
        for _, words in (*columns, ("", "Delivered, %"))
    ]

    def cells(of):
        return [
            cell
            for s in pathways(study)
            for cell in (
                [*(rate(of[s][c]) for c, _ in columns), _share(of[s], "delivered_sessions")] if s in of else ["–"] * 5
            )
        ]

    rows = [(tidy(plain(group), 80), *cells(of)) for group, of in _of_groups(study, a_year).items()]
    table = Table(
        "Sessions a year, by staff group",
        (Column("Staff group"), *heads),
        tuple(rows),
        foot=("All staff", *cells(sums)),
        note="Planned: the sessions of the funded posts on the days of their services. They follow the calendar and "
        "the posts; only sickness is drawn by chance, where spells are given. Delivered: what services could "
        "use, whether anybody came or not.",
    )
    return fold(table) if len(rows) > 12 else table


def _shared(study, scenario) -> str:
    return title(study, scenario) if study.baseline else ""


def _of_groups(study, a_year) -> dict[str, dict[str, dict[str, float]]]:
    """staff group -> scenario -> column -> sessions a year."""
    every = a_year.to_dict("index")
    return {
        group: {s: every[s, group] for s in pathways(study) if (s, group) in every}
        for group in dict.fromkeys(group for _, group in every)
    }


def _reasons(study, a_year) -> Table | None:
    sums = _all(study, a_year)
    rows = []
    for reason in LOST:
        column = f"lost_to_{reason}"
        if any(one[column] > 0 for one in sums.values()):
            cells = [
                cell
                for s in pathways(study)
                for cell in ((rate(sums[s][column]), _share(sums[s], column)) if s in sums else ("–", "–"))
            ]
            rows.append((REASONS[reason][:1].upper() + REASONS[reason][1:], *cells))
    heads = [
        numbers(words, shared=_shared(study, s))
        for s in pathways(study)
        for words in ("Sessions a year", "% of planned and overtime")
    ]
    return Table(
        "Why sessions are lost",
        (Column("Reason"), *heads),
        tuple(rows),
        note="Taken off in this order, each from what the ones before it have left.",
    )


def _by_group(study, a_year) -> Table | None:
    """Reasons of the scenario, group by group."""
    reasons = [reason for reason in LOST if len(a_year) and (a_year[f"lost_to_{reason}"] > 0).any()]
    groups = _of_groups(study, a_year) if reasons else {}
    here = [(tidy(plain(group), 80), of.get(study.name)) for group, of in groups.items()]
    rows = [(words, *(rate(one[f"lost_to_{reason}"]) for reason in reasons)) for words, one in here if one is not None]
    heads = (
        Column("Staff group"),
        *(numbers(REASONS[reason][:1].upper() + REASONS[reason][1:]) for reason in reasons),
    )
    return Table(f"Sessions lost a year by staff group and reason: {title(study, study.name)}", heads, tuple(rows))
