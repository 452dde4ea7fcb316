"""The planners' page in a real browser: by keyboard, without a script, on a phone, and for everybody."""

import re
from urllib.parse import urlencode

import pytest
from planners_journey import CELLS, OPTIONS, WTE, by_keyboard, to_one_page, until_done
from web_browser import PHONE, WIDE, chromium, findings
from web_page import SMALL, filled, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    pytest.importorskip("uvicorn")
    with served(tmp_path_factory.mktemp("web")) as running:
        yield running


def _view(browser, size, script: bool, asked: list[str]):
    context = browser.new_context(viewport=size, java_script_enabled=script)
    context.on("request", lambda request: asked.append(request.url))
    view = context.new_page()
    view.set_default_timeout(60_000)
    return view


def test_the_whole_journey_by_keyboard_without_a_script_on_a_phone(browser, page):
    asked: list[str] = []
    view = _view(browser, PHONE, False, asked)

    def seen(step: str) -> None:
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{step} is {wide} wide"

    book = filled(CELLS, overrides=(SMALL, "run.years=0.3", "run.replications=3"))
    link = by_keyboard(view, page.address, book, seen=seen)
    assert all(f"{WTE}%3D{wte}" in link for _, wte in OPTIONS)  # plain values, for whoever opens it elsewhere
    assert "start." not in link and not any("240" in url for url in asked)  # and nothing of a list
    until_done(view, script=False)
    seen("numbers")
    text = view.inner_text("main")
    assert "95% ranges" in text and all(name in text for name, _ in OPTIONS)
    assert not view.locator("progress").count()
    to_one_page(view)
    until_done(view, script=False)
    seen("report")
    taken = dict(re.findall(r'href="(/results/[^"]*/([^"/]*))"', view.content()))
    assert set(taken.values()) == {"report.html", "report.pdf", "results.xlsx", "options.csv", "kpis.csv"}
    files = {name: page.ask(path).text for path, name in taken.items()}
    assert (
        all(name in files["report.html"] for name, _ in OPTIONS) and "3 options against today" in files["report.html"]
    )
    assert len(re.findall(r"/Type\s*/Page\b(?!s)", files["report.pdf"])) == 1
    assert asked and all(url.startswith(page.address) for url in asked)
    view.context.close()


def share_in(row: str) -> int:
    """The load of a service, in per cent of what its staff can do."""
    return int(re.search(r"(\d+)%", row)[1])


def test_with_a_script_load_follows_what_is_typed_and_numbers_come_by_themselves(browser, page):
    asked: list[str] = []
    view = _view(browser, WIDE, True, asked)
    errors: list[str] = []
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    view.goto(f"{page.address}option?scenario=integrated&{SMALL}")
    view.wait_for_selector("#load table")
    row = "#load tr:has(th:text-is('First contact practitioner'))"
    before = share_in(view.inner_text(row))
    view.fill(f"input[name='{WTE}']", "9.5")
    view.keyboard.press("Tab")
    view.wait_for_selector(f"{row}:not(:has-text('{before}%'))")
    assert share_in(view.inner_text(row)) == pytest.approx(before / 2, abs=1)  # twice the staff for the same people
    view.click("text=Update the load >> nth=0")
    view.click("button:has-text('Numbers in seconds')")
    view.wait_for_selector("#main-rows")
    until_done(view, script=True)
    assert errors == []
    assert all(url.startswith(page.address) for url in asked)
    view.context.close()


def test_axe_finds_nothing_on_any_page(browser, page):
    query = f"scenario=integrated&name=Nine&{WTE}=9&{SMALL}"
    page.post("/keep", [("option", query)])
    done = page.post("/work", [("option", query), ("replications", "1")]).headers["location"]
    page.until(done, r"<strong>Done\.</strong>")
    link = urlencode([("today", f"scenario=integrated&{SMALL}"), ("option", query)])
    page.send("/upload", {}, {"ours.xlsx": filled(CELLS)})
    works = re.findall(r'href="(/work/\w+)"', page.ask("/work").text)
    paths = (
        "/",
        "/understood?scenario=ours",
        f"/option?{query}&load=1&q=missed",
        f"/option?scenario=integrated&{WTE}=nine&demand.population=-1",
        f"/compare?{link}&load=1",
        *dict.fromkeys((done, *works)),
        "/work",
        "/nowhere",
    )
    found: dict[str, list[str]] = {}
    for size in (WIDE, PHONE):
        view = _view(browser, size, True, [])
        for path in paths:
            view.goto(page.address.rstrip("/") + path)
            view.evaluate("document.querySelectorAll('details').forEach((one, at) => { one.open = at < 6; })")
            found[f"{path} at {size['width']}"] = findings(view)
            assert view.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        view.context.close()
    assert {path: one for path, one in found.items() if one} == {}
