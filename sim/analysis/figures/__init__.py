"""Figures of a finished study. To add one: a function with `@figure(name, title)` in a module of this package."""

from importlib import import_module
from pkgutil import iter_modules

from sim.analysis.figures.register import FIGURES, Drawing, drawing, figure
from sim.analysis.reading.tables import Study

for _module in sorted(m.name for m in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = ["FIGURES", "Drawing", "draw_all", "drawings", "figure"]


def drawings(study: Study) -> tuple[Drawing, ...]:
    """Every figure that the study has data for."""
    drawn = (drawing(FIGURES[name], study) for name in sorted(FIGURES))
    return tuple(d for d in drawn if d is not None)


def draw_all(study: Study) -> dict[str, str]:
    """Figure name -> a stand-alone SVG."""
    return {d.name: d.svg for d in drawings(study)}
