"""The unit that the key of a number names, so that no table of assumptions has a number without one."""

import re

UNIT_WORDS = {
    "shares": "share",
    "wte": "WTE",
    "gbp": "pounds",
    "gbp_an_hour": "pounds an hour",
    "per_1000_a_year": "per 1,000 a year",
}
_UNITS = (  # the first that fits, from the last word of a key upwards
    (r"social_return_per_gbp$", "pounds for each pound"),
    (r"^gbp_per_qaly$", "pounds a QALY"),
    (r"utility_gain_after_care$", "utility"),
    (r"per_hour_gbp$", "pounds an hour"),
    (r"gbp$", "pounds"),
    (r"per_1000_a_year$", "per 1,000 a year"),
    (r"per_year$", "share a year"),
    (r"utility_loss_per_month_waited$", "utility a month"),
    (r"share_(per_week|by_weeks)_waited$", "share a week"),
    (r"^called_by_weeks_waited$", "relative chance"),
    (r"minutes$", "minutes"),
    (r"days$", "days"),
    (r"weeks(_a_year|_waited)?$", "weeks"),
    (r"^years$", "years"),
    (r"sessions_a_week$", "sessions a week"),
    (r"^(wte|moved_from)$", "WTE"),
    (r"ratio$", "ratio"),
    (r"index$", "index"),
    (r"^open_band$", "bands"),
    (r"^waiting$", "people"),
    (r"slots_per_day$", "slots a day"),
    (r"slots_per_week$", "slots a week"),
    (r"^population$|_size$", "people"),
    (r"^price_year$", "year"),
    (r"share|shares|^to$|^needs$|^staff$|^part_of_list$|^paid_by$", "share"),
    (r"visits$|^sessions$|^replications$|^workers$", "count"),
)


def unit_of(path: str) -> str:
    """The unit that a key names, or "" if it names none."""
    for word in reversed(path.split(".")):
        for pattern, unit in _UNITS:
            if re.search(pattern, word):
                return unit
    return ""
