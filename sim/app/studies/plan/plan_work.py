"""The unit of work: one replication of one plan. Runs in a worker process."""

from dataclasses import dataclass

from sim.app.running.simulated import Simulated
from sim.app.studies.plan.bounds import Bound, certain, ruled_out
from sim.app.studies.plan.targets import Target, values_of
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate


@dataclass(frozen=True)
class PlanTask:
    """`bounds`: what may rule the plan out without a run; none where its values are wanted in any case."""

    scenario: Scenario
    replication: int
    targets: tuple[Target, ...]
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True)
class Certain:
    """Counts who is certain to be on the lists of the targets at `places`, whatever the plan."""

    scenario: Scenario
    replication: int
    targets: tuple[Target, ...]
    places: tuple[int, ...]


def replicate(task: PlanTask | Certain) -> dict:
    """`values` of the targets in their order (empty where a bound ruled the plan out),
    and `short`: how far the worst misses.

    Of `Certain`: `certain`, a count for each place.
    """
    if isinstance(task, Certain):
        return {
            "certain": [bound.certain for bound in certain(task.scenario, task.targets, task.places, task.replication)]
        }
    out = ruled_out(task.scenario, list(task.bounds), task.replication) if task.bounds else []
    if out:
        return {"values": [], "short": max(short for _, short in out), "bound": True}
    Simulated.add(task.scenario)
    values = values_of(simulate(task.scenario, task.replication), task.scenario, task.targets)
    return {
        "values": values,
        "short": max(target.short(value) for target, value in zip(task.targets, values, strict=True)),
        "bound": False,
    }
