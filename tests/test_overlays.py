"""Mechanisms: overlays chosen by a list, switched on and off, laid one over the other;
the ladder and the variants made of them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from commands import mskflow

import sim
from sim.app import cli
from sim.app.configuration import by_hydra
from sim.app.configuration.beside.answers import AS_ASKED
from sim.app.configuration.beside.comparator import beside
from sim.app.configuration.beside.ladder import REST, REST_TITLE
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.compose import compose, configuration_of
from sim.app.configuration.evidence import SET_BY_USER, assumptions
from sim.app.configuration.files import shipped
from sim.app.configuration.files.mechanisms import NOT_ITS_OWN, title_of
from sim.app.configuration.request import request_of
from sim.app.studies.comparison.study import ASSUMED, MAIN, STEP, points_of
from sim.domain.faults import ScenarioError

HEADER = "# @package _global_\n"
ROOT = {
    "conf/config.yaml": (
        "defaults: [{pathway: old}, {mechanisms: []}, _self_, {scenarios: null}]\ntitle: base\nquestion: ''\n"
        "place: {scale: 1.0}\n"
    ),
    "conf/pathway/old.yaml": "a: 1\nb: 1\nc: 1\n",
    "conf/mechanisms/town/drop_in.yaml": HEADER + "title: Drop-in clinics\npathway: {a: drop_in, b: drop_in}\n",
    "conf/mechanisms/town/online.yaml": HEADER
    + "title: Online modules\nquestion: What are they worth?\npathway: {b: online, d: online}\n",
    "conf/mechanisms/calls.yaml": HEADER + "pathway: {c: calls}\n",
    "scenarios/as_is.yaml": HEADER + "title: As is\n",
    "scenarios/could_be.yaml": HEADER
    + "defaults: [override /mechanisms: [town/drop_in, town/online]]\ntitle: Could be\npathway: {c: scenario}\n",
    "scenarios/child.yaml": HEADER
    + "defaults: [could_be, override /mechanisms: [calls], _self_]\ntitle: Child\npathway: {a: child}\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("root"), ROOT)


def faults_of(call, *args, **kwargs):
    with pytest.raises(ScenarioError) as raised:
        call(*args, **kwargs)
    return list(raised.value.faults)


# ---- What lies over what


def test_mechanisms_lie_over_the_groups_in_order_and_the_scenario_over_them(root):
    config = configuration_of("could_be", root=root)
    assert config["pathway"] == {"a": "drop_in", "b": "online", "c": "scenario", "d": "online"}
    assert (config["title"], config["question"]) == ("Could be", "")
    assert config["mechanisms"] == ["town/drop_in", "town/online"]
    assert (
        configuration_of("could_be", ["mechanisms=[town/online,town/drop_in]"], root=root)["pathway"]["b"] == "drop_in"
    )
    assert configuration_of("could_be", ["pathway.b=mine"], root=root)["pathway"]["b"] == "mine"


@pytest.mark.parametrize(
    "written, on",
    [
        ("mechanisms=[]", []),
        ("mechanisms=[town/online]", ["town/online"]),
        ("mechanisms=calls", ["calls"]),
        ("mechanisms=['town/drop_in', calls]", ["town/drop_in", "calls"]),
    ],
)
def test_a_list_on_the_command_line_replaces_the_list(root, written, on):
    config = configuration_of("could_be", [written], root=root)
    assert config.get("mechanisms", []) == on
    assert config["pathway"]["a"] == ("drop_in" if "town/drop_in" in on else 1)
    assert config["pathway"]["c"] == "scenario"


def test_a_scenario_that_stands_on_another_chooses_for_itself(root):
    config = configuration_of("child", root=root)
    assert config["mechanisms"] == ["calls"]
    assert config["pathway"] == {"a": "child", "b": 1, "c": "scenario"}


def test_without_mechanisms_nothing_is_recorded(root):
    assert "mechanisms" not in configuration_of("as_is", root=root)


def test_a_folder_of_ones_own_brings_mechanisms(root, tmp_path):
    write(
        tmp_path,
        {
            "mechanisms/own/extra.yaml": HEADER + "pathway: {e: extra}\n",
            "mechanisms/town/drop_in.yaml": HEADER + "pathway: {a: mine}\n",
            "scenarios/mine.yaml": HEADER
            + "defaults: [could_be, override /mechanisms: [own/extra, town/drop_in], _self_]\n",
        },
    )
    config = configuration_of("mine", config_dirs=[tmp_path], root=root)
    assert config["pathway"] == {"a": "drop_in", "b": "drop_in", "c": "scenario", "e": "extra"}, (
        "a shipped one stands before one's own"
    )
    assert configuration_of("as_is", ["mechanisms=[own/extra]"], [tmp_path], root)["pathway"]["e"] == "extra"
    assert list(shipped.mechanism_files([tmp_path], root)) == ["calls", "own/extra", "town/drop_in", "town/online"]
    assert (title_of("town/drop_in", (), root), title_of("own/extra", [tmp_path], root)) == ("Drop-in clinics", "Extra")


# ---- What is refused


@pytest.mark.parametrize(
    "written, what, right",
    [
        ("mechanisms=[town/onlin]", "no mechanism 'town/onlin'", "did you mean 'town/online'"),
        ("mechanisms=[online]", "no mechanism 'online'", "did you mean 'town/online'"),
        ("mechanisms=[calls,calls]", "there twice", "once"),
        ("mechanisms=null", "by a list", "mechanisms=[]"),
        ("~mechanisms", "by a list", "mechanisms=[]"),
        ("+mechanisms=[calls]", "chosen already", "leave out the '+'"),
        ("mechanisms=[[calls]]", "not a list of names", "mechanisms=[calls"),
        ("mechanisms={a: 1}", "not a list of names", "mechanisms=[calls"),
        ("mechanisms=[../../x]", "no mechanism '../../x'", "there is: calls"),
        ("mechanisms/town=[online]", "in one list", "mechanisms=[town/...]"),
        ("mechanisms=[calls],[]", "several values", "mechanisms=[a,b]"),
    ],
)
def test_a_wrong_choice(root, written, what, right):
    (fault,) = faults_of(configuration_of, "could_be", [written], root=root)
    assert what in fault.what and right in fault.right
    assert fault.where == written


@pytest.mark.parametrize(
    "text, what, right",
    [
        ("defaults: [override /mechanisms: [town/nope]]\n", "no mechanism 'town/nope'", "did you mean"),
        ("defaults: [/mechanisms: [calls]]\n", "chosen twice", "override /mechanisms"),
        ("defaults: [/mechanisms/calls]\n", "chosen twice", "override /mechanisms"),
        ("defaults: [override /mechanisms/town: online]\n", "in one list", "mechanisms=[town/...]"),
        ("mechanisms: [calls]\n", "not set", "override /mechanisms"),
    ],
)
def test_a_wrong_choice_in_a_scenario(root, tmp_path, text, what, right):
    write(tmp_path, {"mine.yaml": text})
    (fault,) = faults_of(configuration_of, str(tmp_path / "mine.yaml"), root=root)
    assert what in fault.what and right in fault.right


@pytest.mark.parametrize(
    "text, what",
    [
        ("pathway: {a: 1}\n", "first line"),
        (HEADER + "pathway: {a: '${oc.env:HOME}'}\n", "refers"),
        (HEADER + "pathway: {_target_: os.system}\n", "_target_"),
        (HEADER + "hydra: {a: 1}\n", "'hydra'"),
        (HEADER, "empty"),
        *((HEADER + f"{key}: x\n", "for scenarios") for key in NOT_ITS_OWN if key != "defaults"),
        (HEADER + "defaults: [override /pathway: old]\npathway: {a: 2}\n", "for scenarios"),
    ],
)
@pytest.mark.parametrize("whose", ["own", "conf"])
def test_a_hostile_mechanism(tmp_path, text, what, whose):
    write(tmp_path, ROOT)
    place = (
        write(tmp_path / "own", {"mechanisms/bad.yaml": text})
        if whose == "own"
        else write(tmp_path, {"conf/mechanisms/bad.yaml": text})
    )
    faults = faults_of(configuration_of, "as_is", ["mechanisms=[bad]"], [place] if whose == "own" else [], tmp_path)
    assert any(what in fault.what for fault in faults) or (
        whose == "conf" and what == "first line"
    )  # Hydra then looks elsewhere for the values
    assert all(re.search("bad.yaml|pathway|hydra|mechanisms", fault.where) for fault in faults)


def test_a_recorded_list_is_a_list_of_names():
    config = configuration_of("gp_referral")
    assert sim.from_dict(config | {"mechanisms": ["a/b"]}) == sim.from_dict(config)
    assert "mechanisms" in faults_of(sim.from_dict, config | {"mechanisms": "a/b"})[0].where
    assert "system" in faults_of(sim.from_dict, config | {"system": 3})[0].where


# ---- A town of one's own, over the shipped places

TOWN = {
    "mechanisms/town/more_gps.yaml": HEADER
    + "title: More GP time\nworkforce:\n  gp: {wte: 24}  # assumption: a test\n",
    "mechanisms/town/coaches.yaml": HEADER + "title: Health coaches\nquestion: What are they worth?\nworkforce:\n"
    "  health_coach: {wte: 2, cost_per_hour_gbp: 33, paid_by: {physio_band_6: 0.5, gp: 0.5}}  # assumption: a test\n",
    "mechanisms/town/shorter.yaml": HEADER + "title: Shorter visits\npathway:\n  services:\n"
    "    physiotherapy: {new_minutes: 30, follow_up_minutes: 15}  # assumption: a test\n",
    "scenarios/town.yaml": HEADER
    + """\
defaults:
  - override /mechanisms: [town/more_gps, town/coaches, town/shorter]
title: The town as it could be
question: What if it did all of it?
system: Town
compare_with: gp_referral
report:
  ladder:
    shorter: {adds: [town/shorter]}
    coaches: {title: Coaches, adds: [town/coaches]}
    gps: {adds: [town/more_gps]}
  variants:
    no_coaches: {title: All but the coaches, without: [town/coaches]}
    coaches_alone: {scenario: gp_referral, adds: [town/coaches]}
    fewer: {title: Fewer GPs, overrides: [workforce.gp.wte=20], demand_ratio: 1.05}
  claims:
    social: {title: Social return, value: 6.5, unit: pounds for each pound, source: The paper, beside: cost_per_episode}
  replications: 1
""",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("town"), TOWN)


def beside_of(town, *overrides, scenario="town", **report):
    made = compose(scenario, overrides, [town])
    made.config["report"] = made.config["report"] | report
    return made, beside(made, request_of("run", scenario, overrides, [str(town)]))


def test_each_step_adds_to_the_one_before_and_the_last_is_the_scenario(town):
    scenario, others = beside_of(town)
    assert [(s.name, s.title) for s in others.ladder] == [("shorter", "Shorter visits"), ("coaches", "Coaches")]
    assert others.end == ("gps", "More GP time")
    shorter, coaches = others.ladder
    assert shorter.pathway == scenario.pathway != others.baseline.pathway
    assert shorter.workforce == others.baseline.workforce
    assert "health_coach" in coaches.workforce and coaches.workforce["gp"].wte < others.baseline.workforce["gp"].wte
    assert coaches.config["mechanisms"] == ["town/coaches", "town/shorter"], "in the scenario's order"


def test_what_the_last_step_leaves_is_called_everything_else(town):
    _, others = beside_of(town, "workforce.gp.wte=25")
    assert [s.name for s in others.ladder] == ["shorter", "coaches", "gps"]
    assert others.end == (REST, REST_TITLE)
    assert others.ladder[-1].workforce["gp"].wte < 24.01, "what the command says of staff is not in the steps"


def test_what_the_command_says_of_the_place_holds_for_every_step(town):
    scenario, others = beside_of(town, "place.scale=0.1", "run.years=2", "demand.growth_per_year=0.01")
    for one in (*others.ladder, *(s for _, *pair in others.variants.values() for s in pair)):
        assert (one.place, one.run, one.calendar) == (scenario.place, scenario.run, scenario.calendar)
        assert one.demand.growth_per_year == 0.01


def test_mechanisms_that_the_command_switches_off_are_no_steps(town):
    _, others = beside_of(town, "mechanisms=[town/more_gps,town/shorter]")
    assert [s.name for s in others.ladder] == ["shorter"] and others.end == ("gps", "More GP time")
    assert set(others.variants) == {"coaches_alone", "fewer"}


def test_a_step_may_name_a_scenario_or_change_keys(town):
    _, others = beside_of(
        town,
        ladder={
            "more": {"overrides": ["workforce.gp.wte=22"]},
            "fcp": {"title": "FCPs", "scenario": "ladder_1_fcp", "adds": ["town/shorter"]},
        },
    )
    more, fcp = others.ladder
    assert more.workforce["gp"].wte == 22
    assert "fcp_band_7" in fcp.workforce and fcp.pathway.services["physiotherapy"].new_minutes == 30
    assert others.end == (REST, REST_TITLE)


def test_a_ladder_of_scenarios_is_as_it_was(town):
    _, others = beside_of(town, ladder=["ladder_1_fcp", "ladder_2_triage"])
    assert [s.name for s in others.ladder] == ["ladder_1_fcp", "ladder_2_triage"]
    assert others.end == ("town", "The town as it could be")


OWN = {"title": "All of it", "scenario": "town"}
ANSWERS = {"added": {"title": "FCPs alone", "scenario": "ladder_1_fcp"}, "own": OWN}


def test_the_scenario_itself_is_one_of_the_answers_and_is_not_run_twice(town):
    scenario, others = beside_of(town, "place.scale=0.1", answers=ANSWERS)
    assert [(name, title) for name, (title, _) in others.answers.items()] == [
        ("added", "FCPs alone"),
        ("own", "All of it"),
    ]
    assert others.answers["own"][1] is scenario and others.answers["added"][1].place == scenario.place
    points = points_of(scenario, others)
    assert ("answer", "added") in points and ("answer", "own") not in points and (MAIN, "town") in points


def test_a_scenario_that_the_command_changes_stands_before_the_answers(town):
    scenario, others = beside_of(town, "workforce.gp.wte=25", answers=ANSWERS)
    assert list(others.answers) == [AS_ASKED, "added", "own"]
    assert others.answers[AS_ASKED][1] is scenario
    shipped = others.answers["own"][1]
    assert shipped.name == "town as shipped" and shipped.workforce["gp"].wte < 25


def test_who_is_not_among_the_answers_has_none(town):
    assert beside_of(town, answers={"added": ANSWERS["added"]})[1].answers == {}


def test_a_name_that_no_scenario_has_is_told_though_the_answers_are_not_asked_for(town):
    with pytest.raises(ScenarioError) as error:
        beside_of(town, answers={"added": ANSWERS["added"], "a": {"title": "x", "scenario": "integratd"}})
    (fault,) = error.value.faults
    assert fault.where == "report.answers.a.scenario" and "did you mean 'integrated'?" in fault.right


@pytest.mark.parametrize(
    "one, where, what",
    [
        ({"title": "x"}, "report.answers.a", "does not say what it is called"),
        ({"title": "x", "scenario": "nowhere"}, "report.answers.a.scenario", "no scenario"),
        ({"title": "x", "scenario": "town", "adds": []}, "report.answers.a.adds", "not known here"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(town, one, where, what):
    with pytest.raises(ScenarioError) as error:
        beside_of(town, answers={"a": one, "own": OWN})
    assert [(f.where, what in f.what) for f in error.value.faults] == [(where, True)]


def test_variants_leave_out_add_and_change(town):
    scenario, others = beside_of(town)
    assert (others.parts, others.otherwise) == (("no_coaches", "coaches_alone"), ())
    without, alone, fewer = others.variants.values()
    assert (
        without[1].name == "town, no_coaches"
        and "health_coach" not in without[1].workforce
        and without[1].pathway == scenario.pathway
    )
    assert (
        set(alone[1].workforce) - set(alone[2].workforce) == {"health_coach"} and alone[1].pathway == alone[2].pathway
    )
    assert fewer[1].workforce["gp"].wte < 20 and fewer[1].demand == fewer[2].demand != scenario.demand


def test_variants_are_told_under_the_question_they_answer(town):
    _, others = beside_of(
        town,
        variants={
            "a": {"without": ["town/coaches"]},
            "b": {"overrides": ["workforce.gp.wte=20"]},
            "c": {"overrides": ["pathway.services.gp.new_minutes=12"]},
            "d": {"scenario": "integrated"},
        },
    )
    assert (others.parts, others.otherwise) == (("a",), ("c",))


@pytest.mark.parametrize(
    "report, where, what",
    [
        ({"ladder": "x"}, "report.ladder", "neither a list"),
        ({"ladder": {"a": {"title": "x"}}}, "report.ladder.a", "does not say"),
        ({"ladder": {"a": 3}}, "report.ladder.a", "not a mapping"),
        (
            {"ladder": {"a": {"adds": ["town/x"]}, "b": {"adds": ["town/shorter"]}}},
            "report.ladder.a.adds",
            "no mechanism",
        ),
        (
            {"ladder": {"a": {"adds": ["town/shorter"]}, "b": {"adds": ["town/shorter"]}}},
            "report.ladder.b.adds",
            "there already",
        ),
        ({"ladder": {"a": {"adds": "town/shorter"}}}, "report.ladder.a.adds", "not a list of texts"),
        ({"ladder": {"a": {"with": []}}}, "report.ladder.a.with", "not known"),
        ({"ladder": {"a": {"overrides": ["demand.population=3"]}}}, "report.ladder.a.overrides", "cannot stand here"),
        ({"ladder": {"a": {"overrides": ["mechanisms=[]"]}}}, "report.ladder.a.overrides", "cannot stand here"),
        (
            {"ladder": {"a": {"overrides": ["workforce.gpp.wte=3"]}, "b": {"adds": ["town/shorter"]}}},
            "report.ladder.a: workforce.gpp.wte=3",
            "no 'gpp'",
        ),
        ({"ladder": ["nowhere"]}, "nowhere: scenarios", "no scenario 'nowhere'"),
        ({"variants": {"a": {"title": "x"}}}, "report.variants.a", "neither which scenario"),
        ({"variants": {"a": {"without": ["town/x"]}}}, "report.variants.a.without", "not among its mechanisms"),
        ({"variants": {"a": {"demand_ratio": 0}}}, "report.variants.a.demand_ratio", "limits"),
        ({"variants": {"a": {"scenario": "nowhere"}}}, "report.variants.a: scenarios", "no scenario"),
        ({"variants": {"a": {"demand_ratio": True}}}, "report.variants.a.demand_ratio", "not a number"),
        ({"claims": {"a": {"title": "x", "value": 1, "unit": "pounds"}}}, "report.claims.a.source", "is missing"),
        (
            {"claims": {"a": {"title": "x", "value": "1", "unit": "pounds", "source": "y"}}},
            "report.claims.a.value",
            "not a number",
        ),
        (
            {"claims": {"a": {"title": "x", "value": 1, "unit": "pounds", "source": "y", "beside": "cost_per_episod"}}},
            "report.claims.a.beside",
            "not an indicator",
        ),
        (
            {"claims": {"a": {"title": "x", "value": 1, "unit": "pounds", "source": "y", "group": "all"}}},
            "report.claims.a.group",
            "says nothing",
        ),
        ({"claims": [1]}, "report.claims", "not a mapping"),
    ],
)
def test_faults_of_the_report_section_are_told_once_before_anything_runs(town, report, where, what):
    (fault,) = faults_of(beside_of, town, **{"ladder": None, "variants": None, "claims": None} | report)
    assert fault.where == where and what in fault.what and fault.right


def test_more_demand_is_more_at_every_door_of_both_and_changes_nothing_else(town):
    """5% more people come by the door and by every other way into hospital, to the same staff and lists."""

    def doors(one):
        rates = {name: other.per_1000_a_year for name, other in one.demand.elsewhere.items()}
        return {"door": one.demand.presenting_per_1000_a_year, **rates}

    scenario, others = beside_of(town, variants={"more": {"title": "More", "demand_ratio": 1.05}})
    title, *more = others.variants["more"]
    assert title == "More"
    for one, before in zip(more, (scenario, others.baseline), strict=True):
        assert len(doors(before)) > 1
        assert doors(one) == pytest.approx({name: 1.05 * rate for name, rate in doors(before).items()}, rel=1e-12)
        assert replace(one, name=before.name, demand=before.demand) == before
        back = replace(
            one.demand,
            presenting_per_1000_a_year=before.demand.presenting_per_1000_a_year,
            elsewhere=before.demand.elsewhere,
        )
        assert back == before.demand


def test_a_variant_of_what_is_switched_off_is_passed_over_at_once(town, monkeypatch):
    """To find every fault of a variant that is then left out took half a minute, in a line that a page shows."""
    monkeypatch.setattr(by_hydra, "composed", None)
    fewer = {"overrides": ["workforce.health_coach.wte=1", "workforce.gp.wte=20"]}
    _, others = beside_of(town, "mechanisms=[town/shorter]", variants={"fewer": fewer}, ladder={})
    assert not others.variants


@pytest.mark.parametrize(
    "word, told",
    [
        ("compare_with=nowhere", "nowhere: scenarios: there is no scenario 'nowhere'"),
        ("+report.ladder.last={adds: [town/x]}", "report.ladder.last.adds: there is no mechanism"),
        ("+report.variants.last={without: [town/x]}", "report.variants.last.without: 'town/x' is not among"),
        (
            "+report.assumptions.last={path: demand.growth_per_year, range: [0, -9]}",
            "report.assumptions, demand.growth",
        ),
        ("run.same_budget=true", "run.same_budget: town costs"),
        ("workforce.gp.wte=-1", "workforce.gp.wte: is too small"),
        ("+pathway.services.gp.routes.late={to: {nowhere: 1.0}}", "nowhere"),
    ],
)
def test_check_refuses_what_run_refuses_in_the_same_words(town, tmp_path, capsys, word, told):
    words = ["town", word, "--config-dir", str(town), f"out={tmp_path}"]
    said = [(cli.main([command, *words]), capsys.readouterr().err) for command in ("check", "run")]
    assert said[0] == said[1]
    assert said[0][0] == 2 and told in said[0][1], said[0][1]
    assert not list(tmp_path.iterdir())


def test_all_faults_of_the_section_at_once(town):
    faults = faults_of(
        beside_of, town, ladder={"a": {"adds": ["town/x"]}}, variants={"b": {}}, claims={"c": {}}, replications=0
    )
    assert {fault.where.split(".")[1] for fault in faults} == {"ladder", "variants", "claims", "replications"}


def test_every_number_of_ones_own_mechanism_is_ones_own_with_its_reason(town):
    config = configuration_of("town", config_dirs=[town])
    table = assumptions(config, own=[town / "mechanisms/town/coaches.yaml"]).set_index("path")
    assert table.loc["workforce.health_coach.wte", "status"] == SET_BY_USER
    assert table.loc["workforce.health_coach.wte", "note"] == "a test"
    assert table.loc["workforce.health_coach.paid_by.gp", "unit"] == "share"
    assert table.loc["workforce.gp.cost_per_hour_gbp", "status"] != SET_BY_USER


# ---- The command


def test_what_is_printed_is_read_back_the_same(town, capsys):
    assert cli.main(["run", "town", "--config-dir", str(town), "--cfg", "job"]) == 0
    config = yaml.safe_load(capsys.readouterr().out)
    assert config["mechanisms"] == ["town/more_gps", "town/coaches", "town/shorter"]
    loaded = sim.load("town", config_dirs=[str(town)])
    assert sim.from_dict(config) == loaded
    in_its_order = yaml.safe_dump(loaded.config, sort_keys=False)  # the order of rules is part of what they say
    assert sim.from_dict(yaml.safe_load(in_its_order)) == loaded


def test_the_list_has_a_heading_for_each_system(town, capsys):
    write(town, {"scenarios/no_system.yaml": HEADER + "title: None\n"})
    assert cli.main(["list", "--config-dir", str(town)]) == 0
    said = capsys.readouterr().out
    (town / "scenarios/no_system.yaml").unlink()
    assert "\n# Town\ntown: The town as it could be\n    What if it did all of it?\n" in said
    assert said.index("no_system: None") < said.index("# Town"), "those of no system come first"
    names = [line.partition(": ")[0] for line in said.splitlines() if line and not line.startswith(("    ", "# "))]
    assert sorted(names) == sorted([*shipped.scenario_files([town]), "no_system"])


def test_the_mechanisms_are_listed(town, capsys):
    assert cli.main(["list", "mechanisms", "--config-dir", str(town)]) == 0
    assert "town/coaches: Health coaches\n    What are they worth?\n" in capsys.readouterr().out


def test_a_sweep_over_lists_of_mechanisms(town, tmp_path):
    words = [
        "run",
        "-m",
        "town",
        "mechanisms=[],[town/shorter,town/coaches]",
        "report=none",
        "report.ladder=null",
        "place.scale=0.01",
        "run.years=0.1",
        "run.replications=1",
    ]
    words += ["run.workers=1", "report.variants=null", f"out={tmp_path}", "--config-dir", str(town)]
    done = mskflow(*words, cwd=tmp_path, drawn=False)
    assert done.returncode == 0, done.stderr
    configs = [yaml.safe_load(file.read_text()) for file in tmp_path.glob("town/*/config/scenario.yaml")]
    assert sorted(config.get("mechanisms", []) for config in configs) == [[], ["town/shorter", "town/coaches"]]


NAMESAKES = (
    "{gp_referral: {adds: [town/shorter]}, town: {adds: [town/coaches]}, everything_else: {adds: [town/more_gps]}}"
)


def test_an_assumption_may_have_the_name_of_a_scenario_and_is_moved_where_replications_settle_something(town):
    def run_beside(replications: int) -> dict:
        growth = "+report.assumptions.town={path: demand.growth_per_year, range: [0, 0.05]}"
        words = (f"run.replications={replications}", "~report.ladder", f"+report.ladder={NAMESAKES}", growth)
        return points_of(*prepared(request_of("run", "town", words, (str(town),))))

    few, enough = run_beside(4), run_beside(5)
    assert {kind for kind, _ in enough} - {kind for kind, _ in few} == {ASSUMED}
    own = {name: enough[name] for name in ((MAIN, "town"), (STEP, "town"), (ASSUMED, ("town", 0)))}
    assert len({one.keys for one in own.values()}) == 3 and own[ASSUMED, ("town", 0)].count == 5


def test_the_waterfall_adds_up_to_the_whole_whatever_its_steps_are_called(town, tmp_path):
    """A step or a variant may have the name of a scenario: none is taken for another."""
    import pandas as pd

    words = [
        "run",
        "town",
        "place.scale=0.02",
        "run.years=0.5",
        "run.replications=2",
        "run.workers=1",
        "workforce.gp.wte=22",
        "compare_with=gp_referral",
        "~report.ladder",
        f"+report.ladder={NAMESAKES}",
        "+report.variants.town={without: [town/coaches]}",
        "+report.variants.gp_referral={scenario: gp_referral, overrides: ['workforce.gp.wte=20']}",
        f"out={tmp_path}",
        "--report",
        "table",
        "--config-dir",
        str(town),
        "--report",
        "table",
    ]
    done = mskflow(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    (folder,) = (tmp_path / "town").iterdir()
    whole = [rows for _, rows in pd.read_csv(folder / "ladder.csv").groupby("kpi") if rows.value.notna().all()]
    assert len(whole) > 3
    for rows in whole:
        assert list(rows.step) == ["gp_referral", "gp_referral", "town", REST, REST]
        assert rows.value.iloc[0] + rows.contribution.iloc[1:].sum() == pytest.approx(rows.value.iloc[-1], rel=1e-12)
    assert all(any(rows.contribution.iloc[step] for rows in whole) for step in range(1, 5)), "each step is its own"
    variants = pd.read_csv(folder / "variants.csv").groupby("variant")
    assert (variants.get_group("town").scenario.to_numpy() != variants.get_group("gp_referral").scenario).any()
    assert (variants.get_group("gp_referral").difference.abs() > 0).any()
    staff = pd.read_csv(folder / "workforce.csv").set_index(["scenario", "staff_group"])
    coach = staff.loc[("town", "health_coach")]
    assert staff.loc[("town", "gp")].wte / 0.02 == pytest.approx(
        22 - coach.cost_gbp_a_year / 2 / (202 * 37.5 * 42) / 0.02
    )
    assert "WTE gp" in coach.moved_from
    kpis = pd.read_csv(folder / "kpis.csv")
    paid = kpis[(kpis.kpi == "staff_cost") & (kpis.scenario == "town") & (kpis.group == "all")].value.iloc[0]
    assert paid == pytest.approx(staff.loc["town"].cost_gbp_a_year.sum(), rel=5e-6)  # six digits in the table
    page = (folder / "report.html").read_text()
    assert "What the document claims, beside what the model shows" in page and "6.5 pounds for each pound" in page
    assert "What is each part worth, alone or left out?" in page and REST_TITLE in page
    assert "6.5 pounds for each pound" in said and "The model\u2019s own money. Cost of staff" in said


# ---- The shipped ones


def test_shipped_mechanisms_have_a_title_and_hold_together():
    from sim.app.configuration.files.mechanisms import read

    for name, file in shipped.mechanism_files().items():
        read(file)
        assert shipped.about(file)[0], f"{name} has no title for the ladder and the list"
        assert name.count("/") == 1, "in the folder of its system"


REFINES = {  # a mechanism that says other values of another's keys, and so has to stand after it
    "cardiff/support_workers": ("cardiff/groups",),
    "connect/readers_agree": ("connect/referral_desk",),
    "connect/wide_reading": ("connect/referral_desk",),
    "connect/wide_reading_online": ("connect/digital_triage",),
    "cardiff/new_money": ("cardiff/groups", "cardiff/support_workers", "cardiff/preparing_for_surgery"),
}


def values_of(name: str) -> dict:
    """Dotted key -> value of a shipped mechanism."""

    def leaves(value, where=()):
        if isinstance(value, dict):
            return {
                key: one for word, inner in value.items() for key, one in leaves(inner, (*where, str(word))).items()
            }
        return {".".join(where): value}

    content = yaml.safe_load(shipped.mechanism_files()[name].read_text(encoding="utf-8"))
    return leaves({key: value for key, value in content.items() if key not in ("title", "question")})


@pytest.mark.parametrize(
    "name",
    [name for name, file in shipped.scenario_files().items() if "/mechanisms:" in file.read_text(encoding="utf-8")],
)
def test_the_order_of_shipped_mechanisms_matters_only_where_one_refines_another(name):
    on = configuration_of(name)["mechanisms"]
    clashing = []
    for place, earlier in enumerate(on):
        for later in on[place + 1 :]:
            a, b = values_of(earlier), values_of(later)
            if any(a[key] != b[key] for key in a.keys() & b.keys()) and earlier not in REFINES.get(later, ()):
                clashing.append((earlier, later))
    assert not clashing, "these say different values of one key, and neither is known to refine the other"
    assert all(on.index(base) < on.index(m) for m in on for base in REFINES.get(m, ()) if base in on)


@pytest.mark.parametrize(
    "name",
    [name for name, file in shipped.scenario_files().items() if "/mechanisms:" in file.read_text(encoding="utf-8")],
)
def test_everything_beside_a_shipped_scenario_can_be_run_with_its_mechanisms_switched_off(name):
    """What the scenarios' own comments advertise: a variant that changes what is switched off is left out,
    with no fault."""
    words = ("mechanisms=[]",)
    assert beside(compose(name, words), request_of("run", name, words, ())).baseline is not None
