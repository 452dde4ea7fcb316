"""Answers side by side: each against the comparator on the same patients, in a few numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.analysis.money.gp_time import gp_time
from sim.analysis.reading.tables import ANSWERS
from sim.analysis.statistics.paired import difference_of
from sim.analysis.words.answers import ASKED, FREED
from sim.app.studies.comparison.ran import Ran, Together
from sim.domain.hours import SESSION_MINUTES
from sim.domain.scenario import Scenario

APPOINTMENTS = "gp_appointments_per_1000"


def answers_table(ran: Ran) -> pd.DataFrame:
    """Rows ANSWERS over the replications that all of them have; no answer, no row. What neither an answer nor the
    comparator knows is left out."""
    rows, baseline = [], ran.others.baseline
    for name, (title, answer) in ran.others.answers.items():
        own = ran.results.main if answer is ran.scenario else ran.results.answers[name]
        rows += [(name, title, *row) for row in _rows(ran, baseline, own, answer.name)]
    return pd.DataFrame(rows, columns=list(ANSWERS))


def gp_time_words(baseline: Scenario) -> str:
    """What a GP appointment that is freed is worth; "" where the scenario does not say."""
    one = gp_time(baseline)
    if one is None or not one.sessions:
        return ""
    return (
        f"A GP appointment is {one.minutes:g} minutes; a session is half a day at work ({_clock(SESSION_MINUTES)}), "
        f"{one.minutes / one.sessions:.0f} minutes of which are spent with patients, and costs "
        f"£{one.pounds / one.sessions:,.0f}. GP time that is freed is no money by itself: the cost of staff "
        "falls by it only where an answer takes GP time out of post."
    )


def _clock(minutes: float) -> str:
    """`3 hours 45`."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} hour{'s' * (hours != 1)}" + (f" {rest}" if rest else "")


def _rows(ran: Ran, baseline: Scenario, own: Together, name: str) -> Iterator[tuple]:
    """(kpi, group, unit, baseline, scenario, difference, low, high, replications) of one answer."""
    few = ran.results.few
    for kpi, group in ASKED:
        if kpi in FREED:
            yield from _freed(kpi, group, baseline, *_pair(ran, baseline, own, name, APPOINTMENTS, group, few)[:2])
            continue
        a, b, unit = _pair(ran, baseline, own, name, kpi, group, few)
        if np.isfinite(a).any() or np.isfinite(b).any():
            yield kpi, group, unit, *difference_of(kpi, group, a, b)


def _pair(ran: Ran, baseline: Scenario, own: Together, name: str, kpi: str, group: str, few: int):
    """Values of the comparator and of the answer (few,), and their unit."""
    a, unit = ran.results.main.series(baseline.name, kpi, group, few)
    b, named = own.series(name, kpi, group, few)
    return a, b, named or unit


def _freed(kpi: str, group: str, baseline: Scenario, a: np.ndarray, b: np.ndarray) -> Iterator[tuple]:
    """GP appointments that are not needed any more, a year, as such, as sessions and as pounds."""
    one = gp_time(baseline)
    if one is None or not np.isfinite(a - b).any():
        return
    residents = baseline.demand.population * baseline.place.scale
    each = {"gp_appointments_freed": 1.0, "gp_sessions_freed": one.sessions, "gp_pounds_freed": one.pounds}[kpi]
    freed = (a - b) * residents / 1000 * each
    yield kpi, group, FREED[kpi].unit, *difference_of(kpi, group, np.zeros(len(freed)), freed)
