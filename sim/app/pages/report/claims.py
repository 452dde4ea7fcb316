"""What source documents claim, beside what the model shows. The claims stand here and nowhere else."""

from sim.analysis.figures.values import differences, labels, levels
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount
from sim.analysis.words.labels import BY_SERVICE, BY_SERVICE_TOO, about, group_words, tidy
from sim.app.pages.report.sentences import change

MONEY = ("staff_cost", "cost_per_episode")


def beside(study: Study) -> dict:
    """`rows`: claim, figure, source, and the model's indicator; `money`: what the model itself counts in pounds."""
    rows = [
        {
            "words": tidy(r.title, 120),
            "said": f"{r.value:,.10g} {tidy(r.unit, 80)}",
            "source": tidy(r.source, 200),
            "shown": _shown(study, r.kpi, r.group),
        }
        for r in study.claims.itertuples()
    ]
    told = {r.kpi for r in study.claims.itertuples() if r.group == "all"}
    money = [f"{_words(kpi)}: {_found(study, kpi, 'all')}." for kpi in MONEY if kpi not in told] if rows else []
    return {"rows": rows, "money": ["The model\u2019s own money. " + " ".join(money)] if money else []}


def _shown(study: Study, kpi: str, group: str) -> str:
    if not kpi:
        return "nothing like it: the model does not count this"
    who = (
        ""
        if group == "all"
        else f", {group_words(group, labels(study) if kpi in BY_SERVICE + BY_SERVICE_TOO else None)}"
    )
    return f"{_words(kpi)}{who}: {_found(study, kpi, group)}"


def _found(study: Study, kpi: str, group: str) -> str:
    gap, level = differences(study, (kpi,)).get((kpi, group)), levels(study, (kpi,)).get((study.name, kpi, group))
    if gap is not None and gap.difference == gap.difference:
        return change(gap) if gap.difference else f"{amount(kpi, gap.scenario)} in both"
    return amount(kpi, level.mean) if level is not None else "not known in this run"


def _words(kpi: str) -> str:
    return about(kpi).words
