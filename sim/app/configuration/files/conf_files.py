"""Files of `conf/`, read for Hydra: each is parsed once while it stays as it is.

To read its YAML by Python is half of what a composition costs, and a sweep, a ladder or a plan composes hundreds.
"""

import os
import pickle
from functools import lru_cache

import yaml
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra.plugins.config_source import ConfigResult, ConfigSource
from omegaconf import OmegaConf

from sim.app.configuration.files.yaml_text import values_of


class ConfFiles(FileConfigSource):
    """Hydra's own source of files, `mskflow-conf:///folder`, in all but the time it takes."""

    @staticmethod
    def scheme() -> str:
        return "mskflow-conf"

    def load_config(self, config_path: str) -> ConfigResult:
        path = os.path.realpath(os.path.join(self.path, self._normalize_file_name(config_path)))
        try:
            now = os.stat(path)
            header, config = _parsed(path, (now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino))
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            return super().load_config(config_path)  # it says what is wrong
        return ConfigResult(
            config=pickle.loads(config), path=self.full_path(), provider=self.provider, header=dict(header)
        )


@lru_cache(maxsize=512)
def _parsed(path: str, stamp) -> tuple[tuple[tuple[str, str | None], ...], bytes]:
    """What its first lines say to Hydra, and its values, pickled: whoever gets them may change them."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return tuple(ConfigSource._get_header_dict(text[:512]).items()), pickle.dumps(OmegaConf.create(values_of(text)))
