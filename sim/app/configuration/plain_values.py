"""Whether a configuration is made of plain values at all: what no setting may be, wherever it stands."""

from collections.abc import Iterator

from sim.domain.faults import Fault

_DEEPEST = 40
_LONGEST_KEY = 120
_MOST = 1_000_000


def unfit(config: dict) -> list[Fault]:
    """What cannot be stored, told or even gone through: endless levels, half letters, keys that nobody can read."""
    found, seen = [], 0
    due: list[tuple[str, object, int]] = [("", config, 0)]
    while due:
        where, value, deep = due.pop()
        inside = list(_inside(value))
        seen += len(inside)
        too_deep = deep + bool(inside) > _DEEPEST
        if too_deep or seen > _MOST:
            what = "is nested too deeply, or in itself" if too_deep else "holds more values than can be read"
            return [Fault(where.partition(".")[0], what, "write it as the shipped scenarios are")]
        if isinstance(value, dict):
            found += _faults_of_keys(value, where)
        elif isinstance(value, str) and not _is_text(value):
            found.append(Fault(where, "holds half of a letter (a lone surrogate)", "write the letter itself"))
        due += [
            (f"{where}.{key}" if where else str(key), inner, deep + 1)
            for key, inner in inside
            if isinstance(inner, (str, dict, list, tuple))  # of a number nothing more can be said here
        ]
    return found[::-1]


def _inside(value) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)


def _faults_of_keys(value: dict, where: str) -> list[Fault]:
    faults = []
    for key in value:
        place = f"{where}.{key}" if where else str(key)
        if isinstance(key, str) and len(key) > _LONGEST_KEY:
            right = f"a key has {_LONGEST_KEY} letters at most"
            faults.append(Fault(place, f"is a key of {len(key):,} letters", right))
        elif isinstance(key, str) and not key.isprintable():
            faults.append(Fault(place, "is a key with letters that cannot be shown", "use letters, digits and _"))
    return faults


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
