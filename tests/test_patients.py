"""Patients are made once, from demand and starting lists alone; each is who they are whatever else happens."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ELSEWHERE_IDS, STARTING_IDS, clinic, delay, made, source, world

import sim
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.people.patients import daily_mean
from sim.domain.scenario import calendar_of
from sim.domain.seasons import years
from sim.domain.words import FACTS
from sim.engine.simulate import patients_of

A = {"a": clinic(1000)}
EVEN = {"1": 0.2, "2": 0.2, "3": 0.2, "4": 0.2, "5": 0.2}


def same(one, other) -> bool:
    """Every column of two sets of patients is equal."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, dict):
            if a.keys() != b.keys() or not all(np.array_equal(a[k], b[k]) for k in a):
                return False
        elif not np.array_equal(a, b):
            return False
    return True


def words_of(patients, fact: str, rows=slice(None)) -> dict[str, int]:
    """word -> people."""
    counts = np.bincount(patients.facts[fact][rows], minlength=len(FACTS[fact]))
    return {word: int(n) for word, n in zip(FACTS[fact], counts, strict=True)}


def about(n: int, share: float, sigmas: float = 4.5):
    """A count out of n at `share`, within the binomial's bounds."""
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5 + 1e-9)


# --- the same people --------------------------------------------------------------------------------------


def test_the_same_people_with_the_same_need_meet_every_pathway():
    facts = {"need": {"shares": {"surgery": 0.3, "physiotherapy": 0.7}}, "imd_quintile": {"shares": EVEN}}
    start = {
        "kind": "lists",
        "lists": {
            "x": {
                "unit": "weeks",
                "waiting": {"0": 30},
                "places": {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}},
            }
        },
    }
    demand = {
        "facts": facts,
        "arrivals": "poisson",
        "elsewhere": {"ed": {"service": "a", "per_1000_a_year": 50, "needs": {"urgent": 1.0}}},
    }
    one = made(world(A, 60, demand=demand, start=start))
    other = made(
        world(
            {
                "z": delay(3, "a"),
                "a": clinic(3, {"b": 0.5, "resolved": 0.5}, missed={"new_share": 0.2}),
                "b": clinic(1),
            },
            60,
            "z",
            demand=demand,
            start=start,
            workforce={"gp": {"wte": 3}},
        )
    )
    assert len(one) > 60 and same(one, other)


def test_the_same_people_meet_the_shipped_old_and_new_models():
    overrides = ("place.scale=0.02", "run.years=0.5")
    old, new = (patients_of(sim.load(name, *overrides), 3) for name in ("gp_referral", "integrated"))
    assert len(old) > 500 and same(old, new)


def test_replications_are_other_people_and_the_same_replication_the_same_people():
    config = world(A, 60, demand={"arrivals": "poisson", "facts": {"imd_quintile": {"shares": EVEN}}})
    assert same(made(config, 4), made(config, 4))
    assert not np.array_equal(made(config, 4).facts["imd_quintile"][:20], made(config, 5).facts["imd_quintile"][:20])
    assert not np.array_equal(
        np.bincount(made(config, 4).presented_day, minlength=60),
        np.bincount(made(config, 5).presented_day, minlength=60),
    )


def test_more_people_leave_everybody_else_who_they_were():
    facts = {name: {"shares": {word: 1 / len(words) for word in words}} for name, words in FACTS.items()}
    few, many = (made(world(A, 50, a_day=rate, demand={"facts": facts})) for rate in (4, 5))
    assert (len(few), len(many)) == (200, 250)
    assert few.patient_id.tolist() == many.patient_id[:200].tolist() == list(range(1, 201))
    for name in FACTS:
        assert np.array_equal(few.facts[name], many.facts[name][:200]), name


def test_people_of_other_doors_and_lists_change_nobody_at_this_door():
    facts = {
        "region": {"shares": {"knee": 0.5, "hip": 0.5}},
        "need": {
            "given": "region",
            "shares_given": {r: {"surgery": 0.2, "physiotherapy": 0.8} for r in FACTS["region"]},
        },
    }
    start = {
        "kind": "lists",
        "lists": {
            "x": {
                "unit": "weeks",
                "waiting": {"0": 30},
                "places": {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}},
            }
        },
    }
    doors = {
        "ed": {"service": "a", "per_1000_a_year": 200, "needs": {"urgent": 1.0}},
        "gp": {"service": "a", "per_1000_a_year": 90, "needs": {"surgery": 1.0}},
    }
    alone = made(world(A, 80, demand={"facts": facts, "arrivals": "poisson"}))
    among = made(world(A, 80, demand={"facts": facts, "arrivals": "poisson", "elsewhere": doors}, start=start))
    door = among.source == source("presented")
    assert np.array_equal(alone.patient_id, among.patient_id[door]) and np.array_equal(
        alone.presented_day, among.presented_day[door]
    )
    assert all(np.array_equal(alone.facts[name], among.facts[name][door]) for name in FACTS)
    # A second door of that kind leaves the first as it was.
    one_door = made(
        world(A, 80, demand={"facts": facts, "arrivals": "poisson", "elsewhere": {"ed": doors["ed"]}}, start=start)
    )
    rows = [p.elsewhere["ed"] for p in (one_door, among)]
    assert (
        one_door.patient_id[rows[0]].tolist()
        == among.patient_id[rows[1]].tolist()
        == [ELSEWHERE_IDS + i for i in range(len(rows[0]))]
    )
    assert np.array_equal(one_door.facts["region"][rows[0]], among.facts["region"][rows[1]])


# --- facts ------------------------------------------------------------------------------------------------


def test_shares_of_facts_approach_the_settings():
    shares = {
        "region": {"knee": 0.6, "hip": 0.3, "neck": 0.1},
        "sex": {"female": 0.55, "male": 0.45},
        "imd_quintile": {"1": 0.4, "5": 0.6},
    }
    patients = made(world(A, 100, a_day=200, demand={"facts": {name: {"shares": s} for name, s in shares.items()}}))
    for name, expected in shares.items():
        counts = words_of(patients, name)
        assert counts == {word: about(20_000, expected.get(word, 0.0)) for word in FACTS[name]}


def test_a_fact_without_shares_is_its_first_word():
    patients = made(world(A, 5))
    assert {name: words_of(patients, name)[words[0]] for name, words in FACTS.items()} == dict.fromkeys(FACTS, 5)


def test_a_fact_given_another_follows_it():
    table = {r: {"no": 1.0} for r in FACTS["region"]} | {"knee": {"yes": 1.0}, "hip": {"yes": 0.25, "no": 0.75}}
    facts = {
        "region": {"shares": {"knee": 0.5, "hip": 0.25, "neck": 0.25}},
        "red_flag": {"given": "region", "shares_given": table},
    }
    patients = made(world(A, 100, a_day=200, demand={"facts": facts}))
    region = patients.facts["region"]
    flagged = {
        word: words_of(patients, "red_flag", region == FACTS["region"].index(word))["yes"]
        for word in ("knee", "hip", "neck")
    }
    n = words_of(patients, "region")
    assert flagged == {"knee": n["knee"], "hip": about(n["hip"], 0.25), "neck": 0}


def test_facts_of_a_person_are_independent_of_one_another():
    facts = {"sex": {"shares": {"female": 0.5, "male": 0.5}}, "digital": {"shares": {"online": 0.5, "offline": 0.5}}}
    patients = made(world(A, 100, a_day=200, demand={"facts": facts}))
    both = ((patients.facts["sex"] == 1) & (patients.facts["digital"] == 1)).sum()
    assert both == about(20_000, 0.25)


def test_a_rate_ratio_tilts_the_shares():
    # 0.2 x 2 against four times 0.2 x 1: a third of those who present.
    patients = made(
        world(
            A,
            100,
            a_day=200,
            demand={"facts": {"imd_quintile": {"shares": EVEN}}, "rate_ratio": {"imd_quintile": {"1": 2.0}}},
        )
    )
    counts = words_of(patients, "imd_quintile")
    assert counts == {"1": about(20_000, 1 / 3), **{q: about(20_000, 1 / 6) for q in "2345"}}
    assert len(patients) == 20_000  # the total is what was asked for: it tilts who comes, not how many


# --- people whose need is known first ---------------------------------------------------------------------


def _knees_and_backs(**sections):
    """Half low back with 1 in 10 needing surgery, half knee with 3 in 10."""
    given = {r: {"physiotherapy": 1.0} for r in FACTS["region"]}
    given |= {"low_back": {"surgery": 0.1, "physiotherapy": 0.9}, "knee": {"surgery": 0.3, "physiotherapy": 0.7}}
    facts = {"region": {"shares": {"low_back": 0.5, "knee": 0.5}}, "need": {"given": "region", "shares_given": given}}
    return world(A, 100, a_day=10, demand={"facts": facts, **sections.pop("demand", {})}, **sections)


def test_bayes_gives_the_regions_of_those_on_a_list():
    # P(knee | surgery) = 0.5 x 0.3 / (0.5 x 0.3 + 0.5 x 0.1) = 3/4; P(knee | physiotherapy) = 0.35 / 0.80 = 7/16.
    place = {"service": "a", "share": 1.0, "needs": {"surgery": 0.5, "physiotherapy": 0.5}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 20_000}, "places": {"all": place}}}}
    patients = made(_knees_and_backs(start=start))
    rows = patients.placed["x", "all"]
    needs = patients.facts["need"][rows]
    knees = patients.facts["region"][rows] == FACTS["region"].index("knee")
    for word, share in (("surgery", 3 / 4), ("physiotherapy", 7 / 16)):
        of_word = needs == FACTS["need"].index(word)
        assert int(of_word.sum()) == about(20_000, 0.5)
        assert int(knees[of_word].sum()) == about(int(of_word.sum()), share)


def test_bayes_gives_the_regions_of_those_who_come_by_other_doors():
    patients = made(
        _knees_and_backs(
            demand={
                "elsewhere": {"ed": {"service": "a", "per_1000_a_year": DAYS_A_YEAR * 100, "needs": {"surgery": 1.0}}}
            }
        )
    )
    rows = patients.elsewhere["ed"]
    assert len(rows) == 10_000
    assert set(patients.facts["need"][rows].tolist()) == {FACTS["need"].index("surgery")}
    assert int((patients.facts["region"][rows] == FACTS["region"].index("knee")).sum()) == about(10_000, 0.75)


def test_a_need_that_no_region_has_falls_back_on_all_regions():
    place = {"service": "a", "share": 1.0, "needs": {"rheumatology": 1.0}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 4000}, "places": {"all": place}}}}
    patients = made(_knees_and_backs(start=start))
    rows = patients.placed["x", "all"]
    assert words_of(patients, "region", rows)["knee"] == about(4000, 0.5)


# --- starting lists ---------------------------------------------------------------------------------------


def _list(waiting, unit="weeks", part=1.0, share=1.0, scale=1.0, **more):
    place = {"service": "a", "share": share, "needs": {"surgery": 1.0}}
    rest = {"service": "b", "share": 1 - share, "needs": {"surgery": 1.0}}
    places = {"first": place} if share == 1 else {"first": place, "rest": rest}
    start = {
        "kind": "lists",
        "lists": {"x": {"unit": unit, "waiting": waiting, "part_of_list": part, "places": places, **more}},
    }
    return made(world({"a": clinic(), "b": clinic()}, 10, a_day=0, start=start, place={"scale": scale}))


def test_people_on_a_starting_list_waited_as_their_band_says():
    # Seven in the band up to one week have waited 1, 2, ... 7 days; seven in the next 8 to 14.
    assert _list({"0": 7, "1": 0}).presented_day.tolist() == [-1, -2, -3, -4, -5, -6, -7]
    assert _list({"1": 7, "2": 0}).presented_day.tolist() == [-8, -9, -10, -11, -12, -13, -14]
    # Two in the band 1-2 months: a quarter and three quarters in, of 30.4375 days: 38.05 and 53.27.
    assert _list({"1": 2, "2": 0}, "months").presented_day.tolist() == [-38, -53]
    # The last band is open: three people from week 4 over six more weeks: 5, 7 and 9 weeks.
    assert _list({"4": 3}).presented_day.tolist() == [-35, -49, -63]
    assert _list({"4": 3}, open_band=3.0).presented_day.tolist() == [-32, -39, -46]


def test_bands_are_read_as_numbers_whatever_their_order():
    assert (
        _list({"10": 1, "2": 1, "0": 1}, open_band=6).presented_day.tolist()
        == _list({"0": 1, "2": 1, "10": 1}, open_band=6).presented_day.tolist()
        == [-7, -42, -91]
    )


def test_starting_lists_are_scaled_by_their_part_their_places_and_the_place():
    def sizes(**settings):
        return {
            name: len(rows)
            for (_, name), rows in _list({"0": 200, "1": 100, "5": 60}, open_band=6, **settings).placed.items()
        }

    assert sizes() == {"first": 360}
    assert sizes(part=0.5) == {"first": 180}
    assert sizes(part=0.5, share=0.6) == {"first": 60 + 30 + 18, "rest": 40 + 20 + 12}
    assert sizes(part=0.5, share=0.6, scale=2.0) == {"first": 120 + 60 + 36, "rest": 80 + 40 + 24}


def test_people_on_starting_lists_have_numbers_and_a_source_of_their_own():
    patients = _list({"0": 4}, share=0.5)
    assert patients.patient_id.tolist() == [
        STARTING_IDS,
        STARTING_IDS + 1,
        STARTING_IDS + 10_000_000,
        STARTING_IDS + 10_000_001,
    ]
    assert set(patients.source.tolist()) == {source("starting_list")}
    assert words_of(patients, "need")["surgery"] == 4


def test_lists_count_only_when_the_start_is_from_lists():
    start = {
        "kind": "empty",
        "lists": {
            "x": {
                "unit": "weeks",
                "waiting": {"0": 5},
                "places": {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}},
            }
        },
    }
    assert len(made(world(A, 10, a_day=0, start=start))) == 0


# --- arrivals ---------------------------------------------------------------------------------------------


def _a_day(days=28, a_day=1.0, **sections) -> np.ndarray:
    patients = made(world(A, days, a_day=a_day, **sections))
    return np.bincount(patients.presented_day[patients.source == source("presented")], minlength=days)


def test_fixed_arrivals_come_exactly_and_fractions_are_carried_over():
    assert _a_day(6, 2).tolist() == [2] * 6
    assert _a_day(8, 0.4).tolist() == [0, 0, 1, 0, 1, 0, 0, 1]  # 0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2
    assert _a_day(10, 0.3).tolist() == [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]


def test_poisson_arrivals_have_the_mean_and_variance_of_a_poisson():
    counts = _a_day(2000, 9, demand={"arrivals": "poisson"})
    assert counts.mean() == pytest.approx(9, abs=4.5 * (9 / 2000) ** 0.5)
    assert counts.var() == pytest.approx(9, rel=4.5 * (2 / 2000) ** 0.5)


def test_the_place_scales_residents():
    assert _a_day(10, 2, place={"scale": 3.0}).tolist() == _a_day(10, 6).tolist() == [6] * 10
    assert _a_day(10, 2, place={"scale": 0.5}).tolist() == [1] * 10


def test_weekday_indices_move_people_within_the_week_and_not_their_number():
    weekday = [7, 0, 0, 0, 0, 0, 0]
    assert _a_day(14, demand={"weekday_index": weekday}).tolist() == [7, 0, 0, 0, 0, 0, 0] * 2
    # Only the ratio counts: a tenfold index is the same index.
    assert _a_day(14, demand={"weekday_index": [70, 0, 0, 0, 0, 0, 0]}).tolist() == [7, 0, 0, 0, 0, 0, 0] * 2
    assert _a_day(14, demand={"weekday_index": [2, 2, 1, 1, 1, 0, 0]}).tolist() == [2, 2, 1, 1, 1, 0, 0] * 2


def test_whoever_stays_away_on_a_bank_holiday_comes_on_another_day():
    # 18 and 21 April 2025 are Good Friday and Easter Monday: 12 of 14 days carry all 14 x 6 people.
    calendar = {"start_date": "2025-04-14", "bank_holidays": "GB-ENG"}
    counts = _a_day(14, 6, demand={"holiday_index": 0.0}, calendar=calendar)
    assert counts.tolist() == [7, 7, 7, 7, 0, 7, 7, 0, 7, 7, 7, 7, 7, 7]
    half = _a_day(14, 13, demand={"holiday_index": 0.5}, calendar=calendar)
    assert half.tolist() == [14, 14, 14, 14, 7, 14, 14, 7, 14, 14, 14, 14, 14, 14]


def test_growth_compounds_from_day_0():
    # 44% a year: 1.2 times as many after half a year, 1.44 after one.
    counts = _a_day(732, 1000, demand={"growth_per_year": 0.44})
    assert counts[0] == 1000
    assert counts[183] == pytest.approx(1200, abs=2)  # half of 365.25 days is 182.6
    assert counts[365] == pytest.approx(1440, abs=2)
    assert counts[731] == pytest.approx(1440 * 1.44, abs=4)


@given(
    growth=st.floats(-0.5, 1.0),
    month=st.lists(st.floats(0.1, 3.0), min_size=12, max_size=12),
    weekday=st.lists(st.floats(0.0, 3.0), min_size=6, max_size=6),
    holiday=st.floats(0.0, 2.0),
)
@settings(max_examples=25, deadline=None)
def test_a_growing_year_has_what_growth_alone_gives_it_whatever_the_indices(growth, month, weekday, holiday):
    """Growth beside an index that rises over the year would else make the year larger."""
    shape = {"month_index": month, "weekday_index": [1.0, *weekday], "holiday_index": holiday}
    calendar = {"start_date": "2025-04-01", "bank_holidays": "GB-ENG"}
    indexed, plain = (
        sim.from_dict(world(A, 1096, demand={"growth_per_year": growth} | more, calendar=calendar))
        for more in (shape, {})
    )
    means = [daily_mean(one.demand, calendar_of(one), 100.0, 1000.0) for one in (indexed, plain)]
    for first, after in years(calendar_of(indexed)):
        if after <= 1096:
            assert means[0][first:after].sum() == pytest.approx(means[1][first:after].sum(), rel=1e-9)


def test_other_doors_follow_the_same_calendar():
    doors = {"ed": {"service": "a", "per_1000_a_year": DAYS_A_YEAR * 2, "needs": {"urgent": 1.0}}}
    patients = made(world(A, 14, demand={"weekday_index": [7, 0, 0, 0, 0, 0, 0], "elsewhere": doors}))
    assert (
        np.bincount(patients.presented_day[patients.elsewhere["ed"]], minlength=14).tolist()
        == [14, 0, 0, 0, 0, 0, 0] * 2
    )
