"""The files of a place's folder: alternatives in groups that are there, two scenarios, and the published months."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import yaml

from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import HEADER
from sim.app.importing import published_file
from sim.app.studies.place.asked import TODAY
from sim.app.studies.place.gathered import Mine, PlaceFound
from sim.app.studies.place.start_lists import start_of

NEW, OLD = "integrated", "gp_referral"
_HEAD = "# Made by mskflow place; place_report.md says where each number is from. It is yours to change."
_DEMAND = "# All but the residents is Coventry's.\ndefaults:\n  - coventry\n  - _self_\n\n"


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
        f"demand/{name}.yaml": f"{_HEAD}\n{_DEMAND}population: {found.population}  # {found.population_from}\n",
        f"start/{name}.yaml": _start(start_of(old["start"], found.mine, ratio), found.mine),
        f"workforce/{name}.yaml": _workforce(NEW, new["workforce"], ratio),
        f"workforce/{name}{TODAY}.yaml": _workforce(OLD, old["workforce"], ratio),
        published_file.FILE: published_file.text_of(found.published),
    }
    begins = first_day(found.mine)
    for scenario, staff in ((name, name), (f"{name}{TODAY}", f"{name}{TODAY}")):
        files[f"scenarios/{scenario}.yaml"] = _scenario(name, staff, begins.isoformat() if begins else None)
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


def _workforce(base: str, groups: Mapping[str, Mapping], ratio: float) -> str:
    """Every group with Coventry's WTE a head; what is moved to it from others likewise."""
    lines = [_HEAD, f"# Coventry's staff times {ratio:.4f}, by head: put in your own WTE.", "defaults:", f"  - {base}"]
    lines += ["  - _self_", ""]
    for group, settings in groups.items():
        lines += [f"{group}:", f"  wte: {settings['wte'] * ratio:.6g}"]
        if settings.get("moved_from"):
            lines.append("  moved_from:")
            lines += [f"    {other}: {wte * ratio:.6g}" for other, wte in settings["moved_from"].items()]
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
