"""What became of people who need more than self-management, 18 weeks and a year after they presented."""

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import levels, pathways, title
from sim.analysis.words.groups import group_words

_TIMES = {"after_18_weeks_share": "After 18 weeks", "after_52_weeks_share": "After 52 weeks"}
_WAYS = {  # in the order of the bar: light marks have dark words, and dark ones white
    "have_care": ("#0B4F8A", "white"),
    "recovered": ("#2A9D78", "white"),
    "ended_without": ("#B9C2CB", style.INK),
    "removed": ("#8A949E", "white"),
    "went_private": ("#B57BAE", "white"),
    "still_wait": ("#F0C674", style.INK),
}
_ROW, _BETWEEN, _LEAST = 0.46, 0.5, 0.035
HAVE = "have_care"


@figure("what_became", "What became of those who need more than self-management")
def what_became(study):
    found = {key: level.mean for key, level in levels(study, _TIMES).items()}
    shown = pathways(study)
    times = [kpi for kpi in _TIMES if all((scenario, kpi, HAVE) in found for scenario in shown)]
    if not times:
        return None
    fig = style.canvas(
        _sentence(study, found, times[0]),
        "Of people who need more than self-management and presented so long before the end. Ended without it: they "
        "settled for less, gave up or were sent away. Visits that come to nothing are no care.",
        (_ROW * len(shown) + _BETWEEN) * len(times) + 0.75,
    )
    marks = [("■", colour, style.INK, group_words(way)) for way, (colour, _) in _WAYS.items()]
    style.key(fig, marks[:3], 0.12)
    style.key(fig, marks[3:], 0.34)
    ax = fig.add_subplot(style.grid(fig, 1, 1, left=2.3, right=0.2, top=0.6, bottom=0.05)[0])
    y = 0.0
    for kpi in times:
        ax.text(0, y - 0.62, _TIMES[kpi], fontsize=style.SIZE, fontweight="bold", va="center")
        for scenario in shown:
            _bar(ax, y, [found.get((scenario, kpi, way), 0.0) for way in _WAYS])
            words = style.wrap(title(study, scenario, 44), 30)
            style.label(ax, -0.02, y, words, ax.get_yaxis_transform(), color=style.ink(study, scenario))
            y += 1
        y += _BETWEEN / _ROW
    ax.set(xlim=(0, 1), ylim=(y - 1, -1.0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return fig


def _bar(ax, y: float, shares) -> None:
    start = 0.0
    for share, (colour, ink) in zip(shares, _WAYS.values(), strict=True):
        ax.barh(y, share, left=start, height=0.72, color=colour, edgecolor="white", linewidth=0.8)
        if share >= _LEAST:
            ax.text(start + share / 2, y, f"{100 * share:.0f}%", ha="center", va="center", color=ink)
        start += share


def _sentence(study, found, kpi: str) -> str:
    when = {"after_18_weeks_share": "within 18 weeks", "after_52_weeks_share": "within 52 weeks"}[kpi]
    words = f"{100 * found[study.name, kpi, HAVE]:.0f}% have the care they need {when}"
    if study.baseline:
        words += f", instead of {100 * found[study.baseline, kpi, HAVE]:.0f}%"
    return words
