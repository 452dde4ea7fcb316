"""The files of a place's folder: alternatives in groups that are there, two scenarios, and the published months."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import yaml

from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import HEADER
from sim.app.importing import published_file
from sim.app.importing.found import OwnPlace
from sim.app.studies.place.asked import TODAY
from sim.app.studies.place.gathered import Mine, PlaceFound
from sim.app.studies.place.own_facts import COMERS, OwnFacts
from sim.app.studies.place.start_lists import start_of
from sim.domain.faults import Fault, ScenarioError

NEW, OLD = "integrated", "gp_referral"
RATES = ("presenting_per_1000_a_year", "growth_per_year")
_HEAD = "# Made by mskflow place; place_report.md says where each number is from. It is yours to change."
_DEMAND = "# What is not here is Coventry's.\ndefaults:\n  - coventry\n  - _self_\n\n"


def coventry() -> tuple[dict, dict]:
    """The shipped configuration of the integrated pathway and of the old model, as plain values."""
    return configuration_of(NEW), configuration_of(OLD)


def first_day(mine: Mapping[str, Mine]) -> date | None:
    """The day after the end of the latest month of any list of the place's own; None where there is none."""
    months = [one.month.month for one in mine.values()]
    if not months:
        return None
    year, month = map(int, max(months).split("-"))
    return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)


def files_of(name: str, found: PlaceFound, shipped: tuple[dict, dict]) -> dict[str, str]:
    """path in the folder -> text."""
    new, old = shipped
    ratio = found.population / old["demand"]["population"]
    files = {
        f"place/{name}.yaml": f"{_HEAD}\nname: {name}\nscale: 1.0\n",
        f"demand/{name}.yaml": f"{_HEAD}\n{_DEMAND}population: {found.population}  # {found.population_from}\n"
        + "".join(f"{line}\n" for line in _yaml(own_demand(old["demand"], found.own, found.facts), 0)),
        f"start/{name}.yaml": _start(start_of(old["start"], found.mine, ratio, found.facts), found.mine),
        f"workforce/{name}.yaml": _workforce(NEW, new["workforce"], ratio, found.own),
        f"workforce/{name}{TODAY}.yaml": _workforce(OLD, old["workforce"], ratio, found.own),
        published_file.FILE: published_file.text_of(found.published),
    }
    begins = first_day(found.mine)
    day = begins.isoformat() if begins else None
    for scenario in (name, f"{name}{TODAY}"):
        services = (old if scenario.endswith(TODAY) else new)["pathway"]["services"]
        files[f"scenarios/{scenario}.yaml"] = _scenario(name, scenario, day) + _labels(found.own, services)
    for letter, wte in found.own.options.items():
        files[f"scenarios/{name}_{letter.lower()}.yaml"] = _option(name, letter, wte)
    return files


def _scenario(name: str, staff: str, begins: str | None) -> str:
    old = staff.endswith(TODAY)
    lines = [HEADER, _HEAD, "defaults:"]
    lines += [] if old else [f"  - override /pathway: {NEW}"]
    lines += [f"  - override /{group}: {name}" for group in ("place", "demand", "start")]
    lines += [f"  - override /workforce: {staff}", ""]
    title = f"{name}, today's model" if old else f"{name}, integrated pathway"
    question = "How does care run there as it is?" if old else "What would the integrated pathway change there?"
    lines += [f"name: {staff}", f"title: {title}", f"question: {question}"]
    lines.append("compare_with: null" if old else f"compare_with: {name}{TODAY}")
    lines += [f'calendar: {{start_date: "{begins}"}}  # the day after the latest list'] if begins else []
    return "\n".join(lines) + "\n"


def _labels(own: OwnPlace, services: Mapping) -> str:
    """The planner's own names of services."""
    names = {key.partition(".")[2]: words for key, words in own.values.items() if key.startswith("service.")}
    lines = [f"    {service}: {_plain({'label': names[service]})}" for service in services if service in names]
    return "\n".join(["pathway:", "  services:", *lines]) + "\n" if lines else ""


def _option(name: str, letter: str, wte: Mapping[str, float]) -> str:
    """A scenario with other staff than the integrated pathway's there."""
    lines = [HEADER, _HEAD, "defaults:", f"  - {name}", "", f"name: {name}_{letter.lower()}"]
    lines += [f"title: {name}, option {letter}", "question: What if the staff were as in this option?"]
    lines += [f"compare_with: {name}", "workforce:"]
    lines += [f"  {key.removeprefix('wte.')}: {{wte: {value:g}}}" for key, value in wte.items()]
    return "\n".join(lines) + "\n"


def own_demand(demand: Mapping, own: OwnPlace, facts: OwnFacts) -> dict:
    """What of the section `demand` is filled in, or told by files; ScenarioError where shares do not add to 1."""
    found: dict = {key: own.values[key] for key in RATES if key in own.values}
    faults: list[Fault] = []
    filled = {
        fact: _own_shares(fact, settings.get("shares", {}), own, faults) for fact, settings in demand["facts"].items()
    }
    if faults:
        raise ScenarioError(faults)
    own_facts = facts.of(COMERS) | {fact: {"shares": shares} for fact, shares in filled.items() if shares}
    return found | ({"facts": own_facts} if own_facts else {})


def _own_shares(fact: str, coventry: Mapping, own: OwnPlace, faults: list[Fault]) -> dict[str, float]:
    """word -> share, of a fact that is filled in; of two words one is enough."""
    known = {word: own.values[f"facts.{fact}.{word}"] for word in coventry if f"facts.{fact}.{word}" in own.values}
    if not known:
        return {}
    where = own.where[f"facts.{fact}.{next(iter(known))}"]
    if len(coventry) == 2 and len(known) == 1:
        other = next(word for word in coventry if word not in known)
        known[other] = round(1 - sum(known.values()), 6)
    if len(known) < len(coventry) or abs(sum(known.values()) - 1) > 1e-4:
        faults.append(Fault(where, f"the shares of {fact} do not add to 1", "a share for each of them, 1 in all"))
    return known


def _workforce(base: str, groups: Mapping[str, Mapping], ratio: float, own: OwnPlace) -> str:
    """Every group with the WTE that is filled in, or Coventry's a head; what is moved to it from others likewise."""
    lines = [_HEAD, f"# Coventry's staff times {ratio:.4f}, by head, where no other is named: put in your own WTE."]
    lines += ["defaults:", f"  - {base}", "  - _self_", ""]
    sort = "today" if base == OLD else NEW
    for group, settings in groups.items():
        key = f"wte.{sort}.{group}"
        given = own.values.get(key)
        wte, said = (settings["wte"] * ratio, "") if given is None else (given, f"  # {own.where[key]}")
        lines += [f"{group}:", f"  wte: {wte:.6g}{said}"]
        if label := own.values.get(f"label.{group}"):
            lines.append(f"  label: {_plain(label)}")
        if settings.get("moved_from"):
            part = ratio if given is None else 0.0
            lines.append("  moved_from:")
            lines += [f"    {other}: {moved * part:.6g}" for other, moved in settings["moved_from"].items()]
    return "\n".join(lines) + "\n"


def _start(start: Mapping, mine: Mapping[str, Mine]) -> str:
    rest = {key: value for key, value in start.items() if key != "lists"}
    return "\n".join([_HEAD, *_yaml(rest, 0), "lists:", *_lists(start["lists"], mine)]) + "\n"


def _lists(lists: Mapping, mine: Mapping[str, Mine]) -> Iterator[str]:
    for name, settings in lists.items():
        own = mine.get(name)
        said = f"{own.origin.file}, {own.month.month}, {own.origin.where}" if own else "Coventry's, by head"
        yield f"  # {said}"
        yield f"  {name}:"
        yield from _yaml(settings, 2)


def _yaml(values: Mapping, deep: int) -> list[str]:
    """Lines of plain values; mappings of numbers on one line each."""
    pad, lines = "  " * deep, []
    for key, value in values.items():
        if isinstance(value, Mapping) and any(isinstance(one, (Mapping, list, str)) for one in value.values()):
            lines += [f"{pad}{_plain(key)}:", *_yaml(value, deep + 1)]
        else:
            lines.append(f"{pad}{_plain(key)}: {_plain(value)}")
    return lines


def _plain(value) -> str:
    """A key or a value on one line."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        value = {key: int(one) if isinstance(one, float) and one.is_integer() else one for key, one in value.items()}
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10**6)
    return text.removesuffix("\n").removesuffix("...").strip()
