"""Indicators in plain words: what each is called, its unit, which way is better, how it is rounded.

The one place for it: the report, the figures and the printed table all read here.
"""

import math
import re
from dataclasses import dataclass, replace

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


def _share(words, better, of=""):
    return Indicator(words, f"% {of}".strip(), better, decimals=1, factor=100.0, mark="%", points="percentage points",
                     less="percentage points lower", more="percentage points higher")


def _rate(words, better, decimals=0):
    return Indicator(words, "per 1,000 residents a year", better, decimals=decimals)


def _pounds(words, unit):
    return Indicator(words, unit, LOWER, sign="£", less="less", more="more")


INDICATORS = {
    "days_to_definitive_care_median": _days("The right care: half of patients reach it within", "the right care, median"),
    "days_to_definitive_care_p92": _days("The right care: 92 in 100 patients reach it within", "the right care, 92 in 100"),
    "days_to_first_contact_median": _days("First contact: half of patients are seen within", "first contact, median"),
    "days_to_first_contact_p92": _days("First contact: 92 in 100 patients are seen within", "first contact, 92 in 100"),
    "rtt_within_18_weeks": _share("RTT: people waiting who have waited under 18 weeks", HIGHER, "of people waiting"),
    "rtt_median_weeks": _weeks("RTT: half of those waiting have waited less than"),
    "rtt_over_52_weeks": _share("RTT: people waiting who have waited over 52 weeks", LOWER, "of people waiting"),
    "hospital_referrals_per_1000": _rate("Referrals to hospital", NEITHER, 1),
    "hospital_no_outcome_share": _share("Hospital referrals that end with no outcome", LOWER, "of first attendances"),
    "surgical_conversion": _share("T&O first attendances later listed for surgery", NEITHER, "of first attendances"),
    "community_referrals_per_1000": _rate("Referrals to community MSK services", NEITHER, 1),
    "second_referrals_per_1000": _rate("Second referrals, the first having led nowhere", LOWER, 1),
    "gp_appointments_per_1000": _rate("GP appointments used", LOWER),
    "fcp_self_management_share": _share("FCP episodes that end in self-management", NEITHER, "of FCP episodes"),
    "left_without_needed_care_share": _share("Left before the care they need (self-management is not enough for them)", NEITHER, "of those who need more"),
    "contacts_per_episode": Indicator("Contacts in an episode", "contacts", NEITHER, decimals=2),
    "came_back_per_1000": _rate("Came back with the same problem", LOWER, 1),
    "called_urgent_share": _share("Referrals read and called urgent", NEITHER, "of referrals read"),
    "community_wait_weeks_median": _weeks("Community service: half wait less than"),
    "community_wait_weeks_p92": _weeks("Community service: 92 in 100 wait less than"),
    "empty_group_seats_share": _share("Empty seats in group programmes", LOWER, "of seats"),
    "cost_per_episode": _pounds("Cost of an episode", "pounds"),
    "qalys_lost_waiting": Indicator("Health lost while waiting", "QALYs per 1,000 residents a year", LOWER, decimals=2),
    "work_days_lost": Indicator("Working days lost", "days per 1,000 residents a year", LOWER),
    "staff_wte": Indicator("Staff in post", "WTE", NEITHER, decimals=1, less="WTE less", more="WTE more"),
    "staff_cost": replace(_pounds("Cost of staff", "pounds a year"), better=NEITHER),
    "wait_weeks_median": _weeks("Wait of those seen: half wait less than"),
    "wait_weeks_p92": _weeks("Wait of those seen: 92 in 100 wait less than"),
    "weeks_on_list_median": _weeks("Still waiting: half have waited less than"),
    "waiting_list": Indicator("People on the waiting list", "people", LOWER),
    "slots_offered_per_week": Indicator("Slots offered", "slots a week", NEITHER),
    "slot_use": _share("Slots used", NEITHER, "of slots offered"),
    "slots_missed_share": _share("Slots lost to missed appointments", LOWER, "of slots offered"),
    "drop_in_wait_minutes_median": Indicator("Drop-in: half are seen within", "minutes", LOWER),
    "drop_in_wait_minutes_p92": Indicator("Drop-in: 92 in 100 are seen within", "minutes", LOWER),
    "gave_up_share": _share("Drop-in: gave up before being seen", LOWER, "of those who came"),
}

HEADLINE = "days_to_definitive_care_median"
BY_SERVICE = ("wait_weeks_median", "wait_weeks_p92", "weeks_on_list_median", "waiting_list", "slots_offered_per_week", "slot_use",
              "slots_missed_share", "drop_in_wait_minutes_median", "drop_in_wait_minutes_p92", "gave_up_share")
TABLE = tuple(name for name in INDICATORS if name not in BY_SERVICE)
"""Indicators of the key table, in its order."""
WAITS = ("days_to_first_contact_median", "days_to_first_contact_p92", "days_to_definitive_care_median",
         "days_to_definitive_care_p92", "wait_weeks_median", "wait_weeks_p92", "weeks_on_list_median")
MAIN = ("days_to_definitive_care_median", "days_to_first_contact_median", "days_to_definitive_care_p92",
        "hospital_no_outcome_share", "rtt_within_18_weeks", "gp_appointments_per_1000",
        "second_referrals_per_1000", "hospital_referrals_per_1000", "cost_per_episode")
"""The main indicators, first the most important; a picture with room for six takes the first six that it has."""

_CAPITALS = {"gp": "GP", "fcp": "FCP", "mdt": "MDT", "mri": "MRI", "msk": "MSK", "rtt": "RTT", "imd": "IMD",
             "wte": "WTE", "dna": "DNA", "pifu": "PIFU", "qalys": "QALYs", "escape": "ESCAPE"}
_GROUPS = {
    "all": "all patients", "needs_more": "people who need more than self-management",
    "imd_1": "the most deprived fifth", "imd_2": "the second most deprived fifth", "imd_3": "the middle fifth of deprivation",
    "imd_4": "the second least deprived fifth", "imd_5": "the least deprived fifth",
    "self_management": "people who need self-management", "group_programme": "people who need a group programme",
    "physiotherapy": "people who need physiotherapy", "specialist": "people who need specialist care without surgery",
    "rheumatology": "people who need rheumatology", "surgery": "people who need surgery",
    "urgent": "people with urgent need (red flags)",
    "gp": "referred by this pathway's own door",
    **{f"impact_{word}{call}": f"people whose pain has {words} impact{told}"
       for word, words in (("little", "little"), ("some", "some"), ("severe", "a severe"))
       for call, told in (("", ""), ("_called_urgent", ", called urgent"), ("_called_routine", ", called routine"))},
}
GROUPS = tuple(_GROUPS)
"""Groups of people that an indicator may be told of; services and staff groups are others."""
_YEARS = {"year_1": "In the first year", "year_2": "In the second year", "year_3": "In the third year",
          "year_4": "In the fourth year", "year_5": "In the fifth year"}


def tidy(text, width: int = 400) -> str:
    """One line of printable text, at most `width` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def plain(word: str) -> str:
    """`physio_band_6` -> `Physio band 6`."""
    words = [_CAPITALS.get(w.lower(), w) for w in tidy(str(word).replace("_", " ")).split(" ")]
    line = " ".join(words)
    return line[:1].upper() + line[1:]


def about(kpi: str, unit: str = "") -> Indicator:
    """The indicator of that name; one that is not listed above is said by its own name and unit."""
    return INDICATORS.get(kpi) or Indicator(plain(kpi), unit, NEITHER, decimals=1, less="less", more="more")


def group_words(group: str, services: dict[str, str] | None = None) -> str:
    """A group in plain words: a service by its label, a need, a deprivation fifth, an ethnic group."""
    if services and group in services:
        return services[group]
    if group.startswith("ethnicity_"):
        return f"people of {plain(group.removeprefix('ethnicity_')).lower()} ethnicity"
    if group.startswith("needs_more_year_"):
        return f"{_GROUPS['needs_more']}, {year_words(group)[0].lower()}{year_words(group)[1:]}"
    return _GROUPS.get(group) or plain(group)


def year_words(group: str) -> str:
    """`year_3` -> `In the third year`; `all` -> `Over the whole period`."""
    group = group.removeprefix("needs_more_")
    if group in _YEARS:
        return _YEARS[group]
    return f"In year {group[5:]}" if re.fullmatch(r"year_\d+", group) else "Over the whole period"


def number(kpi: str, value: float, extra: int = 0) -> str:
    """The value as shown, without its unit: `38`, `30.1`, `£1,204`, `£11.24m`; `-` if there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    like = about(kpi)
    shown = value * like.factor
    minus = "−" if shown < 0 else ""
    if like.sign == "£" and abs(shown) >= 999_500:
        text = f"{abs(shown) / 1e6:,.{2 + extra}f}m"
    else:
        text = f"{abs(shown):,.{like.decimals + extra}f}"
    if not re.search("[1-9]", text):
        minus = ""
    return minus + like.sign + text


def amount(kpi: str, value: float) -> str:
    """The value with its unit: `38 days`, `30.1%`, `£1,204`."""
    like = about(kpi)
    text = number(kpi, value)
    if text == "–" or like.sign:
        return text
    return text + like.mark if like.mark else with_unit(text, like.unit)


def with_unit(text: str, unit: str) -> str:
    """`1`, `days` -> `1 day`."""
    if text == "1":
        unit = re.sub(r"^(day|week|patient|contact|point)s\b", r"\1", unit)
    return f"{text} {unit}".strip()


def size(kpi: str, difference: float, extra: int = 0) -> str:
    """A difference in words: `57 fewer`, `12 days longer`, `3.1 percentage points higher`."""
    like = about(kpi)
    return with_unit(number(kpi, abs(difference), extra), like.less if difference < 0 else like.more)


def verdict(kpi: str, difference: float, low: float, high: float) -> str:
    """`better`, `worse`, `no clear difference`; `lower` or `higher` where neither way is better."""
    if any(x is None or not math.isfinite(x) for x in (difference, low, high)):
        return "not known"
    if difference == low == high == 0:
        return "no difference"
    if low <= 0 <= high:
        return "no clear difference"
    way = LOWER if difference < 0 else HIGHER
    like = about(kpi)
    if like.better == NEITHER:
        return way
    return "better" if way == like.better else "worse"


def finer(kpi: str, difference: float, low: float, high: float) -> int:
    """One more decimal where rounding would show a difference as zero, or both ends of its interval as one."""
    values = [v for v in (difference, low, high) if math.isfinite(v)]
    lost = any(v and not re.search("[1-9]", number(kpi, v)) for v in values)
    return int(lost or (low != high and len(values) == 3 and number(kpi, low) == number(kpi, high)))


def between(kpi: str, low: float, high: float) -> str:
    """Both ends of a level's interval: `35 to 41`; with one more decimal where they would look the same."""
    extra = int(low != high and number(kpi, low) == number(kpi, high))
    return f"{number(kpi, low, extra)} to {number(kpi, high, extra)}"


def interval(kpi: str, difference: float, low: float, high: float) -> str:
    """`57 fewer, 95% interval 54 to 60`; over zero: `1 fewer, 95% interval 3 fewer to 1 day longer`."""
    if not math.isfinite(difference):
        return "difference not known"
    extra = finer(kpi, difference, low, high)
    text = size(kpi, difference, extra)
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{text}, interval not known"
    if low == high:
        return f"{text} in every replication"
    if low <= 0 <= high:
        return f"{text}, 95% interval {size(kpi, low, extra)} to {size(kpi, high, extra)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{text}, 95% interval {number(kpi, near, extra)} to {number(kpi, far, extra)}"
