"""A place that comes with mskflow: Coventry at a thirtieth of its size, the integrated pathway, half a year."""

import sim

scenario = sim.load("integrated", "place.scale=0.033", "run.years=0.5")
outcome = sim.simulate(scenario)

print(f"{scenario.title}: {len(outcome.patients):,} people, {len(outcome.events):,} events\n")
days = outcome.clinics.groupby("service", observed=True)
table = days.agg(offered=("slots_offered", "sum"), used=("slots_used", "sum"), waiting=("waiting", "last"))
print("service                        offered    used   waiting at the end")
for service, row in table.sort_values("waiting", ascending=False).head(8).iterrows():
    print(f"{service:28} {row.offered:9,.0f} {row.used:7,.0f} {row.waiting:20,.0f}")
