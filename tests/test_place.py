"""`mskflow place`: from made-up files to a folder that runs, and what it tells of every number."""

import hashlib
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import sim
from bench import made_up_files
from bench.made_up_files import rtt_csv, rtt_row, write_all
from sim.app import cli
from sim.app.configuration.request import split
from sim.app.importing import published_file
from sim.app.studies.place.asked import asked
from sim.app.studies.place.place import write
from sim.domain.faults import ScenarioError

pytestmark = pytest.mark.skipif(find_spec("openpyxl") is None, reason="mskflow[excel] is not installed")
ROOT = Path(__file__).resolve().parents[1]
CODES = "RXY,RHC,11Z"
SMALL = ("place.scale=0.02", "run.years=0.2", "run.replications=1", "run.workers=1")


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


def test_no_folder_hides_a_shipped_scenario(tmp_path, monkeypatch):
    (tmp_path / "integrated" / "scenarios").mkdir(parents=True)
    (tmp_path / "integrated" / "scenarios" / "integrated.yaml").write_text("title: Another\n")
    monkeypatch.chdir(tmp_path)
    assert split(["integrated"]).config_dirs == ()


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


def test_every_command_of_the_page_does_what_the_page_says(here, tmp_path, monkeypatch, capsys):
    """In turn, runs small."""
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "your_place.md").read_text(encoding="utf-8")
    shown = re.findall(r"(?ms)^```text\n(.*?)^```$", page)[0]
    commands = [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", page) for line in block.splitlines()]
    assert len(commands) == 8
    for command in commands:
        words = shlex.split(command)
        if words[:3] == ["python", "-m", "bench.made_up_files"]:
            assert made_up_files.main(words[3:]) == 0
            continue
        files = [str(one) for word in words[1:] for one in (sorted(Path().glob(word)) if "*" in word else [word])]
        small = list(SMALL if words[1] in ("run", "check") else ())
        capsys.readouterr()
        assert cli.main([*files, *small]) == 0, command
        if words[1:3] == ["place", "hilltown"]:
            assert " ".join(capsys.readouterr().out.split()) == " ".join(shown.split())


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


def test_lists_of_an_earlier_month_are_told(here, tmp_path, capsys):
    files = [str(here[0] / "files" / name) for name in ("rtt_april.csv", "dm01_june.csv")]
    assert cli.main(["place", "tor", "--from", *files, "--what", "RXY", "--population", "210000"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "The clock starts after 2026-06; of an earlier month" in told and "trauma_orthopaedics (2026-04)" in told


def test_the_command_tells_what_it_found_and_what_it_lacks(here, tmp_path, capsys):
    files = [str(here[0] / "files" / f"rtt_{month}.csv") for month in ("april", "may")]
    assert cli.main(["place", "moor", "--from", *files, "--what", "11Z", "--population", "210000"]) == 0
    told = capsys.readouterr().out
    assert "Not in the files, so Coventry's by head: community, imaging" in told and "mskflow run moor" in told
    assert cli.main(["place", "moor", "--from", *files]) == 2


# --- the workbook -----------------------------------------------------------------------------------------------


def filled(path, cells):
    """The workbook with these cells filled in: sheet, key (or cell) -> value."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    for (sheet, key, column), value in cells.items():
        at = {row[0].value: row[0].row for row in book[sheet].iter_rows()}
        book[sheet][f"{column}{at[key]}"] = value
    book.save(path)


def test_a_place_of_a_workbook_has_what_is_filled_in_and_coventrys_elsewhere(here, capsys):
    assert cli.main(["place", "new", "lea"]) == 0 and cli.main(["place", "new", "lea"]) == 2
    cells = {
        ("Place", "population", "C"): "120,000",
        ("Place", "facts.fcp_practice.yes", "C"): 0.9,
        ("Staff", "wte.today.gp", "C"): 11.5,
        ("Staff", "wte.integrated.fcp_band_7", "C"): 3,
        ("Staff", "label.fcp_band_7", "C"): "FCP of Lea",
        ("Services", "service.physiotherapy", "C"): "Lea physio",
        ("Demand", "presenting_per_1000_a_year", "C"): 200,
        ("Options", "wte.fcp_band_7", "D"): 6,
        ("Lists", "month", "B"): "June 2026",
        ("Lists", 0, "B"): 900,
        ("Lists", 52, "B"): 40,
    }
    filled(here[0] / "lea.xlsx", cells)
    write(asked(["lea", "--from", "lea.xlsx"]))
    today, ours, option = (sim.load(name, config_dirs=["lea"]) for name in ("lea_today", "lea", "lea_b"))
    assert today.demand.population == 120_000 and today.demand.presenting_per_1000_a_year == 200
    assert today.demand.facts["fcp_practice"].shares == {"no": 0.1, "yes": 0.9}
    assert today.workforce["gp"].wte == 11.5 and ours.workforce["fcp_band_7"].wte == 3
    assert ours.workforce["fcp_band_7"].label == "FCP of Lea" and option.workforce["fcp_band_7"].wte == 6
    assert ours.pathway.services["physiotherapy"].label == "Lea physio"
    assert sum(today.start.lists["trauma_orthopaedics"].waiting.values()) == 940
    assert cli.main(["check", "lea_b", "--cfg", "job"]) == 0
    report = (here[0] / "lea" / "place_report.md").read_text(encoding="utf-8")
    assert "cell C" in report and "lea.xlsx" in report and "11.5" in report
    capsys.readouterr()


def test_cells_of_a_workbook_that_are_wrong_are_told_all_at_once(here):
    assert cli.main(["place", "new", "wold"]) == 0
    cells = {
        ("Place", "population", "C"): "many",
        ("Staff", "wte.today.gp", "C"): -3,
        ("Services", "service.physiotherapy", "C"): "@name",
        ("Lists", 0, "B"): "few",
    }
    filled(here[0] / "wold.xlsx", cells)
    told = faults_of("wold", "--from", "wold.xlsx")
    assert [one for one in told if "sheet Place, cell C2" in one] and [one for one in told if "sheet Lists" in one]
    assert all("few" not in one and "many" not in one for one in told)
    filled(here[0] / "wold.xlsx", {("Staff", "wte.today.gp", "C"): "2,5", ("Place", "population", "A"): "populatoin"})
    told = faults_of("wold", "--from", "wold.xlsx")
    assert [one for one in told if "did you mean 'population'?" in one], told
    assert [one for one in told if "sheet Staff, cell C2" in one and "number" in one], told
    assert cli.main(["place", "new", "fell"]) == 0
    filled(here[0] / "fell.xlsx", {("Staff", "wte.today.gp", "C"): 3, ("Staff", "wte.today.gp", "A"): "wte.today.gpp"})
    assert "did you mean 'wte.today.gp'?" in faults_of("fell", "--from", "fell.xlsx", "--population", "9000")[0]
    (here[0] / "fell.xlsx").unlink()
    assert cli.main(["place", "new", "fell"]) == 0
    filled(here[0] / "fell.xlsx", {("Place", "population", "C"): 9_000, ("Place", "facts.imd_quintile.1", "C"): 0.9})
    assert "imd_quintile do not add" in faults_of("fell", "--from", "fell.xlsx")[0]
