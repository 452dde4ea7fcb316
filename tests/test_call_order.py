"""Who of a list is called next: by chance that goes with the weeks waited, and what is refused."""

import pytest
from worlds import clinic, lived, people, rule, way, world

import sim
from sim.app.studies.verification import orders, removals
from sim.app.studies.verification.verify import examine

DRAWN = {"order": "by_weeks_waited", "called_by_weeks_waited": {"0": 1.0}}
BETWEEN = {
    "a": {"when": {"need": "urgent"}, "chance": 2},
    "b": {"when": {"need": "surgery"}},
    "c": {"chance": 1},
}


def drawn(weights=None, slots=1, **settings):
    return clinic(
        slots,
        order="by_weeks_waited",
        called_by_weeks_waited=weights or {"0": 1.0},
        open_days="every_day",
        **settings,
    )


def alone(service: dict, patients, days=60, **more):
    services = {"a": service} | more.pop("services", {})
    return lived(world(services, days, pathway={"services": services, "entry": way("a"), **more}), patients)


def faults(service: dict) -> str:
    with pytest.raises(sim.ScenarioError) as told:
        sim.from_dict(world({"a": service}))
    return str(told.value)


@pytest.mark.parametrize("trial", orders.EXPERIMENTS, ids=lambda trial: trial.question)
def test_the_draw_is_exact(trial):
    wrong = [finding for finding in examine(trial) if not finding.agrees]
    assert not wrong


def test_everybody_is_called_once_and_classes_keep_their_order():
    # Ten urgent people join after fifty others who have waited longer: all ten are seen before any other is again.
    both = people([0] * 50 + [5] * 10, need=["physiotherapy"] * 50 + ["urgent"] * 10)
    run = alone(drawn(priority={"first": {"when": {"need": "urgent"}}, "others": {}}), both, 70)
    days = run.seen("a")
    assert len(days) == 60 and sorted(days.values()) == list(range(60))
    assert sorted(days[who] for who in range(51, 61)) == list(range(5, 15))


def together(first: float, second: float) -> dict:
    return {
        "urgent": {"when": {"need": "urgent"}},
        "favoured": {"when": {"need": "surgery"}, "chance": first},
        "others": {"chance": second},
    }


def test_classes_with_a_chance_are_drawn_together_after_the_class_without():
    needs = ["physiotherapy", "surgery"] * 25
    both = people([0] * 50 + [5] * 10, need=needs + ["urgent"] * 10)
    alike, favoured = (alone(drawn(priority=together(first, 1.0)), both, 70).seen("a") for first in (1.0, 50.0))
    one_class = alone(drawn(priority={"urgent": {"when": {"need": "urgent"}}, "others": {}}), both, 70).seen("a")
    assert alike == one_class  # the same chance for both is one class: nobody is called otherwise
    assert sorted(favoured[who] for who in range(51, 61)) == list(range(5, 15))
    surgery = [who for who in range(1, 51) if needs[who - 1] == "surgery"]
    assert sum(favoured[who] for who in surgery) < sum(alike[who] for who in surgery) - 250  # of at most 25 x 25


def test_a_class_that_changes_is_drawn_by_its_new_chance():
    # From day 7 on the surgical class has nearly all the chance: those of it who are left come first.
    needs = ["physiotherapy"] * 30 + ["surgery"] * 10
    later = {"from_then": {"date": "2025-01-13", "priority": together(1_000.0, 0.001)}}
    days = alone(drawn(priority=together(1.0, 1.0), later=later), people([0] * 40, need=needs), 60).seen("a")
    left = [days[who] for who in range(31, 41) if days[who] >= 7]
    assert sorted(left) == list(range(7, 7 + len(left))) and len(left) > 4


def test_whoever_is_not_ready_is_not_called():
    run = alone(drawn(slots=2, earliest_notice_days=20), people([0] * 10 + [3] * 10), 60)
    for who, day in run.seen("a").items():
        assert day >= (20 if who <= 10 else 23)


def test_removals_by_weeks_waited_are_exact():
    by_weeks = next(trial for trial in removals.EXPERIMENTS if "in four weeks" in trial.question)
    assert all(finding.agrees for finding in examine(by_weeks))


def test_waiting_on_two_lists_adds_up_by_the_wait_on_each():
    # Weeks waited begin anew on the second list: six weeks at a fifth a week, then six more at a fifth, never the half.
    steps = dict(removed_share_by_weeks_waited={"0": 0.2, "6": 0.5})
    two = {
        "a": clinic(9999, "b", earliest_notice_days=42, **steps),
        "b": clinic(9999, earliest_notice_days=42, **steps),
    }
    plain = {
        name: {k: v for k, v in service.items() if k not in steps} | {"removed_share_per_week_waited": 0.2}
        for name, service in two.items()
    }
    gone, expected = (
        {e.who: e.day for e in lived(world(services, 120), people([0] * 400)).of("removed")}
        for services in (two, plain)
    )
    assert gone == expected and len(gone) > 300


def test_who_left_is_passed_over():
    run = alone(drawn(removed_share_per_week_waited=0.5), people([0] * 40), 90)
    gone = {e.who: e.day for e in run.of("removed")}
    seen = run.seen("a")
    assert len(gone) + len(seen) == 40 and not set(gone) & set(seen) and len(gone) > 10


def test_the_draw_of_one_list_does_not_depend_on_another():
    # The same people on the list, in the same weeks: another clinic beside it, with people of its own, changes nothing.
    patients = people([0] * 60, need=["physiotherapy"] * 40 + ["surgery"] * 20)
    to_b = rule("b", {"need": "surgery"})
    services = {"b": drawn(slots=3)}
    run = lived(
        world(
            {"a": drawn()} | services,
            50,
            pathway={"services": {"a": drawn()} | services, "entry": way("a", operated=to_b)},
        ),
        patients,
    )
    assert run.seen("a") == alone(drawn(), people([0] * 40, need="physiotherapy"), 50).seen("a")


def test_nobody_without_a_chance_is_called_while_somebody_has_one():
    # From two weeks on there is a chance: on day 14 those of day 0 have one, and until all of them are seen, only they.
    days = alone(drawn({"0": 0.0, "2": 1.0}), people([0] * 24 + [8] * 10), 60).seen("a")
    assert sorted(days.values()) == list(range(34))  # before anybody has one, a slot is still given
    early = [day for who, day in days.items() if who <= 24 and day >= 14]
    assert sorted(early)[: min(len(early), 7)] == list(range(14, 14 + min(len(early), 7)))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"order": "by_weeks_waited"}, "called_by_weeks_waited: is missing"),
        ({"order": "by_weeks_waited", "called_by_weeks_waited": {"4": 1.0}}, "does not begin at 0 weeks"),
        (
            {"order": "by_weeks_waited", "called_by_weeks_waited": {"0": 1.0, "0.0": 2.0}},
            "names a number of weeks twice",
        ),
        ({"order": "by_weeks_waited", "called_by_weeks_waited": {"soon": 1.0}}, "soon: is no number of weeks"),
        ({"order": "by_weeks_waited", "called_by_weeks_waited": {"0": 0.0}}, "calls nobody"),
        ({"called_by_weeks_waited": {"0": 1.0}}, "says nothing: the order is another"),
        ({"order": "points"}, "no class has points_per_week"),
        ({"order": "first_come", "priority": {"all": {"points_per_week": 1.0}}}, "is not by points"),
        ({"priority": {"a": {"when": {"need": "urgent"}, "chance": 2}, "b": {"chance": 1}}}, "nobody is drawn"),
        (
            DRAWN | {"priority": {"a": {"when": {"need": "urgent"}, "chance": 2}, "b": {}}},
            "priority.a.chance: says nothing: no other class has one",
        ),
        (
            DRAWN | {"priority": BETWEEN},
            "has a class without chance between",
        ),
        (
            DRAWN
            | {
                "priority": {
                    "a": {"when": {"need": "urgent"}, "chance": 2, "slots_share": 0.5},
                    "b": {"chance": 1, "slots_share": 0.5},
                }
            },
            "are not drawn together",
        ),
        ({"removed_share_by_weeks_waited": {"2": 0.1}}, "does not begin at 0 weeks"),
        ({"removed_share_by_weeks_waited": {"0": 0.0}}, "nobody is removed"),
        (
            {"removed_share_by_weeks_waited": {"0": 0.1}, "removed_share_per_week_waited": 0.1},
            "stands beside removed_share_by_weeks_waited",
        ),
        (
            {
                "order": "by_weeks_waited",
                "called_by_weeks_waited": {"0": 1.0},
                "priority": {"all": {"slots_share": 1.0, "slots_released_days_before": 2}},
            },
            "has no meaning beside order",
        ),
    ],
)
def test_an_order_that_cannot_be_is_refused(settings, said):
    assert said in faults(clinic(**settings))
