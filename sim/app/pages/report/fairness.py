"""The report's page on fairness: who gains least, and the gaps between deprivation fifths and between ethnic groups."""

import math
from collections.abc import Iterable

from sim.analysis.figures.gap_words import clear, like_of, way
from sim.analysis.figures.values import Difference, differences, labels, levels, pathways, title
from sim.analysis.indicators.groups import ETHNIC_GROUPS, FIFTHS, MINORITY
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.paired import Level
from sim.analysis.words.amounts import finer, number, with_unit
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import INDICATORS, SETTLED, about
from sim.app.pages.document import Table
from sim.app.pages.report.parts import ReportPage, compared, fold, heads, part, row, signed
from sim.app.pages.report.sentences import change
from sim.domain.words import NEEDS

SLOPE, RELATIVE, ETHNIC, RATIO = (
    "slope_index_of_inequality",
    "relative_index_of_inequality",
    "ethnic_gap",
    "imd_wait_ratio",
)
_SHARES = ("missed_share", "discharged_after_missing_share", "private_exit_share", "surgery_share")
_BETWEEN = {
    SLOPE: ("the most", "the least deprived"),
    ETHNIC: ("minority ethnic people together", "white British people"),
}
_MORE = "needs_more_"


def page(study: Study) -> ReportPage:
    first = _gap(study, SLOPE)
    told = [first, _gap(study, ETHNIC, same=bool(first)), _least(study)]
    tables = [
        _who(study, (*FIFTHS, *ETHNIC_GROUPS), ""),
        _gaps(study, SLOPE, "By deprivation: the most deprived less the least (slope index)"),
        _gaps(study, ETHNIC, "By ethnic group: minority ethnic people together less white British people"),
        fold(_who(study, NEEDS, ", by need")),
        *(fold(_share(study, kpi)) for kpi in _SHARES),
        fold(
            _gaps(
                study,
                SLOPE,
                "Services: the median wait of the most deprived less that of the least, in weeks",
                services=True,
            )
        ),
        fold(_ratios(study)),
    ]
    return part("fairness", "Fairness", told, ("by_deprivation", "gaps"), tables)


# sentences


def _gap(study, index: str, same: bool = False) -> str:
    """How far apart two ends are in days until a need is met or people settle for less, and whether that has
    changed."""
    found, gaps = levels(study, (index,)), differences(study, (index,))
    of = next((g for g in (f"{SETTLED}_needs_more", SETTLED) if (study.name, index, g) in found), None)
    if of is None:
        return ""
    like, now, then = like_of(of), found[study.name, index, of], found.get((study.baseline, index, of))
    high, low = _BETWEEN[index]
    who = ", of people who need more than self-management" if of != SETTLED else ""
    what = "The same wait" if same else f"Until a need is met or people settle for less (median days{who})"
    words = f"{what}: {_apart(like, now, high, low)}"
    if then is None:
        return words + "."
    words += f", instead of {_much(like, then.mean)}" + ("" if clear(then) else " (no clear gap)")
    gap = gaps.get((index, of))
    return words + (f": {_moved(like, gap, then, now)}." if gap is not None and gap.known else ".")


def _apart(like, level: Level, high, low) -> str:
    inside = (
        f"95% interval {_ends(like, level)}"
        if math.isfinite(level.low) and level.high > level.low
        else "interval not known"
    )
    if not clear(level):
        return f"no clear gap between {high} and {low} ({_much(like, level.mean)}, {inside})"
    return f"{high}{' deprived' if high == 'the most' else ''} wait {_much(like, level.mean)} than {low} ({inside})"


def _moved(like, gap: Difference, then: Level, now: Level) -> str:
    if gap.verdict(like) == "no difference":
        return "no difference"
    inside = f"{_much(like, gap.difference)}, 95% interval {_ends(like, gap)}"
    return f"the gap {way(gap, then, now)} ({inside})" if clear(gap) else f"no clear change in the gap ({inside})"


def _much(like, value) -> str:
    """`34 days more`, `2.1 percentage points less`, `0 days`."""
    unit = about(like).points or about(like).unit
    return with_unit(number(like, abs(value)), unit) + (
        "" if number(like, value) == number(like, 0.0) else " more" if value > 0 else " less"
    )


def _ends(like, of) -> str:
    """Both ends of an interval; with their signs where it crosses 0."""
    value = getattr(of, "difference", getattr(of, "mean", math.nan))
    extra = finer(like, value, of.low, of.high)
    if clear(of):
        near, far = sorted((abs(of.low), abs(of.high)))
        return f"{number(like, near, extra)} to {number(like, far, extra)}"
    return f"{signed(like, of.low, extra)} to {signed(like, of.high, extra)}"


def _least(study) -> str:
    gaps = [gap for gap in _people(study, (*FIFTHS, *ETHNIC_GROUPS)) if gap.known]
    if len(gaps) < 2:
        return ""
    worst = max(gaps, key=lambda gap: gap.difference)
    less, longer = sum(gap.side < 0 for gap in gaps), sum(gap.side > 0 for gap in gaps)
    counts = [
        f"{many or 'none'} {'wait' if many > 1 else 'waits'} {how}"
        for many, how in ((less, "less long"), (longer, "longer"))
    ]
    told = f"Of {len(gaps)} fifths and ethnic groups, {counts[0]} for it and {counts[1]}"
    told += f"; for {len(gaps) - less - longer} there is no clear difference" if less + longer < len(gaps) else ""
    return (
        f"{told}. Last: {group_words(worst.group.removeprefix(_MORE))}, {change(worst)}. Some group is always "
        "last, by chance alone."
    )


def _is_told(of: str) -> bool:
    return of.removesuffix("_needs_more") in INDICATORS


def _of_words(of: str) -> str:
    words = group_words(of)
    return words[:1].upper() + words[1:]


# tables


def _people(study, groups) -> list[Difference]:
    """Days until a need is met or people settle for less, by groups: of those who need more, where that is told."""
    gaps = differences(study, (SETTLED,))
    more = any((SETTLED, _MORE + g) in gaps for g in groups)
    return [gaps[SETTLED, g] for g in ((_MORE if more else "") + g for g in groups) if (SETTLED, g) in gaps]


def _who(study, groups, words) -> Table | None:
    """Groups by what they gain, the least first; of one pathway alone in their order."""
    found = levels(study, (SETTLED,))
    more = _MORE if any((s, SETTLED, _MORE + g) in found for s in pathways(study) for g in groups) else ""
    gains = {gap.group: gap.difference for gap in _people(study, groups) if math.isfinite(gap.difference)}
    order = (
        sorted((more + g for g in groups), key=lambda g: -gains.get(g, -math.inf))
        if gains
        else [more + g for g in groups]
    )
    asked = [(_of_words(g.removeprefix(_MORE)), SETTLED, g) for g in order]
    of = " of people who need more than self-management" if more else ""
    first = "Who gains least" if gains else "Who waits"
    return compared(
        study,
        f"{first}{words}: days until a need is met or they settle for less, median{of}",
        "Group",
        asked,
        unit=False,
    )


def _gaps(study, index, caption, services=False) -> Table | None:
    found, gaps, places = levels(study, (index,)), differences(study, (index,)), labels(study)
    names = [of for of in dict.fromkeys(g for _, _, g in found) if _is_told(of) != services]
    rows = [
        _gap_row(
            study,
            (places.get(of) or group_words(of)) if services else _of_words(of),
            like_of(of),
            index,
            of,
            found,
            gaps,
        )
        for of in names
    ]
    note = (
        "Above 0: it is higher for the most deprived, along a line through all fifths weighted by their people. A "
        "longer wait is to their disadvantage, a higher share operated on is not."
        if index == SLOPE and not services
        else ""
    )
    return Table(caption, heads(study, "Of"), tuple(rows), note=note)


def _gap_row(study, words, like, index, of, found, gaps):
    gap, here = gaps.get((index, of)), {s: found.get((s, index, of)) for s in pathways(study)}
    reading = None
    if gap is not None and gap.known:
        reading = (
            "no difference"
            if gap.verdict(like) == "no difference"
            else "no clear change"
            if not clear(gap)
            else {"widens": "wider", "narrows": "narrower", "changes": "higher" if gap.difference > 0 else "lower"}.get(
                way(gap, *here.values()), "other side"
            )
        )
    return row(study, words, like, here, gap, about(like).points or about(like).unit, reading)


def _ratios(study) -> Table | None:
    found = levels(study, (RELATIVE, RATIO))
    asked: Iterable = [
        (
            f"{'Most over least deprived' if index == RELATIVE else 'Longest over shortest fifth'}: {_of_words(of)}",
            index,
            of,
        )
        for index in (RELATIVE, RATIO)
        for of in dict.fromkeys(g for _, k, g in found if k == index)
        if _is_told(of)
    ]
    return compared(
        study,
        "By deprivation, as ratios (relative index of inequality; longest over shortest)",
        "Ratio",
        asked,
        unit=False,
        note="1: no gap. The longest over the shortest is above 1 by chance alone, the more so the fewer people "
        "there are.",
    )


def _share(study, kpi) -> Table | None:
    asked = [(_of_words(g), kpi, g) for g in ("all", *FIFTHS, *ETHNIC_GROUPS, MINORITY)]
    shown = title(study, study.name) if not study.baseline else ""
    return compared(
        study,
        f"{about(kpi).words}: {about(kpi).unit}" + (f" ({shown})" if shown else ""),
        "Group",
        asked,
        unit=False,
    )
