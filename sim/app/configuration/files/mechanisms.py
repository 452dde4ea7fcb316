"""Mechanisms: overlays of a few keys each, chosen by a list of names. A planner switches one on or off to see its
worth.

Each is a file `conf/mechanisms/<system>/<name>.yaml`. Hydra lays them over the files of the groups, in the order of the
list; what the scenario's own file says lies over them.
"""

from functools import lru_cache
from pathlib import Path

from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import MECHANISMS, cut
from sim.domain.faults import Fault, ScenarioError, nearest

# What belongs to a scenario as a whole. A title and a question of its own a mechanism may have, for the ladder's steps.
NOT_ITS_OWN = ("name", "system", "compare_with", "out", MECHANISMS, "defaults", "scenarios")


def read(path) -> str:
    """The text of a mechanism's file, known to change settings of the model and nothing else;
    `ScenarioError` if not."""
    text = shipped.read(path)
    foreign = [key for key in _keys(text) if key in NOT_ITS_OWN]
    if foreign:
        raise ScenarioError(
            [
                Fault(
                    f"{path}: {key}",
                    "is for scenarios, not for a mechanism",
                    "take it out: a mechanism only changes settings",
                )
                for key in foreign
            ]
        )
    return text


@lru_cache(maxsize=256)
def _keys(text: str) -> tuple[str, ...]:
    return tuple(shipped.top_level(text))


def may_be_chosen(file: Path, files: dict[str, Path], seen: tuple[Path, ...] = ()) -> bool:
    """Whether a scenario, or one that it stands on (`files`: name -> file), says anything about mechanisms."""
    if file in seen:
        return False
    text = shipped.read(file, by_path=True)
    named = [name for name in shipped.top_level(text).get("defaults") or () if isinstance(name, str) and name in files]
    return MECHANISMS in text or any(may_be_chosen(files[name], files, (*seen, file)) for name in named)


def title_of(name: str, config_dirs=(), base: Path | None = None) -> str:
    """A few words: what its file says, or its name."""
    file = shipped.mechanism_files(config_dirs, base).get(name)
    return (shipped.about(file)[0] if file else "") or name.rpartition("/")[2].replace("_", " ").capitalize()


def choice_faults(given, names, where: str) -> list[Fault]:
    """What is wrong with a choice of mechanisms: `given` should be a list of `names`,
    each once (one name stands for a list)."""
    if given is None or given == "":
        return [Fault(where, "mechanisms are chosen by a list", f"{MECHANISMS}=[] leaves all of them out")]
    chosen = [given] if isinstance(given, str) else given
    if not isinstance(chosen, (list, tuple)) or not all(isinstance(name, str) for name in chosen):
        return [Fault(where, "is not a list of names of mechanisms", f"{MECHANISMS}=[{', '.join(list(names)[:2])}]")]
    faults = [unknown(where, name, names) for name in chosen if name not in names]
    return faults + [
        Fault(where, f"'{cut(name)}' is there twice", "once is enough")
        for name in dict.fromkeys(chosen)
        if chosen.count(name) > 1
    ]


def unknown(where: str, name: str, names) -> Fault:
    """A name that is not a mechanism; of one that only lacks its folder, the whole name is told."""
    whole = [known for known in names if known.rpartition("/")[2] == name]
    return Fault(
        where,
        f"there is no mechanism '{cut(name)}'",
        f"did you mean '{whole[0]}'?" if len(whole) == 1 else nearest(cut(name), names),
    )
