"""Shares that add to 1 (where people are sent, what they have, who they are),
and how they stay so when some are drawn."""

from collections.abc import Iterable, Iterator

from sim.domain.coherence.common import TOLERANCE

BY_WEEKS = "shares_by_weeks_waited"
_HOLDERS = ("to", "shares", "needs")


def mixtures(value, path: str = "", above: str = "") -> Iterator[tuple[str, ...]]:
    """The dotted keys of the members of each mixture of a configuration."""
    key = path.rpartition(".")[2]
    if isinstance(value, dict) and value:
        if (key in _HOLDERS or above == "shares_given") and _add_up(value.values()):
            yield tuple(f"{path}.{name}" for name in value)
        elif key == "places" and path.startswith("start.") and all(isinstance(one, dict) for one in value.values()):
            yield from _of_places(value, path)
    for name, inner in _inside(value):
        yield from mixtures(inner, f"{path}.{name}" if path else str(name), key)


def _inside(value) -> Iterable[tuple]:
    """(name or place, value) of what a value holds."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _of_places(places: dict, path: str) -> Iterator[tuple[str, ...]]:
    """The members of what a starting list is shared out by: one mixture, or one for each number of weeks waited."""
    if _add_up(one.get("share") for one in places.values()):
        yield tuple(f"{path}.{name}.share" for name in places)
    weeks = dict.fromkeys(week for one in places.values() for week in one.get(BY_WEEKS) or {})
    for week in weeks:
        if _add_up((one.get(BY_WEEKS) or {}).get(week) for one in places.values()):
            yield tuple(f"{path}.{name}.{BY_WEEKS}.{week}" for name in places)


def _add_up(values) -> bool:
    values = list(values)
    return (
        all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in values)
        and abs(sum(values) - 1) <= TOLERANCE
    )


def member(path: str) -> str:
    """What a number of a mixture is the share of: its last word that is a name."""
    words = path.split(".")
    if words[-2:-1] == [BY_WEEKS]:
        return words[-3]
    return words[-2] if words[-1] == "share" else words[-1]


def settled(shares: dict[str, float], drawn: set[str]) -> dict[str, float]:
    """Shares that add to 1 and lie in 0..1, near those given (which are at least 0), of which some were drawn.

    Those that were not drawn give way, in proportion; where they cannot, or there are none,
    all are divided by their sum.
    """
    free = {path: share for path, share in shares.items() if path not in drawn}
    fixed, room = sum(shares[path] for path in shares if path in drawn), sum(free.values())
    if room > 0 and fixed <= 1:
        return {path: share * (1 - fixed) / room if path in free else share for path, share in shares.items()}
    whole = fixed if room > 0 else fixed + room
    if whole <= 0:
        return shares
    return {path: 0.0 if room > 0 and path in free else share / whole for path, share in shares.items()}
