"""A setting in words: what it is, of what, in which unit, and how well it is known."""

import inspect
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sim.app.configuration.check import PATHWAY_PARTS, SECTIONS
from sim.app.configuration.evidence import assumptions
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.strict import owner_of
from sim.domain.pathway.kinds import KINDS

WORDS = {
    "wte": "Staff in post (WTE)",
    "sessions_a_week": "Clinical sessions a week of one WTE",
    "slots_per_week": "Slots a week",
    "slots_per_day": "Slots a day",
    "places": "Places (people at a time)",
    "clinicians": "Clinicians in the room",
    "new_minutes": "Minutes for a first visit",
    "follow_up_minutes": "Minutes for a follow-up",
    "session_minutes": "Minutes of a group session",
    "open_days": "Opening days",
    "scale": "Part of the place that is simulated",
    "population": "Residents",
    "cost_per_hour_gbp": "Cost of an hour",
    "rooms": "Rooms",
    "sessions_a_day": "Sessions a day in each room",
    "size": "People in a group",
    "date": "From (date, 2025-09-01)",
    "slots": "Slots of each extra clinic",
    "weekdays": "On these weekdays (sat, sun)",
    "first_day": "First day (2025-09-01)",
    "last_day": "Last day (2026-03-31)",
}


def label_of(path: str, config: Mapping[str, Any]) -> str:
    """A setting in words: what it is, of what."""
    keys = path.split(".")
    words = WORDS.get(keys[-1]) or keys[-1].replace("_", " ").capitalize()
    of = [block_label(config, keys[: place + 1]) for place in range(1, len(keys) - 1)]
    of = [one for one in of if one not in ("services", "capacity")]
    return f"{words}: {', '.join(of)}" if of else words


def block_label(config: Mapping[str, Any], way: list[str]) -> str:
    """What a block is called: its label, or its key in words."""
    here: Any = config
    for key in way:
        here = here.get(key) if isinstance(here, dict) else None
    label = here.get("label") if isinstance(here, dict) else None
    return str(label) if label else way[-1].replace("_", " ")


def about_of(path: str, config: Mapping[str, Any]) -> str:
    """What the settings themselves say of a key."""
    section, *way = path.split(".")
    if section == "pathway":
        if way[:1] == ["services"] and len(way) > 2:
            service = config["pathway"]["services"].get(way[1], {})
            owner = owner_of(KINDS[service["kind"]], way[2:-1])
        else:
            owner = owner_of(PATHWAY_PARTS[way[0]], way[1:-1]) if way[:1] and way[0] in PATHWAY_PARTS else None
    else:
        owner = owner_of(SECTIONS[section], way[:-1])
    return _meanings(owner).get(way[-1], "") if owner is not None and way else ""


@lru_cache(maxsize=128)
def _meanings(owner: type) -> dict[str, str]:
    """Key -> what the docstring of a class of settings says of it."""
    found: dict[str, str] = {}
    for one in reversed(owner.__mro__):
        text = " ".join(inspect.cleandoc(one.__doc__ or "").split())
        for keys, words in re.findall(r"((?:`\w+`(?:, (?:or )?)?)+): (.+?)(?=[;.] |[;.]?$)", text):
            found |= {key: words.replace("`", "") for key in re.findall(r"`(\w+)`", keys)}
    return found


_TOLD: dict[int, tuple[dict, dict]] = {}


def told_of(base: dict[str, Any]) -> dict[str, tuple[str, str, str, str, str]]:
    """Path of a number -> its unit, how sure it is, its source, its range and a note; kept while `base` is."""
    known = _TOLD.get(id(base))
    if known is None or known[0] is not base:
        if len(_TOLD) > 60:
            _TOLD.clear()
        known = _TOLD[id(base)] = (base, {row.path: _told(row) for row in assumptions(base).itertuples()})
    return known[1]


def _told(row) -> tuple[str, str, str, str, str]:
    low, high = row.low, row.high
    span = (
        f"between {low:g} and {high:g}" if low == low and high == high and low is not None and high is not None else ""
    )
    return str(row.unit or ""), str(row.status), cut(row.source or "", 200), span, cut(row.note or "", 300)
