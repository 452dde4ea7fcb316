"""What a person sees in the terminal: plain tables, plain sentences."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.figures.values import headline_group
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import gap, number, verdict
from sim.analysis.words.labels import HEADLINE, TABLE, about, group_words
from sim.domain.scenario import Scenario

WIDTH = 132


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def print_study(study: Study, path: Path) -> None:
    """The headline table, who waits longer, and where the rest is."""
    console = _console()
    console.print()
    console.print(f"[bold]{study.questions.get(study.name) or study.titles[study.name]}[/]")
    if study.baseline:
        console.print(_comparison(study))
        console.print(_services(study))
        console.print(_budget(study))
    else:
        console.print(_levels(study))
    if len(study.claims):
        _print_claims(console, study)
    if study.meta.get("precision"):
        console.print(study.meta["precision"])
    console.print(f"Report, figures and tables: {path}", soft_wrap=True)


def _comparison(study: Study) -> Table:
    title = f"Before: {study.titles[study.baseline]}. Now: {study.titles[study.name]}."
    table = Table(title=title, title_justify="left", pad_edge=False)
    for name in ("Indicator", "before", "now", "difference (95% interval)", "", "unit"):
        table.add_column(name, justify="left" if name in ("Indicator", "", "unit") else "right")
    rows = study.differences.set_index(["kpi", "group"])
    group = headline_group(study)
    keys = [(HEADLINE, group)] if group != "all" else []
    for kpi, which in [*keys, *((kpi, "all") for kpi in TABLE)]:
        if (kpi, which) not in rows.index:
            continue
        row = rows.loc[kpi, which]
        words = about(kpi).words + (f", {group_words(which)}" if which != "all" else "")
        judged = verdict(kpi, row.difference, row.ci_low, row.ci_high) if row.replications else ""
        colour = {"better": "green", "worse": "red"}.get(judged, "")
        mark = f"[{colour}]{judged}[/]" if colour else judged
        table.add_row(
            words, number(kpi, row.baseline), number(kpi, row.scenario), _gap(kpi, row), mark, about(kpi).unit
        )
    return table


def _gap(kpi: str, row) -> str:
    """`+11 (+2 to +20)`."""
    if not row.replications:
        return "-"
    return gap(kpi, row.difference, row.ci_low, row.ci_high)


def _services(study: Study) -> Table:
    table = Table(
        title="Weeks waited by those seen (median), people on the list at the end, slots used",
        title_justify="left",
        pad_edge=False,
    )
    for name in ("Service", "wait before", "wait now", "list before", "list now", "use before", "use now"):
        table.add_column(name, justify="left" if name == "Service" else "right")
    labels = dict(zip(study.services.service, study.services.label, strict=True))
    rows = study.differences.set_index(["kpi", "group"])
    for service, label in labels.items():
        if ("waiting_list", service) not in rows.index:
            continue
        cells = []
        for kpi in ("wait_weeks_median", "waiting_list", "slot_use"):
            row = rows.loc[kpi, service]
            cells += [number(kpi, row.baseline), number(kpi, row.scenario)]
        table.add_row(label, *cells)
    return table


def _budget(study: Study) -> str:
    a, b = study.baseline, study.name
    cost, wte = (
        study.workforce.groupby("scenario")[name].sum().reindex([a, b], fill_value=0.0)
        for name in ("cost_gbp_a_year", "wte")
    )
    more = round((cost[b] - cost[a]) / cost[a], 4) if cost[a] else 0.0
    said = "the same money" if more == 0 else f"{more:+.2%} of the money"
    return (
        f"Staff: {wte[a]:.1f} WTE and £{cost[a] / 1e6:.2f}m a year before, {wte[b]:.1f} WTE and £{cost[b] / 1e6:.2f}m now "
        f"({said})."
    )


def _print_claims(console: Console, study: Study) -> None:
    from sim.app.pages.report.claims import beside  # the page's templates are slow to import

    found = beside(study)
    table = Table(title="What the document claims, beside what the model shows", title_justify="left", pad_edge=False)
    for name in ("Claim", "As the document has it", "The model shows"):
        table.add_column(name)
    for row in found["rows"]:
        table.add_row(*(Text(row[key]) for key in ("words", "said", "shown")))
    console.print(table)
    for sentence in found["money"]:
        console.print(Text(sentence))


def _levels(study: Study) -> Table:
    table = Table(title=study.titles[study.name], title_justify="left", pad_edge=False)
    for name in ("Indicator", "Value", "Unit"):
        table.add_column(name, justify="right" if name == "Value" else "left")
    means = study.kpis.groupby(["kpi", "group"], sort=False)["value"].mean()
    for kpi in TABLE:
        if (kpi, "all") in means.index:
            table.add_row(about(kpi).words, number(kpi, means[kpi, "all"]), about(kpi).unit)
    return table


def print_load(scenario: Scenario, load, idle: list[str] = ()) -> None:
    """Offered load against capacity, with a warning where demand is more than a service can do; `idle`: what no service uses."""
    console = _console()
    table = Table(
        title=f"{scenario.title or scenario.name}: load against capacity, before running",
        title_justify="left",
        pad_edge=False,
    )
    for name in ("Service", "Needed a week", "There is", "Load", ""):
        table.add_column(name, justify="left" if name in ("Service", "") else "right")
    over = []
    for row in load.itertuples():
        colour = {"more than it can do": "red", "tight": "yellow"}.get(row.verdict)
        table.add_row(
            row.label,
            f"{row.load_a_week:,.0f}",
            f"{row.capacity_a_week:,.0f}",
            f"{row.load_share:.0%}",
            f"[{colour}]{row.verdict}[/]" if colour else row.verdict,
        )
        if row.load_share > 1:
            over.append(row.label)
    console.print("The configuration holds together: no fault.")
    console.print(table)
    console.print(
        "Minutes a week where staff give the capacity, slots where slots are given; of a caseload, places at a time. Nobody waits in this reckoning, so nobody leaves a list either."
    )
    if over:
        console.print(
            f"Warning: more demand than {', '.join(over)} can do; the lists there grow until people leave them."
        )
    if idle:
        console.print(
            f"No service uses {', '.join(idle)}: a price paid for what is modelled otherwise, or a slip. Staff are paid all the same."
        )
