"""From the measures of all replications to tables, and from tables to the results folder."""

import platform
import resource
import shlex
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from sim.analysis.labels import MAIN as MAIN_KPIS
from sim.analysis.paired import differences, interval
from sim.analysis.tables import FLOWS, LADDER, LISTS, SERVICES, STAFF, VARIANTS, WAITS, Study
from sim.app.api import clinics_table, events_table, kpis_table, patients_table
from sim.app.comparator import AS_IT_IS, Beside
from sim.app.evidence import assumptions
from sim.app.folder import ResultsFolder
from sim.app.load import load_table
from sim.app.overrides import split
from sim.app.work import people_of
from sim.domain.scenario import Scenario
from sim.domain.words import LIST_BANDS_WEEKS
from sim.engine.simulate import calendar_of, simulate

BANDS = tuple(f"{low}-{high}" for low, high in zip(LIST_BANDS_WEEKS, LIST_BANDS_WEEKS[1:], strict=False)) + (f"{LIST_BANDS_WEEKS[-1]}+",)
UNITS = {"people": "people", "median": "weeks", "p92": "weeks", "mean": "weeks"}
LADDER_KPIS = tuple(k for k in MAIN_KPIS if k != "cost_per_episode")


def publish(config, scenario: Scenario, others: Beside, results: dict, out: Path, command: str, identity: str, began) -> Path:
    """Make the study, write the folder (whole or not at all), print the table; returns the folder's path."""
    from sim.app.console import print_study
    from sim.app.report import render
    from sim.app.study import now

    study = study_of(config, scenario, others, results, command, identity)
    with ResultsFolder(out, scenario.name, now()) as folder:
        _write_tables(folder, study)
        _write_config(folder, config, scenario, others)
        _write_pictures(folder, study, scenario)
        folder.write_text("report.html", render(study))
        if scenario.run.keep_events:
            _write_events(folder, scenario, others)
        folder.write_json("manifest.json", _manifest(study, scenario, identity, command, began))
    if scenario.run.progress != "json":  # then only events go to standard output
        print_study(study, folder.path)
    return folder.path


def study_of(config, scenario: Scenario, others: Beside, results: dict, command: str, identity: str) -> Study:
    """All tables of a comparison (or of one scenario alone)."""
    baseline = others.baseline
    both = [s for s in (baseline, scenario) if s is not None]
    names = [s.name for s in both]
    main = {key[2]: result for key, result in results.items() if key[0] == "main"}
    kpis = kpis_table(main, names)
    return Study(
        name=scenario.name,
        baseline=baseline.name if baseline else "",
        titles={s.name: s.title or s.name for s in [*both, *others.ladder]},
        questions={s.name: s.question for s in both},
        meta=_meta(scenario, command, identity) | {"warnings": _warnings(scenario, baseline)} | {"overturns": _overturns(scenario, others, results, main)},
        kpis=kpis,
        differences=differences(kpis, scenario.name, baseline.name if baseline else ""),
        waits=_waits(main, names),
        lists=_lists(main, both),
        staff=pd.concat([_staff(s) for s in both], ignore_index=True),
        flows=_flows(main, both),
        services=pd.DataFrame(
            [(s.name, n, one.label or n, one.setting, one.tier, one.kind) for s in both for n, one in s.pathway.services.items()], columns=list(SERVICES)
        ),
        ladder=_ladder(scenario, others, results, main),
        variants=_variants(scenario, others, results, main),
        assumptions=assumptions(config, own=_own_files(command)),
        load=pd.concat([load_table(s) for s in both], ignore_index=True),
    )


def _own_files(command: str) -> list[Path]:
    """The scenario file of a user's own that the command names, if any."""
    asked = split(shlex.split(command)[2:])
    named = [Path(asked.scenario)] if asked.scenario else []
    named += [Path(folder) / "scenarios" / f"{asked.scenario}.yaml" for folder in asked.config_dirs]
    return [path for path in named if path.suffix in (".yaml", ".yml") and path.is_file()]


def _mean_table(rows: list[tuple], keys: list[str]) -> pd.DataFrame:
    """Mean over replications; a value unknown in one replication is left out of the mean."""
    frame = pd.DataFrame(rows, columns=[*keys, "value"])
    return frame.groupby(keys, sort=False, observed=True)["value"].mean().reset_index()


def _waits(main, names) -> pd.DataFrame:
    rows = [(name, service, statistic, group, value) for name in names for r in sorted(main) for service, statistic, group, value in main[r][name]["waits"]]
    table = _mean_table(rows, ["scenario", "service", "statistic", "group"])
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
            if scenario.pathway.services[name].kind == "delay":
                continue
            for m, day in enumerate(ends):
                for b, band in enumerate(BANDS):
                    frames.append((scenario.name, calendar.date_of(day).isoformat(), day, name, band, float(mean[m, s, b])))
    return pd.DataFrame(frames, columns=list(LISTS))


def _staff(scenario: Scenario) -> pd.DataFrame:
    scale = scenario.place.scale
    rows = []
    for name, group in scenario.workforce.items():
        moved = "; ".join(f"{wte * scale:.2f} WTE {source}" for source, wte in group.moved_from.items() if wte)
        hours = group.wte * group.hours_a_year() * scale
        rows.append((scenario.name, name, group.band, group.wte * scale, hours, group.cost_per_hour_gbp, group.cost_a_year() * scale, moved))
    return pd.DataFrame(rows, columns=list(STAFF))


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


def _values(result: dict, kpis) -> dict:
    return {(kpi, group): (value, unit) for kpi, group, value, unit in result["kpis"] if kpi in kpis}


def _headline_group(results) -> str:
    from sim.analysis.figures.values import HEADLINE_GROUPS

    groups = {group for kpi, group, _, _ in results["kpis"] if kpi == MAIN_KPIS[0]}
    return next((g for g in HEADLINE_GROUPS if g in groups), "all")


def _ladder(scenario, others, results, main) -> pd.DataFrame:
    """Each step's value and what it adds to the step before, over the replications that all steps have."""
    if not others.ladder:
        return pd.DataFrame(columns=list(LADDER))
    few = sorted({key[2] for key in results if key[0] == "beside"})
    steps = [others.baseline, *others.ladder, scenario]
    group = _headline_group(main[0][scenario.name])
    rows = []
    for kpi in LADDER_KPIS:
        which = group if kpi == MAIN_KPIS[0] else "all"
        before = None
        for step in steps:
            own = [main[r][step.name] if step in (others.baseline, scenario) else results["beside", step.name, r][step.name] for r in few]
            found = [_values(result, (kpi,)).get((kpi, which), (np.nan, "")) for result in own]
            values = np.array([value for value, _ in found])
            gain = values - before if before is not None else np.full(len(values), np.nan)
            low, high = interval(gain) if np.isfinite(gain).all() else (np.nan, np.nan)
            rows.append((step.name, step.title, kpi, found[0][1], float(values.mean()), float(gain.mean()), low, high))
            before = values
    return pd.DataFrame(rows, columns=list(LADDER))


def _variants(scenario, others, results, main) -> pd.DataFrame:
    """The main indicators again when somebody else pays, or more people come."""
    rows = []
    few = sorted({key[2] for key in results if key[0] == "beside"})
    group = _headline_group(main[0][scenario.name])
    for name, (title, variant, base) in others.variants.items():
        for kpi in MAIN_KPIS:
            which = group if kpi == MAIN_KPIS[0] else "all"
            a, b, unit = [], [], ""
            for r in few:
                mine = results["beside", variant.name, r]
                first = main[r][base.name] if base is others.baseline else mine[base.name]
                for values, result in ((a, first), (b, mine[variant.name])):
                    value, unit = _values(result, (kpi,)).get((kpi, which), (np.nan, unit))
                    values.append(value)
            gap = np.array(b) - np.array(a)
            low, high = interval(gap) if np.isfinite(gap).all() else (np.nan, np.nan)
            rows.append((name, title, kpi, unit, float(np.mean(a)), float(np.mean(b)), float(gap.mean()), low, high))
    return pd.DataFrame(rows, columns=list(VARIANTS))


def _warnings(scenario: Scenario, baseline: Scenario | None) -> list[str]:
    if baseline is None or people_of(scenario) == people_of(baseline):
        return []
    return ["The two scenarios do not meet the same people: demand or starting lists differ, and the differences below include that."]


def _overturns(scenario, others, results, main) -> list[str]:
    """What the headline difference becomes at either end of each assumption's range, the widest swing first."""
    if not others.assumptions:
        return []
    kpi, group = MAIN_KPIS[0], _headline_group(main[0][scenario.name])

    def gap(result, one, base) -> float:
        a, b = (_values(result[s.name], (kpi,)).get((kpi, group), (np.nan, ""))[0] for s in (base, one))
        return b - a

    swings, asked = [], None
    for name, (title, ends) in others.assumptions.items():
        gaps = {value: gap(results["assumption", f"{name} {value:g}", 0], *pair) for value, pair in ends.items()}
        if name == AS_IT_IS:
            asked = gaps[0]
            continue
        if not np.isfinite(list(gaps.values())).all():
            continue
        turned = [value for value, g in gaps.items() if np.sign(g) != np.sign(asked)]
        told = " and ".join(f"{value:g} gives {_days(g)}" for value, g in gaps.items())
        swings.append((max(gaps.values()) - min(gaps.values()), f"{title}: {told}" + (". This would overturn it." if turned else ".")))
    return [f"As it is: {_days(asked)}."] + [text for _, text in sorted(swings, key=lambda s: -s[0])]


def _days(gap: float) -> str:
    return "no difference" if round(gap) == 0 else f"{abs(gap):.0f} days {'longer' if gap > 0 else 'sooner'}"


def _meta(scenario: Scenario, command: str, identity: str) -> dict:
    run = scenario.run
    starts = {"lists": "from real lists by time waited, and people in the middle of their care", "warm_up": "from a warm-up", "empty": "from an empty system"}
    return {
        "place": scenario.place.name, "years": run.years, "replications": run.replications, "seed": run.seed,
        "start_date": scenario.calendar.start_date, "price_year": scenario.prices.price_year, "warm_up_days": run.warm_up_days, "start": starts[scenario.start.kind],
        "command": command, "config_hash": identity, "versions": _versions(), "git_commit": _git_commit(),
    }


def _versions() -> dict:
    from sim import __version__

    found = {"mskflow": __version__, "python": platform.python_version()}
    for name in ("simpy", "numpy", "pandas", "scipy", "hydra-core", "matplotlib"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _git_commit() -> str:
    here = Path(__file__).resolve().parent
    try:
        done = subprocess.run(["git", "-C", str(here), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, timeout=5, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):
        return ""


def _manifest(study: Study, scenario: Scenario, identity: str, command: str, began) -> dict:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "status": "complete", "command": command, "scenario": study.name, "compare_with": study.baseline or None, "config_hash": identity,
        "seed": scenario.run.seed, "replications": scenario.run.replications, "horizon_days": scenario.run.horizon,
        "versions": study.meta["versions"], "git_commit": study.meta["git_commit"],
        "machine": {"system": platform.system(), "processor": platform.machine(), "python": sys.version.split()[0]},
        "wall_seconds": round(time.time() - began[0], 2), "cpu_seconds": round(sum(u.ru_utime + u.ru_stime for u in used), 2),
    }


def _write_tables(folder, study: Study) -> None:
    folder.write_csv("kpis.csv", study.kpis)
    folder.write_csv("comparison.csv", study.differences)
    folder.write_csv("waits.csv", study.waits)
    folder.write_csv("lists.csv", study.lists)
    folder.write_csv("staff.csv", study.staff)
    for name, table in (("ladder.csv", study.ladder), ("variants.csv", study.variants)):
        if len(table):
            folder.write_csv(name, table)


def _write_config(folder, config: dict, scenario: Scenario, others: Beside) -> None:
    """Enough to run it again: what `sim.from_dict` reads."""
    folder.write_text("config/scenario.yaml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    if others.baseline is not None:
        folder.write_text("config/comparator.yaml", yaml.safe_dump(others.baseline.config, sort_keys=False, allow_unicode=True))


def _write_pictures(folder, study: Study, scenario: Scenario) -> None:
    from sim.analysis.figures import draw_all

    for name, svg in draw_all(study).items():
        folder.write_text(f"figures/{name}.svg", svg)
    try:
        from sim.analysis.pathway_picture import svg_of
    except ImportError:
        return
    folder.write_text("pathway.svg", svg_of(scenario))


def _write_events(folder, scenario: Scenario, others: Beside) -> None:
    """One replication of each scenario, as the API gives it: replication 0."""
    frames = {"events": [], "patients": [], "clinics": []}
    for one in (s for s in (others.baseline, scenario) if s is not None):
        record = simulate(one, 0)
        for name, make in (("events", events_table), ("patients", patients_table), ("clinics", clinics_table)):
            table = make(record)
            table.insert(0, "scenario", one.name)
            frames[name].append(table)
    for name, tables in frames.items():
        joined = pd.concat(tables, ignore_index=True)
        for column in joined.columns:
            if isinstance(joined[column].dtype, (pd.CategoricalDtype,)) or joined[column].dtype == object:
                joined[column] = joined[column].astype(str)
        folder.write_parquet(f"{name}.parquet", joined)


__all__ = ["publish", "study_of"]
