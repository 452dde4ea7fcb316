"""One clinic with a slot a day, and people who come by chance: does the simulation agree with the book?

With a mean of a people a day and one slot, a * a / (2 * (1 - a)) people wait in the evening: the M/D/1 queue.
"""

import sim

print("people a day   waiting, exact   waiting, simulated")
for a_day in (0.3, 0.5, 0.7):
    scenario = sim.from_dict(
        {
            "name": "one_clinic",
            "demand": {"population": 1_000, "presenting_per_1000_a_year": 365.25 * a_day, "arrivals": "poisson"},
            "run": {"years": 20, "seed": 1},
            "pathway": {
                "entry": {"otherwise": {"to": {"clinic": 1.0}}},
                "services": {
                    "clinic": {
                        "kind": "clinic",
                        "open_days": "every_day",
                        "capacity": {"slots_per_day": 1},
                        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
                    }
                },
            },
        }
    )
    days = sim.simulate(scenario).clinics
    exact = a_day**2 / (2 * (1 - a_day))
    print(f"{a_day:12.1f}   {exact:14.2f}   {days.waiting.mean():18.2f}")
