"""docs/validation.md has every published result, as `python -m bench.validation` would print it."""

import re
from pathlib import Path

import numpy as np
import pytest

from bench.validation.__main__ import MONTHS, PAGE, ROWS, YEARS, months
from bench.validation.counted import COUNTS
from bench.validation.row import HEAD, INSIDE, NOTHING, OUTSIDE, Row
from sim.app.configuration.files.shipped import scenario_files


def between(name: str) -> list[str]:
    """The lines of the page between two markers."""
    return (
        PAGE.read_text(encoding="utf-8")
        .split(f"<!-- {name}: begin -->\n")[1]
        .split(f"\n<!-- {name}: end -->")[0]
        .split("\n")
    )


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_published_result_is_on_the_page_as_the_command_prints_it():
    count, empty, *head_and_rows = between("validation")
    assert count.startswith(f"{len(ROWS)} rows: ") and not empty
    assert "\n".join(head_and_rows[:2]) == HEAD
    for row, line in zip(ROWS, head_and_rows[2:], strict=True):
        result, source, published, model, verdict, near, why = cells(line)
        assert (result, source, published, near) == (*row.begins(), row.near)
        assert source and model and verdict.startswith((INSIDE, OUTSIDE, NOTHING))
        assert why == row.explained(verdict) and why != "not looked into", f"{row.key} misses, and nobody says why"


def test_the_shapes_of_completed_pathways_are_on_the_page():
    nobody = {(service, year): np.zeros(13) for service in MONTHS for year in YEARS}
    as_printed = months([nobody]).split("\n")
    for printed, line in zip(as_printed, between("months"), strict=True):
        assert cells(line)[0] == cells(printed)[0] and len(cells(line)) == len(cells(printed))
        assert line == printed or line.startswith("| model, ")


def test_every_row_has_a_count_a_source_and_a_scenario_that_ships():
    assert [row.key for row in ROWS] == list(COUNTS)
    shipped = {Path(name).stem for name in scenario_files()}
    for row in ROWS:
        assert row.source and {row.scenario, row.comparator or row.scenario} <= shipped


@pytest.mark.parametrize(
    ("row", "values", "said"),
    [
        ({"value": 0.3, "unit": "share"}, [0.32, 0.32], "30.0% | 32.0% | agrees (+2.0 points)"),
        ({"value": 0.3, "unit": "share"}, [0.34, 0.34], "30.0% | 34.0% | **misses** (+4.0 points)"),
        ({"low": 6, "high": 8, "unit": "weeks"}, [9, 9], "6.00 to 8.00 weeks | 9.00 weeks | **misses** (+1.00 weeks)"),
        ({"value": 10, "unit": "number"}, [10.9, 10.9], "10.0 | 10.9 | agrees (+0.90)"),
        ({"unit": "share"}, [0.1, 0.3], f"none retrieved | 20.0% (-107.1 to 147.1) | {NOTHING}"),
        ({"low": 0.5, "unit": "share"}, [np.nan, np.nan], "50.0% or more | not known | **misses** (not known)"),
    ],
)
def test_a_row_is_told_with_how_far_off_it_is(row, values, said):
    one = Row("key", "a result", "somebody", scenario="gp_referral", why="because", **row)
    why = "" if INSIDE in said else "because"
    assert one.told(values) == f"| a result (`gp_referral`) | somebody | {said} | no | {why} |"
