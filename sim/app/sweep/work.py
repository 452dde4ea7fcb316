"""Goes through a sweep: every replication that is not stored, then the results folder of every point.

Each share of a sweep (a SLURM task, a joblib or Ray job; the basic launcher has one) goes through the whole list, and takes
what nobody else has in hand. So a replication is the unit of work whatever the launcher, and a share that dies costs only
what it had in hand.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from sim.app.batch import Incomplete, Terms, Told, complete
from sim.app.endings import BROKEN, ending
from sim.app.feed import Feed, Point
from sim.app.folder import folder_name
from sim.app.launchers import stop_of_submitit
from sim.app.sequential import told as told_precision
from sim.app.store import Damaged, Store
from sim.app.supervisor import supervise
from sim.app.sweep.folder import Sweep

PUBLISH = "sim.app.sweep.publishing:publish_point"


def replications(sweep: Sweep) -> list[Point]:
    """What is to be run of each point."""
    make = sweep.maker()
    return [brief.runs(partial(make, brief.number)) for brief in sweep.briefs]


def work(sweep: Sweep, share: int, shares: int, workers: int, told: Told, stored: Callable[[], None] = lambda: None) -> None:
    """Runs and publishes until nothing is left for this share. `stored`: called after each replication.

    What failed is in the store, what became of the share's points in the sweep's folder. Raises `CannotWrite`.
    """
    store, points = Store(sweep.out), replications(sweep)
    feed = Feed(points, store, sweep.began if shares > 1 else None)

    def took(key: str, replication: int, data: bytes) -> None:
        stored()
        feed.took(key, replication, data)

    complete(feed, store, told, Terms(workers, sweep.limit_minutes, shares > 1), took)
    store.refresh()
    publish_all(sweep, store, points, range(share, len(points), shares), workers)


def publish_all(sweep: Sweep, store: Store, points: list[Point], numbers: Iterable[int], workers: int) -> None:
    """The results folders of those points whose replications are all there, but for those that have one already."""
    there, due = sweep.told("point"), []
    for number in numbers:
        point = points[number]
        if number in there or not is_whole(point, store):
            continue
        said = told_precision(point.rule.verdict, sweep.point(number).config["run"]["precision"]) if point.rule else ""
        known = published(sweep.out, sweep.briefs[number].names[-1], sweep.briefs[number].identity, point.final)
        if known is not None:
            sweep.tell(f"point-{number}", {"code": 0, "path": str(known), "there": True})
            continue
        due.append((number, (str(sweep.folder), number, point.final, said)))
    if not due:
        return
    with closing(supervise(PUBLISH, due, min(workers, len(due)), isolate=len(due) > 1)) as finished:
        for one in finished:
            if one.error is None:
                sweep.tell(f"point-{one.key}", one.result)
            else:
                sweep.tell(f"point-{one.key}", {"code": Incomplete.exit_code, "said": [f"its results folder: {one.error}"]})


def published(out: Path, scenario: str, identity: str, replications: int) -> Path | None:
    """The results folder that there is already of the same configuration and as many replications, if there is one."""
    parent = out / folder_name(scenario)
    for file in sorted(parent.glob("*/manifest.json"), reverse=True) if parent.is_dir() else ():
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if (said.get("status"), said.get("config_hash"), said.get("replications")) == ("complete", identity, replications):
            return file.parent
    return None


def is_whole(point: Point, store: Store) -> bool:
    """Whether all replications that count are stored."""
    if point.rule is not None and not point.rule.stop:
        _catch_up(point, store)
        if not point.rule.stop:
            return False
    return all(store.whole(key, r) for key in point.keys for r in range(point.final))


def _catch_up(point: Point, store: Store) -> None:
    """Reads what others have run of a point that is watched."""
    with suppress(KeyError, Damaged):
        for replication in range(point.rule.seen, point.rule.wanted):
            for key in point.keys:
                point.rule.took(key, replication, store.data(key, replication))


def share_of(folder: Path, share: int, shares: int, workers: int, told: Told, debug: bool = False) -> int:
    """A share in a process of a launcher; leaves word of how it ended, and raises nothing but a person's own stop."""
    sweep = Sweep.read(folder)
    try:
        work(sweep, share, shares, workers, told)
        code, said = 0, []
    except Exception as error:
        if debug or stop_of_submitit(error):
            raise
        code, said = ending(error)
        code = Incomplete.exit_code if code == BROKEN else code
    sweep.tell(f"share-{share}", {"code": code, "said": said})
    return code
