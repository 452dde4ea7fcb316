"""Who is left behind? The same wait in each fifth of deprivation, in both pathways."""

import sim

small = ["place.scale=0.08", "run.years=1"]
comparison = sim.compare(sim.load("integrated", *small), sim.load("gp_referral", *small), replications=1)

means = comparison.kpis.groupby(["kpi", "group", "scenario"], observed=True).value.mean()
print("days until half of those who need more than self-management have the care they need")
print("fifth                  old model   integrated")
for fifth in range(1, 6):
    value = means["days_to_definitive_care_median", f"needs_more_imd_{fifth}"]
    which = {1: " (most deprived)", 5: " (least deprived)"}.get(fifth, "")
    print(f"{fifth}{which:18} {value['gp_referral']:12.0f} {value['integrated']:12.0f}")
