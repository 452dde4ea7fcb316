"""Configuration files: where the shipped ones are, which ones a person adds, and reading one without trusting it.

Nothing here needs Hydra: `mskflow list` reads a few lines of YAML and is done.
"""

import os
import re
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

import yaml

from sim.domain.faults import Fault, ScenarioError, nearest

SCENARIOS = "scenarios"
PEOPLE = "people"  # of the stories: no part of a configuration
MECHANISMS = "mechanisms"  # the one group of which several are chosen, and which has folders within it
HEADER = "# @package _global_"
LARGEST_FILE = 200_000  # bytes: what people write is a tenth of this, and parsing it takes a second
_MOST_VALUES = 50_000  # with aliases written out: ten lines of YAML can stand for a billion values
_LONGEST_NUMBER = 60
_DEEPEST_IN_C = 2_000  # levels of nesting that a text of so many columns and brackets can have
_NAME = re.compile(r"\w[\w .()-]{0,79}")
_PLAIN = ("null", "bool", "int", "float", "str", "seq", "map", "merge", "timestamp")
_LAID_TWICE = re.compile(
    rf"\s*/?{MECHANISMS}(?![\w-])"
)  # Hydra would lay such a list over the base again, above its title
_RISKY_DEFAULT = re.compile(r"hydra|\.\.|//|_name_|^\s*optional\b")


def cut(value, limit: int = 60) -> str:
    """A value as a message may show it: on one line, printable, `limit` characters at most."""
    text = str(value)
    shown = "".join(c if c.isprintable() else " " for c in text[:limit])
    return shown if len(text) <= limit else shown[:-3] + "..."


def root() -> Path:
    """The folder that holds `conf/` and `scenarios/`: a checkout's, or the one inside an installed wheel."""
    return _root_beside(__file__)


@cache
def _root_beside(file: str) -> Path:
    package = Path(file).resolve().parents[3]
    carried = package / "_shipped"
    return carried if (carried / "conf").is_dir() else package.parent


def groups(base: Path) -> list[str]:
    """The groups that a file may belong to: the folders of `conf/`, `scenarios` and `mechanisms`."""
    return sorted(
        {p.name for p in (base / "conf").iterdir() if p.is_dir() and p.name not in ("hydra", PEOPLE)}
        | {SCENARIOS, MECHANISMS}
    )


def options(group: str, config_dirs=(), base: Path | None = None) -> list[str]:
    """The names to choose from in a group, shipped and of the user's own."""
    base = base or root()
    if group == MECHANISMS:
        return list(mechanism_files(config_dirs, base))
    folders = [*map(Path, config_dirs), base if group == SCENARIOS else base / "conf"]
    return sorted({p.stem for folder in folders for p in (folder / group).glob("*.yaml")})


def mechanism_files(extra_dirs=(), base: Path | None = None) -> dict[str, Path]:
    """name -> file of every mechanism, `sussex/drop_in_clinics`; a shipped one stands before a user's own of that
    name."""
    places = [folder / MECHANISMS for folder in [*reversed([Path(d) for d in extra_dirs]), (base or root()) / "conf"]]
    return dict(
        sorted(
            {
                p.relative_to(place).with_suffix("").as_posix(): p for place in places for p in place.rglob("*.yaml")
            }.items()
        )
    )


def scenario_files(extra_dirs=(), base: Path | None = None) -> dict[str, Path]:
    """name -> file of every scenario; a user's own stands before a shipped one of the same name."""
    folders = [base or root(), *reversed([Path(d) for d in extra_dirs])]
    found = {p.stem: p for folder in folders for p in (folder / SCENARIOS).glob("*.yaml")}
    return dict(sorted(found.items()))


def about(path) -> tuple[str, str]:
    """Title and question of a scenario or a mechanism, from its file alone."""
    values = top_level(read(path))
    return cut(values.get("title") or "", 300), cut(values.get("question") or "", 600)


def by_system(files: dict[str, Path]) -> dict[str, list[str]]:
    """system -> names of its scenarios; those whose files name none (or cannot be read) first,
    then by the system's name."""
    found: dict[str, list[str]] = {}
    for name, path in files.items():
        try:
            system = str(top_level(read(path)).get("system") or "")
        except (ScenarioError, OSError):  # told by whoever reads its title
            system = ""
        found.setdefault(cut(system.strip()), []).append(name)
    return dict(sorted(found.items()))


def top_level(text: str) -> dict:
    """The keys of a file that has been read, every value left as it is written (no date or number is made)."""
    try:
        return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError:  # the parser in C takes a little less than the one in Python
        return yaml.load(text, Loader=yaml.BaseLoader)


def name_faults(name, where: str) -> list[Fault]:
    """A scenario's name becomes a folder's name and a cell of a table."""
    if isinstance(name, str) and _NAME.fullmatch(name) and name[-1] not in ". ":
        return []
    return [
        Fault(
            where,
            f"'{cut(name)}' cannot be the name of a scenario",
            "use letters, digits, _, - and spaces, 80 at most, a letter or a digit first",
        )
    ]


SCENARIO_FILE = ("a scenario", "'title:', 'question:', and what the scenario changes")
"""What a file is called in a message, and what stands in it."""


def read(path, is_scenario: bool = True, by_path: bool = False, kind: tuple[str, str] = SCENARIO_FILE) -> str:
    """The text of a YAML file, known to hold plain values and nothing that runs, reads or explodes.

    A scenario begins with Hydra's package line; one that is given `by_path` may leave it out. In other files the
    folder says where the values belong, and such a line could put them anywhere. What was in order once is so until the
    file changes: it is not looked through again.
    """
    try:
        now = os.stat(path)
    except (OSError, ValueError):
        return _read(Path(path), None, is_scenario, by_path, kind)  # it says what is wrong
    return _read(Path(path), (now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino), is_scenario, by_path, kind)


@lru_cache(maxsize=256)
def _read(path: Path, stamp, is_scenario: bool, by_path: bool, kind: tuple[str, str]) -> str:
    text = text_of(path, kind)
    says_package = re.search(r"(?m)^\s*#\s*@\s*package", text)
    if is_scenario and text.splitlines()[0].rstrip() != HEADER and not (by_path and not says_package):
        _refuse(
            path, f"its first line is not '{HEADER}'", "put that line first: it says that the file may change any group"
        )
    if says_package and not is_scenario:
        _refuse(path, "it says '# @package'", "take the line out: only scenarios and mechanisms have one")
    try:
        faults = _faults(path, _nodes_of(path, text), kind)
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        _refuse(
            f"{path}, line {mark.line + 1}" if mark else path,
            *_NOT_YAML.get(
                problem,
                (
                    f"this is not YAML: {cut(problem or 'unreadable', 90)}",
                    "write 'key: value' lines, indented by spaces",
                ),
            ),
        )
    except RecursionError:
        _refuse(
            path,
            "it is nested too deeply",
            "write it as the shipped scenarios are" if kind == SCENARIO_FILE else f"write {kind[1]}",
        )
    if faults:
        raise ScenarioError(faults)
    return text


_NOT_YAML = {
    "mapping values are not allowed here": (
        "a second colon stands in this line, or the line is indented too far",
        'put a text with a colon in quotes, as title: "Our plan: 8 FCPs"; keys of one block begin in one column',
    )
}
"""What YAML says -> what is wrong and what would be right."""


def _nodes_of(path: Path, text: str):
    """YAML's node tree: of what is shipped by the parser in C; of what a user gives by the one in Python, which takes
    ten times as long, whose complaints people read, and which no nesting, however deep, breaks."""
    deepest = max(map(len, text.splitlines())) + text.count("[") + text.count("{")
    if deepest < _DEEPEST_IN_C and any(path.is_relative_to(root() / place) for place in ("conf", SCENARIOS)):
        with suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _refuse(where, what: str, right: str):
    raise ScenarioError([Fault(cut(where, 300), what, right)])


def text_of(
    path: Path,
    kind: tuple[str, str],
    largest: int = LARGEST_FILE,
    ending: str = ".yaml",
    format_: str = "YAML text file",
) -> str:
    """The text of a plain UTF-8 file of at most `largest` bytes that is not empty; ScenarioError if it is none."""
    if os.path.isdir(path):  # os.path: a name that is too long for the system is no error there
        _refuse(
            path,
            "this is a folder",
            f"name a {ending} file in it"
            + ("; --config-dir takes a folder that holds scenarios/" if kind == SCENARIO_FILE else ""),
        )
    if not os.path.exists(path):
        beside = sorted(p.name for p in path.parent.glob(f"*{ending}")) if os.path.isdir(path.parent) else []
        _refuse(
            path,
            "there is no such file",
            nearest(cut(path.name), beside) if beside else f"name a {ending} file that is there",
        )
    if not os.path.isfile(path):  # a pipe or a device may never end
        _refuse(path, "this is not a plain file", f"name a {ending} file")
    with path.open("rb") as file:
        raw = file.read(largest + 1)
    if len(raw) > largest:
        _refuse(path, f"it is larger than {largest:,} bytes", f"{kind[0]} holds only what it changes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        _refuse(path, "this is not a text file (UTF-8)", f"{kind[0]} is a {format_}")
    if not re.sub(r"(?m)#.*$|^---|^\.\.\.", "", text).strip():
        _refuse(path, "the file is empty", f"write {kind[1]}")
    return text


def _faults(path: Path, top, kind: tuple[str, str]) -> list[Fault]:
    """What a file must not hold, each with its line. `top` is YAML's node tree, in which nothing has been made yet."""
    if not isinstance(top, yaml.MappingNode):
        return [Fault(str(path), "it is not a mapping", "write 'key: value' lines")]
    faults, sizes = [], {}

    def fault(node, what, right):
        faults.append(Fault(f"{path}, line {node.start_mark.line + 1}", what, right))

    def scalar(node):  # without quotes its style is "" or None, by the parser
        sort, value = node.tag.rpartition(":")[2], node.value
        if "${" in value:
            fault(
                node, f"'{cut(value, 40)}' refers to something else", "write the value itself: ${...} is not used here"
            )
        if not node.style and sort in ("int", "float") and ":" in value:
            fault(
                node,
                f"{cut(value, 20)} is read as a number of minutes or seconds",
                f'put it in quotes: "{cut(value, 20)}"',
            )
        if not node.style and sort in ("int", "float") and len(value) > _LONGEST_NUMBER:
            fault(
                node,
                f"{cut(value, 20)} has more than {_LONGEST_NUMBER} digits",
                "write a number that somebody can read",
            )
        if sort == "bool" and value.lower() not in ("true", "false"):
            fault(
                node, f"{value} is read as true or false", f"write true or false, or '{value}' in quotes for the word"
            )

    def key(node, seen):
        if not isinstance(node, yaml.ScalarNode):
            fault(node, "a key is not a word", "write 'key: value'")
            return
        if node.value in seen and node.value != "<<":
            fault(node, f"'{cut(node.value)}' is there twice", "keep one of them")
        if node.value == "hydra" or re.fullmatch(r"_\w+_", node.value):
            fault(node, f"'{cut(node.value)}' would reach the program itself", "a file holds values of the model only")
        seen.add(node.value)

    def default(node):
        if isinstance(node, yaml.ScalarNode):
            if _RISKY_DEFAULT.search(node.value):
                fault(node, f"'{cut(node.value)}' cannot stand in defaults", "write '- override /group: name'")
            elif _LAID_TWICE.match(node.value):
                fault(node, f"'{cut(node.value)}' is chosen twice", f"write '- override /{MECHANISMS}: [a, b]'")
            return
        for part in node.value:
            for each in part if isinstance(part, tuple) else (part,):
                default(each)

    def size(node) -> int:
        """Values below this node, aliases written out; looks at each node once."""
        if id(node) in sizes:
            if sizes[id(node)] == 0:
                fault(node, "it contains itself", "write the values out")
            return sizes[id(node)]
        sizes[id(node)] = 0
        if node.tag.rpartition(":")[2] not in _PLAIN or not node.tag.startswith("tag:yaml.org,2002:"):
            fault(
                node,
                f"'{cut(node.tag)}' is not a plain value",
                "write text, a number, true, false, a list or a mapping",
            )
        if isinstance(node, yaml.ScalarNode):
            scalar(node)
            total = 1
        elif isinstance(node, yaml.SequenceNode):
            total = 1 + sum(map(size, node.value))
        else:
            seen = set()
            for name, value in node.value:
                key(name, seen)
                if name.value == "defaults":
                    default(value)
            total = 1 + sum(size(name) + size(value) for name, value in node.value)
        sizes[id(node)] = total
        return total

    if size(top) > _MOST_VALUES:
        fault(top, f"it holds more than {_MOST_VALUES:,} values", f"{kind[0]} holds only what it changes")
    return faults
