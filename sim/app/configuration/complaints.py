"""What Hydra, OmegaConf and YAML complain of, in plain words: where, what is wrong, what would be right."""

import re
import shlex
from dataclasses import fields
from typing import Any

from hydra.errors import MissingConfigException
from omegaconf import OmegaConf

from sim.app.configuration import launcher_names
from sim.app.configuration.arrange import CONFIG
from sim.app.configuration.check import PATHWAY_PARTS, SECTIONS
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS, cut
from sim.app.configuration.strict import owner_of
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.pathway.kinds import KINDS


def explained(error: Exception, plan, word: str | None = None, config=None) -> list[Fault]:
    """Hydra's, OmegaConf's or YAML's complaint in plain words.

    `plan`: what Hydra was told (`compose.Plan`). `word`: the override that it is about, `config`:
    what it was to change.
    """
    if isinstance(error, ScenarioError):
        return list(error.faults)
    text, cause = str(error), error.__cause__ or error.__context__
    key, where = re.sub(r"^[+~]+", "", (word or "").partition("=")[0]), _place(text, plan, word)
    if isinstance(error, MissingConfigException):
        return [_missing(error, where, plan, word)]
    if word and ("To append to your config" in text or "does not exist" in text):
        return [_unknown_key(getattr(cause, "full_key", None) or key, where, config, word)]
    if isinstance(error, RecursionError):
        return [Fault(where, "it leads back to itself, or is nested too deeply", "let its defaults name other files")]
    if group := re.search(r"Could not override '([^']+)'", text):
        return [_unknown_group(group[1], where, plan)]
    for sign, what, right in _PLAIN_WORDS:
        if match := re.search(sign, text):
            found = [cut(part) for part in (*match.groups(), key)]
            return [Fault(where, what.format(*found), right.format(*found))]
    return _faults_of_conf(plan) or [_cannot(text, cause, where)]


def _place(text: str, plan, word: str | None) -> str:
    """What the complaint is about: the override, the file that it names, or the scenario."""
    inside = re.match(r"In '([^']+)': ", text)
    if inside and inside[1] not in (CONFIG, "hydra/config", f"{SCENARIOS}/{plan.stem}"):
        return f"{inside[1]}.yaml"
    return cut(word) if word else str(plan.file or plan.stem)


def _missing(error: MissingConfigException, where: str, plan, word: str | None) -> Fault:
    """A file that there is not."""
    missing = str(error.missing_cfg_file)
    if missing.startswith(f"{MECHANISMS}/"):
        known = shipped.options(MECHANISMS, plan.config_dirs, plan.base)
        return mechanisms.unknown(where, missing.partition("/")[2], known)
    group, _, name = missing.rpartition("/")
    if group == launcher_names.GROUP and (fault := launcher_names.fault_of(launcher_names.chosen([word or ""]))):
        return fault
    extra = (
        "; others come with pip install '.[sweep]' or '.[ray]' in a clone of mskflow"
        if group.startswith("hydra/")
        else ""
    )
    right = nearest(cut(name), error.options or []) + extra
    return Fault(where, f"there is no {group or 'file'} '{cut(name)}'", right)


def _unknown_group(group: str, where: str, plan) -> Fault:
    if group.startswith(f"{MECHANISMS}/"):
        right = f"{MECHANISMS}=[{cut(group.partition('/')[2])}/...]"
        return Fault(where, "mechanisms are chosen in one list, each by its whole name", right)
    right = nearest(cut(group), shipped.groups(plan.base))
    return Fault(where, f"there is no group '{cut(group)}' to choose from", right)


def _cannot(text: str, cause, where: str) -> Fault:
    """The last resort."""
    if "Cannot merge" in f"{text}{cause}":
        what = "a list stands where 'key: value' lines do, or the other way round"
        return Fault(where, what, "give what it replaces the same shape")
    what = f"this cannot be composed: {cut(text.strip().partition(chr(10))[0], 120)}"
    return Fault(where, what, "compare it with a shipped scenario")


_PLAIN_WORDS = (  # what Hydra says, what is wrong, what would be right
    ("An item is already at", "it is there already", "leave out the '+'"),
    (r"Could not delete", "what it would take away has another value", "write ~{0}"),
    (
        r"(?:Multiple values for|^)\s*(\S+?)\.? (?:To override|appears more than once)",
        "'{0}' is chosen twice",
        "in defaults write '- override /{0}: name'",
    ),
    (
        r"Overrides must be at the end",
        "a line with 'override' comes too early",
        "put the lines with 'override' last in defaults",
    ),
    (r"Duplicate _self_", "_self_ is in defaults twice", "keep one"),
    (
        r"defaults list|default item|in defaults|Missing group name",
        "its defaults cannot be read",
        "defaults is a list of lines '- override /group: name'",
    ),
    (r"Error merging override", "its value does not fit what is there", "give a value of the kind that it replaces"),
    (r"must be a string or a list", "a group is chosen by a name", "write {0}=NAME"),
)


def _faults_of_conf(plan) -> list[Fault]:
    """Of the files in conf/ themselves: Hydra does not say which one it could not read."""
    faults = []
    for group in sorted(set(shipped.groups(plan.base)) - {SCENARIOS}):
        for file in sorted((plan.base / "conf" / group).rglob("*.yaml")):
            try:
                mechanisms.read(file) if group == MECHANISMS else shipped.read(file, is_scenario=False)
            except ScenarioError as error:
                faults += error.faults
    return faults


def _unknown_key(key: str, where: str, config, word: str) -> Fault:
    """Follows a key as far as it goes, and says what is there instead of the rest."""
    node, path, part = _followed(key, config)
    known = [str(k) for k in node if k != "hydra" and not str(k).startswith("_")] if OmegaConf.is_dict(node) else []
    inside = f" in '{cut('.'.join(path))}'" if path else ""
    if not OmegaConf.is_dict(node):
        return Fault(
            where, f"'{cut('.'.join(path))}' is one value, with nothing below it", f"write {cut('.'.join(path))}=VALUE"
        )
    settings = _names_at(path, config)
    if part in settings and not word.startswith("~"):
        return Fault(where, f"there is no '{cut(part)}'{inside} yet", f"to add it: {shlex.quote(f'+{cut(word, 300)}')}")
    suggested = _suggested(part, known, settings)
    new = "did you mean" not in suggested and not word.startswith("~")
    if path == ["workforce"] and new:
        return _new_staff(cut(part), where, known)
    added = f"; to add what is new: +{cut(word)}" if new and not word.startswith("+") else ""
    return Fault(where, f"there is no '{cut(part)}'{inside}", suggested + added)


def _followed(key: str, config) -> tuple[Any, list[str], str]:
    """What a key leads to, the parts of it that are there, and the first that is not."""
    node, path, part = config, [], ""
    for part in str(key).replace("[", ".").replace("]", "").split("."):
        if not OmegaConf.is_dict(node) or part not in node:
            break
        node = node[part]
        path.append(part)
    return node, path, part


def _suggested(part: str, known: list[str], settings: list[str]) -> str:
    """What may have been meant, of what there is and what there could be; else what there is."""
    right = nearest(part, [*known, *settings])
    return right if "did you mean" in right else nearest(part, known)


def _new_staff(name: str, where: str, known: list[str]) -> Fault:
    """Of a staff group that there is not, and like none that there is."""
    block = f"\"+workforce.{name}={{wte: 2, band: '6'}}\""
    right = f"there is: {', '.join(known[:12])}; a new one is added whole, {block}, and a service draws on it by "
    return Fault(where, f"there is no '{name}' in 'workforce'", f"{right}capacity.staff.{name}")


def _names_at(path: list[str], config: dict) -> list[str]:
    """The keys that the settings know below `path`, whether `config` has them or not;
    none where people make up names of their own."""
    if not path:
        return [*SECTIONS, "pathway"]
    kind, inside = SECTIONS.get(path[0]), path[1:]
    if path[0] == "pathway":
        if not inside:
            return ["services", *PATHWAY_PARTS]
        try:
            kind = (
                KINDS[config["pathway"]["services"][path[2]]["kind"]]
                if path[1] == "services"
                else PATHWAY_PARTS[path[1]]
            )
        except (KeyError, IndexError):
            return []
        inside = path[3:] if path[1] == "services" else path[2:]
    owner = owner_of(kind, inside) if kind is not None else None
    return [one.name for one in fields(owner)] if owner else []
