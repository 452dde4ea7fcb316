"""Indicators from outside: of another package by an entry point, in every process; of a script in its own alone."""

import subprocess
import sys

import pytest

import sim
from sim.analysis.indicators.register import INDICATORS, indicator, only_here
from sim.app.running.work import refuse_own_indicators

SMALL = ("place.scale=0.01", "run.years=0.05")


def test_a_script_s_own_is_counted_in_its_process_and_refused_in_others():
    try:
        indicator("people_here", "people")(lambda reading: {"all": float(reading.n)})
        assert only_here() == ["people_here"]
        with pytest.raises(ValueError, match="people_here: registered by this script alone"):
            refuse_own_indicators()
        both = [sim.load(name, *SMALL) for name in ("integrated", "gp_referral")]
        assert "people_here" in set(sim.compare(*both, replications=1).kpis["kpi"])
        with pytest.raises(ValueError, match="people_here"):
            sim.compare(*both, replications=2, workers=2)
    finally:
        del INDICATORS["people_here"]
    refuse_own_indicators()


def test_another_package_offers_one_by_an_entry_point(tmp_path):
    (tmp_path / "others.py").write_text(
        "from sim.analysis.indicators.register import indicator\n"
        "indicator('people_there', 'people')(lambda reading: {'all': float(reading.n)})\n"
    )
    facts = tmp_path / "others-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[mskflow.indicators]\nothers = others\n")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from sim.analysis.indicators import INDICATORS\n"
        "from sim.analysis.indicators.register import only_here\n"
        "print('people_there' in INDICATORS, only_here())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"
