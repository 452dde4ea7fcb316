"""`mskflow place`: from made-up files to a folder that runs, and what it tells of every number."""

import hashlib
from importlib.util import find_spec

import numpy as np
import pytest

import sim
from bench.made_up_files import rtt_csv, rtt_row, write_all
from sim.app import cli
from sim.app.importing import published_file
from sim.app.studies.place.asked import asked
from sim.app.studies.place.place import write
from sim.domain.faults import ScenarioError

pytestmark = pytest.mark.skipif(find_spec("openpyxl") is None, reason="mskflow[excel] is not installed")
CODES = "RXY,RHC,11Z"
SMALL = ("place.scale=0.02", "run.years=0.2")


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder with the made-up files, and the place made of them."""
    folder = tmp_path_factory.mktemp("place")
    files = write_all(folder / "files")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        found = write(asked(["hilltown", "--from", *map(str, files), "--what", CODES]))
    return folder, found


@pytest.fixture(autouse=True)
def _stand(here, monkeypatch):
    monkeypatch.chdir(here[0])


def test_the_place_is_run_by_its_name(here, capsys):
    assert cli.main(["run", "hilltown", "--cfg", "job"]) == 0
    assert "compare_with: hilltown_today" in capsys.readouterr().out
    for name in ("hilltown", "hilltown_today"):
        outcome = sim.simulate(sim.load(name, *SMALL, config_dirs=["hilltown"]), replication=0)
        assert (outcome.events.event == "attended").any()


def test_its_lists_are_those_of_the_files(here):
    scenario = sim.load("hilltown_today", config_dirs=["hilltown"])
    lists = scenario.start.lists
    assert scenario.demand.population == 210_000 and scenario.calendar.start_date == "2026-07-01"
    assert sum(lists["trauma_orthopaedics"].waiting.values()) == here[1].mine["trauma_orthopaedics"].month.waiting.sum()
    assert lists["trauma_orthopaedics"].part_of_list == pytest.approx(210 / 400, abs=0.002)
    assert len(lists["community"].waiting) == 8 and lists["community"].part_of_list == 1
    surgery = lists["trauma_orthopaedics"].places["surgery"].shares_by_weeks_waited
    assert surgery["0"] < surgery["18"] < surgery["52"]
    coventry = sim.load("gp_referral")
    ratio = 210_000 / coventry.demand.population
    assert sum(lists["at_home"].waiting.values()) == pytest.approx(4_900 * ratio, abs=1)
    for group, staff in coventry.workforce.items():
        assert scenario.workforce[group].wte == pytest.approx(staff.wte * ratio, rel=1e-4)


def test_every_number_has_its_file_month_rows_and_fingerprint(here):
    report = (here[0] / "hilltown" / "place_report.md").read_text(encoding="utf-8")
    digest = hashlib.sha256((here[0] / "files" / "rtt_june.csv").read_bytes()).hexdigest()
    line = next(one for one in report.splitlines() if "trauma" in one and "who waits" in one)
    assert digest in line and "2026-06" in line and "rtt" in line and "row" in line
    assert "Coventry's WTE" in report and "assumption" in report
    for file in (here[0] / "files").iterdir():
        assert hashlib.sha256(file.read_bytes()).hexdigest() in report, file.name


def test_the_published_months_lie_beside_it_as_one_table(here):
    lists = {(one.whose, one.name): one for one in published_file.read(here[0] / "hilltown")}
    series = lists["RXY", "trauma_orthopaedics"]
    assert [month.month for month in series.unbroken()] == ["2026-04", "2026-05", "2026-06"]
    was = here[1].mine["trauma_orthopaedics"].series.months[-1]
    for measure in ("edges", "waiting", "decided", "stops", "admitted"):
        assert np.array_equal(getattr(series.months[-1], measure), getattr(was, measure))
    assert series.months[-1].starts == was.starts and ("england", "community") in lists


def faults_of(*words) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        write(asked(list(words)))
    return list(map(str, refused.value.faults))


def test_what_is_typed_wrong_is_told_all_at_once(here):
    told = faults_of("run away", "--population", "few", "--share", "3", "--specialties", "999", "--wat")
    assert len(told) == 6
    assert [one for one in told if "--from" in one] and [one for one in told if "--wat" in one]
    assert "shipped" in faults_of("integrated", "--from", "a.csv")[0]
    assert "here" in faults_of("hilltown", "--from", "a.csv")[0]


def test_nobody_guesses_how_many_residents_there_are_or_which_part_of_a_list_is_theirs(here, tmp_path):
    alone = str(rtt_csv(tmp_path / "rtt.csv", [rtt_row("Part_2", {0: 90, 20: 30})]))
    assert "--population" in faults_of("dale", "--from", alone)[0]
    assert "--share" in faults_of("dale", "--from", alone, "--population", "90000")[0]
    found = write(asked(["dale", "--from", alone, "--population", "90,000", "--share", "0.5"]))
    assert found.mine["trauma_orthopaedics"].people == 60 and not (here[0] / "dale" / "start" / "other").exists()
    assert "Coventry's list" in (here[0] / "dale" / "place_report.md").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_made_leaves_nothing(here, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n")
    before = sorted(here[0].iterdir())
    assert len(faults_of("vale", "--from", str(broken), str(broken), "--population", "90000")) == 2
    assert sorted(here[0].iterdir()) == before


def test_the_command_tells_what_it_found_and_what_it_lacks(here, tmp_path, capsys):
    files = [str(here[0] / "files" / f"rtt_{month}.csv") for month in ("april", "may")]
    assert cli.main(["place", "moor", "--from", *files, "--what", "11Z", "--population", "210000"]) == 0
    told = capsys.readouterr().out
    assert "Not in the files, so Coventry's by head: community, imaging" in told and "mskflow run moor" in told
    assert cli.main(["place", "moor", "--from", *files]) == 2
