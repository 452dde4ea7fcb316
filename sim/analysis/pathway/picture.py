"""The pathway as a picture, from its data alone: services as boxes by setting, arrows with shares.

`svg_of` is what `pathway.svg` of a results folder is; `png_of` the same for slides.
"""

import warnings
from io import BytesIO

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, drawing
from sim.analysis.pathway.boxes import Boxes, colours_of
from sim.analysis.pathway.layout import lay_out
from sim.analysis.pathway.moves import Moves, moves_of
from sim.analysis.pathway.note import note_of
from sim.analysis.pathway.service_words import SHARE, label_of, said
from sim.analysis.pathway.shapes import BACK, FORWARD, Arrow, Layout, Net
from sim.analysis.pathway.shown import STAGES, columns_of, shown_ways
from sim.analysis.pathway.text_width import cut, wide, wrapped
from sim.analysis.words.plain import plain, tidy
from sim.domain.pathway.kinds import KINDS
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
        self.colours = colours_of(layout, self.services)

    def draw(self, hidden: int) -> Figure:
        fig = self._page(note_of(self.scenario, hidden))
        for frame in self.layout.frames:
            self._frame(*frame)
        for net in sorted(self.layout.nets, key=lambda net: (net.kind == FORWARD, -sum(net.sources.values()))):
            self._net(net)
        for box in self.layout.boxes.values():
            self.boxes.draw(box)
        return fig

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
        self.boxes = Boxes(self.ax, self.scenario, self.moves, self.colours)
        self._key(layout.height + 0.2)
        return fig

    def _key(self, y: float) -> None:
        """What shapes and colours mean, in a row; only those that the picture has."""
        here = {service.shape for service in self.services.values()}
        x = 0.02
        for shape, words in dict.fromkeys(kind.shape for kind in KINDS.values()):
            if words and (shape, words) in here:
                self.boxes.shape(shape, x, y - 0.06, 0.26, 0.13, style.MUTED, "white")
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


def _thick(people: float) -> float:
    return 0.8 + 4.2 * max(people, 0.0) ** 0.5


__all__ = ["figure_of", "label_of", "png_of", "svg_of"]
