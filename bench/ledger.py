"""The figures of docs/data_sheet.md: `python -m bench.ledger` prints what the evidence ledger holds, `--write` puts it
there."""

import sys
from collections import Counter
from pathlib import Path

from bench.readme import write
from sim.app.configuration.evidence import STATUSES, TABLE, rows

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data_sheet.md"


def told() -> str:
    """What the ledger holds: rows by status, and how many have a range, are tables, or are several figures."""
    known = rows()
    by_status = Counter(row["status"] for row in known.values())
    lines = ["| rows | how many |", "|---|---:|", f"| in all | {len(known)} |"]
    lines += [f"| status `{status}` | {by_status[status]} |" for status in STATUSES]
    kinds = {
        "with a range": lambda row: row["low"] is not None and row["high"] is not None,
        "that stand for a whole table in `conf/`": lambda row: row["value"] == TABLE,
        "of several figures": lambda row: isinstance(row["value"], (dict, list)),
        "read by a test or by other rows only": lambda row: "used_by" in row,
    }
    lines += [f"| {words} | {sum(map(holds, known.values()))} |" for words, holds in kinds.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    write("ledger", told(), PAGE) if "--write" in sys.argv else print(told())
