"""Where the flows diagram puts things: places in columns, bands between them, returns in lanes below.

Pure arithmetic. A band that passes a column gets a slot of its own there, so that nothing runs under a place.
"""

from dataclasses import dataclass, field

from sim.analysis.figures.flows_order import stack
from sim.analysis.figures.values import labels, number_rows

SMALL_SHARE = 0.005
LANES = 7
_COLUMNS = {
    "door": 0,
    "out": 6,
    "primary": 1,
    "triage": 2,
    "home": 3,
    "community": 3,
    "diagnostics": 3,
    "hospital": 4,
    "surgery": 5,
}
_TRIAGE, _SURGERY = ("triage", "single_point"), ("surgery", "theatre", "operation")


@dataclass
class Slot:
    """A place, or (`place` false) the gap that a passing band needs in a column.

    `people`: how thick it is drawn; `total`: who come to it (or leave it, for a way in), returns and small flows too.
    """

    name: str
    column: int
    setting: str
    people: float = 0.0
    place: bool = True
    y: float = 0.0
    total: float = 0.0


@dataclass
class FlowsLayout:
    """`bands`: (slots passed, people); `returns`: (from, to, people);
    `small`: how many flows are not drawn, and people."""

    slots: dict = field(default_factory=dict)
    bands: list = field(default_factory=list)
    returns: list = field(default_factory=list)
    small: tuple = (0, 0.0)
    presented: float = 0.0
    height: float = 0.0


def setting_of(study, scenario) -> dict[str, str]:
    """service -> its layer: its setting, but triage and surgery are layers of their own."""
    rows = study.services[study.services["scenario"] == scenario]
    found = {}
    for name, setting in zip(rows["service"], rows["setting"]):
        word = str(name).lower()
        surgery = setting == "hospital" and any(w in word for w in _SURGERY)
        found[name] = "triage" if any(w in word for w in _TRIAGE) else "surgery" if surgery else str(setting)
    return found


def lay_out(study, scenario, gap: float, least: float) -> FlowsLayout:
    """`gap`, `least`: what lies between slots and the least height of a place, as shares of those who present."""
    flows = _flows(study, scenario)
    if not flows:
        return FlowsLayout()
    entering = sum(p for (a, _), p in flows.items() if a == "presented")
    presented = entering or max(flows.values())
    settings, column = _columns(flows, setting_of(study, scenario))
    drawn = {pair: p for pair, p in flows.items() if p >= SMALL_SHARE * presented}
    small = [p for pair, p in flows.items() if pair not in drawn]
    layout = FlowsLayout(presented=presented)
    forward = {pair: p for pair, p in drawn.items() if column[pair[1]] > column[pair[0]]}
    back = _back(drawn, forward)
    layout.returns = back[:LANES]
    small += [p for *_, p in back[LANES:]]
    layout.small = (len(small), sum(small))
    _slots(layout, forward, column, settings)
    for name, slot in layout.slots.items():
        slot.total = _people(flows, name)
    stack(layout, gap * presented, least * presented)
    return layout


def _flows(study, scenario) -> dict[tuple[str, str], float]:
    """(from, to) -> people a year, of those who go from one place to another."""
    frame = number_rows(study.flows[study.flows["scenario"] == scenario], "patients_a_year")
    sums = frame[frame["patients_a_year"] > 0].groupby(["from", "to"], sort=True)["patients_a_year"].sum()
    return {pair: people for pair, people in sums.items() if pair[0] != pair[1]}


def _columns(flows, settings) -> tuple[dict[str, str], dict[str, int]]:
    """place -> its layer, with the doors in and out that are no services; and its column of those that are used."""
    senders, places = {a for a, _ in flows}, dict.fromkeys(place for pair in flows for place in pair)
    settings = settings | {p: "door" if p in senders else "out" for p in places if p not in settings}
    column = {place: _COLUMNS.get(settings[place], 3) for place in places}
    used = sorted(set(column.values()))
    return settings, {place: used.index(c) for place, c in column.items()}


def _back(drawn, forward) -> list[tuple]:
    """(from, to, people) of what does not lead forward, most people first."""
    back = [(*pair, people) for pair, people in drawn.items() if pair not in forward]
    return sorted(back, key=lambda r: (-r[2], r[0], r[1]))


def _people(flows, name) -> float:
    """Who come to a place, or leave it where nobody does."""
    into = sum(people for (_, to), people in flows.items() if to == name)
    return into or sum(people for (origin, _), people in flows.items() if origin == name)


def _slots(layout, forward, column, settings):
    for a, b, _ in layout.returns:
        for place in (a, b):
            layout.slots.setdefault(place, Slot(place, column[place], settings[place]))
    for (a, b), people in forward.items():
        for place in (a, b):
            layout.slots.setdefault(place, Slot(place, column[place], settings[place]))
        path = [a]
        for passed in range(column[a] + 1, column[b]):
            through = ("", b, passed)  # bands to one place share a slot
            slot = layout.slots.setdefault(through, Slot(b, passed, settings[b], place=False))
            slot.people += people
            path.append(through)
        layout.bands.append(((*path, b), people))
    for name, slot in layout.slots.items():
        if slot.place:
            into = sum(p for path, p in layout.bands if path[-1] == name)
            out = sum(p for path, p in layout.bands if path[0] == name)
            slot.people = max(into, out)


def place_words(study) -> dict[str, str]:
    """place -> words: services by their labels, and the doors in and out."""
    return {
        "presented": "Presented",
        "resolved": "Resolved",
        "removed": "Removed",
        "elsewhere": "From A&E etc.",
        **labels(study),
    }
