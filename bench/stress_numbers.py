"""The numbers of a configuration for docs/stress_des.md: value, unit, range, status, and the row they come from."""

from itertools import groupby

import pandas as pd

from sim.app.configuration.evidence import TABLE, assumptions, rows
from sim.domain.scenario import Scenario

SHOWN_AS_ROUTES = (".routes.", ".after_course.", "pathway.entry.")


def told(scenario: Scenario) -> pd.DataFrame:
    """Every number with its evidence, as the report shows it, and `row`: the name of its row, or the reason."""
    table = assumptions(scenario.config)
    names = {(_source(one), one["note"]): name for name, one in rows().items()}
    table["row"] = [
        names.get((source, note), note) for source, note in zip(table["source"].fillna(""), table["note"], strict=True)
    ]
    return table


def _source(row: dict) -> str:
    return f"{row['source']} ({row['year']})" if row["year"] else row["source"]


def numbers(scenario: Scenario) -> list[tuple]:
    """(key, values, unit, range, status, row) of all numbers but those of rules, side by side where one key holds
    several."""
    table = told(scenario)
    table = table[[not any(mark in path for mark in SHOWN_AS_ROUTES) for path in table["path"]]]
    lines = [
        tuple(one) for one in table[["path", "value", "unit", "low", "high", "status", "row"]].itertuples(index=False)
    ]
    found = []
    for (parent, unit, status, row), some in groupby(
        lines, key=lambda one: (one[0].rpartition(".")[0], one[2], one[5], one[6])
    ):
        group = list(some)
        values = "; ".join(_said(one[0], one[1], len(group)) for one in group)
        key = group[0][0] if len(group) == 1 else parent
        found.append((f"`{key}`", values, unit, _ranges(group, row), status, _why(row)))
    return found


def _said(path: str, value: float, several: int) -> str:
    return f"{value:.10g}" if several == 1 else f"{path.rpartition('.')[2]} {value:.10g}"


def _ranges(group: list[tuple], row: str) -> str:
    known = rows().get(row)
    if known is not None and known["value"] == TABLE:
        return "" if known["low"] is None else f"x {known['low']:g} to x {known['high']:g}"
    said = [f"{one[3]:.8g} to {one[4]:.8g}" if pd.notna(one[3]) and pd.notna(one[4]) else "" for one in group]
    return said[0] if len(set(said)) == 1 else "; ".join(one or "none" for one in said)


def _why(row: str) -> str:
    return f"`{row}`" if row in rows() else str(row)


def sources(scenario: Scenario) -> list[tuple]:
    """(row, status, year, source) of every row of evidence that a number of the scenario stands on."""
    known = rows()
    used = [name for name in dict.fromkeys(told(scenario)["row"]) if name in known]
    return [
        (
            f"`{name}`",
            known[name]["status"].replace("_", " "),
            known[name]["year"] or "",
            " ".join(known[name]["source"].split()),
        )
        for name in used
    ]


def statuses(scenario: Scenario) -> list[tuple]:
    """(status, numbers), most first."""
    return list(told(scenario)["status"].value_counts().items())
