"""The old model and the integrated one, on the same patients: what a board asks first."""

import sim

small = ["place.scale=0.02", "run.years=1"]
comparison = sim.compare(sim.load("integrated", *small), sim.load("gp_referral", *small), replications=4)

asked = [
    "days_to_definitive_care_median",
    "hospital_referrals_per_1000",
    "hospital_no_outcome_share",
    "second_referrals_per_1000",
    "gp_appointments_per_1000",
    "rtt_within_18_weeks",
]
rows = comparison.differences.set_index(["kpi", "group"]).xs("all", level="group").loc[asked]
print(rows[["baseline", "scenario", "difference", "ci_low", "ci_high"]].round(2).to_string())
