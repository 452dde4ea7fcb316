"""Composition by Hydra of a small tree laid out like the shipped one: what comes out,
and every fault in plain words."""

import os
import pickle
import threading
from pathlib import Path

import pytest
import yaml
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from sim.app.configuration.compose import compose, configuration_of
from sim.app.configuration.files import shipped
from sim.domain.faults import Fault, ScenarioError

HEADER = "# @package _global_\n"
CONF = {
    "conf/config.yaml": """\
        defaults: [{pathway: old}, {workforce: old}, {run: default}, _self_, {scenarios: null}]
        title: base
        out: results
        compare_with: null
        place: {scale: 1.0, months: [1, 2]}
        """,
    "conf/pathway/old.yaml": "services: {gp: {kind: clinic, slots: 3}}\n",
    "conf/pathway/new.yaml": "services: {fcp: {kind: clinic, slots: 4, when: {red_flag: 'yes'}}}\n",
    "conf/workforce/old.yaml": "gp: {wte: 3.0}\n",
    "conf/workforce/new.yaml": "gp: {wte: 2.5}\nphysio_band_6: {wte: 1.0}\n",
    "conf/run/default.yaml": "years: 3\nseed: 1\nprogress: auto\n",
    "scenarios/gp_referral.yaml": HEADER
    + "name: gp_referral\ntitle: The old model\nquestion: What if nothing changes?\n",
    "scenarios/integrated.yaml": HEADER
    + """\
        defaults:
          - override /pathway: new
          - override /workforce: new
        name: integrated
        title: The integrated model
        question: What if there is one door?
        compare_with: gp_referral
        """,
}


def write(folder: Path, files: dict) -> Path:
    """Writes files given as text (an indent of eight is taken off) or bytes."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            text if isinstance(text, bytes) else text.replace("\n        ", "\n").removeprefix("        ").encode()
        )
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("root"), CONF)


@pytest.fixture
def own(tmp_path) -> Path:
    return tmp_path / "my own è [x]"


def faults_of(*args, **kwargs) -> list[Fault]:
    with pytest.raises(ScenarioError) as raised:
        compose(*args, **{"build": dict} | kwargs)
    text = str(raised.value)
    for word in ("Traceback", "omegaconf", "ConfigAttributeError", "hydra.cc", "DictConfig", "full_key", "object_type"):
        assert word not in text
    assert all(len(line) < 400 for line in text.splitlines())
    return list(raised.value.faults)


def only_fault(*args, **kwargs) -> Fault:
    faults = faults_of(*args, **kwargs)
    assert len(faults) == 1, faults
    assert faults[0].right
    return faults[0]


# ---- What comes out


def test_a_scenario_is_its_overlay_on_the_base(root):
    config = configuration_of("integrated", ["workforce.physio_band_6.wte=30"], root=root)
    assert config == {
        "name": "integrated",
        "title": "The integrated model",
        "question": "What if there is one door?",
        "compare_with": "gp_referral",
        "out": "results",
        "place": {"scale": 1.0, "months": [1, 2]},
        "pathway": {"services": {"fcp": {"kind": "clinic", "slots": 4, "when": {"red_flag": "yes"}}}},
        "workforce": {"gp": {"wte": 2.5}, "physio_band_6": {"wte": 30}},
        "run": {"years": 3, "seed": 1, "progress": "auto"},
    }
    assert type(config) is dict and type(config["workforce"]["gp"]) is dict
    assert pickle.loads(pickle.dumps(config)) == config


def test_without_a_scenario_it_is_the_integrated_one(root):
    assert (
        configuration_of(root=root)
        == configuration_of("integrated", root=root)
        == configuration_of(overrides=["scenarios=integrated"], root=root)
    )
    assert configuration_of("gp_referral", root=root)["pathway"]["services"].keys() == {"gp"}


def test_hydras_grammar_works(root):
    config = configuration_of(
        "integrated",
        ["+workforce.support_worker={wte: 2}", "~run.seed", "run.years=1e0", "pathway=old", "out='a, b'"],
        root=root,
    )
    assert config["workforce"]["support_worker"] == {"wte": 2} and "seed" not in config["run"]
    assert config["run"]["years"] == 1.0 and "gp" in config["pathway"]["services"] and config["out"] == "a, b"


def test_a_file_of_the_users_own_adds_services_without_a_plus(root, own):
    text = "title: Mine\nquestion: 2024-99-99\ndefaults:\n  - override /pathway: new\n"
    text += "pathway: {services: {late_clinic: {kind: clinic, slots: 1}}}\nplace: {scale: 1e-1}\n"
    write(
        own,
        {
            "more clinics (2).yaml": text,
            "with_header.yaml": HEADER + text,
            "windows.yaml": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        },
    )
    for name in ("more clinics (2)", "with_header", "windows"):
        config = configuration_of(str(own / f"{name}.yaml"), root=root)
        assert config["name"] == name and config["place"]["scale"] == 0.1
        assert list(config["pathway"]["services"]) == ["fcp", "late_clinic"]


def test_a_scenario_that_builds_on_another_has_its_own_name(root, own):
    write(
        own,
        {
            "scenarios/mine.yaml": HEADER + "defaults: [integrated, _self_]\ntitle: Mine\n",
            "scenarios/named.yaml": HEADER + "name: other\ntitle: x\n",
        },
    )
    config = configuration_of("mine", config_dirs=[str(own)], root=root)
    assert (config["name"], config["title"], config["compare_with"]) == ("mine", "Mine", "gp_referral")
    assert "fcp" in config["pathway"]["services"]
    assert configuration_of("named", config_dirs=[str(own)], root=root)["name"] == "other"
    assert configuration_of("mine", ["name=third"], [str(own)], root)["name"] == "third"


def test_a_folder_of_the_users_own_brings_alternatives_for_any_group(root, own):
    write(
        own,
        {
            "scenarios/mine.yaml": HEADER + "defaults:\n - override /pathway: theirs\n",
            "pathway/theirs.yaml": "services: {x: {kind: delay}}\n",
            "scenarios/integrated.yaml": HEADER + "title: My own integrated\n",
            "out/a.yaml": "no: group\n",
        },
    )
    assert configuration_of("mine", config_dirs=[str(own)], root=root)["pathway"] == {
        "services": {"x": {"kind": "delay"}}
    }
    assert configuration_of("gp_referral", ["pathway=theirs", "out=here"], [str(own)], root)["out"] == "here"
    assert configuration_of("integrated", config_dirs=[str(own)], root=root)["title"] == "My own integrated"
    assert set(shipped.scenario_files([own], root)) == {"gp_referral", "integrated", "mine"}
    assert shipped.about(shipped.scenario_files([], root)["integrated"]) == (
        "The integrated model",
        "What if there is one door?",
    )


def test_the_place_where_one_stands_does_not_matter(root, own, monkeypatch):
    before = configuration_of("integrated", root=root)
    write(
        own,
        {
            "conf/config.yaml": "title: wrong\n",
            "here.yaml": "title: Here\n",
            "scenarios/integrated.yaml": "title: wrong\n",
        },
    )
    monkeypatch.chdir(own)
    assert configuration_of("integrated", root=root) == before
    assert (
        configuration_of("./here.yaml", root=root)["title"]
        == configuration_of("here.yaml", root=root)["title"]
        == "Here"
    )
    assert sorted(os.listdir(".")) == ["conf", "here.yaml", "scenarios"]


def test_it_composes_within_hydra_and_in_threads(root):
    with initialize_config_dir(str(root / "conf"), version_base="1.3", job_name="outer"):
        outer = GlobalHydra.instance().hydra
        expected = configuration_of("integrated", root=root)
        assert GlobalHydra.instance().hydra is outer
    GlobalHydra.instance().clear()
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(configuration_of("integrated", [f"run.seed={n}"], root=root)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(config["run"]["seed"] for config in found) == list(range(6))
    assert all({**config, "run": expected["run"]} == expected for config in found)
    assert not GlobalHydra.instance().is_initialized()


def test_the_shipped_files_are_found_in_a_checkout_and_in_a_wheel(tmp_path, monkeypatch):
    assert shipped.root() == Path(shipped.__file__).resolve().parents[4]
    write(tmp_path, {"sim/_shipped/conf/config.yaml": "a: 1\n"})
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "sim/app/configuration/files/shipped.py"))
    assert shipped.root() == tmp_path / "sim" / "_shipped"


# ---- Faults


@pytest.mark.parametrize(
    ("override", "what", "right"),
    [
        ("place.scal=2", "no 'scal' in 'place'", "did you mean 'scale'"),
        ("pathway.services.fpc.slots=2", "no 'fpc'", "did you mean 'fcp'"),
        (
            "workforce.nurse.wte=3",
            "no 'nurse' in 'workforce'",
            "there is: gp, physio_band_6; a new one is added whole, \"+workforce.nurse={wte: 2, band: '6'}\"",
        ),
        ("place.scale.x=3", "'place.scale' is one value", "place.scale=VALUE"),
        ("pathway.services={gp: {slots: 1}}", "no 'gp' in 'pathway.services'", "fcp"),
        ("pathway.services=[1]", "does not fit", "kind"),
        ("place.months.9=1", "does not fit", "kind"),
        ("foo/bar=3", "no 'foo/bar'", "pathway"),
        ("~nothing", "no 'nothing'", "place"),
        ("~run.seed=5", "has another value", "~run.seed"),
        ("+run.years=3", "there already", "leave out the '+'"),
        ("pathway=nw", "no pathway 'nw'", "did you mean 'new'"),
        ("scenarios=intgrated", "no scenario 'intgrated'", "did you mean 'integrated'"),
        ("scenarios=[integrated]", "no scenario '[integrated]'", "integrated"),
        ("pathway=5", "no pathway '5'", "new, old"),
        ("run=null", "no run 'null'", "default"),
        ("+run=default", "chosen already", "run=default"),
        ("pathway@place=old", "'@'", "group=name"),
        ("run.years=1,2", "several values", "run -m"),
        ("run.years=range(1,3)", "several values", "run -m"),
        ("run.years=[1", "cannot be read", "quotes"),
        ("run.years=a=b", "cannot be read", "quotes"),
        ("place.scale=é", "cannot be read", "quotes"),
        ("run.years=int(abc)", "cannot be worked out", "quotes"),
        ("a b=3", "'a b' is not a key", "run.years=3"),
        ("=3", "no key", "run.years=3"),
        ("run.years", "no value", "run.years=VALUE"),
        ("hydra/launcher=nope", "no hydra/launcher 'nope'", "basic"),
        ("hydra.launcher.n_jobs=2", "no 'n_jobs' in 'hydra.launcher'", "there is none"),
        ("run.years=" + "[" * 3000, "cannot be read", "quotes"),
        ("place.scale=" + "9" * 6000, "longer than", "scenario file"),
        ("k" * 400 + "=1", "no key", "run.years=3"),
        ("name=../../etc", "cannot be the name", "letters"),
        ("name==cmd", "cannot be read", "quotes"),
        ("name='=cmd()'", "cannot be the name", "letters"),
    ],
)
def test_one_wrong_override(root, override, what, right):
    scenario = None if override.startswith("scenarios=") else "integrated"
    fault = only_fault(scenario, [override], root=root)
    assert what in fault.what and right in fault.right
    assert fault.where == (override if len(override) <= 60 else override[:57] + "...") or fault.where == "name"


@pytest.mark.parametrize(
    "override",
    [
        "place.scale=${oc.env:SECRET}",
        "place.scale='${oc.env:SECRET}'",
        "+x=$\\{oc.env:SECRET\\}",
        "+x=[1,{a: $\\{oc.env:SECRET\\}}]",
        "+x._target_=os.system",
        "+x={_target_: os.system}",
        "+_target_=os.getcwd",
        "place={_target_: os.getcwd}",
        "hydra={callbacks: {a: b}}",
        "+hydra.callbacks.a._target_=os.system",
        "+hydra.callbacks.a.b=c",
        "hydra/callbacks=x",
        "hydra.searchpath=[/tmp]",
        "hydra.job.env_set={A: b}",
        "+hydra.job.env_set.A=b",
        "hydra.job.env_copy=[SECRET]",
        "hydra.sweeper._target_=x",
        "hydra.launcher._target_=x",
        "+hydra.launcher._partial_=true",
        "hydra.launcher={a: 1}",
        "+hydra.launcher.setup=[id]",
        "+hydra.launcher.extra={a: b}",
        "hydra/launcher=[basic]",
        "hydra/launcher='../x'",
        "+hydra/launcher=basic",
        "+hydra.sweeper.params.place=1",
        "hydra/job_logging=default",
        "hydra.run.dir=/tmp",
        "hydra.sweep.dir=/tmp",
        "hydra.verbose=true",
        "hydra.mode=MULTIRUN",
        "pathway@hydra.job=old",
        "+pathway@hydra=old",
        "pathway=../pathway/old",
        "pathway='//elsewhere/evil'",
        "pathway=../../evil",
    ],
)
def test_nothing_that_runs_reads_or_reaches(root, override, monkeypatch, capsys):
    monkeypatch.setenv("SECRET", "canary")
    ran = []
    monkeypatch.setattr(os, "system", ran.append)
    fault = only_fault("integrated", [override], root=root)
    assert "canary" not in str(fault) and not ran
    assert capsys.readouterr() == ("", "")


def test_every_fault_is_told_at_once_and_no_value_is_echoed_whole(root):
    secret = "x" * 5000

    def build(config):
        raise ScenarioError(
            [Fault("run.years", "is not a number", "write a number")] * (config["run"]["years"] == "abc")
        )

    wrong = ["place.scal=2", "run.years=abc", "pathway=nw", "run.years=[1", "x=${y}", f"place.scal={secret}"]
    faults = faults_of("integrated", wrong, root=root, build=build)
    assert {fault.where[:20] for fault in faults} == {
        "place.scal=2",
        "pathway=nw",
        "run.years=[1",
        "x=${y}",
        f"place.scal={secret}"[:20],
        "run.years",
    }
    assert all(len(fault.where) <= 60 for fault in faults)


@pytest.mark.parametrize(
    ("scenario", "what"),
    [
        ("intgrated", "no scenario 'intgrated'"),
        ("", "no scenario ''"),
        ("x" * 500, "no scenario"),
        ("a b", "no scenario"),
    ],
)
def test_unknown_scenario(root, scenario, what):
    fault = only_fault(scenario, ["run.yeers=3"], root=root)
    assert what in fault.what and "integrated" in fault.right and len(fault.what) < 100


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "", "empty"),
        ("# only words\n---\n", "", "empty"),
        (bytes(range(256)), "", "not a text file"),
        (b"a: \x00\n", "", "not a text file"),
        ("- a\n- b\n", "", "not a mapping"),
        ("hello\n", "", "not a mapping"),
        ("a: [1, 2\nb: }\n", "line 2", "not YAML"),
        ("a:\n\tb: 1\n", "line 2", "not YAML"),
        ("a: 1\n---\nb: 2\n", "line 2", "not YAML"),
        ("a: 1\na: 2\n", "line 2", "twice"),
        ("place:\n  _target_: os.system\n", "line 2", "_target_"),
        ("place:\n  scale: ${oc.env:SECRET}\n", "line 2", "refers"),
        ('place: {scale: "\\x24{oc.env:SECRET}"}\n', "line 1", "refers"),
        ("${a}: 1\n", "line 1", "refers"),
        ("title: x\nhydra:\n  job: {env_copy: [SECRET]}\n", "line 2", "'hydra'"),
        ("<<: {hydra: {a: b}}\n", "line 1", "'hydra'"),
        (ALIASES, "line 1", "more than"),
        ("a: &a {b: *a}\n", "line 1", "contains itself"),
        ("a: " + "[" * 400 + "]" * 400, "", "nested too deeply"),
        ("a: " + "x" * 300_000, "", "larger than"),
        ("a: !!python/object/apply:os.system [id]\n", "line 1", "not a plain value"),
        ("a: !!python/object/apply:pathlib.Path [x]\n", "line 1", "not a plain value"),
        ("a: !!binary aGk=\n", "line 1", "not a plain value"),
        ("x: " + "9" * 5000 + "\n", "line 1", "digits"),
        ("opens: 12:30\n", "line 1", "12:30"),
        ("when: {red_flag: yes}\n", "line 1", "true or false"),
        ("? [a]\n: b\n", "line 1", "not a word"),
        ("defaults: [/hydra/launcher: x]\n", "line 1", "defaults"),
        ("defaults: [../../evil]\n", "line 1", "defaults"),
        ("defaults: [//elsewhere/evil]\n", "line 1", "defaults"),
        ("defaults: [{override /pathway: [../x]}]\n", "line 1", "defaults"),
        ("defaults: [optional /pathway: nw]\n", "line 1", "defaults"),
        ("x: 1\n<<: {defaults: [/hydra/foo]}\n", "line 2", "defaults"),
        ("# @package hydra\njob: {env_copy: [SECRET]}\n", "", "first line"),
        ("defaults: [/pathway: new]\n", "", "chosen twice"),
        ("defaults: [override /pathwy: new]\n", "", "no group 'pathwy'"),
        ("defaults: [override /pathway: nw]\n", "", "no pathway 'nw'"),
        ("defaults: {a: 1}\n", "", "defaults cannot be read"),
        ("defaults: [3]\n", "", "defaults cannot be read"),
        ("defaults: [mine]\n", "", "leads back to itself"),
        ("defaults: [nobody]\n", "", "no"),
        ("place: [1]\n", "", "a list stands where"),
        ("x: ???\n", "x", "no value yet"),
        ("name: =cmd\n", "name", "cannot be the name"),
        ("name: 3\n", "name", "cannot be the name"),
    ],
)
def test_hostile_file(root, own, text, where, what, monkeypatch):
    monkeypatch.setenv("SECRET", "canary")
    write(own, {"mine.yaml": text})
    faults = faults_of(str(own / "mine.yaml"), root=root)
    assert what in faults[0].what and where in faults[0].where and faults[0].right
    assert where in ("x", "name") or faults[0].where.startswith(str(own / "mine.yaml"))
    assert "canary" not in str(faults) and len(faults) <= 2


def test_what_is_no_file(root, own):
    write(own, {"mine.yaml": "title: x\n", "-bad.yaml": "title: x\n"})
    os.mkfifo(own / "pipe.yaml")
    for name, what in (
        ("minee.yaml", "no such file"),
        ("pipe.yaml", "not a plain file"),
        ("-bad.yaml", "cannot be the name"),
        ("../" + own.name, "a folder"),
    ):
        assert what in only_fault(str(own / name), root=root).what
    assert "did you mean 'mine.yaml'" in only_fault(str(own / "minee.yaml"), root=root).right
    assert "not a plain file" in only_fault("/dev/zero", root=root).what
    assert "no such file" in only_fault("x" * 5000 + ".yaml", root=root).what
    assert "no such file" in only_fault("~nobody-at-all/mine.yaml", root=root).what
    (own / "link.yaml").symlink_to(own / "mine.yaml")
    assert configuration_of(str(own / "link.yaml"), root=root)["name"] == "link"
    assert "named twice" in only_fault("integrated", ["scenarios=gp_referral"], root=root).what
    assert "no such folder" in faults_of("integrated", config_dirs=["/nowhere"], root=root)[0].what


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("scenarios/mine.yaml", "title: no header\n", "first line"),
        ("scenarios/mine.yaml", "\n" + HEADER + "title: late\n", "first line"),
        ("pathway/theirs.yaml", "# @package hydra.job\nenv_copy: [SECRET]\n", "@package"),
        ("pathway/theirs.yaml", "services: ${oc.env:SECRET}\n", "refers"),
        ("pathway/theirs.yaml", "", "empty"),
        ("pathway/theirs.yaml/x.yaml", "a: 1\n", "a folder"),
    ],
)
def test_hostile_folder(root, own, name, text, what):
    write(own, {"scenarios/mine.yaml": HEADER + "title: x\n", name: text})
    faults = faults_of("mine", ["pathway=theirs"] if "pathway" in name else [], [str(own)], root)
    assert what in faults[0].what and faults[0].where.startswith(str(own))


def test_a_folder_brings_no_launcher_of_its_own(root, own):
    write(
        own,
        {
            "hydra/launcher/evil.yaml": "# @package hydra.launcher\n_target_: os.system\n",
            "scenarios/mine.yaml": HEADER + "title: x\n",
        },
    )
    assert "no hydra/launcher 'evil'" in only_fault("mine", ["hydra/launcher=evil"], [str(own)], root).what


def test_a_broken_file_of_conf_is_named(root, tmp_path):
    for text, what in (("a: [1\n", "not YAML"), (b"\xff\xfe\x00", "not a text file"), ("a: 1\na: 2\n", "twice")):
        write(tmp_path, {**CONF, "conf/pathway/new.yaml": text})
        faults = faults_of("integrated", root=tmp_path)
        assert what in faults[0].what and "new.yaml" in faults[0].where
    write(tmp_path, {**CONF, "conf/pathway/new.yaml": "services: ${oc.env:HOME}\n"})
    assert "refers to something else" in only_fault("integrated", root=tmp_path).what
    write(tmp_path, {**CONF, "conf/pathway/new.yaml": "services: {a: {_target_: os.getcwd}}\n"})
    assert only_fault("integrated", root=tmp_path).where == "pathway.services.a._target_"
    assert "config.yaml is missing" in only_fault("integrated", root=tmp_path / "nowhere").what


def test_a_file_that_may_not_be_read_is_no_fault_of_the_scenario(root, own, monkeypatch):
    write(own, {"mine.yaml": "title: x\n"})

    def denied(*args, **kwargs):
        raise PermissionError(13, "Permission denied", "mine.yaml")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(PermissionError):
        configuration_of(str(own / "mine.yaml"), root=root)


def test_what_is_composed_survives_yaml(root):
    config = configuration_of(
        "integrated", ["+workforce.a={wte: 1e-7, label: '1e3', at: '12:30', word: 'no'}"], root=root
    )
    assert yaml.safe_load(yaml.safe_dump(config, sort_keys=False)) == config
