"""The pathway as a picture, from its data alone: services as boxes by setting, arrows with shares.

`svg_of` is what `pathway.svg` of a results folder is; `png_of` the same for slides.
"""

import warnings
from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache
from io import BytesIO

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.textpath import TextPath

from sim.domain.routes import through
from sim.domain.scenario import Scenario
from sim.domain.ways import rule_maps
from sim.domain.words import COURSE, RESOLVED_PLACE, RETURN

from .figures import style
from .figures.register import Drawer, drawing
from .labels import plain, tidy
from .pathway_layout import BACK, BOX, FORWARD, Arrow, Box, Layout, Net, lay_out
from .pathway_layout import DOOR as DOOR_WIDTH
from .pathway_moves import DOOR, Move, Moves, moves_of

SMALL, LARGE = 0.03, 0.25
"""A way that fewer than SMALL of those who leave take is not drawn, unless they are LARGE of those who arrive."""
_LABEL, _WORDS, _SHARE, _MARK = 8.2, 7.0, 6.8, 5.8      # points
_LINE, _LABEL_LINE, _MARGIN, _LEAST = 0.123, 0.15, 0.12, 7.5    # inches; the last is the least width of the page
_TEXT = BOX - 0.22
_STAGES = ({"primary": "Primary care"}, {"triage": "Triage"}, {"community": "Community", "diagnostics": "Diagnostics", "home": "At home"},
           {"hospital": "Hospital"}, {"surgery": "Surgery"})
_RTT = {"clock": "RTT starts", "provisional": "RTT if sent on", "treatment": "RTT stops"}
_ACCESS = "◆"
_DASHES = (0, (3, 1.6))


def svg_of(scenario: Scenario) -> str:
    """The pathway as a stand-alone SVG; the same scenario gives the same bytes."""
    return drawing(Drawer("pathway", "The pathway", figure_of), scenario).svg


def png_of(scenario: Scenario, dots_per_inch: int = 150) -> bytes:
    """The same picture as PNG."""
    data = BytesIO()
    with style.styled(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure_of(scenario).savefig(data, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return data.getvalue()


def label_of(scenario: Scenario, name: str) -> str:
    """A service by its label, a door in plain words."""
    if name == DOOR:
        return "People who present"
    service = scenario.pathway.services.get(name)
    return f"From {plain(name.removeprefix(DOOR)).lower()}" if service is None else tidy(service.label, 80) or plain(name)


# ---- what is drawn


def figure_of(scenario: Scenario) -> Figure:
    """The picture as matplotlib has it; the page is in inches."""
    with style.styled():
        moves = moves_of(scenario)
        shown, hidden = _shown(scenario, moves)
        columns = _columns(scenario, moves, shown)
        layout = lay_out(columns, [Arrow(*key[:2], move.people, key[2], _wide(_said(scenario, key, move), _SHARE)) for key, move in shown.items()])
        return _Picture(scenario, moves, shown, layout).draw(hidden)


def _shown(scenario: Scenario, moves: Moves):
    """(from, to, is a test) -> move, for every arrow that is drawn; and how many ways are not."""
    services = scenario.pathway.services
    every = {(a, b, False): m for (a, b), m in moves.ways.items() if b in services and a != b and a in moves.reached}
    every |= {(a, b, True): m for (a, b), m in moves.tests.items() if a in moves.reached}
    shown = {key: m for key, m in every.items() if m.share >= SMALL or m.people >= LARGE * moves.came[key[1]] > 0 or key[0] not in services}
    while True:
        reached, before = {a for a, _, _ in every if a not in services}, 0
        while len(reached) > before:
            before = len(reached)
            reached |= {b for a, b, _ in shown if a in reached}
        lost = {key: m for key, m in every.items() if key[0] in reached and key[1] not in reached}
        if not lost:
            return shown, len(every) - len(shown)
        key = max(lost, key=lambda k: (lost[k].people, lost[k].high, k))
        shown[key] = every[key]


def _columns(scenario: Scenario, moves: Moves, shown) -> list[list[Box]]:
    services = scenario.pathway.services
    surgical = {name for name, one in services.items() if one.setting == "hospital" and one.care == "surgery"}
    senders = {name: {a for a, b, _ in shown if b == name} for name in services}
    # Hospital care to which people come from surgery alone stands beside it.
    last = surgical | {name for name, some in senders.items() if services[name].setting == "hospital" and some and some <= surgical}
    columns = [[Box(DOOR, "", 0.5, DOOR_WIDTH)]]
    for groups in _STAGES:
        column = []
        for group in groups:
            inside = [n for n, one in services.items() if ("surgery" if n in last else one.setting) == group]
            doors = {n: [DOOR + s for s, one in scenario.demand.elsewhere.items() if one.service == n] for n in inside}
            for name in sorted(inside, key=lambda n: not doors[n]):
                column += [Box(stream, group, 0.26, fixed=True) for stream in doors[name]]
                column.append(Box(name, group, _height(scenario, moves, name), fixed=bool(doors[name])))
        if column:
            columns.append(column)
    return columns


# ---- words


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _said(scenario: Scenario, way, move: Move) -> str:
    """`14% (3–70)`: typical, and from the least to the most; of another door, how many come by it."""
    origin, _, test = way
    if origin != DOOR and origin not in scenario.pathway.services:
        return f"{100 * move.people:.2g} for 100 who present"
    low, high = f"{100 * move.low:.0f}", f"{100 * move.high:.0f}"
    return _percent(move.share) if low == high or test else f"{_percent(move.share)} ({low}–{high})"


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
        return f"{_few(given.clinicians * scale)} clinicians" if given.places is None else f"{_few(given.places * scale)} places"
    parts = []
    for group, share in given.staff.items():
        staff = scenario.workforce[group]
        parts.append(f"{tidy(staff.label, 60).split(' (')[0] or plain(group)} {_few(staff.wte * share * scale)}\u00a0WTE")
    return ", ".join(parts)


def _pace(service) -> str:
    """How long a visit is, or how large a group."""
    if service.kind == "group":
        return f"{service.min_size}–{service.max_size} people, {service.sessions} sessions"
    if service.kind == "drop_in":
        return f"{service.visit_minutes:g} minutes, " + (service.hours if isinstance(service.hours, str) else "–".join(service.hours))
    if service.kind == "caseload":
        held = f"{'about ' if service.stay_spread == 'geometric' else ''}{service.stay_days:.0f} days"
        return f"{_few(service.places_per_wte)} places a WTE, {held}" if service.capacity.staff else f"held {held}"
    if service.kind != "clinic" or not service.capacity.staff:
        return ""
    again = service.follow_up_minutes
    return f"{service.new_minutes:g} minutes" + (f" new, {again:g} again" if again not in (None, service.new_minutes) and _has_course(service) else "")


def _has_course(service) -> bool:
    return service.kind == "clinic" and any(COURSE in rule.to for rule in service.routes.values())


def _lines(scenario: Scenario, moves: Moves, name: str) -> list[str]:
    """What a box says below its label."""
    service, width = scenario.pathway.services[name], _TEXT
    lines = _wrapped(_capacity(scenario, service), width, _WORDS, 2) + _wrapped(_pace(service), width, _WORDS, 1)
    if any(through(scenario.pathway.services, other) == name != other for other in scenario.pathway.services):
        lines.append(f"{_ACCESS} single point of access")
    if name not in moves.reached:
        return [*lines, "nobody is sent here"]
    again = moves.ways.get((name, name))
    if again is not None:
        lines.append(f"↺ {_percent(again.share)} join again")
    marks = [f"↻ {service.follow_ups.mean_visits:.2g} follow-ups"] if _has_course(service) else []
    out = moves.ways.get((name, RESOLVED_PLACE))
    if out is not None and out.high > 0:
        marks.append(f"✓ {_percent(out.share)} resolved")
    if any(RETURN in rule.to for rule in service.routes.values()):
        marks.append("↩ back to who asked")
    return [*lines, *([" · ".join(marks)] if marks else [])]


def _marks(scenario: Scenario, name: str) -> list[str]:
    """Marks on the upper edge of a box: the RTT clock, and whether there is a single point of access to it."""
    services = scenario.pathway.services
    marks = [_RTT[services[name].rtt]] if services[name].rtt in _RTT else []
    return [*marks, _ACCESS] if through(services, name) != name else marks


def _height(scenario: Scenario, moves: Moves, name: str) -> float:
    label = _wrapped(label_of(scenario, name), _TEXT, _LABEL, 2, True)
    return 0.13 + _LABEL_LINE * len(label) + _LINE * len(_lines(scenario, moves, name))


@lru_cache(maxsize=4096)
def _wide(text: str, size: float, bold: bool = False) -> float:
    """Inches that a text takes."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return TextPath((0, 0), text, size=size, prop=font).get_extents().width / 72 if text.strip() else 0.0


def _wrapped(text: str, width: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """The text on at most so many lines, cut with an ellipsis where it is too long."""
    found, rest = [], text.split(" ") if text else []
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and _wide(f"{line} {rest[0]}", size, bold) <= width:
            line += f" {rest.pop(0)}"
        found.append(line)
    if rest:
        found[-1] += "…"
    return [_cut(line, width, size, bold) for line in found]


def _cut(line: str, width: float, size: float, bold: bool) -> str:
    if _wide(line, size, bold) <= width:
        return line
    while len(line) > 1 and _wide(f"{line}…", size, bold) > width:
        line = line[:-1].rstrip("… ")
    return f"{line}…"


# ---- marks on paper


class _Picture:
    """One picture: the axes are the page in inches."""

    def __init__(self, scenario: Scenario, moves: Moves, shown, layout: Layout):
        self.scenario, self.moves, self.shown, self.layout = scenario, moves, shown, layout
        self.services = scenario.pathway.services
        self.colours = {name: style.MUTED for name in layout.boxes}
        for column in layout.columns:
            for group in {box.group for box in column}:
                inside = [box.name for box in column if box.group == group and box.name in self.services]
                self.colours |= {name: _shade(style.SETTINGS.get(group, style.MUTED), i) for i, name in enumerate(inside)}

    def draw(self, hidden: int) -> Figure:
        fig = self._page(self._note(hidden))
        for frame in self.layout.frames:
            self._frame(*frame)
        for net in sorted(self.layout.nets, key=lambda net: (net.kind == FORWARD, -sum(net.sources.values()))):
            self._net(net)
        for box in self.layout.boxes.values():
            (self._service if box.name in self.services else self._door)(box)
        return fig

    def _note(self, hidden: int) -> list[str]:
        lines = ["Thicker: more people. At an arrow: the typical share of those who leave the service; in brackets from the least to the most, by need and "
                 "other facts. ↻ follow-ups in a course. ✓ the episode ends."]
        if any(self.services[name].referrals_through for name in self.services):
            lines.append(f"{_ACCESS} Primary care refers here through the single point of access: its arrow goes there.")
        if any(rule.only_while for _, _, rules in rule_maps(self.scenario.pathway) for rule in rules.values()):
            lines.append("Some rules hold only while a list is long: they count in the brackets, not in the typical share.")
        if any(self.services[name].rtt != "none" for name in self.services):
            lines.append("RTT: where the referral-to-treatment clock starts, starts only if people are sent on to a consultant, or stops.")
        small = f" {hidden} {'way' if hidden == 1 else 'ways'} that under {SMALL:.0%} of those who leave a service take (and under {LARGE:.0%} of those who arrive);" if hidden else ""
        return [*lines, f"Not drawn:{small} people who leave a waiting list unseen."]

    def _page(self, note: list[str]) -> Figure:
        layout, margin = self.layout, _MARGIN
        width, top = max(layout.width, _LEAST) + 2 * margin, 0.42
        note = [part for line in note for part in _wrapped(line, width - 2 * margin, style.SMALL, 9)]
        title = _cut(f"{tidy(self.scenario.title, 90) or plain(self.scenario.name)}: who goes where", width - 2 * margin, 13, True)
        height = layout.height + top + 0.42 + 0.155 * len(note)
        fig = Figure(figsize=(width, height))
        fig.suptitle(title, x=margin / width, y=1 - 0.1 / height, ha="left", va="top", fontsize=13, fontweight="bold")
        fig.text(margin / width, 0.08 / height, "\n".join(note), ha="left", va="bottom", fontsize=style.SMALL, color=style.MUTED, linespacing=1.3, gid="note")
        self.ax = fig.add_axes((margin / width, 0, 1 - margin / width, 1))
        self.ax.set(xlim=(0, width - margin), ylim=(height - top, -top))
        self.ax.axis("off")
        self._key(layout.height + 0.2)
        return fig

    def _key(self, y: float) -> None:
        """What shapes and colours mean, in a row; only those that the picture has."""
        kinds = {service.kind for service in self.services.values()}
        x = 0.02
        for kind, words in (("clinic", "clinic: slots"), ("group", "group: starts together"), ("delay", "time passes, no capacity")):
            if kind in kinds:
                self._shape(kind, x, y - 0.06, 0.26, 0.13, style.MUTED, "white")
                x = self._words(x + 0.33, y, words)
        backs = {self._colour(net) for net in self.layout.nets if net.kind == BACK}
        tests = any(net.dashed for net in self.layout.nets)
        for there, colour, dashes, words in ((style.WARNING in backs, style.WARNING, "-", "back to primary care"),
                                             (style.MUTED in backs, style.MUTED, "-", "another way back"),
                                             (tests, style.SETTINGS["diagnostics"], _DASHES, "tests ordered; results go back")):
            if there:
                self.ax.plot([x, x + 0.27], [y, y], color=colour, linewidth=2, linestyle=dashes)
                x = self._words(x + 0.35, y, words)

    def _words(self, x: float, y: float, words: str) -> float:
        self.ax.text(x, y, words, fontsize=style.SMALL, color=style.MUTED, va="center_baseline")
        return x + _wide(words, style.SMALL) + 0.3

    def _frame(self, group, x, y, width, height) -> None:
        colour = style.SETTINGS.get(group, style.MUTED)
        words = next(groups[group] for groups in _STAGES if group in groups)
        self.ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.06", facecolor=colour, alpha=0.13, linewidth=0))
        self.ax.text(x + 0.09, y + 0.12, words.upper(), fontsize=6.6, fontweight="bold", color=style.MUTED, va="center")

    def _colour(self, net: Net) -> str:
        if net.kind == BACK and not net.dashed:
            return style.WARNING if self.layout.boxes[net.target].group == "primary" else style.MUTED
        return self.colours[net.target]

    def _net(self, net: Net) -> None:
        colour = self._colour(net)
        for x0, y0, x1, y1, people in net.lines:
            self.ax.plot([x0, x1], [y0, y1], color=colour, linewidth=_thick(people), linestyle=_DASHES if net.dashed else "-",
                         solid_capstyle="round", zorder=2)
        for x, y in net.joints:
            self.ax.add_patch(Circle((x, y), 0.028, facecolor=colour, edgecolor="white", linewidth=0.5, zorder=3))
        self._head(*net.tip, colour, _thick(sum(net.sources.values())))
        for name, (x, y, side) in net.starts.items():
            way = (name, net.target, net.dashed)
            move = self.shown[way]
            left, straight = side in ("left", "down"), side in ("up", "down")
            up = 0 if straight else 0.02 + _thick(move.people) / 144
            off = (0.04 + straight * (0.02 + _thick(move.people) / 144)) * (-1 if left else 1)
            self.ax.text(x + off, y - up, _said(self.scenario, way, move), fontsize=_SHARE, va="center" if straight else "bottom",
                         ha="right" if left else "left", color=style.INK, zorder=5)

    def _head(self, x, y, way, colour, thick) -> None:
        half = 0.045 + thick / 120
        dx, dy = {">": (-1, 0), "<": (1, 0), "v": (0, -1), "^": (0, 1)}[way]
        corners = [(x + 1.7 * half * dx + s * half * dy, y + 1.7 * half * dy + s * half * dx) for s in (1, -1)]
        self.ax.add_patch(Polygon([(x, y), *corners], facecolor=colour, linewidth=0, zorder=4))

    def _shape(self, kind, x, y, width, height, colour, fill) -> None:
        """A clinic has corners, a group is a stack, a delay is round and dashed."""
        if kind == "group":
            for i in (2, 1):
                self.ax.add_patch(FancyBboxPatch((x + 0.05 * i, y - 0.032 * i), width - 0.1 * i, height / 2, boxstyle="square,pad=0",
                                                 facecolor=fill, edgecolor=colour, linewidth=0.8, zorder=3))
        round_ = min(0.12, height / 2) if kind == "delay" else 0.015
        self.ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={round_}", facecolor=fill, edgecolor=colour,
                                         linewidth=1.2, linestyle=(0, (2.5, 1.5)) if kind == "delay" else "-", zorder=3))

    def _door(self, box: Box) -> None:
        x, y, w, h = box.x, box.y, box.width, box.height
        self.ax.add_patch(FancyBboxPatch((x, y), w, h, boxstyle=f"round,pad=0,rounding_size={min(h / 2, 0.2)}", facecolor=style.PALE,
                                         edgecolor=style.MUTED, linewidth=0.9, zorder=3))
        lines = _wrapped(label_of(self.scenario, box.name), w - 0.12, _LABEL - 0.4, 2, True)
        for i, line in enumerate(lines):
            self.ax.text(x + w / 2, y + h / 2 + (i - (len(lines) - 1) / 2) * 0.14, line, fontsize=_LABEL - 0.4, ha="center", va="center",
                         fontweight="bold", color=style.MUTED, zorder=5)

    def _service(self, box: Box) -> None:
        name, seen = box.name, box.name in self.moves.reached
        x, y = box.x + 0.08, box.y + 0.135
        self._shape(self.services[name].kind, box.x, box.y, box.width, box.height, self.colours[name], "white" if seen else style.PALE)
        number = list(self.services).index(name)
        for i, line in enumerate(_wrapped(label_of(self.scenario, name), _TEXT, _LABEL, 2, True)):
            self.ax.text(x, y, line, fontsize=_LABEL, fontweight="bold", va="center", color=style.INK if seen else style.MUTED, zorder=5,
                         gid=f"service-{number}-{i}")
            y += _LABEL_LINE
        for line in _lines(self.scenario, self.moves, name):
            self.ax.text(x, y, line, fontsize=_WORDS, va="center", color=style.MUTED, zorder=5)
            y += _LINE
        right = box.x + box.width - 0.06
        for mark in _marks(self.scenario, name):
            width = _wide(mark, _MARK, True) + 0.1
            self.ax.add_patch(FancyBboxPatch((right - width, box.y - 0.1), width, 0.13, boxstyle="round,pad=0,rounding_size=0.05",
                                             facecolor=self.colours[name], edgecolor="white", linewidth=0.8, zorder=6))
            self.ax.text(right - width / 2, box.y - 0.035, mark, fontsize=_MARK, fontweight="bold", color="white", ha="center", va="center_baseline", zorder=7)
            right -= width + 0.04


def _shade(colour: str, number: int) -> str:
    """The colour, darker, lighter: neighbours can be told apart."""
    hue, light, full = rgb_to_hls(*to_rgb(colour))
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(hue, min(light * (1, 0.68, 1.22)[number % 3], 0.72), full))


def _thick(people: float) -> float:
    return 0.8 + 4.2 * max(people, 0.0) ** 0.5


__all__ = ["figure_of", "label_of", "png_of", "svg_of"]
