"""The measures of a replication as rows, and back: one long tidy table, which any tool that reads Parquet can read."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.reading.activity import ACTIVITY
from sim.analysis.reading.measured import Batch, Flow, Kpi, LinearPieces, Measures, Waits
from sim.domain.words import LIST_BANDS, NEEDS

COLUMNS = ("scenario", "replication", "measure", "name", "service", "group", "period", "unit", "value")
"""`scenario`: its key; `measure`: kpi, wait, list, overdue, activity, flow, qaly or cost (or
warm_up); `value`: the only number."""
_SHAPE = b"mskflow"
_TEXTS = ("measure", "name", "service", "group", "period", "unit")
_PARTS = ("activity", "economics", "flows", "kpis", "lists", "overdue", "waits", "warm_up")  # sorted
_MONTHLY = {"list": ("lists", LIST_BANDS), "overdue": ("overdue", LIST_BANDS), "activity": ("activity", ACTIVITY)}
"""measure -> the part of `Measures` (month ends, services, words) that it is of, and its words."""


def parquet_of(measures: Measures, key: str, replication: int, services, month_ends) -> bytes:
    """A file's bytes; the same for the same measures.

    `measures`: as `measures_of` gives them, less `pairs`; `services`: names in the order of codes;
    `month_ends`: dates (ISO), one a row of what is by month. Floats are kept to the last bit. ValueError for
    a part that has no form here.
    """
    if measures.pairs is not None:
        raise ValueError("no rows are known for pairs")
    rows = list(_rows(measures, services, month_ends))
    *texts, values = zip(*rows, strict=True)
    number = len(rows)
    columns = {
        "scenario": pa.DictionaryArray.from_arrays(pa.array(np.zeros(number, np.int32)), pa.array([key])),
        "replication": pa.array(np.full(number, replication, np.int32)),
    }
    columns |= {name: pa.array(text, pa.string()).dictionary_encode() for name, text in zip(_TEXTS, texts, strict=True)}
    columns["value"] = pa.array(np.array(values, float))
    shape = {
        "services": list(services),
        "month_ends": list(month_ends),
        "parts": [part for part in _PARTS if getattr(measures, part) is not None],
    }
    table = pa.table(columns).replace_schema_metadata({_SHAPE: json.dumps(shape).encode()})
    out = io.BytesIO()
    pq.write_table(
        table, out, compression="zstd", use_dictionary=[n for n in COLUMNS if n not in ("replication", "value")]
    )
    return out.getvalue()


def _rows(measures: Measures, services, month_ends):
    """(measure, name, service, group, period, unit, value)."""
    for kpi, group, value, unit in measures.kpis:
        yield "kpi", kpi, "", group, "", unit, value
    for service, statistic, group, value in measures.waits:
        yield "wait", statistic, service, group, "", "", value
    for measure, (part, words) in _MONTHLY.items():
        yield from _monthly(measure, getattr(measures, part), words, services, month_ends)
    for origin, to, count in measures.flows:
        yield "flow", "people", origin, to, "", "people", count
    economics = measures.economics
    for name in ("loss", "gain"):
        for need, value in zip(NEEDS, getattr(economics, name), strict=True):
            yield "qaly", name, "", need, "", "", value
    for path, value in economics.cost.items():
        yield "cost", path, "", "all", "", "", value
    for service, day, waiting in measures.warm_up or ():
        yield "warm_up", "waiting", service, str(day), "", "people", waiting


def _monthly(measure: str, table: np.ndarray, words: tuple[str, ...], services, month_ends):
    """What is not nothing of a part by month; `group` is the band, `name` the activity."""
    unit = "" if words is ACTIVITY else "people"
    for month, service, word in zip(*(place.tolist() for place in np.nonzero(table)), strict=True):
        name, group = (words[word], "") if words is ACTIVITY else ("waiting", words[word])
        yield measure, name, services[service], group, month_ends[month], unit, table[month, service, word]


def table_of(data: bytes) -> pa.Table:
    """The rows in a file's bytes, columns COLUMNS; pyarrow's errors where it is no such file."""
    return pq.read_table(io.BytesIO(data))


def places_in(data: bytes) -> set[tuple[str, int]]:
    """(scenario, replication) of all rows, which is one if the file is ours;
    pyarrow's errors where it is no such file."""
    rows = pq.read_table(io.BytesIO(data), columns=["scenario", "replication"])
    keys, numbers = (rows.column(name).unique().to_pylist() for name in ("scenario", "replication"))
    return {(key, number) for key in keys for number in numbers}


def measures_in(data: bytes) -> Measures:
    """What `parquet_of` was given."""
    table = table_of(data)
    shape, found = json.loads(table.schema.metadata[_SHAPE]), _rows_by_kind(table)
    loss, gain = (np.array([row[-1] for row in found["qaly"] if row[0] == name]) for name in ("loss", "gain"))
    return Measures(
        kpis=tuple(Kpi(name, group, number, unit) for name, _, group, _, unit, number in found["kpi"]),
        waits=tuple(Waits(service, name, group, number) for name, service, group, _, _, number in found["wait"]),
        **{part: _by_month(found[measure], words, shape) for measure, (part, words) in _MONTHLY.items()},
        flows=tuple(Flow(origin, to, int(number)) for _, origin, to, _, _, number in found["flow"]),
        economics=LinearPieces(loss, gain, {row[0]: row[-1] for row in found["cost"]}),
        warm_up=tuple(Batch(service, int(day), number) for _, service, day, _, _, number in found["warm_up"])
        if "warm_up" in shape["parts"]
        else None,
    )


def _rows_by_kind(table: pa.Table) -> dict[str, list[tuple]]:
    """Kind of measure -> its rows (the other columns of text, and the value)."""
    texts = (_texts(table.column(column)) for column in _TEXTS)
    found: dict[str, list[tuple]] = {what: [] for what in ("kpi", "wait", *_MONTHLY, "flow", "qaly", "cost", "warm_up")}
    for what, *words, number in zip(*texts, table.column("value").to_numpy().tolist(), strict=True):
        if what not in found:
            raise ValueError(f"'{what}' is no measure")
        found[what].append((*words, number))
    return found


def _by_month(rows: list[tuple], words: tuple[str, ...], shape: dict) -> np.ndarray:
    """(month ends, services, words) of a part by month."""
    table = np.zeros((len(shape["month_ends"]), len(shape["services"]), len(words)), np.int32)
    month, place, code = (
        {one: number for number, one in enumerate(names)} for names in (shape["month_ends"], shape["services"], words)
    )
    for name, service, group, period, _, number in rows:
        table[month[period], place[service], code[group or name]] = number
    return table


def _texts(column) -> list[str]:
    """A column of text as a list; as few Python strings as there are different ones."""
    texts: list[str] = []
    for chunk in column.chunks:
        if not pa.types.is_dictionary(chunk.type):
            chunk = chunk.dictionary_encode()
        known = chunk.dictionary.to_pylist()
        texts += [known[code] for code in chunk.indices.to_pylist()]
    return texts
