"""The range over what we believe possible of shipped scenarios, kept beside them for the first screen of a report.

    python -m bench.believed                      which files there are, and whether they still hold
    python -m bench.believed integrated           draw, and write scenarios/believed/integrated.json
    python -m bench.believed integrated draws=256 out=FOLDER
    python -m bench.believed integrated draws=0   the assumptions of its report alone, at both ends: ten minutes

Draws and runs are those of `mskflow uncertainty`, at full size and with its 128 draws; the assumptions of the report
are moved to both ends of their ranges in the whole of the place too. That is some 600 runs of a city for each scenario,
half an hour to an hour on two cores. They go to `out` (results/believed if absent), so that the same command
goes on after Ctrl-C. A file holds for one configuration: after a change of it, it is told nowhere, and is to be made
again. After a change of the model's code it is told as of an earlier version; where numbers moved, make it again.
"""

import json
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd

from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import HEADLINE, LEAD
from sim.app.configuration.beside.comparator import assumptions_in_full
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.files.shipped import scenario_files
from sim.app.configuration.request import request_of
from sim.app.running.batch import Incomplete, told_of
from sim.app.store import Store, model_version
from sim.app.studies.comparison.believed_range import assumption_keys, believed_of, file_of, kept_moves, pair_key
from sim.app.studies.comparison.kept import said_of
from sim.app.studies.comparison.moved import gaps_of
from sim.app.studies.comparison.ran import Ran
from sim.app.studies.comparison.study import points_of, results_of, run_all
from sim.app.studies.uncertainty.believed_runs import PointOutcomes, outcomes_of, own_luck
from sim.app.studies.uncertainty.pair import Pair
from sim.app.studies.uncertainty.results import headline_row, uncertainty_table
from sim.app.studies.uncertainty.uncertain import DRAWS, asked_pair, drawn_points

OUT = "results/believed"


def drawn(name: str, draws: int, overrides: tuple[str, ...]) -> dict:
    """Draws of everything that is believed of a scenario, simulated, as its file has them."""
    pair = asked_pair(request_of("uncertainty", name, overrides, ()))
    store = Store(Path(pair.scenario.config.get("out") or OUT))
    points, line = drawn_points(pair, draws), f"python -m bench.believed {name} draws={draws}"
    outcomes = outcomes_of(points, own_luck, store, f"{name}, {draws} draws", line)
    return record(pair, outcomes, uncertainty_table(outcomes, draws), draws) | moves(name, overrides)


def moves(name: str, overrides: tuple[str, ...]) -> dict:
    """What indicators become with each assumption of the report at either end, as the file has it."""
    request, line = request_of("run", name, overrides, ()), f"python -m bench.believed {name} draws=0"
    scenario, beside = prepared(request)
    others = assumptions_in_full(scenario, beside.baseline)
    said = {
        "key": pair_key(scenario, others.baseline),
        "model": model_version(),
        "date": date.today().isoformat(),
    }
    if not others.assumptions:
        return said
    store = Store(Path(scenario.config.get("out") or OUT))
    points = points_of(scenario, others)
    if failed := run_all(points, store, scenario, scenario.run.progress):
        raise Incomplete(told_of(failed, line))
    ran = Ran(scenario, others, results_of(points, store), request, "", 0.0)
    there = {(one.kpi, one.group) for one in ran.results.main.measures[scenario.name][0].kpis}
    groups = {kpi: group_of(kpi, {group for one, group in there if one == kpi}) for kpi in (HEADLINE, *LEAD)}
    titles = {name: title for name, (title, _) in others.assumptions.items()}
    gaps = {kpi: gaps_of(ran, kpi, group) for kpi, group in groups.items()}
    return said | {"assumptions": said_of(assumption_keys(beside), titles, gaps)}


def record(pair: Pair, outcomes: PointOutcomes, table: pd.DataFrame, draws: int) -> dict:
    """What the file says, less indicators that are long or unknown in some draws: no range of these is told."""
    first, rows = headline_row(table, outcomes.group), {}
    for kpi in LEAD:
        own = table[(table["kpi"] == kpi) & (table["group"] == outcomes.group_of(kpi))]
        for row in own.dropna(subset=["low", "high"]).itertuples(index=False):
            if abs(row.low) != float("inf") and abs(row.high) != float("inf") and not row.beyond:
                better = None if pd.isna(row.share_better) else float(row.share_better)
                rows[kpi] = {"low": float(row.low), "high": float(row.high), "better": better}
    return {
        "key": pair_key(pair.scenario, pair.baseline),
        "model": model_version(),
        "date": date.today().isoformat(),
        "draws": draws - len(outcomes.impossible),
        "replications": pair.scenario.run.replications,
        "covers": 0.0 if first is None else float(first.covers),
        "ranges": rows,
    }


def written(name: str, said: dict, base: Path | None = None) -> Path:
    """Writes the file of a scenario; where it is."""
    file = file_of(name, base)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return file


def told() -> list[str]:
    """A line for each file that is there."""
    lines = []
    for file in sorted(file_of("x").parent.glob("*.json")):
        if file.stem not in scenario_files():
            lines.append(f"{file.name}: there is no such scenario")
            continue
        scenario, others = prepared(request_of("run", file.stem, (), ()))
        found, kept = believed_of(scenario, others.baseline), kept_moves(scenario, others)
        said = [f"{found['draws']} draws of {found['date']}"] if found else []
        said += [f"{len(kept.titles) - 1} assumptions of {kept.date}"] if kept else []
        this_model = found["this_model"] if found else kept is not None and kept.this_model
        said += [] if this_model or not said else ["by another version of the model"]
        lines.append(f"{file.name}: {', '.join(said) or 'stale: of another configuration'}")
    return lines or ["nothing has been drawn yet"]


def main() -> None:
    """Says what there is, or draws what is named."""
    names = [word for word in sys.argv[1:] if "=" not in word]
    words = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    if not names:
        print("\n".join(told()))
        return
    unknown = set(words) - {"draws", "out"}
    if unknown:
        raise SystemExit(
            f"{', '.join(sorted(unknown))}: a file is of the scenario as it is shipped; draws= and out= only"
        )
    for name in names:
        draws, out = int(words.get("draws", DRAWS)), (f"out={words.get('out', OUT)}",)
        said = {"draws": 0, "ranges": {}} | (drawn(name, draws, out) if draws else moves(name, out))
        print(f"{written(name, said)}: {said['draws']} draws, {len(said['ranges'])} indicators", flush=True)


if __name__ == "__main__":
    with closing(sys.stdout):
        main()
