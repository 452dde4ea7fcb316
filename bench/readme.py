"""Putting measured tables into `bench/README.md`, between two marker comments."""

from pathlib import Path

README = Path(__file__).resolve().with_name("README.md")


def write(name: str, tables: str, readme: Path = README) -> None:
    """Replace what stands between `<!-- name: begin -->` and `<!-- name: end -->`."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = readme.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"{readme.name} should have {begin} and {end} once each; nothing written.")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    readme.write_text(f"{before}{begin}\n{tables}\n{end}{after}", encoding="utf-8")
