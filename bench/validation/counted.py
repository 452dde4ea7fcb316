"""Each published result as the model counts it."""

import numpy as np

from bench.validation import moves, waits
from bench.validation.counts import Count, by_fifth, kpi
from sim.analysis.reading.reading import Reading

TO, RHEUMATOLOGY, SPINAL, PHYSIO, INTERFACE = (
    "trauma_orthopaedics",
    "rheumatology",
    "spinal",
    "physiotherapy",
    "interface_clinic",
)
SEGMENTS = {"month_0": (0, 0), "months_1_to_5": (1, 5), "months_6_to_11": (6, 11), "12_months": (12, 12)}
FOUR_MONTHS, EIGHTEEN_WEEKS, A_YEAR = 121, 126, 365
END_OF_JULY, AFTER_A_YEAR = 121, 364


def _face_to_face(reading: Reading) -> float:
    """Conversion of those whom the interface clinic sent on less that of those whom the desk did."""
    return moves.conversion_from(INTERFACE)(reading) - moves.conversion_from("mdt_triage")(reading)


def _per_person(reading: Reading) -> float:
    return kpi("gp_appointments_per_1000")(reading) / moves.people_seen_per_1000("gp")(reading)


COUNTS: dict[str, Count] = {
    f"{word}_{part}": waits.months_waited(service, first, last)
    for word, service in (("to", TO), ("rheumatology", RHEUMATOLOGY), ("spinal", SPINAL))
    for part, (first, last) in SEGMENTS.items()
} | {
    "to_list_18_weeks": waits.list_share(TO, END_OF_JULY, EIGHTEEN_WEEKS),
    "to_list_four_months_moved": waits.moved_by(TO, FOUR_MONTHS, 0, AFTER_A_YEAR),
    "to_list_12_months": waits.list_share(TO, AFTER_A_YEAR, more_than=A_YEAR),
    "rheumatology_list_18_weeks": waits.list_share(RHEUMATOLOGY, AFTER_A_YEAR, EIGHTEEN_WEEKS),
    "spinal_list_four_months": waits.list_share(SPINAL, AFTER_A_YEAR, FOUR_MONTHS),
    "spinal_list_12_months": waits.list_share(SPINAL, AFTER_A_YEAR, more_than=A_YEAR),
    "to_admitted_median": waits.completed_wait(TO, True, np.median),
    "to_admitted_18_weeks": waits.completed_wait(TO, True, lambda weeks: (weeks <= 18).mean()),
    "to_admitted_52_weeks": waits.completed_wait(TO, True, lambda weeks: (weeks > 52).mean()),
    "to_non_admitted_median": waits.completed_wait(TO, False, np.median),
    "to_non_admitted_upper_quartile": waits.completed_wait(TO, False, lambda weeks: np.percentile(weeks, 75)),
    "to_stops_admitted": waits.admitted_share(TO),
    "rheumatology_non_admitted_median": waits.completed_wait(RHEUMATOLOGY, False, np.median),
    "spinal_non_admitted_median": waits.completed_wait(SPINAL, False, np.median),
    "to_operation_wait": moves.seen_after("surgery", lambda days: np.median(days) / 7),
    "to_admit_all": waits.listed_for_operation(TO, AFTER_A_YEAR),
    "to_admit_6_weeks": waits.listed_for_operation(TO, AFTER_A_YEAR, longest=42),
    "to_admit_18_weeks": waits.listed_for_operation(TO, AFTER_A_YEAR, 42, 126),
    "to_admit_52_weeks": waits.listed_for_operation(TO, AFTER_A_YEAR, 126, 364),
    "to_admit_longer": waits.listed_for_operation(TO, AFTER_A_YEAR, more_than=364),
    "to_removals": waits.removed_of_starts(TO),
    "no_outcome": kpi("hospital_no_outcome_share"),
    "conversion": kpi("surgical_conversion"),
    "conversion_after_triage": kpi("surgical_conversion"),
    "conversion_face_to_face": _face_to_face,
    "outpatients_missed": moves.missed(TO, RHEUMATOLOGY, SPINAL, "pain"),
    "early_arthritis": moves.seen_after(RHEUMATOLOGY, lambda days: (days <= 21).mean(), RHEUMATOLOGY),
    "fcp_appropriate": moves.need_of_those_sent("fcp", TO, "surgery", "specialist"),
    "fcp_primary_care": moves.stay_out_of("fcp", "community", "hospital", "triage"),
    "fcp_not_hospital": moves.stay_out_of("fcp", "hospital", "triage"),
    "fcp_self_management": kpi("fcp_self_management_share"),
    "fcp_self_management_integrated": kpi("fcp_self_management_share"),
    "fcp_sent_on": moves.go_to("fcp", TO, SPINAL, RHEUMATOLOGY, "pain"),
    "fcp_within_7_days": moves.seen_after("fcp", lambda days: (days <= 7).mean()),
    "fcp_follow_ups": moves.follow_up_share("fcp"),
    "interface_without_hospital": moves.stay_out_of(INTERFACE, "hospital"),
    "interface_physiotherapy": moves.go_to(INTERFACE, PHYSIO),
    "interface_gp_again": moves.again_within_a_year(INTERFACE, "gp"),
    "interface_again": moves.again_within_a_year(INTERFACE, INTERFACE),
    "triage_keeps": moves.not_referred_on,
    "physio_missed": moves.missed(PHYSIO),
    "physio_first_missed": moves.missed(PHYSIO, visit="new"),
    "physio_visits": moves.visits_per_first(PHYSIO),
    "community_median": waits.waiting(PHYSIO, AFTER_A_YEAR, np.median),
    "community_over_12_weeks": waits.waiting(PHYSIO, AFTER_A_YEAR, lambda weeks: (weeks > 12).mean()),
    "community_list": waits.list_per_1000(PHYSIO, AFTER_A_YEAR),
    "community_december": waits.december(PHYSIO),
    "mri_over_6_weeks": waits.waiting("mri", AFTER_A_YEAR, lambda weeks: (weeks > 6).mean()),
    "mri_median": waits.waiting("mri", AFTER_A_YEAR, np.median),
    "gp_people": moves.people_seen_per_1000("gp"),
    "gp_per_person": _per_person,
    "gp_new_problem": moves.first_share("gp"),
    "fifths_18_weeks": by_fifth("rtt_within_18_weeks", ratio=False),
    "fifths_52_weeks": by_fifth("rtt_over_52_weeks", ratio=True),
    "fifths_operated": by_fifth("surgery_share", ratio=True),
    "fifths_operation_wait": waits.gap_of_operations,
    "sussex_8_weeks": waits.reaches_hospital_within(56),
    "sussex_physio_wait": moves.seen_after(PHYSIO, lambda days: np.median(days) / 7),
    "sussex_operated": kpi("had_needed_care_within_52_weeks_share", "surgery"),
    "cardiff_list": kpi("waiting_list", PHYSIO),
    "connect_gp": kpi("gp_appointments_per_1000"),
}
