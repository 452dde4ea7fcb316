"""The names of a sweep's launchers: which is chosen, and what one that cannot be used here needs."""

import shutil
from importlib.util import find_spec

from sim.domain.faults import Fault

GROUP = "hydra/launcher"
BASIC = "basic"
SLURM, RAY, LOCAL = ("slurm", "submitit_slurm"), ("ray", "ray_local", "ray_cluster"), ("submitit_local",)
_EXTRAS = {
    "joblib": ("sweep", "hydra_joblib_launcher"),
    **dict.fromkeys([*SLURM, *LOCAL], ("sweep", "hydra_submitit_launcher")),
    **dict.fromkeys(RAY, ("ray", "hydra_ray_launcher")),
}


def fault_of(name: str) -> Fault | None:
    """Why the launcher cannot be used here, if it is one that we know and it cannot."""
    if name not in _EXTRAS:
        return None
    extra, package = _EXTRAS[name]
    if find_spec(f"hydra_plugins.{package}") is None:
        return Fault(
            f"{GROUP}={name}",
            "this launcher is not installed",
            f"pip install '.[{extra}]' in a clone of mskflow; {GROUP}={BASIC} needs nothing",
        )
    if name in SLURM and not (shutil.which("sbatch") and shutil.which("srun")):
        return Fault(
            f"{GROUP}={name}",
            "there is no SLURM here (no sbatch)",
            f"run this on a login node of the cluster, or use {GROUP}=joblib",
        )
    return None


def chosen(hydra_words) -> str:
    """The launcher's name, from the overrides of Hydra's own."""
    return ([BASIC] + [word.partition("=")[2] for word in hydra_words if word.partition("=")[0] == GROUP])[-1]
