"""docs/stress_des.md is what the configuration says, and enough to build two services again."""

import copy
import re

import numpy as np
import pytest
from rebuilt import SERVICES, Page, Rebuilt

import sim
from bench import ledger, stress
from sim.domain.words import ATTENDED, DETAIL, MISSED, MOVED
from sim.engine.simulate import simulate

DAYS, SCALE, WTE, REPLICATIONS = 330, 0.02, 15.5, 6
SECTIONS = {1: 3, 2: 5, 3: 4, 4: 3, 5: 4, 6: 1}
ITEMS = [f"{section}.{n + 1}" for section, many in SECTIONS.items() for n in range(many)]


@pytest.fixture(scope="module")
def text():
    return stress.PAGE.read_text(encoding="utf-8")


def test_the_page_has_the_twenty_items(text):
    assert re.findall(r"(?m)^### (\d\.\d) ", text) == ITEMS


def test_the_page_is_what_the_command_writes(text):
    """At least fifteen of the twenty items hold a block or a picture that the command writes."""
    for name, made in stress.items().items():
        begin, end = f"<!-- stress {name}: begin -->\n", f"\n<!-- stress {name}: end -->"
        assert text.split(begin)[1].split(end)[0] == made, f"python -m bench.stress --write ({name})"
    sections = re.split(r"(?m)^### ", text)[1:]
    assert sum("<!-- stress " in one or "](images/pathway_" in one for one in sections) >= 15


def test_the_data_sheet_counts_the_ledger_as_it_is():
    page = ledger.PAGE.read_text(encoding="utf-8")
    assert ledger.told() in page, "python -m bench.ledger --write"


def two_services() -> sim.Scenario:
    """GP and self-management of the old model; whoever is sent anywhere else has left."""
    config = copy.deepcopy(sim.load("gp_referral", f"place.scale={SCALE}", f"run.years={DAYS / 365.25}").config)
    services = config["pathway"]["services"] = {name: config["pathway"]["services"][name] for name in SERVICES}
    services["gp"].pop("orders")
    rules = [
        one for service in services.values() for key in ("routes", "after_course") for one in [service.get(key, {})]
    ]
    for several in rules:
        for label in [label for label, rule in several.items() if "came_from" in rule.get("when", {})]:
            del several[label]
        for rule in several.values():
            kept: dict[str, float] = {}
            for place, share in rule["to"].items():
                to = place if place in (*SERVICES, "course") else "resolved"
                kept[to] = kept.get(to, 0.0) + share
            rule["to"] = kept
    config["workforce"] = {"gp": config["workforce"]["gp"] | {"wte": WTE}}
    config["demand"]["elsewhere"] = {}
    config["start"] = {"kind": "empty"}
    config["outcomes"], config["prices"] = {}, {}
    config["pathway"].pop("while_waiting")
    return sim.from_dict(config)


def counted(scenario: sim.Scenario, replication: int) -> dict[str, float]:
    record = simulate(scenario, replication)
    e, gp, home = record.events, record.services.index("gp"), record.services.index("self_management")
    at_gp = e["service"] == gp
    first = at_gp & (e["event"] == ATTENDED) & (e["detail"] == DETAIL["new"])
    to_home = (e["event"] == MOVED) & (e["to"] == home)
    back = (e["event"] == MOVED) & (e["service"] == home) & (e["to"] == gp)
    return {
        "first visits": first.sum(),
        "follow-ups": (at_gp & (e["event"] == ATTENDED) & (e["detail"] == DETAIL["follow_up"])).sum(),
        "missed": (at_gp & (e["event"] == MISSED)).sum(),
        "gp to self_management": (to_home & at_gp).sum(),
        "self_management to gp": back.sum(),
        "waiting": int(record.clinics["gp"][-1, 4]),
        "mean wait": float((e["day"][first] - e["since"][first]).mean()),
        "90th percentile": float(np.quantile(e["day"][first] - e["since"][first], 0.9)),
    }


def test_two_services_in_plain_simpy_from_the_page_agree(text):
    page, scenario = Page(text), two_services()
    ours = [counted(scenario, r) for r in range(REPLICATIONS)]
    theirs = []
    for seed in range(REPLICATIONS):
        made = Rebuilt(page, DAYS, SCALE, WTE, seed)
        theirs.append(
            dict(made.counts) | {"mean wait": np.mean(made.waits), "90th percentile": np.quantile(made.waits, 0.9)}
        )
    for what in ours[0]:
        a, b = (np.array([one[what] for one in some], float) for some in (ours, theirs))
        error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / REPLICATIONS)
        assert abs(a.mean() - b.mean()) < 4.5 * error + 1e-9, (what, a.mean(), b.mean(), error)
    waits = np.mean([one["mean wait"] for one in ours])
    assert waits > 10  # a list that is a list: more than the week's notice
