"""Groups of people whom an indicator is told of to see whether it is fair: deprivation fifths and ethnic groups."""

import numpy as np

from sim.analysis.reading.reading import Reading
from sim.domain.words import FACTS

FIFTHS = tuple(f"imd_{word}" for word in FACTS["imd_quintile"])
"""From the most to the least deprived."""
ETHNIC_GROUPS = tuple(f"ethnicity_{word}" for word in FACTS["ethnicity"])
WHITE_BRITISH = "ethnicity_white_british"
MINORITY = "ethnicity_minority"
"""Everybody who is not white British, white minorities included."""


def fair_groups(reading: Reading, rows: np.ndarray) -> dict[str, np.ndarray]:
    """group -> positions in `rows` (n,) of patients: each fifth, each ethnic group, and `ethnicity_minority`."""
    groups = {}
    for names, fact in ((FIFTHS, "imd_quintile"), (ETHNIC_GROUPS, "ethnicity")):
        codes = reading.patients.facts[fact][rows]
        order = codes.argsort(kind="stable")
        edges = np.cumsum(np.bincount(codes, minlength=len(names)))[:-1]
        groups |= dict(zip(names, np.split(order, edges), strict=True))
    groups[MINORITY] = np.flatnonzero(codes != ETHNIC_GROUPS.index(WHITE_BRITISH))
    return groups
