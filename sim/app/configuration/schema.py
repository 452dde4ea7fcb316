"""What may stand at a dotted key, from the settings themselves: pydantic's JSON schema; and a typed text as a value."""

import re
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from sim.app.configuration.check import PATHWAY_PARTS, SECTIONS
from sim.domain.pathway.kinds import KINDS

_NUMBER = re.compile(r"[-+]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,15})?")
_SCALARS = ("number", "integer", "boolean", "string")


@lru_cache(maxsize=64)
def _schema(kind) -> dict[str, Any]:
    return TypeAdapter(kind).json_schema()


def schema_at(config: dict, path: str) -> dict[str, Any] | None:
    """The schema of the setting at `path`, its references followed; None where there can be none."""
    section, *way = path.split(".")
    if section == "pathway":
        if way[:1] == ["services"] and len(way) > 2:
            services = (config.get("pathway") or {}).get("services") or {}
            service = services.get(way[1])
            kind = KINDS.get(service.get("kind")) if isinstance(service, dict) else None
            return _below(_schema(kind), way[2:]) if kind else None
        return _below(_schema(PATHWAY_PARTS[way[0]]), way[1:]) if way and way[0] in PATHWAY_PARTS else None
    kind = SECTIONS.get(section)
    return _below(_schema(kind), way) if kind is not None and way else None


def _below(schema: dict, way: list[str]) -> dict[str, Any] | None:
    definitions, here = schema.get("$defs", {}), schema
    for key in way:
        here = next(
            (inner for one in _alternatives(here, definitions) if (inner := _inside(one, key)) is not None), None
        )
        if here is None:
            return None
    found = _alternatives(here, definitions)
    return {"any": found, "default": here.get("default"), "has_default": "default" in here}


def _inside(schema: dict, key: str) -> dict | None:
    if key in schema.get("properties", {}):
        return schema["properties"][key]
    more = schema.get("additionalProperties")
    return more if isinstance(more, dict) else None


def _alternatives(schema: dict, definitions: dict) -> list[dict]:
    """The schemas that a value may fit, their references followed."""
    if "$ref" in schema:
        return _alternatives(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return [one for inner in schema["anyOf"] for one in _alternatives(inner, definitions)]
    if len(schema.get("allOf", ())) == 1:
        return _alternatives(schema["allOf"][0], definitions)
    return [schema]


def kind_of(schema: dict | None) -> str:
    """`number`, `integer`, `boolean`, `choice`, `list` or `text`: how it is asked for; "" of a block."""
    if schema is None:
        return ""
    types = [one.get("type") for one in schema["any"] if one.get("type") != "null"]
    if any("enum" in one for one in schema["any"]) and "array" not in types:
        return "choice"
    if "array" in types:
        return "list"
    scalar = next((one for one in types if one in _SCALARS), "")
    return {"string": "text"}.get(scalar, scalar)


def choices_of(schema: dict) -> list[str]:
    """The words that may stand there; none where any may."""
    items = [one.get("items", {}) for one in schema["any"] if one.get("type") == "array"]
    return [str(word) for one in [*schema["any"], *items] for word in (one.get("enum") or ())]


def limits_of(schema: dict) -> tuple[float | None, float | None]:
    """The least and the most that a number may be."""
    one = next((one for one in schema["any"] if one.get("type") in ("number", "integer")), {})
    low = one.get("minimum", one.get("exclusiveMinimum"))
    return low, one.get("maximum", one.get("exclusiveMaximum"))


def may_be_empty(schema: dict) -> bool:
    return any(one.get("type") == "null" for one in schema["any"])


def read(text: str, schema: dict) -> Any:
    """A typed text as the value that it stands for; a text that is none stays one, for the check to refuse."""
    alternatives = schema.get("any", [])
    types, text = {one.get("type") for one in alternatives}, text.strip()
    if _is_word(text, alternatives, types):
        return text
    if not text and "null" in types:
        return None
    if "array" not in types:
        return _scalar(text, types)
    items = next({"any": [one.get("items", {})]} for one in alternatives if one.get("type") == "array")
    return [read(part, items) for part in text.split(",") if part.strip()]


def _is_word(text: str, alternatives: list[dict], types: set) -> bool:
    """Whether it is one of the words that may stand there, or one word where several may."""
    words = {str(word) for one in alternatives for word in one.get("enum") or ()}
    alone = types >= {"string", "array"} and not words
    return text in words or (alone and bool(text) and "," not in text)


def _scalar(text: str, types: set) -> Any:
    if types & {"number", "integer"} and _NUMBER.fullmatch(text):
        number = float(text.replace(",", ""))
        return int(number) if number.is_integer() and "." not in text else number
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


def shown(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)
