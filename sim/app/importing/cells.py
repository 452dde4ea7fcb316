"""What stands in a cell, as the published forms mean it: counts, months, codes.

A message names the file, the sheet, the row and the column, and never what stands there.
"""

import re
from calendar import month_name
from collections.abc import Iterable

MONTHS = {name[:3].lower(): number for number, name in enumerate(month_name) if name}
HIDDEN = -1.0
"""A count that is there and not told: `*`."""
_COUNT = re.compile(r"\d{1,3}(,\d{3})+(\.0+)?|\d{1,12}(\.0+)?")
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?")
_MONTH = re.compile(r"(?i)(?:^|[^a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*")
_FINANCIAL = re.compile(r"(20\d\d)\s*[-/]\s*(?:20)?(\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def text(value: object) -> str:
    """A cell as text on one line, without the blanks around it; empty of nothing."""
    return "" if value is None else " ".join(str(value).split())


def count(value: object) -> float | None:
    """A whole number of people; None of an empty cell or a dash, HIDDEN of a star. ValueError of anything else."""
    word = text(value)
    if word in ("", "-", "–"):
        return None
    if word == "*":
        return HIDDEN
    if not _COUNT.fullmatch(word):
        raise ValueError("no count")
    return float(word.replace(",", ""))


def number(value: object) -> float:
    """A number, with commas between thousands or without. ValueError of anything else: `2,5` may be two and a half."""
    word = text(value)
    if not _NUMBER.fullmatch(word):
        raise ValueError("no number")
    return float(word.replace(",", ""))


def told(value: object) -> float | None:
    """How many people a cell tells of: nobody where it is empty; None where no count stands there, or a star."""
    try:
        people = count(value)
    except ValueError:
        return None
    return None if people == HIDDEN else people or 0.0


def month(*words: object) -> str | None:
    """ "2026-06" of `RTT-June-2026`, of `2024-25-January` (a financial year) or of `June` with a year beside it."""
    line = " ".join(map(text, words))
    named = _MONTH.search(line)
    if named is None:
        iso = re.search(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?!\d)", line)
        return iso[0][:7] if iso else None
    number = MONTHS[named[1].lower()]
    financial = _FINANCIAL.search(line)
    if financial and (int(financial[1]) + 1) % 100 == int(financial[2]):
        return f"{int(financial[1]) + (number < 4)}-{number:02d}"
    year = _YEAR.search(line)
    return f"{year[1]}-{number:02d}" if year else None


def heading(value: object) -> str:
    """A column's name as it is looked for: in small letters, signs and blanks as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", text(value).lower()).strip("_")


def in_rows(rows: Iterable[int], many: int = 3) -> str:
    """ "rows 12, 40, 41 and 5 more" of row numbers."""
    rows = list(rows)
    shown = ", ".join(f"{row:,}" for row in rows[:many])
    more = f" and {len(rows) - many:,} more" if len(rows) > many else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"
