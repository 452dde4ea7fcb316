"""The log in the words of process mining: a trace an episode, an event a row, as XES (IEEE 1849) has it."""

from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import quoteattr

import pandas as pd

CASE, ACTIVITY, TIME, PLACE = "case:concept:name", "concept:name", "time:timestamp", "org:group"
COLUMNS = (CASE, ACTIVITY, TIME, PLACE, "detail", "to")
"""Of an event; behind them `case:` and each fact of the person."""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<classifier name="Activity" keys="concept:name"/>
"""


def event_log(events: pd.DataFrame, patients: pd.DataFrame, start: date) -> pd.DataFrame:
    """One row an event, by case and in the order in which things happened; `start`: the date of day 0.

    Where the log knows no minute the moment is that of the event before it on the day, else midnight: a clinic's
    people have a day and no hour.
    """
    people = (
        patients.drop(columns=["presented_day"]).add_prefix("case:").rename(columns={"case:patient_id": "patient_id"})
    )
    found = events.merge(people, on="patient_id", how="left")
    service, what = found["service"].astype(str), found["event"].astype(str)
    case = found["patient_id"].astype(str) + "." + found["episode"].astype(str)
    minute = found["minute"].clip(lower=0).groupby([case, found["day"]], sort=False).cummax()
    days = pd.Timestamp(start) + pd.to_timedelta(found["day"], "D")
    columns = {
        CASE: case,
        ACTIVITY: (what + " " + service).str.strip(),
        TIME: days + pd.to_timedelta(minute, "min"),
        PLACE: service,
        "detail": found["detail"].astype(str),
        "to": found["to"].astype(str),
    }
    table = pd.DataFrame(columns | {name: found[name] for name in found if str(name).startswith("case:")})
    order = pd.DataFrame({"who": found["patient_id"], "episode": found["episode"], "time": table[TIME]})
    return table.loc[order.sort_values(["who", "episode", "time"], kind="stable").index].reset_index(drop=True)


def xes_of(log: pd.DataFrame) -> Iterator[str]:
    """A log of `event_log` as the pieces of an XES file."""
    yield _HEAD
    facts = [name.removeprefix("case:") for name in log if name.startswith("case:") and name != CASE]
    columns = [log[name].tolist() for name in (*COLUMNS, *(f"case:{name}" for name in facts))]
    before = None
    for case, activity, time, *words in zip(*columns, strict=True):
        if case != before:
            yield "</trace>\n" * (before is not None) + "<trace>\n" + _text("concept:name", case)
            yield "".join(map(_text, facts, words[len(COLUMNS) - 3 :]))
            before = case
        said = "".join(_text(name, word) for name, word in zip(COLUMNS[3:], words, strict=False) if word)
        yield f'<event>{_text(ACTIVITY, activity)}<date key="{TIME}" value="{time.isoformat()}Z"/>{said}</event>\n'
    yield "</trace>\n" * (before is not None) + "</log>\n"


def _text(key: str, value) -> str:
    return f'<string key="{key}" value={quoteattr(str(value))}/>'
