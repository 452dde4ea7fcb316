"""Exact results held against independent routes: closed forms, enumeration, other chains, other people's software."""

import time
from collections import deque
from itertools import accumulate

import ciw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import CensoredData, beta, ecdf, poisson

from sim.analysis.exact import (
    backlog,
    chain,
    classes,
    cohort,
    course,
    delay,
    erlang,
    full,
    identity,
    missed,
    pollaczek,
    removal,
    roots,
    routing,
    slots,
    week,
)
from sim.analysis.statistics import survival

CLOSE = dict(rel=1e-8, abs=1e-10)
LOADS = [(0.6, 1), (0.95, 1), (1.7, 2), (4.5, 5), (9.5, 10), (19.0, 20), (45.0, 50)]
POISSON_7 = (6.0, 5.0, 5.0, 5.0, 4.0, 1.0, 1.0)
WEEKDAYS_OPEN = week.working_week(6)


def mean_over(pmf_a, pmf_b, value):
    """E[value(X, Y)] of independent X and Y, by enumeration."""
    a, b = np.meshgrid(np.arange(len(pmf_a)), np.arange(len(pmf_b)), indexing="ij")
    return float(pmf_a @ value(a, b) @ pmf_b)


def stepped(step, start, days, arrivals):
    """Mean of `value` after each day of a chain on dictionaries: step(state, arrived) -> [(state, chance, value)]."""
    now, means = {start: 1.0}, []
    for _ in range(days):
        after, mean = {}, 0.0
        for state, chance in now.items():
            for arrived, weight in enumerate(arrivals):
                for new, share, value in step(state, arrived):
                    after[new] = after.get(new, 0.0) + chance * weight * share
                    mean += chance * weight * share * value
        now = after
        means.append(mean)
    return means


def within(sample, exact, sigmas=4.0, batches=20):
    """The batch means of a long run agree with an exact value."""
    means = np.asarray(sample, float)[: len(sample) // batches * batches].reshape(batches, -1).mean(axis=1)
    error = means.std(ddof=1) / batches**0.5
    return abs(means.mean() - exact) < sigmas * error


# --- chain ------------------------------------------------------------------------------------------------


def test_distributions_add_up():
    for mean in (0.0, 0.3, 7.0, 400.0):
        pmf = chain.poisson_pmf(mean)
        assert pmf.sum() == pytest.approx(1, abs=1e-12)
        assert chain.mean_of(pmf) == pytest.approx(mean, **CLOSE)
        assert chain.variance_of(pmf) == pytest.approx(mean, rel=1e-8, abs=1e-8)
    assert chain.fixed_pmf(3).tolist() == [0, 0, 0, 1]
    assert chain.quantile_of([0.5, 0.3, 0.2], 0.5) == 0
    assert chain.quantile_of([0.5, 0.3, 0.2], 0.81) == 2
    loop = np.array([[0.0, 0.0, 1.0, 0.0], [0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]])
    assert chain.stationary(loop).tolist() == [0, 0, 0.5, 0.5]
    with pytest.raises(ValueError):
        chain.stationary(np.array([[0.0, 0.5, 0.5], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    for build in (chain.clinic_day(2.0, 3, 30), chain.clinic_day(2.0, 3, 30, stay=0.9, rebooked=0.2)):
        assert np.allclose(build.sum(axis=1), 1, atol=1e-12)


def test_place_in_the_days_batch():
    pmf = np.array([0.2, 0.3, 0.1, 0.4])
    by_hand = [sum(pmf[n] for n in range(j + 1, 4)) / chain.mean_of(pmf) for j in range(4)]
    assert np.allclose(chain.batch_position(pmf), by_hand)
    assert chain.batch_position(6.0).sum() == pytest.approx(1)
    # For Poisson the others ahead average half the mean: U days' worth, U uniform.
    assert chain.mean_of(chain.batch_position(6.0)) == pytest.approx(3.0)


def test_clinic_day_matrix_by_enumeration():
    arrivals, stay, p, c, size = np.array([0.5, 0.3, 0.2]), 0.7, 0.25, 2, 9
    matrix = chain.clinic_day(arrivals, c, size, stay, p)
    for w in range(4):
        row = np.zeros(size)
        for kept_bits in range(2**w):
            kept = kept_bits.bit_count()
            for arrived, weight in enumerate(arrivals):
                seen = min(kept + arrived, c)
                for missed_bits in range(2**seen):
                    back = missed_bits.bit_count()
                    chance = stay**kept * (1 - stay) ** (w - kept) * weight * p**back * (1 - p) ** (seen - back)
                    row[kept + arrived - seen + back] += chance
        assert np.allclose(matrix[w], row)


def test_no_steady_state_is_refused():
    for attempt in (
        lambda: slots.mean_list(5.0, 5),
        lambda: roots.mean_list(5.0, 5),
        lambda: missed.mean_list(4.5, 5, 0.1),
        lambda: week.mean_wait((5.0,) * 7, week.working_week(7)),
        lambda: cohort.starts(2.0, 8, 12, groups=1),
        lambda: erlang.mean_wait(2.0, 1.0, 2),
        lambda: pollaczek.mean_wait(1.0, 1.0, 1.0),
        lambda: backlog.days_to_clear(5, 3, 3),
    ):
        with pytest.raises(ValueError):
            attempt()


# --- slots and roots --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean, c", LOADS)
def test_daily_list_by_chain_roots_and_spitzer(mean, c):
    by_chain = slots.stationary_list(mean, c)
    by_roots = roots.list_pmf(mean, c, len(by_chain))
    assert np.allclose(by_chain, by_roots, atol=1e-10)
    assert chain.mean_of(by_chain) == pytest.approx(roots.mean_list(mean, c), rel=1e-8)
    assert by_chain[0] == pytest.approx(roots.empty_share(mean, c), rel=1e-8)
    assert slots.spitzer_mean_list(mean, c, 40_000) == pytest.approx(roots.mean_list(mean, c), rel=1e-7)


def test_one_slot_closed_form():
    for mean in (0.1, 0.5, 0.9, 0.999):
        assert roots.mean_list(mean, 1) == pytest.approx(mean**2 / (2 * (1 - mean)))
        assert roots.empty_share(mean, 1) == pytest.approx((1 - mean) * np.exp(mean))
    z = roots.outer_root(4.0, 5)
    assert z > 1 and z**5 == pytest.approx(np.exp(4.0 * (z - 1)))
    tail = slots.stationary_list(4.0, 5)
    assert tail[25] / tail[24] == pytest.approx(1 / z, rel=1e-6)
    inner = roots.inner_roots(4.0, 5)
    assert (abs(inner) < 1).all() and np.allclose(inner**5, np.exp(4.0 * (inner - 1)))


@pytest.mark.parametrize("arrivals, c", [(0.9, 1), (4.5, 5), (np.array([0.2, 0.1, 0.3, 0.1, 0.3]), 3)])
def test_waits_by_counting_who_is_left(arrivals, c):
    """P(wait > k) = people of a day still there k days on, E[min(A, (W + A - c (k + 1))+)], over people a day."""
    waits, left, pmf = slots.wait_pmf(arrivals, c), slots.stationary_list(arrivals, c), chain.pmf_of(arrivals)
    assert waits.sum() == pytest.approx(1)
    assert chain.mean_of(waits) == pytest.approx(slots.mean_wait(arrivals, c), **CLOSE)
    for k in range(4):
        still = mean_over(left, pmf, lambda w, a, k=k: np.minimum(a, np.maximum(0, w + a - c * (k + 1))))
        assert waits[k + 1 :].sum() == pytest.approx(still / chain.mean_of(pmf), **CLOSE)


def test_notice_moves_every_wait():
    assert np.allclose(slots.wait_pmf(4.0, 5, notice=3)[3:], slots.wait_pmf(4.0, 5))
    assert slots.mean_wait(4.0, 5, notice=3) == pytest.approx(3 + slots.mean_wait(4.0, 5))


def test_the_way_from_a_start_by_chain_power_and_spitzer():
    for mean, c, start in ((4.5, 5, 0), (6.0, 5, 0), (3.0, 4, 25), (0.5, 1, 3)):
        path = slots.mean_list_path(mean, c, 30, start)
        by_chain = chain.mean_path(lambda size, m=mean, c=c: chain.clinic_day(m, c, size), 90, 30, start)
        assert path == pytest.approx(by_chain, **CLOSE)
        if not start:
            assert path[29] == pytest.approx(slots.spitzer_mean_list(mean, c, 30), **CLOSE)
    power = np.linalg.matrix_power(chain.clinic_day(3.0, 4, 120), 12)
    assert slots.mean_list_path(3.0, 4, 12, 25)[-1] == pytest.approx(power[25] @ np.arange(120), **CLOSE)
    assert slots.mean_list_path(120.0, 100, 365)[-1] == pytest.approx(slots.spitzer_mean_list(120.0, 100, 365))
    assert slots.mean_list_path(4.0, 5, 400)[-1] == pytest.approx(slots.mean_list(4.0, 5), rel=1e-6)


def test_fixed_arrivals_never_wait():
    assert slots.mean_list(chain.fixed_pmf(5), 6) == 0
    assert slots.wait_pmf(chain.fixed_pmf(5), 6)[0] == 1
    assert slots.mean_list_path(chain.fixed_pmf(5), 3, 10)[-1] == pytest.approx(20)


def test_waits_against_a_slow_clinic():
    rng, queue, waits = np.random.default_rng(1), deque(), []
    for day in range(60_000):
        queue.extend([day] * rng.poisson(1.6))
        waits.extend(day - queue.popleft() for _ in range(min(2, len(queue))))
    exact = slots.wait_pmf(1.6, 2)
    assert within(waits, chain.mean_of(exact))
    for k in range(3):
        assert within(np.array(waits) == k, exact[k])


# --- backlog ----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(0, 9), st.integers(1, 9), st.integers(1, 25))
def test_fixed_arrivals_by_a_queue(old, a, c, days):
    queue, waits, left, cleared = deque([0] * old), [], [], 0
    for day in range(days + 60):
        queue.extend([day] * a)
        today = [day - queue.popleft() for _ in range(min(c, len(queue)))]
        if day < days:
            waits += today
            left.append(len(queue))
        if a < c and not queue and not cleared:
            cleared = day + 1
    assert backlog.seen_waits(days, a, c, old).tolist() == waits
    assert backlog.list_after(days, old, a, c) == left[-1]
    assert identity.list_path([a] * days, c, old).tolist() == left
    if a < c and old:
        assert cleared in (0, backlog.days_to_clear(old, a, c))
    if a >= c:
        assert backlog.last_seen_wait(days, a, c, old) == waits[-1]


def test_backlog_waits():
    for old, c in ((10, 3), (12, 4), (1, 5), (100, 7)):
        assert backlog.backlog_mean_wait(old, c) == pytest.approx(np.mean([i // c for i in range(old)]))
    assert backlog.days_to_clear(100, 5, 15) == 10
    assert backlog.days_to_clear(0, 5, 5) == 0
    assert backlog.list_after(365, 0, 12, 10) == 730
    assert backlog.last_seen_wait(365, 12, 10) == 364 - 3649 // 12


def test_days_to_clear_with_poisson_arrivals():
    for old, mean in ((1, 0.3), (12, 0.6), (30, 0.8)):
        assert backlog.mean_days_to_clear(old, mean, 1) == pytest.approx(old / (1 - mean), rel=1e-8)
    assert backlog.mean_days_to_clear(0, 0.5, 1) == 0
    assert backlog.mean_days_to_clear(20, chain.fixed_pmf(3), 5) == pytest.approx(10)
    # Wald: at the hitting day the walk is at or below 0, by less than c.
    assert 40 / 2 <= backlog.mean_days_to_clear(40, 3.0, 5) <= 44 / 2


# --- classes ----------------------------------------------------------------------------------------------


def test_priority_by_conservation_and_by_the_pair_chain():
    for rates, c in (((1.0, 1.8), 4), ((0.4, 0.3), 1), ((2.0, 1.5), 5)):
        lists = classes.priority_mean_lists(rates, c)
        assert np.allclose(lists, classes.lent_mean_lists(rates, (c, 0)), rtol=1e-7, atol=1e-10)
        assert lists.sum() == pytest.approx(slots.mean_list(sum(rates), c))
    waits = classes.priority_mean_waits((0.5, 0.3), 1)
    assert waits[0] == pytest.approx(0.25 / (2 * 0.5) / 0.5)
    assert waits[1] == pytest.approx((0.64 / (2 * 0.2) - 0.25) / 0.3)
    three = classes.priority_mean_waits((0.5, 0.5, 2.0), 4)
    assert (np.diff(three) > 0).all()
    assert three @ [0.5, 0.5, 2.0] == pytest.approx(slots.mean_list(3.0, 4))


def test_ring_fenced_shared_and_lent():
    rates, shares = (1.3, 2.0), (2, 3)
    fenced = classes.ring_fenced_mean_waits(rates, shares)
    assert np.allclose(fenced * rates, classes.fenced_mean_lists(rates, shares), rtol=1e-7)
    assert np.allclose(fenced, [roots.mean_list(1.3, 2) / 1.3, roots.mean_list(2.0, 3) / 2.0])
    lent = classes.lent_mean_lists(rates, shares)
    assert lent.sum() == pytest.approx(slots.mean_list(3.3, 5), rel=1e-8)
    assert classes.shared_mean_wait(rates, shares) == pytest.approx(lent.sum() / 3.3)
    assert (lent < fenced * rates).all()
    assert classes.shared_mean_wait(rates, shares) < min(fenced)


# --- missed -----------------------------------------------------------------------------------------------


def test_missed_and_lost_changes_no_wait():
    assert missed.mean_wait(4.0, 5, 0.3, rebooked=0.0) == pytest.approx(slots.mean_wait(4.0, 5))
    assert missed.attended(4.0, 0.3, rebooked=0.0) == pytest.approx(2.8)
    assert missed.slots_used(4.0, 0.3, rebooked=0.0) == pytest.approx(4.0)


def test_missed_and_rebooked_by_closed_form_and_roots():
    for mean, p in ((0.3, 0.2), (0.7, 0.15), (0.05, 0.9)):
        assert missed.mean_list(mean, 1, p) == pytest.approx(missed.one_slot_mean_list(mean, p), **CLOSE)
        assert missed.roots_mean_list(mean, 1, p) == pytest.approx(missed.one_slot_mean_list(mean, p), **CLOSE)
    for mean, c, p in ((1.5, 2, 0.1), (4.0, 5, 0.12), (8.0, 10, 0.15), (4.0, 5, 0.0)):
        assert missed.mean_list(mean, c, p) == pytest.approx(missed.roots_mean_list(mean, c, p), rel=1e-8)
    assert missed.mean_list(4.0, 5, 0.3, rebooked=0.4) == pytest.approx(missed.mean_list(4.0, 5, 0.12))


def test_slots_balance_when_missed_are_rebooked():
    left, mean, c, p = missed.stationary_list(4.0, 5, 0.12), 4.0, 5, 0.12
    used = mean_over(left, chain.poisson_pmf(mean), lambda w, a: np.minimum(w + a, c))
    assert used == pytest.approx(missed.slots_used(mean, p), **CLOSE)
    assert missed.slots_a_person(p) == pytest.approx(sum((n + 1) * p**n * (1 - p) for n in range(200)))
    assert missed.attended(mean, p) == pytest.approx(mean)
    assert missed.mean_list_path(mean, c, p, 600)[-1] == pytest.approx(chain.mean_of(left), rel=1e-6)


def test_rebooked_against_a_slow_clinic():
    rng, queue, waits = np.random.default_rng(2), deque(), []
    for day in range(40_000):
        queue.extend([day] * rng.poisson(1.5))
        for joined in [queue.popleft() for _ in range(min(2, len(queue)))]:
            if rng.random() < 0.15:
                queue.append(joined)
            else:
                waits.append(day - joined)
    assert within(waits, missed.mean_wait(1.5, 2, 0.15))


# --- course -----------------------------------------------------------------------------------------------


def course_by_dictionaries(rate, c, k, m, days):
    def step(state, arrived):
        waiting, history = state
        room = c - sum(history[j * m - 1] for j in range(1, k + 1))
        new = min(waiting + arrived, room)
        left = waiting + arrived - new
        return [((left, (new, *history)[: k * m]), 1.0, left)]

    return stepped(step, (0, (0,) * (k * m)), days, chain.poisson_pmf(rate)[:18])


@pytest.mark.parametrize("rate, c, k, m", [(0.4, 1, 1, 1), (0.9, 2, 1, 2), (0.8, 3, 2, 1), (0.6, 2, 2, 2)])
def test_new_people_beside_follow_ups(rate, c, k, m):
    path = course.mean_list_path(rate, c, k, m, 8)
    assert np.allclose(path, course_by_dictionaries(rate, c, k, m, 8), rtol=1e-8, atol=1e-9)


def test_settled_courses():
    assert course.mean_list(3.0, 4, 0, 1) == pytest.approx(slots.mean_list(3.0, 4), rel=1e-8)
    settled = course.mean_list(0.8, 3, 2, 1)
    assert settled == pytest.approx(course.mean_list_path(0.8, 3, 2, 1, 1000)[-1], rel=1e-7)
    assert course.mean_wait(0.8, 3, 2, 1) == pytest.approx(settled / 0.8)
    # One slot, one follow-up next day. Lists with nobody due tomorrow have f(z) = g a + k, those with somebody
    # g(z) = (f a - k) / z, k = f(0) a(0), g(1) = m: f = (1 - 2m)(z - a) / (z - a^2), and so the mean f' + g' at 1.
    for m in (0.1, 0.4):
        assert course.mean_list(m, 1, 1, 1) == pytest.approx(m**2 * (3 - 2 * m) / (1 - 2 * m) - m**2, rel=1e-8)
    with pytest.raises(ValueError):
        course.mean_list(3.0, 12, 3, 3)


def test_course_load_and_occupancy():
    assert course.slots_used(3.0, 4) == 15
    assert course.slots_used_path(3.0, 2, 7, 16).tolist() == [3.0] * 7 + [6.0] * 7 + [9.0] * 2
    assert course.mean_in_course(3.0, 4, 7) == delay.mean_inside(3.0, delay.fixed(28)) == 84
    assert course.in_course_pmf(3.0, 2, 7, 200) @ np.arange(200) == pytest.approx(42)
    assert course.fenced_followup_wait(3.0, 0.5, 2) == pytest.approx(roots.mean_list(1.5, 2) / 1.5)


def test_open_ended_follow_ups_by_dictionaries():
    rate, c, r = 0.7, 2, 0.3

    def step(state, arrived):
        waiting, due = state
        new = min(waiting + arrived, c - due)
        left, seen = waiting + arrived - new, due + new
        # At most two visits a day here.
        chances = {0: [1.0], 1: [1 - r, r], 2: [(1 - r) ** 2, 2 * r * (1 - r), r**2]}[seen]
        return [((left, again), chance, left) for again, chance in enumerate(chances)]

    def truncated(state, arrived):
        return [((min(new[0], 40), new[1]), share, value) for new, share, value in step(state, arrived)]

    means = stepped(truncated, (0, 0), 90, chain.poisson_pmf(rate)[:12])
    assert means[-1] == pytest.approx(course.open_ended_mean_list(rate, c, r), rel=1e-4)


# --- week -------------------------------------------------------------------------------------------------


def test_week_that_is_open_daily_is_the_daily_list():
    assert np.allclose(week.mean_list_by_day((4.0,) * 7, (5,) * 7), slots.mean_list(4.0, 5))
    assert np.allclose(week.wait_pmf((4.0,) * 7, (5,) * 7)[:20], slots.wait_pmf(4.0, 5)[:20], atol=1e-12)


def test_one_clinic_a_week():
    lists = week.mean_list_by_day((2.0,) * 7, (0,) * 6 + (16,))
    after = roots.mean_list(14.0, 16)
    assert lists == pytest.approx([after + 2 * (day + 1) for day in range(6)] + [after])
    assert week.mean_wait((2.0,) * 7, (0,) * 6 + (16,)) == pytest.approx(after / 2 + 3)


def test_weekday_waits_by_counting_who_is_left():
    lists, table = week.lists_by_day(POISSON_7, WEEKDAYS_OPEN), week.wait_pmf_by_day(POISSON_7, WEEKDAYS_OPEN)
    assert np.allclose(table.sum(axis=1), 1)
    assert table[5, :2].sum() == 0 and table[6, 0] == 0
    for day in range(7):
        left, pmf = lists[day - 1], chain.poisson_pmf(POISSON_7[day])
        for k, offered in enumerate(accumulate(WEEKDAYS_OPEN[(day + i) % 7] for i in range(9))):
            still = mean_over(left, pmf, lambda w, a, c=offered: np.minimum(a, np.maximum(0, w + a - c)))
            assert table[day, k + 1 :].sum() == pytest.approx(still / POISSON_7[day], rel=1e-7, abs=1e-9)
    assert chain.mean_of(week.wait_pmf(POISSON_7, WEEKDAYS_OPEN)) == pytest.approx(
        week.mean_wait(POISSON_7, WEEKDAYS_OPEN)
    )


def test_the_way_from_empty_through_the_week():
    path = week.mean_list_path(POISSON_7, WEEKDAYS_OPEN, 700, first=2)
    settled = week.mean_list_by_day(POISSON_7, WEEKDAYS_OPEN)
    assert path[-7:] == pytest.approx(np.roll(settled, -2), rel=1e-5)
    assert path[0] == pytest.approx(slots.mean_list_path(5.0, 6, 1)[0])
    assert week.mean_list_path((2.0,) * 7, (0,) * 7, 7, start=3) == pytest.approx(3 + 2.0 * np.arange(1, 8))


# --- cohort -----------------------------------------------------------------------------------------------


def test_residual_of_full_groups_is_uniform():
    for n, rate in ((1, 0.7), (5, 0.7), (8, 3.0)):
        daily = cohort.starts(rate, n, n, every=1)
        assert np.allclose(daily.list_pmf[:n], 1 / n) and daily.list_pmf[n:].sum() == pytest.approx(0, abs=1e-12)
        assert daily.mean_wait == pytest.approx(cohort.threshold_mean_wait(rate, n))
        assert daily.mean_list == pytest.approx(cohort.threshold_mean_list(n))
        assert daily.empty_seats == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("n, rate", [(5, 0.7), (8, 3.0), (1, 2.0)])
def test_group_waits_by_counting_who_is_left(n, rate):
    waits = cohort.threshold_wait_pmf(rate, n, 200)
    assert waits.sum() == pytest.approx(1)
    assert chain.mean_of(waits) == pytest.approx((n - 1) / (2 * rate), rel=1e-8)
    pmf = chain.poisson_pmf(rate)
    for k in range(4):
        later = chain.poisson_pmf(rate * k)
        still = 0.0
        for r in range(n):
            still += (
                mean_over(pmf, later, lambda a, b, r=r: np.minimum(a, np.maximum(0, r + a - (r + a + b) // n * n))) / n
            )
        assert waits[k + 1 :].sum() == pytest.approx(still / rate, rel=1e-8, abs=1e-10)


def test_weekly_groups_against_a_slow_programme():
    exact = cohort.starts(1.2, 6, 10, every=7, groups=1)
    rng, queue, waits, sizes = np.random.default_rng(3), deque(), [], []
    for day in range(140_000):
        queue.extend([day] * rng.poisson(1.2))
        if day % 7 == 6 and len(queue) >= 6:
            sizes.append(min(10, len(queue)))
            waits.extend(day - queue.popleft() for _ in range(sizes[-1]))
    assert within(waits, exact.mean_wait)
    assert within(sizes, exact.mean_size)
    assert exact.groups_a_start_day * exact.mean_size == pytest.approx(8.4)
    assert exact.mean_size + exact.empty_seats == pytest.approx(10)
    assert exact.mean_list_all_days == pytest.approx(exact.mean_list + 3.6)


def test_weekly_groups_without_limits():
    # At least 1 and room for everybody: all start every week, waits of 0 to 6 days.
    free = cohort.starts(2.0, 1, 1000)
    assert free.mean_list == pytest.approx(0, abs=1e-12) and free.mean_wait == pytest.approx(3)
    assert free.groups_a_start_day == pytest.approx(1 - np.exp(-14))
    # One group of at most b, smallest 1: a bulk service of b slots a week.
    bulk = cohort.starts(1.2, 1, 10, groups=1)
    assert bulk.mean_list == pytest.approx(roots.mean_list(8.4, 10), rel=1e-8)
    assert [cohort.started(n, 4, 6) for n in (3, 4, 6, 9, 10, 16)] == [
        (0, 0), (4, 1), (6, 1), (6, 1), (10, 2), (16, 3),
    ]  # fmt: skip
    assert cohort.started(16, 4, 6, groups=2) == (12, 2)
    path = cohort.mean_list_path(1.2, 6, 10, 300, groups=1)
    assert path[-1] == pytest.approx(cohort.starts(1.2, 6, 10, groups=1).mean_list, rel=1e-5)
    assert path[0] == pytest.approx(sum(poisson.pmf(n, 8.4) * (n if n < 6 else max(n - 10, 0)) for n in range(80)))
    fixed = cohort.starts(chain.fixed_pmf(2), 7, 7)
    assert fixed.mean_list == 0 and fixed.groups_a_start_day == 2


# --- delay ------------------------------------------------------------------------------------------------


def test_numbers_inside_a_delay():
    spread = np.array([0.1, 0.2, 0.0, 0.7])
    assert delay.longer_than(spread).tolist() == pytest.approx([0.9, 0.7, 0.7, 0.0])
    assert delay.mean_inside(4.0, spread) == pytest.approx(4.0 * chain.mean_of(spread))
    assert delay.mean_inside(4.0, delay.fixed(14)) == 56
    assert delay.mean_inside(4.0, delay.fixed(0)) == 0
    path = delay.mean_inside_path(4.0, delay.fixed(3), 6)
    assert path.tolist() == [4, 8, 12, 12, 12, 12]
    assert delay.mean_leaving_path(4.0, delay.fixed(3), 6).tolist() == [0, 0, 0, 4, 4, 4]
    # In less out is what is inside.
    flow = 4.0 - delay.mean_leaving_path(4.0, spread, 9)
    assert np.allclose(np.cumsum(flow), delay.mean_inside_path(4.0, spread, 9))


def test_inside_is_poisson_by_convolution():
    """Each of the last days' arrivals, thinned: enumerated, not assumed."""
    spread, rate, pmf = np.array([0.1, 0.2, 0.0, 0.7]), 1.3, np.ones(1)
    for stay in delay.longer_than(spread)[:-1]:
        kept = chain.poisson_pmf(rate) @ chain.thinning(len(chain.poisson_pmf(rate)), stay)
        pmf = np.convolve(pmf, kept)
    assert np.allclose(pmf[:20], delay.inside_pmf(rate, spread, 20), atol=1e-12)


def test_geometric_delay_is_a_list_that_nobody_serves():
    left = removal.stationary_list(2.0, 0, 0.9)
    spread = delay.geometric(0.1)
    assert chain.mean_of(spread) == pytest.approx(10)
    assert delay.mean_inside(2.0, spread) == pytest.approx(20)
    assert np.allclose(left[:60], delay.inside_pmf(2.0, spread, 60), atol=1e-11)
    assert chain.mean_of(delay.geometric(0.25, smallest=0)) == pytest.approx(3)
    assert delay.geometric(1.0).tolist() == [0, 1]


# --- routing ----------------------------------------------------------------------------------------------

MOVES = np.array([[0.0, 0.5, 0.2], [0.1, 0.0, 0.4], [0.0, 0.0, 0.3]])
EXITS = np.array([[0.3, 0.0], [0.25, 0.25], [0.1, 0.6]])


def test_visits_and_ends_by_following_people():
    now, seen, ended = np.eye(3), np.zeros((3, 3)), np.zeros((3, 2))
    for _ in range(400):
        seen, ended = seen + now, ended + now @ EXITS
        now = now @ MOVES
    assert np.allclose(routing.visits_from(MOVES), seen)
    assert np.allclose(routing.ends(MOVES, EXITS), ended)
    assert np.allclose(ended.sum(axis=1), 1)
    entries = [10.0, 0.0, 2.0]
    v = routing.visits(MOVES, entries)
    assert np.allclose(v, entries @ seen)
    assert np.allclose(v, entries + MOVES.T @ v)
    assert v @ EXITS @ [1, 1] == pytest.approx(12)
    assert np.allclose(routing.days_inside(MOVES, [5, 20, 90]), seen @ [5, 20, 90])


def test_visit_variance_of_a_loop():
    r = 0.3
    assert routing.visits_from([[r]])[0, 0] == pytest.approx(1 / (1 - r))
    assert routing.visit_variance([[r]])[0, 0] == pytest.approx(r / (1 - r) ** 2)
    assert routing.visit_variance([[0, 1], [0, 0]]) == pytest.approx(np.zeros((2, 2)))


def test_bad_routes_are_refused():
    for moves in ([[0, 1], [1, 0]], [[0.5, 0.6], [0, 0]], [[-0.1]]):
        with pytest.raises(ValueError):
            routing.visits(moves, [1.0] * len(moves))
    with pytest.raises(ValueError):
        routing.ends(MOVES, EXITS / 2)


def test_second_service():
    assert routing.second_service_wait(10.0, 0.4, 5) == pytest.approx(1 + roots.mean_list(4.0, 5) / 4)


# --- removal ----------------------------------------------------------------------------------------------


def test_removal_at_its_edges():
    assert removal.mean_list(4.0, 5, 1.0) == pytest.approx(slots.mean_list(4.0, 5))
    assert removal.mean_list(4.0, 0, 0.9) == pytest.approx(40)
    assert removal.stay_of(0.1) == pytest.approx(0.904837418)
    assert removal.mean_list(chain.fixed_pmf(3), 3, 0.9) == 0


@pytest.mark.parametrize("mean, c, stay", [(4.0, 5, 0.95), (7.0, 5, 0.9), (2.0, 1, 0.96)])
def test_removed_and_seen_balance(mean, c, stay):
    left, pmf = removal.stationary_list(mean, c, stay), chain.poisson_pmf(mean)
    kept = left @ chain.thinning(len(left), stay)
    seen = mean_over(kept, pmf, lambda w, a: np.minimum(w + a, c))
    assert seen + removal.removed_a_day(mean, c, stay) == pytest.approx(mean, **CLOSE)
    by_day, gone = removal.endings(mean, c, stay, 400)
    assert by_day.sum() + gone.sum() == pytest.approx(1)
    assert gone.sum() == pytest.approx(removal.removed_share(mean, c, stay), **CLOSE)
    assert chain.mean_of(by_day + gone) == pytest.approx(removal.mean_days_listed(mean, c, stay), **CLOSE)
    at_once = mean_over(kept, pmf, lambda w, a: np.minimum(a, np.maximum(0, c - w)))
    assert by_day[0] == pytest.approx(at_once / mean, **CLOSE)
    assert removal.mean_list_path(mean, c, stay, 500, start=10)[-1] == pytest.approx(chain.mean_of(left), rel=1e-6)


def test_removal_against_a_slow_list():
    rng, queue, seen, gone = np.random.default_rng(4), [], [], []
    mu = 0.1
    for day in range(30_000):
        gone += [1 for joined, until in queue if until <= day]
        seen += [0 for joined, until in queue if until <= day]
        queue = [(joined, until) for joined, until in queue if until > day]
        queue += [(day, day + np.ceil(rng.exponential(1 / mu))) for _ in range(rng.poisson(2.2))]
        gone += [0] * min(2, len(queue))
        seen += [day - joined == 2 for joined, until in queue[:2]]
        queue = queue[2:]
    by_day, _ = removal.endings(2.2, 2, removal.stay_of(mu), 60)
    assert within(gone, removal.removed_share(2.2, 2, removal.stay_of(mu)))
    assert within(seen, by_day[2])


# --- identity ---------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-10, 30), st.integers(0, 40), st.booleans()), max_size=40), st.integers(1, 30))
def test_sum_of_lists_is_sum_of_waits(stays, days):
    joined = [j for j, _, _ in stays]
    left = [j + w if done else float("nan") for j, w, done in stays]
    lists = identity.daily_lists(joined, left, days)
    by_hand = [sum(j <= day and not (e <= day) for j, e in zip(joined, left, strict=True)) for day in range(days)]
    assert lists.tolist() == by_hand
    assert lists.sum() == identity.days_waited(joined, left, days)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40), st.integers(0, 30))
def test_lindley_step_by_step(days, start):
    arrivals, offered = zip(*days, strict=True)
    now, by_hand = start, []
    for a, c in days:
        now = max(0, now + a - c)
        by_hand.append(now)
    assert identity.list_path(arrivals, offered, start).tolist() == by_hand


def test_nobody_leaves_before_joining():
    with pytest.raises(ValueError):
        identity.daily_lists([3], [2], 10)


# --- erlang and pollaczek ---------------------------------------------------------------------------------


def test_a_queue_with_room_for_so_many():
    assert erlang.bounded(3.2, 1.0, 4, 0).blocked_share == pytest.approx(erlang.blocked_share(3.2, 4))
    assert erlang.bounded(1.0, 1.0, 1, 3).blocked_share == pytest.approx(1 / 5)  # five states, all as likely
    assert erlang.bounded(1.0, 1.0, 1, 3).mean_wait == pytest.approx((1 + 2 + 3) / 4)
    assert erlang.bounded(1.4, 1.0, 2, 200).mean_wait == pytest.approx(erlang.mean_wait(1.4, 1.0, 2))
    assert full.paths(4.2, 5, 200, 90)[0] == pytest.approx(slots.mean_list_path(4.2, 5, 90))
    # One slot, nobody but the one who is seen: all but one of a day are sent elsewhere.
    lists, away = full.paths(2.0, 1, 1, 5)
    assert lists == pytest.approx(np.zeros(5)) and away == pytest.approx(np.full(5, 2 - 1 + np.exp(-2.0)))


def test_erlang_b_and_c():
    for a, c in ((0.5, 1), (5.0, 10), (20.0, 22)):
        terms = poisson.pmf(np.arange(c + 1), a)
        assert erlang.blocked_share(a, c) == pytest.approx(terms[-1] / terms.sum())
    assert erlang.blocked_share(5.0, 10) == pytest.approx(0.018385, abs=1e-6)
    assert erlang.blocked_share(3.0, 0) == 1
    assert erlang.waiting_share(0.7, 1.0, 1) == pytest.approx(0.7)
    assert erlang.mean_wait(0.7, 1.0) == pytest.approx(0.7 / 0.3)
    assert erlang.mean_queue(0.7, 1.0) == pytest.approx(0.49 / 0.3)
    # Two servers in closed form: 2 rho^2 / (1 + rho).
    assert erlang.waiting_share(1.5, 1.0, 2) == pytest.approx(2 * 0.75**2 / 1.75)
    area = quad(erlang.longer_share, 0, 400, args=(3.2, 1.0, 4), limit=200)[0]
    assert area == pytest.approx(erlang.mean_wait(3.2, 1.0, 4), rel=1e-6)


def test_erlang_a():
    # Patience as long as service: M/M/infinity.
    n, equal = np.arange(200), erlang.impatient(12.0, 1.0, 10, 1.0)
    chance = poisson.pmf(n, 12.0)
    assert equal.waiting_share == pytest.approx(chance[10:].sum())
    assert equal.mean_queue == pytest.approx(np.maximum(n - 10, 0) @ chance)
    # Endless patience: Erlang C.
    calm = erlang.impatient(3.2, 1.0, 4, 1e-7)
    assert calm.mean_wait == pytest.approx(erlang.mean_wait(3.2, 1.0, 4), rel=1e-5)
    assert calm.mean_wait_seen == pytest.approx(calm.mean_wait, rel=1e-5)
    for args in ((12.0, 1.0, 10, 0.3), (3.0, 1.0, 4, 0.5), (30.0, 1.0, 20, 2.0)):
        arrivals, service, servers, _ = args
        a = erlang.impatient(*args)
        assert a.busy * servers * service + a.abandoned_share * arrivals == pytest.approx(arrivals)
        assert erlang.impatient_longer_share(0.0, *args) == pytest.approx(a.waiting_share)
        area = quad(erlang.impatient_longer_share, 0, 60, args=args, limit=200)[0]
        assert area == pytest.approx(a.mean_wait, rel=1e-6)


def test_erlang_a_seen_by_integration():
    arrivals, service, servers, patience = 3.0, 1.0, 4, 0.5
    a = erlang.impatient(arrivals, service, servers, patience)
    weights = [1.0]
    for n in range(1, 80):
        weights.append(weights[-1] * arrivals / (min(n, servers) * service + max(n - servers, 0) * patience))
    chance = np.array(weights) / sum(weights)
    assert a.waiting_share == pytest.approx(chance[servers:].sum())
    # X = exp(-theta V): seen with chance X, having waited V.
    total = sum(
        p * beta(servers * service / patience, j).expect(lambda x: -x * np.log(x) / patience)
        for j, p in enumerate(chance[servers : servers + 25], 1)
    )
    assert a.mean_wait_seen == pytest.approx(total / (1 - a.abandoned_share), rel=1e-5)


def test_single_server_queues():
    assert pollaczek.mean_wait(0.7, 1.0, 1.0) == pytest.approx(erlang.mean_wait(0.7, 1.0))
    assert pollaczek.mean_wait(0.7, 1.0, 0.0) == pytest.approx(0.7 / (2 * 0.3))
    assert pollaczek.mean_wait_fixed(0.7, 1.0) == pytest.approx(pollaczek.mean_wait(0.7, 1.0, 0.0))
    assert pollaczek.mean_wait_fixed(0.35, 2.0) == pytest.approx(2 * pollaczek.mean_wait_fixed(0.7, 1.0))
    half = erlang.mean_wait(4.0, 1.0, 5)
    assert half / 2 < pollaczek.mean_wait_fixed(4.0, 1.0, 5) < half


def test_priority_classes_conserve_work():
    rates, times, spreads = np.array([0.2, 0.3]), np.array([1.0, 1.5]), np.array([0.5, 1.2])
    waits = pollaczek.priority_mean_waits(rates, times, spreads)
    load = rates * times
    mixed = (rates * times**2 * (1 + spreads**2)).sum() / 2 / (1 - load.sum())
    assert load @ waits == pytest.approx(load.sum() * mixed)
    assert waits[0] < mixed < waits[1]
    by_erlang = erlang.priority_mean_waits((0.3, 0.4), 1.0)
    assert by_erlang == pytest.approx(pollaczek.priority_mean_waits((0.3, 0.4), (1, 1), (1, 1)))
    shared = erlang.priority_mean_waits((1.0, 2.0), 1.0, 4)
    assert shared @ [1.0, 2.0] / 3 == pytest.approx(erlang.mean_wait(3.0, 1.0, 4))


def ciw_records(until, **network):
    ciw.seed(5)
    run = ciw.Simulation(ciw.create_network(**network))
    run.simulate_until_max_time(until)
    return run.get_all_records()


def test_mdc_and_erlang_a_against_ciw():
    d = ciw.dists
    fixed = ciw_records(
        6000, arrival_distributions=[d.Exponential(1.7)], service_distributions=[d.Deterministic(1.0)],
        number_of_servers=[2],
    )  # fmt: skip
    assert within([r.waiting_time for r in fixed], pollaczek.mean_wait_fixed(1.7, 1.0, 2))
    hurried = ciw_records(
        4000, arrival_distributions=[d.Exponential(2.5)], service_distributions=[d.Exponential(1.0)],
        number_of_servers=[2], reneging_time_distributions=[d.Exponential(0.5)],
    )  # fmt: skip
    exact = erlang.impatient(2.5, 1.0, 2, 0.5)
    assert within([r.record_type == "renege" for r in hurried], exact.abandoned_share)
    assert within([r.waiting_time for r in hurried], exact.mean_wait)
    assert within([r.waiting_time for r in hurried if r.record_type == "service"], exact.mean_wait_seen)


def test_priority_against_ciw():
    d = ciw.dists
    records = ciw_records(
        6000, arrival_distributions={"a": [d.Exponential(0.6)], "b": [d.Exponential(0.9)]},
        service_distributions={"a": [d.Exponential(1.0)], "b": [d.Exponential(1.0)]},
        number_of_servers=[2], priority_classes={"a": 0, "b": 1},
    )  # fmt: skip
    exact = erlang.priority_mean_waits((0.6, 0.9), 1.0, 2)
    for name, value in zip("ab", exact, strict=True):
        assert within([r.waiting_time for r in records if r.customer_class == name], value)


# --- survival ---------------------------------------------------------------------------------------------


def some_waits(people, seed=6):
    rng = np.random.default_rng(seed)
    times = rng.geometric(0.02, people) - 1
    censor = rng.integers(0, 120, people)
    return np.minimum(times, censor), times <= censor, rng


def test_kaplan_meier_against_scipy():
    for people in (1, 7, 400):
        times, ended, _ = some_waits(people)
        ours = survival.kaplan_meier(times, ended)
        if ended.any():
            theirs = ecdf(CensoredData.right_censored(times, ~ended)).sf
            assert np.allclose(ours.curve, theirs.evaluate(np.arange(times.max() + 1)))


def test_kaplan_meier_by_hand():
    s = survival.kaplan_meier([1, 2, 2, 3, 5], [True, True, False, True, False])
    assert s.curve == pytest.approx([1, 0.8, 0.6, 0.3, 0.3, 0.3])
    assert s.at_risk.tolist() == [5, 5, 4, 2, 1, 1]
    assert (s.quantile(0.2), s.quantile(0.4), s.quantile(0.41), s.quantile(0.7)) == (1, 2, 3, 3)
    assert np.isnan(s.quantile(0.71))
    assert s.quantile([0.2, 0.9])[0] == 1 and np.isnan(s.quantile([0.2, 0.9])[1])
    assert s.at(-1) == 1 and s.at(2) == pytest.approx(0.6) and np.isnan(s.at(6))
    assert s.restricted_mean(4) == pytest.approx(1 + 0.8 + 0.6 + 0.3)
    assert s.standard_error()[1] == pytest.approx((0.8 * 0.2 / 5) ** 0.5)


def test_quantiles_without_censoring_are_the_ordered_waits():
    times = np.random.default_rng(7).integers(0, 50, 1001)
    s = survival.kaplan_meier(times, np.ones(1001, bool))
    for q in (0.1, 0.25, 0.5, 0.92):
        assert s.quantile(q) == np.quantile(times, q, method="inverted_cdf")
    # An exact half, although products of shares are never quite one.
    assert survival.kaplan_meier([0, 1, 2, 3, 4, 5], [True] * 6).quantile(0.5) == 2
    assert survival.kaplan_meier([3, 3], [True, True]).at(10) == 0


def test_fractions_of_a_day_and_bad_times():
    times, ended = [0.2, 1.99, 2.0, 2.5], [True, True, False, True]
    whole = survival.kaplan_meier([0, 1, 2, 2], ended)
    assert np.array_equal(survival.kaplan_meier(times, ended).curve, whole.curve)
    for bad in ([-1.0], [float("nan")], [float("inf")]):
        with pytest.raises(ValueError):
            survival.kaplan_meier(bad, [True])
    with pytest.raises(ValueError):
        survival.kaplan_meier([1, 2], [True])
    assert np.isnan(survival.kaplan_meier([], []).quantile(0.5))


def test_cumulative_incidence_by_hand_and_by_sums():
    times, way = [1, 2, 2, 3, 4], [1, 2, 0, 1, 2]
    inc = survival.cumulative_incidence(times, way)
    assert inc.curves[0] == pytest.approx([0, 0.2, 0.2, 0.5, 0.5])
    assert inc.curves[1] == pytest.approx([0, 0, 0.2, 0.2, 0.5])
    assert inc.quantile(1, 0.5) == 3 and np.isnan(inc.quantile(2, 0.6))
    # A third of the rise of 0.3 on day 3 makes 0.3 of all; the day reaches from 2.5 to 3.5.
    assert inc.within_day(1, 0.3) == pytest.approx(2.5 + 1 / 3) and np.isnan(inc.within_day(1, 0.6))
    assert [inc.at(1, day) for day in (-1, 2, 9)] == pytest.approx([0, 0.2, 0.5])
    assert np.isnan(survival.cumulative_incidence([1, 2], [1, 0]).at(1, 3))  # one was last seen on day 2
    times, ended, rng = some_waits(500)
    way = np.where(ended, rng.integers(1, 4, 500), 0)
    inc = survival.cumulative_incidence(times, way)
    assert np.allclose(inc.curves.sum(axis=0) + inc.survival.curve, 1)
    alive, totals = 1.0, np.zeros(3)
    for day in range(int(times.max()) + 1):
        risk = (times >= day).sum()
        deaths = np.array([((times == day) & (way == k)).sum() for k in (1, 2, 3)])
        totals += alive * deaths / risk
        alive *= 1 - deaths.sum() / risk
        assert inc.curves[:, day] == pytest.approx(totals)
    # Nobody censored: plain shares.
    plain = survival.cumulative_incidence([0, 0, 1, 2], [1, 2, 1, 1])
    assert plain.curves[:, -1] == pytest.approx([0.75, 0.25])
    assert survival.cumulative_incidence(times, np.zeros(500, int), ways=2).curves.sum() == 0
    with pytest.raises(ValueError):
        survival.cumulative_incidence([1], [3], ways=2)


def test_a_million_people_are_quick():
    rng = np.random.default_rng(8)
    times, ended = rng.integers(0, 1500, 1_000_000), rng.random(1_000_000) < 0.8
    begin = time.process_time()
    survival.kaplan_meier(times, ended).quantile([0.5, 0.92])
    survival.cumulative_incidence(times, ended.astype(int))
    assert time.process_time() - begin < 1.0
