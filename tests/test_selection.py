"""Which scenario is best: Kim-Nelson and OCBA on cases worked by hand, on many seeded trials, and beside sim-tools."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.selection import Dropped, KimNelson, Ocba, allocation

THREE = [[10, 12, 14, 15], [9, 11, 13], [10, 13, 13, 13]]
"""First less second: 1 each time. First less third: 0, -1, 1. Second less third: -1, -2, 0."""


def run(procedure, values, ahead=0):
    """Feeds it what it asks for, from (systems, replications) values; how many it asked for of each."""
    asked = np.zeros(len(values), int)
    while wanted := procedure.wanted(ahead) if ahead else procedure.wanted():
        for system, replication in wanted:
            procedure.tell(system, replication, values[system][replication])
            asked[system] += 1
    return asked.tolist()


# --- Kim and Nelson -------------------------------------------------------------------------------------------


def three(**more):
    """Three systems, three replications first, alpha 1/4: eta = ((2/4 / 2)^(-2/2) - 1) / 2 = 1.5,
    h2 = 2 x 1.5 x 2 = 6."""
    return KimNelson(3, delta=1.0, alpha=0.25, first=3, **more)


def test_the_constants_by_hand():
    assert (three().eta, three().h2) == (1.5, 6.0)
    # independent systems: 2 (1 - 0.75^(1/2)) = 0.2679, (1/0.2679 - 1) / 2
    assert three(independent=True).eta == pytest.approx((1 / (2 - math.sqrt(3)) - 1) / 2)
    ten = KimNelson(10, delta=1.0, alpha=0.05, first=10)
    assert ten.eta == pytest.approx(0.5 * ((0.1 / 9) ** (-2 / 9) - 1)) and ten.h2 == pytest.approx(18 * ten.eta)


def test_three_systems_by_hand():
    """W(r) = max(0, (6 S² - r) / (2 r)). After three: S² is 0, 1 and 1, so W is 0, 0.5 and 0.5. Means 12, 11 and 12.

    The second is behind both by more than that, and furthest behind the first.
    After four, W of the first and the third is 0.25; their means are 12.75 and 12.25: the third is out.
    """
    kn = three()
    assert kn.wanted() == [(system, r) for system in range(3) for r in range(3)]
    for system, values in enumerate(THREE):
        for r in range(3):
            kn.tell(system, r, values[r])
    assert kn.variances.tolist() == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]
    assert (kn.tolerance(0, 1), kn.tolerance(0, 2)) == (0.0, 0.5)
    assert kn.at_most == 7
    assert (kn.left, kn.dropped, kn.best) == ((0, 2), [Dropped(1, 3, 0)], None)
    assert kn.wanted() == [(0, 3), (2, 3)]
    kn.tell(2, 3, 13)
    assert kn.wanted() == [(0, 3)]
    kn.tell(0, 3, 15)
    assert kn.tolerance(0, 2) == 0.25
    assert (kn.best, kn.left, kn.dropped[1]) == (0, (0,), Dropped(2, 4, 0))
    assert kn.wanted() == [] and kn.replications == 4


def test_just_inside_the_continuation_region_a_system_stays():
    """After four the third may be 0.25 behind: 12.5 against 12.75."""
    kn = three()
    for system, values in enumerate([[10, 12, 14, 15], [9, 11, 13], [10, 13, 13, 14]]):
        for r, value in enumerate(values):
            kn.tell(system, r, value)
    assert kn.left == (0, 2) and kn.best is None


def test_two_that_are_equal_end_in_any_case():
    """S² = 1: 6 / 1 + 1 = 7 replications, and then the larger mean; of equal ones the first."""
    level = [[10, 12, 14, 5, 5, 5, 5, 5], [9, 11, 13], [10, 13, 13, 5, 5, 5, 5, 5]]
    kn = three()
    assert run(kn, level) == [7, 3, 7]
    assert (kn.best, kn.left, kn.at_most) == (0, (0, 2), 7)
    ahead = three()
    run(ahead, [level[0], level[1], [10, 13, 13, 5, 5, 5, 5.5, 5]])
    assert ahead.best == 2


def test_where_the_first_stage_is_enough_nothing_more_is_asked():
    """Differences that never vary: no more than one replication was needed,
    so the largest mean after the first three wins."""
    kn = three()
    assert run(kn, [[1, 2, 3], [1.01, 2.01, 3.01], [0, 1, 2]]) == [3, 3, 3]
    assert kn.best == 1 and kn.at_most == 1


def test_less_is_better_is_the_mirror_image():
    kn = three(largest=False)
    assert run(kn, [[-x for x in values] for values in THREE]) == [4, 3, 4]
    assert (kn.best, kn.dropped) == (0, [Dropped(1, 3, 0), Dropped(2, 4, 0)])


def test_common_random_numbers_need_fewer_replications():
    rng = np.random.default_rng(12)
    luck = rng.normal(0, 10, 4000)
    own = rng.normal(0, 1, (3, 4000)) + np.array([[0.0], [1.0], [2.0]])
    shared, apart = KimNelson(3, 1.0), KimNelson(3, 1.0)
    together = run(shared, own + luck)
    separate = run(apart, own + rng.normal(0, 10, (3, 4000)))
    assert shared.best == 2 and apart.best == 2
    assert sum(together) * 10 < sum(separate)


@pytest.mark.parametrize("common", [0.0, 3.0])
def test_the_best_is_chosen_as_often_as_promised_when_it_leads_by_just_what_matters(common):
    """500 seeded trials of five systems, four of them equal and the best ahead by delta: right in 90% at least."""
    rng = np.random.default_rng(2001)
    right = 0
    for _ in range(500):
        values = rng.normal(0, 2, (5, 400)) + common * rng.normal(0, 1, 400)
        values[3] += 1.0
        kn = KimNelson(5, delta=1.0, alpha=0.1, first=10)
        run(kn, values)
        right += kn.best == 3
    assert right / 500 >= 0.9


@given(st.integers(2, 5), st.integers(0, 10_000), st.integers(0, 7))
def test_it_goes_by_the_order_of_replications_and_not_by_who_was_ready_first(k, seed, ahead):
    """Rounds asked for in advance, and told backwards, change nothing but how many are asked for."""
    values = np.random.default_rng(seed).normal(0, 1, (k, 2000)) + np.arange(k)[:, None] * 0.2
    plain, hasty = KimNelson(k, 0.5, first=5), KimNelson(k, 0.5, first=5)
    needed = run(plain, values)
    asked = 0
    while wanted := hasty.wanted(ahead):
        for system, replication in reversed(wanted):
            hasty.tell(system, replication, values[system, replication])
        asked += len(wanted)
    assert (hasty.best, hasty.left, hasty.dropped, hasty.counted) == (
        plain.best,
        plain.left,
        plain.dropped,
        plain.counted,
    )
    assert list(plain.counted) == needed and hasty.values(0)[: needed[0]].tolist() == values[0, : needed[0]].tolist()
    assert sum(needed) <= asked <= sum(needed) + k * ahead
    assert max(needed) == plain.replications


def test_one_system_is_best_without_a_replication():
    kn = KimNelson(1, 1.0)
    assert (kn.best, kn.wanted()) == (0, [])


def test_what_cannot_be_ranked_is_said():
    with pytest.raises(ValueError, match="system 1, replication 2: the value is unknown"):
        three().tell(1, 2, math.nan)
    for wrong in ({"k": 0}, {"delta": 0}, {"first": 1}, {"alpha": 0}, {"alpha": 0.67}):
        with pytest.raises(ValueError, match="delta above 0"):
            KimNelson(**{"k": 3, "delta": 1.0, **wrong})
    with pytest.raises(ValueError, match="budget at least"):
        Ocba(3, 14, first=5)


class Played:
    """What sim-tools takes for a model: values one after the other."""

    def __init__(self, values):
        self._values, self.asked, self._told = values, [0] * len(values), []

    def register_observer(self, observer):
        self._told.append(observer)

    def simulate(self, system):
        value = self._values[system][self.asked[system]]
        self.asked[system] += 1
        for observer in self._told:
            observer.feedback(self, system, value)


def beside_sim_tools(values, **terms):
    """(best, replications of each) of ours and of theirs."""
    theirs = pytest.importorskip("sim_tools.ovs.indifference_zone")
    kn = KimNelson(len(values), **terms)
    asked = run(kn, values)
    model = Played(values)
    other = theirs.KN(model, len(values), terms["delta"], terms["alpha"], terms["first"])
    best = other.solve()
    return (kn.best, asked), (int(best[0]), model.asked), kn, other


def test_of_two_systems_sim_tools_says_the_same():
    for seed in range(20):
        values = np.random.default_rng(seed).normal([[0.0], [0.7]], 2, (2, 500))
        ours, theirs, kn, other = beside_sim_tools(values, delta=0.5, alpha=0.05, first=10)
        assert (kn.eta, kn.h2) == (other._eta, other._h_squared)
        assert (
            ours[0] == theirs[0] and abs(ours[1][0] - theirs[1][0]) <= 1
        )  # they take one replication more, after deciding


def test_of_three_systems_sim_tools_takes_the_variance_of_another_pair():
    """Of a pair whose second name comes earlier in the list, 1.3.0 reads its neighbour's variance from its flat table.

    The first two move together, the second 1 behind in every replication (S² = 0), the third is noisy (S² = 25) and far
    behind. Ours drops the second after the five of the first stage. Theirs takes (2nd, 1st) for (1st, 3rd), so that the
    second may be far behind for long.
    """
    still, noise = [10.0, 11, 12, 11, 10] * 200, [-5.0, 0, 5, -5, 5] * 200
    values = [[x + 1 for x in still], still, [x + d - 100 for x, d in zip(still, noise, strict=True)]]
    ours, theirs, kn, other = beside_sim_tools(values, delta=0.5, alpha=0.05, first=5)
    assert Dropped(1, 5, 0) in kn.dropped and kn.variances.round(9).tolist() == [[0, 0, 25], [0, 0, 25], [25, 25, 0]]
    assert ours[0] == theirs[0] == 0
    assert ours[1][1] == 5 and theirs[1][1] > 100
    other._r = 5
    assert other._limit_to_distance_from_sample_means(0, 1) == 0
    assert other._limit_to_distance_from_sample_means(1, 0) == pytest.approx(0.5 / 10 * (kn.h2 * 25 / 0.25 - 5))


# --- OCBA -----------------------------------------------------------------------------------------------------


def test_four_systems_by_hand():
    """Means 1, 2, 3, 5, the least is best; variances 1, 1, 4, 4.

    (1/1)² = 1, (2/2)² = 1, (2/4)² = 1/4 for the others; for the best sqrt(1 (1²/1 + 1²/4 + (1/4)²/4)) = 1.125.
    Of 27: 9, 8, 8, 2.
    """
    assert allocation([1, 2, 3, 5], [1, 1, 4, 4], 27, largest=False).tolist() == [9, 8, 8, 2]
    assert allocation([-1, -2, -3, -5], [1, 1, 4, 4], 27).tolist() == [9, 8, 8, 2]
    assert allocation([5, 1, 3, 2], [4, 1, 4, 1], 27, largest=False).tolist() == [2, 9, 8, 8]


def test_two_systems_get_their_shares_by_standard_deviation():
    assert allocation([1, 2], [9, 1], 40).tolist() == [30, 10]


def test_what_never_varies_gets_nothing_and_ties_get_all():
    assert allocation([3, 2, 1], [1, 1, 0], 12).tolist() == [6, 6, 0]
    assert allocation([3, 3, 1], [4, 4, 4], 12).tolist() == [6, 6, 0]
    assert allocation([3, 3 - 1e-200, 1], [4, 4, 4], 12).tolist() == [6, 6, 0]
    assert allocation([3, 2, 1], [0, 0, 0], 12).tolist() == [4, 4, 4]
    assert allocation([3], [1], 12).tolist() == [12]


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(0, 20)), min_size=2, max_size=8), st.integers(0, 500))
def test_shares_are_whole_sum_up_and_keep_the_ratios_of_the_paper(systems, total):
    means, variances = (np.array(column, float) for column in zip(*systems, strict=True))
    found = allocation(means, variances, total)
    assert found.sum() == total and (found >= 0).all()
    best = int(means.argmax())
    if (means == means[best]).sum() == 1 and variances.any():
        weight = {i: variances[i] / (means[best] - means[i]) ** 2 for i in range(len(means)) if i != best}
        weight[best] = math.sqrt(variances[best]) * math.sqrt(
            sum(w**2 / variances[i] for i, w in weight.items() if variances[i])
        )
        if sum(weight.values()) > 0:
            assert all(abs(found[i] - total * w / sum(weight.values())) <= 1 + 1e-6 for i, w in weight.items())


def test_the_loop_step_by_step():
    """Three systems, two replications first, one at a time. Means 2, 1 and -8 and variances 2, 2 and 2: shares in
    proportion to 2/1, 2/100, and sqrt(2 (2/1 + 2/10^4)) = 2.0001, so of seven 3.48, 3.48, 0.03: the first two get 3 or
    4 and the third has more than its share already."""
    ocba = Ocba(3, budget=8, first=2, step=1)
    assert ocba.wanted() == [(s, r) for s in range(3) for r in range(2)]
    values = [[1, 3, 2, 2, 2], [0, 2, 1, 1, 1], [-9, -7, -8, -8, -8]]
    for system in (2, 0, 1):
        for r in (1, 0):
            ocba.tell(system, r, values[system][r])
    assert ocba.counted == (3, 2, 2) and ocba.wanted() == [(0, 2)]
    assert run(ocba, values) == [1, 1, 0]
    assert ocba.counted == (3, 3, 2) and ocba.best == 0


def test_how_sure_by_hand():
    """Two systems, means 4 and 2, variances 2 and 2 of 4 replications each: 2 / sqrt(2/4 + 2/4) = 2 standard errors."""
    spread = [-math.sqrt(1.5), -math.sqrt(1.5), math.sqrt(1.5), math.sqrt(1.5)]
    ocba = Ocba(2, budget=8, first=4)
    assert math.isnan(ocba.sure())
    run(ocba, [[4 + x for x in spread], [2 + x for x in spread]])
    assert ocba.sure() == pytest.approx(stats.norm.cdf(2), rel=1e-12) and ocba.best == 0
    flat = Ocba(2, budget=4, first=2)
    run(flat, [[1, 1], [2, 2]])
    assert (flat.best, flat.sure()) == (1, 1.0)


def test_the_budget_is_spent_to_the_last_and_never_passed():
    values = np.random.default_rng(4).normal(np.arange(6)[:, None], 3, (6, 300))
    ocba = Ocba(6, budget=137, first=5, step=10, largest=False)
    assert sum(run(ocba, values)) == 137 == sum(ocba.counted)


def test_it_finds_the_best_more_often_than_equal_shares():
    """Ten systems a step apart, the setting of the paper's first experiment (means 0 to 9, standard deviation 6):
    300 seeded trials of 200 replications."""
    rng, clever, equal = np.random.default_rng(2000), 0, 0
    for _ in range(300):
        values = rng.normal(np.arange(10)[:, None], 6, (10, 160))
        ocba = Ocba(10, budget=200, first=5, step=10, largest=False)
        run(ocba, values)
        clever += ocba.best == 0
        equal += values[:, :20].mean(axis=1).argmin() == 0
    assert clever > equal + 15
    assert clever / 300 > 0.75


def test_more_systems_than_two_share_by_distance_and_not_evenly():
    """Far ones get little: of 400 most go to the best and its nearest rival."""
    values = np.random.default_rng(9).normal([[0.0], [1.0], [6.0], [9.0]], 2, (4, 400))
    ocba = Ocba(4, budget=400, first=10, step=20, largest=False)
    run(ocba, values)
    n = ocba.counted
    assert n[0] + n[1] > 350 and n[2] >= 10 and n[3] >= 10
