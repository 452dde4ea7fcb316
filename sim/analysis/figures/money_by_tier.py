"""The share of patients beside the share of money by tier, both pathways side by side."""

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import levels, pathways, title
from sim.analysis.words.groups import group_words

_ROW, _LEAST = 0.42, 0.0005
_PATIENTS, _MONEY = "patients_share_by_tier", "cost_share_by_tier"
_ROWS = ("no_contact", *(f"tier_{number}" for number in range(10)), "not_in_job_plans")
_HOSPITAL = "tier_5"


@figure("money_by_tier", "Patients and money by tier")
def money_by_tier(study):
    found = {key: level.mean for key, level in levels(study, (_PATIENTS, _MONEY)).items()}
    rows = [
        group
        for group in _ROWS
        if any(found.get((s, kpi, group), 0.0) > _LEAST for s in pathways(study) for kpi in (_PATIENTS, _MONEY))
    ]
    if not rows:
        return None
    year = study.meta.get("price_year")
    fig = style.canvas(
        _sentence(study, found),
        "Patients: of those who present, the highest tier that each has reached by the end. Money: staff, rooms, "
        "visits and operations, also for people who were waiting at the start or came by other "
        f"doors{f', at prices of {year}' if year else ''}. People who present late have had less time to reach a tier.",
        _ROW * len(rows) + 0.85,
    )
    style.key(
        fig, [("■", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    grid = style.grid(fig, 1, 2, left=2.3, right=0.55, top=0.55, bottom=0.12, wspace=0.22)
    for place, (kpi, words) in enumerate(((_PATIENTS, "% of patients"), (_MONEY, "% of the money"))):
        ax = fig.add_subplot(grid[place])
        ax.set_title(words, pad=6)
        _bars(ax, study, found, kpi, rows)
        if not place:
            for row, group in enumerate(rows):
                style.label(
                    ax,
                    -0.03,
                    row,
                    style.wrap(group_words(group)[:1].upper() + group_words(group)[1:], 31),
                    ax.get_yaxis_transform(),
                )
    return fig


def _bars(ax, study, found, kpi, rows):
    shown = pathways(study)
    top = max((found.get((s, kpi, group), 0.0) for s in shown for group in rows), default=0.0) or 1.0
    for row, group in enumerate(rows):
        for place, scenario in enumerate(shown):
            value = found.get((scenario, kpi, group), 0.0)
            y = row + (0.19 * (2 * place - 1) if len(shown) == 2 else 0)
            ax.barh(y, value, height=0.34, color=style.fill(study, scenario))
            ax.text(
                value + top * 0.015,
                y,
                _percent(value),
                va="center",
                fontsize=style.SMALL,
                color=style.ink(study, scenario),
            )
    ax.set(ylim=(len(rows) - 0.45, -0.55), xlim=(0, top * 1.18), yticks=[], xticks=[])
    ax.spines[["bottom", "left"]].set_visible(False)


def _percent(value: float) -> str:
    return (
        "0"
        if not value
        else "under 0.1"
        if value < 0.001
        else f"{100 * value:.1f}"
        if value < 0.0995
        else f"{100 * value:.0f}"
    )


def _sentence(study, found) -> str:
    said = {s: [found.get((s, kpi, _HOSPITAL)) for kpi in (_MONEY, _PATIENTS)] for s in pathways(study)}
    said = {s: values for s, values in said.items() if None not in values}
    if study.name not in said:
        return "Patients and money by tier"
    words = "Secondary care has {}% of the money and {}% of patients".format(*map(_percent, said[study.name]))
    return words + (
        ", instead of {}% and {}%".format(*map(_percent, said[study.baseline])) if study.baseline in said else ""
    )
