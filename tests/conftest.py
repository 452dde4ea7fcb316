"""The repository's root on the path, hypothesis that finds the same examples on every machine, and the wheel."""

import gc
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sim.app.running import rubbish  # noqa: E402

rubbish.seldom()  # as every command has it
# A shell's background jobs ignore Ctrl-C, and so would every command that a test begins to stop it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first: begun last, it would be all that one core does while the others are idle."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What the tests have imported and laid out stays: it is not looked through for rubbish again and again."""
    gc.collect()
    gc.freeze()


usual = dict(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
# Failing examples are shown as found; `pytest --hypothesis-profile=shrinking` looks for the smallest.
settings.register_profile("deterministic", phases=[Phase.explicit, Phase.generate], **usual)
settings.register_profile("shrinking", **usual)
settings.load_profile("deterministic")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """Where the wheel of this checkout is unpacked: a folder for `PYTHONPATH`."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as file:
        file.extractall(out / "site")
    return out / "site"
