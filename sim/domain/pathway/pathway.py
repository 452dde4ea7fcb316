"""A pathway as data: services, each of its kind, with named rules."""

from dataclasses import dataclass, field

from sim.domain.pathway.clocks import ClockSettings
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.while_waiting import Prevention, Recurrence, WhileWaiting
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Pathway(Settings):
    """`entry`: rules for who presents; `services`: name -> settings of its kind.

    `access_is_wait_at`: the service whose wait people hear about; `demand.induced` presents when it is short enough.
    `clocks`: what missed and cancelled appointments, monitoring and other providers do to waiting-time clocks.
    """

    services: dict[str, ServiceSettings]
    entry: Rules = field(default_factory=dict)
    while_waiting: WhileWaiting = field(default_factory=WhileWaiting)
    recurrence: Recurrence = field(default_factory=Recurrence)
    prevention: Prevention = field(default_factory=Prevention)
    access_is_wait_at: str | None = None
    clocks: ClockSettings = field(default_factory=ClockSettings)
