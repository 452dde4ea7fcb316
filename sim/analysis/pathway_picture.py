"""The pathway as a picture, from its data alone: services as boxes by setting, arrows with shares.

`svg_of` is what `pathway.svg` of a results folder is; `png_of` the same for slides.
"""

from functools import lru_cache
from io import BytesIO

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle
from matplotlib.textpath import TextPath

from sim.domain.routes import in_order
from sim.domain.scenario import Scenario
from sim.domain.words import COURSE, RESOLVED_PLACE, RETURN, WEEKDAYS

from .figures import style
from .figures.register import Drawer, drawing
from .labels import plain, tidy
from .pathway_layout import BOX, EDGE, FORWARD, Box, Layout, lay_out
from .pathway_moves import DOOR, Move, Moves, moves_of

SMALL, LARGE = 0.03, 0.25   # a move of less than SMALL of those who leave is not drawn, unless it is LARGE of those who arrive
_LABEL, _WORDS, _SHARE = 8.4, 7.0, 6.8      # points
_STAGES = ({"primary": "Primary care"}, {"triage": "Triage"},
           {"community": "Community", "diagnostics": "Diagnostics", "home": "At home"}, {"hospital": "Hospital"}, {"surgery": "Surgery"})
_RTT = {"clock": "RTT starts", "provisional": "RTT interface", "treatment": "RTT stops"}
_EVERY_DAY = {"every_day": "every day", "working_days": ""}


def svg_of(scenario: Scenario) -> str:
    """The pathway as a stand-alone SVG; the same scenario gives the same bytes."""
    return drawing(Drawer("pathway", "The pathway", _figure), scenario).svg


def png_of(scenario: Scenario, dots_per_inch: int = 150) -> bytes:
    """The same picture as PNG."""
    data = BytesIO()
    fig = _figure(scenario)
    with style.styled():
        fig.savefig(data, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return data.getvalue()


# ---- what is drawn


def _figure(scenario: Scenario) -> Figure:
    with style.styled():
        moves = moves_of(scenario)
        shown, hidden = _shown(scenario, moves)
        layout = lay_out(_columns(scenario, moves, shown), [(a, b, move.people, dashed) for (a, b, dashed), move in shown.items()])
        fig, ax = _canvas(scenario, layout, hidden)
        for group, x, y, width, height in layout.frames:
            _frame(ax, group, x, y, width, height)
        for net in sorted(layout.nets, key=lambda net: net.kind == FORWARD):
            _net(ax, scenario, layout, net, shown)
        for box in layout.boxes.values():
            _box(ax, scenario, moves, box)
        return fig


def _shown(scenario: Scenario, moves: Moves):
    """(from, to, is a test) -> move, for every arrow that is drawn; and how many are not."""
    services = scenario.pathway.services
    every = {(a, b, False): m for (a, b), m in moves.ways.items() if b in services and a != b}
    every |= {(a, b, True): m for (a, b), m in moves.tests.items()}
    every = {key: m for key, m in every.items() if _visited(moves, key[0])}
    shown = {key: m for key, m in every.items() if m.share >= SMALL or m.people >= LARGE * moves.came.get(key[1], 0)}
    doors = {a for a, _, _ in every if a not in services}
    while True:
        reached, before = set(doors), 0
        while len(reached) > before:
            before = len(reached)
            reached |= {b for a, b, _ in shown if a in reached}
        lost = {key: m for key, m in every.items() if key[1] not in reached and key[0] in reached}
        if not lost:
            return shown, sum(key not in shown for key in every)
        key = max(lost, key=lambda k: (lost[k].people, lost[k].high, k))
        shown[key] = every[key]


def _visited(moves: Moves, name: str) -> bool:
    return moves.came.get(name, 1.0) > 1e-8


def _columns(scenario: Scenario, moves: Moves, shown) -> list[list[Box]]:
    services = scenario.pathway.services
    stage = {name: _stage(scenario, name, shown) for name in services}
    columns = [[Box(DOOR, 0, "", 0.5)]]
    for number, groups in enumerate(_STAGES):
        column = []
        for group in groups:
            for name in services:
                if stage[name] == number and (services[name].setting == group or group == "surgery"):
                    for stream, one in scenario.demand.elsewhere.items():
                        if one.service == name:
                            column.append(Box(stream, len(columns), group, 0.26))
                    column.append(Box(name, len(columns), group, _height(scenario, moves, name)))
        if column:
            columns.append(column)
    return columns


def _stage(scenario: Scenario, name: str, shown) -> int:
    """Surgery, and hospital care to which people come from surgery alone, stand last."""
    services = scenario.pathway.services
    setting = services[name].setting

    def surgical(one):
        return services[one].setting == "hospital" and services[one].care == "surgery" if one in services else False

    senders = {a for a, b, _ in shown if b == name}
    if setting == "hospital" and (surgical(name) or (senders and all(map(surgical, senders)))):
        return len(_STAGES) - 1
    return next(i for i, groups in enumerate(_STAGES) if setting in groups)


# ---- words


def label_of(scenario: Scenario, name: str) -> str:
    """A service by its label, a door in plain words."""
    if name == DOOR:
        return "People who present"
    service = scenario.pathway.services.get(name)
    return f"From {plain(name).lower()}" if service is None else tidy(service.label, 80) or plain(name)


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _share(move: Move) -> str:
    low, high = round(100 * move.low), round(100 * move.high)
    return _percent(move.share) if high - low < 1 else f"{_percent(move.share)} ({low}–{high})"


def _capacity(scenario: Scenario, service) -> str:
    if service.kind == "delay":
        usual = "about " if service.spread == "exponential" else ""
        return f"{usual}{service.days:g} days"
    given, scale = service.capacity, scenario.place.scale
    if given.slots_per_day is not None:
        return f"{given.slots_per_day * scale:,.4g} slots a day"
    if given.slots_per_week is not None:
        return f"{given.slots_per_week * scale:,.4g} slots a week"
    parts = []
    for group, share in given.staff.items():
        staff = scenario.workforce[group]
        words = tidy(staff.label, 60).split(" (")[0] or plain(group)
        parts.append(f"{words} {staff.wte * share * scale:.3g} WTE")
    return ", ".join(parts)


def _pace(service) -> str:
    """How long a visit is and when: the second line of a box."""
    if service.kind == "group":
        days = ", ".join(day.capitalize() for day in service.session_days)
        return f"{service.min_size}–{service.max_size} people, {service.sessions} sessions, {days}"
    if service.kind == "clinic" and service.capacity.staff:
        return f"{service.new_minutes:g} minutes" + (f" new, {service.follow_up_minutes:g} again" if service.follow_up_minutes not in (None, service.new_minutes) else "")
    return ""


def _lines(scenario: Scenario, moves: Moves, name: str) -> list[str]:
    """What a box says below its label."""
    service = scenario.pathway.services[name]
    lines = _wrapped(_capacity(scenario, service), BOX - 0.2, _WORDS, 2)
    pace = _pace(service)
    if pace:
        lines += _wrapped(pace, BOX - 0.2, _WORDS, 1)
    marks = []
    if _courses(service):
        marks.append(f"↻ {service.follow_ups.mean_visits:.2g} follow-ups")
    way_out = moves.ways.get((name, RESOLVED_PLACE))
    if way_out is not None and way_out.high > 0:
        marks.append(f"✓ {_percent(way_out.share)} resolved")
    if any(RETURN in rule.to for rule in service.routes.values()):
        marks.append("↩ back to who asked")
    return [*lines, *(["   ".join(marks)] if marks else [])]


def _courses(service) -> bool:
    return any(COURSE in rule.to for rule in service.routes.values()) and getattr(service, "follow_ups", None) is not None


def _height(scenario: Scenario, moves: Moves, name: str) -> float:
    label = _wrapped(label_of(scenario, name), BOX - 0.2, _LABEL, 2, True)
    return 0.1 + 0.15 * len(label) + 0.125 * len(_lines(scenario, moves, name)) + 0.03


@lru_cache(maxsize=4096)
def _wide(text: str, size: float, bold: bool = False) -> float:
    """Inches that a text takes."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return TextPath((0, 0), text, size=size, prop=font).get_extents().width / 72 if text.strip() else 0.0


def _wrapped(text: str, width: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """The text on at most so many lines, cut with an ellipsis where it is too long."""
    found, rest = [], text.split()
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and _wide(f"{line} {rest[0]}", size, bold) <= width:
            line += " " + rest.pop(0)
        found.append(line)
    if rest:
        found[-1] += "…"
    return [_cut(line, width, size, bold) for line in found]


def _cut(line: str, width: float, size: float, bold: bool) -> str:
    if _wide(line, size, bold) <= width:
        return line
    while len(line) > 1 and _wide(line + "…", size, bold) > width:
        line = line[:-1]
    return line.rstrip("…") + "…"


# ---- marks on paper


def _canvas(scenario: Scenario, layout: Layout, hidden: int):
    title = tidy(scenario.title, 90) or plain(scenario.name)
    note = ["Thicker: more people. At an arrow: the typical share of those who leave the service, and in brackets the least and the most by need and other facts.",
            "Dashed: tests that are ordered. ↻ follow-ups in a course, ✓ the episode ends here. Who leaves a waiting list is not shown."]
    if hidden:
        note.append(f"Not drawn: {hidden} ways that less than {SMALL:.0%} of those who leave a service take, and less than {LARGE:.0%} of those who arrive.")
    width, top, bottom = layout.width + 2 * EDGE, 0.45, 0.2 + 0.16 * len(note)
    height = layout.height + top + bottom
    fig = Figure(figsize=(width, height))
    fig.suptitle(title, x=EDGE / width, y=1 - 0.1 / height, ha="left", va="top", fontsize=13, fontweight="bold")
    fig.text(EDGE / width, 0.08 / height, "\n".join(note), ha="left", va="bottom", fontsize=style.SMALL, color=style.MUTED, linespacing=1.3, gid="note")
    ax = fig.add_axes((EDGE / width, bottom / height, layout.width / width, layout.height / height))
    ax.set(xlim=(0, layout.width), ylim=(layout.height, 0))
    ax.axis("off")
    return fig, ax


def _frame(ax, group, x, y, width, height):
    colour = style.SETTINGS[group]
    words = next(groups[group] for groups in _STAGES if group in groups)
    ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.06", facecolor=colour, alpha=0.13, linewidth=0))
    ax.text(x + 0.08, y + 0.14, words.upper(), fontsize=7, fontweight="bold", color=style.MUTED, va="center")


def _colour(scenario: Scenario, layout: Layout, net) -> str:
    if net.kind == "back":
        return style.WARNING if layout.boxes[net.target].group == "primary" else style.MUTED
    return style.SETTINGS.get(layout.boxes[net.target].group, style.MUTED)


def _net(ax, scenario, layout, net, shown):
    colour = _colour(scenario, layout, net)
    dashes = (0, (3, 1.6)) if net.dashed else "solid"
    for x0, y0, x1, y1, people in net.lines:
        ax.plot([x0, x1], [y0, y1], color=colour, linewidth=_thick(people), linestyle=dashes, solid_capstyle="round", zorder=2)
    for x, y in net.joints:
        ax.add_patch(Circle((x, y), 0.026, facecolor=colour, edgecolor="white", linewidth=0.5, zorder=3))
    for x, y, way in net.ends:
        _head(ax, x, y, way, colour, _thick(net.people))
    for name, (x, y) in net.starts.items():
        words = _share(shown[name, net.target, net.dashed])
        if net.kind == "straight":
            ax.text(x + 0.06, y, words, fontsize=_SHARE, va="center", color=style.INK, zorder=5)
        else:
            ax.text(x + 0.05, y - 0.025 - _thick(net.people) / 144, words, fontsize=_SHARE, va="bottom", color=style.INK, zorder=5)


def _thick(people: float) -> float:
    return 0.8 + 4.2 * max(people, 0.0) ** 0.5


def _head(ax, x, y, way, colour, thick):
    a = 0.05 + thick / 110
    along, across = {">": ((-1, 0), (0, 1)), "<": ((1, 0), (0, 1)), "v": ((0, -1), (1, 0)), "^": ((0, 1), (1, 0))}[way]
    points = [(x, y)] + [(x + 1.7 * a * along[0] + s * a * across[0], y + 1.7 * a * along[1] + s * a * across[1]) for s in (1, -1)]
    ax.add_patch(Polygon(points, facecolor=colour, linewidth=0, zorder=4))


def _box(ax, scenario, moves, box):
    service = scenario.pathway.services.get(box.name)
    colour = style.SETTINGS.get(box.group or "door", style.MUTED)
    x, y, w, h = box.x, box.y, box.width, box.height
    if service is None:
        ax.add_patch(FancyBboxPatch((x, y), w, h, boxstyle=f"round,pad=0,rounding_size={min(h / 2, 0.2)}", facecolor=style.PALE, edgecolor=style.MUTED, linewidth=0.9, zorder=3))
        ax.text(x + w / 2, y + h / 2, label_of(scenario, box.name), fontsize=_LABEL - 0.4, ha="center", va="center", fontweight="bold", color=style.MUTED, zorder=5)
        return
    seen = _visited(moves, box.name)
    if service.kind == "group":
        for i in (2, 1):
            ax.add_patch(Rectangle((x + 0.035 * i, y + 0.035 * i), w, h, facecolor="white", edgecolor=colour, linewidth=0.8, zorder=3))
    shape = f"round,pad=0,rounding_size={0.14 if service.kind == 'delay' else 0.02}"
    ax.add_patch(FancyBboxPatch((x, y), w, h, boxstyle=shape, facecolor="white" if seen else style.PALE, edgecolor=colour,
                                linewidth=1.2, linestyle="dashed" if service.kind == "delay" else "solid", zorder=3))
    ink = style.INK if seen else style.MUTED
    lines = _wrapped(label_of(scenario, box.name), BOX - 0.2, _LABEL, 2, True)
    ty = y + 0.135
    for line in lines:
        ax.text(x + 0.09, ty, line, fontsize=_LABEL, fontweight="bold", va="center", color=ink, zorder=5, gid=f"service-{box.name}")
        ty += 0.15
    for line in _lines(scenario, moves, box.name):
        ax.text(x + 0.09, ty, line, fontsize=_WORDS, va="center", color=style.MUTED, zorder=5)
        ty += 0.125


__all__ = ["in_order", "WEEKDAYS", "label_of", "png_of", "svg_of"]
