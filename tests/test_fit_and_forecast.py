"""`mskflow fit` and `mskflow forecast` in the folder of a place: what they write, and what they refuse."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from published_lists import LEAVING, made_up
from worlds import clinic, world

import sim
from sim.analysis.flows.ahead import called_days
from sim.analysis.flows.month import banded
from sim.analysis.forecast.divided import divided
from sim.analysis.forecast.events import Effect, Event, past
from sim.analysis.forecast.fitted import fitted
from sim.analysis.forecast.paths import ahead
from sim.analysis.indicators.measures import measures_of
from sim.app.importing import published_file
from sim.app.studies.forecast import fit, forecast
from sim.app.studies.forecast.asked import asked
from sim.app.studies.forecast.months import as_months, lists_of, months_after
from sim.domain.by_weeks import Steps
from sim.domain.faults import ScenarioError
from sim.domain.people.published import ENGLAND, PublishedList, PublishedMonth
from sim.domain.words import LIST_BANDS_WEEKS
from sim.engine.simulate import patients_of, simulate

WEEKS = 7.0 * np.array([0, 1, 2, 4, 6, 9, 12, 18, 22, 26, 30, 39, 48, 52, 65, 78])
TODAY = "# @package _global_\nname: town_today\ntitle: Town, today's model\nquestion: How does care run there?\n"


def published(name: str, whose: str, months: int = 8, **what) -> PublishedList:
    made = made_up(months, edges=WEEKS, **what)
    parts = [(one.name, one.edges, one.waiting, 0.3 * one.waiting, one.starts, one.stops) for one in made]
    return PublishedList(name, whose, tuple(PublishedMonth(*one) for one in parts), {})


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A place's folder with a list of its own, one of England's, and one of two months."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town/scenarios").mkdir(parents=True)
    (tmp_path / "town/scenarios/town_today.yaml").write_text(TODAY)
    lists = [published("trauma_orthopaedics", "RXX"), published("spinal", ENGLAND), published("rheumatology", "RXX", 2)]
    (tmp_path / "town/published.csv").write_text(published_file.text_of(lists))
    return tmp_path / "town"


def test_forecast_writes_bands_and_shares_of_each_list_with_a_backtest(town, capsys):
    (town / "events.yaml").write_text("events: [{kind: transfer, month: 2024-10, people: 1000, list: spinal}]\n")
    assert forecast.run(asking("forecast", "town", "--months", "3")) == 0
    told = capsys.readouterr().out
    assert "as last month" in told and "1 known events told" in told
    rows = list(csv.DictReader((town / "forecast.csv").open()))
    assert list(rows[0]) == list(forecast.COLUMNS)
    assert {row["month"] for row in rows} == {"2024-09", "2024-10", "2024-11"}
    mine = {row["band"]: row for row in rows if row["whose"] == "RXX" and row["month"] == "2024-11"}
    bands = [band for band in mine if not band.endswith("share") and band != "all"]
    assert sum(float(mine[band]["p50"]) for band in bands) == pytest.approx(float(mine["all"]["p50"]), abs=1)
    assert 0 < float(mine["within_18_weeks_share"]["p50"]) < 1
    for row in rows:
        assert float(row["p2_5"]) <= float(row["p10"]) <= float(row["p90"]) <= float(row["p97_5"])
    spinal = [float(row["p50"]) for row in rows if row["whose"] == ENGLAND and row["band"] == "all"]
    assert 700 < spinal[1] - spinal[0] < 1000  # of those who come some leave within the month
    methods = {row["method"] for row in csv.DictReader((town / "backtest.csv").open())}
    assert {"flows", "flows, starts told", "as last month"} <= methods
    assert "![The lists](forecast.svg)" in (town / "forecast.md").read_text()
    before = {name: (town / name).read_bytes() for name in ("forecast.csv", "backtest.csv", "forecast.svg")}
    forecast.run(asking("forecast", "town", "--months", "3"))
    assert before == {name: (town / name).read_bytes() for name in before}


def test_fit_writes_rows_of_evidence_and_settings_that_a_scenario_takes(town, capsys):
    assert fit.run(asking("fit", "town")) == 0
    told = capsys.readouterr().out
    assert "Trauma and orthopaedics" in told and "first visits a week" in told and "rheumatology of RXX" in told
    rows = yaml.safe_load((town / "fit.yaml").read_text())
    starts = rows["trauma_orthopaedics_rxx_starts"]
    assert starts["value"] == pytest.approx(80, abs=0.1) and starts["low"] <= starts["value"] <= starts["high"]
    called = rows["trauma_orthopaedics_rxx_called_by_weeks_waited"]
    assert called["low"]["18"] <= called["value"]["18"] <= called["high"]["18"]
    scenario = sim.load("town_today", "mechanisms=[town/fitted]", config_dirs=["town"])
    service = scenario.pathway.services["trauma_orthopaedics"]
    assert service.order == "by_weeks_waited"
    assert service.called_by_weeks_waited["18"] == pytest.approx(called["value"]["18"], abs=1e-4)
    assert "physiotherapy" in scenario.pathway.services


def test_the_engine_agrees_with_flows_within_2_percent_of_bands_on_a_fitted_place(town):
    """Half a year with a tenth fewer slots than the lists say, at the rates that `mskflow fit` has written."""
    (town / "published.csv").write_text(published_file.text_of([published("trauma_orthopaedics", "RXX", starts=200)]))
    assert fit.run(asking("fit", "town")) == 0
    place = sim.load("town_today", "mechanisms=[town/fitted]", config_dirs=["town"])
    service = place.pathway.services["trauma_orthopaedics"]
    rates = {name: getattr(service, name) for name in ("called_by_weeks_waited", "removed_share_by_weeks_waited")}
    found = fitted(lists_of(asked("fit", ["town"]))["trauma_orthopaedics", "RXX"])
    there, then = found.lists[-1], months_after(found.months[-1], 6)
    part = divided(found).rates
    slots = 0.9 * part.stops @ np.add.reduceat(there, (7 * part.weeks).astype(int))
    working = np.concatenate([month.working for month in then])

    waiting = {f"{edge / 7:g}": float(n) for edge, n in zip(found.months[-1].edges, found.months[-1].waiting)}
    places = {"all": {"service": "a", "share": 1.0, "needs": {"physiotherapy": 1.0}}}
    lists = {"x": {"unit": "weeks", "waiting": waiting, "open_band": 26, "places": places}}
    clinic_ = clinic(float(slots), order="by_weeks_waited", open_days="working_days", **rates)
    sections = {
        "calendar": {"start_date": f"{then[0].name}-01", "bank_holidays": "GB-ENG"},
        "demand": {"weekday_index": [1, 1, 1, 1, 1, 0, 0], "holiday_index": 0},
        "start": {"kind": "lists", "lists": lists},
    }
    scenario = sim.from_dict(world({"a": clinic_}, len(working), a_day=200 * working.mean(), **sections))
    records = [simulate(scenario, replication) for replication in range(2)]
    engine = np.mean([measures_of(record, scenario).lists[:, 0] for record in records], axis=0)

    days = patients_of(scenario, 0).presented_day
    joins = np.bincount(days[days >= 0], minlength=len(working))
    steps = [Steps.of(one) for one in rates.values()]
    evenings = list(called_days(there, joins, slots * working, *steps))
    flows = np.array(
        [banded(evenings[end], 7 * np.array(LIST_BANDS_WEEKS)) for end in records[0].calendar.month_ends()]
    )
    engine, flows = (np.add.reduceat(table, (0, 4, 5, 6, 7), axis=1) for table in (engine, flows))
    off = abs(engine - flows) / flows
    assert off.mean() < 0.02 and off.mean(axis=1).max() < 0.03
    assert abs(engine.sum(axis=1) / flows.sum(axis=1) - 1).max() < 0.01
    assert engine[-1].sum() > 1.05 * there.sum()


def test_a_change_is_told_beside_the_place_as_it_is(town, capsys):
    (town / "scenarios/town_today.yaml").write_text(TODAY + "place: {scale: 0.02}\n")
    change = "workforce.orthopaedic_clinic_team.wte=12"
    assert forecast.run(asking("forecast", "town", "--months", "2", change)) == 0
    assert f"with {change}" in capsys.readouterr().out
    rows = [row for row in csv.DictReader((town / "forecast_changed.csv").open()) if row["band"] == "all"]
    assert {(row["list"], row["whose"]) for row in rows} == {("trauma_orthopaedics", "RXX"), ("spinal", ENGLAND)}
    last = {row["list"]: row for row in rows if row["month"] == "2024-10"}
    assert float(last["trauma_orthopaedics"]["difference"]) < -50
    usual = next(
        row
        for row in csv.DictReader((town / "forecast.csv").open())
        if (row["list"], row["month"], row["band"]) == ("trauma_orthopaedics", "2024-10", "all")
    )
    part = sim.load("town_today", config_dirs=["town"]).start.lists["trauma_orthopaedics"].part_of_list
    assert float(last["trauma_orthopaedics"]["as_it_is"]) == pytest.approx(part * float(usual["p50"]), abs=0.2)


def asking(command: str, *words: str):
    from sim.app.commands import COMMANDS

    return COMMANDS[command].request(words)


def test_of_those_who_leave_stops_are_told_apart():
    part = divided(fitted(made_up(13, edges=WEEKS)))
    there = dict(zip(part.weeks, part.rates.leaving))
    assert there[22] == pytest.approx(LEAVING[2], rel=0.1) and there[39] == pytest.approx(LEAVING[3], rel=0.1)
    share = dict(zip(part.weeks, part.rates.stopped))
    assert share[22] == pytest.approx(0.8, abs=0.1) and share[39] == pytest.approx(0.6, abs=0.1)
    stops = [month.stops.sum() / month.working.sum() for month in made_up(13, edges=WEEKS)[1:]]
    assert part.rates.stops @ part.chances.people == pytest.approx(np.mean(stops), rel=0.04)


def test_events_do_what_they_say():
    weeks = np.array([0.0, 18, 52])
    found = Effect.of([Event("validation", "2025-01", share=0.2, from_weeks=18)], "2025-01", weeks)
    people = np.ones(len(found.kept))
    assert found.on(people)[:127].tolist() == [1] * 127 and found.on(people)[127] == pytest.approx(0.8)
    closed = Event("closed", "2025-01", to="2025-03", share=0.5)
    assert Effect.of([closed], "2025-02", weeks).rates.tolist() == [0.5] * 3
    assert Effect.of([closed], "2025-04", weeks).rates.tolist() == [1] * 3
    transfer = Effect.of([Event("transfer", "2025-01", people=-30)], "2025-01", weeks)
    assert transfer.on(people).sum() == pytest.approx(people.sum() - 30)
    assert past([closed], ["2024-12", "2025-02"]) == ["2025-02"]


def test_a_closed_theatre_lengthens_a_list():
    fit_ = fitted(made_up(9, edges=WEEKS))
    then = months_after(fit_.months[-1], 3)
    usual = ahead(fit_, then, paths=20)
    less = ahead(fit_, then, paths=20, events=[Event("closed", then[0].name, to=then[2].name, share=0.5)])
    assert (less.likely.sum(axis=1) > 1.03 * usual.likely.sum(axis=1)).all()
    assert np.median(less.paths[:, -1].sum(axis=1)) > np.median(usual.paths[:, -1].sum(axis=1))


def test_bands_that_some_months_have_in_parts_are_one():
    months = published("community", ENGLAND, 4).months
    last = months[-1]
    longer = replace(
        last, edges=np.append(last.edges, 728.0), waiting=np.append(last.waiting, 5), decided=None, stops=None
    )
    found = as_months([*months[:-1], longer])
    assert all(len(one.edges) == len(WEEKS) for one in found)
    assert found[-1].waiting[-1] == last.waiting[-1] + 5 and found[0].stops is None and found[0].starts is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("town", "--months", "0"), "--months: '0' cannot be used; a whole number from 1 to 24"),
        (("town", "--mouths", "3"), "--mouths: forecast has no such word; did you mean '--months'?"),
        ((), "forecast: the folder of one place is needed"),
        (("town", "--events", "none.yaml"), "none.yaml: cannot be read as YAML"),
    ],
)
def test_words_that_cannot_be_used(town, words, said):
    with pytest.raises(ScenarioError) as raised:
        asked("forecast", words)
    assert said in str(raised.value)


def test_the_events_of_the_page_are_understood(tmp_path):
    page = (Path(__file__).parents[1] / "docs/forecast.md").read_text(encoding="utf-8")
    (tmp_path / "events.yaml").write_text(re.search(r"(?s)```yaml\n(.*?)```", page)[1])
    assert [one.kind for one in asked("fit", [str(tmp_path)]).events] == ["validation", "closed", "transfer"]


def test_every_fault_of_events_is_told(town):
    (town / "events.yaml").write_text(
        "events:\n- {kind: closd, month: 2026-13, shar: 2}\n"
        "- {kind: closed, month: 2026-01, to: 2026-02, share: 3}\n- 7\n"
    )
    with pytest.raises(ScenarioError) as raised:
        asked("fit", ["town"])
    told = str(raised.value)
    for part in ("'shar' is no key", "kind is 'closd'", "month is no month", "event 2: share cannot", "event 3: is no"):
        assert part in told


def test_a_place_without_enough_months_is_told_so(town):
    (town / "published.csv").write_text(published_file.text_of([published("rheumatology", "RXX", 2)]))
    with pytest.raises(ScenarioError, match="no list has more than 2 published months in a row"):
        lists_of(asked("fit", ["town"]))
