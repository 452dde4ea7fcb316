"""Random small pathways for hypothesis: valid configurations of a few services with the settings of each kind."""

import copy

from hypothesis import strategies as st
from worlds import clinic, meant, way, world

EVEN = {"1": 0.2, "2": 0.2, "3": 0.2, "4": 0.2, "5": 0.2}
FACTS = {
    "urgency": {"shares": {"routine": 0.8, "urgent": 0.2}},
    "region": {"shares": {"knee": 0.6, "hip": 0.4}},
    "imd_quintile": {"shares": EVEN},
    "need": {"shares": {"self_management": 0.4, "physiotherapy": 0.4, "surgery": 0.2}},
    "sex": {"shares": {"female": 0.5, "male": 0.5}},
}
PRIORITY = {"urgent": {"when": {"urgency": "urgent"}}, "routine": {}}
POINTS = {
    "urgent": {"when": {"urgency": "urgent"}, "points": 2.0, "points_per_week": 1.0},
    "routine": {"points_per_week": 1.5},
}
pick = st.sampled_from


FORTNIGHT = {"weekdays": ["tue", "thu"], "every_weeks": 2, "first_day": "2025-01-07"}
LATER = {
    "then": {
        "date": "2025-01-10",
        "missed": {"new_share": 0.25, "discharged_share": 0.25},
        "cancelled": {"share": 0.1},
        "follow_ups_first_share": 0.25,
        "open_days": ["tue", "fri"],
    }
}


@st.composite
def shares(draw, places):
    """Shares over some of `places`; `resolved` is always one of them, with a tenth at least."""
    some = draw(st.lists(pick(places), max_size=2, unique=True)) if places else []
    weights = [draw(st.integers(1, 4)) for _ in some]
    total = sum(weights) + draw(st.integers(1, 4))
    return {**{p: w / total for p, w in zip(some, weights, strict=True)}, "resolved": (total - sum(weights)) / total}


@st.composite
def rules(draw, places):
    """One or two rules before `otherwise`."""
    named = {}
    if draw(st.booleans()):
        named["some"] = {
            "when": draw(pick([{"urgency": "urgent"}, {"region": "knee"}, {"need": ["surgery", "physiotherapy"]}])),
            "to": draw(shares(places)),
        }
    if draw(st.booleans()):
        named["before"] = {"rank": -1, "to": {"resolved": 0.1, "next": 0.9}}
    if draw(pick([False, False, True])):
        turn = {"condition": draw(pick(["after", "before"])), "date": "2025-01-09"}
        named["on_a_date"] = {"only_while": turn, "to": draw(shares(places))}
    return way(draw(shares(places)), **named)


def _leaving(draw) -> dict:
    return {
        "recovers": draw(st.booleans()),
        "private_exit": draw(st.booleans()),
        "removed_share_per_week_waited": draw(pick([0.0, 0.0, 0.1])),
        "setting": draw(pick(["community", "primary", "hospital"])),
    }


OPEN_TO_ALL = [{"follow_ups_first_share": share, "ring_fenced": False} for share in (0.0, 0.5, 1.0)]


@st.composite
def clinics(draw, ahead, roomy):
    slots = 9999 if roomy else draw(pick([0.3, 1, 2, 2.5, 6]))
    return {
        **clinic(slots, routes=draw(rules([*ahead, "course"]))),
        **_leaving(draw),
        "open_days": draw(pick(["every_day", "every_day", "working_days", ["mon", "thu"], FORTNIGHT])),
        "later": draw(pick([{}, {}, LATER])),
        "earliest_notice_days": draw(pick([0, 0, 1, 5])),
        "priority": draw(pick([{}, {}, PRIORITY, POINTS])),
        **draw(pick([*OPEN_TO_ALL, {"follow_ups_first_share": 0.5, "ring_fenced": True}])),
        "length_cv": 0.0 if roomy else draw(pick([0.0, 0.0, 0.5])),
        "follow_ups": {
            "mean_visits": draw(pick([0.5, 1.0, 2.5])),
            "spread": draw(pick(["fixed", "poisson", "geometric"])),
            "interval_days": draw(pick([0, 1, 7])),
        },
        "missed": {
            "new_share": draw(pick([0.0, 0.0, 0.3])),
            "follow_up_share": draw(pick([0.0, 0.2])),
            "share_per_week_waited": draw(pick([0.0, 0.05])),
            "discharged_share": draw(pick([0.0, 0.5, 1.0])),
            "most_to_least_deprived_ratio": draw(pick([1.0, 2.0])),
        },
        "cancelled": {"share": draw(pick([0.0, 0.0, 0.2])), "refilled_share": draw(pick([0.0, 0.5, 1.0]))},
        "patient_initiated": {"share": draw(pick([0.0, 0.5])), "returning_share": 0.5, "window_days": 10},
        "after_course": draw(pick([{}, way({"resolved": 0.5, ahead[0]: 0.5})])) if ahead else {},
        "after_missing": draw(pick([{}, way({"resolved": 0.5, ahead[0]: 0.5})])) if ahead else {},
    }


@st.composite
def groups(draw, ahead, roomy):
    least = draw(pick([1, 2]))
    size = (
        {"min_size": 1, "max_size": 9999, "least_size": 1}
        if roomy
        else {"min_size": draw(pick([2, 4])), "max_size": draw(pick([4, 6])), "least_size": least}
    )
    size["start_after_weeks"] = draw(pick([1, 5200])) if size["least_size"] == size["min_size"] else 1
    return {
        "kind": "group",
        "capacity": {"slots_per_week": 1e7 if roomy else draw(pick([8, 12, 30]))},
        "routes": draw(rules(ahead)),
        **_leaving(draw),
        **size,
        "sessions": draw(pick([1, 3, 4])),
        "session_days": draw(pick([["tue"], ["tue", "thu"]])),
        "rooms": 9999 if roomy else draw(pick([1, 9])),
        "entry": "closed" if roomy else draw(pick(["closed", "rolling"])),
        "attendance_share": draw(pick([1.0, 0.7])),
        "drop_out_share_per_session": draw(pick([0.0, 0.2])),
    }


@st.composite
def caseloads(draw, ahead, roomy):
    return {
        "kind": "caseload",
        "capacity": {"places": 9999 if roomy else draw(pick([1, 4]))},
        "routes": draw(rules(ahead)),
        **_leaving(draw),
        "open_days": draw(pick(["every_day", "working_days", ["wed"], FORTNIGHT])),
        "earliest_notice_days": draw(pick([0, 0, 5])),
        "priority": draw(pick([{}, PRIORITY, POINTS])),
        "stay_days": draw(pick([3, 12])),
        "stay_spread": draw(pick(["fixed", "geometric"])),
        "contact_every_days": draw(pick([0, 2])),
        "contacts_a_month_when_needed": draw(pick([0, 6])),
        "contact_missed_share": draw(pick([0.0, 0.3])),
        "remote_share": 0.5,
        "remote_missed_ratio": 0.5,
    }


@st.composite
def delays(draw, ahead, roomy):
    return {
        "kind": "delay",
        "days": draw(pick([0, 3, 10])),
        "spread": draw(pick(["fixed", "exponential"])),
        "routes": draw(rules(ahead)),
        **_leaving(draw),
    }


@st.composite
def pathways(draw, loops=True, roomy=False, recurrence=True):
    """A valid configuration of two to four services, with a scan that some clinics order.

    `loops`: people may be sent back; `roomy`: there is room for everybody at once.
    """
    names = [f"s{k}" for k in range(draw(st.integers(2, 4)))]
    services = {}
    for k, name in enumerate(names):
        ahead = names if loops else names[k + 1 :]
        services[name] = draw(draw(pick([clinics, clinics, clinics, groups, caseloads, delays]))(ahead, roomy))
    services = {
        name: {key: value for key, value in s.items() if key not in ("after_course",) or "course" in str(s["routes"])}
        for name, s in services.items()
    }
    for s in services.values():
        if s["kind"] == "clinic" and "course" not in str(s["routes"]):
            s["follow_ups"] = {}
    ordering = [s for s in services.values() if s["kind"] == "clinic"]
    if ordering and draw(st.booleans()):
        ordering[-1]["orders"] = {"scan": {"service": "scan", "share": 0.5}}
        services["scan"] = draw(
            pick([clinic(9999 if roomy else 1, "return"), {"kind": "delay", "days": 2, "routes": way("return")}])
        )
    start = {"kind": "empty"}
    if draw(st.booleans()):
        place = {
            "service": "s0",
            "share": 1.0,
            "needs": {"surgery": 0.5, "physiotherapy": 0.5},
            "in_course": services["s0"]["kind"] in ("clinic", "caseload", "group")
            and services["s0"].get("sessions", 2) > 1
            and draw(st.booleans()),
        }
        start = {
            "kind": "lists",
            "lists": {"x": {"unit": "weeks", "waiting": {"0": 8, "6": 4, "12": 0}, "places": {"all": place}}},
        }
    waiting = draw(
        pick(
            [
                {},
                {
                    "recovery": {"share_within_6_weeks": {"acute": 0.4}, "needs": ["self_management"]},
                    "private_exit": {"share_within_10_weeks": {"5": 0.4}},
                },
            ]
        )
    )
    again = {"share": draw(pick([0.0, 0.3])), "mean_days": 20} if recurrence else {"share": 0.0}
    elsewhere = (
        {"ed": {"service": names[-1], "per_1000_a_year": 100, "needs": {"urgent": 1.0}}} if draw(st.booleans()) else {}
    )
    config = world(
        services,
        draw(pick([30, 60])),
        draw(pick([way("s0"), way({"s0": 0.7, names[-1]: 0.3})])),
        a_day=draw(pick([0.5, 1.5, 3])),
        start=start,
        demand={"arrivals": draw(pick(["fixed", "poisson"])), "facts": FACTS, "elsewhere": elsewhere},
        run={"seed": draw(st.integers(0, 99))},
        pathway={"services": services, "entry": way("s0"), "while_waiting": waiting, "recurrence": again},
    )
    return meant(copy.deepcopy(config))
