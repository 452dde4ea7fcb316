"""Cost-effectiveness of a finished comparison: QALYs and prices drawn from their evidence, with no run made again.

Money is in proportion to each price, and QALYs to each loss and each net gain (`linear_pieces`), so what is not
known of these is laid over the replications afterwards.
What people and services do (demand, routes, times) stays as configured.
"""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.analysis.money import economics
from sim.analysis.reading.measured import LinearPieces
from sim.analysis.reading.tables import ACCEPTABILITY, ECONOMICS, PLANE, SOCIAL_RETURN
from sim.analysis.statistics.paired import interval
from sim.app.configuration.evidence import SET_BY_USER, numbers
from sim.domain.chance import Chance
from sim.domain.outcomes import by_need
from sim.domain.scenario import Scenario
from sim.domain.words import NEEDS

DRAWS = 1_000
PER_1000 = "per 1,000 residents a year"
LOSS, GAIN, NATURAL = (
    f"outcomes.{name}"
    for name in ("utility_loss_per_month_waited", "utility_gain_after_care", "natural_recovery_share_of_gain")
)
WORTH, RETURN = "outcomes.gbp_per_qaly", "outcomes.social_return_per_gbp"


class Beliefs:
    """Draws of the numbers of a configuration from their ranges: PERT with the mode at the value in use.

    Numbers on one row of evidence move together, in both scenarios. What has no range, or is the user's own, stays.
    """

    def __init__(self, assumed: pd.DataFrame, seed: int, draws: int):
        self._seed, self._draws, self._made = seed, draws, {}
        known = assumed.dropna(subset=["low", "high"])
        known = known[
            (known["status"] != SET_BY_USER)
            & (known["low"] <= known["value"])
            & (known["value"] <= known["high"])
            & (known["low"] < known["high"])
        ]
        self.ranges = {r.path: (r.low, r.value, r.high, f"{r.source}|{r.note}") for r in known.itertuples(index=False)}

    def of(self, path: str, value: float) -> np.ndarray:
        """(draws,) of the number at `path`."""
        if path not in self.ranges:
            return np.full(self._draws, float(value))
        low, mode, high, row = self.ranges[path]
        if row not in self._made:
            self._made[row] = Chance(self._seed, 0).generator(f"economics: {row}").random(self._draws)
        return economics.pert(self._made[row], low, mode, high)


def economics_tables(
    both: dict[str, tuple[Scenario, pd.DataFrame]], pieces: dict[str, list[LinearPieces]], draws: int = DRAWS
) -> dict[str, pd.DataFrame]:
    """The frames `plane`, `economics` and `acceptability` of a study.

    `both`: comparator first, then scenario: name -> (scenario, its numbers with their evidence); `pieces`: name ->
    `linear_pieces` of each replication, in one order. A draw takes the replications in turn.
    """
    base, drawn = {}, {}
    for name, (scenario, assumed) in both.items():
        one = _Linear(scenario, pieces[name])
        nothing = Beliefs(assumed.iloc[:0], scenario.run.seed, 1)
        base[name] = one.under(nothing, np.arange(one.replications))
        turn = np.arange(draws) % one.replications
        drawn[name] = one.under(Beliefs(assumed, scenario.run.seed, draws), turn)
    (old, new), (scenario, assumed) = base, list(both.values())[1]
    chance = tuple(b - a for a, b in zip(base[old], base[new], strict=True))
    believed = tuple(b - a for a, b in zip(drawn[old], drawn[new], strict=True))
    worths = _worths(scenario, assumed)
    plane = pd.DataFrame(
        {
            "draw": np.arange(draws),
            "replication": turn,
            "incremental_cost": believed[0],
            "incremental_qalys": believed[1],
        },
        columns=list(PLANE),
    )
    curve = pd.DataFrame(
        {"gbp_per_qaly": economics.THRESHOLDS, "share": economics.acceptability(*believed)}, columns=list(ACCEPTABILITY)
    )
    return {
        "plane": plane,
        "economics": pd.DataFrame(_summary(chance, believed, worths), columns=list(ECONOMICS)),
        "acceptability": curve,
    }


class _Linear:
    """One scenario's pieces as arrays, a row for each replication."""

    def __init__(self, scenario: Scenario, pieces: list[LinearPieces]):
        self._outcomes, self.replications = scenario.outcomes, len(pieces)
        self._loss, self._gain = (np.array([getattr(one, what) for one in pieces]) for what in ("loss", "gain"))
        self._paths = list(dict.fromkeys(path for one in pieces for path in one.cost))
        self._cost = np.array([[one.cost.get(path, 0.0) for path in self._paths] for one in pieces]).reshape(
            len(pieces), -1
        )
        known = numbers(scenario.config)
        self._price = {
            path: known.get(path, 0.0) for path in self._paths
        }  # rooms and one-off clinics have no one price

    def under(self, beliefs: Beliefs, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(draws,) pounds and QALYs per 1,000 residents a year of the replications `which`, a draw each."""
        pounds, qalys = np.zeros(len(which)), np.zeros(len(which))
        for column, path in enumerate(self._paths):
            price = self._price[path]
            pounds = pounds + self._cost[which, column] * (beliefs.of(path, price) / price if price else 1.0)
        loss, gain, natural = (
            by_need(said)
            for said in (
                self._outcomes.utility_loss_per_month_waited,
                self._outcomes.utility_gain_after_care,
                self._outcomes.natural_recovery_share_of_gain,
            )
        )
        for code, need in enumerate(NEEDS):
            net = beliefs.of(f"{GAIN}.{need}", gain[code]) * (1 - beliefs.of(f"{NATURAL}.{need}", natural[code]))
            qalys = (
                qalys
                + net * self._gain[which, code]
                - beliefs.of(f"{LOSS}.{need}", loss[code]) * self._loss[which, code]
            )
        return pounds, qalys


def _worths(scenario: Scenario, assumed: pd.DataFrame) -> list[float]:
    """What a QALY is worth, as set and at either end of its range."""
    row = assumed[assumed["path"] == WORTH]
    ends = [] if row.empty else [float(x) for x in row[["low", "high"]].iloc[0] if x is not None and math.isfinite(x)]
    return sorted({scenario.outcomes.gbp_per_qaly, *ends})


def _summary(chance, believed, worths: list[float]) -> Iterable[tuple]:
    """Rows of `ECONOMICS`: first as configured, over replications; then over draws of prices and effects as well."""
    cost, qalys = chance
    over = "as configured; interval: chance (replications)"
    yield "incremental_cost", f"pounds {PER_1000}", float(cost.mean()), *interval(cost), over
    yield "incremental_qalys", f"QALYs {PER_1000}", float(qalys.mean()), *interval(qalys), over
    ratio = economics.icer(cost, qalys)
    said = f"{ratio.quadrant}: {economics.QUADRANTS[ratio.quadrant]}"
    if math.isnan(ratio.value):
        said += "; so there is no ratio"
    else:
        said += "; ratio of means; " + (
            "Fieller's interval: chance"
            if math.isfinite(ratio.low)
            else "no interval: the difference in QALYs cannot be told from 0"
        )
    yield "icer", "pounds a QALY", ratio.value, ratio.low, ratio.high, said
    for worth in worths:
        net = economics.net_benefit(cost, qalys, worth)
        yield f"net_monetary_benefit_at_{worth:.0f}", f"pounds {PER_1000}", float(net.mean()), *interval(net), over
    cost, qalys = believed
    over = f"{len(cost):,} draws of prices and effects over the replications; interval: 2.5% to 97.5% of draws"
    for name, unit, values in (
        ("drawn_incremental_cost", f"pounds {PER_1000}", cost),
        ("drawn_incremental_qalys", f"QALYs {PER_1000}", qalys),
    ):
        yield name, unit, *_spread(values), over
    for worth in worths:
        net = economics.net_benefit(cost, qalys, worth)
        yield f"drawn_net_monetary_benefit_at_{worth:.0f}", f"pounds {PER_1000}", *_spread(net), over
        yield (
            f"probability_cost_effective_at_{worth:.0f}",
            "share",
            float((net > 0).mean()),
            math.nan,
            math.nan,
            "share of draws with a net benefit above 0",
        )
    for name, share in economics.quadrant_shares(cost, qalys).items():
        yield f"share_{name}", "share", share, math.nan, math.nan, f"share of draws: {economics.QUADRANTS[name]}"


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def social_return(kpis: pd.DataFrame, assumed: dict[str, pd.DataFrame], scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """What group programmes cost in the model, and beside it, added to nothing, the social value that others state."""
    rows = []
    for scenario in scenarios:
        own = kpis[
            (kpis["scenario"] == scenario.name) & (kpis["kpi"] == "group_programme_cost") & (kpis["group"] == "all")
        ]
        cost, each = float(own["value"].mean()), scenario.outcomes.social_return_per_gbp
        if not (cost > 0 and each):
            continue
        found = assumed[scenario.name]
        found = found[found["path"] == RETURN]
        low, high, source = (None, None, "") if found.empty else found[["low", "high", "source"]].iloc[0]
        rows.append((scenario.name, cost, each, low, high, cost * each, source or SET_BY_USER))
    return pd.DataFrame(rows, columns=list(SOCIAL_RETURN))
