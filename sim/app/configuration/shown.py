"""`--cfg` and `--info`: a configuration as it is composed. What `--cfg job` prints is what `sim.from_dict` reads."""

import yaml

from sim.app.configuration.arrange import arrange
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.request import Request
from sim.domain.faults import Fault, ScenarioError, nearest


def run(request: Request) -> int:
    """Prints it; 0. `ScenarioError` with every fault of what is composed, but for those of its values."""
    values = configuration_of(request.scenario, request.overrides, request.config_dirs)
    if request.cfg == "job":
        part = _part(values, request.package)
        print(yaml.safe_dump(part, sort_keys=False, allow_unicode=True, width=120), end="")
        return 0
    from sim.app.configuration.by_hydra import show

    plan = arrange(request.scenario, request.overrides, request.config_dirs)
    show(plan, request.cfg or request.info, request.package, request.resolve, info=bool(request.info))
    return 0


def _part(values, package: str | None):
    """What is below the keys of `package`, parted by points."""
    for key in (package or "").split(".") if package not in (None, "_global_") else ():
        if not isinstance(values, dict) or key not in values:
            known = values if isinstance(values, dict) else ()
            raise ScenarioError([Fault("--package", f"there is no '{key[:60]}'", nearest(key, known))])
        values = values[key]
    return values
