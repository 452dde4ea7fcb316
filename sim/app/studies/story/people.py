"""A person of a story, from a YAML file of facts: the shipped ones in conf/people/, and anybody's own."""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sim.analysis.words.plain import tidy
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.domain.calendar import Calendar
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.words import FACTS, NO_YES

DEFAULT_SCENARIO = "integrated"
WEEKS_IN = 60
"""Days after the warm-up before a person presents who has no day of their own: the run is under way by then."""
KEYS = ("name", "about", "document", "scenario", "presents", "enters", "facts", "quoted")
QUOTED = ("about", "said", "pathway", "measure")
PATHWAYS = ("as_is", "could_be")
MEASURES = ("first_contact", "definitive_care", "ended", "days_off_work", "contacts", "cost")


@dataclass(frozen=True)
class Quoted:
    """What a document says of the person: `said`, about what;
    `measure` in `pathway` stands beside it, if there is one."""

    about: str
    said: str
    pathway: str
    measure: str = ""


@dataclass(frozen=True)
class Person:
    """`key`: the file's stem; `presents`: a day, an ISO date, or "" for the usual day; `facts`: fact -> word.

    `enters`: pathway (as_is, could_be) -> the service to which they come, where the story tells it.
    """

    key: str
    name: str
    about: str
    document: str
    scenario: str
    presents: str
    facts: dict[str, str]
    quoted: tuple[Quoted, ...] = ()
    enters: dict[str, str] = field(default_factory=dict)


def files(config_dirs=()) -> dict[str, Path]:
    """name -> file of every person; one's own (DIR/people/) stand before shipped ones of the same name."""
    folders = [
        shipped.root() / "conf" / shipped.PEOPLE,
        *(Path(os.path.expanduser(folder)) / shipped.PEOPLE for folder in reversed(config_dirs)),
    ]
    return dict(sorted({file.stem: file for folder in folders for file in folder.glob("*.yaml")}.items()))


def about(file: Path) -> tuple[str, str]:
    """One line on who it is and the document it is from, from the file alone."""
    values = shipped.top_level(shipped.read(file, is_scenario=False))
    return tidy(str(values.get("about") or ""), 200), tidy(str(values.get("document") or ""), 60)


def person_of(name: str, config_dirs=()) -> Person:
    """A person by name or by the path of a file; `ScenarioError` lists every fault of the file."""
    by_path = name.endswith((".yaml", ".yml")) or "/" in name
    known = files(config_dirs)
    if not by_path and name not in known:
        own = "; a person of your own: mskflow story FILE.yaml"
        raise ScenarioError([Fault("story", f"there is nobody called '{cut(name)}'", nearest(cut(name), known) + own)])
    file = Path(os.path.expanduser(name)) if by_path else known[name]
    return _read(file, config_dirs)


def _read(file: Path, config_dirs) -> Person:
    values, where = shipped.top_level(shipped.read(file, is_scenario=False)), cut(file, 200)
    faults = shipped.name_faults(file.stem, where)
    faults += [
        Fault(f"{where}: {cut(key)}", "is not known of a person", nearest(cut(key), KEYS))
        for key in values
        if key not in KEYS
    ]

    def text(key: str, usual: str = "") -> str:
        value = values.get(key, usual)
        if not isinstance(value, str):
            faults.append(Fault(f"{where}: {key}", "is not one word or line", f"{key}: text"))
            return usual
        return usual if value in ("", "null", "~") else tidy(value, 200)

    person = Person(
        file.stem,
        text("name", file.stem.replace("_", " ")),
        text("about"),
        text("document"),
        text("scenario", DEFAULT_SCENARIO),
        text("presents"),
        _facts(values.get("facts", {}), where, faults),
        _quoted(values.get("quoted", []), where, faults),
        _enters(values.get("enters", {}), where, faults),
    )
    if not person.scenario.endswith((".yaml", ".yml")) and person.scenario not in (
        known := shipped.scenario_files(config_dirs)
    ):
        faults.append(
            Fault(
                f"{where}: scenario",
                f"there is no scenario '{cut(person.scenario)}'",
                nearest(cut(person.scenario), known),
            )
        )
    if faults:
        raise ScenarioError(faults)
    return person


def _facts(given, where: str, faults: list[Fault]) -> dict[str, str]:
    if not isinstance(given, dict):
        if given not in ("", "null", "~"):
            faults.append(
                Fault(f"{where}: facts", "is not a mapping", "facts: {region: low_back, need: physiotherapy}")
            )
        return {}
    facts = {}
    for fact, word in given.items():
        if fact not in FACTS:
            faults.append(Fault(f"{where}: facts.{cut(fact)}", "there is no such fact", nearest(cut(fact), FACTS)))
            continue
        if FACTS[fact] == NO_YES and word in ("true", "false"):  # what YAML makes of yes and no
            word = NO_YES[word == "true"]
        if word in FACTS[fact]:
            facts[fact] = word
        else:
            faults.append(
                Fault(
                    f"{where}: facts.{fact}", f"there is no word '{cut(word)}' for it", nearest(cut(word), FACTS[fact])
                )
            )
    return facts


def _enters(given, where: str, faults: list[Fault]) -> dict[str, str]:
    """Which services there are is known once the scenarios are."""
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        faults.append(
            Fault(f"{where}: enters", "is not a mapping of pathways to services", "enters: {as_is: gp, could_be: fcp}")
        )
        return {}
    faults += [
        Fault(f"{where}: enters.{cut(key)}", "is not a pathway", nearest(cut(key), PATHWAYS))
        for key in given
        if key not in PATHWAYS
    ]
    return dict(given)


def _quoted(given, where: str, faults: list[Fault]) -> tuple[Quoted, ...]:
    example = "- {about: First seen, said: 14 weeks, pathway: as_is}"
    if not isinstance(given, list):
        if given not in ("", "null", "~"):
            faults.append(Fault(f"{where}: quoted", "is not a list", example))
        return ()
    quoted = []
    for place, one in enumerate(given):
        at = f"{where}: quoted.{place}"
        if not _says_enough(one):
            faults.append(Fault(at, "does not say what about, what was said, and of which pathway", example))
            continue
        faults += _faults_of_quoted(one, at)
        quoted.append(Quoted(tidy(one["about"], 60), tidy(one["said"], 120), one["pathway"], one.get("measure", "")))
    return tuple(quoted)


def _says_enough(one) -> bool:
    texts = isinstance(one, dict) and all(isinstance(value, str) for value in one.values())
    return texts and {"about", "said", "pathway"} <= set(one)


def _faults_of_quoted(one: dict[str, str], at: str) -> list[Fault]:
    """Keys that are not known, and words that a pathway or a measure does not have."""
    faults = [
        Fault(f"{at}.{cut(key)}", "is not known here", nearest(cut(key), QUOTED)) for key in one if key not in QUOTED
    ]
    for key, known in (("pathway", PATHWAYS), ("measure", MEASURES)):
        word = one.get(key, "")
        if word not in known and not (key == "measure" and word == ""):
            faults.append(Fault(f"{at}.{key}", f"there is no {key} '{cut(word)}'", nearest(cut(word), list(known))))
    return faults


def day_of(person: Person, calendar: Calendar, warm_up_days: int) -> tuple[int, list[Fault]]:
    """The day on which the person presents, and what is wrong with it."""
    last = calendar.horizon - 1
    if not person.presents:
        usual = [
            day for day in calendar.open_days("working_days").nonzero()[0].tolist() if day >= warm_up_days + WEEKS_IN
        ]
        if usual:
            return usual[0], []
        return 0, [
            Fault(
                f"{person.key}: presents",
                f"the run is over before the usual day, {warm_up_days + WEEKS_IN}",
                f"a longer run (run.years), or presents: a day from 0 to {last}",
            )
        ]
    try:
        day = (
            int(person.presents)
            if person.presents.lstrip("-").isdigit()
            else (date.fromisoformat(person.presents) - calendar.start).days
        )
    except ValueError:
        return 0, [
            Fault(
                f"{person.key}: presents",
                f"'{cut(person.presents)}' is neither a day of the run nor a date",
                f"presents: 60, or presents: {calendar.date_of(min(60, last))}",
            )
        ]
    if 0 <= day <= last:
        return day, []
    return 0, [
        Fault(
            f"{person.key}: presents",
            f"that is day {day:,}, and the run has the days 0 to {last:,}",
            f"a day from {calendar.date_of(0)} to {calendar.date_of(last)}, or a longer run (run.years)",
        )
    ]
