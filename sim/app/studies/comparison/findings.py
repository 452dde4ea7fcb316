"""From the measures of all replications to a `Study`: the tables that are written, drawn and told."""

import shlex
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.money.staffing import staff_table, workforce_table
from sim.analysis.money.unit_costs import bands_table, unit_costs_table
from sim.analysis.reading.frames import kpis_table
from sim.analysis.reading.tables import CLAIMS, FLOWS, LISTS, SERVICES, WAITS, Study
from sim.analysis.statistics.paired import differences, with_intervals
from sim.analysis.statistics.warm_up import warm_up_table
from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.evidence import assumptions
from sim.app.configuration.files.shipped import mechanism_files, root
from sim.app.configuration.overrides import split
from sim.app.store import Store
from sim.app.store.provenance import git_commit, versions
from sim.app.studies.comparison.contrasts import ladder_table, overturns, variants_table
from sim.app.studies.comparison.economics import economics_tables, social_return
from sim.app.studies.load import load_table
from sim.domain.scenario import Scenario, calendar_of, people_of
from sim.domain.words import LIST_BANDS

UNITS = {"people": "people", "median": "weeks", "p92": "weeks", "mean": "weeks"}


def study_of(
    config, scenario: Scenario, others: Beside, results: dict, command: str, identity: str, store: Store | None = None
) -> Study:
    """All tables of a comparison (or of one scenario alone). `store`: keeps what services would be asked for."""
    baseline = others.baseline
    both = [s for s in (baseline, scenario) if s is not None]
    names = [s.name for s in both]
    main = {key[2]: result for key, result in results.items() if key[0] == "main"}
    kpis = kpis_table(main, names)
    own = own_files(command, config.get("mechanisms") or ())
    assumed = {s.name: assumptions(config if s is scenario else s.config, own=own) for s in both}
    return Study(
        name=scenario.name,
        baseline=baseline.name if baseline else "",
        titles={s.name: s.title or s.name for s in both},
        questions={s.name: s.question for s in both},
        meta=_meta(scenario, command, identity)
        | {"warnings": _warnings(scenario, baseline)}
        | {
            "overturns": overturns(scenario, others, results, main),
            "parts": others.parts,
            "otherwise": others.otherwise,
        },
        kpis=kpis,
        differences=differences(kpis, scenario.name, baseline.name if baseline else ""),
        waits=_waits(main, names),
        lists=_lists(main, both),
        workforce=pd.concat([workforce_table(s) for s in both], ignore_index=True),
        staff=pd.concat([staff_table(s, sorted(main)) for s in both], ignore_index=True),
        flows=_flows(main, both),
        services=pd.DataFrame(
            [
                (s.name, n, one.label or n, one.setting, one.tier, one.kind)
                for s in both
                for n, one in s.pathway.services.items()
            ],
            columns=list(SERVICES),
        ),
        ladder=ladder_table(scenario, others, results, main),
        variants=variants_table(scenario, others, results, main),
        assumptions=assumed[scenario.name],
        load=pd.concat([load_table(s, store) for s in both], ignore_index=True),
        claims=pd.DataFrame(
            [(c.name, c.title, c.value, c.unit, c.source, c.beside, c.group) for c in others.claims],
            columns=list(CLAIMS),
        ),
        social_return=social_return(kpis, assumed, both),
        bands=pd.concat([bands_table(s) for s in both], ignore_index=True),
        unit_costs=pd.concat([unit_costs_table(s) for s in both], ignore_index=True),
        warm_up=warm_up_table(
            {
                name: [main[r][name]["warm_up"] for r in sorted(main)]
                for name in names
                if "warm_up" in main[min(main)][name]
            }
        ),
        **_economics(main, both, assumed),
    )


def _economics(main, both, assumed) -> dict[str, pd.DataFrame]:
    """The frames of cost-effectiveness; none where one scenario ran alone."""
    if len(both) < 2:
        return {}
    pieces = {s.name: [main[r][s.name]["economics"] for r in sorted(main)] for s in both}
    return economics_tables({s.name: (s, assumed[s.name]) for s in both}, pieces)


def own_files(command: str, mechanisms=()) -> list[Path]:
    """The scenario file of a user's own that the command names, and the mechanisms in folders of theirs."""
    asked = split(shlex.split(command)[2:])
    named = [Path(asked.scenario)] if asked.scenario else []
    named += [Path(folder) / "scenarios" / f"{asked.scenario}.yaml" for folder in asked.config_dirs]
    files = mechanism_files(asked.config_dirs)
    named += [files[name] for name in mechanisms if name in files and not files[name].is_relative_to(root() / "conf")]
    return [path for path in named if path.suffix in (".yaml", ".yml") and path.is_file()]


def _waits(main, names) -> pd.DataFrame:
    rows = [
        (name, service, statistic, group, value)
        for name in names
        for r in sorted(main)
        for service, statistic, group, value in main[r][name]["waits"]
    ]
    table = with_intervals(pd.DataFrame(rows, columns=["scenario", "service", "statistic", "group", "value"]))
    table["unit"] = [UNITS[s.rsplit("_", 1)[1]] for s in table["statistic"]]
    return table[list(WAITS)]


def _lists(main, scenarios) -> pd.DataFrame:
    frames = []
    for scenario in scenarios:
        calendar = calendar_of(scenario)
        ends = calendar.month_ends()
        mean = np.mean([np.asarray(main[r][scenario.name]["lists"], float) for r in sorted(main)], axis=0)
        services = list(scenario.pathway.services)
        for s, name in enumerate(services):
            if scenario.pathway.services[name].only_time:
                continue
            for m, day in enumerate(ends):
                for b, band in enumerate(LIST_BANDS):
                    frames.append(
                        (scenario.name, calendar.date_of(day).isoformat(), day, name, band, float(mean[m, s, b]))
                    )
    return pd.DataFrame(frames, columns=list(LISTS))


def _flows(main, scenarios) -> pd.DataFrame:
    rows = []
    for scenario in scenarios:
        window = scenario.analysis.window or (scenario.run.warm_up_days, scenario.run.horizon)
        years = (window[1] - window[0]) / 365.25
        total: dict[tuple, int] = {}
        for r in sorted(main):
            for origin, to, count in main[r][scenario.name]["flows"]:
                total[origin, to] = total.get((origin, to), 0) + count
        rows += [(scenario.name, origin, to, count / len(main) / years) for (origin, to), count in total.items()]
    return pd.DataFrame(rows, columns=list(FLOWS))


def _warnings(scenario: Scenario, baseline: Scenario | None) -> list[str]:
    if baseline is None or people_of(scenario) == people_of(baseline):
        return []
    return [
        "The two scenarios do not meet the same people: demand or starting lists differ, and the differences below include that."
    ]


def _meta(scenario: Scenario, command: str, identity: str) -> dict:
    run = scenario.run
    starts = {
        "lists": "from real lists by time waited, and people in the middle of their care",
        "warm_up": "from a warm-up",
        "empty": "from an empty system",
    }
    return {
        "place": scenario.place.name,
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
