"""A sweep's own folder in `out`/.partial/: its points, and what became of them. Gone when the sweep is over."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from sim.app.store.disk import PARTIAL, remove_if_empty, writing
from sim.app.store.writer import replace_whole
from sim.app.studies.sweep.point import Brief, SweepPoint

_INDEX = "index.json"


@dataclass(frozen=True)
class Sweep:
    """`out`: where results go; `began`: seconds since 1970; `workers`, `limit_minutes`: as asked for;
    `briefs`: its points in their order."""

    folder: Path
    out: Path
    began: float
    workers: int
    limit_minutes: float
    briefs: tuple[Brief, ...]

    @classmethod
    def write(
        cls,
        folder: Path,
        out: Path,
        began: float,
        workers: int,
        limit_minutes: float,
        briefs: Sequence[Brief],
        packed: Sequence[bytes],
    ) -> "Sweep":
        """Makes the folder anew, with all that other processes need."""
        with writing(folder):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            for brief, data in zip(briefs, packed, strict=True):
                (folder / f"{brief.number}.point").write_bytes(data)
            said = {
                "out": str(out),
                "began": began,
                "workers": workers,
                "limit_minutes": limit_minutes,
                "briefs": [asdict(brief) for brief in briefs],
            }
            (folder / _INDEX).write_text(json.dumps(said), encoding="utf-8")
        return cls.read(folder)

    @classmethod
    def read(cls, folder: Path) -> "Sweep":
        said = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        briefs = tuple(
            Brief(**{key: tuple(value) if isinstance(value, list) else value for key, value in brief.items()})
            for brief in said["briefs"]
        )
        return cls(folder, Path(said["out"]), said["began"], said["workers"], said["limit_minutes"], briefs)

    def point(self, number: int) -> SweepPoint:
        """One of its points, in full."""
        return SweepPoint.unpacked((self.folder / f"{number}.point").read_bytes())

    def maker(self, most: int = 4):
        """number -> its scenarios; the last few are kept, since replications of one point follow each other."""
        return lru_cache(maxsize=most)(lambda number: self.point(number).scenarios())

    def tell(self, name: str, said: dict) -> None:
        """Leaves word of what became of a point (`point-3`) or a share (`share-0`)."""
        replace_whole(
            self.folder / f"{name}.json", json.dumps(said).encode(), self.folder / f"{name}-{os.getpid()}.new"
        )

    def told(self, kind: str) -> dict[int, dict]:
        """number -> what was left of that kind."""
        found = {}
        for file in self.folder.glob(f"{kind}-*.json"):
            found[int(file.stem.rpartition("-")[2])] = json.loads(file.read_text(encoding="utf-8"))
        return dict(sorted(found.items()))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        remove_if_empty(self.folder.parent)


def folder_of(out: Path, identity: str) -> Path:
    """Where the sweep of this identity works."""
    return out / PARTIAL / f"sweep-{identity}"
