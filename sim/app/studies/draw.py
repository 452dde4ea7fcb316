"""`mskflow draw`: writes the picture of a pathway and says where.

`out=DIR` gives DIR/<scenario>/pathway.svg; an `out` that ends in .svg or .png is the file itself.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.app.store.disk import missing, remove_if_empty, synced, writing
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

PICTURE = "pathway.svg"


def run(request: Request) -> int:
    """Draws what is asked for and prints the file's path; 0. Raises `ScenarioError`, and then nothing is written,
    `CannotWrite`."""
    print(drawn(compose(request.scenario, request.overrides, request.config_dirs)))
    return 0


def drawn(scenario: Scenario) -> Path:
    """Draws the pathway of a scenario to the file that its configuration says, and returns its path."""
    out = scenario.config.get("out") or "results"
    if not isinstance(out, (str, int)) or "\0" in str(out):
        raise ScenarioError(
            [Fault("out", "is not the name of a folder or a file", "out=DIR, out=FILE.svg or out=FILE.png")]
        )
    path = Path(str(out))
    if path.suffix.lower() not in (".svg", ".png"):
        path = path / scenario.name / PICTURE
    from sim.analysis.pathway.picture import png_of, svg_of  # slow to import, and not needed to say what is wrong

    data = png_of(scenario) if path.suffix.lower() == ".png" else svg_of(scenario).encode("utf-8", "replace")
    _write(path, data)
    return path


def _write(path: Path, data: bytes) -> None:
    """The whole file, or what was there before."""
    made = missing(path.parent)
    with writing(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = _beside(path, data)
            try:
                os.replace(part, path)
            except OSError:
                os.unlink(part)
                raise
        except OSError:
            remove_if_empty(*made)
            raise


def _beside(path: Path, data: bytes) -> str:
    file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False)
    try:
        with file:
            file.write(data)
            synced(file)
        os.chmod(file.name, 0o666 & ~_umask())
    except OSError:
        with suppress(OSError):
            os.unlink(file.name)
        raise
    return file.name


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
