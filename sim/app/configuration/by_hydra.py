"""Composing by Hydra's Compose API, which says of everything that is wrong; and Hydra's own view of a configuration."""

import threading
from contextlib import contextmanager
from pathlib import Path

from hydra import compose as hydra_compose
from hydra import version
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf

from sim.app.configuration.arrange import CONFIG, Plan
from sim.app.configuration.complaints import explained
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.conf_files import ConfFiles
from sim.app.configuration.files.plain_files import PlainFiles
from sim.app.configuration.files.shipped import MECHANISMS
from sim.app.configuration.overrides import parse
from sim.domain.faults import Fault, ScenarioError

_LOCK = threading.RLock()  # Hydra is one for the whole process


@contextmanager
def hydra_at(base: Path):
    """Hydra, made ready with `base`/conf; whoever used it before (a sweep's job may compose) gets it back."""
    with _LOCK:
        before = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        try:
            for source in (ConfFiles, PlainFiles):
                Plugins.instance().register(source)
            version.setbase("1.3")
            yield Hydra.create_main_hydra2(
                "mskflow", create_config_search_path(f"{ConfFiles.scheme()}://{base / 'conf'}")
            )
        finally:
            GlobalHydra.instance().clear()
            if before is not None:
                GlobalHydra.instance().initialize(before)


def laid_over(plan: Plan) -> tuple[str, ...]:
    """The names of the mechanisms of a configuration that composes, in their order.

    A list on the command line has won; of several in files only Hydra knows which did,
    and to ask it costs a quarter of a second.
    """
    named = [o.value() for o in parse(plan.overrides, []) if o.key_or_group == MECHANISMS]
    if named:
        return (named[-1],) if isinstance(named[-1], str) else tuple(named[-1])
    if plan.file is not None and not mechanisms.may_be_chosen(
        plan.file, shipped.scenario_files(plan.config_dirs, plan.base)
    ):
        return ()
    with hydra_at(plan.base) as hydra:
        found = hydra.config_loader.compute_defaults_list(
            CONFIG, [*plan.reach, *plan.chosen, *plan.overrides], RunMode.RUN
        ).defaults
    return tuple(
        one.config_path.partition("/")[2] for one in found if str(one.config_path).startswith(f"{MECHANISMS}/")
    )


def composed(plan: Plan) -> tuple[dict | None, tuple[str, ...], list[Fault]]:
    """The values (None where there are none), the mechanisms laid over, and every fault of files and overrides."""
    with hydra_at(plan.base):
        try:
            config, faults = _composed([*plan.reach, *plan.chosen, *plan.overrides]), []
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, HydraException):
                raise  # a file cannot be read: no fault of what it says
            config, faults = _each_alone(plan, error)
        over = laid_over(plan) if not faults else ()
    try:
        return (None if config is None else plain(config, config.hydra)), over, faults
    except ScenarioError as error:
        return None, over, [*faults, *error.faults]


def plain(config, hydra) -> dict:
    """What Hydra composed as plain values, without its own."""
    if hydra.callbacks or hydra.job.env_set or hydra.job.env_copy:
        raise ScenarioError([Fault("hydra", "callbacks and environment variables are not used here", "take them out")])
    return {key: value for key, value in OmegaConf.to_container(config, resolve=False).items() if key != "hydra"}


def _composed(words: list[str]):
    return hydra_compose(CONFIG, words, return_hydra_config=True)


def _each_alone(plan: Plan, error: Exception):
    """What can be composed, and every fault: the scenario by itself, then with each override, one more at a time."""
    words = [*plan.reach, *plan.chosen]
    try:
        config = _composed(words)
    except Exception as alone:
        return None, explained(alone, plan)
    faults = []
    for word in sorted(
        plan.overrides, key=lambda word: "." in word.partition("=")[0]
    ):  # groups first: keys hang on them
        try:
            config = _composed([*words, word])
            words.append(word)
        except Exception as alone:
            faults += explained(alone, plan, word, config)
    return config, faults or explained(error, plan)


def show(plan: Plan, what: str, package: str | None = None, resolve: bool = False, info: bool = False) -> None:
    """Hydra's own view of a configuration that has been composed without a fault: --cfg hydra, --info ..."""
    words = [*plan.reach, *plan.chosen, *plan.overrides]
    with hydra_at(plan.base) as hydra:
        if info:
            hydra.show_info(what, CONFIG, words)
        else:
            hydra.show_cfg(CONFIG, words, what, package, resolve)
