"""A design in place of a grid: six points that spread over two settings, from a recipe of a few lines."""

import tempfile
from pathlib import Path

import sim

RECIPE = """
kind: latin_hypercube
points: 6
seed: 1
factors:
  workforce.fcp_band_7.wte: {low: 2, high: 9, step: 1}
  workforce.physio_band_6.wte: {low: 10, high: 24}
"""

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "staffing.yaml"
    file.write_text(RECIPE, encoding="utf-8")
    points = sim.design(file)
    found = sim.experiment("integrated", points, "place.scale=0.02", "run.years=0.3", replications=1, out=folder)
means = found.kpis[found.kpis.role == "scenario"].query("kpi == 'waiting_list' and group == 'physiotherapy'")
print(points.assign(waiting_for_physiotherapy=means.sort_values("point").value.to_numpy()).round(1).to_string())
