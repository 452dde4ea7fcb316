"""Figures of a finished study. To add one: a function with `@figure(name, title)` in a module of this package.

What draws is imported when something is to be drawn: matplotlib is slow to import, and what is only read needs none.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from sim.analysis.reading.tables import Study

if TYPE_CHECKING:
    from sim.analysis.figures.register import Drawer, Drawing

__all__ = ["FIGURES", "draw_all", "drawings", "pngs", "registered"]


def registered() -> "dict[str, Drawer]":
    """Every figure's drawer by its name."""
    for module in sorted(m.name for m in iter_modules(__path__)):
        import_module(f"{__name__}.{module}")
    return import_module(f"{__name__}.register").FIGURES


def drawings(study: Study) -> "tuple[Drawing, ...]":
    """Every figure that the study has data for."""
    known = registered()
    drawing = import_module(f"{__name__}.register").drawing
    with import_module(f"{__name__}.style").styled():
        drawn = [drawing(known[name], study) for name in sorted(known)]
    return tuple(d for d in drawn if d is not None)


def draw_all(study: Study) -> dict[str, str]:
    """Figure name -> a stand-alone SVG."""
    return {d.name: d.svg for d in drawings(study)}


def pngs(study: Study) -> dict[str, bytes]:
    """Figure name -> a PNG of it, 200 dots an inch, for what cannot hold an SVG."""
    known = registered()
    png = import_module(f"{__name__}.register").png
    with import_module(f"{__name__}.style").styled():
        drawn = {name: png(known[name], study) for name in sorted(known)}
    return {name: data for name, data in drawn.items() if data is not None}


def __getattr__(name: str) -> Any:
    """FIGURES, filled when it is asked for."""
    if name == "FIGURES":
        return registered()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
