"""From what came of the draws to what is believed: a row for each indicator, money and health,
and what knowing more is worth."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.analysis.money import economics
from sim.analysis.statistics.information import evpi, with_interval
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.uncertainty import believed, better_in, covered, split, without_noise
from sim.analysis.words.indicator import HEADLINE, LOWER, MAIN, NEITHER, SETTLED, TABLE, about
from sim.app.studies.uncertainty.believed_runs import PointOutcomes, matrix
from sim.app.studies.uncertainty.drawn import drawn_of
from sim.app.studies.uncertainty.pair import BelievedPoints

UNCERTAINTY = (
    "kpi",
    "group",
    "unit",
    "better",
    "baseline",
    "scenario",
    "baseline_more_than",
    "scenario_more_than",
    "as_configured",
    "difference",
    "low",
    "high",
    "plain_low",
    "plain_high",
    "covers",
    "covers_low",
    "covers_high",
    "share_better",
    "share_better_low",
    "share_better_high",
    "share_equal",
    "share_undecided",
    "ignorance_share",
    "ignorance_share_low",
    "ignorance_share_high",
    "ignorance_sd",
    "chance_sd",
    "draws",
    "beyond",
)
DRAWS = ("draw", "path", "value")
INFORMATION = ("parameter", "kind", "source", "evppi", "low", "high", "share_of_evpi")
NET, QALYS = "net_monetary_benefit", "qalys_net"


@dataclass(frozen=True)
class Worth:
    """Per 1,000 residents a year, of each draw that is known (draws,): extra pounds, extra QALYs,
    and both with the noise of replications taken out; `gbp_per_qaly` as set; `evpi`: pounds for knowing everything."""

    cost: np.ndarray
    qalys: np.ndarray
    net: np.ndarray
    gbp_per_qaly: float
    evpi: float

    @property
    def acceptability(self) -> np.ndarray:
        """(thresholds,) share of draws worth their money."""
        return economics.acceptability(self.cost, self.qalys)

    @property
    def worth_it(self) -> float:
        """Share of draws worth their money at `gbp_per_qaly`: a point of the curve, and what the plane shows."""
        return float(economics.acceptability(self.cost, self.qalys, np.array([self.gbp_per_qaly]))[0])


def uncertainty_table(outcomes: PointOutcomes, draws: int, in_use: PointOutcomes | None = None) -> pd.DataFrame:
    """Rows `UNCERTAINTY`: the headline first, then the main indicators, then the others.
    `in_use`: with every number at its value in use."""
    keys = outcomes.table[["kpi", "group", "unit"]].drop_duplicates()
    keys = keys[~keys["kpi"].str.endswith(AT_LEAST)]
    order = {kpi: place for place, kpi in enumerate(dict.fromkeys((*MAIN, *TABLE)))}
    found = sorted(keys.itertuples(index=False), key=lambda key: (order[key.kpi], key.group == "all"))
    return pd.DataFrame([_row(outcomes, in_use, *key, draws) for key in found], columns=list(UNCERTAINTY))


def _row(outcomes: PointOutcomes, in_use: PointOutcomes | None, kpi: str, group: str, unit: str, draws: int) -> tuple:
    drawn, like = drawn_of(outcomes, kpi, group, draws), about(kpi)
    usual = drawn_of(in_use, kpi, group, 1).mean("difference") if in_use is not None else math.nan
    known = drawn.lowest[drawn.known]
    values = np.where(drawn.known[:, None], drawn.gap, math.nan)
    parts = split(np.repeat(np.arange(draws), drawn.gap.shape[1]), values.ravel())
    if drawn.long:  # what is known is of the short ones
        parts = replace(parts, ignorance=math.nan, chance=math.nan, low=math.nan, high=math.nan)
        quiet = plain = drawn.lowest[drawn.told], drawn.highest[drawn.told]
    else:
        quiet, plain = (without_noise(parts),), (parts.means,)
    share = better_in(drawn.lowest[drawn.told], like.better == LOWER, drawn.highest[drawn.told])
    shares = (share.better, share.low, share.high, share.equal, share.undecided)
    over = covered(len(quiet[0]))
    return (
        kpi,
        group,
        unit,
        like.better,
        drawn.mean("baseline"),
        drawn.mean("scenario"),
        drawn.more_than("baseline"),
        drawn.more_than("scenario"),
        usual,
        math.nan if drawn.long else parts.mean,
        *believed(*quiet),
        *believed(*plain),
        over.mean,
        over.low,
        over.high,
        *(shares if like.better != NEITHER else (math.nan,) * len(shares)),
        *((math.nan,) * 3 if drawn.long else (parts.share, parts.low, parts.high)),
        math.sqrt(max(parts.ignorance, 0.0)) if parts.ignorance == parts.ignorance else math.nan,
        math.sqrt(parts.chance) if parts.chance == parts.chance else math.nan,
        len(known),
        drawn.long,
    )


def worth_of(outcomes: PointOutcomes, draws: int, gbp_per_qaly: float) -> tuple[Worth, np.ndarray]:
    """Money and health of the draws, and which draws they are of (draws,) bool."""
    net, qalys = (matrix(outcomes, kpi, "all", draws) for kpi in (NET, QALYS))
    known = np.isfinite(net).all(axis=1) & np.isfinite(qalys).all(axis=1)
    number = np.repeat(np.arange(known.sum()), net.shape[1])

    def quiet(values: np.ndarray) -> np.ndarray:
        return without_noise(split(number, values[known].ravel()))

    cost, health, benefit = quiet(gbp_per_qaly * qalys - net), quiet(qalys), quiet(net)
    return Worth(cost, health, benefit, gbp_per_qaly, evpi(benefit) if len(benefit) else math.nan), known


def information_table(
    worth: Worth, known: np.ndarray, points: BelievedPoints, net: np.ndarray, names=None, seed: int = 0
) -> pd.DataFrame:
    """Rows `INFORMATION`, pounds per 1,000 residents a year, the most first. `net` (draws,): net benefit of each draw;
    `names`: of these parameters only."""
    beliefs, columns, rows = points.pair.beliefs, {}, []
    for own in beliefs.numbers:
        for number in own:
            columns.setdefault(number.axis, number)
    place = {axis: column for column, axis in enumerate(beliefs.axes)}
    asked = [one for one in beliefs.parameters if names is None or one.name in names]
    for one in asked:
        x = np.column_stack([columns[axis].at(points.points[known][:, place[axis]]) for axis in one.axes])
        value, low, high = with_interval(net[known], x, len(asked), seed)
        rows.append(
            (one.name, one.kind, one.source, value, low, high, value / worth.evpi if worth.evpi > 0 else math.nan)
        )
    rows.sort(key=lambda row: (-row[3], row[0]))
    return pd.DataFrame(rows, columns=list(INFORMATION))


def draws_table(points: BelievedPoints) -> pd.DataFrame:
    """Rows `DRAWS`; shares as they were drawn, before they are made to add to 1."""
    rows = [(place, path, value) for place in range(len(points)) for path, value in points.values(place).items()]
    return pd.DataFrame(rows, columns=list(DRAWS))


def headline_row(table: pd.DataFrame, group: str):
    """The row that the first sentence is about; None where no draw knows it. `group`: whom days are told of, in runs
    so short that nobody is followed for the headline's weeks."""
    for kpi, which in ((HEADLINE, "all"), (SETTLED, group)):
        own = table[(table["kpi"] == kpi) & (table["group"] == which)]
        if not own.empty and own[["draws", "beyond"]].iloc[0].sum() > 0:
            return next(own.itertuples(index=False))
    return None


__all__ = [
    "DRAWS",
    "INFORMATION",
    "UNCERTAINTY",
    "Worth",
    "draws_table",
    "headline_row",
    "information_table",
    "uncertainty_table",
    "worth_of",
]
