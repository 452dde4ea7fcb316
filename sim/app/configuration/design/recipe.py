"""A design as the few lines that make it: `kind: latin_hypercube`, how many points, and what each factor may be."""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Literal

import yaml
from annotated_types import Ge, Le

from sim.app.configuration.design.override_words import MOST_FACTORS, factor_fault, text_of
from sim.app.configuration.design.range import Range
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import parse
from sim.app.configuration.points import MOST_POINTS
from sim.app.configuration.strict import settings_of
from sim.domain.faults import Fault, ScenarioError
from sim.domain.settings import Settings

KIND = ("a design", "'kind:' and 'factors:' lines")
_MOST_OPTIMISED = 1_000  # each pair of points is looked at, many times
_RIGHT = "{low: 2, high: 10, step: 0.5}, or a list of values"


@dataclass(frozen=True)
class RecipeTerms(Settings):
    """How the points are made. `centred`: in the middle of their cells; `optimised`: spread by exchanging coordinates
    until the centred discrepancy falls no more (both of a Latin hypercube only)."""

    kind: Literal["latin_hypercube", "sobol", "factorial"]
    points: Annotated[int, Ge(1)] | None = None
    seed: Annotated[int, Ge(0), Le(2**63 - 1)] | None = None
    centred: bool = False
    optimised: bool = False


@dataclass(frozen=True)
class Recipe:
    """`factors`: key -> the range, or the values as overrides have them."""

    terms: RecipeTerms
    factors: dict[str, Range | tuple[str, ...]]


def recipe_of(path: Path) -> Recipe:
    """The file, read strictly; ScenarioError with every fault."""
    where = cut(path, 200)
    try:
        given = yaml.safe_load(shipped.read(path, is_scenario=False, kind=KIND))
    except ValueError as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError([Fault(where, "a date in it is not one", 'write "2028-03-31"')]) from None
    faults: list[Fault] = []
    own: list[Fault] = []
    terms = settings_of(RecipeTerms, {key: value for key, value in given.items() if key != "factors"}, where, own)
    faults += [Fault(f.where.replace(f"{where}.", f"{where}: ", 1), f.what, f.right) for f in own]
    factors = _factors(
        given.get("factors"), f"{where}: factors", terms is not None and terms.kind == "factorial", faults
    )
    if terms and not own:
        faults += _term_faults(terms, factors, where) if not faults else _term_faults(terms, {}, where)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return Recipe(terms, factors)


def _factors(given, where: str, in_steps: bool, faults: list[Fault]) -> dict[str, Range | tuple[str, ...]]:
    if not isinstance(given, dict) or not given:
        faults.append(
            Fault(
                where,
                "is missing" if given is None else "is not a mapping with something in it",
                f"workforce.physio_band_6.wte: {_RIGHT}",
            )
        )
        return {}
    if len(given) > MOST_FACTORS:
        faults.append(Fault(where, f"names {len(given):,} keys", f"{MOST_FACTORS:,} at most"))
        return {}
    found: dict[str, Range | tuple[str, ...]] = {}
    for factor, one in given.items():
        here = f"{where}.{cut(factor, 120)}"
        wrong = factor_fault(factor, here, found)
        if wrong:
            faults.append(wrong)
        elif isinstance(one, dict):
            read = settings_of(Range, one, here, faults)
            faults += read.faults(here, in_steps) if read else []
            found[factor] = read
        elif isinstance(one, list):
            found[factor] = _values(factor, one, here, faults)
        else:
            faults.append(Fault(here, "is one value", _RIGHT))
    return found


def _values(factor: str, given: list, where: str, faults: list[Fault]) -> tuple[str, ...]:
    words = tuple(map(text_of, given))
    if len(words) < 2:
        faults.append(
            Fault(
                where,
                f"has {len(words)} value{'s' * (not words)}",
                "two at least; one alone is an override of the command",
            )
        )
    for number, word in enumerate(words):
        own: list[Fault] = []
        if word in words[:number]:
            faults.append(Fault(where, f"'{cut(word)}' is there twice", "keep one of them"))
        elif not parse([f"{factor}={word}"], own):
            faults += [Fault(where, one.what, one.right) for one in own]
    return words


def _term_faults(terms: RecipeTerms, factors: dict, where: str) -> list[Fault]:
    """What does not go with the kind; without `factors`, only what is known without them."""
    if terms.kind == "factorial":
        return _factorial_faults(terms, factors, where)
    faults = _points_faults(terms, f"{where}: points")
    if terms.optimised and (terms.points or 0) > _MOST_OPTIMISED:
        what = f"would take too long for more than {_MOST_OPTIMISED:,} points"
        faults.append(Fault(f"{where}: optimised", what, "take it out: so many are spread well"))
    if terms.kind == "sobol":
        faults += [
            Fault(f"{where}: {key}", "is for a Latin hypercube only", "take it out")
            for key in ("centred", "optimised")
            if getattr(terms, key)
        ]
    if terms.seed is None:
        faults.append(Fault(f"{where}: seed", "is missing", "the same points each time need one: seed: 1"))
    return faults


def _factorial_faults(terms: RecipeTerms, factors: dict, where: str) -> list[Fault]:
    what = "says nothing of a factorial design, which has every combination of the values"
    faults = [
        Fault(f"{where}: {key}", what, "take it out")
        for key in ("points", "seed", "centred", "optimised")
        if getattr(terms, key)
    ]
    count = prod(len(one) if isinstance(one, tuple) else len(one.levels()) for one in factors.values())
    if count > MOST_POINTS:
        right = f"{MOST_POINTS:,} at most: fewer values, or kind: latin_hypercube"
        faults.append(Fault(where, f"makes {count:,} points", right))
    return faults


def _points_faults(terms: RecipeTerms, where: str) -> list[Fault]:
    """Of how many points a design that is drawn is to have."""
    if terms.points is None:
        return [Fault(where, "is missing", "how many, for example points: 64")]
    if terms.points > MOST_POINTS:
        return [Fault(where, "is too large", f"{MOST_POINTS:,} at most")]
    if terms.kind != "sobol" or not terms.points & (terms.points - 1):
        return []
    below = 2 ** (terms.points.bit_length() - 1)
    right = f"{below} or {2 * below}" if 2 * below <= MOST_POINTS else str(below)
    return [Fault(where, "of Sobol's sequence are balanced only in powers of two", right)]
