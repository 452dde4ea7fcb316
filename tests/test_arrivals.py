"""How many come on a day: more uneven than Poisson, in batches, at gaps, and people given one by one."""

import numpy as np
import pytest
from scipy.stats import poisson
from worlds import ELSEWHERE_IDS, clinic, made, source, world

import sim
from sim.analysis.exact import arrivals, chain
from sim.domain.people.patients import TRACE_IDS
from sim.domain.words import FACTS

A = {"a": clinic(1000)}
BATCHES = {"1": 0.5, "4": 0.5}


def of_days(kind: str, days: int = 4000, a_day: float = 3.0, **arriving) -> np.ndarray:
    """(days,) people by the door."""
    people = made(world(A, days, a_day=a_day, demand={"arrivals": kind, "arriving": arriving}))
    return np.bincount(people.presented_day, minlength=days)


def faults_of(**demand) -> list[str]:
    """Where the faults of such a demand are."""
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(A, 10, demand=demand))
    return sorted(fault.where for fault in error.value.faults)


# --- days and batches -------------------------------------------------------------------------------------


def test_negative_binomial_days_have_the_mean_and_the_variance_that_is_said():
    counts = of_days("negative_binomial", variance_to_mean_ratio=4.0)
    pmf = arrivals.negative_binomial(3.0, 4.0)
    assert chain.mean_of(pmf) == pytest.approx(3) and chain.variance_of(pmf) == pytest.approx(12)
    assert counts.mean() == pytest.approx(3, abs=4.5 * (12 / 4000) ** 0.5)
    assert (counts == 0).mean() == pytest.approx(pmf[0], abs=4.5 * (pmf[0] * (1 - pmf[0]) / 4000) ** 0.5)
    assert abs(np.corrcoef(counts[1:], counts[:-1])[0, 1]) < 4.5 / 4000**0.5  # days are independent


def test_batches_have_the_distribution_of_their_sizes():
    counts = of_days("batches", batch_shares=BATCHES)
    pmf = arrivals.in_batches(3.0, {1: 0.5, 4: 0.5})
    # 1.2 batches a day; variance 1.2 x E[size^2] = 1.2 x 8.5.
    assert chain.mean_of(pmf) == pytest.approx(3) and chain.variance_of(pmf) == pytest.approx(1.2 * 8.5)
    assert pmf[0] == pytest.approx(np.exp(-1.2))
    assert counts.mean() == pytest.approx(3, abs=4.5 * (10.2 / 4000) ** 0.5)
    for n in range(5):
        assert (counts == n).mean() == pytest.approx(pmf[n], abs=4.5 * (pmf[n] * (1 - pmf[n]) / 4000) ** 0.5)


def test_batches_of_one_are_poisson():
    assert arrivals.in_batches(2.0, {1: 1.0})[:8] == pytest.approx(poisson.pmf(np.arange(8), 2.0))
    counts = of_days("batches", batch_shares={"1": 1.0})
    assert counts.var() == pytest.approx(counts.mean(), rel=0.15)


@pytest.mark.parametrize("shape", [9.0, 1.0, 0.5])
def test_gamma_gaps_have_the_mean_of_every_day_and_the_variance_of_a_renewal_process(shape):
    counts = of_days("gamma_gaps", gap_shape=shape)
    # Over long times the variance of the number is 1 / shape for each person expected.
    by_month = counts[:3990].reshape(-1, 30).sum(1)
    assert counts.mean() == pytest.approx(3, abs=4.5 * (3 / shape / 4000) ** 0.5)
    assert by_month.var() / 90 == pytest.approx(1 / shape, rel=4.5 * (2 / 133) ** 0.5)


def test_the_first_gap_is_what_is_left_of_one():
    # With even gaps of ten days somebody comes on the first day in one run of ten, as on any other.
    first = [
        made(world(A, 10, a_day=0.1, demand={"arrivals": "gamma_gaps", "arriving": {"gap_shape": 10_000.0}}), run)
        for run in range(300)
    ]
    days = np.concatenate([people.presented_day for people in first])
    assert np.bincount(days, minlength=10) == pytest.approx(np.full(10, 30), abs=4.5 * 27**0.5)


def test_indices_and_size_go_with_every_kind_of_arrivals():
    for kind, arriving in (
        ("negative_binomial", {"variance_to_mean_ratio": 2.0}),
        ("gamma_gaps", {"gap_shape": 3.0}),
        ("batches", {"batch_shares": BATCHES}),
    ):
        demand = {"arrivals": kind, "arriving": arriving, "weekday_index": [1, 0, 0, 0, 0, 0, 0]}
        people = made(world(A, 700, a_day=2, demand=demand, place={"scale": 3.0}))
        assert set((people.presented_day % 7).tolist()) == {0}
        assert len(people) == pytest.approx(4200, abs=4.5 * (4200 * 3.5) ** 0.5)


def test_a_stream_of_elsewhere_may_come_in_batches_of_its_own():
    def stream(**more):
        return {"service": "a", "per_1000_a_year": 2 * 365.25, "needs": {"urgent": 1.0}, **more}

    demand = {
        "elsewhere": {
            "ed": stream(arrivals="batches", arriving={"batch_shares": {"5": 1.0}}),
            "gp": stream(),
        }
    }
    people = made(world(A, 500, a_day=1, demand=demand))
    ed, gp = (np.bincount(people.presented_day[people.elsewhere[name]], minlength=500) for name in ("ed", "gp"))
    assert set((ed % 5).tolist()) == {0} and ed.max() >= 5
    assert set(gp.tolist()) == {2}  # as demand has it: fixed


def test_what_arrivals_need_must_be_said_and_nothing_else():
    assert faults_of(arrivals="negative_binomial") == ["demand.arriving.variance_to_mean_ratio"]
    assert faults_of(arrivals="gamma_gaps", arriving={"batch_shares": {"1": 1.0}}) == [
        "demand.arriving.batch_shares",
        "demand.arriving.gap_shape",
    ]
    assert faults_of(arriving={"gap_shape": 2.0}) == ["demand.arriving.gap_shape"]
    assert faults_of(arrivals="batches", arriving={"batch_shares": {"two": 0.5, "3": 0.5}}) == [
        "demand.arriving.batch_shares.two"
    ]
    assert faults_of(arrivals="batches", arriving={"batch_shares": {"2": 0.5, "3": 0.4}}) == [
        "demand.arriving.batch_shares"
    ]
    stream = {"service": "a", "per_1000_a_year": 1, "needs": {"urgent": 1.0}, "arriving": {"gap_shape": 2.0}}
    assert faults_of(elsewhere={"ed": stream}) == ["demand.elsewhere.ed.arriving.gap_shape"]


# --- one by one -------------------------------------------------------------------------------------------

TRACE = {
    "first": {"day": 2, "facts": {"need": "surgery", "region": "knee"}},
    "two": {"date": "2025-01-07", "people": 2, "facts": {"sex": "male"}},
    "late": {"day": 400},
}


def test_people_given_one_by_one_come_on_their_days_with_their_facts():
    people = made(world(A, 10, a_day=0, demand={"trace": TRACE}))
    assert people.presented_day.tolist() == [1, 1, 2]
    assert people.patient_id.tolist() == [TRACE_IDS + 1, TRACE_IDS + 2, TRACE_IDS]
    assert set(people.source.tolist()) == {source("presented")}
    assert people.facts["need"][2] == FACTS["need"].index("surgery")
    assert people.facts["region"][2] == FACTS["region"].index("knee")
    assert people.facts["sex"][:2].tolist() == [FACTS["sex"].index("male")] * 2


def test_people_given_one_by_one_change_nobody_else():
    facts = {"sex": {"shares": {"female": 0.5, "male": 0.5}}}
    alone, among = (
        made(world(A, 30, a_day=2, demand={"arrivals": "poisson", "facts": facts, "trace": trace}))
        for trace in ({}, TRACE)
    )
    others = among.patient_id < TRACE_IDS
    assert (np.diff(among.presented_day) >= 0).all() and (~others).sum() == 3
    assert alone.patient_id.tolist() == among.patient_id[others].tolist()
    assert alone.presented_day.tolist() == among.presented_day[others].tolist()
    assert alone.facts["sex"].tolist() == among.facts["sex"][others].tolist()


def test_a_stream_of_elsewhere_may_be_given_one_by_one():
    stream = {"service": "a", "per_1000_a_year": 365.25, "needs": {"urgent": 1.0}}
    stream["trace"] = {"x": {"day": 1, "facts": {"need": "surgery"}}, "y": {"day": 3}}
    people = made(world(A, 5, a_day=0, demand={"elsewhere": {"ed": stream}}))
    rows = people.elsewhere["ed"]
    assert people.presented_day[rows].tolist() == [0, 1, 1, 2, 3, 3, 4]
    assert (people.patient_id[rows] >= ELSEWHERE_IDS).all()
    needs = [FACTS["need"][code] for code in people.facts["need"][rows]]
    assert needs.count("surgery") == 1 and needs.count("urgent") == 6


def test_a_trace_that_cannot_be_is_refused():
    assert faults_of(trace={"x": {}, "y": {"day": 1, "date": "2025-01-07"}}) == [
        "demand.trace.x.day",
        "demand.trace.y.day",
    ]
    assert faults_of(trace={"x": {"date": "soon"}}) == ["demand.trace.x.date"]
    assert faults_of(trace={"x": {"date": "2024-12-31"}}) == ["demand.trace.x.date"]
    assert faults_of(trace={"x": {"day": 1, "facts": {"need": "surgeon"}}}) == ["demand.trace.x.facts.need"]
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(A, 10, demand={"trace": {"x": {"day": 1}}}, place={"scale": 0.5}))
    assert [fault.where for fault in error.value.faults] == ["place.scale"]
