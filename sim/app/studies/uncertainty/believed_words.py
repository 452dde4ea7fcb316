"""What is believed, in words."""

import math

import pandas as pd

from sim.analysis.figures.believed import Belief, Believed, believed_picture
from sim.analysis.figures.worth import Drawn, worth_picture
from sim.analysis.money.economics import QUADRANTS, quadrant_shares
from sim.analysis.words.amounts import finer, more_than, number, size, span
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import MAIN, about
from sim.analysis.words.plain import plain, tidy
from sim.app.pages.document import Column, Table, numbers
from sim.app.studies.uncertainty.believed_runs import PointOutcomes
from sim.app.studies.uncertainty.drawn import drawn_of
from sim.app.studies.uncertainty.pair import BelievedPoints, Pair
from sim.app.studies.uncertainty.results import Worth, headline_row
from sim.app.studies.uncertainty.telling import Telling

ENOUGH = 39
"""Draws from which on the range may hold 95% on average: of fewer, the least and the most hold less."""
FEW = 10
"""Parameters that the table of information names at most."""


def telling_of(
    points: BelievedPoints, outcomes: PointOutcomes, table: pd.DataFrame, worth: Worth, information: pd.DataFrame
) -> Telling:
    """`table`, `information`: see `results`."""
    pair, draws = points.pair, len(points)
    scenario = pair.scenario
    row = headline_row(table, outcomes.group)
    drawings = (_picture(points, outcomes, table, row), *([_worth(points, worth)] if len(worth.net) > 1 else []))
    return Telling(
        kind="uncertainty",
        title=f"{scenario.title or scenario.name}: what we believe possible",
        question=scenario.question,
        about=about_pair(points),
        headline=headline(row, titles_of(pair)),
        sentences=tuple(_sentences(points, outcomes, table, row, worth, information)),
        tables=(_indicators(table, pair.names, outcomes), (information_of(information, worth, draws), 0)),
        drawings=drawings,
    )


def titles_of(pair: Pair) -> tuple[str, str]:
    """The comparator's and the scenario's."""
    return tidy(pair.baseline.title or pair.baseline.name, 60), tidy(pair.scenario.title or pair.scenario.name, 60)


def about_pair(points: BelievedPoints) -> str:
    """Place, comparator, start and length on a line."""
    scenario, baseline = points.pair.scenario, points.pair.baseline
    return " · ".join(
        part
        for part in (
            tidy(scenario.place.name),
            f"against: {tidy(baseline.title or baseline.name)}",
            f"from {scenario.calendar.start_date}",
            f"{scenario.run.years:g} year{'s' * (scenario.run.years != 1)} simulated",
            f"{scenario.place.scale:g} of the place's size" if scenario.place.scale != 1 else "",
        )
        if part
    )


def headline(row, names: tuple[str, str]) -> str:
    """The answer in a sentence."""
    if row is None or math.isnan(row.share_better) or row.share_undecided == 1:
        return (
            f"Whether {names[1]} is better than {names[0]} nobody can say: too few people had got so "
            "far by the end of any draw."
        )
    least = "at least " if row.share_undecided else ""
    return f"{names[1]} is better than {names[0]} in {least}{row.share_better:.0%} of what we believe possible."


def _sentences(
    points: BelievedPoints, outcomes: PointOutcomes, table: pd.DataFrame, row, worth: Worth, information: pd.DataFrame
):
    pair = points.pair
    if row is not None:
        judged = row.draws + row.beyond
        undecided = (
            f" In {row.share_undecided:.0%} nobody can say, since it is long in both or in the better one."
            if row.share_undecided
            else ""
        )
        yield (
            f"Judged by: {about(row.kpi).words} ({group_words(row.group)}). Draws that are equal do not count as "
            f"better: {row.share_equal:.0%} are.{undecided} With so few draws, the share may lie between "
            f"{row.share_better_low:.0%} and {row.share_better_high:.0%} (95%, {judged} draws)."
        )
        if math.isfinite(row.as_configured):
            yield (
                "As configured, with every number at its value in use, the difference is "
                f"{size(row.kpi, row.as_configured)}."
            )
        if row.beyond:
            yield (
                f"In {row.beyond} draws too few reached it by the end of the run in one of the two. It is long in "
                "these, so that no mean over the others is told, and the range has them with what they are more than: "
                + (
                    f"the one of {believe(row)} reaches further than people were followed, on both sides."
                    if math.isinf(row.low) and math.isinf(row.high)
                    else f"{believe(row)}, {span(row.kpi, row.low, row.high)}."
                )
            )
        else:
            yield (
                f"Over the draws it is {size(row.kpi, row.difference)}; {believe(row)}, with the luck of replications "
                f"taken out: {span(row.kpi, row.low, row.high)} (left in: "
                f"{span(row.kpi, row.plain_low, row.plain_high)})."
            )
        yield (
            f"From {judged} draws such a range holds {row.covers:.0%} of what we believe on average, and in 95 of 100 "
            f"cases between {row.covers_low:.0%} and {row.covers_high:.0%}"
            + (f"; for 95% on average it takes {ENOUGH} draws." if judged < ENOUGH else ".")
        )
        if row.ignorance_share == row.ignorance_share:
            yield (
                f"Of the variance of a single run, {row.ignorance_share:.0%} is ignorance, which better evidence "
                f"would take away (95% interval {row.ignorance_share_low:.0%} to {row.ignorance_share_high:.0%}); "
                "the rest is chance, which no evidence takes away."
            )
    if len(worth.net):
        shares = quadrant_shares(worth.cost, worth.qalys)
        most = max(shares, key=shares.get)
        yield (
            f"Money and health: {QUADRANTS[most]} in {shares[most]:.0%} of draws; worth its money in "
            f"{worth.worth_it:.0%} at £{worth.gbp_per_qaly:,.0f} a QALY. Knowing everything would be worth "
            f"£{worth.evpi:,.0f} per 1,000 residents a year."
        )
    numbers = len({n.path for own in pair.beliefs.numbers for n in own})
    yield (
        f"Drawn together: {len(pair.beliefs.parameters)} parameters ({numbers} numbers with a range), alike in both "
        "scenarios. Held: staff in post, rooms, group sizes and whatever else is a decision; so a draw with more "
        "demand has the same staff, and what is spent is not made equal draw by draw."
    )
    if outcomes.impossible:
        first = next(iter(outcomes.impossible.items()))
        yield (
            f"{len(outcomes.impossible)} of {len(points)} draws cannot be and are left out; draw {first[0]}: {first[1]}"
        )


def believe(row) -> str:
    """`95% of what we believe`, or as much of it as the range of so few draws holds."""
    return f"{row.covers:.0%} of what we believe"


def _indicators(table: pd.DataFrame, names: tuple[str, str], outcomes: PointOutcomes) -> tuple[Table, int]:
    """The indicators, the main ones first, and how many these are."""
    known = table[table["draws"] + table["beyond"] > 0]
    asked = {(kpi, outcomes.group_of(kpi)) for kpi in MAIN}
    first = pd.Series([key in asked for key in zip(known["kpi"], known["group"], strict=True)], known.index, bool)
    rows = tuple(_indicator(row) for part in (known[first], known[~first]) for row in part.itertuples(index=False))
    columns = (
        Column("Indicator"),
        numbers(names[0]),
        numbers(names[1]),
        Column("as configured"),
        Column("difference"),
        Column(believe(table.loc[(table["draws"] + table["beyond"]).idxmax()]) if len(table) else "range"),
        numbers("better in"),
        numbers("ignorance"),
    )
    return (
        Table(
            "What we believe of each indicator",
            columns,
            rows,
            note="Means over draws and replications; as configured: the difference with every number at its value in "
            "use. The range is of draws, with the luck of replications taken out. Better in: share of draws; "
            "none where neither way is better. Ignorance: its share of the variance of a single run; the rest "
            "is chance. A time that is long in some draw has no mean and no ignorance, a range with that luck left in, "
            "and is better in at least so many.",
        ),
        int(first.sum()),
    )


def _indicator(row) -> tuple[str, ...]:
    like = about(row.kpi)
    words = like.words + ("" if row.group == "all" else f" ({group_words(row.group)})")
    levels = (
        more_than(row.kpi, least, bare=True)
        if math.isfinite(least)
        else number(row.kpi, value) + (like.mark if math.isfinite(value) else "")
        for value, least in ((row.baseline, row.baseline_more_than), (row.scenario, row.scenario_more_than))
    )
    extra = finer(row.kpi, row.difference, row.difference, row.difference)
    asis, mean = (
        size(row.kpi, value, more) if math.isfinite(value) else "–"
        for value, more in ((row.as_configured, 0), (row.difference, extra))
    )
    return (
        words,
        *levels,
        asis,
        mean,
        span(row.kpi, row.low, row.high),
        _better(row),
        share(row.ignorance_share),
    )


def _better(row) -> str:
    """Share of draws that are better; of a wait that is long in some, at least how many."""
    if row.share_undecided == 1:
        return "–"
    return ("at least " if row.share_undecided > 0 else "") + share(row.share_better)


def share(value: float) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.0%}"


def information_of(information: pd.DataFrame, worth: Worth, draws: int) -> Table:
    told = information[information["evppi"] > 0].head(FEW)
    rows = tuple(
        (label(row.parameter), f"£{row.evppi:,.0f}", f"£{row.low:,.0f} to £{row.high:,.0f}", share(row.share_of_evpi))
        for row in told.itertuples(index=False)
    )
    none = "" if rows else f"No single parameter has a value that {draws} draws can tell from 0. "
    return Table(
        "What knowing one parameter would be worth",
        (
            Column("Parameter"),
            numbers("£ per 1,000 residents a year"),
            numbers("95% interval"),
            numbers("of knowing everything"),
        ),
        rows,
        note=f"{none}Expected value of partial perfect information on net benefit at £{worth.gbp_per_qaly:,.0f} a "
        "QALY, by regression on the draws. A parameter is not named where its value is 0: knowing it would not "
        f"change which of the two is better, or {draws} draws cannot tell that it would.",
    )


def label(name: str) -> str:
    """`gp_accuracy` -> `Gp accuracy`, as a row of evidence may be said."""
    return plain(name.removeprefix("report.assumptions."))


def _picture(points: BelievedPoints, outcomes: PointOutcomes, table: pd.DataFrame, row):
    beliefs = []
    for kpi in MAIN:
        group = outcomes.group_of(kpi)
        own = table[(table["kpi"] == kpi) & (table["group"] == group)]
        if own.empty or not own["draws"].iloc[0]:
            continue
        drawn = drawn_of(outcomes, kpi, group, len(points))
        one = own.iloc[0]
        long = f"; {drawn.long} draws in which it is long have no mark" if drawn.long else ""
        beliefs.append(
            Belief(
                kpi,
                about(kpi).words + ("" if group == "all" else f" ({group_words(group)})") + long,
                drawn.lowest[drawn.known],
                one["difference"],
                one["low"],
                one["high"],
            )
        )
    return believed_picture(
        Believed(
            tuple(beliefs),
            headline(row, points.pair.names).rstrip("."),
            f"Each mark is a draw of everything that is not known: {points.pair.names[1]} less "
            f"{points.pair.names[0]}, mean of {points.pair.scenario.run.replications} replications. Band: "
            f"{believe(table.loc[(table['draws'] + table['beyond']).idxmax()])}, the luck of replications taken out. "
            "Diamond: the mean.",
        )
    )


def _worth(points: BelievedPoints, worth: Worth):
    scenario, baseline = points.pair.scenario, points.pair.baseline
    return worth_picture(
        Drawn(
            worth.cost,
            worth.qalys,
            worth.gbp_per_qaly,
            tidy(scenario.title or scenario.name, 60),
            tidy(baseline.title or baseline.name, 60),
        )
    )
