"""What a plan's file says may change, checked against its scenario."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from annotated_types import Ge, Gt, Le

from sim.app.configuration.check import build
from sim.app.configuration.files.shipped import cut
from sim.app.studies.plan.levers import ARRIVALS, Lever, changed
from sim.app.studies.plan.pricing import priced
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.settings import Settings

MOST_STEPS = 10_000
_PRICES = ("pay_ratio", "weekend_pay_ratio", "paid_weeks_a_year")
_MAY_CHANGE = "workforce.GROUP.wte, pathway.services.SERVICE.capacity.slots_per_week, ..."
_SLACK = 1e-9
_FEW_DIGITS = 1e-5
"""A limit that differs from today's value by no more of it is today's value,
written with few digits (tables show six)."""


@dataclass(frozen=True)
class MayChange(Settings):
    """A lever as the file has it. `price`: pounds a year of one more; if absent, what the configuration says it costs.

    `starts`: of `workforce.<group>.wte`, the ISO date from which the people beyond today's are in post.
    `adds`: the other keys of a block that is not there today (an extra clinic's date), which comes with the first one.
    """

    low: Annotated[float, Ge(-1e12), Le(1e12)]
    high: Annotated[float, Ge(-1e12), Le(1e12)]
    step: Annotated[float, Gt(0), Le(1e12)]
    price: Annotated[float, Ge(-1e9), Le(1e9)] | None = None
    starts: str | None = None
    adds: dict[str, bool | int | float | str | tuple[str, ...]] = field(default_factory=dict)


def levers_of(
    changes: dict[str, MayChange], config: dict, scenario: Scenario, where: str, faults: list[Fault]
) -> list[Lever]:
    """The levers on this scenario; what is wrong with one joins `faults`."""
    found, grown = [], set()
    for path, one in changes.items():
        here, own = f"{where}.{cut(path, 120)}", []
        today = _today(path, one, config, scenario, here, own)
        if one.low > one.high:
            own.append(Fault(here, "its low is above its high", "low <= high"))
        elif (one.high - one.low) / one.step > MOST_STEPS:
            own.append(Fault(f"{here}.step", f"makes more than {MOST_STEPS:,} values", "a larger step"))
        elif today is not None and not one.low - _near(one, today) <= today <= one.high + _near(one, today):
            own.append(
                Fault(
                    here,
                    f"its limits exclude today's {_exactly(today)}",
                    f"low at most {_exactly(today)} and high at least {_exactly(today)}",
                )
            )
        own += _start_faults(path, one, scenario, here, today)
        if today is not None:
            values = (
                (today, today + one.step) if own else _values(one, today)
            )  # whether a price is missing is told in any case
            lever = Lever(path, values, today, one.price, one.starts, dict(one.adds))
            own += [] if own else _end_faults(lever, config, here)
            lever = lever if one.price is not None else priced(lever, config, scenario, here, own)
            if lever.block is not None and lever.block in grown:
                own.append(
                    Fault(
                        f"{here}.{'adds' if one.adds else 'starts'}",
                        f"another lever adds {lever.block} too",
                        "one lever for each block that is added"
                        if one.adds
                        else "leave it out, or leave out the other lever",
                    )
                )
            grown.add(lever.block)
            found += [] if own else [lever]
        faults += own
    return found


def _near(one: MayChange, today: float) -> float:
    """How far from today's value a number of the file may be and still mean it; far less than a step."""
    return max(_SLACK * max(abs(today), 1.0), min(_FEW_DIGITS * abs(today), one.step / 100))


def _exactly(value: float) -> str:
    """With all its digits, so that whoever copies it has the same number."""
    return str(int(value)) if value.is_integer() else repr(value)


def _values(one: MayChange, today: float) -> tuple[float, ...]:
    """From low upwards by steps; today's is one of them, and stands for what is equal to it but for rounding."""
    count = int((one.high - one.low) / one.step + _SLACK)
    steps = [round(one.low + k * one.step, 10) for k in range(count + 1)]
    return tuple(sorted({today, *(v for v in steps if abs(v - today) > _near(one, today))}))


def _today(path: str, one: MayChange, config: dict, scenario: Scenario, here: str, faults: list) -> float | None:
    """The value that the composed configuration has, or that stands where it says nothing."""
    way = path.split(".")
    wrong = _cannot_change(way)
    if wrong:
        faults.append(Fault(here, wrong, _MAY_CHANGE))
        return None
    known = config
    for depth, key in enumerate(way[:-1]):
        if isinstance(known, dict) and key in known:
            known = known[key]
        elif not isinstance(known, dict) or depth < (3 if way[:2] == ["pathway", "services"] else 2):
            near = nearest(key, known if isinstance(known, dict) else ())
            faults.append(Fault(here, f"there is no '{cut(key)}' in {'.'.join(way[:depth])}", near))
            return None
        else:
            return _absent(way, one, scenario, here, faults)
    if isinstance(known, dict) and known.get(way[-1]) is None:
        return _absent(way, one, scenario, here, faults)
    return _there(way, one, known, here, faults)


def _cannot_change(way: list[str]) -> str:
    """Why no plan may change the setting; "" where one may."""
    if way[0] == "prices" or way[-1].endswith("_gbp") or way[-1] in _PRICES:
        return "says what things cost, not what there is"
    if way[0] not in ("workforce", "pathway", "rooms") or len(way) < 3:
        return "is not a setting that a plan may change"
    return ""


def _there(way: list[str], one: MayChange, known, here: str, faults: list) -> float | None:
    """Of a setting in the block `known` that has a value today."""
    if not isinstance(known, dict):
        what, right = f"{'.'.join(way[:-1])} is one value, with nothing below it", "name that setting itself"
        faults.append(Fault(here, what, right))
    elif one.adds:
        faults.append(Fault(f"{here}.adds", "what it would add is there already", "leave out adds"))
    elif isinstance(known[way[-1]], bool) or not isinstance(known[way[-1]], (int, float)):
        faults.append(Fault(here, "is not a number today", "name a setting that is a number"))
    else:
        return float(known[way[-1]])
    return None


def _absent(way: list[str], one: MayChange, scenario: Scenario, here: str, faults: list) -> float | None:
    """Of a setting that the configuration does not name: 0 in a block that the lever adds,
    else what the program takes."""
    if one.adds:
        return 0.0
    value = scenario
    for key in way:
        value = value.get(key) if isinstance(value, dict) else getattr(value, key, None)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        below = ", with adds: {date: ...} if it is a new one" if {"extra_clinics", "joins"} & set(way) else ""
        faults.append(Fault(here, "has no number today", f"name a setting that is there{below}"))
        return None
    return float(value)


def _start_faults(path: str, one: MayChange, scenario: Scenario, here: str, today: float | None):
    if one.starts is None:
        return
    way, where = path.split("."), f"{here}.starts"
    if way[0] != "workforce" or len(way) != 3 or way[-1] != "wte":
        yield Fault(where, "is for workforce.GROUP.wte", "leave it out, or add a block with a date of its own (adds)")
        return
    if today is not None and one.low < today - _near(one, today):
        yield Fault(
            where,
            "says when people come, and low is below who is there today",
            f"low: {_exactly(today)}, or leave out starts",
        )
    group = scenario.workforce.get(way[1])
    if group is not None and ARRIVALS in group.joins:
        yield Fault(where, f"the group has joins.{ARRIVALS} already", "change its wte instead")
    try:
        day = (date.fromisoformat(one.starts) - calendar_of(scenario).start).days
    except ValueError:
        yield Fault(where, "is not a date", 'write it as "2026-09-01"')
        return
    if day >= scenario.run.horizon:
        yield Fault(
            where,
            "is after the horizon",
            (
                f"a date before {calendar_of(scenario).date_of(scenario.run.horizon).isoformat()}, or "
                "a longer run (run.years)"
            ),
        )


def _end_faults(lever: Lever, config: dict, here: str) -> list[Fault]:
    """What is wrong with the lever's own setting, or the block it stands in, at either end.
    Whether settings far apart go together is asked of each plan: what one lever gives up another may take."""
    block = lever.path.rpartition(".")[0]
    for end, place in (("low", 0), ("high", len(lever.values) - 1)):
        if lever.values[place] == lever.today:
            continue
        alone = replace(lever, values=(lever.today, lever.values[place]))
        try:
            build(changed(config, [alone], [1]))
        except ScenarioError as error:
            own = [fault for fault in error.faults if f"{fault.where}.".startswith(f"{block}.")]
            if own:
                return [
                    Fault(
                        f"{here}.{end}" if fault.where == lever.path else f"{here}, {fault.where}",
                        fault.what,
                        fault.right,
                    )
                    for fault in own
                ]
    return []
