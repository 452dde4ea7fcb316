"""When a process that simulates many small places takes the compiled form of small operations."""

from sim.domain.scenario import Scenario, calendar_of
from sim.engine import kernels


class Simulated:
    """What this process has simulated: a small place alone runs as fast in plain form as compiled loops take to load,
    and who has run several will run more."""

    days = 0
    many = 20_000
    """Days of services: three years of the integrated pathway."""

    @classmethod
    def add(cls, scenario: Scenario) -> None:
        """One more is about to be."""
        if cls.days >= cls.many:
            kernels.ready_for(kernels.LARGE)
        cls.days += calendar_of(scenario).horizon * len(scenario.pathway.services)
