"""Indicators: one decorated function each; `measure` runs them all on one replication."""

from sim.analysis.indicators import access, hospital, lists, money, primary  # noqa: F401  (they register themselves)
from sim.analysis.indicators.register import INDICATORS, measure

__all__ = ["INDICATORS", "measure"]
