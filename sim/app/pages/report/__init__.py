"""The report for a board: one self-contained page made from a finished study."""

from sim.app.pages.report.page import render

__all__ = ["render"]
