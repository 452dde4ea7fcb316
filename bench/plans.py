"""What `mskflow plan` answers, for the pages of docs/questions: `plan FILE WHAT ...` of docs/plans/FILE.yaml.

The first line of the file is the command, with the overrides that go with it. WHAT is one of

    cost                      pounds a year more than today's plan
    met                       whether every target is met
    held                      in how many of the fresh replications all targets hold
    change OVERRIDE COLUMN    a cell of plan.csv: from, to or cost
    target NAME COLUMN        a cell of targets.csv
"""

import json
import shlex
import tempfile
from functools import lru_cache
from pathlib import Path

import pandas as pd

from sim.app.commands import COMMANDS

PLANS = Path(__file__).resolve().parents[1] / "docs" / "plans"


@lru_cache
def planned(scenario: str, file: str) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """plan.csv, targets.csv and the manifest of the command that docs/plans/FILE.yaml begins with."""
    path = PLANS / f"{file}.yaml"
    asked = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    overrides = [word for word in shlex.split(asked)[3:] if not word.startswith("plan=")]
    with tempfile.TemporaryDirectory() as out:
        words = [scenario, f"plan={path}", *overrides, f"out={out}", "run.progress=none"]
        COMMANDS["plan"].run(COMMANDS["plan"].request(words))
        folder = next(Path(out).rglob("plan.csv")).parent
        return (
            pd.read_csv(folder / "plan.csv"),
            pd.read_csv(folder / "targets.csv"),
            json.loads((folder / "manifest.json").read_text()),
        )


def plan_figure(scenario: str, file: str, what: str, *rest: str) -> str:
    """What a marker asks for, as text."""
    changes, targets, manifest = planned(scenario, file)
    if what == "cost":
        return f"£{manifest['cost']:,.0f}"
    if what == "met":
        return "yes" if manifest["met"] else "no"
    if what == "held":
        return f"{manifest['held_in_fresh_replications']} of {manifest['fresh_replications']}"
    table = {"change": changes, "target": targets}[what]
    name, column = rest
    rows = table[table.iloc[:, 0] == name]
    if rows.empty or column not in rows:
        raise SystemExit(
            f"plan {file} {what}: no row '{name}' or column '{column}'; there are {', '.join(table.iloc[:, 0])} and "
            f"{', '.join(table)}"
        )
    row = rows.iloc[0]
    value = row[column]
    if column == "cost":
        return f"£{value:,.0f}"
    if what == "target" and str(row["unit"]).startswith("%"):
        return f"{value:.0%}"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
