"""What a configuration may hold, from the types of its classes: type, default and limits in the words of the tables of
docs/scenarios.md and docs/settings.md."""

from dataclasses import MISSING, Field, fields, is_dataclass
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from sim.app.configuration.check import SECTIONS
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.pathway import Pathway
from sim.domain.settings import Settings
from sim.domain.words import WEEKDAYS


def settings_classes() -> list[type]:
    """Every class of settings that a configuration may hold, each kind of service among them."""
    found: list[type] = []

    def look(kind):
        if get_origin(kind) is Annotated or get_args(kind):
            for part in get_args(kind):
                look(part)
        elif isinstance(kind, type) and issubclass(kind, Settings) and kind not in found:
            found.append(kind)
            for hint in get_type_hints(kind, include_extras=True).values():
                look(hint)

    for kind in (*SECTIONS.values(), Pathway, *KINDS.values()):
        look(kind)
    return found


def own_fields(kind: type) -> list[Field]:
    """The fields of a class; of a kind of service only those that not every service has."""
    common = (
        {f.name for f in fields(ServiceSettings)}
        if kind is not ServiceSettings and issubclass(kind, ServiceSettings)
        else ()
    )
    return [f for f in fields(kind) if f.name not in common]


def _number(value) -> str:
    return f"{value:,g}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"


def _limits(marks) -> str:
    low, high, above = None, None, False
    for mark in marks:
        low, high = getattr(mark, "ge", low), getattr(mark, "le", high)
        if getattr(mark, "gt", None) is not None:
            low, above = mark.gt, True
    if low is None and high is None:
        return ""
    return f", above {_number(low)}, at most {_number(high)}" if above else f", {_number(low)} to {_number(high)}"


def type_words(kind, many: bool = False) -> str:
    """A type as the tables say it: `number, 0 to 1`, `list of 12 numbers, 0 to 100`, `map (or null)`."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated and get_origin(parts[0]) is tuple:
        length = next(mark.min_length for mark in parts[1:] if hasattr(mark, "min_length"))
        return f"list of {length} {type_words(get_args(parts[0])[0], True)}"
    if origin is Annotated:
        return type_words(parts[0], many) + _limits(parts[1:])
    if origin is Literal:
        return _one_of(parts)
    if origin in (Union, UnionType):
        said = " or ".join(type_words(part) for part in parts if part is not type(None))
        return f"{said} (or null)" if type(None) in parts else said
    if origin in (dict, tuple):
        return _many_of(origin, parts)
    if is_dataclass(kind):
        return "map"
    word = {str: "text", bool: "true or false", int: "whole number", float: "number"}[kind]
    return f"{word}s" if many and kind in (int, float) else word


def _one_of(choices: tuple) -> str:
    words = [f"`{choice}`" for choice in choices]
    if choices == WEEKDAYS:
        return "weekdays, `mon` to `sun`"
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _many_of(origin, parts: tuple) -> str:
    if origin is dict:
        inside = is_dataclass(parts[1]) or get_origin(parts[1]) is dict
        return "map" if inside else f"map of {type_words(parts[1], True)}"
    length = "" if parts[-1] is Ellipsis else f"{len(parts)} "
    return f"list of {length}{type_words(parts[0], True)}"


def _plain(value) -> str:
    if isinstance(value, tuple) and len(value) > 3 and len(set(value)) == 1:
        return f"{_plain(value[0])} each"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if is_dataclass(value) or value == {}:
        return "{}"
    words = {None: "null", True: "true", False: "false", "": '""'}
    if value is None or isinstance(value, (bool, str)):
        return words.get(value, str(value))
    return str(int(value)) if value == int(value) else f"{value:g}"


def default_words(one: Field) -> str:
    """A default as the tables say it, or `needed`."""
    if one.default is not MISSING:
        return f"`{_plain(one.default)}`"
    return f"`{_plain(one.default_factory())}`" if one.default_factory is not MISSING else "needed"
