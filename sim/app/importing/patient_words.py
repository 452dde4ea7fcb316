"""The few columns of files with a row a patient that are read, and the few words that come out of them.

Whatever else stands in a cell, an id, a name, a sentence, is "not known" from here on.
"""

import re
from collections.abc import Callable
from datetime import date, datetime

from sim.app.importing import cells
from sim.app.importing.registered import AGES

NOT_KNOWN = "not known"
LIST_COLUMNS = {
    "clock start": (
        "referral_to_treatment_period_start_date",
        "rtt_period_start_date",
        "clock_start_date",
        "clock_start",
    ),
    "treatment function": ("activity_treatment_function_code", "treatment_function_code", "treatment_function"),
    "list type": ("waiting_list_type", "list_type"),
    "week ending": ("week_ending_date", "census_week_ending_date", "week_ending"),
    "decision to admit": ("decision_to_admit_date", "decision_to_admit"),
    "priority": ("priority_type_code", "priority_type", "priority"),
    "procedure priority": ("procedure_priority_code", "procedure_priority"),
    "next appointment": ("outpatient_future_appointment_date", "next_appointment_date", "next_appointment"),
    "TCI date": ("tci_date",),
    "source of referral": ("source_of_referral", "source_of_referral_code"),
    "age band": ("age_band", "der_age_band_week_ending_date", "age_band_week_ending_date"),
    "ethnic category": ("ethnic_category", "ethnic_category_code"),
    "IMD quintile": ("imd_quintile", "index_of_multiple_deprivation_quintile"),
}
"""What is read of the waiting list minimum data set -> the names under which it is exported."""
COMMUNITY_COLUMNS = {
    "start date": ("referral_to_treatment_period_start_date", "rtt_startdate", "rtt_start_date"),
    "end date": ("referral_to_treatment_period_end_date", "rtt_enddate", "rtt_end_date"),
    "status": ("referral_to_treatment_period_status", "rtt_status", "rtt_status_code"),
    "measurement type": (
        *("waiting_time_measurement_type_community_care", "waitingtime_measurementtype"),
        *("waiting_time_measurement_type", "waiting_time_measurement_type_code"),
    ),
    "age band": ("age_band",),
}
"""The same of the community data set's table of RTT periods."""
_ETHNIC = {"A": "white_british", **dict.fromkeys("BC", "white_other"), **dict.fromkeys("DEFG", "mixed")}
_ETHNIC |= {**dict.fromkeys("HJKLR", "asian"), **dict.fromkeys("MNP", "black"), "S": "other"}
_PRIORITY = {"1": "routine", "2": "urgent", "3": "two week wait"}
_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](20\d\d|19\d\d)(?:\s+[\d:.]*)?")
_ISO = re.compile(r"((?:20|19)\d\d)-(\d\d)-(\d\d)(?:[T ][\d:.+Z]*)?")


def day(value: object) -> date | None:
    """A date, as ISO or day first; None of an empty cell. ValueError of anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    word = cells.text(value)
    if word in ("", "-", "NULL", "null"):
        return None
    if found := _ISO.fullmatch(word):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(word):
        return date(int(found[3]), int(found[2]), int(found[1]))
    raise ValueError("no date")


def _age(value: object) -> str:
    found = re.fullmatch(r"(\d{1,3})(?:\s*(?:[_-]|to)\s*(\d{1,3})|\+)?", cells.text(value))
    if found is None:
        return NOT_KNOWN
    middle = (int(found[1]) + int(found[2] or found[1])) / 2
    return next((word for low, high, word in AGES if low <= middle < high), NOT_KNOWN)


def _ethnic(value: object) -> str:
    return _ETHNIC.get(cells.text(value).upper()[:2].strip(), NOT_KNOWN)


def _quintile(value: object) -> str:
    word = cells.text(value).removesuffix(".0")
    return f"imd_{word}" if word in ("1", "2", "3", "4", "5") else NOT_KNOWN


def _priority(value: object) -> str:
    return _PRIORITY.get(cells.text(value).lstrip("0"), NOT_KNOWN)


def _procedure(value: object) -> str:
    word = cells.text(value).upper().removeprefix("P")
    return f"P{word}" if word in ("1", "2", "3", "4", "5", "6") else NOT_KNOWN


def _source(value: object) -> str:
    word = cells.text(value)
    if not re.fullmatch(r"\d\d?", word):
        return NOT_KNOWN
    return "GP" if int(word) in (3, 92) else "other"


GROUPS: dict[str, Callable[[object], str]] = {
    "age band": _age,
    "IMD quintile": _quintile,
    "ethnic category": _ethnic,
    "priority": _priority,
    "procedure priority": _procedure,
    "source of referral": _source,
}
"""Column -> its cell as one of a few words."""
