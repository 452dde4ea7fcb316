"""What moves the answer, in words."""

import math

import pandas as pd

from sim.analysis.figures.tornado import Bar, Tornado, tornado_picture
from sim.analysis.statistics.multiplicity import holm
from sim.analysis.statistics.paired import CONFIDENCE
from sim.analysis.words.amounts import number
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import about
from sim.analysis.words.plain import tidy
from sim.app.pages.document import Column, Table, numbers
from sim.app.studies.uncertainty.belief_kinds import KINDS
from sim.app.studies.uncertainty.believed_runs import PointOutcomes
from sim.app.studies.uncertainty.believed_words import about_pair, information_of, label
from sim.app.studies.uncertainty.pair import BelievedPoints
from sim.app.studies.uncertainty.parameter_moves import Movers
from sim.app.studies.uncertainty.results import Worth
from sim.app.studies.uncertainty.telling import Telling

SHOWN, LISTED = 10, 25


def telling_of(
    points: BelievedPoints,
    moves: Movers,
    outcomes: PointOutcomes,
    worth: Worth | None,
    information: pd.DataFrame | None,
    draws: int,
) -> Telling:
    """`worth`, `information`: of the draws beside the moves; None without them."""
    scenario = points.pair.scenario
    own = moves.table[moves.table["kpi"] == moves.kpi].sort_values("rank")
    tables = [
        _table(moves, kpi, group)
        for kpi, group in moves.table[["kpi", "group"]].drop_duplicates().itertuples(index=False)
    ]
    if information is not None:
        tables.append((information_of(information, worth, draws), 0))
    return Telling(
        kind="sensitivity",
        title=f"{scenario.title or scenario.name}: what moves the answer",
        question=scenario.question,
        about=about_pair(points),
        headline=headline(own, moves),
        sentences=tuple(_sentences(points, moves, outcomes)),
        tables=tuple(tables),
        drawings=(_tornado(moves, own),) if own["mu_star" if moves.morris else "total"].notna().any() else (),
    )


def headline(own: pd.DataFrame, moves: Movers) -> str:
    """What matters most, in a sentence."""
    if own.empty:
        return "What moves the answer nobody can say: at too few points is any indicator known."
    index = "mu_star" if moves.morris else "total"
    told = own.assign(p_holm=holm(own["p"]))  # so many parameters: some would stand out by luck
    named = [one for one in told.itertuples(index=False) if getattr(one, index) > 0 and one.p_holm <= 1 - CONFIDENCE][
        :3
    ]
    if not named:
        return "No parameter moves the difference by more than the luck of so few replications can explain."
    return (
        "What moves the difference, and by more than luck explains: "
        f"{', '.join(f'{_name(one.parameter)} ({_size(one, moves)})' for one in named)}."
    )


def _name(parameter: str) -> str:
    return KINDS[parameter][0] if parameter in KINDS else label(parameter)


def _size(one, moves: Movers) -> str:
    if not moves.morris:
        return f"{one.total:.0%} of the variance that ignorance makes, with its interactions"
    return f"{number(one.kpi, one.mu_star)} {about(one.kpi).points or about(one.kpi).unit}"


def _sentences(points: BelievedPoints, moves: Movers, outcomes: PointOutcomes):
    scenario, baseline = points.pair.scenario, points.pair.baseline
    for kpi, group, count in moves.long:
        yield (
            f"{about(kpi).words} ({group_words(group)}) is not told: at {count} of {len(points)} points too few "
            "reached it by the end of the run. It is long there, and what moves it at the others is of the short ones."
        )
    if not moves.kpi:
        return
    yield (
        f"Of: {scenario.name} less {baseline.name}, {about(moves.kpi).words} ({group_words(moves.group)}). The "
        "other indicators are in the tables."
    )
    if moves.morris:
        kinds = bool(set(moves.table["parameter"]) & set(KINDS))
        what = (
            "all parameters of a kind go over the middle 95% of their ranges, each its own way"
            if kinds
            else "one parameter goes over the middle 95% of its range"
        )
        yield (
            f"Each figure is the mean size of the change as {what}, wherever the others are ({moves.whole} of "
            f"{moves.of} trajectories know it throughout), with the noise of replications taken out. A screening: it "
            "says what to look at, not shares of a variance."
        )
    else:
        yield (
            f"Shares of the variance between draws ({moves.whole} of {moves.of} base points know the outcome "
            "throughout): alone, and with all interactions. The noise of replications is taken out; estimates of so "
            "few points may lie below 0 or above 100%, and their intervals say how far to trust them."
        )
    yield (
        "Moved alike in both scenarios, and in the same replications, so that points differ by what was moved. "
        "Staff in post and all other decisions are held."
    )
    if outcomes.impossible:
        first = next(iter(outcomes.impossible.items()))
        yield (
            f"{len(outcomes.impossible)} of {len(points)} points cannot be and are left out; point {first[0]}: "
            f"{first[1]}"
        )


def _table(moves: Movers, kpi: str, group: str) -> tuple[Table, int]:
    """What moves one indicator, and how many of the rows are for the terminal."""
    own = moves.table[(moves.table["kpi"] == kpi) & (moves.table["group"] == group)].sort_values("rank")
    like = about(kpi)
    rows = tuple(_row(one, moves) for one in own.head(LISTED).itertuples(index=False))
    left = len(own) - len(rows)
    table = Table(
        tidy(like.words) + ("" if group == "all" else f" ({group_words(group)})"),
        _columns(moves, like.points or like.unit),
        rows,
        note=f"And {left} more in sensitivity.csv." if left > 0 else "",
    )
    return table, SHOWN if kpi == moves.kpi else 0


def _columns(moves: Movers, unit: str) -> tuple[Column, ...]:
    if moves.morris:
        told = (f"moves it by ({unit})", "95% interval", "noise left in", "bend or interaction")
        return (Column("Parameter"), *map(numbers, told), Column("range"))
    told = ("alone", "95% interval", "with interactions", "95% interval", "noise left in")
    return (Column("Parameter"), *map(numbers, told))


def _row(one, moves: Movers) -> tuple[str, ...]:
    def shown(*values) -> str:
        if any(math.isnan(value) for value in values):
            return "–"
        return " to ".join(number(one.kpi, value) if moves.morris else f"{value:.0%}" for value in values)

    if moves.morris:
        return (
            _name(one.parameter),
            shown(one.mu_star),
            shown(one.mu_star_low, one.mu_star_high),
            shown(one.plain_mu_star),
            shown(one.sigma),
            _range(one),
        )
    return (
        _name(one.parameter),
        shown(one.first),
        shown(one.first_low, one.first_high),
        shown(one.total),
        shown(one.total_low, one.total_high),
        shown(one.plain_total),
    )


def _range(one) -> str:
    if math.isnan(one.low):
        return one.path
    return (
        f"{one.low:g} to {one.high:g} times each number of the table"
        if one.factor
        else f"{one.low:g} to {one.high:g} (in use: {one.value:g})"
    )


def _tornado(moves: Movers, own: pd.DataFrame):
    like = about(moves.kpi)
    index, other = ("mu_star", "plain_mu_star") if moves.morris else ("total", "first")
    factor = like.factor if moves.morris else 100.0
    bars = tuple(
        Bar(
            _name(one.parameter),
            getattr(one, index) * factor,
            getattr(one, f"{index}_low") * factor,
            getattr(one, f"{index}_high") * factor,
            getattr(one, other) * factor,
        )
        for one in own.itertuples(index=False)
        if math.isfinite(getattr(one, index))
    )
    axis = (
        f"mean size of the change, {like.points or like.unit}"
        if moves.morris
        else "% of the variance that ignorance makes, with interactions"
    )
    return tornado_picture(
        Tornado(
            bars,
            axis,
            "with the noise of replications left in" if moves.morris else "alone",
            headline(own, moves).rstrip("."),
            f"{like.words}: what each parameter does to the difference between the two scenarios.",
        )
    )
