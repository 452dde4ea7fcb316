"""Staff the ladder from the old model to the integrated pathway with the same money.

`python -m bench.same_budget` writes conf/workforce/with_*.yaml and integrated.yaml: every group that a step adds is
paid for by groups that give up WTE, in proportion to their cost, so that `staff_cost` is the same in every step;
and the overlays in scenarios/ in which somebody else pays, or nobody. Sizes added are from evidence where there is any
(an FCP WTE for a network of 40,000 residents) and otherwise what the step's own referrals need at about 90% use.
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
HOURS = 37.5 * 42
COMMON = """  annual_leave_days: 29  # evidence: annual_leave_days
  study_leave_days: 5  # evidence: study_leave_days
  sickness_share: 0.05  # evidence: sickness_rate
  paid_weeks_a_year: 42  # evidence: working_weeks_per_year
"""
NEW = {
    "fcp_band_7": (
        "First contact practitioner",
        "7",
        67,
        "cost_hour_band7",
        0.711,
        "fcp_patient_facing_share",
        8,
        "fcp_clinical_sessions_per_week_wte",
    ),
    "triage_band_8a": (
        "Advanced practitioner, triage and interface",
        "8a",
        77,
        "cost_hour_band8a",
        0.75,
        "patient_facing_share",
        None,
        None,
    ),
    "mdt_meeting_team": (
        "MDT meeting (consultant, GP, advanced practitioner)",
        "",
        422,
        "cost_hour_mdt_meeting",
        0.75,
        "patient_facing_share",
        None,
        None,
    ),
    "group_physio_band_6": (
        "Group physiotherapist",
        "6",
        56,
        "cost_hour_band6",
        0.75,
        "patient_facing_share",
        None,
        None,
    ),
    "support_worker_band_3": ("Support worker", "3", 33, "cost_hour_band3", 0.75, "patient_facing_share", None, None),
}
STEPS = {
    "with_fcp": {"fcp_band_7": 4.75},
    "with_triage": {"fcp_band_7": 4.75, "triage_band_8a": 3.0, "mdt_meeting_team": 0.19},
    "with_direct_transfer": {"fcp_band_7": 4.75, "triage_band_8a": 5.2, "mdt_meeting_team": 0.40},
    "integrated": {
        "fcp_band_7": 4.75,
        "triage_band_8a": 5.2,
        "mdt_meeting_team": 0.40,
        "group_physio_band_6": 1.6,
        "support_worker_band_3": 1.6,
    },
}
PARENT = {
    "with_fcp": "gp_referral",
    "with_triage": "with_fcp",
    "with_direct_transfer": "with_triage",
    "integrated": "with_direct_transfer",
}
POST_OPERATIVE_WTE = {0.0: 1.515, 1.0: 1.2}  # while surgery has a list to work from, and once it is short of people
MOST_POST_OPERATIVE = 0.7
PAYERS = ("physio_band_6", "orthopaedic_clinic_team")


def base() -> dict:
    return yaml.safe_load((ROOT / "conf/workforce/gp_referral.yaml").read_text())


def cost_of(group: str, groups: dict) -> float:
    """Pounds a year of one WTE."""
    return HOURS * (NEW[group][2] if group in NEW else groups[group]["cost_per_hour_gbp"])


def given_up(added: dict, payers, groups: dict) -> dict:
    """group -> payer -> WTE that the payer gives up for it: each pays in proportion to what it costs today."""
    budgets = {p: groups[p]["wte"] * cost_of(p, groups) for p in payers}
    total = sum(budgets.values())
    return {
        group: {p: wte * cost_of(group, groups) * budgets[p] / total / cost_of(p, groups) for p in payers}
        for group, wte in added.items()
    }


def left_over(moves: dict, groups: dict) -> dict:
    """payer -> WTE that stays."""
    payers = {p for row in moves.values() for p in row}
    return {p: groups[p]["wte"] - sum(row.get(p, 0.0) for row in moves.values()) for p in sorted(payers)}


def write_steps() -> None:
    groups = base()
    for step, added in STEPS.items():
        moves = given_up(added, PAYERS, groups)
        lines = [
            f"# The staff of the step '{step}', for the same money as the old model. Made by bench/same_budget.py:",
            (
                "# what is added is paid for by community physiotherapy and orthopaedic clinics, "
                "in proportion to their cost."
            ),
            "defaults:",
            f"  - {PARENT[step]}",
            "  - _self_",
            "",
        ]
        for payer, wte in left_over(moves, groups).items():
            lines += [f"{payer}:", f"  wte: {wte:.10g}  # evidence: same_budget"]
        before = STEPS.get(PARENT[step], {})
        for group, wte in added.items():
            label, band, cost, cost_row, facing, facing_row, sessions, sessions_row = NEW[group]
            lines.append(f"{group}:")
            if group not in before:
                lines.append(f"  label: {label}")
                if band:
                    lines.append(f'  band: "{band}"')
            lines.append(f"  wte: {wte}  # evidence: wte_{group}")
            if group not in before:
                lines.append(f"  cost_per_hour_gbp: {cost}  # evidence: {cost_row}")
                if sessions:
                    lines.append(f"  sessions_a_week: {sessions}  # evidence: {sessions_row}")
                lines.append(f"  patient_facing_share: {facing}  # evidence: {facing_row}")
                lines.append(COMMON.rstrip())
            lines.append("  moved_from:  # evidence: same_budget")
            lines += [f"    {payer}: {moved:.6g}" for payer, moved in moves[group].items()]
        (ROOT / f"conf/workforce/{step}.yaml").write_text("\n".join(lines) + "\n")


OVERLAYS = {
    "integrated_paid_by_physiotherapy": (
        "Integrated, all paid by physiotherapy",
        "What if all the new staff come out of community physiotherapy?",
        ("physio_band_6",),
    ),
    "integrated_paid_by_outpatients": (
        "Integrated, all paid by outpatients",
        "What if all the new staff come out of orthopaedic clinics?",
        ("orthopaedic_clinic_team",),
    ),
    "integrated_paid_by_gp_time": (
        "Integrated, all paid by GP time",
        "What if all the new staff come out of GP time?",
        ("gp",),
    ),
    "integrated_extra_staff": (
        "Integrated, with extra staff",
        "What if the new staff are added, as Coventry did, and nobody gives anything up?",
        (),
    ),
}


def write_overlays() -> None:
    groups = base()
    added = STEPS["integrated"]
    for name, (title, question, payers) in OVERLAYS.items():
        moves = given_up(added, payers, groups) if payers else {g: {} for g in added}
        lines = [
            "# @package _global_",
            "# Made by bench/same_budget.py.",
            "defaults:",
            "  - override /pathway: integrated",
            "  - override /workforce: integrated",
            "",
            f"name: {name}",
            f"title: {title}",
            f"question: {question}",
            "compare_with: gp_referral",
            "workforce:",
        ]
        stay = {p: groups[p]["wte"] for p in PAYERS} | left_over(moves, groups)
        for payer, wte in stay.items():
            lines.append(f"  {payer}: {{wte: {wte:.10g}}}  # evidence: same_budget")
        for group in added:
            pairs = {p: 0 for p in PAYERS} | {p: round(w, 5) for p, w in moves[group].items()}
            lines.append(
                f"  {group}: {{moved_from: {{{', '.join(f'{p}: {w}' for p, w in pairs.items())}}}}} "
                " # evidence: same_budget"
            )
        # Operations go on at the theatre's rate whoever pays, and so do the visits after them.
        fewer = float("orthopaedic_clinic_team" in payers)
        kept = min(POST_OPERATIVE_WTE[fewer] / stay["orthopaedic_clinic_team"], MOST_POST_OPERATIVE)
        lines.append("pathway:\n  services:")
        for service, share in (("trauma_orthopaedics", 1 - kept), ("post_operative", kept)):
            lines.append(
                f"    {service}: {{capacity: {{staff: {{orthopaedic_clinic_team: {share:.4g}}}}}}}  # evidence: "
                "post_operative_sessions"
            )
        (ROOT / f"scenarios/{name}.yaml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    write_steps()
    write_overlays()
