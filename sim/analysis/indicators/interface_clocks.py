"""RTT counted both ways: with a referral to an interface service as a clock of its own, and without.

Rules start a clock there where the service is one that consultants lead or that may send on to them; many places count
none until it does. What an integrated pathway does to the list depends on it, so both are told, of the same log, in
pathways without such services too (where they are alike): else there would be nothing to compare with.
"""

from collections.abc import Callable

import numpy as np

from sim.analysis.indicators.register import indicator
from sim.analysis.reading.clocks import CLOCK, clocks_of
from sim.analysis.reading.reading import Reading, remembered

WAYS = ("provisional", "clock")
LIMITS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "within_18_weeks": lambda weeks: weeks <= 18,
    "over_52_weeks": lambda weeks: weeks > 52,
}


@remembered
def _weeks_open(reading: Reading, way: str) -> np.ndarray:
    return clocks_of(reading, way).weeks_at(reading.horizon - 1)


def _counted(way: str, limit: str) -> Callable[[Reading], dict[str, float]]:
    def found(reading: Reading) -> dict[str, float]:
        """Told unless it is what `rtt_...` tells, and where there are consultant-led services."""
        if way == reading.scenario.analysis.interface_clocks or not (reading.rtt == CLOCK).any():
            return {}
        weeks = _weeks_open(reading, way)
        return {"all": float(LIMITS[limit](weeks).mean()) if len(weeks) else float("nan")}

    return found


for _limit in LIMITS:
    for _way in WAYS:
        indicator(f"rtt_{_limit}_interface_{_way}", "share")(_counted(_way, _limit))
