"""The words of the command line: what is understood, what is refused, exit codes."""

import os
import shlex
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml
from commands import mskflow as command
from test_compose import CONF, HEADER, write

from sim.app import cli
from sim.app.configuration.compose import compose, configuration_of
from sim.app.configuration.files import shipped
from sim.app.configuration.request import Request, split
from sim.app.store.lock import Busy
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
        self.study = types.ModuleType("study")
        self.study.run = self.run

    def build(self, config):
        if config["place"]["scale"] in ("bad", "worse"):
            raise ScenarioError([Fault("place.scale", "is not a number", "write a number")])
        return config

    def run(self, request):
        config = compose(request.scenario, request.overrides, request.config_dirs, build=self.build)
        self.asked.append((config["name"], config["run"]["seed"], config["run"]["progress"], request.line))
        seed = config["run"]["seed"]
        if seed == 10:
            sys.exit(0)
        if seed == 11:
            os.kill(os.getpid(), signal.SIGTERM)
        if seed in self.ends:
            raise self.ends[seed]
        (Path(config["out"]) / config["name"]).mkdir(parents=True, exist_ok=True)
        return 0

    ends = {  # seed: what a run with it ends in
        12: KeyboardInterrupt(),
        13: OSError(28, "No space left on device", "kpis.csv"),
        14: ZeroDivisionError("one\ntwo"),
        15: ScenarioError([Fault("a.b", "is wrong", "make it right")]),
        16: Busy("another command holds results"),
        17: type("Partly", (RuntimeError,), {"exit_code": 4})("3 replications failed"),
        18: BrokenPipeError(),
    }


@pytest.fixture
def studies(tree, tmp_path, monkeypatch):
    """Studies, with the small tree as the shipped one, in an empty folder."""
    studies, folder = Studies(), tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(shipped, "root", lambda: tree)
    monkeypatch.setitem(sys.modules, "sim.app.studies.comparison.study", studies.study)
    return studies


def mskflow(line: str) -> int:
    return cli.main(shlex.split(line))


# ---- Words


def test_words_are_sorted():
    words = [
        "integrated",
        "a.b=1",
        "+c=2",
        "~d",
        "hydra/launcher=joblib",
        "--config-dir",
        "tests",
        "-cd=docs",
        "--debug",
        "--cfg",
        "job",
        "-p",
        "run",
    ]
    asked = split(words)
    assert asked == Request(
        "run",
        "integrated",
        ("a.b=1", "+c=2", "~d", "hydra/launcher=joblib"),
        ("tests", "docs"),
        cfg="job",
        package="run",
        debug=True,
        words=tuple(words),
    )
    assert split(["-m", "my/own=strange.yaml"]).overrides == ("my/own=strange.yaml",)
    assert split(["./own=strange.yaml"]).scenario == "./own=strange.yaml"
    assert (
        split(["--info"]).info == "all"
        and split(["--info", "plugins"]).info == "plugins"
        and split(["--info", "x"]).scenario == "x"
    )
    assert split(["--multirun"]).multirun and split(["-h"]).help and split([]) == Request()


@pytest.mark.parametrize(
    ("words", "what", "right"),
    [
        (["--multrun"], "no such flag", "--multirun"),
        (["--cfg", "jub"], "needs a word", "job"),
        (["--cfg"], "needs a word", "job"),
        (["--config-dir", "/nowhere"], "no folder", "scenarios/"),
        (["--config-dir"], "no folder", "scenarios/"),
        (["--experimental-rerun", "x.pickle"], "not used", "manifest"),
        (["-cn=x"], "not used", "scenario"),
        (["--config-path", "x"], "not used", "--config-dir"),
        (["a", "b"], "2 scenarios", "-m scenarios=a,b"),
        (["a", "scenarios=b"], "twice", "leave out"),
        (["run.years"], "no value", "run.years=VALUE"),
        (["-x" * 500], "no such flag", "-m"),
        ([""], "empty", "quotes"),
        (["--config-dir", "x" * 5000], "no folder", "scenarios/"),
    ],
)
def test_words_that_are_refused(words, what, right):
    with pytest.raises(ScenarioError) as raised:
        split(words)
    fault = raised.value.faults[0]
    assert what in fault.what and right in fault.right and len(str(fault)) < 300


def test_the_results_folder_is_taken_as_it_is(tree):
    for folder in ("a b", "résultats", "[x]*?{1,2}", "it's", "/a/(b)", "back\\slash\\", "1e3", "a=b,c"):
        assert configuration_of("integrated", split([f"out={folder}"]).overrides, root=tree)["out"] == folder
    assert split(["out='quoted'"]).overrides == ("out='quoted'",)


# ---- The command


def test_alone_it_says_what_there_is(tmp_path):
    for words in ((), ("--help",), ("help",)):
        done = command(*words, cwd=tmp_path)
        assert done.returncode == 0 and done.stderr == ""
        assert all(f"mskflow {name}" in done.stdout for name in cli.COMMANDS) and done.stdout.count("\n") < 24
        assert sum(line.strip() in cli.EXAMPLES for line in done.stdout.splitlines()) == 3
    assert "--config-dir" in command("run", "--help", cwd=tmp_path).stdout


def test_the_help_is_there_at_once():
    code = (
        "import sys; from sim.app.cli import main; main([]); main(['run', '-h']); "
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=True
    )
    assert not {"hydra", "omegaconf", "numpy", "pandas", "yaml", "multiprocessing", "scipy"} & set(done.stderr.split())


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("rum", "did you mean 'run'"),
        ("stroll", "there is: run"),
        ("run.years=3", "mskflow run run.years=3"),
        ("x" * 999, "there is: run"),
    ],
)
def test_unknown_word(word, right, tmp_path):
    done = command(word, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and right in done.stderr
    assert done.stderr.count("\n") == 1 and len(done.stderr) < 300


def test_faults_are_lines_and_the_traceback_is_for_those_who_ask(studies, capsys):
    assert mskflow("run intgrated") == 2
    assert capsys.readouterr() == ("", "scenarios: there is no scenario 'intgrated'; did you mean 'integrated'?\n")
    assert mskflow("run run.yeers=1 place.scale=bad 'x=[' x=$\\{oc.env:HOME}") == 2
    said = capsys.readouterr()
    assert (
        said.out == ""
        and said.err.count("\n") == 4
        and "Traceback" not in said.err
        and os.environ["HOME"] not in said.err
    )
    assert mskflow("run intgrated --debug") == 2
    assert "Traceback" in capsys.readouterr().err
    assert not studies.asked and os.listdir(".") == []


@pytest.mark.parametrize(
    ("seed", "code", "said"),
    [
        (10, None, ""),
        (11, 143, "stopped; this continues: mskflow run run.seed=11 out=x"),
        (12, 130, "stopped; this continues: mskflow run run.seed=12 out=x"),
        (13, 5, "cannot read or write kpis.csv: no space left on device"),
        (14, 1, "a defect of mskflow: ZeroDivisionError: one; --debug shows where"),
        (15, 2, "a.b: is wrong; make it right"),
        (16, 3, "another command holds results"),
        (17, 4, "3 replications failed"),
    ],
)
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
    assert studies.asked == [
        ("integrated", 3, "json", "mskflow run integrated run.seed=3 run.progress=json 'out=my results'")
    ]
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
    assert mskflow("run integrated run.seed=7 --cfg job") == 0
    assert yaml.safe_load(capsys.readouterr().out) == configuration_of("integrated", ["run.seed=7"])
    assert mskflow("run --cfg job --package workforce.gp") == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"wte": 2.5}
    assert mskflow("run --cfg job --package workforce.gq") == 2 and mskflow("run --cfg job run.yeers=3") == 2
    capsys.readouterr()
    assert mskflow("check integrated --cfg hydra -p hydra.job") == 0
    assert "mskflow" in capsys.readouterr().out
    assert not studies.asked and os.listdir(".") == []


def test_hydras_own_information(tree):
    code = (
        "from pathlib import Path; from sim.app.configuration.files import shipped; from sim.app import cli; "
        f"shipped.root = lambda: Path({str(tree)!r}); "
    )
    code += "cli.main(['run', '--info', 'defaults'])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=True
    )
    assert "scenarios/integrated" in done.stdout and done.stderr == ""


def test_a_reader_who_leaves_is_no_trouble():
    for words in ([], ["run", "--help"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
        )
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait(timeout=120) == (5 if words else 0)
        process.stderr.close()
