"""The words of these commands that are none of Hydra's: `draws=64`, `method=sobol`."""

from dataclasses import dataclass

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.request import Request
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


def given_in(request: Request, known: dict[str, Whole | OneOf | Several], examples: dict[str, str]) -> dict:
    """word -> value of the request's own words; `ScenarioError` with every fault."""
    given, faults = {}, []
    for word, value in request.own:
        read, wrong = known[word].read(value)
        if word in given:
            wrong = "is given twice"
        if wrong:
            faults.append(Fault(word, wrong, f"for instance {word}={examples[word]}"))
        given[word] = read
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return given
