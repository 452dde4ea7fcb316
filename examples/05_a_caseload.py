"""A caseload: a place is held for months, so one more care coordinator shortens the wait only slowly."""

import sim


def coordinators(wte: float) -> sim.Scenario:
    """One person in three days needs a coordinator for half a year; a coordinator has 25 people at a time."""
    return sim.from_dict(
        {
            "name": f"{wte} WTE",
            "demand": {"population": 10_000, "presenting_per_1000_a_year": 12.175, "arrivals": "poisson"},
            "run": {"years": 2, "seed": 1},
            "workforce": {"care_coordinator": {"wte": wte, "cost_per_hour_gbp": 30}},
            "pathway": {
                "entry": {"otherwise": {"to": {"coordination": 1.0}}},
                "services": {
                    "coordination": {
                        "kind": "caseload",
                        "capacity": {"staff": {"care_coordinator": 1.0}},
                        "places_per_wte": 25,
                        "stay_days": 182,
                        "contact_every_days": 28,
                        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
                    }
                },
            },
        }
    )


print("WTE   waiting after a year   after two   contacts a year")
for wte in (1, 2, 3):
    outcome = sim.simulate(coordinators(wte))
    waiting = outcome.clinics.set_index("day").waiting
    contacts = (outcome.events.event == "attended").sum() / 2
    print(f"{wte:3}   {waiting.loc[:365].iloc[-1]:20}   {waiting.iloc[-1]:9}   {contacts:15.0f}")
