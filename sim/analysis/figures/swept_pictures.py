"""The pictures that fit an experiment: a map of two settings or a line over one, and the points in order."""

from sim.analysis.figures.factor_line import factor_line
from sim.analysis.figures.heat_map import heat_map
from sim.analysis.figures.points_in_order import points_in_order
from sim.analysis.figures.register import Drawing
from sim.analysis.statistics.swept import Swept


def swept_pictures(swept: Swept) -> tuple[Drawing, ...]:
    """Those that there is something to draw for."""
    return tuple(one for one in (heat_map(swept), factor_line(swept), points_in_order(swept)) if one is not None)
