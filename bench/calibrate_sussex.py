"""Fit the staff of the stand-in for Sussex, and reckon who should pay for each of the ideas.

`python -m bench.calibrate_sussex` prints the WTE for conf/workforce/sussex_as_is.yaml: what keeps the lists of the
as-is pathway about as long as they begin. As bench/calibrate.py does for the old model: by repeated proportion, on the
lists at the end of the first year. Nothing of what the document hopes for is used, and `sussex_could_be` is not run.

`python -m bench.calibrate_sussex --freed` prints, for each mechanism laid alone over the as-is pathway, the time that
it frees in the groups that are there already, in pounds an hour of the whole place, and what its own staff costs. It
follows demand with room for everybody, as `mskflow check` does, so it knows nothing of waits. `paid_by` in
conf/mechanisms/sussex is in these proportions; a mechanism that frees nothing says for itself who pays.
"""

import argparse
from dataclasses import replace

import numpy as np

import sim
from sim.app.configuration.files.shipped import mechanism_files
from sim.app.studies.load import load_table
from sim.domain.words import ATTENDED, DETAIL
from sim.engine.simulate import simulate

# group -> {service: people on its list after a year, per 1,000 residents}; None: as many as at the start
BALANCED = {
    "gp": {"gp": None},
    "physio_band_6": {"physiotherapy": None},
    "triage_band_8a": {"mdt_triage": 0.5},  # no list was published: half a week's referrals
    "mdt_meeting_team": {"mdt_meeting": 0.1},  # the same
    "orthopaedic_clinic_team": {"trauma_orthopaedics": None},
    "spinal_clinic_team": {"spinal": None},
    "rheumatology_clinic_team": {"rheumatology": None},
    "pain_clinic_team": {"pain": 0.58},  # as in the old model: about half a year of referrals
    "theatre_team": {"surgery": None},
    "radiography": {"mri": 1.0},  # a month for an image: no longer than its notice
}
OF_TODAY = ("gp", "fcp_band_7", "physio_band_6", "triage_band_8a", "orthopaedic_clinic_team")
ROUNDS = 8
STEP = 0.7  # of the way each round: lists feed each other


def fit(*overrides: str) -> dict[str, float]:
    """group -> WTE that leaves its lists as long after a year as they were."""
    scenario = sim.load("sussex_as_is", "run.years=1", *overrides)
    residents = scenario.demand.population * scenario.place.scale / 1000
    workforce = dict(scenario.workforce)
    for _ in range(ROUNDS):
        record = simulate(replace(scenario, workforce=workforce), 0)
        events = record.events
        for group, services in BALANCED.items():
            factors = []
            for service, target in services.items():
                table, code = record.clinics[service], record.services.index(service)
                aim = table[0, 4] if target is None else target * residents
                seen = (
                    (events["service"] == code) & (events["event"] == ATTENDED) & (events["detail"] == DETAIL["new"])
                ).sum()
                factors.append((seen + table[-1, 4] - aim) / max(seen, 1))
            change = 1 + STEP * (float(np.mean(factors)) - 1)
            workforce[group] = replace(workforce[group], wte=workforce[group].wte * max(change, 0.5))
    return {group: round(workforce[group].wte, 2) for group in BALANCED}


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
    for group, wte in fit(*parser.parse_args().overrides).items():
        print(f"{group}: {{wte: {wte}}}")


if __name__ == "__main__":
    main()
