"""An objective: an indicator of somebody that is to rise or to fall as far as a sum of money lets it."""

import math
from dataclasses import dataclass
from typing import Literal

from sim.analysis.words.amounts import amount
from sim.app.studies.plan.targets import OF_PEOPLE_WAITING, Sought, days_of, group_faults
from sim.domain.faults import Fault
from sim.domain.scenario import Scenario
from sim.domain.settings import Settings
from sim.domain.words import NEEDS

NAME = "objective"
NEVER = 1e12
"""What an indicator that is not known counts as, in the direction that is not wanted: a time nobody reached is long."""


@dataclass(frozen=True)
class Aimed(Settings):
    """An objective as the file has it; days as those of a target."""

    kpi: str
    aim: Literal["raise", "lower"]
    group: str = "all"
    by: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class Objective(Sought):
    """`rises`: whether more of it is better."""

    rises: bool = True

    def short(self, value: float) -> float:
        """How bad `value` is: the less, the better."""
        if math.isnan(value):
            return 0.0 if self.kpi in OF_PEOPLE_WAITING and not self.rises else NEVER
        return -value if self.rises else value

    def told(self, value: float) -> str:
        """A value of it with its unit."""
        return "not known" if math.isnan(value) else amount(self.kpi, value)


@dataclass(frozen=True)
class ToldBeside(Sought):
    """What is told beside the objective and decides nothing: who pays for it by waiting longer."""

    def short(self, value: float) -> float:
        return -NEVER


BESIDE = (
    *(("had_needed_care_within_18_weeks_share", need) for need in NEEDS if need != "self_management"),
    ("had_needed_care_within_52_weeks_share", "all"),
    ("rtt_within_18_weeks", "all"),
    ("hospital_no_outcome_share", "all"),
    ("gp_appointments_per_1000", "all"),
)
"""(indicator, group): as the objective, on its days."""


def told_beside(objective: Objective) -> tuple[ToldBeside, ...]:
    """What is told beside it."""
    days = (objective.day, objective.since)
    return tuple(
        ToldBeside(f"{kpi} {group}", kpi, group, *days)
        for kpi, group in BESIDE
        if (kpi, group) != (objective.kpi, objective.group)
    )


def objective_of(aimed: Aimed, scenario: Scenario, where: str, faults: list[Fault]) -> Objective | None:
    """The objective on days of the run, or None; what is wrong with it joins `faults`."""
    own: list[Fault] = []
    day, since = days_of(aimed.kpi, aimed.by, aimed.since, scenario, where, own)
    if not own:
        found = Objective(NAME, aimed.kpi, aimed.group, day, since, aimed.aim == "raise")
        own += (Fault(where + ".group", one.what, one.right) for one in group_faults([found], scenario, where))
    faults += own
    return None if own else found
