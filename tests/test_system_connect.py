"""The webinar's open community service: each mechanism does what docs/systems/connect.md says,
and can be switched off."""

from functools import lru_cache

import numpy as np
import pytest

import sim
from sim.analysis.indicators.measures import measures_of
from sim.domain.words import FACTS
from sim.engine.simulate import patients_of, simulate

SMALL = ("place.scale=0.08", "run.years=0.5")
ALL = ("connect/shared_fcps", "connect/referral_desk", "connect/self_referral", "connect/digital_triage")
SEVERE = FACTS["impact"].index("severe")


@lru_cache
def scenario(name: str, *overrides):
    return sim.load(name, *SMALL, *overrides)


@lru_cache
def record(name: str, *overrides):
    return simulate(scenario(name, *overrides), 0)


@lru_cache
def kpis(name: str, *overrides) -> dict:
    return {
        (kpi, group): value
        for kpi, group, value, _ in measures_of(record(name, *overrides), scenario(name, *overrides)).kpis
    }


@lru_cache
def flows(name: str, *overrides) -> dict:
    return {
        (start, to): people
        for start, to, people in measures_of(record(name, *overrides), scenario(name, *overrides)).flows
    }


def over(*mechanisms) -> str:
    return f"mechanisms=[{','.join(mechanisms)}]"


def into(name: str, to: str, *overrides) -> int:
    return sum(people for (_, place), people in flows(name, *overrides).items() if place == to)


OPEN, AS_IS = "connect_community_msk", "connect_as_is"


# --- the same people, the same money ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [OPEN, "connect_health_coaches", "connect_wide_reading", "connect_readers_agree"])
def test_the_same_people_meet_every_scenario_and_it_costs_the_same(name):
    mine, base = scenario(name), scenario(AS_IS)
    for section in ("demand", "start", "place", "calendar", "run"):
        assert getattr(mine, section) == getattr(base, section), section
    costs = [sum(group.cost_a_year() for group in one.workforce.values()) for one in (mine, base)]
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)


def test_impactful_pain_is_what_most_people_have():
    patients = patients_of(scenario(AS_IS), 0)
    assert 0.5 < (patients.facts["impact"] > 0).mean() < 0.75


# --- open access, and the people whom it brings ---------------------------------------------------------------


def test_only_adults_with_no_red_flag_refer_themselves():
    run = record(OPEN)
    desk = run.services.index("self_referral")
    rows = np.unique(run.events["row"][run.events["service"] == desk])
    assert len(rows) > 20
    assert not run.patients.facts["red_flag"][rows].any()
    assert (run.patients.facts["age_band"][rows] > 0).all()


def test_self_referral_can_be_switched_off():
    assert into(OPEN, "self_referral") > 0
    assert into(OPEN, "self_referral", "pathway.entry.self_referral.to={self_referral:0,next:1}") == 0


def induced(name: str, *overrides) -> int:
    run = record(name, *overrides)
    return int((run.events["detail"] == run.details.index("induced")).sum())


def test_open_access_brings_people_and_the_wait_for_treatment_fewer():
    near, far = induced(OPEN), induced(OPEN, "pathway.access_is_wait_at=physiotherapy")
    assert near > 1.5 * far > 0
    assert near > 1.5 * induced(AS_IS) > 0
    assert induced(OPEN, "demand.induced.per_1000_a_year=0") == 0


# --- priority by clinical need ---------------------------------------------------------------------------------


def test_who_is_called_urgent_waits_less():
    waits = {
        call: kpis(OPEN)["community_wait_weeks_median", f"impact_severe_called_{call}"]
        for call in ("urgent", "routine")
    }
    assert waits["urgent"] + 2 < waits["routine"]


def test_without_a_desk_nobody_is_called_anything():
    assert "referral_desk" not in scenario(AS_IS).pathway.services
    assert np.isnan(kpis(AS_IS)["called_urgent_share", "all"])


def test_a_narrow_reading_calls_few_urgent_and_a_wide_one_most():
    assert kpis(OPEN)["called_urgent_share", "all"] == pytest.approx(0.135, abs=0.025)
    assert kpis("connect_wide_reading")["called_urgent_share", "all"] > 0.5


def test_read_widely_those_whom_a_reader_calls_routine_pay():
    # The median: a list called by weeks waited has not called its slowest within half a year.
    for impact in ("little", "some", "severe"):
        group = f"impact_{impact}_called_routine"
        narrow, wide = (kpis(name)["community_wait_weeks_median", group] for name in (OPEN, "connect_wide_reading"))
        assert wide > narrow + 0.5, impact


def spread(name: str) -> float:
    """Between the readers of full letters: how far apart they are in calling people with a severe impact urgent."""
    shares = [
        r.share["severe"]
        for label, r in scenario(name).pathway.services["referral_desk"].calls_urgent.items()
        if label != "thin_letter"
    ]
    return max(shares) - min(shares)


def test_readers_differ_and_a_mechanism_makes_them_agree():
    assert spread(OPEN) > 0.5
    assert spread("connect_readers_agree") == 0
    assert (
        kpis("connect_readers_agree")["called_urgent_share", "impact_severe"]
        != kpis(OPEN)["called_urgent_share", "impact_severe"]
    )


# --- referrals that say too little -------------------------------------------------------------------------------


def by_rule(rule: str, *overrides) -> int:
    run = record(OPEN, *overrides)
    desk = run.events["service"] == run.services.index("referral_desk")
    return int((desk & (run.events["detail"] == run.details.index(rule))).sum())


def test_a_thin_letter_is_sent_by_the_average_and_a_full_one_by_the_need():
    without = over(*ALL, "connect/full_letters")
    assert by_rule("thin_letter") > 50
    assert by_rule("thin_letter", without) == 0


def test_full_letters_tell_a_severe_impact_from_little():
    def told_apart(*overrides):
        shares = kpis(OPEN, *overrides)
        return shares["called_urgent_share", "impact_severe"] - shares["called_urgent_share", "impact_little"]

    assert told_apart(over(*ALL, "connect/full_letters")) > told_apart()


# --- staff, and the answer online ------------------------------------------------------------------------------------


def offered(name: str, service: str, *overrides) -> float:
    return kpis(name, *overrides)["slots_offered_per_week", service]


def test_shared_fcps_give_time_to_the_community_and_take_it_from_the_network():
    not_shared = over(*ALL[1:])
    assert offered(OPEN, "physiotherapy") > 1.08 * offered(OPEN, "physiotherapy", not_shared)
    assert offered(OPEN, "fcp") < 0.8 * offered(OPEN, "fcp", not_shared)
    assert into(OPEN, "fcp") < 0.8 * into(OPEN, "fcp", not_shared)


def test_readers_are_paid_by_those_who_treat():
    assert scenario(OPEN).workforce["physio_band_6"].wte == pytest.approx(18.98 - 2.0 * 77 / 56)
    extra = scenario(OPEN, "workforce.referral_reader_band_8a.paid_by=null")
    assert extra.workforce["physio_band_6"].wte == 18.98


def test_digital_triage_answers_those_who_are_online_and_asks_about_impact():
    run = record(OPEN)
    code = run.services.index("digital_triage")
    rows = run.events["row"][run.events["service"] == code]
    assert len(rows) > 20
    assert (run.patients.facts["digital"][rows] == FACTS["digital"].index("online")).all()
    urgent = (run.events["service"] == code) & (run.events["detail"] == run.details.index("called_urgent"))
    assert (run.patients.facts["impact"][run.events["row"][urgent]] == SEVERE).mean() > 0.5
    assert "digital_triage" not in scenario(OPEN, over(*ALL[:3])).pathway.services


def test_health_coaches_have_the_money_of_the_fcps():
    mine = scenario("connect_health_coaches")
    assert "fcp" not in mine.pathway.services
    assert mine.workforce["fcp_band_7"].wte == pytest.approx(0, abs=1e-3)
    assert into("connect_health_coaches", "health_coaching") > 20
    off = "pathway.services.gp.routes.to_health_coach.to={health_coaching:0,next:1}"
    assert into("connect_health_coaches", "health_coaching", off) == 0
