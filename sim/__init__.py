"""mskflow: who would wait how long for what, at what cost, if a place ran its MSK care another way.

import sim
scenario = sim.load("integrated", "workforce.physio_band_6.wte=30")
run = sim.run(scenario, replications=4)
outcome = sim.simulate(scenario)
comparison = sim.compare(scenario, sim.load("gp_referral"), replications=8, workers=2)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for those who read types; what is asked for is imported when it is asked for
    from sim.app.api import Comparison as Comparison
    from sim.app.api import Outcome as Outcome
    from sim.app.api import Run as Run
    from sim.app.api import compare as compare
    from sim.app.api import design as design
    from sim.app.api import event_log as event_log
    from sim.app.api import from_dict as from_dict
    from sim.app.api import load as load
    from sim.app.api import parameters as parameters
    from sim.app.api import run as run
    from sim.app.api import simulate as simulate
    from sim.app.api import survival as survival
    from sim.app.api import write_ocel as write_ocel
    from sim.app.api import write_xes as write_xes
    from sim.app.studies.experiment.best import Choice as Choice
    from sim.app.studies.experiment.best import best as best
    from sim.app.studies.experiment.experiment import Experiment as Experiment
    from sim.app.studies.experiment.experiment import experiment as experiment
    from sim.domain.faults import Fault as Fault
    from sim.domain.faults import ScenarioError as ScenarioError
    from sim.domain.scenario import Scenario as Scenario

__version__ = "0.2.0"

_HOMES = {
    "load": "sim.app.api",
    "from_dict": "sim.app.api",
    "simulate": "sim.app.api",
    "run": "sim.app.api",
    "Run": "sim.app.api",
    "compare": "sim.app.api",
    "design": "sim.app.api",
    "survival": "sim.app.api",
    "event_log": "sim.app.api",
    "write_ocel": "sim.app.api",
    "write_xes": "sim.app.api",
    "parameters": "sim.app.api",
    "best": "sim.app.studies.experiment.best",
    "Choice": "sim.app.studies.experiment.best",
    "Outcome": "sim.app.api",
    "Comparison": "sim.app.api",
    "experiment": "sim.app.studies.experiment.experiment",
    "Experiment": "sim.app.studies.experiment.experiment",
    "Scenario": "sim.domain.scenario",
    "Fault": "sim.domain.faults",
    "ScenarioError": "sim.domain.faults",
}
__all__ = [*_HOMES, "__version__"]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    # Lazy: the command line's help and a worker process need little of this.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
