"""`mskflow list [mechanisms]`: what there is to run, each with its question."""

from sim.app.configuration.files.mechanisms import title_of
from sim.app.configuration.files.shipped import MECHANISMS, about, by_system, mechanism_files, scenario_files
from sim.app.configuration.request import Request, refuse_unused
from sim.domain.faults import ScenarioError


def run(request: Request) -> int:
    """Prints them, by their systems; `ScenarioError` with the faults of those that cannot be read, after the others."""
    mechanisms = request.scenario == MECHANISMS
    refuse_unused(request, ("config_dirs", *(("scenario",) if mechanisms else ())))
    files, faults = (mechanism_files if mechanisms else scenario_files)(request.config_dirs), []
    for system, names in by_system(files).items():
        if system:
            print(f"\n# {system}")
        for name in names:
            try:
                title, question = about(files[name])
            except ScenarioError as error:
                faults += error.faults
                continue
            title = title or (title_of(name) if mechanisms else "")
            print(f"{name}: {title}\n    {question}" if question else f"{name}: {title}")
    if faults:
        raise ScenarioError(faults)
    return 0
