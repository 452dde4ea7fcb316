"""`python -m bench.chances`: files of each published form, the rates found in them, and what is printed of it."""

import contextlib
import io
import re
from datetime import date

import numpy as np
import pytest
import yaml
from published_lists import (
    BANDS,
    CLINIC,
    LEAVING,
    STOPPED,
    WEEKS,
    by_months_csv,
    community_csv,
    full_csv,
    made_up,
    two_doors,
)
from worlds import clinic, world

import sim
from bench.chances import main
from bench.published import months_of, working_days
from sim.analysis.flows.chances import Chances, enough, people_by_step
from sim.analysis.flows.month import LONGEST
from sim.analysis.flows.rates import Fit, Rates
from sim.analysis.flows.stages import decided_by_day, level, staged
from sim.app.configuration import evidence

CALENDAR_MONTHS = np.array([0.0, 30, 61, 92, 122, 153, 183, 214, 245, 273, 304, 334, 365])
COMMUNITY = 7.0 * np.array([0, 1, 2, 4, 12, 18, 52])


def blocks(text: str) -> list[dict]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


# --- the forms ------------------------------------------------------------------------------------------------


def test_the_full_csv_is_summed_over_commissioners_of_one_function_and_one_provider(tmp_path):
    months = made_up(4, starts=400)
    full_csv(tmp_path, months)
    (tmp_path / "notes.csv").write_text("something,else\n1,2\n")
    for what in ("Trauma and Orthopaedic Service", "c_110"):
        for provider, more in (("RXX", 1), ("a trust", 1), ("England", 0)):
            found = months_of(tmp_path, what, provider)
            assert [one.name for one in found] == [one.name for one in months]
            for one, made in zip(found, months):
                assert one.edges.tolist() == BANDS.tolist()
                assert one.waiting.tolist() == (np.rint(made.waiting) + more).tolist()
                assert one.stops.tolist() == (np.rint(made.stops) + 2 * more).tolist()
                assert one.decided == pytest.approx(np.rint(made.waiting) / 2 + more, abs=1)
                assert one.starts == pytest.approx(made.starts + 7 * more, abs=2)
                assert one.admitted.sum() == pytest.approx(one.stops.sum() / 4, rel=0.1)


def test_lists_by_whole_months_have_the_edges_of_their_calendar_months(tmp_path):
    months = made_up(5, edges=CALENDAR_MONTHS)
    by_months_csv(tmp_path / "a.csv", months, "SOME TRUST")
    by_months_csv(tmp_path / "b.csv", made_up(5, starts=900, edges=CALENDAR_MONTHS))
    found = months_of(tmp_path, "T&O", "some trust")
    assert found[1].edges[:4].tolist() == [0, 29, 60, 91]  # the end of February 2024: February, January, December
    assert found[1].waiting == pytest.approx(months[1].waiting) and found[1].stops == pytest.approx(months[1].stops)
    assert found[1].starts == months[1].starts
    assert months_of(tmp_path, "t&o")[1].starts == 900 / 80 * months[1].starts


def test_the_community_return_keeps_one_open_band(tmp_path):
    months = made_up(5, starts=4000, edges=COMMUNITY)
    community_csv(tmp_path / "c.csv", months)
    found = months_of(tmp_path, "bones")
    assert [one.name for one in found] == [one.name for one in months]
    for one, made in zip(found, months):
        assert one.waiting == pytest.approx(made.waiting, abs=1) and one.edges.tolist() == COMMUNITY.tolist()
        assert one.starts is None and one.stops is None


def test_working_days_leave_out_bank_holidays():
    assert [working_days(date(2024, 12, 1)).sum(), working_days(date(2025, 4, 1)).sum()] == [20, 20]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: None, "has no list 'X' of England; there is: Other, Total, Trauma"),
        (lambda folder: (folder / "2024-02.csv").unlink(), "no month between January 2024 and March 2024"),
        (
            lambda folder: (folder / "z.csv").write_text((folder / "2024-02.csv").read_text()),
            "tells February 2024 again",
        ),
        (
            lambda folder: (folder / "2024-02.csv").write_text(
                (folder / "2024-02.csv").read_text().replace("RTT-February-2024", "RTT-Febuary-2024")
            ),
            "has a period 'RTT-Febuary-2024' that is no month",
        ),
        (
            lambda folder: (folder / "2024-02.csv").write_text(
                re.sub(r"(C_110,[^,]*,)\d+", r"\1*", (folder / "2024-02.csv").read_text(), count=1)
            ),
            "has no number in 'gt 00 to 01 weeks sum 1', line 2",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path, capsys, change, said):
    full_csv(tmp_path, made_up(4))
    change(tmp_path)
    assert main([str(tmp_path), "--list", "X" if "'X'" in said else "C_110"]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and not told.out


@pytest.mark.parametrize("words", [["--weeks", "4,9"], ["--weeks", "0,9,9"], ["--origin", "2024-02"]])
def test_what_cannot_be_asked_is_said_too(tmp_path, capsys, words):
    by_months_csv(tmp_path / "b.csv", made_up(6, edges=CALENDAR_MONTHS))
    assert main([str(tmp_path), "--list", "T&O", "--draws", "2", *words]) == 2
    assert words[0] in capsys.readouterr().err


# --- what is printed ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("rtt")
    full_csv(folder, made_up(9, starts=4000), np.repeat([0.2, 0.6], [18, 87]))
    asked = [str(folder), "--list", "C_110", "--weeks", "0,4,13,26,52", "--draws", "12", "--origin", "2024-06"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*asked, "--ahead", "3"]) == 0
    return out.getvalue()


def test_the_known_rates_are_in_the_table(printed):
    rows = re.findall(r"^\| (\d+) \| [\d,]+ \| ([\d.]+) \([\d.]+ to [\d.]+\) \| ([\d.]+) \|", printed, re.MULTILINE)
    assert [int(weeks) for weeks, *_ in rows] == list(WEEKS)
    for (_, leave, stop), rate, share in zip(rows, LEAVING, STOPPED):
        assert float(leave) == pytest.approx(100 * -np.expm1(-21 * rate), rel=0.03)
        assert float(stop) == pytest.approx(100 * -np.expm1(-21 * rate * share), rel=0.05)


def test_the_settings_go_into_a_clinic_and_the_rows_into_the_evidence(printed):
    split, settings, rows = blocks(printed)
    made = {"0": 0.2, "6": 0.2, "18": 0.6, "52": 0.6}  # Part 2A, as it was made
    assert split["shares_by_weeks_waited"] == pytest.approx(made, abs=0.002)
    scenario = sim.from_dict(world({"a": clinic(**settings)}))
    assert scenario.pathway.services["a"].drawn_by.values == pytest.approx(
        [*settings["called_by_weeks_waited"].values()]
    )
    stops = LEAVING * STOPPED
    called = np.array([*settings["called_by_weeks_waited"].values()])
    assert called / called[2] == pytest.approx(stops / stops[2], rel=0.05)
    a_week = np.array([*settings["removed_share_by_weeks_waited"].values()])
    assert a_week == pytest.approx(LEAVING * (1 - STOPPED) * 5, rel=0.15, abs=0.002)
    keys = {"value", "unit", "low", "high", "source", "year", "status", "note"}
    for row in rows.values():
        assert set(row) == keys and row["status"] in evidence.STATUSES and row["note"].startswith("Fitted.")
        assert all(row["low"][week] <= value <= row["high"][week] for week, value in row["value"].items())


def test_what_is_foretold_stands_beside_as_last_month(printed):
    table = dict(re.findall(r"^\| (flows[^|]*|as last month) \| (.*) \|$", printed, re.MULTILINE))
    off = {name: [float(of) for of in re.findall(r"\(([\d.]+)\)", row)] for name, row in table.items()}  # of people
    assert set(off) == {"flows, starts foretold", "flows, starts told", "as last month"}
    assert max(off["flows, starts told"]) < 1 and all(len(row) == 3 for row in off.values())


def test_a_return_without_stops_has_chances_and_no_removals(tmp_path, capsys):
    community_csv(tmp_path / "c.csv", made_up(6, starts=4000, edges=COMMUNITY))
    assert main([str(tmp_path), "--list", "Bones", "--draws", "3"]) == 0
    told = capsys.readouterr().out
    settings, rows = blocks(told)
    assert "not told" in told and "(fitted)" in told
    assert "removed_share_by_weeks_waited" not in settings and len(rows) == 1


def test_steps_in_which_nobody_waits_are_left_out():
    months = made_up(3, starts=3)
    people = [one.waiting[52:].sum() for one in months]
    assert enough(months, WEEKS, np.mean(people) + 0.1) == WEEKS[:4]
    assert enough(months, WEEKS, np.mean(people) - 0.1) == WEEKS


def test_a_chance_of_1_is_the_mean_of_the_list():
    fit = Fit(made_up(6), WEEKS)
    own = Chances.of(fit.rates(), people_by_step(fit), 5 / 7)
    assert own.called @ own.people == pytest.approx(own.people.sum())


# --- the two doors --------------------------------------------------------------------------------------------


def test_the_rates_of_clinic_and_theatre_are_found_from_who_is_decided_and_who_is_admitted():
    clinic_rate, decides, theatre, removed = np.array([0.03, 0.01, 0.02]), 0.3, 0.015, 0.002
    weeks = np.array([0.0, 8, 26])
    step = (weeks * 7).searchsorted(np.arange(LONGEST), "right") - 1
    undecided, decided = np.zeros(LONGEST), np.zeros(LONGEST)
    undecided[0], stops, admissions = 100.0, np.zeros(3), np.zeros(3)
    for day in range(1, LONGEST):  # one cohort, every day a working day: a list in balance has all of them at once
        k = step[day - 1]
        seen, done = clinic_rate[k] * undecided[day - 1], theatre * decided[day - 1]
        undecided[day] = undecided[day - 1] * (1 - removed) - seen
        decided[day] = decided[day - 1] * (1 - removed) - done + decides * seen
        stops[k] += (1 - decides) * seen + done
        admissions[k] += done
    everybody = undecided + decided
    on_list = np.bincount(step, weights=everybody)
    rates = Rates(weeks, stops / on_list + removed, stops / (stops + removed * on_list), np.zeros(1))
    found = staged(everybody, rates, decided / everybody, admissions / stops, 1.0)
    assert found.clinic == pytest.approx(clinic_rate, rel=0.04) and not found.short.any()
    assert found.theatre == pytest.approx(theatre, rel=0.01)
    alike = staged(everybody, rates, decided / everybody, float(admissions.sum() / stops.sum()), 1.0)
    assert alike.theatre == pytest.approx(theatre, rel=0.01)  # theirs were alike
    times = level(everybody, rates, decided / everybody, float(admissions.sum() / stops.sum()), 1 / theatre / 7, 1.0)
    assert times == pytest.approx(1, rel=0.01)


def test_the_doors_are_told_from_parts_1a_and_2a_as_they_are_published(tmp_path, capsys):
    full_csv(tmp_path, two_doors(10, 3000))
    weeks = ",".join(map(str, WEEKS))
    assert main([str(tmp_path), "--list", "C_110", "--provider", "RXX", "--weeks", weeks, "--draws", "2"]) == 0
    told = capsys.readouterr().out
    rows = dict(re.findall(r"^\| Part 2A \| [\d.]+ \| (clinic|theatre) \| (.*) \|$", told, re.MULTILINE))
    found = {door: np.array([float(cell) for cell in row.split(" | ")]) for door, row in rows.items()}
    assert found["clinic"] / found["clinic"][1] == pytest.approx(CLINIC / CLINIC[1], rel=0.08)
    assert found["theatre"] == pytest.approx(1, abs=0.06)


def test_where_they_are_not_published_one_trusts_rise_is_shown_at_three_levels(tmp_path, capsys):
    by_months_csv(tmp_path / "b.csv", made_up(8, starts=900, edges=CALENDAR_MONTHS))
    assert main([str(tmp_path), "--list", "T&O", "--draws", "2", "--admitted", "0.3"]) == 0
    told = capsys.readouterr().out
    shares = re.findall(r"shares_by_weeks_waited: (.*?)  # assumption: (\d+) weeks", told)
    assert [int(weeks) for _, weeks in shares] == [8, 15, 30]
    levels = [yaml.safe_load(by_weeks) for by_weeks, _ in shares]
    rise = evidence.rows()["decided_to_admit_by_weeks_waited"]["value"]
    for one in levels:
        assert one["18"] / one["0"] == pytest.approx(rise["18"] / rise["0"], rel=0.05)
    assert levels[2]["0"] / levels[0]["0"] == pytest.approx(30 / 8, rel=0.05)
    assert told.count(" weeks to the operation | 0.") == 3


def test_a_division_that_cannot_be_is_marked():
    rates = Rates(np.array([0.0, 10]), np.array([0.02, 0.02]), np.array([1.0, 1.0]), np.zeros(1))
    by_day = np.exp(-0.02 * np.arange(LONGEST))
    # All are decided early and nobody late: who was decided has gone, and there was no admission.
    share = np.where(np.arange(LONGEST) < 70, 0.9, 0.0)
    assert staged(by_day, rates, share, np.array([0.1, 0.0]), 1.0).short.tolist() == [False, True]
    assert staged(by_day, rates, np.full(LONGEST, 0.5), np.array([0.1, 1.2]), 1.0).short.tolist() == [False, True]


def test_a_share_of_wide_bands_rises_between_the_mean_waits_of_their_people():
    by_day = np.ones(LONGEST)
    found = decided_by_day({"0": 0.2, "10": 0.6}, by_day)
    assert found[35] == pytest.approx(0.2, abs=0.001) and found[(71 + LONGEST - 1) // 2] == pytest.approx(
        0.6, abs=0.001
    )
    assert (np.diff(found) >= 0).all()


# --- what was fitted ------------------------------------------------------------------------------------------


def test_the_fitted_rows_go_into_clinics_as_they_are():
    called = evidence.rows()["called_by_weeks_waited"]["value"]
    removed = evidence.rows()["removed_by_weeks_waited"]["value"]
    for service, chances in called.items():
        settings = {"order": "by_weeks_waited", "called_by_weeks_waited": chances}
        if service in removed:
            settings["removed_share_by_weeks_waited"] = removed[service]
        sim.from_dict(world({"a": clinic(**settings)}))
    assert set(removed) < set(called)
