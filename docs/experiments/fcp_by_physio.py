"""How many FCPs and how many physiotherapists? The experiment of fcp_by_physio.md, from Python.

python docs/experiments/fcp_by_physio.py
"""

from pathlib import Path

import sim

FCP, PHYSIO = "workforce.fcp_band_7.wte", "workforce.physio_band_6.wte"
WAIT, WHO, DAYS = "days_to_definitive_care_median", "needs_more_year_3", 120


def factorial(
    *overrides: str, fcp=(3, 4, 5), physio=(10, 12, 14, 16), replications=10, workers=2, out="fcp_by_physio"
) -> sim.Experiment:
    """Every combination of both, with extra staff; what `out` holds already is not run again."""
    return sim.experiment(
        "integrated_extra_staff",
        {FCP: fcp, PHYSIO: physio},
        *overrides,
        replications=replications,
        workers=workers,
        out=out,
    )


if __name__ == "__main__":
    experiment = factorial("place.scale=0.05")
    points = experiment.at(WAIT, WHO, DAYS)
    print(
        points[[FCP, PHYSIO, "level", "level_low", "level_high", "meets", "difference", "p_holm"]]
        .round(3)
        .to_string(index=False)
    )
    Path("fcp_by_physio.svg").write_text(experiment.heat_map(WAIT, WHO, DAYS), encoding="utf-8")
