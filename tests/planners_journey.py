"""The journey of docs/planners.md: my place from a workbook, three staffing options against today, from the form to
numbers side by side and one printed page.

`python tests/planners_journey.py` makes the pictures of that page.
"""

import tempfile
from pathlib import Path

from web_browser import PHONE, WIDE, chromium, tab_to
from web_page import ROOT, filled, served

PICTURES = ROOT / "docs" / "images" / "planners"
WTE = "workforce.fcp_band_7.wte"
OPTIONS = (("Two more FCPs", "7"), ("Twice the FCPs", "10"), ("Two fewer FCPs", "3"))
CELLS = {WTE: 5, "workforce.gp.wte": 21, "start.lists.spinal.waiting.10": 240}
"""What somebody has typed into the yellow cells."""
DONE_SECONDS = 240


def by_keyboard(view, address: str, book: bytes, options=OPTIONS, seen=lambda step: None) -> str:
    """Everything with the keyboard alone, as far as the numbers; the link of the comparison. `book`: my place as a
    workbook; `seen`: told of each page that is reached."""
    view.goto(address)
    seen("start")
    tab_to(view, "#file")
    with view.expect_file_chooser(timeout=20_000) as chosen:
        view.keyboard.press("Space")
    chosen.value.set_files({"name": "my_place.xlsx", "mimeType": "", "buffer": book})
    _press(view, "form[action='/upload'] button", "**/understood?scenario=my_place")
    seen("understood")
    _press(view, "a.button", "**/option?scenario=my_place**")
    for place, (name, wte) in enumerate(options):
        if place:
            view.goto(address)
            _press(view, "a[href='/option?scenario=my_place']", "**/option?scenario=my_place")
        tab_to(view, f"input[name='{WTE}']")
        view.keyboard.press("Control+A")
        view.keyboard.type(wte)
        view.keyboard.press("Enter")
        view.wait_for_url(f"**{WTE}={wte}**")
        seen("load")
        tab_to(view, "#name")
        view.keyboard.type(name)
        view.keyboard.press("Enter")
        view.wait_for_url("**/#kept")
    seen("kept")
    for place in range(len(options)):
        tab_to(view, f"#keep-{place + 1}")
        view.keyboard.press("Space")
    view.keyboard.press("Tab")
    view.keyboard.press("Enter")
    view.wait_for_url("**/compare?today=**")
    link = view.url
    seen("compare")
    _press(view, "button.main", "**/work/*")
    return link


def to_one_page(view) -> None:
    """From the numbers to the report of all, with the keyboard; the page that tells how far it is."""
    here = view.url
    tab_to(view, "form:has(input[value='options']) button")
    view.keyboard.press("Enter")
    view.wait_for_url(lambda url: url != here)


def _press(view, selector: str, leads_to: str) -> None:
    tab_to(view, selector)
    view.keyboard.press("Enter")
    view.wait_for_url(leads_to)


def until_done(view, script: bool) -> None:
    """Waits for the numbers; without a script as somebody would who presses the link."""
    for _ in range(DONE_SECONDS):
        if "Done." in view.inner_text("#state"):
            return
        view.wait_for_timeout(1000)
        if not script:
            view.reload()
    raise AssertionError(view.inner_text("#state"))


def main() -> None:
    """Makes the pictures, at full size and with a script; numbers as they stand after three replications."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as page, chromium() as browser:
        view = browser.new_context(viewport=WIDE, reduced_motion="reduce").new_page()
        view.set_default_timeout(1_200_000)

        wanted = ["understood", "load", "kept"]

        def seen(step: str) -> None:
            if step == "load":
                view.wait_for_selector("#load table")
            if step in wanted:
                wanted.remove(step)
                view.screenshot(path=PICTURES / f"{step}.png")

        by_keyboard(view, page.address, filled(CELLS, overrides=()), seen=seen)
        view.wait_for_selector("text=/From [3-9] replications/")
        view.screenshot(path=PICTURES / "numbers.png")
        view.set_viewport_size(PHONE)
        view.screenshot(path=PICTURES / "phone.png")
        view.set_viewport_size(WIDE)
        view.click("button:has-text('Stop')")
        view.goto(f"{page.address}option?scenario=integrated&{WTE}=nine")
        view.screenshot(path=PICTURES / "faults.png")


if __name__ == "__main__":
    main()
