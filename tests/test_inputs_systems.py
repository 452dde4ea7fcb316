"""As tests/test_inputs.py, for the other shipped scenarios: whatever number they add or change moves a result.

A scenario is laid beside those that are tried there and beside the ones that it stands on; what is absent in all of
these, or has another value, is changed here, in a world of its own where what its rules ask for is common, where what
takes months takes weeks, and where there is staff to answer. Each change is made alone, or with its table row.
"""

import copy
from functools import lru_cache

import pytest
from inputs import (
    NEW,
    OLD,
    SECTIONS,
    SENT_BACK,
    Base,
    Seen,
    at,
    busy,
    configuration,
    dotted,
    inputs,
    moved,
    not_tried,
    tables_made_once,
)

from sim.app.configuration.files.shipped import mechanism_files, scenario_files

THERE = (OLD, NEW, SENT_BACK)
"""What tests/test_inputs.py tries."""

OPEN = "connect_community_msk"
FULL_LETTERS = (
    f"{OPEN} mechanisms=[connect/shared_fcps,connect/referral_desk,connect/self_referral,"
    "connect/digital_triage,connect/full_letters]"
)
# Scenario -> what it is laid beside, besides `THERE`.
BESIDE = {
    "sussex_as_is": (),
    "sussex_could_be": ("sussex_as_is",),
    "cardiff_one_to_one": (),
    "cardiff_four_tier": ("cardiff_one_to_one",),
    "cheshire_merseyside_set_review": (),
    "cheshire_merseyside_fibromyalgia": ("cheshire_merseyside_set_review",),
    "connect_as_is": (),
    OPEN: ("connect_as_is",),
    "connect_health_coaches": (OPEN, "connect_as_is"),
    "connect_wide_reading": (OPEN,),
    "connect_readers_agree": (OPEN,),
    FULL_LETTERS: (OPEN,),
    "coventry_phase2": (),
    "integrated_proportional": (),
    "integrated_well_spent": (),
    "gp_referral_well_spent": (),
    "integrated_paid_by_gp_time": (),
    "integrated_paid_by_outpatients": (),
    "integrated_paid_by_physiotherapy": (),
    "ladder_1_fcp": (),
    "ladder_3_direct_transfer": (),
    "fairer_access": (),
    "stress_unequal_surgery": (),
    "fcp_vacancy": (),
    "more_fcps": (),
    "physiotherapy_into_groups": (),
    "support_workers": (),
    "seven_day_opening": (),
    "few_rooms": (),
    "winter_sickness": (),
}
ADDS_NOTHING = {
    "cardiff_four_tier_extra_staff": ("cardiff_one_to_one", "cardiff_four_tier"),
    "integrated_extra_staff": (OLD, NEW),
    "stress_unequal_surgery_integrated": (OLD, NEW, "stress_unequal_surgery"),
    "seven_day_opening_few_rooms": ("few_rooms", "seven_day_opening"),
    "theatre_closed_january": (NEW,),
}
"""Scenario -> those in which each of its numbers stands."""
NO_NUMBERS = {"cardiff/new_money"}
# Tried here too, since no rule asks about it there.
ASKED_ABOUT_HERE = {
    "sussex_could_be": (("demand", "facts", "digital", "shares"), ("demand", "facts", "language", "shares"))
}

NOT_ALONE = {
    "sussex_could_be": {
        "pathway.services.what_matters.spread": "any other is refused beside length_cv",
        "pathway.services.drop_in_clinic.spread": "the same",
        "pathway.services.mobile_clinic.spread": "the same",
        "pathway.services.specialist_physiotherapy.keeps_place": "whoever takes from a list has to",
        "pathway.services.evening_and_saturday.keeps_place": "the same",
    },
    "coventry_phase2": {"pathway.services.fcp_backlog_clinic.keeps_place": "whoever takes from a list has to"},
    "fairer_access": {"pathway.services.drop_in_clinic.spread": "any other is refused beside length_cv"},
}
"""What is refused if it is changed and nothing else is."""
# Idle as things stand, and tried all the same, so that whatever begins to matter is taken off this list.
IDLE = {
    "sussex_could_be": {
        "pathway.services.adviser_caseload.routes.otherwise.to": "nobody with such a need is sent to an adviser"
    }
}


def composed(name: str) -> dict:
    return configuration(*name.split())


def get(config: dict, path: tuple):
    try:
        return at(config, path)
    except (KeyError, IndexError, TypeError):
        return None


def beyond(name: str, others) -> list[tuple]:
    """Paths of what a scenario says that none of the others says."""
    config, others, found = composed(name), [composed(other) for other in others], []
    for section in SECTIONS:
        for path in inputs(config.get(section), (section,)):
            value = at(config, path)
            if not not_tried(path, value) and not any(get(other, path) == value for other in others):
                found.append(path)
    return found


@lru_cache
def added(name: str) -> dict[str, tuple]:
    """What the scenario adds or changes: name -> path."""
    return {dotted(path): path for path in (*beyond(name, (*THERE, *BESIDE[name])), *ASKED_ABOUT_HERE.get(name, ()))}


WORLDS = ((0.02, 8), (0.02, 20), (0.02, 60), (0.03, 130))
"""(scale, days): each only for what has not moved yet."""

# --- small worlds where what these scenarios ask for is common ----------------------------------------------------

PEOPLE = {
    "demand.facts.digital.shares": {"online": 0.6, "offline": 0.4},
    "demand.facts.language.shares": {"english": 0.7, "interpreter": 0.3},
}
WIDESPREAD = {
    "demand.facts.region.shares.low_back": 0.02,
    "demand.facts.region.shares.widespread": 0.40,
    "pathway.while_waiting.recovery.share_within_6_weeks.long_term": 0.7,
    "start.lists.rheumatology.places.first_outpatient.needs": {
        "group_programme": 0.3,
        "physiotherapy": 0.4,
        "rheumatology": 0.3,
    },
}
URGENT = {
    "pathway.services.gp.routes.urgent.to": {
        "urgent_assessment": 0.2,
        "physiotherapy": 0.8,
        "trauma_orthopaedics": 0,
        "self_management": 0,
    }
}
SETTINGS = {
    "sussex_as_is": PEOPLE | {"pathway.entry.self_refers_online.to": {"online_self_referral": 0.3, "next": 0.7}},
    "sussex_could_be": PEOPLE
    | {
        "pathway.entry.self_refers_online.to": {"online_self_referral": 0.3, "next": 0.7},
        "pathway.entry.rings_the_service.to": {"what_matters": 0.15, "next": 0.85},
        "pathway.entry.drops_in.to": {"drop_in_clinic": 0.3, "next": 0.7},
        "pathway.entry.meets_the_bus_offline.to": {"mobile_clinic": 0.4, "next": 0.6},
        "pathway.entry.meets_the_bus_interpreter.to": {"mobile_clinic": 0.4, "next": 0.6},
        "pathway.services.mdt_triage.routes.modules_first.to": {"online_modules": 0.4, "next": 0.6},
        "pathway.services.mdt_triage.routes.guided_modules_first.to": {"guided_modules": 0.8, "next": 0.2},
        "pathway.services.fcp.routes.introduces_an_adviser.to": {"adviser_caseload": 0.6, "next": 0.4},
        "pathway.services.fcp.routes.introduces_an_adviser_too.to": {"adviser_caseload": 0.3, "next": 0.7},
        "pathway.services.gp.routes.introduces_an_adviser.to": {"adviser_caseload": 0.4, "next": 0.6},
        "pathway.services.gp.routes.one_of_ten.to": {"top_ten": 0.8, "next": 0.2},
        "pathway.services.physiotherapy.capacity.staff.physio_band_6": 0.5,
        "pathway.services.specialist_physiotherapy.capacity.staff.physio_band_6": 0.5,
        "pathway.services.physiotherapy.extra_clinics.autumn.date": "04-29",
        "pathway.services.top_ten.contact_missed_share": 0.5,
        "pathway.while_waiting.recovery.share_within_6_weeks": {"acute": 0.9, "long_term": 0.8},
        "pathway.services.physiotherapy.routes.rehabilitation.to": {"rehabilitation": 0.5, "next": 0.5},
        # Its own list is of those who were called and missed it.
        "pathway.services.evening_and_saturday.missed.new_share": 0.8,
        "pathway.services.evening_and_saturday.missed.discharged_share": 0.1,
        "workforce.physio_band_6.wte": 40,
        "workforce.drop_in_band_6.wte": 8,
    },
    "cardiff_one_to_one": {},
    "cardiff_four_tier": {
        "demand.facts.region.shares": {
            "low_back": 0.2,
            "neck": 0.04,
            "shoulder": 0.04,
            "knee": 0.38,
            "hip": 0.14,
            "hand_wrist": 0.03,
            "foot_ankle": 0.03,
            "inflammatory": 0.04,
            "widespread": 0.1,
        },
        "pathway.entry.otherwise.to": {"gp": 0.5, "first_interaction": 0.5},
        "pathway.entry.on_their_own.to": {"gp": 0.4, "community_assets": 0.3, "first_interaction": 0.3},
        "pathway.services.back_and_knee_group.routes.taught_as_well.to": {"next": 0.7, "first_interaction": 0.3},
        "pathway.services.trauma_orthopaedics.routes.listed_for_a_joint.to": {
            "preparing_for_surgery": 0.6,
            "surgery": 0.2,
            "course": 0.15,
            "no_outcome": 0.05,
        },
        "pathway.while_waiting.private_exit.share_within_10_weeks": {
            "1": 0.7,
            "2": 0.75,
            "3": 0.8,
            "4": 0.85,
            "5": 0.9,
        },
        "workforce.physio_band_6.wte": 40,
        "workforce.first_interaction_band_7.wte": 15,
        "workforce.orthopaedic_clinic_team.wte": 20,
        "workforce.group_physio_band_6.wte": 2.25,
        "workforce.group_support_worker_band_3.wte": 9,
    },
    "cheshire_merseyside_set_review": WIDESPREAD
    | {
        "pathway.services.gp.routes.physiotherapy_back.to": {"physiotherapy": 0.3, "pain": 0.6, "self_management": 0.1},
        "pathway.services.widespread_pain.places_per_wte": 40,
        "workforce.pain_clinic_team.wte": 0.3,
    },
    "cheshire_merseyside_fibromyalgia": WIDESPREAD
    | {
        "pathway.services.talking_support.follow_ups.mean_visits": 2,
        "pathway.services.widespread_pain.contacts_a_month_when_needed": 8,
        "pathway.services.talking_support.patient_initiated": {"share": 0.8, "returning_share": 0.8, "window_days": 14},
        "pathway.services.widespread_pain.routes.otherwise.to": {
            "talking_support": 0.5,
            "peer_support": 0.35,
            "resolved": 0.1,
            "gp": 0.05,
        },
        "workforce.wellbeing_practitioner_band_7.wte": 4,
    },
    "connect_as_is": URGENT,
    OPEN: URGENT | {"pathway.entry.self_referral.to": {"self_referral": 0.5, "next": 0.5}},
    "connect_wide_reading": {"pathway.entry.self_referral.to": {"self_referral": 0.5, "next": 0.5}},
    "coventry_phase2": {
        "demand.facts.region.shares.low_back": 0.12,
        "demand.facts.region.shares.widespread": 0.3,
        "pathway.prevention.share_per_year": 0.9,
        "pathway.while_waiting.recovery.share_within_6_weeks": {"acute": 0.7, "long_term": 0.7},
        "pathway.services.fcp_backlog_clinic.takes_from.waited_over_weeks": 4,
        "start.lists.trauma_orthopaedics.places.first_outpatient.needs": {
            "self_management": 0.2,
            "group_programme": 0.1,
            "physiotherapy": 0.2,
            "specialist": 0.25,
            "surgery": 0.14,
            "rheumatology": 0.1,
            "urgent": 0.01,
        },
        "workforce.orthopaedic_clinic_team.wte": 15,
    },
    "fairer_access": PEOPLE
    | {
        "pathway.services.mdt_triage.routes.told_of_the_drop_in.to": {"drop_in_clinic": 0.9, "next": 0.1},
        "pathway.services.physiotherapy.capacity.staff.physio_band_6": 0.85,
        "pathway.services.drop_in_clinic.capacity.staff.physio_band_6": 0.1,
        "pathway.services.interface_clinic.capacity.staff.triage_band_8a": 0.1,
        "workforce.orthopaedic_clinic_team.wte": 9,
        "pathway.services.spinal.missed.new_share": 0.6,
        "pathway.services.spinal.missed.discharged_share": 0.8,
        "pathway.services.pain.missed.new_share": 0.6,
        "pathway.services.pain.missed.discharged_share": 0.8,
        "pathway.services.pain.missed.follow_up_share": 0.6,
        "workforce.physio_band_6.wte": 60,
    },
    "stress_unequal_surgery": {
        "demand.facts.ethnicity.shares": {"white_british": 0.5, "asian": 0.5},
        **{
            f"start.lists.trauma_orthopaedics.places.{place}.shares_by_weeks_waited": dict.fromkeys(
                ("0", "6", "18", "52"), share
            )
            for place, share in (("first_outpatient", 0.22), ("follow_up", 0.08), ("surgery", 0.7))
        },
        "workforce.theatre_team.wte": 15,
    },
    "support_workers": {"workforce.physio_band_6.wte": 60},
    "winter_sickness": {
        f"workforce.{group}.{key}": value
        for group in configuration("winter_sickness")["workforce"]
        for key, value in (("sickness_share", 0.35), ("sickness_by_month", [1, 1, 1, 2.5, 0.2, 1, 1, 1, 1, 1, 1, 1]))
    },
    "fcp_vacancy": {
        "workforce.fcp_band_7.leaves.two_posts": {
            "date": "2025-04-04",
            "wte": 2,
            "weeks_to_hire": 1,
            "training_weeks": 4,
            "training_share": 0.5,
        }
    },
}
CHEAPER = 10
"""New groups that others pay for: so many times the staff for the same money."""


def eager(config: dict, services) -> None:
    """In these services what takes months takes weeks, and a few people are enough for a group."""
    for name in services:
        service = config["pathway"]["services"][name]
        for key, most in (("days", 10), ("stay_days", 14), ("contact_every_days", 5), ("earliest_notice_days", 3)):
            if service.get(key):
                service[key] = min(service[key], most)
        if "follow_ups" in service:
            service["follow_ups"]["interval_days"] = 7
        if service["kind"] == "group":
            service |= {"sessions": 4, "min_size": 3, "max_size": 5, "least_size": 1, "start_after_weeks": 1}


def world_of(name: str, scale: float, days: int) -> dict:
    config = busy(composed(name), scale, days)
    eager(config, set(config["pathway"]["services"]) - set(composed(OLD)["pathway"]["services"]))
    for group in config["workforce"].values():
        if group.get("paid_by"):
            group |= {"wte": CHEAPER * group["wte"], "cost_per_hour_gbp": group["cost_per_hour_gbp"] / CHEAPER}
    if "worsening" in config["pathway"]["while_waiting"]:
        config["pathway"]["while_waiting"]["worsening"]["share_within_26_weeks"] = {"acute": 0.8, "long_term": 0.9}
    if "recurrence" in config["pathway"]:
        config["pathway"]["recurrence"] |= {"share": 0.8, "mean_days": 10}
    for dots, value in SETTINGS.get(name, {}).items():
        *path, last = dots.split(".")
        at(config, path)[last] = copy.deepcopy(value)
    return config


@lru_cache(maxsize=8)  # each holds a whole run
def base(name: str, world: tuple) -> Base:
    return Base(world_of(name, *world))


def seen(path: tuple, name: str) -> Seen | None:
    return moved(path, (name,), lambda name, world: base(name, WORLDS[world]))


def tried_of(name: str) -> list[tuple]:
    """Paths of what the scenario adds or changes, but for what is known to be idle or refused."""
    known = {**IDLE.get(name, {}), **NOT_ALONE.get(name, {})}
    return [path for dots, path in added(name).items() if dots not in known]


@pytest.fixture(scope="module", autouse=True)
def _tables_made_once():
    with tables_made_once():
        yield


# --- the tests ---------------------------------------------------------------------------------------------------

PARTS = {"sussex_could_be": 5, "cardiff_four_tier": 3, "cheshire_merseyside_fibromyalgia": 2}
"""Scenario -> into how many tests it is cut, for the sake of those who run several at once."""


def entries(which: dict):
    return [(name, dots) for name, paths in which.items() for dots in paths]


@pytest.mark.parametrize("name, part", [(name, part) for name in BESIDE for part in range(PARTS.get(name, 1))])
def test_an_input_that_a_scenario_adds_moves_a_result(name, part):
    mine = tried_of(name)[part :: PARTS.get(name, 1)]
    idle = [dotted(path) for path in mine if not seen(path, name)]
    assert not idle, f"changed, and nothing moved: {', '.join(idle)}"


@pytest.mark.parametrize("name, dots", entries(IDLE))
def test_what_is_idle_is_idle(name, dots):
    one, path = base(name, WORLDS[2]), added(name)[dots]
    assert not any(one.moves(path, other) for other in one.others(path)), "it moves a result: take it off the list"


@pytest.mark.parametrize("name, dots", entries(NOT_ALONE))
def test_what_cannot_be_changed_alone_is_refused(name, dots):
    one, path = base(name, WORLDS[0]), added(name)[dots]
    assert {one.moves(path, other) for other in one.others(path)} == {None}


def test_every_shipped_scenario_and_mechanism_is_tried():
    files = scenario_files()
    tried = {*THERE, *(name.split()[0] for name in BESIDE), *ADDS_NOTHING}
    assert set(files) == tried, "BESIDE has every scenario, or ADDS_NOTHING where each of its numbers stands elsewhere"
    said = " ".join([*BESIDE, *(files[name.split()[0]].read_text() for name in BESIDE)])
    assert {name for name in mechanism_files() if name not in said} == NO_NUMBERS


@pytest.mark.parametrize("name", ADDS_NOTHING)
def test_what_adds_nothing_adds_nothing(name):
    assert not beyond(name, ADDS_NOTHING[name])
