"""A design: its factors, and the overrides of each point."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from sim.app.configuration.design.design_table import read_table
from sim.app.configuration.design.made import made
from sim.app.configuration.design.recipe import recipe_of
from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError

TABLES, RECIPES = (".csv", ".tsv", ".txt"), (".yaml", ".yml")
_NO_KEY = ("there is no '", "'")  # as composition says it of a key, not of a value


@dataclass(frozen=True)
class Design:
    """Points to simulate, in their order: `points[i][j]` is the override of `factors[j]` at point i, `key=value`.

    `lines[i]`: the line of the file on which point i stands; none of a design that was made.
    """

    file: str
    factors: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()

    def values(self, number: int) -> tuple[str, ...]:
        """What point `number` gives each factor, as it is written."""
        return tuple(word[len(factor) + 1 :] for factor, word in zip(self.factors, self.points[number], strict=True))

    def located(self, fault: Fault, number: int) -> Fault:
        """A fault of point `number`, with its place in the file if it is about one of the factors."""
        for column, (factor, word) in enumerate(zip(self.factors, self.points[number], strict=True), 1):
            if fault.where in (cut(word), factor.lstrip("+")):
                place = f"line {self.lines[number]}, column {column}" if self.lines else f"point {number + 1}"
                return replace(fault, where=f"{self.file}, {place} ({cut(word)})")
        return fault

    def key_faults(self, compose) -> list[Fault]:
        """The factors that are no keys of the scenario, each once: they would be wrong at every point.

        `compose`: a function of a list of overrides that raises `ScenarioError`.
        """
        try:
            compose(list(self.points[0]))
        except ScenarioError as error:
            about = {cut(word): number for number, word in enumerate(self.points[0])}
            return [
                replace(fault, where=f"{self.file}, {self._head(about[fault.where])}")
                for fault in error.faults
                if fault.where in about and fault.what.startswith(_NO_KEY)
            ]
        return []

    def _head(self, number: int) -> str:
        return f"line 1, column {number + 1}" if self.lines else f"factors.{cut(self.factors[number], 120)}"


def read_design(path) -> Design:
    """The design in a file: a table (.csv; one row a point), or how to make one (.yaml).

    ScenarioError with every fault, each with its line and column.
    """
    path = Path(os.path.expanduser(path))
    ending = path.suffix.lower()
    if ending in TABLES:
        factors, points, lines = read_table(path)
        return Design(cut(path, 200), factors, points, lines)
    if ending in RECIPES:
        return Design(cut(path, 200), *made(recipe_of(path)))
    raise ScenarioError(
        [
            Fault(
                f"design={cut(path, 200)}",
                "its ending does not say what it is",
                "a table is a .csv file, a recipe for one a .yaml file",
            )
        ]
    )
