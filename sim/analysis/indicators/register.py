"""The register of indicators, in the order in which they are reported."""

import math

from sim.analysis.reading import Reading

INDICATORS: dict[str, tuple[str, object]] = {}


def indicator(name: str, unit: str):
    """Register a function Reading -> {group: value} as the indicator `name`, in `unit`."""

    def enter(function):
        INDICATORS[name] = (unit, function)
        return function

    return enter


def measure(reading: Reading) -> list[tuple[str, str, float, str]]:
    """(kpi, group, value, unit) of every indicator; a value that cannot be known is NaN."""
    rows = []
    for name, (unit, function) in INDICATORS.items():
        for group, value in function(reading).items():
            value = float(value)
            rows.append((name, group, value if math.isfinite(value) else math.nan, unit))
    return rows
