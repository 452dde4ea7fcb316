"""Sussex (document 001): each mechanism does what docs/systems/sussex.md says,
and each idea can be put alone or with any others."""

import random
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import sim
from sim.app.configuration.check import build
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import mechanism_files
from sim.domain.words import ATTENDED, DETAIL, FACTS, LISTED, MISSED, MOVED
from sim.engine.simulate import patients_of, simulate

IDEAS = [name for name in mechanism_files() if name.startswith("sussex/")]
SCALE, YEARS = 0.05, 0.6
CHANCE = random.Random(1)


@lru_cache
def composed(*ideas: str) -> dict:
    return configuration_of("sussex_as_is", [f"mechanisms=[{','.join(ideas)}]"] if ideas else [])


def small(scenario, years: float = YEARS):
    """A part of the place and of the time; days of extra clinics may then lie beyond the end."""
    return replace(scenario, place=replace(scenario.place, scale=SCALE), run=replace(scenario.run, years=years))


@lru_cache
def run(*ideas: str):
    return simulate(small(build(composed(*ideas))), 0)


def changed(config: dict, path: str, value) -> dict:
    """The configuration with one value changed; the rest is shared."""
    word, _, rest = path.partition(".")
    return {**config, word: changed(config[word], rest, value) if rest else value}


def run_with(path: str, value, *ideas: str):
    return simulate(small(build(changed(composed(*ideas), path, value))), 0)


def events(record, event: int, service: str, to: str | None = None, detail: str | None = None):
    """Which rows of the log: an event at a service, a move to another, by a rule."""
    log = record.events
    fits = (log["event"] == event) & (log["service"] == record.services.index(service))
    if to is not None:
        fits &= log["to"] == record.services.index(to)
    if detail is not None:
        fits &= log["detail"] == record.details.index(detail)
    return np.flatnonzero(fits)


def count(record, event: int, service: str, **which) -> int:
    return len(events(record, event, service, **which))


def word(record, fact: str, rows) -> set:
    return {FACTS[fact][code] for code in np.unique(record.patients.facts[fact][record.events["row"][rows]])}


# --- ideas are switches ----------------------------------------------------------------------------------------


def subsets():
    yield from ((idea,) for idea in IDEAS)
    yield tuple(IDEAS)
    for size in (3, 5, 8):
        yield tuple(CHANCE.sample(IDEAS, size))


@pytest.mark.parametrize(
    "ideas", list(subsets()), ids=lambda ideas: "+".join(idea.rpartition("/")[2] for idea in ideas)[:60]
)
def test_any_set_of_ideas_holds_together_and_costs_the_same(ideas):
    as_is, scenario = build(composed()), build(composed(*ideas))
    cost = sum(group.cost_a_year() for group in scenario.workforce.values())
    assert cost == pytest.approx(sum(group.cost_a_year() for group in as_is.workforce.values()))
    record = simulate(small(scenario, 0.05), 0)
    assert len(record.events["day"]) > 0


def test_the_order_of_ideas_does_not_matter():
    one, other = (
        simulate(small(build(configuration_of("sussex_as_is", [f"mechanisms=[{','.join(names)}]"])), 0.2), 0)
        for names in (IDEAS, IDEAS[::-1])
    )
    for name in one.services:
        assert np.array_equal(one.clinics[name], other.clinics[name]), name


def test_the_same_people_meet_both():
    both = [patients_of(small(sim.load(name)), 0) for name in ("sussex_as_is", "sussex_could_be")]
    assert (both[0].patient_id == both[1].patient_id).all()
    assert all((both[0].facts[fact] == both[1].facts[fact]).all() for fact in FACTS)


def test_could_be_is_all_of_them():
    assert sorted(configuration_of("sussex_could_be")["mechanisms"]) == sorted(IDEAS)


# --- as it is --------------------------------------------------------------------------------------------------


def test_people_give_up_on_the_phone_and_go_online():
    record = run()
    gone = events(record, MOVED, "phone_line", to="online_self_referral", detail="goes_online")
    assert len(gone) > 10
    assert word(record, "digital", gone) == {"online"}
    patient = run_with("pathway.services.phone_line.gives_up_after_minutes", 100_000.0)
    assert count(patient, MOVED, "phone_line", to="online_self_referral") < len(gone) / 10


def test_a_new_pain_waits_for_six_weeks_and_only_a_new_one():
    record = run()
    there = events(record, LISTED, "six_week_rule")
    assert word(record, "onset", there) == {"acute"}
    out = events(record, MOVED, "six_week_rule")
    joined = {row: day for row, day in zip(record.events["row"][there], record.events["day"][there], strict=True)}
    assert {int(record.events["day"][i] - joined[record.events["row"][i]]) for i in out} == {42}
    assert count(record, LISTED, "mdt_triage") > len(out) > 0


def test_more_is_referred_to_be_safe_while_the_wait_is_long():
    def safe(record):
        return sum(
            count(record, MOVED, service, detail=rule)
            for service in ("gp", "fcp")
            for rule in ("to_be_safe", "to_be_safer_still")
        )

    config = composed()
    for service in ("gp", "fcp"):
        for rule in ("to_be_safe", "to_be_safer_still"):
            config = changed(config, f"pathway.services.{service}.routes.{rule}.only_while.threshold", 5_000.0)
    assert safe(run()) > 20
    assert safe(simulate(small(build(config)), 0)) == 0


def test_an_image_and_its_report_take_a_month():
    record = run()
    log, gone = record.events, events(record, MOVED, "physiotherapy", to="mri")
    back = events(record, MOVED, "report", to="physiotherapy")
    sent = dict(zip(log["row"][gone], log["day"][gone], strict=True))
    days = [log["day"][i] - sent[log["row"][i]] for i in back if log["row"][i] in sent]
    assert len(days) > 5
    assert min(days) >= 30


def test_missing_grows_with_the_wait():
    missed = count(run(), MISSED, "physiotherapy", detail="new")
    assert (
        count(
            run_with("pathway.services.physiotherapy.missed.share_per_week_waited", 0.0),
            MISSED,
            "physiotherapy",
            detail="new",
        )
        < missed
    )


def test_people_ask_the_gp_again_while_they_wait():
    assert count(run(), ATTENDED, "gp", detail="side_contact") > 20
    assert (
        count(run_with("pathway.while_waiting.gp_contact.per_month_waited", 0.0), ATTENDED, "gp", detail="side_contact")
        == 0
    )


def test_an_fcp_sees_people_once():
    assert count(run(), ATTENDED, "fcp", detail="new") > 100
    decided_later = count(run(), ATTENDED, "fcp", detail="follow_up")
    assert decided_later <= count(run(), MOVED, "fcp", detail="test"), "only those who come back with an image"


def test_the_lists_are_of_parts_of_the_body():
    """Held apart, one list can have free slots while another waits; as one list they are seen in turn."""

    def spread(record):
        seen = events(record, ATTENDED, "physiotherapy", detail="new")
        log, region = record.events, record.patients.facts["region"][record.events["row"][seen]]
        routine = record.patients.facts["urgency"][log["row"][seen]] == 0
        waited = (log["day"] - log["since"])[seen]
        groups = [
            np.isin(region, [FACTS["region"].index(r) for r in regions]) & routine & (log["day"][seen] > 90)
            for regions in (("knee", "hip", "foot_ankle"), ("shoulder", "hand_wrist"), ("low_back", "neck"))
        ]
        return np.ptp([waited[group].mean() for group in groups])

    assert spread(run("sussex/pooled_lists")) < spread(run())


# --- as it could be --------------------------------------------------------------------------------------------


@lru_cache
def could_be():
    return simulate(small(build(configuration_of("sussex_could_be"))), 0)


@pytest.mark.parametrize(
    "service",
    [
        "what_matters",
        "drop_in_clinic",
        "specialist_physiotherapy",
        "adviser_caseload",
        "mobile_clinic",
        "rehabilitation",
        "guided_modules",
        "top_ten",
    ],
)
def test_every_new_service_sees_people(service):
    assert count(could_be(), ATTENDED, service, detail="new") > 0


def test_nobody_is_told_to_wait_for_six_weeks():
    assert count(could_be(), LISTED, "six_week_rule") == 0
    assert count(run("sussex/what_matters"), LISTED, "six_week_rule") == 0


def test_conversations_and_drop_ins_are_at_the_next_open_door():
    record = could_be()
    for service, within in (
        ("what_matters", 7),
        ("drop_in_clinic", 21),
        ("mobile_clinic", 21),
    ):  # in so small a place the doors open some weeks only
        seen = events(record, ATTENDED, service, detail="new")
        log = record.events
        listed = {}
        for i in events(record, LISTED, service):
            listed.setdefault(log["row"][i], []).append(log["day"][i])
        waits = [log["day"][i] - max(d for d in listed[log["row"][i]] if d <= log["day"][i]) for i in seen]
        assert np.median(waits) <= within, service


def test_modules_keep_the_place():
    record = run("sussex/online_modules")
    on = events(record, MOVED, "online_modules", to="mdt_triage")
    log = record.events
    rows = set(log["row"][on].tolist())
    joined = [i for i in events(record, LISTED, "mdt_triage") if log["row"][i] in rows]
    assert any(log["day"][i] - log["since"][i] >= 14 for i in joined)


def test_half_of_finished_courses_have_an_open_door():
    physiotherapy = build(composed("sussex/self_booking")).pathway.services["physiotherapy"]
    assert physiotherapy.patient_initiated.share == 0.5
    assert count(run("sussex/self_booking"), MISSED, "physiotherapy") < count(run(), MISSED, "physiotherapy")


def test_people_in_work_are_called_in_the_evening():
    record = simulate(
        replace(small(build(composed("sussex/longer_hours"))), place=replace(build(composed()).place, scale=0.125)), 0
    )
    called = events(record, LISTED, "evening_and_saturday")
    assert len(called) > 5
    assert word(record, "employment", called) == {"employed"}


def test_people_without_an_fcp_see_one():
    before, after = (
        events(record, ATTENDED, "fcp", detail="new") for record in (run(), run("sussex/fcp_in_every_pcn"))
    )
    assert word(run(), "fcp_practice", before) == {"yes"}
    assert word(run("sussex/fcp_in_every_pcn"), "fcp_practice", after) == {"no", "yes"}


def test_a_pcn_has_ten_places_for_those_who_need_most():
    services = build(composed("sussex/fcp_in_every_pcn")).pathway.services
    wte = composed("sussex/fcp_in_every_pcn")["workforce"]["proactive_band_7"]["wte"]
    assert wte * services["top_ten"].places_per_wte == pytest.approx(10 * 345_300 / 40_000, abs=1)


def test_the_bus_is_for_people_who_do_not_usually_get_in():
    record = run("sussex/mobile_clinic")
    log, there = record.events, events(record, LISTED, "mobile_clinic")
    facts = {fact: record.patients.facts[fact][log["row"][there]] for fact in ("digital", "language", "imd_quintile")}
    assert ((facts["digital"] == 1) | (facts["language"] == 1) | (facts["imd_quintile"] == 0)).all()
    assert set((log["day"][events(record, ATTENDED, "mobile_clinic")] % 7).tolist()) == {1}, "day 0 is a Tuesday"


def test_support_workers_take_a_part_of_the_courses():
    record = run("sussex/support_workers")
    share = count(record, MOVED, "physiotherapy", to="rehabilitation") / count(
        record, ATTENDED, "physiotherapy", detail="new"
    )
    assert 0.05 < share < 0.2


def test_a_community_appointment_day_is_for_those_who_waited_long():
    day = 200  # Saturday, 18 October 2025
    record, log = run("sussex/appointment_days"), run("sussex/appointment_days").events
    seen = events(record, ATTENDED, "physiotherapy", detail="new")
    that_day = seen[log["day"][seen] == day]
    assert len(that_day) >= 8
    assert (log["day"][that_day] - log["since"][that_day] >= 84).all()
    usual = run()
    assert not (usual.events["day"][events(usual, ATTENDED, "physiotherapy")] == day).any()


def test_extra_people_come_where_access_is_easy():
    def induced(record):
        log = record.events
        return int((log["detail"] == DETAIL["induced"]).sum())

    assert induced(run("sussex/what_matters")) > induced(run())


# --- the people of the document can meet what it tells of --------------------------------------------------------


def ways(record, origin: str, **facts) -> set:
    """Where people with these facts were sent from a service."""
    log, moved = record.events, events(record, MOVED, origin)
    rows = log["row"][moved]
    fits = np.all([record.patients.facts[fact][rows] == FACTS[fact].index(w) for fact, w in facts.items()], axis=0)
    return {record.services[code] for code in np.unique(log["to"][moved][fits]) if code >= 0}


def test_the_ways_of_shane_mo_and_grace_are_open():
    shane = {"onset": "acute", "digital": "online", "need": "physiotherapy"}
    assert "online_self_referral" in ways(run(), "phone_line", **shane)
    assert "six_week_rule" in ways(run(), "online_self_referral", **shane)
    mo = {"digital": "online", "need": "self_management"}
    assert "mdt_triage" in ways(run(), "online_self_referral", **mo, onset="long_term")
    assert "online_modules" in ways(could_be(), "online_self_referral", **mo)
    grace = {"fcp_practice": "yes", "need": "physiotherapy", "onset": "long_term"}
    assert "fcp" in ways(run(), "phone_line", **grace)
    assert "physiotherapy" in ways(run(), "mdt_triage", **grace)
