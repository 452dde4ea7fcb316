"""Hold the old model against what is published, and fit the staff that keeps its lists as they are.

`python -m bench.calibrate` prints, as a Markdown table, what the model gives beside the published results to which it
was fitted, and by which parameter: that they come out is no test of it. Those to which it was not fitted are in
docs/validation.md (`python -m bench.validation`).
`python -m bench.calibrate --fit` also finds the WTE of each group of the old model such that, in the first year, its
lists end as long as they began (the published lists are near balance), by repeated proportion; copy what it
prints into conf/workforce/gp_referral.yaml and then run `python -m bench.same_budget`.
The accuracy tables of GPs and of the hospital (conf/pathway/gp_referral.yaml) are free; they were moved by hand until
this table held. Nothing else that is known about these services was used.
"""

import argparse
from dataclasses import replace

import numpy as np

import sim
from sim.analysis.indicators import measure
from sim.analysis.indicators.hospital import clocks
from sim.analysis.reading.reading import Reading
from sim.domain.record import Record
from sim.domain.words import ATTENDED, DETAIL
from sim.engine.simulate import simulate

TARGETS = [
    ("gp_referral", "hospital_no_outcome_share", "all", 0.27, 0.33, "gp_accuracy, hospital_accuracy"),
    ("gp_referral", "hospital_referrals_per_1000", "trauma_orthopaedics", 28, 38, "gp_accuracy, need_by_region"),
    ("gp_referral", "hospital_referrals_per_1000", "rheumatology", 5, 8, "gp_accuracy"),
    ("gp_referral", "community_referrals_per_1000", "all", 35, 65, "gp_accuracy"),
    ("gp_referral", "surgical_conversion", "all", 0.20, 0.35, "hospital_accuracy, need_by_region"),
    ("gp_referral", "gp_appointments_per_1000", "all", 390, 620, "gp_reviews_per_reviewed"),
    ("integrated", "fcp_self_management_share", "all", 0.58, 0.72, "fcp_accuracy"),
]
# group -> {service: people on its list at the end of the first year}; None: as many as at the start
BALANCED = {
    "physio_band_6": {"physiotherapy": None},
    "orthopaedic_clinic_team": {"trauma_orthopaedics": None},
    "spinal_clinic_team": {"spinal": None},
    "rheumatology_clinic_team": {"rheumatology": None},
    "theatre_team": {"surgery": None},
    "radiography": {"mri": None},
    "pain_clinic_team": {"pain": 200},  # no list was published: about half a year of referrals
    "gp": {"gp": None},
}
ROUNDS = 6
YEAR = 364
STEP = 0.8  # of the way each round: lists feed each other


def emergence(replications: int) -> list[tuple]:
    """(scenario, kpi, group, low, high, rows of evidence that were fitted to it, mean over replications)."""
    found = {}
    for name in sorted({t[0] for t in TARGETS}):
        scenario = sim.load(name)
        runs = [
            {(k, g): v for k, g, v, _ in measure(Reading(simulate(scenario, r), scenario))} for r in range(replications)
        ]
        found[name] = {key: float(np.mean([one[key] for one in runs])) for key in runs[0]}
    return [(*target, found[target[0]][target[1], target[2]]) for target in TARGETS]


def lists(reading: Reading, service: str) -> tuple[int, int]:
    """People who wait for a service at the start of the year and at its end: the published list, which for a
    consultant's clinic is its incomplete pathways but those listed for an operation."""
    table = reading.record.clinics[service]
    if reading.scenario.pathway.services[service].rtt != "clock":
        return int(table[0, 4]), int(table[-1, 4])
    found, code = clocks(reading), reading.record.services.index(service)
    rows, since, left = reading.stays[reading.record.services.index("surgery")]
    people = []
    for day in (0, YEAR):
        here = found.open_at(day)
        here = here[found.service[here] == code]
        listed = rows[(since <= day) & (left > day)]
        people.append(int((~np.isin(found.row[here], listed)).sum()))
    return people[0], people[1]


def first_visits(record: Record, service: str, since: int = 0) -> int:
    """First visits that were attended there from a day on."""
    events, code = record.events, record.services.index(service)
    here = (events["service"] == code) & (events["event"] == ATTENDED) & (events["day"] >= since)
    return int((here & (events["detail"] == DETAIL["new"])).sum())


def fit() -> dict[str, float]:
    """group -> WTE that leaves its lists as long after a year as they were."""
    scenario = sim.load("gp_referral", "run.years=1")
    workforce = dict(scenario.workforce)
    for _ in range(ROUNDS):
        record = simulate(replace(scenario, workforce=workforce), 0)
        reading = Reading(record, scenario)
        for group, services in BALANCED.items():
            factors = []
            for service, target in services.items():
                first, last = lists(reading, service)
                seen = first_visits(record, service)
                factors.append((seen + last - (first if target is None else target)) / seen)
            workforce[group] = replace(
                workforce[group], wte=workforce[group].wte * (1 + STEP * (float(np.mean(factors)) - 1))
            )
    return {group: round(workforce[group].wte, 2) for group in BALANCED}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", action="store_true", help="fit the WTE of the old model first, and print them")
    parser.add_argument("--replications", type=int, default=4)
    asked = parser.parse_args()
    if asked.fit:
        for group, wte in fit().items():
            print(f"{group}: {wte}")
    print("| scenario | indicator | of | published | fitted | by |\n|---|---|---|---:|---:|---|")
    for scenario, kpi, group, low, high, fitted, value in emergence(asked.replications):
        print(
            f"| {scenario} | {kpi} | {group} | {low:g} to {high:g} | "
            f"{value:.3g}{'' if low <= value <= high else ' (outside)'} | {fitted} |"
        )


if __name__ == "__main__":
    main()
