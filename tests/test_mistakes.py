"""What people type who are new to it, and what they are told: what is wrong and what would be right, in one line."""

import pytest

from sim.app import cli
from sim.domain.faults import nearest


@pytest.mark.parametrize(
    "words, told",
    [
        (["demand.population=210,000"], ("comma", "write demand.population=210000")),
        (["+workforce.fcp_band_7.wte=1,5", "x=1"], ("several values", "")),
        (["workforce.pharmacist.wte=2"], ("no 'pharmacist'", "+workforce.pharmacist={wte: 2")),
        (["workforce.fcp.wte=8"], ("no 'fcp'", "did you mean 'fcp_band_7'?")),
        (["demand.presenting=200"], ("no 'presenting'", "did you mean 'presenting_per_1000_a_year'?")),
        (["report.docx"], ("another kind", ".yaml")),
        (["report.xlsx"], ("no such file", "mskflow workbook SCENARIO")),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(words, told, capsys):
    assert cli.main(["check", *words]) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in told) and "Traceback" not in said


def test_files_that_are_no_scenarios_are_told_what_they_are(tmp_path, capsys):
    (tmp_path / "start").mkdir()
    files = {"start/town.yaml": "kind: empty\n", "mine.yaml": "kind: empty\n", "plan.yaml": "title: Plan: more\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    said = []
    for name in files:
        assert cli.main(["check", str(tmp_path / name)]) == 2
        said.append(capsys.readouterr().err)
    assert "start=town --config-dir" in said[0] and "group 'start'" in said[1] and "colon" in said[2]


def test_suggestions():
    assert nearest("fcp", ["gp", "fcp_band_7"]) == "did you mean 'fcp_band_7'?"
    assert nearest("physio", ["physio_band_6_team", "physio_band_7_team"]).startswith(
        "did you mean one of physio_band_6"
    )
    assert nearest("qq", ["gp", "fcp_band_7"]) == "there is: gp, fcp_band_7"
