"""A YAML text of a configuration as Hydra reads it, by the parser in C: OmegaConf's numbers, no dates."""

import re
from functools import lru_cache

import yaml
from omegaconf._utils import get_yaml_loader


def header_of(text: str) -> dict[str, str]:
    """What the comments above a file's first line say to Hydra: `# @package _global_`."""
    said = {}
    for line in filter(None, map(str.strip, text[:512].splitlines())):
        if not line.startswith("#") or "@" not in line:
            break
        match = re.fullmatch(r"#+\s*@(\w+)\s+(\S+)", line)
        if match is None:
            raise ValueError(f"'{line}' is no header")
        said[match[1]] = match[2]
    return said


def values_of(text: str) -> dict:
    """The values of a YAML text as Hydra reads them; ValueError if it holds no mapping, or YAML's own errors."""
    values = yaml.load(text, Loader=_loader())
    if not isinstance(values, dict):
        raise ValueError("no mapping")
    return values


@lru_cache(maxsize=1)
def _loader() -> type:
    """OmegaConf's reading of YAML over the parser in C, where PyYAML has one."""
    reading = get_yaml_loader()
    if not yaml.__with_libyaml__:
        return reading
    from yaml.cyaml import CParser

    class Loader(CParser, reading):
        def __init__(self, stream) -> None:
            CParser.__init__(self, stream)
            yaml.constructor.SafeConstructor.__init__(self)
            yaml.resolver.Resolver.__init__(self)

    return Loader
