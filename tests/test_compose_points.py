"""Points of a sweep are composed once and their values put in: what comes out, and what is said of faults,
is what full composition gives."""

import os
import time
from pathlib import Path

import pytest
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from sim.app.configuration.check import build
from sim.app.configuration.compose import compose
from sim.app.configuration.files import shipped
from sim.app.configuration.files.conf_files import ConfFiles
from sim.app.configuration.points import Points, compose_points
from sim.domain.faults import Fault, ScenarioError

HEADER = "# @package _global_\n"
FILES = {
    "conf/config.yaml": "defaults: [{pathway: old}, {workforce: old}, {mechanisms: []}, _self_, {scenarios: null}]\n"
    "title: base\nname: base\nout: results\nnothing: null\nplace: {scale: 1.0, months: [1, 2]}\n",
    "conf/pathway/old.yaml": "services: {gp: {slots: 3, when: {'yes': 1, 2: 3, '15': x}}}\n",
    "conf/pathway/new.yaml": "services: {fcp: {slots: 4}}\n",
    "conf/workforce/old.yaml": "gp: {wte: 3.0, rest: {a: 1}}\n",
    "conf/workforce/new.yaml": "gp: {wte: 2, grade: 7}\n",
    "conf/mechanisms/town/more.yaml": HEADER + "workforce: {gp: {wte: 9}}\n",
    "scenarios/integrated.yaml": HEADER + "name: integrated\ntitle: x\nquestion: y\nworkforce: {gp: {rest: null}}\n",
    "scenarios/other.yaml": HEADER
    + "defaults:\n  - override /pathway: new\n  - override /mechanisms: [town/more]\ntitle: x\nquestion: y\n",
    "scenarios/open.yaml": HEADER + "title: x\nquestion: y\nfresh: {level: '???'}\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def checked(config: dict) -> dict:
    """Stands in for the check of the values: it complains of one of them."""
    group = (config.get("workforce") or {}).get("gp")
    if isinstance(group, dict) and group.get("wte") == 13:
        raise ScenarioError([Fault("workforce.gp.wte", "is too many", "another")])
    return config


def result(made):
    """A configuration with the types of its values, or the faults."""
    try:
        return repr(made())
    except ScenarioError as error:
        return [str(fault) for fault in error.faults]


def same(composer: Points, words, *args, **kwargs):
    got = result(lambda: composer.compose(words))
    assert got == result(lambda: compose(*args, overrides=words, **kwargs))
    return got


# ---- One point and all of it


@pytest.mark.parametrize(
    "words",
    [
        ["workforce.gp.wte=4"],
        ["workforce.gp.wte=4.0", "workforce.gp.wte=5"],
        ["workforce.gp.wte=1e3"],
        ["workforce.gp.wte=null"],
        ["workforce.gp.wte=true"],
        ["title=4"],
        ["title='4'"],
        ['title="a, b"'],
        ["title=a b"],
        ["title="],
        ["title=int(7.9)"],
        ["title=???"],
        ["nothing=3"],
        ["nothing=yes"],
        ["name=mine"],
        ["out='a b/c'"],
        ["workforce.gp.wte=inf"],
        ["workforce.gp.wte=nan"],
        ["pathway.services.gp.when.yes=2"],
        ["pathway.services.gp.when.2=4"],
        ["pathway.services.gp.when.15=z"],
        ["workforce.gp.rest=5"],
        ["workforce.gp.rest={a: 2}"],
        ["workforce.gp.rest.a=2"],
        ["workforce.gp=5"],
        ["place=5"],
        ["place.months=5"],
        ["place.months.0=5"],
        ["place.months=[3]"],
        ["workforce=new", "workforce.gp.grade=8"],
        ["workforce.gp.grade=8", "workforce=new"],
        ["workforce.gp.wte=8", "~workforce.gp.wte"],
        ["+workforce.nurse={wte: 1}", "workforce.nurse.wte=2"],
        ["workforce.nurse.wte=2", "+workforce.nurse={wte: 1}"],
        ["workforce.gp.wte=5", "+workforce.nurse.wte=2"],
        ["workforce.gp.wte=5", "workforce.gp={wte: 6}"],
        ["workforce.gp={wte: 6}", "workforce.gp.wte=5"],
        ["mechanisms=[town/more]"],
        ["mechanisms=[town/more]", "place.scale=2"],
        ["place.scale=2", "mechanisms=[]"],
        # wrong in one way or another
        ["workforce.gp.wte=13"],
        ["workforce.gp.wte=13", "wrokforce.gp.wte=1"],
        ["workforce.gp.wtee=1"],
        ["workforce.gp.wte.x=1"],
        ["title.x=1"],
        ["title=a,b"],
        ["place.scale=${title}"],
        ["place.scale=2", "mechanisms=[no]"],
        ["workforce=none", "place.scale=2"],
        ["hydra.run.dir=x"],
        ["place.scale"],
        ["title=[", "place.scale=2"],
        ["++workforce.gp.wte=2"],
        ["+workforce.gp.wte=2"],
        ["~title"],
        ["_target_=x"],
        ["place@x=1"],
        ["name='a/b'", "place.scale=2"],
        [""],
        ["place. scale=2"],
        ["scenarios=other", "title=5"],
    ],
)
def test_a_point_is_what_full_composition_makes_of_it(root, words):
    same(Points(root=root, build=checked), words, root=root, build=checked)


PARTS = st.sampled_from(
    [
        "workforce.gp.wte=4",
        "workforce.gp.wte=2.50",
        "workforce.gp.wte=13",
        "workforce.gp.grade=8",
        "workforce=new",
        "workforce=old",
        "pathway=new",
        "+workforce.gp.extra=1",
        "~workforce.gp.wte",
        "workforce.gp={wte: 7}",
        "++workforce.gp={wte: 1, z: 2}",
        "title=seven",
        "title=7",
        "place.scale=0.5",
        "place.months=[4]",
        "place.months=4",
        "pathway.services.gp.slots=1",
        "pathway.services.fcp.slots=2",
        "name=mine",
        "nothing=0x1",
        "mechanisms=[town/more]",
        "workforce.gp.wte=",
        "workforce.gp.rest=1",
    ]
)


@settings(deadline=None, max_examples=12)
@given(
    lists=st.lists(st.lists(PARTS, max_size=3), min_size=1, max_size=2),
    scenario=st.sampled_from(["integrated", "other"]),
)
def test_any_points_in_any_order_are_what_full_composition_makes_of_them(root, lists, scenario):
    composer = Points(scenario, root=root, build=checked)
    for words in lists:
        same(composer, words, scenario, root=root, build=checked)


def test_a_value_that_a_scenario_leaves_open_may_come_from_the_point(root):
    composer = Points("open", root=root, build=dict)
    assert "'level': 2" in same(composer, ["fresh.level=2"], "open", root=root, build=dict)
    assert "has no value yet" in same(composer, ["title=2"], "open", root=root, build=dict)[0]


def test_the_points_may_be_of_several_scenarios_and_each_is_a_dict_of_its_own(root):
    composer = Points(root=root, build=dict)
    one, other, again = (
        composer.compose([f"scenarios={name}", f"place.scale={scale}"])
        for name, scale in (("integrated", 1), ("other", 2), ("integrated", 3))
    )
    assert [one["name"], other["name"], again["name"]] == ["integrated", "other", "integrated"]
    assert [one["place"]["scale"], other["place"]["scale"], again["place"]["scale"]] == [1, 2, 3] and other[
        "mechanisms"
    ] == ["town/more"]
    again["place"]["months"].append(3)
    assert composer.compose(["scenarios=integrated", "place.scale=3"])["place"]["months"] == [1, 2]


def test_faults_come_in_the_place_of_the_point(root):
    points = [["place.scale=2"], ["place.scael=2"], ["workforce.gp.wte=13"], ["place.scale=3"]]
    good, misspelt, many, last = compose_points("integrated", points, root=root, build=checked)
    assert good["place"]["scale"] == 2 and last["place"]["scale"] == 3
    assert [fault.right for fault in misspelt.faults] == ["did you mean 'scale'?"] and [
        fault.what for fault in many.faults
    ] == ["is too many"]


def test_the_shipped_scenario_with_a_hundred_points_of_values_takes_a_moment():
    composer, words = (
        Points("integrated", build=build),
        ["workforce.physio_band_6.wte={0}", "workforce.fcp_band_7.wte={0}.5", "run.seed={0}", "place.scale=0.1"],
    )
    points = [[word.format(number) for word in words] for number in range(1, 101)]
    same(composer, points[0], "integrated", build=build)
    started = time.process_time()
    configs = [composer.compose(point).config for point in points]
    assert (time.process_time() - started) / len(points) < 0.03
    assert [config["workforce"]["fcp_band_7"]["wte"] for config in configs] == [
        number + 0.5 for number in range(1, 101)
    ]
    assert configs[-1] == compose("integrated", points[-1]).config
    for wrong in (["run.seed=x", "run.years=true"], ["workforce.physio_band_6.wte=-1", "run.yaers=2"]):
        assert len(same(composer, wrong, "integrated", build=build)) >= 1


# ---- conf/, parsed once


def test_every_shipped_file_is_read_as_hydra_reads_it():
    conf = shipped.root() / "conf"
    ours, hydras = ConfFiles("main", f"mskflow-conf://{conf}"), FileConfigSource("main", f"file://{conf}")
    paths = [file.relative_to(conf).with_suffix("").as_posix() for file in conf.rglob("*.yaml")]
    assert len(paths) > 50
    for path in paths:
        for _ in range(2):  # parsed, and remembered
            one, other = ours.load_config(path), hydras.load_config(path)
            assert (
                repr(OmegaConf.to_container(one.config)) == repr(OmegaConf.to_container(other.config))
                and one.header == other.header
            )


def test_a_file_that_has_changed_is_read_anew_and_nobody_changes_what_the_next_one_gets(root, tmp_path):
    source, file = ConfFiles("main", f"mskflow-conf://{tmp_path}"), tmp_path / "a.yaml"
    file.write_text("x: 1\n")
    first = source.load_config("a").config
    first.x = 5
    assert source.load_config("a").config == {"x": 1}
    before = file.stat()
    (tmp_path / "b.yaml").write_text("x: 2\n")
    os.utime(tmp_path / "b.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))  # as old and as large, in its place
    os.replace(tmp_path / "b.yaml", file)
    assert source.load_config("a").config == {"x": 2}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"# nothing\n",
        b"- 1\n",
        b"word\n",
        b"a: 1\na: 2\n",
        b"a: [1\n",
        b"\xff",
        b"5\n",
        b"a: !!python/name:os.system x\n",
        b"# @package\na: 1\n",
    ],
)
def test_what_is_no_usual_file_is_left_to_hydra(tmp_path, text):
    (tmp_path / "a.yaml").write_bytes(text)

    def read(source):
        try:
            loaded = source.load_config("a")
            return repr(loaded.config), loaded.header
        except Exception as error:
            return type(error).__name__, str(error)

    assert read(ConfFiles("main", f"mskflow-conf://{tmp_path}")) == read(FileConfigSource("main", f"file://{tmp_path}"))
