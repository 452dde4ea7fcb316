"""Where the picture of a pathway puts things: boxes in columns, arrows in lanes between them.

Pure arithmetic, in inches, y downwards. Arrows to one place run together: they leave boxes on the right, come in on
the left, and never pass under a box. What goes back runs below everything; what goes to a neighbour goes straight.
"""

from dataclasses import dataclass, field

FORWARD, BESIDE, BACK, STRAIGHT = "forward", "beside", "back", "straight"
BOX, PORT, LANE, GAP = 2.12, 0.185, 0.095, 0.2      # inches: width of a box; from port to port, lane to lane, box to box
WORDS, HEAD, EDGE, TITLE, PAD = 0.66, 0.24, 0.12, 0.26, 0.1   # room for shares, for arrowheads, at the edges, for a group's title, in a group
STEP = 0.36     # gap that a straight arrow needs


@dataclass
class Box:
    """A place in a column; `least` is the height that its words need, `group` the frame that it stands in."""

    name: str
    column: int
    group: str
    least: float
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    width: float = BOX


@dataclass
class Net:
    """All arrows of one kind to one place: `sources` name -> people. `lines`: (x0, y0, x1, y1, people).

    `ends`: (x, y, direction) of the arrowhead; `starts`: name -> where its arrow leaves; `joints`: where arrows meet.
    """

    target: str
    kind: str
    dashed: bool
    sources: dict[str, float]
    lines: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    starts: dict = field(default_factory=dict)
    joints: list = field(default_factory=list)

    @property
    def people(self) -> float:
        return sum(self.sources.values())


@dataclass
class Layout:
    """`frames`: (group, x, y, width, height)."""

    columns: list[list[Box]]
    nets: list[Net]
    frames: list = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    @property
    def boxes(self) -> dict[str, Box]:
        return {box.name: box for column in self.columns for box in column}


def lay_out(columns: list[list[Box]], arrows: list[tuple[str, str, float, bool]]) -> Layout:
    """`arrows`: (from, to, people, dashed)."""
    layout = Layout(columns, _nets(columns, arrows))
    corridors: dict = {}
    for _ in range(3):      # corridors make gaps, gaps move boxes, boxes choose corridors
        _stack(layout, corridors)
        corridors = _corridors(layout)
    _stack(layout, corridors)
    _route(layout, corridors)
    return layout


def _nets(columns, arrows) -> list[Net]:
    at = {box.name: (c, i) for c, column in enumerate(columns) for i, box in enumerate(column)}
    found = {}
    for start, end, people, dashed in arrows:
        (c, i), (d, j) = at[start], at[end]
        kind = FORWARD if d > c else BACK if d < c else STRAIGHT if abs(i - j) == 1 else BESIDE
        key = (end, kind, dashed, start if kind == STRAIGHT else "")
        found.setdefault(key, Net(end, kind, dashed, {})).sources[start] = people
    return [found[key] for key in sorted(found)]


def _stack(layout: Layout, corridors) -> None:
    """Heights and y of boxes; columns about one middle."""
    out, into = {}, {}
    for net in layout.nets:
        if net.kind != STRAIGHT:
            for name in net.sources:
                out[name] = out.get(name, 0) + 1
            out[net.target] = out.get(net.target, 0) + (net.kind == BESIDE)
            into[net.target] = into.get(net.target, 0) + (net.kind != BESIDE)
    straight = {frozenset((net.target, *net.sources)) for net in layout.nets if net.kind == STRAIGHT}
    heights = []
    for c, column in enumerate(layout.columns):
        y = 0.0
        for i, box in enumerate(column):
            before = column[i - 1] if i else None
            new_group = before is None or before.group != box.group
            y += LANE * (len(corridors.get((c, i), ())) + 1) if (c, i) in corridors else 0
            if before is not None:
                y += GAP + (PAD if new_group else 0)
                y += STEP - GAP if frozenset((before.name, box.name)) in straight else 0
            y += TITLE if new_group and box.group else 0
            box.y = y
            box.height = max(box.least, PORT * out.get(box.name, 0) + 0.12, PORT * into.get(box.name, 0) + 0.12)
            y += box.height
        below = corridors.get((c, len(column)), ())
        heights.append(y + (LANE * (len(below) + 1) if below else 0))
    tallest = max(heights)
    for column, height in zip(layout.columns, heights, strict=True):
        for box in column:
            box.y += EDGE + (tallest - height) / 2
    layout.height = tallest + 2 * EDGE


def _span(layout: Layout, net: Net) -> tuple[int, int]:
    """Gutters that a net has a lane in, for what goes forward; gutter c lies left of column c."""
    boxes = layout.boxes
    return min(boxes[name].column for name in net.sources) + 1, boxes[net.target].column


def _corridors(layout: Layout) -> dict:
    """(column, gap above box i) -> targets that pass there, from the top."""
    boxes, found = layout.boxes, {}
    for net in layout.nets:
        if net.kind != FORWARD:
            continue
        first, last = _span(layout, net)
        target = boxes[net.target]
        want = target.y + target.height / 2
        for c in range(first, last):
            column = layout.columns[c]
            tops = [column[0].y - TITLE, *(box.y - GAP / 2 for box in column[1:]), column[-1].y + column[-1].height + GAP / 2]
            gap = min(range(len(tops)), key=lambda i: (abs(tops[i] - want), i))
            found.setdefault((c, gap), []).append((want, net.target, net.dashed))
    return {key: [one[1:] for one in sorted(some)] for key, some in found.items()}


def _corridor_y(layout: Layout, corridors, c: int, net: Net) -> float:
    column = layout.columns[c]
    for (column_number, gap), passing in corridors.items():
        if column_number == c and (net.target, net.dashed) in passing:
            place = passing.index((net.target, net.dashed))
            if gap == len(column):
                return column[-1].y + column[-1].height + GAP / 2 + LANE * (place + 1)
            new_group = gap == 0 or column[gap - 1].group != column[gap].group
            top = column[gap].y - (TITLE + PAD if new_group and column[gap].group else 0) - GAP / 2
            return top - LANE * (len(passing) - 1 - place)
    raise KeyError(net.target)


@dataclass
class _Lane:
    """A net's vertical in a gutter: where it is joined from the left and from the right; `out`: where people leave it."""

    net: Net
    left: list[tuple[float, float]]     # (y, people)
    right: list[tuple[float, float]]
    out: float
    x: float = 0.0

    @property
    def ys(self):
        return [y for y, _ in (*self.left, *self.right)]


def _route(layout: Layout, corridors) -> None:
    ports = _ports(layout, corridors)
    floor = {id(net): layout.height + LANE * (i + 1) for i, net in enumerate(_backs(layout))}
    gutters: list[list[_Lane]] = [[] for _ in range(len(layout.columns) + 1)]
    for net in layout.nets:
        _lanes(layout, net, ports, corridors, floor, gutters)
    x = 0.0
    for g, lanes in enumerate(gutters):
        lanes[:] = _ordered(lanes)
        words = any(lane.net.starts for lane in lanes if lane.left) or g == len(layout.columns)
        if g:
            x += WORDS if words and lanes else 0.1
        for lane in lanes:
            lane.x = x
            x += LANE
        if g < len(layout.columns):
            x += HEAD if lanes else 0.1
            for box in layout.columns[g]:
                box.x = x
            x += BOX
    layout.width = x + 0.05
    for net in layout.nets:
        _draw(layout, net, ports, floor, [[lane for lane in lanes if lane.net is net] for lanes in gutters])
    layout.height += LANE * (len(floor) + 1) if floor else 0
    _frames(layout)


def _backs(layout: Layout) -> list[Net]:
    """What runs below, the shortest way on top."""
    boxes = layout.boxes
    backs = [net for net in layout.nets if net.kind == BACK]
    return sorted(backs, key=lambda net: (max(boxes[s].column for s in net.sources) - boxes[net.target].column, -boxes[net.target].column, net.target))


def _ports(layout: Layout, corridors) -> dict:
    """(box, side, net) -> y. On each side from the top in the order of where the arrows go or come from."""
    boxes, sides = layout.boxes, {}
    for net in layout.nets:
        if net.kind == STRAIGHT:
            continue
        target = boxes[net.target]
        for name in net.sources:
            c = boxes[name].column + 1
            if net.kind == BACK:
                aim = 1e6 + target.column
            elif net.kind == FORWARD and c < target.column:
                aim = _corridor_y(layout, corridors, c, net)
            else:
                aim = target.y + target.height / 2
            sides.setdefault((name, "right"), []).append((aim, net.target, net))
        if net.kind == BESIDE:
            first = boxes[next(iter(net.sources))]
            sides.setdefault((net.target, "right"), []).append((first.y, "", net))
        else:
            sides.setdefault((net.target, "left"), []).append((1e6 if net.kind == BACK else float(net.dashed), "", net))
    ports = {}
    for (name, side), some in sides.items():
        box = boxes[name]
        some.sort(key=lambda one: one[:2])
        for i, (_, _, net) in enumerate(some):
            ports[name, side, id(net)] = box.y + box.height / 2 + (i - (len(some) - 1) / 2) * PORT
    return ports


def _lanes(layout, net, ports, corridors, floor, gutters) -> None:
    boxes = layout.boxes
    by_column: dict[int, list] = {}
    for name, people in net.sources.items():
        if net.kind != STRAIGHT:
            by_column.setdefault(boxes[name].column, []).append((ports[name, "right", id(net)], people))
    if net.kind == FORWARD:
        first, last = _span(layout, net)
        passed, y = 0.0, None
        for g in range(first, last + 1):
            left = by_column.get(g - 1, []) + ([(y, passed)] if y is not None else [])
            passed = sum(people for _, people in left)
            y = ports[net.target, "left", id(net)] if g == last else _corridor_y(layout, corridors, g, net)
            gutters[g].append(_Lane(net, left, [(y, passed)], y))
    elif net.kind == BESIDE:
        (c, left), = by_column.items()
        y = ports[net.target, "right", id(net)]
        gutters[c + 1].append(_Lane(net, [*left, (y, 0.0)], [], y))
    elif net.kind == BACK:
        for c, left in by_column.items():
            gutters[c + 1].append(_Lane(net, left, [(floor[id(net)], 0.0)], floor[id(net)]))
        y = ports[net.target, "left", id(net)]
        gutters[boxes[net.target].column].append(_Lane(net, [], [(floor[id(net)], net.people), (y, 0.0)], y))


def _crossings(a: _Lane, b: _Lane) -> float:
    """What it costs to have lane `a` left of lane `b`."""
    def inside(y, lane):
        return min(lane.ys) - 0.02 <= y <= max(lane.ys) + 0.02

    cost = sum(inside(y, a) for y, _ in b.left) + sum(inside(y, b) for y, _ in a.right)
    return cost + 3 * sum(abs(y - z) < 0.04 for y, _ in b.left for z, _ in a.right)


def _ordered(lanes: list[_Lane]) -> list[_Lane]:
    """Lanes from the left with few crossings: one at a time is put where it is best, until nothing gains."""
    order = sorted(lanes, key=lambda lane: (lane.out, lane.net.target, lane.net.kind, lane.net.dashed))
    cost = {(id(a), id(b)): _crossings(a, b) for a in order for b in order if a is not b}

    def total(some):
        return sum(cost[id(a), id(b)] for i, a in enumerate(some) for b in some[i + 1:])

    best, gained = total(order), True
    while gained:
        gained = False
        for lane in list(order):
            rest = [one for one in order if one is not lane]
            for i in range(len(order)):
                tried = [*rest[:i], lane, *rest[i:]]
                if total(tried) < best:
                    order, best, gained = tried, total(tried), True
    return order


def _draw(layout, net, ports, floor, lanes) -> None:
    """Lines of a net, once everything has its place."""
    boxes = layout.boxes
    target = boxes[net.target]
    if net.kind == STRAIGHT:
        (name, people), = net.sources.items()
        start = boxes[name]
        down = start.y < target.y
        x = target.x + target.width * (0.4 if down else 0.6)
        y0, y1 = (start.y + start.height, target.y) if down else (start.y, target.y + target.height)
        net.lines.append((x, y0, x, y1, people))
        net.starts[name] = (x, (y0 + y1) / 2)
        net.ends.append((x, y1, "v" if down else "^"))
        return
    for name in net.sources:
        net.starts[name] = (boxes[name].x + boxes[name].width, ports[name, "right", id(net)])
    floor_xs = []
    for g, some in enumerate(lanes):
        for lane in some:
            _vertical(net, lane)
            edge = layout.columns[g - 1][0] if g else None
            for y, people in lane.left:
                from_x = (edge.x + edge.width) if edge else lane.x
                if net.kind == FORWARD and y not in [ports.get((n, "right", id(net))) for n in net.sources]:
                    from_x = next(one.x for one in lanes[g - 1])
                flows = people or net.people
                net.lines.append((from_x, y, lane.x, y, flows))
            if net.kind == BACK:
                floor_xs.append((lane.x, sum(p for _, p in lane.left)))
    if net.kind == BACK:
        floor_xs.sort(reverse=True)
        gone = 0.0
        for (x, people), (next_x, _) in zip(floor_xs, floor_xs[1:], strict=False):
            gone += people
            net.lines.append((x, floor[id(net)], next_x, floor[id(net)], gone))
            net.joints.append((next_x, floor[id(net)])) if next_x != floor_xs[-1][0] else None
    last = lanes[target.column + 1 if net.kind == BESIDE else target.column][0]
    y = last.out
    edge_x = target.x + target.width if net.kind == BESIDE else target.x
    if net.kind != BESIDE:
        net.lines.append((last.x, y, edge_x, y, net.people))
    net.ends.append((edge_x, y, "<" if net.kind == BESIDE else ">"))


def _vertical(net, lane: _Lane) -> None:
    """The lane itself, as thick at each height as what passes there; a dot where arrows join."""
    joined = sorted({*lane.ys})
    flows = {y: 0.0 for y in joined}
    for y, people in (*lane.left, *lane.right):
        if y != lane.out:
            flows[y] += people
    for a, b in zip(joined, joined[1:], strict=False):
        people = sum(p for y, p in flows.items() if (y <= a if lane.out >= b else y >= b))
        net.lines.append((lane.x, a, lane.x, b, people))
    net.joints += [(lane.x, y) for y in joined[1:-1]]
    if len(joined) == 2 and lane.out in joined and len(lane.ys) > 2:
        net.joints.append((lane.x, lane.out))


def _frames(layout: Layout) -> None:
    for column in layout.columns:
        i = 0
        while i < len(column):
            group, first = column[i].group, column[i]
            while i < len(column) and column[i].group == group:
                last = column[i]
                i += 1
            if group:
                layout.frames.append((group, first.x - 0.1, first.y - TITLE, BOX + 0.2, last.y + last.height + 0.09 - first.y + TITLE))
