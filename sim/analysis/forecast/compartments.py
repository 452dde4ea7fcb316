"""The rule of compartments, to stand beside: people in whole months waited, who move on by one a month.

Each compartment loses a share of those who enter it: some treated, others who leave untreated, each in the mean of the
months. Treatments of all compartments together are held at their mean, where they are published. Working days and
seasons are not looked at. Written anew from what Wood (2022) describes.
"""

from collections.abc import Sequence

import numpy as np

from sim.analysis.flows.month import ListMonth


def are_months(edges: np.ndarray) -> bool:
    """Whether bands are whole months, as the rule has them."""
    return len(edges) > 2 and bool((abs(edges - np.arange(len(edges)) * 365.25 / 12) < 4).all())


def compartments(months: Sequence[ListMonth], ahead: int) -> list[np.ndarray]:
    """(bands,) people at the end of each month ahead; `months`: of bands of whole months."""
    waiting = np.array([month.waiting for month in months])
    told = all(month.starts is not None for month in months[1:])
    starts = [float(month.starts) for month in months[1:]] if told else [float(one[0]) for one in waiting[1:]]
    entered = np.array([_on(before, come) for before, come in zip(waiting, starts)])
    kept = waiting[1:] / np.maximum(entered, 1)
    treated = np.zeros_like(kept)
    stops = [month.stops for month in months[1:]]
    if all(one is not None for one in stops):
        treated = np.minimum(np.array(stops) / np.maximum(entered, 1), 1 - kept.clip(0, 1))
    share, others = treated.mean(axis=0), np.maximum(1 - kept - treated, -0.5).mean(axis=0)
    slots, come, now, found = (treated * entered).sum(axis=1).mean(), float(np.mean(starts)), waiting[-1], []
    for _ in range(ahead):
        there = _on(now, come)
        wanted = share * there
        given = wanted * (slots / wanted.sum()) if wanted.sum() > 0 else wanted
        now = np.maximum(there - others * there - given, 0)
        found.append(now)
    return found


def _on(waiting: np.ndarray, starts: float) -> np.ndarray:
    """(bands,) who enters each compartment: those of the one before, starts into the first; the last keeps its own."""
    entered = np.concatenate([[starts], waiting[:-1]])
    entered[-1] += waiting[-1]
    return entered
