"""What is told of answers that stand side by side: which numbers, in which order, and how each is said."""

from sim.analysis.words.indicator import HIGHER, Indicator

FREED = {
    "gp_appointments_freed": Indicator("Fewer GP appointments used", "appointments a year", HIGHER, less="fewer"),
    "gp_sessions_freed": Indicator("The same as sessions of a GP", "sessions a year", HIGHER),
    "gp_pounds_freed": Indicator("The same in pounds of GP time", "pounds a year", HIGHER, sign="£", less="less"),
}
"""What is no indicator of one scenario: its difference from the comparator, told as an amount."""
ASKED = (
    ("had_needed_care_within_18_weeks_share", "all"),
    ("had_needed_care_within_52_weeks_share", "all"),
    ("wait_weeks_median", "trauma_orthopaedics"),
    ("wait_weeks_median", "physiotherapy"),
    ("hospital_no_outcome_share", "all"),
    *((kpi, "all") for kpi in FREED),
    ("staff_cost", "all"),
    ("cost_total", "all"),
)
"""(kpi, group) in the order of the rows; what a place has not is left out."""
