"""Ways of the arrows: lanes in the gutters between columns, ports on boxes, and the lines that join them."""

from dataclasses import dataclass

from sim.analysis.pathway.shapes import BACK, BESIDE, FORWARD, GAP, HEAD, LANE, PAD, PORT, STRAIGHT, TITLE, Layout, Net


@dataclass(eq=False)
class Lane:
    """A net's vertical in a gutter. `left`, `right`: (y, people) coming from that side;
    `out`: y where they leave, `to` a side."""

    net: Net
    left: list[tuple[float, float]]
    right: list[tuple[float, float]]
    out: float
    to: str
    x: float = 0.0

    def touches(self, side: str) -> list[float]:
        """y of every line that meets the lane from that side."""
        return [y for y, _ in (self.left if side == "left" else self.right)] + [self.out] * (side == self.to)

    @property
    def span(self) -> tuple[float, float]:
        ys = self.touches("left") + self.touches("right")
        return min(ys), max(ys)


class Routes:
    """Lanes in gutters, ports on boxes, and the lines that join them."""

    def __init__(self, layout: Layout, corridors):
        self.layout, self.boxes = layout, layout.boxes
        self.past = {
            (c, net): _corridor_y(layout, corridors, c, net) for (c, _), nets in corridors.items() for net in nets
        }
        self.ports = self._ports()
        self._level_door()
        backs = sorted((net for net in layout.nets if net.kind == BACK), key=self._reach)
        self.floor = {net: layout.height + LANE * (i + 1.2) for i, net in enumerate(backs)}
        self.lanes: list[list[Lane]] = [[] for _ in range(len(layout.columns) + 1)]
        for net in layout.nets:
            if net.kind != STRAIGHT:
                self._lay(net)
        layout.height += LANE * (len(backs) + 1.5) if backs else 0

    def _reach(self, net: Net):
        """The shortest way back runs on top."""
        target = self.boxes[net.target]
        return max(self.boxes[name].column for name in net.sources) - target.column, -target.column, net.target

    def _ports(self) -> dict:
        """(box, side, net) -> y; on each side in the order of where the arrows go."""
        sides: dict = {}
        for net in self.layout.nets:
            if net.kind == STRAIGHT:
                continue
            target = self.boxes[net.target]
            for name in net.sources:
                after = self.boxes[name].column + 1
                aim = 1e6 + target.column if net.kind == BACK else self.past.get((after, net), target.middle)
                sides.setdefault((name, self.layout.side(net, name)), []).append((aim, net.target, net))
            if net.kind == BESIDE:
                sides.setdefault((net.target, "right"), []).append((self.boxes[next(iter(net.sources))].y, "", net))
            else:
                sides.setdefault((net.target, "left"), []).append((1e5 if net.kind == BACK else net.dashed, "", net))
        ports = {}
        for (name, side), some in sides.items():
            for i, (_, _, net) in enumerate(sorted(some, key=lambda one: one[:2])):
                ports[name, side, net] = self.boxes[name].middle + (i - (len(some) - 1) / 2) * PORT
        return ports

    def _level_door(self) -> None:
        """A first column of one box stands level with where most go from it."""
        column = self.layout.columns[0]
        own = [key for key in self.ports if key[0] == column[0].name]
        if len(column) == 1 and own:
            most = max(own, key=lambda key: key[2].sources.get(key[0], 0))[2]
            shift = (
                self.ports.get((most.target, "left", most), column[0].middle)
                - self.ports[column[0].name, "right", most]
            )
            column[0].y += shift
            for key in own:
                self.ports[key] += shift

    def _lay(self, net: Net) -> None:
        """The net's lane in each gutter that it needs."""
        leaving: dict = {}
        for name, people in net.sources.items():
            side = self.layout.side(net, name)
            leaving.setdefault((self.boxes[name].column, side), []).append((self.ports[name, side, net], people))
        c = self.boxes[net.target].column
        if net.kind == FORWARD:
            passing: list = []
            for g in self.layout.gutters(net):
                left = leaving.get((g - 1, "right"), []) + passing
                y = self.ports[net.target, "left", net] if g == c else self.past[g, net]
                self.lanes[g].append(Lane(net, left, [], y, "right"))
                passing = [(y, sum(people for _, people in left))]
        elif net.kind == BESIDE:
            y = self.ports[net.target, "right", net]
            self.lanes[c + 1].append(
                Lane(net, leaving.get((c, "right"), []), leaving.get((c + 1, "left"), []), y, "left")
            )
        else:
            floor = self.floor[net]
            for (d, _), left in leaving.items():
                self.lanes[d + 1].append(Lane(net, left, [], floor, "left"))
            self.lanes[c].append(
                Lane(net, [], [(floor, sum(net.sources.values()))], self.ports[net.target, "left", net], "right")
            )

    def draw(self) -> None:
        self._place()
        for net in self.layout.nets:
            if net.kind == STRAIGHT:
                self._straight(net)
                continue
            for name in net.sources:
                side, box = self.layout.side(net, name), self.boxes[name]
                net.starts[name] = (box.x + (box.width if side == "right" else 0), self.ports[name, side, net], side)
            own = [[lane for lane in lanes if lane.net is net] for lanes in self.lanes]
            for g, lanes in enumerate(own):
                for lane in lanes:
                    _vertical(net, lane)
                    self._stubs(net, lane, own[g - 1] if g else [])
            self._tip(net, own)

    def _place(self) -> None:
        """x of lanes and boxes, from the left."""
        x, last = 0.0, len(self.layout.columns)
        for g, lanes in enumerate(self.lanes):
            lanes[:] = _ordered(lanes)
            after = self._widest_words(g - 1, "right")
            x += (after + 0.08 if after else 0.12) if g else 0.0
            x += LANE * _on_tracks(lanes, x)
            if g < last:
                x += max(HEAD if lanes else 0.12, self._widest_words(g, "left") + 0.1)
                width = max(box.width for box in self.layout.columns[g])
                for box in self.layout.columns[g]:
                    box.x = x + (width - box.width) / 2
                x += width
        self.layout.width = x + 0.1

    def _widest_words(self, column: int, side: str) -> float:
        """Inches that the shares at arrows that leave a column on that side take."""
        return max(
            (
                net.words[name]
                for name, where, net in self.ports
                if name in net.sources and where == side and self.boxes[name].column == column
            ),
            default=0.0,
        )

    def _straight(self, net: Net) -> None:
        ((name, people),) = net.sources.items()
        start, target = self.boxes[name], self.boxes[net.target]
        down = start.y < target.y
        both = any(
            other.kind == STRAIGHT and other.target == name and net.target in other.sources
            for other in self.layout.nets
        )
        x = target.x + target.width * ((0.4 if down else 0.52) if both else 0.4)
        y0, y1 = (start.y + start.height, target.y) if down else (start.y, target.y + target.height)
        net.lines.append((x, y0, x, y1, people))
        net.starts[name] = (x, (y0 + y1) / 2, "down" if down and both else "up")
        net.tip = (x, y1, "v" if down else "^")

    def _stubs(self, net: Net, lane: Lane, before: list[Lane]) -> None:
        """From boxes, or from the lane in the gutter before, to this lane."""
        starts = {(y, side): x for x, y, side in net.starts.values()}
        for side, some in (("right", lane.left), ("left", lane.right)):
            for y, people in some:
                if (y, side) in starts:
                    net.lines.append((starts[y, side], y, lane.x, y, people))
                elif net.kind == FORWARD and before:
                    net.lines.append((before[0].x, y, lane.x, y, people))

    def _tip(self, net: Net, own) -> None:
        target, beside = self.boxes[net.target], net.kind == BESIDE
        lane = own[target.column + beside][0]
        x = target.x + (target.width if beside else 0)
        net.lines.append((lane.x, lane.out, x, lane.out, sum(net.sources.values())))
        net.tip = (x, lane.out, "<" if beside else ">")
        if net.kind == BACK:
            down = sorted(
                ((one.x, sum(people for _, people in one.left)) for lanes in own for one in lanes), reverse=True
            )
            gone = 0.0
            for (x0, more), (x1, _) in zip(down, down[1:], strict=False):
                gone += more
                net.lines.append((x0, self.floor[net], x1, self.floor[net], gone))
            net.joints += [(x, self.floor[net]) for x, _ in down[1:-1]]


def _on_tracks(lanes: list[Lane], x: float) -> int:
    """Puts lanes side by side from `x` on where they pass each other; returns how many tracks that takes."""
    track: dict[Lane, int] = {}
    for lane in lanes:
        top, bottom = lane.span
        meet = [there for one, there in track.items() if one.span[0] < bottom + 0.1 and top < one.span[1] + 0.1]
        track[lane] = max(meet, default=-1) + 1
        lane.x = x + LANE * track[lane]
    return max(track.values(), default=-1) + 1


def _vertical(net: Net, lane: Lane) -> None:
    """The lane itself, as thick at each height as what passes there; a dot where arrows join."""
    coming = [*lane.left, *lane.right]
    ys = sorted({lane.out, *(y for y, _ in coming)})
    for a, b in zip(ys, ys[1:], strict=False):
        net.lines.append(
            (lane.x, a, lane.x, b, sum(people for y, people in coming if (y <= a if lane.out >= b else y >= b)))
        )
    if len(coming) > 1:
        inside = {y for y, _ in coming if ys[0] < y < ys[-1]}
        net.joints += [
            (lane.x, y)
            for y in sorted(inside | ({lane.out} if ys[0] < lane.out < ys[-1] or lane.out in dict(coming) else set()))
        ]


def _crossings(a: Lane, b: Lane) -> int:
    """What it costs to have lane `a` left of lane `b`: lines that cross, and lines that would run into each other."""

    def inside(y, lane):
        return lane.span[0] - 0.02 <= y <= lane.span[1] + 0.02

    into_b, out_of_a = b.touches("left"), a.touches("right")
    cost = sum(inside(y, a) for y in into_b) + sum(inside(y, b) for y in out_of_a)
    return cost + 3 * sum(abs(y - z) < 0.04 for y in into_b for z in out_of_a)


def _ordered(lanes: list[Lane]) -> list[Lane]:
    """Lanes from the left with few crossings: one after the other goes where it is best, until nothing gains."""
    order = sorted(lanes, key=lambda lane: (lane.out, lane.net.target, lane.net.kind, lane.net.dashed))
    cost = {(a, b): _crossings(a, b) for a in order for b in order if a is not b}
    gained = True
    while gained:
        gained = False
        for lane in list(order):
            rest = [one for one in order if one is not lane]
            costs = [
                sum(cost[one, lane] for one in rest[:i]) + sum(cost[lane, one] for one in rest[i:])
                for i in range(len(order))
            ]
            i, now = min(range(len(costs)), key=lambda i: (costs[i], i)), order.index(lane)
            if costs[i] < costs[now]:
                order, gained = [*rest[:i], lane, *rest[i:]], True
    return order


def _corridor_y(layout: Layout, corridors, c: int, net: Net) -> float:
    column = layout.columns[c]
    gap = next(i for i in range(len(column) + 1) if net in corridors.get((c, i), ()))
    passing = corridors[c, gap]
    if gap == len(column):
        return column[-1].y + column[-1].height + GAP / 2 + LANE * (passing.index(net) + 1)
    title = column[gap].group and (gap == 0 or column[gap - 1].group != column[gap].group)
    return column[gap].y - (TITLE + PAD / 2 if title else 0) - GAP / 2 - LANE * (len(passing) - 1 - passing.index(net))
