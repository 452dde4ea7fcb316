"""A complete made-up Study for tests of figures and report. Its numbers come from no run and mean nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.analysis.money import economics
from sim.analysis.reading import tables
from sim.analysis.reading.tables import Study
from sim.domain.staff.sessions import LOST

OLD, NEW = "gp_referral", "integrated"
REPLICATIONS = 20

SERVICES = {  # service: (label, setting, tier, kind, old waits in weeks, new waits, old list, new list)
    "gp": ("GP", "primary", 2, "clinic", (0.4, 1.6), (0.3, 1.4), 900, 500),
    "fcp": ("First contact practitioner", "primary", 2, "clinic", None, (0.6, 1.9), 0, 640),
    "mdt_triage": ("MDT triage (single point of access)", "community", 2, "clinic", None, (0.7, 1.3), 0, 310),
    "community_assets": ("Community assets and self-management", "home", 1, "delay", None, None, 0, 0),
    "escape_groups": ("ESCAPE-pain groups", "community", 3, "group", None, (3.0, 6.5), 0, 420),
    "physiotherapy": ("Community physiotherapy", "community", 4, "clinic", (9.0, 19.0), (5.0, 11.5), 3900, 1700),
    "imaging": ("MRI and X-ray", "diagnostics", 4, "clinic", (4.1, 8.0), (4.2, 8.1), 2100, 2150),
    "orthopaedics": ("T&O outpatients", "hospital", 4, "clinic", (16.0, 34.0), (11.0, 25.0), 5200, 3100),
    "spinal": ("Spinal clinic", "hospital", 4, "clinic", (15.0, 41.0), (12.0, 30.0), 900, 610),
    "rheumatology": ("Rheumatology", "hospital", 4, "clinic", (10.0, 22.0), (12.4, 27.0), 1100, 1350),
    "pain_clinic": ("Pain clinic", "hospital", 4, "clinic", (17.0, 37.0), (13.0, 30.0), 600, 410),
    "hip_knee_surgery": (
        "Hip, knee and other surgery",
        "hospital",
        4,
        "clinic",
        (26.0, 58.0),
        (25.2, 57.0),
        3300,
        3250,
    ),
}

HEADLINES = {  # kpi: (unit, old, new, spread over replications)
    "days_to_first_contact_median": ("days", 6.2, 5.1, 0.2),
    "days_to_first_contact_p92": ("days", 19.0, 16.2, 0.6),
    "days_to_definitive_care_median": ("days", 99.0, 44.0, 4.0),
    "days_to_definitive_care_p92": ("days", 310.0, 214.0, 9.0),
    "rtt_within_18_weeks": ("share", 0.571, 0.668, 0.011),
    "rtt_median_weeks": ("weeks", 15.2, 11.9, 0.4),
    "rtt_over_52_weeks": ("share", 0.031, 0.019, 0.004),
    "hospital_referrals_per_1000": ("per 1,000 residents a year", 41.3, 26.8, 0.4),
    "hospital_no_outcome_share": ("share", 0.301, 0.118, 0.006),
    "second_referrals_per_1000": ("per 1,000 residents a year", 9.4, 0.8, 0.3),
    "gp_appointments_per_1000": ("per 1,000 residents a year", 462.0, 318.0, 3.0),
    "surgical_conversion": ("share", 0.274, 0.402, 0.009),
    "left_without_needed_care_share": ("share", 0.31, 0.29, 0.004),
    "contacts_per_episode": ("contacts", 2.91, 3.04, 0.02),
    "missed_share": ("share", 0.082, 0.069, 0.001),
    "discharged_after_missing_share": ("share", 0.031, 0.022, 0.001),
    "private_exit_share": ("share", 0.021, 0.012, 0.001),
    "surgery_share": ("share", 0.19, 0.21, 0.012),
    "came_back_per_1000": ("per 1,000 residents a year", 39.2, 37.9, 0.3),
    "called_urgent_share": ("share", np.nan, 0.131, 0.004),
    "community_wait_weeks_median": ("weeks", 9.1, 5.2, 0.2),
    "community_wait_weeks_p92": ("weeks", 19.2, 11.7, 0.4),
    "empty_group_seats_share": ("share", np.nan, 0.142, 0.011),
    "cost_per_episode": ("pounds", 241.0, 244.0, 3.5),
    "cost_per_patient_resolved": ("pounds", 331.0, 322.0, 4.0),
    "cost_total": ("pounds a year", 23_450_000.0, 22_400_000.0, 80_000.0),
    "qalys_lost_waiting": ("QALYs per 1,000 residents a year", 2.35, 1.83, 0.04),
    "work_days_lost": ("days per 1,000 residents a year", 843.0, 772.0, 7.5),
    "staff_wte": ("WTE", 214.2, 216.4, 0.0),
    "staff_cost": ("pounds a year", 15_455_728.0, 15_445_820.0, 0.0),
    "community_referrals_per_1000": ("per 1,000 residents a year", 46.1, 71.2, 0.5),
    "fcp_self_management_share": ("share", np.nan, 0.652, 0.006),
}

NEEDED_CARE = {
    "had_needed_care_within_18_weeks_share": ("share", 0.24, 0.31, 0.004),
    "had_needed_care_within_52_weeks_share": ("share", 0.41, 0.47, 0.005),
}
BOTH_WAYS = {  # of counting interface services
    "rtt_within_18_weeks_interface_provisional": ("share", 0.571, 0.668, 0.011),
    "rtt_within_18_weeks_interface_clock": ("share", 0.571, 0.702, 0.011),
    "rtt_over_52_weeks_interface_provisional": ("share", 0.031, 0.019, 0.004),
    "rtt_over_52_weeks_interface_clock": ("share", 0.031, 0.015, 0.004),
}
COMPLETED = {
    "rtt_admitted_median_weeks": ("weeks", 31.0, 30.2, 0.5),
    "rtt_admitted_p92_weeks": ("weeks", 62.0, 60.1, 0.8),
    "rtt_admitted_within_18_weeks": ("share", 0.35, 0.37, 0.006),
    "rtt_admitted_within_52_weeks": ("share", 0.82, 0.84, 0.005),
    "rtt_non_admitted_median_weeks": ("weeks", 13.1, 12.2, 0.3),
    "rtt_non_admitted_p92_weeks": ("weeks", 50.2, 47.5, 0.7),
    "rtt_non_admitted_within_18_weeks": ("share", 0.61, 0.64, 0.006),
    "rtt_non_admitted_within_52_weeks": ("share", 0.93, 0.95, 0.003),
}
COMMUNITY = {
    "community_within_18_weeks": ("share", 0.901, 0.947, 0.006),
    "community_median_weeks": ("weeks", 6.4, 4.9, 0.3),
    "community_over_52_weeks": ("share", 0.012, 0.008, 0.001),
}

OUTCOMES = {
    "qalys_gained_after_care": ("QALYs per 1,000 residents a year", 1.61, 1.78, 0.03),
    "qalys_net": ("QALYs per 1,000 residents a year", -0.74, -0.05, 0.05),
    "net_monetary_benefit": ("pounds per 1,000 residents a year", -71_300.0, -57_900.0, 1_100.0),
    "group_programme_cost": ("pounds a year", 0.0, 224_000.0, 0.0),
    "group_social_value_stated": ("pounds a year", 0.0, 1_456_000.0, 0.0),
}

STAFF = (  # staff group, band, old WTE, new WTE, hours a WTE, pounds an hour, moved from
    ("gp", "GP", 31.0, 31.0, 1500, 92.0, ""),
    ("first_contact_practitioner", "7", 0.0, 12.4, 1540, 37.0, "physio_band_6, consultant_orthopaedics"),
    ("physio_band_6", "6", 48.0, 38.0, 1560, 31.0, ""),
    ("physio_band_7", "7", 22.0, 20.6, 1560, 37.0, ""),
    ("consultant_physiotherapist", "8b", 0.0, 1.0, 1560, 52.0, "consultant_orthopaedics"),
    ("support_worker", "4", 14.0, 17.0, 1580, 19.0, "physio_band_6"),
    ("radiographer", "6", 33.0, 33.0, 1560, 31.0, ""),
    ("consultant_orthopaedics", "Cons", 24.0, 21.2, 1480, 78.0, ""),
    ("consultant_rheumatology", "Cons", 9.0, 9.0, 1480, 78.0, ""),
    ("theatre_team", "5-7", 33.2, 33.2, 1560, 34.0, ""),
)

FLOWS = {
    OLD: {
        ("presented", "gp"): 72_500,
        ("gp", "resolved"): 41_900,
        ("gp", "physiotherapy"): 15_500,
        ("gp", "imaging"): 6_100,
        ("gp", "orthopaedics"): 7_700,
        ("gp", "rheumatology"): 2_300,
        ("gp", "spinal"): 1_500,
        ("gp", "pain_clinic"): 900,
        ("imaging", "gp"): 6_000,
        ("imaging", "removed"): 90,
        ("physiotherapy", "resolved"): 12_700,
        ("physiotherapy", "gp"): 1_900,
        ("physiotherapy", "removed"): 900,
        ("orthopaedics", "hip_knee_surgery"): 3_100,
        ("orthopaedics", "gp"): 3_200,
        ("orthopaedics", "resolved"): 4_300,
        ("orthopaedics", "imaging"): 1_900,
        ("imaging", "orthopaedics"): 1_850,
        ("elsewhere", "orthopaedics"): 4_100,
        ("rheumatology", "resolved"): 1_900,
        ("rheumatology", "gp"): 480,
        ("spinal", "hip_knee_surgery"): 390,
        ("spinal", "gp"): 520,
        ("spinal", "resolved"): 560,
        ("pain_clinic", "resolved"): 790,
        ("hip_knee_surgery", "resolved"): 3_350,
        ("hip_knee_surgery", "removed"): 180,
        ("orthopaedics", "removed"): 700,
        ("pain_clinic", "gp"): 60,
    },
    NEW: {
        ("presented", "gp"): 43_200,
        ("presented", "fcp"): 29_300,
        ("gp", "resolved"): 23_800,
        ("gp", "fcp"): 7_600,
        ("gp", "mdt_triage"): 11_500,
        ("fcp", "resolved"): 23_900,
        ("fcp", "mdt_triage"): 9_000,
        ("fcp", "imaging"): 2_700,
        ("fcp", "community_assets"): 1_300,
        ("imaging", "fcp"): 2_650,
        ("fcp", "gp"): 320,
        ("mdt_triage", "physiotherapy"): 9_400,
        ("mdt_triage", "escape_groups"): 3_900,
        ("mdt_triage", "orthopaedics"): 3_300,
        ("mdt_triage", "rheumatology"): 2_100,
        ("mdt_triage", "spinal"): 900,
        ("mdt_triage", "pain_clinic"): 500,
        ("mdt_triage", "community_assets"): 1_200,
        ("physiotherapy", "resolved"): 8_300,
        ("physiotherapy", "mdt_triage"): 640,
        ("physiotherapy", "removed"): 470,
        ("escape_groups", "resolved"): 3_500,
        ("escape_groups", "community_assets"): 370,
        ("community_assets", "resolved"): 2_700,
        ("orthopaedics", "hip_knee_surgery"): 3_000,
        ("elsewhere", "orthopaedics"): 4_100,
        ("orthopaedics", "physiotherapy"): 810,
        ("orthopaedics", "resolved"): 3_300,
        ("orthopaedics", "removed"): 400,
        ("rheumatology", "resolved"): 1_900,
        ("spinal", "hip_knee_surgery"): 370,
        ("spinal", "resolved"): 500,
        ("pain_clinic", "resolved"): 450,
        ("hip_knee_surgery", "resolved"): 3_200,
        ("hip_knee_surgery", "removed"): 160,
    },
}

PAGES = (  # (kpi, group, unit, old, new, spread) that the report's pages show beside the others
    ("cost_total", "staff", "pounds a year", 15_455_728.0, 15_445_820.0, 0.0),
    ("cost_total", "imaging", "pounds a year", 794_272.0, 754_180.0, 4_000.0),
    ("cost_total", "theatre", "pounds a year", 7_200_000.0, 6_200_000.0, 80_000.0),
    ("qalys_net", "surgery", "QALYs per 1,000 residents a year", -0.9, -0.25, 0.05),
    ("qalys_net", "physiotherapy", "QALYs per 1,000 residents a year", 0.16, 0.2, 0.01),
    *(
        ("missed_share", f"imd_{imd}", "share", old, new, 0.003)
        for imd, old, new in ((1, 0.12, 0.10), (2, 0.09, 0.08), (3, 0.08, 0.07), (4, 0.06, 0.05), (5, 0.05, 0.04))
    ),
    *(
        ("surgery_share", f"ethnicity_{group}", "share", old, new, 0.03)
        for group, old, new in (("white_british", 0.2, 0.22), ("asian", 0.18, 0.2), ("minority", 0.17, 0.18))
    ),
    *(
        ("days_to_definitive_care_median", f"needs_more_ethnicity_{group}", "days", old, new, 5.0)
        for group, old, new in (("white_british", 131.0, 75.0), ("asian", 133.0, 78.0), ("black", 134.0, 140.0))
    ),
    ("slope_index_of_inequality", "surgery_share", "share", -0.01, -0.012, 0.02),
)

BANDS = ("0-1", "1-2", "2-4", "4-6", "6-12", "12-18", "18-26", "26-52", "52-78", "78-104", "104+")


def _values():
    """(kpi, group, unit, old, new, spread) of every indicator. A new one goes last: the draws of the others stay."""
    for kpi, (unit, old, new, spread) in HEADLINES.items():
        yield kpi, "all", unit, old, new, spread
    for year, old, new in ((1, 99.0, 71.0), (2, 98.0, 50.0), (3, 96.0, 38.0)):
        yield "days_to_definitive_care_median", f"year_{year}", "days", old, new, 4.0
    for imd, old, new in ((1, 108.0, 62.0), (2, 103.0, 52.0), (3, 98.0, 44.0), (4, 95.0, 38.0), (5, 92.0, 33.0)):
        yield "days_to_definitive_care_median", f"imd_{imd}", "days", old, new, 5.0
    kpi = "days_to_definitive_care_median"
    for group, old, new in (
        ("white_british", 99.0, 44.0),
        ("white_other", 97.0, 43.0),
        ("asian", 101.0, 46.0),
        ("black", 103.0, 47.0),
        ("mixed", 98.0, 42.0),
        ("other", 100.0, 45.0),
        ("minority", 100.0, 45.0),
    ):
        yield kpi, f"ethnicity_{group}", "days", old, new, 5.0
    for imd, old, new in ((1, 140.0, 92.0), (2, 136.0, 83.0), (3, 131.0, 75.0), (4, 128.0, 70.0), (5, 124.0, 64.0)):
        yield kpi, f"needs_more_imd_{imd}", "days", old, new, 5.0
    for of, unit, old, new, spread in (
        (kpi, "days", 20.0, 36.0, 5.0),
        (f"{kpi}_needs_more", "days", 20.5, 34.0, 5.0),
        ("private_exit_share", "share", -0.022, -0.018, 0.003),
        ("orthopaedics", "weeks", 1.1, 2.4, 0.9),
    ):
        yield "slope_index_of_inequality", of, unit, old, new, spread
        yield "ethnic_gap", of, unit, 0.1 * old, 0.1 * new, spread
        yield "ethnic_gap_widest", of, unit, 0.3 * abs(old), 0.3 * abs(new), spread
    for of, old, new in (
        (kpi, 1.22, 2.1),
        (f"{kpi}_needs_more", 1.17, 1.58),
        ("private_exit_share", 0.21, 0.3),
        ("orthopaedics", 1.1, 1.2),
    ):
        yield "relative_index_of_inequality", of, "ratio", old, new, 0.05
        if of != "private_exit_share":
            yield "imd_wait_ratio", of, "ratio", max(old, 1 / old), max(new, 1 / new), 0.05
    needs = {
        "self_management": (7, 5),
        "group_programme": (88, 40),
        "physiotherapy": (96, 55),
        "specialist": (160, 110),
        "rheumatology": (81, 99),
        "surgery": (330, 296),
        "urgent": (3, 3),
    }
    for need, (old, new) in needs.items():
        yield "days_to_definitive_care_median", need, "days", float(old), float(new), 0.02 * old
    for tier, patients, money in (
        ("no_contact", (0.008, 0.006), None),
        ("tier_0", (0.795, 0.733), (0.35, 0.37)),
        ("tier_1", (0.0, 0.019), (0.0, 0.0)),
        ("tier_2", (0.0, 0.098), (0.0, 0.053)),
        ("tier_3", (0.0, 0.014), (0.0, 0.01)),
        ("tier_4", (0.109, 0.083), (0.071, 0.052)),
        ("tier_5", (0.088, 0.047), (0.579, 0.515)),
    ):
        yield "patients_share_by_tier", tier, "share", *patients, 0.0
        if money:
            yield "cost_share_by_tier", tier, "share", *money, 0.0
            yield "cost_total", tier, "pounds a year", 23_450_000.0 * money[0], 22_400_000.0 * money[1], 0.0
    for year, old, new in (
        (1, 23_500_000.0, 23_480_000.0),
        (2, 23_300_000.0, 21_700_000.0),
        (3, 23_500_000.0, 21_600_000.0),
    ):
        yield "cost_by_year", f"year_{year}", "pounds a year", old, new, 60_000.0
    yield "service_cost", "physiotherapy", "pounds a year", 1_660_000.0, 932_000.0, 0.0
    for service, (_, _, _, kind, old, new, old_list, new_list) in SERVICES.items():
        if kind == "delay":
            continue
        for index, name in enumerate(("wait_weeks_median", "wait_weeks_p92")):
            yield name, service, "weeks", old[index] if old else np.nan, new[index], 0.02 * new[index]
        yield "weeks_on_list_median", service, "weeks", 0.8 * old[0] if old else np.nan, 0.8 * new[0], 0.02 * new[0]
        yield "waiting_list", service, "people", old_list if old else np.nan, new_list, 0.02 * new_list
        yield "slot_use", service, "share", 0.97 if old else np.nan, 0.95, 0.004
        yield "slots_missed_share", service, "share", 0.08 if old else np.nan, 0.07, 0.003
    for kpi, (unit, old, new, spread) in OUTCOMES.items():  # last: the draws of the others stay
        yield kpi, "all", unit, old, new, spread
    yield from PAGES
    for kpi, (unit, old, new, spread) in (COMMUNITY | NEEDED_CARE | COMPLETED).items():
        yield kpi, "all", unit, old, new, spread
    for groups in (
        {
            "imd_1": (0.22, 0.27),
            "imd_2": (0.23, 0.3),
            "imd_3": (0.24, 0.31),
            "imd_4": (0.25, 0.33),
            "imd_5": (0.26, 0.35),
        },
        {"physiotherapy": (0.3, 0.42), "rheumatology": (0.5, 0.44), "surgery": (0.1, 0.11)},
    ):
        for group, (old, new) in groups.items():
            yield "had_needed_care_within_18_weeks_share", group, "share", old, new, 0.01
    for way, soon, late in (
        ("have_care", (0.24, 0.31), (0.41, 0.47)),
        ("recovered", (0.15, 0.14), (0.18, 0.17)),
        ("went_private", (0.02, 0.01), (0.03, 0.02)),
        ("removed", (0.01, 0.01), (0.02, 0.01)),
        ("ended_without", (0.22, 0.20), (0.27, 0.25)),
        ("still_wait", (0.36, 0.33), (0.09, 0.08)),
    ):
        yield "after_18_weeks_share", way, "share", *soon, 0.0
        yield "after_52_weeks_share", way, "share", *late, 0.0
    for kpi, (unit, old, new, spread) in BOTH_WAYS.items():
        yield kpi, "all", unit, old, new, spread


def _kpis() -> pd.DataFrame:
    chance = np.random.default_rng(7)
    rows = []
    for kpi, group, unit, old, new, spread in _values():
        shared = chance.normal(size=REPLICATIONS)
        for scenario, mean in ((OLD, old), (NEW, new)):
            own = 0.5 * chance.normal(size=REPLICATIONS)
            noise = shared + own
            values = mean + spread * (noise - noise.mean())
            rows += [(scenario, r, kpi, group, v, unit) for r, v in enumerate(values) if np.isfinite(v)]
    return pd.DataFrame(rows, columns=tables.KPIS)


def differences_of(kpis: pd.DataFrame, pinned: dict | None = None) -> pd.DataFrame:
    """Paired differences of made-up values; `pinned`: (kpi, group) -> the seven numbers to put there."""
    wide = kpis.pivot_table(
        index=["kpi", "group", "unit", "replication"], columns="scenario", values="value", sort=False
    )
    wide = wide.dropna().reset_index()
    rows = []
    for (kpi, group, unit), part in wide.groupby(["kpi", "group", "unit"], sort=False):
        gap = part[NEW] - part[OLD]
        half = 2.093 * gap.std() / np.sqrt(len(gap))
        row = (part[OLD].mean(), part[NEW].mean(), gap.mean(), gap.mean() - half, gap.mean() + half, len(gap))
        rows.append((kpi, group, unit, *(pinned or {}).get((kpi, group), row)))
    return pd.DataFrame(rows, columns=tables.DIFFERENCES)


PINNED = {
    ("days_to_definitive_care_median", "year_3"): (95.6, 38.2, -57.4, -60.2, -54.3, REPLICATIONS),
    ("cost_per_episode", "all"): (241.0, 244.0, 3.0, -1.0, 7.0, REPLICATIONS),
    ("had_needed_care_within_18_weeks_share", "all"): (0.24, 0.31, 0.07, 0.066, 0.074, REPLICATIONS),
}


def _lists() -> pd.DataFrame:
    rows = []
    ends = pd.date_range("2026-04-30", periods=36, freq="ME")
    for service, (_, _, _, kind, _, _, old_list, new_list) in SERVICES.items():
        for scenario, at_end in ((OLD, old_list), (NEW, new_list)):
            if kind == "delay" or not at_end:
                continue
            begin = old_list or at_end * 0.2
            for month, end in enumerate(ends):
                total = begin + (at_end - begin) * (month / 35) ** 0.7
                shape = np.exp(-np.arange(len(BANDS)) / (3.0 if total < 1000 else 9.0))
                for band, waiting in zip(BANDS, total * shape / shape.sum()):
                    overdue = (2.0 * (month + 1) if scenario == OLD else 5.0) if service == "physiotherapy" else 0.0
                    overdue = overdue if band == "1-2" else 0.0
                    rows.append((scenario, end.date().isoformat(), 30 + 30 * month, service, band, waiting, overdue))
    return pd.DataFrame(rows, columns=tables.LISTS)


def _activity() -> pd.DataFrame:
    """A hundred first visits and as many follow-ups a day at each service, and half of that in every December."""
    rows = []
    for service, (_, _, _, kind, old, *_) in SERVICES.items():
        for scenario in (OLD, NEW):
            if kind == "delay" or (scenario == OLD and not old):
                continue
            for month in pd.period_range("2026-04", periods=36, freq="M"):
                visits = 100.0 * month.days_in_month * (0.5 if month.month == 12 else 1.0)
                for statistic in ("first_visits", "follow_ups"):
                    rows.append((scenario, service, str(month), statistic, visits, visits, visits, "visits"))
    return pd.DataFrame(rows, columns=tables.ACTIVITIES)


def _ladder() -> pd.DataFrame:
    steps = (
        ("gp_referral", "Old model"),
        ("ladder_1_fcp", "First contact practitioners"),
        ("ladder_2_triage", "MDT triage"),
        ("ladder_3_direct_transfer", "Direct transfer"),
        ("integrated", "Groups and community assets"),
    )
    values = {
        "had_needed_care_within_18_weeks_share": ("share", (0.24, 0.265, 0.28, 0.295, 0.31), 0.005),
        "days_to_definitive_care_median": ("days", (99, 84, 70, 56, 44), 1.5),
        "hospital_no_outcome_share": ("share", (0.301, 0.256, 0.141, 0.122, 0.118), 0.008),
        "gp_appointments_per_1000": ("per 1,000 residents a year", (462, 371, 352, 318, 318), 5.0),
        "rtt_within_18_weeks": ("share", (0.571, 0.563, 0.621, 0.655, 0.668), 0.012),
    }
    rows = []
    for kpi, (unit, levels, half) in values.items():
        for index, (step, title) in enumerate(steps):
            gain = levels[index] - levels[index - 1] if index else np.nan
            rows.append((step, title, kpi, unit, levels[index], gain, gain - half, gain + half, REPLICATIONS))
    return pd.DataFrame(rows, columns=tables.LADDER)


def _variants() -> pd.DataFrame:
    rows = (
        ("pays_physiotherapy", "All of it taken from physiotherapy", 0.24, 0.29, 0.05, 0.046, 0.054),
        ("pays_outpatients", "All of it taken from T&O outpatients", 0.24, 0.30, 0.06, 0.056, 0.064),
        ("pays_gp", "All of it taken from GP time", 0.24, 0.33, 0.09, 0.086, 0.094),
        ("demand_plus_5", "Demand rises 5%", 0.22, 0.27, 0.05, 0.046, 0.054),
    )
    kpi = "had_needed_care_within_18_weeks_share"
    return pd.DataFrame(
        [(v, t, kpi, "share", *numbers, REPLICATIONS) for v, t, *numbers in rows], columns=tables.VARIANTS
    )


def _answers() -> pd.DataFrame:
    """Two answers of five replications, and a number that only the second has."""
    rows = (
        ("had_needed_care_within_18_weeks_share", "all", "share", 0.24, (0.33, 0.31), 0.01),
        ("wait_weeks_median", "physiotherapy", "weeks", 9.0, (3.0, 5.0), 0.4),
        ("hospital_no_outcome_share", "all", "share", 0.301, (0.118, 0.118), 0.006),
        ("gp_appointments_freed", "all", "appointments a year", 0.0, (16000.0, 15900.0), 90.0),
        ("staff_cost", "all", "pounds a year", 15_455_728.0, (17_055_728.0, 15_455_728.0), 0.0),
    )
    names = (("what_was_done", "What was done: staff added"), ("same_money", "The same money"))
    found = [
        (*name, kpi, group, unit, old, new[place], gap, gap - half, gap + half, 5)
        for place, name in enumerate(names)
        for kpi, group, unit, old, new, half in rows
        for gap in [new[place] - old]
    ]
    found.append((*names[1], "cost_total", "all", "pounds a year", 23.4e6, 22.4e6, -1e6, -1.1e6, -0.9e6, 5))
    return pd.DataFrame(found, columns=tables.ANSWERS)


def _assumptions() -> pd.DataFrame:
    rows = (
        ("demand.persons_per_1000_a_year", "210", "persons", "retrieved", "KEELE1", "160", "240", "12 practices"),
        ("demand.growth_per_year", "0.01", "share a year", "assumption", "", "0", "0.03", ""),
        (
            "pathway.services.orthopaedics.elsewhere_share",
            "0.35",
            "share",
            "assumption",
            "",
            "0.2",
            "0.5",
            "A&E, fracture clinic",
        ),
        ("pathway.services.mdt_triage.minutes", "12", "minutes", "recalled", "analyst", "8", "20", "confidence low"),
        ("start.orthopaedics.scale", "0.70", "share", "derived", "RTTF", "0.65", "0.75", "starts per 1,000"),
        ("start.orthopaedics.waiting", "8623", "people", "data", "RTTF", "", "", "May 2025"),
        ("demand.msk_share", "0.20", "share", "source document", "S2", "0.12", "0.30", ""),
    )
    return pd.DataFrame(rows, columns=tables.ASSUMPTIONS)


def _load() -> pd.DataFrame:
    rows = []
    for service, (label, _, _, kind, old, new, _, _) in SERVICES.items():
        for scenario, waits in ((OLD, old), (NEW, new)):
            if kind != "delay" and waits:
                share = min(1.06, 0.78 + waits[0] / 90)
                rows.append(
                    (scenario, service, label, 400.0, 400.0 * share, share, "over capacity" if share > 1 else "fits")
                )
    return pd.DataFrame(rows, columns=tables.LOAD)


def _sessions() -> pd.DataFrame:
    """Three years of months: eight sessions a week of one WTE, a tenth lost to leave, of which August has more,
    and a twentieth to sickness."""
    rows = []
    for group, band, old, new, *_ in STAFF:
        for scenario, wte in ((OLD, old), (NEW, new)):
            for month in range(36):
                planned, leave = wte * 8 * 4.35, 0.2 if month % 12 == 4 else 0.1
                lost = {reason: 0.0 for reason in LOST} | {
                    "leave": planned * leave,
                    "sickness": planned * (1 - leave) * 0.05,
                }
                gone = sum(lost.values())
                rows.append(
                    (
                        scenario,
                        group,
                        band,
                        f"{2026 + (month + 3) // 12}-{(month + 3) % 12 + 1:02}",
                        wte,
                        planned,
                        0.0,
                        gone,
                        planned - gone,
                        *lost.values(),
                    )
                )
    return pd.DataFrame(rows, columns=tables.STAFF)


def _economics() -> dict[str, pd.DataFrame]:
    """Ten made-up draws, six of them with more health for less money, three with more for more,
    one with less for more."""
    cost = np.array([-1000.0, -900.0, -800.0, -700.0, -600.0, -500.0, 1500.0, 2000.0, 2500.0, 500.0])
    qalys = np.array([0.5, 0.45, 0.4, 0.55, 0.6, 0.5, 0.5, 0.45, 0.6, -0.1])
    draws = np.arange(10)
    over = "as configured; interval: chance (replications)"
    summary = [
        ("incremental_cost", "pounds per 1,000 residents a year", -400.0, -700.0, -100.0, over),
        ("incremental_qalys", "QALYs per 1,000 residents a year", 0.69, 0.66, 0.72, over),
        ("icer", "pounds a QALY", np.nan, np.nan, np.nan, "dominant"),
        *(
            (
                f"probability_cost_effective_at_{worth}",
                "share",
                float((worth * qalys > cost).mean()),
                np.nan,
                np.nan,
                "",
            )
            for worth in (20000, 30000)
        ),
    ]
    return {
        "plane": pd.DataFrame(dict(zip(tables.PLANE, (draws, draws, cost, qalys)))),
        "economics": pd.DataFrame(summary, columns=tables.ECONOMICS),
        "acceptability": pd.DataFrame(
            {"gbp_per_qaly": economics.THRESHOLDS, "share": economics.acceptability(cost, qalys)}
        ),
        "social_return": pd.DataFrame(
            [(NEW, 224_000.0, 6.5, 5.0, 6.5, 1_456_000.0, "a talk")], columns=tables.SOCIAL_RETURN
        ),
    }


def _bands() -> pd.DataFrame:
    """A quarter of what an hour costs over its pay is on-costs; three quarters of an hour are with patients."""
    rows = []
    for scenario in (OLD, NEW):
        for group, band, *_, pounds, _ in STAFF:
            parts = (np.nan,) * 3 if band in ("GP", "Cons") else (pounds / 2, pounds / 8, 3 * pounds / 8)
            rows.append(
                (scenario, group, group.replace("_", " "), band, 2026, pounds, *parts, pounds / 60, pounds / 45)
            )
    return pd.DataFrame(rows, columns=tables.BANDS)


def _unit_costs() -> pd.DataFrame:
    rows = [
        (scenario, name, label, visit, 2026, minutes, gbp, 1.5, gbp + 1.5)
        for scenario in (OLD, NEW)
        for name, (label, _, _, kind, old, *_) in SERVICES.items()
        if kind == "clinic" and (old or scenario == NEW)
        for visit, minutes, gbp in (("first", 30.0, 41.25), ("follow_up", 20.0, 27.5))
    ]
    return pd.DataFrame(rows, columns=tables.UNIT_COSTS)


def _warm_up():
    """Lists that fill within the first 50 days of 200 and then go up and down a little."""
    rows = [
        (scenario, name, day, people * min(day, 50) / 50 + (7 * day) % 3)
        for scenario, place in ((OLD, -2), (NEW, -1))
        for name, one in SERVICES.items()
        if (people := one[place])
        for day in range(0, 200, 5)
    ]
    return pd.DataFrame(rows, columns=tables.WARM_UP)


def study_example(**changes) -> Study:
    """A complete comparison; `changes` replace fields of the Study."""
    kpis = _kpis()
    staff = [
        (scenario, group, band, wte, wte * hours, pounds, wte * hours * pounds, moved if scenario == NEW else "")
        for group, band, old, new, hours, pounds, moved in STAFF
        for scenario, wte in ((OLD, old), (NEW, new))
    ]
    services = [
        (scenario, name, label, setting, tier, kind)
        for scenario in (OLD, NEW)
        for name, (label, setting, tier, kind, old, *_) in SERVICES.items()
        if scenario == NEW or old
    ]
    waits = [
        (scenario, group, kpi, "all", value, 0.9 * value, 1.1 * value, "weeks")
        for (scenario, kpi, group), value in kpis[kpis.kpi.str.contains("weeks_")]
        .groupby(["scenario", "kpi", "group"])
        .value.mean()
        .items()
    ]
    study = Study(
        name=NEW,
        baseline=OLD,
        titles={OLD: "GP referral", NEW: "Integrated pathway"},
        questions={
            NEW: "If Coventry ran one integrated MSK pathway with the same budget, who would wait how long for what?",
            OLD: "How does the old GP-referral model do?",
        },
        meta={
            "place": "Coventry",
            "years": 3,
            "replications": REPLICATIONS,
            "seed": 20260401,
            "start_date": "2026-04-01",
            "warm_up_days": 0,
            "command": "mskflow run integrated",
            "config_hash": "5f0c6e1b9a7d",
            "versions": {"mskflow": "0.1.0", "python": "3.11.7", "numpy": "2.2.0"},
            "git_commit": "abc1234",
        },
        kpis=kpis,
        differences=differences_of(kpis, PINNED),
        waits=pd.DataFrame(waits, columns=tables.WAITS),
        lists=_lists(),
        activity=_activity(),
        workforce=pd.DataFrame(staff, columns=tables.WORKFORCE),
        staff=_sessions(),
        flows=pd.DataFrame(
            [(s, a, b, float(n)) for s, rows in FLOWS.items() for (a, b), n in rows.items()], columns=tables.FLOWS
        ),
        services=pd.DataFrame(services, columns=tables.SERVICES),
        ladder=_ladder(),
        variants=_variants(),
        answers=_answers(),
        assumptions=_assumptions(),
        load=_load(),
        bands=_bands(),
        unit_costs=_unit_costs(),
        warm_up=_warm_up(),
        **_economics(),
    )
    return replace(study, **changes)


def alone(study: Study) -> Study:
    """The same study with its scenario run alone."""

    def own(frame):
        return frame[frame.scenario == study.name].reset_index(drop=True)

    return replace(
        study,
        baseline="",
        kpis=own(study.kpis),
        differences=study.differences.iloc[:0],
        waits=own(study.waits),
        lists=own(study.lists),
        activity=own(study.activity),
        workforce=own(study.workforce),
        staff=own(study.staff),
        flows=own(study.flows),
        services=own(study.services),
        load=own(study.load),
        bands=own(study.bands),
        unit_costs=own(study.unit_costs),
        ladder=study.ladder.iloc[:0],
        variants=study.variants.iloc[:0],
        answers=study.answers.iloc[:0],
        plane=study.plane.iloc[:0],
        economics=study.economics.iloc[:0],
        acceptability=study.acceptability.iloc[:0],
    )


def empty(study: Study) -> Study:
    """The same study with no row in any table."""
    frames = {name: value.iloc[:0] for name, value in vars(study).items() if isinstance(value, pd.DataFrame)}
    return replace(study, **frames)
