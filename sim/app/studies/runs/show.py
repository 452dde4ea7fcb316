"""`mskflow runs show ID`: all that is known of one run."""

import math
import shlex

from sim.analysis.words.amounts import gap, number
from sim.analysis.words.labels import about
from sim.app.configuration.leaves import differing, override_shown
from sim.app.configuration.overrides import split
from sim.app.store import Store
from sim.app.studies.runs.folder_headline import NOT_KNOWN, level_words, main_keys, name_of, said, value_of
from sim.app.studies.runs.folders import Folder
from sim.app.studies.runs.named_run import find
from sim.app.studies.runs.runs_asked import RunsWords
from sim.app.studies.runs.terminal import many, ranges, say, size, table
from sim.domain.faults import ScenarioError

_MOST = 30


def run(words: RunsWords) -> int:
    faults: list = []
    store = Store(words.out)
    found = find(words.names[0], words.out, store, faults)
    if found is None:
        raise ScenarioError(faults)
    if isinstance(found, Folder):
        _folder(found, store)
    else:
        _stored(found, store)
    return 0


def _folder(folder: Folder, store: Store) -> None:
    manifest, config = folder.manifest, folder.config()
    if folder.trouble:
        say(f"{folder.path}: {folder.trouble}; mskflow runs verify says what to do", "bold red")
    say(_title(config, folder.name), "bold")
    versions = manifest.get("versions") or {}
    _facts(
        {
            "folder": folder.path,
            "ID": folder.id,
            "made": folder.when,
            "command": _command(manifest),
            "compared with": manifest.get("compare_with") or "nothing",
            "replications": manifest.get("replications"),
            "seed": manifest.get("seed"),
            "model": manifest.get("model") or versions.get("mskflow"),
            "commit": manifest.get("git_commit"),
            "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
            "overrides": " ".join(map(override_shown, manifest.get("overrides", ()))) or "none",
        }
    )
    _changes(folder.name, config, manifest.get("command"))
    _main_table(folder)
    _replications(folder.keys, store)
    _files(folder)


def _stored(key: str, store: Store) -> None:
    described = store.described(key)
    say(_title(described["config"], described["name"]), "bold")
    _facts(
        {
            "key": key,
            "scenario": described["name"],
            "seed": described["seed"],
            "place.scale": described["scale"],
            "model": described["model"],
            "versions": ", ".join(f"{name} {version}" for name, version in described["versions"].items()),
        }
    )
    _changes(described["name"], described["config"], None)
    levels = stored_levels(store, key)
    table(
        {"indicator": "whole", "mean (95% interval)": "whole right", "unit": "whole"},
        [
            (name_of(*place), said(place[0], *level), about(place[0]).unit)
            for place, level in levels.items()
            if math.isfinite(level[0])
        ],
        title="Main indicators",
    )
    _replications({described["name"]: key}, store)


def stored_levels(store: Store, key: str) -> dict:
    """(kpi, group) of the main indicators -> (mean, low, high) over the replications that are stored; `Damaged`."""
    from sim.analysis.statistics.paired import level_of

    values: dict = {}
    for replication in store.replications(key):
        for kpi, group, value, _ in store.read(key, replication)["kpis"]:
            values.setdefault((kpi, group), []).append(value)
    found = {place: level_of(values[place]) for place in main_keys(values)}
    return {place: (level.mean, level.low, level.high) for place, level in found.items()}


def _command(manifest: dict) -> str:
    return shlex.join(map(override_shown, shlex.split(str(manifest.get("command", "")))))


def _title(config: dict, name: str) -> str:
    return str(config.get("question") or config.get("title") or name)


def _facts(facts: dict) -> None:
    width = max(map(len, facts))
    for name, value in facts.items():
        if value not in (None, ""):
            say(f"  {name:{width}}  {value}")


def _changes(name: str, config: dict, command: str | None) -> None:
    """What differs from the scenario as it is shipped now, or as its file is now."""
    from sim.app.configuration.compose import compose
    from sim.app.configuration.files.shipped import scenario_files

    try:
        if command:
            asked = split(shlex.split(command)[2:])
            shipped = compose(asked.scenario, (), asked.config_dirs)
        elif name in scenario_files():
            shipped = compose(name)
        else:
            return
    except (ScenarioError, OSError, ValueError):
        say("  the file of its scenario cannot be read any more, so nobody can say what was changed in it")
        return
    changed = differing(shipped, config)
    if changed:
        table({"changed": "", "in the scenario's file": "", "in this run": ""}, changed[:_MOST])
        if len(changed) > _MOST:
            say(f"and {len(changed) - _MOST} more")


def _main_table(folder: Folder) -> None:
    rows = {(row.get("kpi"), row.get("group")): row for row in folder.rows("comparison.csv")}
    if rows:
        lines = []
        for kpi, group in main_keys(rows):
            a, b, *ends = (
                value_of(rows[kpi, group].get(name))
                for name in ("baseline", "scenario", "difference", "ci_low", "ci_high")
            )
            if math.isfinite(a) or math.isfinite(b):
                lines.append(
                    (
                        name_of(kpi, group),
                        number(kpi, a),
                        number(kpi, b),
                        gap(kpi, *ends) if math.isfinite(ends[0]) else NOT_KNOWN,
                        about(kpi).unit,
                    )
                )
        table(
            {
                "indicator": "whole",
                "before": "whole right",
                "now": "whole right",
                "difference (95% interval)": "whole right",
                "unit": "",
            },
            lines,
            title="Main indicators",
        )
        return
    known = dict.fromkeys((row.get("kpi"), row.get("group")) for row in folder.rows("kpis.csv"))
    if known:
        table(
            {"indicator": "whole", "mean (95% interval)": "whole right", "unit": "whole"},
            [(name_of(*place), level_words(folder, *place), about(place[0]).unit) for place in main_keys(known)],
            title="Main indicators",
        )


def _replications(keys: dict[str, str], store: Store) -> None:
    rows = [(name, key[:12], ranges(store.replications(key)) or "none") for name, key in keys.items()]
    if rows:
        table({"stored": "", "key": "whole", "replications": ""}, rows)
    for (key, _), failed in sorted(store.failed.items()):
        if key in keys.values():
            say(f"failed: {failed}")


def _files(folder: Folder) -> None:
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    tops = sorted(
        {path.relative_to(folder.path).parts[0] + ("/" if path.parent != folder.path else "") for path in files}
    )
    say(f"{many(len(files), 'file')}, {size(sum(path.stat().st_size for path in files))}: {', '.join(tops)}")
