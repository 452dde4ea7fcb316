"""`mskflow runs list`: a line a results folder, what the store holds, and what is not finished."""

from collections import Counter

from sim.app.configuration.leaves import override_in_short
from sim.app.configuration.overrides import section_of
from sim.app.pages.document import CUT, WHOLE, Column, Document, Table, numbers, sentences
from sim.app.pages.terminal import to_terminal
from sim.app.store import Damaged, Store
from sim.app.studies.runs.counted_words import many, size
from sim.app.studies.runs.folder_headline import headline_of
from sim.app.studies.runs.folders import Folder, folders_in
from sim.app.studies.runs.notes import Note, notes_in
from sim.app.studies.runs.runs_asked import RunsWords

COLUMNS = (
    Column("ID", fit=WHOLE),
    Column("when", fit=WHOLE),
    Column("scenario", fit=CUT),
    Column("against", fit=CUT),
    numbers("runs"),
    numbers("days (95%)"),
    Column("changed", fit=CUT),
)
NARROW = 100
"""Columns of what `runs` prints where nobody says how many there are."""
_LAST = ("run", "place", "report", "out")
"""Sections that say how a run is made rather than of what."""


def run(words: RunsWords) -> int:
    to_terminal(document_of(words), NARROW)
    return 0


def document_of(words: RunsWords) -> Document:
    """What is finished, what the store holds, and what is not finished."""
    folders, notes, store = folders_in(words.out), notes_in(words.out), Store(words.out)
    if not (folders or notes or store.entries or store.failed):
        begin = f"mskflow run{'' if words.out.name == 'results' else f' out={words.out}'}"
        return Document(blocks=sentences(f"nothing is finished in {words.out}; to begin: {begin}"))
    table = Table(
        f"{words.out}, newest first; days until a need is met or people settle for less, less those of the comparator, "
        "with their 95% interval",
        COLUMNS,
        tuple(_row(folder) for folder in folders),
    )
    stored = about_store(store) if store.entries or store.failed else []
    return Document(blocks=(*([table] if folders else []), *sentences(*stored, *map(_unfinished, notes))))


def _unfinished(note: Note) -> str:
    if note.said is None:
        return f"unfinished: {note.path} cannot be read; mskflow runs verify says more"
    if note.live:
        return f"going on now: {note.said['command']}"
    said = note.said
    return f"unfinished, {said['scenario']} with seed {said['seed']}; this continues: {said['command']}"


def _row(folder: Folder) -> tuple[str, ...]:
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
        str(manifest.get("replications", "")),
        headline_of(folder),
        changed,
    )


def about_store(store: Store) -> list[str]:
    """What there is, of which versions, and what failed."""
    keys = dict.fromkeys(key for key, _ in store.entries)
    total = sum(entry.bytes for entry in [*store.entries.values(), *store.scenarios.values()])
    lines = [
        f"The store: {many(len(store.entries), 'replication')} of {many(len(keys), 'scenario')}, {size(total)}, "
        f"failed: {len(store.failed)}"
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
