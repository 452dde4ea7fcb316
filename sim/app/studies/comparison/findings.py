"""From the measures of all replications to a `Study`: the tables that are written, drawn and told."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from sim.analysis.money.staffing import staff_table, workforce_table
from sim.analysis.money.unit_costs import bands_table, unit_costs_table
from sim.analysis.reading.frames import kpis_table
from sim.analysis.reading.tables import CLAIMS, FLOWS, SERVICES, WAITS, Study
from sim.analysis.statistics.monthly import activity_table, lists_table
from sim.analysis.statistics.paired import differences, with_intervals
from sim.analysis.statistics.warm_up import warm_up_table
from sim.analysis.words.indicator import HEADLINE, LEAD
from sim.app.configuration.beside.changed import changes_itself, shared_changes
from sim.app.configuration.beside.warned import place_words, warnings_of
from sim.app.configuration.evidence import assumptions
from sim.app.configuration.files.shipped import MECHANISMS
from sim.app.configuration.own_files import own_files
from sim.app.configuration.request import Request
from sim.app.store import Store
from sim.app.store.provenance import git_commit, versions
from sim.app.studies.comparison.answers import answers_table, gp_time_words
from sim.app.studies.comparison.believed_range import believed_of
from sim.app.studies.comparison.contrasts import ladder_table, variants_table
from sim.app.studies.comparison.economics import economics_tables, social_return
from sim.app.studies.comparison.moved import gaps_of, moved, overturns, times_moved
from sim.app.studies.comparison.ran import Ran, Together
from sim.app.studies.load import load_table
from sim.domain.scenario import Scenario

UNITS = {"people": "people", "median": "weeks", "p92": "weeks", "mean": "weeks"}


def study_of(ran: Ran, store: Store | None = None) -> Study:
    """All tables of a comparison (or of one scenario alone). `store`: keeps what services would be asked for."""
    scenario, others, both, main = ran.scenario, ran.others, ran.both, ran.results.main
    baseline, names = others.baseline, [one.name for one in ran.both]
    kpis = kpis_table(main.measures, names)
    own = own_files(ran.request, scenario.config.get(MECHANISMS) or ())
    assumed = {one.name: assumptions(one.config, own=own) for one in both}
    return Study(
        name=scenario.name,
        baseline=baseline.name if baseline else "",
        titles={one.name: one.title or one.name for one in both},
        questions={one.name: one.question for one in both},
        meta=_meta(scenario, ran.request.line, ran.identity) | _said(ran),
        kpis=kpis,
        differences=differences(kpis, scenario.name, baseline.name if baseline else ""),
        waits=_waits(main),
        lists=_of_each(lambda one: lists_table(one, main.measures[one.name]), both),
        activity=_of_each(lambda one: activity_table(one, main.measures[one.name]), both),
        workforce=_of_each(workforce_table, both),
        staff=_of_each(lambda one: staff_table(one, list(range(main.count))), both),
        flows=_flows(main, both),
        services=_services(both),
        ladder=ladder_table(ran),
        variants=variants_table(ran),
        answers=answers_table(ran),
        assumptions=assumed[scenario.name],
        load=_of_each(lambda one: load_table(one, store), both),
        claims=pd.DataFrame(
            [(c.name, c.title, c.value, c.unit, c.source, c.beside, c.group) for c in others.claims],
            columns=list(CLAIMS),
        ),
        social_return=social_return(kpis, assumed, both),
        bands=_of_each(bands_table, both),
        unit_costs=_of_each(unit_costs_table, both),
        warm_up=warm_up_table(
            {name: [one.warm_up for one in ones] for name, ones in main.measures.items() if ones[0].warm_up is not None}
        ),
        **_economics(main, both, assumed),
    )


def _said(ran: Ran) -> dict:
    """What is said of the comparison, its ranges and what stands beside it (`pages.report.page` has what each is)."""
    scenario, others = ran.scenario, ran.others
    baseline = others.baseline
    return {
        "warnings": warnings_of(scenario, baseline, ran.request),
        "place": place_words(scenario),
        "shared_changes": shared_changes(scenario, ran.request),
        "overturns": overturns(ran),
        "moved_on": "" if ran.kept is None else ran.kept.date,
        "moved_by_this_model": ran.kept is None or ran.kept.this_model,
        "believed": believed_of(scenario, baseline),
        "believed_answers": {name: believed_of(one, baseline) for name, (_, one) in others.answers.items()},
        "moved": moved(ran, LEAD),
        "assumptions_moved": max(len(gaps_of(ran, HEADLINE)) - 1, 0),
        "times_moved": times_moved(ran),
        "uncertainty_command": _uncertainty_command(ran.request, scenario) if baseline else "",
        "gp_time": gp_time_words(baseline) if others.answers and baseline else "",
        "parts": others.parts,
        "otherwise": others.otherwise,
        "precision": ran.said,
    }


def _uncertainty_command(request: Request, scenario: Scenario) -> str:
    """What draws the same comparison over all that is believed possible."""
    words = [w for w in request.words if not w.lstrip("+").startswith(("run.replications=", "run.precision="))]
    if changes_itself(scenario, request) and not request.sets("compare_with"):
        words.append(f"compare_with={scenario.compare_with}")
    return replace(request, command="uncertainty", words=tuple(words)).line


def _of_each(table: Callable[[Scenario], pd.DataFrame], both: list[Scenario]) -> pd.DataFrame:
    return pd.concat([table(one) for one in both], ignore_index=True)


def _services(both: list[Scenario]) -> pd.DataFrame:
    rows = [
        (scenario.name, name, one.label or name, one.setting, one.tier, one.kind)
        for scenario in both
        for name, one in scenario.pathway.services.items()
    ]
    return pd.DataFrame(rows, columns=list(SERVICES))


def _economics(main: Together, both: list[Scenario], assumed: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames of cost-effectiveness; none where one scenario ran alone."""
    if len(both) < 2:
        return {}
    pieces = {one.name: [measures.economics for measures in main.measures[one.name]] for one in both}
    return economics_tables({one.name: (one, assumed[one.name]) for one in both}, pieces)


def _waits(main: Together) -> pd.DataFrame:
    rows = [(name, *row) for name, ones in main.measures.items() for one in ones for row in one.waits]
    table = with_intervals(pd.DataFrame(rows, columns=["scenario", "service", "statistic", "group", "value"]))
    table["unit"] = [UNITS[s.rsplit("_", 1)[1]] for s in table["statistic"]]
    return table[list(WAITS)]


def _flows(main: Together, scenarios: list[Scenario]) -> pd.DataFrame:
    rows = []
    for scenario in scenarios:
        window = scenario.analysis.window or (scenario.run.warm_up_days, scenario.run.horizon)
        years = (window[1] - window[0]) / 365.25
        total: dict[tuple, int] = {}
        for one in main.measures[scenario.name]:
            for origin, to, count in one.flows:
                total[origin, to] = total.get((origin, to), 0) + count
        rows += [(scenario.name, origin, to, count / main.count / years) for (origin, to), count in total.items()]
    return pd.DataFrame(rows, columns=list(FLOWS))


def _meta(scenario: Scenario, command: str, identity: str) -> dict:
    run = scenario.run
    starts = {
        "lists": "from real lists by time waited, and people in the middle of their care",
        "warm_up": "from a warm-up",
        "empty": "from an empty system",
    }
    return {
        "years": run.years,
        "replications": run.replications,
        "seed": run.seed,
        "start_date": scenario.calendar.start_date,
        "price_year": scenario.prices.price_year,
        "warm_up_days": run.warm_up_days,
        "start": starts[scenario.start.kind],
        "command": command,
        "config_hash": identity,
        "versions": versions(),
        "git_commit": git_commit(),
    }
