"""The results folder of a sweep's point, made in a worker from what is stored."""

from dataclasses import replace
from pathlib import Path

from sim.app.configuration.beside.comparator import alone
from sim.app.running.endings import ending
from sim.app.running.feed import Point
from sim.app.store import Store
from sim.app.studies.comparison.ran import Ran, Results
from sim.app.studies.comparison.study import together
from sim.app.studies.sweep.sweep_folder import Sweep


def publish_point(payload: tuple[str, int, int, str]) -> dict:
    """`payload`: the sweep's folder, the point's number, how many replications count, and what is said of that.
    Where it is then, or why it is not."""
    try:
        return _published(*payload)
    except OSError as error:
        code, said = ending(error)
        return {"code": code, "said": said}


def _published(folder: str, number: int, count: int, said: str) -> dict:
    from sim.app.studies.comparison.publish import publish  # drawing and tables: slow to import

    sweep = Sweep.read(Path(folder))
    point = sweep.point(number)
    *before, scenario = point.scenarios()
    scenario = replace(scenario, run=replace(scenario.run, replications=count))
    both = (*before, scenario)
    results = Results(together(Point(point.keys, lambda: both, count), Store(sweep.out)))
    others = alone(scenario, before[0] if before else None)
    ran = Ran(scenario, others, results, point.request, point.identity, sweep.began, said)
    path, _ = publish(ran, sweep.out, sweep.briefs[number].pages)
    return {"code": 0, "path": str(path), "there": False}
