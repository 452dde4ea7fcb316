"""Quality of life and work: what waiting takes, what definitive care gives, and what that is worth beside its cost."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.indicators.access import days_to
from sim.analysis.indicators.groups import MINORITY, WHITE_BRITISH
from sim.analysis.indicators.money import cost_pieces, total_cost
from sim.analysis.indicators.register import indicator, measured
from sim.analysis.money import qalys
from sim.analysis.reading.measured import LinearPieces
from sim.analysis.reading.reading import Reading, remembered
from sim.domain.outcomes import by_need
from sim.domain.words import FACTS, NEEDS

A_YEAR = "QALYs per 1,000 residents a year"


@dataclass(frozen=True)
class Pieces:
    """What QALYs are linear in, one row for each person of the cohort (n,).

    `need`: code of the need at presentation; `loss`: QALYs lost for each 1 of EQ-5D that a month of waiting
    takes; `gain`: for each 1 of EQ-5D gained, years from when the gain begins to the end of the run, 0 without a
    contact that met the need.
    """

    need: np.ndarray
    loss: np.ndarray
    gain: np.ndarray

    def by_need(self, piece: np.ndarray) -> np.ndarray:
        """(needs,) sums."""
        return np.bincount(self.need, weights=piece, minlength=len(NEEDS))


@remembered
def pieces_of(reading: Reading) -> Pieces:
    """The pieces of a replication, worked out once."""
    outcomes, rows = reading.scenario.outcomes, reading.cohort
    days, _ = days_to(reading, "definitive_care")
    need, rate = reading.need[rows], outcomes.rate
    begins = day_of_care(reading)[rows] + by_need(outcomes.gain_after_days).astype(np.int64)[need]
    return Pieces(
        need,
        qalys.lost(1.0, reading.patients.presented_day[rows], days[rows], reading.first_day, rate),
        qalys.years_after(begins, reading.horizon, reading.first_day, rate),
    )


def day_of_care(reading: Reading) -> np.ndarray:
    """(patients,) day of the first contact that met the need, NEVER for people who recovered, left or still wait."""
    contacts = reading.first_episode(reading.contacts)
    return reading.first_day_of(contacts.where(reading.meets[reading.need_at(contacts), contacts.service]))


def _in_groups(reading: Reading, each: np.ndarray) -> dict[str, float]:
    """A sum over the cohort (n,), in all and by need, IMD quintile and ethnic group:
    each row of parts adds up to the whole."""
    rows, found = reading.cohort, {"all": float(each.sum())}
    for prefix, fact in (("", "need"), ("imd_", "imd_quintile"), ("ethnicity_", "ethnicity")):
        sums = np.bincount(reading.patients.facts[fact][rows], weights=each, minlength=len(FACTS[fact]))
        found |= {f"{prefix}{word}": float(value) for word, value in zip(FACTS[fact], sums, strict=True)}
    found[MINORITY] = float(sums.sum() - found[WHITE_BRITISH])
    return {group: reading.per_1000_a_year(value) for group, value in found.items()}


def _lost(reading: Reading) -> np.ndarray:
    outcomes, rows = reading.scenario.outcomes, reading.cohort
    loss = by_need(outcomes.utility_loss_per_month_waited)[reading.need[rows]]
    days, _ = days_to(reading, "definitive_care")
    return qalys.lost(loss, reading.patients.presented_day[rows], days[rows], reading.first_day, outcomes.rate)


def _gained(reading: Reading) -> np.ndarray:
    pieces = pieces_of(reading)
    return reading.scenario.outcomes.net_gain()[pieces.need] * pieces.gain


@indicator("qalys_lost_waiting", A_YEAR)
def qalys_lost_waiting(reading: Reading) -> dict[str, float]:
    """Quality of life lost before definitive care: a loss that grows by the month, by need (trapezium rule)."""
    return _in_groups(reading, _lost(reading))


@indicator("qalys_gained_after_care", A_YEAR)
def qalys_gained_after_care(reading: Reading) -> dict[str, float]:
    """Quality of life gained by definitive care, net of what time alone would have done, up to the end of the run.

    By need at presentation and the day of the first contact that met it: never by the service. Nobody gains by a need
    that rose while they waited, and nobody who recovered or left without such a contact.
    """
    return _in_groups(reading, _gained(reading))


@indicator("qalys_net", A_YEAR)
def qalys_net(reading: Reading) -> dict[str, float]:
    """Gained after care less lost while waiting."""
    gained, lost = (measured(reading, name) for name in ("qalys_gained_after_care", "qalys_lost_waiting"))
    return {group: value - lost[group] for group, value in gained.items()}


@indicator("net_monetary_benefit", "pounds per 1,000 residents a year")
def net_monetary_benefit(reading: Reading) -> dict[str, float]:
    """QALYs at what one is worth, less staff, one-off clinics and visits as `cost_per_episode` counts them."""
    outcomes = reading.scenario.outcomes
    worth = outcomes.gbp_per_qaly * measured(reading, "qalys_net")["all"]
    cost = total_cost(reading) * qalys.mean_value(reading.years, outcomes.rate)
    return {"all": worth - reading.per_1000_a_year(cost)}


@indicator("work_days_lost", "days per 1,000 residents a year")
def work_days_lost(reading: Reading) -> dict[str, float]:
    """Working days (five a week) that employed people are off before definitive care, in all and by need."""
    days, _ = days_to(reading, "definitive_care")
    rows, facts = reading.cohort, reading.patients.facts
    employed = rows[facts["employment"][rows] == FACTS["employment"].index("employed")]
    waited = np.bincount(reading.need[employed], weights=days[employed], minlength=len(NEEDS))
    shares = by_need(reading.scenario.outcomes.off_work_share)
    # Needs with one share in one sum, which is exact: days are whole.
    found = {"all": sum(float(waited[shares == share].sum()) * 5 / 7 * share for share in np.unique(shares).tolist())}
    found |= dict(zip(NEEDS, (waited * 5 / 7 * shares).tolist(), strict=True))
    return {group: reading.per_1000_a_year(value) for group, value in found.items()}


def linear_pieces(reading: Reading) -> LinearPieces:
    """What QALYs and money are linear in, per 1,000 residents a year:
    prices and effects can be drawn without another run.

    `loss`, `gain` (needs,): see `Pieces`. `cost`: dotted path of a price -> pounds, discounted like the rest.
    """
    pieces = pieces_of(reading)
    value = qalys.mean_value(reading.years, reading.scenario.outcomes.rate)
    return LinearPieces(
        loss=np.array([reading.per_1000_a_year(x) for x in pieces.by_need(pieces.loss).tolist()]),
        gain=np.array([reading.per_1000_a_year(x) for x in pieces.by_need(pieces.gain).tolist()]),
        cost={path: reading.per_1000_a_year(pounds * value) for path, pounds in cost_pieces(reading).items()},
    )
