"""Is nobody's time given twice, and does every staff group exist that is named?"""

from sim.domain.coherence.common import TOLERANCE
from sim.domain.faults import Fault, nearest


def staff_holds(scenario):
    given: dict[str, float] = {}
    for name, service in scenario.pathway.services.items():
        for group, share in (service.capacity.staff if hasattr(service, "capacity") else {}).items():
            if group not in scenario.workforce:
                yield Fault(f"pathway.services.{name}.capacity.staff.{group}", "is not a staff group", nearest(group, scenario.workforce))
            given[group] = given.get(group, 0.0) + share
    for group, share in given.items():
        if share > 1 + TOLERANCE:
            yield Fault(f"workforce.{group}", f"{share:.0%} of its sessions are shared out", "the shares of one group may not pass 100%")
    for group, staff in scenario.workforce.items():
        for source in staff.moved_from:
            if source not in scenario.workforce:
                yield Fault(f"workforce.{group}.moved_from.{source}", "is not a staff group", nearest(source, scenario.workforce))
