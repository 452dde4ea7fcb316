"""The tables of the report's other sections, as rows of words."""

from sim.analysis.figures.values import differences, headline_group, labels, levels, number_rows, pathways, title
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.warm_up import advice
from sim.analysis.words.labels import HEADLINE, about, group_words, plain, tidy
from sim.app.pages.report.parts import levels_and_gap, rate, word
from sim.app.pages.report.sentences import replications, shown_indicators

STATUSES = ("assumption", "recalled", "derived", "retrieved", "data", "source document")
_STATUS_WORDS = {
    "assumption": "Assumptions: no evidence, a sensible value",
    "recalled": "Recalled, not checked against a source",
    "derived": "Worked out from other figures",
    "retrieved": "Found in published text",
    "data": "Computed from published data",
    "source document": "Stated in the source documents",
}


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
    return {
        "words": like.words + (f" ({group_words(group)})" if group != "all" else ""),
        "unit": like.unit,
        **levels_and_gap(study, kpi, {s: found.get((s, kpi, group)) for s in pathways(study)}, gap),
    }


def _unit(study, kpi):
    units = study.kpis.loc[study.kpis["kpi"] == kpi, "unit"]
    return tidy(units.iloc[0], 60) if len(units) and isinstance(units.iloc[0], str) else ""


def load(study: Study) -> dict:
    """Offered load against capacity, the fullest first, and a sentence on what is over."""
    frame = number_rows(study.load[study.load["scenario"].isin(pathways(study))], "load_share")
    names, rows, over = labels(study), [], {}
    for service, part in frame.groupby("service", sort=False):
        by = {r.scenario: r for r in part.itertuples()}
        first = next(iter(by.values()))
        words = word(first.label, 80) or names.get(service, plain(service))
        cells = [_load_cell(by.get(s)) for s in pathways(study)]
        for scenario, row in by.items():
            if row.load_share > 1:
                over.setdefault(scenario, []).append(words)
        rows.append({"words": words, "cells": cells, "share": max(r.load_share for r in by.values())})
    rows.sort(key=lambda r: -r["share"])
    said = [
        f"{title(study, s)}: more is asked than can be done at {', '.join(over[s])}. A list that starts there grows until somebody "
        "gives up, goes elsewhere or is moved."
        for s in pathways(study)
        if s in over
    ]
    return {"rows": rows, "over": said or (["No service is asked for more than it can do."] if rows else [])}


def _load_cell(row):
    if row is None:
        return None
    verdict_words = word(row.verdict, 60)
    return {
        "load": rate(row.load_a_week),
        "capacity": rate(row.capacity_a_week),
        "share": f"{row.load_share:.0%}",
        "verdict": verdict_words,
        "over": row.load_share > 1,
    }


def assumptions(study: Study) -> list[dict]:
    """The configuration's numbers by the status of their evidence, the weakest first."""
    frame = study.assumptions
    status = [word(s).lower() or "no status" for s in frame["status"]]
    order = [s for s in STATUSES if s in status] + sorted(set(status) - set(STATUSES))
    cells = [{c: word(v) for c, v in zip(frame.columns, row)} for row in frame.itertuples(index=False)]
    parts = []
    for one in order:
        rows = [c for c, s in zip(cells, status) if s == one]
        parts.append({"words": _STATUS_WORDS.get(one, plain(one)), "count": len(rows), "rows": rows})
    return parts


def sure(study: Study) -> list[str]:
    """What the intervals stand on, and what they do not cover."""
    count = replications(study)
    told = [
        f"{count} replications."
        if count != 1
        else "One replication only: no interval can be given, and chance may explain anything here."
    ]
    if study.baseline:
        told[0] += (
            " In each, the same patients with the same need and the same luck meet both pathways, and each pathway is compared "
            "with the other on them: differences are paired."
        )
    if study.meta.get("precision"):
        told.append(tidy(study.meta["precision"]))
    told.append(
        "The 95% intervals cover chance alone. They do not cover whether the assumptions are right: with a wrong assumption the "
        "answer can lie far outside them."
    )
    told.append(
        "Nobody who still waits is dropped: waits to first contact and to the right care count people still waiting at the end for "
        "as long as they have been seen to wait (Kaplan-Meier)."
    )
    start, warm_up = study.meta.get("start"), study.meta.get("warm_up_days")
    if start:
        told.append(tidy(start))
    if warm_up is not None:
        told.append(
            f"The first {warm_up} days are a warm-up and are not counted."
            if warm_up
            else "No warm-up: every simulated day counts."
        )
    if warm_up is not None:
        sentences = {name: advice(study.warm_up, name, int(warm_up), labels(study)) for name in pathways(study)}
        told += [
            f"{title(study, name)}: {words}" if study.baseline else words for name, words in sentences.items() if words
        ]
    return told


def again(study: Study) -> dict:
    """The command, and what must be the same for the same numbers."""
    meta = study.meta
    named = (
        ("seed", "Seed"),
        ("replications", "Replications"),
        ("years", "Years"),
        ("start_date", "First day"),
        ("place", "Place"),
        ("price_year", "Prices of"),
        ("config_hash", "Configuration's hash"),
        ("git_commit", "Commit"),
    )
    facts = [(words, tidy(meta[name])) for name, words in named if meta.get(name) not in (None, "")]
    facts += [(tidy(name, 60), tidy(version, 60)) for name, version in dict(meta.get("versions") or {}).items()]
    return {"command": tidy(meta.get("command") or f"mskflow run {study.name}"), "facts": facts}
