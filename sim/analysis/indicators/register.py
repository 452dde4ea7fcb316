"""The register of indicators, in the order in which they are reported."""

import math

from sim.analysis.reading.reading import Reading, remembered

INDICATORS: dict[str, tuple[str, object]] = {}
_UNITS_OF: dict[str, object] = {}


def indicator(name: str, unit: str, unit_of=None):
    """Register a function Reading -> {group: value} as the indicator `name`, in `unit`;
    `unit_of`: group -> unit, where they differ. Of everybody the group is `all`; NaN is what cannot be known."""

    def enter(function):
        INDICATORS[name] = (unit, function)
        _UNITS_OF[name] = unit_of or (lambda group: unit)
        return function

    return enter


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
