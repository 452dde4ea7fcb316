"""The site of the documentation: pages laid out as Zensical reads them, links followed."""

import pytest
from commands import mskflow
from web_browser import PHONE, WIDE, chromium, findings

from bench import site
from bench.site_links import faults_of
from sim.app.studies import site as command

PAGE = """<p id="here"><a href="{link}">a</a></p>"""


def test_pages_are_laid_out_with_what_they_link_to(tmp_path):
    site.laid_out(tmp_path)
    assert {"index.md", "project.md", "changelog.md", "systems/index.md", "files/bench/index.md"} <= {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")
    }
    assert (tmp_path / "files/conf/evidence.yaml").is_file()
    for path in tmp_path.rglob("*.md"):
        assert "<!--" not in path.read_text(encoding="utf-8").split("```")[0], path
    nav = site.navigation(tmp_path)
    assert all(f'"{title}"' in nav and f'"{door}"' in nav for title, door in site.DOORS.items())
    named = [page for page in tmp_path.rglob("*.md") if "files" not in page.parts]
    assert all(f'"{page.relative_to(tmp_path).as_posix()}"' in nav for page in named)


def test_lists_and_tables_begin_after_an_empty_line():
    assert site._with_room("a\n- b\n- c\n| d |\n|---|") == "a\n\n- b\n- c\n\n| d |\n|---|"


def test_what_leads_nowhere_or_out_is_told(tmp_path):
    for name, link in {"a": "b.html#here", "b": "a.html#there", "c": "z.html", "d": "https://example.org"}.items():
        (tmp_path / f"{name}.html").write_text(PAGE.format(link=link), encoding="utf-8")
    (tmp_path / "e.html").write_text('<script src="//example.org/x.js"></script>', encoding="utf-8")
    assert faults_of(tmp_path) == [
        "b.html: a.html#there: has no such anchor",
        "c.html: z.html: is not there",
        "e.html: //example.org/x.js: would be asked for from outside",
    ]


def test_docs_says_where_the_site_lies_or_how_to_build_it(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "SITE", tmp_path / "index.html")
    done = mskflow("docs", cwd=tmp_path)
    assert done.returncode == 2 and "python -m bench.site" in done.stderr
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    done = mskflow("docs", cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "index.html"))
    assert "docs takes no words" in mskflow("docs", "integrated", cwd=tmp_path).stderr


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1], ids=["phone", "wide"])
@pytest.mark.skipif(not site.BUILT.is_dir(), reason="python -m bench.site has not built the site")
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_its_window(turn):
    """Every other page on a phone, the rest wide. The list of pages is the same on each: it is looked at once."""
    wrong = {}
    with chromium() as browser:
        view = browser.new_page(viewport=(PHONE, WIDE)[turn])
        for number, page in enumerate(sorted(site.BUILT.rglob("*.html"))[turn::2]):
            view.goto(page.as_uri())
            found = findings(view, ("nav",) if number else ())
            if view.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append("is wider than its window")
            if found:
                wrong[page.relative_to(site.BUILT).as_posix()] = found
    assert not wrong
