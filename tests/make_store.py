"""Makes the small store of this version that later versions have to read: tests/stores/<version>/.

    python tests/make_store.py

Two scenarios of one clinic, two replications of each, and a results folder of the two.
"""

import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import worlds

import sim
from sim.analysis.reading.frames import kpis_table
from sim.analysis.statistics.paired import differences
from sim.analysis.words.indicator import TABLE
from sim.app.running.batch import keyed
from sim.app.running.work import stored_form
from sim.app.store import Store, Writer, key_of, model_version
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import versions

COMMAND = "mskflow run two_clinics pathway.services.gp.capacity.slots_per_day=2"
WHEN = datetime(2026, 1, 31, 14, 5, 59)


def pair(days: int = 40):
    """Two people a day on fixed days: two slots a day serve them at once, one slot leaves half of them waiting."""
    services = {"gp": worlds.clinic(1)}, {"gp": worlds.clinic(2)}
    made = [
        worlds.world(one, days, a_day=2.0, name=name, title=title, question="Is one slot a day enough?")
        for one, name, title in zip(
            services, ("one_slot", "two_slots"), ("One slot a day", "Two slots a day"), strict=True
        )
    ]
    return [sim.from_dict(config) for config in made]


def stored(out, scenarios, replications: int = 2) -> Store:
    """The store under `out` with those replications of the scenarios, which share their patients."""
    store = Store(out)
    with Writer(store) as writer:
        for one in keyed(scenarios, range(replications)):
            for scenario, key, data in zip(scenarios, one.keys, stored_form(one), strict=True):
                writer.put(scenario, key, one.task.replication, data)
    return store


def results(
    out,
    baseline,
    scenario,
    store: Store,
    command: str = COMMAND,
    when: datetime | None = WHEN,
    identity: str = "5f0c6e1b9a7d3e42",
) -> Path:
    """A results folder of the two, of the tables and settings only."""
    import yaml

    keys = {one.name: key_of(one) for one in (baseline, scenario)}
    count = len(store.replications(keys[scenario.name]))
    measured = {name: [store.read(key, r) for r in range(count)] for name, key in keys.items()}
    kpis = kpis_table(measured, list(keys))
    kpis = kpis[kpis["kpi"].isin(TABLE) & (kpis["group"] == "all")]
    with ResultsFolder(out, scenario.name, when) as folder:
        folder.write_csv("kpis.csv", kpis)
        folder.write_csv("comparison.csv", differences(kpis, scenario.name, baseline.name))
        folder.write_text("config/scenario.yaml", yaml.safe_dump(scenario.config, sort_keys=False))
        folder.write_manifest(
            {
                "status": "complete",
                "command": command,
                "scenario": scenario.name,
                "compare_with": baseline.name,
                "config_hash": identity,
                "seed": scenario.run.seed,
                "replications": len(measured),
                "versions": versions(),
                "model": model_version(),
                "overrides": ["pathway.services.gp.capacity.slots_per_day=2"],
                "keys": keys,
            }
        )
    return folder.path


def main() -> None:
    out = Path(__file__).resolve().parent / "stores" / sim.__version__
    if out.exists():
        raise SystemExit(f"{out} is there already: a store of a version is made once, and kept")
    before, after = pair()
    results(out, before, after, stored(out, (before, after)))
    print(out)


if __name__ == "__main__":
    main()
