"""The journey of docs/planners.md: three staffing options against today, from the form to numbers side by side.

`python tests/planners_journey.py` makes the pictures of that page.
"""

import tempfile
from pathlib import Path

from web_browser import PHONE, WIDE, chromium, tab_to
from web_page import ROOT, served

PICTURES = ROOT / "docs" / "images" / "planners"
WTE = "workforce.fcp_band_7.wte"
OPTIONS = (("Two more FCPs", "6.75"), ("Twice the FCPs", "9.5"), ("Two fewer FCPs", "2.75"))
DONE_SECONDS = 240


def by_keyboard(view, address: str, part: str, options=OPTIONS, seen=lambda step: None) -> str:
    """Everything with the keyboard alone; the link of the comparison at its end. `part`: more of the address, for a
    small place; `seen`: told of each page that is reached."""
    queries = []
    for name, wte in options:
        view.goto(f"{address}")
        seen("start")
        tab_to(view, "a[href='/option?scenario=integrated']")
        view.keyboard.press("Enter")
        view.wait_for_url("**/option?scenario=integrated**")
        if part:
            view.goto(f"{address}option?scenario=integrated&{part}")
        tab_to(view, f"input[name='{WTE}']")
        view.keyboard.press("Control+A")
        view.keyboard.type(wte)
        view.keyboard.press("Enter")
        view.wait_for_url(f"**{WTE}={wte}**")
        seen("load")
        queries.append(view.url)
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
    tab_to(view, "button.main")
    view.keyboard.press("Enter")
    view.wait_for_url("**/work/*")
    return link


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

        def seen(step: str) -> None:
            if step == "load":
                view.wait_for_selector("#load table")
            if step in ("load", "kept"):
                view.screenshot(path=PICTURES / f"{step}.png")

        by_keyboard(view, page.address, "", seen=seen)
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
