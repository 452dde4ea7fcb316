"""Where the picture of a pathway puts things: boxes in columns, arrows in lanes between them.

Pure arithmetic. Arrows to one place run together: they leave boxes on the right, come in on
the left, and never pass under a box. What goes back runs below everything; what goes to a neighbour goes straight.
"""

from collections import Counter

from sim.analysis.pathway.routes import Routes
from sim.analysis.pathway.shapes import (
    BACK,
    BESIDE,
    BOX,
    EDGE,
    FORWARD,
    GAP,
    LANE,
    PAD,
    PORT,
    STEP,
    STRAIGHT,
    TITLE,
    Arrow,
    Box,
    Layout,
    Net,
)


def lay_out(columns: list[list[Box]], arrows: list[Arrow]) -> Layout:
    """Boxes by column from the left; arrows between any two of them."""
    for number, column in enumerate(columns):
        for box in column:
            box.column = number
    _order(columns, arrows)
    layout = Layout(columns, _nets(columns, arrows))
    corridors: dict = {}
    for _ in range(3):  # corridors make gaps, gaps move boxes, boxes choose corridors
        _stack(layout, corridors)
        corridors = _corridors(layout)
    _stack(layout, corridors)
    Routes(layout, corridors).draw()
    _frames(layout)
    return layout


def _order(columns, arrows) -> None:
    """Neighbours in a group change places as long as arrows get shorter."""
    boxes = {box.name: box for column in columns for box in column}

    def length() -> float:
        middle = {}
        for column in columns:
            half = sum(box.least + STEP for box in column) / 2
            y = -half
            for box in column:
                middle[box.name] = y + box.least / 2
                y += box.least + STEP
        return sum(
            (0.2 + a.people**0.5)
            * abs(middle[a.start] - middle[a.end])
            * (3 if boxes[a.start].column == boxes[a.end].column else 1)
            for a in arrows
        )

    best, gained = length(), True
    while gained:
        gained = False
        for column in columns:
            for i in range(len(column)):
                for j in range(i + 1, len(column)):
                    if column[i].group != column[j].group or column[i].fixed or column[j].fixed:
                        continue
                    column[i], column[j] = column[j], column[i]
                    now = length()
                    if now < best - 1e-9:
                        best, gained = now, True
                    else:
                        column[i], column[j] = column[j], column[i]


def _nets(columns, arrows) -> list[Net]:
    at = {box.name: (c, i) for c, column in enumerate(columns) for i, box in enumerate(column)}
    found = {}
    for arrow in arrows:
        (c, i), (d, j) = at[arrow.start], at[arrow.end]
        kind = FORWARD if d > c else BACK if d < c else STRAIGHT if abs(i - j) == 1 else BESIDE
        if arrow.dashed and ((kind == BACK and c == d + 1) or kind == STRAIGHT):
            kind = BESIDE  # tests are a short way off, in from the right
        key = (arrow.end, kind, arrow.dashed, arrow.start if kind == STRAIGHT else "")
        net = found.setdefault(key, Net(arrow.end, kind, arrow.dashed, {}, {}))
        net.sources[arrow.start], net.words[arrow.start] = arrow.people, arrow.words
    return [found[key] for key in sorted(found)]


def _stack(layout: Layout, corridors) -> None:
    """Heights and y of boxes; columns about one middle."""
    sides = _ports_on(layout)
    straight = {frozenset((net.target, *net.sources)) for net in layout.nets if net.kind == STRAIGHT}
    heights = []
    for c, column in enumerate(layout.columns):
        y = 0.0
        for i, box in enumerate(column):
            before = column[i - 1] if i else None
            new_group = before is None or before.group != box.group
            y += _corridor(corridors, c, i)
            if before is not None:
                y += STEP if frozenset((before.name, box.name)) in straight else GAP
                y += PAD * new_group
            y += TITLE if new_group and box.group else 0
            box.y = y
            box.height = max(box.least, *(PORT * sides[box.name, side] + 0.1 for side in ("left", "right")))
            y += box.height
        heights.append(y + _corridor(corridors, c, len(column)))
    layout.height = max(heights) + 2 * EDGE
    for column, height in zip(layout.columns, heights, strict=True):
        for box in column:
            box.y += (layout.height - height) / 2


def _ports_on(layout: Layout) -> Counter:
    """(box, side) -> how many arrows meet it there, those straight up and down aside."""
    return Counter(
        key
        for net in layout.nets
        if net.kind != STRAIGHT
        for key in (
            *((name, layout.side(net, name)) for name in net.sources),
            (net.target, "right" if net.kind == BESIDE else "left"),
        )
    )


def _corridor(corridors, column: int, gap: int) -> float:
    """Room for the lanes that pass above a box of a column."""
    return LANE * (len(corridors[column, gap]) + 1) if (column, gap) in corridors else 0.0


def _frames(layout: Layout) -> None:
    for column in layout.columns:
        for group in dict.fromkeys(box.group for box in column if box.group):
            some = [box for box in column if box.group == group]
            top, bottom = some[0].y - TITLE, some[-1].y + some[-1].height
            layout.frames.append((group, min(box.x for box in some) - 0.09, top, BOX + 0.18, bottom + 0.08 - top))


def _corridors(layout: Layout) -> dict:
    """(column, gap above box i) -> nets that pass there, from the top."""
    found: dict = {}
    for net in layout.nets:
        if net.kind == FORWARD:
            want = layout.boxes[net.target].middle
            for c in layout.gutters(net)[:-1]:
                column = layout.columns[c]
                tops = [
                    column[0].y - TITLE,
                    *(box.y - GAP / 2 for box in column[1:]),
                    column[-1].y + column[-1].height + GAP / 2,
                ]
                gap = min(range(len(tops)), key=lambda i: (abs(tops[i] - want), i))
                found.setdefault((c, gap), []).append((want, net.dashed, net))
    return {key: [one[-1] for one in sorted(some, key=lambda one: one[:2])] for key, some in found.items()}
