"""Shares of a sweep as jobs of Hydra's launchers: any launcher may start them, and each goes through the whole list."""

import math
from dataclasses import dataclass
from pathlib import Path

from hydra._internal.callbacks import Callbacks
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.types import HydraContext, RunMode

from sim.app.configuration.arrange import CONFIG
from sim.app.running.clusters import launchers
from sim.app.running.progress import Silent
from sim.app.studies.sweep.sweep_work import share_of

_ROUNDS = 4
"""Replications that a core of a share should find at least: less would not be worth its start."""


@dataclass(frozen=True)
class Share:
    """What a launcher calls for each share, in whatever process. It raises nothing but a stop."""

    folder: Path
    points: int
    runs: int
    workers: int
    debug: bool = False

    def __call__(self, config) -> int:
        hydra = HydraConfig.get()
        shares = shares_of(hydra, self.points, self.runs)
        with launchers.attached(self.folder, launchers.name_of(hydra)):
            workers = launchers.workers_of(self.workers, hydra, shares)
            return share_of(self.folder, int(hydra.job.num), shares, workers, Silent(), self.debug)


def launch(hydra, share: Share, words: list[str]) -> None:
    """Launches as many shares as work beside each other, by the launcher that `words` choose;
    what they are to do they find in the sweep's folder. `hydra`: made ready for composing.
    Raises what the launcher raises."""
    config = hydra.compose_config(
        config_name=CONFIG, overrides=words, run_mode=RunMode.MULTIRUN, with_log_configuration=False
    )
    context = HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks())
    launcher = Plugins.instance().instantiate_launcher(config=config, hydra_context=context, task_function=share)
    task = [word for word in words if not word.lstrip("+~").startswith("hydra")]
    launcher.launch([task] * shares_of(config.hydra, share.points, share.runs), initial_job_idx=0)


def shares_of(hydra, points: int, runs: int) -> int:
    """How many jobs there are: as many as the launcher runs beside each other, and none with next to nothing to do.

    `hydra`: its configuration, with the launcher's settings; the same in every process of a sweep.
    """
    beside, cores = launchers.beside(hydra)
    return max(1, min(beside or points, max(points, math.ceil(runs / (_ROUNDS * cores)))))
