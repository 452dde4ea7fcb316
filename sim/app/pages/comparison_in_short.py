"""What a comparison says on the terminal: the first screen of its report and where that lies; or, when asked for, every
indicator, service and claim.
"""

import math
from dataclasses import replace
from pathlib import Path

from sim.analysis.figures.values import levels, longer_than, shown_group, title
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.paired import Level
from sim.analysis.words.amounts import gap, more_than, number, one_sided, subtracted, verdict
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import TABLE, about
from sim.app.pages.document import (
    BETTER,
    WARNING,
    WORSE,
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Sentence,
    Table,
    numbers,
    sentences,
)
from sim.app.pages.report.answers import answers
from sim.app.pages.report.claims import beside
from sim.app.pages.report.glance import glance

_ALL = "--report table"


def comparison_in_short(study: Study, path: Path, whole: bool = False) -> Document:
    """`path`: the results folder. `whole`: with every indicator; of one scenario alone its levels."""
    told = _whole(study) if whole else _first_screen(study)
    where = () if whole else (f"Every indicator and service: there, in {path / 'kpis.csv'}, or here with {_ALL}.",)
    return Document(
        title=study.questions.get(study.name) or study.titles[study.name],
        blocks=(
            *sentences(_about(study)),
            *sentences(*(f"Warning: {one}" for one in study.meta.get("warnings") or ()), role=WARNING),
            *told,
            *sentences(study.meta.get("precision") or "", f"Report: {path / 'report.html'}", *where),
        ),
    )


def _first_screen(study: Study) -> tuple[Block, ...]:
    """What the report begins with, without its picture, and staff and money."""
    blocks = glance(study, {}, ranges=False).blocks
    lines = tuple(one for one in blocks if isinstance(one, Bullets))
    money = sentences(_budget(study) if study.baseline else "")
    return *(_short_heads(study, one) for one in blocks if one not in lines), *money, *lines


def _short_heads(study: Study, block: Block) -> Block:
    """A table of both pathways under the words that the line above gives them."""
    if not isinstance(block, Table) or len(study.answers) or not study.baseline:
        return block
    words = {title(study, study.baseline): "today", title(study, study.name): "proposed"}
    return replace(block, columns=tuple(replace(one, words=words.get(one.words, one.words)) for one in block.columns))


def _whole(study: Study) -> tuple[Block, ...]:
    if not study.baseline:
        return (_levels(study), *beside(study, sources=False))
    side_by_side = answers(study)
    first = () if side_by_side is None else (side_by_side,)
    return *first, _headlines(study), _services(study), Sentence(_budget(study)), *beside(study, sources=False)


def _about(study: Study) -> str:
    """What is compared, whose people, lists and staff the numbers are of, and what the command changes in both."""
    shared = ", ".join(study.meta.get("shared_changes") or ())
    both = f"today: {study.titles[study.baseline]}; proposed: {study.titles[study.name]}" if study.baseline else ""
    said = (both, study.meta.get("place") or "", f"changed in both: {shared}" if shared else "")
    return ". ".join(f"{one[:1].upper()}{one[1:]}" for one in said if one) + "." * any(said)


def _headlines(study: Study) -> Table:
    rows = study.differences.set_index(["kpi", "group"])
    keys = [key for kpi in TABLE for key in dict.fromkeys(((kpi, shown_group(study, kpi)), (kpi, "all")))]
    return Table(
        "Today and proposed",
        (
            Column("Indicator"),
            numbers("today"),
            numbers("proposed"),
            numbers("difference (95% interval)"),
            Column(""),
            Column("unit"),
        ),
        tuple(_headline(study, key, rows.loc[key]) for key in keys if key in rows.index),
    )


def _headline(study: Study, key: tuple[str, str], row) -> tuple[str | Cell, ...]:
    kpi, which = key
    words = about(kpi).words + (f", {group_words(which)}" if which != "all" else "")
    difference, judged = "-", ""
    if row.replications or one_sided(row.difference, row.ci_low, row.ci_high):
        told = subtracted(kpi, row.baseline, row.scenario, row.difference, row.ci_low, row.ci_high)
        difference = gap(kpi, told, row.ci_low, row.ci_high)
        judged = verdict(kpi, row.difference, row.ci_low, row.ci_high, row.replications)
    mark = Cell(judged, judged if judged in (BETTER, WORSE) else "")
    found = longer_than(study)
    both = [
        _value(kpi, value, found.get((name, kpi, which)))
        for name, value in ((study.baseline, row.baseline), (study.name, row.scenario))
    ]
    return words, *both, difference, mark, about(kpi).unit


def _value(kpi: str, value: float, longer: Level | None) -> str:
    """A mean; of a time that too few come to, what it is more than."""
    return number(kpi, value) if longer is None else f"> {number(kpi, math.floor(longer.more_than))}"


def _services(study: Study) -> Table:
    labels = dict(zip(study.services.service, study.services.label, strict=True))
    found = study.differences.set_index(["kpi", "group"])
    rows = []
    for service, label in labels.items():
        if ("waiting_list", service) in found.index:
            told = [(kpi, found.loc[kpi, service]) for kpi in ("wait_weeks_median", "waiting_list", "slot_use")]
            cells = [number(kpi, value) for kpi, row in told for value in (row.baseline, row.scenario)]
            rows.append((label, *cells))
    heads = ("Wait", "List", "Use")
    return Table(
        "Weeks waited by those seen (median), people on the list at the end, % of slots used",
        (Column("Service"), *(numbers(of, head) for head in heads for of in ("today", "proposed"))),
        tuple(rows),
    )


def _budget(study: Study) -> str:
    a, b = study.baseline, study.name
    cost, wte = (
        study.workforce.groupby("scenario")[name].sum().reindex([a, b], fill_value=0.0)
        for name in ("cost_gbp_a_year", "wte")
    )
    more = round((cost[b] - cost[a]) / cost[a], 4) if cost[a] else 0.0
    said = "the same money" if more == 0 else f"{abs(more):.2%} {'less' if more < 0 else 'more'}"
    return (
        f"Staff: {wte[a]:.1f} WTE and £{cost[a] / 1e6:.2f}m a year today, {wte[b]:.1f} WTE and £{cost[b] / 1e6:.2f}m "
        f"proposed ({said})."
    )


def _levels(study: Study) -> Table:
    found, longer, here = levels(study), longer_than(study), set(study.kpis.loc[study.kpis["group"] == "all", "kpi"])
    rows = []
    for kpi in (kpi for kpi in TABLE if kpi in here):
        level, least = (of.get((study.name, kpi, "all")) for of in (found, longer))
        value = "–" if level is None else number(kpi, level.mean)
        text = value if least is None else more_than(kpi, least.more_than, bare=True)
        rows.append((about(kpi).words, text, about(kpi).unit))
    return Table(study.titles[study.name], (Column("Indicator"), numbers("Value"), Column("Unit")), tuple(rows))
