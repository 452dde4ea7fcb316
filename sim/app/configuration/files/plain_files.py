"""Files of a user's own, read for Hydra: through here nothing but plain values passes."""

from pathlib import Path

from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import OmegaConf

from sim.app.configuration.arrange import SCHEME
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS


class PlainFiles(ConfigSource):
    """Files that Hydra may read from a folder outside `conf/`: `mskflow://group,group:/folder`, or one scenario file.

    Only the groups named, so that a folder that happens to be called `out` is not taken for a group.
    """

    def __init__(self, provider: str, path: str) -> None:
        super().__init__(provider=provider, path=path)
        names, _, place = self.path.partition(":")
        self.groups, self.place = names.split(","), Path(place)

    @staticmethod
    def scheme() -> str:
        return SCHEME

    def available(self) -> bool:
        return True

    def is_group(self, config_path: str) -> bool:
        parts = config_path.split("/")
        if self.place.is_file() or parts[0] not in self.groups or ".." in parts:
            return config_path in ("", SCENARIOS) and self.place.is_file()
        return self.place.joinpath(*parts).is_dir()

    def is_config(self, config_path: str) -> bool:
        return self._file(config_path) is not None

    def _file(self, config_path: str) -> Path | None:
        parts = config_path.removesuffix(".yaml").split("/")
        if len(parts) < 2 or parts[0] not in self.groups or ".." in parts:
            return None
        if self.place.is_file():
            return self.place if parts == [SCENARIOS, self.place.stem] else None
        file = self.place.joinpath(*parts[:-1], f"{parts[-1]}.yaml")
        return file if file.exists() else None

    def load_config(self, config_path: str) -> ConfigResult:
        file, group = self._file(config_path), config_path.partition("/")[0]
        if file is None:
            raise ConfigLoadError(f"Config not found : {config_path}")
        text = (
            mechanisms.read(file)
            if group == MECHANISMS
            else shipped.read(file, group == SCENARIOS, by_path=self.place.is_file())
        )
        return ConfigResult(
            config=OmegaConf.create(text),
            path=self.full_path(),
            provider=self.provider,
            header={"package": "_global_" if group in (SCENARIOS, MECHANISMS) else None},
        )

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        if self.place.is_file():
            return [self.place.stem] if config_path == SCENARIOS and results_filter != ObjectType.GROUP else []
        names: list[str] = []
        for file in sorted(self.place.joinpath(config_path).iterdir()):
            if file.is_dir() or file.suffix == ".yaml":
                self._list_add_result(names, f"{config_path}/{file.name}", file.name, results_filter)
        return names
