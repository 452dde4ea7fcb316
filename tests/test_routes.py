"""Rules send people on: first match wins, otherwise is last, `next` passes a share on, and the log names the rule."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import clinic, delay, facts, lived, people, rule, way, world

import sim
from sim.analysis.pathway.moves import moves_of
from sim.domain.pathway.routes import compile_rules, in_order
from sim.domain.pathway.rules import Rule
from sim.domain.pathway.ways import onward
from sim.domain.words import FACTS

OPEN = {name: clinic(1000) for name in "abc"}


def went(services: dict, entry="", patients=None, days: int = 4, **sections) -> dict:
    """patient -> the place that they were sent to first, and by which rule."""
    run = lived(world(services, days, entry, **sections), patients)
    return {e.who: (e.to or "resolved", e.detail) for e in reversed(run.events) if e.what in ("moved", "resolved")}


def sent_from(rules: dict, patients, **settings) -> dict:
    """The same from a clinic `desk` with these rules."""
    return went({"desk": clinic(1000, routes=rules, **settings), **OPEN}, "desk", patients)


# --- which rule -------------------------------------------------------------------------------------------


def test_the_first_rule_that_fits_wins():
    rules = way("c", knee=rule("a", {"region": "knee"}), female=rule("b", {"sex": "female"}))
    patients = people([0] * 4, region=["knee", "knee", "hip", "hip"], sex=["female", "male", "female", "male"])
    assert sent_from(rules, patients) == {1: ("a", "knee"), 2: ("a", "knee"), 3: ("b", "female"), 4: ("c", "otherwise")}


def test_otherwise_is_last_wherever_it_is_written():
    rules = {"otherwise": {"to": {"c": 1.0}}, "knee": rule("a", {"region": "knee"})}
    assert sent_from(rules, people(0, 0, region=["knee", "hip"])) == {1: ("a", "knee"), 2: ("c", "otherwise")}


def test_all_facts_of_a_rule_must_hold_and_one_of_several_words_is_enough():
    rules = way("c", both=rule("a", {"region": ["knee", "hip"], "sex": "male"}))
    patients = people([0] * 4, region=["knee", "hip", "neck", "knee"], sex=["male", "male", "male", "female"])
    assert {who: place for who, (place, _) in sent_from(rules, patients).items()} == {1: "a", 2: "a", 3: "c", 4: "c"}


def test_a_lower_rank_is_tried_first_and_equal_ranks_as_written():
    first, second = rule("a", {"sex": "male"}), rule("b", {"region": "knee"})
    man = people(0, sex="male", region="knee")
    assert sent_from(way("c", one=first, two=second), man)[1] == ("a", "one")
    assert sent_from(way("c", one=first, two={**second, "rank": -1}), man)[1] == ("b", "two")
    assert sent_from(way("c", one={**first, "rank": 1}, two=second), man)[1] == ("b", "two")
    assert list(
        in_order({"otherwise": Rule({}), "x": Rule({}, rank=5), "y": Rule({}), "z": Rule({}, rank=-5), "w": Rule({})})
    ) == ["z", "y", "w", "x", "otherwise"]


def test_the_door_has_rules_too():
    entry = way("b", knee=rule("a", {"region": "knee"}))
    run = lived(world(OPEN, 3, entry), people(0, 0, region=["knee", "hip"]))
    assert (run.seen("a"), run.seen("b")) == ({1: 0}, {2: 0})


def test_where_people_came_from_and_whether_they_were_referred_are_facts():
    services = {
        "gp": clinic(
            1000,
            routes=way(
                {"physio": 1.0},
                back=rule("a", {"came_from": "physio", "referred_before": "yes"}),
                odd=rule("c", {"referred_before": "yes"}),
            ),
            setting="primary",
        ),
        "physio": clinic(1000, routes=way("gp", direct=rule("b", {"came_from": "door"}))),
        **OPEN,
    }
    entry = way("gp", straight=rule("physio", {"sex": "male"}))
    run = lived(world(services, 9, entry), people(0, 0, sex=["female", "male"]))
    assert [(e.service, e.to, e.detail) for e in run.of("moved") if e.who == 1] == [
        ("gp", "physio", "otherwise"),
        ("physio", "gp", "otherwise"),
        ("gp", "a", "back"),
    ]
    assert [(e.service, e.to, e.detail) for e in run.of("moved") if e.who == 2] == [("physio", "b", "direct")]


def test_going_to_another_primary_service_is_not_a_referral():
    rules = way("c", referred=rule("a", {"referred_before": "yes"}))
    services = {
        "gp": clinic(1000, "fcp", setting="primary"),
        "fcp": clinic(1000, routes=rules, setting="primary"),
        **OPEN,
    }
    assert went(services, patients=people(0), days=3)[1][0] == "fcp"
    run = lived(world(services, 4), people(0))
    assert [e.to for e in run.of("moved")] == ["fcp", "c"]


# --- shares -----------------------------------------------------------------------------------------------


def _table(rules, services=OPEN):
    names = list(rules)
    return compile_rules(
        {name: Rule(**r) for name, r in rules.items()},
        {name: None for name in services},
        {name: i for i, name in enumerate(names)},
    )


def _chosen(table, combination: int, u: float) -> str:
    """Where a draw leads to."""
    return table.places[table.place[table.choose(np.array([combination]), np.array([u]))[0]]]


def _shares(table, **facts) -> dict[str, float]:
    """place -> share for people with these facts."""
    combination = sum(FACTS[f].index(facts[f]) * stride for f, stride in zip(table.facts, table.strides, strict=True))
    cells = slice(combination * len(table.places), (combination + 1) * len(table.places))
    steps = np.diff(table.cumulative[cells] - combination, prepend=0)
    return {place: pytest.approx(share) for place, share in zip(table.places, steps, strict=True) if share > 1e-12}


def test_shares_are_right_for_every_combination_of_facts():
    rules = {
        "urgent": {"when": {"urgency": "urgent"}, "to": {"a": 0.5, "next": 0.5}},
        "knee": {"when": {"region": ("knee", "hip"), "sex": "male"}, "to": {"b": 0.25, "a": 0.25, "next": 0.5}},
        "old": {"when": {"age_band": "75+"}, "to": {"resolved": 1.0}},
        "otherwise": {"to": {"c": 0.9, "a": 0.1}},
    }
    table = _table(rules)
    for region, sex, age, urgency in product(
        ("knee", "hip", "neck"), FACTS["sex"], FACTS["age_band"], FACTS["urgency"]
    ):
        left, expected = 1.0, dict.fromkeys(("a", "b", "c", "resolved"), 0.0)
        if urgency == "urgent":
            expected["a"] += 0.5
            left = 0.5
        if region != "neck" and sex == "male":
            expected["b"] += left / 4
            expected["a"] += left / 4
            left /= 2
        if age == "75+":
            expected["resolved"] += left
        else:
            expected["c"] += left * 0.9
            expected["a"] += left * 0.1
        got = _shares(table, region=region, sex=sex, age_band=age, urgency=urgency)
        assert got == {place: share for place, share in expected.items() if share}, (region, sex, age, urgency)


def test_next_passes_its_share_to_the_rules_that_follow():
    table = _table(
        {
            "some": {"to": {"a": 0.4, "next": 0.6}},
            "more": {"to": {"b": 0.5, "next": 0.5}},
            "otherwise": {"to": {"c": 1.0}},
        }
    )
    assert _shares(table) == {"a": 0.4, "b": 0.3, "c": 0.3}


def test_a_place_that_two_rules_lead_to_gets_both_shares():
    table = _table({"some": {"to": {"a": 0.4, "next": 0.6}}, "otherwise": {"to": {"a": 0.5, "b": 0.5}}})
    assert _shares(table) == {"a": 0.7, "b": 0.3}


@given(
    st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(sum),
    st.sampled_from([0.0, 2.0**-53, 0.3, 0.5, 1 - 2.0**-53]),
)
def test_nobody_is_sent_where_the_share_is_zero(weights, u):
    shares = {place: w / sum(weights) for place, w in zip("abc", weights, strict=True)}
    table = _table({"male": {"when": {"sex": "male"}, "to": shares}, "otherwise": {"to": {"a": 0.5, "c": 0.5}}})
    place = _chosen(table, 1, u)
    assert shares[place] > 0


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 1))
def test_a_draw_falls_in_its_own_share(u, sex):
    table = _table(
        {"male": {"when": {"sex": "male"}, "to": {"a": 0.2, "b": 0.8}}, "otherwise": {"to": {"b": 0.5, "c": 0.5}}}
    )
    place = _chosen(table, sex, u)
    edge, below, above = (0.5, "b", "c") if sex == 0 else (0.2, "a", "b")
    assert abs(u - edge) < 1e-9 or place == (below if u < edge else above)


def test_shares_are_met_in_a_run():
    run = lived(world({"gp": clinic(5000, {"a": 0.2, "b": 0.5, "resolved": 0.3}), **OPEN}, 3), people([0] * 4000))
    counts = {place: sum(e.to == place for e in run.of("moved", "gp")) for place in "ab"}
    assert counts == {
        "a": pytest.approx(800, abs=4.5 * (4000 * 0.16) ** 0.5),
        "b": pytest.approx(2000, abs=4.5 * 1000**0.5),
    }
    assert sum(counts.values()) + len(run.of("resolved", "gp")) == 4000


def test_rules_may_ask_about_as_many_facts_as_they_like():
    # 9 x 7 x 5 x 2 x 5 x 6 x 2 = 37,800 combinations; the last of them all.
    last = {
        "region": "widespread",
        "need": "urgent",
        "age_band": "75+",
        "sex": "male",
        "imd_quintile": "5",
        "ethnicity": "other",
        "employment": "not_employed",
    }
    patients = people(0, 0, **{fact: [word, FACTS[fact][0]] for fact, word in last.items()})
    assert sent_from(way("b", one=rule("a", last)), patients) == {1: ("a", "one"), 2: ("b", "otherwise")}


# --- a single point of access -----------------------------------------------------------------------------


def test_only_primary_care_refers_through_the_single_point_of_access():
    services = {
        "gp": clinic(1000, "ortho", setting="primary"),
        "physio": clinic(1000, "ortho"),
        "triage": clinic(1000, "ortho", setting="triage"),
        "ortho": clinic(1000, setting="hospital", referrals_through="triage"),
    }
    entry = way(
        "gp", physio=rule("physio", {"sex": "male"}), straight=rule("ortho", {"sex": "female", "urgency": "urgent"})
    )
    run = lived(
        world(services, 9, entry),
        people(0, 0, 0, sex=["female", "male", "female"], urgency=["routine", "routine", "urgent"]),
    )
    paths = {who: [e.service for e in run.of("attended") if e.who == who] for who in (1, 2, 3)}
    assert paths == {1: ["gp", "triage", "ortho"], 2: ["physio", "ortho"], 3: ["ortho"]}


def test_also_after_a_course_or_a_missed_visit_primary_care_refers_through_it():
    spa = {"triage": clinic(1000, setting="triage"), "ortho": clinic(1000, referrals_through="triage")}
    reviewed = clinic(
        1000,
        "course",
        setting="primary",
        follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 1},
        after_course=way("ortho"),
    )
    missed = clinic(
        1000, setting="primary", missed={"new_share": 1.0, "discharged_share": 1.0}, after_missing=way("ortho")
    )
    session = {
        "kind": "group",
        "setting": "primary",
        "capacity": {"slots_per_week": 1000},
        "min_size": 1,
        "least_size": 1,
        "sessions": 1,
        "attendance_share": 0.0,
        "routes": way(),
        "after_dropping_out": way("ortho"),
    }
    for gp in (reviewed, missed, session):
        run = lived(world({"gp": gp, **spa}, 9), people([0] * 20))
        assert len(run.seen("triage")) >= 15 and run.seen("ortho") == {}


def test_shares_to_two_services_behind_one_point_of_access_add_up():
    services = {
        "gp": clinic(1000, {"ortho": 0.3, "spinal": 0.3, "resolved": 0.4}, setting="primary"),
        "triage": clinic(1000),
        "ortho": clinic(1000, referrals_through="triage"),
        "spinal": clinic(1000, referrals_through="triage"),
    }
    run = lived(world(services, 3), people([0] * 2000))
    assert {e.to for e in run.of("moved")} == {"triage"}
    assert len(run.of("moved")) == pytest.approx(1200, abs=4.5 * (2000 * 0.24) ** 0.5)


SPINE = {"region": ["low_back", "neck"]}
REST = [word for word in FACTS["region"] if word not in SPINE["region"]]


def referring(through, **ortho) -> dict:
    return {
        "gp": clinic(1000, "ortho", setting="primary"),
        "spines": clinic(1000, setting="triage"),
        "triage": clinic(1000, setting="triage"),
        "ortho": clinic(1000, setting="hospital", referrals_through=through, **ortho),
    }


def test_letters_about_some_people_go_through_a_point_of_access_and_others_straight():
    who = people([0] * 4, region=["low_back", "knee", "neck", "hip"], urgency=["routine"] * 3 + ["urgent"])

    def reached(through):
        run = lived(world(referring(through), 9), who)
        return {name: sorted(run.seen(name)) for name in ("spines", "triage", "ortho")}

    spine = {"service": "spines", "when": SPINE}
    assert reached({"spine": spine}) == {"spines": [1, 3], "triage": [], "ortho": [2, 4]}
    # The first that fits counts; one without `when` is for everybody left.
    both = {"spine": spine, "others": {"service": "triage"}}
    assert reached(both) == {"spines": [1, 3], "triage": [2, 4], "ortho": []}
    urgent = {"urgent": {"service": "ortho", "when": {"urgency": "urgent"}}, **both}
    assert reached(urgent) == {"spines": [1, 3], "triage": [2], "ortho": [4]}


def test_a_point_of_access_for_some_is_two_rules_in_one():
    """The same shares as if the rules themselves asked for the fact, `next` and other places included."""
    services = sim.from_dict(world(referring({"spine": {"service": "spines", "when": SPINE}}))).pathway.services
    urgent = {"urgency": "urgent"}
    first = Rule(to={"ortho": 0.3, "triage": 0.2, "next": 0.5}, when=urgent)
    first_of_spine = Rule(to={"spines": 0.3, "triage": 0.2, "next": 0.5}, when={**urgent, **SPINE})
    last, last_of_spine = (
        Rule(to={"ortho": 0.6, "resolved": 0.4}),
        Rule(to={"spines": 0.6, "resolved": 0.4}, when=SPINE),
    )
    said = {"first": first, "otherwise": last}
    by_hand = {"one": first_of_spine, "two": Rule(to=first.to, when={**urgent, "region": REST}), "three": last_of_spine}
    codes = dict.fromkeys(["first", "one", "two", "three", "otherwise"], 0)
    tables = [
        compile_rules(said, services, codes, primary=True),
        compile_rules({**by_hand, "otherwise": last}, services, codes),
    ]
    shares = []
    for table in tables:
        edges = (
            table.cumulative.reshape(-1, len(table.places))
            - np.arange(len(table.cumulative) // len(table.places))[:, None]
        )
        by_place = dict(zip(table.places, np.diff(edges, axis=1, prepend=0.0).T, strict=True))
        shares.append({place: share.round(12).tolist() for place, share in by_place.items()})
    assert [table.facts for table in tables] == [("region", "urgency")] * 2
    assert shares[0] == shares[1]


def test_the_picture_and_the_ways_know_points_of_access_for_some():
    services = referring({"spine": {"service": "spines", "when": SPINE}})
    for name in ("spines", "triage"):
        services[name]["routes"] = way("ortho")
    scenario = sim.from_dict(world(services, demand=facts()))
    ways = moves_of(scenario).ways
    assert (ways["gp", "spines"].low, ways["gp", "spines"].high) == (0.0, 1.0)
    assert ways["gp", "ortho"].share == pytest.approx(1 - 2 / 9, abs=0.02)
    assert onward(scenario.pathway)["gp"] == {"spines", "ortho"}


@pytest.mark.parametrize(
    "through, told",
    [
        ({"x": {"service": "spine"}}, "x.service: 'spine' is not a service; did you mean 'spines'?"),
        ({"x": {"service": "spines", "when": {"regoin": "neck"}}}, "x.when.regoin: is not a fact of a patient"),
        ({"x": {"service": "spines", "when": {"region": "nek"}}}, "x.when.region: 'nek' is not a word of region"),
        ({"x": {"service": "spines"}, "y": {"service": "triage", "when": SPINE}}, "y: has nobody left: 'x' takes them"),
        ({"x": {"when": SPINE}}, "x.service: is missing"),
        ({"x": {"service": "spines", "whn": SPINE}}, "x.whn: is not known here; did you mean 'when'?"),
    ],
    ids=["no_service", "no_fact", "no_word", "nobody_left", "no_name", "misspelt"],
)
def test_what_is_wrong_with_points_of_access_is_told_in_one_line(through, told):
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(referring(through)))
    (fault,) = error.value.faults
    assert str(fault).startswith(f"pathway.services.ortho.referrals_through.{told}")


# --- the log ----------------------------------------------------------------------------------------------


def test_the_log_names_the_rule_also_where_all_go_to_one_place():
    rules = way("a", knee=rule("a", {"region": "knee"}))
    assert sent_from(rules, people(0, 0, region=["knee", "hip"])) == {1: ("a", "knee"), 2: ("a", "otherwise")}
    assert sent_from(way("a"), people(0)) == {1: ("a", "otherwise")}


def test_the_log_names_the_rule_by_which_the_episode_ended():
    rules = way("a", better=rule("resolved", {"region": "knee"}))
    assert sent_from(rules, people(0, region="knee")) == {1: ("resolved", "better")}


def test_the_rules_of_all_decisions_are_named():
    services = {
        "a": clinic(
            1000,
            "course",
            follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 1},
            after_course={"finished": rule("g"), "otherwise": {"to": {"resolved": 1.0}}},
        ),
        "g": {
            "kind": "group",
            "capacity": {"slots_per_week": 100},
            "min_size": 1,
            "least_size": 1,
            "sessions": 1,
            "attendance_share": 0.0,
            "routes": way(),
            "after_dropping_out": {"never_came": rule("d"), "otherwise": {"to": {"resolved": 1.0}}},
        },
        "d": delay(1, routes={"settled": rule("resolved"), "otherwise": {"to": {"resolved": 1.0}}}),
    }
    run = lived(world(services, 15), people(0))
    assert [(e.service, e.detail) for e in run.events if e.what in ("moved", "resolved")] == [
        ("a", "otherwise"),
        ("a", "finished"),
        ("g", "never_came"),
        ("d", "settled"),
    ]


# --- rules that depend on the state of the system ---------------------------------------------------------


def test_a_rule_may_hold_only_while_a_list_is_long():
    # One a day is seen at `a`. Four come each morning; whoever finds more than 5 waiting goes to `b`.
    entry = way(
        "a", overflow={"to": {"b": 1.0}, "only_while": {"condition": "list_over", "service": "a", "threshold": 5}}
    )
    run = lived(world({"a": clinic(1), "b": clinic(99)}, 6, entry), people([d for d in range(6) for _ in range(4)]))
    # After day 0: 3 wait. On day 1 three more make 6, the fourth goes to b, and one is seen: 5. From then on the first
    # of each day makes 6 and the other three go to b.
    assert [d.waiting for d in run.clinic_days("a")] == [3, 5, 5, 5, 5, 5]
    assert sorted(run.seen("b").values()) == [1] + [2] * 3 + [3] * 3 + [4] * 3 + [5] * 3
    assert [e.service for e in run.of("listed") if e.who in (9, 10, 11, 12)] == ["a", "b", "b", "b"]


def test_a_rule_may_hold_only_while_the_last_wait_was_long():
    # Waits at `a` are 0, 1, 2, ... days, one a day. The rule holds from the day after somebody had
    # waited more than 7 days.
    entry = way(
        "a", overflow={"to": {"b": 1.0}, "only_while": {"condition": "wait_over_weeks", "service": "a", "threshold": 1}}
    )
    run = lived(world({"a": clinic(1), "b": clinic(99)}, 15, entry), people([0] * 12 + [8, 9, 13]))
    assert run.seen("a")[9] == 8  # the ninth waited eight days
    # Number 13 comes that morning; after four more days it is their turn, after a wait of four days,
    # and the rule no longer holds.
    assert run.seen("a")[13] == 12
    assert [e.service for e in run.of("listed") if e.who in (13, 14, 15)] == ["a", "b", "a"]


def test_a_rule_that_does_not_hold_now_is_as_if_it_were_not_there():
    entry = way(
        {"a": 0.5, "b": 0.5},
        closed={"to": {"c": 1.0}, "only_while": {"condition": "list_over", "service": "c", "threshold": 0}},
    )
    run = lived(world(OPEN, 3, entry), people([0] * 200))
    assert run.seen("c") == {} and 60 < len(run.seen("a")) < 140


def test_a_wait_that_deters_is_the_list_at_its_pace():
    # Two join a day and one is seen: seven a week. From the 15th on the list people expect over two weeks.
    declines = {
        "to": {"c": 1.0},
        "only_while": {"condition": "expected_wait_over_weeks", "service": "a", "threshold": 2},
    }
    services = {"a": clinic(1), "b": clinic(0), "c": clinic(99)}
    run = lived(world(services, 30, way("a", declines=declines)), people([day for day in range(30) for _ in range(2)]))
    # 14 are on it on the evening of day 13. From then on one of two joins as the 15th, and the other declines.
    two_each = [day for day in range(14) for _ in range(2)]
    assert [e.day for e in run.of("listed", "a")] == [*two_each, *range(14, 30)]
    assert [e.day for e in run.of("listed", "c")] == list(range(14, 30))
    # A list that nobody leaves is expected to last for ever, once a week has passed.
    shut = {"to": {"c": 1.0}, "only_while": declines["only_while"] | {"service": "b"}}
    run = lived(world(services, 12, way("b", shut=shut)), people(range(12)))
    assert [e.day for e in run.of("listed", "c")] == [7, 8, 9, 10, 11]


def test_a_wait_at_a_place_without_a_list_deters_nobody():
    rule_ = {"to": {"a": 1.0}, "only_while": {"condition": "expected_wait_over_weeks", "service": "d", "threshold": 2}}
    with pytest.raises(sim.ScenarioError, match="d has no list: time passes there"):
        sim.from_dict(world({"a": clinic(1), "d": delay(3)}, 9, way("a", late=rule_)))
