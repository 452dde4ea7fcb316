"""Residents, diagnostics, and files with a row a patient: what is read, what never is, what is told of few people."""

import datetime
import hashlib
import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import sim
from bench.made_up_files import (
    DM01_HEADER,
    REGISTERED_HEADER,
    dm01_row,
    dm01_wide_xlsx,
    dm01_xlsx,
    registered_rows,
    write_csv,
)
from sim.app import cli
from sim.app.importing import (
    apart,
    community_periods,
    diagnostics,
    forms,
    patients,
    registered,
    small_counts,
)
from sim.app.importing.found import Found, OwnPlace, joined
from sim.app.importing.source import Source
from sim.app.studies.place.own_facts import COMERS, facts_of
from sim.domain.faults import ScenarioError
from sim.domain.people.facts import shares_of
from sim.domain.people.published import ENGLAND, Origin, PublishedList, PublishedMonth
from sim.domain.words import SOURCES
from sim.engine.simulate import patients_of

CANARY = "CANARY-7731"


def one_fault(call, *words):
    with pytest.raises(ScenarioError) as refused:
        call()
    said = str(refused.value)
    assert len(refused.value.faults) == 1 and all(word in said for word in words), said
    assert CANARY not in said
    return said


# --- residents --------------------------------------------------------------------------------------------------


def residents(tmp_path, rows, what=("11Z",)):
    return registered.read(Source.of(write_csv(tmp_path / "people.csv", [REGISTERED_HEADER, *rows])), what).residents


def test_rows_of_all_do_not_double_the_residents(tmp_path):
    found = residents(tmp_path, registered_rows("11Z", {"0_4": 100, "45_49": 200, "95+": 10}))
    assert found.people == 310 and found.women == 155 and found.month == "2026-07"
    assert found.by_age == {"0-17": 100, "45-64": 200, "75+": 10}


def test_a_group_of_five_years_is_shared_between_the_ages_of_the_model(tmp_path):
    found = residents(tmp_path, registered_rows("11Z", {"15_19": 100}))
    assert found.by_age == pytest.approx({"0-17": 60, "18-44": 40})


def test_rows_of_networks_and_areas_do_not_double_their_practices(tmp_path):
    rows = [*registered_rows("A81001", {"45_49": 200}, "GP"), *registered_rows("11Z", {"45_49": 200})]
    rows += registered_rows("U123", {"45_49": 200}, "PCN")
    assert residents(tmp_path, rows).people == 200
    assert residents(tmp_path, rows, ()).people == 200


def test_single_years_of_one_sex_are_read_too(tmp_path):
    header = ("EXTRACT_DATE", "SUB_ICB_LOCATION_CODE", "ORG_CODE", "SEX", "AGE", "NUMBER_OF_PATIENTS")
    rows = [["01JUL2026", "11Z", "A81001", "FEMALE", age, n] for age, n in (("ALL", 30), (17, 10), (18, 20))]
    found = registered.read(Source.of(write_csv(tmp_path / "women.csv", [header, *rows])), ("11Z",)).residents
    assert (found.people, found.women, found.by_age) == (30, 30, {"0-17": 10, "18-44": 20})


def test_practices_of_several_areas_need_a_code(tmp_path):
    header = ("EXTRACT_DATE", "SUB_ICB_LOCATION_CODE", "ORG_CODE", "SEX", "AGE", "NUMBER_OF_PATIENTS")
    rows = [["01JUL2026", area, "A81001", "FEMALE", 20, 9] for area in ("11Z", "22Y")]
    source = Source.of(write_csv(tmp_path / "people.csv", [header, *rows]))
    one_fault(lambda: registered.read(source), "several areas", "--what")
    rows[0][-1] = CANARY
    source = Source.of(write_csv(tmp_path / "people.csv", [header, *rows]))
    one_fault(lambda: registered.read(source, ("11Z",)), "row 2", "NUMBER_OF_PATIENTS")


def test_a_note_below_the_residents_is_none_of_them(tmp_path):
    assert (
        residents(tmp_path, [*registered_rows("11Z", {"45_49": 200}), ["Note: registered, not resident"]]).people == 200
    )


@pytest.mark.parametrize(
    "at, word, words",
    [
        (1, "01AUG2026", ("row 2, column EXTRACT_DATE", "another month")),
        (7, "49_45", ("row 2, column AGE_GROUP_5", "no age")),
        (7, "200", ("row 2, column AGE_GROUP_5", "no age")),
        (8, 101, ("do not add to its rows of ALL",)),
        (8, None, ("row 2, column NUMBER_OF_PATIENTS", "no count")),
    ],
)
def test_residents_that_do_not_fit_together_are_refused(tmp_path, at, word, words):
    rows = registered_rows("11Z", {"45_49": 200})
    rows[0][at] = word
    if at == 1:
        words = (words[0].replace("row 2", "row 3"), *words[1:])
    one_fault(lambda: residents(tmp_path, rows), *words)


def test_a_column_that_stands_twice_is_refused(tmp_path):
    rows = [[*row, row[-1]] for row in registered_rows("11Z", {"45_49": 200})]
    path = write_csv(tmp_path / "people.csv", [[*REGISTERED_HEADER, REGISTERED_HEADER[-1]], *rows])
    one_fault(lambda: registered.read(Source.of(path), ("11Z",)), "number of patients stands twice")


# --- diagnostics ------------------------------------------------------------------------------------------------


def test_the_mri_list_is_summed_over_commissioners_and_no_total_is_added(tmp_path):
    people = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 2]
    rows = [dm01_row("MRI", people, done=40), dm01_row("MRI", people, commissioner="22Y"), dm01_row("TOTAL", people)]
    rows += [
        dm01_row("CT", people),
        dm01_row("MRI", people, provider="RAB"),
        dm01_row("MRI", people, commissioner="NONC"),
    ]
    found = diagnostics.read(Source.of(write_csv(tmp_path / "dm01.csv", [DM01_HEADER, *rows])), ("RXY",))
    lists = joined(found.lists)
    month = lists["RXY", "imaging"].months[0]
    assert month.month == "2026-06" and month.waiting.sum() == 120
    assert lists[ENGLAND, "imaging"].months[0].waiting.sum() == 180
    assert month.waiting[month.edges >= 6 * 7].sum() == 30 and month.waiting[month.edges >= 13 * 7].sum() == 4
    assert any("all specialties" in note for note in found.notes) and any("40 scans" in note for note in found.notes)
    assert any("30 6 weeks, 4 13 weeks" in note for note in found.notes)


BANDS = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 2]
needs_openpyxl = pytest.mark.skipif(find_spec("openpyxl") is None, reason="mskflow[excel] is not installed")


def mri_of(path, whose="RXY"):
    return joined(forms.read(source := Source.of(path), forms.form_of(source), ("RXY",)).lists)[
        whose, "imaging"
    ].months[0]


@needs_openpyxl
def test_the_workbook_of_diagnostics_is_read_by_test_and_its_total_is_not_added(tmp_path):
    rows = [
        ["RXY", "Magnetic Resonance Imaging", *BANDS, 40],
        ["RXY", "Colonoscopy", *BANDS, 7],
        ["RAB", "MRI", *BANDS, 1],
    ]
    path = dm01_xlsx(tmp_path / "dm01.xlsx", rows)
    month = mri_of(path)
    assert month.month == "2026-06" and list(month.waiting) == BANDS and list(month.edges) == [7 * n for n in range(14)]
    assert mri_of(path, ENGLAND).waiting.sum() == 2 * sum(BANDS)
    assert any("40 scans" in note for note in diagnostics.read(Source.of(path), ("RXY",)).notes)


@needs_openpyxl
def test_where_only_6_and_13_weeks_are_told_they_are_the_bands(tmp_path):
    paths = [
        dm01_xlsx(tmp_path / "long.xlsx", [["RXY", "MRI", 60, 15, 2, 40]], bands=False),
        dm01_wide_xlsx(tmp_path / "wide.xlsx", {"RXY": [9, 8, 7, 60, 15, 2], "Total": [9, 8, 7, 99, 15, 2]}),
    ]
    for month in map(mri_of, paths):
        assert list(month.edges) == [0, 42, 91] and list(month.waiting) == [45, 13, 2]


@needs_openpyxl
@pytest.mark.parametrize(
    "rows, more, words",
    [
        ([["RXY", "MRI", "n/k", 15, 2, 40]], {}, ("sheet Provider by Test, cell H8", "no count")),
        ([["RXY", "MRI", 60, "*", 2, 40]], {}, ("cell I8", "no count")),
        ([["RXY", "MRI", 60, 2, 15, 40]], {}, ("cell J8", "more people have waited so long")),
        ([["RXY", "MRI", 60, 15, 2, 40]], {"period": "the summer"}, ("no month and year",)),
        ([["RXY", "Colonoscopy", 60, 15, 2, 40]], {}, ("no row of MRI",)),
        ([["RXY", "MRI", "=3+3", 15, 2, 40]], {}, ("cell H8", "formula")),
    ],
)
def test_a_workbook_of_diagnostics_that_is_wrong_is_refused_by_its_cell(tmp_path, rows, more, words):
    path = dm01_xlsx(tmp_path / "list.xlsx", rows, bands=False, **more)
    one_fault(lambda: mri_of(path), "list.xlsx", *words)


@needs_openpyxl
def test_diagnostics_of_all_tests_together_are_refused(tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(dm01_xlsx(tmp_path / "list.xlsx", []))
    del book["Provider by Test"]
    book.save(tmp_path / "list.xlsx")
    one_fault(lambda: mri_of(tmp_path / "list.xlsx"), "all tests are together", "Provider by Test")


def test_bands_of_diagnostics_add_to_their_total(tmp_path):
    row = dm01_row("MRI", BANDS)
    row[DM01_HEADER.index("Total WL")] += 1
    path = write_csv(tmp_path / "dm01.csv", [DM01_HEADER, row])
    one_fault(lambda: mri_of(path), "row 2, column Total WL", "not the sum")


# --- a row a patient --------------------------------------------------------------------------------------------

ALLOWED = {
    "Week_Ending_Date": "2026-06-28",
    "REFERRAL_TO_TREATMENT_PERIOD_START_DATE": "2026-06-01",
    "ACTIVITY_TREATMENT_FUNCTION_CODE": "110",
    "Waiting_List_Type": "ORTT",
    "DECISION_TO_ADMIT_DATE": "",
    "PRIORITY_TYPE_CODE": "1",
    "Procedure_Priority_Code": "",
    "Outpatient_Future_Appointment_Date": "",
    "TCI_DATE": "",
    "SOURCE_OF_REFERRAL": "03",
    "Age_Band": "45-54",
    "ETHNIC_CATEGORY": "A",
    "IMD_Quintile": "1",
}
FORBIDDEN = (
    *("NHS_NUMBER", "LOCAL_PATIENT_IDENTIFIER", "PATIENT_PATHWAY_IDENTIFIER", "PERSON_BIRTH_DATE", "CONSULTANT_CODE"),
    *("GP_PRACTICE_CODE", "LSOA_2021", "COMMENTS", "PROPOSED_PROCEDURE_OPCS_CODE", "PATIENT_NAME"),
)


def patients_csv(path: Path, people: list[dict], more=()) -> Path:
    header = [*ALLOWED, *more]
    rows = [[(ALLOWED | dict.fromkeys(more, CANARY) | one)[name] for name in header] for one in people]
    return write_csv(path, [header, *rows])


def waited(days: int, many: int = 1, **more) -> list[dict]:
    began = datetime.date(2026, 6, 28) - datetime.timedelta(days=days)
    return [{"REFERRAL_TO_TREATMENT_PERIOD_START_DATE": began.isoformat(), **more}] * many


def list_of(tmp_path, people, more=()):
    return patients.read(Source.of(patients_csv(tmp_path / "wl.csv", people, more), "file 1 of those given"))


def test_a_wait_of_18_weeks_to_the_day_is_within_18_weeks(tmp_path):
    found = list_of(tmp_path, waited(7, 40) + waited(126, 20) + waited(127, 30) + waited(800, 10))
    month = found.lists[0].months[0]
    assert dict(zip(month.edges[month.waiting > 0] / 7, month.waiting[month.waiting > 0])) == {
        0: 40,
        17: 20,
        18: 30,
        104: 10,
    }


def test_bands_of_few_people_are_joined_and_counts_rounded(tmp_path):
    found = list_of(tmp_path, waited(3, 41) + waited(60, 3) + waited(400, 3) + waited(500, 5))
    month = found.lists[0].months[0]
    assert list(month.waiting[month.waiting > 0]) == [45, 10]


def test_who_is_to_be_admitted_is_told_by_list_type_or_a_decision(tmp_path):
    inside, listed = {"Waiting_List_Type": "IRTT"}, {"DECISION_TO_ADMIT_DATE": "01/06/2026"}
    people = waited(200, 20, **inside) + waited(200, 10, **listed) + waited(200, 30)
    people += waited(200, 50, Waiting_List_Type="INON") + waited(200, 9, ACTIVITY_TREATMENT_FUNCTION_CODE="300")
    month = list_of(tmp_path, people).lists[0].months[0]
    assert (month.waiting.sum(), month.decided.sum()) == (60, 30)


def test_the_last_week_of_a_month_is_its_list(tmp_path):
    earlier = waited(30, 100, Week_Ending_Date="2026-06-21")
    assert list_of(tmp_path, earlier + waited(30, 20)).lists[0].months[0].waiting.sum() == 20


def test_groups_are_few_words_small_ones_stars_and_no_star_stands_alone(tmp_path):
    people = waited(9, 50) + waited(9, 12, ETHNIC_CATEGORY="J") + waited(9, 3, ETHNIC_CATEGORY="M")
    groups = list_of(tmp_path, people).groups["trauma_orthopaedics"]
    assert groups["ethnic category"] == {"white_british": 50, "asian": None, "black": None}
    assert groups["age band"] == {"45-64": 65} and groups["source of referral"] == {"GP": 65}


@pytest.mark.parametrize(
    "column", ["Age_Band", "ETHNIC_CATEGORY", "IMD_Quintile", "PRIORITY_TYPE_CODE", "SOURCE_OF_REFERRAL"]
)
def test_what_is_none_of_the_words_of_a_column_is_not_known(tmp_path, column):
    found = list_of(tmp_path, waited(9, 50, **{column: CANARY}))
    assert CANARY not in repr(found) and "not known" in repr(found.groups)


def test_no_forbidden_column_comes_out(tmp_path):
    found = list_of(tmp_path, waited(9, 50), FORBIDDEN)
    assert CANARY not in repr(found) and "wl.csv" not in repr(found)


@pytest.mark.parametrize(
    "column, name",
    [
        ("REFERRAL_TO_TREATMENT_PERIOD_START_DATE", "clock start"),
        ("Week_Ending_Date", "week ending"),
        ("TCI_DATE", "TCI date"),
    ],
)
def test_messages_name_row_and_column_and_never_a_value_or_the_file(tmp_path, column, name):
    people = [*waited(9, 3), {column: CANARY}]
    path = patients_csv(tmp_path / "ward_7_jones.csv", people, FORBIDDEN)
    said = one_fault(lambda: apart.read(path, 4), "file 4 of those given, row 5", name)
    assert "jones" not in said


def test_a_place_of_such_a_file_holds_no_row_no_id_and_no_name_of_it(tmp_path, monkeypatch, capfd):
    """A canary in every column that is not read, and in those that are where they are no known words."""
    monkeypatch.chdir(tmp_path)
    words = {one: CANARY for one in ("Age_Band", "ETHNIC_CATEGORY", "IMD_Quintile", "PRIORITY_TYPE_CODE")}
    people = (
        waited(9, 50) + waited(140, 12, DECISION_TO_ADMIT_DATE="2026-05-05") + waited(300, 3) + waited(9, 20, **words)
    )
    path = patients_csv(tmp_path / "jones_ward_7.csv", people, FORBIDDEN)
    assert cli.main(["place", "ridge", "--from", str(path), "--population", "90000"]) == 0
    told = [*capfd.readouterr(), *(one.read_text("utf-8") for one in (tmp_path / "ridge").rglob("*") if one.is_file())]
    assert len(told) == 11
    for secret in (CANARY, "jones", "2026-05-05", "2026-06-19", "2026-06-28"):
        assert not any(secret in text for text in told), secret
    report = (tmp_path / "ridge" / "place_report.md").read_text("utf-8")
    assert "file 1 of those given" in report and "not known | 20" in report


def test_a_list_of_fewer_than_eight_people_is_left_out(tmp_path):
    found = list_of(tmp_path, waited(9, 7) + waited(9, 20, ACTIVITY_TREATMENT_FUNCTION_CODE="410"))
    assert [one.name for one in found.lists] == ["rheumatology"]
    assert any("fewer than 8" in note for note in found.notes) and "trauma_orthopaedics" not in found.groups


def test_people_are_made_with_the_shares_that_the_files_tell(tmp_path, monkeypatch):
    """Of a list and of those who come: 60, 30 and 10 of 100, however many a star hides; as many come as before."""
    monkeypatch.chdir(tmp_path)
    groups = [("1", "A", "65-69", 240), ("3", "J", "45-49", 120), ("5", "M", "20-24", 40)]
    people = [
        one
        for imd, ethnic, age, many in groups
        for one in waited(60, many, IMD_Quintile=imd, ETHNIC_CATEGORY=ethnic, Age_Band=age)
    ]
    few = waited(60, 60, ACTIVITY_TREATMENT_FUNCTION_CODE="410", IMD_Quintile="5")
    ages = registered_rows("11Z", {"0_4": 22_300, "20_24": 42_400, "45_49": 2_120, "65_69": 7_600, "85+": 6_500})
    files = [
        patients_csv(tmp_path / "wl.csv", people + few),
        write_csv(tmp_path / "people.csv", [REGISTERED_HEADER, *ages]),
    ]
    assert cli.main(["place", "ridge", "--from", *map(str, files), "--what", "11Z"]) == 0
    scenario = sim.load("ridge_today", config_dirs=["ridge"])
    made = patients_of(scenario, 0)
    listed = np.concatenate([rows for (name, _), rows in made.placed.items() if name == "trauma_orthopaedics"])
    assert len(listed) == 400
    first = (("imd_quintile", (0.6, 0, 0.3, 0, 0.1)), ("ethnicity", (0.6, 0, 0.3, 0.1, 0, 0)))
    come = made.source == SOURCES.index("presented")
    for fact, shares in (*first, ("age_band", (0, 0.1, 0.3, 0.6, 0))):
        assert np.bincount(made.facts[fact][listed], minlength=len(shares)) / 400 == pytest.approx(shares, abs=0.06), (
            fact
        )
    for fact, shares in first:
        assert np.bincount(made.facts[fact][come], minlength=len(shares)) / come.sum() == pytest.approx(
            shares, abs=0.01
        ), fact
    coventry = shares_of(sim.load("gp_referral").demand, "age_band")
    assert shares_of(scenario.demand, "age_band")[2] < 0.3 * coventry[2]  # a tenth as many of them live there
    report = (tmp_path / "ridge" / "place_report.md").read_text("utf-8")
    line = next(one for one in report.splitlines() if "deprivation of those on the list trauma" in one)
    assert "1 60.0%" in line and hashlib.sha256(files[0].read_bytes()).hexdigest() in line and "2026-06" in line
    for unused in ("deprivation of those on the list rheumatology | it is told of fewer", "priority of those who wait"):
        assert unused in report.replace("\\", "")


def test_shares_say_nothing_that_the_told_counts_do_not():
    """A star counts as 4, whatever it hides, and a list whose groups are not known keeps Coventry's."""
    month = PublishedMonth("2026-06", np.zeros(1), np.array([300.0]))
    series = PublishedList("spinal", "own", (month,), {"2026-06": (Origin("file 1", "00", ""),)})

    def found(counts):
        file = Found(patients.FORM, (series,), groups={"spinal": {"IMD quintile": counts}}, by_row=True)
        return facts_of([file], None, OwnPlace(), {"rate_ratio": {"imd_quintile": {"1": 1.2, "4": 0.8}}})

    told = found({"imd_1": 152, "imd_4": None, "imd_5": None, "not known": 10})
    assert told.of("spinal")["imd_quintile"] == {"shares": {"1": 0.95, "2": 0, "3": 0, "4": 0.025, "5": 0.025}}
    residents = told.of(COMERS)["imd_quintile"]["shares"]
    assert 1.2 * residents["1"] / (0.8 * residents["4"]) == pytest.approx(0.95 / 0.025, rel=0.01)
    assert not found({"imd_1": 120, "not known": 130}).used and not found({"imd_1": 95, "imd_2": None}).used


@pytest.mark.parametrize("seed", range(20))
def test_no_count_of_one_to_seven_can_be_told_from_what_is_told(seed):
    """Of every band: who waits, who is to be admitted, and the rest of both."""
    rng = np.random.default_rng(seed)
    waiting = rng.poisson(rng.choice([0.5, 3, 12], 105))
    decided = rng.binomial(waiting, 0.3)
    edges, counts = small_counts.wide_enough(np.arange(105) * 7.0, waiting, decided, waiting - decided)
    at = np.searchsorted(edges, np.arange(105) * 7.0, "right") - 1
    for told, real in zip(counts, (waiting, decided, waiting - decided)):
        sums = np.bincount(at, weights=real, minlength=len(edges))
        assert not ((sums > 0) & (sums < 8)).any() and (told % 5 == 0).all() and (abs(told - sums) <= 2.5).all()


def test_a_star_never_stands_alone():
    assert small_counts.starred(Counter(a=3, b=9, c=100)) == {"a": None, "b": None, "c": 100}
    assert small_counts.starred(Counter(a=3, b=7, c=100)) == {"a": None, "b": None, "c": 100}
    assert small_counts.starred(Counter(a=0, b=9, c=102)) == {"a": 0, "b": 10, "c": 100}


# --- the community data set -------------------------------------------------------------------------------------


def test_the_community_list_is_who_has_started_and_not_ended_at_the_end_of_the_month(tmp_path):
    header = ("RTT_StartDate", "RTT_EndDate", "RTT_Status", "WaitingTime_MeasurementType", "Age_Band", *FORBIDDEN)
    secret = [CANARY] * len(FORBIDDEN)
    rows = [["2026-06-03", "", "20", "02", "45-49", *secret]] * 30 + [
        ["2026-03-02", "", "20", "02", "65-69", *secret]
    ] * 20
    rows += [["2026-05-04", "2026-06-10", "30", "02", "45-49", *secret]] * 15 + [
        ["2026-06-20", "", "", "05", "", *secret]
    ] * 40
    found = community_periods.read(Source.of(write_csv(tmp_path / "rtt.csv", [header, *rows])))
    month = found.lists[0].months[0]
    assert (month.month, month.waiting.sum(), month.starts, month.stops.sum()) == ("2026-06", 50, 30, 15)
    assert found.groups["community"]["age band"] == {"45-64": 30, "65-74": 20} and CANARY not in repr(found)


def test_found_is_plain_data_that_holds_no_row(tmp_path):
    found = list_of(tmp_path, waited(9, 50), FORBIDDEN)
    words = json.dumps([found.form, found.whose, found.notes, found.groups])
    assert "2026-06-19" not in words + repr(found.lists)
