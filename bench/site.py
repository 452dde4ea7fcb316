"""The site, from the same Markdown: `python -m bench.site [FOLDER]` builds it with Zensical (extra `docs`) into
sim/_docs, from where `mskflow docs` opens it, or into a folder of yours.

GitHub's Markdown and Zensical's differ in little, and links may lead out of docs/: so pages are laid out in a folder of
their own first, with what they link to beside them. Every link and anchor is followed then, and nothing may be asked
for from outside; whoever breaks one is told which, and the exit code is 1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from bench.site_links import faults_of

ROOT = Path(__file__).resolve().parents[1]
DOCS, BUILT = ROOT / "docs", ROOT / "sim" / "_docs"
PROJECT = {"README.md": "project.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
DOORS = {
    "I plan services": "door_planning.md",
    "I have to decide": "door_deciding.md",
    "I do research": "door_research.md",
    "I want to change it": "door_changing.md",
}


def slug(text: str, separator: str = "-") -> str:
    """A heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", separator)


def slugs() -> Callable[[str, str], str]:
    """What Zensical asks for by name (docs/site.toml)."""
    return slug


def place_of(source: Path) -> str:
    """Where a file of the repository lies in the site's folder of pages."""
    if source.is_relative_to(DOCS):
        at = source.relative_to(DOCS).as_posix()
        return re.sub(r"(^|/)README\.md$", r"\1index.md", at)
    at = source.relative_to(ROOT).as_posix()
    return PROJECT.get(at) or ("files/" + re.sub(r"(^|/)README\.md$", r"\1index.md", at))


def laid_out(pages: Path) -> None:
    """Every page of docs/ and of the project, and what they link to, as Zensical reads it."""
    todo = [*sorted(DOCS.rglob("*")), *(ROOT / name for name in PROJECT)]
    done: set[Path] = set()
    while todo:
        source = todo.pop()
        if source in done or (source.is_dir() and source.is_relative_to(DOCS)):
            continue
        done.add(source)
        if source.is_dir():
            names = sorted(one.name for one in source.iterdir() if one.is_file())
            text = f"# {source.name}\n\n" + "\n".join(f"- [{name}]({name})" for name in names) + "\n"
            todo += [source / name for name in names]
            _put(pages / place_of(source) / "index.md", text)
        elif source.suffix == ".md":
            text, linked = staged(source)
            _put(pages / place_of(source), text)
            todo += linked
        else:
            to = pages / place_of(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def staged(source: Path) -> tuple[str, list[Path]]:
    """A page's text for Zensical, and the files that it links to."""
    linked: list[Path] = []
    here = Path(place_of(source)).parent

    def link(match: re.Match) -> str:
        target, _, anchor = match[1].partition("#")
        to = (source.parent / unquote(target)).resolve()
        if not target or re.match(r"[a-z]+:", target) or not to.exists():
            return match[0]
        linked.append(to)
        at = place_of(to) + ("/index.md" if to.is_dir() else "")
        return f"]({os.path.relpath(at, here)}{'#' + anchor if anchor else ''})"

    parts = re.split(r"(?ms)(^ *```.*?^ *```$)", source.read_text(encoding="utf-8"))
    text = "".join(
        part if n % 2 else _with_room(re.sub(r"\]\(([^)\s]+)\)", link, re.sub(r"(?s)<!--.*?-->", "", part)))
        for n, part in enumerate(parts)
    )
    return text, linked


def _with_room(text: str) -> str:
    """Lists and tables that follow a line of text begin after an empty line."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        for mark in (r"\|", r" *([-*]|\d+\.) "):
            begins = re.match(mark, line) and before.strip() and not re.match(mark, before)
            if begins and not re.match(r" ", before) and not (before.startswith(("-", "*")) and line.startswith(" ")):
                lines.append("")
                break
        lines.append(re.sub(r"^( +)(?=([-*]|\d+\.) )", lambda m: m[1] * 2, line))
    return "\n".join(lines)


def navigation(pages: Path) -> str:
    """`nav` of the doors, each with the pages that it names and no door before it did; then whatever is left."""
    left = [path.relative_to(pages).as_posix() for path in sorted(pages.rglob("*.md"))]
    shown = [one for one in left if not one.startswith("files/") or one == "files/bench/index.md"]
    nav: list = ["index.md"]
    shown.remove("index.md")
    for title, door in DOORS.items():
        named = [door, *re.findall(r"\]\(([^)#\s]+\.md)", (pages / door).read_text(encoding="utf-8"))]
        here = [one for one in dict.fromkeys(named) if one in shown]
        shown = [one for one in shown if one not in here]
        nav.append({title: here})
    folders: dict[str, list[str]] = {}
    for one in shown:
        folders.setdefault(one.split("/")[0] if "/" in one else "more", []).append(one)
    nav += [{folder.capitalize(): some} for folder, some in sorted(folders.items())]
    return json.dumps(nav, ensure_ascii=False)


def _as_toml(nav: str) -> str:
    """JSON of strings, lists and one-key objects is TOML but for the colon."""
    return re.sub(r'("(?:[^"\\]|\\.)*"): ', r"\1 = ", nav)


def build(to: Path) -> list[str]:
    """Builds the site into `to`, which it replaces; the faults that it has, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        laid_out(work / "pages")
        settings = (DOCS / "site.toml").read_text(encoding="utf-8")
        nav = f"[project]\nnav = {_as_toml(navigation(work / 'pages'))}\n"
        _put(work / "zensical.toml", settings.replace("[project]\n", nav, 1))
        (work / "pages" / "site.toml").unlink()
        shutil.move(work / "pages" / "theme", work / "theme")
        words = [sys.executable, "-m", "zensical", "build", "--clean"]
        done = subprocess.run(
            words, cwd=work, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
        if done.returncode or not (work / "site" / "index.html").is_file():
            return [(done.stdout + done.stderr).strip()]
        shutil.rmtree(work / "site" / "assets")  # of the theme that is not used
        (work / "site" / "404.html").unlink()  # a server has its own
        for page in (work / "site").rglob("*.html"):
            _for_readers(page)
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(work / "site", to)
    return faults_of(to)


def _for_readers(page: Path) -> None:
    """Tables and blocks of code scroll in boxes that a keyboard reaches; an empty heading is a plain cell."""
    text, number = page.read_text(encoding="utf-8"), count(1)

    def boxed(match: re.Match) -> str:
        return f'<div class="scroll" tabindex="0" role="group" aria-label="Table {next(number)}">{match[0]}</div>'

    text = re.sub(r"(?s)<table>.*?</table>", boxed, text)
    text = re.sub(r"<pre(?=[ >])", '<pre tabindex="0"', text)
    page.write_text(re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", text), encoding="utf-8")


def main(words: list[str]) -> int:
    to = Path(words[0]) if words else BUILT
    faults = build(to)
    print(*faults, sep="\n", file=sys.stderr)
    pages = list(to.rglob("*.html"))
    size = sum(file.stat().st_size for file in to.rglob("*") if file.is_file()) / 1e6
    print(f"{to / 'index.html'}: {len(pages)} pages, {size:.1f} MB, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
