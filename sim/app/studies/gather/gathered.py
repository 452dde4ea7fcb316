"""What was gathered."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.analysis.statistics.swept import Swept


@dataclass(frozen=True)
class Gathered:
    """`path`: of the folder that was written; `points`: as in points.csv; `left_out`: damaged folders and why;
    `notes`: what a reader has to know of the points."""

    path: Path
    points: pd.DataFrame
    swept: Swept
    left_out: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]
