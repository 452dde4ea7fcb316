"""What is refused of staff, job plans, rooms and dates: each fault with its whole line, and several in one message."""

import pytest
from test_cli import mskflow
from worlds import PHYSIO, caseload, clinic, group, staffed, way, world

import sim
from sim.app.configuration.compose import configuration_of
from sim.domain.faults import ScenarioError

A = "pathway.services.a"
NO_DATE = 'is not a date; write it as "2025-11-15", with quotes'
NO_DAY = 'is not a date; write it as "2025-11-15", or "11-15" for every year, with quotes'
OUTSIDE = "is outside the simulated days; a date between the start and the horizon"
TOO_LATE = "is after the last simulated day; at the latest 2025-02-04, or more run.years"
JANUARY = {"first_day": "2025-01-06", "last_day": "2025-01-31"}


def config(service=None, workforce=None, services=None, **physio) -> dict:
    """Thirty days from 6 January 2025 with one group and one clinic."""
    return world(
        services or {"a": service or staffed("physio")},
        30,
        workforce={"physio": {**PHYSIO, **physio}, **(workforce or {})},
    )


def of_capacity(**more) -> dict:
    return config(staffed(capacity={"staff": {"physio": 1.0}, **more}))


def extra(**more) -> dict:
    return config(staffed("physio", extra_clinics={"x": {"slots": 5, **more}}))


def with_rooms(service, **rooms) -> dict:
    return {**config(service), "rooms": rooms}


def joins(when="2025-01-20", **more) -> dict:
    return {"joins": {"x": {"date": when, "wte": 1.0, **more}}}


def leaves(when="2025-01-20", **more) -> dict:
    return {"leaves": {"x": {"date": when, "wte": 1.0, **more}}}


def overtime(**more) -> dict:
    return {"overtime": {"x": {"sessions_a_week": 2, **JANUARY, **more}}}


SUPPORT = {"support": {**PHYSIO, "wte": 4.0}}
DROP_IN = {"kind": "drop_in", "routes": way(), "capacity": {"clinicians": 1}}

STAFF = [
    (
        config(moved_from={"phisio": 1}),
        "workforce.physio.moved_from.phisio: is not a staff group; did you mean 'physio'?",
    ),
    (config(supervised_by={"gp": 0.1}), "workforce.physio.supervised_by.gp: is not another staff group; there is none"),
    (
        config(supervised_by={"physio": 0.1}),
        "workforce.physio.supervised_by.physio: is not another staff group; there is none",
    ),
    (
        config(workforce={"support": {**SUPPORT["support"], "supervised_by": {"physio": 0.3}}}),
        (
            "workforce.support.supervised_by.physio: supervision takes 12 sessions a week and 10 are there; "
            "less supervision, or more of those who give it"
        ),
    ),
    (config(may_work_in=["a", "b"]), "workforce.physio.may_work_in: 'b' is not a service; there is: a"),
    (
        config(may_work_in=[]),
        (
            f"{A}.capacity.staff.physio: may not work here; a group that may, "
            "or this service in workforce.physio.may_work_in"
        ),
    ),
    (config(leave_by_month=[0] * 12), "workforce.physio.leave_by_month: is zero in every month; 1 is an average month"),
    (
        config(sickness_by_month=[0.0] * 12),
        "workforce.physio.sickness_by_month: is zero in every month; 1 is an average month",
    ),
    (
        config(sickness_spell_days=7),
        "workforce.physio.sickness_spell_days: says nothing, as nobody is sick; sickness_share above 0, or 0 days",
    ),
    (
        config(sickness_share=0.1, sickness_spell_days=0.5),
        "workforce.physio.sickness_spell_days: is less than a day; 1 at least, or 0 to take the mean off every day",
    ),
    (
        config(sickness_share=0.6, sickness_spell_days=1),
        (
            "workforce.physio.sickness_spell_days: spells of 1 days cannot make up 60% of all days; "
            "at most 50%, or longer spells"
        ),
    ),
    (
        config(generalist_share=0.5),
        (
            "workforce.physio.generalist_share: the group works in 1 clinics, so there is nothing to share; "
            "0, or sessions in two clinics at least"
        ),
    ),
    (config(staffed("physioo")), f"{A}.capacity.staff.physioo: is not a staff group; did you mean 'physio'?"),
    (
        of_capacity(later={"x": {"date": "2025-01-20", "staff": {"fisio": 1.0}}}),
        f"{A}.capacity.later.x.staff.fisio: is not a staff group; there is: physio",
    ),
    (
        config(services={"a": staffed("physio"), "b": staffed(capacity={"staff": {"physio": 0.1}})}),
        "workforce.physio: 110% of its sessions are shared out; the shares of one group may not pass 100%",
    ),
    (
        config(
            services={
                "a": staffed(
                    capacity={
                        "staff": {"physio": 0.5},
                        "later": {"x": {"date": "2025-01-20", "staff": {"physio": 0.75}}},
                    }
                ),
                "b": staffed(
                    capacity={
                        "staff": {"physio": 0.5},
                        "later": {"x": {"date": "2025-01-13", "staff": {"physio": 0.4}}},
                    }
                ),
            }
        ),
        (
            "workforce.physio: 115% of its sessions are shared out from 2025-01-20; the shares of one "
            "group may not pass 100%"
        ),
    ),
]

CAPACITY = [
    (
        config(clinic(capacity={"clinicians": 2})),
        f"{A}.capacity.clinicians: is not how a clinic is given; slots_per_day, slots_per_week, staff",
    ),
    (
        config(caseload(capacity={"slots_per_day": 2})),
        f"{A}.capacity.slots_per_day: is not how a caseload is given; places, staff",
    ),
    (
        config(clinic(capacity={"slots_per_day": 1, "slots_per_week": 5})),
        f"{A}.capacity: needs exactly one of slots_per_day, slots_per_week, staff; 2 are given",
    ),
    (
        config(clinic(capacity={})),
        f"{A}.capacity: needs exactly one of slots_per_day, slots_per_week, staff; 0 are given",
    ),
    (
        of_capacity(later={"x": {"date": "2025-01-20", "slots_per_day": 2}}),
        f"{A}.capacity.later.x: is given in another way than before; in staff too",
    ),
    (
        config(
            clinic(
                capacity={
                    "slots_per_day": 1,
                    "later": {
                        "x": {"date": "2025-01-20", "slots_per_day": 2},
                        "y": {"date": "2025-01-20", "slots_per_day": 3},
                    },
                }
            )
        ),
        f"{A}.capacity.later.y.date: is that of 'x' too; one change a date",
    ),
    (of_capacity(speed={"phys": 0.5}), f"{A}.capacity.speed.phys: gives no sessions here; did you mean 'physio'?"),
    (
        of_capacity(speed={"physio": 0}),
        f"{A}.capacity.speed.physio: is 0: this group would see nobody; more than 0, or leave the group out",
    ),
    (
        config(group(capacity={"staff": {"physio": 1.0}, "speed": {"physio": 0.5}})),
        f"{A}.capacity.speed.physio: says nothing in a group, whose sessions have a fixed length; remove it",
    ),
    (
        with_rooms(staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gim": 0.5}}), gym={"rooms": 2}),
        f"{A}.capacity.rooms.gim: is not a set of rooms; did you mean 'gym'?",
    ),
    (
        with_rooms(clinic(capacity={"slots_per_day": 1, "rooms": {"gym": 0.5}}), gym={"rooms": 2}),
        (
            f"{A}.capacity.rooms: says nothing here: slots given directly say already what there is room for; "
            "remove it, or give capacity.staff"
        ),
    ),
    (
        with_rooms(caseload(capacity={"places": 1, "rooms": {"gym": 0.5}}), gym={"rooms": 2}),
        f"{A}.capacity.rooms: says nothing here: a caseload has places and no rooms; remove it, or give capacity.staff",
    ),
    (
        {
            **config(
                services={name: staffed(capacity={"staff": {"physio": 0.5}, "rooms": {"gym": 0.75}}) for name in "ab"}
            ),
            "rooms": {"gym": {"rooms": 1}},
        },
        "rooms.gym: 150% of its sessions are shared out; the shares of one set of rooms may not pass 100%",
    ),
    (with_rooms(None, gym={"rooms": -1}), "rooms.gym.rooms: is too small; at least 0.0"),
]

DATES = [
    (of_capacity(later={"x": {"date": "20250120", "staff": {"physio": 0.5}}}), f"{A}.capacity.later.x.date: {NO_DATE}"),
    (
        of_capacity(later={"x": {"date": "2025-02-05", "staff": {"physio": 0.5}}}),
        f"{A}.capacity.later.x.date: {TOO_LATE}",
    ),
    (
        of_capacity(closed={"x": {"first_day": "2025-02-30", "last_day": "2025-03-01"}}),
        f"{A}.capacity.closed.x.first_day: {NO_DAY}",
    ),
    (of_capacity(closed={"x": {"first_day": "01-06", "last_day": "Jan"}}), f"{A}.capacity.closed.x.last_day: {NO_DAY}"),
    (
        of_capacity(closed={"x": {"first_day": "2026-01-06", "last_day": "2026-01-31"}}),
        f"{A}.capacity.closed.x: {OUTSIDE}",
    ),
    (
        of_capacity(closed={"x": {"first_day": "01-06", "last_day": "2025-01-31"}}),
        (
            f"{A}.capacity.closed.x: has a year in one date and not in the other; two dates with a year, "
            "or two of every year"
        ),
    ),
    (
        of_capacity(closed={"x": {"first_day": "2025-01-31", "last_day": "2025-01-06"}}),
        f"{A}.capacity.closed.x: ends before it begins; the earlier date as first_day",
    ),
    (config(**joins("2025-02-05")), f"workforce.physio.joins.x.date: {TOO_LATE}"),
    (config(**leaves("2025-13-01")), f"workforce.physio.leaves.x.date: {NO_DATE}"),
    (config(**leaves("2025-W03-1")), f"workforce.physio.leaves.x.date: {NO_DATE}"),
    (config(**overtime(first_day="2025-06-01", last_day="2025-06-30")), f"workforce.physio.overtime.x: {OUTSIDE}"),
    (config(**overtime(last_day="soon")), f"workforce.physio.overtime.x.last_day: {NO_DAY}"),
    (
        config(**leaves(wte=1.5)),
        "workforce.physio.leaves: 0.5 WTE more leave by 2025-01-20 than are in post; wte is 1 on day 0",
    ),
    (
        config(wte=0.0, **leaves("2025-01-13", wte=0.5), **joins("2025-01-20")),
        "workforce.physio.leaves: 0.5 WTE more leave by 2025-01-13 than are in post; wte is 0 on day 0",
    ),
    (
        extra(date="2025-01-20", weekdays=["mon"]),
        (
            f"{A}.extra_clinics.x: has both a date and weekdays; date for one day; weekdays with first_day and "
            "last_day for many"
        ),
    ),
    (extra(), f"{A}.extra_clinics.x: does not say when; date, or weekdays with first_day and last_day"),
    (
        extra(weekdays=["mon"], first_day="2025-01-06"),
        f"{A}.extra_clinics.x: does not say when; date, or weekdays with first_day and last_day",
    ),
    (extra(weekdays=["mon", "mon"], **JANUARY), f"{A}.extra_clinics.x.weekdays: names a day twice; each day once"),
    (extra(weekdays=["mon"], first_day="2024-01-06", last_day="2024-01-31"), f"{A}.extra_clinics.x: {OUTSIDE}"),
    (extra(date="2026-01-20"), f"{A}.extra_clinics.x.date: {OUTSIDE}"),
    (extra(date="31 March"), f"{A}.extra_clinics.x.date: {NO_DAY}"),
    (
        {**config(), "analysis": {"window": [5, 40]}},
        "analysis.window: is not a stretch of the simulated days; [first, last] with first < last <= 30",
    ),
]

NUMBERS = [
    (config(wte=-1), "workforce.physio.wte: is too small; at least 0.0"),
    (config(**joins(wte=-1)), "workforce.physio.joins.x.wte: is too small; at least 0.0"),
    (config(**joins(training_share=1.5)), "workforce.physio.joins.x.training_share: is too large; at most 1.0"),
    (config(**leaves(weeks_to_hire=-2)), "workforce.physio.leaves.x.weeks_to_hire: is too small; at least 0.0"),
    (config(**overtime(sessions_a_week=-1)), "workforce.physio.overtime.x.sessions_a_week: is too small; at least 0.0"),
    (config(sickness_share=1.01), "workforce.physio.sickness_share: is too large; at most 1.0"),
    (config(leave_by_month=[1] * 11), "workforce.physio.leave_by_month.11: is missing; give a value"),
    (config(generalist_share=-0.1), "workforce.physio.generalist_share: is too small; at least 0.0"),
    (extra(weekdays=["mon"], every_weeks=0, **JANUARY), f"{A}.extra_clinics.x.every_weeks: is too small; at least 1"),
    (
        extra(weekdays=["monday"], **JANUARY),
        (
            f"{A}.extra_clinics.x.weekdays.0: is not a word that is known here; one of 'mon', 'tue', 'wed', 'thu', "
            "'fri', 'sat' or 'sun'"
        ),
    ),
]


@pytest.mark.parametrize(
    "wrong, line", [*STAFF, *CAPACITY, *DATES, *NUMBERS], ids=lambda one: one[:70] if isinstance(one, str) else ""
)
def test_each_fault_has_its_line(wrong, line):
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(wrong)
    assert str(raised.value).splitlines() == [line]


def test_several_are_told_in_one_message():
    wrong = config(
        staffed(
            capacity={
                "staff": {"physio": 1.0, "nurse": 0.5},
                "speed": {"gp": 2.0},
                "closed": {"x": {"first_day": "05-32", "last_day": "06-01"}},
            }
        ),
        generalist_share=0.2,
        **joins("2031-01-01"),
        **leaves("x"),
        **overtime(first_day="01-06"),
    )
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(wrong)
    assert sorted(fault.where for fault in raised.value.faults) == [
        f"{A}.capacity.closed.x.first_day",
        f"{A}.capacity.speed.gp",
        f"{A}.capacity.staff.nurse",
        "workforce.physio.generalist_share",
        "workforce.physio.joins.x.date",
        "workforce.physio.leaves.x.date",
        "workforce.physio.overtime.x",
    ]


def test_what_lies_at_the_edge_is_in_order():
    sim.from_dict(
        config(**joins("2025-02-04"), **leaves("1999-01-01"), **overtime(first_day="2024-01-01", last_day="2025-01-06"))
    )
    sim.from_dict(config(**overtime(first_day="12-20", last_day="01-02")))
    sim.from_dict(config(sickness_share=0.5, sickness_spell_days=1))
    sim.from_dict(
        config(services={name: staffed(capacity={"staff": {"physio": 0.5}}) for name in "ab"}, generalist_share=1.0)
    )
    sim.from_dict(
        config(
            services={
                "a": staffed(capacity={"staff": {"physio": 0.5}}),
                "b": staffed(
                    capacity={
                        "staff": {"physio": 0.25},
                        "later": {"x": {"date": "2025-01-20", "staff": {"physio": 0.5}}},
                    }
                ),
            }
        )
    )
    sim.from_dict({**with_rooms({**DROP_IN, "capacity": {"clinicians": 1, "rooms": {"gym": 1.0}}}, gym={"rooms": 2})})
    sim.from_dict(extra(date="02-29"))


# --- as a planner types it --------------------------------------------------------------------------------


TWO = "workforce.fcp_band_7.leaves.two={date: 2025-10-01, wte: 2, weeks_to_hire: 26}"
TYPED = {
    TWO: f"there is no 'leaves' in 'workforce.fcp_band_7' yet; to add it: '+{TWO}'",
    "workforce.gp.sickness_spell_days=5": (
        "there is no 'sickness_spell_days' in 'workforce.gp' yet; to add it: +workforce.gp.sickness_spell_days=5"
    ),
    "rooms.gym.rooms=2": "there is no 'rooms' yet; to add it: +rooms.gym.rooms=2",
    "pathway.services.mri.capacity.speed.radiography=0.9": (
        "there is no 'speed' in 'pathway.services.mri.capacity' yet; to add it: "
        "+pathway.services.mri.capacity.speed.radiography=0.9"
    ),
    "pathway.recurrence.share=0.1": (
        "there is no 'recurrence' in 'pathway' yet; to add it: +pathway.recurrence.share=0.1"
    ),
    "workforce.fcp_band_7.leavs.x.wte=1": "there is no 'leavs' in 'workforce.fcp_band_7'; did you mean 'leaves'?",
    "workforce.fcp_band_7.wet=1": "there is no 'wet' in 'workforce.fcp_band_7'; did you mean 'wte'?",
    "workforce.fcp_band7.wte=1": "there is no 'fcp_band7' in 'workforce'; did you mean 'fcp_band_7'?",
    "pathway.services.mri.capacity.staff.porter=1": (
        "there is no 'porter' in 'pathway.services.mri.capacity.staff'; there is: radiography; "
        "to add what is new: +pathway.services.mri.capacity.staff.porter=1"
    ),
}


def test_a_key_that_the_settings_know_is_told_with_what_to_type_and_others_as_they_were():
    with pytest.raises(ScenarioError) as raised:
        configuration_of("integrated", list(TYPED))
    assert [
        f"{fault.what}; {fault.right}"
        for fault in sorted(
            raised.value.faults, key=lambda fault: [word[:40] for word in TYPED].index(fault.where[:40])
        )
    ] == list(TYPED.values())


def test_what_it_says_to_type_works():
    right = sim.load("integrated", f"+{TWO}").workforce["fcp_band_7"].leaves["two"]
    assert (right.date, right.wte, right.weeks_to_hire) == ("2025-10-01", 2, 26)


def test_a_date_in_a_file_needs_no_quotes(tmp_path):
    file = tmp_path / "two_gone.yaml"
    file.write_text(
        "# @package _global_\ndefaults:\n  - integrated\n  - override /report: none\n  - _self_\ntitle: Two gone\n"
        "question: Who waits?\n"
        "workforce:\n  fcp_band_7:\n    leaves: {two: {date: 2025-10-01, wte: 2, weeks_to_hire: 26}}\n"
        '    overtime: {winter: {sessions_a_week: 4, first_day: 11-01, last_day: "11-01"}}\n',
        encoding="utf-8",
    )
    staff = sim.load(str(file)).workforce["fcp_band_7"]
    assert (staff.leaves["two"].date, staff.overtime["winter"].first_day) == ("2025-10-01", "11-01")


def test_through_the_command_line_one_message_and_nothing_written(tmp_path):
    done = mskflow(
        "run",
        "integrated",
        "report=none",
        "workforce.fcp_band_7.wte=-1",
        "+workforce.gp.joins.new={date: 2031-01-01, wte: 1}",
        cwd=tmp_path,
    )
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.splitlines() == [
        "workforce.fcp_band_7.wte: is too small; at least 0.0",
        "workforce.gp.joins.new.date: is after the last simulated day; at the latest 2028-03-31, or more run.years",
    ]
    assert not list(tmp_path.iterdir())


def test_one_group_that_cannot_be_read_hides_nothing_of_the_others():
    wrong = config(
        wte="one",
        workforce={
            "support": {**SUPPORT["support"], "supervised_by": {"physio": 0.3}, "leave_by_month": [0] * 12},
            "gp": {"wte": -1},
        },
    )
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(wrong)
    assert [str(fault) for fault in raised.value.faults] == [
        "workforce.physio.wte: is not a number; write a plain number, without quotes or units",
        "workforce.gp.wte: is too small; at least 0.0",
        "workforce.support.leave_by_month: is zero in every month; 1 is an average month",
    ]
