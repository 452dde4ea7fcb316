"""Runs what the store does not have yet: one replication in flight a worker, each stored before it counts as done."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from sim.app.running.supervisor import cores, supervise
from sim.app.running.work import Keyed, Task, refuse_own_indicators
from sim.app.store import Failed, Store, Writer, key_of
from sim.domain.scenario import Scenario

WORK = "sim.app.running.work:stored_form"


class Listener(Protocol):
    """Who is told of each replication, once it is on the disk or has failed for good (see `Progress`)."""

    def done(self, scenario: str, replication: int) -> None: ...

    def failed(self, scenario: str, replication: int, why: str) -> None: ...


class Incomplete(RuntimeError):
    """Some replications failed; the others are stored."""

    exit_code = 4


@dataclass(frozen=True)
class Terms:
    """How replications are run: `workers` processes (0: all cores),
    each replication for `limit_minutes` at most (0: no limit).

    `shared`: others work on the same list, so what is taken in hand is told in the store.
    """

    workers: int = 0
    limit_minutes: float = 0
    shared: bool = False

    @classmethod
    def of(cls, scenario: Scenario, runs: int = 1_000_000) -> "Terms":
        """As the scenario says; no more workers than there are `runs`."""
        return cls(min(scenario.run.workers or cores(), max(runs, 1)), scenario.run.limit_minutes)


def keyed(scenarios: Iterable[Scenario], replications: Iterable[int]) -> list[Keyed]:
    """Scenarios that share their patients, as a task for each replication."""
    together = tuple(scenarios)
    keys = tuple(map(key_of, together))
    return [Keyed(Task(together, r), keys) for r in replications]


def complete(
    tasks: Iterable[Keyed],
    store: Store,
    told: Listener,
    terms: Terms,
    put: Callable[[str, int, bytes], None] | None = None,
) -> list[Failed]:
    """Runs of `tasks` what is not stored whole, stores it, and returns those replications that failed for good.

    `tasks` may be an iterator that has more after each result; two that ask for the same replication of one scenario
    have it run once. `put`: called with the key, the replication and its bytes once it is stored. Raises `CannotWrite`.
    """
    failed = []
    with Writer(store) as writer:
        writer.mend()
        pending = _Pending(iter(tasks), store, writer, terms.shared)
        limit = terms.limit_minutes or None
        refuse_own_indicators()
        workers = terms.workers or cores()
        with closing(supervise(WORK, pending, workers, isolate=True, limit_minutes=limit)) as finished:
            for one in finished:
                asked = pending.hand.pop(one.key)
                replication = asked.task.replication
                for number, (scenario, key) in enumerate(zip(asked.task.scenarios, asked.keys, strict=True)):
                    if one.error is not None:
                        why = Failed(
                            key,
                            scenario.name,
                            replication,
                            scenario.run.seed,
                            one.error.kind,
                            str(one.error),
                            one.attempts,
                            time.time(),
                        )
                        failed.append(why)
                        writer.fail(why)
                        told.failed(scenario.name, replication, str(one.error))
                        continue
                    writer.put(scenario, key, replication, one.result[number])
                    if put is not None:  # first: it may find that more are wanted
                        put(key, replication, one.result[number])
                    told.done(scenario.name, replication)
    return failed


class _Pending(Iterator):
    """The tasks as payloads for workers, less what is stored or in hand. `hand`: number -> what a worker has."""

    def __init__(self, tasks: Iterator[Keyed], store: Store, writer: Writer, shared: bool):
        self._tasks, self._store, self._writer, self._shared = tasks, store, writer, shared
        self._asked: set[tuple[str, int]] = set()
        self._number, self.hand = 0, {}

    def __next__(self):
        while True:
            asked = next(self._tasks)
            replication = asked.task.replication
            left = [
                place
                for place in zip(asked.task.scenarios, asked.keys, strict=True)
                if self._wanted(*place, replication)
            ]
            if left:
                break
        scenarios, keys = zip(*left, strict=True)
        self._number += 1
        self.hand[self._number] = Keyed(replace(asked.task, scenarios=scenarios), keys)
        return self._number, self.hand[self._number]

    def _wanted(self, scenario: Scenario, key: str, replication: int) -> bool:
        if (key, replication) in self._asked:
            return False
        if self._store.whole(key, replication):
            self._writer.describe(scenario, key)
            return False
        self._asked.add((key, replication))
        if self._shared:
            self._writer.begin(key, replication)
        return True


def told_of(failed: list[Failed], command: str) -> str:
    """What failed, and the command that tries again, a line each."""
    lines = [f"{len(failed)} replications failed; the others are stored", *map(str, failed[:20])]
    lines += [f"and {len(failed) - 20} more"] if len(failed) > 20 else []
    return "\n".join([*lines, f"this tries them again: {command}"])
