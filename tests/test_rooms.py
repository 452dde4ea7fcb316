"""The house: imports go one way, and each library has its room."""

import ast
import sys
from pathlib import Path

import pytest

SIM = Path(__file__).resolve().parents[1] / "sim"
ROOMS = ("domain", "engine", "analysis", "app")
MAY_IMPORT = {"domain": set(), "engine": {"domain"}, "analysis": {"domain"}, "app": {"domain", "engine", "analysis"}}
MODULES = sorted(path for room in ROOMS for path in (SIM / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Dotted names of everything that a module imports, wherever in it, also by name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(SIM.parent).with_suffix("").parts
            above = [*package[: len(package) - node.level]] if node.level else []
            module = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            names |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(SIM).parts[0]


def by(rooms, *libraries) -> dict[str, set[str]]:
    """module -> which of these libraries it imports, for modules outside of `rooms`."""
    found = {}
    for path in MODULES:
        used = {name.partition(".")[0] for name in imported(path)} & set(libraries)
        if used and room_of(path) not in rooms:
            found[str(path.relative_to(SIM))] = used
    return found


def test_there_are_four_rooms_and_each_has_modules():
    assert {
        path.name for path in SIM.iterdir() if path.is_dir() and path.name not in ("__pycache__", "_shipped")
    } == set(ROOMS)
    assert all(sum(room_of(path) == room for path in MODULES) > 3 for room in ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    for path in MODULES:
        if room_of(path) == room:
            rooms = {
                name.split(".")[1] for name in imported(path) if name.startswith("sim.") and name.split(".")[1] in ROOMS
            }
            assert rooms <= MAY_IMPORT[room] | {room}, f"{path.relative_to(SIM)} imports from {rooms}"


@pytest.mark.parametrize("room", ["domain", "engine", "analysis"])
def test_below_the_app_nobody_imports_the_whole_package(room):
    for path in MODULES:
        if room_of(path) == room:
            assert "sim" not in imported(path) and "sim.app" not in imported(path), path.relative_to(SIM)


def test_simpy_is_only_in_the_engine():
    assert by(("engine",), "simpy") == {}


def test_pandas_is_never_inside_a_run():
    assert by(("analysis", "app"), "pandas", "pyarrow", "polars") == {}


def test_pictures_are_drawn_in_the_analysis_room_and_shown_by_the_app():
    assert by(("analysis", "app"), "matplotlib", "plotly") == {}


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
