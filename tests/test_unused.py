"""Settings that change nothing beside the others: one fault each, and none once what they need is there."""

import pytest
from worlds import caseload, clinic, facts, group, staffed, way, world

import sim

COURSE = {"routes": way("course"), "follow_ups": {"mean_visits": 2.0}}
MISSED = {"new_share": 0.1}
SOME = {"otherwise": {"to": {"resolved": 1.0}}}
PHYSIO = {"physio": {"wte": 2.0}}

NOTHING = {  # the service, the key that says nothing, what gives it a meaning
    "minutes of a slot": (clinic(new_minutes=20), "new_minutes", None),
    "minutes of a follow-up in slots": (clinic(follow_up_minutes=20), "follow_up_minutes", None),
    "points without points a week": (
        clinic(priority={"urgent": {"when": {"urgency": "urgent"}, "points": 5.0}, "all": {}}),
        "priority.urgent.points",
        {"priority": {"urgent": {"when": {"urgency": "urgent"}, "points": 5.0}, "all": {"points_per_week": 1.0}}},
    ),
    "weeks of one date": (
        clinic(extra_clinics={"x": {"slots": 2, "date": "2025-01-10", "every_weeks": 2}}),
        "extra_clinics.x.every_weeks",
        None,
    ),
    "fenced from nobody": (clinic(ring_fenced=True), "ring_fenced", COURSE | {"follow_ups_first_share": 0.5}),
    "a share of nobody": (clinic(follow_ups_first_share=0.5), "follow_ups_first_share", COURSE),
    "refilled, and nobody cancels": (
        clinic(cancelled={"refilled_share": 0.5}),
        "cancelled.refilled_share",
        {"cancelled": {"share": 0.1, "refilled_share": 0.5}},
    ),
    "a door after no course": (
        clinic(patient_initiated={"share": 0.5, "returning_share": 0.3}),
        "patient_initiated.share",
        COURSE,
    ),
    "a door that nobody uses": (
        clinic(**COURSE, patient_initiated={"share": 0.5}),
        "patient_initiated.share",
        {"patient_initiated": {"share": 0.5, "returning_share": 0.1}},
    ),
    "an interval between no follow-ups": (clinic(follow_ups={"interval_days": 7}), "follow_ups.interval_days", COURSE),
    "follow-ups missed, of which there are none": (
        clinic(missed={"follow_up_share": 0.1}),
        "missed.follow_up_share",
        COURSE,
    ),
    "discharged for no miss": (
        clinic(missed={"discharged_share": 0.5}),
        "missed.discharged_share",
        {"missed": MISSED | {"discharged_share": 0.5}},
    ),
    "sent on after no discharge": (
        clinic(missed=MISSED, after_missing=SOME),
        "after_missing",
        {"missed": MISSED | {"discharged_share": 0.5}},
    ),
    "a ratio of no misses": (
        clinic(missed={"interpreter_ratio": 2.0}),
        "missed.interpreter_ratio",
        {"missed": MISSED | {"interpreter_ratio": 2.0}},
    ),
    "contacts missed, of which there are none": (
        caseload(5, contact_missed_share=0.1),
        "contact_missed_share",
        {"contact_every_days": 2},
    ),
    "remote, and none is missed": (
        caseload(5, contact_every_days=2, remote_share=0.5),
        "remote_share",
        {"contact_missed_share": 0.1},
    ),
    "after dropping out, and nobody does": (
        group(after_dropping_out=SOME),
        "after_dropping_out",
        {"attendance_share": 0.8},
    ),
    "completed by all": (group(completed_at_share=0.5), "completed_at_share", {"attendance_share": 0.8}),
    "fewer in a cohort, and nobody waits for it": (
        group(min_size=4, least_size=3),
        "least_size",
        {"start_after_weeks": 6},
    ),
    "a window of no door": (
        clinic(**COURSE, patient_initiated={"window_days": 30}),
        "patient_initiated.window_days",
        {"patient_initiated": {"share": 0.5, "returning_share": 0.1, "window_days": 30}},
    ),
    "no room for a cohort": (group(rooms=0), "rooms", {"rooms": 1}),
    "minutes of a seat": (group(session_minutes=90), "session_minutes", None),
}


@pytest.mark.parametrize("service, key, more", NOTHING.values(), ids=NOTHING)
def test_what_changes_nothing_is_one_fault(service, key, more):
    with pytest.raises(sim.ScenarioError) as found:
        sim.from_dict(world({"a": service}, demand=facts()))
    assert [fault.where for fault in found.value.faults] == [f"pathway.services.a.{key}"]
    assert all(fault.right and "says nothing: " in fault.what for fault in found.value.faults)
    if more:
        sim.from_dict(world({"a": service | more}, demand=facts()))


@pytest.mark.parametrize(
    "key, fact",
    [
        ("most_to_least_deprived_ratio", "imd_quintile"),
        ("interpreter_ratio", "language"),
        ("offline_ratio", "digital"),
    ],
)
def test_a_ratio_of_people_whom_there_are_not_is_one_fault(key, fact):
    service = clinic(missed=MISSED | {key: 2.0})
    with pytest.raises(sim.ScenarioError, match=f"{key}: says nothing: nobody has"):
        sim.from_dict(world({"a": service}))
    sim.from_dict(world({"a": service}, demand=facts(**{fact: True})))


@pytest.mark.parametrize(
    "sections, where",
    [
        ({"demand": {"holiday_index": 0.5}}, "demand.holiday_index"),
        ({"demand": {"rate_ratio": {"imd_quintile": {"1": 2.0}}}}, "demand.rate_ratio.imd_quintile"),
        ({"workforce": {"physio": {"wte": 2.0, "leave_by_month": [1.0] * 12}}}, "workforce.physio.leave_by_month"),
        (
            {"workforce": {"physio": {"wte": 2.0, "sickness_by_month": [1.0] * 12}}},
            "workforce.physio.sickness_by_month",
        ),
        (
            {
                "workforce": {
                    "physio": {"wte": 2.0, "joins": {"x": {"date": "2025-01-08", "wte": 1, "training_share": 0.5}}}
                }
            },
            "workforce.physio.joins.x.training_share",
        ),
        (
            {
                "workforce": {
                    "physio": {"wte": 2.0, "leaves": {"x": {"date": "2025-01-08", "wte": 1, "training_weeks": 2}}}
                }
            },
            "workforce.physio.leaves.x.training_weeks",
        ),
    ],
)
def test_sections_too(sections, where):
    with pytest.raises(sim.ScenarioError) as found:
        sim.from_dict(world({"a": staffed("physio")}, **({"workforce": PHYSIO} | sections)))
    assert [fault.where for fault in found.value.faults] == [where]


@pytest.mark.parametrize(
    "part, where",
    [
        ({"recurrence": {"mean_days": 30.0}}, "recurrence.mean_days"),
        ({"recurrence": {"ratio_after": {"a": 0.5}}}, "recurrence.ratio_after"),
        ({"prevention": {"share_per_year": 0.1, "at_most": 0.0}}, "prevention.share_per_year"),
        ({"while_waiting": {"worsening": {"to": {"physiotherapy": "surgery"}}}}, "while_waiting.worsening.to"),
        (
            {"while_waiting": {"recovery": {"share_within_6_weeks": {"acute": 0.5}, "needs": ["physiotherapy"]}}},
            "while_waiting.recovery.share_within_6_weeks",
        ),
        (
            {"while_waiting": {"private_exit": {"share_within_10_weeks": {"1": 0.5}}}},
            "while_waiting.private_exit.share_within_10_weeks",
        ),
    ],
)
def test_the_pathway_too(part, where):
    config = world({"a": clinic()})
    config["pathway"] |= part
    with pytest.raises(sim.ScenarioError) as found:
        sim.from_dict(config)
    assert [fault.where for fault in found.value.faults] == [f"pathway.{where}"]


def test_a_rule_behind_one_that_takes_everybody_is_one_fault_and_a_rank_says_on_purpose():
    def config(rank=0, when="male"):
        first = {"when": {"sex": "male"}, "to": {"a": 1.0}, "rank": rank}
        return world(
            {"a": clinic()}, entry=way("a", one=first, two={"when": {"sex": when, "region": "knee"}, "to": {"a": 1.0}})
        )

    with pytest.raises(sim.ScenarioError, match="two: has nobody left: 'one' takes them all before"):
        sim.from_dict(config())
    sim.from_dict(config(rank=-1))
    sim.from_dict(config(when="female"))


@pytest.mark.parametrize("share, whom", [(1.0, "new people"), (0.0, "follow-ups")])
def test_a_fence_that_leaves_nothing_on_one_side_is_one_fault(share, whom):
    fenced = COURSE | {"ring_fenced": True}
    with pytest.raises(sim.ScenarioError, match=f"follow_ups_first_share: is {share:g}, .*{whom} are never seen"):
        sim.from_dict(world({"a": clinic(follow_ups_first_share=share, **fenced)}))
    later = {"x": {"date": "2025-01-10", "ring_fenced": False}}
    sim.from_dict(world({"a": clinic(follow_ups_first_share=share, **fenced, later=later)}))


def test_a_class_without_a_slot_is_one_fault_unless_others_release_theirs():
    def config(**more):
        classes = {"urgent": {"when": {"urgency": "urgent"}, "slots_share": 0.0}, "all": {"slots_share": 1.0} | more}
        return world({"a": clinic(priority=classes)}, demand=facts())

    with pytest.raises(sim.ScenarioError, match=r"urgent\.slots_share: is 0, .* ever seen"):
        sim.from_dict(config())
    sim.from_dict(config(slots_released_days_before=0))


def test_what_is_off_needs_no_other_setting_to_be_off():
    """An override that takes a test, an extra clinic or induced demand away is one override."""
    services = {
        "a": clinic(orders={"x": {"service": "b", "share": 0.0}}),
        "b": clinic(extra_clinics={"x": {"slots": 0, "date": "2025-01-10"}}),
    }
    induced = {"induced": {"per_1000_a_year": 0.0, "tolerated_wait_weeks": 3.0}}
    sim.from_dict(world(services, demand=induced))
