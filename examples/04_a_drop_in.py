"""A drop-in has no appointments: what counts is who is seen, and who gives up. How many clinicians does it need?"""

import sim


def drop_in(clinicians: int) -> sim.Scenario:
    """Forty people a day come between ten and four; a visit takes a quarter of an hour, patience lasts half an hour."""
    return sim.from_dict(
        {
            "name": f"{clinicians} clinicians",
            "demand": {"population": 10_000, "presenting_per_1000_a_year": 1_461, "arrivals": "poisson"},
            "run": {"years": 0.5, "seed": 1},
            "pathway": {
                "entry": {"otherwise": {"to": {"advice": 1.0}}},
                "services": {
                    "advice": {
                        "kind": "drop_in",
                        "open_days": "every_day",
                        "hours": ["10:00", "16:00"],
                        "capacity": {"clinicians": clinicians},
                        "visit_minutes": 15,
                        "spread": "exponential",
                        "gives_up_after_minutes": 30,
                        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
                    }
                },
            },
        }
    )


print("clinicians   seen a day   gave up   clinicians' time with patients")
for clinicians in (1, 2, 3):
    happened = sim.simulate(drop_in(clinicians)).events.event.value_counts()
    seen, gave_up = happened["attended"], happened["removed"]
    busy = seen / 182.625 * 15 / (6 * 60 * clinicians)
    print(f"{clinicians:10}   {seen / 182.625:10.1f}   {gave_up / (seen + gave_up):7.0%}   {busy:31.0%}")
