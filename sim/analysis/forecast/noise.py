"""What published counts are out by beside what rates make of them, and what follows for the rates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.rates import NOISE

USUAL_MONTHS = 5.0
"""A month whose whole list is out by so many times what months usually are has jumped."""
FEWEST_MONTHS = 4
LEAST_JUMP = 0.03
"""No smaller jump than this share of the list is called one."""


@dataclass(frozen=True)
class Residual:
    """One month of a fit: `off` (bands,) published less foretold; `sharp` (bands,) one over what a count is thought to
    be out by; `weight` of the month; `slopes` (bands, numbers fitted); `of_all` (bands,) how the month changes if all
    rates are higher by the same share; `carried` (bands, bands) what people more in a band of the month before, if
    that is fitted too, make in each."""

    off: np.ndarray
    sharp: np.ndarray
    weight: float
    slopes: np.ndarray
    of_all: np.ndarray
    carried: np.ndarray | None

    @property
    def together(self) -> float:
        """How much higher all rates were in the month, as a share."""
        return float(self.of_all @ (self.sharp**2 * self.off) / max(self.of_all @ (self.sharp**2 * self.of_all), 1e-12))

    @property
    def apart(self) -> np.ndarray:
        """(bands,) what else it is out by, of what a count is thought to be."""
        return self.sharp * (self.off - self.of_all * self.together)


@dataclass(frozen=True)
class Noise:
    """Times what a count is thought to be out by: `counted`: as it was counted, which the next month does not keep;
    `lasting`: what joined or left beside the rates. `together`: by what share all rates of a month are higher or lower
    alike."""

    counted: float
    lasting: float
    together: float

    @classmethod
    def of(cls, months: Sequence[Residual], fitted: int) -> "Noise":
        """`fitted`: how many numbers were, beside which the months are judged."""
        weights = np.array([one.weight for one in months])
        apart = np.array([one.apart for one in months])
        cells = weights.sum() * apart.shape[1]
        whole = (weights[:, None] * apart**2).sum() / max(
            cells - fitted * np.average(weights, weights=weights), cells / 2
        )
        kept, of_before = 1.0, 0.0
        pairs = [
            (one.apart, one.sharp * (one.carried @ (before.apart / before.sharp)), before.apart)
            for before, one in zip(months, months[1:])
            if one.carried is not None
        ]
        if pairs:
            carried = sum(float(there @ there) for _, there, _ in pairs)
            kept = carried / max(sum(float(before @ before) for *_, before in pairs), 1e-12)
            of_before = -sum(float(now @ there) for now, there, _ in pairs) / max(carried, 1e-12)
        share = float(np.clip(of_before * (1 + kept), 0, 1))
        moved = np.array([one.together for one in months])
        chance = [whole / max(one.of_all @ (one.sharp**2 * one.of_all), 1e-12) for one in months]
        spread = np.average(moved**2, weights=weights) - np.average(chance, weights=weights)
        return cls(
            float(np.sqrt(share * whole / (1 + kept))),
            float(np.sqrt((1 - share) * whole)),
            float(np.sqrt(max(spread, 0.0))),
        )

    def of_counts(self, people: np.ndarray) -> np.ndarray:
        """The standard deviation of published counts of so many people."""
        return np.hypot(self.counted, self.lasting) * np.sqrt(np.maximum(people, 0) + (NOISE * people) ** 2)

    def covariance(self, months: Sequence[Residual], scale: float, prior: np.ndarray) -> np.ndarray:
        """(numbers fitted, numbers fitted) of least squares with these months, whose errors go together: a count that
        is too high has too many leave in the month after. `prior`: rows that stood beside the months."""
        by = [one.weight / scale**2 * one.slopes.T * one.sharp**2 for one in months]
        bread = sum(left @ one.slopes for left, one in zip(by, months)) + prior.T @ prior
        filling = np.zeros_like(bread)
        for m, (left, one) in enumerate(zip(by, months)):
            own = np.diag((self.counted**2 + self.lasting**2) / one.sharp**2)
            own += self.together**2 * np.outer(one.of_all, one.of_all)
            if one.carried is not None:
                brought = one.carried * (self.counted**2 / months[m - 1].sharp ** 2)
                own += brought @ one.carried.T
                cross = -left @ brought @ by[m - 1].T
                filling = filling + cross + cross.T
            filling = filling + left @ own @ left.T
        inverse = np.linalg.pinv(bread)
        return inverse @ filling @ inverse


def level_of(foretold: np.ndarray, off: np.ndarray) -> float:
    """By what share the whole list of a month is out."""
    return float(off.sum() / max(foretold.sum(), 1.0))


def odd(levels: Sequence[float], kept: np.ndarray) -> list[int]:
    """Places of the months whose list jumped: out by far more than months usually are; one at most, the largest."""
    levels = np.where(kept, levels, 0.0)
    if kept.sum() <= FEWEST_MONTHS:
        return []
    usual = np.median(abs(levels[kept] - np.median(levels[kept]))) * 1.4826
    far = abs(levels - np.median(levels[kept]))
    at = int(far.argmax())
    return [at] if far[at] > max(USUAL_MONTHS * usual, LEAST_JUMP) else []
