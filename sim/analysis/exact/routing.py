"""Chains of services: how often each is visited, where people end, how long they are inside.

`moves` (services, services): chance that a visit to the row's service is followed by one to the column's;
what is missing from a row's sum leaves the pathway.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.exact import slots as daily

Table = NDArray[np.float64]


def visits(moves: ArrayLike, entries: ArrayLike) -> Table:
    """(services,) visits a day: v = entries + P' v (traffic equations, Jackson 1957, Oper. Res. 5).

    `entries` (services,): people a day who begin at each service, or chances: then visits a person.
    """
    moves = _checked(moves)
    return np.linalg.solve(np.eye(len(moves)) - moves.T, np.asarray(entries, float))


def visits_from(moves: ArrayLike) -> Table:
    """(services, services) expected visits to the column's by a person who begins at the row's.

    The fundamental matrix (I - P)^-1 (Kemeny and Snell 1960, Finite Markov Chains, ch. 3).
    """
    moves = _checked(moves)
    return np.linalg.inv(np.eye(len(moves)) - moves)


def visit_variance(moves: ArrayLike) -> Table:
    """(services, services) variance of that number: N (2 diag N - I) - N squared (Kemeny and Snell)."""
    expected = visits_from(moves)
    return expected @ (2 * np.diag(np.diag(expected)) - np.eye(len(expected))) - expected**2


def ends(moves: ArrayLike, exits: ArrayLike) -> Table:
    """(services, endings) chance of each ending for a person who begins at the row's service: N R.

    `exits` (services, endings): chance that a visit is followed by that ending; with `moves` rows add to 1.
    """
    moves, exits = _checked(moves), np.asarray(exits, float)
    if not np.allclose(moves.sum(axis=1) + exits.sum(axis=1), 1.0, atol=1e-9):
        raise ValueError("moves and exits of a service must add to 1")
    return visits_from(moves) @ exits


def days_inside(moves: ArrayLike, days: ArrayLike) -> Table:
    """(services,) mean days in the pathway from beginning at each service; `days` (services,) mean of a visit."""
    return visits_from(moves) @ np.asarray(days, float)


def second_service_wait(rate: float, share: float, slots: int) -> float:
    """Mean days from referral to being seen at a service fed by one that never keeps anybody waiting.

    Its referrals are Poisson(rate share) a day (thinning) and can be seen from the next clinic day: 1 + the
    wait of a daily list.
    """
    return daily.mean_wait(rate * share, slots, notice=1)


def _checked(moves: ArrayLike) -> Table:
    moves = np.asarray(moves, float)
    if (moves < 0).any() or (moves.sum(axis=1) > 1 + 1e-9).any():
        raise ValueError("chances of moving must be 0 or more and add to 1 at most")
    if max(abs(np.linalg.eigvals(moves))) > 1 - 1e-12:
        raise ValueError("a cycle with no way out")
    return moves
