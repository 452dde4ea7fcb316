"""The report's pages on staffing, money, outcomes and fairness: exact sentences, and what is missing is left out."""

import html
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from study_example import NEW, OLD, alone, differences_of, empty, study_example
from test_report import Page, render

from sim.analysis.figures import FIGURES, style
from sim.analysis.figures.register import drawing
from sim.analysis.reading import tables
from sim.app.pages.document import Column, Fold, Table, numbers, words_of
from sim.app.pages.report import fairness, money, outcomes, staffing

STUDY = study_example()
MODULES = {"staff": staffing, "money": money, "outcomes": outcomes, "fairness": fairness}
SWAPPED = STUDY.kpis.assign(scenario=STUDY.kpis.scenario.map({OLD: NEW, NEW: OLD}))
WORSE = replace(STUDY, kpis=SWAPPED, differences=differences_of(SWAPPED))
NAN = replace(
    STUDY,
    **{
        name: frame.assign(**{c: np.nan for c in frame.columns if frame[c].dtype == float})
        for name, frame in vars(STUDY).items()
        if isinstance(frame, pd.DataFrame)
    },
)


@pytest.fixture(scope="module")
def whole() -> str:
    return render(STUDY)


def said(page: str, study=STUDY) -> tuple[str, ...]:
    return MODULES[page].page(study).sentences


def tables_of(page) -> list[Table]:
    """Folded or not."""
    return [one for block in page.tables for one in (block.blocks if isinstance(block, Fold) else (block,))]


def table(page: str, caption: str, study=STUDY) -> Table:
    return next(t for t in tables_of(MODULES[page].page(study)) if t.caption.startswith(caption))


def words(row) -> tuple[str, ...]:
    return tuple(map(words_of, row))


def without(study, **drop):
    """The study without the rows of a frame for which a function says so: frame=function."""
    return replace(study, **{name: getattr(study, name)[~of(getattr(study, name))] for name, of in drop.items()})


def levels(kpi, group, old, new, noise=(0.0, 0.0)):
    """The example with one indicator in place of its own: means and how far each swings over replications,
    together and apart."""
    rows = []
    for r in range(20):
        swing = 1 if r % 2 else -1
        apart = 1 if r % 4 < 2 else -1
        rows += [
            (OLD, r, kpi, group, old + noise[0] * swing, ""),
            (NEW, r, kpi, group, new + noise[0] * swing + noise[1] * apart, ""),
        ]
    own = pd.DataFrame(rows, columns=tables.KPIS)
    others = STUDY.kpis[~((STUDY.kpis.kpi == kpi) & (STUDY.kpis.group == group))]
    kpis = pd.concat([others, own], ignore_index=True)
    return replace(STUDY, kpis=kpis, differences=differences_of(kpis))


# what each page says


@pytest.mark.parametrize(
    "page, sentences",
    [
        (
            "staff",
            (
                "216.4 WTE are in post instead of 214.2 (2.2 WTE more).",
                "6 staff groups differ in WTE: First contact practitioner 12.4 instead of 0.0, "
                "Physio band 6 38.0 instead of 48.0, Support worker 17.0 instead of 14.0, "
                "Consultant orthopaedics 21.2 instead of 24.0 and 2 more in the table.",
                "Of 90,369 sessions planned a year, 76,550 are delivered (84.7%), instead of 75,772 of 89,450 (84.7%). "
                "Most are lost to annual leave (10.8% of them) and sickness (4.5% of them).",
            ),
        ),
        (
            "money",
            (
                "In all, care costs £22.40m instead of £23.45m a year (£1.05m less, 95% interval £1.02m to £1.08m).",
                "What changes is operations: £1.00m less, 95% interval £963,454 to £1.04m; "
                "imaging: £40,092 less, 95% interval £38,492 to £41,692; staff in post and overtime: "
                "£9,908 less in every replication. Less for operations and imaging means that fewer are given, "
                "also where people still wait for them.",
                (
                    "Each patient whose problem care resolved costs £322 instead of £331 "
                    "(£9 less, 95% interval £8 to £10)."
                ),
                (
                    "Of every pound, secondary care takes 51.5% instead of 57.9% "
                    "(6.4 percentage points lower in every replication)."
                ),
            ),
        ),
        (
            "outcomes",
            (
                "Health gained by care less health lost while waiting comes to −0.05 QALYs per 1,000 residents a year "
                "instead of −0.74 (0.69 QALYs more, 95% interval 0.67 to 0.71).",
                (
                    "People in work lose 772 days per 1,000 residents a year instead of 843 "
                    "(71 fewer, 95% interval 69 to 73)."
                ),
                (
                    "For 1,000 residents in a year: 0.69 QALYs more, 95% interval 0.66 to 0.72; "
                    "£400 less, 95% interval £100 to £700. More health for less money."
                ),
                outcomes.DEPENDS,
            ),
        ),
        (
            "fairness",
            (
                "Until a need is met or people settle for less (median days, of people who need more than "
                "self-management): the most deprived wait 34 days more than the least deprived (95% interval 32 to "
                "36), "
                "instead of 20 days more: the gap widens (13 days more, 95% interval 12 to 15).",
                "The same wait: minority ethnic people together wait 3 days more than white British people "
                "(95% interval 1 to 6), instead of 2 days more (no clear gap): no clear change in the gap "
                "(1 day more, 95% interval −0.4 to +3.1).",
                "Of 8 fifths and ethnic groups, 7 wait less long for it and 1 waits longer. "
                "Last: Black people, 140 days instead of 134 (6 days longer, 95% interval 4 to 8). "
                "Some group is always last, by chance alone.",
            ),
        ),
    ],
)
def test_a_page_begins_with_what_it_found(page, sentences):
    assert said(page) == sentences


def test_a_gain_depends_on_need_and_day_and_that_is_said_where_outcomes_are(whole):
    assert "never on the service that gives it" in outcomes.DEPENDS
    assert outcomes.DEPENDS in html.unescape(whole) and outcomes.DEPENDS not in html.unescape(render(empty(STUDY)))


def test_a_bad_result_is_said_as_plainly():
    assert said("outcomes", WORSE)[:2] == (
        "Health gained by care less health lost while waiting comes to −0.74 QALYs per 1,000 residents a year instead "
        "of −0.05 (0.69 QALYs less, 95% interval 0.67 to 0.71): this is worse.",
        (
            "People in work lose 843 days per 1,000 residents a year instead of 772 (71 more, 95% interval "
            "69 to 73): this is worse."
        ),
    )
    assert (
        said("money", WORSE)[1].startswith("What changes is operations: £1.00m more,")
        and "fewer are given" not in said("money", WORSE)[1]
    )
    assert (
        "7 waits" not in said("fairness", WORSE)[2]
        and "1 waits less long for it and 7 wait longer. Last: the least deprived fifth, 124 days instead of 64"
        in said("fairness", WORSE)[2]
    )


@pytest.mark.parametrize(
    "cost, qalys, icer, words",
    [
        (
            (400.0, 100.0, 700.0),
            (0.69, 0.66, 0.72),
            (580.0, 150.0, 1000.0),
            "Each QALY gained costs £580 (95% interval £150 to £1,000).",
        ),
        ((-400.0, -700.0, -100.0), (-0.1, -0.2, -0.05), (4000.0, np.nan, np.nan), "Each QALY given up saves £4,000."),
        ((400.0, 100.0, 700.0), (-0.1, -0.2, -0.05), (np.nan,) * 3, "Less health for more money: this is worse."),
        (
            (-400.0, -700.0, 100.0),
            (0.69, 0.66, 0.72),
            (np.nan,) * 3,
            "Whether money differs cannot be told from chance, so no ratio is told.",
        ),
        (
            (400.0, -100.0, 700.0),
            (0.1, -0.2, 0.4),
            (4000.0, 1.0, 9000.0),
            "Whether health and money differ cannot be told from chance, so no ratio is told.",
        ),
        (
            (400.0, np.nan, np.nan),
            (0.1, np.nan, np.nan),
            (4000.0, np.nan, np.nan),
            "Whether health and money differ cannot be told from chance, so no ratio is told.",
        ),
    ],
)
def test_a_ratio_is_told_only_where_chance_leaves_no_doubt(cost, qalys, icer, words):
    rows = [
        ("incremental_cost", "pounds", *cost, ""),
        ("incremental_qalys", "QALYs", *qalys, ""),
        ("icer", "pounds a QALY", *icer, ""),
    ]
    told = said("outcomes", replace(STUDY, economics=pd.DataFrame(rows, columns=tables.ECONOMICS)))[2]
    assert told.endswith(words)
    assert ("£4,000" in told) == ("£4,000" in words)


SLOPE = ("slope_index_of_inequality", "days_to_definitive_care_median_needs_more")


@pytest.mark.parametrize(
    "old, new, noise, told, reading",
    [
        (20.0, 34.0, (1.0, 1.0), "the most deprived wait 34 days more than the least deprived", "wider"),
        (20.0, 9.0, (1.0, 1.0), "the gap narrows (11 days less", "narrower"),
        (20.0, -9.0, (1.0, 1.0), "the gap turns to the other side (29 days less", "other side"),
        (1.0, 12.0, (9.0, 1.0), "no clear gap) : the gap changes".replace(" :", ":"), "higher"),
        (20.0, 19.9, (1.0, 3.0), "no clear change in the gap", "no clear change"),
        (20.0, 20.0, (1.0, 0.0), "no difference.", "no difference"),
    ],
)
def test_a_gap_is_said_to_move_no_more_than_its_intervals_show(old, new, noise, told, reading):
    study = levels(*SLOPE, old, new, noise)
    assert told in said("fairness", study)[0]
    row = next(
        r
        for r in table("fairness", "By deprivation: the most deprived", study).rows
        if r[0].startswith("Need met or settled for less, median (people who need more")
    )
    assert words_of(row[-1]) == reading
    assert ("widens" in said("fairness", study)[0]) == (reading == "wider") and (
        "narrows" in said("fairness", study)[0]
    ) == (reading == "narrower")


def test_no_gap_that_chance_explains_is_called_one():
    told = said("fairness", levels(*SLOPE, 4.0, 5.0, (12.0, 12.0)))[0]
    assert (
        "no clear gap between the most and the least deprived (5 days more, 95% interval −3 to +13), "
        "instead of 4 days more (no clear gap): no clear change"
    ) in told
    assert "the most deprived wait" not in told


def test_the_same_staff_in_both_is_said():
    same = STUDY.workforce[STUDY.workforce.scenario == OLD]
    study = replace(STUDY, workforce=pd.concat([same, same.assign(scenario=NEW)]))
    assert said("staff", study)[:2] == (
        "214.2 WTE are in post in both pathways.",
        "Every staff group has the same WTE in both.",
    )


def test_overtime_counts_among_what_is_due():
    more = STUDY.staff.assign(
        overtime_sessions=STUDY.staff.planned_sessions * 0.25, delivered_sessions=STUDY.staff.planned_sessions * 0.5
    )
    assert said("staff", replace(STUDY, staff=more))[2].startswith(
        "Of 90,369 sessions planned a year and 22,592 of overtime, 45,184 are delivered (40.0%)"
    )


def test_a_warm_up_is_part_of_the_run_that_sessions_are_counted_over():
    part = replace(STUDY, meta=STUDY.meta | {"years": 3 - 366 / 365.25, "warm_up_days": 366})
    assert said("staff", part) == said("staff")


# the tables


def test_every_row_has_a_cell_for_every_heading():
    for study in (STUDY, alone(STUDY), WORSE, NAN):
        for module in MODULES.values():
            for one in tables_of(module.page(study)):
                assert one.rows and {len(r) for r in one.rows} == {len(one.columns)}, one.caption
                assert not one.foot or len(one.foot) == len(one.columns)


def test_shared_headings_span_their_columns():
    one = Table(
        "",
        (Column("Group"), numbers("a", "Old"), numbers("b", "Old"), numbers("c", "New"), Column("Note")),
        (),
    )
    assert [(column.shared or column.words, across) for column, across in one.groups] == [
        ("Group", 0),
        ("Old", 2),
        ("New", 1),
        ("Note", 0),
    ]
    assert Table("", (Column("Group"), numbers("a")), ()).groups == []


def test_who_gains_least_comes_first():
    rows = table("fairness", "Who gains least").rows
    assert words(rows[0]) == ("Black people", "134", "140", "+6", "+4 to +8", "worse")
    assert [r[0] for r in rows].index("The most deprived fifth") < [r[0] for r in rows].index(
        "The least deprived fifth"
    )
    assert rows[-1][0] == "The least deprived fifth"


def test_gaps_of_shares_are_in_percentage_points():
    rows = {r[0]: r for r in table("fairness", "By deprivation: the most deprived").rows}
    assert rows["Left a list for private care"] == (
        "Left a list for private care",
        "−2.2",
        "−1.8",
        "+0.4 points",
        "+0.3 to +0.5",
        "percentage points",
        "narrower",
    )
    assert table("fairness", "Services").rows[0][0] == "T&O outpatients"


def test_parts_of_the_staff_add_up_to_their_total():
    one = table("staff", "Who is in post")
    assert one.foot[0] == "All staff" and one.foot[2:4] == ("214.2", "216.4") and one.foot[-2] == "−£9,908"
    for column in (2, 3):
        assert sum(float(r[column]) for r in one.rows) == pytest.approx(
            float(one.foot[column]), abs=0.05 * len(one.rows)
        )
    lost = table("staff", "Why sessions are lost").rows
    assert [r[0] for r in lost] == ["Annual leave", "Sickness"]


def test_the_budget_and_the_tiers():
    assert [r[0] for r in table("money", "Budget impact").rows] == ["First year", "Second year", "Third year"]
    assert table("money", "Patients and money").rows[-1] == ("Secondary care", "8.8%", "57.9%", "4.7%", "51.5%")
    pounds = table("money", "Pounds a year by tier").rows
    assert len(pounds) == 5 and pounds[-1][0] == "Secondary care" and all("£" in cell for cell in pounds[-1][1:3])
    folded = [block.words for block in money.page(STUDY).tables if isinstance(block, Fold)]
    assert any(one.startswith("What a minute costs") for one in folded)
    assert any("–" in r for r in table("money", "What a minute costs").rows)


def test_social_return_stands_apart():
    one = table("outcomes", "What others state")
    assert one.rows == (("Integrated pathway", "£224,000", "£6.50", "£5.00 to £6.50", "£1.46m", "a talk"),)
    assert "no other figure of this report contains it" in one.note
    assert not any(
        "1.46m" in cell for t in tables_of(outcomes.page(STUDY)) if t != one for r in t.rows for cell in words(r)
    )


# what is missing

BY_TIER = ("patients_share_by_tier", "cost_share_by_tier", "cost_by_year")
NO_TIERS = without(
    STUDY,
    kpis=lambda f: f.kpi.isin(BY_TIER) | f.group.str.startswith("tier_"),
    differences=lambda f: f.kpi.isin(BY_TIER) | f.group.str.startswith("tier_"),
)
NO_FACTS = without(
    STUDY,
    kpis=lambda f: f.group.str.contains("imd_|ethnicity_") | f.kpi.str.contains("inequality|ethnic|imd_"),
    differences=lambda f: f.group.str.contains("imd_|ethnicity_") | f.kpi.str.contains("inequality|ethnic|imd_"),
)
POORER = {
    "whole": STUDY,
    "alone": alone(STUDY),
    "empty": empty(STUDY),
    "unknown": NAN,
    "worse": WORSE,
    "without tiers": NO_TIERS,
    "without facts": NO_FACTS,
    "without staff": without(STUDY, staff=lambda f: f.month == f.month, workforce=lambda f: f.wte == f.wte),
    "without prices": without(
        STUDY, bands=lambda f: f.scenario == f.scenario, unit_costs=lambda f: f.scenario == f.scenario
    ),
    "without cost-effectiveness": without(
        STUDY,
        economics=lambda f: f.unit == f.unit,
        plane=lambda f: f.draw == f.draw,
        acceptability=lambda f: f.share == f.share,
    ),
    "one replication": replace(
        STUDY,
        kpis=STUDY.kpis[STUDY.kpis.replication == 0],
        differences=STUDY.differences.assign(ci_low=np.nan, ci_high=np.nan),
    ),
}


@pytest.mark.parametrize("name", POORER)
def test_a_page_says_only_what_there_is(name):
    study = POORER[name]
    for module in MODULES.values():
        page = module.page(study)
        told = [
            *page.sentences,
            *(cell for t in tables_of(page) for r in (*t.rows, t.foot, (t.caption, t.note)) for cell in words(r)),
        ]
        assert not [w for w in told if re.search(r"\b(nan|None|inf|NaT|<NA>)\b", w)]
        if name == "alone":
            assert not [w for w in told if " instead of " in w or "Difference" in w]
    for figure in ("gaps", "sessions_by_month", "by_deprivation"):
        fig = FIGURES[figure].draw(study)
        assert fig is None or not re.search(r"\bnan\b|None", style.sentence(fig))
    page = Page(render(study, figures=()))  # all pictures of poorer studies are test_figures' matter
    assert page.open == []
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= ids and all(link.startswith("#") for link in links)


def test_what_is_not_there_has_no_page():
    text = render(empty(STUDY))
    assert not [name for name in MODULES if f'id="{name}"' in text or f'href="#{name}"' in text]
    unordered = without(STUDY, kpis=lambda f: f.kpi == SLOPE[0], differences=lambda f: f.kpi == SLOPE[0])
    assert said("fairness", unordered)[0].startswith(
        "Until a need is met or people settle for less (median days, of people who need more than self-management): "
        "minority ethnic"
    )
    assert said("fairness", NO_FACTS) == () and next(t.caption for t in tables_of(fairness.page(NO_FACTS))).startswith(
        "Who gains least, by need"
    )
    assert not [t for t in tables_of(money.page(NO_TIERS)) if "tier" in t.caption]


def test_one_replication_calls_nothing_clear():
    for module in MODULES.values():
        told = " ".join(module.page(POORER["one replication"]).sentences)
        assert not re.search(r"widens|narrows|this is worse|Each QALY gained", told)
    assert "interval not known" in said("fairness", POORER["one replication"])[0]


def test_hostile_words_of_these_tables_are_escaped():
    hostile = "<script>alert(1)</script>\"'&\x00\u202e{{ 7*7 }}"
    words = ("staff_group", "label", "band", "visit", "source", "moved_from", "price_year")
    frames = {
        name: getattr(STUDY, name).assign(**{c: hostile for c in words if c in getattr(STUDY, name)})
        for name in ("workforce", "staff", "bands", "unit_costs", "social_return")
    }
    study = replace(STUDY, **frames, titles={OLD: hostile, NEW: hostile}, meta=STUDY.meta | {"price_year": hostile})
    text = render(study, figures=())
    page = Page(text)
    for figure in ("sessions_by_month", "gaps"):
        svg = drawing(FIGURES[figure], study).svg
        ElementTree.fromstring(svg)
        assert "<script" not in svg and "\u202e" not in svg
    assert page.open == [] and "script" not in {tag for tag, _ in page.tags} and "<script" not in text
    assert "\x00" not in text and "\u202e" not in text and "49" not in page.words


# how it is shown


def test_the_way_to_every_page_stands_at_the_top(whole):
    page = Page(whole)
    nav = [attrs for tag, attrs in page.tags if tag == "nav"]
    assert nav == [{"aria-label": "Pages of this report"}]
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    order = [
        f"#{name}"
        for name in (
            "glance",
            "answers",
            "answer",
            "sceptic",
            "indicators",
            "moving",
            "figures",
            "staff",
            "money",
            "outcomes",
            "fairness",
            "load",
            "assumptions",
            "sure",
            "again",
            "words",
        )
    ]
    assert [link for link in links if link != "#top"] == order and links.count("#top") == len(MODULES)


def test_every_figure_of_a_page_is_shown_once_and_there(whole):
    text = whole
    places = [text.index(f'id="{name}">') for name in ("figures", "staff", "money", "outcomes", "fairness", "load")]
    for figures, start, end in zip(
        (("headline", "flows", "variants"), *(m.page(STUDY).figures for m in MODULES.values())), places, places[1:]
    ):
        for name in figures:
            assert (
                text.count(
                    f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="{name}"'
                )
                == 1
            )
            assert start < text.index(f'class="{name}"') < end


def test_every_table_of_a_page_has_a_caption(whole):
    part = whole[whole.index('id="staff">') : whole.index('id="load">')]
    assert part.count("<table") == part.count("<caption") == sum(len(m.page(STUDY).tables) for m in MODULES.values())
    assert part.count("<details>") == sum(
        isinstance(block, Fold) for m in MODULES.values() for block in m.page(STUDY).tables
    )


def test_a_narrow_screen_scrolls_tables_and_not_the_page(whole, tmp_path):
    browser = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))),
        None,
    )
    if browser is None:
        pytest.skip("no chromium here")
    open_all = whole.replace("<details>", "<details open>")
    measure = (
        "const d = document.getElementById('page').contentDocument, r = d.documentElement;"
        "document.getElementById('said').textContent = `wide ${r.scrollWidth} of ${r.clientWidth}; "
        "tables ${d.querySelectorAll('.page table').length};"
        " last ${d.querySelector('#fairness').textContent}`;"
    )
    file = tmp_path / "narrow.html"
    file.write_text(
        '<!DOCTYPE html><body><iframe id="page" width="400" height="800" style="border:0" '
        f'srcdoc="{html.escape(open_all)}"></iframe>'
        f'<p id="said"></p><script>window.onload = () => {{ {measure} }}</script>',
        encoding="utf-8",
    )
    run = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    wide, of, shown = map(int, re.search(r"wide (\d+) of (\d+); tables (\d+); last Fairness", run.stdout).groups())
    assert wide <= of <= 400
    assert shown == sum(len(m.page(STUDY).tables) for m in MODULES.values())
