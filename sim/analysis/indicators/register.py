"""The register of indicators, in the order in which they are reported."""

import math
from importlib.metadata import entry_points

from sim.analysis.reading.reading import Reading, remembered

INDICATORS: dict[str, tuple[str, object]] = {}
_UNITS_OF: dict[str, object] = {}
PACKAGES = "mskflow.indicators"
"""Entry points of this group name modules of other packages that register indicators when they are imported."""
_everywhere: set[str] = set()


def indicator(name: str, unit: str, unit_of=None):
    """Register a function Reading -> {group: value} as the indicator `name`, in `unit`;
    `unit_of`: group -> unit, where they differ. Of everybody the group is `all`; NaN is what cannot be known."""

    def enter(function):
        INDICATORS[name] = (unit, function)
        _UNITS_OF[name] = unit_of or (lambda group: unit)
        return function

    return enter


def load_packages() -> None:
    """Imports what other packages offer; what is registered so far is known in every process."""
    for point in entry_points(group=PACKAGES):
        point.load()
    _everywhere.update(INDICATORS)


def only_here() -> list[str]:
    """Indicators that this process alone knows: a script's own, which processes of their own would leave out."""
    return [name for name in INDICATORS if name not in _everywhere]


@remembered
def measured(reading: Reading, name: str) -> dict[str, float]:
    """group -> value of one indicator, worked out once a reading; a value that cannot be known is NaN."""
    values = {group: float(value) for group, value in INDICATORS[name][1](reading).items()}
    return {group: value if math.isfinite(value) else math.nan for group, value in values.items()}


def measure(reading: Reading) -> list[tuple[str, str, float, str]]:
    """(kpi, group, value, unit) of every indicator; a value that cannot be known is NaN."""
    return [
        (name, group, value, _UNITS_OF[name](group))
        for name in INDICATORS
        for group, value in measured(reading, name).items()
    ]
