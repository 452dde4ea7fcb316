"""The manifest of a results folder, read as what anybody may have put there: plain, of its shape, and sealed."""

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from sim.app.machine import plain_bytes
from sim.app.store.folder import MANIFEST, sealed

_LARGEST = 32_000_000  # bytes: that of a gathered sweep of ten thousand points has a tenth
_DEEPEST = 40


def manifest_in(folder: Path) -> tuple[dict, str]:
    """What a folder's manifest says, and its text. FileNotFoundError where there is none, `NotPlain` where that is no
    file of ours, ValueError where it cannot be read or says what no manifest does; OSError."""
    text = plain_bytes(folder / MANIFEST, _LARGEST).decode()
    try:
        said = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not (isinstance(said, dict) and _is_shallow(said) and all(fits(said[name]) for name, fits in _of(said))):
        raise ValueError("no manifest")
    return said, text


def is_as_sealed(said: dict, text: str) -> bool:
    """Whether a manifest's own checksum is right, and its text the one that we write."""
    try:
        return sealed(said) == text
    except ValueError:  # NaN, half of a character
        return False


def _of(said: dict) -> list[tuple[str, Callable[[object], bool]]]:
    return [(name, fits) for name, fits in _SHAPES.items() if said.get(name) is not None]


def _is_shallow(value, deep: int = _DEEPEST) -> bool:
    """Whether it can be written again, and told, without an end to the levels."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return deep > 0 and all(_is_shallow(one, deep - 1) for one in inside)


def _text(value) -> bool:
    return isinstance(value, str)


def _texts(value) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _named_texts(value) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


def _sums(value) -> bool:
    """Checksums of files, each inside the folder."""
    return isinstance(value, dict) and all(
        _is_inside(name) and (_text(sum_) or (isinstance(sum_, dict) and _text(sum_.get("sha256"))))
        for name, sum_ in value.items()
    )


def _is_inside(name: str) -> bool:
    place = PurePosixPath(name)
    return bool(place.parts) and not place.is_absolute() and ".." not in place.parts and not {*"\\\0"} & {*name}


def _asked(value) -> bool:
    return isinstance(value, dict) and all(fits(value[name]) for name, fits in _ASKED.items() if value.get(name))


_ASKED = {"command": _text, "words": _texts, "scenario": _text, "config_dirs": _texts}
_SHAPES = {
    **dict.fromkeys(("kind", "status", "scenario", "command", "config_hash", "compare_with", "model", "sha256"), _text),
    "git_commit": _text,
    "overrides": _texts,
    "versions": _named_texts,
    "keys": _named_texts,
    "files": _sums,
    "asked": _asked,
}
