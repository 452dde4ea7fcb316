"""How often the scenario is worth its money, by what a QALY is taken to be worth."""

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, title

AT = "probability_cost_effective_at_"


@figure("acceptability", "Worth its money?")
def acceptability(study):
    frame = number_rows(study.acceptability, "share")
    if not study.baseline or not len(frame):
        return None
    worth, share = (frame[c].to_numpy(float) for c in ("gbp_per_qaly", "share"))
    fig = style.canvas(
        _sentence(study),
        f"Share of {len(study.plane):,} draws of prices and effects from their evidence, over the replications, in "
        f"which QALYs at that worth exceed the extra money, against {title(study, study.baseline)}. Demand, routes "
        "and times stay as configured.",
        3.1,
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=0.75, right=0.4, top=0.15, bottom=0.55)[0]), "y")
    ax.plot(worth / 1000, share * 100, color=style.SCENARIO, linewidth=2.4)
    for at, value in marks(study):
        ax.axvline(at / 1000, color=style.MUTED, linewidth=1, linestyle=":")
        ax.plot(at / 1000, value * 100, "o", color=style.SCENARIO, markersize=7)
        ax.annotate(
            f"{value:.0%} at £{at:,.0f}",
            (at / 1000, value * 100),
            (7, 8 if value < 0.85 else -14),
            textcoords="offset points",
            fontsize=style.SMALL,
            color=style.SCENARIO,
            fontweight="bold",
        )
    ax.set(
        ylim=(-2, 103),
        xlim=(worth.min() / 1000, worth.max() / 1000),
        yticks=[0, 25, 50, 75, 100],
        xlabel="what a QALY is taken to be worth, £ thousand",
        ylabel="% of draws",
    )
    return fig


def marks(study) -> list[tuple[float, float]]:
    """(pounds a QALY, share of draws worth it) where the summary tells it, the lowest first."""
    rows = number_rows(study.economics[study.economics["measure"].astype(str).str.startswith(AT)], "value")
    return sorted(
        (float(measure.removeprefix(AT)), float(value)) for measure, value in zip(rows["measure"], rows["value"])
    )


def _sentence(study) -> str:
    told, name = marks(study), title(study, study.name)
    if not told:
        return f"How often {name} is worth its money depends on what a QALY is worth"
    parts = [f"{np.floor(100 * share + 0.5):.0f} of 100 draws at £{at:,.0f} a QALY" for at, share in told]
    return f"{name} is worth its money in " + (
        ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    )
