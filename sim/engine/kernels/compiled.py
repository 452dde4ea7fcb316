"""The small operations as loops, compiled: what each does is said in `plain`, and no line of it may round otherwise.

Logarithms are not for loops: numpy's may differ from a compiler's in the last bit.
"""

import numpy as np

from sim.engine.kernels.compiler import compiled
from sim.engine.kernels.plain import ALMOST_ONE

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 2.0**-53
ONE = np.uint16(1)
ROW = np.int64(2**32 - 1)


@compiled("f8(u8)", inline=True)
def _mixed(x: np.uint64) -> float:
    """The draw of a counter (`sim.domain.chance`)."""
    x ^= x >> S30
    x *= MIX_1
    x ^= x >> S27
    x *= MIX_2
    x ^= x >> S31
    return (x >> S11) * UNIT


@compiled("f8[::1](u8, u8[::1], i8[:])")
def draws(key: int, counters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows))
    for i in range(len(rows)):
        found[i] = _mixed(counters[rows[i]] + key)
    return found


@compiled("f8[::1](u8, u8[::1], i8[:], u2[:])", "f8[::1](u8, u8[::1], i8[:], i8[:])")
def draws_at(key: int, counters: np.ndarray, rows: np.ndarray, occasions: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows))
    for i in range(len(rows)):
        found[i] = _mixed(counters[rows[i]] + key + GOLDEN * np.uint64(occasions[i]))
    return found


@compiled("f8[::1](u8, u8[::1], i8[:], u2[::1])")
def draws_next(key: int, counters: np.ndarray, rows: np.ndarray, met: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows))
    for i in range(len(rows)):
        row = rows[i]
        found[i] = _mixed(counters[row] + key + GOLDEN * np.uint64(met[row]))
        met[row] += ONE
    return found


@compiled("Tuple((i8[::1], i8[::1], i8[::1]))(f8[:], i8[:], i8[:], f8[::1], i8)")
def choose(
    u: np.ndarray, combinations: np.ndarray, rows: np.ndarray, cumulative: np.ndarray, places: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = len(rows)
    cells = np.empty(n, np.int64)
    counts = np.zeros(places, np.int64)
    for i in range(n):
        at = min(u[i], ALMOST_ONE)
        if len(combinations) > 0:
            at += combinations[i]
        low, high = 0, len(cumulative)
        while low < high:
            middle = (low + high) >> 1
            if at < cumulative[middle]:
                high = middle
            else:
                low = middle + 1
        cells[i] = low
        counts[low % places] += 1
    start = np.zeros(places, np.int64)
    for place in range(1, places):
        start[place] = start[place - 1] + counts[place - 1]
    by_place, their_cells = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        place = cells[i] % places
        at_place = start[place]
        by_place[at_place], their_cells[at_place] = rows[i], cells[i]
        start[place] = at_place + 1
    return by_place, their_cells, counts


@compiled("Tuple((i8[::1], i8[::1]))(i8[:], i1[:], i8)", "Tuple((i8[::1], i8[::1]))(i8[:], i8[:], i8)")
def parted(rows: np.ndarray, codes: np.ndarray, kinds: int) -> tuple[np.ndarray, np.ndarray]:
    counts, start = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    for code in codes:
        counts[code] += 1
    for kind in range(1, kinds):
        start[kind] = start[kind - 1] + counts[kind - 1]
    found = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        code = codes[i]
        found[start[code]] = rows[i]
        start[code] += 1
    return found, counts


@compiled("void(f8[:], f8[:], i1[:], i8[:])")
def multiply_by(share: np.ndarray, ratios: np.ndarray, facts: np.ndarray, rows: np.ndarray) -> None:
    for i in range(len(rows)):
        share[i] *= ratios[facts[rows[i]]]


@compiled("f8[::1](i8[:], i8, i4[::1], i8, UniTuple(f8, 2), UniTuple(f8, 2))")
def shares_missed(
    rows: np.ndarray, n_new: int, since: np.ndarray, day: int, usual: tuple[float, float], growing: tuple[float, float]
) -> np.ndarray:
    share = np.empty(len(rows))
    for i in range(len(rows)):
        share[i] = usual[0] if i < n_new else usual[1]
        if i < n_new and growing[0] != 0.0:
            beyond = (day - since[rows[i]]) - growing[1]
            share[i] = max(share[i] + growing[0] * beyond, 0.0)
    return share


@compiled("Tuple((b1[::1], b1[::1]))(f8[:], f8[:], f8[:], f8)")
def who_misses(u: np.ndarray, share: np.ndarray, of_all: np.ndarray, off: float) -> tuple[np.ndarray, np.ndarray]:
    gone, called_off = np.empty(len(u), np.bool_), np.empty(len(u), np.bool_)
    for i in range(len(u)):
        one = 1.0 if of_all[i] >= 1.0 else min(share[i], 1.0)
        one *= 1.0 - off
        gone[i] = u[i] < one
        called_off[i] = not gone[i] and u[i] < one + off
    return gone, called_off


@compiled("b1[::1](i8[:], i2[::1])")
def one_less(rows: np.ndarray, remaining: np.ndarray) -> np.ndarray:
    more = np.empty(len(rows), np.bool_)
    for i in range(len(rows)):
        remaining[rows[i]] -= np.int16(1)
        more[i] = remaining[rows[i]] > 0
    return more


@compiled("void(i8[:], i4[::1])")
def new_tickets(rows: np.ndarray, live: np.ndarray) -> None:
    for row in rows:
        live[row] += np.int32(1)


@compiled("f8[::1](i8[:], i4[::1], i8, f8[::1], f8[::1])")
def weigh(rows: np.ndarray, since: np.ndarray, day: int, days: np.ndarray, values: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows))
    for i in range(len(rows)):
        waited, step = day - since[rows[i]], 0
        while step + 1 < len(days) and days[step + 1] <= waited:
            step += 1
        found[i] = values[step]
    return found


@compiled("void(i8[::1], i4[::1], i8, i8[:], i4[::1])")
def stand_behind(
    list_rows: np.ndarray, list_tickets: np.ndarray, tail: int, rows: np.ndarray, live: np.ndarray
) -> None:
    for i in range(len(rows)):
        list_rows[tail + i] = rows[i]
        list_tickets[tail + i] = live[rows[i]]


@compiled("Tuple((i8[::1], i8))(i8[::1], i4[::1], i4[::1], UniTuple(i8, 2), i8)")
def call_first(
    list_rows: np.ndarray, list_tickets: np.ndarray, live: np.ndarray, ends: tuple[int, int], n: int
) -> tuple[np.ndarray, int]:
    head, tail = ends
    found = np.empty(min(n, tail - head), np.int64)
    here, at = 0, head
    while at < tail and here < n:
        row = list_rows[at]
        if live[row] == list_tickets[at]:
            found[here] = row
            here += 1
        at += 1
    if here < at - head:
        head = at - here
        for i in range(here):
            list_rows[head + i] = found[i]
            list_tickets[head + i] = live[found[i]]
    return found[:here], head


@compiled("i8(i8[::1], i4[::1], i4[::1], UniTuple(i8, 2), f8[::1], i8[:])")
def merge_in(
    list_rows: np.ndarray,
    list_tickets: np.ndarray,
    live: np.ndarray,
    ends: tuple[int, int],
    turns: np.ndarray,
    rows: np.ndarray,
) -> int:
    head, tail = ends
    last = head
    for at in range(head, tail):
        row, ticket = list_rows[at], list_tickets[at]
        if live[row] == ticket:
            list_rows[last], list_tickets[last] = row, ticket
            last += 1
    end = last + len(rows)
    at, old, new = end - 1, last - 1, len(rows) - 1
    while new >= 0:
        row = rows[new]
        if old >= head and turns[list_rows[old]] > turns[row]:
            list_rows[at], list_tickets[at] = list_rows[old], list_tickets[old]
            old -= 1
        else:
            list_rows[at], list_tickets[at] = row, live[row]
            new -= 1
        at -= 1
    return end


@compiled("i8[::1](i8[:], i4[:], i4[::1], i4[::1])")
def _packed(rows: np.ndarray, tickets: np.ndarray, live: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Since when and who in one number, of those who still have their ticket."""
    found = np.empty(len(rows), np.int64)
    here = 0
    for i in range(len(rows)):
        row = rows[i]
        if live[row] == tickets[i]:
            found[here] = (np.int64(since[row]) << 32) | row
            here += 1
    return found[:here]


def in_order(rows: np.ndarray, tickets: np.ndarray, live: np.ndarray, since: np.ndarray) -> np.ndarray:
    packed = _packed(rows, tickets, live, since)
    packed.sort()
    packed &= ROW
    return packed
