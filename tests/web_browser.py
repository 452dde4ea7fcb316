"""A browser for the tests of the planners' page: Debian's Chromium, driven by Playwright."""

import contextlib
import shutil
from collections.abc import Iterator

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@contextlib.contextmanager
def chromium() -> Iterator:
    """The browser; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if path is None:
        pytest.skip("no chromium here")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def findings(view, beside: tuple[str, ...] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 AA and best practice, a line each. `beside`: selectors that it leaves out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    context = {"exclude": [[one] for one in beside]} if beside else None
    said = axe.Axe().run(view, context=context, options=options).response
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in said["violations"]]


def tab_to(view, selector: str, most: int = 120) -> None:
    """Presses Tab until something is reached; AssertionError where it is not, or where nobody could see it."""
    for _ in range(most):
        view.keyboard.press("Tab")
        if view.evaluate(f"document.activeElement.matches({selector!r})"):
            shown = view.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none", f"{selector}: no focus to be seen"
            return
    raise AssertionError(f"{selector} is not reached by {most} presses of Tab")
