"""How a changed place is told beside the place as it is."""

from collections.abc import Iterator, Sequence

import numpy as np

from sim.app.pages.document import Column, Sentence, Table, numbers
from sim.app.studies.forecast.foretold import ALL, NAMES
from sim.app.studies.forecast.what_if import REPLICATIONS, ChangedList

CHANGED = ("list", "whose", "month", "band", "as_it_is", "difference", "p10", "p50", "p90")


def rows_of(changed: Sequence[ChangedList]) -> Iterator[tuple[object, ...]]:
    """Of each list, month and band: people of the place as it is, the difference, and with the change."""
    for one in changed:
        told = one.ahead.told
        usual, then = told(one.part * one.ahead.ahead.likely), told(one.likely())
        low, high = ({k: np.percentile(v, p, axis=0) for k, v in told(one.paths()).items()} for p in (10, 90))
        for place, month in enumerate(one.ahead.ahead.months):
            for band in usual:
                digits = 4 if band in NAMES else 1
                values = (usual[band], then[band] - usual[band], low[band], then[band], high[band])
                where = (one.ahead.name, one.ahead.whose, month.name, band)
                yield (*where, *(f"{value[place]:.{digits}f}" for value in values))


def blocks_of(changes: Sequence[str], changed: Sequence[ChangedList]) -> Iterator[Sentence | Table]:
    """Nothing where nothing was changed."""
    if not changes:
        return
    if not changed:
        yield Sentence("Nothing to change: no list of the place is one of a service of its pathway.")
        return
    rows = []
    for one in changed:
        usual, then = (one.ahead.told(x)[ALL][-1] for x in (one.part * one.ahead.ahead.likely, one.likely()))
        low, high = np.percentile(one.ahead.told(one.paths())[ALL][:, -1], (10, 90))
        off = one.difference.sum(axis=2)[:, -1]
        least, most = off.min(), off.max()
        engine = one.today.sum(axis=2).mean(axis=0)[-1]
        cells = (usual, engine, off.mean())
        told = (f"{cells[0]:,.0f}", f"{cells[1]:,.0f}", f"{cells[2]:+,.0f}", f"{least:+,.0f} to {most:+,.0f}")
        rows.append((one.ahead.title, *told, f"{then:,.0f}", f"{low:,.0f} to {high:,.0f}"))
    heads = ("as it is, flows", "engine", "difference", f"of {REPLICATIONS} runs", "changed", "80%")
    title = f"The place's part, {changed[0].ahead.ahead.months[-1].name}, with {' '.join(changes)}"
    yield Table(title, (Column("list"), *map(numbers, heads)), tuple(rows))
    yield Sentence(
        "How unsure a list is comes from the flows, the difference from the engine, which runs both with the same "
        "people and luck. Where flows and engine are far apart, fit the place first: mskflow fit."
    )
