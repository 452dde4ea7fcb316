"""Fit the staff of the stand-in for Sussex, and reckon who should pay for each of the ideas.

`python -m bench.calibrate_sussex` prints the WTE for conf/workforce/sussex_as_is.yaml, and the parts of teams that
serve two services for conf/pathway/sussex_as_is.yaml. Practices and physiotherapy have so many that their lists are as
long after a year as they begin, and the scanner so many that a month's scans wait. The desk, the interface clinic and
the meeting have what leaves the weeks of referrals of bench/same_budget.py on their lists after two years. The
hospital's lists are those of a place without a desk before it, so in this pathway they cannot keep their length; its
clinics have the pressure that they have in the old model, which was fitted to those lists: what they are asked to do
over what they can, with room for everybody. Fifteen weeks' operations wait, as there, and clinics after operations have
as much time for each. Nothing of what the document hopes for is used, and `sussex_could_be` is not run.

`python -m bench.calibrate_sussex --freed` prints, for each mechanism laid alone over the as-is pathway, the time that
it frees in the groups that are there already, in pounds an hour of the whole place, and what its own staff costs. It
follows demand with room for everybody, as `mskflow check` does, so it knows nothing of waits. `paid_by` in
conf/mechanisms/sussex is in these proportions; a mechanism that frees nothing says for itself who pays.
"""

import argparse
from collections.abc import Iterable
from dataclasses import replace

import sim
from bench.calibrate import first_visits
from bench.same_budget import AIMS, IDLE, YEAR, pressure
from sim.app.configuration.files.shipped import mechanism_files
from sim.app.studies.load import load_table
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate

# service -> people on its list after a year, per 1,000 residents; None: as many as at the start
BALANCED = {"gp": None, "physiotherapy": None, "mri": 1.0}  # a month for an image: no longer than its notice
# service -> weeks of its own people that wait after two years; of operations as in the old model
AIMED = {one: AIMS[one] for one in ("mdt_triage", "interface_clinic", "mdt_meeting")} | {"surgery": 15.0}
PRESSED = ("trauma_orthopaedics", "spinal", "rheumatology", "pain")
AFTER = {"post_operative": "surgery"}  # as much time for each operation as in the old model
OF_TODAY = ("gp", "fcp_band_7", "physio_band_6", "triage_band_8a", "orthopaedic_clinic_team")
ROUNDS = 8
STEP = 0.7  # of the way each round: lists feed each other


def group_of(scenario: Scenario, service: str) -> str:
    """The one group, but FCPs, that staffs a service."""
    (group,) = scenario.pathway.services[service].capacity.staff
    return group


def sizes_of(scenario: Scenario, services: Iterable[str]) -> dict[str, float]:
    """service -> WTE of its group that work there."""
    found = {}
    for service in services:
        group = group_of(scenario, service)
        found[service] = scenario.workforce[group].wte * scenario.pathway.services[service].capacity.staff[group]
    return found


def staffed(scenario: Scenario, sizes: dict[str, float]) -> Scenario:
    """The scenario with so many WTE (service -> WTE) at its services."""
    workforce, services = dict(scenario.workforce), dict(scenario.pathway.services)
    groups = {service: group_of(scenario, service) for service in sizes}
    whole = {group: sum(sizes[one] for one in sizes if groups[one] == group) for group in groups.values()}
    for service, wte in sizes.items():
        group, capacity = groups[service], services[service].capacity
        workforce[group] = replace(workforce[group], wte=whole[group])
        services[service] = replace(services[service], capacity=replace(capacity, staff={group: wte / whole[group]}))
    return replace(scenario, workforce=workforce, pathway=replace(scenario.pathway, services=services))


def pressed(scenario: Scenario) -> dict[str, float]:
    """service of the hospital -> WTE at which it is as hard pressed as in the old model, with room for everybody."""
    old = sim.load("gp_referral", f"place.scale={scenario.place.scale}")
    asked, before = pressure(scenario), pressure(old)
    return {service: wte * asked[service] / before[service] for service, wte in sizes_of(old, PRESSED).items()}


def fit(*overrides: str) -> dict[str, float]:
    """service -> WTE, by the rules above."""
    scenario = sim.load("sussex_as_is", "run.years=2", *overrides)
    old = sizes_of(sim.load("gp_referral"), (*AFTER, *AFTER.values()))
    residents = scenario.demand.population * scenario.place.scale / 1000
    sizes = sizes_of(scenario, (*BALANCED, *AIMED)) | pressed(scenario)
    for _ in range(ROUNDS):
        sizes |= {service: old[service] * sizes[before] / old[before] for service, before in AFTER.items()}
        record = simulate(staffed(scenario, sizes), 0)
        for service, target in BALANCED.items():
            table = record.clinics[service]
            table = table[table[:, 0] < YEAR]
            aim = table[0, 4] if target is None else target * residents
            seen = first_visits(record, service) - first_visits(record, service, YEAR)
            sizes[service] *= 1 + STEP * ((seen + table[-1, 4] - aim) / seen - 1)
        for service, weeks in AIMED.items():
            table, seen = record.clinics[service], first_visits(record, service, YEAR)
            table = table[table[:, 0] >= YEAR]
            aim = weeks * (seen + table[-1, 4] - table[0, 4]) / 52
            factor = (seen + (table[-1, 4] - aim) / 2) / seen
            used = table[:, 2].sum() / table[:, 1].sum()
            if used < IDLE:  # far too much time: what is seen says nothing of how much there is
                factor *= used / IDLE
            sizes[service] *= 1 + STEP * (factor - 1)
    return sizes


def needed(scenario) -> dict[str, float]:
    """group that is there today -> WTE that its services need, with room for everybody."""
    minutes = load_table(scenario).set_index("service")["load_a_week"]
    wanted = {}
    for name, service in scenario.pathway.services.items():
        for group in (getattr(service, "capacity", None) and service.capacity.staff) or ():
            if group in OF_TODAY and service.kind == "clinic":
                staff = scenario.workforce[group]
                wanted[group] = wanted.get(group, 0.0) + minutes[name] * staff.wte / staff.minutes_a_week()
    return wanted


def freed() -> dict[str, tuple[float, dict[str, float]]]:
    """mechanism -> (what its staff costs, group -> the time that it frees), pounds an hour of the whole place."""
    as_is = sim.load("sussex_as_is", "place.scale=1")
    before, found = needed(as_is), {}
    for name in mechanism_files():
        if name.startswith("sussex/"):
            own = sim.load("sussex_as_is", "place.scale=1", f"mechanisms=[{name}]").config.get("workforce", {})
            free = [f"workforce.{group}.paid_by=null" for group, staff in own.items() if staff.get("paid_by")]
            scenario = sim.load("sussex_as_is", "place.scale=1", f"mechanisms=[{name}]", *free)
            after, staff = needed(scenario), scenario.workforce
            cost = sum(
                staff[group].wte * staff[group].cost_per_hour_gbp for group in staff if group not in as_is.workforce
            )
            found[name] = (
                cost,
                {group: (before[group] - after[group]) * staff[group].cost_per_hour_gbp for group in OF_TODAY},
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("overrides", nargs="*", help="place.scale=0.1, for instance")
    parser.add_argument("--freed", action="store_true", help="what each mechanism frees, and costs")
    if parser.parse_args().freed:
        for name, (cost, groups) in freed().items():
            print(
                f"{name}: costs {cost:.0f}; frees",
                ", ".join(f"{group} {pounds:.0f}" for group, pounds in groups.items()),
            )
        return
    scenario, sizes = sim.load("sussex_as_is"), fit(*parser.parse_args().overrides)
    fitted = staffed(scenario, sizes)
    for group in dict.fromkeys(group_of(scenario, service) for service in sizes):
        print(f"{group}: {{wte: {fitted.workforce[group].wte:.2f}}}")
    for service in sizes:
        group = group_of(scenario, service)
        if (part := fitted.pathway.services[service].capacity.staff[group]) < 1:
            print(f"{service}: {{capacity: {{staff: {{{group}: {part:.3f}}}}}}}")


if __name__ == "__main__":
    main()
