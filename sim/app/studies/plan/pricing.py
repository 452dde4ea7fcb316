"""What the values of a lever cost where its file names no price: what the budget of the configuration says,
the lever alone."""

import math
from dataclasses import replace

import numpy as np

from sim.app.configuration.beside.same_budget import yearly
from sim.app.studies.plan.levers import Lever, buildable
from sim.domain.faults import Fault
from sim.domain.scenario import Scenario

EACH = 50
"""Values that are all priced, one by one; of more, so many spread over them, unless these are not in proportion."""
MOST = 2_000
_PENNY = 0.01
_ONE_MORE = "pounds a year of one more"


def priced(lever: Lever, config: dict, scenario: Scenario, here: str, faults: list[Fault]) -> Lever:
    """The lever at what the configuration says it costs: pounds a year against today's plan, in the whole place.

    Staff, overtime, weekends, rooms and one-off clinics count, mean over the days that count. People who come
    on a date are priced as if they were there from the first day: pounds a year while there. What cannot be
    priced so joins `faults`.
    """
    if len(lever.values) == 1:
        lever_at = replace(lever, values=(lever.today, lever.today + 1.0))
        return replace(lever, price=priced(lever_at, config, scenario, here, faults).price, by_budget=True)
    count, today = len(lever.values), lever.values.index(lever.today)
    places = sorted({*np.linspace(0, count - 1, min(count, EACH)).round().astype(int).tolist(), today})
    known = _known(lever, places, config, scenario)
    if len(known) < 2 or (all(abs(cost) <= _PENNY for cost in known.values()) and not _is_paid(lever, scenario)):
        faults.append(_missing(lever, scenario, here))
        return lever
    low, high = min(known), max(known)
    price = round((known[high] - known[low]) / (lever.values[high] - lever.values[low]), 6) + 0.0
    if all(
        abs(cost - price * (lever.values[place] - lever.today)) <= _PENNY + 1e-9 * abs(cost)
        for place, cost in known.items()
    ):
        return replace(lever, price=price, by_budget=True)
    if count > MOST:
        faults.append(
            Fault(
                f"{here}.step",
                f"makes more than {MOST:,} values, and what they cost is not in proportion",
                f"a larger step, or price: {_ONE_MORE}",
            )
        )
        return lever
    known = _known(lever, range(count), config, scenario)
    if len(known) < count:
        faults.append(
            Fault(
                f"{here}.price",
                "is missing; what it costs is not in proportion, and some of its values cannot be alone",
                _ONE_MORE,
            )
        )
        return lever
    return replace(lever, price=None, costs=tuple(round(known[place], 6) for place in range(count)), by_budget=True)


def together(levers, point, scenario: Scenario) -> float:
    """Pounds a year that the levers which the budget prices cost at once, less the sum of what each costs alone.

    Staff who need rooms cost the rooms too, once there are enough: what one lever costs can depend on another.
    """
    moved = [
        (lever, place)
        for lever, place in zip(levers, point, strict=True)
        if lever.by_budget and lever.values[place] != lever.today
    ]
    if len(moved) < 2:
        return 0.0
    config, dated = scenario.config, []
    for lever, _ in moved:
        config, lever = _from_the_start(lever, config, scenario)
        dated.append(lever)
    before, after = buildable(config, (), ()), buildable(config, dated, [place for _, place in moved])
    if before is None or after is None:  # they go together only with a lever that has a price of its own
        return 0.0
    gap = _yearly(after) - _yearly(before) - math.fsum(lever.cost(place) for lever, place in moved)
    return gap if abs(gap) > _PENNY * len(moved) else 0.0


def _known(lever: Lever, places, config: dict, scenario: Scenario) -> dict[int, float]:
    """place -> pounds a year more than today's plan costs; without the values that do not go with today's plan."""
    config, lever = _from_the_start(lever, config, scenario)
    before, found = _yearly(buildable(config, (), ())), {}
    for place in places:
        one = buildable(config, [lever], [place])
        if one is not None:
            found[place] = _yearly(one) - before if lever.values[place] != lever.today else 0.0
    return found


def _yearly(scenario: Scenario) -> float:
    return math.fsum(yearly(replace(scenario, place=replace(scenario.place, scale=1.0))).values())


def _from_the_start(lever: Lever, config: dict, scenario: Scenario) -> tuple[dict, Lever]:
    """The same with people who come on a date there from the first day: their cost is that of a whole year."""
    first, way = scenario.calendar.start_date, lever.way
    if lever.starts is not None:
        return config, replace(lever, starts=first)
    if not _is_joining(lever):
        return config, lever
    if lever.adds:
        return config, replace(lever, adds={**lever.adds, "date": first})
    group = config["workforce"][way[1]]
    joins = {**group["joins"], way[3]: {**group["joins"][way[3]], "date": first}}
    return {**config, "workforce": {**config["workforce"], way[1]: {**group, "joins": joins}}}, lever


def _is_joining(lever: Lever) -> bool:
    return lever.way[0] == "workforce" and lever.way[2:3] == ["joins"] and lever.way[-1] == "wte"


def is_dated(lever: Lever) -> bool:
    """Whether it is of people who come on a date, whose cost is told for a year while they are there."""
    return lever.starts is not None or _is_joining(lever)


def _is_staff(lever: Lever) -> bool:
    return lever.way[0] == "workforce" and lever.way[-1] == "wte"


def _is_paid(lever: Lever, scenario: Scenario) -> bool:
    """Whether what it is of has a price. Then 0 is what it costs: of staff, since others pay for them;
    of rooms, since nobody is there to work in more of them."""
    if lever.way[0] == "rooms":
        return scenario.rooms[lever.way[1]].cost_per_session_gbp > 0
    return _is_staff(lever) and scenario.workforce[lever.way[1]].cost_per_hour_gbp > 0


def _missing(lever: Lever, scenario: Scenario, here: str) -> Fault:
    if _is_staff(lever) and not _is_paid(lever, scenario):
        return Fault(f"{here}.price", "is missing, and the group has no cost_per_hour_gbp", "pounds a year of one WTE")
    return Fault(f"{here}.price", "is missing, and no cost in the configuration depends on it", _ONE_MORE)
