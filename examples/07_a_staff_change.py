"""Three more physiotherapists: who waits less, and who does not? The same people meet both, so chance cancels."""

import sim

small = ["place.scale=0.02", "run.years=1"]
today = sim.load("integrated", *small)
more = sim.load("integrated", "name=more_physiotherapists", "workforce.physio_band_6.wte=17", *small)

rows = sim.compare(more, today, replications=4).differences.set_index(["kpi", "group"])
print("                                              today    more   difference (95% interval)")
for kpi, group in (
    ("waiting_list", "physiotherapy"),
    ("wait_weeks_median", "physiotherapy"),
    ("waiting_list", "trauma_orthopaedics"),
    ("days_to_definitive_care_median", "needs_more"),
    ("staff_cost", "all"),
):
    row = rows.loc[kpi, group]
    print(
        f"{kpi + ', ' + group:42} {row.baseline:8,.0f} {row.scenario:7,.0f} {row.difference:+9,.1f}"
        f" ({row.ci_low:+,.1f} to {row.ci_high:+,.1f})"
    )
