"""The measures of a replication as rows, and back: one long tidy table, which any tool that reads Parquet can read."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.reading.measured import Batch, Flow, Kpi, LinearPieces, Measures, Waits
from sim.domain.words import LIST_BANDS, NEEDS

COLUMNS = ("scenario", "replication", "measure", "name", "service", "group", "period", "unit", "value")
"""`scenario`: its key; `measure`: kpi, wait, list, flow, qaly or cost (or warm_up); `value`: the only number."""
_SHAPE = b"mskflow"
_TEXTS = ("measure", "name", "service", "group", "period", "unit")
_PARTS = ("economics", "flows", "kpis", "lists", "waits", "warm_up")  # sorted


def parquet_of(measures: Measures, key: str, replication: int, services, month_ends) -> bytes:
    """A file's bytes; the same for the same measures.

    `measures`: as `measures_of` gives them, less `pairs`; `services`: names in the order of codes;
    `month_ends`: dates (ISO), one a row of `measures.lists`. Floats are kept to the last bit. ValueError for
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
    lists = np.asarray(measures.lists)
    for month, service, band in zip(*(place.tolist() for place in np.nonzero(lists)), strict=True):
        yield (
            "list",
            "waiting",
            services[service],
            LIST_BANDS[band],
            month_ends[month],
            "people",
            lists[month, service, band],
        )
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
        lists=_lists(found["list"], shape["month_ends"], shape["services"]),
        flows=tuple(Flow(origin, to, int(number)) for _, origin, to, _, _, number in found["flow"]),
        economics=LinearPieces(loss, gain, {row[0]: row[-1] for row in found["cost"]}),
        warm_up=tuple(Batch(service, int(day), number) for _, service, day, _, _, number in found["warm_up"])
        if "warm_up" in shape["parts"]
        else None,
    )


def _rows_by_kind(table: pa.Table) -> dict[str, list[tuple]]:
    """Kind of measure -> its rows (the other columns of text, and the value)."""
    texts = (_texts(table.column(column)) for column in _TEXTS)
    found: dict[str, list[tuple]] = {what: [] for what in ("kpi", "wait", "list", "flow", "qaly", "cost", "warm_up")}
    for what, *words, number in zip(*texts, table.column("value").to_numpy().tolist(), strict=True):
        if what not in found:
            raise ValueError(f"'{what}' is no measure")
        found[what].append((*words, number))
    return found


def _lists(rows: list[tuple], month_ends: list[str], services: list[str]) -> np.ndarray:
    """(month ends, services, bands) people on each list."""
    lists = np.zeros((len(month_ends), len(services), len(LIST_BANDS)), np.int32)
    month, place, band = (
        {one: number for number, one in enumerate(names)} for names in (month_ends, services, LIST_BANDS)
    )
    for _, service, group, period, _, number in rows:
        lists[month[period], place[service], band[group]] = number
    return lists


def _texts(column) -> list[str]:
    """A column of text as a list; as few Python strings as there are different ones."""
    texts: list[str] = []
    for chunk in column.chunks:
        if not pa.types.is_dictionary(chunk.type):
            chunk = chunk.dictionary_encode()
        known = chunk.dictionary.to_pylist()
        texts += [known[code] for code in chunk.indices.to_pylist()]
    return texts
