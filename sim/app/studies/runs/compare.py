"""`mskflow runs compare A B`: what differs in the configuration, and in the main indicators: B less A."""

import math
import os
import secrets
from dataclasses import dataclass

import pandas as pd

from sim.analysis.reading.tables import DIFFERENCES, KPIS
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.paired import differences, level_at
from sim.analysis.words.amounts import gap, more_than, number, one_sided
from sim.analysis.words.indicator import about
from sim.app.configuration.check import build
from sim.app.configuration.leaves import differing
from sim.app.pages.document import CUT, FIRST, WARNING, WHOLE, Column, Document, Table, numbers, sentences
from sim.app.pages.terminal import say, to_terminal
from sim.app.store import Damaged, Store, key_of
from sim.app.store.folder import csv_text
from sim.app.store.merging import replace_whole
from sim.app.studies.runs.counted_words import many
from sim.app.studies.runs.folder_headline import NOT_KNOWN, main_keys, name_of
from sim.app.studies.runs.folders import Folder
from sim.app.studies.runs.listing import NARROW
from sim.app.studies.runs.named_run import find
from sim.app.studies.runs.runs_asked import RunsWords
from sim.app.studies.runs.show import changes_told
from sim.app.studies.runs.unpaired import unpaired
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario, people_of

NAMES = ("a", "b")


@dataclass(frozen=True)
class ComparedRun:
    """One of the two. `kpis`: columns KPIS, scenario `a` or `b`. `scenario`: None where its configuration does not
    say whom it met.
    """

    name: str
    config: dict
    model: str
    kpis: pd.DataFrame
    scenario: Scenario | None


def run(words: RunsWords) -> int:
    """Raises `ScenarioError`, `Damaged`, `CannotWrite`."""
    a, b = _both(words)
    why = not_paired(a, b)
    found = compared(a, b, paired=not why).assign(paired=not why).rename(columns={"baseline": "a", "scenario": "b"})
    to_terminal(_document_of(a, b, found, why), NARROW)
    if words.csv is not None:
        replace_whole(
            words.csv,
            csv_text(found).encode(),
            words.csv.with_name(f".{words.csv.name}.{os.getpid()}-{secrets.token_hex(4)}"),
        )
        say(f"written: {words.csv}")
    return 0


def _document_of(a: ComparedRun, b: ComparedRun, found: pd.DataFrame, why: str) -> Document:
    """`found`: columns DIFFERENCES, of a and b; `why` they cannot be paired, "" where they are."""
    changed = differing(a.config, b.config)
    shared = len({*a.kpis["replication"]} & {*b.kpis["replication"]})
    paired = f"They met the same people: paired over {many(shared, 'replication')} that both have"
    unlike = (
        f"Warning: {why}; so the differences below are not paired, and their intervals are wider than they could be"
    )
    columns = (
        Column("indicator", fit=WHOLE),
        numbers("a"),
        numbers("b"),
        numbers("b less a (95% interval)"),
        Column("unit", fit=CUT),
    )
    rows = [_row(row, (a, b)) for row in found.itertuples()]
    rows = [row for row in rows if not row[1] == row[2] == NOT_KNOWN]
    return Document(
        blocks=(
            *sentences(f"a: {a.name}", f"b: {b.name}", role=FIRST),
            *(
                changes_told(changed, ("configuration", "a", "b"))
                or sentences("no value of their configurations differs")
            ),
            *(sentences(unlike, role=WARNING) if why else sentences(paired)),
            Table("", columns, tuple(rows)),
        )
    )


def _both(words: RunsWords) -> tuple[ComparedRun, ComparedRun]:
    faults: list[Fault] = []
    store = Store(words.out)
    found = [find(word, words.out, store, faults) for word in words.names]
    runs = []
    for name, word, one in zip(NAMES, words.names, found, strict=True):
        if one is None:
            continue
        made = _of_folder(one, name) if isinstance(one, Folder) else _of_store(one, store, name)
        if made.kpis.empty:
            faults.append(Fault(word, "it has no indicators", "compare runs, each of `mskflow run`"))
        runs.append(made)
    if faults:
        raise ScenarioError(faults)
    return runs[0], runs[1]


def _of_folder(folder: Folder, name: str) -> ComparedRun:
    if folder.trouble:
        raise Damaged(f"{folder.path}: {folder.trouble}; mskflow runs verify says what to do")
    rows = [
        (name, int(row["replication"]), row["kpi"], row["group"], float(row["value"] or "nan"), row["unit"])
        for row in folder.rows("kpis.csv")
        if row["scenario"] == folder.name
    ]
    config = folder.config()
    return ComparedRun(
        f"{folder.name}, {folder.path}",
        config,
        str(folder.manifest.get("model", "")),
        pd.DataFrame(rows, columns=list(KPIS)),
        _built(config),
    )


def _of_store(key: str, store: Store, name: str) -> ComparedRun:
    described = store.described(key)
    rows = [
        (name, replication, *row)
        for replication in store.replications(key)
        for row in store.read(key, replication).kpis
    ]
    scenario = _built(described["config"])
    if scenario is not None and key_of(scenario, described["model"]) != key:
        scenario = None  # changed after it was composed: a smaller place, more people
    return ComparedRun(
        f"{described['name']}, stored as {key[:12]}",
        described["config"],
        described["model"],
        pd.DataFrame(rows, columns=list(KPIS)),
        scenario,
    )


def _built(config: dict) -> Scenario | None:
    try:
        return build(config) if config else None
    except ScenarioError:  # another version's
        return None


def not_paired(a: ComparedRun, b: ComparedRun) -> str:
    """Why the two cannot be paired by replication; "" where they can."""
    if a.model != b.model:
        return f"they were made by different models, {a.model or 'unknown'} and {b.model or 'unknown'}"
    if a.scenario is None or b.scenario is None:
        return "whom one of them met cannot be told from its configuration"
    if a.scenario.run.seed != b.scenario.run.seed:
        return f"they have different seeds, {a.scenario.run.seed} and {b.scenario.run.seed}"
    if people_of(a.scenario) != people_of(b.scenario):
        return "they did not meet the same people: demand, starting lists, calendar, size or length differ"
    if not {*a.kpis["replication"]} & {*b.kpis["replication"]}:
        return "they have no replication in common"
    return ""


def compared(a: ComparedRun, b: ComparedRun, paired: bool) -> pd.DataFrame:
    """Columns DIFFERENCES for the main indicators that both have; `baseline` is a, `scenario` is b."""

    def named(run: ComparedRun):
        return zip(run.kpis["kpi"], run.kpis["group"], strict=True)

    known = [set(named(run)) for run in (a, b)]
    keys = main_keys(known[0] & known[1])
    both = pd.concat(
        [run.kpis[[(kpi.removesuffix(AT_LEAST), group) in keys for kpi, group in named(run)]] for run in (a, b)],
        ignore_index=True,
    )
    found = differences(both, "b", "a") if paired else unpaired(both, "b", "a")
    found = found[~found["kpi"].str.endswith(AT_LEAST)]
    order = {key: place for place, key in enumerate(keys)}
    places = [order[key] for key in zip(found["kpi"], found["group"], strict=True)]
    return found.iloc[sorted(range(len(found)), key=places.__getitem__)].reset_index(drop=True)[list(DIFFERENCES)]


def _longer_than(kpis: pd.DataFrame, kpi: str, group: str) -> str:
    """Of a level that is not known: what it is more than, if that is."""
    rows = kpis[kpis["group"] == group].set_index("replication")
    own, least = (rows.loc[rows["kpi"] == name, "value"] for name in (kpi, kpi + AT_LEAST))
    longer = level_at(kpi, group, own, least.reindex(own.index)).more_than
    return more_than(kpi, longer, bare=True) if math.isfinite(longer) else NOT_KNOWN


def _row(row, runs: tuple[ComparedRun, ComparedRun]) -> tuple:
    of = (row.difference, row.ci_low, row.ci_high)
    told = gap(row.kpi, *of) if math.isfinite(of[0]) or one_sided(*of) else NOT_KNOWN
    levels = (
        number(row.kpi, mean) if math.isfinite(mean) else _longer_than(run.kpis, row.kpi, row.group)
        for run, mean in zip(runs, (row.a, row.b), strict=True)
    )
    return name_of(row.kpi, row.group), *levels, told, about(row.kpi).unit
