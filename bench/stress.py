"""What of docs/stress_des.md comes from the configuration, the evidence, the seeds and the versions.

    python -m bench.stress            print the items that a command writes
    python -m bench.stress --write    and put them into docs/stress_des.md, with the pictures beside it

Each stands between `<!-- stress NAME: begin -->` and `<!-- stress NAME: end -->`; tests/test_stress.py holds the page
to this command, and builds two services again from the page.
"""

import argparse
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml

import sim
from bench.readme import write
from bench.stress_logic import (
    classes,
    components,
    courses,
    diagrams,
    entities,
    lists,
    queues,
    routing,
    scenario_logic,
    staff,
)
from bench.stress_numbers import numbers, sources, statuses
from sim.analysis.indicators import INDICATORS
from sim.app.configuration.files.shipped import scenario_files
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.chance import Chance
from sim.domain.scenario import Scenario, calendar_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "stress_des.md"
BASE, OTHER = "gp_referral", "integrated"


def table(heads: tuple[str, ...], rows: list[tuple]) -> str:
    """A Markdown table; bars within cells are escaped."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def outputs() -> str:
    """Indicators by their unit."""
    units: dict[str, list[str]] = {}
    for name, (unit, _) in INDICATORS.items():
        units.setdefault(unit, []).append(f"`{name}`")
    return table(("unit", "indicators"), [(unit, ", ".join(names)) for unit, names in units.items()])


def scenarios() -> str:
    """Every shipped scenario with its question and what it is compared with."""
    rows = []
    for name, file in sorted(scenario_files().items()):
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
        rows.append((f"`{name}`", said.get("question", ""), said.get("compare_with") or "nothing"))
    return table(("scenario", "question", "compared with"), rows)


def initial(base: Scenario) -> str:
    """How a replication begins."""
    calendar = calendar_of(base)
    rows = [
        ("system", "terminating: a planning horizon from a date on"),
        ("stops", f"after day {calendar.horizon - 1} ({calendar.date_of(calendar.horizon - 1)})"),
        ("day 0", f"{base.calendar.start_date}"),
        ("starting state (`start.kind`)", base.start.kind),
        ("warm-up (`run.warm_up_days`)", f"{base.run.warm_up_days} days"),
        ("people on lists", "as many as the lists say (deterministic); who they are and what they need is drawn"),
    ]
    return table(("what", "here"), rows)


def length(base: Scenario) -> str:
    """Time unit and run length."""
    calendar = calendar_of(base)
    return (
        f"The unit of time is the day; the minute is used within the visits of a day. A replication has "
        f"{calendar.horizon:,} days (`run.years` {base.run.years:g} x {DAYS_A_YEAR} days, `run.warm_up_days` "
        f"{base.run.warm_up_days}), from {calendar.date_of(0)} to {calendar.date_of(calendar.horizon - 1)}, and "
        f"{int(calendar.holiday.sum())} bank holidays of the calendar `{base.calendar.bank_holidays}`."
    )


def estimation(base: Scenario) -> str:
    """Replications and what is said of their mean."""
    run = base.run
    return (
        f"Independent replications: `run.replications` {run.replications}, or with `run.precision` above 0 (here "
        f"{run.precision:g}) as many as a sequential rule takes, {run.most_replications} at most. Base seed `run.seed` "
        f"{run.seed}; replication r has the streams of (seed, r)."
    )


def chance_check(base: Scenario) -> str:
    """Draws that another implementation of the generator should give, to the last digit."""
    rows = []
    for replication in (0, 1):
        chance = Chance(base.run.seed, replication)
        for decision in ("fact.region", "gp.visit"):
            for occasion in (0, 1):
                said = [f"{u:.15f}" for u in chance.uniforms(decision, np.array([1, 2]), occasion)]
                rows.append(
                    (base.run.seed, replication, decision, f"{int(chance.key(decision)):#018x}", occasion, *said)
                )
    heads = ("seed", "replication", "decision", "key", "occasion", "patient 1", "patient 2")
    return table(heads, rows)


def versions() -> str:
    """The program, its licence, and the packages it runs on as they are pinned."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8")))
    names = [re.split(r"[><=\[]", one)[0] for one in project["dependencies"]]
    rows = [("mskflow", sim.__version__, project["license"]), ("Python", project["requires-python"], "")]
    rows += [(name, pinned[name], f"`{one}`") for name, one in zip(names, project["dependencies"], strict=True)]
    return table(("what", "version", "licence, or what `pyproject.toml` allows"), rows)


def citation() -> str:
    """How to cite, from CITATION.cff."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return (
        f"Code, configuration, evidence, tests and this page are one repository under the {said['license']} licence; "
        f"version {said['version']} of {said['date-released']}. Cite it as [CITATION.cff](../CITATION.cff) says: "
        f"*{said['title']}*."
    )


def items() -> dict[str, str]:
    """Name of a block of the page -> its text."""
    base, other = sim.load(BASE), sim.load(OTHER)
    made: dict[str, Callable[[], str]] = {
        "outputs": outputs,
        "scenarios": scenarios,
        "routing": lambda: table(("where", "rule", "for whom", "to"), routing(base)),
        "scenario logic": lambda: table(("what", f"`{BASE}`", f"`{OTHER}`"), scenario_logic(base, other)),
        "entities": lambda: table(("fact", "drawn given", "words"), entities(base)),
        "components": lambda: table(
            ("service", "kind", "setting", "staff and shares", "minutes, new and follow-up", "open"), components(base)
        ),
        "queues": lambda: table(
            ("service", "order", "notice, days", "follow-ups first", "leaves the list by"), queues(base)
        ),
        "classes": lambda: table(("service", "class", "for whom", "notice, days"), classes(base)),
        "courses": lambda: table(("service", "mean follow-ups", "distribution", "days between"), courses(base)),
        "staff": lambda: table(("group", "WTE", "sessions a week of one", "minutes a week with patients"), staff(base)),
        "entry": lambda: table(("people", "how many", "where"), lists(base)),
        "sources": lambda: table(("row", "status", "year", "source"), sources(base)),
        "statuses": lambda: table(("status", "numbers of the configuration"), statuses(base)),
        "numbers": lambda: table(
            ("key", "values", "unit", "range", "status", "row of evidence, or why"), numbers(base)
        ),
        "initial": lambda: initial(base),
        "length": lambda: length(base),
        "estimation": lambda: estimation(base),
        "chance": lambda: chance_check(base),
        "versions": versions,
        "citation": citation,
    }
    return {name: make() for name, make in made.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the items into the page, and the pictures beside it")
    asked = parser.parse_args()
    for name, text in items().items():
        if asked.write:
            write(f"stress {name}", text, PAGE)
        else:
            print(f"## {name}\n\n{text}\n")
    if asked.write:
        for name, drawn in diagrams((BASE, OTHER)).items():
            (PAGE.parent / "images" / f"pathway_{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
