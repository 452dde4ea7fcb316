"""What moves the answer: indices of functions that are known exactly, seen through noise,
and a world where one number matters."""

import math

import numpy as np
import pandas as pd
import pytest
from commands import mskflow
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from scipy import stats
from worlds import clinic, world

import sim
from sim.analysis.statistics.morris import denoised, effects, folded, morris_points, screened, size_interval
from sim.analysis.statistics.sensitivity import SensitivityProblem, luck_alone
from sim.analysis.statistics.sobol import across, apportioned, sobol_points
from sim.analysis.words.indicator import SETTLED
from sim.app.commands import COMMANDS
from sim.app.store import Store
from sim.app.studies.uncertainty import sensitive
from sim.app.studies.uncertainty.believed_runs import OUTCOMES, PointOutcomes, outcomes_of, same_luck
from sim.app.studies.uncertainty.moved_words import headline
from sim.app.studies.uncertainty.pair import BelievedPoints, pair_from
from sim.app.studies.uncertainty.parameter_moves import (
    ABOUT,
    MORRIS,
    SOBOL,
    Movers,
    long_points,
    moved,
    moves_of,
    problem_of,
)

# --- functions whose indices are known ------------------------------------------------------------------------

THREE = SensitivityProblem(("a", "b", "c"), ("a", "b", "c"))


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


ALL = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
ISHIGAMI_FIRST = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 7**2 / 8, 0]) / ALL
ISHIGAMI_TOTAL = ISHIGAMI_FIRST + np.array([1, 0, 1]) * 8 * 0.01 * np.pi**8 / 225 / ALL

WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(u: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4 * u - 2) + WEIGHTS) / (1 + WEIGHTS), axis=1)


PARTS = 1 / (3 * (1 + WEIGHTS) ** 2)
G_FIRST = PARTS / (np.prod(1 + PARTS) - 1)
G_TOTAL = PARTS * np.prod(1 + PARTS) / (1 + PARTS) / (np.prod(1 + PARTS) - 1)


def noisy(exact: np.ndarray, deviation: float, replications: int, seed: int) -> np.ndarray:
    """(points, replications): noise of each point's own, and the luck of a replication that all points share."""
    rng = np.random.default_rng(seed)
    return (
        exact[:, None]
        + rng.normal(0, deviation, (len(exact), replications))
        + rng.normal(0, 3 * deviation, (1, replications))
    )


def first_and_total(found) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one.first for one in found]), np.array([one.total for one in found])


@pytest.mark.parametrize(
    "function, problem, first, total, deviation",
    [
        (ishigami, THREE, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, 4.0),
        (g_function, SensitivityProblem(tuple("abcd"), tuple("abcd")), G_FIRST, G_TOTAL, 0.7),
    ],
)
def test_sobol_indices_are_right_through_noise_and_those_of_salib_are_not(function, problem, first, total, deviation):
    points = sobol_points(problem, 4096, 1)
    found = apportioned(problem, noisy(function(points), deviation, 3, 2))
    own = first_and_total(found)
    assert own[0] == pytest.approx(first, abs=0.06)
    assert own[1] == pytest.approx(total, abs=0.06)
    plain = np.array([one.plain_total for one in found])
    assert (plain - total > 0.03).all()  # noise looks like interaction with everything
    assert (plain - total).max() > 0.1
    assert max(first) - found[int(np.argmax(first))].plain_first > 0.05  # and takes from what each does alone
    held = [one.total_low < truth < one.total_high for one, truth in zip(found, total, strict=True)]
    assert sum(held) >= len(held) - 1  # each holds it in 95 of 100


def test_without_noise_the_correction_does_nothing_and_salib_says_the_same():
    points = sobol_points(THREE, 256, 1)
    y = ishigami(points)
    said = salib_sobol.analyze(THREE.salib(), y, calc_second_order=False, num_resamples=2, seed=0)
    own = first_and_total(apportioned(THREE, np.column_stack([y, y])))
    assert own[0] == pytest.approx(said["S1"])
    assert own[1] == pytest.approx(said["ST"])


def test_products_of_different_replications_are_unbiased_also_where_the_luck_of_points_is_alike():
    """Luck that all points of a base point share falls out of their differences, and must not be taken out again."""
    rng, exact = np.random.default_rng(3), ishigami(sobol_points(THREE, 64, 1)).reshape(64, 5, 1)
    found = [_mean_square(exact + rng.normal(0, 2, (64, 1, 2)) + rng.normal(0, 1, (64, 5, 2))) for _ in range(1000)]
    truth = (exact[:, 1:-1, 0] - exact[:, :1, 0]) ** 2
    assert np.mean(found, axis=0) == pytest.approx(truth.mean(axis=0) / 2, rel=0.02)


def _mean_square(parts: np.ndarray) -> np.ndarray:
    step = parts[:, 1:-1] - parts[:, :1]
    return across(step, step).mean(axis=0) / 2


def test_groups_are_moved_together():
    """Of a linear function, a group has the sum of the shares of its members."""
    problem = SensitivityProblem(("a", "b", "c"), ("one", "one", "two"))
    points = sobol_points(problem, 1024, 1)
    found = apportioned(problem, noisy(points @ [1.0, 2.0, 2.0], 0.3, 2, 4))
    assert [one.name for one in found] == ["one", "two"]
    assert first_and_total(found)[1] == pytest.approx([5 / 9, 4 / 9], abs=0.04)


def test_one_parameter_of_several_axes_makes_all_of_the_variance():
    """SALib takes a group apart that is the only one."""
    problem = SensitivityProblem(("a", "b", "c"), ("one", "one", "one"))
    points = sobol_points(problem, 1024, 1)
    assert points.shape == (1024 * 3, 3)
    (found,) = apportioned(problem, noisy(points @ [1.0, 2.0, 2.0], 0.3, 2, 4))
    assert (found.name, found.first, found.total) == ("one", pytest.approx(1, abs=0.1), pytest.approx(1, abs=0.1))
    assert (found.plain_first, found.plain_total) == (pytest.approx(1, abs=0.15), pytest.approx(1, abs=0.15))


def test_more_points_begin_with_those_that_were_there():
    assert (sobol_points(THREE, 32, 1) == sobol_points(THREE, 64, 1)[: 32 * 5]).all()
    assert (morris_points(THREE, 3, 1) == morris_points(THREE, 5, 1)[: 3 * 4]).all()
    assert not (morris_points(THREE, 3, 1) == morris_points(THREE, 3, 2)).all()


def test_where_nothing_varies_and_where_noise_is_not_known_there_is_no_index():
    points = sobol_points(THREE, 16, 1)
    assert np.isnan(first_and_total(apportioned(THREE, np.ones((len(points), 2))))[0]).all()
    assert np.isnan(first_and_total(apportioned(THREE, ishigami(points)[:, None]))[1]).all()


# --- Morris ---------------------------------------------------------------------------------------------------

WITHIN = SensitivityProblem(("a", "b", "c"), ("a", "b", "c"), 0.025, 0.975)


def unit(points: np.ndarray) -> np.ndarray:
    return (points - 0.025) / 0.95


def test_elementary_effects_of_a_linear_function_are_its_slopes():
    points = morris_points(WITHIN, 6, 1)
    y = unit(points) @ [3.0, -2.0, 0.0]
    assert effects(WITHIN, points, y[:, None])[:, :, 0] == pytest.approx(np.tile([3.0, -2.0, 0.0], (6, 1)))
    found = screened(WITHIN, points, np.column_stack([y, y]))
    assert [(one.mu_star, one.mu, one.sigma, one.noise) for one in found] == [
        pytest.approx(each, abs=1e-9) for each in ((3, 3, 0, 0), (2, -2, 0, 0), (0, 0, 0, 0))
    ]


def test_without_noise_morris_is_what_salib_says():
    points = morris_points(WITHIN, 10, 1)
    y = ishigami(unit(points))
    said = salib_morris.analyze(WITHIN.salib() | {"groups": None}, points, y, num_levels=4, num_resamples=2, seed=0)
    found = screened(WITHIN, points, np.column_stack([y, y]))
    assert [one.mu_star for one in found] == pytest.approx(list(said["mu_star"]))
    assert [one.plain_mu_star for one in found] == pytest.approx(list(said["mu_star"]))
    assert [one.mu for one in found] == pytest.approx(list(said["mu"]))
    assert [one.sigma for one in found] == pytest.approx(list(said["sigma"]))


def test_morris_is_right_through_noise_and_salib_is_not():
    points = morris_points(WITHIN, 400, 1)
    found = screened(WITHIN, points, noisy(unit(points) @ [3.0, -1.0, 0.0], 1.5, 2, 2))
    assert [one.mu_star for one in found] == pytest.approx([3, 1, 0], abs=0.3)
    assert [one.sigma for one in found] == pytest.approx([0, 0, 0], abs=1.0)
    noise = 1.5 * np.sqrt(2 / 2) * 1.5  # of a difference of two means of two, over a step of two thirds
    assert [one.noise for one in found] == pytest.approx([noise] * 3, rel=0.1)
    assert found[2].plain_mu_star == pytest.approx(
        noise * np.sqrt(2 / np.pi), rel=0.15
    )  # nothing at all seems to move it so far
    assert min(one.plain_sigma for one in found) > 1.8


def test_the_size_of_normal_effects_through_noise():
    rng = np.random.default_rng(5)
    effect = rng.normal(1.0, 2.0, 4000)
    mu, sigma, star, noise = denoised(effect[:, None] + rng.normal(0, 3.0, (4000, 3)))
    assert (mu, sigma, noise) == pytest.approx((1.0, 2.0, 3 / np.sqrt(3)), abs=0.12)
    assert star == pytest.approx(np.abs(effect).mean(), abs=0.08)
    assert folded(1.0, 2.0) == pytest.approx(stats.foldnorm(0.5, scale=2).mean())
    assert folded(-3.0, 0.0) == 3.0


def test_noise_taken_out_of_two_trajectories_by_hand():
    """Changes 3 and -1 of two replications each, 2 apart: noise 1 in each, 1/2 in their mean 1; spread 8.
    Mean size 2, times the ratio of two folded means."""
    mu, sigma, star, noise = denoised(np.array([[2.0, 4.0], [-2.0, 0.0]]))
    assert (mu, sigma, noise) == pytest.approx((1, math.sqrt(7), 1))
    with_noise, without = (
        stats.foldnorm(math.sqrt(mean) / deviation, scale=deviation).mean()
        for mean, deviation in ((1, math.sqrt(8)), (1 / 2, math.sqrt(7)))
    )
    assert star == pytest.approx(2 * without / with_noise)


def test_a_group_has_a_size_and_no_direction():
    problem = SensitivityProblem(("a", "b", "c"), ("one", "one", "two"), 0.025, 0.975)
    points = morris_points(problem, 8, 1)
    found = screened(problem, points, noisy(unit(points) @ [1.0, 1.0, 3.0], 0.0, 2, 2))
    assert [one.name for one in found] == ["one", "two"]
    assert np.isnan([found[0].mu, found[0].sigma]).all()
    assert (found[1].mu, found[1].mu_star) == pytest.approx((3, 3))
    assert 0 <= found[0].mu_star <= 2


# --- what luck explains -----------------------------------------------------------------------------------------


def test_how_likely_luck_alone_is_by_hand():
    """Changes 3 and -1 of two replications each, 2 apart: mean square 5, noise of a mean 2/2: F = 5 of 2 and 2 degrees,
    whose tail is 1/(1 + 5)."""
    assert luck_alone(np.array([[2.0, 4.0], [-2.0, 0.0]])) == pytest.approx(1 / 6)
    assert luck_alone(np.array([[3.0, 3.0], [0.0, 0.0]])) == 0
    assert luck_alone(np.zeros((4, 2))) == 1
    assert np.isnan(luck_alone(np.ones((4, 1))))


@pytest.mark.parametrize("rows, replications", [(4, 2), (10, 3)])
def test_a_parameter_that_does_nothing_looks_as_if_it_did_in_5_of_100(rows, replications):
    """As few trajectories as the command takes by itself: 4000 parameters that are all noise, of any size,
    and one that is not."""
    rng = np.random.default_rng(8)
    p = np.array([luck_alone(rng.normal(0, 7, (rows, replications))) for _ in range(4000)])
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 4000))
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 4000))
    assert luck_alone(70 * np.array([[1.0], [-1.0]] * (rows // 2)) + rng.normal(0, 7, (rows, replications))) < 0.001


def test_an_interval_from_resampling_four_trajectories_is_no_test():
    """Of 300 parameters that do nothing, far more than 5 in 100 have it above 0: why neither the first sentence nor
    the interval goes by it."""
    rng = np.random.default_rng(9)
    again = rng.integers(0, 4, (400, 4))
    above = [np.quantile(denoised(rng.normal(0, 1, (4, 2))[again])[2], 0.025) > 0 for _ in range(300)]
    assert 0.12 < np.mean(above) < 0.32


@pytest.mark.parametrize("mean, spread, noise", [(0, 0, 1), (1, 0, 1), (3, 0, 1), (1, 2, 1), (3, 1, 0.1)])
def test_the_interval_of_a_size_holds_it_and_leaves_0_by_the_f_test_alone(mean, spread, noise):
    """Four trajectories of two replications, of normal effects whose mean size scipy knows."""
    rng, held, above = np.random.default_rng(10), [], []
    truth = stats.foldnorm(mean / spread, scale=spread).mean() if spread else abs(mean)
    for _ in range(400):
        one = rng.normal(mean, spread, (4, 1)) + rng.normal(0, noise * np.sqrt(2), (4, 2))
        f = (one.mean(axis=1) ** 2).mean() / (one.var(axis=1, ddof=1).mean() / 2)
        low, high = size_interval(one, float(denoised(one)[2]), stats.f.sf(f, 4, 4))
        held.append(low <= truth <= high)
        above.append(low > 0)
        assert low == 0 or f > stats.f.ppf(0.95, 4, 4)
    assert np.mean(held) > 0.9 and (mean or np.mean(above) < 0.06)
    assert np.isnan(size_interval(np.ones((1, 2)), 1.0, 0.01)).all()


def test_a_time_that_is_long_at_some_point_has_no_parameter_that_moves_it():
    both = {SETTLED: 30.0, "cost_total": 8.0}
    rows = [(d, r, kpi, "all", "", 9.0, b, b - 9.0) for d in range(4) for r in range(2) for kpi, b in both.items()]
    table = pd.DataFrame(rows, columns=list(OUTCOMES))
    outcomes = PointOutcomes(table, {}, "all", 0)
    assert long_points(outcomes, SETTLED, "all") == 0
    table.loc[(table["draw"] == 2) & (table["kpi"] == SETTLED), ["scenario", "difference"]] = np.nan
    assert (long_points(outcomes, SETTLED, "all"), long_points(outcomes, "cost_total", "all")) == (1, 0)


@pytest.mark.parametrize("morris, count", [(True, 4), (False, 32)])
def test_of_forty_parameters_those_that_do_nothing_are_seldom_named(morris, count):
    """One of forty matters. The first sentence names it, and in at most 5 of 100 of such screenings another;
    here in 40 of them."""
    names = tuple(f"p{i:02}" for i in range(40))
    problem = SensitivityProblem(names, names)
    points = (morris_points if morris else sobol_points)(problem, count, 1)
    others = 0
    for seed in range(40 if morris else 4):
        y = 50 * points[:, [17]] + np.random.default_rng(seed).normal(0, 1, (len(points), 2))
        if morris:
            found = screened(problem, points, y)
            table = pd.DataFrame(
                [(one.name, one.mu_star, one.p) for one in found], columns=["parameter", "mu_star", "p"]
            ).sort_values("mu_star", ascending=False)
        else:
            found = apportioned(problem, y)
            table = pd.DataFrame(
                [(one.name, one.total, one.p) for one in found], columns=["parameter", "total", "p"]
            ).sort_values("total", ascending=False)
        said = headline(
            table.assign(kpi="days_to_definitive_care_median"),
            Movers(table, morris, "days_to_definitive_care_median", "all", count, count),
        )
        assert said.startswith("What moves the difference, and by more than luck explains: P17 (")
        others += said.count("(") > 1
    assert others <= 6  # of 40 with 5 in 100, more than that once in 100


# --- a world where one number matters --------------------------------------------------------------------------


def one_clinic(name: str, clinic_name: str, notice: int, **sections) -> dict:
    services = {clinic_name: clinic(50, earliest_notice_days=notice, care="physiotherapy")}
    return world(
        services, days=30, a_day=3.0, **{"run": {"replications": 2, "workers": 1, "progress": "none"}, **sections}
    ) | {"name": name}


@pytest.fixture(scope="module")
def pair():
    """First contact takes as long as notice, 0 to 4 days; who is called in the place of cancelled visits,
    which there are none of in so few people, matters not at all."""
    ranges = {
        "notice": {"path": "pathway.services.new_clinic.earliest_notice_days", "range": [0, 4]},
        "refilled": {"path": "pathway.services.new_clinic.cancelled.refilled_share", "range": [0.0, 1.0]},
    }
    new = one_clinic("new", "new_clinic", 2, report={"assumptions": ranges})
    new["pathway"]["services"]["new_clinic"]["cancelled"] = {"share": 1e-9, "refilled_share": 0.5}
    return pair_from(sim.from_dict(one_clinic("old", "old_clinic", 2)), sim.from_dict(new))


@pytest.mark.parametrize("morris, count", [(True, 3), (False, 8)])
def test_the_number_that_matters_is_found(pair, tmp_path, morris, count):
    problem = problem_of(pair.beliefs, False, morris)
    points = BelievedPoints(pair, moved(problem, morris, count, 7))
    outcomes = outcomes_of(points, same_luck, Store(tmp_path), "moves", "x")
    moves = moves_of(problem, points, outcomes, morris)
    assert tuple(moves.table.columns) == (*ABOUT, *(MORRIS if morris else SOBOL))
    own = moves.table[moves.table["kpi"] == "days_to_first_contact_median"].sort_values("rank").reset_index()
    assert list(own["parameter"]) == ["report.assumptions.notice", "report.assumptions.refilled"]
    assert (own.loc[0, "low"], own.loc[0, "value"], own.loc[0, "high"]) == (0, 2, 4)
    index, alone = ("mu_star", "mu") if morris else ("total", "first")
    assert own.loc[1, index] == 0 and own.loc[1, alone] == 0
    if morris:
        notice = [points.values(i)["pathway.services.new_clinic.earliest_notice_days"] for i in range(len(points))]
        # Of 90 people those of the last days are not reached; half of all are, on the day of their notice.
        median = [days - 0.5 + 45 / (90 - 3 * days) for days in notice]
        sizes = np.abs(np.diff(np.reshape(median, (3, 3)), axis=1)).max(axis=1) * 1.5
        assert own.loc[0, "mu_star"] == own.loc[0, "mu"] == pytest.approx(sizes.mean())
    else:
        assert own.loc[0, "total"] > 0
    again = outcomes_of(points, same_luck, Store(tmp_path), "moves", "x")
    assert again.runs == 0
    pd.testing.assert_frame_equal(again.table, outcomes.table)


# --- the command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, said",
    [
        (["method=fast"], "method: is not known here; there is: morris, sobol; for instance method=sobol"),
        (["method=sobol", "base=12"], "base: is not a power of 2 from 8 to 65,536; for instance base=64"),
        (["method=sobol", "trajectories=4"], "trajectories: method=sobol does not use it"),
        (["base=16"], "base: method=morris does not use it"),
        (
            ["parameters=gp_acuracy"],
            "parameters: there is no 'gp_acuracy' that has a range here; did you mean 'gp_accuracy'?",
        ),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(words, said):
    with pytest.raises(sim.ScenarioError) as error:
        sensitive.run(COMMANDS["sensitivity"].request(["integrated", "place.scale=0.02", *words]))
    assert said in str(error.value)


def test_without_salib_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(sensitive, "find_spec", lambda name: None)
    with pytest.raises(
        sim.ScenarioError, match=r"^sensitivity: SALib is not installed; pip install '\.\[doe\]' in a clone of mskflow$"
    ):
        sensitive.run(COMMANDS["sensitivity"].request(["integrated"]))


def test_the_command_writes_a_whole_folder(tmp_path):
    words = [
        "sensitivity",
        "integrated",
        "parameters=gp_accuracy,new_episodes_per_1000_per_year",
        "trajectories=2",
        "draws=0",
        "place.scale=0.01",
        "run.years=0.02",
        "run.workers=1",
        "run.progress=lines",
        "out=r",
    ]
    done = mskflow(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 parameters, 6 points, 2 replications of two scenarios each: 24 runs" in done.stderr
    folder = next((tmp_path / "r" / "integrated-sensitivity").iterdir())
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert names == {
        "sensitivity.csv",
        "outcomes.csv",
        "report.html",
        "manifest.json",
        "config/scenario.yaml",
        "config/comparator.yaml",
        "figures/tornado.svg",
    }
    table = pd.read_csv(folder / "sensitivity.csv")
    assert set(table["parameter"]) == {"gp_accuracy", "new_episodes_per_1000_per_year"}
    assert set(table["trajectories"]) <= {2}
