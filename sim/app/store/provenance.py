"""What made a result: versions, commit, machine and time, as every manifest has them."""

import platform
import subprocess
import sys
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.app.machine import cpu_seconds


def provenance(began: float, *also: str) -> dict:
    """The end of a manifest. `began`: seconds since 1970; `also`: libraries besides the usual whose versions matter."""
    return {
        "versions": versions() | {name: version(name) for name in also},
        "git_commit": git_commit(),
        "machine": {"system": platform.system(), "processor": platform.machine(), "python": sys.version.split()[0]},
        "wall_seconds": round(time.time() - began, 2),
        "cpu_seconds": round(cpu_seconds(), 2),
    }


def versions() -> dict[str, str]:
    """Name -> version, of ours, of Python and of the libraries that make or tell numbers."""
    from sim import __version__

    return {"mskflow": __version__, "python": platform.python_version(), **_libraries()}


@cache
def _libraries() -> dict[str, str]:
    """Looked up once: each is a file of metadata to be parsed, and every scenario that is stored has them."""
    found = {}
    for name in ("simpy", "numpy", "pandas", "scipy", "hydra-core", "matplotlib"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def git_commit() -> str:
    """Of the clone that this is; "" where it is none."""
    here = Path(__file__).resolve().parent
    try:
        done = subprocess.run(
            ["git", "-C", str(here), "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):
        return ""
