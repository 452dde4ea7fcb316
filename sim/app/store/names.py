"""What files of the store are called."""

import re

_STORED = re.compile(r"([0-9a-f]{32})-(\d{6,})\.parquet")
_SCENARIO = re.compile(r"([0-9a-f]{32})\.scenario")


def file_of(key: str, replication: int | None = None) -> str:
    """Of a replication, or of what a scenario is."""
    return f"{key}.scenario" if replication is None else f"{key}-{replication:06}.parquet"


def place_of(name: str) -> tuple[str, int | None] | None:
    """(key, replication or None) of a file that bears the name of one; None for any other."""
    if found := _STORED.fullmatch(name):
        return (found[1], int(found[2])) if file_of(found[1], int(found[2])) == name else None
    found = _SCENARIO.fullmatch(name)
    return (found[1], None) if found else None


def is_ours(name: str) -> bool:
    return place_of(name) is not None
