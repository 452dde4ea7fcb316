"""The report: one page that needs nothing else, says good and bad alike, and is right on known numbers."""

import math
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from study_example import (
    BOTH_WAYS,
    COMMUNITY,
    COMPLETED,
    HEADLINES,
    NEEDED_CARE,
    NEW,
    OLD,
    OUTCOMES,
    alone,
    differences_of,
    empty,
    study_example,
)

from sim.analysis.figures import FIGURES
from sim.analysis.figures.headline import headline
from sim.analysis.reading import tables
from sim.analysis.statistics.paired import Level, differences
from sim.analysis.words import amounts, indicator
from sim.analysis.words.indicator import about
from sim.app.pages import report
from sim.app.pages.comparison_in_short import comparison_in_short
from sim.app.pages.document import Table, words_of
from sim.app.pages.report import sentences
from sim.app.pages.report.answers import answers
from sim.app.pages.report.rows import key
from sim.app.pages.report.sceptic import box
from sim.app.pages.report.sentences import lead
from sim.app.pages.terminal import lines_of

STUDY = study_example()
HEADLINE = (
    "31.0% instead of 24.0% of those who need more than self-management have the care they need within 18 weeks "
    "(7.0 percentage points higher)."
)
SETTLED = "half of all patients have their need met, or settle for less, within "
VOID = {"meta", "br", "hr", "img", "link", "input", "col", "wbr"}


def render(study, figures=None) -> str:
    """The page without the marks of words that are explained, which are `test_pages`' matter."""
    return re.sub(r"</?abbr[^>]*>", "", report.render(study, figures))


class Page(HTMLParser):
    """Checks nesting while it reads; keeps tags with their attributes, and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


@pytest.fixture(scope="module")
def text():
    return render(STUDY)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def with_difference(kpi, group, baseline, scenario, difference, low, high):
    """The example with one difference put there."""
    rows = STUDY.differences[~((STUDY.differences.kpi == kpi) & (STUDY.differences.group == group))]
    row = pd.DataFrame([(kpi, group, "", baseline, scenario, difference, low, high, 20)], columns=tables.DIFFERENCES)
    return replace(STUDY, differences=pd.concat([rows, row], ignore_index=True))


def answer(study, question) -> str:
    item = next(i for i in box(study) if i.question == question)
    return " ".join([*item.answers, *item.points, item.command]).strip()


# the page


def test_every_tag_is_closed(page):
    assert page.open == []


def test_the_page_needs_nothing_from_outside(text, page):
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "src"]
    assert "@import" not in text and not re.search(r"url\((?!#)", text)


def test_ids_are_there_once_and_what_points_to_them_is_right(text, page):
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = {attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs}
    assert pointed | set(re.findall(r'(?:url\(|href=")#([^")]+)', text)) <= set(ids)


def test_headings_in_order_headers_with_scope_figures_with_words(page):
    heads = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert heads[0] == 1 and heads.count(1) == 1 and all(b - a <= 1 for a, b in zip(heads, heads[1:]))
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    assert all(attrs.get("role") == "img" and attrs.get("aria-label") for tag, attrs in page.tags if tag == "svg")
    assert ("html", {"lang": "en-GB"}) in page.tags


def test_every_figure_is_there(page):
    assert {attrs["class"] for tag, attrs in page.tags if tag == "svg"} == {*FIGURES, "moving_lists"}


def test_the_parts_come_in_their_order(text):
    parts = [
        "<h1>",
        HEADLINE,
        "Two answers side by side",
        'id="answer"',
        "What a sceptical board member asks",
        "The headline indicators",
        'id="figures">',
        'id="staff">',
        'id="money">',
        'id="outcomes">',
        'id="fairness">',
        'id="load">',
        'id="assumptions">',
        'id="sure">',
        "How to run it again",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_every_headline_indicator_is_in_the_table(text):
    for kpi in indicator.TABLE:
        assert escape(indicator.INDICATORS[kpi].words) in text


def test_assumptions_come_first_and_load_warns(text):
    assert text.index("Assumptions: no evidence") < text.index("Recalled, not checked") < text.index("Worked out from")
    assert "more is asked than can be done at Hip, knee and other surgery" in text
    assert 'class="n whole worse">106%' in text


def test_how_to_run_it_again(text):
    for words in ("mskflow run integrated", "20260401", "5f0c6e1b9a7d", "abc1234", "20 replications"):
        assert words in text


def test_an_empty_study_still_makes_a_page():
    text = render(empty(STUDY))
    assert Page(text).open == [] and "The study has no headline indicator to tell." in text


def test_one_scenario_alone_says_so_and_shows_levels():
    text = render(alone(replace(STUDY, lists=STUDY.lists.iloc[:0])))
    assert Page(text).open == [] and "was run alone" in text and "instead of" not in text
    assert "31.0% of those who need more than self-management have the care they need within 18 weeks." in text
    assert f"In the third year, {SETTLED}38 days." in text


def test_hostile_words_are_escaped():
    hostile = "<script>alert(1)</script>\"'&\x00\u202e{{ 7*7 }}" + "ü脊" * 300
    words = ("label", "title", "note", "source", "moved_from", "verdict", "path")
    frames = {
        name: frame.assign(**{c: hostile for c in words if c in frame})
        for name, frame in vars(STUDY).items()
        if isinstance(frame, pd.DataFrame)
    }
    frames["lists"] = STUDY.lists.iloc[:0]
    text = render(
        replace(
            STUDY,
            **frames,
            titles={OLD: hostile, NEW: hostile},
            questions={NEW: hostile},
            meta={"command": hostile, "overturns": [hostile], "warnings": [hostile], "versions": {hostile: hostile}},
        )
    )
    page = Page(text)
    assert page.open == [] and "script" not in {tag for tag, _ in page.tags}
    assert "<script" not in text and "\x00" not in text and "\u202e" not in text and "49" not in page.words
    assert "&lt;script&gt;" in text


# the sentences


def test_the_headline_on_known_numbers():
    assert lead(STUDY)[0] == HEADLINE


def test_without_a_third_year_days_are_of_the_whole_period():
    frames = {name: getattr(STUDY, name)[getattr(STUDY, name).group != "year_3"] for name in ("kpis", "differences")}
    said = f"Over the whole period, {SETTLED}44 days instead of 99 (55 fewer)."
    assert said in lead(replace(STUDY, **frames))


@pytest.mark.parametrize(
    "numbers, said",
    [
        (
            (38.0, 96.0, 57.6, 54.2, 61.0),
            "96 days instead of 38 (58 days longer): this is worse.",
        ),
        (
            (96.0, 95.0, -1.0, -3.0, 1.0),
            "95 days instead of 96: no clear difference (1 fewer).",
        ),
        ((96.0, 96.0, 0.0, 0.0, 0.0), "96 days in both pathways: no difference."),
        ((96.0, 95.7, -0.3, -0.5, -0.1), "96 days in both pathways: no clear difference."),
        ((96.0, 38.0, -58.0, np.nan, np.nan), "38 days instead of 96 (58 fewer)."),
    ],
)
def test_a_result_is_said_as_it_is(numbers, said):
    assert f"In the third year, {SETTLED}{said}" in lead(with_difference(indicator.SETTLED, "year_3", *numbers))


@pytest.mark.parametrize(
    "kpi, numbers, said",
    [
        (
            "hospital_no_outcome_share",
            (0.301, 0.118, -0.183, -0.190, -0.176),
            "11.8% instead of 30.1% of people referred to hospital come away with no outcome "
            "(18.3 percentage points lower).",
        ),
        (
            "rtt_within_18_weeks",
            (0.668, 0.571, -0.097, -0.10, -0.094),
            "57.1% instead of 66.8% of the people on RTT lists at the end have waited under 18 weeks "
            "(9.7 percentage points lower): this is worse.",
        ),
        (
            "gp_appointments_per_1000",
            (318.0, 462.0, 144.0, 140.0, 148.0),
            (
                "462 instead of 318 GP appointments are used for every 1,000 residents in a year "
                "(144 more): this is worse."
            ),
        ),
        (
            "cost_per_episode",
            (241.0, 244.0, 3.0, -1.0, 7.0),
            "An episode costs £244 instead of £241: no clear difference (£3 more).",
        ),
    ],
)
def test_other_indicators_in_their_own_words(kpi, numbers, said):
    assert said in lead(with_difference(kpi, "all", *numbers))


def test_a_wait_that_is_never_reached_is_not_left_out():
    known = STUDY.kpis[~((STUDY.kpis.kpi == "days_to_definitive_care_p92") & (STUDY.kpis.scenario == NEW))]
    gone = STUDY.differences[STUDY.differences.kpi != "days_to_definitive_care_p92"]
    assert (
        "Need met, or settled for less: 92 in 100 patients within: 310 days for GP referral, "
        "not known for Integrated pathway (too few got so far in the time simulated)."
    ) in lead(replace(STUDY, kpis=known, differences=gone))


def test_a_time_not_reached_in_one_replication_is_not_averaged_over_the_others():
    kpis = STUDY.kpis.copy()
    kpis.loc[
        (kpis.kpi == "days_to_definitive_care_p92") & (kpis.scenario == NEW) & (kpis.replication == 3), "value"
    ] = np.nan
    gone = STUDY.differences[STUDY.differences.kpi != "days_to_definitive_care_p92"]
    assert any("not known for Integrated pathway" in s for s in lead(replace(STUDY, kpis=kpis, differences=gone)))


@pytest.mark.parametrize("who, judged", [(NEW, "worse"), (OLD, "better")])
@pytest.mark.parametrize("kpi", ["days_to_definitive_care_p92", "days_to_first_contact_median"])
def test_what_too_few_come_to_is_told_and_judged_wherever_the_report_speaks_of_it(who, judged, kpi):
    """The worst outcome is no outcome that is missing: in sentence, table, picture and on the terminal it is judged."""
    kpis = STUDY.kpis.copy()
    long = (kpis.kpi == kpi) & (kpis.scenario == who)
    kpis.loc[long, "value"] = np.nan
    kpis = pd.concat([kpis, kpis[long].assign(kpi=f"{kpi}_at_least", value=1096.0)], ignore_index=True)
    study = replace(STUDY, kpis=kpis, differences=differences(kpis, NEW, OLD))
    (said,) = [one for one in lead(study) if "1,096 days" in one]
    assert ("ewer than" in said.partition(";")[0]) == (who == NEW) and said.endswith("worse.") == (judged == "worse")
    words = about(kpi).words
    (row,) = [row for row in key(study).rows if row[0] == words]
    assert row[-1].mark == judged and "more than 1,096" in row
    tables = [one for one in comparison_in_short(study, Path("x"), whole=True).blocks if isinstance(one, Table)]
    (short,) = [row for one in tables for row in one.rows if row[0] == words]
    assert short[4].mark == judged and "> 1,096" in short
    questions = {one.question: one for one in box(study)}
    told = [line for line in questions["What else gets worse?"].points if "1,096 days" in line]
    assert bool(told) == (judged == "worse")
    if kpi in indicator.MAIN[:6]:
        said = headline(study).texts[0].get_text()
        assert ("worse on 1" in said) == (judged == "worse")


def test_a_time_that_neither_pathway_reaches_is_said():
    kpis = STUDY.kpis.assign(value=STUDY.kpis.value.where(STUDY.kpis.kpi != indicator.SETTLED))
    told = lead(replace(STUDY, kpis=kpis, differences=STUDY.differences.iloc[:0]))
    assert (
        "Need met, or settled for less: half of patients within: not known (too few got so far in the time simulated)."
    ) in told


def test_the_first_screen_gives_the_range_over_what_is_believed_and_says_what_it_is():
    believed = {"date": "2026-12-01", "draws": 128, "covers": 0.95, "ranges": {indicator.HEADLINE: (-0.02, 0.12)}}
    text = unescape(render(replace(STUDY, meta=STUDY.meta | {"believed": believed})))
    possible = "believed possible: 2.0 percentage points lower to 12.0 percentage points higher"
    assert f"(7.0 percentage points higher; {possible})" in text
    assert "the range that holds 95% of what 128 draws of all that is not known give, made on 2026-12-01." in text
    turned = with_difference(indicator.HEADLINE, "all", 0.31, 0.24, -0.07, -0.074, -0.066)
    assert lead(replace(turned, meta={"believed": believed}))[0].endswith("this is worse as configured.")


def test_without_it_the_range_of_moved_assumptions_and_the_command_that_makes_the_whole():
    command = "mskflow uncertainty integrated workforce.gp.wte=20"
    moved = {"moved": {indicator.HEADLINE: (0.05, 0.08)}, "assumptions_moved": 4, "times_moved": 5}
    text = unescape(render(replace(STUDY, meta=STUDY.meta | moved | {"uncertainty_command": command})))
    assert "with assumptions at their ends: 5.0 to 8.0 percentage points higher)" in text
    assert "4 assumptions, each moved alone to both ends of its range (5 replications each)" in text
    assert "That is not the whole range of what is believed possible; this command makes it:" in text
    assert f"<code>{command}</code>" in text
    text = unescape(render(replace(STUDY, meta=STUDY.meta | {"uncertainty_command": command})))
    assert "was not looked at in this run; this command makes it:" in text and f"<code>{command}</code>" in text


# the answers


def test_answers_stand_side_by_side_with_their_difference_and_what_is_freed():
    table = answers(replace(STUDY, meta=STUDY.meta | {"gp_time": "A session is half a day."}))
    assert [column.words for column in table.columns[1:]] == [
        "GP referral",
        "What was done: staff added",
        "The same money",
    ]
    rows = {row[0]: [words_of(cell) for cell in row[1:]] for row in table.rows}
    assert rows["Of those who need more than self-management: have the care they need within 18 weeks"] == [
        "24.0%",
        "33.0% (+9.0 points; +8.0 to +10.0: better)",
        "31.0% (+7.0 points; +6.0 to +8.0: better)",
    ]
    assert rows["Community physiotherapy: median wait of those seen"][1] == "3.0 weeks (−6.0; −6.4 to −5.6: better)"
    assert rows["Fewer GP appointments used, a year"] == ["–", "16,000", "15,900"]
    assert rows["Staff, a year"] == ["£15.46m", "£17.06m (+£1.60m)", "£15.46m (the same)"]
    assert rows["All care, operations and scans too, a year"][1:] == ["–", "£22.40m (−£1.00m; −£1.10m to −£900,000)"]
    assert "5 replications of each" in table.caption and table.note.endswith("A session is half a day.")
    believed = {"same_money": {"ranges": {indicator.HEADLINE: (-0.01, 0.2)}}}
    wider = answers(replace(STUDY, meta={"believed_answers": believed}))
    assert words_of(wider.rows[0][3]) == "31.0% (+7.0 points; believed possible −1.0 to +20.0: better as configured)"
    assert "believed possible" not in words_of(wider.rows[0][2]) and "believed possible" in wider.note
    assert answers(replace(STUDY, answers=STUDY.answers.iloc[:0])) is None


# the sceptic


def test_who_waits_longer_is_named_with_numbers():
    said = answer(STUDY, "Who waits longer?")
    assert (
        "Rheumatology: half of those seen waited under 12.4 weeks instead of 10.0 "
        "(2.4 weeks longer, 95% interval 2.3 to 2.5)"
    ) in said
    assert (
        "People who need rheumatology: half have their need met, or settle for less, within 99 days instead of 81 (18"
        in said
    )
    assert "T&O" not in said and "by chance" in said
    assert "Waits that only Integrated pathway has: First contact practitioner (0.6 weeks" in said


def test_nobody_waits_longer():
    better = STUDY.differences[STUDY.differences.difference < 0]
    assert answer(replace(STUDY, differences=better), "Who waits longer?").startswith(
        "Nobody, that we can tell from chance."
    )


def test_who_gains_least():
    said = answer(STUDY, "Who gains least?")
    assert "the most deprived fifth gains least: 27.0% instead of 22.0% (5.0 percentage points higher" in said
    assert "the least deprived fifth gains most: 9.0 percentage points higher" in said
    assert "people who need rheumatology lose: 44.0% instead of 50.0% (6.0 percentage points lower" in said
    assert "people who need physiotherapy gain most" in said


def test_same_staff_and_where_gp_time_goes():
    said = answer(STUDY, "Is it the same staff and the same money?")
    assert said.startswith(
        "Yes, the same money: £15.45m a year on staff instead of £15.46m (0.06% less). "
        "216.4 WTE instead of 214.2 (2.2 WTE more)."
    )
    assert "The GPs stay in post: that time goes to their other patients, and no saving is counted for it." in said
    dearer = with_difference("staff_cost", "all", 10e6, 11e6, 1e6, 1e6, 1e6)
    assert answer(dearer, "Is it the same staff and the same money?").startswith(
        "No: £11.00m a year on staff instead of £10.00m (£1.00m or 10.0% more)."
    )


def test_what_gets_worse_is_listed():
    judged = sum(
        bool(indicator.about(kpi).better) and math.isfinite(old)
        for kpi, (_, old, _, _) in (HEADLINES | OUTCOMES | COMMUNITY | NEEDED_CARE | COMPLETED | BOTH_WAYS).items()
    )
    assert answer(STUDY, "What else gets worse?") == (
        f"None of the {judged} headline indicators for all patients where lower or higher is better is worse."
    )
    unclear = STUDY.differences.copy()
    unclear.loc[(unclear.kpi == "work_days_lost") & (unclear.group == "all"), ["difference", "ci_low", "ci_high"]] = (
        -3.0,
        -9.0,
        3.0,
    )
    assert answer(replace(STUDY, differences=unclear), "What else gets worse?").endswith(
        "No clear difference, better or worse: Working days lost."
    )
    swap = STUDY.kpis.assign(scenario=STUDY.kpis.scenario.map({OLD: NEW, NEW: OLD}))
    said = answer(replace(STUDY, kpis=swap, differences=differences_of(swap)), "What else gets worse?")
    assert (
        "30.1% instead of 11.8% of people referred to hospital come away with no outcome" in said
        and "this is worse" in said
    )


def test_demand_and_payers():
    said = "Demand rises 5%: 27.0% instead of 22.0% (5.0 percentage points higher, 95% interval 4.6 to 5.4). Better."
    assert said in answer(STUDY, "What if demand rises 5%?")
    said = answer(STUDY, "Does it matter who pays?")
    assert (
        said.startswith("The answer is the same: better.")
        and "All of it taken from GP time: 33.0% instead of 24.0%" in said
        and "20 replications of each" in said
    )
    worse = STUDY.variants.copy()
    worse.loc[0, ["scenario", "difference", "ci_low", "ci_high"]] = (0.20, -0.04, -0.05, -0.03)
    said = answer(replace(STUDY, variants=worse), "Does it matter who pays?")
    assert said.startswith("The answer changes: better as compared here, but not in 1 of 3 below.")
    assert "20.0% instead of 24.0% (4.0 percentage points lower, 95% interval 3.0 to 5.0). Worse." in said
    worse.loc[0, ["scenario", "difference", "ci_low", "ci_high"]] = (0.26, 0.02, -0.03, 0.07)
    assert answer(replace(STUDY, variants=worse), "Does it matter who pays?").startswith(
        "No answer below is clearly another one: better as compared here, and the intervals overlap."
    )
    assert "was not run" in answer(replace(STUDY, variants=STUDY.variants.iloc[:0]), "Does it matter who pays?")


def test_what_would_overturn_it():
    question = "Which assumption would overturn it?"
    assert answer(STUDY, question).strip() == "No assumption was moved in this run, so this report cannot say."
    told = replace(STUDY, meta={"overturns": ["With a triage accuracy under 0.6 the gain is gone."]})
    assert answer(told, question).endswith("With a triage accuracy under 0.6 the gain is gone.")


# words


def test_numbers_are_rounded_sensibly():
    assert [
        amounts.amount(k, v)
        for k, v in (
            ("days_to_first_contact_median", 37.6),
            ("days_to_first_contact_median", 1.0),
            ("hospital_no_outcome_share", 0.3012),
            ("staff_cost", 15_455_728),
            ("cost_per_episode", 241.4),
            ("staff_wte", 214.25),
            ("work_days_lost", 1772.0),
            ("cost_per_episode", float("nan")),
        )
    ] == ["38 days", "1 day", "30.1%", "£15.46m", "£241", "214.2 WTE", "1,772 days per 1,000 residents a year", "–"]


def test_the_rounding_of_sums_is_no_interval():
    assert amounts.interval("staff_cost", 5081.0, 5081.0 - 1e-9, 5081.0 + 1e-9) == "£5,081 more in every replication"
    assert amounts.verdict("days_to_first_contact_median", 1e-16, -1e-15, 1e-15, 3) == "no difference"
    assert amounts.verdict("days_to_first_contact_median", 1e-6, -1e-5, 1e-5, 3) == "no clear difference"


def test_an_unknown_indicator_is_said_by_its_own_name():
    assert indicator.about("mri_scans_per_1000").words == "MRI scans per 1000"
    assert amounts.verdict("mri_scans_per_1000", 2.0, 1.0, 3.0, 3) == "higher"


def test_every_indicator_of_the_contract_has_words_and_a_unit():
    contract = """days_to_first_contact_median days_to_first_contact_p92
        days_to_definitive_care_median days_to_definitive_care_p92
        rtt_within_18_weeks rtt_median_weeks rtt_over_52_weeks hospital_referrals_per_1000 hospital_no_outcome_share
        second_referrals_per_1000 gp_appointments_per_1000 surgical_conversion contacts_per_episode
        empty_group_seats_share cost_per_episode qalys_lost_waiting work_days_lost staff_wte staff_cost
        community_referrals_per_1000 fcp_self_management_share wait_weeks_median wait_weeks_p92
        weeks_on_list_median waiting_list slot_use slots_missed_share"""
    assert set(contract.split()) <= set(indicator.INDICATORS)
    assert all(i.words and i.unit for i in indicator.INDICATORS.values())


# a real browser


def test_a_browser_shows_the_headline(text, tmp_path):
    browser = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))),
        None,
    )
    if browser is None:
        pytest.skip("no chromium here")
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")
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
    assert HEADLINE in unescape(run.stdout)
    assert run.stdout.count("<svg") == len(FIGURES) + 1  # the lists that move


def test_the_first_screen_is_the_answer_and_the_rest_is_folded(text):
    first = text[text.index('id="glance"') : text.index('id="answers"')]
    assert HEADLINE in first and first.count("<svg") == 1 and first.count("<table") == 1
    assert "Who gains, who loses: " in first and "Who waits longer: " in first
    folded = set(re.findall(r'<details class="part">\s*<summary><h2 id="(\w+)">', text))
    assert folded >= {"answers", "sceptic", "indicators", "figures", "staff", "money", "assumptions", "sure", "again"}
    assert not folded & {"glance", "answer"}


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium here")
def test_the_first_screen_prints_on_one_sheet_and_all_on_few(text, tmp_path):
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    words = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    to = [f"--print-to-pdf={tmp_path / 'report.pdf'}", "--no-pdf-header-footer", (tmp_path / "report.html").as_uri()]
    subprocess.run(["chromium", *words, *to], capture_output=True, timeout=120, check=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes()))
    assert 2 <= pages <= 12


def test_the_terminal_shows_the_first_screen_and_says_where_the_rest_is():
    """In 25 lines; all that it leaves out stands in the whole."""
    first, whole = (
        [
            "".join(words for words, _ in line)
            for line in lines_of(comparison_in_short(STUDY, Path("x"), all_of_it), 132, True)
        ]
        for all_of_it in (False, True)
    )
    assert len(first) <= 25 < len(whole)
    text = "\n".join(first)
    for said in (
        STUDY.questions["integrated"],
        "today: ",
        HEADLINE[:60],
        "Staff: ",
        "Who gains, who loses: ",
        "report.html",
    ):
        assert said.lower() in text.lower()
    assert "--report table" in first[-1] and "--report" not in whole[-1]


def test_where_everybody_loses_nobody_is_said_to_gain_least():
    """And six at most of those who wait longer are told one by one."""
    rows = STUDY.differences.copy()
    care = rows.kpi == indicator.HEADLINE
    rows.loc[care, ["difference", "ci_low", "ci_high"]] = [-0.1, -0.11, -0.09]
    waits = rows.kpi.isin(indicator.WAITS)
    rows.loc[waits, ["difference", "ci_low", "ci_high"]] = [9.0, 8.0, 10.0]
    study = replace(STUDY, differences=rows)
    questions = {one.question: one for one in box(study)}
    told = " ".join(questions["Who gains least?"].answers)
    assert "most:" in told and "nobody gains" in told and "gains least" not in told
    longer = questions["Who waits longer?"].points
    assert longer[6].startswith("And ") and len(longer) <= 9


def test_a_time_that_too_few_come_to_is_told_by_what_it_is_more_than():
    long = Level(math.nan, math.nan, math.nan, 207.4)
    assert sentences._reached("days_to_first_contact_p92", long, "all").endswith("within: more than 207 days")
