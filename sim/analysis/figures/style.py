"""One look for all figures: colours that colour-blind people and grey printers keep apart, sizes, titles."""

import textwrap
from contextlib import contextmanager
from contextvars import ContextVar

import matplotlib
from matplotlib.figure import Figure

from sim.analysis.figures import inks

BASELINE, SCENARIO, BASELINE_INK = inks.BASELINE, inks.SCENARIO, inks.BASELINE_INK
INK, MUTED, RULE, PALE, WARNING, BANDS = inks.INK, inks.MUTED, inks.RULE, inks.PALE, inks.WARNING, inks.BANDS
SETTINGS = {
    "primary": "#56A3D9",
    "triage": "#0B4F8A",
    "community": "#2A9D78",
    "diagnostics": "#B98AC9",
    "hospital": "#D9772B",
    "surgery": "#9C3D16",
    "home": "#93C47D",
    "door": "#8A96A3",
    "out": "#8A96A3",
}

WIDTH = 8.6  # inches
SIZE, SMALL = 9.0, 8.0  # points
_TITLE_SIZE, _TITLE_LINE, _TITLE_CHARS = 12.5, 0.225, 74
_NOTE_LINE, _NOTE_CHARS = 0.165, 128
_EDGE = 0.12

_SETTINGS = {
    "font.family": ["DejaVu Sans"],
    "font.size": SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SIZE,
    "axes.titlesize": SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # said, so that it is not looked for: nothing of ours stands above its axes
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SIZE,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "mskflow",
    "figure.facecolor": "white",
}

_ON = ContextVar("styled", default=False)


@contextmanager
def styled():
    """Matplotlib with this style alone, whatever the user's own settings say, and theirs again afterwards.

    Within itself it changes nothing: who draws a dozen figures sets it once."""
    if _ON.get():
        yield
        return
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        here = _ON.set(True)
        try:
            yield
        finally:
            _ON.reset(here)


def ink(study, scenario: str) -> str:
    """The colour of a pathway's words."""
    return BASELINE_INK if scenario == study.baseline else SCENARIO


def fill(study, scenario: str) -> str:
    """The colour of a pathway's marks."""
    return BASELINE if scenario == study.baseline else SCENARIO


def wrap(text: str, chars: int, lines: int = 2) -> str:
    """The text on at most so many lines, shortened with an ellipsis."""
    parts = textwrap.wrap(text, chars, max_lines=lines, placeholder="…") if text else []
    return "\n".join(parts) if parts != ["…"] else text[: chars - 1] + "…"


def canvas(sentence: str, note: str, body_inches: float) -> Figure:
    """An empty figure: the sentence above, the note below, and a body of the given height between."""
    head = textwrap.wrap(sentence, _TITLE_CHARS)
    foot = textwrap.wrap(note, _NOTE_CHARS)
    top, bottom = _TITLE_LINE * len(head) + 0.14, (_NOTE_LINE * len(foot) + 0.16 if foot else 0.05)
    height = top + body_inches + bottom
    fig = Figure(figsize=(WIDTH, height))
    fig.suptitle(
        "\n".join(head),
        x=_EDGE / WIDTH,
        y=1 - 0.08 / height,
        ha="left",
        va="top",
        fontsize=_TITLE_SIZE,
        fontweight="bold",
        linespacing=1.25,
    )
    fig.text(
        _EDGE / WIDTH,
        0.08 / height,
        "\n".join(foot),
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=MUTED,
        linespacing=1.3,
        gid="note",
    )
    return fig


def sentence(fig: Figure) -> str:
    """What the figure shows, in a sentence."""
    return fig.get_suptitle().replace("\n", " ")


def note(fig: Figure) -> str:
    """How the figure is read."""
    return next((t.get_text().replace("\n", " ") for t in fig.texts if t.get_gid() == "note"), "")


def margins(fig: Figure) -> tuple[float, float]:
    """Inches that title and note take at the top and at the bottom."""
    foot = next((t.get_text() for t in fig.texts if t.get_gid() == "note"), "")
    return (
        _TITLE_LINE * (fig.get_suptitle().count("\n") + 1) + 0.14,
        _NOTE_LINE * (foot.count("\n") + 1) + 0.16 if foot else 0.05,
    )


def grid(fig: Figure, rows: int, columns: int, left=0.12, right=0.12, top=0.1, bottom=0.4, **kw):
    """A grid over the body; margins in inches within it."""
    above, below = margins(fig)
    height = fig.get_figheight()
    return fig.add_gridspec(
        rows,
        columns,
        left=left / WIDTH,
        right=1 - right / WIDTH,
        top=1 - (above + top) / height,
        bottom=(below + bottom) / height,
        **kw,
    )


def label(ax, x, y, text, transform, size=SIZE, **kw):
    """Right-aligned words beside a row, each line a text of its own:
    lines stay aligned in whatever font a reader has."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        down = ((len(lines) - 1) / 2 - index) * size * 1.15
        ax.annotate(
            line,
            (x, y),
            (0, down),
            xycoords=transform,
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=size,
            annotation_clip=False,
            **kw,
        )


def quiet(ax, axis: str = "x"):
    """No box, hairline grid across the given axis."""
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.grid(axis=axis)
    return ax


def key(fig: Figure, items, y_inches: float, x: float = _EDGE):
    """Coloured words in a row under the title, in place of a legend: (mark, colour, ink, words)."""
    above, _ = margins(fig)
    y = 1 - (above + y_inches) / fig.get_figheight()
    for mark, colour, words_ink, words in items:
        fig.text(x / WIDTH, y, mark, color=colour, fontsize=SIZE + 2, va="center")
        fig.text((x + 0.2) / WIDTH, y, words, color=words_ink, fontsize=SIZE, va="center", fontweight="bold")
        x += 0.45 + 0.088 * len(words)
