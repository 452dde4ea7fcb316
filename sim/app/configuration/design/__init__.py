"""Designs: the points of an experiment from a table, or from a few lines that say how to make one."""
