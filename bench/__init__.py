"""The speed benchmark: one pathway, three simulators, visits per CPU second."""
