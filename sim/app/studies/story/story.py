"""`mskflow story`: one person through the pathway as it is and as it could be, among everyone else."""

from contextlib import closing

import numpy as np

from sim.app.configuration.beside.comparator import comparator
from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.app.running.progress import Progress
from sim.app.running.supervisor import cores, supervise
from sim.app.studies.story import people
from sim.app.studies.story.lived_story import Story
from sim.app.studies.story.story_files import write_story
from sim.app.studies.story.story_work import StoryTask
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.people.person import contradictions, row_of
from sim.domain.scenario import Scenario, calendar_of, people_of
from sim.domain.words import SOURCES
from sim.engine.simulate import patients_of

MOST_REPLICATIONS = 20
"""Unless `run.replications` is given: enough to say what is typical."""


class Untold(RuntimeError):
    """Some replications failed."""

    exit_code = 4


def run(request: Request) -> int:
    """Tell a story and write it to out/stories/NAME; without a name say who there is. Returns the exit code."""
    if request.patient is not None:
        _tell_patient(request)
    elif request.scenario is not None:
        _tell_person(request)
    else:
        _say_who(request)
    return 0


def _say_who(request: Request) -> None:
    if request.overrides:
        right = "write: mskflow story NAME key=value ..."
        raise ScenarioError([Fault(request.overrides[0][:60], "nobody is named", right)])
    for name, file in people.files(request.config_dirs).items():
        about, document = people.about(file)
        print(f"{name}: {about}" + (f" ({document})" if document else ""))
    print(
        "\nmskflow story NAME tells one; mskflow story FILE.yaml somebody of your own; mskflow story --patient ID "
        "anybody of a run."
    )


def _tell_person(request: Request) -> None:
    person = people.person_of(request.scenario, request.config_dirs)
    scenario = compose(person.scenario, request.overrides, request.config_dirs)
    baseline = comparator(scenario, request)
    lanes = [one for one in (baseline, scenario) if one is not None]
    day, enters = _arrival(person, lanes)
    own = request.sets("run.replications")
    count = scenario.run.replications if own else min(scenario.run.replications, MOST_REPLICATIONS)
    tasks = [(r, StoryTask((scenario, *lanes[:-1]), r, day, person.facts, enters=enters)) for r in range(count)]
    lived = _live(tasks, scenario, person.name)
    notes = [_alone(scenario)] if baseline is None else []
    if enters:
        notes.append(_as_told(person, lanes, enters))
    if baseline is not None and people_of(baseline) != people_of(scenario):
        notes.append(
            "The two pathways do not meet the same people: demand, lists or calendar differ between the scenarios."
        )
    story = Story(
        person.name,
        person,
        tuple((one, tuple(lived[r][one.name] for r in range(count))) for one in lanes),
        tuple(notes),
    )
    write_story(story, scenario, person.key)


def _arrival(person: people.Person, lanes: list[Scenario]) -> tuple[int, dict[str, str]]:
    """The day on which the person presents, and scenario -> the service to which they come, where the story tells it.

    `lanes`: the scenarios, the comparator first. `ScenarioError` with all that does not fit them.
    """
    faults, day, enters = [], 0, {}
    for one in lanes:
        day, wrong = people.day_of(person, calendar_of(one), one.run.warm_up_days)
        faults += wrong
        service = person.enters.get("could_be" if one is lanes[-1] else "as_is")
        if service is not None and service not in one.pathway.services:
            what = f"{one.name} has no service '{service[:60]}'"
            faults.append(Fault(f"{person.key}: enters", what, nearest(service, one.pathway.services)))
        elif service is not None:
            enters[one.name] = service
        faults += [
            Fault(f"{person.key}: {fault.where}", fault.what, fault.right)
            for fault in contradictions(person.facts, one.demand)
        ]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return day, enters


def _as_told(person: people.Person, lanes: list[Scenario], enters: dict[str, str]) -> str:
    """How the person comes in, where that is the story's and not the model's."""
    ways = [
        f"{one.pathway.services[enters[one.name]].label or enters[one.name]} ({one.title or one.name})"
        for one in lanes
        if one.name in enters
    ]
    return f"How {person.name} comes in is as the story tells it: {', '.join(ways)}. What follows is left to the model."


def _tell_patient(request: Request) -> None:
    scenario = compose(request.scenario, request.overrides, request.config_dirs)
    baseline = comparator(scenario, request)
    who = _known(request.patient, scenario)
    lanes = [one for one in (baseline, scenario) if one is not None]
    lived = _live([(0, StoryTask((scenario, *lanes[:-1]), 0, patient_id=who))], scenario, f"patient {who}")[0]
    notes = [_alone(scenario)] if baseline is None else []
    if baseline is not None and lived[baseline.name] is None:
        notes.append(
            "The other pathway does not meet the same people (demand, lists or calendar differ), "
            "so there is one journey."
        )
        lanes = [scenario]
    story = Story(f"Patient {who}", None, tuple((one, (lived[one.name],)) for one in lanes), tuple(notes))
    write_story(story, scenario, f"patient_{who}")


def _alone(scenario: Scenario) -> str:
    return f"{scenario.title or scenario.name} is compared with nothing (compare_with), so there is one journey."


def _known(text: str, scenario: Scenario) -> int:
    """The id of a patient of replication 0, or the ranges of ids that there are."""
    patients = patients_of(scenario, 0)
    if text.isascii() and text.isdigit() and len(text) < 18 and row_of(patients, int(text)) is not None:
        return int(text)
    ranges = []
    for code, source in enumerate(SOURCES):
        ids = np.sort(patients.patient_id[patients.source == code])
        for block in np.split(ids, np.flatnonzero(np.diff(ids) > 1) + 1) if len(ids) else ():
            ranges.append(f"{source.replace('_', ' ')} {block[0]} to {block[-1]}")
    raise ScenarioError(
        [Fault("--patient", f"replication 0 has no patient '{text[:30]}'", f"there is: {', '.join(ranges)}")]
    )


def _live(tasks, scenario: Scenario, name: str) -> dict[int, dict]:
    """replication -> scenario name -> journey."""
    lived, failed = {}, []
    workers = min(scenario.run.workers or cores(), len(tasks))
    with (
        Progress(scenario.run.progress, len(tasks), name) as bar,
        closing(supervise("sim.app.studies.story.story_work:replicate", tasks, workers)) as finished,
    ):
        for one in finished:
            if one.error is None:
                lived[one.key] = one.result
                bar.done(scenario.name, one.key)
            else:
                failed.append(f"replication {one.key}: {one.error}")
                bar.failed(scenario.name, one.key, str(one.error))
    if failed:
        raise Untold(
            "\n".join([f"{len(failed)} of {len(tasks)} replications failed; no story is written", *sorted(failed)[:20]])
        )
    return lived
