"""What the picture of a pathway says in its boxes and at its arrows, and how much room that takes."""

from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from sim.analysis.pathway.moves import DOOR, Move, Moves
from sim.analysis.pathway.shapes import BOX
from sim.analysis.words.labels import plain, tidy
from sim.domain.pathway.routes import through
from sim.domain.scenario import Scenario
from sim.domain.words import COURSE, RESOLVED_PLACE, RETURN

LABEL, WORDS, SHARE, MARK = 8.2, 7.0, 6.8, 5.8  # points
LINE, LABEL_LINE = 0.123, 0.15  # inches
TEXT = BOX - 0.22
RTT = {"clock": "RTT starts", "provisional": "RTT if sent on", "treatment": "RTT stops"}
ACCESS = "◆"


def label_of(scenario: Scenario, name: str) -> str:
    """A service by its label, a door in plain words."""
    if name == DOOR:
        return "People who present"
    service = scenario.pathway.services.get(name)
    return (
        f"From {plain(name.removeprefix(DOOR)).lower()}" if service is None else tidy(service.label, 80) or plain(name)
    )


def percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def said(scenario: Scenario, way, move: Move) -> str:
    """`14% (3–70)`: typical, and from the least to the most; of another door, how many come by it."""
    origin, _, test = way
    if origin != DOOR and origin not in scenario.pathway.services:
        return f"{100 * move.people:.2g} for 100 who present"
    low, high = f"{100 * move.low:.0f}", f"{100 * move.high:.0f}"
    return percent(move.share) if low == high or test else f"{percent(move.share)} ({low}–{high})"


def _few(number: float) -> str:
    """`10.6`, `2.63`, `0.5`: as many figures as say something."""
    text = f"{number:,.{2 if number < 10 else 1}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _capacity(scenario: Scenario, service) -> str:
    if service.kind == "delay":
        return f"{'about ' if service.spread == 'exponential' else ''}{service.days:g} days"
    given, scale = service.capacity, scenario.place.scale
    for slots, how_often in ((given.slots_per_day, "a day"), (given.slots_per_week, "a week")):
        if slots is not None:
            return f"{_few(slots * scale)} {'seats' if service.kind == 'group' else 'slots'} {how_often}"
    if given.clinicians is not None or given.places is not None:
        return (
            f"{_few(given.clinicians * scale)} clinicians"
            if given.places is None
            else f"{_few(given.places * scale)} places"
        )
    parts = []
    for group, share in given.staff.items():
        staff = scenario.workforce[group]
        parts.append(
            f"{tidy(staff.label, 60).split(' (')[0] or plain(group)} {_few(staff.wte * share * scale)}\u00a0WTE"
        )
    return ", ".join(parts)


def _pace(service) -> str:
    """How long a visit is, or how large a group."""
    if service.kind == "group":
        return f"{service.min_size}–{service.max_size} people, {service.sessions} sessions"
    if service.kind == "drop_in":
        return f"{service.visit_minutes:g} minutes, " + (
            service.hours if isinstance(service.hours, str) else "–".join(service.hours)
        )
    if service.kind == "caseload":
        held = f"{'about ' if service.stay_spread == 'geometric' else ''}{service.stay_days:.0f} days"
        return f"{_few(service.places_per_wte)} places a WTE, {held}" if service.capacity.staff else f"held {held}"
    if service.kind != "clinic" or not service.capacity.staff:
        return ""
    again = service.follow_up_minutes
    return f"{service.new_minutes:g} minutes" + (
        f" new, {again:g} again" if again not in (None, service.new_minutes) and _has_course(service) else ""
    )


def _has_course(service) -> bool:
    return service.kind == "clinic" and any(COURSE in rule.to for rule in service.routes.values())


def lines_of(scenario: Scenario, moves: Moves, name: str) -> list[str]:
    """What a box says below its label."""
    service, width = scenario.pathway.services[name], TEXT
    lines = wrapped(_capacity(scenario, service), width, WORDS, 2) + wrapped(_pace(service), width, WORDS, 1)
    if any(through(scenario.pathway.services, other) == name != other for other in scenario.pathway.services):
        lines.append(f"{ACCESS} single point of access")
    if name not in moves.reached:
        return [*lines, "nobody is sent here"]
    again = moves.ways.get((name, name))
    if again is not None:
        lines.append(f"↺ {percent(again.share)} join again")
    marks = [f"↻ {service.follow_ups.mean_visits:.2g} follow-ups"] if _has_course(service) else []
    out = moves.ways.get((name, RESOLVED_PLACE))
    if out is not None and out.high > 0:
        marks.append(f"✓ {percent(out.share)} resolved")
    if any(RETURN in rule.to for rule in service.routes.values()):
        marks.append("↩ back to who asked")
    return [*lines, *([" · ".join(marks)] if marks else [])]


def marks_of(scenario: Scenario, name: str) -> list[str]:
    """Marks on the upper edge of a box: the RTT clock, and whether there is a single point of access to it."""
    services = scenario.pathway.services
    marks = [RTT[services[name].rtt]] if services[name].rtt in RTT else []
    return [*marks, ACCESS] if through(services, name) != name else marks


def height_of(scenario: Scenario, moves: Moves, name: str) -> float:
    label = wrapped(label_of(scenario, name), TEXT, LABEL, 2, True)
    return 0.13 + LABEL_LINE * len(label) + LINE * len(lines_of(scenario, moves, name))


@lru_cache(maxsize=4096)
def wide(text: str, size: float, bold: bool = False) -> float:
    """Inches that a text takes."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return TextPath((0, 0), text, size=size, prop=font).get_extents().width / 72 if text.strip() else 0.0


def wrapped(text: str, width: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """The text on at most so many lines, cut with an ellipsis where it is too long."""
    found, rest = [], text.split(" ") if text else []
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and wide(f"{line} {rest[0]}", size, bold) <= width:
            line += f" {rest.pop(0)}"
        found.append(line)
    if rest:
        found[-1] += "…"
    return [cut(line, width, size, bold) for line in found]


def cut(line: str, width: float, size: float, bold: bool) -> str:
    if wide(line, size, bold) <= width:
        return line
    while len(line) > 1 and wide(f"{line}…", size, bold) > width:
        line = line[:-1].rstrip("… ")
    return f"{line}…"
