"""Optuna proposes plans, and its store remembers what it was told: the same search goes on where it was stopped.

Each proposal comes from a sampler with a seed of its own, made of the run's seed and the number of proposals before it.
So it depends on what has been told, not on when the search was interrupted.
"""

import hashlib
import warnings
from importlib.util import find_spec
from pathlib import Path

from sim.domain.faults import Fault, ScenarioError

STORE = "search.db"
STUDY = "plan"
STARTUP = 8
"""Proposals drawn at random before the sampler learns from what it was told."""


def refuse_without_optuna() -> None:
    """One message where the optimiser is not installed."""
    if find_spec("optuna") is None:
        raise ScenarioError([Fault("plan", "Optuna is not installed", "pip install '.[doe]' in a clone of mskflow")])


class Suggestions:
    """The study of one search, in `folder`. `sizes`: how many values each lever has, in the order of a point."""

    def __init__(self, folder: Path, sizes: dict[str, int], seed: int):
        import optuna  # a quarter of a second, which nobody else need pay

        self._optuna, self._seed, self._levers = optuna, seed, list(sizes)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._distributions = {name: optuna.distributions.IntDistribution(0, size - 1) for name, size in sizes.items()}
        folder.mkdir(parents=True, exist_ok=True)
        self._storage, self._study = self._opened((folder / STORE).absolute())
        states = optuna.trial.TrialState
        trials = self._study.get_trials(deepcopy=False)
        self._told = [self._point(t.params) for t in trials if t.state in (states.COMPLETE, states.PRUNED)]
        running = [t for t in trials if t.state == states.RUNNING]
        self._open = next((t for t in running if len(t.params) == len(sizes)), None)
        for trial in running:
            if trial is not self._open:  # stopped while it was being made: it is made again
                self._study.tell(trial.number, state=states.FAIL)
        self._asked = 0
        self._number = None

    def _opened(self, file: Path):
        """The store and the study in it. One that cannot be read is begun anew:
        results of simulations lie elsewhere."""
        from sqlalchemy import event
        from sqlalchemy.engine import URL
        from sqlalchemy.exc import DatabaseError

        url = URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)
        for attempt in (1, 2):
            try:
                storage = self._optuna.storages.RDBStorage(url)
                # A killed process loses nothing so; only a crash of the machine does,
                # and then the same proposals are made again.
                event.listen(
                    storage.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF")
                )
                storage.engine.dispose()
                return storage, self._optuna.create_study(storage=storage, study_name=STUDY, load_if_exists=True)
            except DatabaseError:
                if attempt == 2:
                    raise
                file.unlink(missing_ok=True)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Lets go of the file."""
        self._storage.engine.dispose()

    def _point(self, params: dict) -> tuple[int, ...]:
        return tuple(params[name] for name in self._levers)

    def ask(self, wanted: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """The next plan: `wanted`, if given, or a proposal. What was told before the search was stopped
        comes again, in order."""
        count, self._asked, self._number = self._asked, self._asked + 1, None
        if count < len(self._told):
            return self._told[count]
        if self._open is not None:
            trial, self._open = self._open, None
        else:
            trial = self._new(wanted, count)
        self._number = trial.number
        return self._point(trial.params)

    def _new(self, wanted, count: int):
        optuna = self._optuna
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self._study.sampler = optuna.samplers.TPESampler(
                seed=_seed(self._seed, count), multivariate=True, n_startup_trials=STARTUP
            )
        waiting = self._study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.WAITING,))
        if wanted is not None and not waiting:
            self._study.enqueue_trial(dict(zip(self._levers, wanted, strict=True)))
        return self._study.ask(self._distributions)

    def tell(self, value: float | None) -> None:
        """How good the plan of the last `ask` is: less is better, None if it was not simulated."""
        if self._number is None:
            return  # it was told before
        state = self._optuna.trial.TrialState
        if value is None:
            self._study.tell(self._number, state=state.PRUNED)
        else:
            self._study.tell(self._number, value)


def _seed(seed: int, count: int) -> int:
    """32 bits of (seed, count), the same everywhere."""
    return int.from_bytes(hashlib.sha256(f"{seed} {count}".encode()).digest()[:4], "big")
