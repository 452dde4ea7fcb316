"""The house: imports go one way, from room to room and within the rooms, and each library has its room."""

import ast
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from bench import house
from bench.house import arrows, dotted, imported

SIM = Path(__file__).resolve().parents[1] / "sim"
ROOMS = ("domain", "engine", "analysis", "app")
MAY_IMPORT = {"domain": set(), "engine": {"domain"}, "analysis": {"domain"}, "app": {"domain", "engine", "analysis"}}
BELOW = ("domain", "engine", "analysis")
STUDIES = {  # study -> the other studies that it may know
    "catalogue": set(),
    "site": set(),
    "sweep": {"comparison", "gather", "runs"},
    "experiment": {"sweep", "gather"},
    "uncertainty": {"comparison"},
    "comparison": {"load"},
    "forecast": {"place"},
    "options": {"comparison"},
    **{
        study: set()
        for study in ("workbook", "load", "draw", "place", "plan", "story", "verification", "gather", "runs")
    },
}
APP = {  # room of the app -> the other rooms of the app that it may know
    "machine": set(),
    "configuration": set(),
    "store": {"configuration", "machine"},
    "importing": {"configuration", "machine"},
    "running": {"configuration", "store", "machine"},
    "pages": {"machine"},
    "studies": {"configuration", "importing", "store", "running", "pages", "machine"},
    "api": {"configuration", "importing", "store", "running", "pages", "studies"},
    "web": {"configuration", "store", "running", "pages", "studies"},
    "commands": {"configuration", "importing", "store", "running", "pages", "studies", "web"},
    "cli": {"configuration", "store", "running", "pages", "studies", "commands", "machine"},
}
ANALYSIS = {
    "words": set(),
    "exact": set(),
    "selection": set(),
    "reading": set(),
    "flows": set(),
    "forecast": {"flows", "figures"},
    "statistics": {"reading", "words"},
    "money": {"reading", "statistics"},
    "indicators": {"reading", "statistics", "money"},
    "figures": {"reading", "statistics", "money", "words"},
    "pathway": {"figures", "words"},
    "journey": {"reading", "statistics", "money", "words", "indicators", "figures"},
}
DOMAIN = {
    "people": set(),
    "pathway": set(),
    "staff": {"pathway"},
    "money": {"pathway", "staff"},
    "coherence": {"people", "pathway", "staff"},
}
DOMAIN_WORDS = {
    *(
        "by_weeks",
        "calendar",
        "chance",
        "faults",
        "hours",
        "lengths",
        "numerals",
        "open_days",
        "outcomes",
        "quantities",
        "record",
        "scenario",
        "seasons",
    ),
    *("settings", "words"),
}
MODULES = sorted(path for room in ROOMS for path in (SIM / room).rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SIM).parts[0]


def between(room: str, depth: int = 2) -> dict[tuple[str, str], list[str]]:
    """(part, another part that it knows) -> "module -> module", of the parts at a depth of `sim.<room>`."""
    found = defaultdict(list)
    for name, others in arrows().items():
        for other in others:
            if name.startswith(f"{room}.") and other.startswith(f"{room}."):
                a, b = name.split(".")[depth], other.split(".")[depth]
                if a != b:
                    found[a, b].append(f"{name} -> {other}")
    return found


def by(rooms, *libraries) -> dict[str, set[str]]:
    """module -> which of these libraries it imports, for modules outside of `rooms`."""
    found = {}
    for path in MODULES:
        used = {name.partition(".")[0] for name in imported(path)} & set(libraries)
        if used and room_of(path) not in rooms:
            found[str(path.relative_to(SIM))] = used
    return found


def test_there_are_four_rooms_and_each_has_modules():
    # what a wheel (_shipped) or the site (_docs) lays beside them is no room
    assert {path.name for path in SIM.iterdir() if path.is_dir() and path.name[0] != "_"} == set(ROOMS)
    assert all(sum(room_of(path) == room for path in MODULES) > 3 for room in ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    for path in MODULES:
        if room_of(path) == room:
            rooms = {
                name.split(".")[1] for name in imported(path) if name.startswith("sim.") and name.split(".")[1] in ROOMS
            }
            assert rooms <= MAY_IMPORT[room] | {room}, f"{path.relative_to(SIM)} imports from {rooms}"


@pytest.mark.parametrize("room", BELOW)
def test_below_the_app_nobody_imports_the_whole_package(room):
    for path in MODULES:
        if room_of(path) == room:
            assert "sim" not in imported(path) and "sim.app" not in imported(path), path.relative_to(SIM)


def test_the_rooms_of_the_app_know_those_below_them():
    for (room, other), lines in between("sim.app").items():
        assert other in APP[room], lines
    assert {path.stem for path in (SIM / "app").iterdir() if path.name != "__pycache__"} - {"__init__"} == set(APP)


def test_pages_know_what_is_counted_and_the_domain_and_nothing_of_running_it():
    for name, others in arrows().items():
        if name.startswith("sim.app.pages."):
            assert {other.split(".")[1] for other in others} <= {"app", "analysis", "domain"}, name


def test_studies_know_few_other_studies():
    for (study, other), lines in between("sim.app.studies", 3).items():
        assert other in STUDIES[study], lines
    assert {path.stem for path in (SIM / "app/studies").iterdir() if path.name != "__pycache__"} - {"__init__"} == set(
        STUDIES
    )


@pytest.mark.parametrize("room, parts", [("analysis", ANALYSIS), ("domain", DOMAIN)])
def test_the_parts_of_a_room_know_each_other_one_way(room, parts):
    for (part, other), lines in between(f"sim.{room}").items():
        if part in parts and other in parts:
            assert other in parts[part], lines
    loose = {path.stem for path in (SIM / room).iterdir() if path.suffix == ".py"} - {"__init__"}
    assert loose == (DOMAIN_WORDS if room == "domain" else set())
    assert {path.name for path in (SIM / room).iterdir() if path.is_dir() and path.name != "__pycache__"} == set(parts)


def test_there_is_no_circle_among_modules():
    assert [sorted(circle) for circle in _circles(arrows())] == []


def _circles(known: dict[str, set[str]]) -> list[set[str]]:
    """Sets of modules that all lead to each other."""

    def reached(start: str) -> set[str]:
        seen, due = set(), list(known[start])
        while due:
            name = due.pop()
            if name not in seen:
                seen.add(name)
                due += known[name]
        return seen

    reach = {name: reached(name) for name in known}
    left, found = {name for name in known if name in reach[name]}, []
    while left:
        one = left.pop()
        circle = {one, *(other for other in left if other in reach[one] and one in reach[other])}
        left -= circle
        found.append(circle)
    return found


def test_a_public_class_has_its_name_to_itself():
    homes = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(dotted(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_the_picture_of_the_house_is_of_the_house_as_it_is():
    drawn = house.PICTURE.read_text(encoding="utf-8")
    assert drawn == house.picture(), "`python -m bench.house --write` draws it anew"
    assert set(house.PLACES) == set(house.rooms())


def test_simpy_is_only_in_the_engine():
    assert by(("engine",), "simpy") == {}


def test_pandas_is_never_inside_a_run():
    assert by(("analysis", "app"), "pandas", "pyarrow", "polars") == {}


def test_pictures_are_drawn_in_the_analysis_room_and_shown_by_the_app():
    assert by(("analysis", "app"), "matplotlib", "plotly") == {}


@pytest.mark.parametrize(
    "library, where",
    [
        ("jinja2", {"app/pages/html.py"}),
        ("markupsafe", {"app/pages/html.py"}),
        ("starlette", {"app/web/site.py"}),
        ("uvicorn", {"app/web/serve.py"}),
        ("xlsxwriter", {"app/pages/spreadsheet.py"}),
        ("rich", {"app/pages/terminal.py", "app/pages/terminal_table.py", "app/running/progress.py"}),
    ],
)
def test_what_is_told_is_shown_in_one_place(library, where):
    """One document model, one template, one terminal: a study makes a document and hands it over."""
    assert set(by((), library)) == where


def test_hydra_and_pydantic_are_only_in_the_app():
    assert by(("app",), "hydra", "omegaconf", "pydantic", "holidays", "jinja2", "rich", "tqdm") == {}


def test_the_domain_needs_numpy_and_the_standard_library_only():
    for path in MODULES:
        if room_of(path) == "domain":
            others = {name.partition(".")[0] for name in imported(path)} - {
                *sys.stdlib_module_names,
                "numpy",
                "annotated_types",
                "sim",
            }
            assert not others, f"{path.name} imports {others}"


def test_analysis_and_engine_meet_only_in_the_domain():
    for path in MODULES:
        room, names = room_of(path), imported(path)
        if room in ("engine", "analysis"):
            assert not any(name.startswith(f"sim.{'analysis' if room == 'engine' else 'engine'}") for name in names), (
                path.name
            )


@cache
def _calls(path: Path) -> set[str]:
    """Dotted names of everything that a module calls."""
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}


def test_chance_comes_from_keys_and_never_from_a_global_generator_or_from_hash():
    for path in MODULES:
        if room_of(path) in ("domain", "engine"):
            wrong = {
                c
                for c in _calls(path)
                if c == "hash"
                or c.startswith("random.")
                or (c.startswith("np.random.") and c not in ("np.random.Generator", "np.random.Philox"))
            }
            assert not wrong, f"{path.name} calls {wrong}"


def test_nothing_is_printed_or_read_from_files_inside_a_run():
    for path in MODULES:
        if room_of(path) in ("domain", "engine"):
            assert not _calls(path) & {"print", "open", "input"}, path.name


def test_no_module_below_the_app_keeps_state_that_a_run_may_change():
    """No `global`, and no mutable default: what one replication does must not reach the next."""
    for path in MODULES:
        if room_of(path) in ("domain", "engine"):
            tree = ast.parse(path.read_text())
            assert not any(isinstance(node, ast.Global) for node in ast.walk(tree)), path.name
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    assert not any(
                        isinstance(d, ast.List | ast.Dict | ast.Set)
                        for d in (*node.args.defaults, *node.args.kw_defaults)
                    ), f"{path.name}: {node.name}"
