"""Are outcomes said of needs that there are, and is no gain taken for an effect unasked?"""

from collections.abc import Iterator

from sim.domain.faults import Fault, nearest
from sim.domain.outcomes import BY_NEED
from sim.domain.scenario import Scenario
from sim.domain.words import NEEDS


def outcomes_hold(scenario: Scenario) -> Iterator[Fault]:
    outcomes = scenario.outcomes
    for name in BY_NEED:
        for need in getattr(outcomes, name):
            if need not in NEEDS:
                yield Fault(f"outcomes.{name}.{need}", "is not a need", nearest(need, NEEDS))
    gains, natural = outcomes.utility_gain_after_care, outcomes.natural_recovery_share_of_gain
    for need, gain in gains.items():
        if gain and need not in natural:
            yield Fault(
                f"outcomes.natural_recovery_share_of_gain.{need}",
                "is missing, and better afterwards is not better because of it",
                "the share of the gain that would have come without care, 0 if none",
            )
    for need in dict.fromkeys([*natural, *outcomes.gain_after_days]):
        if need in NEEDS and not gains.get(need):
            said = " and ".join(
                name
                for name in ("natural_recovery_share_of_gain", "gain_after_days")
                if need in getattr(outcomes, name)
            )
            yield Fault(
                f"outcomes.utility_gain_after_care.{need}",
                f"is missing or 0, and {said} has a figure for it",
                "a gain above 0, or leave the other out",
            )
