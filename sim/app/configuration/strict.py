"""Strict reading of a part of a configuration: plain values into frozen settings, or every fault in plain words."""

import json
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from sim.domain.faults import Fault, nearest

UNKNOWN, MISSING, WORD = "is not known here", "is missing", "is not a word that is known here"


@lru_cache
def _adapter(kind) -> TypeAdapter:
    return TypeAdapter(kind)


def settings_of(kind, given, where: str, faults: list):
    """`given` (plain dicts, lists, values at `where`) as a `kind`. Faults are added to `faults`;
    what is left without the faulty keys is returned, if it can stand alone,
    so that what is wrong with the rest is told in the same message; else None."""
    try:
        # JSON mode is strict about types yet takes mappings for dataclasses and lists for tuples.
        text = json.dumps(given, default=str)
        return (_adapter(dict[str, kind.__args__[1]]) if get_origin(kind) is dict else _adapter(kind)).validate_json(
            text, strict=True
        )
    except ValidationError as error:
        found = _found(error, given, where, kind)
        faults += found
        rest, smaller = _without(given, [_way(fault, where) for fault in found])
        return settings_of(kind, rest, where, []) if smaller else None
    except (TypeError, ValueError, RecursionError):
        faults.append(Fault(where, "cannot be read as plain numbers, text, lists and mappings"))
    return None


def is_misspelt(missing: str, unknown) -> bool:
    """Whether what is missing is there under a key that is not known: that one is told of."""
    block, _, key = missing.rpartition(".")
    return any(one.where.rpartition(".")[0] == block and f"did you mean '{key}'?" == one.right for one in unknown)


def _found(error: ValidationError, given, where: str, kind) -> list[Fault]:
    """Its faults, each mistake once: of a list whose entries are alike wrong one, of a misspelt key that."""
    problems = error.errors(include_url=False, include_input=False, include_context=True)
    told = _of_alternatives(fault for problem in problems if (fault := _fault(problem, given, where, kind)))
    unknown = [fault for fault in told if fault.what == UNKNOWN]
    alike: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in told:
        if fault.what == MISSING and is_misspelt(fault.where, unknown):
            continue
        block, _, key = fault.where.rpartition(".")
        in_list = key.isdigit() and isinstance(_at(given, _way(fault, where)[:-1]), list)
        alike.setdefault((block if in_list else fault.where, fault.what, fault.right), []).append(fault)
    return [
        same[0] if len(same) == 1 else Fault(block, f"{what} in {len(same)} of its entries", right)
        for (block, what, right), same in alike.items()
    ]


def _of_alternatives(faults) -> list[Fault]:
    """One a place: of what may be a word or a list of words each alternative complains, and the one that comes
    furthest, or knows the words, is right."""
    at: dict[str, list[Fault]] = {}
    for fault in faults:
        at.setdefault(fault.where, []).append(fault)
    found = []
    for place, here in at.items():
        known = [fault for fault in here if fault.what == WORD][:1] or list(dict.fromkeys(here))
        if not any(other.startswith(f"{place}.") for other in at):
            what, right = (
                " or ".join(dict.fromkeys(getattr(fault, name) for fault in known)) for name in ("what", "right")
            )
            found.append(Fault(place, what, right))
    return found


def _way(fault: Fault, where: str) -> list[str]:
    """The keys to what a fault is about, below `where`; of what is missing, to the block that lacks it."""
    way = fault.where.removeprefix(where).lstrip(".").split(".")
    return way[:-1] if fault.what == MISSING else way


def _at(given, way: list[str]):
    """What stands there; None where nothing does."""
    for key in filter(None, way):
        if isinstance(given, list) and key.isdigit() and int(key) < len(given):
            given = given[int(key)]
        else:
            given = given.get(key) if isinstance(given, dict) else None
    return given


def _without(given, ways) -> tuple[object, bool]:
    """A copy without what stands at the ends of `ways` (of lists: without the list), and whether anything went;
    keys with dots of their own are left alone."""
    rest, smaller = json.loads(json.dumps(given, default=str)), False
    for way in ways:
        here = rest
        for place, key in enumerate(way):
            inner = here.get(key) if isinstance(here, dict) else None
            if place == len(way) - 1 or not isinstance(inner, dict):
                smaller |= isinstance(here, dict) and here.pop(key, here) is not here
                break
            here = inner
    return rest, smaller


def _fault(problem: dict, given, where: str, kind) -> Fault | None:
    """None of a list that is only too short without the entries that are told of."""
    path, here, parent_kind = [where], given, kind
    keys = list(problem["loc"])
    while keys:
        key = keys.pop(0)
        inside = (isinstance(here, dict) and key in here) or (
            isinstance(here, list) and isinstance(key, int) and key < len(here)
        )
        last_missing = not keys and problem["type"] in ("missing", "missing_argument")
        if not inside and not last_missing:
            continue  # names of alternatives that pydantic adds to the way
        path.append(str(key))
        parent_kind = _kind_of(parent_kind, key)
        here = here[key] if inside else None
    if problem["type"] == "too_short" and isinstance(here, list) and len(here) >= problem["ctx"]["min_length"]:
        return None
    where = ".".join(path)
    return Fault(where, *_words(problem, path[-1], owner_of(kind, path[1:-1])))


def _strip(kind):
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (UnionType, Union):
        options = [o for o in get_args(kind) if is_dataclass(o) or get_origin(o) is dict]
        kind = options[0] if options else kind
    return kind


def _kind_of(kind, key):
    kind = _strip(kind)
    if is_dataclass(kind):
        return _hints(kind).get(key)
    return get_args(kind)[1] if get_origin(kind) is dict else None


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict:
    return get_type_hints(kind, include_extras=True)


def kind_at(kind, path):
    """The type of the setting at `path` below `kind`, with its limits; None where it is not known."""
    for key in path:
        kind = _kind_of(kind, key)
    return kind


def owner_of(kind, path):
    """The settings class at `path` below `kind`, or None where people make up names of their own."""
    kind = _strip(kind_at(kind, path))
    return kind if is_dataclass(kind) else None


def _words(problem: dict, key: str, owner) -> tuple[str, str]:
    kind, ctx = problem["type"], problem.get("ctx", {})
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        known = [f.name for f in fields(owner)] if owner else []
        return UNKNOWN, nearest(key, known) if known else "remove it"
    if kind in ("missing", "missing_argument"):
        return MISSING, "give a value"
    limits = {
        "greater_than_equal": ("is too small", f"at least {ctx.get('ge')}"),
        "greater_than": ("is too small", f"more than {ctx.get('gt')}"),
        "less_than_equal": ("is too large", f"at most {ctx.get('le')}"),
        "less_than": ("is too large", f"less than {ctx.get('lt')}"),
        "finite_number": ("is not a finite number", "write a plain number"),
        "too_short": ("has too few entries", f"{ctx.get('min_length')} are needed"),
        "too_long": ("has too many entries", f"{ctx.get('max_length')} are needed"),
    }
    if kind in limits:
        return limits[kind]
    if kind == "literal_error":
        return WORD, f"one of {ctx.get('expected')}"
    types = {
        "float_type": ("is not a number", "write a plain number, without quotes or units"),
        "int_type": ("is not a whole number", "write a whole number"),
        "int_from_float": ("is not a whole number", "write a whole number"),
        "bool_type": ("is not true or false", "write true or false"),
        "string_type": ("is not text", "put it in quotes"),
        "dict_type": ("is not a mapping", "write keys and values"),
        "dataclass_type": ("is not a mapping", "write keys and values"),
        "tuple_type": ("is not a list", "write [a, b]"),
    }
    return types.get(kind, ("is not valid", str(problem.get("msg", "")).lower()))
