"""What no plan can do: people who are certain to be on a list, against every slot that a plan has for them.

For a target on the list of a clinic X, take the people who reach X by no service that a plan could change: they stand
on its starting list, come from elsewhere, or are sent there by the door. They join on the same day under every plan
(draws are keyed by the person), and how long each would stay if X saw nobody is the same too: recovery, private care
and other removals are latent times of the person on that list. Simulate once with no capacity anywhere, and count those
still on the list (`certain`) at the end. Under any plan each of them is still there, or was called to a slot of X. So

    waiting at the end >= certain - slots of X until then

and where people must be seen within w weeks in a window, those whose w weeks certainly pass in it are late, unless they
were called before, which took a slot: late >= certain - slots until the end, in time <= slots in the window. Slots
are those that the engine itself offers in a world without people. Follow-ups, misses and all others on the list
only make it worse: a plan that meets its target in a replication is never ruled out. Where one of the assumptions
does not hold, nothing is.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.indicators.within import limit_passes
from sim.analysis.reading.as_of import as_of
from sim.analysis.reading.reading import NEVER
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.targets import Target
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.rules import Rule
from sim.domain.people.demand import Demand, Start
from sim.domain.people.patients import Patients
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import DETAIL, FACTS
from sim.engine.simulate import simulate

WITHIN = {"within_6_weeks_share": 6, "within_18_weeks_share": 18}
CERTAIN_DOORS = ("starting_list", "from_elsewhere")
_SUPPLY = ("capacity", "extra_clinics")


@dataclass(frozen=True)
class Bound:
    """A target that can be bounded, by its place among the targets,
    and how many people are certain to be against it."""

    place: int
    target: Target
    certain: int


def bounded(scenario: Scenario, targets, levers) -> list[int]:
    """Places of the targets that the argument holds for."""
    return [place for place, target in enumerate(targets) if _holds(scenario, target, levers)]


def _holds(scenario: Scenario, target: Target, levers: tuple[Lever, ...]) -> bool:
    services, name = scenario.pathway.services, target.group
    known = (target.kpi in WITHIN and target.at_least is not None) or (
        target.kpi == "waiting_list" and target.at_most is not None
    )
    if not known or name not in services or not services[name].sees_one_a_slot:
        return False
    if any(taken.service == name for other in services.values() for taken in other.works_down().values()):
        return False
    group = [scenario.workforce[g] for g in services[name].provided.staff]
    if any(one.generalist_share for one in group):  # their time comes from other clinics, as work waits
        return False
    return all(_is_supply(lever.way, name) for lever in levers)


def _is_supply(way: list[str], name: str) -> bool:
    """Whether a lever changes capacity only, or at most how a service works that the certain people do not pass."""
    if way[0] in ("workforce", "rooms"):
        return way[-1] != "generalist_share"
    if way[:2] != ["pathway", "services"]:
        return False
    return way[2] != name or way[3] in _SUPPLY


def certain(scenario: Scenario, targets, places, replication: int) -> list[Bound]:
    """The bounds of a replication: one run in which no service sees anybody."""
    services = {name: service.with_room_for(0.0) for name, service in scenario.pathway.services.items()}
    record = simulate(replace(scenario, pathway=replace(scenario.pathway, services=services)), replication)
    doors = _doors(scenario)
    return [Bound(place, targets[place], _count(record, scenario, targets[place], doors)) for place in places]


def _doors(scenario: Scenario) -> tuple[int, ...]:
    """Ways to join that no plan changes: the door too, unless what it does depends on lists."""
    by_state = (
        any(rule.only_while and not rule.only_while.dated for rule in scenario.pathway.entry.values())
        or scenario.pathway.access_is_wait_at is not None
    )
    return tuple(DETAIL[word] for word in (*CERTAIN_DOORS, *(() if by_state else ("door",))))


def _count(record: Record, scenario: Scenario, target: Target, doors: tuple[int, ...]) -> int:
    reading = as_of(record, scenario, target.day, target.since)
    code = reading.services.index(target.group)
    listed = reading.listed.where(
        (reading.listed.service == code) & np.isin(reading.listed.detail, doors) & (reading.listed.episode == 0)
    )
    joined = np.full(reading.n, NEVER)
    joined[listed.row] = listed.since
    rows, since, left = reading.stays[code]
    sure = joined[rows] == since  # not a later episode's
    if target.kpi == "waiting_list":
        return int((sure & (left >= reading.last_day)).sum())
    passed = limit_passes(reading, code, WITHIN[target.kpi])
    return int((sure & reading.in_window(passed) & (left >= passed)).sum())


def ruled_out(scenario: Scenario, bounds: list[Bound], replication: int) -> list[tuple[int, float]]:
    """Of `bounds`, those that the scenario cannot meet in this replication: (place among the targets,
    how far it misses at least)."""
    found = []
    for bound in bounds:
        target = bound.target
        table = _alone(scenario, target.group, replication)
        days, offered = table[:, 0], table[:, 1]
        first = (
            target.since
            if target.since is not None
            else scenario.analysis.window[0]
            if scenario.analysis.window
            else scenario.run.warm_up_days
        )
        until = int(offered[days <= target.day].sum()) + 1  # parts of a slot add up
        beyond = max(bound.certain - until, 0)
        if target.kpi == "waiting_list":
            best = float(beyond)
        else:
            within = int(offered[(days >= first) & (days <= target.day)].sum()) + 1
            best = within / (within + beyond)
        if beyond and target.short(best) > 0:
            found.append((bound.place, target.short(best)))
    return found


def _alone(scenario: Scenario, name: str, replication: int) -> np.ndarray:
    """(days, 5) what one clinic offers in a world without people."""
    service = replace(
        scenario.pathway.services[name].alone({"otherwise": Rule(to={"resolved": 1.0})}),
        referrals_through=None,
        calls_urgent={},
    )
    lonely = replace(
        scenario,
        pathway=Pathway(services={name: service}, entry={"otherwise": Rule(to={name: 1.0})}),
        demand=Demand(population=scenario.demand.population, presenting_per_1000_a_year=0.0),
        start=Start(kind="empty"),
    )
    return simulate(lonely, replication, _nobody()).clinics[name]


def _nobody() -> Patients:
    none = np.zeros(0, np.int32)
    return Patients(
        patient_id=np.zeros(0, np.int64),
        presented_day=none,
        source=np.zeros(0, np.int8),
        facts={name: np.zeros(0, np.int8) for name in FACTS},
        elsewhere={},
        placed={},
    )
