"""The last few per cent: the same people meet a clinic with fewer and fewer slots, and waits grow out of proportion."""

import sim


def clinic(slots: float) -> sim.Scenario:
    """Twenty people a day, at weekends too, for a clinic that has so many slots on each working day."""
    return sim.from_dict(
        {
            "name": f"{slots} slots",
            "demand": {"population": 10_000, "presenting_per_1000_a_year": 730.5, "arrivals": "poisson"},
            "run": {"years": 3, "warm_up_days": 365, "seed": 1},
            "start": {"kind": "warm_up"},
            "pathway": {
                "entry": {"otherwise": {"to": {"clinic": 1.0}}},
                "services": {
                    "clinic": {
                        "kind": "clinic",
                        "capacity": {"slots_per_day": slots},
                        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
                    }
                },
            },
        }
    )


print("slots a day   used   waiting in the evening")
for slots in (35, 32, 30, 29, 28.5):
    days = sim.simulate(clinic(slots)).clinics
    days = days[days.day >= 365]
    used = days.slots_used.sum() / days.slots_offered.sum()
    print(f"{slots:11g}   {used:4.0%}   {days.waiting.mean():22.0f}")
