"""The words of these commands that are none of Hydra's: `draws=64`, `method=sobol`."""

from dataclasses import dataclass, replace

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import Asked
from sim.domain.faults import Fault, ScenarioError, nearest


@dataclass(frozen=True)
class Whole:
    """A word that takes a whole number from `low` to `high`; `power`: a power of 2 (or `low`)."""

    low: int
    high: int
    power: bool = False

    def read(self, text: str):
        """(number, what is wrong)."""
        if (
            not text.isascii()
            or not text.isdigit()
            or not self.low <= int(text) <= self.high
            or (self.power and int(text) & (int(text) - 1))
        ):
            return None, f"is not a {'power of 2' if self.power else 'whole number'} from {self.low} to {self.high:,}"
        return int(text), ""


@dataclass(frozen=True)
class OneOf:
    """A word that takes one of some words."""

    known: tuple[str, ...]

    def read(self, text: str):
        return (text, "") if text in self.known else (None, f"is not known here; {nearest(cut(text), self.known)}")


@dataclass(frozen=True)
class Several:
    """A word that takes names with commas between them."""

    def read(self, text: str):
        names = tuple(name.strip() for name in text.strip("[]").split(",") if name.strip())
        return (names, "") if names else (None, "names nothing")


def taken_out(asked: Asked, known: dict[str, Whole | OneOf | Several], examples: dict[str, str]) -> tuple[dict, Asked]:
    """word -> value of the words in `known` that are given, and what is asked without them;
    `ScenarioError` with every fault."""
    given, rest, faults = {}, [], []
    for text in asked.overrides:
        word, _, value = text.partition("=")
        if word not in known:
            rest.append(text)
            continue
        read, wrong = known[word].read(value.strip("'\""))
        if word in given:
            wrong = "is given twice"
        if wrong:
            faults.append(Fault(word, wrong, f"for instance {word}={examples[word]}"))
        given[word] = read
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return given, replace(asked, overrides=tuple(rest))


def given_in(asked: Asked, key: str) -> bool:
    """Whether the command itself sets a key."""
    return any(word.lstrip("+").startswith(f"{key}=") for word in asked.overrides)
