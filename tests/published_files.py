"""Small files in the forms in which others publish lists, of made-up places, in words of their own."""

import csv
from pathlib import Path

NAMES = (
    ("Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name")
    + ("Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name")
    + ("RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name")
)
BANDS = tuple(f"Gt {low:02d} To {low + 1:02d} Weeks SUM 1" for low in range(104)) + ("Gt 104 Weeks SUM 1",)
TOTALS = ("Total", "Patients with unknown clock start date", "Total All")
RTT_HEADER = (*NAMES, *BANDS, *TOTALS)


def rtt_row(
    part: str,
    bands: dict[int, object],
    function: str = "C_110",
    provider: str = "RXY",
    commissioner: str = "11Z",
    **more,
) -> list[str]:
    """One row; `bands`: weeks from which -> people. `more`: `period`, `unknown`, `total` (of Part 3, or wrong)."""
    inside = sum(int(str(one).replace(",", "")) for one in bands.values() if str(one).replace(",", "").isdigit())
    completed, unknown = part.startswith("Part_1"), more.get("unknown", 0)
    totals = [inside, unknown, inside + unknown] if completed else ["", "", inside]
    totals[2] = more.get("total", totals[2])
    area = ["QZZ", "Anywhere ICB"]
    ids = [more.get("period", "RTT-June-2026"), *area, provider, "Hill Trust", *area, commissioner, "A town"]
    return [*ids, part, "words", function, "words", *(bands.get(low, "") for low in range(105)), *totals]


def write_csv(path: Path, rows, encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def rtt_csv(path: Path, rows, header=RTT_HEADER, above=(), encoding: str = "utf-8") -> Path:
    """A month's file; `above`: lines above its header."""
    return write_csv(path, [*above, header, *rows], encoding)


COMMUNITY = "(A) Musculoskeletal service"
COMMUNITY_BANDS = ("0-1 weeks", ">1-2 weeks", ">2-4 weeks", ">4-12 weeks", ">12-18 weeks", ">18-52 weeks")


def community_xlsx(path: Path, people: dict[str, list[object]], split: bool = True, title: str = "August 2025") -> Path:
    """The workbook of a month; `people`: code -> total, then a count a band (of >52, or of >52-104 and >104)."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Contents"
    book.active.append(["Community health services waiting lists", title])
    bands = [*COMMUNITY_BANDS, *((">52-104 weeks", ">104 weeks") if split else (">52 weeks",))]
    sheets = [f"Total waiting list, {title}", *(f"Number waiting {one}, {title}" for one in bands), "Mean weeks waited"]
    for at, words in enumerate(sheets):
        sheet = book.create_sheet("Table 4" + (" abcdefghi"[at]).strip())
        sheet.append([f"Table 4: {words} of each service"])
        sheet.merge_cells("A1:E1")
        sheet.append([])
        sheet.append(["Organisation Type", "Code", "Name", "(A) Audiology", COMMUNITY])
        for code, counts in people.items():
            sort = "National" if code == "England" else "Provider"
            sheet.append(
                [sort, "-" if sort == "National" else code, f"{code}", 5, counts[at] if at < len(counts) else 9.5]
            )
    book.save(path)
    return path
