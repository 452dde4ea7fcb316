"""Visits missed, as whole runs have them, beside the shares of the configuration, and the wait that these count from.

`python -m bench.missed [SCENARIO ...]` runs the first year of one replication at full size (`gp_referral` where none is
named). For each clinic whose visits are missed it prints the shares missed of first visits and of follow-ups (of those
attended and missed, as they are published) and how long people had waited, in the mean, who were called to a first one.

Where the share grows with the wait, the published one is of all who were called, so it counts from their mean wait. No
source tells that wait; `missed.at_weeks_waited` of physiotherapy is the one printed here of `gp_referral`. So the
published share comes out in the old model whatever the slope is, and other pathways have more or less, as they are
waited for.
"""

import argparse
from typing import NamedTuple

import sim
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import ATTENDED, DETAIL, MISSED
from sim.engine.simulate import simulate


class Called(NamedTuple):
    """Of one clinic and kind of visit: visits attended or missed, the share missed, the share in the configuration, and
    the mean weeks waited."""

    service: str
    visit: str
    visits: int
    missed: float
    configured: float
    weeks: float


def called(record: Record, scenario: Scenario) -> list[Called]:
    """A row for each clinic that has a share missed, and each kind of visit there that anybody was called to."""
    events, found = record.events, []
    for code, service in enumerate(record.services):
        missed = getattr(scenario.pathway.services[service], "missed", None)
        if missed is None:
            continue
        for visit, share in (("new", missed.new_share), ("follow_up", missed.follow_up_share)):
            here = (events["service"] == code) & (events["detail"] == DETAIL[visit])
            gone = here & (events["event"] == MISSED)
            both = gone | here & (events["event"] == ATTENDED)
            if share and both.any():
                weeks = float((events["day"] - events["since"])[both].mean()) / 7
                found.append(Called(service, visit, int(both.sum()), float(gone.sum() / both.sum()), share, weeks))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", nargs="*", default=["gp_referral"])
    for name in parser.parse_args().scenario:
        scenario = sim.load(name, "run.years=1")
        print(
            f"{name}\n| clinic | visit | visits | missed | configured | weeks waited |\n|---|---|---:|---:|---:|---:|"
        )
        for one in called(simulate(scenario, 0), scenario):
            shares = f"{one.missed:.1%} | {one.configured:.1%}"
            print(f"| {one.service} | {one.visit} | {one.visits:,} | {shares} | {one.weeks:.1f} |")


if __name__ == "__main__":
    main()
