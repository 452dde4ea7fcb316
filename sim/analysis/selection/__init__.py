"""Which of several scenarios is best, and which replications are wanted next to know it.

`KimNelson`: as many replications as it takes to be right with a given probability. `Ocba`: the best use of a given
number of them. Both say in `wanted` which (system, replication) they need, are told the values in any order, and go by
the order of replications alone. Systems and replications are numbered from 0.
"""

from sim.analysis.selection.kim_nelson import Dropped, KimNelson
from sim.analysis.selection.ocba import Ocba, allocation

__all__ = ["Dropped", "KimNelson", "Ocba", "allocation"]
