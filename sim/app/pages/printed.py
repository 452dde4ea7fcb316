"""A page as PDF on one sheet of A4, by a browser or WeasyPrint, where one is there."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS = 60
"""Of the clock, for a page."""
_ZOOMS = (1.0, 0.92, 0.85, 0.78, 0.7)
"""How large a page is tried, until it fits on its sheet."""
_DATE = re.compile(rb"\(D:\d{14}[^)]*\)")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def printer() -> str:
    """The browser that prints, or "weasyprint"; "" where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or ("weasyprint" if find_spec("weasyprint") else "")


def one_sheet(html: str) -> tuple[bytes | None, str]:
    """The page as PDF on one sheet, and ""; or None, and why there is none."""
    by = printer()
    pdf = on_one_sheet(html, by) if by else None
    why = f"{by} could not print it" if by else "neither Chromium nor WeasyPrint is here"
    return pdf, why if pdf is None else ""


def on_one_sheet(html: str, by: str) -> bytes | None:
    """The page as PDF, as large as one sheet takes it; None where that cannot be done. `by`: what `printer` found."""
    for zoom in _ZOOMS:
        style = f"<style>@media print {{ body {{ zoom: {zoom}; }} .glance {{ break-after: auto; }} }}</style>"
        pdf = _printed(html.replace("</head>", f"{style}</head>", 1), by)
        if pdf is None or len(_PAGE.findall(pdf)) == 1:
            break
    return None if pdf is None else _DATE.sub(lambda found: b"(D:20000101000000".ljust(len(found[0]) - 1) + b")", pdf)


def _printed(html: str, by: str) -> bytes | None:
    if by == "weasyprint":
        from weasyprint import HTML

        return HTML(string=html).write_pdf(uncompressed_pdf=True)
    with tempfile.TemporaryDirectory(prefix="mskflow-") as folder:
        page, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        inside = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has no sandbox
        command = [
            *(by, "--headless", "--disable-gpu", "--no-first-run", *inside, f"--user-data-dir={folder}/profile"),
            *("--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()),
        ]
        try:
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)
            return pdf.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
