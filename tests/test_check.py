"""Bad input: every fault at once, each with where it is, what is wrong and what would be right,
and no value read back."""

import copy
import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import clinic, delay, group, lived, people, rule, way, world

import sim
from sim import ScenarioError
from sim.analysis.indicators.measures import measures_of
from sim.app.studies.load import idle
from sim.domain.scenario import Scenario
from sim.domain.words import FACTS

PLACE = {"service": "ortho", "share": 1.0, "needs": {"surgery": 1.0}}
BASE = {
    "name": "base",
    "title": "A base",
    "question": "What if?",
    "compare_with": None,
    "place": {"name": "Somewhere", "scale": 1.0},
    "demand": {
        "population": 1000,
        "presenting_per_1000_a_year": 365.25,
        "growth_per_year": 0.0,
        "arrivals": "fixed",
        "month_index": [1.0] * 12,
        "weekday_index": [1.0] * 7,
        "holiday_index": 1.0,
        "facts": {
            "region": {"shares": {"knee": 0.5, "hip": 0.5}},
            "need": {
                "given": "region",
                "shares_given": {r: {"surgery": 0.25, "physiotherapy": 0.75} for r in FACTS["region"]},
            },
            "imd_quintile": {"shares": {"1": 0.2, "2": 0.2, "3": 0.2, "4": 0.2, "5": 0.2}},
        },
        "elsewhere": {"ed": {"service": "ortho", "per_1000_a_year": 10.0, "needs": {"urgent": 1.0}}},
        "rate_ratio": {"imd_quintile": {"1": 1.5}},
    },
    "workforce": {
        "gp": {
            "wte": 2.0,
            "label": "GP",
            "band": "GP",
            "cost_per_hour_gbp": 100.0,
            "sessions_a_week": 9,
            "patient_facing_share": 0.8,
            "annual_leave_days": 30.0,
            "study_leave_days": 5.0,
            "sickness_share": 0.03,
            "paid_weeks_a_year": 42.0,
        },
        "physio": {"wte": 3.0, "moved_from": {"gp": 0.5}},
    },
    "calendar": {"start_date": "2025-01-06", "bank_holidays": "GB-ENG"},
    "start": {
        "kind": "lists",
        "lists": {
            "to": {
                "unit": "weeks",
                "waiting": {"0": 3.0, "4": 2.0},
                "places": {"all": PLACE},
                "part_of_list": 0.5,
                "open_band": 4.0,
            }
        },
    },
    "run": {
        "years": 0.1,
        "warm_up_days": 0,
        "replications": 2,
        "seed": 1,
        "workers": 1,
        "precision": 0.0,
        "keep_events": False,
        "progress": "none",
    },
    "analysis": {"window": [0, 30]},
    "prices": {"price_year": 2024, "per_visit_gbp": {"ortho": 10.0}},
    "outcomes": {"utility_loss_per_month_waited": {"surgery": 0.01}, "off_work_share": {"surgery": 0.1}},
    "pathway": {
        "entry": way(
            "gp",
            straight=rule(
                "physio", {"region": "knee"}, only_while={"condition": "list_over", "service": "gp", "threshold": 50}
            ),
        ),
        "while_waiting": {
            "recovery": {"share_within_6_weeks": {"acute": 0.4}, "needs": ["physiotherapy"]},
            "private_exit": {"share_within_10_weeks": {"1": 0.1, "5": 0.2}},
        },
        "recurrence": {"share": 0.1, "mean_days": 50.0},
        "services": {
            "gp": {
                **clinic(
                    setting="primary",
                    care="self_management",
                    clinician="gp",
                    new_minutes=10.0,
                    follow_up_minutes=10.0,
                    label="GP",
                    tier=1,
                ),
                "capacity": {"staff": {"gp": 0.8}},
                "open_days": "working_days",
                "routes": way({"home": 0.5, "physio": 0.3, "ortho": 0.2}),
                "orders": {"scan": {"service": "mri", "share": 0.1, "when": {"region": "knee"}}},
            },
            "physio": clinic(
                2,
                "course",
                care="physiotherapy",
                recovers=True,
                private_exit=True,
                removed_share_per_week_waited=0.01,
                earliest_notice_days=2,
                length_cv=0.2,
                follow_ups_first_share=0.5,
                ring_fenced=True,
                priority={"urgent": {"when": {"urgency": "urgent"}, "earliest_notice_days": 0}, "routine": {}},
                follow_ups={"mean_visits": 2.0, "spread": "poisson", "interval_days": 7},
                missed={
                    "new_share": 0.1,
                    "follow_up_share": 0.1,
                    "share_per_week_waited": 0.01,
                    "discharged_share": 0.5,
                    "most_to_least_deprived_ratio": 2.0,
                },
                cancelled={"share": 0.1, "refilled_share": 0.5},
                patient_initiated={"share": 0.2, "returning_share": 0.5, "window_days": 30},
                after_course=way({"resolved": 0.9, "escape": 0.1}),
                after_missing=way("home"),
                extra_clinics={"saturday": {"date": "2025-01-18", "slots": 3.0, "waited_over_weeks": 1.0}},
            ),
            "escape": group(
                40,
                min_size=2,
                max_size=6,
                least_size=1,
                start_after_weeks=3,
                rooms=2,
                attendance_share=0.8,
                drop_out_share_per_session=0.05,
                completed_at_share=0.5,
                session_days=["tue", "thu"],
                entry="closed",
                after_dropping_out=way("home"),
            ),
            "mri": clinic(3, "report", setting="diagnostics"),
            "report": delay(3, "return", setting="diagnostics"),
            "ortho": clinic(
                1,
                {"surgery": 0.3, "none": 0.3, "resolved": 0.4},
                setting="hospital",
                rtt="clock",
                referrals_through="triage",
            ),
            "triage": clinic(5, {"ortho": 0.5, "physio": 0.5}, setting="triage", rtt="provisional", contact=False),
            "surgery": clinic(
                0.5,
                setting="hospital",
                rtt="treatment",
                priority={"urgent": {"when": {"urgency": "urgent"}, "points": 5.0, "points_per_week": 1.0}, "all": {}},
            ),
            "none": delay(2, {"gp": 0.5, "resolved": 0.5}, setting="home", contact=False, no_outcome=True),
            "home": delay(10, {"gp": 0.3, "resolved": 0.7}, setting="home", contact=False, spread="exponential"),
        },
    },
}
GONE = object()


def changed(*changes) -> dict:
    """The base with (dotted key, value) changes; GONE takes a key away."""
    config = copy.deepcopy(BASE)
    for where, value in changes:
        here, *path = config, *where.split(".")
        for key in path[:-1]:
            here = here[int(key) if isinstance(here, list) else key]
        if value is GONE:
            del here[path[-1]]
        else:
            here[int(path[-1]) if isinstance(here, list) else path[-1]] = value
    return config


def faults(*changes) -> dict[str, tuple[str, str]]:
    """{where: (what, right)} of the base with these changes."""
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict(changed(*changes))
    return {fault.where: (fault.what, fault.right) for fault in caught.value.faults}


def one_fault(where: str, value, at: str | None = None) -> tuple[str, str]:
    """(what, right) of a change that has exactly one fault, there or at `at`."""
    found = faults((where, value))
    assert list(found) == [at or where], found
    return found[at or where]


def test_the_base_is_right_and_can_be_run():
    assert isinstance(sim.from_dict(copy.deepcopy(BASE)), Scenario)
    assert len(lived(copy.deepcopy(BASE)).events) > 100


def test_building_leaves_the_configuration_as_it_was():
    config = copy.deepcopy(BASE)
    sim.from_dict(config)
    assert config == BASE


# --- unknown keys, at every level ---------------------------------------------------------------------------

PHYSIO, ESCAPE, GP = "pathway.services.physio", "pathway.services.escape", "pathway.services.gp"


@pytest.mark.parametrize(
    "where, meant",
    [
        ("demnd", "demand"),
        ("workfroce", "workforce"),
        ("place.scal", "scale"),
        ("demand.populaton", "population"),
        ("demand.facts.region.share", "shares"),
        ("demand.elsewhere.ed.servce", "service"),
        ("workforce.gp.wtee", "wte"),
        ("calendar.start_dat", "start_date"),
        ("start.list", "lists"),
        ("start.lists.to.units", "unit"),
        ("start.lists.to.places.all.in_cours", "in_course"),
        ("run.year", "years"),
        ("analysis.windows", "window"),
        ("prices.per_visit", "per_visit_gbp"),
        ("outcomes.off_work", "off_work_share"),
        ("pathway.service", "services"),
        ("pathway.recurence", "recurrence"),
        ("pathway.while_waiting.recover", "recovery"),
        ("pathway.while_waiting.recovery.need", "needs"),
        ("pathway.recurrence.mean_day", "mean_days"),
        ("pathway.entry.straight.too", "to"),
        ("pathway.entry.straight.only_while.treshold", "threshold"),
        (f"{PHYSIO}.follow_up", "follow_ups"),
        (f"{PHYSIO}.capacity.slots_per_da", "slots_per_day"),
        (f"{PHYSIO}.routes.otherwise.wen", "when"),
        (f"{PHYSIO}.priority.urgent.point", "points"),
        (f"{PHYSIO}.follow_ups.mean_visit", "mean_visits"),
        (f"{PHYSIO}.missed.new_shar", "new_share"),
        (f"{PHYSIO}.cancelled.refill_share", "refilled_share"),
        (f"{PHYSIO}.patient_initiated.window", "window_days"),
        (f"{GP}.orders.scan.servic", "service"),
        (f"{PHYSIO}.extra_clinics.saturday.slot", "slots"),
        (f"{ESCAPE}.max_siz", "max_size"),
        ("pathway.services.home.day", "days"),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_was_meant(where, meant):
    what, right = one_fault(where, 1.0)
    assert what.startswith("is not") and right == f"did you mean '{meant}'?"


def test_a_key_that_resembles_nothing_gets_the_list_of_what_there_is():
    _, right = one_fault("zzz", 1)
    assert right.startswith("there is: place, demand, workforce")


# --- misspelt names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where, value, at, meant",
    [
        (f"{GP}.routes.otherwise.to", {"phisio": 1.0}, f"{GP}.routes.otherwise.to.phisio", "physio"),
        ("pathway.entry.otherwise.to", {"gpp": 1.0}, "pathway.entry.otherwise.to.gpp", "gp"),
        (f"{GP}.orders.scan.service", "mr", None, "mri"),
        (f"{PHYSIO}.after_course.otherwise.to", {"escpe": 1.0}, f"{PHYSIO}.after_course.otherwise.to.escpe", "escape"),
        (f"{PHYSIO}.after_missing.otherwise.to", {"hom": 1.0}, f"{PHYSIO}.after_missing.otherwise.to.hom", "home"),
        (
            f"{ESCAPE}.after_dropping_out.otherwise.to",
            {"resolvd": 1.0},
            f"{ESCAPE}.after_dropping_out.otherwise.to.resolvd",
            "resolved",
        ),
        ("pathway.services.ortho.referrals_through", "triag", None, "triage"),
        ("pathway.entry.straight.only_while.service", "phsio", None, "physio"),
        ("demand.elsewhere.ed.service", "orto", None, "ortho"),
        ("start.lists.to.places.all.service", "orto", None, "ortho"),
        ("prices.per_visit_gbp", {"orto": 1.0}, "prices.per_visit_gbp.orto", "ortho"),
        ("pathway.entry.straight.when", {"regoin": "knee"}, "pathway.entry.straight.when.regoin", "region"),
        ("pathway.entry.straight.when", {"region": "kneee"}, "pathway.entry.straight.when.region", "knee"),
        ("pathway.entry.straight.when", {"region": ["knee", "hipp"]}, "pathway.entry.straight.when.region", "hip"),
        ("pathway.entry.straight.when", {"came_from": "phsio"}, "pathway.entry.straight.when.came_from", "physio"),
        (f"{PHYSIO}.priority.urgent.when", {"urgncy": "urgent"}, f"{PHYSIO}.priority.urgent.when.urgncy", "urgency"),
        (f"{PHYSIO}.priority.urgent.when", {"urgency": "urgnt"}, f"{PHYSIO}.priority.urgent.when.urgency", "urgent"),
        (f"{GP}.orders.scan.when", {"region": "kne"}, f"{GP}.orders.scan.when.region", "knee"),
        ("demand.facts.etnicity", {"shares": {"asian": 1.0}}, None, "ethnicity"),
        ("demand.facts.region.shares", {"nee": 1.0}, "demand.facts.region.shares.nee", "knee"),
        ("demand.elsewhere.ed.needs", {"surgry": 1.0}, "demand.elsewhere.ed.needs.surgry", "surgery"),
        ("demand.rate_ratio", {"imd_quintil": {"1": 1.0}}, "demand.rate_ratio.imd_quintil", "imd_quintile"),
        ("start.lists.to.places.all.needs", {"surgry": 1.0}, "start.lists.to.places.all.needs.surgry", "surgery"),
        (f"{GP}.capacity.staff", {"gpp": 1.0}, f"{GP}.capacity.staff.gpp", "gp"),
        ("workforce.physio.moved_from", {"gpp": 1.0}, "workforce.physio.moved_from.gpp", "gp"),
        ("pathway.while_waiting.recovery.needs", ["physiotherpy"], None, "physiotherapy"),
        (
            "pathway.while_waiting.recovery.share_within_6_weeks",
            {"acut": 0.4},
            "pathway.while_waiting.recovery.share_within_6_weeks.acut",
            "acute",
        ),
        (
            "outcomes.utility_loss_per_month_waited",
            {"surgry": 0.1},
            "outcomes.utility_loss_per_month_waited.surgry",
            "surgery",
        ),
        (f"{GP}.kind", "clinc", None, "clinic"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(where, value, at, meant):
    what, right = one_fault(where, value, at)
    assert "not" in what and right == f"did you mean '{meant}'?"


def test_a_word_from_a_short_list_is_told_with_the_list():
    for where, value, words in (
        ("demand.arrivals", "often", ("poisson", "fixed")),
        (f"{PHYSIO}.open_days", ["mon", "thur"], ("mon", "thu")),
        (f"{PHYSIO}.follow_ups.spread", "normal", ("fixed", "poisson")),
        ("pathway.services.ortho.rtt", "yes", ("clock", "treatment")),
        ("start.kind", "real", ("lists", "warm_up")),
        (f"{ESCAPE}.entry", "open", ("closed", "rolling")),
        ("pathway.entry.straight.only_while.condition", "busy", ("list_over", "wait_over_weeks")),
        ("run.progress", "loud", ("bar", "json")),
    ):
        told = " ".join(right for at, (_, right) in faults((where, value)).items() if at.startswith(where))
        assert all(word in told for word in words), (where, told)


def test_quintiles_are_words():
    _, right = one_fault(
        "pathway.while_waiting.private_exit.share_within_10_weeks",
        {"6": 0.1},
        "pathway.while_waiting.private_exit.share_within_10_weeks.6",
    )
    assert '"1"' in right and '"5"' in right


# --- sums, staff, ways out ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where, shares",
    [
        (f"{GP}.routes.otherwise.to", {"home": 0.5, "physio": 0.4}),
        ("pathway.entry.otherwise.to", {"gp": 0.9}),
        (f"{PHYSIO}.after_course.otherwise.to", {"resolved": 0.9}),
        ("demand.facts.region.shares", {"knee": 0.4, "hip": 0.5}),
        ("demand.facts.need.shares_given.knee", {"surgery": 0.9}),
        ("demand.elsewhere.ed.needs", {"urgent": 0.9}),
        ("start.lists.to.places.all.needs", {"surgery": 0.9}),
    ],
)
def test_shares_must_add_to_one(where, shares):
    assert one_fault(where, shares) == ("the shares add to 0.9, not 1", "change them by +0.1 in all")
    key = next(iter(shares))
    too_much = {**shares, key: round(shares[key] + 0.15, 2) if shares[key] + 0.15 <= 1 else 1.0}
    if sum(too_much.values()) > 1:
        assert one_fault(where, too_much)[1].startswith("change them by -0.")


@pytest.mark.parametrize(
    "fact, mix, at, told",
    [
        ("onset", {"acute": 0.5}, ".shares", "the shares add to 0.5, not 1"),
        ("region", {"knee": 1.0}, "", "is known from the needs of each place"),
        ("practice", {"1": 1.0}, "", "is a fact of nobody else"),
    ],
)
def test_a_list_may_have_facts_of_its_own(fact, mix, at, told):
    where = "start.lists.to.facts"
    assert one_fault(where, {fact: {"shares": mix}}, f"{where}.{fact}{at}")[0] == told


def test_a_fact_of_a_list_goes_with_the_time_waited_or_is_told():
    leaving = ("start.leaving", {"soon": {"share": {"acute": 0.4}, "within_weeks": 6}})
    told = faults(leaving, ("start.lists.to.facts", {"onset": {"shares": {"acute": 1.0}}}))
    assert told["start.lists.to.facts.onset"][0] == "goes with the time waited, by start.leaving"


def test_the_places_of_a_list_must_add_to_one():
    half = {**PLACE, "share": 0.5}
    assert (
        one_fault("start.lists.to.places", {"one": half, "two": {**half, "share": 0.3}})[0]
        == "the shares add to 0.8, not 1"
    )


def test_rounding_of_thirds_is_no_fault():
    thirds = {"home": 0.3333333, "physio": 0.3333333, "ortho": 0.3333334}
    assert isinstance(sim.from_dict(changed((f"{GP}.routes.otherwise.to", thirds))), Scenario)


def test_staff_may_not_be_shared_out_beyond_all_of_it():
    minutes = (f"{PHYSIO}.new_minutes", 30.0)
    found = faults((f"{PHYSIO}.capacity", {"staff": {"gp": 0.5}}), minutes)
    assert found == {
        "workforce.gp": ("130% of its sessions are shared out", "the shares of one group may not pass 100%")
    }
    assert isinstance(sim.from_dict(changed((f"{PHYSIO}.capacity", {"staff": {"gp": 0.2}}), minutes)), Scenario)


@pytest.mark.parametrize(
    "capacity, count",
    [({}, 0), ({"slots_per_day": 1.0, "slots_per_week": 5.0}, 2), ({"slots_per_day": 1.0, "staff": {"gp": 0.1}}, 2)],
)
def test_capacity_is_given_in_exactly_one_way(capacity, count):
    found = faults((f"{PHYSIO}.capacity", capacity), (f"{PHYSIO}.new_minutes", 30.0))
    ((where, (what, right)),) = found.items()
    assert where == f"{PHYSIO}.capacity"
    assert "exactly one" in what and right.startswith(str(count))


def test_a_cycle_with_no_way_out_is_refused():
    found = faults(
        (f"{GP}.routes.otherwise.to", {"home": 1.0}),
        ("pathway.services.home.routes.otherwise.to", {"gp": 1.0}),
        (f"{GP}.orders", {}),
    )
    ((where, (what, right)),) = found.items()
    assert (
        where in (f"{GP}.routes", "pathway.services.home.routes") and "can ever leave" in what and "resolved" in right
    )
    assert {"gp", "home"} <= set(what.partition("(")[2].strip(")").split(" -> "))


def test_a_way_out_through_a_course_or_a_missed_visit_is_a_way_out():
    course = {**clinic(1, "course"), "follow_ups": {"mean_visits": 1.0}}
    assert isinstance(sim.from_dict(world({"a": course})), Scenario)
    with pytest.raises(ScenarioError, match="can ever leave"):
        sim.from_dict(world({"a": {**course, "after_course": way("a")}}))


def test_a_cycle_from_which_people_of_one_need_cannot_leave_is_refused():
    trap = {
        "a": clinic(1, routes=way(trapped=rule("b", {"need": "surgery"}))),
        "b": clinic(1, routes=way(trapped=rule("a", {"need": "surgery"}))),
    }
    with pytest.raises(ScenarioError, match="can ever leave"):
        sim.from_dict(world(trap))


def test_everybody_left_needs_a_rule_and_nothing_follows_it():
    assert "has no rule 'otherwise'" in one_fault(f"{GP}.routes", {"some": rule("home", {"sex": "male"})})[0]
    assert (
        "has a condition"
        in one_fault(f"{GP}.routes", {"otherwise": rule("home", {"sex": "male"})}, f"{GP}.routes.otherwise")[0]
    )
    assert (
        "no rule follows"
        in one_fault(f"{GP}.routes", way({"home": 0.5, "next": 0.5}), f"{GP}.routes.otherwise.to.next")[0]
    )
    assert "leads nowhere" in one_fault(f"{GP}.routes", {"otherwise": {"to": {}}}, f"{GP}.routes.otherwise.to")[0]
    assert "has no rule" in one_fault("pathway.services.home.routes", {})[0]
    assert "has no rule" in one_fault("pathway.entry", {})[0]


def test_courses_and_returns_have_their_places():
    assert (
        "is no service"
        in one_fault("pathway.entry.otherwise.to", {"course": 1.0}, "pathway.entry.otherwise.to.course")[0]
    )
    where = f"{PHYSIO}.after_course.otherwise.to"
    assert "can only stand in the routes" in one_fault(where, {"course": 0.5, "resolved": 0.5}, f"{where}.course")[0]
    assert (
        "only a clinic"
        in one_fault(
            "pathway.services.home.routes.otherwise.to",
            {"course": 0.5, "resolved": 0.5},
            "pathway.services.home.routes.otherwise.to.course",
        )[0]
    )
    found = faults((f"{PHYSIO}.routes.otherwise.to", {"resolved": 1.0}))
    assert set(found) == {f"{PHYSIO}.follow_ups", f"{PHYSIO}.after_course"}


def test_people_can_only_return_to_where_they_were_sent_from_for_a_test():
    # Nobody orders `t`: whoever is referred there has nowhere to return to.
    services = {
        "a": clinic(1, {"t": 0.5, "resolved": 0.5}),
        "t": delay(3, {"return": 0.5, "resolved": 0.5}),
        "z": clinic(1),
    }
    with pytest.raises(ScenarioError, match="return"):
        sim.from_dict(world(services))
    # The same where some are sent for a test, and others referred, or come by the door or from elsewhere.
    ordered = {**services, "z": clinic(1, orders={"x": {"service": "t", "share": 0.1}})}
    for config in (
        world(ordered),
        world(ordered, entry="t"),
        world(
            {**ordered, "a": clinic(1)},
            demand={"elsewhere": {"ed": {"service": "t", "per_1000_a_year": 10.0, "needs": {"urgent": 1.0}}}},
        ),
    ):
        try:
            run = lived(config, people([0] * 20))
        except ScenarioError:
            continue
        assert {e.to for e in run.of("moved", "t")} <= {e.service for e in run.of("moved") if e.to == "t"}


@pytest.mark.parametrize("name", ["resolved", "course", "return", "next", "door"])
def test_a_service_may_not_have_the_name_of_a_word_of_the_rules(name):
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict(world({name: clinic(), "a": clinic()}, entry="a"))
    assert any(fault.where == f"pathway.services.{name}" for fault in caught.value.faults)


@pytest.mark.parametrize("name", [4, 1.5, None, True])
def test_the_name_of_a_service_is_text(name):
    # YAML reads an unquoted 4, null or yes as something else; no rule could ever lead there.
    for odd in (clinic(), clinic(to="a")):
        with pytest.raises(ScenarioError) as caught:
            sim.from_dict(
                world({"a": clinic(to="a" if "a" in str(odd["routes"]) else "resolved"), name: odd}, entry="a")
            )
        assert any(fault.where == f"pathway.services.{name}" for fault in caught.value.faults)


# --- numbers ------------------------------------------------------------------------------------------------

NUMBERS = [
    "demand.population",
    "demand.presenting_per_1000_a_year",
    "demand.growth_per_year",
    "demand.holiday_index",
    "demand.facts.region.shares.knee",
    "demand.elsewhere.ed.per_1000_a_year",
    "demand.rate_ratio.imd_quintile.1",
    "workforce.gp.wte",
    "workforce.gp.cost_per_hour_gbp",
    "workforce.gp.sickness_share",
    "workforce.gp.annual_leave_days",
    "workforce.physio.moved_from.gp",
    "place.scale",
    "start.lists.to.waiting.0",
    "start.lists.to.part_of_list",
    "run.years",
    "run.warm_up_days",
    "run.replications",
    "run.seed",
    "run.workers",
    "run.precision",
    "prices.per_visit_gbp.ortho",
    "prices.price_year",
    "outcomes.utility_loss_per_month_waited.surgery",
    "outcomes.off_work_share.surgery",
    f"{PHYSIO}.capacity.slots_per_day",
    f"{GP}.capacity.staff.gp",
    f"{GP}.new_minutes",
    f"{PHYSIO}.length_cv",
    f"{PHYSIO}.earliest_notice_days",
    f"{PHYSIO}.follow_ups.mean_visits",
    f"{PHYSIO}.follow_ups.interval_days",
    f"{PHYSIO}.missed.new_share",
    f"{PHYSIO}.missed.most_to_least_deprived_ratio",
    f"{PHYSIO}.cancelled.share",
    f"{PHYSIO}.patient_initiated.window_days",
    f"{GP}.orders.scan.share",
    f"{PHYSIO}.extra_clinics.saturday.slots",
    f"{PHYSIO}.routes.otherwise.to.course",
    f"{PHYSIO}.removed_share_per_week_waited",
    f"{ESCAPE}.min_size",
    f"{ESCAPE}.rooms",
    f"{ESCAPE}.attendance_share",
    f"{ESCAPE}.start_after_weeks",
    "pathway.services.home.days",
    "pathway.recurrence.share",
    "pathway.recurrence.mean_days",
    "pathway.while_waiting.recovery.share_within_6_weeks.acute",
    "pathway.while_waiting.private_exit.share_within_10_weeks.5",
    "pathway.entry.straight.only_while.threshold",
]


@pytest.mark.parametrize("where", NUMBERS)
@pytest.mark.parametrize(
    "value", [-1_000_000.0, -1, math.nan, math.inf, -math.inf, "12", "twelve", True, [1.0], {"a": 1.0}, 1e300, 10**400]
)
def test_what_is_no_sensible_number_is_refused_by_name(where, value):
    found = faults((where, value))
    assert where in found, (value, found)
    assert all(what and right for what, right in found.values())


@pytest.mark.parametrize(
    "where, value, limit",
    [
        ("demand.facts.region.shares.knee", 1.2, ("at most", 1)),
        (f"{PHYSIO}.follow_ups.mean_visits", 201.0, ("at most", 200)),
        ("workforce.gp.sessions_a_week", 15.0, ("at most", 14)),
        (f"{GP}.new_minutes", 0.0, ("more than", 0)),
        ("place.scale", 0.0, ("more than", 0)),
        ("run.years", 101.0, ("at most", 100)),
        ("run.replications", 0, ("at least", 1)),
        (f"{ESCAPE}.max_size", 0, ("at least", 1)),
        ("demand.growth_per_year", -0.6, ("at least", -0.5)),
        ("pathway.services.home.days", 40_000.0, ("at most", 36525)),
    ],
)
def test_limits_are_told(where, value, limit):
    words, _, number = faults((where, value))[where][1].rpartition(" ")
    assert (words, float(number)) == limit


def test_whole_numbers_are_whole():
    for where in ("demand.population", "run.replications", f"{PHYSIO}.earliest_notice_days", f"{ESCAPE}.sessions"):
        assert one_fault(where, 2.5) == ("is not a whole number", "write a whole number")


def test_lists_of_numbers_have_their_length_and_their_places():
    assert one_fault("demand.month_index", [1.0] * 11)[1] == "12 are needed" or "demand.month_index" in str(
        faults(("demand.month_index", [1.0] * 11))
    )
    assert "demand.weekday_index.2" in faults(("demand.weekday_index", [1.0, 1.0, math.nan, 1.0, 1.0, 1.0, 1.0]))
    assert "demand.month_index.0" in faults(("demand.month_index.0", -1.0))
    assert faults(("demand.month_index", [0.0] * 12))["demand.month_index"][0] == "is zero in every month"
    assert faults(("demand.weekday_index", [0.0] * 7))["demand.weekday_index"][0] == "is zero on every day"


def test_groups_have_sizes_in_order():
    assert faults((f"{ESCAPE}.min_size", 7))[f"{ESCAPE}.min_size"] == ("is more than max_size", "at most 6")
    assert faults((f"{ESCAPE}.least_size", 3))[f"{ESCAPE}.least_size"] == ("is more than min_size", "at most 2")


def test_the_window_lies_within_the_simulated_days():
    for window in ([0, 38], [30, 30], [30, 10], [0], [0, 10, 20], "all", [0.5, 10]):
        assert any(where.startswith("analysis.window") for where in faults(("analysis.window", window))), window


def test_edges_of_bands_are_numbers():
    for edge in ("a", "-1", "nan", "inf", "", "1300"):
        assert any(
            where.startswith("start.lists.to.waiting") for where in faults(("start.lists.to.waiting", {edge: 1.0}))
        ), edge


# --- dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", ["2025-13-01", "01/04/2025", "tomorrow", "", "2025-02-30", "0001-01-01", "9999-12-31"]
)
def test_the_start_is_a_date(start):
    assert faults(("calendar.start_date", start)).keys() >= {"calendar.start_date"}


@pytest.mark.parametrize(
    "country",
    ["England", "XX", "GB-XYZ", "", "utils", "registry", "country_holidays", "HolidayBase", "__class__", "gb-eng"],
)
def test_bank_holidays_are_those_of_a_country(country):
    assert "GB-ENG" in one_fault("calendar.bank_holidays", country)[1]


def test_a_date_that_yaml_made_of_text_is_a_date():
    assert sim.from_dict(changed(("calendar.start_date", date(2025, 1, 6)))).calendar.start_date == "2025-01-06"


def test_extra_clinics_are_on_simulated_days():
    key = f"{PHYSIO}.extra_clinics.saturday.date"
    assert "is outside the simulated days" in one_fault(key, "2025-01-05")[0]
    assert "is outside the simulated days" in one_fault(key, "2026-01-05")[0]
    assert "is not a date" in one_fault(key, "next Saturday")[0]


# --- empty, and of the wrong kind ---------------------------------------------------------------------------


@pytest.mark.parametrize("config", [None, [], "", "text", 5, 1.5, True, set(), object()])
def test_what_is_no_mapping_at_all_is_refused(config):
    with pytest.raises(ScenarioError, match="is not a mapping"):
        sim.from_dict(config)


def test_an_empty_configuration_says_what_it_needs():
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict({})
    assert {(f.where, f.what) for f in caught.value.faults} == {("demand", "is missing"), ("pathway", "is missing")}


@pytest.mark.parametrize(
    "where",
    [
        "place",
        "demand",
        "workforce",
        "calendar",
        "start",
        "run",
        "analysis",
        "prices",
        "outcomes",
        "pathway",
        "pathway.services",
        "pathway.entry",
        "pathway.while_waiting",
        "pathway.recurrence",
        GP,
        PHYSIO,
        ESCAPE,
        "pathway.services.home",
        f"{GP}.routes",
        f"{GP}.routes.otherwise",
        f"{GP}.routes.otherwise.to",
        f"{GP}.orders",
        f"{GP}.orders.scan",
        f"{GP}.capacity",
        f"{GP}.capacity.staff",
        f"{PHYSIO}.missed",
        f"{PHYSIO}.priority",
        f"{PHYSIO}.priority.urgent",
        f"{PHYSIO}.priority.urgent.when",
        "workforce.gp",
        "demand.facts",
        "demand.facts.region",
        "demand.facts.region.shares",
        "demand.elsewhere.ed",
        "start.lists.to",
        "start.lists.to.places",
        "start.lists.to.waiting",
    ],
)
@pytest.mark.parametrize("value", [[], ["a"], [{"a": 1}], "text", 3, 1.5, True])
def test_anything_else_in_the_place_of_a_mapping_is_refused(where, value):
    found = faults((where, value))
    assert any(at.startswith(where) for at in found), found
    assert all(what for what, _ in found.values())


@pytest.mark.parametrize("kind", [None, "", "drop", ["clinic"], {}, {"clinic": 1}, 3, True, "Clinic"])
def test_the_kind_of_a_service_is_a_known_word(kind):
    what, right = one_fault(f"{GP}.kind", kind)
    assert "kind" in what and any(known in right for known in ("clinic", "group", "drop_in", "delay"))


def test_a_service_without_a_kind_or_a_place_without_needs_is_told_what_is_missing():
    assert one_fault(f"{GP}.kind", GONE)[0] == "has no 'kind'"
    assert one_fault("demand.population", GONE) == ("is missing", "give a value")
    assert one_fault("demand.elsewhere.ed.needs", GONE) == ("is missing", "give a value")
    assert one_fault(f"{GP}.orders.scan.service", GONE) == ("is missing", "give a value")
    assert one_fault("workforce.gp.wte", GONE) == ("is missing", "give a value")


def test_lists_of_days_name_a_day():
    assert f"{PHYSIO}.open_days" in faults((f"{PHYSIO}.open_days", []))
    assert f"{ESCAPE}.session_days" in faults((f"{ESCAPE}.session_days", []))


@pytest.mark.parametrize(
    "once, twice",
    [
        ({**clinic(), "capacity": {"slots_per_week": 10}, "open_days": ["mon"]}, {"open_days": ["mon", "mon"]}),
        (group(8, session_days=["tue"], sessions=2), {"session_days": ["tue", "tue"]}),
    ],
)
def test_a_day_named_twice_is_refused_or_counts_once(once, twice):
    expected = lived(world({"a": once}, 28), people([0] * 400)).clinic_days("a")
    try:
        found = lived(world({"a": {**once, **twice}}, 28), people([0] * 400)).clinic_days("a")
    except ScenarioError:
        return
    assert found == expected


def test_names_and_questions_are_text():
    for key in ("name", "title", "question"):
        assert one_fault(key, 5) == ("is not text", "put it in quotes")
    assert "name of a scenario" in one_fault("compare_with", 7)[0]


# --- all at once, and nothing read back ---------------------------------------------------------------------


def test_every_fault_is_told_at_once():
    found = faults(
        ("demnd", {}),
        ("demand.population", -5),
        ("workforce.gp.wte", "two"),
        (f"{PHYSIO}.missed.new_share", 1.5),
        (f"{ESCAPE}.mx_size", 3),
        ("run.years", math.nan),
        ("calendar.start_date", "soon"),
        ("pathway.services.extra", {"kind": "clinc"}),
        ("name", 3),
        ("pathway.recurrence", []),
    )
    assert {
        "demnd",
        "demand.population",
        "workforce.gp.wte",
        f"{PHYSIO}.missed.new_share",
        f"{ESCAPE}.mx_size",
        "run.years",
        "calendar.start_date",
        "pathway.services.extra.kind",
        "name",
        "pathway.recurrence",
    } <= set(found)


def test_faults_in_the_rules_are_told_at_once_too():
    found = faults(
        (f"{GP}.routes.otherwise.to", {"phisio": 0.5, "home": 0.4}),
        ("pathway.entry.straight.when", {"regoin": "knee"}),
        (f"{PHYSIO}.capacity", {"staff": {"gp": 0.5}}),
        (f"{PHYSIO}.new_minutes", 30.0),
        ("demand.facts.region.shares", {"knee": 0.5}),
        ("start.lists.to.places.all.service", "orto"),
        ("analysis.window", [0, 400]),
    )
    assert set(found) == {
        f"{GP}.routes.otherwise.to.phisio",
        f"{GP}.routes.otherwise.to",
        "pathway.entry.straight.when.regoin",
        "workforce.gp",
        "demand.facts.region.shares",
        "start.lists.to.places.all.service",
        "analysis.window",
    }


def test_a_fault_in_the_words_does_not_hide_one_in_the_rules():
    found = faults(
        ("run.years", "three"),
        (f"{GP}.routes.otherwise.to", {"home": 0.4}),
        ("workforce.gp.wtee", 1),
        ("demand.elsewhere.ed.service", "orto"),
    )
    assert {"run.years", f"{GP}.routes.otherwise.to", "workforce.gp.wtee", "demand.elsewhere.ed.service"} <= set(found)


def test_the_message_has_one_line_a_fault():
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict(changed(("run.years", "three"), ("demand.population", -5)))
    lines = str(caught.value).splitlines()
    assert sorted(lines) == sorted(map(str, caught.value.faults)) and len(lines) == 2
    assert "demand.population: is too small; at least 0" in lines


def test_a_scenario_error_can_be_sent_between_processes():
    import pickle

    with pytest.raises(ScenarioError) as caught:
        sim.from_dict({})
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


SECRET = "password-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 4


def _paths(node, path=""):
    """Dotted keys of everything in a configuration."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        here = f"{path}.{key}" if path else str(key)
        yield here
        yield from _paths(value, here)


def test_long_values_are_never_read_back():
    told = 0
    for where in _paths(BASE):
        for value in (SECRET, [SECRET], {"a": SECRET}, [[SECRET]]):
            try:
                sim.from_dict(changed((where, value)))
            except ScenarioError as error:
                message = str(error)
            else:
                continue
            told += 1
            assert SECRET[:61] not in message, where
    assert told > 800


# --- whatever is thrown at it -------------------------------------------------------------------------------

ALL_PATHS = sorted(_paths(BASE))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 100),
    st.integers(),
    st.floats(),
    st.floats(0, 1),
    st.text(max_size=8),
    st.sampled_from(
        [
            "resolved",
            "course",
            "return",
            "next",
            "gp",
            "mri",
            "otherwise",
            "physio",
            "knee",
            "surgery",
            "2025-01-20",
            "poisson",
            "every_day",
            "mon",
            "GB-ENG",
        ]
    ),
    st.binary(max_size=3),
    st.just(date(2025, 1, 8)),
    st.just(10**400),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=6),
                st.sampled_from(["to", "when", "resolved", "gp", "1", "share", "otherwise", "kind"]),
                st.integers(0, 3),
            ),
            inner,
            max_size=3,
        ),
        st.tuples(inner),
    ),
    max_leaves=5,
)


@st.composite
def mutated(draw):
    """The base with one to three random changes: a value replaced, a key taken away, renamed or added,
    or a part copied elsewhere."""
    config = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(ALL_PATHS)).split(".")
        here = config
        for key in path[:-1]:
            here = here[key] if isinstance(here, dict) and key in here else None
        key = path[-1]
        if not isinstance(here, dict) or key not in here:
            continue
        how = draw(st.integers(0, 5))
        if how <= 2:
            here[key] = draw(VALUES)
        elif how == 3:
            del here[key]
        elif how == 4:
            here[draw(st.one_of(st.text(max_size=5), st.integers(), st.none()))] = here.pop(key)
        else:
            here[key] = copy.deepcopy(
                draw(
                    st.sampled_from(
                        [BASE, BASE["demand"], BASE["pathway"]["services"]["physio"], BASE["pathway"]["entry"]]
                    )
                )
            )
    return config


def _small(scenario) -> bool:
    """Whether a run of it takes no time and no room to speak of."""
    people_a_year = (
        (
            scenario.demand.presenting_per_1000_a_year
            + sum(e.per_1000_a_year for e in scenario.demand.elsewhere.values())
        )
        * scenario.demand.population
        / 1000
    )
    listed = sum(sum(one.waiting.values()) * len(one.places) for one in scenario.start.lists.values())
    return (
        scenario.run.horizon <= 120
        and people_a_year * scenario.place.scale < 5000
        and listed * scenario.place.scale < 5000
    )


@settings(max_examples=400)
@given(mutated())
def test_whatever_is_changed_it_is_either_built_or_refused_with_faults(config):
    try:
        scenario = sim.from_dict(config)
    except ScenarioError as error:
        told = error.faults
    else:
        assert isinstance(scenario, Scenario)
        return
    assert told and all(isinstance(fault.where, str) and fault.what for fault in told)


WORDS = {
    "open_days": [["sun"], "working_days", "every_day", ["mon", "wed", "fri"]],
    "spread": ["fixed", "poisson", "geometric", "exponential"],
    "entry": ["rolling", "closed"],
    "session_days": [["mon"], ["mon", "wed", "fri"]],
    "kind": ["warm_up", "empty", "lists"],
    "unit": ["weeks", "months"],
    "setting": ["primary", "home", "diagnostics"],
    "rtt": ["none", "provisional", "clock", "treatment"],
    "arrivals": ["poisson"],
    "bank_holidays": [None, "GB-SCT"],
    "start_date": ["2024-02-29", "2025-12-24"],
}
ODD_NUMBERS = [0, 0.0, 1e-9, 0.001, 0.3, 0.5, 0.999999, 1, 1.0, 2, 3, 3.7, 7, 14, 50, 200]


@st.composite
def tweaked(draw):
    """The base with one to four values replaced by odd but well-formed ones."""
    config = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(ALL_PATHS)).split(".")
        here = config
        try:
            for key in path[:-1]:
                here = here[int(key) if isinstance(here, list) else key]
            key = int(path[-1]) if isinstance(here, list) else path[-1]
            value = here[key]
        except (KeyError, TypeError):
            continue  # taken away before
        if key in WORDS:
            here[key] = draw(st.sampled_from(WORDS[key]))
        elif isinstance(value, bool):
            here[key] = not value
        elif isinstance(value, int | float) and "years" not in path:
            here[key] = draw(st.sampled_from(ODD_NUMBERS))
        elif isinstance(value, dict) and path[0] == "pathway" and draw(st.booleans()):
            here[key] = {}
    return config


@settings(max_examples=250)
@given(st.one_of(mutated(), tweaked(), tweaked(), tweaked()))
def test_whatever_passes_the_check_can_be_run(config):
    try:
        scenario = sim.from_dict(config)
    except ScenarioError:
        return
    if _small(scenario):
        measures_of(lived(config).record, scenario)


@settings(max_examples=100)
@given(VALUES)
def test_whatever_is_given_for_a_configuration_is_refused(value):
    with pytest.raises(ScenarioError):
        sim.from_dict(value)


def test_a_share_that_cannot_be_read_is_one_fault():
    services = {"a": {**clinic(), "new_minutes": 20, "capacity": {"staff": {"physio": 1.5}}}}
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(world(services, workforce={"physio": {"wte": 1.0}}))
    assert [str(fault) for fault in raised.value.faults] == [
        "pathway.services.a.capacity.staff.physio: is too large; at most 1.0"
    ]


def test_staff_and_rooms_that_no_service_uses_are_told():
    services = {"a": {**clinic(), "new_minutes": 20, "capacity": {"staff": {"physio": 1.0}, "rooms": {"gym": 1.0}}}}
    staff = {"physio": {"wte": 3.0}, "helper": {"wte": 1.0, "supervised_by": {"senior": 0.1}}, "senior": {"wte": 1.0}}
    scenario = sim.from_dict(world(services, workforce=staff, rooms={"gym": {"rooms": 1}, "hall": {"rooms": 1}}))
    assert idle(scenario) == ["workforce.helper", "rooms.hall"]


# --- one mistake, one fault ------------------------------------------------------------------------------------


def _ways(value, path=()):
    """The keys to every value of a configuration, blocks and lists too."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from _ways(inner, (*path, key))
    if path:
        yield path


@pytest.mark.parametrize("wrong", ["zzz", float("nan")], ids=["a word", "NaN"])
def test_one_wrong_value_anywhere_brings_no_other_fault(wrong):
    several = {}
    for path in _ways(BASE):
        config = copy.deepcopy(BASE)
        here = config
        for key in path[:-1]:
            here = here[key]
        here[path[-1]] = wrong
        try:
            sim.from_dict(config)
        except ScenarioError as error:
            if len(error.faults) > 1:
                several[".".join(map(str, path))] = str(error)
    assert several == {}


def test_a_wrong_word_in_a_condition_is_one_fault():
    condition = "pathway.entry.straight.only_while.condition"
    assert one_fault(condition, "follows")[0] == "is not a word that is known here"
