"""Which ways of a pathway its picture shows, and which box stands in which column."""

from sim.analysis.pathway.moves import DOOR, Moves
from sim.analysis.pathway.service_words import height_of
from sim.analysis.pathway.shapes import DOOR as DOOR_WIDTH
from sim.analysis.pathway.shapes import Box
from sim.domain.scenario import Scenario

SMALL, LARGE = 0.03, 0.25
"""A way that fewer than SMALL of those who leave take is not drawn, unless they are LARGE of those who arrive."""
STAGES = (
    {"primary": "Primary care"},
    {"triage": "Triage"},
    {"community": "Community", "diagnostics": "Diagnostics", "home": "At home"},
    {"hospital": "Hospital"},
    {"surgery": "Surgery"},
)


def shown_ways(scenario: Scenario, moves: Moves):
    """(from, to, is a test) -> move, for every arrow that is drawn; and how many ways are not."""
    services = scenario.pathway.services
    every = {(a, b, False): m for (a, b), m in moves.ways.items() if b in services and a != b and a in moves.reached}
    every |= {(a, b, True): m for (a, b), m in moves.tests.items() if a in moves.reached}
    shown = {
        key: m
        for key, m in every.items()
        if m.share >= SMALL or m.people >= LARGE * moves.came[key[1]] > 0 or key[0] not in services
    }
    doors = {a for a, _, _ in every if a not in services}
    while lost := _cut_off(every, _reached(doors, shown)):
        key = max(lost, key=lambda k: (lost[k].people, lost[k].high, k))
        shown[key] = every[key]
    return shown, len(every) - len(shown)


def _reached(doors: set, shown) -> set:
    """Where the arrows that are drawn lead, from the doors on."""
    reached, before = set(doors), 0
    while len(reached) > before:
        before = len(reached)
        reached |= {b for a, b, _ in shown if a in reached}
    return reached


def _cut_off(every, reached: set) -> dict:
    """Ways, of those not drawn, to a service that nothing drawn leads to."""
    return {key: move for key, move in every.items() if key[0] in reached and key[1] not in reached}


def columns_of(scenario: Scenario, moves: Moves, shown) -> list[list[Box]]:
    """Boxes by column from the left: the door, then a stage of care after the other."""
    last = _beside_surgery(scenario.pathway.services, shown)
    columns = [[box for group in groups for box in _boxes(scenario, moves, group, last)] for groups in STAGES]
    return [[Box(DOOR, "", 0.5, DOOR_WIDTH)], *filter(None, columns)]


def _beside_surgery(services, shown) -> set[str]:
    """Surgery, and hospital care to which people come from surgery alone."""
    hospital = {name for name, one in services.items() if one.setting == "hospital"}
    surgical = {name for name in hospital if services[name].care == "surgery"}
    senders = {name: {a for a, b, _ in shown if b == name} for name in hospital}
    return surgical | {name for name, some in senders.items() if some and some <= surgical}


def _boxes(scenario: Scenario, moves: Moves, group: str, last: set[str]) -> list[Box]:
    """The services of a frame, each below the doors of its own; those that have one come first."""
    services, column = scenario.pathway.services, []
    inside = [name for name, one in services.items() if ("surgery" if name in last else one.setting) == group]
    doors = {n: [DOOR + s for s, one in scenario.demand.elsewhere.items() if one.service == n] for n in inside}
    for name in sorted(inside, key=lambda n: not doors[n]):
        column += [Box(stream, group, 0.26, fixed=True) for stream in doors[name]]
        column.append(Box(name, group, height_of(scenario, moves, name), fixed=bool(doors[name])))
    return column
