"""Indicators: one decorated function each; `measure` runs them all on one replication."""

from sim.analysis.indicators import (  # noqa: F401  (they register themselves)
    access,
    community,
    drop_ins,
    fairness,
    follow_ups,
    hospital,
    interface_clocks,
    lists,
    money,
    needed_care,
    outcomes,
    primary,
    priority,
    social_return,
    stops,
    tiers,
    unequal,
    within,
)
from sim.analysis.indicators.register import INDICATORS, load_packages, measure

load_packages()

__all__ = ["INDICATORS", "measure"]
