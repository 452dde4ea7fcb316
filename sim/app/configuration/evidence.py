"""Where every number comes from: the tags in conf/ and scenarios/, and the rows of conf/evidence.yaml that they name.

A tag is a comment at the end of a line, `# evidence: row` or `# assumption: why`. It covers the numbers on its line,
and on the line of a key also whatever stands below that key; the nearest tag going up wins.

Once composed, a configuration no longer says which files it came from. It is worked out by value: of each group's
files the one is taken (with those that its `defaults` stand on) from which the configuration differs in the fewest
numbers; the mechanisms that the configuration names lie over it, and the shipped scenario of its name over these.
A number that equals what these files say has their tag. Any other was set by the user.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from sim.analysis.reading.tables import ASSUMPTIONS
from sim.app.configuration.files import shipped
from sim.app.configuration.key_units import UNIT_WORDS, unit_of

STATUSES = ("source_document", "retrieved", "data", "derived", "recalled", "assumption")
SET_BY_USER = "set by the user"
TABLE = "table"
"""The `value` of a row that stands for a whole table in conf/; its `low` and `high` are factors on each number
there."""
TOLERANCE = 1e-9

_TAG = re.compile(r"\s#\s*(evidence|assumption):\s*(.+?)\s*$")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


class Tag(NamedTuple):
    """`kind`: evidence, assumption, or "" where a number has no tag; `says`: the row's name, or the reason."""

    kind: str
    says: str
    value: float = float("nan")
    line: int = 0


class EvidenceRange(NamedTuple):
    """What a row says of one number; None where it says nothing."""

    value: float | None
    low: float | None
    high: float | None


def rows(root: Path | None = None) -> dict[str, dict]:
    """name -> row of conf/evidence.yaml."""
    return _rows(Path(root or shipped.root()) / "conf" / "evidence.yaml")


@lru_cache
def _rows(path: Path) -> dict[str, dict]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


def tags(path) -> dict[str, Tag]:
    """Dotted key -> tag, for every number of a YAML file (`defaults` has none)."""
    text = Path(path).read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    top = yaml.compose(text, Loader=_LOADER)
    found: dict[str, Tag] = {}
    number_of = yaml.constructor.SafeConstructor().construct_object

    def on_line(node) -> tuple[str, str] | None:
        match = _TAG.search(lines[node.start_mark.line])
        return (match[1], match[2]) if match else None

    def walk(node, words, above) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if words or key.value != "defaults":
                    walk(value, (*words, key.value), on_line(key) or above)
        elif isinstance(node, yaml.SequenceNode):
            for position, value in enumerate(node.value):
                walk(value, (*words, str(position)), on_line(value) or above)
        elif node.tag in _NUMBERS:
            kind, says = on_line(node) or above or ("", "")
            found[".".join(words)] = Tag(kind, says, float(number_of(node)), node.start_mark.line + 1)

    walk(top, (), None)
    return found


def said_of(row: dict, key: str, number: float) -> EvidenceRange:
    """What a row says of the number at `key`: value, low, high.

    One figure stands for itself and, if it is a share, for what is left of 1. Of several (a mapping, a list) the one
    counts whose words all stand in `key`, in their order. A table says only by which factors its numbers may be off.
    A list called `range` holds the low and the high end themselves.
    """
    words = key.split(".")
    value, low, high = (_entry(row[column], words) for column in ("value", "low", "high"))
    if words[-2:-1] == ["range"]:
        return EvidenceRange((low, high)[int(words[-1])], low, high)
    share = str(row["unit"]).startswith("share")
    if row["value"] == TABLE:
        ends = [None if factor is None else number * factor for factor in (row["low"], row["high"])]
        if number < 0:  # the larger factor leads to the lower end
            ends.reverse()
        return EvidenceRange(number, ends[0], min(ends[1], 1.0) if share and ends[1] is not None else ends[1])
    if (
        share
        and not isinstance(row["value"], (dict, list))
        and abs(number - value) > TOLERANCE
        and abs(number - (1 - value)) <= TOLERANCE
    ):
        value, low, high = 1 - value, None if high is None else 1 - high, None if low is None else 1 - low
    return EvidenceRange(value, low, high)


def _entry(given, words: list[str]):
    """The figure for a key: the entry of a mapping or list with the most words that all stand in the key, in order."""
    if not isinstance(given, (dict, list)):
        return given
    fitting = []
    for path, value in _leaves(given):
        place, rest = path.split("."), iter(words)
        if all(word in rest for word in place):
            fitting.append((len(place), value))
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _leaves(value, words: tuple[str, ...] = ()):
    """(dotted key, value) of everything that is neither a mapping nor a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*words, str(key)))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, (*words, str(position)))
    else:
        yield ".".join(words), value


def numbers(value) -> dict[str, float]:
    """Dotted key -> number, for every number of a configuration."""
    return {key: one for key, one in _leaves(value) if isinstance(one, (int, float)) and not isinstance(one, bool)}


# --- which files a configuration came from ---------------------------------------------------------------------


def chain(path: Path) -> list[Path]:
    """A file of a group and those that its `defaults` stand on, the one that everything stands on first."""
    files = [path.with_name(f"{name}.yaml") for name in _named_in(path) if isinstance(name, str) and name != "_self_"]
    return [*(one for file in files if file.is_file() for one in chain(file)), path]


@lru_cache(maxsize=256)
def _tags_of_choice(path: Path) -> dict[str, tuple[Tag, str]]:
    """Dotted key -> (tag, file's name), with what the files below say where this one says nothing."""
    said: dict[str, tuple[Tag, str]] = {}
    for file in chain(path):
        said |= {key: (tag, file.stem) for key, tag in tags(file).items()}
    return said


def _choice(
    section: str, found: dict[str, float], over: dict[str, tuple[Tag, str]], usual: list[str], root: Path
) -> dict:
    """The tags of the group's file from which `found` differs in the fewest numbers; of equals, the one named first."""
    names = shipped.options(section, base=root)
    best, fewest = {}, None
    for name in [*(u for u in usual if u in names), *(n for n in names if n not in usual)]:
        said = _tags_of_choice(root / "conf" / section / f"{name}.yaml")
        keys = {key for key in found.keys() | said.keys() if f"{section}.{key}" not in over}
        differing = sum(key not in found or key not in said or found[key] != said[key][0].value for key in keys)
        if fewest is None or differing < fewest:
            best, fewest = said, differing
        if not fewest:
            break
    return best


def _named_in(file: Path) -> list:
    content = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    return (content or {}).get("defaults") or []


def _usual(files: list[Path]) -> dict[str, list[str]]:
    """group -> the names that the defaults of these files choose for it."""
    named: dict[str, list[str]] = {}
    for line in (line for file in files for line in _named_in(file) if isinstance(line, dict)):
        for group, name in line.items():
            named.setdefault(str(group).removeprefix("override ").strip().lstrip("/"), []).append(str(name))
    return named


def _overlays(name: str, own: list[Path], root: Path) -> list[Path]:
    """The shipped scenarios that lie over the groups: the one of this name, and those that the user's own build on."""
    shipped_ones = shipped.scenario_files(base=root)
    names = [name, *(line for file in own if not _group_of(file) for line in _named_in(file) if isinstance(line, str))]
    return [shipped_ones[one] for one in names if one in shipped_ones]


def assumptions(config: dict, own: Iterable[Path] = (), root: Path | None = None) -> pd.DataFrame:
    """Every number of a composed configuration with its evidence, in the columns of `tables.ASSUMPTIONS`.

    `own`: the user's own files (scenarios, or alternatives in a group's folder); their numbers are the user's even
    where they equal the shipped ones, and a tag's words become the note. `root`: holds conf/, if not the shipped one.
    """
    root, own = Path(root or shipped.root()), [Path(file) for file in own]
    overlays = _overlays(str(config.get("name")), own, root)
    over = {
        key: (tag, file.stem) for file in [*_mechanisms(config, root), *overlays] for key, tag in tags(file).items()
    }
    usual, groups = _usual([*overlays, root / "conf" / "config.yaml"]), shipped.groups(root)
    mine, known, table = _own_tags(own), rows(root), []
    for section, content in config.items():
        found = numbers(content) if isinstance(content, dict) else {}
        is_group = found and section in groups
        said = _choice(section, found, over, usual.get(section, []), root) if is_group else {}
        for key, value in found.items():
            path = f"{section}.{key}"
            table.append(_row(path, value, mine.get(path), over.get(path) or said.get(key), known))
    return pd.DataFrame(table, columns=list(ASSUMPTIONS))


def _mechanisms(config: dict, root: Path) -> list[Path]:
    """The files of the shipped mechanisms that lie over a configuration, in their order."""
    names = config.get(shipped.MECHANISMS) or ()
    files = shipped.mechanism_files(base=root) if names else {}
    return [files[name] for name in names if name in files]


def _row(path: str, value: float, mine: Tag | None, shipped_as: tuple[Tag, str] | None, known: dict) -> tuple:
    """Of one number; `mine`: what the user's own file says of it, `shipped_as`:
    what a shipped file does, and its name."""
    tag, file = shipped_as or (None, "")
    if mine is not None and mine.value == value:
        return path, value, unit_of(path), SET_BY_USER, "", None, None, mine.says
    if tag is not None and tag.value == value:
        return _told(path, file, value, tag, known)
    was = f"shipped: {tag.value:g}" if tag else "not in the shipped files"
    return path, value, unit_of(path), SET_BY_USER, "", None, None, was


def _own_tags(files: list[Path]) -> dict[str, Tag]:
    mine: dict[str, Tag] = {}
    for file in files:
        group = _group_of(file)
        mine |= {f"{group}.{key}" if group else key: tag for key, tag in tags(file).items()}
    return mine


def _group_of(file: Path) -> str:
    """The group whose alternative a file is, by its folder; "" of a scenario or a mechanism, whose keys are whole."""
    folder = file.resolve().parent.name
    return (
        folder
        if folder in shipped.groups(shipped.root()) and folder not in (shipped.SCENARIOS, shipped.MECHANISMS)
        else ""
    )


def _told(path: str, file: str, value: float, tag: Tag, known: dict[str, dict]) -> tuple:
    row = known.get(tag.says) if tag.kind == "evidence" else None
    if row is None:
        return path, value, unit_of(path), "assumption", "", None, None, tag.says or "no reason is given"
    _, low, high = said_of(row, full_key(path, file), value)
    source = f"{row['source']} ({row['year']})" if row["year"] else row["source"]
    unit = UNIT_WORDS.get(row["unit"]) or row["unit"].replace("_", " ")
    return path, value, unit, row["status"].replace("_", " "), source, low, high, row["note"]


def full_key(path: str, file: str) -> str:
    """The key by which rows with several figures are read: group, file, then the words within it."""
    section, _, key = path.partition(".")
    return f"{section}.{file}.{key}"
