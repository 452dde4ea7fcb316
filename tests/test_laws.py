"""The laws that every replication is held to: no random world breaks them, and faults that were once there do."""

from dataclasses import replace

import numpy as np
import pytest
import random_worlds
from hypothesis import given, settings
from worlds import caseload, clinic, group, lived, way, world

import sim
from sim.engine.laws import BrokenLaw
from sim.engine.services import apart
from sim.engine.services.contacts import Contacts
from sim.engine.services.courses import DueQueue
from sim.engine.services.day_time import DayTime
from sim.engine.services.group import Group
from sim.engine.services.new_list import NewList
from sim.engine.services.side_contacts import SideContacts
from sim.engine.simulate import simulate
from sim.engine.world import World


@settings(max_examples=50)
@given(random_worlds.worlds_of_all_kinds())
def test_no_world_breaks_a_law(config):
    simulate(sim.from_dict(config))


# --- faults put back --------------------------------------------------------------------------------------

URGENT = {"urgency": {"shares": {"routine": 0.5, "urgent": 0.5}}}
TWO_LISTS = {"urgent": {"when": {"urgency": "urgent"}, "slots_share": 0.5}, "routine": {"slots_share": 0.5}}
COURSE = {"routes": way("course"), "follow_ups": {"mean_visits": 3, "spread": "fixed", "interval_days": 2}}

ONE_CLINIC = world({"a": clinic(1)}, a_day=2)
UNEVEN = world({"a": clinic(3, length_cv=0.8)}, a_day=4)
KEPT_APART = world({"a": clinic(1, priority=TWO_LISTS)}, a_day=2, demand={"facts": URGENT})
KEPT_APART_UNEVEN = world({"a": clinic(4, priority=TWO_LISTS, length_cv=0.8)}, a_day=5, demand={"facts": URGENT})
CANCELLING = world(
    {
        "a": {
            **clinic(cancelled={"share": 0.4, "refilled_share": 1.0}, new_minutes=60, follow_up_minutes=20, **COURSE),
            "capacity": {"staff": {"one": 1.0}},
        }
    },
    60,
    a_day=5,
    workforce={"one": {"wte": 1.0}},
)
FENCED = world({"a": clinic(2.5, ring_fenced=True, follow_ups_first_share=0.5, **COURSE)}, a_day=3)
LONG_COURSES = world({"a": clinic(60, routes=way("course"), follow_ups={"mean_visits": 30, "spread": "fixed"})})
HELD = world({"a": caseload(5, stay_days=14, contact_every_days=1, contacts_a_month_when_needed=30)}, a_day=1)
ROLLING = world({"a": group(40, entry="rolling", max_size=10, drop_out_share_per_session=0.3)}, 60, a_day=3)
TWO_CLINICS = world({"a": clinic(2, "b"), "b": clinic(1)}, a_day=2)


def waiting(services: dict, a_day: float, **while_waiting) -> dict:
    """Two months in which something happens to those who wait."""
    pathway = {"services": services, "entry": way(next(iter(services))), "while_waiting": while_waiting}
    return world(services, 60, a_day=a_day, pathway=pathway)


GOING_PRIVATE = waiting(
    {"a": clinic(1, private_exit=True)}, 2, private_exit={"share_within_10_weeks": dict.fromkeys("12345", 0.9)}
)
ASKING = waiting(
    {"gp": clinic(9, "b"), "b": clinic(3, recontacts_gp=True)}, 4, gp_contact={"per_month_waited": 8, "service": "gp"}
)


def _takes_one_more(self, choice):
    rows = _take(self, choice)
    self._lists[0].call(1)
    return rows


def _looks_again(self, choice):
    """Takes the front off, and sees whoever a second look finds."""
    n = len(choice.rows)
    seen = self.choose(n + 1).rows[-n:] if n else choice.rows
    _take(self, choice)
    return seen


def _whole_slots_for_all(n, wanted):
    return np.ceil(wanted).astype(int)


def _put_aside_and_not_spent(self, choice):
    """What lists kept apart have put aside is there again on the next day, whoever has taken it."""
    held = choice.held and replace(choice.held, aside=choice.held.aside + choice.spent)
    return _take(self, replace(choice, held=held))


def _a_slot_for_a_slot(self, freed_new, freed_again, new, due):
    slots = round(freed_new / self.new_length) + round(freed_again / self.follow_up_length)
    return new.call(slots), due.nobody


_take, _push, _see, _join = NewList.take, NewList._push, Contacts._see, DueQueue.join

FAULTS = {
    "one more is taken off than was chosen": (NewList, "take", _takes_one_more, ONE_CLINIC, "passed over"),
    "others are taken than were chosen": (NewList, "take", _looks_again, ONE_CLINIC, "passed over"),
    "others whose visits are of other lengths": (NewList, "take", _looks_again, UNEVEN, "passed over|more minutes"),
    "a class gets more than the day holds": (apart, "dealt", _whole_slots_for_all, KEPT_APART, "more minutes"),
    "minutes that were put aside are spent twice": (
        NewList,
        "take",
        _put_aside_and_not_spent,
        KEPT_APART_UNEVEN,
        "more minutes",
    ),
    "a cancelled visit frees a slot": (DayTime, "fill_again", _a_slot_for_a_slot, CANCELLING, "more minutes"),
    "minutes are kept that were not there": (
        DayTime,
        "_left",
        lambda self, left, length, blocked: (left + length, 0),
        FENCED,
        "more minutes",
    ),
    "somebody is booked twice for a day": (
        DueQueue,
        "join",
        lambda self, rows: _join(self, np.repeat(np.unique(rows), 2)),
        LONG_COURSES,
        "second of a person",
    ),
    "two questions on a day are two visits": (
        Contacts,
        "_see",
        lambda self, rows, day: (_see(self, rows, day), _see(self, rows, day)),
        HELD,
        "second of a person",
    ),
    "eleven sit in ten seats": (
        Group,
        "_fill_seats",
        lambda self, day: [self._enrol(self.new.call(11), one, day) for one in self._cohort_sessions],
        ROLLING,
        "more slots than it offered",
    ),
    "who came last is called first": (
        NewList,
        "_push",
        lambda self, rows: _push(self, rows[::-1]),
        world({"a": clinic(1)}, a_day=3),
        "passed over",
    ),
    "who has left is called": (
        World,
        "remove",
        lambda self, service, rows, detail, day: self.drop(service.code, rows, detail, day, self.since[rows]),
        GOING_PRIVATE,
        "not where they happen",
    ),
    "who has left is forgotten": (
        World,
        "remove",
        lambda self, service, rows, detail, day: (
            service.leave_list(rows, day, for_good=True),
            self.place.__setitem__(rows, -2),
        ),
        GOING_PRIVATE,
        "neither resolved, removed nor inside",
    ),
    "who waits nowhere asks": (
        SideContacts,
        "call",
        lambda self, n: self._rows[:n],
        ASKING,
        "second of a person|who wait nowhere",
    ),
    "who is sent on stays": (
        World,
        "send",
        lambda self, origin, moves, day, ready, from_list=False: [
            self.services["b"].join(rows, day, ready, 9)
            if place == "b"
            else self.resolve(origin.code, rows, rules, day)
            for place, rows, rules in moves
        ],
        TWO_CLINICS,
        "without having been sent there",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_is_put_back_breaks_a_law(fault, monkeypatch):
    where, name, wrong, config, words = FAULTS[fault]
    lived(config)  # it is right without the fault
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises(BrokenLaw, match=words):
        lived(config)
