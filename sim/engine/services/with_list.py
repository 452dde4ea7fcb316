"""Services that call people for a first visit from a list of their own."""

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.services.new_list import NewList
from sim.engine.services.service import Service

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.kind import ServiceSettings


class WithList(Service):
    """`new`: the list for first visits, which a kind makes from its own settings."""

    new: NewList

    def queue(self, rows: np.ndarray, ready: int) -> None:
        self.new.expect_after_notice(int(self.world.env.now), ready, rows)

    def queue_at_start(self, rows: np.ndarray, days: np.ndarray) -> None:
        self.new.expect_from_start(rows, days)

    def change(self, settings: "ServiceSettings") -> None:
        super().change(settings)
        self.new.change(settings)

    def asked_again(self, rows: np.ndarray) -> None:
        self.new.asked_again(rows)
