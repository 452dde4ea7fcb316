"""The words of the command line: what is understood, what is refused, exit codes, sweeps."""

import json
import os
import shlex
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml
from test_compose import CONF, HEADER, write

from sim.app import cli, multirun, shipped
from sim.app.overrides import Asked, split
from sim.domain.faults import Fault, ScenarioError

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    more = {f"scenarios/ladder_{n}.yaml": HEADER + f"title: Step {n}\n" for n in (1, 2)}
    return write(tmp_path_factory.mktemp("tree"), {**CONF, **more})


class Studies:
    """Stands in for the check and the study: writes down what it is asked; some seeds end badly."""

    def __init__(self):
        self.asked = []
        self.check, self.study = types.ModuleType("check"), types.ModuleType("study")
        self.check.build, self.study.run = self.build, self.run

    def build(self, config):
        if config["place"]["scale"] in ("bad", "worse"):
            raise ScenarioError([Fault("place.scale", "is not a number", "write a number")])

    def run(self, config, progress, command):
        self.asked.append((config["name"], config["run"]["seed"], progress, command))
        seed = config["run"]["seed"]
        if seed == 10:
            sys.exit(0)
        if seed == 11:
            os.kill(os.getpid(), signal.SIGTERM)
        if seed in self.ends:
            raise self.ends[seed]
        (Path(config["out"]) / config["name"]).mkdir(parents=True, exist_ok=True)

    ends = {  # seed: what a run with it ends in
        12: KeyboardInterrupt(), 13: OSError(28, "No space left on device", "kpis.csv"), 14: ZeroDivisionError("one\ntwo"),
        15: ScenarioError([Fault("a.b", "is wrong", "make it right")]), 16: type("Busy", (RuntimeError,), {})("another command holds results"),
        17: type("Partly", (RuntimeError,), {"exit_code": 4})("3 replications failed"), 18: BrokenPipeError(),
    }


@pytest.fixture
def studies(tree, tmp_path, monkeypatch):
    """Studies, with the small tree as the shipped one, in an empty folder."""
    studies, folder = Studies(), tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(shipped, "root", lambda: tree)
    monkeypatch.setitem(sys.modules, "sim.app.check", studies.check)
    monkeypatch.setitem(sys.modules, "sim.app.study", studies.study)
    return studies


def mskflow(line: str) -> int:
    return cli.main(shlex.split(line))


def in_process(*words, **kwargs):
    return subprocess.run([sys.executable, "-m", "sim", *words], capture_output=True, text=True, cwd=REPOSITORY, timeout=120, **kwargs)


# ---- Words

def test_words_are_sorted():
    words = ["integrated", "a.b=1", "+c=2", "~d", "hydra/launcher=joblib", "--config-dir", "tests",
             "-cd=docs", "--debug", "--cfg", "job", "-p", "run"]
    asked = split(words)
    assert asked == Asked("integrated", ("a.b=1", "+c=2", "~d", "hydra/launcher=joblib"), ("tests", "docs"),
                          cfg="job", package="run", debug=True, words=tuple(words))
    assert split(["-m", "my/own=strange.yaml"]).overrides == ("my/own=strange.yaml",)
    assert split(["./own=strange.yaml"]).scenario == "./own=strange.yaml"
    assert split(["--info"]).info == "all" and split(["--info", "plugins"]).info == "plugins" and split(["--info", "x"]).scenario == "x"
    assert split(["--multirun"]).multirun and split(["-h"]).help and split([]) == Asked()


@pytest.mark.parametrize(("words", "what", "right"), [
    (["--multrun"], "no such flag", "--multirun"), (["--cfg", "jub"], "needs a word", "job"), (["--cfg"], "needs a word", "job"),
    (["--config-dir", "/nowhere"], "no folder", "scenarios/"), (["--config-dir"], "no folder", "scenarios/"),
    (["--experimental-rerun", "x.pickle"], "not used", "manifest"),
    (["-cn=x"], "not used", "scenario"), (["--config-path", "x"], "not used", "--config-dir"), (["a", "b"], "2 scenarios", "-m scenarios=a,b"),
    (["a", "scenarios=b"], "twice", "leave out"), (["run.years"], "no value", "run.years=VALUE"), (["-x" * 500], "no such flag", "-m"),
    ([""], "empty", "quotes"), (["--config-dir", "x" * 5000], "no folder", "scenarios/"),
])
def test_words_that_are_refused(words, what, right):
    with pytest.raises(ScenarioError) as raised:
        split(words)
    fault = raised.value.faults[0]
    assert what in fault.what and right in fault.right and len(str(fault)) < 300


def test_the_results_folder_is_taken_as_it_is(tree):
    from sim.app.compose import compose
    for folder in ("a b", "résultats", "[x]*?{1,2}", "it's", "/tmp/(a)", "back\\slash\\", "1e3", "a=b,c"):
        assert compose("integrated", split([f"out={folder}"]).overrides, root=tree)["out"] == folder
    assert split(["out='quoted'"]).overrides == ("out='quoted'",)


# ---- The command

def test_alone_it_says_what_there_is():
    for words in ((), ("--help",), ("help",)):
        done = in_process(*words)
        assert done.returncode == 0 and done.stderr == ""
        assert all(f"mskflow {name}" in done.stdout for name in cli.COMMANDS) and done.stdout.count("\n") < 20
        assert sum(line.strip() in cli.EXAMPLES for line in done.stdout.splitlines()) == 3
    assert "--config-dir" in in_process("run", "--help").stdout


def test_the_help_is_there_at_once():
    code = "import sys; from sim.app.cli import main; main([]); main(['run', '-h']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=True)
    assert not {"hydra", "omegaconf", "numpy", "pandas", "yaml", "multiprocessing", "scipy"} & set(done.stderr.split())


@pytest.mark.parametrize(("word", "right"), [
    ("rum", "did you mean 'run'"), ("stroll", "there is: run"), ("run.years=3", "mskflow run run.years=3"), ("x" * 999, "there is: run"),
])
def test_unknown_word(word, right):
    done = in_process(word)
    assert done.returncode == 2 and done.stdout == "" and right in done.stderr
    assert done.stderr.count("\n") == 1 and len(done.stderr) < 300


def test_faults_are_lines_and_the_traceback_is_for_those_who_ask(studies, capsys):
    assert mskflow("run intgrated") == 2
    assert capsys.readouterr() == ("", "scenarios: there is no scenario 'intgrated'; did you mean 'integrated'?\n")
    assert mskflow("run run.yeers=1 place.scale=bad 'x=[' x=$\\{oc.env:HOME}") == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 4 and "Traceback" not in said.err and os.environ["HOME"] not in said.err
    assert mskflow("run intgrated --debug") == 2
    assert "Traceback" in capsys.readouterr().err
    assert not studies.asked and os.listdir(".") == []


@pytest.mark.parametrize(("seed", "code", "said"), [
    (10, None, ""), (11, 143, "stopped; this continues: mskflow run run.seed=11 out=x"),
    (12, 130, "stopped; this continues: mskflow run run.seed=12 out=x"),
    (13, 5, "cannot read or write kpis.csv: no space left on device"), (14, 1, "a defect of mskflow: ZeroDivisionError: one; --debug shows where"),
    (15, 2, "a.b: is wrong; make it right"), (16, 3, "another command holds results"), (17, 4, "3 replications failed"),
])
def test_exit_codes(studies, capsys, seed, code, said):
    if code is None:
        with pytest.raises(SystemExit):
            mskflow(f"run run.seed={seed}")
        return
    before = signal.getsignal(signal.SIGTERM)
    assert mskflow(f"run run.seed={seed} out=x") == code
    assert capsys.readouterr().err == said + "\n"
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_run_is_given_its_configuration_and_the_line_that_asked(studies):
    assert mskflow("run integrated run.seed=3 run.progress=json 'out=my results'") == 0
    assert studies.asked == [("integrated", 3, "json", "mskflow run integrated run.seed=3 run.progress=json 'out=my results'")]
    assert os.listdir(".") == ["my results"]


def test_list_shows_titles_and_questions(studies, capsys, tmp_path):
    assert mskflow("list") == 0
    assert "integrated: The integrated model\n    What if there is one door?" in capsys.readouterr().out
    write(tmp_path, {"scenarios/mine.yaml": HEADER + "title: Mine\n", "scenarios/torn.yaml": "a: [\n"})
    assert mskflow(f"list --config-dir {tmp_path}") == 2
    said = capsys.readouterr()
    assert "mine: Mine" in said.out and "torn.yaml" in said.err
    assert mskflow("list integrated") == 2 and mskflow("verify x=1") == 2 and mskflow("list -m") == 2


def test_the_configuration_is_printed(studies, capsys):
    from sim.app.compose import compose
    assert mskflow("run integrated run.seed=7 --cfg job") == 0
    assert yaml.safe_load(capsys.readouterr().out) == compose("integrated", ["run.seed=7"])
    assert mskflow("run --cfg job --package workforce.gp") == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"wte": 2.5}
    assert mskflow("run --cfg job --package workforce.gq") == 2 and mskflow("run --cfg job run.yeers=3") == 2
    capsys.readouterr()
    assert mskflow("check integrated --cfg hydra -p hydra.job") == 0
    assert "mskflow" in capsys.readouterr().out
    assert not studies.asked and os.listdir(".") == []


def test_hydras_own_information(tree):
    code = f"from pathlib import Path; from sim.app import shipped, cli; shipped.root = lambda: Path({str(tree)!r}); "
    code += "cli.main(['run', '--info', 'defaults'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=True)
    assert "scenarios/integrated" in done.stdout and done.stderr == ""


def test_a_reader_who_leaves_is_no_trouble():
    for words in ([], ["run", "--help"]):
        process = subprocess.Popen([sys.executable, "-m", "sim", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY)
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait(timeout=120) == (5 if words else 0)
        process.stderr.close()


# ---- Sweeps

def swept(studies):
    return [(name, seed) for name, seed, *_ in studies.asked]


def test_a_sweep_runs_every_point_and_leaves_nothing_of_hydras(studies, capsys):
    assert mskflow("run integrated -m run.seed=1,2 place.scale=range(1,3)") == 0
    assert swept(studies) == [("integrated", 1), ("integrated", 1), ("integrated", 2), ("integrated", 2)]
    assert studies.asked[1][3] == "mskflow run integrated run.seed=1 place.scale=2"
    assert [str(p) for p in Path(".").rglob("*")] == ["results", "results/integrated"]
    assert "sweep: 4 of 4 points done" in capsys.readouterr().out


@pytest.mark.parametrize(("line", "points"), [
    ("-m 'scenarios=glob(ladder_*)'", [("ladder_1", 1), ("ladder_2", 1)]), ("gp_referral,integrated -m", [("gp_referral", 1), ("integrated", 1)]),
    ("-m run.seed=choice(3,4) hydra.sweeper.max_batch_size=1", [("integrated", 3), ("integrated", 4)]), ("-m run.seed=5", [("integrated", 5)]),
    ("-m 'out=my résults [x]' scenarios=ladder_1,ladder_2", [("ladder_1", 1), ("ladder_2", 1)]),
])
def test_what_can_be_swept(studies, line, points):
    assert mskflow(f"run {line}") == 0
    assert swept(studies) == points
    assert {str(p) for p in Path(".").glob("*/*")} == {f"{'my résults [x]' if 'out=' in line else 'results'}/{name}" for name, _ in points}


def test_a_file_of_the_users_own_can_be_swept(studies, tmp_path):
    write(tmp_path, {"my own.yaml": "title: Mine\ndefaults: [integrated, _self_]\n"})
    path = shlex.quote(str(tmp_path / "my own.yaml"))
    assert mskflow(f"run {path} -m run.seed=1,2") == 0
    assert swept(studies) == [("my own", 1), ("my own", 2)] and studies.asked[0][3] == f"mskflow run {path} run.seed=1"


def test_every_fault_of_every_point_before_the_first_starts(studies, capsys):
    assert mskflow("run -m scenarios=integrated,laddr_1 place.scale=1,bad,worse run.yeers=3 run.years=[1 hydra/launcher=1,2") == 2
    lines = capsys.readouterr().err.splitlines()
    assert {line.partition(":")[0].partition(" (")[0] for line in lines} == {
        "scenarios=laddr_1", "place.scale", "run.yeers=3", "run.years=[1", "hydra/launcher=1,2"}
    assert any("(point 2 of 6 and 1 more: " in line and "place.scale=bad" in line for line in lines) and len(lines) == 5
    assert not studies.asked and os.listdir(".") == []


@pytest.mark.parametrize(("words", "what"), [
    ("run.seed=range(1,5,0)", "no value"), ("run.seed=range(5,1)", "no value"), ("run.seed=range(0,inf)", "no value"),
    ("scenarios=glob(zz*)", "no value"),
    ("run.seed=interval(1,2)", "no end of values"), ("run.seed=range(0,1e99,0.1)", "10,000 points"),
    ("run.seed=range(0,500) place.scale=range(0,500)", "10,000 points"),
    ("run.seed=1,$\\{oc.env:HOME\\}", "environment"), ("hydra/sweeper=nope", "no hydra/sweeper"), ("hydra.launcher.n_jobs=2", "no 'n_jobs'"),
    ("hydra.sweeper.params.x=1", "cannot be changed"), ("hydra.sweeper.max_batch_size=1,2", "cannot be changed"),
])
def test_sweeps_that_are_refused(studies, capsys, words, what):
    assert cli.main(["run", "-m", *words.split()]) == 2
    said = capsys.readouterr().err
    assert what in said and said.count("\n") == 1 and "Traceback" not in said
    assert not studies.asked and os.listdir(".") == []


def test_a_job_that_fails_costs_no_other_and_the_worst_code_counts(studies, capsys):
    assert mskflow("run -m run.seed=1,10,14,16,17,2") == 4
    said = capsys.readouterr()
    assert [seed for _, seed in swept(studies)] == [1, 10, 14, 16, 17, 2]
    assert "sys.exit(0)" in said.err and "3 replications failed" in said.err and "ZeroDivisionError" in said.err and "2 of 6 points done" in said.out
    assert mskflow("run -m run.seed=10,13,15 out=other") == 5
    assert os.listdir(".") == ["results"]       # what holds nothing is not left behind


def test_a_sweep_that_is_stopped_says_what_continues(studies, capsys):
    for seed, code in ((12, 130), (11, 143)):
        assert mskflow(f"run -m run.seed=1,{seed},2") == code
        assert f"this continues: mskflow run -m run.seed=1,{seed},2" in capsys.readouterr().err
    assert [seed for _, seed in swept(studies)] == [1, 12, 1, 11]
    assert list(Path(".").rglob("sweep-*")) == []


def test_a_job_without_a_word_is_no_success(studies, capsys, monkeypatch):
    monkeypatch.setattr(multirun.Job, "__call__", lambda self, config: None)
    assert mskflow("run -m run.seed=1,2") == 4
    assert "2 of 2 points ended without a word" in capsys.readouterr().err


def test_progress_in_json_stays_json(studies, capsys):
    assert mskflow("run -m run.seed=1,2 run.progress=json") == 0
    said = capsys.readouterr()
    assert said.err == "" and all(json.loads(line) for line in said.out.splitlines() if line.startswith("{"))


STAND_INS = """if True:
    import importlib.abc, importlib.util, sys
    class Finder(importlib.abc.MetaPathFinder):     # in the workers too, which are processes of their own
        def find_spec(self, name, path=None, target=None):
            if name in ("sim.app.check", "sim.app.study"):
                return importlib.util.spec_from_file_location(name, "{folder}/stand_in.py")
    sys.meta_path.insert(0, Finder())
"""


def test_joblib_launches_when_it_is_installed(tree, tmp_path):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    write(tmp_path, {
        "site/sitecustomize.py": STAND_INS.replace("{folder}", str(tmp_path / "site")).encode(),
        "site/stand_in.py": "import os\nbuild = id\ndef run(config, progress, command):\n    config['run']['seed'] == 9 and os._exit(3)\n",
    })
    code = f"import sys; from pathlib import Path; from sim.app import shipped, cli; shipped.root = lambda: Path({str(tree)!r}); "
    code += "sys.exit(cli.main(['run', '-m', 'hydra/launcher=joblib', 'hydra.launcher.n_jobs=2', sys.argv[1]]))"
    path = os.pathsep.join([str(tmp_path / "site"), str(REPOSITORY), *filter(None, sys.path)])
    for words, exit_code, said in (("run.seed=1,2,3", 0, "3 of 3 points done"), ("run.seed=9", 4, "1 of 1 points ended without a word")):
        done = subprocess.run([sys.executable, "-c", code, words], capture_output=True, text=True, cwd=tmp_path, timeout=300,
                              env={**os.environ, "PYTHONPATH": path})
        assert said in done.stdout + done.stderr
        assert done.returncode == exit_code
        assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["site"]
