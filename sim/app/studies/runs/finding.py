"""What `mskflow runs verify` finds."""

from dataclasses import dataclass

AGAIN = "the same command stores it again"
NOT_OURS = "mskflow did not write it; move it elsewhere"
TIDY = "harmless; mskflow runs prune clears it away"


@dataclass(frozen=True)
class Finding:
    """`where`: a file or folder; `damaged`: something is lost or foreign, else it is only left over. `key`:
    whose replications are hit, if that is known; `command`: what was typed, of a results folder; `unreadable`:
    the disk did not give it."""

    where: str
    what: str
    right: str
    damaged: bool = True
    key: str = ""
    command: str = ""
    unreadable: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.right}"


def unreadable(where, error: OSError, key: str = "") -> Finding:
    """Of a file that is there and cannot be read."""
    return Finding(
        str(where),
        f"cannot be read: {(error.strerror or 'unknown reason').lower()}",
        "look at the disk, and at who may read it",
        key=key,
        unreadable=True,
    )
