"""Figures: every one is drawn from a complete study, none from an empty one, and the same study gives the same bytes."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from study_example import NEW, OLD, alone, differences_of, empty, study_example

from sim.analysis.figures import FIGURES, draw_all, drawings, style
from sim.analysis.figures.flows_layout import lay_out
from sim.analysis.figures.flows_order import threads
from sim.analysis.figures.values import interval

NAMES = {"waits_by_service", "lists_over_time", "flows", "waterfall", "by_deprivation", "headline", "staff", "variants"}
STUDY = study_example()


def sentence(name, study=STUDY) -> str:
    return style.sentence(FIGURES[name].draw(study))


@pytest.fixture(scope="module")
def drawn():
    return {d.name: d for d in drawings(STUDY)}


def test_every_figure_is_drawn_from_a_complete_study(drawn):
    assert set(drawn) == NAMES == set(FIGURES)


def test_an_svg_stands_alone_and_is_well_formed(drawn):
    for name, figure in drawn.items():
        for svg in (figure.svg, figure.body):
            root = ElementTree.fromstring(svg)
            assert root.attrib["role"] == "img" and root.attrib["aria-label"] == figure.sentence
        assert re.findall(r"https?://[^\"]+", figure.svg) == ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]
        assert all(i.startswith(name + "-") for i in re.findall(r'\sid="([^"]+)"', figure.svg))
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', figure.svg)) <= set(re.findall(r'\sid="([^"]+)"', figure.svg))


def test_the_same_study_gives_the_same_bytes_whatever_the_users_own_settings(drawn):
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "svg.hashsalt": "other", "text.parse_math": True}):
        again = draw_all(replace(STUDY, lists=STUDY.lists.iloc[:0]))
    assert again == {name: figure.svg for name, figure in drawn.items() if name != "lists_over_time"}


def test_drawing_leaves_the_users_settings_alone():
    with matplotlib.rc_context({"font.size": 30}):
        FIGURES["staff"].draw(STUDY)
        assert matplotlib.rcParams["font.size"] == 30


def test_no_rows_no_figure():
    assert draw_all(empty(STUDY)) == {}


def test_only_unknown_numbers_no_figure():
    frames = {name: frame.assign(**{c: np.nan for c in frame.columns if frame[c].dtype == float})
              for name, frame in vars(STUDY).items() if isinstance(frame, pd.DataFrame)}
    assert draw_all(replace(STUDY, **frames)) == {}


def test_one_scenario_alone_has_levels_and_no_comparison():
    names = {name for name, drawer in FIGURES.items() if drawer.draw(alone(STUDY)) is not None}
    assert names == NAMES - {"waterfall", "variants"}
    assert sentence("staff", alone(STUDY)) == "Integrated pathway employs 216.4 WTE for £15.45m a year"
    assert " instead of " not in sentence("lists_over_time", alone(STUDY))


@pytest.mark.parametrize("name, said", [
    ("headline", "Of 6 main indicators, Integrated pathway is better on all"),
    ("waits_by_service", "Half of patients are seen sooner at 6 of the 8 services that both pathways have, and later at 2 (Rheumatology, "
                         "MRI and X-ray)"),
    ("lists_over_time", "14,440 people wait at the end instead of 18,000 (3,560 fewer); 2,038 of them over a year instead of 2,685"),
    ("flows", "6,800 people a year are sent on to hospital services instead of 12,400"),
    ("waterfall", "The largest step is “First contact practitioners”: −15 of −55 days in all (the right care, median)"),
    ("by_deprivation",
     "The most deprived fifth waits 29 days longer for the right care than the least deprived, instead of 16: the gap widens"),
    ("staff", "Same money: 216.4 WTE for £15.45m a year, instead of 214.2 WTE for £15.46m"),
    ("variants", "The answer holds: better in all 5 ways of asking"),
])
def test_the_title_says_what_the_figure_shows(name, said, drawn):
    assert drawn[name].sentence == said


def test_steps_in_both_directions_are_no_parts_of_a_whole():
    ladder = STUDY.ladder.copy()
    steps = list(dict.fromkeys(ladder["step"]))
    for i, value in enumerate((94.0, 106.0, 97.0, 99.0, 93.0)[: len(steps)]):
        ladder.loc[ladder["step"] == steps[i], "value"] = value
    said = sentence("waterfall", replace(STUDY, ladder=ladder))
    assert said.startswith("The largest step is") and ": +12 days; all steps together −" in said and " of −" not in said


def test_a_bad_variant_is_in_the_title():
    worse = STUDY.variants.copy()
    worse.loc[0, ["difference", "ci_low", "ci_high"]] = (12.0, 9.0, 15.0)
    worse.loc[1, ["difference", "ci_low", "ci_high"]] = (2.0, -4.0, 8.0)
    assert sentence("variants", replace(STUDY, variants=worse)) == (
        "The answer depends on what is asked: of 5 ways, better in 3, worse in 1, no clear difference in 1")


def test_more_money_is_in_the_title():
    dearer = STUDY.staff.assign(cost_gbp_a_year=STUDY.staff.cost_gbp_a_year * np.where(STUDY.staff.scenario == NEW, 1.1, 1.0))
    assert sentence("staff", replace(STUDY, staff=dearer)).startswith("Not the same money: ")


def test_worse_indicators_are_counted():
    swap = STUDY.kpis.assign(scenario=STUDY.kpis.scenario.map({OLD: NEW, NEW: OLD}))
    turned = replace(STUDY, kpis=swap, differences=differences_of(swap))
    assert sentence("headline", turned) == "Of 6 main indicators, Integrated pathway is worse on all"


def test_fifteen_services_long_names_and_hostile_words_are_drawn():
    hostile = "<script>alert('x')</script> $x_1$ \x00 \u202e & " + "Wörterwörterwörter脊椎" * 6
    part = STUDY.kpis[STUDY.kpis.group == "spinal"]
    more = [f"extra_{i}" for i in range(6)]
    services = pd.concat([STUDY.services.assign(label=hostile), *(STUDY.services.tail(1).assign(service=s, label=hostile) for s in more)])
    study = replace(STUDY, kpis=pd.concat([STUDY.kpis, *(part.assign(group=s) for s in more)]), services=services,
                    lists=STUDY.lists.iloc[:0], titles={OLD: hostile, NEW: hostile}, ladder=STUDY.ladder.assign(title=hostile),
                    variants=STUDY.variants.assign(title=hostile), staff=STUDY.staff.assign(staff_group=hostile))
    for svg in draw_all(study).values():
        ElementTree.fromstring(svg)
        assert "<script" not in svg and "\x00" not in svg and "\u202e" not in svg


def test_bands_of_the_flows_lose_nobody():
    layout = lay_out(STUDY, OLD, 0.15, 0.02)
    flows = STUDY.flows[STUDY.flows.scenario == OLD].patients_a_year.sum()
    assert sum(p for _, p in layout.bands) + sum(p for *_, p in layout.returns) + layout.small[1] == pytest.approx(flows)
    for name, slot in layout.slots.items():
        into = sum(p for path, p in layout.bands if path[-1] == name)
        assert not slot.place or into <= slot.people


def test_bands_lie_side_by_side_within_their_places():
    layout = lay_out(STUDY, NEW, 0.15, 0.02)
    leaving = {}
    for path, people, ends in threads(layout):
        assert [left for left, _ in ends[1:]] == [right for _, right in ends[:-1]], "a band that passes by is not broken"
        leaving.setdefault(path[0], []).append((ends[0][0], ends[0][0] + people))
    for place, spans in leaving.items():
        spans.sort()
        slot = layout.slots[place]
        assert spans[0][0] >= slot.y - 1e-6 and spans[-1][1] <= slot.y + slot.people + 1e-6
        assert all(a[1] <= b[0] + 1e-6 for a, b in zip(spans, spans[1:]))


def test_small_flows_are_named_in_the_note(drawn):
    assert "3 (330 people) in GP referral" in drawn["flows"].note


def test_flows_that_only_go_round_are_drawn_too():
    ring = pd.DataFrame([(NEW, "gp", "fcp", 10.0), (NEW, "fcp", "gp", 10.0), (NEW, "gp", "gp", 5.0)], columns=STUDY.flows.columns)
    assert FIGURES["flows"].draw(replace(STUDY, flows=ring)) is not None


def test_the_interval_of_a_mean_is_students():
    level = interval([1.0, 2.0, 3.0, np.nan])
    assert (level.mean, level.low, level.high) == pytest.approx((2.0, 2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6)
    assert np.isnan(interval([1.0]).low) and np.isnan(interval([]).mean)
