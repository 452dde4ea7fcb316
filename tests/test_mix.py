"""A tenth of a place has the same mix of first visits and follow-ups at every service as the whole of it."""

import re
from math import sqrt

import numpy as np
import pytest

from sim.app.configuration.check import build
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import root, scenario_files
from sim.domain.words import ATTENDED, DETAIL
from sim.engine.simulate import simulate

TENTHS = 4


def one_of_each_pathway() -> list[str]:
    """Names of shipped scenarios: for each of conf/pathway/ the one of its name, or the first that takes it."""
    found = {"gp_referral": "gp_referral"}  # the usual one
    for name, file in scenario_files().items():
        taken = re.search(r"^  - override /pathway: (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        if taken and (name == taken[1] or taken[1] not in found):
            found[taken[1]] = name
    assert set(found) == {file.stem for file in (root() / "conf" / "pathway").glob("*.yaml")}
    return sorted(found.values())


def visits(name: str, scale: float, replications: int) -> dict[str, np.ndarray]:
    """Service -> (replications, 2): first visits and follow-ups of half a year."""
    scenario = build(configuration_of(name, [f"place.scale={scale}", "run.years=0.5"]))
    found = {service: [] for service in scenario.pathway.services}
    for replication in range(replications):
        record = simulate(scenario, replication)
        seen = record.events["event"] == ATTENDED
        service, detail = record.events["service"][seen], record.events["detail"][seen]
        for code, one in enumerate(record.services):
            mine = detail[service == code]
            first = np.count_nonzero(mine == DETAIL["new"])
            found[one].append((first, np.count_nonzero(mine != DETAIL["side_contact"]) - first))
    return {service: np.array(counts) for service, counts in found.items()}


def by_chance(whole: np.ndarray, tenths: np.ndarray) -> float:
    """A standard error of the difference between two shares of first visits: by the spread among replications, since
    the visits of a person go together, and no less than that of visits which do not."""
    n, n_tenths = whole.sum(), tenths.sum()
    share = (whole[:, 0].sum() + tenths[:, 0].sum()) / (n + n_tenths)
    rest = tenths[:, 0] - tenths.sum(1) * tenths[:, 0].sum() / n_tenths
    of_tenths = (rest**2).sum() * TENTHS / (TENTHS - 1) / n_tenths**2
    spread = sqrt(of_tenths * (1 + n_tenths / n))
    return max(spread, sqrt(share * (1 - share) * (1 / n + 1 / n_tenths)))


@pytest.mark.slow
@pytest.mark.parametrize("name", one_of_each_pathway())
def test_a_tenth_of_a_place_has_the_same_mix_of_visits(name):
    whole, tenths = visits(name, 1, 1), visits(name, 0.1, TENTHS)
    other = {}
    for service in whole:
        a, b = whole[service], tenths[service]
        if not (a[:, 1].sum() and b[:, 1].sum()):
            assert a[:, 1].sum() + b[:, 1].sum() < 30  # follow-ups in one alone: too few to be more than chance
            continue
        difference, error = a[:, 0].sum() / a.sum() - b[:, 0].sum() / b.sum(), by_chance(a, b)
        if abs(difference) > 4 * error:
            other[service] = f"{difference:+.3f}, where chance alone gives {error:.3f}"
    assert other == {}
