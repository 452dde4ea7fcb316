"""`mskflow runs show ID`: all that is known of one run."""

import math
from dataclasses import replace

from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.words.amounts import gap, number, one_sided
from sim.analysis.words.indicator import about
from sim.app.configuration.files.shipped import scenario_files
from sim.app.configuration.leaves import differing, override_shown
from sim.app.configuration.request import Request, request_in
from sim.app.pages.document import (
    CUT,
    FIRST,
    WARNING,
    WHOLE,
    Column,
    Document,
    Facts,
    Sentence,
    Table,
    numbers,
    sentences,
)
from sim.app.pages.terminal import to_terminal
from sim.app.store import Store
from sim.app.studies.runs.counted_words import many, ranges, size
from sim.app.studies.runs.folder_headline import NOT_KNOWN, level_words, main_keys, name_of, said, value_of
from sim.app.studies.runs.folders import Folder
from sim.app.studies.runs.listing import NARROW
from sim.app.studies.runs.named_run import find
from sim.app.studies.runs.runs_asked import RunsWords
from sim.domain.faults import ScenarioError

MOST = 40
"""Changed values that are told at most."""
LEVELS = (Column("indicator", fit=WHOLE), numbers("mean (95% interval)"), Column("unit", fit=WHOLE))
BOTH = (
    Column("indicator", fit=WHOLE),
    numbers("today"),
    numbers("proposed"),
    numbers("difference (95% interval)"),
    Column("unit", fit=CUT),
)


def run(words: RunsWords) -> int:
    faults: list = []
    store = Store(words.out)
    found = find(words.names[0], words.out, store, faults)
    if found is None:
        raise ScenarioError(faults)
    to_terminal(of_folder(found, store) if isinstance(found, Folder) else of_stored(found, store), NARROW)
    return 0


def of_folder(folder: Folder, store: Store) -> Document:
    """A results folder: how it was made, what is changed in it, its main indicators, and what of it is stored."""
    manifest, config = folder.manifest, folder.config()
    trouble = f"{folder.path}: {folder.trouble}; mskflow runs verify says what to do" if folder.trouble else ""
    versions, asked = manifest.get("versions") or {}, request_in(manifest)
    facts = {
        "folder": folder.path,
        "ID": folder.id,
        "made": folder.when,
        "command": _command(asked),
        "compared with": manifest.get("compare_with") or "nothing",
        "replications": manifest.get("replications"),
        "seed": manifest.get("seed"),
        "model": manifest.get("model") or versions.get("mskflow"),
        "commit": manifest.get("git_commit"),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "overrides": " ".join(map(override_shown, asked.overrides)) or "none",
    }
    return Document(
        blocks=(
            *sentences(trouble, role=WARNING),
            Sentence(_title(config, folder.name), FIRST),
            _facts(facts),
            *_changes(asked.scenario, asked.config_dirs, config),
            *_main_table(folder),
            *_replications(folder.keys, store),
            *sentences(_files(folder)),
        )
    )


def of_stored(key: str, store: Store) -> Document:
    """A scenario of the store, by its key."""
    described = store.described(key)
    facts = {
        "key": key,
        "scenario": described["name"],
        "seed": described["seed"],
        "place.scale": described["scale"],
        "model": described["model"],
        "versions": ", ".join(f"{name} {version}" for name, version in described["versions"].items()),
    }
    rows = [
        (name_of(*place), said(place[0], level), about(place[0]).unit)
        for place, level in stored_levels(store, key).items()
        if math.isfinite(level.mean) or math.isfinite(level.more_than)
    ]
    return Document(
        blocks=(
            Sentence(_title(described["config"], described["name"]), FIRST),
            _facts(facts),
            *(_changes(described["name"], (), described["config"]) if described["name"] in scenario_files() else ()),
            Table("Main indicators", LEVELS, tuple(rows)),
            *_replications({described["name"]: key}, store),
        )
    )


def stored_levels(store: Store, key: str) -> dict:
    """(kpi, group) of the main indicators -> its `Level` over the replications that are stored; `Damaged`."""
    from sim.analysis.statistics.paired import level_at

    values: dict = {}
    for replication in store.replications(key):
        for place, value in store.read(key, replication).values().items():
            values.setdefault(place, {})[replication] = value
    found = {}
    for kpi, group in main_keys(values):
        own, least = values[kpi, group], values.get((kpi + AT_LEAST, group), {})
        found[kpi, group] = level_at(kpi, group, own.values(), [least.get(r, math.nan) for r in own])
    return found


def _command(asked: Request) -> str:
    return replace(asked, words=tuple(map(override_shown, asked.words))).line


def _title(config: dict, name: str) -> str:
    return str(config.get("question") or config.get("title") or name)


def _facts(facts: dict) -> Facts:
    return Facts(tuple((name, str(value)) for name, value in facts.items() if value not in (None, "")))


def _changes(scenario: str | None, config_dirs, config: dict) -> tuple[Table | Sentence, ...]:
    """What differs from the scenario as it is shipped now, or as its file is now."""
    from sim.app.configuration.compose import configuration_of

    try:
        shipped = configuration_of(scenario, (), config_dirs)
    except (ScenarioError, OSError):
        return sentences("the file of its scenario cannot be read any more, so nobody can say what was changed in it")
    heads = ("changed", "in the scenario's file", "in this run")
    return changes_told(differing(shipped, config), heads)


def changes_told(changed: list[tuple[str, str, str]], heads: tuple[str, ...]) -> tuple[Table | Sentence, ...]:
    """(key, value, other value) under these headings, the first of them; nothing where nothing differs."""
    if not changed:
        return ()
    more = len(changed) - MOST
    rows = tuple(tuple(map(str, row)) for row in changed[:MOST])
    table = Table("", tuple(Column(head, fit=CUT) for head in heads), rows)
    return table, *sentences(f"and {more} more" if more > 0 else "")


def _main_table(folder: Folder) -> tuple[Table, ...]:
    rows = {(row.get("kpi"), row.get("group")): row for row in folder.rows("comparison.csv")}
    if rows:
        lines = [_compared(rows[key], *key) for key in main_keys(rows)]
        return (Table("Main indicators", BOTH, tuple(line for line in lines if line)),)
    known = dict.fromkeys((row.get("kpi"), row.get("group")) for row in folder.rows("kpis.csv"))
    if not known:
        return ()
    lines = [(name_of(*key), level_words(folder, *key), about(key[0]).unit) for key in main_keys(known)]
    return (Table("Main indicators", LEVELS, tuple(lines)),)


def _compared(row: dict, kpi: str, group: str) -> tuple[str, ...]:
    """Nothing where neither is known."""
    a, b, *ends = (value_of(row.get(name)) for name in ("baseline", "scenario", "difference", "ci_low", "ci_high"))
    if not (math.isfinite(a) or math.isfinite(b)):
        return ()
    difference = gap(kpi, *ends) if math.isfinite(ends[0]) or one_sided(*ends) else NOT_KNOWN
    return name_of(kpi, group), number(kpi, a), number(kpi, b), difference, about(kpi).unit


def _replications(keys: dict[str, str], store: Store) -> tuple[Table | Sentence, ...]:
    rows = [(name, key[:12], ranges(store.replications(key)) or "none") for name, key in keys.items()]
    columns = (Column("stored"), Column("key", fit=WHOLE), Column("replications"))
    failed = [f"failed: {one}" for (key, _), one in sorted(store.failed.items()) if key in keys.values()]
    return (*([Table("", columns, tuple(rows))] if rows else []), *(sentences(*failed) if rows else ()))


def _files(folder: Folder) -> str:
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    tops = sorted(
        {path.relative_to(folder.path).parts[0] + ("/" if path.parent != folder.path else "") for path in files}
    )
    total = size(sum(path.stat().st_size for path in files))
    return f"{many(len(files), 'file')}, {total}: {', '.join(tops)}"
