"""The scenarios that a page may begin with, shipped and uploaded, composed without Hydra; and what was uploaded."""

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.app.configuration.arrange import arrange
from sim.app.configuration.check import build
from sim.app.configuration.compose import finished
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import HEADER, LARGEST_FILE, cut
from sim.app.configuration.layers import Unusual, laid
from sim.app.store.disk import synced
from sim.domain.faults import Fault, ScenarioError, nearest

OWN, PLACES = "own", "places"
"""Folders of what was uploaded, in that of the page: scenario files, and places made from files of others."""
HOME = "Coventry"
"""The system of scenarios whose files name none."""
_ENDINGS = (".yaml", ".yml", ".json")
_MOST_OWN = 200


class KnownScenarios:
    """`folder`: the page's own, where uploads are kept as scenario files; `config_dirs`: more of the user's own."""

    def __init__(self, folder: Path, config_dirs: tuple[str, ...] = ()):
        self._own, self.places = folder / OWN, folder / PLACES
        self.places.mkdir(parents=True, exist_ok=True)
        (self._own / shipped.SCENARIOS).mkdir(parents=True, exist_ok=True)
        self._given = config_dirs
        self._composed: dict[str, tuple[tuple, dict]] = {}
        self._lock = threading.Lock()
        self._listed: tuple[tuple, list] = ((), [])

    @property
    def config_dirs(self) -> tuple[str, ...]:
        """Folders that scenarios may stand on, beside what is shipped."""
        places = sorted(str(path.parent) for path in self.places.glob(f"*/{shipped.SCENARIOS}"))
        return (*self._given, *places, str(self._own))

    def files(self) -> dict[str, Path]:
        return shipped.scenario_files(self.config_dirs)

    def by_system(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """(system, [(name, title, question)]): what was uploaded first; what cannot be read is left out."""
        files = self.files()
        stamps = tuple((str(path), path.stat().st_mtime_ns) for path in files.values())
        if self._listed[0] != stamps:
            self._listed = (stamps, self._list(files))
        return self._listed[1]

    def _list(self, files: dict[str, Path]) -> list[tuple[str, list[tuple[str, str, str]]]]:
        own = [name for name, path in files.items() if path.is_relative_to(self._own.parent)]
        groups = {"Yours": own}
        for system, names in shipped.by_system(files).items():
            groups.setdefault(system or HOME, []).extend(name for name in names if name not in own)
        found = []
        for system, names in groups.items():
            rows = [(name, *told) for name in names if (told := _about(files[name])) is not None]
            if rows:
                found.append((system, rows))
        return found

    def config(self, name: str) -> dict[str, Any]:
        """The composed values of a scenario, to be left as they are; `ScenarioError`."""
        files = self.files()
        if name not in files:
            raise ScenarioError(
                [Fault("scenario", f"there is no scenario '{cut(name)}'", nearest(cut(name), files) if name else "")]
            )
        stat = files[name].stat()
        stamp = (files[name], stat.st_mtime_ns, stat.st_size)
        with self._lock:
            known = self._composed.get(name)
            if known is None or known[0] != stamp:
                known = self._composed[name] = (stamp, composed(name, self.config_dirs))
            return known[1]

    def keep(self, filename: str, data: bytes) -> str:
        """An uploaded scenario file, checked whole; its name here. `ScenarioError` with every fault."""
        stem, ending = Path(filename.replace("\\", "/")).stem, Path(filename).suffix.lower()
        if ending not in _ENDINGS:
            right = f"a scenario is a file that ends in {', '.join(_ENDINGS)}"
            raise ScenarioError([Fault(cut(filename) or "file", "is not a scenario file", right)])
        if len(data) > LARGEST_FILE:
            right = f"at most {LARGEST_FILE:,} bytes: a scenario holds only what it changes"
            raise ScenarioError([Fault(cut(filename), "is too large", right)])
        name = self.free(stem)
        text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        if not re.search(r"(?m)^\s*#\s*@\s*package", text):  # another package is refused by whoever reads it
            text = f"{HEADER}\n{text}"
        self.write({name: text}, cut(filename))
        return name

    def free(self, stem: str, *endings: str) -> str:
        """A name like `stem` that nothing has, nor with one of these endings; `ScenarioError` where too many are
        kept."""
        names = self.files()
        if sum(path.is_relative_to(self._own) for path in names.values()) >= _MOST_OWN:
            raise ScenarioError(
                [Fault("upload", f"{_MOST_OWN} files are kept already", f"remove some from {self._own}")]
            )
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:50] or "uploaded"
        several = (stem, *(f"{stem}_{number}" for number in range(2, 10**6)))
        return next(one for one in several if not {f"{one}{ending}" for ending in ("", *endings)} & set(names))

    def write(self, texts: Mapping[str, str], whose: str) -> None:
        """Scenario files by name, each checked whole, or none of them; `whose`: what they came from, for faults."""
        paths = []
        try:
            for name, text in texts.items():
                path = self._own / shipped.SCENARIOS / f"{name}.yaml"
                with path.open("xb") as file:
                    paths.append(path)
                    file.write(text.encode())
                    synced(file)
                build(self.config(name))
        except BaseException as error:
            for path in paths:
                path.unlink(missing_ok=True)
            if not isinstance(error, ScenarioError):
                raise
            said = [Fault(one.where.replace(str(paths[-1]), whose), one.what, one.right) for one in error.faults]
            raise ScenarioError(said) from None

    @property
    def own(self) -> Path:
        """Where what was uploaded lies, a scenario file each."""
        return self._own / shipped.SCENARIOS

    def base_of(self, name: str) -> str:
        """The scenario that an uploaded one stands on; "" of what was not uploaded, or stands on several."""
        path = self.files().get(name)
        if path is None or not path.is_relative_to(self._own):
            return ""
        given = shipped.top_level(shipped.read(path)).get("defaults")
        below = [one for one in given if one != "_self_"] if isinstance(given, list) else []
        return below[0] if len(below) == 1 and isinstance(below[0], str) else ""


def composed(name: str, config_dirs: tuple[str, ...]) -> dict[str, Any]:
    """The values of a scenario's files laid over each other; what only Hydra would understand is refused."""
    plan = arrange(name, (), config_dirs)
    plan.refuse()
    try:
        values, over = laid(plan)
    except Unusual as error:
        right = "its defaults name other scenarios, or '- override /group: name'"
        raise ScenarioError(
            [Fault(name, f"'{cut(Path(str(error)).name)}' cannot be laid over others", right)]
        ) from None
    return finished(values, (), plan.stem, plan.file, over)


def _about(path: Path) -> tuple[str, str] | None:
    try:
        return shipped.about(path)
    except (ScenarioError, OSError):
        return None
