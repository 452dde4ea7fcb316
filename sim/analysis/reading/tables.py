"""What a finished study is: plain tables, ready to be written, drawn and told.

A `Study` is what the report, the figures and the files are made from; nothing in it is a live object.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.analysis.reading.measured import ServiceLoad
from sim.domain.staff.sessions import LOST

KPIS = ("scenario", "replication", "kpi", "group", "value", "unit")
DIFFERENCES = ("kpi", "group", "unit", "baseline", "scenario", "difference", "ci_low", "ci_high", "replications")
WAITS = ("scenario", "service", "statistic", "group", "value", "ci_low", "ci_high", "unit")
LISTS = ("scenario", "month_end", "day", "service", "band_weeks", "waiting", "overdue")
ACTIVITIES = ("scenario", "service", "month", "statistic", "value", "ci_low", "ci_high", "unit")
WORKFORCE = (
    "scenario",
    "staff_group",
    "band",
    "wte",
    "hours_a_year",
    "cost_per_hour_gbp",
    "cost_gbp_a_year",
    "moved_from",
)
STAFF = (
    "scenario",
    "staff_group",
    "band",
    "month",
    "wte",
    "planned_sessions",
    "overtime_sessions",
    "lost_sessions",
    "delivered_sessions",
    *(f"lost_to_{reason}" for reason in LOST),
)
BANDS = (
    "scenario",
    "staff_group",
    "label",
    "band",
    "price_year",
    "gbp_an_hour",
    "of_which_pay",
    "of_which_on_costs",
    "of_which_overheads",
    "gbp_a_minute_at_work",
    "gbp_a_minute_with_patients",
)
UNIT_COSTS = (
    "scenario",
    "service",
    "label",
    "visit",
    "price_year",
    "minutes",
    "staff_and_prices_gbp",
    "rooms_gbp",
    "gbp",
)
FLOWS = ("scenario", "from", "to", "patients_a_year")
SERVICES = ("scenario", "service", "label", "setting", "tier", "kind")
LADDER = ("step", "title", "kpi", "unit", "value", "contribution", "ci_low", "ci_high", "replications")
_COMPARED = ("unit", "baseline", "scenario", "difference", "ci_low", "ci_high", "replications")
VARIANTS = ("variant", "title", "kpi", *_COMPARED)
ANSWERS = ("answer", "title", "kpi", "group", *_COMPARED)
ASSUMPTIONS = ("path", "value", "unit", "status", "source", "low", "high", "note")
CLAIMS = ("claim", "title", "value", "unit", "source", "kpi", "group")
PLANE = ("draw", "replication", "incremental_cost", "incremental_qalys")
ECONOMICS = ("measure", "unit", "value", "low", "high", "note")
ACCEPTABILITY = ("gbp_per_qaly", "share")
SOCIAL_RETURN = (
    "scenario",
    "cost_gbp_a_year",
    "stated_gbp_per_gbp",
    "low",
    "high",
    "stated_value_gbp_a_year",
    "source",
)
WARM_UP = ("scenario", "service", "day", "waiting")
LOAD = ServiceLoad._fields


def _empty(columns) -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in columns})


@dataclass(frozen=True)
class Study:
    """One comparison, finished.

    `name`, `baseline`: scenario names (`baseline` is "" when one scenario ran alone); `titles`: name -> a few
    words; `questions`: name -> the question that it asks. The frames have the columns named above:

    kpis         one row a scenario, replication, kpi, group (means over replications are taken by the reader)
    differences  paired over replications; `ci_low`/`ci_high` the 95% interval of the difference
    waits        mean over replications of wait statistics with its 95% interval, by service and group (`all`,
    `imd_1`..`imd_5`, ethnicity)
    lists        mean over replications of people waiting at month ends, by weeks-waited band ("0-1", ..., "104+"), and
    of people whose follow-up is overdue, by weeks overdue
    activity     what each service did in each calendar month, mean over replications with its 95% interval
    workforce    WTE, hours and pounds a year by staff group, for both scenarios; rooms and one-off clinics have no WTE
    staff        sessions planned, lost (and why) and delivered by staff group and calendar month, mean over
    replications
    bands        what an hour and a minute of each staff group cost, of which pay, on-costs and overheads
    unit_costs   what one visit to each service costs; of a group, a session and a seat; of a caseload, a day
    flows        mean people a year from place to place ("presented" and "resolved"/"removed" are places too)
    services     the services of each scenario's pathway
    ladder       steps from the baseline to the scenario; contribution = value - value of the step before; may be empty
    variants     the headline again under another payer or more demand; may be empty
    answers      scenarios side by side, each against the baseline, in a few numbers; may be empty
    assumptions  every number of the configuration with its evidence status
    load         offered load against capacity at every service, before running
    plane        draws of what is not known of prices and effects: pounds and QALYs, scenario less baseline; empty
    without a baseline
    economics    what they come to: ratio, quadrants, net benefit; empty without a baseline
    acceptability  share of draws that are worth their money, by what a QALY is worth; empty without a baseline
    social_return  what groups cost in the model, and the social value that others state for it, part of no other
    figure; may be empty
    warm_up      people waiting, mean over replications and over the five days from `day`; empty without a warm-up
    claims       figures that a source document states, each with the indicator to show beside it ("" for none); may
    be empty
    """

    name: str
    baseline: str
    titles: dict[str, str]
    questions: dict[str, str]
    meta: dict
    kpis: pd.DataFrame
    differences: pd.DataFrame
    waits: pd.DataFrame
    lists: pd.DataFrame
    workforce: pd.DataFrame
    staff: pd.DataFrame
    flows: pd.DataFrame
    services: pd.DataFrame
    ladder: pd.DataFrame = field(default_factory=lambda: _empty(LADDER))
    variants: pd.DataFrame = field(default_factory=lambda: _empty(VARIANTS))
    answers: pd.DataFrame = field(default_factory=lambda: _empty(ANSWERS))
    assumptions: pd.DataFrame = field(default_factory=lambda: _empty(ASSUMPTIONS))
    load: pd.DataFrame = field(default_factory=lambda: _empty(LOAD))
    claims: pd.DataFrame = field(default_factory=lambda: _empty(CLAIMS))
    plane: pd.DataFrame = field(default_factory=lambda: _empty(PLANE))
    economics: pd.DataFrame = field(default_factory=lambda: _empty(ECONOMICS))
    acceptability: pd.DataFrame = field(default_factory=lambda: _empty(ACCEPTABILITY))
    social_return: pd.DataFrame = field(default_factory=lambda: _empty(SOCIAL_RETURN))
    bands: pd.DataFrame = field(default_factory=lambda: _empty(BANDS))
    unit_costs: pd.DataFrame = field(default_factory=lambda: _empty(UNIT_COSTS))
    warm_up: pd.DataFrame = field(default_factory=lambda: _empty(WARM_UP))
    activity: pd.DataFrame = field(default_factory=lambda: _empty(ACTIVITIES))
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def remember(self, what: str, work_out: "Callable[[Study], dict[Any, Any]]") -> dict[Any, Any]:
        """What is worked out of the frames, once for all who ask: they do not change."""
        if what not in self._known:
            self._known[what] = work_out(self)
        return self._known[what]
