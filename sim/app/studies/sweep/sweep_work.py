"""Goes through a sweep: every replication that is not stored, then the results folder of every point.

Each share of a sweep (a SLURM task, a joblib or Ray job; the basic launcher has one) goes through the whole list,
and takes what nobody else has in hand. So a replication is the unit of work whatever the launcher,
and a share that dies costs only what it had in hand.
"""

from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from sim.app.running.batch import Incomplete, Listener, Terms, complete
from sim.app.running.clusters.launchers import stop_of_submitit
from sim.app.running.endings import BROKEN, ending
from sim.app.running.feed import Expected, Feed, Point
from sim.app.running.sequential import told as told_precision
from sim.app.running.supervisor import supervise
from sim.app.store import Damaged, Store
from sim.app.store.folder import MANIFEST, folder_name
from sim.app.store.manifest_file import manifest_in
from sim.app.studies.runs.folders import folder_at
from sim.app.studies.runs.verify_folders import in_folder
from sim.app.studies.sweep.sweep_folder import Sweep

PUBLISH = "sim.app.studies.sweep.publishing:publish_point"
EVENTS, PAGE = "events.parquet", "report.html"


def replications(sweep: Sweep) -> list[Point]:
    """What is to be run of each point."""
    make = sweep.maker()
    return [brief.runs(partial(make, brief.number)) for brief in sweep.briefs]


def work(
    sweep: Sweep,
    share: int,
    shares: int,
    workers: int,
    told: Listener,
    stored: Callable[[], None] = lambda: None,
    expect: Callable[[int, int], None] = lambda total, already: None,
) -> None:
    """Runs and publishes until nothing is left for this share. `stored`: called after each replication;
    `expect`: told how many runs there will be, and how many of them were there,
    where that changes as a precision asks for more.

    What failed is in the store, what became of the share's points in the sweep's folder. Raises `CannotWrite`.
    """
    store, points = Store(sweep.out), replications(sweep)
    feed = Feed(points, store, sweep.began if shares > 1 else None)
    expected = Expected(points, store) if any(point.rule is not None for point in points) else None

    def took(key: str, replication: int, data: bytes) -> None:
        stored()
        feed.took(key, replication, data)
        if expected is not None and expected.took(key, replication):
            expect(len(expected.runs), expected.there)

    complete(feed, store, told, Terms(workers, sweep.limit_minutes, shares > 1), took)
    store.refresh()
    publish_all(sweep, store, points, range(share, len(points), shares), workers)


def publish_all(sweep: Sweep, store: Store, points: list[Point], numbers: Iterable[int], workers: int) -> None:
    """The results folders of those points whose replications are all there, but for those that have one already."""
    there, due = sweep.told("point"), []
    before = published(sweep.out, {brief.names[-1] for brief in sweep.briefs})
    for number in numbers:
        point, brief = points[number], sweep.briefs[number]
        if number in there or not is_whole(point, store):
            continue
        said = told_precision(point.rule.verdict, sweep.point(number).config["run"]["precision"]) if point.rule else ""
        folders = before.get((brief.names[-1], brief.identity, point.final), ())
        asked = [EVENTS] * brief.keep_events + [PAGE] * brief.pages
        known = next((path for path in folders if is_complete(path, asked)), None)
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
                sweep.tell(
                    f"point-{one.key}", {"code": Incomplete.exit_code, "said": [f"its results folder: {one.error}"]}
                )


def published(out: Path, scenarios: Iterable[str]) -> dict[tuple[str, str, int], list[Path]]:
    """(scenario, identity, replications) -> the results folders that say so, newest first."""
    found: dict[tuple[str, str, int], list[Path]] = {}
    for scenario in scenarios:
        parent = out / folder_name(scenario)
        for file in sorted(parent.glob(f"*/{MANIFEST}"), reverse=True) if parent.is_dir() else ():
            with suppress(OSError, ValueError, TypeError):
                said, _ = manifest_in(file.parent)
                if said.get("status") == "complete":
                    found.setdefault((scenario, said.get("config_hash"), said.get("replications")), []).append(
                        file.parent
                    )
    return found


def is_complete(path: Path, asked: Iterable[str] = ()) -> bool:
    """Whether a results folder has every file that its manifest tells of, each as it was written,
    and those that are asked for."""
    try:
        folder = folder_at(path)
        return set(asked) <= set(folder.manifest.get("files", ())) and not any(one.damaged for one in in_folder(folder))
    except OSError:
        return False


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


def share_of(folder: Path, share: int, shares: int, workers: int, told: Listener, debug: bool = False) -> int:
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
