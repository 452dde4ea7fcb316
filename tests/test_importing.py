"""Published files read as what they are: each trap of each form on a small made-up file."""

from importlib.util import find_spec

import numpy as np
import pytest

from bench.made_up_files import BANDS, RTT_HEADER, community_xlsx, rtt_csv, rtt_row, write_csv
from sim.app.importing import community, rtt
from sim.app.importing.found import joined
from sim.app.importing.source import Source
from sim.domain.faults import ScenarioError
from sim.domain.people.published import ENGLAND

WAITING = rtt_row("Part_2", {0: 10, 1: 20, 18: 5, 104: 2})


def month_of(found, name="trauma_orthopaedics", whose="RXY"):
    return joined(found.lists)[whose, name].months[0]


def one_fault(call, *words):
    with pytest.raises(ScenarioError) as refused:
        call()
    assert len(refused.value.faults) == 1, refused.value
    said = str(refused.value)
    assert "\n" not in said and all(word in said for word in words), said
    return said


def read_rtt(tmp_path, *rows, what=("RXY",), **more):
    return rtt.read(Source.of(rtt_csv(tmp_path / "rtt.csv", rows, **more)), what)


needs_openpyxl = pytest.mark.skipif(find_spec("openpyxl") is None, reason="mskflow[excel] is not installed")


def workbook(path, rows):
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


# --- RTT --------------------------------------------------------------------------------------------------------


def test_week_bands_begin_above_whole_weeks_and_the_last_is_open(tmp_path):
    month = month_of(read_rtt(tmp_path, WAITING))
    assert month.month == "2026-06" and len(month.edges) == 105
    assert list(month.edges[:3]) == [0, 7, 14] and month.edges[-1] == 104 * 7
    assert {int(at): int(month.waiting[at]) for at in np.flatnonzero(month.waiting)} == {0: 10, 1: 20, 18: 5, 104: 2}


def test_a_provider_is_the_sum_of_its_commissioners_and_england_of_all_providers(tmp_path):
    rows = [WAITING, rtt_row("Part_2", {0: 3}, commissioner="22Y"), rtt_row("Part_2", {0: 100}, provider="RAB")]
    found = read_rtt(tmp_path, *rows)
    assert month_of(found).waiting.sum() == 40
    assert month_of(found, whose=ENGLAND).waiting.sum() == 140


def test_the_people_of_a_commissioner_wait_at_any_provider(tmp_path):
    rows = [WAITING, rtt_row("Part_2", {0: 3}, commissioner="22Y", provider="RAB")]
    assert month_of(read_rtt(tmp_path, *rows, what=("22Y",)), whose="22Y").waiting.sum() == 3
    assert month_of(read_rtt(tmp_path, *rows, what=("QZZ",)), whose="QZZ").waiting.sum() == 40


def test_the_sum_of_treatment_functions_is_not_added_to_them(tmp_path):
    found = read_rtt(tmp_path, WAITING, rtt_row("Part_2", {0: 500}, function="C_999"))
    assert month_of(found).waiting.sum() == 37 and [one.name for one in found.lists] == ["trauma_orthopaedics"] * 2


def test_those_to_be_admitted_are_among_those_who_wait(tmp_path):
    month = month_of(read_rtt(tmp_path, WAITING, rtt_row("Part_2A", {18: 4})))
    assert month.waiting.sum() == 37 and month.decided.sum() == 4


def test_more_to_be_admitted_than_wait_are_told_in_a_band_and_refused_in_all(tmp_path):
    found = read_rtt(tmp_path, WAITING, rtt_row("Part_2A", {18: 7}))
    assert month_of(found).decided.sum() == 5 and any("Part_2A" in note for note in found.notes)
    with pytest.raises(ScenarioError, match="more are to be admitted"):
        read_rtt(tmp_path, WAITING, rtt_row("Part_2A", {0: 38}))


def test_starts_have_no_bands_and_stops_are_admitted_and_not_admitted(tmp_path):
    rows = [WAITING, rtt_row("Part_3", {}, total=61), rtt_row("Part_1A", {30: 7}), rtt_row("Part_1B", {2: 11})]
    month = month_of(read_rtt(tmp_path, *rows))
    assert (month.starts, month.stops.sum(), month.admitted.sum()) == (61, 18, 7)


def test_a_part_that_others_have_is_nobody_where_there_is_no_row(tmp_path):
    others = [rtt_row(part, {1: 5}, provider="RAB") for part in ("Part_1A", "Part_1B", "Part_2")]
    month = month_of(read_rtt(tmp_path, WAITING, *others))
    assert month.stops.sum() == 0 and month.admitted.sum() == 0 and month.starts is None


def test_stops_without_a_known_start_stand_in_no_band_and_are_told(tmp_path):
    rows = [WAITING, rtt_row("Part_1A", {3: 5}, unknown=2), rtt_row("Part_1B", {})]
    found = read_rtt(tmp_path, *rows)
    assert month_of(found).stops.sum() == 5 and any("no start is known" in note for note in found.notes)


def test_wales_is_not_england(tmp_path):
    found = read_rtt(tmp_path, WAITING, rtt_row("Part_2", {0: 50}, commissioner="NONC"))
    assert month_of(found).waiting.sum() == month_of(found, whose=ENGLAND).waiting.sum() == 37
    assert any("NONC" in note and "50" in note for note in found.notes)


def test_rows_are_known_by_codes_whatever_the_names_say(tmp_path):
    renamed = [*WAITING]
    renamed[4], renamed[12] = "RAB", "Rheumatology"
    assert month_of(read_rtt(tmp_path, renamed)).waiting.sum() == 37


@pytest.mark.parametrize(
    "period, year, month",
    [("RTT-JUNE-2026", None, "2026-06"), ("January", "2015-16", "2016-01"), ("May", "2015-16", "2015-05")],
)
def test_older_months_have_lines_above_the_header_or_a_year_beside_the_month(tmp_path, period, year, month):
    row, header = rtt_row("Part_2", {0: 9}, period=period), RTT_HEADER
    if year:
        row, header = [year, *row], ("Year", *RTT_HEADER)
    above = [["Monthly RTT extract"], [], ["Source: the return"]]
    assert month_of(read_rtt(tmp_path, row, header=header, above=above)).month == month


def test_older_months_end_at_52_weeks(tmp_path):
    header = (*RTT_HEADER[:13], *BANDS[:52], "Gt 52 Weeks SUM 1", *RTT_HEADER[-3:])
    row = [*WAITING[:13], *[1] * 53, "", "", 53]
    assert month_of(read_rtt(tmp_path, row, header=header)).edges[-1] == 52 * 7


def test_a_byte_order_mark_and_thousands_with_commas_are_understood(tmp_path):
    row = rtt_row("Part_2", {0: "1,234", 4: "-"})
    assert month_of(read_rtt(tmp_path, row, encoding="utf-8-sig")).waiting.sum() == 1234


@pytest.mark.parametrize("word", ["*", "about 5", "3.5", "1,23", "-4"])
def test_what_is_no_count_is_refused_by_row_and_column_and_not_shown(tmp_path, word):
    row = rtt_row("Part_2", {3: word}, total=0)
    said = one_fault(lambda: read_rtt(tmp_path, WAITING, row), "rtt.csv", "row 3", "Gt 03 To 04 Weeks SUM 1")
    assert word not in said.replace("Gt 03 To 04 Weeks SUM 1", "").replace("rtt.csv", "") or word == "*"


@pytest.mark.parametrize(
    "row, words",
    [
        (rtt_row("Part_2", {0: 3}, total=4), ("row 3", "Total All", "not the sum")),
        (rtt_row("Part_2", {0: 3}, period="RTT-Midsummer"), ("row 3", "Period", "no month")),
        (rtt_row("Part_2", {0: 3})[:-1], ("row 3", "120 cells")),
    ],
)
def test_a_row_that_is_not_of_the_form_is_refused_in_one_line(tmp_path, row, words):
    one_fault(lambda: read_rtt(tmp_path, WAITING, row), "rtt.csv", *words)


@needs_openpyxl
def test_a_part_of_the_file_saved_as_a_workbook_is_read_and_refused_by_its_cell(tmp_path):
    path = workbook(tmp_path / "rtt.xlsx", [["NHS England"], RTT_HEADER, WAITING, [], ["Note: as published"]])
    assert month_of(rtt.read(Source.of(path), ("RXY",))).waiting.sum() == 37
    path = workbook(tmp_path / "rtt.xlsx", [RTT_HEADER, rtt_row("Part_2", {3: "*"})])
    one_fault(lambda: rtt.read(Source.of(path), ("RXY",)), "rtt.xlsx, sheet Sheet, cell Q2", "no count")


def test_a_column_that_stands_twice_is_refused(tmp_path):
    one_fault(lambda: read_rtt(tmp_path, [*WAITING, "x"], header=(*RTT_HEADER, "Period")), "'period' stands twice")


def test_a_file_of_another_form_or_without_the_place_is_refused_in_one_line(tmp_path):
    one_fault(lambda: read_rtt(tmp_path, WAITING, what=("RZZ",)), "rtt.csv", "no rows")
    one_fault(lambda: read_rtt(tmp_path, WAITING, header=RTT_HEADER[:-1]), "total_all")
    one_fault(lambda: read_rtt(tmp_path, WAITING, header=("a", "b")), "no header")
    two = [WAITING, rtt_row("Part_2", {0: 3}, provider="RAB")]
    one_fault(lambda: read_rtt(tmp_path, *two, what=()), "--what")


def test_months_of_several_files_are_put_in_order_and_none_stands_twice(tmp_path):
    files = [
        rtt.read(Source.of(rtt_csv(tmp_path / f"{month}.csv", [rtt_row("Part_2", {0: 1}, period=f"RTT-{month}-2026")])))
        for month in ("March", "January", "February")
    ]
    series = joined(one for found in files for one in found.lists)["RXY", "trauma_orthopaedics"]
    assert (
        [month.month for month in series.months]
        == ["2026-01", "2026-02", "2026-03"]
        == [month.month for month in series.unbroken()]
    )
    assert series.origins["2026-03"][0].file == "March.csv" and series.origins["2026-03"][0].where == "row 2"
    one_fault(lambda: joined([*files[0].lists[:1], *files[0].lists[:1]]), "2026-03", "twice")


# --- community --------------------------------------------------------------------------------------------------

LIST = ["1,160", 100, 90, 200, 500, 150, 110, 7, 3]


@needs_openpyxl
def test_the_community_list_is_read_from_the_titles_of_its_sheets(tmp_path):
    path = community_xlsx(tmp_path / "list.xlsx", {"England": LIST, "RXY": [60, 10, 10, 10, 10, 10, 10, "-", "-"]})
    found = community.read(Source.of(path), ("RXY",))
    month = month_of(found, "community")
    assert month.month == "2025-08" and list(month.edges / 7) == [0, 1, 2, 4, 12, 18, 52, 104]
    assert month.waiting.sum() == 60 and month_of(found, "community", ENGLAND).waiting.sum() == 1160


@needs_openpyxl
@pytest.mark.parametrize("split, edges", [(False, [52]), (True, [52, 104])])
def test_the_last_community_band_is_split_from_december_2024(tmp_path, split, edges):
    path = community_xlsx(tmp_path / "list.xlsx", {"England": LIST}, split)
    month = month_of(community.read(Source.of(path)), "community", ENGLAND)
    assert list(month.edges[6:] / 7) == edges and month.stops is None and month.starts is None


@needs_openpyxl
def test_small_community_counts_that_are_not_told_share_what_the_total_leaves(tmp_path):
    path = community_xlsx(tmp_path / "list.xlsx", {"RXY": [60, 10, 10, 10, 10, 10, 2, "*", "*"]})
    found = community.read(Source.of(path), ("RXY",))
    assert list(month_of(found, "community").waiting[-2:]) == [4, 4] and any("(*)" in note for note in found.notes)
    path = community_xlsx(tmp_path / "list.xlsx", {"RXY": ["*", 10, 10, 10, 10, 10, 2, "*", "*"]})
    one_fault(lambda: community.read(Source.of(path), ("RXY",)), "list.xlsx", "no total")


@needs_openpyxl
def test_what_is_no_count_in_a_workbook_is_refused_by_sheet_and_cell(tmp_path):
    path = community_xlsx(tmp_path / "list.xlsx", {"RXY": [60, 10, "n/k", 10, 10, 10, 2, 3, 3]})
    one_fault(lambda: community.read(Source.of(path), ("RXY",)), "list.xlsx", "sheet Table 4b", "cell E4")


def test_the_community_list_as_a_table_has_a_row_a_month(tmp_path):
    bands = ["Total waiting list", *(f"Waiting {one}" for one in ("0-1 weeks", ">1-2 weeks", ">2-52 weeks"))]
    header = ["period", "service", *bands, "Waiting >52 weeks", "Waiting >52-104 weeks", "Waiting >104 weeks"]
    rows = [
        ["2025-26-November", "(A) Musculoskeletal service", 30, 10, 10, 9, 1, "", ""],
        ["2025-26-January", "(A) Musculoskeletal service", 30, 10, 10, 8, "", 1, 1],
        ["2025-26-January", "(A) Podiatry", 30, 10, 10, 8, "", 1, 1],
    ]
    found = community.read(Source.of(write_csv(tmp_path / "list.csv", [header, *rows])))
    assert not any("bank holiday" in note for note in found.notes)
    first, second = found.lists[0].months
    assert (first.month, second.month) == ("2025-11", "2026-01")
    assert list(first.edges / 7) == [0, 1, 2, 52] and list(second.edges / 7) == [0, 1, 2, 52, 104]
    assert found.lists[0].unbroken() == (second,)


@needs_openpyxl
def test_the_same_table_in_a_workbook_is_read_and_no_month_stands_twice(tmp_path):
    header = ["period", "service", *(f"Waiting {one} weeks" for one in ("0-1", ">1-2", ">2-52")), "Waiting >52 weeks"]
    row = ["2025-26-November", "(A) Musculoskeletal service", 5, 10, 10, 8]
    path = workbook(tmp_path / "list.xlsx", [["Community"], header, row])
    assert community.read(Source.of(path)).lists[0].months[0].waiting.sum() == 33
    path = workbook(tmp_path / "list.xlsx", [header, row, row])
    one_fault(lambda: community.read(Source.of(path)), "sheet Sheet, cell A3", "2025-11 is there twice")
    path = workbook(tmp_path / "list.xlsx", [header, [*row[:3], 3.5, 10, 8]])
    one_fault(lambda: community.read(Source.of(path)), "sheet Sheet, cell D2", "no count")


def test_bank_holidays_in_the_last_week_are_told(tmp_path):
    header = ["period", "service", *(f"Waiting {one} weeks" for one in ("0-1", ">1-2", ">2-52")), "Waiting >52 weeks"]
    rows = [["2025-26-December", "(A) Musculoskeletal service", 5, 10, 10, 8]]
    found = community.read(Source.of(write_csv(tmp_path / "list.csv", [header, *rows])))
    assert [note for note in found.notes if "2 bank holidays" in note]
