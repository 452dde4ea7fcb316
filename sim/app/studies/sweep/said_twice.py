"""Settings that a sweep would put in one another's place: each has to be said once, or a point is not what it is
called."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hydra.core.override_parser.types import ChoiceSweep

from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault


class _Said(NamedTuple):
    """A word, whether it has several values, and the settings (dotted keys) that any of these puts in place."""

    word: str
    swept: bool
    places: tuple[str, ...]


def said_twice(task: Sequence, rows: Sequence[Sequence[str]], groups: Sequence[str], merged: bool) -> list[Fault]:
    """One fault for each word that sets again what another sets, if either is swept.

    `task`: parsed overrides; `rows`: of a design, whose columns are alike; `groups`: whose files are chosen before any
    value is set; `merged`: mappings of one key are laid over each other (else the sweeper takes the last).
    """
    said = [_of(override, groups, merged) for override in task]
    factors = [word.partition("=")[0] for word in (rows[0] if rows else ())]
    said += [_Said(f"design: {cut(factor)}", True, (factor.lstrip("+"),)) for factor in factors]
    faults = []
    for number, later in enumerate(said):
        for earlier in said[:number]:
            place = next(_both(earlier, later), None) if earlier.swept or later.swept else None
            if place is not None:
                what = f"sets {cut(place)}, which {cut(earlier.word)} sets too"
                faults.append(Fault(cut(later.word), what, "say each setting once: a point has one value of it"))
                break
    return faults


def _of(override, groups: Sequence[str], merged: bool) -> _Said:
    key, value = override.key_or_group, override.value()
    values = value.list if isinstance(value, ChoiceSweep) else [value]
    if key in groups and not any(isinstance(one, dict) for one in values):
        key = f"{key}="  # of a choice, and of nothing below that key
    places = [place for one in values for place in (_places(key, one) if merged else [key])]
    return _Said(override.input_line, override.is_sweep_override(), tuple(dict.fromkeys(places)))


def _places(key: str, value) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield key
        return
    for name, inner in value.items():
        yield from _places(f"{key}.{name}", inner)


def _both(one: _Said, other: _Said) -> Iterator[str]:
    """Settings that both put in place, or one the whole of and the other a part."""
    for a in one.places:
        for b in other.places:
            if f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}."):
                yield max(a, b, key=len).rstrip("=")
