"""Gaps between deprivation fifths and between ethnic groups: dots with their intervals, both pathways."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.gap_words import clear, like_of, way
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import differences, levels, pathways, title
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import about

INDICES = {
    "slope_index_of_inequality": "Most deprived less least deprived",
    "ethnic_gap": "Minority ethnic less white British",
}
TIMES = ("days_to_first_contact_median", "days_to_definitive_care_median", "days_to_definitive_care_median_needs_more")
SHARES = (
    "missed_share",
    "discharged_after_missing_share",
    "private_exit_share",
    "left_without_needed_care_share",
    "surgery_share",
    "rtt_within_18_weeks",
    "rtt_over_52_weeks",
)
_BLOCKS = {"days": TIMES, "percentage points": SHARES}
_ROW = 0.4
_SHORT = {
    "missed_share": "appointments missed",
    "discharged_after_missing_share": "discharged for missing one",
    "private_exit_share": "left for private care",
    "left_without_needed_care_share": "left before the care they need",
    "surgery_share": "operated on, of those in need",
    "rtt_within_18_weeks": "RTT: under 18 weeks",
    "rtt_over_52_weeks": "RTT: over 52 weeks",
    "days_to_definitive_care_median_needs_more": "need met or settled for less, median, of those who need more",
}


@figure("gaps", "Gaps by deprivation and by ethnic group")
def gaps(study):
    found = levels(study, INDICES)
    indices, blocks = _drawn(study, found)
    if not blocks:
        return None
    fig = style.canvas(
        _sentence(study),
        "Left: the line through all deprivation fifths, weighted by their people, at its most deprived end less its "
        "other end (slope index of inequality). A dot to the right of 0: the number is higher for the most deprived, "
        "or for minority ethnic people. Bars: 95% intervals over replications (chance alone); a bar across 0: no "
        "clear gap. Of changes that are none, one in twenty is beyond its interval by chance.",
        sum(_ROW * len(here) + 0.62 for _, here in blocks) + 0.35,
    )
    style.key(
        fig,
        [
            ("●" if s != study.baseline else "◆", style.fill(study, s), style.ink(study, s), title(study, s, 40))
            for s in pathways(study)
        ],
        0.12,
    )
    grid = style.grid(
        fig,
        len(blocks),
        len(indices),
        left=2.2,
        right=0.2,
        top=0.6,
        bottom=0.45,
        wspace=0.08,
        hspace=0.28,
        height_ratios=[len(here) + 0.6 for _, here in blocks],
    )
    for down, (unit, names) in enumerate(blocks):
        for across, index in enumerate(indices):
            ax = style.quiet(fig.add_subplot(grid[down, across]))
            _dots(ax, study, found, index, names)
            ax.set_xlabel(unit)
            if not down:
                ax.set_title(INDICES[index], pad=8)
            if not across:
                _rows(ax, names)
    return fig


def _drawn(study, found) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The indices that either pathway has, and (unit, indicators) of which they are known."""
    known = {(index, of) for scenario, index, of in found if scenario in pathways(study)}
    known = {(index, of) for index, of in known if of in (*TIMES, *SHARES)}
    has_index, has = ({key[place] for key in known} for place in (0, 1))
    blocks = [(unit, [of for of in names if of in has]) for unit, names in _BLOCKS.items()]
    return [index for index in INDICES if index in has_index], [block for block in blocks if block[1]]


def _rows(ax, names):
    for row, of in enumerate(names):
        style.label(ax, -0.03, row, style.wrap(_words(of), 31, 3), ax.get_yaxis_transform())


def _words(of: str) -> str:
    words = _SHORT.get(of) or about(of).short or group_words(of)
    return words[:1].upper() + words[1:]


def _dots(ax, study, found, index, names):
    ax.axvline(0, color=style.INK, linewidth=1)
    for row, of in enumerate(names):
        for place, scenario in enumerate(pathways(study)):
            level = found.get((scenario, index, of))
            if level is None:
                continue
            factor, y = about(like_of(of)).factor, row + (0.17 * (2 * place - 1) if study.baseline else 0)
            colour = style.fill(study, scenario)
            if math.isfinite(level.low):
                ax.plot(
                    [factor * level.low, factor * level.high], [y, y], color=colour, linewidth=2, solid_capstyle="butt"
                )
            ax.plot(factor * level.mean, y, "D" if scenario == study.baseline else "o", color=colour, markersize=6)
    reach = max(map(abs, ax.get_xlim()))
    ax.set(ylim=(len(names) - 0.45, -0.55), xlim=(-reach, reach), yticks=[])
    ax.locator_params(axis="x", nbins=5)
    ax.spines["left"].set_visible(False)


def _sentence(study) -> str:
    """How many of the gaps drawn moved by more than chance explains, and which way."""
    drawn = [gap for (_, of), gap in differences(study, INDICES).items() if of in (*TIMES, *SHARES) and gap.known]
    if not study.baseline or not drawn:
        return f"Gaps by deprivation and by ethnic group in {title(study, study.name, 40)}"
    found = levels(study, INDICES)
    ways = [way(gap, *(found.get((s, gap.kpi, gap.group)) for s in pathways(study))) for gap in drawn if clear(gap)]
    if not ways:
        return f"None of {len(drawn)} gaps by deprivation or ethnic group changes by more than chance explains"
    words = (
        ("widens", "wider"),
        ("narrows", "narrower"),
        ("turns to the other side", "turned round"),
        ("changes", "where one of the two is itself no clear gap"),
    )
    told = [f"{ways.count(one)} {said}" for one, said in words if one in ways]
    return (
        f"{len(ways)} of {len(drawn)} gaps by deprivation or ethnic group "
        f"{'changes' if len(ways) == 1 else 'change'} by more than chance explains: {', '.join(told)}"
    )
