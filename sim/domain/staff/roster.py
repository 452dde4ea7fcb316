"""Who of each staff group is there, day by day: posts funded, in post, in training, on leave, off sick, supervising.

Everything is for one WTE as written in the configuration; `place.scale` is applied where time is given to services.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.domain import seasons
from sim.domain.calendar import Calendar
from sim.domain.chance import Chance, uniforms
from sim.domain.hours import SESSION_MINUTES
from sim.domain.staff.workforce import Joins, Leaves, StaffGroup, Workforce


@dataclass(frozen=True)
class StaffDays:
    """One staff group on each simulated day, columns (days,): `funded`, `in_post` and `training` in WTE, `leave` and
    `sickness`
    as shares of those who are left, `supervising` and `overtime` in sessions a week."""

    group: StaffGroup
    funded: np.ndarray
    in_post: np.ndarray
    training: np.ndarray
    leave: np.ndarray
    sickness: np.ndarray
    supervising: np.ndarray
    overtime: np.ndarray

    def contracted_a_week(self) -> np.ndarray:
        """(days,) sessions a week of those who work that day, before supervision and overtime."""
        there = (self.in_post - self.training) * self.group.sessions_a_week
        found: np.ndarray = np.multiply(there * (1 - self.leave), 1 - self.sickness)
        return found

    def sessions_a_week(self) -> np.ndarray:
        """(days,) sessions a week for patients."""
        found: np.ndarray = np.add(np.maximum(self.contracted_a_week() - self.supervising, 0.0), self.overtime)
        return found

    def minutes_a_week(self) -> np.ndarray:
        """(days,) patient-facing minutes a week."""
        session = SESSION_MINUTES * self.group.patient_facing_share
        contracted = (
            (self.in_post - self.training)
            * self.group.sessions_a_week
            * session
            * (1 - self.leave)
            * (1 - self.sickness)
        )
        found: np.ndarray = np.add(np.maximum(contracted - self.supervising * session, 0.0), self.overtime * session)
        return found


def roster_of(
    workforce: Workforce, calendar: Calendar, chance: Chance | None = None, scale: float = 1.0
) -> dict[str, StaffDays]:
    """group -> its days. Without `chance` sickness is its mean on every day. `scale` says how many people there are
    to fall ill."""
    days = {name: _alone(name, group, calendar, chance, scale) for name, group in workforce.items()}
    supervising = {name: np.zeros(calendar.horizon) for name in workforce}
    for name, group in workforce.items():
        for registrant, share in group.supervised_by.items():
            supervising[registrant] = supervising[registrant] + share * (
                days[name].contracted_a_week() + days[name].overtime
            )
    return {name: _with(one, supervising[name]) for name, one in days.items()}


def _with(one: StaffDays, supervising: np.ndarray) -> StaffDays:
    return StaffDays(
        one.group, one.funded, one.in_post, one.training, one.leave, one.sickness, supervising, one.overtime
    )


def _alone(name: str, group: StaffGroup, calendar: Calendar, chance: Chance | None, scale: float) -> StaffDays:
    size = calendar.horizon
    funded, in_post, training = np.full(size, float(group.wte)), np.full(size, float(group.wte)), np.zeros(size)
    for one in group.joins.values():
        day = _day(calendar, one.date)
        funded[max(day, 0) :] += one.wte
        in_post[max(day, 0) :] += one.wte
        _train(training, day, one)
    for gone in group.leaves.values():
        day = _day(calendar, gone.date)
        in_post[max(day, 0) :] -= gone.wte
        if gone.weeks_to_hire is None:
            funded[max(day, 0) :] -= gone.wte
        else:
            hired = day + round(7 * gone.weeks_to_hire)
            in_post[max(hired, 0) :] += gone.wte
            _train(training, hired, gone)
    overtime = np.zeros(size)
    for more in group.overtime.values():
        overtime[calendar.period(more.first_day, more.last_day)] += more.sessions_a_week
    leave = np.minimum(group.leave_share() * _season(group.leave_by_month, calendar), 1.0)
    sick = np.minimum(group.sickness_share * _season(group.sickness_by_month, calendar), 1.0)
    if group.sickness_spell_days and chance is not None:
        sick = _drawn(name, sick, max(group.sickness_spell_days, 1.0), in_post * scale, chance)
    return StaffDays(
        group,
        funded,
        np.maximum(in_post, 0.0),
        np.minimum(training, np.maximum(in_post, 0.0)),
        leave,
        sick,
        np.zeros(size),
        overtime,
    )


def _day(calendar: Calendar, text: str) -> int:
    """The day of an ISO date, negative before the start: who left then is replaced, and who came trained, from then
    on."""
    return (date.fromisoformat(text) - calendar.start).days


def _train(training: np.ndarray, day: int, one: Joins | Leaves) -> None:
    training[max(day, 0) : max(day + round(7 * one.training_weeks), 0)] += one.wte * one.training_share


def _season(by_month: tuple[float, ...] | None, calendar: Calendar) -> np.ndarray:
    """(days,) what multiplies an average day; over each simulated year the mean is 1."""
    if by_month is None:
        return np.ones(calendar.horizon)
    return seasons.by_month(by_month, calendar)


def _drawn(name: str, share: np.ndarray, spell: float, people: np.ndarray, chance: Chance) -> np.ndarray:
    """(days,) share of the group that is off: person by person, in spells with a mean of `spell` days, keyed by
    (group, person, day).

    Each day a well person falls ill with chance s / (1 - s) / spell and an ill one is back with chance 1 / spell, whose
    balance is s. The last person counts for the part of a WTE that they are.
    """
    size, days = int(np.ceil(people.max() - 1e-9)), len(share)
    if size == 0:
        return np.zeros(days)
    persons, key = np.arange(size), chance.key(f"{name}.sickness")
    falls_ill = np.minimum(share / np.maximum(1 - share, 1e-9) / spell, 1.0)
    off, there = uniforms(key, persons, 0) < share[0], np.zeros(days)
    for day in range(days):
        if day:
            u = uniforms(key, persons, day)
            off = np.where(off, u >= 1 / spell, u < falls_ill[day])
        there[day] = np.clip(people[day] - persons, 0.0, 1.0)[off].sum()
    found: np.ndarray = np.divide(there, people, out=np.zeros(days), where=people > 0)
    return found
