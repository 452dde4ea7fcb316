"""The pathway as a picture, from its data alone: services as boxes by setting, arrows with shares.

`svg_of` is what `pathway.svg` of a results folder is; `png_of` the same for slides.
"""

import warnings
from colorsys import hls_to_rgb, rgb_to_hls
from io import BytesIO

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, drawing
from sim.analysis.pathway.layout import lay_out
from sim.analysis.pathway.moves import Moves, moves_of
from sim.analysis.pathway.service_words import (
    ACCESS,
    LABEL,
    LABEL_LINE,
    LINE,
    MARK,
    SHARE,
    TEXT,
    WORDS,
    label_of,
    lines_of,
    marks_of,
    said,
)
from sim.analysis.pathway.shapes import BACK, FORWARD, Arrow, Box, Layout, Net
from sim.analysis.pathway.shown import LARGE, SMALL, STAGES, columns_of, shown_ways
from sim.analysis.pathway.text_width import cut, wide, wrapped
from sim.analysis.words.labels import plain, tidy
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.ways import rule_maps
from sim.domain.scenario import Scenario

_MARGIN, _LEAST = 0.12, 7.5  # inches; the last is the least width of the page
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


# ---- what is drawn


def figure_of(scenario: Scenario) -> Figure:
    """The picture as matplotlib has it; the page is in inches."""
    with style.styled():
        moves = moves_of(scenario)
        shown, hidden = shown_ways(scenario, moves)
        columns = columns_of(scenario, moves, shown)
        layout = lay_out(
            columns,
            [
                Arrow(*key[:2], move.people, key[2], wide(said(scenario, key, move), SHARE))
                for key, move in shown.items()
            ],
        )
        return _Picture(scenario, moves, shown, layout).draw(hidden)


# ---- marks on paper


class _Picture:
    """One picture: the axes are the page in inches whatever is put on them, so no mark need be asked its size."""

    def __init__(self, scenario: Scenario, moves: Moves, shown, layout: Layout):
        self.scenario, self.moves, self.shown, self.layout = scenario, moves, shown, layout
        self.services = scenario.pathway.services
        self.colours = {name: style.MUTED for name in layout.boxes}
        for column in layout.columns:
            for group in {box.group for box in column}:
                inside = [box.name for box in column if box.group == group and box.name in self.services]
                self.colours |= {
                    name: _shade(style.SETTINGS.get(group, style.MUTED), i) for i, name in enumerate(inside)
                }

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
        lines = [
            "Thicker: more people. At an arrow: the typical share of those who leave the service; in brackets from "
            "the least to the most, by need and other facts. ↻ follow-ups in a course. ✓ the episode ends."
        ]
        if any(self.services[name].referrals_through for name in self.services):
            lines.append(f"{ACCESS} Primary care refers here through the single point of access: its arrow goes there.")
        asked = [
            rule.only_while
            for _, _, rules in rule_maps(self.scenario.pathway)
            for rule in rules.values()
            if rule.only_while
        ]
        if not all(one.dated for one in asked):
            lines.append(
                "Some rules hold only while a list is long: they count in the brackets, not in the typical share."
            )
        if any(one.dated for one in asked):
            lines.append(
                "Some rules begin or end on a date: the typical share is of the whole run, the brackets have each side."
            )
        if any(self.services[name].rtt != "none" for name in self.services):
            lines.append(
                "RTT: where the referral-to-treatment clock starts, starts only if people are sent on to a "
                "consultant, or stops."
            )
        small = (
            f" {hidden} {'way' if hidden == 1 else 'ways'} that under {SMALL:.0%} of those who leave a service take "
            f"(and under {LARGE:.0%} of those who arrive);"
            if hidden
            else ""
        )
        return [*lines, f"Not drawn:{small} people who leave a waiting list unseen."]

    def _page(self, note: list[str]) -> Figure:
        layout, margin = self.layout, _MARGIN
        width, top = max(layout.width, _LEAST) + 2 * margin, 0.42
        note = [part for line in note for part in wrapped(line, width - 2 * margin, style.SMALL, 9)]
        title = cut(
            f"{tidy(self.scenario.title, 90) or plain(self.scenario.name)}: who goes where",
            width - 2 * margin,
            13,
            True,
        )
        height = layout.height + top + 0.42 + 0.155 * len(note)
        fig = Figure(figsize=(width, height))
        fig.suptitle(title, x=margin / width, y=1 - 0.1 / height, ha="left", va="top", fontsize=13, fontweight="bold")
        fig.text(
            margin / width,
            0.08 / height,
            "\n".join(note),
            ha="left",
            va="bottom",
            fontsize=style.SMALL,
            color=style.MUTED,
            linespacing=1.3,
            gid="note",
        )
        self.ax = fig.add_axes((margin / width, 0, 1 - margin / width, 1))
        self.ax.set(xlim=(0, width - margin), ylim=(height - top, -top))
        self.ax.axis("off")
        self._key(layout.height + 0.2)
        return fig

    def _key(self, y: float) -> None:
        """What shapes and colours mean, in a row; only those that the picture has."""
        here = {service.shape for service in self.services.values()}
        x = 0.02
        for shape, words in dict.fromkeys(kind.shape for kind in KINDS.values()):
            if words and (shape, words) in here:
                self._shape(shape, x, y - 0.06, 0.26, 0.13, style.MUTED, "white")
                x = self._words(x + 0.33, y, words)
        backs = {self._colour(net) for net in self.layout.nets if net.kind == BACK}
        tests = any(net.dashed for net in self.layout.nets)
        for there, colour, dashes, words in (
            (style.WARNING in backs, style.WARNING, "-", "back to primary care"),
            (style.MUTED in backs, style.MUTED, "-", "another way back"),
            (tests, style.SETTINGS["diagnostics"], _DASHES, "tests ordered; results go back"),
        ):
            if there:
                self.ax.add_artist(Line2D([x, x + 0.27], [y, y], color=colour, linewidth=2, linestyle=dashes))
                x = self._words(x + 0.35, y, words)

    def _words(self, x: float, y: float, words: str) -> float:
        self.ax.text(x, y, words, fontsize=style.SMALL, color=style.MUTED, va="center_baseline")
        return x + wide(words, style.SMALL) + 0.3

    def _frame(self, group, x, y, width, height) -> None:
        colour = style.SETTINGS.get(group, style.MUTED)
        words = next(groups[group] for groups in STAGES if group in groups)
        self.ax.add_artist(
            FancyBboxPatch(
                (x, y),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.06",
                facecolor=colour,
                alpha=0.13,
                linewidth=0,
            )
        )
        self.ax.text(x + 0.09, y + 0.12, words.upper(), fontsize=6.6, fontweight="bold", color=style.MUTED, va="center")

    def _colour(self, net: Net) -> str:
        if net.kind == BACK and not net.dashed:
            return style.WARNING if self.layout.boxes[net.target].group == "primary" else style.MUTED
        return self.colours[net.target]

    def _net(self, net: Net) -> None:
        colour = self._colour(net)
        for x0, y0, x1, y1, people in net.lines:
            look = {"color": colour, "linewidth": _thick(people), "linestyle": _DASHES if net.dashed else "-"}
            self.ax.add_artist(Line2D([x0, x1], [y0, y1], solid_capstyle="round", zorder=2, **look))
        for x, y in net.joints:
            self.ax.add_artist(Circle((x, y), 0.028, facecolor=colour, edgecolor="white", linewidth=0.5, zorder=3))
        self._head(*net.tip, colour, _thick(sum(net.sources.values())))
        for name, (x, y, side) in net.starts.items():
            way = (name, net.target, net.dashed)
            move = self.shown[way]
            left, straight = side in ("left", "down"), side in ("up", "down")
            up = 0 if straight else 0.02 + _thick(move.people) / 144
            off = (0.04 + straight * (0.02 + _thick(move.people) / 144)) * (-1 if left else 1)
            self.ax.text(
                x + off,
                y - up,
                said(self.scenario, way, move),
                fontsize=SHARE,
                va="center" if straight else "bottom",
                ha="right" if left else "left",
                color=style.INK,
                zorder=5,
            )

    def _head(self, x, y, way, colour, thick) -> None:
        half = 0.045 + thick / 120
        dx, dy = {">": (-1, 0), "<": (1, 0), "v": (0, -1), "^": (0, 1)}[way]
        corners = [(x + 1.7 * half * dx + s * half * dy, y + 1.7 * half * dy + s * half * dx) for s in (1, -1)]
        self.ax.add_artist(Polygon([(x, y), *corners], facecolor=colour, linewidth=0, zorder=4))

    def _shape(self, shape, x, y, width, height, colour, fill) -> None:
        """A `box` has corners, a `stack` is several, what is `round` is dashed."""
        if shape == "stack":
            for i in (2, 1):
                self.ax.add_artist(
                    FancyBboxPatch(
                        (x + 0.05 * i, y - 0.032 * i),
                        width - 0.1 * i,
                        height / 2,
                        boxstyle="square,pad=0",
                        facecolor=fill,
                        edgecolor=colour,
                        linewidth=0.8,
                        zorder=3,
                    )
                )
        round_ = min(0.12, height / 2) if shape == "round" else 0.015
        self.ax.add_artist(
            FancyBboxPatch(
                (x, y),
                width,
                height,
                boxstyle=f"round,pad=0,rounding_size={round_}",
                facecolor=fill,
                edgecolor=colour,
                linewidth=1.2,
                linestyle=(0, (2.5, 1.5)) if shape == "round" else "-",
                zorder=3,
            )
        )

    def _door(self, box: Box) -> None:
        x, y, w, h = box.x, box.y, box.width, box.height
        self.ax.add_artist(
            FancyBboxPatch(
                (x, y),
                w,
                h,
                boxstyle=f"round,pad=0,rounding_size={min(h / 2, 0.2)}",
                facecolor=style.PALE,
                edgecolor=style.MUTED,
                linewidth=0.9,
                zorder=3,
            )
        )
        lines = wrapped(label_of(self.scenario, box.name), w - 0.12, LABEL - 0.4, 2, True)
        for i, line in enumerate(lines):
            self.ax.text(
                x + w / 2,
                y + h / 2 + (i - (len(lines) - 1) / 2) * 0.14,
                line,
                fontsize=LABEL - 0.4,
                ha="center",
                va="center",
                fontweight="bold",
                color=style.MUTED,
                zorder=5,
            )

    def _service(self, box: Box) -> None:
        name, seen = box.name, box.name in self.moves.reached
        x, y = box.x + 0.08, box.y + 0.135
        self._shape(
            self.services[name].shape[0],
            box.x,
            box.y,
            box.width,
            box.height,
            self.colours[name],
            "white" if seen else style.PALE,
        )
        number = list(self.services).index(name)
        for i, line in enumerate(wrapped(label_of(self.scenario, name), TEXT, LABEL, 2, True)):
            self.ax.text(
                x,
                y,
                line,
                fontsize=LABEL,
                fontweight="bold",
                va="center",
                color=style.INK if seen else style.MUTED,
                zorder=5,
                gid=f"service-{number}-{i}",
            )
            y += LABEL_LINE
        for line in lines_of(self.scenario, self.moves, name):
            self.ax.text(x, y, line, fontsize=WORDS, va="center", color=style.MUTED, zorder=5)
            y += LINE
        right = box.x + box.width - 0.06
        for mark in marks_of(self.scenario, name):
            width = wide(mark, MARK, True) + 0.1
            self.ax.add_artist(
                FancyBboxPatch(
                    (right - width, box.y - 0.1),
                    width,
                    0.13,
                    boxstyle="round,pad=0,rounding_size=0.05",
                    facecolor=self.colours[name],
                    edgecolor="white",
                    linewidth=0.8,
                    zorder=6,
                )
            )
            self.ax.text(
                right - width / 2,
                box.y - 0.035,
                mark,
                fontsize=MARK,
                fontweight="bold",
                color="white",
                ha="center",
                va="center_baseline",
                zorder=7,
            )
            right -= width + 0.04


def _shade(colour: str, number: int) -> str:
    """The colour, darker, lighter: neighbours can be told apart."""
    hue, light, full = rgb_to_hls(*to_rgb(colour))
    return "#" + "".join(
        f"{round(255 * part):02x}" for part in hls_to_rgb(hue, min(light * (1, 0.68, 1.22)[number % 3], 0.72), full)
    )


def _thick(people: float) -> float:
    return 0.8 + 4.2 * max(people, 0.0) ** 0.5


__all__ = ["figure_of", "label_of", "png_of", "svg_of"]
