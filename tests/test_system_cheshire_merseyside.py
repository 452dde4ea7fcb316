"""Cheshire and Merseyside (document 003): each mechanism of docs/systems/cheshire_merseyside.md
does what the page says."""

from functools import lru_cache

import numpy as np
import pytest

import sim
from sim.domain.words import ATTENDED, DETAIL, DETAILS, FACTS, LISTED, MISSED, MOVED, PRESENTED
from sim.engine.simulate import simulate

BEFORE, NOW = "cheshire_merseyside_set_review", "cheshire_merseyside_fibromyalgia"
SMALL = ("place.scale=0.08", "run.years=0.9")
PATHWAY, TALK, PEERS = "widespread_pain", "talking_support", "peer_support"
SERVICE = f"pathway.services.{PATHWAY}"
WORSENED = [code for code, word in enumerate(DETAILS) if word.startswith("worsened_to_")]


@lru_cache
def run(name: str = NOW, *overrides):
    return simulate(sim.load(name, *SMALL, *overrides), 0)


def rows(record, event, service, detail=None):
    e = record.events
    here = (e["event"] == event) & (e["service"] == record.services.index(service))
    return here if detail is None else here & (e["detail"] == DETAIL[detail])


def moved(record, origin: str, to: str) -> int:
    return int((rows(record, MOVED, origin) & (record.events["to"] == record.services.index(to))).sum())


def people(record, which):
    """Rows of the patients in `which` rows of the log."""
    return record.events["row"][which]


def test_both_meet_the_same_people_for_the_same_money():
    before, now = sim.load(BEFORE), sim.load(NOW)
    assert (before.demand, before.start, before.place, before.run) == (now.demand, now.start, now.place, now.run)
    cost = [sum(group.cost_a_year() for group in one.workforce.values()) for one in (before, now)]
    assert cost[1] == pytest.approx(cost[0])
    waiting = [(one.pathway.while_waiting, one.pathway.recurrence.share) for one in (before, now)]
    assert waiting[0] == waiting[1], "what waiting does is the same; only the waits differ"
    flagged = [{n for n, s in one.pathway.services.items() if s.worsens} for one in (before, now)]
    assert flagged[0] == flagged[1] - {TALK}


def test_as_it_is_everybody_is_reviewed_each_month_and_as_it_could_be_nobody_is_unless_they_ask():
    before, now = run(BEFORE), run(NOW)
    entry = rows(before, ATTENDED, PATHWAY, "new")
    began = dict(zip(people(before, entry).tolist(), before.events["day"][entry].tolist(), strict=True))
    held = rows(before, ATTENDED, PATHWAY, "session") | rows(before, MISSED, PATHWAY, "session")
    gaps = [
        day - began[row]
        for row, day in zip(people(before, held).tolist(), before.events["day"][held].tolist(), strict=True)
        if row in began
    ]
    assert gaps and all(gap % 30 == 0 for gap in gaps)
    asked = rows(now, ATTENDED, PATHWAY, "session") | rows(now, MISSED, PATHWAY, "session")
    place_months = now.clinics[PATHWAY][:, 1].mean() * now.calendar.horizon / 30.44
    assert 0.3 < asked.sum() / place_months < 0.7, "about half a contact a month for each place"
    nothing = ("contacts_a_month_when_needed=0", "contact_missed_share=0", "most_to_least_deprived_ratio=1")
    never = run(NOW, *(f"{SERVICE}.{one}" for one in (*nothing, "remote_share=0", "remote_missed_ratio=1")))
    assert not rows(never, ATTENDED, PATHWAY, "session").any()


def test_gps_send_long_standing_widespread_pain_straight_to_the_pathway_and_no_more_people_than_before():
    record = run(NOW)
    sent = rows(record, MOVED, "gp") & (record.events["to"] == record.services.index(PATHWAY))
    facts = record.patients.facts
    assert sent.sum() > 10
    assert set(facts["region"][people(record, sent)]) == {FACTS["region"].index("widespread")}
    assert set(facts["onset"][people(record, sent)]) == {FACTS["onset"].index("long_term")}
    assert moved(run(BEFORE), "gp", PATHWAY) == 0 < moved(run(BEFORE), "physiotherapy", PATHWAY)


@pytest.mark.parametrize(
    ("rule", "usual", "need"),
    [
        ("fibromyalgia_specialist", "widespread_specialist", "specialist"),
        ("fibromyalgia_physiotherapy", "physiotherapy_back", "physiotherapy"),
        ("fibromyalgia_group", "group_programme", "group_programme"),
        ("fibromyalgia_self_management", "self_management_inflammatory", "self_management"),
    ],
)
def test_the_gp_is_no_better_a_judge(rule, usual, need):
    """Those who are kept in primary care are as many as by the old rule; the rest go to one place."""
    now, before = (
        sim.load(NOW).pathway.services["gp"].routes[rule],
        sim.load(BEFORE).pathway.services["gp"].routes[usual],
    )
    assert need in np.atleast_1d(now.when["need"])
    kept = ("course", "self_management")
    assert {k: now.to[k] for k in kept} == pytest.approx({k: before.to[k] for k in kept})
    assert now.to[PATHWAY] == pytest.approx(sum(share for place, share in before.to.items() if place not in kept))


def test_phone_or_video_is_an_option_and_fewer_of_those_contacts_are_missed():
    def missed(*overrides) -> float:
        record = run(NOW, *overrides)
        lost, came = (rows(record, word, PATHWAY, "session").sum() for word in (MISSED, ATTENDED))
        return lost / (lost + came)

    assert (
        missed(f"{SERVICE}.remote_missed_ratio=0", f"{SERVICE}.remote_share=1")
        < missed()
        <= missed(f"{SERVICE}.remote_share=0", f"{SERVICE}.remote_missed_ratio=1")
    )


def test_peer_support_and_talking_support_are_gone_to_and_lower_relapse():
    record = run(NOW)
    assert moved(record, PATHWAY, PEERS) > 0 and moved(record, PATHWAY, TALK) > 0
    assert rows(record, ATTENDED, PEERS).any() and rows(record, ATTENDED, TALK).any()

    def again(ratio: float) -> int:
        both = [f"pathway.recurrence.ratio_after.{s}={ratio}" for s in (PEERS, TALK)]
        e = run(NOW, "pathway.recurrence.share=1", "pathway.recurrence.mean_days=1", *both).events
        return int((e["event"] == PRESENTED).sum())

    assert again(0) < again(1)
    assert PEERS not in run(BEFORE).services and TALK not in run(BEFORE).services


@pytest.mark.parametrize("name", [BEFORE, NOW])
def test_who_waits_may_worsen_and_asks_the_gp_again(name):
    e = run(name).events
    worse = np.isin(e["detail"], WORSENED)
    assert worse.any()
    assert (rows(run(name), ATTENDED, "gp", "side_contact")).any()
    still = run(
        name,
        "pathway.while_waiting.worsening.share_within_26_weeks={acute: 0, long_term: 0}",
        "pathway.while_waiting.gp_contact.per_month_waited=0",
    )
    assert not np.isin(still.events["detail"], WORSENED).any()
    assert not rows(still, ATTENDED, "gp", "side_contact").any()


@pytest.mark.parametrize("name", [BEFORE, NOW])
def test_somebody_like_meg_can_enter_and_is_taken_on(name):
    record = run(name)
    facts = record.patients.facts
    meg = (
        (facts["region"] == FACTS["region"].index("widespread"))
        & (facts["onset"] == 1)
        & (facts["need"] == FACTS["need"].index("physiotherapy"))
    )
    door = np.unique(people(record, record.events["event"] == PRESENTED))
    taken = people(record, rows(record, ATTENDED, PATHWAY, "new"))
    assert meg[door].any() and meg[taken].any()
    assert rows(record, LISTED, PATHWAY).any()


def test_places_are_full_on_the_first_day_in_both():
    for name in (BEFORE, NOW):
        first = run(name).clinics[PATHWAY][0]
        assert first[2] >= 0.95 * run(BEFORE).clinics[PATHWAY][0][1]
