"""Faults in what a person asked for: collected, never raised one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_LONGEST = 400


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}...{text[-_LONGEST // 4 :]}"


def printable(text: str) -> str:
    """On one line, with nothing that moves a cursor."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: `where` (file or dotted key), `what` is wrong, what would be `right`."""

    where: str
    what: str
    right: str = ""

    def __str__(self) -> str:
        """On one line that a terminal can show, however long a key or whatever a person has written in it."""
        line = f"{_cut(self.where)}: {self.what}"
        return printable(f"{line}; {self.right}" if self.right else line)


class ScenarioError(ValueError):
    """Every fault of a configuration or an input at once; `faults` is a tuple of `Fault`."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Fault, ...]]]:
        return (ScenarioError, (self.faults,))


def nearest(word: str, known: Iterable[str]) -> str:
    """ "did you mean ...?" or the list of what exists, for a message. A word that several begin with names them."""
    word, known = str(word), list(dict.fromkeys(str(k) for k in known))
    close = get_close_matches(word[:_LONGEST], known, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    longer = [k for k in known if len(word) > 2 and (k.startswith(word) or f"_{word}" in k)]
    if len(longer) == 1:
        return f"did you mean '{longer[0]}'?"
    if longer:
        return f"did you mean one of {', '.join(map(_cut, longer[:6]))}?"
    shown = ", ".join(map(_cut, known[:12])) + (", ..." if len(known) > 12 else "")
    return f"there is: {shown}" if known else "there is none"
