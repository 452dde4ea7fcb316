"""What does not hold together, less what only follows from a fault that is told already: one mistake is one line."""

import re

from sim.domain.coherence import NO_WAY_OUT, incoherent
from sim.domain.faults import Fault
from sim.domain.scenario import Scenario

_FOLLOWS = (  # where a fault is known, what another says, and whether that one has to be about the same service
    (r"pathway\.", f"^{NO_WAY_OUT}", False),  # with rules or a service that cannot be read nobody knows where people go
    (r"pathway\.services\.\w+\.routes\b", "^no rule of routes", True),
    (r"pathway\.services\.\w+\.priority\b", "^has nobody left", True),
    (r"calendar\b|run\.(years|warm_up_days)\b|run$", "simulated day|first day|is not a stretch of", False),
    (r"workforce$", "staff group", False),
    (r"rooms$", "set of rooms", False),
)


def incoherent_beside(scenario: Scenario, known: list[Fault]) -> list[Fault]:
    """What does not hold together, but for the parts in which other faults are `known`."""
    lost = _lost(scenario, known)
    return [
        fault
        for fault in incoherent(scenario)
        if not any(_beside(fault.where, other.where) or _follows(fault, other.where) for other in known)
        and not (lost and lost & _named_at(fault, scenario.config))
    ]


def _follows(fault: Fault, known: str) -> bool:
    """Whether a fault may be there only because what is `known` could not be read."""
    for place, what, same in _FOLLOWS:
        if re.match(place, known) and re.search(what, fault.what):
            return not same or fault.where.split(".")[:3] == known.split(".")[:3]
    return False


def _lost(scenario: Scenario, known: list[Fault]) -> set[str]:
    """Services, staff and rooms that cannot be read at all: what refers to them is not looked at."""
    whole = {fault.where.rpartition(".") for fault in known}
    services = {name for block, _, name in whole if block == "pathway.services"}
    services |= {
        block.rpartition(".")[2] for block, _, name in whole if block.startswith("pathway.services.") and name == "kind"
    }
    given = {key: scenario.config.get(key) for key in ("workforce", "rooms")}
    return services | {
        name
        for key, part in given.items()
        if isinstance(part, dict)
        for name in part
        if name not in getattr(scenario, key)
    }


def _named_at(fault: Fault, config: dict) -> set[str]:
    """Names in what a fault says, and in the block that it is about."""
    way = fault.where.split(".")
    here = config
    for key in way[:-1]:
        here = here.get(key) if isinstance(here, dict) else None
    said = [one for one in here.values() if isinstance(one, str)] if isinstance(here, dict) else []
    return {*way, *said, *re.findall("'([^']+)'", fault.what)}


def _beside(where: str, known: str) -> bool:
    """Whether a fault is about the part of the configuration in which another was found already."""
    block = known.rpartition(".")[0] or known
    if where.endswith(".capacity") and known.startswith(f"{where}."):
        return True  # in how many ways it is given, nobody knows while one of them cannot be read
    if known.startswith(f"{where}.") and where.count(".") > 0:
        return True  # of a block of which a part is not known
    return where in (known, block) or where.startswith(f"{block}.")
