"""Lengths about their mean: each spread against its own distribution, kinds of visit, and what is refused."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from worlds import PHYSIO, clinic, delay, lived, people, staffed, world

import sim
from sim import ScenarioError
from sim.app.studies.load import loads
from sim.domain.chance import Chance
from sim.domain.lengths import Lengths
from sim.engine.lengths import drawn
from sim.engine.stays import Stays

N = 20_000
U = (np.arange(N) + 0.5) / N  # every quantile once
EACH = {
    "exponential": (Lengths("exponential"), stats.expon()),
    "gamma": (Lengths("gamma", 1.3), stats.gamma(1 / 1.69, scale=1.69)),
    "uniform": (Lengths("uniform", between=(5, 25)), stats.uniform(5 / 15, 20 / 15)),
    "triangular": (Lengths("triangular", between=(1, 2, 9)), stats.triang(1 / 8, 1 / 4, 8 / 4)),
    "at_an_end": (Lengths("triangular", between=(3, 3, 9)), stats.triang(0, 3 / 5, 6 / 5)),
    "table": (Lengths(shares={"5": 0.7, "20": 0.3}), None),
}


def quantiles(lengths: Lengths, u=U) -> np.ndarray:
    return drawn(lengths, len(u), lambda what: u)


@pytest.mark.parametrize("lengths, exact", EACH.values(), ids=EACH)
def test_lengths_are_the_quantiles_of_their_distribution_and_have_a_mean_of_one(lengths, exact):
    found = quantiles(lengths)
    assert lengths.vary and found.mean() == pytest.approx(1, abs=2e-3)
    if exact is None:
        np.testing.assert_allclose(found, np.where(U < 0.7, 5, 20) / 9.5)
    else:
        assert exact.mean() == pytest.approx(1)
        np.testing.assert_allclose(found, exact.ppf(U), rtol=1e-9)
    assert np.isfinite(quantiles(lengths, np.array([0.0, 1 - 2**-53]))).all()


def test_kinds_and_a_spread_are_a_mixture():
    draws = {"length": np.array([0.5, 0.5]), "length_kind": np.array([0.1, 0.9])}
    mixed = Lengths("exponential", shares={"2": 0.75, "10": 0.25})
    np.testing.assert_allclose(drawn(mixed, 2, draws.get), np.log(2) * np.array([2, 10]) / 4)
    assert not Lengths().vary and drawn(Lengths(), 3, draws.get).tolist() == [1, 1, 1]


def test_a_clinic_sees_whom_its_minutes_hold():
    config = clinic(4, length_shares={"1": 0.5, "3": 0.5})
    run = lived(world({"gp": config}, 20), people([0] * 12))
    slots = np.cumsum(np.where(Chance(7, 0).uniforms("gp.length_kind", np.arange(1, 13), 0) < 0.5, 0.5, 1.5))
    assert run.seen("gp") == {who: int(np.ceil(end / 4)) - 1 for who, end in enumerate(slots, 1)}


@pytest.mark.parametrize(
    "shape", [{"spread": "uniform", "length_range": [1, 3]}, {"length_shares": {"1": 0.5, "3": 0.5}}]
)
def test_stays_of_a_delay_are_rounded_to_whole_days(shape):
    run = lived(world({"home": delay(6, **shape)}, 30), people([0] * 400))
    u = Chance(7, 0).uniforms("home.days", np.arange(1, 401), 0)
    # From 3 to 9 evenly, a part of a day being a day for so many: half as many of 3 and of 9 as of each between.
    stays = np.floor(3.5 + 6 * u) if "spread" in shape else np.where(u < 0.5, 3, 9)
    assert run.days("resolved") == {who: [int(stay)] for who, stay in enumerate(stays, 1)}


def of_a_mean(distribution, mean: float):
    return lambda x: distribution.sf(x / mean)


@pytest.mark.parametrize("days", [1.0, 1.3, 6.25, 40.0])
@pytest.mark.parametrize(
    "lengths, exact", [*EACH.values(), (Lengths("lognormal", 0.8), None)], ids=[*EACH, "lognormal"]
)
def test_stays_have_the_mean_that_is_said(lengths, exact, days):
    stays = Stays(lengths, days)
    assert stays.longer[0] == 1 and stays.longer[-1] == 0 and (np.diff(stays.longer) <= 0).all()
    assert stays.longer.sum() == pytest.approx(days, rel=1e-8)
    assert stays.drawn(U).mean() == pytest.approx(days, rel=3e-3) and stays.drawn(U).min() >= 1


@pytest.mark.parametrize("name", ["gamma", "uniform", "triangular", "at_an_end"])
def test_a_part_of_a_day_is_a_day_for_so_many(name):
    lengths, exact = EACH[name]
    longer = Stays(lengths, 40.0).longer
    shrunk = 40.0 if lengths.between else None
    if shrunk is not None:  # nobody stays less than a day
        expected = [quad(of_a_mean(exact, 40.0), day, day + 1)[0] for day in range(len(longer) - 1)]
        np.testing.assert_allclose(longer[:-1], expected, atol=1e-9)
    u = (np.arange(400) + 0.5) / 400
    left = Stays(lengths, 40.0).left(u)
    np.testing.assert_allclose(left.mean(), longer @ np.arange(len(longer)) / 40.0, rtol=3e-3)


def test_exponential_stays_end_each_day_with_the_same_chance_also_of_several_kinds():
    stays = Stays(Lengths("exponential"), 12.0)
    np.testing.assert_allclose(stays.longer[:50], (11 / 12) ** np.arange(50))
    left, u = stays.left(U), np.roll(U, N // 3)
    np.testing.assert_array_equal(left, stays.drawn(U) - 1)  # what is left is as if new
    assert (stays.whole(left, u) > left).all() and (stays.whole(left, u) - left).mean() == pytest.approx(12, rel=0.01)
    mixed = Stays(Lengths("exponential", shares={"2": 0.75, "10": 0.25}), 12.0)
    np.testing.assert_allclose(mixed.longer[:9], 0.75 * (5 / 6) ** np.arange(9) + 0.25 * (29 / 30) ** np.arange(9))


@pytest.mark.parametrize(
    "settings, key, what",
    [
        ({"spread": "gamma"}, "length_cv", "is missing, and spread: gamma asks for it"),
        ({"spread": "uniform", "length_cv": 0.4, "length_range": [1, 2]}, "length_cv", "says nothing without"),
        ({"spread": "uniform"}, "length_range", "is not 2 lengths"),
        ({"spread": "triangular", "length_range": [1, 2]}, "length_range", "is not 3 lengths"),
        ({"spread": "triangular", "length_range": [1, 5, 2]}, "length_range", "does not go from the shortest"),
        ({"spread": "uniform", "length_range": [2, 2]}, "length_range", "does not go from the shortest"),
        ({"spread": "exponential", "length_range": [1, 2]}, "length_range", "says nothing without"),
        ({"length_shares": {"5": 0.7, "9": 0.2}}, "length_shares", "the shares add to 0.9"),
        ({"length_shares": {"0": 0.7, "9": 0.3}}, "length_shares.0", "is not a length above 0"),
        ({"length_shares": {"nan": 1.0}}, "length_shares.nan", "is not a length above 0"),
    ],
)
@pytest.mark.parametrize("kind", [clinic(5), delay(3)], ids=["clinic", "delay"])
def test_what_a_spread_lacks_or_does_not_use_is_refused(kind, settings, key, what):
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict(world({"gp": kind | settings}))
    [fault] = caught.value.faults
    assert fault.where == f"pathway.services.gp.{key}" and fault.what.startswith(what)


def test_check_counts_first_visits_by_the_minutes_of_their_class():
    """Four people a day, eight in ten of them over 75 with visits of 90 minutes, the others with 30."""
    old = {"when": {"age_band": ["75+"]}, "minutes": 90}
    settings = staffed("physio", new_minutes=60, priority={"old": old, "others": {"minutes": 30}})
    demand = {"facts": {"age_band": {"shares": {"18-44": 0.2, "75+": 0.8}}}}
    config = world({"a": settings}, 365, a_day=4, workforce={"physio": PHYSIO}, demand=demand)
    (row,), _ = loads(sim.from_dict(config))
    assert row.load_a_week == pytest.approx(28 * (0.8 * 90 + 0.2 * 30), rel=0.05)
