"""Hours: the session that the time of staff is counted in, and the minutes of a day between which a door is open."""

import re

HOURS_A_WEEK = 37.5
SESSIONS_A_WEEK = 10
SESSION_HOURS = HOURS_A_WEEK / SESSIONS_A_WEEK
SESSION_MINUTES = SESSION_HOURS * 60
ALWAYS = "always"
MINUTES_A_DAY = 1440
Hours = str | tuple[str, str]


def opening_minutes(hours: Hours) -> tuple[int, int]:
    """(opens, closes) in minutes after midnight; `always` is the whole day. Raises ValueError for what is no time of
    day."""
    if hours == ALWAYS:
        return 0, MINUTES_A_DAY
    opens, closes = (_minute(word) for word in hours)
    return opens, closes


def _minute(word: str) -> int:
    """Minutes after midnight of "HH:MM", "24:00" included."""
    match = re.fullmatch(r"([0-9]{2}):([0-5][0-9])", word)
    if match is None or (minute := 60 * int(match[1]) + int(match[2])) > MINUTES_A_DAY:
        raise ValueError("not a time of day")
    return minute
