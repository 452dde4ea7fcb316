"""Figures: every one is drawn from a complete study, none from an empty one,
and the same study gives the same bytes."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from study_example import NEW, OLD, alone, differences_of, empty, study_example

from sim.analysis.figures import FIGURES, draw_all, drawings, gaps, sessions_by_month, style, variants, waits_by_service
from sim.analysis.figures.flows_layout import lay_out
from sim.analysis.figures.flows_order import threads
from sim.analysis.figures.values import Difference
from sim.analysis.statistics.paired import Level, level_of
from sim.analysis.words.indicator import HEADLINE

NAMES = {
    "waits_by_service",
    "lists_over_time",
    "flows",
    "waterfall",
    "by_deprivation",
    "headline",
    "staff",
    "variants",
    "cost_effectiveness_plane",
    "acceptability",
    "money_by_tier",
    "budget_by_year",
    "gaps",
    "sessions_by_month",
    "warm_up",
    "follow_ups_overdue",
    "activity_by_month",
    "what_became",
}
STUDY = study_example()


def sentence(name, study=STUDY) -> str:
    return style.sentence(FIGURES[name].draw(study))


@pytest.fixture(scope="module")
def drawn():
    return {d.name: d for d in drawings(STUDY)}


def test_every_figure_is_drawn_from_a_complete_study(drawn):
    assert set(FIGURES) == NAMES, "NAMES has every figure"
    assert set(drawn) == NAMES, "what a figure shows has numbers in tests/study_example.py"


def test_an_svg_stands_alone_and_is_well_formed(drawn):
    for name, figure in drawn.items():
        for svg in (figure.svg, figure.body):
            root = ElementTree.fromstring(svg)
            assert root.attrib["role"] == "img" and root.attrib["aria-label"] == figure.sentence
        assert re.findall(r"https?://[^\"]+", figure.svg) == [
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        ]
        assert all(i.startswith(name + "-") for i in re.findall(r'\sid="([^"]+)"', figure.svg))
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', figure.svg)) <= set(
            re.findall(r'\sid="([^"]+)"', figure.svg)
        )


def test_the_same_study_gives_the_same_bytes_whatever_the_users_own_settings(drawn):
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "svg.hashsalt": "other", "text.parse_math": True}):
        again = draw_all(replace(STUDY, lists=STUDY.lists.iloc[:0]))
    gone = ("lists_over_time", "follow_ups_overdue")
    assert again == {name: figure.svg for name, figure in drawn.items() if name not in gone}


def test_drawing_leaves_the_users_settings_alone():
    with matplotlib.rc_context({"font.size": 30}):
        FIGURES["staff"].draw(STUDY)
        assert matplotlib.rcParams["font.size"] == 30


def test_no_rows_no_figure():
    assert draw_all(empty(STUDY)) == {}


def test_only_unknown_numbers_no_figure():
    frames = {
        name: frame.assign(**{c: np.nan for c in frame.columns if frame[c].dtype == float})
        for name, frame in vars(STUDY).items()
        if isinstance(frame, pd.DataFrame)
    }
    assert draw_all(replace(STUDY, **frames)) == {}


def test_one_scenario_alone_has_levels_and_no_comparison():
    names = {name for name, drawer in FIGURES.items() if drawer.draw(alone(STUDY)) is not None}
    assert names == NAMES - {"waterfall", "variants", "cost_effectiveness_plane", "acceptability"}
    assert sentence("staff", alone(STUDY)) == "Integrated pathway employs 216.4 WTE for £15.45m a year"
    assert " instead of " not in sentence("lists_over_time", alone(STUDY))


@pytest.mark.parametrize(
    "name, said",
    [
        ("headline", "Of 6 main indicators, Integrated pathway is better on all"),
        (
            "waits_by_service",
            "Of those seen, half waited less at 6 of the 8 services that both pathways have, and longer at 2 "
            "(Rheumatology, MRI and X-ray)",
        ),
        (
            "lists_over_time",
            "14,440 people wait at the end instead of 18,000 (3,560 fewer); 2,038 of them over a year instead of 2,685",
        ),
        ("flows", "6,800 people a year are sent on to hospital services instead of 12,400"),
        (
            "follow_ups_overdue",
            "5 follow-ups are overdue at the end instead of 72, all at Community physiotherapy",
        ),
        (
            "activity_by_month",
            (
                "14,758 visits are held in a week, over all services; fewest in December 2026 (7,700, 47.8% below the "
                "mean)"
            ),
        ),
        (
            "waterfall",
            "The largest step is “First contact practitioners”: 2.5 of 7.0 percentage points in all "
            "(have the care they need within 18 weeks)",
        ),
        (
            "by_deprivation",
            (
                "Until a need is met or people settle for less, the most deprived fifth waits 28 days longer than the "
                "least deprived, instead of 16: the gap widens"
            ),
        ),
        ("staff", "Same money: 216.4 WTE for £15.45m a year, instead of 214.2 WTE for £15.46m"),
        ("variants", "The answer holds: better in all 5 ways of asking"),
        (
            "cost_effectiveness_plane",
            (
                "Integrated pathway: more health for no more money, or as much for less, "
                "in 60 of 100 draws of what is not known"
            ),
        ),
        ("money_by_tier", "Secondary care has 52% of the money and 4.7% of patients, instead of 58% and 8.8%"),
        ("what_became", "31% have the care they need within 18 weeks, instead of 24%"),
        ("budget_by_year", "Integrated pathway costs £1.90m (8.1%) less than GP referral in year 3"),
        (
            "acceptability",
            (
                "Integrated pathway is worth its money in 90 of 100 draws at £20,000 a QALY and 90 of "
                "100 draws at £30,000 a QALY"
            ),
        ),
        ("sessions_by_month", "84.7% of planned sessions are delivered in both; fewest in August 2026 (76.0%)"),
        (
            "gaps",
            (
                "4 of 7 gaps by deprivation or ethnic group change by more than chance explains: 2 wider, 1 narrower, "
                "1 where one of the two is itself no clear gap"
            ),
        ),
    ],
)
def test_the_title_says_what_the_figure_shows(name, said, drawn):
    assert drawn[name].sentence == said


def test_steps_in_both_directions_are_no_parts_of_a_whole():
    ladder = STUDY.ladder.copy()
    steps = list(dict.fromkeys(ladder["step"]))
    for i, value in enumerate((0.94, 1.06, 0.97, 0.99, 0.93)[: len(steps)]):
        ladder.loc[ladder["step"] == steps[i], "value"] = value
    said = sentence("waterfall", replace(STUDY, ladder=ladder))
    assert (
        said.startswith("The largest step is")
        and ": +12.0 percentage points; all steps together −" in said
        and " of −" not in said
    )


def test_a_bad_variant_is_in_the_title():
    worse = STUDY.variants.copy()
    worse.loc[0, ["difference", "ci_low", "ci_high"]] = (-0.12, -0.15, -0.09)
    worse.loc[1, ["difference", "ci_low", "ci_high"]] = (0.02, -0.04, 0.08)
    assert sentence("variants", replace(STUDY, variants=worse)) == (
        "The answer depends on what is asked: of 5 ways, better in 3, worse in 1, no clear difference in 1"
    )


def test_more_money_is_in_the_title():
    dearer = STUDY.workforce.assign(
        cost_gbp_a_year=STUDY.workforce.cost_gbp_a_year * np.where(STUDY.workforce.scenario == NEW, 1.1, 1.0)
    )
    assert sentence("staff", replace(STUDY, workforce=dearer)).startswith("Not the same money: ")


def test_worse_indicators_are_counted():
    swap = STUDY.kpis.assign(scenario=STUDY.kpis.scenario.map({OLD: NEW, NEW: OLD}))
    turned = replace(STUDY, kpis=swap, differences=differences_of(swap))
    assert sentence("headline", turned) == "Of 6 main indicators, Integrated pathway is worse on all"


def test_fifteen_services_long_names_and_hostile_words_are_drawn():
    hostile = "<script>alert('x')</script> $x_1$ \x00 \u202e & " + "Wörterwörterwörter脊椎" * 6
    part = STUDY.kpis[STUDY.kpis.group == "spinal"]
    more = [f"extra_{i}" for i in range(6)]
    services = pd.concat(
        [STUDY.services.assign(label=hostile), *(STUDY.services.tail(1).assign(service=s, label=hostile) for s in more)]
    )
    study = replace(
        STUDY,
        kpis=pd.concat([STUDY.kpis, *(part.assign(group=s) for s in more)]),
        services=services,
        lists=STUDY.lists.iloc[:0],
        titles={OLD: hostile, NEW: hostile},
        ladder=STUDY.ladder.assign(title=hostile),
        variants=STUDY.variants.assign(title=hostile),
        workforce=STUDY.workforce.assign(staff_group=hostile),
    )
    for svg in draw_all(study).values():
        ElementTree.fromstring(svg)
        assert "<script" not in svg and "\x00" not in svg and "\u202e" not in svg


def test_bands_of_the_flows_lose_nobody():
    layout = lay_out(STUDY, OLD, 0.15, 0.02)
    flows = STUDY.flows[STUDY.flows.scenario == OLD].patients_a_year.sum()
    assert sum(p for _, p in layout.bands) + sum(p for *_, p in layout.returns) + layout.small[1] == pytest.approx(
        flows
    )
    for name, slot in layout.slots.items():
        into = sum(p for path, p in layout.bands if path[-1] == name)
        assert not slot.place or into <= slot.people


def test_bands_lie_side_by_side_within_their_places():
    layout = lay_out(STUDY, NEW, 0.15, 0.02)
    leaving = {}
    for path, people, ends in threads(layout):
        assert [left for left, _ in ends[1:]] == [right for _, right in ends[:-1]], (
            "a band that passes by is not broken"
        )
        leaving.setdefault(path[0], []).append((ends[0][0], ends[0][0] + people))
    for place, spans in leaving.items():
        spans.sort()
        slot = layout.slots[place]
        assert spans[0][0] >= slot.y - 1e-6 and spans[-1][1] <= slot.y + slot.people + 1e-6
        assert all(a[1] <= b[0] + 1e-6 for a, b in zip(spans, spans[1:]))


def test_months_that_the_run_has_in_part_are_not_drawn():
    whole = sessions_by_month._weekly(STUDY)
    assert whole["month"].nunique() == 36
    late = replace(
        STUDY,
        meta=STUDY.meta | {"start_date": "2026-04-10"},
        lists=STUDY.lists.assign(month_end=STUDY.lists.month_end.replace("2029-03-31", "2029-03-30")),
    )
    assert set(whole["month"]) - set(sessions_by_month._weekly(late)["month"]) == {"2026-04", "2029-03"}
    august = whole[(whole.month == "2026-08") & (whole.staff_group == "gp") & (whole.scenario == NEW)]
    assert august["planned"].item() == pytest.approx(31.0 * 8 * 4.35 / (31 / 7))


def test_the_staff_groups_that_differ_are_drawn_and_all_together_where_none_does():
    groups, more = sessions_by_month._groups(STUDY, sessions_by_month._weekly(STUDY))
    assert groups[:2] == ["first_contact_practitioner", "physio_band_6"] and (len(groups), more) == (6, 0)
    same = STUDY.staff[STUDY.staff.scenario == OLD]
    study = replace(STUDY, staff=pd.concat([same, same.assign(scenario=NEW)]))
    assert sessions_by_month._groups(study, sessions_by_month._weekly(study)) == ([""], 0)
    assert style.note(FIGURES["sessions_by_month"].draw(study)).startswith("All staff.")
    worse = replace(
        study,
        staff=study.staff.assign(
            delivered_sessions=study.staff.delivered_sessions
            * np.where((study.staff.staff_group == "gp") & (study.staff.scenario == NEW), 0.5, 1.0)
        ),
    )
    assert sessions_by_month._groups(worse, sessions_by_month._weekly(worse)) == (["gp"], 0)


@pytest.mark.parametrize(
    "then, now, said",
    [
        (Level(20, 18, 22), Level(34, 32, 36), "widens"),
        (Level(-20, -22, -18), Level(-34, -36, -32), "widens"),
        (Level(20, 18, 22), Level(9, 8, 10), "narrows"),
        (Level(20, 18, 22), Level(-9, -10, -8), "turns to the other side"),
        (Level(20, 18, 22), Level(9, -1, 19), "changes"),
        (Level(1, np.nan, np.nan), Level(9, 8, 10), "changes"),
        (None, Level(9, 8, 10), "changes"),
    ],
)
def test_a_gap_is_wider_or_narrower_only_where_both_are_clear(then, now, said):
    assert gaps.way(None, then, now) == said


def test_a_gap_by_deprivation_that_chance_explains_is_called_none():
    kpis = STUDY.kpis.copy()
    noise = np.random.default_rng(3).normal(size=len(kpis)) * 40
    rows = (kpis.kpi == "days_to_definitive_care_median") & kpis.group.isin(("needs_more_imd_1", "needs_more_imd_5"))
    kpis.loc[rows, "value"] = 100 + noise[rows]
    assert sentence("by_deprivation", replace(STUDY, kpis=kpis)) == (
        "No clear gap in days until a need is met or people settle for less, between the most and the least deprived "
        "fifth, in either pathway"
    )


def test_small_flows_are_named_in_the_note(drawn):
    assert "3 (330 people) in GP referral" in drawn["flows"].note


def test_flows_that_only_go_round_are_drawn_too():
    ring = pd.DataFrame(
        [(NEW, "gp", "fcp", 10.0), (NEW, "fcp", "gp", 10.0), (NEW, "gp", "gp", 5.0)], columns=STUDY.flows.columns
    )
    assert FIGURES["flows"].draw(replace(STUDY, flows=ring)) is not None


def test_the_interval_of_a_mean_is_students():
    level = level_of([1.0, 2.0, 3.0, np.nan])
    assert (level.mean, level.low, level.high) == pytest.approx(
        (2.0, 2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6
    )
    assert np.isnan(level_of([1.0]).low) and np.isnan(level_of([]).mean)


def test_who_is_sent_to_hospital_by_a_desk_that_reads_letters_is_counted():
    hospital = STUDY.services[(STUDY.services.scenario == NEW) & (STUDY.services.setting == "hospital")]["service"]
    desk = STUDY.services[STUDY.services.scenario == NEW].iloc[:1].assign(service="desk", setting="triage")
    row = pd.DataFrame([(NEW, "desk", hospital.iloc[0], 1000.0)], columns=STUDY.flows.columns)
    tables = {"flows": (STUDY.flows, row), "services": (STUDY.services, desk)}
    more = replace(STUDY, **{name: pd.concat(both, ignore_index=True) for name, both in tables.items()})
    assert sentence("flows", more).startswith("7,800 people a year")


@pytest.mark.parametrize(
    ("sooner", "later", "said"),
    [
        ((), (), "At none of the 3 services that both pathways have does the middle wait clearly differ"),
        ((), ("a",), "Of those seen, half waited longer at 1 of the 3 services"),
        (
            ("a",),
            (),
            "Of those seen, half waited less at 1 of the 3 services",
        ),
    ],
)
def test_what_is_said_of_waits_by_service_counts_no_nought_of_many(sooner, later, said):
    found = {
        name: Difference("wait_weeks_median", name, 9.0, 9.0 + gap, gap, gap - 1, gap + 1)
        for name in "abc"
        for gap in [-3.0 if name in sooner else 3.0 if name in later else 0.0]
    }
    assert waits_by_service._beside_each_other(found, dict(zip("abc", "ABC", strict=True))).startswith(said)
    alone = waits_by_service._beside_each_other(
        {"a": Difference("wait_weeks_median", "a", 9.0, 9.0, 0.0, -1.0, 1.0)}, {"a": "A"}
    )
    assert "1" not in alone and "does not clearly differ" in alone


def test_an_answer_that_is_the_same_in_all_ways_depends_on_nothing():
    gap = Difference(HEADLINE, "all", 0.3, 0.2, -0.1, -0.12, -0.08)
    unclear = replace(gap, low=-0.3, high=0.1)
    assert variants._sentence(HEADLINE, [("a", gap), ("b", gap)]) == "The answer holds: worse in all 2 ways of asking"
    assert "any of the 2" in variants._sentence(HEADLINE, [("a", unclear), ("b", unclear)])
