"""A group programme: a large cohort fills its room and makes people wait for it; a small one starts soon."""

import sim


def programme(least: int) -> sim.Scenario:
    """Two people a day for a programme of ten sessions; a cohort starts once `least` people wait."""
    return sim.from_dict(
        {
            "name": f"from {least} people",
            "demand": {"population": 10_000, "presenting_per_1000_a_year": 73.05, "arrivals": "poisson"},
            "run": {"years": 2, "seed": 1},
            "pathway": {
                "entry": {"otherwise": {"to": {"classes": 1.0}}},
                "services": {
                    "classes": {
                        "kind": "group",
                        "care": "group_programme",
                        "capacity": {"slots_per_week": 480},
                        "min_size": least,
                        "max_size": 12,
                        "least_size": least,
                        "sessions": 10,
                        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
                    }
                },
            },
        }
    )


print("a cohort starts from   median wait, days   empty seats")
for least in (4, 8, 12):
    outcome = sim.simulate(programme(least))
    days = outcome.events.pivot_table(index="patient_id", columns="event", values="day", aggfunc="min", observed=True)
    empty = 1 - outcome.clinics.slots_used.sum() / outcome.clinics.slots_offered.sum()
    print(f"{least:12} people   {(days.started - days.listed).median():17.0f}   {empty:11.1%}")
