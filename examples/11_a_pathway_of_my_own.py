"""A pathway of my own: triage sends people to classes, to physiotherapy or to hospital, by what they need."""

import sim


def service(kind: str, care: str, slots: int, **more) -> dict:
    """A service after which the episode is over, unless `routes` says something else."""
    routes = {"otherwise": {"to": {"resolved": 1.0}}}
    size = {"slots_per_week": slots}
    return {"kind": kind, "care": care, "capacity": size, "routes": routes, **more}


sends = {
    "strong": {"when": {"need": ["self_management", "group_programme"]}, "to": {"classes": 0.7, "resolved": 0.3}},
    "hands_on": {"when": {"need": "physiotherapy"}, "to": {"physiotherapy": 0.9, "classes": 0.1}},
    "otherwise": {"to": {"hospital": 1.0}},
}
mine = {
    "name": "my_pathway",
    "demand": {"population": 20_000, "presenting_per_1000_a_year": 60, "arrivals": "poisson"},
    "run": {"years": 2, "seed": 1},
    "pathway": {
        "entry": {"otherwise": {"to": {"triage": 1.0}}},
        "services": {
            "triage": service("clinic", "none", 26, setting="triage", contact=False, routes=sends),
            "classes": service("group", "group_programme", 120, sessions=8),
            "physiotherapy": service("clinic", "physiotherapy", 10),
            "hospital": service("clinic", "surgery", 8, setting="hospital", rtt="treatment"),
        },
    },
}
mine["demand"]["facts"] = {"need": {"shares": {"self_management": 0.5, "physiotherapy": 0.35, "surgery": 0.15}}}
events = sim.simulate(sim.from_dict(mine)).events
print(events.groupby(["service", "event"], observed=True).size().unstack(fill_value=0).to_string())
