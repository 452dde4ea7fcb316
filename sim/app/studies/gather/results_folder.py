"""One results folder: what was run, under which configuration, and its indicators;
whatever is not as it was written is refused."""

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import yaml
from pyarrow import csv

from sim.analysis.reading.tables import KPIS
from sim.app.configuration.request import request_in
from sim.app.machine import NotPlain, plain_file
from sim.app.store.folder import safe_cell
from sim.app.store.key import HOW_MUCH
from sim.app.studies.gather.found_folders import KPIS as KPIS_FILE
from sim.app.studies.gather.found_folders import NotWhole

SCENARIO, COMPARATOR = "scenario", "comparator"
CONFIG, ITS_COMPARATOR = "config/scenario.yaml", "config/comparator.yaml"
_LABELS = ("name", "title", "question", "out", "report", "system", "label")
_KINDS = {
    "scenario": pa.string(),
    "replication": pa.int64(),
    "kpi": pa.string(),
    "group": pa.string(),
    "value": pa.float64(),
    "unit": pa.string(),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class FinishedRun:
    """A results folder that is whole. `identity`: what its numbers depend on;
    `baseline_key`: the same for all that were compared with the same runs; `overrides`: as its command had them."""

    path: Path
    scenario: str
    baseline: str
    baseline_key: str
    identity: str
    replications: int
    model: str
    overrides: tuple[str, ...]

    def kpis(self) -> pd.DataFrame:
        """The rows of kpis.csv with `role` in front (values to the last digit). Raises `Damaged`."""
        return _kpis(_bytes(self.path, KPIS_FILE), self)


def read(path: Path, manifest: dict) -> tuple[FinishedRun, dict]:
    """The folder and the leaves of its configuration (see `leaves_of`). Raises `Damaged`."""
    sums = manifest.get("files")
    sums = sums if isinstance(sums, dict) else {}
    config = _yaml(_checked(path, CONFIG, sums), CONFIG)
    baseline = str(manifest.get("compare_with") or "")
    beside = _yaml(_checked(path, ITS_COMPARATOR, sums), ITS_COMPARATOR) if baseline else {}
    versions = manifest.get("versions")
    model = manifest.get("model") or " ".join(
        filter(
            None,
            [
                str((versions if isinstance(versions, dict) else {}).get("mskflow", "")),
                str(manifest.get("git_commit") or ""),
            ],
        )
    )
    keys = manifest.get("keys") if isinstance(manifest.get("keys"), dict) else {}
    name, theirs = str(manifest["scenario"]), str(keys.get(baseline) or _key_without_store(beside, str(model)))
    identity = f"{keys[name]} {theirs}" if name in keys else str(manifest["config_hash"])
    run = FinishedRun(
        path,
        name,
        baseline,
        theirs,
        identity,
        _count(manifest["replications"]),
        str(model),
        request_in(manifest).overrides,
    )
    data = _checked(path, KPIS_FILE, sums)
    if KPIS_FILE not in sums:
        _kpis(data, run)  # no checksum to go by
    return run, leaves_of(config)


def leaves_of(config: dict, where: str = "") -> dict:
    """Dotted path -> plain value, of every leaf that moves a number; a list is one leaf, as text."""
    found = {}
    for key, value in config.items():
        path = f"{where}{key}"
        if (
            (not where and key in _LABELS)
            or (key in ("label", "title") and isinstance(value, str))
            or (where == "run." and key in HOW_MUCH)
        ):
            continue
        if isinstance(value, dict) and value:
            found |= leaves_of(value, f"{path}.")
        else:
            found[path] = (
                value if value is None or isinstance(value, (bool, int, float, str)) else json.dumps(value, default=str)
            )
    return found


def _kpis(data: bytes, run: FinishedRun) -> pd.DataFrame:
    if not data.endswith(b"\n"):
        raise NotWhole(f"{KPIS_FILE} breaks off")
    try:
        read = csv.read_csv(
            io.BytesIO(data),
            convert_options=csv.ConvertOptions(column_types=_KINDS, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        raise NotWhole(f"{KPIS_FILE} cannot be read") from None
    if read.column_names != list(KPIS):
        raise NotWhole(f"{KPIS_FILE} has other columns than {', '.join(KPIS)}")
    table = read.to_pandas()
    names = {safe_cell(run.scenario): SCENARIO} | ({safe_cell(run.baseline): COMPARATOR} if run.baseline else {})
    here = table.groupby("scenario", sort=False)["replication"].agg(["nunique", "min", "max"])
    if (
        set(here.index) != set(names)
        or (here["nunique"] != run.replications).any()
        or (here["min"] != 0).any()
        or (here["max"] != run.replications - 1).any()
    ):
        raise NotWhole(
            f"{KPIS_FILE} does not hold the {run.replications} replications of "
            f"{' and '.join(filter(None, (run.baseline, run.scenario)))}"
        )
    table.insert(0, "role", table["scenario"].map(names))
    return table


def _bytes(path: Path, name: str) -> bytes:
    try:
        with plain_file(path / name) as file:
            return file.read()
    except FileNotFoundError:
        raise NotWhole(f"{name} is missing") from None
    except NotPlain:
        raise NotWhole(f"{name} is not a plain file") from None


def _checked(path: Path, name: str, sums: dict) -> bytes:
    """A file's bytes, held against the manifest's checksum where it has one."""
    data, known = _bytes(path, name), sums.get(name)
    known = known.get("sha256") if isinstance(known, dict) else known
    if known is not None and hashlib.sha256(data).hexdigest() != known:
        raise NotWhole(f"{name} is not as it was written")
    return data


def _yaml(data: bytes, name: str) -> dict:
    try:
        config = yaml.load(data, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise NotWhole(f"{name} cannot be read")
    return config


def _key_without_store(config: dict, model: str) -> str:
    """Of folders whose manifest does not say the comparator's key."""
    return (
        hashlib.sha256(json.dumps([model, leaves_of(config)], default=str).encode()).hexdigest()[:32] if config else ""
    )


def _count(value) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise NotWhole("its manifest does not say how many replications it has")
    return value
