"""Cardiff and Vale (document 000): each mechanism of docs/systems/cardiff.md does what the page says,
and can be switched off."""

import copy
from functools import lru_cache

import pytest

from sim.app.configuration.check import build
from sim.app.configuration.compose import configuration_of
from sim.domain.words import LISTED, MOVED, PRESENTED, RESOLVED
from sim.engine.simulate import simulate

BEFORE, NOW, EXTRA = "cardiff_one_to_one", "cardiff_four_tier", "cardiff_four_tier_extra_staff"
GROUP, TIER_2, CLASS, PREPARATION = (
    "back_and_knee_group",
    "first_interaction",
    "leisure_maintenance",
    "preparing_for_surgery",
)
MECHANISMS = ("on_their_own", "groups", "support_workers", "preparing_for_surgery", "maintenance")


@lru_cache
def composed(name: str, *mechanisms: str) -> dict:
    return configuration_of(
        name, [f"mechanisms=[{','.join(f'cardiff/{m}' for m in mechanisms)}]"] if mechanisms else []
    )


def scenario(name: str, *mechanisms: str, change=None):
    """The scenario, with these mechanisms in place of its own, changed by `change(config)`."""
    config = copy.deepcopy(composed(name, *mechanisms))
    if change is not None:
        change(config)
    return build(config)


def small(name: str, *mechanisms: str, change=None):
    def smaller(config):
        config["place"]["scale"], config["run"]["years"] = 0.1, 0.7
        if change is not None:
            change(config)

    return simulate(scenario(name, *mechanisms, change=smaller), 0)


@lru_cache
def run(name: str, *mechanisms: str):
    return small(name, *mechanisms)


def changed(way: str, value):
    """A change of one number of a service, for `small`."""

    def change(config):
        *path, last = way.split(".")
        here = config["pathway"]["services"]
        for word in path:
            here = here[word]
        here[last] = value

    return change


def without(mechanism: str) -> tuple[str, ...]:
    return tuple(m for m in MECHANISMS if m != mechanism)


def moved(record, origin: str, to: str) -> int:
    e, code = record.events, record.services.index
    if to == "resolved":
        return int(((e["event"] == RESOLVED) & (e["service"] == code(origin))).sum())
    return int(((e["event"] == MOVED) & (e["service"] == code(origin)) & (e["to"] == code(to))).sum())


def from_the_door(record, to: str) -> int:
    e = record.events
    return int(
        (
            (e["event"] == LISTED)
            & (e["service"] == record.services.index(to))
            & (e["detail"] == record.details.index("door"))
        ).sum()
    )


def money(name: str) -> float:
    return sum(group.cost_a_year() for group in scenario(name).workforce.values())


def test_both_meet_the_same_people_for_the_same_money():
    before, now = scenario(BEFORE), scenario(NOW)
    assert (before.demand, before.start, before.place, before.run) == (now.demand, now.start, now.place, now.run)
    assert money(NOW) == pytest.approx(money(BEFORE))
    assert money(EXTRA) > money(BEFORE) * 1.02
    gone = before.workforce["physio_band_6"].wte - now.workforce["physio_band_6"].wte
    added = [group for name, group in now.workforce.items() if name not in before.workforce]
    assert gone == pytest.approx(sum(group.moved_from["physio_band_6"] for group in added))


def test_people_enter_tier_1_on_their_own():
    assert from_the_door(run(NOW), "community_assets") > 50
    assert from_the_door(run(NOW, *without("on_their_own")), "community_assets") == 0


def test_tier_2_directs_back_to_tier_1_and_on_to_3_4_and_hospital():
    record = run(NOW)
    assert from_the_door(record, TIER_2) > 20
    for place in ("community_assets", GROUP, "physiotherapy", "trauma_orthopaedics"):
        assert moved(record, TIER_2, place) > 5, place
    assert moved(record, "gp", "physiotherapy") == 0, "a GP's referral goes to the first interaction"
    assert moved(record, "gp", TIER_2) > 100


def test_people_come_back_to_tier_1_after_a_programme_and_stay():
    record = run(NOW)
    assert moved(record, GROUP, CLASS) > 5
    assert moved(record, "community_assets", CLASS) > 5
    off = run(NOW, *without("maintenance"))
    assert CLASS not in off.services
    assert moved(off, GROUP, "resolved") > moved(record, GROUP, "resolved")
    short = small(NOW, change=changed(f"{CLASS}.days", 7))
    assert moved(short, CLASS, "resolved") > 1.5 * moved(record, CLASS, "resolved")


def test_groups_take_people_from_one_to_one_therapy():
    no_groups = run(NOW, "on_their_own", "preparing_for_surgery")
    assert moved(run(NOW), TIER_2, "physiotherapy") < 0.95 * moved(no_groups, TIER_2, "physiotherapy")


def test_a_supervisor_in_the_room_all_the_time_allows_fewer_cohorts():
    def seats(record):
        return record.clinics[GROUP][:, 1].sum()

    in_the_room = small(NOW, change=changed(f"{GROUP}.supervision.group_physio_band_6", 1.0))
    assert seats(in_the_room) < 0.6 * seats(run(NOW))
    group = scenario(NOW).pathway.services[GROUP]
    assert set(group.supervision) == {"group_physio_band_6"}
    assert "group_support_worker_band_3" in group.capacity.staff


def test_support_workers_cost_less_than_physiotherapists_for_the_same_sessions():
    led_by_physiotherapists = scenario(NOW, "groups").workforce["physio_band_6"].wte
    assert scenario(NOW, "groups", "support_workers").workforce["physio_band_6"].wte > led_by_physiotherapists


def test_outcomes_of_support_workers_are_equal_unless_one_says_otherwise():
    worse = small(NOW, change=changed(f"{GROUP}.routes.taught_as_well.to", {"next": 0.5, TIER_2: 0.5}))
    assert moved(worse, GROUP, TIER_2) > moved(run(NOW), GROUP, TIER_2) + 5


def test_the_preparation_class_keeps_the_place_on_the_list():
    def waits_from_class(record):
        e, at = record.events, record.services.index
        joined = (e["event"] == LISTED) & (e["service"] == at("surgery"))
        ended = (e["event"] == MOVED) & (e["service"] == at(PREPARATION)) & (e["to"] == at("surgery"))
        days = dict(zip(e["row"][ended].tolist(), e["day"][ended].tolist(), strict=True))
        return [
            days[row] - since
            for row, since in zip(e["row"][joined].tolist(), e["since"][joined].tolist(), strict=True)
            if row in days
        ]

    kept = waits_from_class(run(NOW))
    assert len(kept) > 3
    assert min(kept) > 28, "the wait counts from the day on which they were listed, before the class"
    lost = waits_from_class(small(NOW, change=changed(f"{PREPARATION}.keeps_place", False)))
    assert max(lost) <= 1
    assert PREPARATION not in run(NOW, *without("preparing_for_surgery")).services
    assert scenario(NOW).pathway.services[PREPARATION].rtt == "provisional"


def test_maintenance_and_peer_support_lower_relapse():
    assert scenario(BEFORE).pathway.recurrence.share == scenario(NOW).pathway.recurrence.share > 0

    def episodes(maintenance: float, peer_support: float) -> int:
        def change(config):
            config["pathway"]["recurrence"] = {
                "share": 0.9,
                "mean_days": 20,
                "ratio_after": {CLASS: maintenance, GROUP: peer_support},
            }
            config["pathway"]["services"][CLASS]["days"] = 7

        return int((small(NOW, change=change).events["event"] == PRESENTED).sum())

    as_often = episodes(1, 1)
    assert episodes(0, 1) < as_often
    assert episodes(1, 0) < as_often


def test_what_tier_4_no_longer_does_shortens_its_list_where_its_staff_stay():
    def waiting(record):
        return record.clinics["physiotherapy"][-1, 4]

    assert waiting(run(EXTRA)) < waiting(run(BEFORE))


def test_the_documents_claims_are_shown_and_used_nowhere():
    claims = composed(NOW)["report"]["claims"]
    assert {name: one["value"] for name, one in claims.items()} == {
        "escape_pain": 6.5,
        "preparing_for_surgery": 3,
        "long_covid": 5,
    }
    other = scenario(NOW, change=lambda config: config["report"]["claims"]["escape_pain"].update(value=99))
    assert (other.pathway, other.workforce, other.outcomes) == (
        scenario(NOW).pathway,
        scenario(NOW).workforce,
        scenario(NOW).outcomes,
    )
