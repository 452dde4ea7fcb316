"""The GP and self-management at home in plain SimPy, from docs/stress_des.md and docs/model.md alone.

Nothing of `sim` is imported: numbers and rules are read off the page's tables, and all else is as its text says.
Whoever is sent anywhere else has left; nobody is on a list at the start; tests are not ordered.
"""

from bisect import bisect
from collections import Counter, deque
from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np
import simpy

SERVICES = ("gp", "self_management")
START, YEAR = date(2025, 4, 1), 365.25


class Page:
    """The tables of the page: `numbers` key -> value, `rules` of each place, `words` of each fact, in order."""

    def __init__(self, text: str):
        self._text = text
        self.numbers: dict[str, float] = {}
        for key, values, *_ in self.table("numbers"):
            cells = values.split("; ")
            for cell in cells:
                *word, value = cell.rsplit(" ", 1)
                self.numbers[".".join([key.strip("`"), *word])] = float(value)
        self.rules: dict[str, list] = {}
        for where, _, who, to in self.table("routing"):
            self.rules.setdefault(where.replace("`", ""), []).append((_when(who), _shares(to)))
        self.facts = [(fact.strip("`"), given, words.split(", ")) for fact, given, words in self.table("entities")]
        self.courses = {row[0].strip("`"): row[2] for row in self.table("courses")}
        self.sessions = {row[0].strip("`"): float(row[2]) for row in self.table("staff")}

    def table(self, name: str) -> list[list[str]]:
        block = self._text.split(f"<!-- stress {name}: begin -->")[1].split("<!-- stress")[0]
        return [[c.strip() for c in line.split("|")[1:-1]] for line in block.strip().splitlines()[2:]]

    @cache  # noqa: B019
    def edges(self, fact: str, given: str, words: tuple[str, ...]) -> list[float]:
        """Cumulative shares of a fact's words, tilted towards those who consult more."""
        shares = self.shares(f"demand.facts.{fact}.shares{f'_given.{given}' if given else ''}", words)
        ratio = [self.numbers.get(f"demand.rate_ratio.{fact}.{word}", 1.0) for word in words]
        return np.cumsum(shares * ratio / (shares * ratio).sum()).tolist()

    def shares(self, key: str, words) -> np.ndarray:
        found = np.array([self.numbers.get(f"{key}.{word}", 0.0) for word in words])
        return found / found.sum()


def _when(who: str) -> dict[str, list[str]]:
    said = (one.split(" ", 1) for one in who.split(", ") if who != "everybody else")
    return {fact: words.split(" or ") for fact, words in said}


def _shares(to: str) -> tuple[list[str], list[float]]:
    pairs = [one.rsplit(" ", 1) for one in to.split(", ")]
    return [place for place, _ in pairs], np.cumsum([float(share) for _, share in pairs]).tolist()


def daily_index(page: Page, days: int) -> np.ndarray:
    """Month x weekday; bank holidays give to their week; each simulated year has a mean of 1."""
    dates = [START + timedelta(d) for d in range(days)]
    month = np.array([page.numbers[f"demand.month_index.{d.month - 1}"] for d in dates])
    usual = month * np.array([page.numbers[f"demand.weekday_index.{d.weekday()}"] for d in dates])
    closed = closed_days(days)
    found = np.where(closed, usual * page.numbers["demand.holiday_index"], usual)
    week = np.array([(d - timedelta(d.weekday())).toordinal() for d in dates])
    for one in np.unique(week):
        here = week == one
        if found[here].sum() > 0:
            found[here] *= usual[here].sum() / found[here].sum()
    return found / found.mean()


def closed_days(days: int) -> np.ndarray:
    bank = holidays.country_holidays("GB", subdiv="ENG", years=range(START.year, START.year + days // 365 + 2))
    return np.array([START + timedelta(d) in bank for d in range(days)])


class Person:
    """Facts one after the other, then what becomes of them at the GP."""

    def __init__(self, page: Page, luck: np.random.Generator):
        self.facts: dict[str, str] = {}
        self.joined = self.left = 0
        for fact, given, words in page.facts:
            edges = page.edges(fact, self.facts.get(given, ""), tuple(words))
            self.facts[fact] = words[min(bisect(edges, luck.random()), len(words) - 1)]


class Rebuilt:
    """One replication; `counts` and `waits` (days, of first visits) are what came of it."""

    def __init__(self, page: Page, days: int, scale: float, wte: float, seed: int):
        self.page, self.days, self.luck = page, days, np.random.default_rng(seed)
        self.env, self.counts, self.waits = simpy.Environment(), Counter(), []
        self.ready = {"urgent": deque(), "routine": deque()}
        self.due: deque = deque()
        self.mornings: dict[int, list] = {}
        self.at_home = 0
        n = page.numbers
        group = "workforce.gp."
        leave = (n[group + "annual_leave_days"] + n[group + "study_leave_days"]) / (5 * YEAR / 7)
        week = wte * page.sessions["gp"] * 225 * n[group + "patient_facing_share"] * (1 - leave)
        self.minutes = week * (1 - n[group + "sickness_share"]) / 5 * scale
        mean = n["demand.population"] * scale * n["demand.presenting_per_1000_a_year"] / 1000 / YEAR
        growth = (1 + n["demand.growth_per_year"]) ** (np.arange(days) / YEAR)
        come = growth * daily_index(page, days)
        for year in range(int(days / YEAR)):
            of = slice(round(YEAR * year), round(YEAR * (year + 1)))
            come[of] *= growth[of].sum() / come[of].sum()
        self.come = self.luck.poisson(mean * come)
        quintiles = next(words for fact, _, words in page.facts if fact == "imd_quintile")
        shares = np.diff(page.edges("imd_quintile", "", tuple(quintiles)), prepend=0)
        r = n["pathway.services.gp.missed.most_to_least_deprived_ratio"]
        by = np.array([r ** ((3 - int(q)) / 4) for q in quintiles])
        self.missing = dict(zip(quintiles, by / (by @ shares), strict=True))
        self.env.process(self.each_morning())
        self.env.process(self.gp())
        self.env.run(until=days)
        waiting = sum(map(len, self.ready.values())) + sum(
            what == "ready" for d in self.mornings.values() for what, _ in d
        )
        self.counts |= Counter(waiting=waiting, at_home=self.at_home)

    def on(self, day: int, what: str, person: Person) -> None:
        self.mornings.setdefault(day, []).append((what, person))

    def each_morning(self):
        while True:
            day = int(self.env.now)
            for _ in range(self.come[day]):
                self.join(Person(self.page, self.luck), day)
            for what, person in sorted(self.mornings.pop(day, []), key=lambda one: one[1].joined):
                if what == "home over":
                    self.at_home -= 1
                    self.go("self_management", person, day)
                elif what == "ready":
                    self.ready[person.facts["urgency"]].append(person)
                else:
                    self.due.append(person)
            yield self.env.timeout(1)

    def join(self, person: Person, day: int) -> None:
        person.joined = day
        self.expect(person, day)

    def expect(self, person: Person, day: int, first: int = 0) -> None:
        """May be called once the notice of their class has passed."""
        urgent = person.facts["urgency"] == "urgent"
        key = "pathway.services.gp." + ("priority.urgent." if urgent else "") + "earliest_notice_days"
        ready = max(day + int(self.page.numbers[key]), day + first)
        if ready == day:
            self.ready[person.facts["urgency"]].append(person)
        else:
            self.on(ready, "ready", person)

    def go(self, where: str, person: Person, day: int) -> None:
        """By the first rule that fits, by one draw among its destinations."""
        for when, (places, shares) in self.page.rules[where]:
            if all(person.facts.get(fact) in words for fact, words in when.items()):
                place = places[min(bisect(shares, self.luck.random()), len(places) - 1)]
                break
        if place == "course":
            m = self.page.numbers["pathway.services.gp.follow_ups.mean_visits"]
            assert self.page.courses["gp"] == "geometric"
            person.left = int(np.log1p(-self.luck.random()) / np.log(m / (1 + m)))
            self.carry_on(person, day)
            return
        self.counts[f"{where.split()[0]} to {place}"] += 1
        if place == "gp":
            self.join(person, day)
        elif place == "self_management":
            self.at_home += 1
            self.on(day + int(self.page.numbers["pathway.services.self_management.days"]), "home over", person)

    def carry_on(self, person: Person, day: int) -> None:
        if person.left:
            self.on(day + int(self.page.numbers["pathway.services.gp.follow_ups.interval_days"]), "due", person)
        else:
            self.go("gp after a course", person, day)

    def gp(self):
        """Follow-ups that are due come first, then the list: a visit is as long for both."""
        yield self.env.timeout(0.5)
        closed, kept = closed_days(self.days), 0.0
        length = self.page.numbers["pathway.services.gp.new_minutes"]
        while True:
            day = int(self.env.now)
            if (START + timedelta(day)).weekday() < 5 and not closed[day]:
                time = self.minutes + kept
                room = int((time + 1e-9) // length)
                again = [self.due.popleft() for _ in range(min(room, len(self.due)))]
                new = []
                for name in ("urgent", "routine"):
                    line = self.ready[name]
                    new += [line.popleft() for _ in range(min(room - len(again) - len(new), len(line)))]
                left = time - length * (len(again) + len(new))
                kept = left if left < length else left % length
                for person in new:
                    self.visit(person, day, first=True)
                for person in again:
                    self.visit(person, day, first=False)
            yield self.env.timeout(1)

    def visit(self, person: Person, day: int, first: bool) -> None:
        key = "pathway.services.gp.missed." + ("new_share" if first else "follow_up_share")
        if self.luck.random() < self.page.numbers[key] * self.missing[person.facts["imd_quintile"]]:
            self.counts["missed"] += 1
            if first:
                self.expect(person, day, 1)
            else:
                self.on(day + int(self.page.numbers["pathway.services.gp.follow_ups.interval_days"]), "due", person)
        elif first:
            self.counts["first visits"] += 1
            self.waits.append(day - person.joined)
            self.go("gp", person, day)
        else:
            self.counts["follow-ups"] += 1
            person.left -= 1
            self.carry_on(person, day)
