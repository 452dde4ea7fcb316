"""Every number of conf/ and scenarios/ has a row of evidence or a stated reason, every row is used, and they agree."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from scipy.stats import binom

from sim.analysis.reading.tables import ASSUMPTIONS
from sim.app.configuration import evidence
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files import shipped
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.hours import HOURS_A_WEEK, SESSION_MINUTES

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(
    [
        ROOT / "conf/config.yaml",
        *ROOT.glob("conf/*/*.yaml"),
        *ROOT.glob("conf/mechanisms/*/*.yaml"),
        *ROOT.glob("scenarios/*.yaml"),
    ]
)
ROWS = evidence.rows()
KEYS = {"value", "unit", "low", "high", "source", "year", "status", "note"}
TAGS = {(file, key): tag for file in FILES for key, tag in evidence.tags(file).items()}
TAGGED = {}
for (_file, _key), _tag in TAGS.items():
    if _tag.kind == "evidence":
        TAGGED.setdefault(_tag.says, []).append((_file, _key, _tag.value))


def full_key(file: Path, key: str) -> str:
    return evidence.full_key(f"{file.parent.name}.{key}", file.stem)


def value(row: str):
    return ROWS[row]["value"]


def of(group: str, name: str = "coventry") -> dict:
    return yaml.safe_load((ROOT / "conf" / group / f"{name}.yaml").read_text())


# --- tags ------------------------------------------------------------------------------------------------------


def test_every_number_has_a_tag():
    bare = [f"{file.relative_to(ROOT)}, line {tag.line}: {key}" for (file, key), tag in TAGS.items() if not tag.kind]
    assert not bare, "no '# evidence: row' and no '# assumption: why':\n" + "\n".join(bare)
    assert len(TAGS) > 900


def test_every_tag_names_a_row():
    assert sorted(set(TAGGED) - set(ROWS)) == []


def test_every_assumption_says_why():
    short = {tag.says for tag in TAGS.values() if tag.kind == "assumption" and len(tag.says.split()) < 2}
    assert not short


def test_the_nearest_tag_going_up_wins(tmp_path):
    file = tmp_path / "some.yaml"
    file.write_text(
        "# evidence: not_a_tag_of_anything\n"
        "a:  # evidence: block\n"
        "  b: 1\n"
        "  c: 2.5  # assumption: its own # reason\n"
        "  d: {e: 3, f: {g: 4}}\n"
        "  h: [5, 6]  # evidence: a_list\n"
        "  on: true\n"
        '  word: "7"\n'
        "i: 8\n"
        "defaults:\n"
        "  - 9\n"
    )
    got = {key: (tag.kind, tag.says, tag.value) for key, tag in evidence.tags(file).items()}
    assert got == {
        "a.b": ("evidence", "block", 1.0),
        "a.c": ("assumption", "its own # reason", 2.5),
        "a.d.e": ("evidence", "block", 3.0),
        "a.d.f.g": ("evidence", "block", 4.0),
        "a.h.0": ("evidence", "a_list", 5.0),
        "a.h.1": ("evidence", "a_list", 6.0),
        "i": ("", "", 8.0),
    }


# --- rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_well_formed(name):
    row = ROWS[name]
    assert KEYS <= set(row) <= KEYS | {"used_by"}
    assert row["status"] in evidence.STATUSES
    assert all(isinstance(row[key], str) and row[key].strip() for key in ("unit", "source", "note"))
    assert row["year"] is None or isinstance(row["year"], (int, str))
    if row["status"] in ("retrieved", "data", "source_document"):
        assert row["year"] is not None, "a figure that was found has a year"
    if row["status"] == "recalled":
        assert "Background knowledge" in row["source"]
    if row["status"] == "assumption":
        assert "Assumption of this project" in row["source"] or row["year"] is None


@pytest.mark.parametrize("name", ROWS)
def test_low_is_not_above_the_value_nor_the_value_above_high(name):
    row = ROWS[name]
    assert (row["low"] is None) == (row["high"] is None)
    if row["low"] is None:
        return
    middle = 1.0 if row["value"] == evidence.TABLE else row["value"]
    lows, middles, highs = (evidence.numbers({"": one}) for one in (row["low"], middle, row["high"]))
    assert lows.keys() == middles.keys() == highs.keys()
    for key, number in middles.items():
        assert math.isfinite(number)
        assert lows[key] <= number <= highs[key], key
        assert (
            not row["unit"].startswith("share") or row["value"] == evidence.TABLE or 0 <= lows[key] <= highs[key] <= 1
        )


@pytest.mark.parametrize("name", sorted(TAGGED))
def test_the_numbers_in_conf_are_those_of_the_row(name):
    if name not in ROWS:
        pytest.skip("said by test_every_tag_names_a_row")
    for file, key, number in TAGGED[name]:
        said = evidence.said_of(ROWS[name], full_key(file, key), number)
        assert said.value is not None, f"{key} of {file.name}: the row has no figure for it"
        assert said.value == pytest.approx(number, abs=evidence.TOLERANCE), f"{key} of {file.name}"
    if value(name) == evidence.TABLE:
        assert len(TAGGED[name]) > 2, "a single figure stands in the row"


def test_every_row_is_used():
    for name, row in ROWS.items():
        readers = row.get("used_by")
        if name in TAGGED:
            assert readers is None, f"{name} is named in conf/: used_by says nothing more"
            continue
        assert readers, f"{name}: no number is tagged with it, and nothing reads it"
        for reader in [readers] if isinstance(readers, str) else readers:
            assert (ROOT / reader).is_file(), f"{name}: {reader} is not there"
            assert re.search(rf"\b{name}\b", (ROOT / reader).read_text()), f"{name}: {reader} does not name it"


@pytest.mark.parametrize(
    "name", [name for name in sorted(TAGGED) if isinstance(ROWS.get(name, {}).get("value"), (dict, list))]
)
def test_every_entry_of_a_row_stands_for_a_number(name):
    row, used = ROWS[name], set()
    for file, key, number in TAGGED[name]:
        words = full_key(file, key).split(".")
        fitting = []
        for path, entry in evidence.numbers(row["value"]).items():
            rest = iter(words)
            if all(word in rest for word in path.split(".")):
                fitting.append((path.count("."), path, entry))
        used.add(max(fitting)[1])
        assert max(fitting)[2] == pytest.approx(number)
    assert used == set(evidence.numbers(row["value"]))


# --- the arithmetic of derived rows ------------------------------------------------------------------------------

SUMS = {
    "cost_hour_gp": lambda: value("cost_gp_consult") * 6 * value("patient_facing_share"),
    "cost_hour_clinic_team": lambda: (
        value("cost_hour_consultant") + value("cost_hour_band5") + value("cost_hour_band3")
    ),
    "cost_hour_mdt_meeting": lambda: value("cost_hour_consultant") + value("cost_hour_gp") + value("cost_hour_band8a"),
    "hospital_visit_overheads": lambda: overheads("value"),
    "fcp_population_covered": lambda: value("coventry_practices_with_fcp") * value("practice_list_size"),
    "fcp_covered_share": lambda: value("fcp_population_covered") / value("coventry_population"),
    "wte_fcp_band_7": lambda: value("fcp_population_covered") / value("fcp_population_per_wte"),
    "fcp_patient_facing_share": lambda: (
        value("fcp_appointments_per_session") * value("fcp_appointment_minutes") / SESSION_MINUTES
    ),
    "theatre_share_of_list": lambda: value("surgery_cases_per_list") * value("surgery_minutes_joint") / 480,
    "elsewhere_starts_per_1000": lambda: (
        value("elsewhere_share_of_to_starts") * value("to_referrals_per_1000_per_year")
    ),
    "gp_refer_imaging_fraction": lambda: value("gp_mri_share") + value("gp_xray_share"),
    "fcp_imaging_fraction": lambda: value("fcp_mri_share") + value("fcp_xray_share"),
    "group_staff_minutes": lambda: value("group_session_minutes") + 25,
    "coventry_part_of_england": lambda: value("coventry_population") / 57.7e6,
    "coventry_part_of_to_list": lambda: 1_955_563 / 57.7e6 * value("coventry_population") / 16_689,
    "coventry_part_of_rheumatology_list": lambda: 379_990 / 57.7e6 * value("coventry_population") / 3_433,
    "coventry_part_of_spinal_list": lambda: 146_986 / 57.7e6 * value("coventry_population") / 5_958,
    "wte_support_worker_band_3": lambda: value("wte_group_physio_band_6"),
    "eq5d_gain_surgery": lambda: gain_of_operations("value", others=0.5),
}


def overheads(column: str) -> float:
    """Pounds of a T&O outpatient visit besides the clinic team's time, the mean over first and later ones."""
    minute = value("cost_hour_clinic_team") / 60 / value("patient_facing_share")
    first, later = (
        ROWS[row][column] - minute * value(minutes)
        for row, minutes in (
            ("cost_to_first_op", "to_outpatient_minutes_new"),
            ("cost_to_followup", "to_outpatient_minutes_follow_up"),
        )
    )
    return (first + value("to_followups_per_pathway") * later) / (1 + value("to_followups_per_pathway"))


def test_the_range_of_hospital_overheads_is_what_its_note_says():
    row = ROWS["hospital_visit_overheads"]
    assert (row["low"], row["high"]) == (round(overheads("low")), round(overheads("high")))


def gain_of_operations(column: str, others: float) -> float:
    """EQ-5D by an operation, over the model's own people who need one;
    `others`: regions but hip and knee, over these two."""
    facts = of("demand")["facts"]
    need = {
        region: share * facts["need"]["shares_given"][region]["surgery"]
        for region, share in facts["region"]["shares"].items()
    }
    gains = {"hip": ROWS["eq5d_gain_hip"][column], "knee": ROWS["eq5d_gain_knee"][column]}
    both = sum(need[region] for region in gains)
    mean = sum(need[region] * gain for region, gain in gains.items()) / both
    return mean * (both + others * (sum(need.values()) - both)) / sum(need.values())


def test_the_range_of_an_operations_gain_is_what_its_note_says():
    row = ROWS["eq5d_gain_surgery"]
    assert (row["low"], row["high"]) == (
        pytest.approx(gain_of_operations("low", 0), abs=5e-4),
        pytest.approx(gain_of_operations("high", 1), abs=1e-3),
    )


@pytest.mark.parametrize("name", SUMS)
def test_a_derived_figure_is_what_its_arithmetic_gives(name):
    assert value(name) == pytest.approx(SUMS[name](), rel=0.02)


def test_removals_besides_private_care_are_all_removals_less_those():
    fifths = of("demand")["facts"]["imd_quintile"]["shares"]
    private = sum(share * value("private_exit_10_weeks")[fifth] for fifth, share in fifths.items()) / 10
    for service, removed in value("removed_besides_private_by_weeks_waited").items():
        for weeks, share in value("removed_by_weeks_waited")[service].items():
            assert removed[weeks] == pytest.approx(max(share - private, 0), abs=5e-4)


def test_attendance_and_drop_out_make_the_completion_that_is_reported():
    sessions, attendance = value("group_sessions"), value("group_attendance")
    needed = math.ceil(value("group_completed_at_share") * sessions)
    stay = (1 - attendance["drop_out_share_per_session"]) ** (sessions - 1)
    assert stay * binom.sf(needed - 1, sessions, attendance["attendance_share"]) == pytest.approx(
        value("group_completion_fraction"), abs=0.02
    )


def test_the_surgery_list_is_what_admissions_and_their_wait_make():
    people = sum(value("uhcw_to_list").values()) * value("coventry_part_of_to_list")
    stops = 11_703 * (1 - 0.135)
    shares = [0.277 * stops / 365.25 * 7 * weeks / people for weeks in (8, 15, 30)]
    listed = value("incomplete_split")["trauma_orthopaedics"]["surgery"]
    bands = {float(edge): many for edge, many in value("uhcw_to_list").items()}
    # Steps are at 6, 18 and 52 weeks; bands are months: what has waited less is counted with the step before.
    steps = [(float(weeks) * 7 / DAYS_A_YEAR * 12, share) for weeks, share in listed.items()]
    mean = sum(
        many * next(share for weeks, share in reversed(steps) if edge + 0.5 >= weeks) for edge, many in bands.items()
    ) / sum(bands.values())
    assert shares[0] < mean < shares[2]
    assert mean == pytest.approx(shares[1], rel=0.25)
    rise = {weeks: share / value("decided_to_admit_by_weeks_waited")[weeks] for weeks, share in listed.items()}
    assert max(rise.values()) == pytest.approx(min(rise.values()), abs=0.005)  # the shape of the one trust


def test_the_imaging_list_is_what_england_has_a_head():
    bands = {float(edge): people for edge, people in value("imaging_list").items()}
    assert sum(bands.values()) == pytest.approx(
        value("mri_list_per_1000") * value("coventry_population") / 1000, rel=0.001
    )
    assert (bands[6] + bands[13]) / sum(bands.values()) == pytest.approx(391 / 4650, abs=0.001)
    half, before = sum(bands.values()) / 2, 0
    for edge in range(6):
        if before + bands[edge] >= half:
            assert edge + (half - before) / bands[edge] == pytest.approx(
                value("mri_wait_weeks_median_on_list"), abs=0.1
            )
            break
        before += bands[edge]


def test_what_demand_is_made_of_agrees_with_rows_that_it_does_not_name():
    facts = of("demand")["facts"]
    needs = Counter()
    for region, share in facts["region"]["shares"].items():
        for need, part in facts["need"]["shares_given"][region].items():
            needs[need] += share * part
    flagged = sum(share * facts["red_flag"]["shares_given"][need]["yes"] for need, share in needs.items())
    urgency = facts["urgency"]["shares_given"]
    urgent = (1 - flagged) * urgency["no"]["urgent"] + flagged * urgency["yes"]["urgent"]
    assert urgent == pytest.approx(value("urgent_share"), abs=0.01)
    assert facts["need"]["shares_given"]["low_back"]["urgent"] == value("serious_pathology_fraction_lbp")
    rates = of("demand")["rate_ratio"]["imd_quintile"]
    assert rates["1"] / rates["5"] == pytest.approx(value("msk_ltc_prevalence_imd_ratio_q1_q5"), abs=0.02)
    assert sum(facts["region"]["shares"].values()) == pytest.approx(1)


def test_the_working_week_of_the_program_is_that_of_the_row():
    assert value("hours_per_week") == HOURS_A_WEEK


def test_the_page_on_evidence_counts_the_rows_as_they_are():
    page = (ROOT / "docs/evidence.md").read_text()
    said = {status: int(count) for status, count in re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.MULTILINE)}
    assert said == dict(Counter(row["status"] for row in ROWS.values()))


# --- the table of assumptions of a composed scenario -------------------------------------------------------------


@pytest.fixture(scope="module")
def integrated() -> dict:
    return configuration_of("integrated")


def marked(config: dict, **more):
    table = evidence.assumptions(config, **more)
    return set(table.loc[table["status"] == evidence.SET_BY_USER, "path"])


@pytest.mark.parametrize("name", sorted(shipped.scenario_files(base=ROOT)))
def test_in_a_shipped_scenario_every_number_has_its_evidence(name):
    config = configuration_of(name)
    table = evidence.assumptions(config)
    assert tuple(table.columns) == ASSUMPTIONS
    assert list(table["path"]) == [
        f"{s}.{k}" for s, c in config.items() if isinstance(c, dict) for k in evidence.numbers(c)
    ]
    assert set(table["status"]) <= {status.replace("_", " ") for status in evidence.STATUSES}
    ranged = table.dropna(subset=["low", "high"])
    assert (ranged["low"] <= ranged["value"] + evidence.TOLERANCE).all()
    assert (ranged["value"] <= ranged["high"] + evidence.TOLERANCE).all()
    assert table["note"].str.len().min() > 3


def test_the_words_of_a_row_reach_the_table(integrated):
    table = evidence.assumptions(integrated).set_index("path")
    fcp = table.loc["demand.facts.fcp_practice.shares.no"]
    assert (fcp["value"], fcp["low"], fcp["high"]) == (0.45, pytest.approx(0.17), pytest.approx(0.67))
    assert (fcp["status"], fcp["unit"]) == ("derived", "share")
    triage = table.loc["workforce.triage_band_8a.wte"]
    assert (triage["value"], triage["low"]) == (
        value("wte_triage_band_8a")["integrated"],
        ROWS["wte_triage_band_8a"]["low"]["integrated"],
    )
    assert table.loc["pathway.services.trauma_orthopaedics.tier", "status"] == "assumption"
    assert table.loc["pathway.services.trauma_orthopaedics.earliest_notice_days", "unit"] == "days"
    assert table.loc["pathway.services.mdt_triage.routes.surgery.to.sent_back", "note"].startswith("Where triage")


def test_what_a_user_changed_is_said_to_be_theirs():
    changes = {
        "workforce.physio_band_6.wte": 30,
        "pathway.services.gp.new_minutes": 12,
        "demand.month_index.0": 1.1,
        "place.scale": 0.5,
    }
    config = configuration_of(
        "integrated",
        [
            "workforce.physio_band_6.wte=30",
            "pathway.services.gp.new_minutes=12",
            "place.scale=0.5",
            "demand.month_index=[1.1,1.0,1.02,1.05,1.05,0.99,0.97,0.96,1.01,1.02,1.0,0.92]",
        ],
    )
    assert marked(config) == set(changes)
    table = evidence.assumptions(config).set_index("path")
    assert table.loc["pathway.services.gp.new_minutes", "note"] == "shipped: 10"
    assert {key: table.loc[key, "value"] for key in changes} == changes


def test_another_choice_of_a_group_is_recognised():
    assert (
        marked(configuration_of("integrated", ["workforce=gp_referral", "pathway=gp_referral", "report=none"])) == set()
    )
    assert marked(configuration_of("ladder_1_fcp", ["workforce.fcp_band_7.wte=9"])) == {"workforce.fcp_band_7.wte"}


def test_a_number_that_is_in_no_shipped_file_is_the_users():
    config = configuration_of("gp_referral", ["+pathway.recurrence.share=0.1"])
    table = evidence.assumptions(config).set_index("path")
    assert table.loc["pathway.recurrence.share", "status"] == evidence.SET_BY_USER
    assert table.loc["pathway.recurrence.share", "note"] == "not in the shipped files"


def test_the_users_own_file_is_theirs_even_where_it_says_the_same(tmp_path):
    file = tmp_path / "scenarios" / "mine.yaml"
    file.parent.mkdir()
    file.write_text(
        "# @package _global_\ndefaults:\n  - override /pathway: integrated\n  - override /workforce: integrated\n"
        "workforce:\n  fcp_band_7: {wte: 4.75}  # assumption: counted by us\n  gp: {wte: 20}\n"
    )
    config = configuration_of("mine", config_dirs=[tmp_path])
    assert marked(config) == {"workforce.gp.wte"}
    assert marked(config, own=[file]) == {"workforce.gp.wte", "workforce.fcp_band_7.wte"}
    table = evidence.assumptions(config, own=[file]).set_index("path")
    assert table.loc["workforce.fcp_band_7.wte", "note"] == "counted by us"


def test_a_scenario_that_builds_on_a_shipped_one_has_its_evidence_too(tmp_path):
    file = tmp_path / "scenarios" / "mine.yaml"
    file.parent.mkdir()
    file.write_text("# @package _global_\ndefaults:\n  - integrated_extra_staff\nworkforce:\n  gp: {wte: 20}\n")
    config = configuration_of("mine", config_dirs=[tmp_path])
    assert marked(config, own=[file]) == {"workforce.gp.wte"}


def test_every_number_has_a_unit_or_needs_none(integrated):
    table = evidence.assumptions(integrated)
    without = {re.sub(r"\.\d+$", "", path).rpartition(".")[2] for path in table.loc[table["unit"] == "", "path"]}
    assert without <= {"tier", "rank", "scale", "seed", "precision", "most_replications"}
