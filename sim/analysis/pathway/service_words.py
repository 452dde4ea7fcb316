"""What the picture of a pathway says in its boxes and at its arrows."""

from sim.analysis.pathway.moves import DOOR, Move, Moves
from sim.analysis.pathway.shapes import BOX
from sim.analysis.pathway.text_width import wrapped
from sim.analysis.words.plain import plain, tidy
from sim.domain.numerals import few
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import through
from sim.domain.scenario import Scenario
from sim.domain.words import RESOLVED_PLACE, RETURN

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


def _capacity(scenario: Scenario, service: ServiceSettings) -> str:
    words = service.capacity_words(scenario.place.scale)
    if words is not None or service.provided is None:
        return words or ""
    parts = []
    for group, share in service.provided.staff.items():
        staff, wte = scenario.workforce[group], few(scenario.workforce[group].wte * share * scenario.place.scale)
        parts.append(f"{tidy(staff.label, 60).split(' (')[0] or plain(group)} {wte}\u00a0WTE")
    return ", ".join(parts)


def lines_of(scenario: Scenario, moves: Moves, name: str) -> list[str]:
    """What a box says below its label."""
    service, width = scenario.pathway.services[name], TEXT
    lines = wrapped(_capacity(scenario, service), width, WORDS, 2) + wrapped(service.pace_words(), width, WORDS, 1)
    if any(name in through(scenario.pathway.services, other) - {other} for other in scenario.pathway.services):
        lines.append(f"{ACCESS} single point of access")
    if name not in moves.reached:
        return [*lines, "nobody is sent here"]
    again = moves.ways.get((name, name))
    if again is not None:
        lines.append(f"↺ {percent(again.share)} join again")
    marks = [f"↻ {course}"] if (course := service.course_words()) else []
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
    return [*marks, ACCESS] if through(services, name) != {name} else marks


def height_of(scenario: Scenario, moves: Moves, name: str) -> float:
    label = wrapped(label_of(scenario, name), TEXT, LABEL, 2, True)
    return 0.13 + LABEL_LINE * len(label) + LINE * len(lines_of(scenario, moves, name))
