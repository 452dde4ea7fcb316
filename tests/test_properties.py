"""What holds in every pathway that anybody could write: random small pathways, and laws that none may break."""

import copy
import gc
import weakref
from collections import Counter, defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_pathways import pathways, pick
from worlds import clinic, group, lived, made, meant, people, way, without, world

import sim
from sim.analysis.reading.reading import NEVER, Reading
from sim.engine.simulate import simulate
from sim.engine.world import World

few = settings(max_examples=25)


# --- laws -------------------------------------------------------------------------------------------------


def walk(run) -> Counter:
    """Follows every person through the log; fails if anybody is in two places, or in none.
    Returns how episodes ended."""
    place: dict[int, str | None] = {}
    just_moved: dict[int, bool] = {}
    ends = Counter()
    placed = {
        int(run.record.patients.patient_id[row]): run.scenario.start.lists[x].places[p].service
        for (x, p), rows in run.record.patients.placed.items()
        for row in rows
    }
    place.update(placed)
    for e in run.events:
        here = place.get(e.who)
        if e.what == "presented":
            assert here is None, f"{e}: is still at {here}"
            place[e.who], just_moved[e.who] = "door", True
            continue
        if e.what == "listed":
            assert e.detail == "starting_list" or (just_moved.get(e.who) and here in ("door", e.service)), (
                f"{e}: is at {here}"
            )
            place[e.who], just_moved[e.who] = e.service, False
            continue
        assert here == e.service, f"{e}: is at {here}"
        just_moved[e.who] = e.what == "moved"
        if e.what == "moved":
            place[e.who] = e.to
        elif e.what in ("resolved", "removed"):
            place[e.who] = None
            ends[e.what] += 1
    ends["inside"] = sum(here is not None for here in place.values())
    ends["started"] = len(run.of("presented")) + len(placed)
    return ends


@few
@given(pathways())
def test_nobody_is_lost_and_everybody_is_in_one_place_at_a_time(config):
    run = lived(config)
    ends = walk(run)
    assert ends["started"] == ends["resolved"] + ends["removed"] + ends["inside"]
    assert ends["inside"] == run.record.inside


@few
@given(pathways())
def test_no_slot_is_used_twice_and_nobody_is_seen_twice_a_day_at_one_place(config):
    run = lived(config)
    # On a caseload people may ask twice in a day, and places are not contacts.
    slots = [name for name, service in run.scenario.pathway.services.items() if service.kind != "caseload"]
    attended = Counter((e.who, e.service, e.day) for e in run.of("attended") if e.service in slots)
    assert not attended or max(attended.values()) == 1
    by_day = Counter((e.service, e.day, e.what) for e in run.events)
    for name in run.scenario.pathway.services:
        for d in run.clinic_days(name):
            assert d.used + d.missed <= d.offered and min(d) >= 0
            assert name not in slots or (by_day[name, d.day, "attended"], by_day[name, d.day, "missed"]) == (
                d.used,
                d.missed,
            )
    assert sum(d.used for name in slots for d in run.clinic_days(name)) == attended.total()


@few
@given(pathways())
def test_time_goes_forward_and_waits_begin_before_they_end(config):
    run = lived(config)
    days = [e.day for e in run.events if e.detail != "starting_list"]
    assert days == sorted(days) and (not days or days[-1] < run.record.calendar.horizon)
    assert all(e.since <= e.day for e in run.events)


def stays_of(run) -> dict[str, list[tuple[int, int, int]]]:
    """service -> (patient, day joined, day left) of every stay on its list, read off the log;
    NEVER for those who wait at the end."""
    stays, open_ = defaultdict(list), {}
    for e in run.events:
        if e.what == "listed":
            open_[e.who] = (e.service, e.day)
        elif e.what in ("started", "attended", "moved", "resolved", "removed") and e.who in open_:
            service, since = open_.pop(e.who)
            stays[service].append((e.who, since, e.day))
    for who, (service, since) in open_.items():
        stays[service].append((who, since, int(NEVER)))
    return stays


@few
@given(pathways())
def test_the_daily_lengths_of_a_list_are_those_of_its_waits(config):
    # The sum of a list's daily lengths is the sum of its waits within the horizon: here day by day.
    run = lived(config)
    for name, stays in stays_of(run).items():
        days = run.clinic_days(name)
        assert [d.waiting for d in days] == [sum(since <= d.day < until for _, since, until in stays) for d in days], (
            name
        )


@few
@given(pathways())
def test_waits_are_read_from_the_log_without_losing_anybody(config):
    run = lived(config)
    read, told = Reading(run.record, run.scenario).stays, stays_of(run)
    for code, (rows, starts, stops) in read.items():
        own = Counter((who, since, until) for who, since, until in told[run.record.services[code]] if since < until)
        ids = run.record.patients.patient_id[rows]
        assert (
            Counter(s for s in zip(ids.tolist(), starts.tolist(), stops.tolist(), strict=True) if s[1] < s[2]) == own
        ), run.record.services[code]


@few
@given(pathways())
def test_no_slot_stays_empty_while_somebody_who_is_ready_waits(config):
    for s in config["pathway"]["services"].values():
        if s["kind"] == "clinic":
            s.update(ring_fenced=False, length_cv=0.0)
    run = lived(config)
    stays = stays_of(run)
    cancelled = Counter((e.service, e.day) for e in run.of("cancelled"))
    for name, s in run.scenario.pathway.services.items():
        if s.kind != "clinic":
            continue
        # Ready: the notice has passed since joining, the night after a referral,
        # and the same again since the last missed visit.
        notice = max(1, s.earliest_notice_days)
        absent = {
            (e.who, e.day + later)
            for what in ("missed", "cancelled")
            for e in run.of(what, name)
            for later in range(notice)
        }
        for d in run.clinic_days(name):
            if d.offered - d.used - d.missed > cancelled[name, d.day]:
                ready = [
                    who
                    for who, since, until in stays[name]
                    if since + notice <= d.day < until and (who, d.day) not in absent
                ]
                assert not ready, f"{name} on day {d.day}: {ready}"


@few
@given(pathways(), st.integers(0, 3))
def test_a_run_can_be_done_again_to_the_last_event(config, replication):
    assert lived(config, replication=replication).events == lived(config, replication=replication).events


# --- priority and order -----------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 20), pick(["routine", "urgent"])), min_size=1, max_size=40),
    pick([0.4, 1, 1.5, 3]),
    pick([0, 2]),
    pick([0.0, 0.3]),
    pick([{}, {"share": 0.3, "refilled_share": 0.7}]),
    pick([None, 0, 4]),
)
def test_priority_is_never_inverted_among_those_ready_and_eligible(who, slots, notice, missed, cancelled, own_notice):
    who.sort(key=lambda one: one[0])
    urgent = {"when": {"urgency": "urgent"}}
    if own_notice is not None:
        urgent["earliest_notice_days"], missed, cancelled = own_notice, 0.0, {}
    settings_ = clinic(
        slots,
        priority={"urgent": urgent, "routine": {}},
        earliest_notice_days=notice,
        missed={"new_share": missed},
        cancelled=cancelled,
    )
    run = lived(world({"a": settings_}, 60), people([day for day, _ in who], urgency=[word for _, word in who]))
    notices = {"urgent": notice if own_notice is None else own_notice, "routine": notice}
    ready = {k + 1: (day + notices[word], k) for k, (day, word) in enumerate(who)}
    is_urgent = {k + 1: word == "urgent" for k, (_, word) in enumerate(who)}
    calls = defaultdict(list)
    for e in run.events:
        if e.what in ("attended", "missed", "cancelled"):
            calls[e.day].append(e)
    for day in range(60):
        called = {e.who for e in calls[day]}
        waiting = [w for w, (since, _) in ready.items() if since <= day and w not in called]
        for w in called:
            assert ready[w][0] <= day
            ahead = [v for v in waiting if (is_urgent[v], ready[w]) > (is_urgent[w], ready[v])]
            assert not ahead, f"day {day}: {w} was called, and {ahead} not"
        for e in calls[day]:
            if e.what == "attended":
                ready.pop(e.who)
            else:
                ready[e.who] = (day + max(1, notice), e.who - 1)


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 25), min_size=1, max_size=60),
    st.integers(1, 3),
    st.integers(1, 3),
    pick([0, 3]),
    pick([0.0, 0.2]),
    pick(["every_day", "working_days", ["tue", "fri"]]),
)
def test_more_slots_lengthen_nobodys_wait_at_a_single_first_come_service(days, slots, more, notice, removed, open_days):
    def first_seen(n):
        settings_ = {
            **clinic(n, earliest_notice_days=notice, removed_share_per_week_waited=removed),
            "open_days": open_days,
        }
        return lived(world({"a": settings_}, 60), people(sorted(days))).seen("a")

    with_few, with_more = first_seen(slots), first_seen(slots + more)
    never = 10**6
    assert all(with_more.get(who, never) <= day for who, day in with_few.items())


# --- scenarios side by side -------------------------------------------------------------------------------


@settings(max_examples=6)
@given(pathways())
def test_a_scenario_compared_with_itself_differs_in_nothing(config):
    scenario = sim.from_dict(config)
    comparison = sim.compare(scenario, sim.from_dict(config), replications=2)
    assert set(comparison.kpis.scenario.unique()) == {"small_world", "small_world (again)"}
    known = comparison.differences.dropna(subset=["difference"])
    assert len(known) > 20 and (known.difference == 0).all()
    assert (known.loc[known.replications == 2, ["ci_low", "ci_high"]] == 0).all().all()
    missing = comparison.differences[comparison.differences.difference.isna()]
    assert missing.baseline.isna().all() and missing.scenario.isna().all()
    for what in ("first_contact", "definitive_care"):
        assert np.array_equal(
            comparison.pairs[f"days_to_{what}_baseline"], comparison.pairs[f"days_to_{what}_scenario"], equal_nan=True
        )


def _later(config: dict, name: str) -> dict:
    """The same pathway with other settings of one service: capacity, notice, who misses, what comes after."""
    service = config["pathway"]["services"][name]
    changed = {
        "clinic": {
            "capacity": {"slots_per_day": 3.7},
            "earliest_notice_days": 3,
            "missed": {"new_share": 0.4},
            "routes": way(),
        },
        "group": {
            "capacity": {"slots_per_week": 50},
            "min_size": 1,
            "least_size": 1,
            "attendance_share": 0.5,
            "routes": way(),
        },
        "caseload": {"capacity": {"places": 3}, "stay_days": 7, "routes": way()},
        "delay": {"days": 6, "spread": "fixed", "routes": way()},
    }[service["kind"]]
    kept = {
        key: value
        for key, value in service.items()
        if key not in ("follow_ups", "after_course", "orders", "patient_initiated")
    }
    return {
        **config,
        "pathway": {**config["pathway"], "services": {**config["pathway"]["services"], name: {**kept, **changed}}},
    }


@few
@given(pathways(loops=False, recurrence=False), st.integers(0, 3))
def test_changing_a_late_service_leaves_every_earlier_event_identical(config, which):
    names = [name for name in config["pathway"]["services"] if name != "scan"]
    late = names[1:][which % len(names[1:])]
    for s in config["pathway"]["services"].values():
        s.pop("orders", None)  # a scan that nobody orders leads nowhere
    config["pathway"]["services"].pop("scan", None)
    one, other = lived(meant(copy.deepcopy(config))), lived(meant(copy.deepcopy(_later(config, late))))
    first = min((e.day for run in (one, other) for e in run.events if e.service == late or e.to == late), default=10**6)
    assert [e for e in one.events if e.day < first] == [e for e in other.events if e.day < first]
    # Nothing leads back: what happens before it in the pathway is the same on every day.
    before = {"", *names[: names.index(late)]}
    assert [e for e in one.events if e.service in before] == [e for e in other.events if e.service in before]


@few
@given(pathways(roomy=True), st.integers(0, 10**6))
def test_one_more_patient_where_there_is_room_changes_nobody_else(config, which):
    patients = made(config)
    row = which % len(patients)
    missing = int(patients.patient_id[row])
    all_, others = lived(config, patients), lived(config, without(patients, row))
    assert sorted(e for e in all_.events if e.who != missing) == sorted(others.events)


def test_a_replication_that_is_over_leaves_nothing_behind_even_where_nobody_looks_for_rubbish(monkeypatch):
    """Processes look for it seldom, and a world of a city is hundreds of megabytes: of a search each held several."""
    columns = []

    class Watched(World):
        def __init__(self, *given):
            super().__init__(*given)
            columns.extend(weakref.ref(one) for one in (self.place, self.ticket, self.exits.recovers_on))

    monkeypatch.setattr("sim.engine.simulate.World", Watched)
    services = {"a": clinic(2, "b"), "b": group(), "c": {"kind": "delay", "days": 3, "routes": way()}}
    entry = {"some": {"to": {"a": 0.7, "next": 0.3}}, "otherwise": {"to": {"c": 1.0}}}
    scenario = sim.from_dict(world(services, 20, entry, a_day=4))
    gc.disable()
    try:
        record = simulate(scenario, 0)
    finally:
        gc.enable()
    assert columns and all(one() is None for one in columns)
    assert len(record.events["row"]) > 50
