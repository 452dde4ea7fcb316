"""Of those who leave a list, who leaves with a published stop: exits come from the lists, stops only divide them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from sim.analysis.flows.month import ListMonth, band_of
from sim.analysis.flows.passage import Passage, exposure


@dataclass(frozen=True)
class StopsOf:
    """The stops of a month beside its cohorts at steps so fine that each lies within one step and one band.

    `step`, `band`: (fine steps,) those in which each lies; `stops`: (bands,) published, by days waited at the stop;
    `sharp`: (bands,) one over their standard deviation.
    """

    fine: Passage
    step: np.ndarray
    band: np.ndarray
    stops: np.ndarray
    sharp: np.ndarray

    @classmethod
    def of(cls, month: ListMonth, passage: Passage, steps: np.ndarray, sharp: np.ndarray) -> "StopsOf":
        days = np.union1d(steps, np.floor(month.edges[1:]) + 1)
        fine = Passage(passage.before, passage.joining, exposure(month.working, days))
        step = steps.searchsorted(days, "right") - 1
        return cls(fine, step, band_of(month.edges)[np.ceil(days).astype(int)], month.stops, sharp)

    def table(self, leaving: np.ndarray, starts: float) -> np.ndarray:
        """(bands, steps) people who leave in the month in each band, by the step in which they do."""
        table = np.zeros((len(self.stops), len(leaving)))
        np.add.at(table, (self.band, self.step), self.fine.left(starts, leaving[self.step]))
        return table


def shares_stopped(
    months: Sequence[StopsOf], leaving: np.ndarray, starts: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """(steps,) the share of those who leave who do so with a stop, by least squares on the stops of months that each
    weigh so much. A share of 1 may hide that more stops are published than left the list."""
    sharp = [one.sharp * np.sqrt(weight) for one, weight in zip(months, weights)]
    rows = [one.table(leaving, come) * s[:, None] for one, come, s in zip(months, starts, sharp)]
    wanted = [one.stops * s for one, s in zip(months, sharp)]
    return optimize.lsq_linear(np.vstack(rows), np.concatenate(wanted), (0, 1)).x
