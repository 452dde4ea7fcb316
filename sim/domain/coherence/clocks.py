"""Rules of waiting-time clocks: each is of something that happens here."""

from collections.abc import Iterator

from sim.domain.faults import Fault
from sim.domain.scenario import Scenario


def clocks_hold(scenario: Scenario) -> Iterator[Fault]:
    """A rule about services of a kind that there are none of does nothing; a wait that has run is of a list."""
    services, rules = scenario.pathway.services, scenario.pathway.clocks.rtt
    words = {service.rtt for service in services.values()}
    for key, word, changed in (
        ("active_monitoring", "monitoring", rules.active_monitoring != "stops"),
        ("another_provider", "another_provider", rules.another_provider != "carries"),
    ):
        if changed and word not in words:
            right = f"a service of rtt: {word}, or leave it out"
            yield Fault(f"pathway.clocks.rtt.{key}", "does nothing: no service is that", right)
    for name, stream in scenario.demand.elsewhere.items():
        service = services.get(stream.service)
        if stream.waited_weeks and service is not None and (service.only_time or service.walk_in):
            where = f"demand.elsewhere.{name}.waited_weeks"
            yield Fault(where, f"'{stream.service[:40]}' has no list to wait on", "a clinic's list")
