"""The logic of a pathway for docs/stress_des.md: rules, services, lists and pictures, read from a scenario."""

import sim
from sim.analysis.pathway.picture import svg_of
from sim.domain.scenario import Scenario
from sim.domain.words import ALL_FACTS


def diagrams(names: tuple[str, ...]) -> dict[str, str]:
    """Scenario -> its pathway as SVG, as `mskflow draw` makes it."""
    return {name: svg_of(sim.load(name)) for name in names}


def _who(when: dict) -> str:
    """`need: surgery or urgent, region: knee`; everybody else where nothing is said."""
    said = [f"{fact} {' or '.join([words] if isinstance(words, str) else words)}" for fact, words in when.items()]
    return ", ".join(said) or "everybody else"


def _to(shares: dict) -> str:
    return ", ".join(f"{place} {share:.10g}" for place, share in shares.items())


def routing(base: Scenario) -> list[tuple]:
    """(where, rule, for whom, to) of every rule, in the order in which rules are tried."""
    pathway = base.config["pathway"]
    maps = [("the door", pathway["entry"])]
    for name, service in pathway["services"].items():
        for words, key in (("", "routes"), (" after a course", "after_course")):
            if service.get(key):
                maps.append((f"`{name}`{words}", service[key]))
        for label, order in service.get("orders", {}).items():
            said = _to({order["service"]: order["share"]})
            maps.append((f"`{name}` orders a test", {label: {"when": order.get("when") or {}, "to": said}}))
    return [
        (where, f"`{rule}`", _who(one.get("when") or {}), one["to"] if isinstance(one["to"], str) else _to(one["to"]))
        for where, rules in maps
        for rule, one in rules.items()
    ]


def scenario_logic(base: Scenario, other: Scenario) -> list[tuple]:
    """(what, base, other) where the two differ: services, staff, prices of nothing."""
    ours, theirs = base.config["pathway"]["services"], other.config["pathway"]["services"]
    both = [name for name in ours if name in theirs]
    rows = [
        ("the door", *(_entry(one) for one in (base, other))),
        ("services that only one has", _names(ours, theirs), _names(theirs, ours)),
        ("services with other rules or capacity", "", ", ".join(f"`{n}`" for n in both if ours[n] != theirs[n])),
    ]
    groups = dict.fromkeys([*base.config["workforce"], *other.config["workforce"]])
    for group in groups:
        wte = [f"{one.workforce[group].wte:.2f}" if group in one.workforce else "none" for one in (base, other)]
        if wte[0] != wte[1]:
            rows.append((f"WTE in post, `{group}`", *wte))
    return rows


def _entry(one: Scenario) -> str:
    rules = one.config["pathway"]["entry"]
    return "; ".join(f"{_who(rule.get('when') or {})}: {_to(rule['to'])}" for rule in rules.values())


def _names(of: dict, but: dict) -> str:
    return ", ".join(f"`{name}`" for name in of if name not in but) or "none"


def entities(base: Scenario) -> list[tuple]:
    """(fact, drawn given, words) of a person."""
    mixes = base.demand.facts
    return [
        (f"`{fact}`", mixes[fact].given or "", ", ".join(words)) for fact, words in ALL_FACTS.items() if fact in mixes
    ]


def components(base: Scenario) -> list[tuple]:
    """(service, kind, setting, staff, minutes, open days) of every service."""
    rows = []
    for name, one in base.config["pathway"]["services"].items():
        capacity = one.get("capacity") or {}
        staff = _to(capacity.get("staff") or {}) or "; ".join(f"{key} {value}" for key, value in capacity.items())
        minutes = [str(one[key]) for key in ("new_minutes", "follow_up_minutes") if key in one]
        time = ", ".join(minutes) if minutes else f"{one['days']} days" if "days" in one else "one slot each"
        days = one.get("open_days", "" if one["kind"] == "delay" else "mon to fri")
        said = days if isinstance(days, str) else ", ".join(days)
        rows.append((f"`{name}` ({one.get('label', '')})", one["kind"], one["setting"], staff or "none", time, said))
    return rows


def queues(base: Scenario) -> list[tuple]:
    """(service, order, notice, follow-ups first, ways off the list) of every service with a list."""
    rows = []
    for name, one in base.config["pathway"]["services"].items():
        if one["kind"] == "delay":
            continue
        ways = {
            "recovers": "recovery",
            "private_exit": "private care",
            "removed_share_per_week_waited": "removal",
            "removed_share_by_weeks_waited": "removal, by weeks waited",
        }
        leaves = ", ".join(words for key, words in ways.items() if one.get(key)) or "being seen only"
        order = one.get("order", "first come, first served")
        rows.append(
            (f"`{name}`", order, one.get("earliest_notice_days", 0), one.get("follow_ups_first_share", 1), leaves)
        )
    return rows


def classes(base: Scenario) -> list[tuple]:
    """(service, class, for whom, notice) of lists that have classes, the first first."""
    return [
        (f"`{name}`", label, _who(rule.get("when") or {}), rule.get("earliest_notice_days", "as the service"))
        for name, one in base.config["pathway"]["services"].items()
        for label, rule in (one.get("priority") or {}).items()
    ]


def courses(base: Scenario) -> list[tuple]:
    """(service, mean follow-ups, their distribution, days between them) of services with courses."""
    return [
        (
            f"`{name}`",
            one["follow_ups"].get("mean_visits", 0),
            one["follow_ups"].get("spread", "poisson"),
            one["follow_ups"].get("interval_days", 21),
        )
        for name, one in base.config["pathway"]["services"].items()
        if "follow_ups" in one
    ]


def staff(base: Scenario) -> list[tuple]:
    """(group, WTE, sessions a week of one, minutes a week with patients of all) on day 0."""
    return [
        (f"`{name}`", f"{one.wte:g}", f"{one.sessions_a_week:g}", f"{one.minutes_a_week():,.2f}")
        for name, one in base.workforce.items()
    ]


def lists(base: Scenario) -> list[tuple]:
    """(people, how many, where) of every way in, and of the ways out."""
    demand, pathway = base.demand, base.pathway
    rows = [
        ("new episodes", f"{demand.presenting_per_1000_a_year:g} per 1,000 a year, {demand.arrivals}", "the door"),
        *(
            (f"from elsewhere: {name}", f"{one.per_1000_a_year:g} per 1,000 a year", f"`{one.service}`")
            for name, one in demand.elsewhere.items()
        ),
    ]
    for name, one in base.start.lists.items():
        people = sum(one.waiting.values()) * one.part_of_list
        places = ", ".join(
            f"`{place.service}`{' (in course)' if place.in_course else ''}" for place in one.places.values()
        )
        rows.append((f"on day 0: {name}", f"{people:,.0f}, by {one.unit} waited", places))
    ways = ["resolved (a rule says so)", "discharged after a missed visit", "removed from a list"]
    if pathway.while_waiting.recovery.needs:
        ways.append("recovered on a list")
    if pathway.while_waiting.private_exit.share_within_10_weeks:
        ways.append("gone to private care")
    return [*rows, ("out", "whoever it befalls", "; ".join(ways))]
