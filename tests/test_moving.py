"""The lists that move: what a bar shows is what the table says, and nothing in it needs a script."""

import re
from dataclasses import replace

import pandas as pd
from study_example import NEW, OLD, alone, study_example

from sim.app.pages.html import html_of
from sim.app.pages.report.moving import MOST_STEPS, moving
from sim.app.pages.report.page import document_of

STUDY = study_example()
LIMIT = 60_000  # bytes of such a picture in a page


def people(study, scenario: str, service: str, month_end: str) -> float:
    rows = study.lists[(study.lists["scenario"] == scenario) & (study.lists["service"] == service)]
    return rows[rows["month_end"] == month_end]["waiting"].sum()


def parts(svg: str, name: str) -> list[float]:
    """What a bar is of the longest at each moment that its style sheet names."""
    (rule,) = re.findall(rf"@keyframes {name}{{(.*?}})}}", svg)
    return [float(part) for part in re.findall(r"scaleX\(([\d.]+)\)", rule)]


def test_a_bar_begins_and_ends_with_the_people_who_wait():
    figure, table = moving(STUDY)
    ends = sorted(set(STUDY.lists["month_end"]))
    named = dict(zip(STUDY.services["label"], STUDY.services["service"], strict=True))
    totals = STUDY.lists.groupby(["scenario", "service", "month_end"])["waiting"].sum()
    for panel, scenario in enumerate((OLD, NEW)):
        for place, row in enumerate(table.rows):
            service = named[row[0]]
            first, last = row[1 + 4 * panel], row[4 + 4 * panel]
            if first == "–":
                assert f"m{panel}-{place}{{" not in figure.svg
                continue
            moved = parts(figure.svg, f"m{panel}-{place}")
            for shown, said, end in ((moved[0], first, ends[0]), (moved[-1], last, ends[-1])):
                waiting = people(STUDY, scenario, service, end)
                assert said == f"{waiting:,.0f}"
                assert abs(shown - waiting / totals.max()) < 0.001


def test_it_is_small_stops_and_asks_for_no_script():
    page = html_of(document_of(STUDY, []))
    assert '<input type="checkbox" class="pause" id="pause-moving_lists">' in page
    assert ".pause:checked ~ .scroll .mv { animation-play-state: paused; }" in page
    figure, _ = moving(STUDY)
    assert "prefers-reduced-motion" in figure.svg and "<script" not in figure.svg
    # Ten years of twenty services are thinned, and not longer.
    month_ends = [f"{2025 + n // 12}-{n % 12 + 1:02d}-28" for n in range(120)]
    rows = [
        (scenario, end, 30 * n, f"s{service}", "0-1", 100.0 + 7 * n * service % 90, 0.0)
        for scenario in (OLD, NEW)
        for service in range(20)
        for n, end in enumerate(month_ends)
    ]
    services = pd.concat(
        [STUDY.services.iloc[:1].assign(scenario=OLD, service=f"s{n}", label=f"Service {n}") for n in range(20)]
    )
    long = replace(STUDY, lists=pd.DataFrame(rows, columns=STUDY.lists.columns), services=services)
    figure, table = moving(long)
    assert len(figure.svg.encode()) < LIMIT and len(table.rows) == 12
    assert len(parts(figure.svg, "m0-0")) <= MOST_STEPS + 1


def test_nothing_moves_where_there_is_nothing_to_move():
    one = STUDY.lists[STUDY.lists["month_end"] == STUDY.lists["month_end"].min()]
    assert moving(replace(STUDY, lists=one)) == ()
    assert moving(replace(STUDY, lists=STUDY.lists.assign(waiting=0.0))) == ()
    figure, table = moving(alone(STUDY))
    assert "m1-0" not in figure.svg and table.rows
