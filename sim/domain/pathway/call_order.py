"""Who of a list is called next: who came first, who has most points, or by chance that goes with the time waited."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.by_weeks import faults_of_steps
from sim.domain.faults import Fault
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order

CallOrder = Literal["first_come", "points", "by_weeks_waited"]
Chances = dict[str, Annotated[float, Ge(0), Le(1_000_000)]]
"""Weeks waited from which it holds -> the chance of being called, beside others'."""


def faults_of_order(
    where: str, order: CallOrder | None, chances: Chances, classes: dict[str, PriorityClass]
) -> Iterator[Fault]:
    """What is wrong with the order in which a clinic calls people."""
    key = f"{where}.called_by_weeks_waited"
    if order == "by_weeks_waited":
        if not chances:
            yield Fault(key, "is missing", 'relative chances of being called, as {"0": 3, "4": 1}')
        elif not any(chances.values()):
            yield Fault(key, "calls nobody", "a chance above 0")
    elif chances:
        yield Fault(key, "says nothing: the order is another", "order: by_weeks_waited, or leave it out ({} on a date)")
    yield from faults_of_steps(key, chances)
    pointed = any(one.points_per_week for one in classes.values())
    if order == "points" and not pointed:
        yield Fault(f"{where}.order", "is by points, and no class has points_per_week", "points_per_week in a class")
    if order in ("first_come", "by_weeks_waited") and pointed:
        yield Fault(f"{where}.order", "is not by points, and a class has points_per_week", "points, or leave them out")
    yield from _faults_of_chances(where, order, in_class_order(classes))
    early = [label for label, one in classes.items() if one.slots_released_days_before]
    if order == "by_weeks_waited" and early:
        yield Fault(
            f"{where}.priority.{early[0]}.slots_released_days_before",
            "has no meaning beside order: by_weeks_waited, which books nobody before the day",
            "0 (released on the day), or leave it out",
        )


def _faults_of_chances(where: str, order: CallOrder | None, classes: Mapping[str, PriorityClass]) -> Iterator[Fault]:
    """Classes that are drawn together: two or more, one after another, of a list that is drawn."""
    given = [label for label, one in classes.items() if one.chance is not None]
    if not given:
        return
    here = f"{where}.priority.{given[0]}.chance"
    if order != "by_weeks_waited":
        yield Fault(here, "says nothing: nobody is drawn", "order: by_weeks_waited, or leave it out")
    elif len(given) == 1:
        yield Fault(here, "says nothing: no other class has one", "a chance for those drawn with it, or leave it out")
    if len([True for drawn, _ in groupby(one.chance is not None for one in classes.values()) if drawn]) > 1:
        yield Fault(
            f"{where}.priority",
            "has a class without chance between classes with one",
            "classes with a chance one after another (the class without when is last)",
        )
    apart = [label for label in given if classes[label].slots_share is not None]
    if apart:
        yield Fault(
            f"{where}.priority.{apart[0]}.chance",
            "stands beside slots_share: lists kept apart are not drawn together",
            "one of the two",
        )
