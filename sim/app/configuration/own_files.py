"""Which files of a user's own a request stands on: their numbers are the user's."""

from pathlib import Path

from sim.app.configuration.files.shipped import mechanism_files, root
from sim.app.configuration.request import Request


def own_files(asked: Request, mechanisms=()) -> list[Path]:
    """The scenario file of a user's own that the request names, and the mechanisms in folders of theirs."""
    named = [Path(asked.scenario)] if asked.scenario else []
    named += [Path(folder) / "scenarios" / f"{asked.scenario}.yaml" for folder in asked.config_dirs]
    files = mechanism_files(asked.config_dirs)
    named += [files[name] for name in mechanisms if name in files and not files[name].is_relative_to(root() / "conf")]
    return [path for path in named if path.suffix in (".yaml", ".yml") and path.is_file()]
