"""A sweep: how many wait for physiotherapy, by physiotherapists in post and with a tenth more residents?"""

import tempfile

import sim

with tempfile.TemporaryDirectory() as results:
    swept = sim.experiment(
        "integrated",
        {"workforce.physio_band_6.wte": [11, 14, 17], "demand.population": [345_300, 379_830]},
        "place.scale=0.02",
        "run.years=0.5",
        replications=1,
        out=results,
    )
table = swept.at("waiting_list", "physiotherapy")
grid = table.pivot(index="workforce.physio_band_6.wte", columns="demand.population", values="level")
print(grid.round(1).to_string())
