"""What must be sure, and how sure is enough: the headline indicators,
and an amount of each that is too small for anyone to act on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sim.analysis.statistics.long_waits import is_time
from sim.analysis.words.indicator import SETTLED, SETTLED_GROUPS

_WEEKS, _POINT = 0.5, 0.01
_WAIT = "half a week: waits are published, and planned for, in whole weeks"
_ENDS = "one in a hundred: less than what changes by a few people"
FLOORS = {
    "days_to_first_contact_median": (1.0, "a day, as waits are counted"),
    "days_to_first_contact_p92": (1.0, "a day, as waits are counted"),
    "days_to_definitive_care_median": (1.0, "a day, as waits are counted"),
    "days_to_definitive_care_p92": (1.0, "a day, as waits are counted"),
    "rtt_within_18_weeks": (_POINT, "one in a hundred: plans step in whole percentage points"),
    "rtt_median_weeks": (_WEEKS, _WAIT),
    "rtt_over_52_weeks": (0.0025, "a quarter of the one in a hundred that plans allow"),
    "community_within_18_weeks": (_POINT, "one in a hundred: plans step in whole percentage points"),
    "community_median_weeks": (_WEEKS, _WAIT),
    "community_over_52_weeks": (0.0025, "a quarter of the one in a hundred that plans allow"),
    "hospital_referrals_per_1000": (0.5, "one a week where 100,000 people live"),
    "hospital_no_outcome_share": (_POINT, _ENDS),
    "second_referrals_per_1000": (0.25, "one a fortnight where 100,000 people live"),
    "gp_appointments_per_1000": (5.0, "ten a week where 100,000 people live: less than a session of one GP"),
    "surgical_conversion": (_POINT, _ENDS),
    "contacts_per_episode": (0.02, "one contact in fifty episodes"),
    "empty_group_seats_share": (_POINT, "one seat in a hundred: less than one in a cohort"),
    "cost_per_episode": (5.0, "about five minutes of a clinician"),
    "qalys_lost_waiting": (0.01, "worth £200 a year for 1,000 residents, at £20,000 a QALY"),
    "work_days_lost": (5.0, "less than a day a week for 10,000 residents"),
    "staff_wte": (0.1, "one session a week"),
    "staff_cost": (5_000.0, "about one session a week"),
    "community_referrals_per_1000": (0.5, "one a week where 100,000 people live"),
    "fcp_self_management_share": (_POINT, _ENDS),
    "wait_weeks_median": (_WEEKS, _WAIT),
    "wait_weeks_p92": (_WEEKS, _WAIT),
    "weeks_on_list_median": (_WEEKS, _WAIT),
    "waiting_list": (
        5.0,
        "counts of people are rounded to 5 where they are shared; in a large place one in 10,000 residents",
    ),
    "slot_use": (_POINT, "one slot in a hundred: less than one a week in most clinics"),
    "slots_missed_share": (_POINT, "one slot in a hundred: less than one a week in most clinics"),
}
"""Headline indicator -> half-width that is narrow enough whatever the mean, in the indicator's unit,
and why nobody would act on less."""
BY_SERVICE = (
    "wait_weeks_median",
    "wait_weeks_p92",
    "weeks_on_list_median",
    "waiting_list",
    "slot_use",
    "slots_missed_share",
)
"""Of these every service counts; of the others everybody (`all`),
and of the first of all the group that the report leads with."""


class Watched(NamedTuple):
    """One thing that is to be sure: an indicator of a scenario or, where `less` names another one,
    the difference from that."""

    kpi: str
    group: str
    scenario: str
    less: str = ""

    @property
    def is_time(self) -> bool:
        """Whether it is long where it is not known (`long_waits`)."""
        return is_time(self.kpi, self.group)

    def __str__(self) -> str:
        return f"{self.kpi} ({self.group}), {self.scenario}" + (f" less {self.less}" if self.less else "")


def headline_values(kpis: Mapping[str, Iterable[Sequence]], baseline: str = "") -> dict[Watched, float]:
    """What the rule looks at in one replication.

    `kpis`: scenario -> rows (kpi, group, value, unit) of that replication. Each scenario gives its levels, each other
    than `baseline` also its differences from that: unknown where either is, absent where only one has the indicator.
    """
    levels = {name: _headline_of(rows) for name, rows in kpis.items()}
    found = {Watched(kpi, group, name): value for name, own in levels.items() for (kpi, group), value in own.items()}
    if baseline:
        for name, own in levels.items():
            if name != baseline:
                found |= {
                    Watched(*key, name, baseline): value - levels[baseline][key]
                    for key, value in own.items()
                    if key in levels[baseline]
                }
    return found


def _headline_of(rows: Iterable[Sequence]) -> dict[tuple[str, str], float]:
    rows = list(rows)
    leads = {row[1] for row in rows if row[0] == SETTLED}
    lead = next((group for group in SETTLED_GROUPS if group in leads), "all")
    return {
        (row[0], row[1]): float(row[2])
        for row in rows
        if row[0] in FLOORS and (row[0] in BY_SERVICE or row[1] == "all" or (row[0] == SETTLED and row[1] == lead))
    }


def floors_of(names: Iterable[Watched], residents: float = 0.0) -> dict[Watched, float]:
    """The floor of each, from FLOORS; `KeyError` for what is no headline indicator.
    `residents`: of the place as simulated."""
    return {
        name: max(FLOORS[name.kpi][0], residents / 10_000) if name.kpi == "waiting_list" else FLOORS[name.kpi][0]
        for name in names
    }
