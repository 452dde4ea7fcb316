"""Services and doors as boxes on the page: by their shape and colour, with what is known of each in words."""

from colorsys import hls_to_rgb, rgb_to_hls

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyBboxPatch

from sim.analysis.figures import style
from sim.analysis.pathway.moves import Moves
from sim.analysis.pathway.service_words import LABEL, LABEL_LINE, LINE, MARK, TEXT, WORDS, label_of, lines_of, marks_of
from sim.analysis.pathway.shapes import Box, Layout
from sim.analysis.pathway.text_width import wide, wrapped
from sim.domain.scenario import Scenario


def colours_of(layout: Layout, services) -> dict[str, str]:
    """Box -> colour: that of its setting, and neighbours can be told apart."""
    found = {name: style.MUTED for name in layout.boxes}
    for column in layout.columns:
        for group in {box.group for box in column}:
            inside = [box.name for box in column if box.group == group and box.name in services]
            found |= {name: _shade(style.SETTINGS.get(group, style.MUTED), i) for i, name in enumerate(inside)}
    return found


class Boxes:
    """Draws on `ax`, which is the page in inches."""

    def __init__(self, ax: Axes, scenario: Scenario, moves: Moves, colours: dict[str, str]):
        self.ax, self.scenario, self.moves, self.colours = ax, scenario, moves, colours
        self.services = scenario.pathway.services

    def draw(self, box: Box) -> None:
        (self._service if box.name in self.services else self._door)(box)

    def shape(self, shape, x, y, width, height, colour, fill) -> None:
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
        self.shape(
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
    """The colour, darker, lighter."""
    hue, light, full = rgb_to_hls(*to_rgb(colour))
    return "#" + "".join(
        f"{round(255 * part):02x}" for part in hls_to_rgb(hue, min(light * (1, 0.68, 1.22)[number % 3], 0.72), full)
    )
