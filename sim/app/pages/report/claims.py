"""What source documents claim, beside what the model shows. The claims stand here and nowhere else."""

from sim.analysis.figures.values import differences, labels, levels
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_SERVICE, BY_SERVICE_TOO, about
from sim.analysis.words.plain import tidy
from sim.app.pages.document import Column, Sentence, Table, sentences
from sim.app.pages.report.sentences import change

CLAIMS_TITLE = "What the document claims, beside what the model shows"
MONEY = ("staff_cost", "cost_per_episode")


def beside(study: Study, sources: bool = True) -> tuple[Table | Sentence, ...]:
    """Claim, figure, source and the model's indicator, and what the model itself counts in pounds; nothing without
    claims.
    """
    rows = [
        (
            tidy(r.title, 120),
            f"{r.value:,.10g} {tidy(r.unit, 80)}",
            *([tidy(r.source, 200)] if sources else []),
            _shown(study, r.kpi, r.group),
        )
        for r in study.claims.itertuples()
    ]
    if not rows:
        return ()
    heads = ("Claim", "As the document has it", *(["Source"] if sources else []), "The model shows")
    told = {r.kpi for r in study.claims.itertuples() if r.group == "all"}
    money = [f"{about(kpi).words}: {_found(study, kpi, 'all')}." for kpi in MONEY if kpi not in told]
    own = f"The model\u2019s own money. {' '.join(money)}" if money else ""
    return Table(CLAIMS_TITLE, tuple(map(Column, heads)), tuple(rows)), *sentences(own)


def _shown(study: Study, kpi: str, group: str) -> str:
    if not kpi:
        return "nothing like it: the model does not count this"
    who = (
        ""
        if group == "all"
        else f", {group_words(group, labels(study) if kpi in BY_SERVICE + BY_SERVICE_TOO else None)}"
    )
    return f"{about(kpi).words}{who}: {_found(study, kpi, group)}"


def _found(study: Study, kpi: str, group: str) -> str:
    gap, level = differences(study, (kpi,)).get((kpi, group)), levels(study, (kpi,)).get((study.name, kpi, group))
    if gap is not None and gap.difference == gap.difference:
        return change(gap) if gap.difference else f"{amount(kpi, gap.scenario)} in both"
    return amount(kpi, level.mean) if level is not None else "not known in this run"
