"""Indicators: one decorated function each; `measure` runs them all on one replication."""

from sim.analysis.indicators import access, drop_ins, hospital, lists, money, primary, priority  # noqa: F401  (they register themselves)
from sim.analysis.indicators.register import INDICATORS, measure

__all__ = ["INDICATORS", "measure"]
