"""The report's other sections: the headline indicators, load, assumptions, how sure, how to run it again."""

from sim.analysis.figures.values import (
    differences,
    labels,
    levels,
    longer_than,
    number_rows,
    pathways,
    shown_group,
    title,
)
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.warm_up import advice
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import SETTLED, about
from sim.analysis.words.plain import plain, tidy
from sim.app.pages.document import WORSE, Cell, Column, CommandLine, Facts, Fold, Sentence, Table, numbers, sentences
from sim.app.pages.report.parts import heads, rate, row, word
from sim.app.pages.report.sentences import replications, shown_indicators

INDICATORS_TITLE = "The headline indicators"
LOAD_TITLE = "What is asked of each service, and what it can do"
STATUSES = ("assumption", "recalled", "derived", "retrieved", "data", "source document")
_STATUS_WORDS = {
    "assumption": "Assumptions: no evidence, a sensible value",
    "recalled": "Recalled, not checked against a source",
    "derived": "Worked out from other figures",
    "retrieved": "Found in published text",
    "data": "Computed from published data",
    "source document": "Stated in the source documents",
}
_ASSUMED = {
    "path": Column("Number"),
    "value": numbers("Value"),
    "unit": Column("Unit"),
    "low": numbers("Low"),
    "high": numbers("High"),
    "source": Column("Source"),
    "note": Column("Note"),
}
"""Column of `assumptions` -> how it is headed."""


def key(study: Study) -> Table | None:
    """The headline indicators for all patients, the first also in its year; None where the study has none."""
    found, longer, gaps = levels(study), longer_than(study), differences(study)
    order = [(k, "all") for k in shown_indicators(study)]
    group = shown_group(study, SETTLED)
    if group != "all" and (SETTLED, "all") in order:
        order.insert(order.index((SETTLED, "all")), (SETTLED, group))
    if not order:
        return None
    rows, units = [], _units(study)
    for kpi, group in order:
        like = about(kpi, units.get(kpi, ""))
        words = like.words + (f" ({group_words(group)})" if group != "all" else "")
        here = {s: found.get((s, kpi, group)) or longer.get((s, kpi, group)) for s in pathways(study)}
        rows.append(row(study, words, kpi, here, gaps.get((kpi, group)), like.unit))
    note = (
        f"Difference: {title(study, study.name)} less {title(study, study.baseline)}, on the same patients. “Lower” "
        "and “higher” stand where neither is better in itself. A dash: the pathway has no such number."
    )
    return Table(INDICATORS_TITLE, heads(study, "Indicator"), tuple(rows), note=note if study.baseline else "")


def _units(study: Study) -> dict[str, str]:
    """kpi -> its unit, for those that have no words of their own."""
    first = study.kpis.drop_duplicates("kpi")
    return {
        kpi: tidy(unit, 60) if isinstance(unit, str) else ""
        for kpi, unit in zip(first["kpi"], first["unit"], strict=True)
    }


def load(study: Study) -> tuple[Sentence | Table, ...]:
    """A sentence on what is over, and offered load against capacity, the fullest first; nothing where it is not
    known.
    """
    frame = number_rows(study.load[study.load["scenario"].isin(pathways(study))], "load_share")
    names, rows, over = labels(study), [], {}
    for service, part in frame.groupby("service", sort=False):
        by = {r.scenario: r for r in part.itertuples()}
        words = word(next(iter(by.values())).label, 80) or names.get(service, plain(service))
        for scenario, one in by.items():
            if one.load_share > 1:
                over.setdefault(scenario, []).append(words)
        cells = [cell for s in pathways(study) for cell in _load_cells(by.get(s))]
        rows.append((max(r.load_share for r in by.values()), (words, *cells)))
    if not rows:
        return ()
    rows.sort(key=lambda one: -one[0])
    columns = [
        numbers(head, title(study, s) if study.baseline else "")
        for s in pathways(study)
        for head in ("Asked a week", "Can do a week", "Load")
    ]
    table = Table(
        LOAD_TITLE,
        (Column("Service"), *columns),
        tuple(cells for _, cells in rows),
        note="Worked out before running, from demand and staff; lists that stand at the start come on top. Of a "
        "caseload: places at a time.",
    )
    return (*sentences(*_over(study, over)), table)


def _over(study: Study, over: dict[str, list[str]]) -> list[str]:
    said = [
        f"{title(study, s)}: more is asked than can be done at {', '.join(over[s])}. A list that starts there grows "
        "until somebody gives up, goes elsewhere or is moved."
        for s in pathways(study)
        if s in over
    ]
    return said or ["No service is asked for more than it can do."]


def _load_cells(one) -> tuple[str | Cell, ...]:
    if one is None:
        return (Cell("not in this pathway", across=3),)
    share = Cell(f"{one.load_share:.0%}", WORSE if one.load_share > 1 else "", word(one.verdict, 60))
    return rate(one.load_a_week), rate(one.capacity_a_week), share


def assumptions(study: Study) -> tuple[Fold, ...]:
    """The configuration's numbers by the status of their evidence, the weakest first."""
    frame = study.assumptions
    status = [word(s).lower() or "no status" for s in frame["status"]]
    order = [s for s in STATUSES if s in status] + sorted(set(status) - set(STATUSES))
    places = [list(frame.columns).index(name) for name in _ASSUMED]
    cells = [tuple(word(row[place]) for place in places) for row in frame.itertuples(index=False)]
    folds = []
    for one in order:
        rows = tuple(c for c, s in zip(cells, status, strict=True) if s == one)
        words = _STATUS_WORDS.get(one, plain(one))
        folds.append(Fold(words, (Table(words, tuple(_ASSUMED.values()), rows),), str(len(rows))))
    return tuple(folds)


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
            " In each, the same patients with the same need and the same luck meet both pathways, and each pathway "
            "is compared with the other on them: differences are paired."
        )
    if study.meta.get("precision"):
        told.append(tidy(study.meta["precision"]))
    told.append(
        "The 95% intervals cover chance alone. They do not cover whether the assumptions are right: with a wrong "
        "assumption the answer can lie far outside them."
    )
    told.append(
        "Nobody who still waits is dropped: in waits to first contact and until a need is met who still waits at the "
        "end has not been seen yet, and a wait that too few have come to the end of is told as more than so many days."
    )
    start, warm_up = study.meta.get("start"), study.meta.get("warm_up_days")
    if start:
        told.append(f"Where it begins: {tidy(start)}.")
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


def again(study: Study) -> tuple[CommandLine | Facts, ...]:
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
    command = CommandLine(tidy(meta.get("command") or f"mskflow run {study.name}"))
    return command, *([Facts(tuple(facts))] if facts else [])
