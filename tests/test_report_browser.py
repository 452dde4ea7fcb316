"""The pages in a real browser: axe finds nothing, folded or open, wide or on a phone; what moves can be stopped."""

from functools import cache

import pytest
from study_example import study_example
from test_options import kpis_of
from test_plan import FIRST, asked_with, found
from test_story import journey
from web_browser import PHONE, WIDE, chromium, findings
from worlds import clinic, people, world

import sim
from sim.analysis.figures import drawings
from sim.app.pages.document import Column, Figure, Table, numbers
from sim.app.pages.html import html_of
from sim.app.pages.report import render
from sim.app.studies.options.options_asked import asked_options
from sim.app.studies.options.options_told import told_options
from sim.app.studies.plan import plan_document
from sim.app.studies.story import story_page
from sim.app.studies.story.lived_story import Story
from sim.app.studies.uncertainty import telling

pytestmark = pytest.mark.browser
CUT = """[...document.querySelectorAll('p, li, th, td, h1, h2, h3, dd, figcaption')]
    .filter(one => one.checkVisibility() && !one.closest('.said, thead'))
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display != 'inline')
    .map(one => one.textContent)"""
"""Words that are wider than their place."""


@cache
def drawn():
    return drawings(study_example())


def plan_page(folder) -> str:
    may_change = {FIRST: {"low": 3, "high": 4, "step": 1, "price": 1000}}
    answer, _ = found(folder, asked_with(may_change=may_change, trials=2, confirm=2))
    return html_of(plan_document.page_of(answer, plan_document.picture_of(answer), "mskflow plan"))


def story_file(_) -> str:
    configs = [world({"gp": clinic(slots, label="GP")}, days=30) for slots in (1, 0)]
    lanes = tuple((sim.from_dict(config), (journey(config, people(0, 0), who=2),)) for config in configs)
    drawing = drawn()[0]
    picture = Figure("timeline", "Both journeys as a timeline", drawing.sentence, drawing.note, drawing.body)
    return html_of(story_page.page_of(Story("Ada", None, lanes), picture))


def options_page(_) -> str:
    asked = asked_options(["integrated_extra_staff", "integrated", "--with", "gp_referral"])
    names = [one.name for one in asked.every]
    changes = {name: [("workforce.gp.wte", "1", "2")] for name in names}
    return html_of(told_options(asked, kpis_of(*names), changes, "mskflow compare")[0])


def uncertainty_page(_) -> str:
    table = Table("What we believe", (Column("Indicator"), numbers("before"), numbers("now")), (("Wait", "9", "8"),))
    said = ("Uncertainty", "What do we know?", "Coventry", "Better in 9 of 10 draws.", ("8 draws.",))
    told = telling.Telling("uncertainty", *said, ((table, 1),), drawn()[:1])
    return html_of(telling.page_of(told, "mskflow uncertainty"))


PAGES = {
    "report": lambda _: render(study_example(), drawn()),
    "plan": plan_page,
    "story": story_file,
    "compare": options_page,
    "uncertainty": uncertainty_page,
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module", params=PAGES)
def page(browser, request, tmp_path_factory):
    return shown(browser, tmp_path_factory.mktemp(request.param), request.param)


def shown(browser, folder, name):
    """The page of that name, open."""
    (file := folder / "page.html").write_text(PAGES[name](folder), encoding="utf-8")
    view = browser.new_page(bypass_csp=True)  # axe is a script, which the page itself allows to nobody
    view.goto(file.as_uri())
    return view


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_and_no_word_is_cut(page, size):
    page.set_viewport_size(size)
    for unfolded in (False, True):
        page.evaluate(f"document.querySelectorAll('details').forEach(one => one.open = {str(unfolded).lower()})")
        assert findings(page) == []
    assert page.evaluate(CUT) == [] and page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_what_moves_is_stopped_by_its_box(browser, tmp_path):
    view = shown(browser, tmp_path, "report")
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    look = "getComputedStyle([...document.querySelectorAll('.moving_lists rect.mv')].at(-1))"
    bar = f"{look}.transform"
    moving = {view.evaluate(bar), *(view.wait_for_timeout(700) or view.evaluate(bar) for _ in range(3))}
    assert len(moving) > 1
    view.check("#pause-moving_lists")
    stopped = {view.evaluate(bar), *(view.wait_for_timeout(300) or view.evaluate(bar) for _ in range(3))}
    assert len(stopped) == 1
    view.emulate_media(reduced_motion="reduce")
    assert view.evaluate(f"{look}.animationName") == "none"
