"""What happens to people besides care: on lists, after it is over, and before it begins.
Each is off when empty or zero."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.quantities import Days, Share
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Recovery(Settings):
    """Natural recovery, one latent time an episode, from the day of presentation, for the needs named."""

    share_within_6_weeks: dict[str, Share] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrivateExit(Settings):
    """Going private while waiting: share within ten weeks of waiting, by IMD quintile word."""

    share_within_10_weeks: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class GpContact(Settings):
    """Asking the GP again while waiting on a list with `recontacts_gp`:
    `per_month_waited` visits to the clinic `service`.

    A side contact: it takes a follow-up slot there and moves nobody.
    """

    per_month_waited: Annotated[float, Ge(0), Le(30)] = 0.0
    service: str = "gp"


@dataclass(frozen=True)
class Worsening(Settings):
    """Need that rises while waiting on a list with `worsens`: one latent time an episode, counted in time waited.

    `share_within_26_weeks`: word of onset -> share whose need has risen after so much waiting; `to`: need -> the need
    that it becomes (needs not named stay).
    """

    share_within_26_weeks: dict[str, Share] = field(default_factory=dict)
    to: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WhileWaiting(Settings):
    """What may happen to people on the lists of a pathway; each is off when empty or zero."""

    recovery: Recovery = field(default_factory=Recovery)
    private_exit: PrivateExit = field(default_factory=PrivateExit)
    gp_contact: GpContact = field(default_factory=GpContact)
    worsening: Worsening = field(default_factory=Worsening)


@dataclass(frozen=True)
class Recurrence(Settings):
    """Coming back with the same problem as a new episode: `share` of those resolved, after `mean_days`.

    `ratio_after`: service -> how much less likely (below 1) for those who have gone through it in the episode.
    """

    share: Share = 0.0
    mean_days: Days = 180.0
    ratio_after: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Prevention(Settings):
    """New episodes that do not happen: `share_per_year` more of them each year from day 0, up to `at_most`."""

    share_per_year: Share = 0.0
    at_most: Share = 1.0
