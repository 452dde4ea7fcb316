"""Strict reading of a part of a configuration: plain values into frozen settings, or every fault in plain words."""

import json
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from sim.domain.faults import Fault, nearest


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
        seen = set()
        for problem in error.errors(include_url=False, include_input=False, include_context=True):
            fault = _fault(problem, given, where, kind)
            if (fault.where, fault.what) not in seen:
                seen.add((fault.where, fault.what))
                faults.append(fault)
        rest = _without(given, [w.removeprefix(f"{where}.").split(".") for w, _ in seen])
        return settings_of(kind, rest, where, []) if rest != given else None
    except (TypeError, ValueError, RecursionError):
        faults.append(Fault(where, "cannot be read as plain numbers, text, lists and mappings"))
    return None


def _without(given, paths):
    """A copy without the keys at `paths`; keys with dots of their own are left alone."""
    rest = json.loads(json.dumps(given, default=str))
    for path in paths:
        here = rest
        for key in path[:-1]:
            here = here.get(key) if isinstance(here, dict) else None
        if isinstance(here, dict):
            here.pop(path[-1], None)
    return rest


def _fault(problem: dict, given, where: str, kind) -> Fault:
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
        return get_type_hints(kind, include_extras=True).get(key)
    return get_args(kind)[1] if get_origin(kind) is dict else None


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
        return "is not known here", nearest(key, known) if known else "remove it"
    if kind in ("missing", "missing_argument"):
        return "is missing", "give a value"
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
        return "is not a word that is known here", f"one of {ctx.get('expected')}"
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
