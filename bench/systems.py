"""The figures of README.md, docs/answer.md, docs/systems, docs/questions, docs/staffing.md and docs/fairness.md: every
scenario run by its name, and the pages filled with what came out.

    python -m bench.systems                     run all scenarios that the pages name, and print their figures
    python -m bench.systems cardiff_four_tier   one of them
    python -m bench.systems --write             run, and put the figures into the pages
    python -m bench.systems --page fairness.md  what one page names
    python -m bench.systems --keep results/kept what has run is kept there, and the same command goes on after a stop

A figure on a page stands between `<!--=SCENARIO WHAT ...-->` and `<!--/-->`. WHAT is one of

    kpi KPI GROUP COLUMN      COLUMN is baseline, scenario or difference (with its 95% interval)
    flow FROM TO COLUMN       people a year from a place to a place, baseline or scenario
    ladder STEP KPI           what a step of the waterfall adds
    answer NAME KPI GROUP COLUMN    one of the answers side by side: baseline, scenario or difference
    variant NAME KPI          the difference from the baseline in that variant
    alone MECHANISM WHAT ...  any of these, with one of the scenario's mechanisms and no other
    list SERVICE DATE COLUMN  people on its list at a month's end, baseline or scenario
    sessions STAFF_GROUP FIRST LAST COLUMN    sessions delivered from one month to another (2025-10), both included
    pay STAFF_GROUP COLUMN    pounds a year of a staff group
    plan FILE ...             what `mskflow plan` answers, see bench/plans.py

What no marker asks for (assumptions moved to both ends, answers, a ladder, variants) is not run; comparators run once.
"""

import argparse
import atexit
import re
import sys
import tempfile
import time
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np

from bench.plans import plan_figure
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.request import request_of
from sim.app.running.batch import Terms, complete
from sim.app.running.feed import Feed
from sim.app.running.progress import Silent
from sim.app.store import Store
from sim.app.studies.comparison.believed_range import to_be_run
from sim.app.studies.comparison.findings import study_of
from sim.app.studies.comparison.ran import Ran
from sim.app.studies.comparison.study import points_of, results_of

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = [
    DOCS.parent / "README.md",
    DOCS / "answer.md",
    *sorted((DOCS / "systems").glob("*.md")),
    *sorted((DOCS / "questions").glob("*.md")),
    DOCS / "staffing.md",
    DOCS / "fairness.md",
]
MARK = re.compile(r"<!--=(\w+) ([^>]*?)-->(.*?)<!--/-->", re.DOTALL)
UNITS = {
    "share": "%",
    "pounds": "£",
    "pounds a year": "£",
    "weeks": " weeks",
    "days": " days",
    "people": "",
    "appointments a year": "",
    "sessions a year": "",
    "per 1,000 residents a year": " per 1,000",
    "WTE": " WTE",
}


@cache
def _store(keep: str = "") -> Store:
    """One for all studies, gone when this process ends but for one in a folder to `keep`: what two of them compare with
    runs once."""
    if keep:
        return Store(keep)
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Store(folder.name)


@cache
def study(name: str, *overrides: str, keep: str = ""):
    """The finished study of a scenario, as `mskflow run NAME ...` makes it, without a folder."""
    request = request_of("run", name, overrides, ())
    scenario, beside = prepared(request)
    others, kept = to_be_run(scenario, beside)
    points, store = points_of(scenario, others), _store(keep)
    failed = complete(Feed(points.values(), store), store, Silent(), Terms.of(scenario))
    if failed:
        raise SystemExit("\n".join(map(str, failed)))
    return study_of(Ran(scenario, others, results_of(points, store), request, "", 0.0, kept=kept))


def unasked(markers: set[str]) -> list[str]:
    """Overrides that leave out the parts of a study that none of its markers asks for."""
    asked = {words.split()[0] for words in markers}
    parts = {"answers": "answer", "ladder": "ladder", "variants": "variant", "assumptions": "assumption"}
    return [f"++report.{part}=null" for part, word in parts.items() if word not in asked]


def told(value: float, unit: str) -> str:
    """A number as a reader wants it: shares in per cent, money in pounds, enough digits and no more."""
    if value is None or not np.isfinite(value):
        return "not known"
    mark = UNITS.get(unit, f" {unit}")
    return f"£{_digits(value, unit)}" if mark == "£" else f"{_digits(value, unit)}{mark}"


def _digits(value: float, unit: str, signed: bool = False) -> str:
    size = abs(value) * (100 if unit == "share" else 1)
    digits = 0 if size >= 100 else 1 if size >= 1 else 2
    text = f"{size:,.{digits}f}"
    nothing = not float(text.replace(",", ""))
    sign = "" if nothing else "-" if value < 0 else "+" if signed else ""
    return f"{sign}{'0' if nothing else text}"


def _gap(row, value: str) -> str:
    """A difference with its 95% interval; shares differ by percentage points."""
    unit = row["unit"]
    if not np.isfinite(row[value]):
        return "not known"
    mark = {"share": " points", "pounds": " pounds", "pounds a year": " pounds"}.get(unit) or UNITS.get(
        unit, f" {unit}"
    )
    ends = [_digits(row[end], unit, True) for end in ("ci_low", "ci_high") if np.isfinite(row[end])]
    words = _digits(row[value], unit, True)
    return f"{words}{mark}" + (f" ({ends[0]} to {ends[1]})" if len(set(ends)) == 2 else "")


def _longer_than(row, least, column: str) -> str:
    """A time that too few have reached, by what it cannot be shorter than; empty where it is known, or nothing is."""
    if column != "difference":
        return "" if np.isfinite(row[column]) else f"more than {told(least[column], row['unit'])}"
    if np.isfinite(row["scenario"]) or not np.isfinite(row["baseline"]):
        return ""
    longer = least["scenario"] - row["baseline"]
    return f"more than {_digits(longer, row['unit'], True)} {row['unit']}" if longer > 0 else ""


def _one(table, where: str, **wanted):
    for column, value in wanted.items():
        if value not in set(table[column]):
            raise SystemExit(
                f"{where}: there is no {column} '{value}'; there are "
                f"{', '.join(map(str, dict.fromkeys(table[column])))}"
            )
        table = table[table[column] == value]
    return table.iloc[0]


def _side(made, column: str) -> str:
    return made.baseline if column == "baseline" else made.name


def _beside(made, where: str, what: str, name: str, kpi: str, group: str = "", column: str = "") -> str:
    """Of a step of the ladder, a variant or an answer."""
    if what == "ladder":
        return _gap(_one(made.ladder, where, step=name, kpi=kpi), "contribution")
    if what == "variant":
        return _gap(_one(made.variants, where, variant=name, kpi=kpi), "difference")
    row = _one(made.answers, where, answer=name, kpi=kpi, group=group)
    return _gap(row, "difference") if column == "difference" else told(row[column], row["unit"])


def figure(made, words: str) -> str:
    """What a marker asks for, as text."""
    where = f"{made.name} {words}"
    what, *rest = words.split()
    if what == "kpi":
        kpi, group, column = rest
        if not made.baseline:
            own = made.kpis[(made.kpis["kpi"] == kpi) & (made.kpis["group"] == group)]
            return told(own["value"].mean(), own["unit"].iloc[0])
        row = _one(made.differences, where, kpi=kpi, group=group)
        if f"{kpi}{AT_LEAST}" in set(made.differences["kpi"]):
            least = _one(made.differences, where, kpi=f"{kpi}{AT_LEAST}", group=group)
            if long := _longer_than(row, least, column):
                return long
        return _gap(row, "difference") if column == "difference" else told(row[column], row["unit"])
    if what == "flow":
        origin, to, column = rest
        flows = made.flows[made.flows["scenario"] == _side(made, column)]
        here = flows[(flows["from"] == origin) & (flows["to"] == to)]["patients_a_year"]
        known = {*flows["from"], *flows["to"]}
        if not {origin, to} <= known:
            raise SystemExit(f"{where}: not a place with people: { ({origin, to} - known) }")
        return f"{here.sum():,.0f}"
    if what in ("ladder", "variant", "answer"):
        return _beside(made, where, what, *rest)
    if what == "alone":
        mechanism, *asked = rest
        return figure(study(made.name, f"mechanisms=[{mechanism}]", *unasked({" ".join(asked)})), " ".join(asked))
    if what == "list":
        service, end, column = rest
        lists = made.lists[made.lists["scenario"] == _side(made, column)]
        _one(lists, where, service=service, month_end=end)
        return f"{lists[(lists['service'] == service) & (lists['month_end'] == end)]['waiting'].sum():,.0f}"
    if what == "sessions":
        group, first, last, column = rest
        staff = made.staff[(made.staff["scenario"] == _side(made, column)) & made.staff["month"].between(first, last)]
        _one(staff, where, staff_group=group, month=last)
        return f"{staff[staff['staff_group'] == group]['delivered_sessions'].sum():,.0f}"
    if what == "pay":
        group, column = rest
        return told(
            _one(made.workforce, where, scenario=_side(made, column), staff_group=group)["cost_gbp_a_year"], "pounds"
        )
    if what == "plan":
        return plan_figure(made.name, *rest)
    raise SystemExit(f"{where}: kpi, flow, ladder, answer or variant")


def named(pages: dict[Path, str], asked: list[str]) -> dict[str, set[str]]:
    """scenario -> what the markers of the pages ask of it, in order of their names; those `asked` alone if any is."""
    found: dict[str, set[str]] = {}
    for text in pages.values():
        for name, words, _ in MARK.findall(text):
            if not asked or name in asked:
                found.setdefault(name, set()).add(words)
    return dict(sorted(found.items()))


def _asked(page: Path, pages: list[str]) -> bool:
    """Whether a page is one of those named: by its name, or by its path from docs where several have that name."""
    return page.name in pages or page.relative_to(DOCS.parent).as_posix() in pages


def main() -> None:
    """Runs what the pages name (or what the command does), prints or writes."""
    parser = argparse.ArgumentParser(prog="python -m bench.systems", description=__doc__.splitlines()[0])
    parser.add_argument("scenario", nargs="*", help="those that are run; all that the pages name if none is")
    parser.add_argument(
        "--page",
        action="append",
        metavar="PAGE",
        help="of this page alone, such as fairness.md or docs/questions/README.md",
    )
    parser.add_argument("--write", action="store_true", help="put the figures into the pages")
    parser.add_argument("--keep", default="", metavar="FOLDER", help="where finished replications are kept")
    asked = parser.parse_args()
    pages = {path: path.read_text(encoding="utf-8") for path in PAGES if not asked.page or _asked(path, asked.page)}
    studies = {}
    for name, markers in named(pages, asked.scenario).items():
        began = time.perf_counter()
        studies[name] = study(name, *unasked(markers), keep=asked.keep)
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    for path, text in pages.items():

        def filled(match, path=path) -> str:
            name, words, _ = match.groups()
            if name not in studies:
                return match[0]
            value = figure(studies[name], words)
            if not asked.write:
                print(f"  {path.name}: {name} {words}: {value}")
            return f"<!--={name} {words}-->{value}<!--/-->"

        new = MARK.sub(filled, text)
        if asked.write and new != text:
            path.write_text(new, encoding="utf-8")
            print(f"{path.name}: written")


if __name__ == "__main__":
    with closing(sys.stdout):
        main()
