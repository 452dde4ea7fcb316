"""The document model: one document, the same words as HTML, as Markdown and on the terminal."""

import io
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from test_report import Page

from sim.analysis.words.glossary import GLOSSARY
from sim.app.pages import terminal
from sim.app.pages.document import (
    CUT,
    FIRST,
    PAGE,
    WARNING,
    WORSE,
    Bullets,
    Cell,
    Column,
    CommandLine,
    Document,
    Facts,
    Figure,
    Fold,
    Heading,
    Section,
    Sentence,
    Table,
    numbers,
    sentences,
    words_of,
)
from sim.app.pages.html import html_of
from sim.app.pages.markdown import markdown_of
from sim.app.pages.terminal import lines_of, to_terminal
from sim.app.pages.terminal_table import wrapped

DOCS = Path(__file__).resolve().parent.parent / "docs"
TABLE = Table(
    "Who waits",
    (Column("Who"), numbers("before", "Days"), numbers("now", "Days"), Column("How it reads")),
    (
        ("Everybody", "1,000", Cell("−3", WORSE), Cell("worse", WORSE, "this is small print")),
        (Cell("Nobody"), Cell("not here", across=2), ""),
    ),
    foot=("All", "1,001", "19", ""),
    note="Small print <b>.",
    chosen=frozenset({1}),
)
WHOLE = Document(
    title="A title",
    question="A question?",
    about="a place",
    blocks=(Sentence("The answer.", FIRST), Sentence("Beware.", WARNING), Bullets(("a point", "another"))),
    sections=(
        Section("waits", "Who waits", (TABLE, *sentences("Said after.", ""))),
        Section("quiet", "", (Figure("f", "A figure", "It shows", "as noted", "<svg></svg>", "f.svg"),), "No title"),
        Section(
            "rest",
            "The rest",
            (
                Heading("A heading"),
                Facts((("a", "one"), ("long name", "two"))),
                Fold("Asked for", (TABLE,), "2"),
                CommandLine("mskflow run x"),
            ),
            look=PAGE,
        ),
    ),
    contents="What is here",
    footer="The end.",
)


def lines(document: Document, width: int = 132, wrap: bool = False) -> list[str]:
    return ["".join(words for words, _ in line) for line in lines_of(document, width, wrap)]


def table_lines(table: Table, width: int = 132, wrap: bool = False) -> list[str]:
    return lines(Document(blocks=(table,)), width, wrap)


def test_every_word_is_in_all_three():
    table = [TABLE.caption, *(words_of(cell) for row in (*TABLE.rows, TABLE.foot) for cell in row)]
    every = [
        "A title",
        "A question?",
        "The answer.",
        "Beware.",
        "another",
        "Said after.",
        "A heading",
        "long name",
        "two",
    ]
    every += ["Asked for", "mskflow run x", *table]
    page = unescape(re.sub(r"<[^>]+>", "", html_of(WHOLE)))
    for shown in (page, markdown_of(WHOLE), "\n".join(lines(WHOLE))):
        assert not [words for words in every if words not in shown]


def test_a_document_is_written_without_what_draws():
    """matplotlib, and in a pipe the terminal of rich, are slow to import."""
    made = (
        "import sim.app.pages.report, sim.app.pages.comparison_in_short, sim.app.pages.terminal, sim.app.pages.markdown"
    )
    asked = f"{made}, sys; print({{'matplotlib', 'rich.console'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# as HTML


def test_the_page_is_closed_and_its_tables_say_what_their_cells_are():
    text = html_of(WHOLE)
    page = Page(text)
    assert page.open == [] and text == html_of(WHOLE)
    assert [attrs for tag, attrs in page.tags if tag == "nav"] == [{"aria-label": "What is here"}]
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)) and {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= set(
        ids
    )
    assert text.count("<caption") == text.count("<table") == 2 and text.count('class="said"') == 1
    assert '<th scope="colgroup" colspan="2" class="n">Days</th>' in text
    assert 'data-head="Days: ' in text, "a cell says its heading, which a narrow screen shows before it"
    text = re.sub(r' data-head="[^"]*"', "", text)
    assert (
        '<tr class="chosen"><th scope="row">Nobody</th><td class="n whole" colspan="2">not here</td><td></td></tr>'
        in text
    )
    assert '<td class="n whole worse">−3</td>' in text and "Small print &lt;b&gt;." in text


def test_a_heading_without_words_is_no_heading():
    assert '<td></td><th scope="col">b</th>' in html_of(Document("t", (Table("", (Column(""), Column("b")), ()),)))


def test_nothing_in_a_document_is_markup():
    hostile = "<script>alert(1)</script>\"'&\x00\u202e{{ 7*7 }}[red]|x|"
    said = Document(
        hostile,
        (Sentence(hostile), Bullets((hostile,)), Facts(((hostile, hostile),)), CommandLine(hostile)),
        (Section("s", hostile, (Table(hostile, (Column(hostile),), ((Cell(hostile, note=hostile),), (hostile,))),)),),
        hostile,
    )
    text = html_of(said)
    assert Page(text).open == [] and "<script" not in text and "\x00" not in text and "\u202e" not in text
    assert all("\x00" not in line and "\u202e" not in line for line in lines(said))
    assert "<script" not in markdown_of(said).replace("\\<script", "").partition("```")[0]


# as Markdown


def test_markdown_keeps_a_table_a_table():
    picture = Figure("p", "Both", file="p.svg")
    told = Document("a|b", (picture,), (Section("t", "t", (Table("t", (numbers("x"),), (("1|2\n3",),)),)),))
    assert markdown_of(told).splitlines() == [
        "# a\\|b",
        "",
        "![Both](p.svg)",
        "",
        "## t",
        "",
        "| x |",
        "|---:|",
        "| 1\\|2 3 |",
    ]


# on the terminal


def test_numbers_stand_to_the_right_and_a_cell_may_be_wider_than_a_column():
    assert table_lines(TABLE) == [
        "Who waits",
        "              Days                               ",
        "Who        before  now  How it reads             ",
        "Everybody   1,000   −3  worse this is small print",
        "Nobody     not here                              ",
        "All         1,001   19                           ",
        "Small print <b>.",
    ]


def test_words_give_way_before_numbers_do():
    narrow = table_lines(TABLE, 36)
    assert narrow[2:6] == [
        "Who        before  now  How it reads",
        "Everybody   1,000   −3  worse this  ",
        "                        is small    ",
        "                        print       ",
    ]
    assert {len(line) for line in narrow[1:-1]} == {36}


def test_a_column_that_may_be_cut_is_cut():
    table = Table("", (Column("changed", fit=CUT), numbers("value")), (("a long name of something", "1"),))
    assert table_lines(table, 22) == ["changed          value", "a long name of…      1"]


def test_wide_letters_count_twice():
    table = Table("", (Column("Who"), numbers("n")), (("骨科門診", "1"), ("GP", "20")))
    assert table_lines(table) == ["Who        n", "骨科門診   1", "GP        20"]
    assert wrapped("骨科門診", 4) == ["骨科", "門診"] and wrapped("  with GP", 6) == ["  with", "  GP"]


def test_on_a_terminal_too_narrow_for_its_numbers_a_table_is_told_row_by_row():
    assert table_lines(TABLE, 24, wrap=True) == [
        "Who waits",
        "Everybody",
        "  Days before: 1,000",
        "  Days now: −3",
        "  How it reads: worse",
        "  this is small print",
        "Nobody",
        "  Days before: not here",
        "All",
        "  Days before: 1,001",
        "  Days now: 19",
        "Small print <b>.",
    ]


def test_in_a_pipe_a_sentence_is_a_line_and_on_a_terminal_it_is_broken():
    long = Document(blocks=(Sentence("word " * 40),))
    assert len(lines(long, 80)) == 1 and max(map(len, lines(long, 80, wrap=True))) <= 80


@pytest.mark.parametrize("encoding, minus", [("utf-8", "−3"), ("cp1252", "-3"), ("ascii", "-3")])
def test_it_is_printed_in_the_letters_that_there_are(encoding, minus, monkeypatch):
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=encoding))
    to_terminal(Document(blocks=(TABLE, Sentence("a – b … £3 骨"))))
    sys.stdout.flush()
    said = out.getvalue().decode(encoding)
    assert minus in said
    assert encoding != "cp1252" or said.splitlines()[-1] == "a – b … £3 ?"


def test_colours_are_for_terminals(monkeypatch, capsys):
    to_terminal(WHOLE)
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr(terminal, "_console", lambda: None)
    assert {style for line in lines_of(WHOLE, 80, True) for _, style in line} == {"", "bold", "yellow", "red"}


# words that are explained


def test_a_page_explains_a_short_form_where_a_section_first_uses_it_and_in_a_list_at_its_end():
    """Not in what is typed, drawn, linked or hidden, nor inside another word; the list has what is used."""
    said = Sentence("T&O, FCPs and FCP; DNAs <b>WTE</b> subWTE GP-like")
    typed = CommandLine("mskflow run MDT")
    text = html_of(Document(title="FCP", sections=(Section("a", "A", (said, typed)), Section("b", "B", (said,)))))
    listed = text[text.index('id="words"') :]
    assert text.count('<abbr title="trauma and orthopaedics">T&amp;O</abbr>') == 2
    assert text.count(">FCP</abbr>") == 3 and "<title>FCP</title>" in text and "subWTE" in text
    assert re.findall("<dt>(.*?)</dt>", listed) == ["DNA", "FCP", "T&amp;O", "WTE"]
    assert "MDT" not in listed and "<abbr" not in listed.partition("</dt>")[0]
    plain = html_of(Document(title="FCP", blocks=(said,), explained=False))
    assert "<abbr" not in plain and 'id="words"' not in plain


def test_the_glossary_says_what_pages_say():
    lines = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    written = {names: re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", meaning) for names, meaning in rows}
    for one in GLOSSARY:
        assert written[", ".join(filter(None, (one.word, one.long)))].startswith(one.meaning), one.word
