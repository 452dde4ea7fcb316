"""The engine's small operations in both of their forms: numpy calls and compiled loops give the same bytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import worlds_of_all_kinds

import sim
from sim.domain.chance import counters, stream_key
from sim.engine import kernels
from sim.engine.kernels import plain
from sim.engine.simulate import simulate

compiled = pytest.importorskip("sim.engine.kernels.compiled", reason="numba is not installed")
REPO = Path(__file__).resolve().parents[1]
PEOPLE = 400


class Place:
    """A made-up state of a place: some of its people are asked about."""

    def __init__(self, seed: int) -> None:
        r = self.r = np.random.default_rng(seed)
        self.n = int(r.integers(0, 60))
        self.rows = r.permutation(PEOPLE)[: self.n]
        self.key = int(stream_key(seed, 0, "a"))
        self.counters = counters(np.arange(PEOPLE) * 7)
        self.met = r.integers(0, 5, PEOPLE).astype(np.uint16)
        self.live = r.integers(0, 3, PEOPLE).astype(np.int32)
        self.since = r.integers(-400, 30, PEOPLE).astype(np.int32)
        self.u = r.random(self.n)

    def listed(self, in_order_of: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
        """A list of half of the people, a third of whom have left it, with room behind."""
        here = np.setdiff1d(np.arange(PEOPLE), self.rows)
        here = self.r.permutation(here)[: PEOPLE // 2]
        if in_order_of is not None:
            here = here[np.argsort(in_order_of[here])]
        rows, tickets = np.zeros(PEOPLE * 2, np.int64), np.zeros(PEOPLE * 2, np.int32)
        rows[3 : 3 + len(here)] = here
        tickets[3 : 3 + len(here)] = self.live[here] - (self.r.random(len(here)) < 0.3)
        return rows, tickets, (3, 3 + len(here))


def told(form, name: str, given_: list) -> tuple:
    """What an operation returns, and what it has left in the arrays that it was given."""
    mine = [one.copy() if isinstance(one, np.ndarray) else one for one in given_]
    found = getattr(form, name)(*mine)
    return found, mine


def on_list(rows: np.ndarray, tickets: np.ndarray, live: np.ndarray, ends: tuple[int, int]) -> np.ndarray:
    """Who still stands on a list, in order."""
    here = rows[slice(*ends)]
    return here[live[here] == tickets[slice(*ends)]]


def same(one, other) -> bool:
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other) and (one.dtype == other.dtype or one.dtype.kind == other.dtype.kind == "i")
    return one == other


def cases(p: Place) -> dict[str, list[list]]:
    """Operation -> what it is given, some of it twice over."""
    codes = p.r.integers(0, 3, p.n)
    turns = p.r.random(PEOPLE).round(2)  # some are equal
    in_turn = p.rows[np.argsort(turns[p.rows], kind="stable")]
    ratios, facts = 0.5 + p.r.random(5), p.r.integers(0, 5, PEOPLE).astype(np.int8)
    edges = (np.sort(p.r.random((4, 3)), axis=1) / [[1, 1, 1]] + np.arange(4)[:, None]).ravel()
    edges[2::3] = np.arange(1, 5)
    steps = (np.array([0.0, 7.0, 63.0, 200.5]), p.r.random(4))
    usual, share = (float(p.r.random()), 1.0), p.r.random(p.n) * 1.5
    rows, tickets, ends = p.listed()
    ordered = p.listed(turns)
    return {
        "draws": [[p.key, p.counters, p.rows]],
        "draws_at": [[p.key, p.counters, p.rows, p.met[p.rows]], [p.key, p.counters, p.rows, p.rows * 3]],
        "draws_next": [[p.key, p.counters, p.rows, p.met]],
        "choose": [
            [p.u, p.r.integers(0, 4, p.n), p.rows, edges, 3],
            [p.u, np.zeros(0, np.int64), p.rows, edges[:3], 3],
        ],
        "parted": [[p.rows, codes, 3], [p.rows, codes.astype(np.int8), 4]],
        "multiply_by": [[share, ratios, facts, p.rows]],
        "shares_missed": [[p.rows, p.n // 2, p.since, 30, usual, growing] for growing in ((0.0, 0.0), (0.002, 58.8))],
        "who_misses": [[p.u, share * ratios[0], share, off] for off in (0.0, 0.06)],
        "one_less": [[p.rows, p.r.integers(0, 3, PEOPLE).astype(np.int16)]],
        "new_tickets": [[p.rows, p.live]],
        "weigh": [[p.rows, p.since, 30, *steps]],
        "stand_behind": [[rows, tickets, ends[1], p.rows, p.live]],
        "in_order": [[p.rows, p.live[p.rows] - p.r.integers(0, 2, p.n).astype(np.int32), p.live, p.since]],
        "call_first": [[rows, tickets, p.live, ends, n] for n in (0, 5, 40, PEOPLE)],
        "merge_in": [[*ordered[:2], p.live, ordered[2], turns, in_turn]],
    }


def test_every_operation_is_tried():
    assert set(cases(Place(0))) == set(kernels.__all__)


@pytest.mark.parametrize("name", kernels.__all__)
def test_both_forms_give_the_same(name):
    for seed in range(40):
        for given_ in cases(Place(seed))[name]:
            (found, mine), (other, theirs) = (told(form, name, given_) for form in (plain, compiled))
            if name == "call_first":  # one form may close up further back than the other: who is there is the same
                assert same(found[0], other[0]), seed
                end = given_[3][1]
                mine, theirs = on_list(*mine[:3], (found[1], end)), on_list(*theirs[:3], (other[1], end))
            else:
                assert same(found, other), (seed, found, other)
            if name == "merge_in":  # what lies outside of a list is nobody's
                ends = (given_[3][0], found)
                mine, theirs = on_list(*mine[:3], ends), on_list(*theirs[:3], ends)
            assert same(mine, theirs), seed


@settings(max_examples=12)
@given(worlds_of_all_kinds(), st.integers(0, 3))
def test_worlds_are_the_same_in_both_forms(config, replication):
    scenario = sim.from_dict(config)
    told_by = []
    for form in (plain, compiled):
        kernels.take(form)
        try:
            record = simulate(scenario, replication)
        finally:
            kernels.take(plain)
        columns = record.events | record.clinics | record.minutes | record.due
        told_by.append({name: (one.dtype, one.tobytes()) for name, one in columns.items()})
    assert told_by[0] == told_by[1]


@pytest.mark.parametrize(
    ("hidden", "people", "form"), [(True, 10**9, "plain"), (False, 100, "plain"), (False, 10**6, "compiled")]
)
def test_loops_are_compiled_for_large_places_where_numba_is_there(hidden, people, form):
    code = (
        "import sys; from importlib import import_module; from sim.engine import kernels\n"
        f"if {hidden}: sys.modules['numba'] = None\n"
        f"kernels.ready_for({people}); form = import_module('sim.engine.kernels.{form}')\n"
        "assert all(getattr(kernels, name) is getattr(form, name) for name in kernels.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPO, check=True)
