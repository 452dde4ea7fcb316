"""A scenario as a workbook and back: what nobody has changed is no override, what somebody has is exactly that one."""

import io
import re
import shlex
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import sim
from sim.app import cli
from sim.app.commands import COMMANDS
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import scenario_files
from sim.app.configuration.schema import schema_at
from sim.app.importing import scenario_workbook
from sim.app.importing.changed_cells import changed_in
from sim.app.importing.found import ScenarioBook, SettingCell
from sim.app.importing.opened_workbook import opened_book
from sim.app.importing.setting_cells import in_cell, meant, settings_in
from sim.app.importing.source import Source
from sim.app.studies.options.options_asked import asked_options
from sim.app.studies.workbook.write_book import book_of
from sim.domain.faults import ScenarioError

pytestmark = pytest.mark.skipif(
    find_spec("openpyxl") is None or find_spec("xlsxwriter") is None, reason="mskflow[excel] is not installed"
)
PLACE, ROOT = Path("my_place.xlsx"), Path(__file__).resolve().parents[1]


def settings_of(config):
    return [SettingCell(key, in_cell(value), in_cell(value), key) for key, value, _ in settings_in(config)]


@pytest.fixture(scope="module")
def integrated():
    return configuration_of("integrated")


@pytest.fixture(scope="module")
def written(integrated):
    return book_of("my_place.xlsx", "integrated", (), integrated)


def read_back(folder, data):
    (folder / PLACE).write_bytes(data)
    return scenario_workbook.read(Source.of(folder / PLACE)).book


def with_cells(book: ScenarioBook, **cells) -> ScenarioBook:
    """The same with other cells under "yours"; keys have __ for a dot."""
    new = {key.replace("__", "."): value for key, value in cells.items()}
    settings = [SettingCell(one.key, new.pop(one.key, one.yours), one.written, one.where) for one in book.settings]
    assert not new
    return ScenarioBook(book.scenario, book.overrides, tuple(settings))


def test_every_shipped_scenario_comes_back_from_its_cells_as_it_was():
    for name in scenario_files():
        config, faults = configuration_of(name), []
        settings = settings_of(config)
        known = {key: value for key, value, _ in settings_in(config)}
        assert changed_in(settings, config, faults) == [] and faults == [] and len(settings) > 400
        for one in settings:  # each cell by itself says the value, and what kind of value
            if one.yours is not None:
                value = meant(one.yours, known[one.key], schema_at(config, one.key))
                assert (value, type(value)) == (known[one.key], type(known[one.key])), (name, one.key)


@pytest.mark.parametrize("name", ["integrated", "sussex_could_be"])
def test_a_workbook_is_read_as_it_was_written_and_written_again_the_same(name, tmp_path):
    config = configuration_of(name)
    data = book_of("my_place.xlsx", name, (), config)
    book = read_back(tmp_path, data)
    found = opened_book(book, PLACE)
    assert (found.scenario, found.overrides) == (name, ())
    there = {one.key: one.yours for one in book.settings}
    assert there == {one.key: one.yours for one in settings_of(config)}
    assert book_of("my_place.xlsx", found.scenario, found.overrides, configuration_of(name)) == data


def test_what_is_changed_is_exactly_that_and_comes_back(written, tmp_path):
    book = with_cells(
        read_back(tmp_path, written),
        workforce__fcp_band_7__wte=8,
        demand__population="210,000",
        demand__month_index__3=1.5,
        demand__month_index__4=1.25,
        pathway__services__gp__label="=Practice, 'north'",
        start__lists__spinal__waiting__10=None,
        **{
            "demand.facts.age_band.shares_given.knee.75+": 0.14,
            "demand.facts.age_band.shares_given.knee.0-17": "0.07",
        },
    )
    found = opened_book(book, PLACE)
    assert sorted(found.overrides) == [
        "demand.facts.age_band.shares_given.knee={0-17:0.07}",
        "demand.facts.age_band.shares_given.knee={75+:0.14}",
        "demand.month_index=[0.98,1.0,1.02,1.5,1.25,0.99,0.97,0.96,1.01,1.02,1.0,0.92]",
        "demand.population=210000",
        "pathway.services.gp.label='=Practice, \\'north\\''",
        "workforce.fcp_band_7.wte=8",
    ]
    config = configuration_of(found.scenario, found.overrides)
    assert config["demand"]["facts"]["age_band"]["shares_given"]["knee"]["75+"] == 0.14
    again = read_back(tmp_path, book_of("my_place.xlsx", found.scenario, found.overrides, config))
    assert opened_book(again, PLACE) == found


def test_what_nobody_changed_follows_the_scenario_where_a_later_version_says_otherwise(written, tmp_path):
    book = read_back(tmp_path, written)
    older = [
        SettingCell(one.key, *(2 * [one.yours - 1 if one.key == "workforce.gp.wte" else one.yours]), one.where)
        for one in book.settings
    ]
    assert opened_book(ScenarioBook("integrated", (), tuple(older)), PLACE).overrides == ()


def test_wrong_cells_are_told_each_in_a_line_and_all_at_once(written, tmp_path, capsys):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(written))
    wrong = {
        "workforce.gp.wte": "twenty",
        "workforce.gp.sickness_share": 1.5,
        "demand.month_index.3": "#REF!",
        "demand.facts.imd_quintile.shares.1": 0.5,
        "pathway.services.pain.rtt": "perhaps",
    }
    at = {}
    for sheet in book:
        for row in sheet.iter_rows():
            if row[0].value in wrong:
                row[2].value = wrong[row[0].value]
                at[row[0].value] = f"sheet {sheet.title}, cell {row[2].coordinate}"
    book["Prices"]["A9"] = "prices.no_such_price"
    book.save(tmp_path / PLACE)
    assert cli.main(["check", str(tmp_path / PLACE)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(wrong) + 1
    for key, where in at.items():
        (line,) = [one for one in lines if one.startswith(f"my_place.xlsx, {where}")]
        assert line.count("; ") >= 1 and "twenty" not in line, key
    assert any("sheet Prices, cell C9: the scenario has no setting" in one for one in lines)


@pytest.mark.parametrize(
    "scenario, override, words",
    [
        ("integrated", "out=/somewhere", "is not set in a workbook"),
        ("integrated", "hydra/launcher=joblib", "is not set in a workbook"),
        ("integrated", "+x._target_=os.system", "refers to code"),
        ("../../secret.yaml", "", "cannot be the name"),
        ("no_such_scenario", "", "there is no scenario"),
    ],
)
def test_a_workbook_names_a_scenario_and_settings_of_it_and_nothing_else(scenario, override, words):
    with pytest.raises(ScenarioError, match=words):
        opened_book(ScenarioBook(scenario, (override,) if override else (), ()), PLACE)


def test_the_file_has_no_formula_and_no_macro_a_hidden_key_and_limits(written):
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(written)) as packed:
        assert not any("vba" in name or "external" in name for name in packed.namelist())
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist() if "worksheets" in name)
    book = load_workbook(io.BytesIO(written))
    assert book.sheetnames == ["Read me", *scenario_workbook.SECTIONS]
    for sheet in book.worksheets:
        assert sheet.column_dimensions["A"].hidden
    staff = book["Staff"]
    (row,) = [row[0].row for row in staff.iter_rows() if row[0].value == "workforce.gp.sickness_share"]
    (rule,) = [one for one in staff.data_validations.dataValidation if f"C{row}" in one.sqref]
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "1")
    assert staff.cell(row, 7).value.startswith("retrieved") and "Nuffield" in staff.cell(row, 8).value


def test_a_command_that_writes_and_commands_that_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["workbook", "gp_referral", "workforce.gp.wte=20", "run.years=1"]) == 0
    assert "mskflow run my_place.xlsx" in capsys.readouterr().out
    assert cli.main(["workbook", "gp_referral"]) == 2
    assert "there is a file of this name already" in capsys.readouterr().err
    scenario = sim.load("my_place.xlsx", "run.years=2")
    assert (scenario.name, scenario.workforce["gp"].wte, scenario.run.years) == ("gp_referral", 20, 2)
    asked = asked_options(["integrated", "my_place.xlsx", "--with", "gp_referral", "run.years=1"])
    assert [one.name for one in asked.every] == ["gp_referral", "integrated", "my_place"]
    assert asked.options[1].workforce["gp"].wte == 20
    assert cli.main(["run", "my_place.xlsx", "--cfg", "job", "-p", "workforce.gp"]) == 0
    assert "wte: 20" in capsys.readouterr().out


def test_a_file_of_another_kind_is_told_what_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("report.xlsx").write_bytes(b"no workbook")
    assert cli.main(["check", "report.xlsx"]) == 2
    assert cli.main(["check", "nosuch.xlsx"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("report.xlsx: this is no workbook that can be read")
    assert lines[1].startswith("nosuch.xlsx: there is no such file")


def test_every_command_of_the_page_does_what_the_page_says(tmp_path, monkeypatch, capsys):
    """In turn; what would be run is prepared, as `check` does before it looks at the load."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", text) for line in block.splitlines()]
    assert len(lines) == 7
    for line in lines:
        _, command, *words = shlex.split(line)
        if command == "workbook":
            assert cli.main([command, *words]) == 0
        elif command == "compare":
            assert [one.name for one in asked_options(words).every] == ["more_gps", "my_place", "integrated"]
        else:
            scenario, others = prepared(COMMANDS[command].request(words))
            assert (scenario.name, others.baseline.name) == ("integrated", "gp_referral")
    assert re.findall(r"(?m)^\| ([A-Z]\w+) \|", text) == list(scenario_workbook.SECTIONS)
