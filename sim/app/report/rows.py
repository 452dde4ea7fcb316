"""The tables of the report, as rows of words."""

import math

from sim.analysis.figures.values import (
    differences,
    headline_group,
    labels,
    levels,
    number_rows,
    pathways,
    title,
)
from sim.analysis.labels import (
    HEADLINE,
    about,
    between,
    finer,
    group_words,
    number,
    plain,
    tidy,
    verdict,
)
from sim.analysis.tables import Study

from .sentences import replications, shown_indicators

STATUSES = ("assumption", "recalled", "derived", "retrieved", "data", "source document")
_STATUS_WORDS = {"assumption": "Assumptions: no evidence, a sensible value", "recalled": "Recalled, not checked against a source",
                 "derived": "Worked out from other figures", "retrieved": "Found in published text",
                 "data": "Computed from published data", "source document": "Stated in the source documents"}


def key(study: Study) -> list[dict]:
    """The headline indicators for all patients; the first also in its year."""
    found, gaps = levels(study), differences(study)
    order = [(k, "all") for k in shown_indicators(study)]
    year = headline_group(study)
    if year != "all":
        order.insert(0, (HEADLINE, year))
    return [_key_row(study, found, gaps.get(at), *at) for at in order]


def _key_row(study, found, gap, kpi, group):
    like = about(kpi, _unit(study, kpi))
    mean = {s: found[s, kpi, group].mean if (s, kpi, group) in found else math.nan for s in pathways(study)}
    level = found.get((study.name, kpi, group))
    row = {"words": like.words + (f" ({group_words(group)})" if group != "all" else ""), "unit": like.unit,
           "scenario": number(kpi, gap.scenario if gap else mean[study.name]),
           "baseline": number(kpi, gap.baseline if gap else mean.get(study.baseline, math.nan)),
           "difference": "–", "interval": "–", "reading": ""}
    if gap is not None and math.isfinite(gap.difference):
        extra = finer(kpi, gap.difference, gap.low, gap.high)
        row["difference"] = signed(kpi, gap.difference, extra) + (" points" if like.points else "")
        row["interval"] = f"{signed(kpi, gap.low, extra)} to {signed(kpi, gap.high, extra)}" if gap.known else "not known"
        row["reading"] = verdict(kpi, gap.difference, gap.low, gap.high)
    elif study.baseline:
        known = [s for s in pathways(study) if math.isfinite(mean[s])]
        row["reading"] = f"only in {title(study, known[0])}" if len(known) == 1 else "not known"
    elif level is not None and math.isfinite(level.low):
        row["interval"] = between(kpi, level.low, level.high)
    return row


def signed(kpi: str, value: float, extra: int = 0) -> str:
    """`+3.1`, `−57`, `0`."""
    text = number(kpi, value, extra)
    return "+" + text if math.isfinite(value) and value > 0 and any(c in text for c in "123456789") else text


def _unit(study, kpi):
    units = study.kpis.loc[study.kpis["kpi"] == kpi, "unit"]
    return tidy(units.iloc[0], 60) if len(units) and isinstance(units.iloc[0], str) else ""


def staff(study: Study) -> dict:
    """WTE and pounds by staff group for both pathways, and the totals."""
    frame = number_rows(number_rows(study.staff, "wte"), "cost_gbp_a_year")
    groups = list(dict.fromkeys(frame["staff_group"]))
    rows = [_staff_row(study, tidy(plain(g), 80), frame[frame["staff_group"] == g]) for g in groups]
    return {"rows": rows, "total": _staff_row(study, "All staff", frame)} if rows else {"rows": [], "total": None}


def _staff_row(study, words, part):
    sums = part.groupby("scenario")[["wte", "cost_gbp_a_year"]].sum()
    wte, cost = ({s: float(sums[c].get(s, 0.0)) for s in pathways(study)} for c in ("wte", "cost_gbp_a_year"))
    bands = [tidy(b, 20) for b in dict.fromkeys(part["band"]) if _word(b)]
    moved = [plain(w) for m in part.loc[part["scenario"] == study.name, "moved_from"] if _word(m) for w in str(m).split(",") if w.strip()]
    old = study.baseline
    return {"words": words, "band": bands[0] if len(bands) == 1 else "",
            "moved": ", ".join(dict.fromkeys(tidy(m.strip(), 80) for m in moved)),
            "wte": [f"{wte[s]:,.1f}" for s in pathways(study)], "cost": [f"£{cost[s]:,.0f}" for s in pathways(study)],
            "wte_change": signed("staff_wte", wte[study.name] - wte[old]) if old else "",
            "cost_change": _pounds(cost[study.name] - cost[old]) if old else ""}


def _pounds(change) -> str:
    text = f"£{abs(change):,.0f}"
    return "£0" if text == "£0" else ("+" if change > 0 else "−") + text


def load(study: Study) -> dict:
    """Offered load against capacity, the fullest first, and a sentence on what is over."""
    frame = number_rows(study.load[study.load["scenario"].isin(pathways(study))], "load_share")
    names, rows, over = labels(study), [], {}
    for service, part in frame.groupby("service", sort=False):
        by = {r.scenario: r for r in part.itertuples()}
        first = next(iter(by.values()))
        words = tidy(first.label, 80) if _word(first.label) else names.get(service, plain(service))
        cells = [_load_cell(by.get(s)) for s in pathways(study)]
        for scenario, row in by.items():
            if row.load_share > 1:
                over.setdefault(scenario, []).append(words)
        rows.append({"words": words, "cells": cells, "share": max(r.load_share for r in by.values())})
    rows.sort(key=lambda r: -r["share"])
    said = [f"{title(study, s)}: more is asked than can be done at {', '.join(over[s])}. A list that starts there grows until somebody "
            "gives up, goes elsewhere or is moved." for s in pathways(study) if s in over]
    return {"rows": rows, "over": said or (["No service is asked for more than it can do."] if rows else [])}


def _load_cell(row):
    if row is None:
        return None
    verdict_words = tidy(row.verdict, 60) if _word(row.verdict) else ""
    return {"load": _rate(row.load_a_week), "capacity": _rate(row.capacity_a_week), "share": f"{row.load_share:.0%}",
            "verdict": verdict_words, "over": row.load_share > 1}


def _rate(value) -> str:
    return "–" if not math.isfinite(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"


def assumptions(study: Study) -> list[dict]:
    """The configuration's numbers by the status of their evidence, the weakest first."""
    frame = study.assumptions
    status = [str(s).strip().lower() if _word(s) else "no status" for s in frame["status"]]
    order = [s for s in STATUSES if s in status] + sorted(set(status) - set(STATUSES))
    cells = [{c: tidy(v, 200) if _word(v) else "" for c, v in zip(frame.columns, row)} for row in frame.itertuples(index=False)]
    parts = []
    for word in order:
        rows = [c for c, s in zip(cells, status) if s == word]
        parts.append({"words": _STATUS_WORDS.get(word, plain(word)), "count": len(rows), "rows": rows})
    return parts


def _word(value) -> bool:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return False
    return bool(str(value).strip()) and str(value) not in ("nan", "<NA>", "None")


def sure(study: Study) -> list[str]:
    """What the intervals stand on, and what they do not cover."""
    count = replications(study)
    told = [f"{count} replications." if count != 1 else
            "One replication only: no interval can be given, and chance may explain anything here."]
    if study.baseline:
        told[0] += (" In each, the same patients with the same need and the same luck meet both pathways, and each pathway is compared "
                    "with the other on them: differences are paired.")
    told.append("The 95% intervals cover chance alone. They do not cover whether the assumptions are right: with a wrong assumption the "
                "answer can lie far outside them.")
    told.append("Nobody who still waits is dropped: waits to first contact and to the right care count people still waiting at the end for "
                "as long as they have been seen to wait (Kaplan-Meier).")
    start, warm_up = study.meta.get("start"), study.meta.get("warm_up_days")
    if start:
        told.append(tidy(start))
    if warm_up is not None:
        told.append(f"The first {warm_up} days are a warm-up and are not counted." if warm_up else
                    "No warm-up: every simulated day counts.")
    return told


def again(study: Study) -> dict:
    """The command, and what must be the same for the same numbers."""
    meta = study.meta
    named = (("seed", "Seed"), ("replications", "Replications"), ("years", "Years"), ("start_date", "First day"), ("place", "Place"), ("price_year", "Prices of"),
             ("config_hash", "Configuration's hash"), ("git_commit", "Commit"))
    facts = [(words, tidy(meta[name])) for name, words in named if meta.get(name) not in (None, "")]
    facts += [(tidy(name, 60), tidy(version, 60)) for name, version in dict(meta.get("versions") or {}).items()]
    return {"command": tidy(meta.get("command") or f"mskflow run {study.name}"), "facts": facts}
