"""Every link and anchor of a built site, followed; and nothing that a page would ask for from outside."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ASKED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("object", "data")}
LINKS = {*ASKED, ("a", "href")}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids.update(value for key in ("id", "name") if (value := said.get(key)))
        rel = said.get("rel") or ""
        for key, value in said.items():
            if (tag, key) in LINKS and value is not None and rel not in ("canonical", "prev", "next"):
                self.links.append((tag, value))


def faults_of(site: Path) -> list[str]:
    """What is broken, a line each: page, and the link that leads nowhere or out."""
    pages = {}
    for file in sorted(site.rglob("*.html")):
        pages[file.resolve()] = page = _Page()
        page.feed(file.read_text(encoding="utf-8"))
    faults = []
    for file, page in pages.items():
        for tag, link in dict.fromkeys(page.links):
            wrong = _wrong(file, tag, link, pages)
            if wrong:
                faults.append(f"{file.relative_to(site.resolve())}: {link}: {wrong}")
    return faults


def _wrong(file: Path, tag: str, link: str, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "" if tag == "a" or parts.scheme == "data" else "would be asked for from outside"
    to = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if to.is_dir():
        return "is a folder"
    if not to.exists():
        return "is not there"
    anchor = unquote(parts.fragment)
    if anchor and to in pages and anchor not in pages[to].ids and not anchor.startswith("__"):
        return "has no such anchor"
    return ""
