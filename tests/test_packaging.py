"""The wheel carries conf/ and scenarios/, and runs from where it is unpacked; the lock names no registry."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from packaging.metadata import Metadata

import sim

ROOT = Path(__file__).resolve().parent.parent
KNOWN = {"Development Status", "Intended Audience", "Programming Language", "Topic", "Typing"}


def test_the_wheel_carries_every_configuration_file(wheel):
    for folder in ("conf", "scenarios"):
        shipped, carried = (
            {
                p.relative_to(place / folder)
                for ending in ("yaml", "json")
                for p in (place / folder).rglob(f"*.{ending}")
            }
            for place in (ROOT, wheel / "sim/_shipped")
        )
        assert carried == shipped
    assert list(wheel.rglob("page.html.j2")) and list(wheel.rglob("page.css"))
    assert (wheel / "sim/py.typed").is_file()
    assert (wheel / "mskflow/py.typed").is_file()


def test_the_wheel_runs_without_the_checkout(wheel, tmp_path):
    env = {**os.environ, "PYTHONPATH": str(wheel)}
    words = ["run", "place.scale=0.02", "run.years=0.1", "run.replications=1", "run.workers=1", "report=none", "out=r"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sim", *words],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("r/integrated/*/report.html"))


def test_the_distributions_own_name_is_the_package_and_the_command(wheel, tmp_path):
    """`mskflow` has the same names, fetched as late, the same objects and the same command line as `sim`."""
    code = """if True:
        import sys, mskflow, sim
        assert not {"numpy", "pandas", "hydra"} & set(sys.modules), "something heavy is imported at once"
        assert mskflow.__all__ == sim.__all__ and set(sim.__all__) <= set(dir(mskflow))
        assert all(getattr(mskflow, name) is getattr(sim, name) for name in sim.__all__)
        assert not hasattr(mskflow, "nonsense")
        print(mskflow.__version__)"""
    env = {**os.environ, "PYTHONPATH": str(wheel)}
    for words, said in (["-c", code], sim.__version__), (["-m", "mskflow", "list"], "integrated"):
        done = subprocess.run(
            [sys.executable, "-P", *words],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert said in done.stdout


def test_the_wheel_says_of_itself_what_an_index_asks_for(wheel):
    """As `twine check` would have it: valid metadata, a description that is Markdown; one version everywhere."""
    said = Metadata.from_email((next(wheel.glob("*.dist-info")) / "METADATA").read_bytes(), validate=True)
    assert (said.name, str(said.version)) == ("mskflow", sim.__version__)
    assert said.description_content_type == "text/markdown" and said.description.startswith("# mskflow")
    assert said.license_expression == "MIT" and str(said.requires_python) == "<3.14,>=3.11"
    assert all(one.split(" :: ")[0] in KNOWN for one in said.classifiers)
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"(?m)^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert (cited["version"], cited["date-released"]) == newest.groups()
    assert cited["version"] == sim.__version__


def test_what_types_are_read_of_is_what_there_is():
    """The names of `sim` that a type checker sees are those that `sim` fetches."""
    tree = ast.parse((ROOT / "sim/__init__.py").read_text())
    seen = next(node for node in tree.body if isinstance(node, ast.If))
    said = {alias.name: node.module for node in seen.body for alias in node.names}
    assert said == sim._HOMES


def test_the_lock_is_hashed_and_names_no_registry():
    text = (ROOT / "requirements.txt").read_text()
    assert "http" not in text
    assert "index-url" not in text
    pins = re.findall(r"^([a-z0-9][\w.-]*)==", text, re.MULTILINE | re.IGNORECASE)
    assert {"simpy", "numpy", "pandas", "matplotlib", "hydra-core", "pydantic", "pytest"} <= {p.lower() for p in pins}
    assert text.count("--hash=sha256:") >= len(pins)


def test_every_extra_that_is_named_exists_and_is_installed_from_a_clone():
    """mskflow is on no package index: `pip install 'mskflow[sweep]'` would fail."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "sim/app").rglob("*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    named = re.findall(r"(mskflow|whl|\.)\[([a-z]+)\]", text) + re.findall(r"(extra) `([a-z]+)`", text)
    assert len(named) > 10
    assert not [f"{where}[{extra}]" for where, extra in named if where == "mskflow" or extra not in extras]
