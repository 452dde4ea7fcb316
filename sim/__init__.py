"""mskflow: who would wait how long for what, at what cost, if a place ran its MSK care another way.

import sim
scenario = sim.load("integrated", "workforce.physio_band_6.wte=30")
outcome = sim.simulate(scenario)
comparison = sim.compare(scenario, sim.load("gp_referral"), replications=20, workers=2)
"""

__version__ = "0.1.0"

_HOMES = {
    "load": "sim.app.api",
    "from_dict": "sim.app.api",
    "simulate": "sim.app.api",
    "compare": "sim.app.api",
    "design": "sim.app.api",
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


def __getattr__(name: str):
    # Lazy: the command line's help and a worker process need little of this.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
