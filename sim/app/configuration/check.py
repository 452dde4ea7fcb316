"""From a composed plain dict to a `Scenario`, or every fault of it at once."""

from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Any

from sim.app.configuration.one_mistake import incoherent_beside
from sim.app.configuration.plain_values import unfit
from sim.app.configuration.strict import MISSING, is_misspelt, settings_of
from sim.domain.calendar import CalendarSettings, RunSettings
from sim.domain.coherence import unused
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.money.pay import priced, unpriceable
from sim.domain.money.paying import settled, unpayable
from sim.domain.money.prices import Prices
from sim.domain.outcomes import Outcomes
from sim.domain.pathway.clocks import ClockSettings
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.rooms import Rooms
from sim.domain.pathway.rules import Rule, Rules
from sim.domain.pathway.while_waiting import Prevention, Recurrence, WhileWaiting
from sim.domain.people.demand import Demand, Place, Start
from sim.domain.scenario import Analysis, Scenario
from sim.domain.staff.workforce import StaffGroup, Workforce

SECTIONS = {
    "place": Place,
    "demand": Demand,
    "workforce": Workforce,
    "calendar": CalendarSettings,
    "start": Start,
    "run": RunSettings,
    "analysis": Analysis,
    "prices": Prices,
    "outcomes": Outcomes,
    "rooms": dict[str, Rooms],
}
PATHWAY_PARTS = {
    "entry": Rules,
    "while_waiting": WhileWaiting,
    "recurrence": Recurrence,
    "prevention": Prevention,
    "access_is_wait_at": str,
    "clocks": ClockSettings,
}
NO_CAPACITY = next(name for name, kind in KINDS.items() if kind.only_time)
"""A kind of service that runs without staff or slots: it stands for one of which nobody knows the kind."""
REQUIRED = ("demand", "pathway")
# Said of a run, not of the scenario: the study reads these.
OTHER_KEYS = ("name", "title", "question", "system", "compare_with", "pathway", "mechanisms", "report", "out")


def build(config: dict) -> Scenario:
    """Check `config` (plain dicts, lists, numbers, text) and return the scenario.

    Raises `ScenarioError` with every fault: where, what is wrong, what would be right. Values are not echoed.
    """
    if not isinstance(config, dict):
        raise ScenarioError([Fault("scenario", "is not a mapping of keys to values", "see docs/scenarios.md")])
    if faults := unfit(config):
        raise ScenarioError(faults)
    faults = _foreign_and_missing(config)
    parts = _sections(config, faults)
    pathway = _pathway(config["pathway"], faults) if config.get("pathway") is not None else None
    faults += _faults_of_words(config)
    closed = _holidays(parts.get("calendar"), parts.get("run"), faults)
    if pathway is None:
        raise ScenarioError(faults)
    parts = {key: _stand_in(key, config.get(key)) if parts.get(key) is None else parts[key] for key in SECTIONS}
    if not any(known.where.startswith("workforce") for known in faults):
        # of groups that cannot be read nobody knows who pays
        parts["workforce"] = _paid(parts["workforce"], parts["prices"], faults)
    scenario = Scenario(
        name=str(config.get("name") or "scenario"),
        title=str(config.get("title", "")),
        question=str(config.get("question", "")),
        pathway=pathway,
        compare_with=config.get("compare_with"),
        holidays=closed,
        config=config,
        **parts,
    )
    faults += incoherent_beside(scenario, faults)
    faults = faults or list(unused(scenario))  # of what is wrong elsewhere nobody knows what it would use
    if faults:
        raise ScenarioError(
            one for one in faults if not (one.what.startswith(MISSING) and is_misspelt(one.where, faults))
        )
    return scenario


def _foreign_and_missing(config: dict) -> list[Fault]:
    known = [*SECTIONS, *OTHER_KEYS]
    foreign = [Fault(str(key), "is not a key of a scenario", nearest(key, known)) for key in config if key not in known]
    missing = [Fault(key, "is missing", f"a scenario needs '{key}'") for key in REQUIRED if config.get(key) is None]
    return [*foreign, *(one for one in missing if not is_misspelt(one.where, foreign))]


def _sections(config: dict, faults: list[Fault]) -> dict[str, Any]:
    """The settings of each section that is there or need not be; None where they cannot be read."""
    return {
        key: settings_of(kind, {} if config.get(key) is None else config[key], key, faults)
        for key, kind in SECTIONS.items()
        if config.get(key) is not None or key not in REQUIRED
    }


def _faults_of_words(config: dict) -> list[Fault]:
    """Of the keys that only say what a scenario is called and what it is compared with."""
    faults = [
        Fault(key, "is not text", "put it in quotes")
        for key in ("name", "title", "question", "system")
        if not isinstance(config.get(key, ""), str)
    ]
    if not isinstance(config.get("compare_with"), (str, NoneType)):
        right = "write a name, or null to run one scenario alone"
        faults.append(Fault("compare_with", "is not the name of a scenario", right))
    named = config.get("mechanisms")
    if named is not None and not (isinstance(named, list) and all(isinstance(name, str) for name in named)):
        right = "leave it out: it only says which overlays these values came from"
        faults.append(Fault("mechanisms", "is not a list of names", right))
    return faults


def _paid(workforce: dict[str, StaffGroup], prices: Prices, faults: list[Fault]) -> dict[str, StaffGroup]:
    """The staff with their prices, and with who pays for whom settled, if it can be."""
    faults += unpriceable(workforce)
    workforce = priced(workforce, prices)
    unpaid = unpayable(workforce)
    faults += unpaid
    return workforce if unpaid else settled(workforce)


def _stand_in(section: str, given):
    """Something in the place of a section that cannot be read, so that the rest can still be checked against it."""
    if section == "demand":
        return Demand(population=0, presenting_per_1000_a_year=0.0)
    if section == "workforce":
        # Who can be read is looked at; of the others there are enough, so that nobody is short of them.
        return (
            {
                name: settings_of(StaffGroup, group, str(name), []) or StaffGroup(wte=1e6)
                for name, group in given.items()
            }
            if isinstance(given, dict)
            else {}
        )
    return SECTIONS[section]()


def _stand_in_service(kind: str):
    """A service that leads out of the pathway, in the place of one that cannot be read."""
    return KINDS[kind].stand_in(kind, {"otherwise": Rule(to={"resolved": 1.0})})


def _pathway(given, faults: list[Fault]) -> Pathway | None:
    if not isinstance(given, dict):
        faults.append(Fault("pathway", "is not a mapping", "it has 'services' and 'entry'"))
        return None
    known = ["services", *PATHWAY_PARTS]
    faults += [
        Fault(f"pathway.{key}", "is not a key of a pathway", nearest(key, known)) for key in given if key not in known
    ]
    parts = {
        key: settings_of(kind, given[key], f"pathway.{key}", faults)
        for key, kind in PATHWAY_PARTS.items()
        if given.get(key) is not None
    }
    services = given.get("services")
    if not isinstance(services, dict) or not services:
        faults.append(Fault("pathway.services", "has no service", "name at least one service with its kind"))
        return None
    read = {}
    for name, block in services.items():
        where = f"pathway.services.{name}"
        if isinstance(name, str):
            read[name] = _service(block, where, faults)
        else:
            faults.append(Fault(where, "has a name that is not text", "put the name in quotes"))
    return Pathway(services=read, **{key: part for key, part in parts.items() if part is not None})


def _service(block, where: str, faults: list[Fault]):
    """The settings of a service, or what stands in for them."""
    if not isinstance(block, dict):
        faults.append(Fault(where, "is not a mapping", "a service has at least a 'kind'"))
        return _stand_in_service(NO_CAPACITY)
    kind = block.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return settings_of(KINDS[kind], block, where, faults) or _stand_in_service(kind)
    what = "has no 'kind'" if kind is None else "has a kind that is not known"
    right = nearest(kind, KINDS) if isinstance(kind, str) else f"one of {', '.join(KINDS)}"
    faults.append(Fault(f"{where}.kind", what, right))
    return _stand_in_service(NO_CAPACITY)


def _holidays(calendar, run, faults) -> tuple[str, ...]:
    """ISO dates of the public holidays within the horizon."""
    if calendar is None or run is None:
        return ()
    try:
        start = date.fromisoformat(calendar.start_date)
    except ValueError:
        faults.append(Fault("calendar.start_date", "is not a date", 'write it as "2025-04-01", with quotes'))
        return ()
    if not 1901 <= start.year <= 2200:
        faults.append(
            Fault("calendar.start_date", "is a year that the bank holidays are not known for", "1901 to 2200")
        )
        return ()
    if calendar.bank_holidays is None:
        return ()
    found = _holidays_of(calendar.bank_holidays, start.year, start.year + int(run.horizon / 365) + 1)
    if found is None:
        what = "is not a country or part of one that is known"
        faults.append(Fault("calendar.bank_holidays", what, '"GB-ENG", or null for none'))
    return found or ()


@lru_cache(maxsize=64)
def _holidays_of(where: str, first: int, last: int) -> tuple[str, ...] | None:
    """ISO dates of the public holidays of a country, or a part of one, in these years; None where nobody knows it."""
    import holidays  # which takes a while, and configurations without it need not wait

    country, _, part = where.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known or (part and part not in known[country]):
        return None
    dates = holidays.country_holidays(country, subdiv=part or None, years=range(first, last + 1))
    return tuple(day.isoformat() for day in sorted(dates))
