"""A scenario with all that is run beside it, or every reason why it cannot be run:
what `check` looks at and `run` begins with."""

from sim.app.configuration.beside.changed import as_changed
from sim.app.configuration.beside.comparator import Beside, beside
from sim.app.configuration.beside.same_budget import hold_same_budget
from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.domain.scenario import Scenario


def prepared(request: Request) -> tuple[Scenario, Beside]:
    """The scenario that is asked for and those beside it; `ScenarioError` lists every fault."""
    scenario = compose(request.scenario, request.overrides, request.config_dirs)
    return with_others(as_changed(scenario, request), request)


def with_others(scenario: Scenario, request: Request) -> tuple[Scenario, Beside]:
    """The same of a scenario that is composed already."""
    others = beside(scenario, request)
    if scenario.run.same_budget:
        hold_same_budget(scenario, others.baseline)
    return scenario, others
