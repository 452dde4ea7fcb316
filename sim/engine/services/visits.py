"""Visits that somebody walks in for, and what happens to many of them on a day, carried out together."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.domain.pathway.kinds.drop_in import DropInSettings
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.ways import places_of
from sim.engine.moments import day_of

if TYPE_CHECKING:
    from sim.engine.services.service import Service
    from sim.engine.today import Today
    from sim.engine.world import World


class Visit(NamedTuple):
    """Who comes, with the ticket that they have, and what is drawn for the visit; times are in days."""

    row: int
    ticket: int
    priority: int
    length: float
    patience: float


def at_once(world: "World", rules: Rules) -> bool:
    """Whether people must go on by these rules at the very moment: to another place where minutes matter, or where it
    depends on the state of the system, which others change."""
    services = world.pathway.services
    on_foot = any(isinstance(services.get(place), DropInSettings) for place in places_of(rules))
    return on_foot or any(
        rule.only_while is not None
        for one in services.values()
        if isinstance(one, DropInSettings)
        for some in one.rule_maps().values()
        for rule in some.values()
    )


class Gathering:
    """People to whom the same happens at a service, each at their moment.

    `carry_out`: (rows, day) -> what it means; `at_once`: with nobody else; `after`: what has to be carried out before.
    """

    def __init__(
        self,
        service: "Service",
        what: Callable[[np.ndarray, int], None],
        at_once: bool = False,
        after: "Gathering | None" = None,
    ) -> None:
        self._service, self._what, self._at_once, self._after = service, what, at_once, after
        self._people: list[tuple[int, int, float]] = []  # row, number of what happened, when

    def add(self, visit: Visit, today: "Today") -> None:
        """It happens to somebody now."""
        self._people.append((visit.row, today.next_number(), today.now))
        if self._at_once:
            self.carry_out()

    def carry_out(self) -> None:
        """For all to whom it has happened: it was on one day."""
        if not self._people:
            return
        if self._after is not None:
            self._after.carry_out()
        rows, numbers, moments = map(np.array, zip(*self._people, strict=True))
        self._people = []
        service, day = self._service, day_of(float(moments[0]))
        if day < service.horizon:
            with service.world.today.noting(service.code, rows, numbers, moments - day):
                self._what(rows, day)
