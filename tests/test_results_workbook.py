"""The results as a workbook: sheets with both pathways side by side, charts, no formula, the same bytes."""

import io
import zipfile
from dataclasses import replace
from importlib.util import find_spec

import pytest
from study_example import study_example

from sim.app.pages.results_workbook import results_workbook

STUDY = study_example()
pytestmark = pytest.mark.skipif(
    find_spec("openpyxl") is None or find_spec("xlsxwriter") is None, reason="mskflow[excel] is not installed"
)
SHEETS = ["Summary", "Comparison", "Waits", "Lists", "Activity", "Staff"]


@pytest.fixture(scope="module")
def data():
    return results_workbook(STUDY)


@pytest.fixture(scope="module")
def book(data):
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def test_it_has_its_sheets_and_charts_of_both_pathways(book):
    assert book.sheetnames == SHEETS
    assert [len(sheet._charts) > 0 for sheet in book] == [False, False, True, True, False, False]
    for chart in (*book["Waits"]._charts, *book["Lists"]._charts):
        assert len(chart.series) == 2


def test_its_numbers_are_those_of_the_tables(book):
    rows = list(book["Comparison"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(STUDY.differences)
    for row, one in zip(rows, STUDY.differences.itertuples(), strict=True):
        assert row[5] == (pytest.approx(one.difference) if one.difference == one.difference else None)
    (first, *_), last_day = book["Lists"].iter_rows(min_row=2, values_only=True), STUDY.lists["month_end"].min()
    here = STUDY.lists[(STUDY.lists["month_end"] == last_day) & (STUDY.lists["scenario"] == STUDY.name)]
    assert first[2] == pytest.approx(here["waiting"].sum())


def test_it_is_the_same_bytes_and_has_no_formula_whatever_a_title_says(data):
    assert results_workbook(STUDY) == data
    titles = {STUDY.name: '=HYPERLINK("x")', STUDY.baseline: "@SUM(A1)"}
    risky = results_workbook(replace(STUDY, titles=titles, questions={STUDY.name: "+1?"}))
    with zipfile.ZipFile(io.BytesIO(risky)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(SHEETS)
        assert not any(b"<f>" in packed.read(name) or b"<hyperlink" in packed.read(name) for name in sheets)


def test_a_scenario_that_ran_alone_has_its_own_columns_and_no_comparison():
    from openpyxl import load_workbook

    alone = replace(STUDY, baseline="", differences=STUDY.differences.iloc[:0])
    book = load_workbook(io.BytesIO(results_workbook(alone)))
    assert book["Comparison"].max_row == 1 and all(len(one.series) == 1 for one in book["Waits"]._charts)
