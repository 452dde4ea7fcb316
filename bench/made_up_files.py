"""Files in the forms in which others publish or export lists, of a made-up England: nobody in them is real.

`python -m bench.made_up_files FOLDER` writes those of docs/your_place.md: three months of RTT, the community list, MRI,
and the residents of Hilltown, whose 210,000 people go to the Hill Trust (RXY) with those of its neighbours.
"""

import csv
import sys
from pathlib import Path

import numpy as np

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


DM01_BANDS = tuple(f"{low:02d} < {low + 1:02d} Week{'s' * (low > 0)}" for low in range(13)) + ("13+ Weeks",)
DM01_HEADER = (
    *NAMES[:9],
    *("Diagnostic Tests Sort Order", "Diagnostic Tests", *DM01_BANDS, "Total WL", "Waiting List Activity"),
    *("Planned Activity", "Unscheduled Activity", "Total Activity"),
)


def dm01_row(test: str, people: list[int], provider: str = "RXY", commissioner: str = "11Z", done: int = 0) -> list:
    """One row; `people`: a count a band."""
    area = ["QZZ", "Anywhere ICB"]
    ids = ["DM01-June-2026", *area, provider, "Hill Trust", *area, commissioner, "A town"]
    return [*ids, 1, test, *people, sum(people), done, 0, 0, done]


DM01_COUNTS = (
    "Total Waiting List",
    "Number waiting 6+ Weeks",
    "Number waiting 13+ Weeks",
    "Percentage waiting 6+ weeks",
)
DM01_DONE = tuple(f"{one} tests / procedures" for one in ("Planned", "Unscheduled")) + (
    "Waiting list tests / procedures (excluding planned)",
)


def dm01_xlsx(path: Path, rows: list[list], bands: bool = True, period: str = "June 2026") -> Path:
    """The workbook of a month: a sheet of all tests together, and one by test under title rows.

    `rows`: provider's code, test, then a count a band (or who waits at all, for 6 and for 13 weeks), then the tests
    done; its first row is the sum of all.
    """
    from openpyxl import Workbook

    book = Workbook()
    titles = ("Title:", "Summary:", "Period:"), ("Monthly Diagnostics", "MRI and others", period)
    head = [None, "Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name"]
    for sheet, more in (
        (book.active, []),
        (book.create_sheet("Provider by Test"), ["Diagnostic ID", "Diagnostic Test Name"]),
    ):
        for words in zip(*titles):
            sheet.append([None, *words])
        sheet.append([])
        sheet.append([None] * (len(head) + len(more)) + ["Waiting list"])
        names = [one.replace("Week", "week").replace(" < ", " <") for one in DM01_BANDS] if bands else []
        sheet.append([*head, *more, *DM01_COUNTS, *names, *DM01_DONE])
    book.active.title = "Provider"
    by_test = book["Provider by Test"]
    by_test.append([None, None, None, None, "Total", None, None, 9, 9, 9, 0.5])
    for code, test, *counts, done in rows:
        told = [sum(counts), sum(counts[6:]), sum(counts[13:])] if bands else counts
        by_test.append(
            [None, "Y60", "Midlands", code, "Hill Trust", 1, test, *told, 0.1, *(counts if bands else []), done, 0, 0]
        )
    book.save(path)
    return path


def dm01_wide_xlsx(path: Path, people: dict[str, list]) -> Path:
    """A sheet with columns by test, the test's name merged over them; `people`: code -> of CT, then of MRI, who waits,
    for 6 and for 13 weeks."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["Diagnostics by provider"])
    sheet.append(["Period: June 2026"])
    sheet.append([None, None, "Computed Tomography", None, None, "Magnetic Resonance Imaging"])
    sheet.merge_cells("C3:E3")
    sheet.merge_cells("F3:H3")
    sheet.append(["Provider Code", "Provider Name", *["Total Waiting List", "6+ Weeks", "13+ Weeks"] * 2])
    for code, counts in people.items():
        sheet.append([code, "Hill Trust", *counts])
    book.save(path)
    return path


REGISTERED_HEADER = (
    *("PUBLICATION", "EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "ONS_CODE", "POSTCODE", "SEX", "AGE_GROUP_5"),
    "NUMBER_OF_PATIENTS",
)


def registered_rows(code: str, by_age: dict[str, int], sort: str = "SUB_ICB_LOC") -> list[list]:
    """The rows of an organisation: each age for women and men, and the rows of ALL that are their sums."""
    ids = ["GP_PRAC_PAT_LIST", "01JUL2026", sort, code, "E1", "AA1 1AA"]
    rows = [[*ids, sex, age, n // 2] for age, n in by_age.items() for sex in ("FEMALE", "MALE")]
    total = sum(row[-1] for row in rows)
    return [*rows, *([*ids, sex, "ALL", total // 2] for sex in ("FEMALE", "MALE")), [*ids, "ALL", "ALL", total]]


# --- the made-up England of the docs ------------------------------------------------------------------------------

_STARTS = {"C_110": 2.9, "C_410": 0.55, "C_150": 0.22}
"""Clock starts a month per 1,000 residents of England."""
_LEAVES = {"C_110": 0.055, "C_410": 0.075, "C_150": 0.05}
"""Of those waiting, who leave in a week."""
_SIZES = {("RXY", "11Z"): 210_000, ("RXY", "22Y"): 190_000, ("RAB", "33X"): 57_300_000}
"""Residents who go from a commissioner to a provider."""
_AGES = (11_600, 12_100, 12_600, 12_000, 13_400, 14_900, 15_600, 15_000, 13_700, 12_900, 13_500, 13_600, 12_400)
_AGES += (10_500, 9_200, 8_600, 5_200, 3_200)


def _people(function: str, residents: int, month: int) -> np.ndarray:
    """(105,) who waits at the end of a month, thinning out with the weeks; a little more each month."""
    a_week = _STARTS[function] / 1000 * residents * 12 / 52
    week = np.arange(105)
    return np.round(a_week * (1 + 0.01 * month) * np.exp(-_LEAVES[function] * week)).astype(int)


def _rtt_rows(period: str, month: int) -> list[list]:
    rows = []
    for function in _STARTS:
        for (provider, commissioner), residents in _SIZES.items():
            people = _people(function, residents, month)
            decided = np.round(people * np.minimum(0.03 + 0.004 * np.arange(105), 0.4)).astype(int)
            if function == "C_410":
                decided = decided * 0
            leaving = np.round(people * _LEAVES[function] * 3.6).astype(int)
            admitted = np.round(leaving * 0.25).astype(int)
            starts = round(_STARTS[function] / 1000 * residents)
            for part, bands in (("2", people), ("2A", decided), ("1A", admitted), ("1B", leaving - admitted)):
                told = {week: int(n) for week, n in enumerate(bands) if n}
                rows.append(rtt_row(f"Part_{part}", told, function, provider, commissioner, period=period))
            rows.append(rtt_row("Part_3", {}, function, provider, commissioner, period=period, total=starts))
    return rows


def write_all(folder: Path) -> list[Path]:
    """All files of the docs."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        rtt_csv(folder / f"rtt_{period.lower()}.csv", _rtt_rows(f"RTT-{period}-2026", month))
        for month, period in enumerate(("April", "May", "June"))
    ]
    bands = [41_000, 36_000, 55_000, 116_000, 45_000, 39_000, 730, 230]
    ours = [round(n * 210_000 / 57_700_000) for n in bands]
    people = {"England": [sum(bands), *bands], "RHC": [sum(ours), *ours]}
    files.append(community_xlsx(folder / "community_june.xlsx", people, title="June 2026"))
    mri = [90_000, 60_000, 45_000, 35_000, 28_000, 22_000, 11_000, 8_000, 6_000, 5_000, 4_000, 3_000, 2_500, 20_500]
    rows = [dm01_row("MRI", mri, "RAB", "33X", 300_000), dm01_row("MRI", [n // 140 for n in mri], done=2_100)]
    files.append(write_csv(folder / "dm01_june.csv", [DM01_HEADER, *rows]))
    ages = {f"{5 * at}_{5 * at + 4}" if at < 17 else "85+": n for at, n in enumerate(_AGES)}
    files.append(write_csv(folder / "registered_july.csv", [REGISTERED_HEADER, *registered_rows("11Z", ages)]))
    return files


def main(words: list[str]) -> int:
    for file in write_all(Path(words[0])):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
