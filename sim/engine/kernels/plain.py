"""The small operations as numpy calls. `rows` (n,) int64 are people; columns of everybody's are (patients,)."""

import numpy as np

from sim.domain.chance import drawn

_ONE = np.array(1, np.uint16)
ALMOST_ONE = 1 - 1e-10
"""What is drawn is below 1, also where it is added to the number of a combination."""


def draws(key: int, counters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(n,) uniform draws in [0, 1): of each person's first occasion, or of that which `key` is moved on to."""
    return drawn(np.array(key, np.uint64), counters[rows])


def draws_at(key: int, counters: np.ndarray, rows: np.ndarray, occasions: np.ndarray) -> np.ndarray:
    """(n,) uniform draws of each person's occasion (n,)."""
    return drawn(np.array(key, np.uint64), counters[rows], occasions)


def draws_next(key: int, counters: np.ndarray, rows: np.ndarray, met: np.ndarray) -> np.ndarray:
    """(n,) uniform draws of the occasion that `met` (patients,) has come to, which is counted."""
    occasions = met[rows]
    met[rows] = occasions + _ONE
    return drawn(np.array(key, np.uint64), counters[rows], occasions)


def choose(
    u: np.ndarray, combinations: np.ndarray, rows: np.ndarray, cumulative: np.ndarray, places: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where people go: rows by place, each place in the order given, their cells (n,), and how many go to each
    (places,).

    `u`: a draw each; `combinations` (n,) or (0,) where nobody differs: of facts, which with the place make a cell.
    """
    u = np.minimum(u, ALMOST_ONE)
    cells = cumulative.searchsorted(combinations + u if len(combinations) else u, "right")
    chosen = cells % places
    order = chosen.argsort(kind="stable")
    return rows[order], cells[order], np.bincount(chosen, minlength=places)


def parted(rows: np.ndarray, codes: np.ndarray, kinds: int) -> tuple[np.ndarray, np.ndarray]:
    """People by the `codes` (n,) of what they are, each kind in the order given; and how many are of each (kinds,)."""
    return rows[codes.argsort(kind="stable")], np.bincount(codes, minlength=kinds)


def multiply_by(share: np.ndarray, ratios: np.ndarray, facts: np.ndarray, rows: np.ndarray) -> None:
    """Each person's `share` (n,) times the ratio of their word of a fact (patients,)."""
    share *= ratios.take(facts[rows])


def shares_missed(
    rows: np.ndarray, n_new: int, since: np.ndarray, day: int, usual: tuple[float, float], growing: tuple[float, float]
) -> np.ndarray:
    """(n,) share of those booked who miss, the first `n_new` for a first visit.

    `usual`: of first visits, and of follow-ups; `growing`: what a day of the wait for a first visit adds, beyond so
    many days.
    """
    share = np.full(len(rows), usual[1])
    share[:n_new] = usual[0]
    if growing[0]:
        beyond = day - since[rows[:n_new]] - growing[1]
        share[:n_new] = np.maximum(share[:n_new] + growing[0] * beyond, 0.0)
    return share


def who_misses(u: np.ndarray, share: np.ndarray, of_all: np.ndarray, off: float) -> tuple[np.ndarray, np.ndarray]:
    """(n,) bool who misses, and who cancels late, of whom a share of `off` does.

    `u`: a draw each; `share`: who misses, by what people are; `of_all`: of people like them and others; 1 is everybody.
    """
    share = np.where(of_all >= 1.0, 1.0, np.minimum(share, 1.0))
    share *= 1 - off  # who cancels is not there to be missed
    gone = u < share
    return gone, ~gone & (u < share + off)


def one_less(rows: np.ndarray, remaining: np.ndarray) -> np.ndarray:
    """One visit less remains of each course, a column of everybody's (patients,); (n,) bool where some are left."""
    left = remaining[rows] - np.int16(1)
    remaining[rows] = left
    found: np.ndarray = left > 0
    return found


def new_tickets(rows: np.ndarray, live: np.ndarray) -> None:
    """People leave a list: the ticket that they had there is nobody's any more."""
    live[rows] += np.int32(1)


def weigh(rows: np.ndarray, since: np.ndarray, day: int, days: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n,) what people weigh on `day` by the days that they have waited: `values` (k,) from each of `days` (k,) on."""
    found: np.ndarray = values[np.maximum(days.searchsorted(day - since[rows], "right") - 1, 0)]
    return found


# --- lists ---------------------------------------------------------------------------------------------------


def stand_behind(
    list_rows: np.ndarray, list_tickets: np.ndarray, tail: int, rows: np.ndarray, live: np.ndarray
) -> None:
    """People stand at the back of a list, from place `tail` on, with the ticket that each has now."""
    end = tail + len(rows)
    list_rows[tail:end] = rows
    list_tickets[tail:end] = live[rows]


def call_first(
    list_rows: np.ndarray, list_tickets: np.ndarray, live: np.ndarray, ends: tuple[int, int], n: int
) -> tuple[np.ndarray, int]:
    """The first `n` of a list who are still there, or as many as there are, and where it begins now.

    `ends`: where it begins and ends. It closes up over those who left: each gap is paid for once.
    """
    head, tail = ends
    width = n
    while True:
        end = min(head + width, tail)
        rows, tickets = list_rows[head:end], list_tickets[head:end]
        here = live[rows] == tickets
        if np.count_nonzero(here) < len(here):
            rows, tickets = rows[here], tickets[here]
            head = end - len(rows)
            list_rows[head:end] = rows
            list_tickets[head:end] = tickets
        if len(rows) >= n or end == tail:
            return rows[:n].copy(), head
        width = 2 * width + 64


def merge_in(
    list_rows: np.ndarray,
    list_tickets: np.ndarray,
    live: np.ndarray,
    ends: tuple[int, int],
    turns: np.ndarray,
    rows: np.ndarray,
) -> int:
    """People take their place in a list that is in the order of `turns` (patients,), behind others with the same turn.

    `rows` are in that order too, and there is room for them. Who has left the list goes. Returns where it ends now.
    """
    head, tail = ends
    here = list_rows[head:tail]
    here = here[live[here] == list_tickets[head:tail]]
    everyone = np.insert(here, turns[here].searchsorted(turns[rows], "right"), rows)
    end = head + len(everyone)
    list_rows[head:end] = everyone
    list_tickets[head:end] = live[everyone]
    return end


def in_order(rows: np.ndarray, tickets: np.ndarray, live: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Those who still have the ticket (n,) that they had, by how long they have waited and who presented first."""
    rows = rows[live[rows] == tickets]
    found: np.ndarray = rows[np.lexsort((rows, since[rows]))]
    return found
