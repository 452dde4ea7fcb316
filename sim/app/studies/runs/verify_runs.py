"""`mskflow runs verify`: looks at every bit of the store and of the results folders, and says what to run again."""

from pathlib import Path

from sim.app.pages.terminal import say
from sim.app.store import Store
from sim.app.studies.runs.counted_words import many
from sim.app.studies.runs.finding import Finding, unreadable
from sim.app.studies.runs.folders import Folder, folders_in
from sim.app.studies.runs.notes import Note, notes_in
from sim.app.studies.runs.runs_asked import RunsWords
from sim.app.studies.runs.verify_folders import in_folder
from sim.app.studies.runs.verify_store import in_store

WHOLE, DAMAGED, UNREADABLE = 0, 4, 5


def run(words: RunsWords) -> int:
    """0: every bit is right; 4: something is damaged; 5: something cannot be read. Raises `Newer`."""
    folders, notes = folders_in(words.out), notes_in(words.out)
    found = findings_in(words.out, folders, notes)
    for one in found:
        say(str(one))
    damaged = [one for one in found if one.damaged]
    if damaged:
        for line in to_do(damaged, folders, notes):
            say(line)
    else:
        store = Store(words.out)
        say(
            f"whole: {many(len(store.entries), 'replication')} of "
            f"{many(len({key for key, _ in store.entries}), 'scenario')}, {many(len(folders), 'results folder')}"
        )
    if any(one.unreadable for one in found):
        return UNREADABLE
    return DAMAGED if damaged else WHOLE


def findings_in(out: Path, folders: list[Folder], notes: list[Note]) -> list[Finding]:
    """Of everything that lies under `out`; OSError where a folder itself cannot be read."""
    found = in_store(Store(out).folder)
    for folder in folders:
        try:
            found += in_folder(folder)
        except OSError as error:
            found.append(unreadable(error.filename or folder.path, error))
    return found + [
        Finding(str(note.path), "the note of an unfinished run is torn", "remove it, and give its command again")
        for note in notes
        if note.said is None
    ]


def to_do(damaged: list[Finding], folders: list[Folder], notes: list[Note]) -> list[str]:
    """The commands that make good what is lost, each once."""
    hit = {one.key for one in damaged if one.key}
    commands = [one.command for one in damaged if one.command]
    named: set[str] = set()
    made = [(folder.keys.values(), folder.manifest.get("command")) for folder in folders]
    for keys, command in [*made, *((note.keys or (), note.said["command"]) for note in notes if note.said)]:
        if command and hit & set(keys):
            commands.append(str(command))
            named |= hit & set(keys)
    lines = [f"{many(len(damaged), 'thing is', 'things are')} not as written"]
    if commands:
        lines += ["run again:", *(f"  {command}" for command in dict.fromkeys(commands))]
    if hit - named:
        lines.append(
            f"{many(len(hit - named), 'scenario is', 'scenarios are')} of no results folder here and of no unfinished "
            "run: give the command that made it again, or let it go with mskflow runs prune unused=true"
        )
    return lines
