"""Which numbers of a configuration are decisions, which are beliefs, and of what kind a belief is.

A decision is what somebody may choose: how many staff, which rooms, how large a group. It stands as it is asked for. A
belief is what is so or not, whoever chooses what: it is drawn, where its evidence gives a range.
"""

import re

DECISIONS = (
    ("place", "run", "calendar", "analysis", "report", "rooms"),
    (
        r"workforce\.[^.]+\.(wte|sessions_a_week|moved_from|paid_by|joins|leaves|away|cover|overtime)\b",
        r"\.capacity\.",
        r"\.extra_clinics\.",
        r"\.(min_size|max_size|least_size|sessions|slots_share|of_referrals)$",
    ),
)
"""Whole sections, and patterns of dotted keys."""
JUDGEMENTS = ("outcomes.gbp_per_qaly", "outcomes.discount_rate_per_year", "outcomes.social_return_per_gbp")
"""Set by convention, or in no other figure: neither chosen by a place nor true or false."""

KINDS = {  # the first pattern that fits; name -> (what it is called, pattern)
    "prices_and_health": ("prices and health", r"^(outcomes|prices)\.|cost_per|_gbp|paid_weeks"),
    "demand": ("who comes, with what", r"^demand\."),
    "lists": ("the lists of day 0", r"^start\."),
    "staff_time": ("the time that staff have", r"^workforce\."),
    "routes": ("where people are sent", r"\.(routes|after_course|orders|entry)\.|^pathway\.entry\."),
    "behaviour": (
        "recovery, and who misses, leaves or comes back",
        r"while_waiting|recurrence|prevention|missed|cancelled|removed|attendance|drop_out|"
        r"patient_initiated|late_share",
    ),
    "times": ("how long and how often", ""),
}


def is_decision(path: str) -> bool:
    """Whether the number at a dotted key is somebody's choice, or a judgement, and so never drawn."""
    sections, patterns = DECISIONS
    return path.split(".")[0] in sections or path in JUDGEMENTS or any(re.search(pattern, path) for pattern in patterns)


def kind_of(path: str) -> str:
    """The kind of a belief, by its key."""
    return next(name for name, (_, pattern) in KINDS.items() if re.search(pattern, path))
