"""What the picture of a pathway is made of: boxes in columns, nets of arrows, and where they have been put, in
inches, y downwards."""

from dataclasses import dataclass, field

FORWARD, BESIDE, BACK, STRAIGHT = "forward", "beside", "back", "straight"
BOX, DOOR = 1.96, 0.95  # inches: width of a service's box and of a door's
PORT, LANE, GAP, STEP = (
    0.18,
    0.08,
    0.17,
    0.34,
)  # from port to port, lane to lane, box to box, and where a straight arrow is between
HEAD, EDGE, TITLE, PAD = 0.24, 0.06, 0.24, 0.12  # for arrowheads, at the edges, for a group's title, between groups


@dataclass
class Box:
    """A place in a column; `least` is the height that its words need, `group` the frame that it stands in.

    `fixed`: it keeps its place among the others.
    """

    name: str
    group: str
    least: float
    width: float = BOX
    fixed: bool = False
    column: int = 0
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """One way on. `words`: inches that its share takes."""

    start: str
    end: str
    people: float
    dashed: bool = False
    words: float = 0.6


@dataclass(eq=False)
class Net:
    """All arrows of one kind to one place: `sources` name -> people. `lines`: (x0, y0, x1, y1, people).

    `tip`: (x, y, direction) of the arrowhead; `starts`: name -> (x, y, side) where its arrow leaves, on the "left" or
    "right" of its box, or straight from it with its share to that side of "up" or "down"; `joints`: where arrows meet.
    """

    target: str
    kind: str
    dashed: bool
    sources: dict[str, float]
    words: dict[str, float]
    lines: list = field(default_factory=list)
    tip: tuple = ()
    starts: dict = field(default_factory=dict)
    joints: list = field(default_factory=list)


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

    def side(self, net: Net, name: str) -> str:
        """Where an arrow leaves: on the right, but on the left for a test in the column before."""
        boxes = self.boxes
        return "left" if net.kind == BESIDE and boxes[name].column > boxes[net.target].column else "right"

    def gutters(self, net: Net) -> range:
        """Gutters that a forward net has a lane in; gutter c lies left of column c."""
        boxes = self.boxes
        return range(min(boxes[name].column for name in net.sources) + 1, boxes[net.target].column + 1)
