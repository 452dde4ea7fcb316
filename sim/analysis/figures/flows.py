"""Flows of people between services, as bands; returns as thin arcs below."""

from matplotlib.patches import PathPatch, Rectangle

from sim.analysis.figures import style
from sim.analysis.figures.flows_layout import SMALL_SHARE, lay_out, place_words
from sim.analysis.figures.flows_order import threads
from sim.analysis.figures.flows_shapes import arc, band
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, pathways, title
from sim.analysis.words.plain import plain

_SCALE = 2.1  # inches that those who present take
_GAP, _LEAST = 0.42, 0.05  # inches between slots (room for a label), least height of a place
_LANE, _BAR, _TOP = 0.18, 0.1, 0.3
_SENDERS = ("primary", "triage", "community", "home")
"""From where somebody is sent to a hospital; from a scan they come back to it."""


@figure("flows", "Flows between services")
def flows(study):
    shown = []
    for scenario in pathways(study):
        layout = lay_out(study, scenario, _GAP / _SCALE, _LEAST / _SCALE)
        if layout.slots:
            shown.append((scenario, layout))
    if not shown:
        return None
    most = max(layout.presented for _, layout in shown)
    heights = [layout.height / most * _SCALE + _TOP + 0.12 + _LANE * (len(layout.returns) + 1) for _, layout in shown]
    fig = style.canvas(_sentence(study), _note(study, shown), sum(heights))
    above, _ = style.margins(fig)
    top = above
    for (scenario, layout), height in zip(shown, heights):
        left, width = 0.12, style.WIDTH - 0.24
        inches = fig.get_figheight()
        ax = fig.add_axes((left / style.WIDTH, 1 - (top + height) / inches, width / style.WIDTH, height / inches))
        ax.set(xlim=(0, width), ylim=(height, 0))
        ax.axis("off")
        ax.text(
            0,
            0.16,
            title(study, scenario),
            fontsize=style.SIZE + 1.5,
            fontweight="bold",
            va="center",
            color=style.ink(study, scenario),
        )
        _panel(ax, layout, place_words(study), width, _SCALE / most)
        top += height
    return fig


def _panel(ax, layout, words, width, scale):
    last = max(slot.column for slot in layout.slots.values())
    step = (width - 1.0) / max(last, 1)

    def x(slot):
        return slot.column * step

    def y(people):
        return _TOP + people * scale

    for path, people, ends in threads(layout):
        slots = [layout.slots[key] for key in path]
        colour = style.SETTINGS.get(slots[0].setting, style.MUTED)
        segments = [
            (x(a) + (_BAR if a.place else 0), y(left), x(b), y(right))
            for a, b, (left, right) in zip(slots, slots[1:], ends)
        ]
        ax.add_patch(PathPatch(band(segments, people * scale), facecolor=colour, alpha=0.42, linewidth=0))
    for slot in layout.slots.values():
        if slot.place:
            room = step if slot.column < last else 1.0
            _place(ax, slot, words.get(slot.name) or plain(slot.name), (x(slot), y(slot.y)), slot.people * scale, room)
    floor = y(layout.height) + 0.12
    for lane, (a, b, people) in enumerate(layout.returns):
        text = " → ".join(style.wrap(words.get(p) or plain(p), 30, 1) for p in (a, b)) + f": {people:,.0f}"
        start, end = layout.slots[a], layout.slots[b]
        bottoms = [y(s.y) + max(s.people * scale, _LEAST) - 0.02 for s in (start, end)]
        out, back = x(start) + _BAR, x(end)
        right, left = out + 0.06 + 0.035 * lane, back - 0.06 - 0.035 * lane
        low = floor + _LANE * (lane + 0.6)
        path = arc(out, bottoms[0], right, low, left, back, bottoms[1])
        colour = style.WARNING if _leads_back(start, end) else style.MUTED
        width = max(0.8, min(2.4, 36 * people * scale))
        ax.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width))
        ax.plot(back - 0.02, bottoms[1], marker=">", markersize=4, color=colour, clip_on=False)
        _words(ax, right, low, text, colour)


def _place(ax, slot, words, corner, height, room):
    """A bar with its people and its words above, on as many inches as there is `room`."""
    x, y = corner
    colour = style.SETTINGS.get(slot.setting, style.MUTED)
    ax.add_patch(Rectangle((x, y), _BAR, max(height, _LEAST), facecolor=colour, linewidth=0))
    chars = int(room / 0.068)
    lines = style.wrap(words, max(chars, 6)).split("\n")
    for up, line in enumerate([f"{slot.total:,.0f}", *lines[::-1]]):
        ax.text(
            x,
            y - 0.035 - 0.115 * up,
            line,
            va="bottom",
            fontsize=style.SMALL - 1,
            color=style.INK,
            fontweight="bold" if up == 0 else "normal",
        )


def _leads_back(start, end) -> bool:
    """Whether a return goes back to primary care from later in the pathway."""
    return end.setting == "primary" and start.setting in ("community", "hospital", "surgery", "triage")


def _words(ax, right, lane, text, colour):
    """What a return is, beside its lane where that has room, else in it."""
    fits = right + 0.062 * len(text) < ax.get_xlim()[1]
    ax.text(
        right + (0.06 if fits else -0.1),
        lane,
        text,
        va="center",
        ha="left" if fits else "right",
        color=colour,
        fontsize=style.SMALL - 1,
        bbox=None if fits else {"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _sentence(study) -> str:
    """Counts every move into a hospital service from outside, by whatever door: by a desk that reads letters too."""
    rows = number_rows(study.flows, "patients_a_year")
    hospital = {}
    for scenario in pathways(study):
        services = study.services[(study.services["scenario"] == scenario) & (study.services["setting"] == "hospital")][
            "service"
        ]
        here = rows[rows["scenario"] == scenario]
        senders = study.services[(study.services["scenario"] == scenario) & study.services["setting"].isin(_SENDERS)][
            "service"
        ]
        sent = here["to"].isin(services) & here["from"].isin(senders)
        hospital[scenario] = here.loc[sent, "patients_a_year"].sum()
    words = f"{hospital[study.name]:,.0f} people a year are sent on to hospital services"
    if study.baseline:
        words += f" instead of {hospital[study.baseline]:,.0f}"
    return words


def _note(study, shown) -> str:
    parts = [
        "Figures: people a year. Bands: forward moves, as wide as their number. Lines below: moves back or sideways, "
        "from → to; red: back to primary care from later in the pathway."
    ]
    missing = [
        f"{layout.small[0]} ({layout.small[1]:,.0f} people) in {title(study, s, 30)}"
        for s, layout in shown
        if layout.small[0]
    ]
    if missing:
        parts.append(
            f"Not drawn: flows under {SMALL_SHARE:.1%} of those who present and lesser returns: "
            + "; ".join(missing)
            + "."
        )
    return " ".join(parts)
