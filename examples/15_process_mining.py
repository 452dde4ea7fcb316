"""The event log for process mining: in pandas, who goes where and after how long; and as files that PM4Py reads."""

import json
import tempfile
from pathlib import Path

import pandas as pd

import sim

outcome = sim.simulate(sim.load("gp_referral", "place.scale=0.01", "run.years=0.5"))
log = sim.event_log(outcome)

steps = log[log["concept:name"].str.startswith(("presented", "attended", "resolved", "removed"))]
case = steps.groupby("case:concept:name")
steps = steps.assign(
    then=case["concept:name"].shift(-1),
    days=(case["time:timestamp"].shift(-1) - steps["time:timestamp"]).dt.days,
)
ways = steps.groupby(["concept:name", "then"]).days.agg(["size", "median"]).nlargest(6, "size")
print(f"{case.ngroups} cases\n\n{ways.to_string()}")

with tempfile.TemporaryDirectory() as folder:
    file = sim.write_xes(outcome, Path(folder) / "gp_referral.xes")
    print(f"\n{file.name}: {file.stat().st_size // 1000} kB, for pm4py.read_xes")
    file = sim.write_ocel(outcome, Path(folder) / "gp_referral.json")
    things = json.loads(file.read_text())["objects"]

print("\nfor pm4py.read_ocel2_json:", pd.Series([one["type"] for one in things]).value_counts().to_dict())
