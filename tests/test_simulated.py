"""When a process that simulates many small places takes the compiled form."""

import pytest
from worlds import clinic, world

import sim
from sim.app.running.simulated import Simulated
from sim.app.running.work import Task, replicate
from sim.engine import kernels
from sim.engine.kernels import plain

compiled = pytest.importorskip("sim.engine.kernels.compiled", exc_type=ImportError)


def test_a_process_that_has_run_several_takes_the_compiled_form(monkeypatch):
    kernels.take(plain)
    monkeypatch.setattr(Simulated, "days", 0)
    monkeypatch.setattr(Simulated, "many", 90)  # two clinics for a month and a half
    scenario = sim.from_dict(world({"a": clinic(3), "b": clinic(3)}, 30))
    said = []
    try:
        for replication in (0, 1, 2, 0):
            said.append((kernels.draws is compiled.draws, replicate(Task((scenario,), replication))))
        assert kernels.draws is compiled.draws
    finally:
        kernels.take(plain)
    assert [form for form, _ in said] == [False, False, False, True]
    first, last = (one[scenario.name] for _, one in (said[0], said[3]))
    assert first.kpis == last.kpis
