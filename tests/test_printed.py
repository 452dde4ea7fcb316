"""The report in other forms: the first screen on one sheet, figures as PNG, and what is said where that cannot be."""

import re

import pytest
from study_example import study_example

from sim.analysis import figures
from sim.app import cli
from sim.app.commands import COMMANDS
from sim.app.configuration.request import ONE_PAGE, PNG
from sim.app.pages import printed
from sim.app.pages.html import html_of
from sim.app.pages.report.page import first_screen
from sim.app.studies.comparison.publish import _write_forms

STUDY = study_example()


class Folder(dict):
    write_bytes = dict.__setitem__


def asked(*words):
    return COMMANDS["run"].request(["integrated", *words])


def test_the_forms_that_are_asked_for():
    assert [asked("--report", one).wants(ONE_PAGE) for one in ("one-page", "png", "one-page,png")] == [
        True,
        False,
        True,
    ]
    assert asked("--report=png").wants(PNG) and not asked().wants(PNG) and not asked().wants(ONE_PAGE)


@pytest.mark.parametrize(
    "words, told",
    [
        (["run", "--report", "two-pages"], "did you mean 'one-page'?"),
        (["check", "--report", "png"], "check does not use it"),
        (["run", "-m", "run.seed=1,2", "--report", "png"], "a sweep has no report"),
    ],
)
def test_what_cannot_be_asked_for(words, told, capsys):
    assert cli.main(words) == 2 and told in capsys.readouterr().err


def test_without_a_printer_a_line_says_so_and_nothing_is_written(monkeypatch, capsys):
    monkeypatch.setattr(printed, "printer", lambda: "")
    _write_forms(folder := Folder(), STUDY, (), asked("--report", "one-page"))
    assert folder == {} and capsys.readouterr().err.startswith("report.pdf: neither Chromium nor WeasyPrint is here; ")


def test_a_page_is_made_smaller_until_it_fits_and_has_no_date(monkeypatch):
    zooms = []

    def prints(html, _):
        zooms.append(float(re.search(r"zoom: ([0-9.]+)", html)[1]))
        return b"/Type /Pages (D:20261201023456+00'00')" + b" /Type /Page" * (2 if zooms[-1] > 0.9 else 1)

    monkeypatch.setattr(printed, "_printed", prints)
    pdf = printed.on_one_sheet("<head></head>", "browser")
    assert zooms == [1.0, 0.92, 0.85] and b"(D:20000101000000" in pdf and b"2026" not in pdf
    assert len(pdf) == len(prints("zoom: 0.5", ""))


def test_figures_are_pngs_of_the_same_bytes(monkeypatch):
    known = figures.registered()
    monkeypatch.setattr(figures, "registered", lambda: {name: known[name] for name in ("headline", "waits_by_service")})
    _write_forms(folder := Folder(), STUDY, (), asked("--report", "png"))
    assert set(folder) == {"figures/headline.png", "figures/waits_by_service.png"}
    assert all(data.startswith(b"\x89PNG") for data in folder.values()) and folder == again()


def again():
    _write_forms(folder := Folder(), STUDY, (), asked("--report", "png"))
    return folder


@pytest.mark.browser
@pytest.mark.skipif(not printed.printer(), reason="nothing here prints")
def test_the_first_screen_is_one_sheet():
    page = html_of(first_screen(STUDY, figures.drawings(STUDY)))
    pdf = printed.on_one_sheet(page, printed.printer())
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
