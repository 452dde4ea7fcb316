"""The house, from its imports: `python -m bench.house` tells its measures, `--write` draws docs/images/house.svg.

An arrow is from a room to another whose modules it imports, or names as work that is imported when it is asked for.
The picture has every arrow among the studies, and of the others those that no longer way implies.
"""

import ast
import sys
from collections import defaultdict
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SIM = ROOT / "sim"
PICTURE = ROOT / "docs" / "images" / "house.svg"
WIDE, HIGH = 1000, 945
BOX = (124, 40)
STUDIES = "app.studies"


class Place(NamedTuple):
    """Where a room stands (its middle) and what it holds, in a few words."""

    x: int
    y: int
    about: str = ""
    wide: int = BOX[0]


PLACES = {
    "app.cli": Place(220, 40, "the words typed, the exit code", 260),
    "app.commands": Place(220, 110, "a word, what it does, who does it", 260),
    "app.web": Place(540, 136, "the planners' page", 220),
    "app.api": Place(870, 40, "import sim", 220),
    f"{STUDIES}.experiment": Place(100, 220),
    f"{STUDIES}.sweep": Place(240, 290),
    f"{STUDIES}.uncertainty": Place(520, 290),
    f"{STUDIES}.comparison": Place(380, 360),
    f"{STUDIES}.options": Place(240, 220),
    f"{STUDIES}.gather": Place(100, 430),
    f"{STUDIES}.runs": Place(240, 430),
    f"{STUDIES}.load": Place(380, 430),
    f"{STUDIES}.workbook": Place(520, 360),
    f"{STUDIES}.catalogue": Place(520, 430),
    f"{STUDIES}.draw": Place(664, 220),
    f"{STUDIES}.site": Place(520, 220),
    f"{STUDIES}.forecast": Place(380, 220),
    f"{STUDIES}.place": Place(380, 290),
    f"{STUDIES}.plan": Place(664, 290),
    f"{STUDIES}.story": Place(664, 360),
    f"{STUDIES}.verification": Place(664, 430),
    "app.pages": Place(220, 550, "what a person reads", 260),
    "app.running": Place(870, 550, "replications on many cores", 220),
    "app.store": Place(540, 640, "finished replications, folders", 240),
    "app.configuration": Place(540, 722, "files and words into a scenario", 240),
    "app.importing": Place(780, 722, "files of others", 150),
    "app.machine": Place(220, 722, "what only some systems have", 260),
    "analysis": Place(220, 812, "what is counted and drawn", 260),
    "engine": Place(870, 812, "how time passes", 220),
    "domain": Place(540, 902, "what a pathway is", 240),
}
AROUND = (24, 170, 748, 474)
"""The box around the studies: left, top, right, bottom."""


def dotted(path: Path) -> str:
    """A module's name from its file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path, for_types: bool = True) -> frozenset[str]:
    """Dotted names of everything that a module imports, wherever in it, or names as work: "sim.app.x:function".

    Without `for_types`, what is imported only for those who read types is left out.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not for_types:
        tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and _asks_for_types(node.test))]
    texts = {node.targets[0].id: node.value.value for node in tree.body if _is_constant(node)}
    return frozenset(name for node in ast.walk(tree) for name in _named(node, path, texts) if name)


def _named(node: ast.AST, path: Path, texts: dict[str, object]) -> list[str]:
    """Dotted names of what one node imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        package = path.relative_to(ROOT).with_suffix("").parts
        above = package[: len(package) - node.level] if node.level else ()
        module = ".".join([*above, *filter(None, [node.module])])
        return [module, *(f"{module}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__"):
        return [_text(one, texts) for one in node.args]
    if isinstance(node, ast.Constant | ast.JoinedStr):
        module, work, _ = _text(node, texts).partition(":")
        return [module] if work and module.startswith("sim.") else []
    return []


def _is_constant(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    )


def _asks_for_types(test: ast.expr) -> bool:
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _text(node: ast.AST, texts: dict[str, object]) -> str:
    """What a text says, with the module's own constants in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(one.value if isinstance(one, ast.FormattedValue) else one, texts) for one in node.values)
    value = texts.get(node.id, "") if isinstance(node, ast.Name) else getattr(node, "value", "")
    return value if isinstance(value, str) else ""


def modules() -> dict[str, Path]:
    """name -> file of every module in the four rooms; what a wheel or the site lays beside them begins with "_"."""
    files = sorted(path for path in SIM.glob("[!_]*/**/*.py"))
    return {dotted(path): path for path in files}


@cache
def arrows() -> dict[str, frozenset[str]]:
    """module -> the modules that it imports, or names as work; not those that it only needs for types."""
    known = modules()
    found = {}
    for name, path in known.items():
        named = imported(path, for_types=False) & set(known)
        packages = {one.rpartition(".")[0] for one in named}  # `from a.b import c` names a.b too
        found[name] = frozenset(named - packages - {name})
    return found


def room_of(module: str) -> str:
    """The room of a module: `analysis`, `app.store`, `app.studies.plan`."""
    parts = module.split(".")[1:]
    if parts[0] != "app":
        return parts[0]
    return ".".join(parts[: 3 if parts[1:2] == ["studies"] else 2])


@cache
def between() -> dict[tuple[str, str], int]:
    """(room, another that it knows) -> how many imports that is."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for module, others in arrows().items():
        for other in others:
            if room_of(module) != room_of(other):
                found[room_of(module), room_of(other)] += 1
    return dict(found)


def rooms() -> list[str]:
    """Every room that has modules of its own."""
    return sorted({room_of(module) for module in modules()} - {"app", STUDIES})


def drawn() -> list[tuple[str, str]]:
    """The arrows of the picture: among the studies all, and elsewhere those that no longer way implies."""

    def floor(room: str) -> str:
        return STUDIES if room.startswith(STUDIES) else room

    among = [pair for pair in between() if all(one.startswith(STUDIES) for one in pair)]
    others = {(floor(a), floor(b)) for a, b in between()} - {(STUDIES, STUDIES)}
    below = defaultdict(set)
    for a, b in others:
        below[a].add(b)

    def reached(room: str, without: str) -> set[str]:
        seen, due = set(), [one for one in below[room] if one != without]
        while due:
            one = due.pop()
            if one not in seen:
                seen.add(one)
                due += below[one]
        return seen

    return sorted(among) + sorted((a, b) for a, b in others if b not in reached(a, b))


def picture() -> str:
    """The house as SVG. A room that has no place in `PLACES` is a KeyError: give it one."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" role="img">',
        "<title>The rooms of mskflow, and which knows which</title>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#4c6272"/></marker></defs>',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="#eef3f7" stroke="#9fb3c2"/>'.format(
            *AROUND[:2], AROUND[2] - AROUND[0], AROUND[3] - AROUND[1]
        ),
        f'<text x="{AROUND[2] - 170}" y="{AROUND[1] + 22}" font-size="14" text-anchor="end" fill="#4c6272">'
        "app/studies: a command each</text>",
    ]
    lines += [_arrow(a, b) for a, b in drawn()]
    lines += [_box(room, PLACES[room]) for room in rooms()]
    return "\n".join([*lines, "</svg>", ""])


def _box(room: str, place: Place) -> str:
    high = BOX[1] + (16 if place.about else 0)
    name = room.rpartition(".")[2] if room.startswith(STUDIES) else room.replace(".", "/")
    fill = "#fff" if room.startswith("app") else "#fdf3dc"
    text = f'<text x="{place.x}" y="{place.y + (-3 if place.about else 5)}" font-size="15" text-anchor="middle">'
    about = f'<text x="{place.x}" y="{place.y + 16}" font-size="13" text-anchor="middle" fill="#4c6272">'
    return (
        f'<g id="{room}"><rect x="{place.x - place.wide // 2}" y="{place.y - high // 2}" width="{place.wide}"'
        f' height="{high}" rx="6" fill="{fill}" stroke="#4c6272"/>{text}{escape(name)}</text>'
        + (f"{about}{escape(place.about)}</text>" if place.about else "")
        + "</g>"
    )


def _arrow(a: str, b: str) -> str:
    """From the lower edge of a room to the upper edge of another that stands below it."""
    (x1, _, y1), (x2, y2, _) = _edges(a, b), _edges(b, a)
    return (
        f'<path id="{a} to {b}" d="M{x1} {y1}L{x2} {y2}" stroke="#4c6272" stroke-width="1.4"'
        ' fill="none" marker-end="url(#head)"/>'
    )


def _edges(room: str, other: str) -> tuple[int, int, int]:
    """Where arrows touch it on the way to or from another: x, upper edge, lower edge."""
    if room == STUDIES:
        return min(PLACES[other].x, AROUND[2] - 60), AROUND[1], AROUND[3]
    place = PLACES[room]
    to = _edges(other, room)[0] if other == STUDIES else PLACES[other].x
    high = BOX[1] + (16 if place.about else 0)
    aside = max(-1.0, min(1.0, (to - place.x) / 150)) * place.wide * 0.3
    return round(place.x + aside), place.y - high // 2, place.y + high // 2


def measures() -> str:
    """Rooms, arrows and sizes of the house, a line each."""
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    app = [room for room in rooms() if room.startswith("app")]
    of_app = [pair for pair in between() if all(room.startswith("app") for room in pair)]
    loose = sorted(path.name for path in (SIM / "app").glob("*.py"))
    told = [
        f"rooms in app: {len(app)}; arrows between them: {len(of_app)}; loose files: {', '.join(loose)}",
        f"modules: {len(lines)}; lines: {sum(lines.values()):,}; above 250 lines: "
        f"{sum(count > 250 for count in lines.values())}",
    ]
    for floor in ("domain", "engine", "analysis", "app"):
        own = [count for name, count in lines.items() if name.split(".")[1] == floor]
        told.append(f"{floor}: {len(own)} modules, {sum(own):,} lines")
    return "\n".join(told)


def main(words: list[str]) -> int:
    print(measures())
    if words == ["--write"]:
        PICTURE.write_text(picture(), encoding="utf-8")
        print(f"written: {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
