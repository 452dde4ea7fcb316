"""The report in a real browser: axe finds nothing, folded or open, wide or on a phone; what moves can be stopped."""

import pytest
from study_example import study_example
from web_browser import PHONE, WIDE, chromium, findings

from sim.app.pages.report import render

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(study_example()), encoding="utf-8")
    with chromium() as browser:
        shown = browser.new_page(bypass_csp=True)  # axe is a script, which the page itself allows to nobody
        shown.goto(file.as_uri())
        yield shown


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "open"])
def test_axe_finds_nothing_in_the_report(view, size, unfolded):
    view.set_viewport_size(size)
    view.evaluate(f"document.querySelectorAll('details').forEach(one => one.open = {str(unfolded).lower()})")
    assert findings(view) == []


def test_what_moves_is_stopped_by_its_box(view):
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
