"""Shares that add to 1 (where people are sent, what they have, who they are),
and how they stay so when some are drawn."""

from collections.abc import Iterator

from sim.domain.coherence.common import TOLERANCE

_HOLDERS = ("to", "shares", "needs")


def mixtures(value, path: str = "", above: str = "") -> Iterator[tuple[str, ...]]:
    """The dotted keys of the members of each mixture of a configuration."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict) and value:
        key = path.rpartition(".")[2]
        if (key in _HOLDERS or above == "shares_given") and _add_up(value.values()):
            yield tuple(f"{path}.{name}" for name in value)
        elif (
            key == "places"
            and path.startswith("start.")
            and all(isinstance(one, dict) for one in value.values())
            and _add_up(one.get("share") for one in value.values())
        ):
            yield tuple(f"{path}.{name}.share" for name in value)
    for name, inner in inside:
        yield from mixtures(inner, f"{path}.{name}" if path else str(name), path.rpartition(".")[2])


def _add_up(values) -> bool:
    values = list(values)
    return (
        all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in values)
        and abs(sum(values) - 1) <= TOLERANCE
    )


def member(path: str) -> str:
    """What a number of a mixture is the share of: its last word that is a name."""
    words = path.split(".")
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
