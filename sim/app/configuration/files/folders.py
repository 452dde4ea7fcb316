"""Folders to write to, as they are typed."""

import os

from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault


def folder_named(word: str, key: str, faults: list[Fault]) -> str:
    """With `~` written out, which no shell does after a `=`; of `~x`, where nobody is called x, a fault:
    a folder of that name is surely not meant."""
    found = os.path.expanduser(word)
    if found.startswith("~"):
        name = cut(word.partition("/")[0], 40)
        faults.append(Fault(key, f"there is no home '{name}'", f"./{name} for a folder of that name"))
    return found
