"""`mskflow story`: a known journey word by word, nobody else changed, the same bytes for any workers,
every shipped person, bad input."""

import csv
import xml.etree.ElementTree as ElementTree
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from commands import mskflow, process
from worlds import clinic, delay, group, lived, made, people, rule, way, world, written

import sim
from sim.analysis.journey.journey import Journey, journey_of
from sim.analysis.journey.journey_picture import Pictured, figure_of, timeline
from sim.analysis.journey.journey_walk import Stay
from sim.analysis.journey.typical import ends, middle, sooner, spread
from sim.analysis.money.visit_costs import held_gbp, visit_gbp
from sim.app.configuration.files.shipped import scenario_files
from sim.app.studies.story import people as shipped_people
from sim.app.studies.story import story_tables
from sim.domain.chance import Chance
from sim.domain.faults import ScenarioError
from sim.domain.people.demand import Demand, FactMix
from sim.domain.people.patients import ELSEWHERE_IDS, STARTING_IDS, Patients
from sim.domain.people.person import PERSON_ID, contradictions, row_of, with_person, words_of
from sim.domain.words import FACTS, SOURCES
from sim.engine.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
QUICK = ["place.scale=0.03", "run.years=0.6", "run.replications=3", "run.workers=1"]
FEW = ["place.scale=0.01", "run.years=0.6", "run.replications=1", "run.workers=1"]
ADA = "name: Ada\nabout: She has a knee.\nfacts: {region: knee, need: surgery, age_band: 65-74}\n"
FILES = {"story.md", "story.html", "timeline.svg", "journeys.csv", "typical.csv"}


def journey(config: dict, patients=None, who: int = 1, replication: int = 0) -> Journey:
    run = lived(config, patients, replication)
    return journey_of(run.record, run.scenario, row_of(run.record.patients, who))


def told(one: Journey) -> list[tuple]:
    return [(step.day, step.words) for step in one.steps]


# --- a journey, word by word ----------------------------------------------------------------------------------


def test_a_known_journey_word_by_word():
    config = world(
        {
            "gp": clinic(
                1,
                setting="primary",
                clinician="gp",
                label="GP",
                routes=way(back=rule("physio", {"region": "low_back"})),
            ),
            "physio": clinic(
                1,
                "course",
                clinician="physiotherapist",
                care="physiotherapy",
                label="Physiotherapy",
                earliest_notice_days=5,
                follow_ups={"mean_visits": 2, "spread": "fixed", "interval_days": 7},
            ),
        },
        days=60,
        outcomes={"off_work_share": {"physiotherapy": 0.5}},
        prices={"per_visit_gbp": {"gp": 40.0, "physio": 30.0}},
    )
    one = journey(config, people(2, 2, 3, need="physiotherapy"), who=2)
    assert told(one) == [
        (0, "asked for an appointment: GP"),
        (1, "seen by GP (waited 1 day)"),
        (1, "sent on by GP: Physiotherapy (rule: back)"),
        (6, "seen by Physiotherapy (waited 5 days)"),
        (6, "further visits planned with Physiotherapy"),
        (13, "seen again by Physiotherapy"),
        (20, "seen again by Physiotherapy"),
        (20, "discharged by Physiotherapy; the episode is over"),
    ]
    assert [step.date for step in one.steps][:2] == ["2025-01-08", "2025-01-09"] and one.presented == "2025-01-08"
    assert (one.first_contact, one.definitive_care, one.ended, one.end, one.end_service) == (
        1,
        6,
        20,
        "resolved",
        "physio",
    )
    assert (one.contacts, one.missed, one.waited_days, one.cost_gbp) == (
        {"physiotherapist": 3, "gp": 1},
        0,
        6,
        40.0 + 3 * 30.0,
    )
    assert one.days_off_work == pytest.approx(6 * 5 / 7 * 0.5)
    assert [(stay.service, stay.first, stay.called, stay.last, stay.visits) for stay in one.stays] == [
        ("gp", 0, 1, 1, (1,)),
        ("physio", 1, 6, 20, (6, 13, 20)),
    ]


def test_a_test_and_its_result_and_time_at_home():
    config = world(
        {
            "gp": clinic(9, "home", setting="primary", label="GP", orders={"scan": {"service": "mri", "share": 1.0}}),
            "mri": clinic(9, "report", setting="diagnostics", label="MRI"),
            "report": delay(3, "return", setting="diagnostics", label="Report"),
            "home": delay(10, setting="home", label="Exercises at home"),
        },
        days=40,
    )
    one = journey(config, people(0))
    assert told(one) == [
        (0, "asked for an appointment: GP"),
        (0, "seen by GP"),
        (0, "sent for a test first: MRI"),
        (1, "had the test: MRI (waited 1 day)"),
        (1, "sent on by MRI: Report"),
        (4, "the result went back to GP"),
        (4, "seen again by GP"),
        (4, "sent on by GP: Exercises at home"),
        (14, "nothing further after Exercises at home; the episode is over"),
    ]
    assert [(stay.label, stay.passing, stay.first, stay.last) for stay in one.stays] == [
        ("GP", False, 0, 0),
        ("MRI", False, 0, 1),
        ("Report", True, 1, 4),
        ("GP", False, 4, 4),
        ("Exercises at home", True, 4, 14),
    ]
    assert one.waited_days == 1


def test_a_programme_is_counted_by_its_sessions():
    one = journey(world({"class": group(label="Knee class", sessions=3)}, days=30), people(0))
    assert [words for _, words in told(one)] == [
        "asked for an appointment: Knee class",
        "got a place in Knee class (waited 1 day)",
        "session 1 of 3: Knee class",
        "session 2 of 3: Knee class",
        "session 3 of 3: Knee class",
        "completed Knee class (3 of 3 sessions); the episode is over",
    ]


def test_whoever_waits_at_the_end_still_waits():
    one = journey(world({"gp": clinic(0, label="GP")}, days=20), people(4))
    assert told(one)[-1] == (16, "still waiting for GP when the run ends (16 days so far)")
    assert (one.first_contact, one.definitive_care, one.ended, one.end, one.ahead_definitive_care) == (
        None,
        None,
        None,
        "waiting",
        None,
    )
    assert one.waited_days == 16


@pytest.mark.parametrize(
    "detail, says",
    [
        ("recovered", "recovered while waiting for GP, and left the list"),
        ("private", "went private while waiting for GP"),
        ("other", "taken off the list of GP for another reason"),
        ("discharged_after_missing", "discharged from GP after missing"),
        ("gave_up", "gave up waiting at GP"),
    ],
)
def test_every_way_off_a_list_has_words(detail, says):
    config = world({"gp": clinic(1, label="GP")})
    rows = [(0, 1, "", "presented", "door"), (0, 1, "gp", "listed", "door"), (9, 1, "gp", "removed", detail, "", 0)]
    one = journey_of(written(config, people(0), rows), sim.from_dict(config), 0)
    assert told(one) == [(0, "asked for an appointment: GP"), (9, says)]
    assert (one.end, one.ended, one.definitive_care) == (detail, 9, 9 if detail == "recovered" else None)


def test_who_asks_the_gp_again_while_waiting_stays_on_the_list():
    config = world({"gp": clinic(1, label="GP"), "physio": clinic(1, label="Physio")}, entry="physio")
    rows = [
        (0, 1, "", "presented", "door"),
        (0, 1, "physio", "listed", "door"),
        (5, 1, "gp", "attended", "side_contact"),
        (9, 1, "gp", "attended", "side_contact"),
        (12, 1, "physio", "moved", "worsened_to_surgery", "physio"),
        (20, 1, "physio", "attended", "new", "", 0),
    ]
    one = journey_of(written(config, people(0), rows), sim.from_dict(config), 0)
    assert [words for _, words in told(one)] == [
        "asked for an appointment: Physio",
        "asked GP again while waiting",
        "asked GP again while waiting",
        "got worse while waiting for Physio; now needs surgery",
        "seen by Physio (waited 20 days)",
        "still with Physio when the run ends",
    ]
    assert [(stay.service, stay.first, stay.called, stay.visits, stay.aside) for stay in one.stays] == [
        ("physio", 0, 20, (20,), False),
        ("gp", 5, 5, (5, 9), True),
    ]
    figure_of(pictured(one))


def test_a_drop_in_is_told_by_the_minute():
    services = {
        "hub": {
            "kind": "drop_in",
            "label": "Hub",
            "capacity": {"clinicians": 1},
            "visit_minutes": 20,
            "routes": way(),
            "clinician": "physiotherapist",
        }
    }
    one = journey(world(services, days=3), people(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), who=7)
    words = [step.words for step in one.steps]
    assert (
        words[0] == "went to Hub" and words[1].startswith("their turn at Hub (") and words[1].endswith("in the queue)")
    )
    assert words[2:] == ["seen by Hub", "discharged by Hub; the episode is over"]
    assert one.steps[1].waited_minutes == next(
        int(word) for word in words[1].replace("(", "").split() if word.isdigit()
    )
    assert one.steps[1].minute >= 9 * 60 and (one.first_contact, one.waited_days) == (0, 0)


def test_a_caseload_is_a_place_that_costs_by_the_day():
    care = {
        "kind": "caseload",
        "label": "Care navigator",
        "capacity": {"staff": {"nav": 1.0}},
        "places_per_wte": 10,
        "stay_days": 30,
        "stay_spread": "fixed",
        "contact_every_days": 10,
        "routes": way(),
    }
    one = journey(world({"care": care}, days=60, workforce={"nav": {"wte": 1.0, "cost_per_hour_gbp": 40.0}}), people(0))
    assert [words for _, words in told(one)] == [
        "asked for an appointment: Care navigator",
        "got a place at once: Care navigator",
        "first contact with Care navigator",
        "contact with Care navigator",
        "contact with Care navigator",
        "discharged by Care navigator; the episode is over",
    ]
    assert one.cost_gbp == pytest.approx(37.5 * 42 * 40 / 365.25 / 10 * 30, abs=0.01)


def test_somebody_who_never_comes_has_a_journey_too():
    config = world({"gp": clinic(1)})
    one = journey_of(written(config, people(0), []), sim.from_dict(config), 0)
    assert told(one) == [(0, "did not come to this pathway")] and one.end == "absent"


# --- money ----------------------------------------------------------------------------------------------------


def test_a_visit_costs_the_minutes_of_those_who_give_it():
    staff = {
        "gp": {"wte": 3.0, "cost_per_hour_gbp": 90.0, "patient_facing_share": 0.75},
        "nurse": {"wte": 1.0, "cost_per_hour_gbp": 30.0, "patient_facing_share": 0.75},
    }
    services = {
        "one": clinic(capacity={"staff": {"gp": 0.5}}, new_minutes=10, follow_up_minutes=5),
        "both": clinic(capacity={"staff": {"gp": 0.25, "nurse": 0.25}}, new_minutes=60),
        "class": group(
            capacity={"staff": {"gp": 0.1, "nurse": 0.1}}, session_minutes=60, max_size=8, supervision={"gp": 0.5}
        ),
        "slots": clinic(5),
    }
    config = world(
        services,
        entry=way({name: 0.25 for name in services}),
        workforce=staff,
        prices={"per_visit_gbp": {"slots": 12.0, "one": 1.0}},
    )
    scenario = sim.from_dict(config)
    assert visit_gbp(scenario, "one", True) == pytest.approx(10 / 60 * 120 + 1) and visit_gbp(
        scenario, "one", False
    ) == pytest.approx(5 / 60 * 120 + 1)
    assert visit_gbp(scenario, "both", True) == pytest.approx((3 * 120 + 1 * 40) / 4), (
        "weighted by the time that each group gives"
    )
    assert visit_gbp(scenario, "class", True) == pytest.approx((60 + 40) / 8), (
        "one of each in the room, the supervisor for half of it"
    )
    assert visit_gbp(scenario, "slots", True) == 12 and held_gbp(scenario, "slots", 9) == 0


# --- one person more ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def coventry():
    return sim.load("integrated", "place.scale=0.02", "run.years=0.3")


def everybody(scenario, replication=0) -> Patients:
    from sim.engine.simulate import patients_of

    return patients_of(scenario, replication)


@pytest.mark.parametrize("day", [0, 60, 109])
def test_nobody_else_is_changed_by_one_person_more(coventry, day):
    before = everybody(coventry)
    after = with_person(before, day, {"need": "surgery"}, coventry.demand, Chance(coventry.run.seed, 0))
    row = row_of(after, PERSON_ID)
    keep = np.arange(len(after)) != row
    for name in ("patient_id", "presented_day", "source"):
        assert getattr(after, name)[keep].tobytes() == getattr(before, name).tobytes()
        assert getattr(after, name).dtype == getattr(before, name).dtype
    for name, codes in before.facts.items():
        assert after.facts[name][keep].tobytes() == codes.tobytes() and after.facts[name].dtype == codes.dtype
    for streams in ("elsewhere", "placed"):
        for name, rows in getattr(before, streams).items():
            assert (after.patient_id[getattr(after, streams)[name]] == before.patient_id[rows]).all()
    door = after.source == SOURCES.index("presented")
    assert (np.diff(after.presented_day[door]) >= 0).all() and after.presented_day[row] == day
    assert {field.name for field in fields(Patients)} == {
        "patient_id",
        "presented_day",
        "source",
        "facts",
        "elsewhere",
        "placed",
    }, "with_person must carry it too"


def test_what_is_not_given_is_drawn_by_the_person_s_own_id(coventry):
    chance = Chance(coventry.run.seed, 0)
    given = {"region": "knee", "need": "surgery", "sex": "male"}
    facts = [
        words_of(after, row_of(after, PERSON_ID))
        for day in (3, 80)
        for after in [with_person(everybody(coventry), day, given, coventry.demand, chance)]
    ]
    assert facts[0] == facts[1] and given.items() <= facts[0].items()
    only_need = with_person(everybody(coventry), 3, {"need": "rheumatology"}, coventry.demand, chance)
    assert words_of(only_need, row_of(only_need, PERSON_ID))["need"] == "rheumatology"


def test_before_they_meet_everybody_lives_as_they_would_have(coventry):
    before = everybody(coventry)
    after = with_person(before, 60, {}, coventry.demand, Chance(coventry.run.seed, 0))
    a, b = (simulate(coventry, 0, people).events for people in (before, after))
    early = [(one["day"] < 60) for one in (a, b)]
    for name in ("day", "service", "event", "detail", "to", "since"):
        assert (a[name][early[0]] == b[name][early[1]]).all()
    assert (before.patient_id[a["row"][early[0]]] == after.patient_id[b["row"][early[1]]]).all()


def test_a_person_may_come_where_nobody_else_does():
    config = world({"gp": clinic(1)}, demand={"population": 0})
    scenario = sim.from_dict(config)
    patients = with_person(made(config), 3, {}, scenario.demand, Chance(7, 0))
    assert journey(config, patients, PERSON_ID).first_contact == 0


def test_facts_that_nobody_has_together_are_a_fault():
    mix = FactMix(
        given="region",
        shares_given={region: {"physiotherapy": 1.0, "surgery": float(region == "hip")} for region in FACTS["region"]},
    )
    demand = Demand(population=1, presenting_per_1000_a_year=1.0, facts={"need": mix})
    (fault,) = contradictions({"region": "neck", "need": "surgery"}, demand)
    assert "nobody with region neck has need surgery" in fault.what and "physiotherapy" in fault.right
    assert not contradictions({"region": "hip", "need": "surgery"}, demand) and not contradictions(
        {"need": "surgery"}, demand
    )


# --- how typical ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some():
    one = journey(world({"gp": clinic(1, label="GP")}), people(0))
    return lambda *days: [
        replace(one, replication=r, definitive_care=day, end="resolved" if day is not None else "private")
        for r, day in enumerate(days)
    ]


def test_never_arriving_is_later_than_any_day(some):
    found = spread([5, None, 1, 9, None])
    assert (found.low, found.median, found.high, found.reached, found.of) == (1, 9, float("inf"), 3, 5)
    assert sooner(some(4, None, 3, 2, None), some(3, 8, 3, None, None), "definitive_care") == (2, 1, 2)


def test_the_middle_replication_is_one_that_was_lived_through(some):
    assert middle(some(9, 2, 5, 5, 1)) == 2
    assert middle(some(4, 3)) == 1 and middle(some(None, 3)) == 1 and middle(some(None, None, 3)) == 0
    assert ends(some(1, None, 2), {"gp": "GP"}) == [("episode over: GP", 2), ("went private: GP", 1)]


def test_where_a_person_stands_among_others():
    config = world({"gp": clinic(1)}, days=40)
    one = journey(config, people(0, 0, 0, 0, region=["neck", "neck", "neck", "hip"]), who=3)
    assert (one.first_contact, one.peers, one.ahead_first_contact) == (2, 2, 1.0)
    first = journey(config, people(0, 0, 0, 0), who=1)
    assert (first.peers, first.ahead_first_contact) == (3, 0.0)


# --- the picture ----------------------------------------------------------------------------------------------


def pictured(one: Journey, other: Journey | None = None) -> Pictured:
    lanes = (("As it is: Old model", one), ("As it could be: New model", other)) if other else (("One pathway", one),)
    return Pictured("Ada", lanes)


def journeys_to_draw():
    scenario = sim.load("integrated", "place.scale=0.03", "run.years=0.8")
    record = simulate(scenario, 0)
    counts = np.bincount(record.events["row"], minlength=len(record.patients))
    counts[record.patients.source != 0] = 0
    busy = np.argsort(-counts, kind="stable")
    return [journey_of(record, scenario, int(row)) for row in (*busy[:6], *busy[200:206])]


def ticks(ax):
    low, high = ax.get_xlim()
    return [
        text
        for text in ax.get_xticklabels()
        if text.get_visible() and low <= text.get_position()[0] <= high and ax.xaxis.get_tick_params()["labelbottom"]
    ]


def test_words_of_the_picture_lie_apart_and_on_the_page():
    drawn = journeys_to_draw()
    for one, other in zip(drawn[::2], drawn[1::2], strict=True):
        fig = figure_of(pictured(one, other))
        fig.canvas.draw()
        words = [(text.get_text(), text.get_window_extent()) for ax in fig.axes for text in [*ax.texts, *ticks(ax)]]
        words += [(text.get_text(), text.get_window_extent()) for text in fig.texts]
        words = [(said, box) for said, box in words if said and box.width > 0]
        for i, (said, box) in enumerate(words):
            assert (
                box.x0 >= fig.bbox.x0 - 1 and box.x1 <= fig.bbox.x1 + 1 and box.y0 >= -1 and box.y1 <= fig.bbox.y1 + 1
            ), said
            for another, there in words[i + 1 :]:
                across, down = (
                    min(box.x1, there.x1) - max(box.x0, there.x0),
                    min(box.y1, there.y1) - max(box.y0, there.y0),
                )
                assert across < 2 or down < 3, (said, another)


def test_the_picture_parses_says_what_it_shows_and_is_the_same_again():
    config = world({"gp": clinic(1, label="<GP> & $x_1$")}, days=30)
    one, other = journey(config, people(0, 0), who=2), journey(world({"gp": clinic(0, label="GP")}, days=30), people(0))
    svg = timeline(pictured(one, other)).svg
    root = ElementTree.fromstring(svg)
    assert (
        root.attrib["aria-label"] == "Ada: as it is, over after 1 day; as it could be, still waiting when the run ends"
    )
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert "<GP> & $x_1$" in texts and "weeks since asking for help" in texts and "still waiting" in texts
    assert svg == timeline(pictured(one, other)).svg
    ElementTree.fromstring(timeline(pictured(one)).svg)


def test_care_that_leaves_somebody_waiting_and_an_end_without_care_are_told_apart():
    """A first contact at the level of the need sends on to a list; who recovers on a list was not seen."""
    one = journey(world({"gp": clinic(1, label="GP")}, days=30), people(0, 0), who=2)
    wait = Stay("physio", "Physio", "community", False, 1, None, 65, (), True)
    met = replace(one, definitive_care=1, had_care=True, stays=(*one.stays, wait), ended=65, end="private")
    assert met.waited_after == 64
    told = timeline(pictured(met)).sentence
    assert "after 1 day" in told and "64 days more" in told
    recovered = replace(met, definitive_care=65, had_care=False, end="recovered")
    assert timeline(pictured(recovered)).sentence == "Ada: recovered after 65 days"
    assert story_tables._measured(recovered, "definitive_care", unit=True).startswith("not seen; recovered")


# --- people ---------------------------------------------------------------------------------------------------

SHIPPED = sorted(shipped_people.files())


def test_four_people_are_shipped():
    assert SHIPPED == ["grace", "meg", "mo", "shane"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_person_is_whole_and_says_what_is_our_reading(name):
    file = shipped_people.files()[name]
    if (scenario := shipped_people_scenario(file)) not in scenario_files():
        pytest.skip(f"{scenario} is not there yet")
    person = shipped_people.person_of(name)
    assert (
        person.name
        and person.about
        and person.document
        and person.quoted
        and {"region", "need", "sex"} <= set(person.facts)
    )
    in_facts = file.read_text().partition("facts:\n")[2].partition("quoted:")[0].splitlines()
    assert all("# document" in line or "# assumption: " in line for line in in_facts if line.strip())
    loaded = sim.load(person.scenario)
    assert loaded.compare_with and not contradictions(person.facts, loaded.demand)


def shipped_people_scenario(file: Path) -> str:
    return next(line.partition(": ")[2] for line in file.read_text().splitlines() if line.startswith("scenario:"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_person_s_story_is_told(name, tmp_path):
    text = shipped_people.files()[name].read_text()
    scenario = shipped_people_scenario(shipped_people.files()[name])
    if scenario in scenario_files():
        done = mskflow("story", name, *FEW, "out=r", cwd=tmp_path)
    else:
        (tmp_path / f"{name}.yaml").write_text(text.replace(f"scenario: {scenario}", "scenario: integrated"))
        done = mskflow("story", f"{name}.yaml", *FEW, "out=r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "r/stories" / name).iterdir()} == FILES
    assert "As it is:" in done.stdout and "As it could be:" in done.stdout and "What the document tells" in done.stdout
    ElementTree.parse(tmp_path / "r/stories" / name / "timeline.svg")


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ada(tmp_path_factory):
    where = tmp_path_factory.mktemp("ada")
    (where / "ada.yaml").write_text(ADA)
    done = mskflow("story", "ada.yaml", *QUICK, "out=r", cwd=where)
    assert done.returncode == 0, done.stderr
    return done, where / "r/stories/ada"


def test_a_file_of_facts_is_a_person(ada):
    done, folder = ada
    assert {file.name for file in folder.iterdir()} == FILES
    for words in (
        "Ada",
        "She has a knee.",
        "age band: 65-74",
        "of 3",
        "How typical",
        "Among",
        "Days off work",
        "Money",
        str(folder.relative_to(folder.parents[2])),
    ):
        assert words in done.stdout, words
    assert [p.name for p in folder.parent.parent.iterdir()] == ["stories"] and not list(folder.parent.glob(".*"))


def test_the_page_and_the_terminal_say_the_same(ada):
    done, folder = ada
    page = (folder / "story.md").read_text()
    assert page.startswith("# Ada\n") and "![Both journeys as a timeline](timeline.svg)" in page
    with (folder / "journeys.csv").open() as file:
        steps = list(csv.DictReader(file))
    assert {step["pathway"] for step in steps} == {"as_is", "could_be"} and {step["scenario"] for step in steps} == {
        "integrated",
        "gp_referral",
    }
    assert all(step["words"].split(" (")[0][:40] in done.stdout for step in steps)
    with (folder / "typical.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["pathway"], row["replication"]) for row in rows] == [
        (way, str(r)) for way in ("as_is", "could_be") for r in range(3)
    ]
    shown = next(row for row in rows if row["pathway"] == "as_is" and row["replication"] == steps[0]["replication"])
    assert sum(float(step["cost_gbp"]) for step in steps if step["pathway"] == "as_is") == pytest.approx(
        float(shown["cost_gbp"]), abs=0.01
    )


def test_two_workers_write_the_same_bytes_and_a_second_story_replaces_none(ada, tmp_path):
    _, folder = ada
    (tmp_path / "ada.yaml").write_text(ADA)
    words = ("story", "ada.yaml", *QUICK, "out=r")
    done = process(*words, "run.workers=2", cwd=tmp_path, PYTHONHASHSEED="3")
    assert done.returncode == 0, done.stderr
    assert mskflow(*words, cwd=tmp_path).returncode == 0
    for place in ("ada", "ada-2"):
        for name in FILES:
            assert (tmp_path / "r/stories" / place / name).read_bytes() == (folder / name).read_bytes(), name


def test_no_cell_begins_a_formula_and_no_word_is_markup(tmp_path):
    (tmp_path / "eve.yaml").write_text('name: "=1+1 [bold]<b>|x|"\nabout: "[red]@SUM(A1)"\nscenario: one.yaml\n')
    (tmp_path / "one.yaml").write_text(
        "defaults: [integrated]\ncompare_with: null\npathway: {services: {gp: {label: '=HYPERLINK(1) [red] |a|'}}}\n"
    )
    done = mskflow("story", "eve.yaml", *QUICK, "run.replications=1", "out=r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "=1+1 [bold]<b>|x|" in done.stdout and "[red]@SUM(A1)" in done.stdout and "compared with nothing" in done.stdout
    )
    for name in ("journeys.csv", "typical.csv"):
        with (tmp_path / "r/stories/eve" / name).open() as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "@"))]
    assert "\\[bold\\]\\<b\\>\\|x\\|" in (tmp_path / "r/stories/eve/story.md").read_text()
    ElementTree.parse(tmp_path / "r/stories/eve/timeline.svg")


def test_anybody_of_a_run(tmp_path):
    done = mskflow("story", "--patient", "7", "integrated", *QUICK, "out=r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "Patient 7" in done.stdout
        and "replication 0" in done.stdout
        and "How typical" not in done.stdout
        and "Among" in done.stdout
    )
    assert {file.name for file in (tmp_path / "r/stories/patient_7").iterdir()} == FILES
    listed = mskflow("story", f"--patient={STARTING_IDS}", *QUICK, "out=r", cwd=tmp_path)
    assert listed.returncode == 0 and "On a list since" in listed.stdout
    elsewhere = mskflow("story", f"--patient={ELSEWHERE_IDS}", "gp_referral", *QUICK, "out=r", cwd=tmp_path)
    assert (
        elsewhere.returncode == 0
        and "by another door" in elsewhere.stdout
        and "so there is one journey" in elsewhere.stdout
    )


def test_the_patient_is_the_one_of_the_run():
    scenario = sim.load("integrated", *QUICK)
    events = sim.simulate(scenario).events
    record = simulate(scenario, 0)
    one = journey_of(record, scenario, row_of(record.patients, 7))
    mine = events[(events.patient_id == 7) & (events.event == "attended")]
    assert [step.service for step in one.steps if step.event == "attended"] == list(mine.service)


def test_alone_it_says_who_there_is(tmp_path):
    done = mskflow("story", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(f"{name}: " in done.stdout for name in SHIPPED) and "--patient" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words, yaml, says",
    [
        (["grcae"], None, ["there is nobody called 'grcae'", "did you mean 'grace'?"]),
        (["nobody.yaml"], None, ["there is no such file"]),
        (
            ["x.yaml"],
            "facts: {region: nek, needs: surgery, sex: female}\nnmae: X\nscenario: integratd\nquoted: [{about: a}]\n",
            [
                "'nek'",
                "'neck'",
                "facts.needs",
                "did you mean 'need'?",
                "did you mean 'name'?",
                "did you mean 'integrated'?",
                "quoted.0",
            ],
        ),
        (["x.yaml"], "facts: [a, b]\npresents: {a: b}\n", ["facts: is not a mapping", "presents: is not one word"]),
        (["x.yaml"], "presents: 2031-01-01\n", ["the run has the days 0 to 218"]),
        (["x.yaml"], "presents: -5\n", ["the run has the days 0 to 218"]),
        (["x.yaml"], "presents: soon\n", ["neither a day of the run nor a date"]),
        (["x.yaml"], "facts: {region: '${oc.env:HOME}'}\n", ["refers to something else"]),
        (["x.yaml"], "facts: !!python/object/apply:os.system [ls]\n", ["not a plain value"]),
        (["x.yaml"], "facts: {fcp_practice: yes}\n", ["'yes' in quotes"]),
        (["x.yaml"], "- a\n", ["not a mapping"]),
        (["x.yaml"], "a: [\n", ["not YAML"]),
        (["x.yaml", "workforce.gp.wte=-1"], "about: X\n", ["workforce.gp.wte"]),
        (
            ["--patient", "999999999"],
            None,
            ["has no patient '999999999'", "presented 1 to", "starting list 700000000 to"],
        ),
        (["--patient", "x"], None, ["has no patient 'x'"]),
        (["--patient"], None, ["--patient"]),
        (["grace", "--cfg", "job"], None, ["story does not use it"]),
        (["grace", "meg"], None, ["2 scenarios"]),
        (["-m", "grace"], None, ["does not sweep"]),
        (["run.years=2"], None, ["nobody is named"]),
    ],
)
def test_bad_input_is_a_line_a_fault_and_leaves_nothing(tmp_path, words, yaml, says):
    if yaml is not None:
        (tmp_path / "x.yaml").write_text(yaml)
    quick = [] if words == ["run.years=2"] else [*QUICK, "out=r"]
    done = mskflow("story", *words, *quick, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert all(word in done.stderr for word in says), done.stderr
    assert "Traceback" not in done.stderr and done.stdout == "" and not (tmp_path / "r").exists()


def test_a_run_that_is_over_before_the_usual_day_says_so(tmp_path):
    (tmp_path / "x.yaml").write_text("about: X\n")
    done = mskflow("story", "x.yaml", *QUICK, "run.years=0.1", cwd=tmp_path)
    assert (
        done.returncode == 2
        and "the run is over before the usual day, 60" in done.stderr
        and "run.years" in done.stderr
    )


def test_patient_is_a_flag_of_stories_only(tmp_path):
    done = mskflow("check", "--patient", "3", cwd=tmp_path)
    assert done.returncode == 2 and "check does not use it" in done.stderr


def test_people_are_no_group_of_a_configuration():
    from sim.app.configuration.compose import compose
    from sim.app.configuration.files.shipped import groups

    assert "people" not in groups(ROOT)
    for word in ("people=grace", "+people=grace"):
        with pytest.raises(ScenarioError):
            compose("integrated", [word])


# --- the way that the story tells -------------------------------------------------------------------------


def test_a_person_comes_in_where_the_story_says_and_nobody_else_is_moved(tmp_path):
    own = tmp_path / "ada.yaml"
    own.write_text(
        "name: Ada\nscenario: integrated\npresents: '70'\nenters: {as_is: physiotherapy, could_be: group_programme}\n"
        "facts: {region: knee, need: physiotherapy}\n"
    )
    done = mskflow(
        "story", str(own), "place.scale=0.02", "run.years=0.5", "run.replications=1", f"out={tmp_path}", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with next(tmp_path.glob("stories/*/journeys.csv")).open(encoding="utf-8") as file:
        steps = [step for step in csv.DictReader(file) if step["service"]]
    first = {
        pathway: next(step["service"] for step in steps if step["pathway"] == pathway)
        for pathway in ("as_is", "could_be")
    }
    assert first == {"as_is": "physiotherapy", "could_be": "group_programme"}
    assert "as the story tells it" in done.stdout


@pytest.mark.parametrize(
    ("enters", "said"),
    [
        ("{as_is: fcp}", "gp_referral has no service 'fcp'"),
        ("{tomorrow: gp}", "is not a pathway"),
        ("gp", "is not a mapping"),
    ],
)
def test_a_way_in_that_is_not_there_is_one_message(tmp_path, enters, said):
    own = tmp_path / "ada.yaml"
    own.write_text(f"name: Ada\nenters: {enters}\n")
    done = mskflow("story", str(own), "place.scale=0.02", "run.years=0.5", f"out={tmp_path}", cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
