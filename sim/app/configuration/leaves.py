"""Configurations leaf by leaf: what differs between two, told without a place's own lists."""

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import section_of

_NOT_COMPARED = ("out", "report", "title", "question", "system", "mechanisms", "compare_with", "name")
_PRIVATE = "start"
"""Its values may be a place's own lists: only its keys are shown."""
_HIDDEN = "(not shown)"
_LONGEST = 36


def differing(before: dict, after: dict) -> list[tuple[str, str, str]]:
    """(dotted key, value before, value after), as they may be shown, in the order of the configurations."""
    one, other = leaves(before), leaves(after)
    missing = object()
    return [
        (key, shown(one, key), shown(other, key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key, missing) != other.get(key, missing)
    ]


def leaves(config: dict, where: str = "") -> dict:
    """Dotted key -> value; lists and empty mappings are leaves."""
    found = {}
    for key, value in config.items():
        if not where and key in _NOT_COMPARED:
            continue
        path = f"{where}{key}"
        if isinstance(value, dict) and value:
            found |= leaves(value, f"{path}.")
        else:
            found[path] = value
    return found


def shown(values: dict, key: str) -> str:
    if key not in values:
        return "not set"
    return _HIDDEN if key.partition(".")[0] == _PRIVATE else cut(str(values[key]), _LONGEST)


def override_shown(word: str) -> str:
    """An override as a list of runs may show it."""
    return f"{word.partition('=')[0]}={_HIDDEN}" if section_of(word) == _PRIVATE else word


def override_in_short(word: str) -> str:
    """The same with the last two parts of its key only; of `start` with all, since no value follows."""
    key, equals, value = override_shown(word).partition("=")
    return f"{key if section_of(word) == _PRIVATE else '.'.join(key.split('.')[-2:])}{equals}{value}"
