"""The log for process mining that knows several kinds of thing: events of people, episodes and services (OCEL 2.0)."""

import json
from collections.abc import Iterator

import pandas as pd

from sim.analysis.reading.event_log import ACTIVITY, CASE, PLACE, TIME

_BEFORE = "1970-01-01T00:00:00Z"  # as the standard dates what holds from the beginning
_KINDS = {"i": "integer", "u": "integer", "f": "float", "b": "boolean"}


def ocel_of(log: pd.DataFrame) -> Iterator[str]:
    """A log of `event_log` as the pieces of an OCEL 2.0 file in JSON.

    Objects are patients with their facts, episodes (of a patient) and services. An event knows its episode, its
    patient, its service, and as `to` the one that it sends to.
    """
    facts = {name: name.removeprefix("case:") for name in log if name.startswith("case:") and name != CASE}
    kinds = [{"name": fact, "type": _KINDS.get(log[name].dtype.kind, "string")} for name, fact in facts.items()]
    types = [
        {"name": name, "attributes": kinds if name == "patient" else []} for name in ("patient", "episode", "service")
    ]
    told = [{"name": name, "attributes": [{"name": "detail", "type": "string"}]} for name in sorted(set(log[ACTIVITY]))]
    yield f'{{"objectTypes": {_json(types)},\n"eventTypes": {_json(told)},\n"objects": [\n'
    yield ",\n".join(map(_json, _objects(log, facts)))
    yield '\n],\n"events": ['
    columns = [log[name].tolist() for name in (CASE, ACTIVITY, TIME, PLACE, "detail", "to")]
    for number, (case, activity, time, place, detail, to) in enumerate(zip(*columns, strict=True)):
        others = [("episode", case), ("patient", case.partition(".")[0]), ("service", place), ("to", to)]
        event = {
            "id": f"event {number}",
            "type": activity,
            "time": f"{time.isoformat()}Z",
            "attributes": [{"name": "detail", "value": detail}] if detail else [],
            "relationships": [_tie(qualifier, name) for qualifier, name in others if name],
        }
        yield ",\n" * (number > 0) + _json(event)
    yield "\n]}\n"


def _objects(log: pd.DataFrame, facts: dict[str, str]) -> Iterator[dict]:
    cases = log.drop_duplicates(CASE)
    whose = cases[CASE].str.partition(".")[0]
    people = cases.assign(whose=whose).drop_duplicates("whose")
    # A fact that somebody has not (NaN) is left out: JSON knows no such number.
    for who, *values in zip(people["whose"], *(people[name].tolist() for name in facts), strict=True):
        told = [{"name": f, "time": _BEFORE, "value": v} for f, v in zip(facts.values(), values, strict=True) if v == v]
        yield _object("patient", who, told, [])
    for case, who in zip(cases[CASE], whose, strict=True):
        yield _object("episode", case, [], [_tie("patient", who)])
    for service in sorted({*log[PLACE], *log["to"]} - {""}):
        yield _object("service", service, [], [])


def _object(kind: str, name: str, attributes: list[dict], ties: list[dict]) -> dict:
    return {"id": f"{kind} {name}", "type": kind, "attributes": attributes, "relationships": ties}


def _tie(qualifier: str, name: str) -> dict:
    kind = "service" if qualifier == "to" else qualifier
    return {"objectId": f"{kind} {name}", "qualifier": qualifier}


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
