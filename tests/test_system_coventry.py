"""Coventry, phase 2 (document 002): each mechanism of docs/systems/coventry.md does what the page says,
and can be left out."""

from functools import lru_cache

import numpy as np
import pytest

import sim
from sim.app.configuration.evidence import rows as rows_of_evidence
from sim.domain.words import ATTENDED, DETAIL, LISTED, MOVED, NEEDS, PRESENTED
from sim.engine.simulate import simulate

BEFORE, NOW = "integrated", "coventry_phase2"
SMALL = ("place.scale=0.1", "run.years=0.7")
EVERY = ("prevention", "self_care_guides", "fcp_backlog")
BACKLOG, GUIDE, ORTHOPAEDICS = "fcp_backlog_clinic", "self_care_guide", "trauma_orthopaedics"


@lru_cache
def run(*overrides, name=NOW):
    return simulate(sim.load(name, *SMALL, *overrides), 0)


def only(*mechanisms) -> str:
    return f"mechanisms=[{','.join(f'coventry/{m}' for m in mechanisms)}]"


def rows(record, event, service, detail=None):
    e = record.events
    here = (e["event"] == event) & (e["service"] == record.services.index(service))
    return here if detail is None else here & (e["detail"] == DETAIL[detail])


def moved(record, origin: str, to: str) -> int:
    return int((rows(record, MOVED, origin) & (record.events["to"] == record.services.index(to))).sum())


def presented(record) -> int:
    return int((record.events["event"] == PRESENTED).sum())


def test_both_meet_the_same_people_for_the_same_money():
    before, now = sim.load(BEFORE), sim.load(NOW)
    assert (before.demand, before.start, before.place) == (now.demand, now.start, now.place)
    cost = [sum(group.cost_a_year() for group in one.workforce.values()) for one in (before, now)]
    assert cost[1] == pytest.approx(cost[0])
    assert now.config["mechanisms"] == [f"coventry/{m}" for m in EVERY]


def test_the_time_of_the_post_operative_clinic_is_not_what_pays():
    def minutes(name):
        one = sim.load(name)
        share = one.pathway.services["post_operative"].capacity.staff["orthopaedic_clinic_team"]
        return share * one.workforce["orthopaedic_clinic_team"].minutes_a_week()

    assert minutes(NOW) == pytest.approx(minutes(BEFORE), rel=0.001)


def test_prevention_spares_few_at_first_and_more_each_year():
    with_it, without = run(only("prevention")), run("mechanisms=[]")
    first = with_it.calendar.horizon // 2

    def kept(early: bool) -> float:
        counts = []
        for record in (with_it, without):
            e = record.events
            day = e["day"][(e["event"] == PRESENTED)]
            counts.append(((day < first) == early).sum())
        return counts[0] / counts[1]

    assert kept(False) < kept(True) <= 1
    off = run(only("prevention"), "pathway.prevention.share_per_year=0")
    assert presented(off) == presented(without)
    assert presented(with_it) < presented(without)
    ceiling = run(only("prevention"), "pathway.prevention.share_per_year=1", "pathway.prevention.at_most=0.001")
    assert presented(ceiling) > presented(with_it)


def test_guides_keep_some_from_presenting_to_anybody_and_some_of_them_come_later():
    record = run(only("self_care_guides"))
    readers = record.events["row"][rows(record, LISTED, GUIDE, "door")]
    facts = record.patients.facts
    assert (facts["digital"][readers] == 0).all() and (facts["urgency"][readers] == 0).all()
    online = (facts["digital"] == 0) & (facts["urgency"] == 0) & (record.patients.source == 0)
    assert len(readers) == pytest.approx(0.05 * online.sum(), rel=0.12)
    assert moved(record, GUIDE, "gp") > 0
    assert not rows(record, ATTENDED, GUIDE).any()
    assert GUIDE not in run("mechanisms=[]").services


def test_the_entry_with_guides_is_the_entry_without_them_for_the_others():
    """The overlay's two rules repeat the share of the integrated pathway that goes to an FCP at once."""
    entry, before = sim.load(NOW).pathway.entry, sim.load(BEFORE).pathway.entry["at_fcp_practice"].to
    left = 1 - entry["guide_at_fcp_practice"].to[GUIDE]
    assert entry["guide_at_fcp_practice"].to["fcp"] == pytest.approx(left * before["fcp"])
    assert entry["guide_elsewhere"].to[GUIDE] == entry["guide_at_fcp_practice"].to[GUIDE]


def test_after_care_a_guide_spares_returns_of_those_who_settle_and_sends_more_of_the_others():
    settled, more = ({"need": "self_management"}, {"need": ("group_programme", "physiotherapy")})
    for when, sign in ((settled, -1), (more, 1)):
        shares = [
            next(
                rule.to["gp"]
                for rule in sim.load(n).pathway.services["self_management"].routes.values()
                if rule.when == when
            )
            for n in (BEFORE, NOW)
        ]
        assert np.sign(shares[1] - shares[0]) == sign


def test_fcps_call_long_waiters_from_the_list_and_who_is_sent_back_regains_their_place():
    record = run(only("fcp_backlog"))
    e = record.events
    called = rows(record, MOVED, ORTHOPAEDICS, "called_for_review")
    assert called.sum() > 20
    assert (e["day"][called] - e["since"][called] >= 18 * 7).all()
    assert len(set(e["row"][called].tolist())) == called.sum(), "each is called once"
    assert (record.patients.facts["urgency"][e["row"][called]] == 0).all()
    joined = dict(zip(e["row"][called].tolist(), e["since"][called].tolist(), strict=True))
    sent = rows(record, MOVED, BACKLOG) & (e["to"] == record.services.index(ORTHOPAEDICS))
    back = set(zip(e["row"][sent].tolist(), e["day"][sent].tolist(), strict=True))
    listed = rows(record, LISTED, ORTHOPAEDICS)
    again = [
        (row, since)
        for row, day, since in zip(*(e[c][listed].tolist() for c in ("row", "day", "since")), strict=True)
        if (row, day) in back
    ]
    assert len(again) == len(back) > 0
    assert all(joined[row] == since for row, since in again)
    nobody = run(only("fcp_backlog"), f"pathway.services.{BACKLOG}.takes_from.waited_over_weeks=500")
    assert not rows(nobody, MOVED, ORTHOPAEDICS, "called_for_review").any()


def test_what_share_leaves_the_list_without_a_consultation_follows_from_need():
    """By the tables alone, for the people who are on the list on day 0: 72%, against 69.4% in Queensland, to which
    triage and the interface clinic were calibrated together."""
    one = sim.load(NOW)
    clinic, place = one.pathway.services[BACKLOG], one.start.lists[ORTHOPAEDICS].places["first_outpatient"]
    hospital = {ORTHOPAEDICS, "spinal", "rheumatology", "pain", "urgent_assessment"}

    def to_consultants(rules, need: str) -> float:
        fits = next(
            r
            for n, r in [*((n, r) for n, r in rules.items() if n != "otherwise"), ("otherwise", rules["otherwise"])]
            if need in np.atleast_1d(r.when.get("need", need)) and "region" not in r.when
        )
        later = fits.to.get("course", 0) * to_consultants(clinic.after_course, need) if rules is clinic.routes else 0
        return sum(share for to, share in fits.to.items() if to in hospital) + later

    assert set(place.needs) <= set(NEEDS)
    removed = 1 - sum(share * to_consultants(clinic.routes, need) for need, share in place.needs.items())
    assert 0.68 < removed < 0.76
    queensland = rows_of_evidence()["queensland_removed_share"]
    assert queensland["low"] < removed < queensland["high"]
