"""Options side by side: one today, the same people, a column and a letter each; what is wrong is told at once."""

import pandas as pd
import pytest

from sim.app import cli
from sim.app.pages.document import Table
from sim.app.studies.options.options_asked import asked_options
from sim.app.studies.options.options_told import OPTIONS, told_options

SMALL = ["place.scale=0.02", "run.years=0.3", "run.replications=3", "run.workers=1", "report=none"]


def kpis_of(today, *options):
    """Three replications in which the options have more and more of what is counted."""
    rows = [
        (name, r, kpi, "all", level + place * step * (1 + 0.01 * r), unit)
        for place, name in enumerate((today, *options))
        for r in range(3)
        for kpi, level, step, unit in (
            ("had_needed_care_within_18_weeks_share", 0.2, 0.05, ""),
            ("hospital_no_outcome_share", 0.3, 0.0, ""),
            ("staff_cost", 1e7, 1e6, "pounds a year"),
        )
    ]
    return pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"])


def test_the_first_option_says_what_today_is_and_all_are_in_one_place():
    asked = asked_options(["integrated", "integrated_extra_staff", "place.scale=0.1"])
    assert asked.today.name == "gp_referral" and asked.options[0].name == "integrated"
    assert {one.place.scale for one in asked.every} == {0.1}
    other = asked_options(["integrated_extra_staff", "--with", "integrated"])
    assert (other.today.name, other.options[0].name) == ("integrated", "integrated_extra_staff")


@pytest.mark.parametrize(
    "words, told",
    [
        ([], "no option is named"),
        (["integrated", "integrated"], "named twice"),
        (["integrated", "--with", "integrated"], "both sides"),
        (["integrated", "--with", "gp_referal"], "did you mean 'gp_referral'?"),
        (["integrated", "workforce.gp.wte=3"], "would be the same in all"),
        (["sussex_could_be", "--with", "gp_referral"], "does not meet the same people"),
        (["gp_referral"], "--with"),
        (["integrated", "--report", "png"], "compare draws no PNG"),
        ([f"s{n}" for n in range(7)], "6 at most"),
    ],
)
def test_what_cannot_be_compared_is_told(words, told, capsys):
    assert cli.main(["compare", *words]) == 2
    assert told in capsys.readouterr().err


def test_each_option_is_a_column_with_its_difference_and_a_word():
    asked = asked_options(["integrated_extra_staff", "integrated", "--with", "gp_referral"])
    names = [one.name for one in asked.every]
    changes = {name: [("pathway.a", "1", "2"), ("workforce.gp.wte", "1", "2")] for name in names}
    page, drawing = told_options(asked, kpis_of(*names), changes, "mskflow compare")
    side, money = (one for one in page.blocks if isinstance(one, Table))
    care, nothing = side.rows
    assert [cell.mark for cell in care[1:]] == ["", "better", "better"] and "+5.1" in care[2].note
    assert [cell.mark for cell in nothing[1:]] == ["", "", ""] and money.rows[0][2].words == "£11.01m"
    assert "with B and A" in page.blocks[1].words and drawing is not None
    titles = [one.title for one in asked.every]
    assert all(title in drawing.svg for title in titles), "titles are whole"
    first = page.sections[0].blocks[0].blocks[0].rows[0]
    assert first[0] == "workforce.gp.wte", "staff comes first"


def test_the_folder_has_a_row_for_each_option_and_indicator(tmp_path, capsys):
    words = ["compare", "ladder_1_fcp", "ladder_2_triage", "--with", "gp_referral", *SMALL, f"out={tmp_path}"]
    assert cli.main(words) == 0
    (folder,) = (tmp_path / "gp_referral-options").iterdir()
    table = pd.read_csv(folder / "options.csv")
    assert tuple(table.columns) == OPTIONS and set(table["option"]) == {
        "gp_referral",
        "ladder_1_fcp",
        "ladder_2_triage",
    }
    own = table[(table.option == "ladder_1_fcp") & (table.kpi == "staff_cost") & (table.group == "all")].iloc[0]
    assert own.replications == 3 and abs(own.difference) < 0.01 * own.value
    assert {"report.html", "results.xlsx", "kpis.csv", "manifest.json", "figures", "config"} <= {
        one.name for one in folder.iterdir()
    }
    assert "The options side by side" in capsys.readouterr().out
