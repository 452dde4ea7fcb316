"""The model's vocabulary: one closed list for each kind of word.

The same words stand in YAML, in Python, in the tables and in the report. Codes are positions in
these tuples, so their order is part of the stored-results format: append, never reorder.
"""

from typing import Literal, get_args

EVENTS = ("presented", "listed", "started", "attended", "missed", "cancelled", "removed", "moved", "resolved")
(PRESENTED, LISTED, STARTED, ATTENDED, MISSED, CANCELLED, REMOVED, MOVED, RESOLVED) = range(len(EVENTS))

NEEDS = ("self_management", "group_programme", "physiotherapy", "specialist", "rheumatology", "surgery", "urgent")

SOURCES = ("presented", "elsewhere", "starting_list", "induced")

NO_YES = ("no", "yes")

# Facts that a patient is made with. `need` and `region` come first: others may depend on them.
FACTS = {
    "region": ("low_back", "neck", "shoulder", "knee", "hip", "hand_wrist", "foot_ankle", "inflammatory", "widespread"),
    "need": NEEDS,
    "onset": ("acute", "long_term"),
    "red_flag": NO_YES,
    "urgency": ("routine", "urgent"),
    "age_band": ("0-17", "18-44", "45-64", "65-74", "75+"),
    "sex": ("female", "male"),
    "imd_quintile": ("1", "2", "3", "4", "5"),
    "ethnicity": ("white_british", "white_other", "asian", "black", "mixed", "other"),
    "employment": ("employed", "not_employed"),
    "digital": ("online", "offline"),
    "language": ("english", "interpreter"),
    "fcp_practice": NO_YES,
    "impact": ("little", "some", "severe"),  # on function, sleep, work or care duties
}

# Facts that people have only where their place's demand says how they are shared out; they depend on any of the others.
# `practice`: where somebody is registered, a practice or several that are alike.
OWN_FACTS = {"practice": tuple(str(number) for number in range(1, 21))}
ALL_FACTS = FACTS | OWN_FACTS

# Facts of a patient's own history, which a pathway writes as it goes; `called`: what whoever read the referral called
# it.
CALLED = ("unread", "routine", "urgent")

# What a visit's row in the log can say of itself, beside the names of rules.
DETAILS = (
    "",
    "new",
    "follow_up",
    "session",
    "recovered",
    "private",
    "other",
    "discharged_after_missing",
    "starting_list",
    "referred",
    "rebooked",
    "door",
    "from_elsewhere",
    "patient_initiated",
    "dropped_out",
    "side_contact",
    "course",
    "returned",
    "induced",
    "gave_up",
    "test",
    "called_for_review",
    *(f"worsened_to_{need}" for need in NEEDS),
    "called_routine",
    "called_urgent",
)
DETAIL = {word: code for code, word in enumerate(DETAILS)}

# Where a rule may send a patient besides a service.
RESOLVED_PLACE = "resolved"  # the episode is over
COURSE = "course"  # stays in this service for a course of follow-ups
RETURN = "return"  # back to the service that asked (imaging, reports)
NEXT = "next"  # on to the rules that follow
PLACES = (RESOLVED_PLACE, COURSE, RETURN, NEXT)

SETTINGS = ("primary", "triage", "community", "hospital", "diagnostics", "home")
Clinician = Literal[
    "gp", "fcp", "physiotherapist", "consultant", "advanced_practitioner", "support_worker", "radiographer"
]
CLINICIANS = (*get_args(Clinician), "none")
# `clock`: consultant-led. `provisional`: an interface service; its clock counts once it reaches a consultant.
# `monitoring` and `another_provider` start none; `pathway.clocks` says what a move there does to one that runs.
RTT = ("none", "provisional", "clock", "treatment", "monitoring", "another_provider")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Which needs an attended contact of a service's `care` meets: care at or above the need, and of its kind.
CARE_MEETS = {
    "self_management": ("self_management",),
    "group_programme": ("self_management", "group_programme"),
    "physiotherapy": ("self_management", "group_programme", "physiotherapy"),
    "specialist": ("self_management", "group_programme", "physiotherapy", "specialist"),
    "rheumatology": ("self_management", "group_programme", "physiotherapy", "rheumatology"),
    "surgery": ("self_management", "group_programme", "physiotherapy", "specialist", "surgery"),
    "urgent": NEEDS,
}

LIST_BANDS_WEEKS = (0, 1, 2, 4, 6, 12, 18, 26, 52, 78, 104)
"""Lower edges of the weeks-waited bands of `lists.csv`; the last is open."""
LIST_BANDS = tuple(f"{low}-{high}" for low, high in zip(LIST_BANDS_WEEKS, LIST_BANDS_WEEKS[1:], strict=False)) + (
    f"{LIST_BANDS_WEEKS[-1]}+",
)
"""What the bands are called: "0-1", ..., "104+"."""
