"""What waiting costs people, what definitive care gives them, and what a year in full health is taken to be worth."""

from dataclasses import dataclass, field

import numpy as np

from sim.domain.quantities import Money, Ratio, Share, WholeDays
from sim.domain.settings import Settings
from sim.domain.words import NEEDS


@dataclass(frozen=True)
class Outcomes(Settings):
    """Maps are from need to a figure; a need that is not named has 0.

    `utility_loss_per_month_waited`: EQ-5D lost by each further month before definitive care;
    `utility_gain_after_care`: EQ-5D after definitive care less before it, as measured in people who had it;
    `natural_recovery_share_of_gain`: the part of that which would have come without care: has to be said for every
    gain;
    `gain_after_days`: days from definitive care until the gain begins;
    `discounting`: QALYs and money at their value on the first day that is counted, at `discount_rate_per_year`;
    `gbp_per_qaly`: what a QALY is taken to be worth;
    `off_work_share`: of the days before definitive care, those on which an employed person is off work;
    `social_return_per_gbp`: pounds of social value for each pound of group programmes, as the literature states it.
    """

    utility_loss_per_month_waited: dict[str, Share] = field(default_factory=dict)
    utility_gain_after_care: dict[str, Share] = field(default_factory=dict)
    natural_recovery_share_of_gain: dict[str, Share] = field(default_factory=dict)
    gain_after_days: dict[str, WholeDays] = field(default_factory=dict)
    discounting: bool = False
    discount_rate_per_year: Share = 0.035
    gbp_per_qaly: Money = 20_000.0
    off_work_share: dict[str, Share] = field(default_factory=dict)
    social_return_per_gbp: Ratio = 0.0

    @property
    def rate(self) -> float:
        """Discount rate a year in use: 0 where discounting is off."""
        return self.discount_rate_per_year if self.discounting else 0.0

    def net_gain(self) -> np.ndarray:
        """(needs,) EQ-5D gained by definitive care and not by time."""
        left: np.ndarray = 1 - by_need(self.natural_recovery_share_of_gain)
        found: np.ndarray = np.multiply(by_need(self.utility_gain_after_care), left)
        return found


BY_NEED = (
    "utility_loss_per_month_waited",
    "utility_gain_after_care",
    "natural_recovery_share_of_gain",
    "gain_after_days",
    "off_work_share",
)
"""Settings that are maps from need to a figure."""


def by_need(said: dict[str, float]) -> np.ndarray:
    """(needs,) the figure of each need, 0 where none is given."""
    return np.array([said.get(need, 0.0) for need in NEEDS])
