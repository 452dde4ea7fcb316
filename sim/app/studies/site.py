"""`mskflow docs`: says where the site of the documentation lies, and opens it for whoever sits in front of it.

A wheel has the site in it; in a clone `python -m bench.site` builds it.
"""

import sys
import webbrowser
from pathlib import Path

import sim
from sim.app.configuration.request import Request
from sim.domain.faults import Fault, ScenarioError

SITE = Path(sim.__file__).resolve().parent / "_docs" / "index.html"


def run(request: Request) -> int:
    """Prints the first page's path, and opens it where words go to a screen; 0. `ScenarioError` if there is none."""
    if request.scenario or request.overrides:
        raise ScenarioError(
            [Fault(str(request.scenario or request.overrides[0]), "docs takes no words", "mskflow docs")]
        )
    if not SITE.is_file():
        built = "in a clone: pip install -e '.[docs]', then python -m bench.site; the same pages lie in docs/"
        raise ScenarioError([Fault("docs", "the site is not built here", built)])
    print(SITE)
    if sys.stdout.isatty():
        webbrowser.open(SITE.as_uri())
    return 0
