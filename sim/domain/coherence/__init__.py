"""Does a scenario hold together? Rules lead somewhere, shares add to 1, staff is not given twice.

Every check yields `Fault`s in the words of the configuration; nothing is raised and nothing is changed.
"""

from collections.abc import Iterator

from sim.domain.coherence.arrivals import arrivals_hold
from sim.domain.coherence.capacity import capacities_hold
from sim.domain.coherence.clocks import clocks_hold
from sim.domain.coherence.dates import dates_hold
from sim.domain.coherence.demand import demand_holds
from sim.domain.coherence.outcomes import outcomes_hold
from sim.domain.coherence.rules import NO_WAY_OUT, returns, ways_out
from sim.domain.coherence.services import services_hold
from sim.domain.coherence.staff import staff_holds
from sim.domain.coherence.start import start_holds
from sim.domain.coherence.unused import unused
from sim.domain.coherence.waiting import waiting_holds
from sim.domain.faults import Fault
from sim.domain.scenario import Scenario


def incoherent(scenario: Scenario) -> Iterator[Fault]:
    """Yields every fault of a scenario whose parts are each well formed."""
    services = [*services_hold(scenario), *capacities_hold(scenario), *waiting_holds(scenario)]
    yield from services
    if not services:  # a word that is wrong would be told again as a circle
        circles = list(ways_out(scenario))
        yield from circles or returns(scenario)
    yield from staff_holds(scenario)
    yield from demand_holds(scenario)
    yield from arrivals_hold(scenario)
    yield from clocks_hold(scenario)
    yield from outcomes_hold(scenario)
    yield from start_holds(scenario)
    yield from dates_hold(scenario)


__all__ = ["NO_WAY_OUT", "incoherent", "unused"]
