"""All that is shipped runs by the real command, from an installed wheel outside the clone, to its report.

Two of the six systems once ended in exit code 2 and nobody saw it: the tests loaded every scenario and simulated a
week of it without the command, composed what stands beside it with all mechanisms switched off only, and gave the
command itself `report=none`; and the fault lay in a report section, and came with another scenario's file.

Not run here: `mskflow verify`, `mskflow web` and the launchers of sweeps, which have tests of their own. Not drawn
here: the figures of what has no ladder of its own (`tests/test_figures.py` has them all). And where a page changes a
setting of a shipped scenario, its ladder is not run, since the line of the scenario itself has it; where it changes
mechanisms, which the ladder is made of, `check` composes it.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from shipped_lines import DRAWN, SHORT, WHOLE

from sim.app.configuration.compose import compose
from sim.app.configuration.files.mechanisms import MECHANISMS
from sim.app.configuration.files.shipped import mechanism_files, scenario_files

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLANS = sorted((ROOT / "docs/plans").glob("*.yaml"))
PEOPLE = sorted(path.stem for path in (ROOT / "conf/people").glob("*.yaml"))

SMALL = {"place.scale": "0.01", "run.years": "0.1", "run.replications": "1", "run.workers": "1"}
TINY = SMALL | {"run.years": "0.02", "run.replications": "2"}
SIZES = {  # the command -> how small it is made
    "run": SMALL,
    "check": {"place.scale": "0.01"},
    "story": SMALL | {"run.years": "0.5"},
    "plan": {"place.scale": "0.002", "run.replications": "1", "run.workers": "1"},
    "uncertainty": TINY | {"draws": "8"},
    "compare": SMALL,
    "sensitivity": TINY | {"draws": "0", "trajectories": "2", "parameters": "triage_accuracy"},
}
UNTIL = {r"-10-01|fcp_vacancy": "0.55", "january": "0.85", "a_hard_winter": "1.05"}
"""What names days of the run, which has to last until then."""
UNTIL_OF_PLANS = {"well_spent": "0.5", "six_weeks": "1.25", "18_weeks": "1"}
SOONER = {"2028-03": "2026-03", "2027-03": "2026-06"}
"""Of what a plan asks for by a month, when it is asked for instead."""
ELSEWHERE = ("verify", "hydra/launcher", "gather experiment", "hilltown", "valley")
"""The third reads what a cluster wrote; the last two are places from files (`tests/test_place.py` runs their page)."""
MAKES = ("run", "compare", "plan", "uncertainty", "sensitivity")
SMALLEST = {
    "a day": "run cardiff_four_tier run.years=0.0027 place.scale=0.01 run.replications=1 run.workers=1",
    "a person": "run integrated report=none demand.population=1 run.years=0.1 run.replications=1 run.workers=1",
}
"""Beside `FEW_WEEKS`, which once ended in "cannot convert float NaN": hardly anybody is there to take a mean of."""
FEW_WEEKS = "run integrated place.scale=0.02 run.years=0.3 run.replications=1 run.workers=1"


class Done(NamedTuple):
    """What came of a command: exit code, CPU seconds, results folders with a page, error stream."""

    words: list[str]
    code: int
    seconds: float
    folders: list[str]
    said: str

    @property
    def wrong(self) -> str:
        """What did not end as it should, in words; "" if all did."""
        makes = self.words[0] in MAKES and not {"--help", "--cfg"} & set(self.words)
        there = "-m" in self.words and "were there already" in self.said  # a point that an earlier line has published
        well = self.code == 0 and "Warning" not in self.said and (self.folders or there or not makes)
        return "" if well else f"{shlex.join(['mskflow', *self.words])}: {self.code} {self.said.strip()[-600:]}"


def lines() -> list[str]:
    """Every command line in a block of code, a table's cell or a sentence, without `mskflow`, once."""
    found: list[str] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"(?ms)^ *```(?:bash)?\n(.*?)^ *```$", text):
            found += [line.strip() for line in re.sub(r"\\\n\s*", "", block).splitlines()]
        found += re.findall(r"(?m)^    (mskflow .*)$", text)
        found += [" ".join(code.split()) for code in re.findall(r"`(mskflow [^`]+)`", text)]
    whole = (line.removeprefix("mskflow ") for line in found if line.startswith("mskflow "))
    return [line for line in dict.fromkeys(whole) if _is_whole(line)]


def _is_whole(line: str) -> bool:
    """Whether it can be typed as it stands: no name to fill in, and more than the command's own name in a sentence."""
    fills = re.search(r"\b(SCENARIO|NAME|TODAY|DIR\.\.\.)|\.\.\.|--config-dir DIR", line)
    alone = line in ("check", "docs", "fit", "forecast", "gather", "place", "plan", "sensitivity", "uncertainty")
    stays = line.split()[0] == "web"  # until it is stopped; tests/test_web.py has it
    return not (fills or alone or stays or line.endswith(" -m") or any(word in line for word in ELSEWHERE))


def smaller(line: str) -> list[str]:
    """The words of a command, with the sizes of a run made small; of a sweep, a point, or two where it is gathered."""
    if line == "run integrated":
        return FEW_WEEKS.split()
    command, *words = shlex.split(line.replace("_year_3", ""), comments=True)
    if command not in SIZES or {"--help", "--cfg"} & set(words) or (command in ("story", "plan") and not words):
        return [command, *words]
    sizes = dict(SIZES[command])
    if "method=sobol" in words:
        sizes["base"] = sizes.pop("trajectories") and "8"
    if command == "run":
        long = [years for days, years in UNTIL.items() if re.search(days, line)]
        sizes |= {"run.years": max(long)} if long else {}
    sizes |= next(({"run.years": years} for plan, years in UNTIL_OF_PLANS.items() if plan in line), {})
    if "waits_by_deprivation" in line:  # asks for a median of each fifth, which some hundred people do not have
        sizes |= {"place.scale": "0.01", "run.years": "2"}
    if "hand_clinic" in line:  # it stands on nothing, which has no scale, and is small
        del sizes["place.scale"]
    if any(word.startswith("run.precision=") for word in words):
        sizes["run.most_replications"] = "2"
    kept = [word for word in words if word.partition("=")[0] not in sizes]
    if "-m" in kept:
        kept = narrowed(kept)
    elif (
        command == "run"
        and set(kept) not in [{name} for name in scenario_files()]
        and not re.search(r"\bmy_place\b|\breport=", line)
    ):
        kept = [*kept, "report=none"]
    return [command, *kept, *(f"{key}={value}" for key, value in sizes.items())]


def narrowed(words: list[str]) -> list[str]:
    """Of the values of a word one is left; of the first word with many, two where the sweep has a folder of its own."""
    most, found = 2 if any(word.startswith("out=") for word in words) else 1, []
    for word in words:
        key, _, value = word.partition("=")
        several = re.fullmatch(r"(?:range\((\d+),\d+(?:,\d+)?\))|(?:choice\()?([\w.]+(?:,[\w.]+)+)\)?", value)
        if several:
            values = [several[1], str(int(several[1]) + 1)] if several[1] else several[2].split(",")
            word, most = f"{key}={','.join(values[:most])}", 1
        found.append(word)
    return found


@cache
def of_scenarios() -> list[tuple[list[str], int]]:
    """Every scenario, and what of it is done; the mechanisms that none of them has on, over one of their system."""
    found, chosen = [], {}
    for name in sorted(scenario_files()):
        scenario = compose(name)
        chosen[name] = list(scenario.config.get(MECHANISMS) or ())
        words, has_ladder = smaller(f"run {name}"), (scenario.config["report"] or {}).get("ladder")
        found.append((words, WHOLE if words == FEW_WEEKS.split() else DRAWN if has_ladder else SHORT))
    for one in sorted(set(mechanism_files()).difference(*chosen.values())):
        system = one.partition("/")[0] + "/"
        name, on = next((name, on) for name, on in chosen.items() if any(own.startswith(system) for own in on))
        found.append((smaller(f"run {name} mechanisms=[{','.join([*on, one])}]"), SHORT))
    return found


@cache
def of_pages() -> list[list[str]]:
    """Every line of the pages that is not a scenario's, and every person; those that read results folders last."""
    done = [words for words, _ in of_scenarios()]
    asked = [*lines(), *(f"story {name}" for name in PEOPLE)]
    asked += [line.replace("run", "check", 1) for line in lines() if re.match(r"run [a-z].* '?mechanisms=", line)]
    once = [list(words) for words in dict.fromkeys(tuple(smaller(line)) for line in asked) if list(words) not in done]
    return sorted(once, key=lambda words: words[0] in ("gather", "runs"))


KINDS = ("plans", "folders", "runs", "others")


def kind_of(words: list[str]) -> str:
    """Which lines are run one after the other in a folder: those of `KINDS`, of about equal length. What reads results
    folders stands with the sweeps that it reads, and with what has a folder of its own."""
    if words[0] in ("gather", "runs") or "-m" in words or any(word.startswith("out=") for word in words):
        return "folders"
    return {"plan": "plans", "run": "runs"}.get(words[0], "others")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder outside the clone with the files that the pages tell their readers to write, and the plans."""

    def put(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    for page, kind, path in (
        ("docs/door_planning.md", "yaml", "my/scenario.yaml"),
        ("docs/stories.md", "yaml", "my_person.yaml"),
        ("docs/designs.md", "csv", "staffing.csv"),
    ):
        put(path, re.search(rf"(?ms)^```{kind}\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"))[1])
    for page in PAGES:
        for text in re.findall(r"(?ms)^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8")):
            if path := re.match(r"(?:# @package _global_\n)?# (\S+\.yaml)$", text, re.MULTILINE):
                put(path[1], re.sub(r"(?m)^points: 8$", "points: 2", text))
    for plan in PLANS:
        few = {"trials": 1, "replications": 1, "confirm": 1}
        text = re.sub(r'(?<=by: )"(\d{4}-\d\d)"', lambda by: f'"{SOONER[by[1]]}"', plan.read_text(encoding="utf-8"))
        put(f"docs/plans/{plan.name}", yaml.safe_dump(yaml.safe_load(text) | few))
    return tmp_path


def wrong(commands: list[tuple[list[str], int]], wheel: Path, here: Path) -> str:
    """What did not end as it should, one after the other in one process on the wheel; prints what each took."""
    with (here / "said.jsonl").open("w+") as said:
        done = subprocess.run(
            [sys.executable, "-P", "-W", "error::RuntimeWarning", str(ROOT / "tests/shipped_lines.py")],
            cwd=here,
            env=os.environ | {"PYTHONPATH": str(wheel), "OPENBLAS_NUM_THREADS": "1"},
            input=json.dumps(commands),
            stdout=said,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        said.seek(0)
        found = [Done(words, *json.loads(line)) for (words, _), line in zip(commands, said, strict=False)]
    print(*(f"{one.seconds:5} {' '.join(one.words)}" for one in found), sep="\n")
    ended = "" if len(found) == len(commands) else f"\nthen it ended: {done.stderr[-2000:]}"
    return "\n".join(one.wrong for one in found if one.wrong) + ended


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(4))
def test_every_scenario_and_mechanism_and_the_smallest_runs_to_their_reports(part, wheel, here):
    smallest = [(line.split(), DRAWN) for line in SMALLEST.values()]
    assert not wrong([*of_scenarios(), *smallest][part::4], wheel, here)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_every_command_line_of_the_pages_and_every_person(kind, wheel, here):
    assert not wrong([(words, SHORT) for words in of_pages() if kind_of(words) == kind], wheel, here)


def test_nothing_that_is_shipped_is_left_out():
    scenarios, pages = [words for words, _ in of_scenarios()], of_pages()
    assert {words[1] for words in scenarios if "mechanisms" not in words[2]} == set(scenario_files())
    said = [" ".join(words) for words in [*scenarios, *pages]]
    assert all(any(line.startswith(f"story {name} ") for line in said) for name in PEOPLE)
    assert all(any(f"plan=docs/plans/{plan.name}" in line for line in said) for plan in PLANS)
    assert len(lines()) > 100 and all(" ".join(smaller(line)) in said for line in lines())
