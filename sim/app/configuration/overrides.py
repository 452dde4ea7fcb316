"""Overrides in Hydra's grammar: which of them may be used, and how a value is written so that it is read back
unchanged.

A configuration is data: no override may name code, read the environment, or reach Hydra's own machinery beyond the
choice of a launcher and a sweeper. The same holds for overrides that come from Python.
"""

import re
from functools import lru_cache
from typing import Any

from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault

_LONGEST = 5_000


def section_of(override: str) -> str:
    """The section or group that an override changes: `workforce` of `+workforce.gp.wte=3`."""
    return re.split(r"[.=@/]", override.lstrip("+~"), maxsplit=1)[0]


def quoted(text: str) -> str:
    """A text as Hydra's grammar reads it back unchanged."""
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(text=str(text), quote=Quote.single).with_quotes()


def parse(overrides, faults: list[Fault]) -> list:
    """Hydra's own reading of each override that may be used; why the others may not joins `faults`."""
    usable = []
    for text in overrides:
        parsed, found = _read(text) if isinstance(text, str) else (None, _faults_of_text(text))
        faults.extend(found)
        usable += [] if found else [parsed]
    return usable


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Any, tuple[Fault, ...]]:
    """Hydra's reading of an override, and why it may not be used; a ladder asks for the same ones at each of its
    steps."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    found = _faults_of_text(text)
    if found:
        return None, tuple(found)
    try:
        parsed = OverridesParser.create().parse_overrides([text])[0]
        return parsed, tuple(_faults_of(parsed))
    except Exception as error:  # Hydra's, ANTLR's or Python's: all say that the words cannot be read
        return None, (_unreadable(text, error),)


def _faults_of_text(text) -> list[Fault]:
    if not isinstance(text, str):
        return [Fault("overrides", f"'{cut(text)}' is not text", 'write "run.years=3"')]
    where = cut(text)
    if len(text) > _LONGEST or "\0" in text:
        return [
            Fault(
                where, f"it is longer than {_LONGEST:,} characters or holds a NUL", "put the values in a scenario file"
            )
        ]
    if "${" in text or "_target_" in text:
        return [_reaching(where)]
    if not re.match(r"(\+{1,2}|~)?\w", text) or len(text.partition("=")[0]) > 200:
        return [Fault(where, "it has no key that could exist", "write key=value, for example run.years=3")]
    return []


def _reaching(where: str) -> Fault:
    return Fault(where, "it refers to code, to the environment or to another value", "write the value itself")


def _faults_of(parsed) -> list[Fault]:
    """Of an override that Hydra can read. What escapes hid from the text shows here."""
    where, key, value = cut(parsed.input_line), parsed.key_or_group, parsed._value
    if any(
        "${" in word or re.fullmatch(r"_\w+_", word) for word in [*key.replace("/", ".").split("."), *_texts(value)]
    ):
        return [_reaching(where)]
    if parsed.package is not None:
        return [Fault(where, "'@' places values elsewhere, which is not used here", "write group=name or key=value")]
    if re.split(r"[./]", key)[0] == "hydra" and not _hydra_allowed(parsed, key, value):
        return [
            Fault(
                where,
                "this setting of Hydra cannot be changed here",
                "hydra/launcher=NAME, hydra/sweeper=NAME and plain values of theirs can; out=DIR says where results go",
            )
        ]
    return []


def _hydra_allowed(parsed, key: str, value) -> bool:
    if key in ("hydra/launcher", "hydra/sweeper"):
        return (
            not (parsed.is_add() or parsed.is_force_add() or parsed.is_delete())
            and isinstance(value, str)
            and bool(re.fullmatch(r"\w+", value))
        )
    # A sweeper's `params` are overrides of their own, and lists and mappings may hold anything.
    setting = re.fullmatch(r"hydra\.(launcher|sweeper)\.(?!params)[\w.-]+", key)
    scalar = value is None or isinstance(value, (bool, int, float, str)) or type(value).__name__ == "QuotedString"
    return bool(setting) and scalar and not parsed.is_delete()


def _texts(value) -> list[str]:
    """Every text in a parsed value: keys, elements, what a sweep chooses from."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, (list, tuple, set)):
        return [text for part in value for text in _texts(part)]
    inside = [getattr(value, name) for name in ("text", "list", "include", "exclude") if hasattr(value, name)]
    return _texts(inside) if inside else [value] if isinstance(value, str) else []


def _unreadable(text: str, error: Exception) -> Fault:
    key, equals, _ = text.partition("=")
    if not equals:
        return Fault(cut(text), "it has no value", f"write {cut(key)}=VALUE")
    if not re.fullmatch(r"(\+{1,2}|~)?[\w./@$-]+", key):
        return Fault(cut(text), f"'{cut(key)}' is not a key", "write key=value, for example run.years=3")
    asked = re.match(r"(\w+Error) while evaluating", str(error).partition("\n")[2])
    what = "its function cannot be worked out" if asked else "its value cannot be read"
    return Fault(cut(text), what, f"text with spaces, accents, commas or signs needs quotes: \"{cut(key, 40)}='...'\"")
