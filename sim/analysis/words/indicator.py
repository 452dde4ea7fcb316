"""Indicators in plain words: what each is called, its unit, which way is better, how it is rounded.

The one place for it: the report, the figures and the printed table all read here; `amounts` puts values into them.
"""

from dataclasses import dataclass, replace

from sim.analysis.words.plain import plain

LOWER, HIGHER, NEITHER = "lower", "higher", ""


@dataclass(frozen=True)
class Indicator:
    """How an indicator is said. `less` and `more` follow the size of a difference: "57 fewer".

    `factor` turns the stored value into the shown one (shares are stored as 0-1 and shown in percent);
    `sign` stands before a number, `mark` directly after it; `points` is the unit of a difference.
    """

    words: str
    unit: str
    better: str
    decimals: int = 0
    factor: float = 1.0
    sign: str = ""
    mark: str = ""
    less: str = "fewer"
    more: str = "more"
    points: str = ""
    short: str = ""


def _days(words, short=""):
    return Indicator(words, "days", LOWER, less="fewer", more="days longer", short=short)


def _weeks(words):
    return Indicator(words, "weeks", LOWER, decimals=1, less="weeks shorter", more="weeks longer")


def _share(words, better, of="", short=""):
    return Indicator(
        words,
        f"% {of}".strip(),
        better,
        decimals=1,
        factor=100.0,
        mark="%",
        points="percentage points",
        less="percentage points lower",
        more="percentage points higher",
        short=short,
    )


def _rate(words, better, decimals=0):
    return Indicator(words, "per 1,000 residents a year", better, decimals=decimals)


def _pounds(words, unit):
    return Indicator(words, unit, LOWER, sign="£", less="less", more="more")


INDICATORS = {
    "had_needed_care_within_18_weeks_share": _share(
        "Have the care they need within 18 weeks",
        HIGHER,
        "of those who need more",
        "have the care they need within 18 weeks",
    ),
    "had_needed_care_within_52_weeks_share": _share(
        "Have the care they need within 52 weeks",
        HIGHER,
        "of those who need more",
        "have the care they need within 52 weeks",
    ),
    "days_to_definitive_care_median": _days(
        "Need met, or settled for less: half of patients within", "need met or settled for less, median"
    ),
    "days_to_definitive_care_p92": _days(
        "Need met, or settled for less: 92 in 100 patients within", "need met or settled for less, 92 in 100"
    ),
    "days_to_first_contact_median": _days("First contact: half of patients are seen within", "first contact, median"),
    "days_to_first_contact_p92": _days("First contact: 92 in 100 patients are seen within", "first contact, 92 in 100"),
    **{
        f"days_to_{what}_{which}_at_least": replace(_days(f"{words}: {share} wait at least"), better=NEITHER)
        for what, words in (("definitive_care", "Need met, or settled for less"), ("first_contact", "First contact"))
        for which, share in (("median", "half of patients"), ("p92", "8 in 100 patients"))
    },
    "rtt_within_18_weeks": _share("RTT: people waiting who have waited under 18 weeks", HIGHER, "of people waiting"),
    "rtt_median_weeks": _weeks("RTT: half of those waiting have waited less than"),
    "rtt_over_52_weeks": _share("RTT: people waiting who have waited over 52 weeks", LOWER, "of people waiting"),
    **{
        f"rtt_{what}_interface_{way}": _share(f"RTT: {said}, {how}", better, "of people waiting")
        for what, said, better in (
            ("within_18_weeks", "waiting under 18 weeks", HIGHER),
            ("over_52_weeks", "waiting over 52 weeks", LOWER),
        )
        for way, how in (
            ("provisional", "interface referrals counted once they reach a consultant"),
            ("clock", "every interface referral counted"),
        )
    },
    **{
        f"rtt_{which}_{what}": said
        for which, of in (("admitted", "by an operation"), ("non_admitted", "without one"))
        for what, said in (
            ("median_weeks", _weeks(f"RTT pathways completed {of}: half within")),
            ("p92_weeks", _weeks(f"RTT pathways completed {of}: 92 in 100 within")),
            ("within_18_weeks", _share(f"RTT pathways completed {of}: within 18 weeks", HIGHER, "of these")),
            ("within_52_weeks", _share(f"RTT pathways completed {of}: within 52 weeks", HIGHER, "of these")),
        )
    },
    "community_within_18_weeks": _share("Community services: waiting under 18 weeks", HIGHER, "of people waiting"),
    "community_median_weeks": _weeks("Community services: half of those waiting have waited less than"),
    "community_over_52_weeks": _share("Community services: waiting over 52 weeks", LOWER, "of people waiting"),
    "hospital_referrals_per_1000": _rate("Referrals to hospital", NEITHER, 1),
    "hospital_no_outcome_share": _share("Hospital referrals that end with no outcome", LOWER, "of first attendances"),
    "surgical_conversion": _share("T&O first attendances later listed for surgery", NEITHER, "of first attendances"),
    "community_referrals_per_1000": _rate("Referrals to community MSK services", NEITHER, 1),
    "second_referrals_per_1000": _rate("Second referrals, the first having led nowhere", LOWER, 1),
    "gp_appointments_per_1000": _rate("GP appointments used", LOWER),
    "fcp_self_management_share": _share("FCP episodes that end in self-management", NEITHER, "of FCP episodes"),
    "after_18_weeks_share": _share("What became of them within 18 weeks", NEITHER, "of those who need more"),
    "after_52_weeks_share": _share("What became of them within 52 weeks", NEITHER, "of those who need more"),
    "left_without_needed_care_share": _share(
        "Left before the care they need (self-management is not enough for them)", NEITHER, "of those who need more"
    ),
    "contacts_per_episode": Indicator("Contacts in an episode", "contacts", NEITHER, decimals=2),
    "missed_share": _share("Appointments missed", LOWER, "of those booked"),
    "discharged_after_missing_share": _share("Discharged because they missed an appointment", LOWER, "of people"),
    "private_exit_share": _share("Left a list for private care", LOWER, "of people"),
    "surgery_share": _share("Operated on by the end, of people who need surgery", HIGHER, "of people who need surgery"),
    "came_back_per_1000": _rate("Came back with the same problem", LOWER, 1),
    "called_urgent_share": _share("Referrals read and called urgent", NEITHER, "of referrals read"),
    "community_wait_weeks_median": _weeks("Community service: half wait less than"),
    "community_wait_weeks_p92": _weeks("Community service: 92 in 100 wait less than"),
    "empty_group_seats_share": _share("Empty seats in group programmes", LOWER, "of seats"),
    "cost_per_episode": replace(
        _pounds("Cost of an episode", "pounds"), better=NEITHER
    ),  # it falls too where fewer are operated on
    # Neither way: one who was operated on counts as one who was advised, so that fewer operations make it less.
    "cost_per_patient_resolved": replace(
        _pounds("Cost for each patient whose problem care resolved", "pounds"), better=NEITHER
    ),
    "cost_total": replace(_pounds("Cost in all: staff, rooms, visits, operations", "pounds a year"), better=NEITHER),
    "cost_by_year": replace(_pounds("Cost in all, by year", "pounds a year"), better=NEITHER),
    "service_cost": replace(_pounds("Cost of a service", "pounds a year"), better=NEITHER),
    "cost_share_by_tier": _share("Share of the money", NEITHER, "of all pounds"),
    "patients_share_by_tier": _share("Share of patients, by the highest tier that they reached", NEITHER, "of people"),
    "qalys_lost_waiting": Indicator("Health lost while waiting", "QALYs per 1,000 residents a year", LOWER, decimals=2),
    "qalys_gained_after_care": Indicator(
        "Health gained by care, to the end of the run", "QALYs per 1,000 residents a year", HIGHER, decimals=2
    ),
    "qalys_net": Indicator(
        "Health gained by care less lost while waiting",
        "QALYs per 1,000 residents a year",
        HIGHER,
        decimals=2,
        less="QALYs less",
        more="QALYs more",
    ),
    "net_monetary_benefit": Indicator(
        "Net monetary benefit (only the difference means anything)",
        "pounds per 1,000 residents a year",
        HIGHER,
        sign="£",
        less="less",
        more="more",
    ),
    "work_days_lost": Indicator("Working days lost", "days per 1,000 residents a year", LOWER),
    "staff_wte": Indicator("Staff in post", "WTE", NEITHER, decimals=1, less="WTE less", more="WTE more"),
    "staff_cost": replace(_pounds("Cost of staff", "pounds a year"), better=NEITHER),
    "group_programme_cost": replace(
        _pounds("Cost of group programmes, part of all costs", "pounds a year"), better=NEITHER
    ),
    "group_social_value_stated": replace(
        _pounds("Social value of that as others state it, in no other figure", "pounds a year"), better=NEITHER
    ),
    "wait_weeks_median": _weeks("Wait of those seen: half wait less than"),
    "wait_weeks_p92": _weeks("Wait of those seen: 92 in 100 wait less than"),
    "weeks_on_list_median": _weeks("Still waiting: half have waited less than"),
    "waiting_list": Indicator("People on the waiting list", "people", LOWER),
    "follow_ups_overdue": Indicator("Follow-ups due and not yet held", "people", LOWER),
    "follow_up_days_overdue_median": _days("Follow-ups overdue: half have been due for less than"),
    "follow_up_days_late_median": _days("Follow-ups held: half within so many days of falling due"),
    "follow_up_days_late_p92": _days("Follow-ups held: 92 in 100 within so many days of falling due"),
    "follow_ups_within_an_interval_share": _share(
        "Follow-ups held no later than one more interval after they were due", HIGHER, "of follow-ups held"
    ),
    "within_6_weeks_share": _share("Seen within 6 weeks, of those whose six weeks were decided", HIGHER, "of people"),
    "within_18_weeks_share": _share("Seen within 18 weeks, of those whose 18 weeks were decided", HIGHER, "of people"),
    "seen_within_6_weeks_share": _share("Of those seen: within 6 weeks", HIGHER, "of people seen"),
    "seen_within_18_weeks_share": _share("Of those seen: within 18 weeks", HIGHER, "of people seen"),
    "waiting_within_6_weeks_share": _share("Of those waiting: 6 weeks or less so far", HIGHER, "of people waiting"),
    "waiting_within_18_weeks_share": _share("Of those waiting: 18 weeks or less so far", HIGHER, "of people waiting"),
    "slots_offered_per_week": Indicator("Slots offered", "slots a week", NEITHER),
    "slot_use": _share("Slots used", NEITHER, "of slots offered"),
    "slots_missed_share": _share("Slots lost to missed appointments", LOWER, "of slots offered"),
    "drop_in_wait_minutes_median": Indicator("Drop-in: half are seen within", "minutes", LOWER),
    "drop_in_wait_minutes_p92": Indicator("Drop-in: 92 in 100 are seen within", "minutes", LOWER),
    "gave_up_share": _share("Drop-in: gave up before being seen", LOWER, "of those who came"),
    "slope_index_of_inequality": Indicator(
        "Slope index of inequality: the most deprived less the least deprived",
        "as the indicator",
        NEITHER,
        decimals=2,
        less="lower",
        more="higher",
    ),
    "relative_index_of_inequality": Indicator(
        "Relative index of inequality: the most deprived over the least deprived",
        "ratio",
        NEITHER,
        decimals=2,
        less="lower",
        more="higher",
    ),
    "imd_wait_ratio": Indicator(
        "Longest wait of a deprivation fifth over the shortest", "ratio", LOWER, decimals=2, less="lower", more="higher"
    ),
    "ethnic_gap": Indicator(
        "Minority ethnic people less white British people",
        "as the indicator",
        NEITHER,
        decimals=2,
        less="lower",
        more="higher",
    ),
    "ethnic_gap_widest": Indicator(
        "Highest less lowest of the ethnic groups", "as the indicator", LOWER, decimals=2, less="lower", more="higher"
    ),
}

HEADLINE = "had_needed_care_within_18_weeks_share"
HEADLINES = (HEADLINE, "had_needed_care_within_52_weeks_share")
"""What every page begins with: who has the care they need. Both are of people who need more than self-management."""
SETTLED = "days_to_definitive_care_median"
"""Days until a need is met, or until somebody recovers or settles for less, which is no having it."""
SETTLED_GROUPS = ("needs_more_year_3", "needs_more", "year_3")
"""Whom that is told of: the first of these that a run tells of, or else everybody."""
BY_SERVICE = (
    "wait_weeks_median",
    "wait_weeks_p92",
    "weeks_on_list_median",
    "waiting_list",
    "follow_ups_overdue",
    "follow_up_days_overdue_median",
    "follow_up_days_late_median",
    "follow_up_days_late_p92",
    "follow_ups_within_an_interval_share",
    "within_6_weeks_share",
    "within_18_weeks_share",
    "seen_within_6_weeks_share",
    "seen_within_18_weeks_share",
    "waiting_within_6_weeks_share",
    "waiting_within_18_weeks_share",
    "slots_offered_per_week",
    "slot_use",
    "slots_missed_share",
    "drop_in_wait_minutes_median",
    "drop_in_wait_minutes_p92",
    "gave_up_share",
    "service_cost",
)
BY_SERVICE_TOO = (
    "rtt_within_18_weeks",
    *(name for name in INDICATORS if name.startswith(("rtt_admitted_", "rtt_non_admitted_"))),
    "community_within_18_weeks",
    "community_median_weeks",
    "community_over_52_weeks",
    "hospital_referrals_per_1000",
    "hospital_no_outcome_share",
)
"""Told of everybody and of services; `rheumatology` is the service here, and not the need."""
BY_INDICATOR = (
    "slope_index_of_inequality",
    "relative_index_of_inequality",
    "imd_wait_ratio",
    "ethnic_gap",
    "ethnic_gap_widest",
)
"""How unequal another indicator is: its name is the group, or that of a service, of whose median wait it is."""
BY_WAY = ("after_18_weeks_share", "after_52_weeks_share")
"""Told by what became of people."""
BY_TIER = ("cost_share_by_tier", "patients_share_by_tier", "cost_by_year", *BY_WAY)
"""Told by tier, by year or by what became of people only: none is of everybody."""
BOUNDS = tuple(name for name in INDICATORS if name.endswith("_at_least"))
"""What a time cannot be shorter than: told as `more than` where the time itself is not known, and in no table."""
APART = ("group_programme_cost", "group_social_value_stated", *BOUNDS)
"""Not the model's own money: on the page of outcomes, and in no table beside it; and bounds."""
TABLE = tuple(name for name in INDICATORS if name not in BY_SERVICE + BY_INDICATOR + BY_TIER + APART)
"""Indicators of the key table, in its order."""
WAITS = (
    "days_to_first_contact_median",
    "days_to_first_contact_p92",
    "days_to_definitive_care_median",
    "days_to_definitive_care_p92",
    "wait_weeks_median",
    "wait_weeks_p92",
    "weeks_on_list_median",
)
MAIN = (
    *HEADLINES,
    "days_to_first_contact_median",
    "hospital_no_outcome_share",
    "rtt_within_18_weeks",
    "gp_appointments_per_1000",
    "second_referrals_per_1000",
    SETTLED,
    "days_to_definitive_care_p92",
    "hospital_referrals_per_1000",
    "cost_per_episode",
)
"""The main indicators, first the most important; a picture with room for six takes the first six that it has."""
LEAD = (
    *HEADLINES,
    "hospital_no_outcome_share",
    "rtt_within_18_weeks",
    "second_referrals_per_1000",
    "gp_appointments_per_1000",
    "days_to_first_contact_median",
    SETTLED,
    "days_to_definitive_care_p92",
    "cost_per_episode",
)
"""Those that a report tells in sentences, in their order."""


def about(kpi: str, unit: str = "") -> Indicator:
    """The indicator of that name; one that is not listed above is said by its own name and unit."""
    return INDICATORS.get(kpi) or Indicator(plain(kpi), unit, NEITHER, decimals=1, less="less", more="more")
