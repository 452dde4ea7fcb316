"""Who is called and who is removed, by weeks waited: fitted to the months of a published list.

`python -m bench.chances FOLDER --list "Trauma and Orthopaedic" --provider RKB` reads the CSV files of FOLDER (the forms
of bench/published.py; the files stay where they are) and prints, for that list:

- the rates at which people leave it by weeks waited, as a table with 95% intervals over draws of the months. Exits come
  from the incomplete list alone: what is left of its bands a month later, working days taken into account. Stops only
  divide them into those with a stop, and removals;
- where a share of stops is admissions (`--admitted`, or Parts 1A and 2A), what the clinic's and the theatre's own rates
  would be, and how far that can be known;
- the settings as they go into conf/, and a row of evidence for each, fitted and called so.

`--origin 2024-11 --ahead 6` also foretells the list from that month, with rates fitted on the months up to it, beside
"as last month". `--weeks` sets the steps; those in which too few people wait are left out.

It is not the fit of `mskflow fit` (`sim.analysis.forecast.fitted`): rows of evidence would move with that one. Both
hold the same cohorts against the same bands (`sim.analysis.flows`), but ask something else. Here it is what the rates
of a whole year were, every month alike and each step by itself, since they describe Coventry as it was; there what they
are at the last month, older months counting less, held to their neighbours, and moving, since they foretell. For T&O of
the trust the chances of being called are 5.36, 0.57, 0.52 ... 3.91 here and 4.07, 0.91, 0.39 ... 4.16 there, at
twice as many steps.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.chances_rows import admitted_share, doors, settings, who_waits_for_what
from bench.published import ENGLAND, months_of
from sim.analysis.flows.ahead import months_ahead, starts_ahead
from sim.analysis.flows.chances import Chances, drawn_again, enough, people_by_step, span, working_a_day
from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.rates import Fit, Rates
from sim.domain.faults import Fault, ScenarioError

WEEKS = (0, 1, 9, 18, 26, 39, 48, 52)
WEEKS_COMMUNITY = (0, 4, 12, 18, 52)
"""Steps that begin where bands do: within a wide band nobody tells one from another. The first weeks are one step,
since referrals reach this return late: there are at times more people of one to two weeks than of up to one."""
HALF_LIFE = 3.0
"""Months after which a month counts half as much for what is foretold."""
WORKING_MONTH = 21
DRAWS, SEED = 100, 13


def table(fit: Fit, rates: Rates, drawn: Sequence[Rates], chances: Sequence[Chances]) -> str:
    """The rates by weeks waited, in percent of those waiting and a working month; `chances`: the fitted ones, and those
    `drawn`."""
    own, (low, high) = chances[0], span([one.called for one in chances[1:]])
    out_low, out_high = span([one.leaving for one in drawn])
    rows = [
        f"months {fit.months[0].name} to {fit.months[-1].name}, from the list of the month before; "
        f"{rates.starts.mean():.0f} start a month{'' if fit.months[0].starts is not None else ' (fitted)'}",
        "",
        "| weeks waited from | people | leave, % a working month | with a stop | removed | chance of being called |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for k, weeks in enumerate(rates.weeks):
        leave, least, most, stop, gone = (
            100 * -np.expm1(-rate * WORKING_MONTH)
            for rate in (rates.leaving[k], out_low[k], out_high[k], rates.stops[k], rates.removals[k])
        )
        removed = (
            "not told" if rates.stopped is None else f"{gone:.1f}{' (no fewer)' if rates.stopped[k] > 0.999 else ''}"
        )
        rows.append(
            f"| {weeks:g} | {own.people[k]:,.0f} | {leave:.1f} ({least:.1f} to {most:.1f}) | "
            f"{'not told' if rates.stopped is None else f'{stop:.1f}'} | {removed} | "
            f"{own.called[k]:.2f} ({low[k]:.2f} to {high[k]:.2f}) |"
        )
    return "\n".join(rows)


def foretold(months: list[ListMonth], weeks: Sequence[float], origin: str, ahead: int) -> str:
    """How far the bands are out, so many months after `origin`: flows, with starts told or foretold, and "as last"."""
    names = [month.name for month in months]
    if origin not in names or names.index(origin) < 3:
        raise ScenarioError([Fault("--origin", f"'{origin}' has no three months before it", f"{names[3]} or later")])
    at = names.index(origin)
    fit, then = Fit(months[: at + 1], weeks), months[at + 1 : at + 1 + ahead]
    weights = 0.5 ** (np.arange(len(fit))[::-1] / HALF_LIFE)
    rates = fit.rates(weights)
    a_day = starts_ahead(fit.months, rates.starts, weights)
    likely = [a_day * month.working.sum() for month in then]
    found = {"flows, starts foretold": months_ahead(fit.lists[-1], then, likely, rates)}
    if all(month.starts is not None for month in then):
        found["flows, starts told"] = months_ahead(fit.lists[-1], then, [month.starts for month in then], rates)
    found["as last month"] = [months[at].waiting] * len(then)
    rows = [
        "",
        f"From {origin}: mean error of bands in percent (in brackets: of people, by band)",
        "",
        "| months ahead | " + " | ".join(map(str, range(1, len(then) + 1))) + " |",
        "|---|" + "---:|" * len(then),
    ]
    for name, lists in found.items():
        off = [abs(one - month.waiting) for one, month in zip(lists, then)]
        cells = [
            f"{100 * np.mean(one / np.maximum(month.waiting, 1)):.1f} ({100 * one.sum() / month.waiting.sum():.1f})"
            for one, month in zip(off, then)
        ]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", required=True, help="treatment function or service, by name or code")
    parser.add_argument("--provider", default=ENGLAND, help="code, or a part of the name")
    parser.add_argument("--weeks", help="steps, as 0,1,9,18,26")
    parser.add_argument("--admitted", type=float, help="share of stops that are admissions, where Part 1A is not there")
    parser.add_argument("--origin", help="month to foretell from, as 2024-11")
    parser.add_argument("--ahead", type=int, default=6)
    parser.add_argument("--draws", type=int, default=DRAWS)
    try:
        asked = parser.parse_args(words)
        print(told_of(asked))
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def told_of(asked: argparse.Namespace) -> str:
    """All that is printed."""
    months = months_of(asked.folder, asked.list, asked.provider)
    usual = WEEKS if months[0].starts is not None else WEEKS_COMMUNITY
    weeks = enough(months, _weeks(asked.weeks) if asked.weeks else usual)
    fit, working = Fit(months, weeks), working_a_day(months)
    rates, people = fit.rates(), people_by_step(fit)
    drawn = drawn_again(fit, asked.draws, SEED)
    chances = [Chances.of(one, people, working) for one in (rates, *drawn)]
    parts = [f"{asked.list}, {asked.provider}", "", table(fit, rates, drawn, chances)]
    admitted = admitted_share(months) or asked.admitted
    if admitted:
        by_day = np.mean(fit.lists, axis=0)
        parts += [doors(by_day, months, rates, admitted, working), who_waits_for_what(by_day, months, rates, admitted)]
    told = f"{asked.list}, {asked.provider}"
    parts.append(settings(told, f"{months[0].name} to {months[-1].name}", chances, rates.stopped is not None))
    if asked.origin:
        parts.append(foretold(months, weeks, asked.origin, asked.ahead))
    return "\n".join(parts)


def _weeks(text: str) -> list[float]:
    words = text.split(",")
    if (
        not all(word.strip().isdigit() for word in words)
        or int(words[0])
        or sorted(set(map(int, words))) != [*map(int, words)]
    ):
        raise ScenarioError(
            [Fault("--weeks", f"'{text[:40]}' are no steps", "rising whole weeks from 0, as 0,9,18,26")]
        )
    return [float(word) for word in words]


if __name__ == "__main__":
    sys.exit(main())
