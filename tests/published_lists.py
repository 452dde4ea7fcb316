"""Made-up lists at known rates, and files of the forms in which lists are published."""

import csv
from datetime import date
from pathlib import Path

import numpy as np

from bench.published import working_days
from sim.analysis.flows.month import LONGEST, ListMonth, banded
from sim.domain.by_weeks import Steps

WEEKS = (0, 4, 13, 26, 52)
LEAVING = np.array([0.02, 0.006, 0.01, 0.014, 0.03])
STOPPED = np.array([0.95, 0.7, 0.8, 0.6, 0.75])
BANDS = np.array([7.0 * week for week in range(0, 105)])


def made_up(months: int, starts: float = 80, edges=BANDS, first: date = date(2024, 1, 1)) -> list[ListMonth]:
    """Months of a list on which people leave at `LEAVING` a working day, day by day, from one that has settled."""
    rate = LEAVING[Steps.of(dict(zip(map(str, WEEKS), range(len(WEEKS))))).at(np.arange(LONGEST)).astype(int)]
    by_day = starts * 5 / 7 * np.exp(-np.cumsum(rate) * 5 / 7)
    stop = np.repeat(STOPPED, np.diff([*(7 * week for week in WEEKS), LONGEST]))
    found, year, month = [], first.year, first.month
    for _ in range(months):
        working = working_days(date(year, month, 1))
        stops = np.zeros(LONGEST)
        for open_today in working:
            by_day = np.concatenate([[starts * open_today], by_day[:-2], [by_day[-2:].sum()]])
            gone = by_day * -np.expm1(-rate) * open_today
            by_day, stops = by_day - gone, stops + gone * stop
        counts = banded(by_day, edges), banded(stops, edges)
        found.append(ListMonth(f"{year}-{month:02d}", working, edges, counts[0], starts * working.sum(), counts[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


CLINIC, THEATRE, DECIDES, REMOVED = np.array([0.02, 0.006, 0.01, 0.014, 0.03]), 0.012, 0.3, 0.001


def two_doors(months: int, starts: float, first: date = date(2024, 1, 1)) -> list[ListMonth]:
    """Months of a list with a clinic, which sees people at `CLINIC` a working day by steps of `WEEKS`, sends `DECIDES`
    of them on, and a theatre at `THEATRE`; `REMOVED` of all; in balance when the first begins."""
    rate = CLINIC[(7.0 * np.array(WEEKS)).searchsorted(np.arange(LONGEST), "right") - 1]
    both, found, year, month = np.zeros((2, LONGEST)), [], first.year - 4, first.month
    while len(found) < months:
        working = working_days(date(year, month, 1))
        stops, admitted = np.zeros(LONGEST), np.zeros(LONGEST)
        for open_today in working:
            both = np.concatenate([[[starts * open_today], [0.0]], both[:, :-1]], axis=1)
            seen, done = rate * both[0] * open_today, THEATRE * both[1] * open_today
            both = both * (1 - REMOVED * open_today) + np.array([-seen, DECIDES * seen - done])
            stops, admitted = stops + (1 - DECIDES) * seen + done, admitted + done
        if year >= first.year:
            counts = (banded(people, BANDS) for people in (both.sum(axis=0), stops, admitted, both[1]))
            waiting, *others = counts
            made = f"{year}-{month:02d}", working, BANDS, waiting, starts * working.sum()
            found.append(ListMonth(*made, *others))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _name(month: ListMonth) -> str:
    return date.fromisoformat(f"{month.name}-01").strftime("%B")


def full_csv(folder: Path, months: list[ListMonth], decided: np.ndarray | float = 0.5, admitted: float = 0.25) -> None:
    """A file a month, in the form of the full CSV of RTT: T&O of RXX, through two commissioners and one that is not of
    England, beside another function and the sum of all. `decided`: (bands,) share; `admitted`: share of stops; where
    the months do not tell them."""
    of = ["Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name"]
    by = ["Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name"]
    what = ["RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name"]
    bands = [f"Gt {low:02d} To {low + 1:02d} Weeks SUM 1" for low in range(104)] + ["Gt 104 Weeks SUM 1"]
    ends = ["Total", "Patients with unknown clock start date", "Total All"]
    for month in months:
        waiting, stops = np.rint(month.waiting).astype(int), np.rint(month.stops).astype(int)
        parts = {
            "Part_1A": np.rint(admitted * month.stops if month.admitted is None else month.admitted).astype(int),
            "Part_2": waiting,
            "Part_2A": np.rint(decided * waiting if month.decided is None else month.decided).astype(int),
        }
        parts["Part_1B"] = stops - parts["Part_1A"]
        rows = []
        for function, name in (("C_110", "Trauma and Orthopaedic Service"), ("C_410", "Other"), ("C_999", "Total")):
            for commissioner, share in (("QWE", 3), ("QHM", 1), ("NONC", 0)):
                head = [f"RTT-{_name(month)}-{month.name[:4]}", "X", "X", "RXX", "A TRUST", "Y", "Y", commissioner, "Y"]
                for part, people in parts.items():
                    mine = people * share // 4 if share == 3 else people - people * 3 // 4 if share else people * 0 + 1
                    kind = [part, "of some kind", function, name]
                    rows.append(head + kind + ["" if n == 0 else n for n in mine] + ["", "", mine.sum()])
                new = [int(month.starts) * share // 4] if share else [7]
                rows.append(head + ["Part_3", "New", function, name] + [""] * 107 + new)
        with (folder / f"{month.name}.csv").open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([["Period", *of, *by, *what, *bands, *ends], *rows])


def by_months_csv(file: Path, months: list[ListMonth], trust: str = "") -> None:
    """The form of a copy by whole months waited."""
    rows = []
    for month in months:
        for kind, people in (
            ("Referrals", [month.starts]),
            ("Complete", [] if month.stops is None else month.stops),
            ("Incomplete", month.waiting),
        ):
            rows += [
                ["T&O", kind, waited, f"{month.name}-01", *([trust] if trust else []), n]
                for waited, n in enumerate(people)
            ]
    head = ["specialty", "type", "months_waited_id", "period", *(["trust"] if trust else []), "value"]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([head, *rows])


def community_csv(file: Path, months: list[ListMonth]) -> None:
    """The community return, of bands 0, 1, 2, 4, 12, 18 and 52 weeks; from the third month the last is divided."""
    bands = ["0-1", ">1-2", ">2-4", ">4-12", ">12-18", ">18-52", ">52", ">52-104", ">104"]
    rows = []
    for place, month in enumerate(months):
        year = int(month.name[:4]) - (int(month.name[5:]) < 4)
        *first, last = (f"{n:,.0f}" for n in month.waiting)
        ends = [last, "", ""] if place < 2 else ["", str(int(last.replace(",", "")) - 3), 3]
        total = f"{month.waiting.sum():.0f}"
        rows.append([f"{year}-{year + 1 - 2000}-{_name(month)}", "(A) Bones", total, *first, *ends])
        rows.append([f"{year}-{year + 1 - 2000}-{_name(month)}", "(A) Feet", 1, *["0"] * 6, *[1, "", ""]])
    head = ["period", "service", "Total waiting list", *(f"Waiting {band} weeks" for band in bands)]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([head, *rows])
