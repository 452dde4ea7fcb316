"""Size the staff that each step of the ladder adds, and say who pays for it.

`python -m bench.same_budget` prints what it finds and writes conf/workforce/with_*.yaml and integrated.yaml, the parts
of teams in conf/pathway, and the scenarios of other ways to pay. It has three steps:

1. *Size.* New services get as much time as leaves their lists, after two years beside today's staff, as long as AIMS
   says: neither growing nor vanishing. FCPs are as many as the evidence has (a WTE for 40,000 residents).
2. *Reckon what is freed.* What each group of today is asked to do in the old model and in the step, with room for
   everybody (as `mskflow check` does), at unchanged pressure: a group that is asked to do a tenth less gives a tenth.
3. *Pay.* FCPs are paid by GP time; triage, interface clinic, meeting, groups and the scans that these ask for by the
   clinics of the hospital and by physiotherapy, each in proportion to what is freed there, and what they cannot pay by
   GP time that is still free. So nobody gives up more than is freed, while there is enough; the visits after operations
   keep their time, since the theatre works on.

The stress test (integrated_proportional) and the other scenarios of who pays move the same staff by other rules.
"""

import re
from dataclasses import replace
from pathlib import Path

import yaml

import sim
from bench.calibrate import first_visits
from sim.app.studies.load import load_table
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
HOURS = 37.5 * 42
COMMON = """  annual_leave_days: 29  # evidence: annual_leave_days
  study_leave_days: 5  # evidence: study_leave_days
  sickness_share: 0.05  # evidence: sickness_rate
  paid_weeks_a_year: 42  # evidence: working_weeks_per_year
"""
# label, band, pounds an hour, patient-facing share and its row, sessions a week
NEW = {
    "fcp_band_7": ("First contact practitioner", "7", 67, "cost_hour_band7", 0.711, "fcp_patient_facing_share", 8),
    "triage_band_8a": (
        "Advanced practitioner, triage and interface",
        "8a",
        77,
        "cost_hour_band8a",
        0.75,
        "patient_facing_share",
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
    ),
    "group_physio_band_6": ("Group physiotherapist", "6", 56, "cost_hour_band6", 0.75, "patient_facing_share", None),
    "support_worker_band_3": ("Support worker", "3", 33, "cost_hour_band3", 0.75, "patient_facing_share", None),
}
FCP_WTE = 4.75  # 190,000 people whose practice has one, 40,000 a WTE
PARENT = {
    "with_fcp": "gp_referral",
    "with_triage": "with_fcp",
    "with_direct_transfer": "with_triage",
    "integrated": "with_direct_transfer",
}
ADDED = {
    "with_fcp": ("fcp_band_7",),
    "with_triage": ("fcp_band_7", "triage_band_8a", "mdt_meeting_team", "radiography"),
    "with_direct_transfer": ("fcp_band_7", "triage_band_8a", "mdt_meeting_team", "radiography"),
    "integrated": (*NEW, "radiography"),
}
# Weeks of its own referrals that wait at a new service after two years. The notice that it gives is part of them.
# Scans: as many weeks as on the published list, so that those whom the new services ask for are paid for too.
AIMS = {"mdt_triage": 1.0, "interface_clinic": 4.0, "mdt_meeting": 1.0, "group_programme": 4.0, "mri": 7.0}
ROUNDS, STEP = 8, 0.8
YEARS = (1, 2)
YEAR = 365
IDLE = 0.85
# where to begin
FROM = {"mdt_triage": 2.9, "interface_clinic": 5.2, "mdt_meeting": 0.14, "group_programme": 1.96, "mri": 1.5}
HOSPITAL = {
    "orthopaedic_clinic_team": "trauma_orthopaedics",
    "spinal_clinic_team": "spinal",
    "rheumatology_clinic_team": "rheumatology",
    "pain_clinic_team": "pain",
}
PAYERS = {**HOSPITAL, "physio_band_6": "physiotherapy"}
GP = {"gp": "gp"}
PROPORTIONAL = ("physio_band_6", "orthopaedic_clinic_team")
MOST_GIVEN = 0.9
MOST_POST_OPERATIVE = 0.7


def base() -> dict:
    return yaml.safe_load((ROOT / "conf/workforce/gp_referral.yaml").read_text())


def cost_of(group: str, groups: dict) -> float:
    """Pounds a year of one WTE."""
    return HOURS * (NEW[group][2] if group in NEW else groups[group]["cost_per_hour_gbp"])


def old_scenario() -> Scenario:
    return sim.load("gp_referral", "run.years=1")


def staffed(step: str, sizes: dict[str, float], today: Scenario) -> Scenario:
    """The step beside today's staff, where each new service has `sizes` WTE (service -> WTE)."""
    name = "integrated" if step == "integrated" else LADDER[step]
    scenario = sim.load(name, f"run.years={len(YEARS)}")
    workforce = {name: replace(staff, moved_from={}) for name, staff in scenario.workforce.items()}
    workforce |= today.workforce
    services = dict(scenario.pathway.services)
    for service, wte in sizes.items():
        for group, whole in _groups_of(services, sizes, service).items():
            workforce[group] = replace(workforce[group], wte=whole)
            capacity = services[service].capacity
            part = {**capacity.staff, group: wte / whole}
            services[service] = replace(services[service], capacity=replace(capacity, staff=part))
    for service in ("trauma_orthopaedics", "post_operative"):
        staff = today.pathway.services[service].capacity.staff
        services[service] = replace(services[service], capacity=replace(services[service].capacity, staff=staff))
    return replace(scenario, workforce=workforce, pathway=replace(scenario.pathway, services=services))


LADDER = {
    "with_fcp": "ladder_1_fcp",
    "with_triage": "ladder_2_triage",
    "with_direct_transfer": "ladder_3_direct_transfer",
}


def _groups_of(services: dict, sizes: dict[str, float], service: str) -> dict[str, float]:
    """The groups that staff a service, and their whole WTE over the services that `sizes` names."""
    return {
        group: sum(wte for other, wte in sizes.items() if group in services[other].capacity.staff)
        for group in services[service].capacity.staff
    }


def sized(step: str, today: Scenario) -> dict[str, float]:
    """new service -> WTE (of each of its groups) that leaves its list as long as AIMS says."""
    services = sim.load("integrated" if step == "integrated" else LADDER[step]).pathway.services
    sizes = {service: FROM[service] for service in AIMS if service in services and step != "with_fcp"}
    for _ in range(ROUNDS if sizes else 0):
        record = simulate(staffed(step, sizes, today), 0)
        for service, weeks in AIMS.items():
            if service in sizes:
                table = record.clinics[service]  # a row for each day that it opens
                table, seen = table[table[:, 0] >= YEAR], first_visits(record, service, YEAR)
                more = table[-1, 4] - table[0, 4]
                aim = weeks * (seen + more) / 52
                factor = (seen + (table[-1, 4] - aim) / len(YEARS)) / max(seen, 1)
                used = table[:, 2].sum() / table[:, 1].sum()
                if used < IDLE:  # far too much time: what is seen says nothing of how much there is
                    factor *= used / IDLE
                sizes[service] *= 1 + STEP * (factor - 1)
    return {service: round(float(many), 2) for service, many in sizes.items()}


def pressure(scenario: Scenario) -> dict[str, float]:
    """service -> minutes that it is asked for in a week, with room for everybody."""
    return load_table(scenario).set_index("service")["load_a_week"].to_dict()


def freed(before: dict[str, float], after: dict[str, float], today: Scenario) -> dict[str, float]:
    """group of today -> pounds a year of its time that the step does not ask for, at unchanged pressure."""
    groups = base()
    return {
        group: max(
            0.0,
            (1 - after[service] / before[service])
            * groups[group]["wte"]
            * today.pathway.services[service].capacity.staff[group]
            * cost_of(group, groups),
        )
        for group, service in {**PAYERS, **GP}.items()
    }


def paid(wte: dict[str, float], free: dict[str, float]) -> dict[str, dict[str, float]]:
    """new group -> payer -> WTE that the payer gives up, by the rule above."""
    groups = base()
    cost = {group: many * cost_of(group, groups) for group, many in wte.items()}
    left = dict(free)
    moves: dict[str, dict[str, float]] = {group: {} for group in wte}

    def pay(debts: dict[str, float], payers: tuple[str, ...]) -> dict[str, float]:
        """What is still owed after `payers` have paid, each in proportion to what it has left."""
        owed, have = sum(debts.values()), sum(left[p] for p in payers)
        part = min(1.0, have / owed) if owed else 0.0
        spent = {p: left[p] * min(1.0, owed / have) if have else 0.0 for p in payers}
        for group, pounds in debts.items():
            for payer in payers:
                given = spent[payer] * pounds / owed if owed else 0.0
                if given:
                    moves[group][payer] = moves[group].get(payer, 0.0) + given / cost_of(payer, groups)
        for payer in payers:
            left[payer] -= spent[payer]
        return {group: pounds * (1 - part) for group, pounds in debts.items()}

    others = {group: pounds for group, pounds in cost.items() if group != "fcp_band_7"}
    owed = pay({"fcp_band_7": cost["fcp_band_7"]}, ("gp",)) | pay(others, tuple(PAYERS))
    owed = pay(owed, ("gp",))
    if sum(owed.values()) > 1:  # more than is freed: the rest in proportion to what was freed
        left.update({payer: pounds / sum(free.values()) * sum(owed.values()) for payer, pounds in free.items()})
        print(f"  not freed: {sum(owed.values()):,.0f} pounds a year, paid in proportion to what is")
        pay(owed, tuple(free))
    return moves


def in_proportion(wte: dict[str, float], payers: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """new group -> payer -> WTE that the payer gives up for it: each pays in proportion to what it costs today, and
    none more than MOST_GIVEN of that; the rest is the other's of PROPORTIONAL."""
    groups = base()
    owed = sum(many * cost_of(group, groups) for group, many in wte.items())
    budgets = {p: groups[p]["wte"] * cost_of(p, groups) for p in payers}
    bills = {p: min(owed * budget / sum(budgets.values()), MOST_GIVEN * budget) for p, budget in budgets.items()}
    if (rest := owed - sum(bills.values())) > 1:
        (other,) = set(PROPORTIONAL) - set(payers)
        bills[other] = rest
    return {
        group: {p: many * cost_of(group, groups) * bill / owed / cost_of(p, groups) for p, bill in bills.items()}
        for group, many in wte.items()
    }


def left_over(moves: dict[str, dict[str, float]]) -> dict[str, float]:
    """payer -> WTE that stays."""
    groups = base()
    payers = {p for row in moves.values() for p in row}
    return {p: groups[p]["wte"] - sum(row.get(p, 0.0) for row in moves.values()) for p in groups if p in payers}


def post_operative_part(orthopaedic_wte: float, today: Scenario) -> float:
    """Part of the orthopaedic clinic team's sessions that keeps the visits after operations as they are today."""
    now = today.workforce["orthopaedic_clinic_team"].wte * _part(today, "post_operative")
    return min(now / orthopaedic_wte, MOST_POST_OPERATIVE)


def _part(scenario: Scenario, service: str) -> float:
    return scenario.pathway.services[service].capacity.staff["orthopaedic_clinic_team"]


def write_step(step: str, wte: dict[str, float], moves: dict[str, dict[str, float]]) -> None:
    lines = [
        f"# The staff of the step '{step}', for the same money as the old model. Made by bench/same_budget.py: each",
        "# new role is paid for by the work that it takes away.",
        "defaults:",
        f"  - {PARENT[step]}",
        "  - _self_",
        "",
    ]
    groups, stay = base(), left_over(moves)
    for payer in {**PAYERS, **GP}:  # every payer, since the step before may have changed it
        lines += [f"{payer}:", f"  wte: {stay.get(payer, groups[payer]['wte']):.10g}  # evidence: same_budget"]
    before = ADDED.get(PARENT[step], ())
    for group, many in wte.items():
        if group not in NEW:  # more of a group of today
            lines += [f"{group}:", f"  wte: {groups[group]['wte'] + many:.10g}  # evidence: wte_{group}_more"]
            lines += ["  moved_from:  # evidence: same_budget"]
            lines += [f"    {payer}: {moves[group].get(payer, 0.0):.6g}" for payer in {**PAYERS, **GP}]
            continue
        label, band, cost, cost_row, facing, facing_row, sessions = NEW[group]
        lines.append(f"{group}:")
        if group not in before:
            lines.append(f"  label: {label}")
            if band:
                lines.append(f'  band: "{band}"')
        lines.append(f"  wte: {many}  # evidence: wte_{group}")
        if group not in before:
            lines.append(f"  cost_per_hour_gbp: {cost}  # evidence: {cost_row}")
            if sessions:
                lines.append(f"  sessions_a_week: {sessions}  # evidence: fcp_clinical_sessions_per_week_wte")
            lines.append(f"  patient_facing_share: {facing}  # evidence: {facing_row}")
            lines.append(COMMON.rstrip())
        lines.append("  moved_from:  # evidence: same_budget")
        # A payer of the step before that pays nothing here is named with 0, or its line would stay.
        lines += [f"    {payer}: {moves[group].get(payer, 0.0):.6g}" for payer in {**PAYERS, **GP}]
    (ROOT / f"conf/workforce/{step}.yaml").write_text("\n".join(lines) + "\n")


def write_parts(step: str, orthopaedics: float, sizes: dict[str, float], today: Scenario) -> None:
    """The parts of teams that the step's pathway file says."""
    file = ROOT / f"conf/pathway/{step}.yaml"
    text = file.read_text()
    kept = post_operative_part(orthopaedics, today)
    for service, part in (("trauma_orthopaedics", 1 - round(kept, 3)), ("post_operative", round(kept, 3))):
        text = _set(text, rf"(  {service}: \{{.*?orthopaedic_clinic_team: )[\d.]+", part)
    if "mdt_triage" in sizes:
        both = sizes["mdt_triage"] + sizes["interface_clinic"]
        triage = round(sizes["mdt_triage"] / both, 2)
        for service, part in (("mdt_triage", triage), ("interface_clinic", 1 - triage)):
            if step == "with_triage":
                text = _set(text, rf"(\n  {service}:\n(?:    .*\n)*?      staff: \{{triage_band_8a: )[\d.]+", part)
            else:
                text = _set(
                    text, rf"(\n  {service}:\n(?:    .*\n)*?    capacity: \{{staff: \{{triage_band_8a: )[\d.]+", part
                )
    file.write_text(text)


def _set(text: str, pattern: str, part: float) -> str:
    text, many = re.subn(pattern, rf"\g<1>{part:.4g}", text)
    if many != 1:
        raise ValueError(f"{pattern} is there {many} times")
    return text


OVERLAYS = {
    "integrated_proportional": (
        "Integrated, paid for in proportion",
        "What if all the new staff are paid for by community physiotherapy and orthopaedic clinics in proportion to "
        "cost, whatever work they take away?",
        PROPORTIONAL,
    ),
    "integrated_paid_by_physiotherapy": (
        "Integrated, paid by physiotherapy as far as it goes",
        "What if the new staff come out of community physiotherapy, nine tenths of it, and the rest out of orthopaedic "
        "clinics?",
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


def write_overlays(wte: dict[str, float], today: Scenario) -> None:
    groups = base()
    for name, (title, question, payers) in OVERLAYS.items():
        moves = in_proportion(wte, payers) if payers else {g: {} for g in wte}
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
        stay = {p: groups[p]["wte"] for p in {**PAYERS, **GP}} | left_over(moves)
        for payer, many in stay.items():
            if many <= 0:
                raise ValueError(f"{name}: {payer} has not so much to give")
            lines.append(f"  {payer}: {{wte: {many:.10g}}}  # evidence: same_budget")
        for group in wte:
            pairs = {p: 0 for p in {**PAYERS, **GP}} | {p: round(w, 5) for p, w in moves[group].items()}
            lines.append(
                f"  {group}: {{moved_from: {{{', '.join(f'{p}: {w}' for p, w in pairs.items())}}}}} "
                " # evidence: same_budget"
            )
        kept = post_operative_part(stay["orthopaedic_clinic_team"], today)
        lines.append("pathway:\n  services:")
        for service, share in (("trauma_orthopaedics", 1 - kept), ("post_operative", kept)):
            lines.append(
                f"    {service}: {{capacity: {{staff: {{orthopaedic_clinic_team: {share:.4g}}}}}}}  # evidence: "
                "post_operative_sessions"
            )
        (ROOT / f"scenarios/{name}.yaml").write_text("\n".join(lines) + "\n")


def main() -> None:
    today, groups = old_scenario(), base()
    before = pressure(today)
    wte: dict[str, float] = {}
    for step, added in ADDED.items():
        sizes = sized(step, today)
        after = pressure(staffed(step, sizes, today))
        free = freed(before, after, today)
        by_group = {
            "fcp_band_7": FCP_WTE,
            "triage_band_8a": round(sizes.get("mdt_triage", 0) + sizes.get("interface_clinic", 0), 2),
            "mdt_meeting_team": sizes.get("mdt_meeting", 0),
            "group_physio_band_6": sizes.get("group_programme", 0),
            "support_worker_band_3": sizes.get("group_programme", 0),
            "radiography": round(sizes.get("mri", 0) - groups["radiography"]["wte"], 2),
        }
        wte = {group: by_group[group] for group in added}
        cost = sum(many * cost_of(group, groups) for group, many in wte.items())
        print(f"{step}: {sizes or 'FCPs alone'}, {cost:,.0f} pounds a year; freed")
        print("  " + ", ".join(f"{group} {pounds:,.0f}" for group, pounds in free.items()))
        moves = paid(wte, free)
        write_step(step, wte, moves)
        stays = left_over(moves).get("orthopaedic_clinic_team", groups["orthopaedic_clinic_team"]["wte"])
        write_parts(step, stays, sizes, today)
    write_overlays(wte, today)


if __name__ == "__main__":
    main()
