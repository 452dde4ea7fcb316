"""`mskflow runs list`: a line a results folder, what the store holds, and what is not finished."""

from collections import Counter

from sim.app.configuration.leaves import override_in_short
from sim.app.configuration.overrides import section_of
from sim.app.store import Damaged, Store
from sim.app.studies.runs.folder_headline import headline_of
from sim.app.studies.runs.folders import Folder, folders_in
from sim.app.studies.runs.notes import notes_in
from sim.app.studies.runs.runs_asked import RunsWords
from sim.app.studies.runs.terminal import many, say, size, table

COLUMNS = {
    "ID": "whole",
    "when": "whole",
    "scenario": "",
    "against": "",
    "runs": "whole right",
    "days (95%)": "whole right",
    "changed": "",
}
_LAST = ("run", "place", "report", "out")
"""Sections that say how a run is made rather than of what."""


def run(words: RunsWords) -> int:
    folders, notes, store = folders_in(words.out), notes_in(words.out), Store(words.out)
    if not (folders or notes or store.entries or store.failed):
        say(
            f"nothing is finished in {words.out}; to begin: mskflow run{'' if words.out.name == 'results' else f' out={words.out}'}"
        )
        return 0
    if folders:
        table(
            COLUMNS,
            [_row(folder) for folder in folders],
            title=f"{words.out}, newest first; days to the right care less those of the comparator, with their 95% interval",
            gap=1,
        )
    if store.entries or store.failed:
        for line in about_store(store):
            say(line)
    for note in notes:
        if note.said is None:
            say(f"unfinished: {note.path} cannot be read; mskflow runs verify says more")
        elif note.live:
            say(f"going on now: {note.said['command']}")
        else:
            say(
                f"unfinished, {note.said['scenario']} with seed {note.said['seed']}; this continues: {note.said['command']}"
            )
    return 0


def _row(folder: Folder) -> tuple:
    manifest = folder.manifest
    if folder.trouble:
        return folder.id[:8] or "?", folder.when, folder.short, folder.trouble, "", "mskflow runs verify", ""
    kind = str(manifest.get("kind", "run"))
    against = manifest.get("compare_with") or ("alone" if kind == "run" else kind)
    words = [word for word in manifest.get("overrides", ()) if not word.startswith("out=")]  # where it lies is above
    changed = " ".join(map(override_in_short, sorted(words, key=lambda word: section_of(word) in _LAST)))
    return (
        folder.id[:8] or "?",
        folder.when,
        folder.name,
        against,
        manifest.get("replications", ""),
        headline_of(folder),
        changed,
    )


def about_store(store: Store) -> list[str]:
    """What there is, of which versions, and what failed."""
    keys = dict.fromkeys(key for key, _ in store.entries)
    total = sum(entry.bytes for entry in [*store.entries.values(), *store.scenarios.values()])
    lines = [
        f"The store: {many(len(store.entries), 'replication')} of {many(len(keys), 'scenario')}, {size(total)}, failed: {len(store.failed)}"
    ]
    models: Counter[str] = Counter()
    for key, count in Counter(key for key, _ in store.entries).items():
        models[_model(store, key)] += count
    lines += [f"  by mskflow {model}: {many(count, 'replication')}" for model, count in sorted(models.items())]
    lines += [f"  failed: {failed}" for failed in list(store.failed.values())[:5]]
    return lines + ([f"  and {len(store.failed) - 5} more"] if len(store.failed) > 5 else [])


def _model(store: Store, key: str) -> str:
    try:
        return str(store.described(key)["model"])
    except (KeyError, Damaged):
        return "of a version that cannot be read"
