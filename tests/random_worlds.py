"""Random worlds of all kinds of service with all their settings now and then, laid over `random_pathways`.

Everything is drawn so that it is valid: what the check refuses beside another setting is not drawn with it.
"""

import copy

from hypothesis import strategies as st
from random_pathways import pathways, pick, rules
from worlds import MONDAY, meant, way

URGENT, KNEE = {"urgency": "urgent"}, {"region": "knee"}
START_DATES = (MONDAY,)
MIDDLE = {MONDAY: "2025-01-20"}
"""The fifteenth day of a run that starts on each."""
ONE_WORKER = 0.16
"""The part of the one staff group that any service may have: six of them share it out."""


def now_and_then(draw, one_in: int = 4) -> bool:
    return draw(st.integers(1, one_in)) == 1


@st.composite
def classes(draw, slots: bool):
    """Priority classes in one of four ways; `slots`: where a class may have slots of its own."""
    when = draw(pick([URGENT, KNEE, {"need": "surgery"}, {"called": "urgent"}, {"came_from": "door"}]))
    way_ = draw(pick(["order", "points", *(["apart"] * 3 if slots else [])]))
    first, last = {"when": when}, {}
    if now_and_then(draw, 3):
        first["earliest_notice_days"] = draw(pick([0, 3, 9]))
    if way_ == "points":
        first |= {"points": draw(pick([0.0, 5.0])), "points_per_week": draw(pick([0.5, 3.0]))}
        last = {"points_per_week": 1.0}
    if way_ == "apart":
        share = draw(pick([0.1, 0.5, 0.73]))
        first["slots_share"], last["slots_share"] = share, 1 - share
        for one in (first, last):
            if draw(st.booleans()):
                one["slots_released_days_before"] = draw(pick([0, 0, 2]))
    middle = {}
    if now_and_then(draw) and way_ != "apart" and "called" not in when:
        middle = {"middle": {"when": {"called": "urgent"}}}
    return {"first": first, **middle, "last": last}


@st.composite
def open_days(draw, start):
    return draw(
        pick(
            [
                "every_day",
                "working_days",
                ["mon"],
                {"weekdays": ["mon", "wed"], "every_weeks": 2, "first_day": start},
                {"weekdays": ["tue", "fri"], "weeks_of_month": [1, -1]},
            ]
        )
    )


@st.composite
def capacities(draw, way_, amounts, start):
    """Directly given, or by staff; changed on a date and closed now and then."""
    of_staff = now_and_then(draw)

    def amount():
        return {"staff": {"physio": draw(pick([0.02, ONE_WORKER]))}} if of_staff else {way_: draw(pick(amounts))}

    capacity = amount()
    if now_and_then(draw):
        capacity["later"] = {"then": {"date": MIDDLE[start], **amount()}}
    if now_and_then(draw):
        capacity["closed"] = {"shut": {"first_day": MIDDLE[start], "last_day": MIDDLE[start][:8] + "30"}}
    return capacity


@st.composite
def onward(draw, places, start):
    """Rules, some of which hold on a date, while a list is long, or for whom somebody called urgent."""
    found = draw(rules(places))
    condition = draw(
        pick(
            [
                None,
                {"condition": "after", "date": MIDDLE[start]},
                {"condition": "before", "date": MIDDLE[start]},
                {"condition": "list_over", "service": places[0], "threshold": draw(pick([0, 3]))},
                {"condition": "wait_over_weeks", "service": places[0], "threshold": 1},
            ]
        )
    )
    if condition:
        found["at_times"] = {"only_while": condition, "rank": -2, "to": {places[0]: 0.4, "next": 0.6}}
    if now_and_then(draw):
        found["called"] = {"when": {"called": "urgent"}, "to": {places[-1]: 0.5, "resolved": 0.5}}
    return found


def _more_of_any(draw, s: dict, name: str, names: list[str]) -> None:
    s["recontacts_gp"], s["worsens"] = draw(st.booleans()), draw(st.booleans())
    s["rtt"] = draw(pick(["none", "clock", "provisional", "treatment", "monitoring", "another_provider"]))
    if now_and_then(draw):
        s["calls_urgent"] = {
            "keen": {"of_referrals": 0.3, "share": {"little": 0.5, "severe": 1.0}},
            "slow": {"of_referrals": 0.7, "share": {"severe": 0.2}},
        }
    if now_and_then(draw, 6):
        s["referrals_through"] = draw(pick([one for one in names if one != name]))


def _more_of_a_clinic(draw, s: dict, name: str, names: list[str], start: str) -> None:
    s["capacity"] = draw(capacities(draw(pick(["slots_per_day", "slots_per_week"])), [0.15, 0.4, 1, 2.5, 6], start))
    s["new_minutes"], s["follow_up_minutes"] = draw(pick([(40, 20), (20, 30), (30, None), (500, 200)]))
    s["open_days"] = draw(open_days(start))
    s["length_cv"] = draw(pick([0.0, 0.0, 0.4, 1.5]))
    s["priority"] = draw(pick([{}, draw(classes(slots=True)), draw(classes(slots=True))]))
    early = any(one.get("points_per_week") or one.get("slots_released_days_before") for one in s["priority"].values())
    if not early and now_and_then(draw, 3):
        chances = draw(pick([{"0": 1}, {"0": 1, "1": 4}, {"0": 0, "2": 1}]))
        s |= {"order": "by_weeks_waited", "called_by_weeks_waited": chances}
        if not any("slots_share" in one for one in s["priority"].values()) and now_and_then(draw, 2):
            for turn, one in enumerate(s["priority"].values()):
                one["chance"] = 1.0 + turn
    missed = s.setdefault("missed", {})
    missed["new_share"] = draw(pick([0.0, 0.3, 1.0]))
    missed["at_weeks_waited"] = draw(pick([0, 3]))
    missed["interpreter_ratio"] = draw(pick([1.0, 3.0]))
    if missed.get("discharged_share") and now_and_then(draw):
        missed["discharged_after_misses"] = 2
    if now_and_then(draw, 3):
        s["extra_clinics"] = {
            "once": {"slots": draw(pick([1, 4])), "date": MIDDLE[start], "waited_over_weeks": draw(pick([0, 1]))},
            "often": {
                "slots": draw(pick([0.6, 3])),
                "weekdays": ["mon", "sat"],
                "first_day": start,
                "last_day": MIDDLE[start],
                "waited_over_weeks": draw(pick([0, 2])),
            },
        }
        if draw(st.booleans()):
            own = {"when": draw(pick([{}, KNEE])), "missed_share": draw(pick([0.0, 0.5]))}
            own["routes"] = draw(pick([way(), way({"resolved": 0.5, names[-1]: 0.5})]))
            s["extra_clinics"]["often"] |= own
    if s.get("follow_ups", {}).get("mean_visits") and now_and_then(draw):
        asked = {"condition": "list_over", "service": draw(pick(names)), "threshold": draw(pick([0, 5]))}
        s["follow_ups"]["instead"] = {"busy": {"only_while": asked, "mean_visits": 0.3, "interval_days": 2}}


def _more_of_a_group(draw, s: dict, start: str) -> None:
    s["capacity"] = draw(capacities("slots_per_week", [3, 8, 30], start))
    s["session_minutes"] = draw(pick([20, 70]))
    s["earliest_notice_days"] = draw(pick([0, 0, 5]))
    s["priority"] = draw(pick([{}, draw(classes(slots=True))]))
    s["completed_at_share"] = draw(pick([0.3, 1.0]))
    if now_and_then(draw):
        s["after_dropping_out"] = way({"resolved": 0.6, "s0": 0.4})
    if "staff" in s["capacity"] and draw(st.booleans()):
        s["supervision"] = {"physio": 0.5}


def _more_of_a_caseload(draw, s: dict, start: str) -> None:
    s["capacity"] = draw(capacities("places", [1, 2.5, 6], start))
    if "staff" in s["capacity"]:
        s["places_per_wte"] = draw(pick([3, 20]))
    s["open_days"] = draw(open_days(start))
    s["priority"] = draw(pick([{}, draw(classes(slots=False))]))


@st.composite
def drop_ins(draw, name, names, start):
    spread = draw(pick(["fixed", "exponential", "lognormal"]))
    gives_up, room = draw(pick([0, 0, 20])), draw(pick([None, None, 0, 2]))
    full = {"room_for_waiting": room, "when_full": way({"resolved": 0.5, names[0]: 0.5})} if room is not None else {}
    return {
        "kind": "drop_in",
        **full,
        "capacity": draw(capacities("clinicians", [0.4, 1, 2], start)),
        "open_days": draw(open_days(start)),
        "hours": draw(pick(["always", ["09:00", "12:00"], ["10:00", "24:00"]])),
        "visit_minutes": draw(pick([15, 200])),
        "spread": spread,
        "length_cv": 0.8 if spread == "lognormal" else 0.0,
        "gives_up_after_minutes": gives_up,
        "after_giving_up": draw(pick([{}, way({"resolved": 0.5, names[0]: 0.5})])) if gives_up else {},
        "priority": draw(pick([{}, {"urgent": {"when": URGENT}, "others": {}}])),
        "routes": draw(onward(names, start)),
        "recovers": draw(st.booleans()),
        "private_exit": draw(st.booleans()),
    }


LATER = {
    "clinic": [
        {"priority": {"knees": {"when": KNEE}, "rest": {}}},
        {"earliest_notice_days": 6},
        {"missed": {"new_share": 0.21}, "follow_ups_first_share": 0.37},
    ],
    "group": [{"attendance_share": 0.55, "drop_out_share_per_session": 0.07}, {"earliest_notice_days": 8}],
    "caseload": [{"stay_days": 7}, {"contact_every_days": 1}, {"priority": {"knees": {"when": KNEE}, "rest": {}}}],
    "drop_in": [{"visit_minutes": 33}, {"priority": {"knees": {"when": KNEE, "minutes": 9}, "rest": {}}}],
    "delay": [{"days": 5}],
}
"""Settings that are others from the middle of the run on, none of which is drawn for its beginning."""


def _changed(draw, s: dict, start: str) -> None:
    """Stays and visits of other shapes, visits of other lengths by class, and settings that change on a date."""
    shape = draw(pick([{}, {}, {"length_range": [1, 2, 9]}, {"length_cv": 0.7}]))
    key = {"delay": "spread", "caseload": "stay_spread"}.get(s["kind"])
    if key and shape:
        s |= shape | {key: "triangular" if "length_range" in shape else "gamma"}
    if s.get("priority") and s["kind"] == "clinic" and "staff" in s["capacity"] and draw(st.booleans()):
        next(iter(s["priority"].values()))["minutes"] = 77
    if now_and_then(draw, 3):
        s["later"] = {"then": {"date": MIDDLE[start], **draw(pick(LATER[s["kind"]]))}}


def _expected(draw, services: dict) -> None:
    """Rules that ask how long people waited ask how long they would, now and then."""
    for s in services.values():
        asked = s["routes"].get("at_times", {}).get("only_while", {})
        there = services.get(asked.get("service"), {"kind": "delay"})
        if asked.get("condition") == "wait_over_weeks" and there["kind"] != "delay" and draw(st.booleans()):
            asked["condition"] = "expected_wait_over_weeks"


def _works_down(draw, clinics: list[str], services: dict) -> None:
    """A clinic takes people from another's list."""
    taker, lender = clinics[-1], clinics[0]
    services[taker]["keeps_place"] = True
    services[taker]["takes_from"] = {
        "service": lender,
        "waited_over_weeks": draw(pick([0, 2])),
        "when": draw(pick([{}, KNEE])),
    }


def _while_waiting(draw, config: dict, clinics: list[str], services: dict) -> None:
    waiting = config["pathway"]["while_waiting"]
    if any(s.get("worsens") for s in services.values()) and draw(st.booleans()):
        waiting["worsening"] = {
            "share_within_26_weeks": {"acute": 0.9, "long_term": 0.5},
            "to": {"self_management": "physiotherapy", "physiotherapy": "surgery"},
        }
    ask = [name for name, s in services.items() if s.get("recontacts_gp") and name != next(iter(clinics), None)]
    if clinics and ask and draw(st.booleans()):
        services[clinics[0]]["recontacts_gp"] = False  # who waits where people ask would be seen there twice
        waiting["gp_contact"] = {"per_month_waited": draw(pick([0.5, 4])), "service": clinics[0]}
    if config["pathway"]["recurrence"].get("share") and draw(st.booleans()):
        config["pathway"]["recurrence"]["ratio_after"] = {"s0": 0.5}
    if now_and_then(draw):
        config["pathway"]["prevention"] = {"share_per_year": 0.9, "at_most": 0.5}


def _demand(draw, config: dict, names: list[str], services: dict, start: str) -> None:
    demand = config["demand"] = {**config["demand"]}
    kind = draw(pick(["fixed", "poisson", "negative_binomial", "gamma_gaps", "batches"]))
    demand["arrivals"] = kind
    demand["arriving"] = {
        "negative_binomial": {"variance_to_mean_ratio": 4.0},
        "gamma_gaps": {"gap_shape": draw(pick([0.3, 4.0]))},
        "batches": {"batch_shares": {"1": 0.6, "4": 0.4}},
    }.get(kind, {})
    impact = {"shares": {"little": 0.5, "some": 0.2, "severe": 0.3}}
    demand["facts"] = {**demand["facts"], "impact": impact}
    demand["weekday_index"] = draw(pick([[1] * 7, [3, 1, 1, 1, 1, 0, 0]]))
    if now_and_then(draw):
        demand["growth_per_year"] = 0.8
    if now_and_then(draw):
        demand["trace"] = {
            "three": {"day": 2, "people": 3},
            "more": {"date": MIDDLE[start], "facts": {"sex": "female"}},
        }
    elif now_and_then(draw):
        config["place"] = {"scale": draw(pick([0.3, 1.7]))}
    if now_and_then(draw, 3):
        to = draw(pick(names))
        demand["elsewhere"] = {
            **demand["elsewhere"],
            "taken_over": {
                "service": to,
                "per_1000_a_year": 80,
                "needs": {"surgery": 1.0},
                "waited_weeks": draw(pick([0, 3])) if services[to]["kind"] not in ("delay", "drop_in") else 0,
                "arrivals": "fixed",
            },
        }
    lists = [name for name in names if services[name]["kind"] != "delay"]
    if lists and now_and_then(draw):
        config["pathway"]["access_is_wait_at"] = lists[0]
        demand["induced"] = {"per_1000_a_year": 200, "tolerated_wait_weeks": 1}


def _start(draw, config: dict, names: list[str], services: dict) -> None:
    """Places of several services, some in the middle of their care, some of these overdue."""
    where = draw(pick(["as_it_was", "as_it_was", "everywhere", "warm_up"]))
    if where == "warm_up":
        config["start"], config["run"]["warm_up_days"] = {"kind": "warm_up"}, 10
    if where != "everywhere":
        return
    places = {}
    for name in names:
        s, share = services[name], 1 / len(names)
        place = {"service": name, "share": share, "needs": {"surgery": 0.2, "self_management": 0.8}}
        if s["kind"] in ("clinic", "caseload", "group") and s.get("sessions", 2) > 1 and draw(st.booleans()):
            place["in_course"] = True
            if s["kind"] == "clinic" and draw(st.booleans()):
                place |= {"overdue_share": 0.5, "overdue_days": 40}
        places[f"at_{name}"] = place
    if draw(st.booleans()):
        for place in places.values():  # who has waited over four weeks waits for the last
            last = 1.0 if place is places[f"at_{names[-1]}"] else 0.0
            place["shares_by_weeks_waited"] = {"0": place.pop("share"), "4": last}
    unit = draw(pick(["weeks", "months"]))
    one = {"unit": unit, "waiting": {"0": 10, "1": 3.5, "9": 7}, "open_band": 5, "places": places, "part_of_list": 0.8}
    config["start"] = {"kind": "lists", "lists": {"all": one}}
    if now_and_then(draw):
        config["start"]["leaving"] = {"gone": {"share": {"acute": 0.8}, "within_weeks": 6}}


@st.composite
def worlds_of_all_kinds(draw):
    """A valid configuration of two to six services of every kind over one or two months."""
    config, start = draw(pathways()), draw(pick(START_DATES))
    services = config["pathway"]["services"]
    tests = ["scan"] if "scan" in services else []
    names = [name for name in services if name not in tests]
    if draw(st.booleans()):
        names.append("door")
        names[-1] = "walk_in"
        services["walk_in"] = draw(drop_ins("walk_in", names, start))
    for name in names:
        s = services[name]
        if s["kind"] != "drop_in":
            sees = ["course"] if "course" in str(s["routes"]) else []
            s["routes"] = draw(onward([*names, *sees], start)) | {
                key: rule for key, rule in s["routes"].items() if "course" in str(rule)
            }
        _more_of_any(draw, s, name, names)
        if s["kind"] == "clinic":
            _more_of_a_clinic(draw, s, name, names, start)
        elif s["kind"] == "group":
            _more_of_a_group(draw, s, start)
        elif s["kind"] == "caseload":
            _more_of_a_caseload(draw, s, start)
        _changed(draw, s, start)
        s["keeps_place"] = now_and_then(draw, 8)
    _expected(draw, services)
    clinics = [name for name in names if services[name]["kind"] == "clinic"]
    if len(clinics) > 1 and now_and_then(draw):
        _works_down(draw, clinics, services)
    _while_waiting(draw, config, clinics, services)
    _demand(draw, config, names, services, start)
    _start(draw, config, names, services)
    config["calendar"] = {"start_date": start, "bank_holidays": draw(pick([None, "GB-ENG"]))}
    config["workforce"] = {"physio": _staff(draw, services, start)}
    return meant(copy.deepcopy(config))


def _staff(draw, services: dict, start: str) -> dict:
    staff = {"wte": draw(pick([0.5, 2.0])), "patient_facing_share": 0.8}
    if now_and_then(draw):
        staff |= {"sickness_share": 0.3, "sickness_spell_days": draw(pick([0, 3]))}
    if now_and_then(draw):
        staff["leaves"] = {"one": {"date": MIDDLE[start], "wte": 0.4, "weeks_to_hire": 1}}
    sharing = [s for s in services.values() if s["kind"] == "clinic" and "staff" in s["capacity"]]
    if len(sharing) > 1 and draw(st.booleans()):
        staff["generalist_share"] = 0.5
    return staff
