"""Priority by clinical need: who is called urgent by those who read referrals, and how long people of each impact wait.

Told only where `demand.facts.impact` says whose life the pain touches.
"""

import numpy as np

from sim.analysis.indicators.lists import A_DAY
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.before import last_before
from sim.analysis.reading.reading import CALLED_URGENT, Reading, remembered
from sim.analysis.statistics.quantiles import quantile
from sim.domain.words import FACTS

IMPACTS = FACTS["impact"]


def _is_known(reading: Reading) -> bool:
    return "impact" in reading.scenario.demand.facts


@indicator("called_urgent_share", "share")
def called_urgent_share(reading: Reading) -> dict[str, float]:
    """Of referrals read in the window, those called urgent: all, and by the impact on the person's life."""
    if not _is_known(reading):
        return {}
    calls = reading.calls.where(reading.in_window(reading.calls.day))
    urgent, impact = calls.detail == CALLED_URGENT, reading.patients.facts["impact"][calls.row]
    groups = {"all": np.ones(len(urgent), bool)} | {
        f"impact_{word}": impact == code for code, word in enumerate(IMPACTS)
    }
    return {name: urgent[who].mean() if who.any() else float("nan") for name, who in groups.items()}


@remembered
def _waits(reading: Reading) -> dict[str, np.ndarray]:
    """group -> weeks waited for a first visit to a community service in the window;
    of some, by what they were called last."""
    names = [
        name for i, name in enumerate(reading.services) if reading.contact[i] and reading.setting[i] == "community"
    ]
    visits = reading.called
    visits = visits.where(
        np.isin(visits.service, [reading.services.index(name) for name in names]) & reading.in_window(visits.day)
    )
    weeks, impact = (visits.day - visits.since) / 7, reading.patients.facts["impact"][visits.row]
    calls, size = reading.calls, 2 * reading.horizon + 2
    # Two numbers a day, the second for urgent: the last below today's says what the last call was.
    found = last_before(
        calls.row.astype(np.int64),
        2 * calls.day.astype(np.int64) + (calls.detail == CALLED_URGENT),
        visits.row.astype(np.int64),
        2 * visits.day.astype(np.int64),
        size,
    )
    groups = {"all": weeks}
    for code, word in enumerate(IMPACTS):
        here = impact == code
        groups[f"impact_{word}"] = weeks[here]
        groups[f"impact_{word}_called_urgent"] = weeks[here & (found >= 0) & (found % 2 == 1)]
        groups[f"impact_{word}_called_routine"] = weeks[here & (found >= 0) & (found % 2 == 0)]
    return groups


def _quantiles(reading: Reading, share: float) -> dict[str, float]:
    if not _is_known(reading):
        return {}
    return {name: quantile(weeks, share, A_DAY) for name, weeks in _waits(reading).items()}


@indicator("community_wait_weeks_median", "weeks")
def community_wait_median(reading: Reading) -> dict[str, float]:
    """Median completed wait for a first visit to a community service."""
    return _quantiles(reading, 0.5)


@indicator("community_wait_weeks_p92", "weeks")
def community_wait_p92(reading: Reading) -> dict[str, float]:
    """92nd percentile of the same."""
    return _quantiles(reading, 0.92)
