"""The section `start` of a place: its own lists where files have them, Coventry's by head where not."""

import copy
from collections.abc import Mapping

import numpy as np

from sim.app.studies.place.gathered import Mine
from sim.app.studies.place.own_facts import OwnFacts

REACH = 26
"""Weeks over which the open band of a list is spread."""
STEPS = (0, 6, 18, 52)
"""Weeks waited from which the split between a clinic and the theatre is told."""


def start_of(coventry: Mapping, mine: Mapping[str, Mine], ratio: float, facts: OwnFacts) -> dict:
    """The section, from Coventry's and the place's lists; `ratio`: its residents over Coventry's; `facts`: who they
    are."""
    start = copy.deepcopy(dict(coventry))
    for name, settings in start["lists"].items():
        if name in mine:
            start["lists"][name] = own_list(settings, mine[name])
            if own := facts.of(name):
                start["lists"][name]["facts"] = own
        else:
            settings["waiting"] = {low: round(people * ratio, 1) for low, people in settings["waiting"].items()}
    return start


def own_list(settings: Mapping, mine: Mine) -> dict:
    """A list of the place in the places of Coventry's."""
    month = mine.month
    waiting = {f"{low / 7:g}": float(people) for low, people in zip(month.edges, month.waiting)}
    places = copy.deepcopy(dict(settings["places"]))
    split = decided_by_weeks(mine)
    if split and "surgery" in places:
        _split(places, split)
    return {
        "unit": "weeks",
        "waiting": waiting,
        "open_band": REACH,
        "part_of_list": round(mine.part, 6),
        "places": places,
    }


def decided_by_weeks(mine: Mine) -> dict[str, float]:
    """Weeks waited from which -> the share for whom admission is decided; none where the files do not say."""
    month = mine.month
    if month.decided is None or not month.decided.sum():
        return {}
    step = np.searchsorted(np.array(STEPS) * 7, month.edges, "right") - 1
    waiting, decided = (np.bincount(step, weights=one, minlength=len(STEPS)) for one in (month.waiting, month.decided))
    all_of_it = month.decided.sum() / month.waiting.sum()
    shares = np.where(waiting > 0, decided / np.maximum(waiting, 1), all_of_it)
    return {str(weeks): round(float(share), 3) for weeks, share in zip(STEPS, shares)}


def _split(places: dict, decided: Mapping[str, float]) -> None:
    """The theatre has those for whom admission is decided; the clinics share the others as Coventry's do."""
    clinics = [name for name in places if name != "surgery"]
    first = {name: _first_share(places[name]) for name in clinics}
    whole = sum(first.values()) or 1.0
    by_weeks: dict[str, dict[str, float]] = {name: {} for name in places}
    for weeks, share in decided.items():
        by_weeks["surgery"][weeks] = share
        for name in clinics[1:]:
            by_weeks[name][weeks] = round((1 - share) * first[name] / whole, 3)
        rest = 1 - sum(one[weeks] for name, one in by_weeks.items() if name != clinics[0])
        by_weeks[clinics[0]][weeks] = round(max(rest, 0.0), 3)
    for name, place in places.items():
        place.pop("share", None)
        place["shares_by_weeks_waited"] = by_weeks[name]


def _first_share(place: Mapping) -> float:
    by_weeks = place.get("shares_by_weeks_waited")
    return float(by_weeks[min(by_weeks, key=float)]) if by_weeks else float(place["share"])
