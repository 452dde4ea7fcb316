"""`mskflow verify`: every case of the verification pack, simulated against exact, as a table.

A number that chance has a part in agrees if it lies within `LIMIT` standard errors of the exact value, the
standard error from independent replications; any other must be equal in each of them. Seeds are fixed: the pack
says the same every time.
"""

import math
import sys
from contextlib import closing
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sim.app.configuration.check import build
from sim.app.configuration.request import Request, refuse_unused
from sim.app.pages.document import BETTER, WHOLE, WORSE, Cell, Column, Document, Sentence, Table, numbers
from sim.app.pages.terminal import to_terminal
from sim.app.running.progress import Progress
from sim.app.running.supervisor import supervise
from sim.app.studies.verification import FAMILIES
from sim.app.studies.verification.case import SEED, Case, CaseRun, Trial
from sim.engine.simulate import simulate

LIMIT = 4.1
COLUMNS = ("case", "simulated", "exact", "standard error", "z", "verdict")
AGREES, DIFFERS = "agrees", "DIFFERS"


@dataclass(frozen=True)
class CaseFinding:
    """One case: the mean of its replications beside the exact value."""

    question: str
    case: str
    simulated: float
    exact: float
    standard_error: float

    @property
    def z(self) -> float:
        """Standard errors from the exact value; without chance 0 if equal, and infinite if not."""
        gap = self.simulated - self.exact
        if self.standard_error > 0:
            return gap / self.standard_error
        return (
            0.0
            if math.isclose(self.simulated, self.exact, rel_tol=1e-12, abs_tol=1e-12)
            else math.copysign(math.inf, gap)
        )

    @property
    def agrees(self) -> bool:
        """Within the limit; a value that cannot be known does not agree."""
        return abs(self.z) < LIMIT

    def words(self) -> tuple[str, ...]:
        """The row of the table."""
        by_chance = self.standard_error > 0
        return (
            self.case,
            f"{self.simulated:.5g}",
            f"{self.exact:.5g}",
            f"{self.standard_error:.2g}" if by_chance else "none",
            f"{self.z:+.1f}" if by_chance else "",
            AGREES if self.agrees else DIFFERS,
        )


def examine(experiment: Trial) -> list[CaseFinding]:
    """Simulate an experiment's replications and measure its cases on each."""
    # Luck of its own for each experiment, or one odd stream of arrivals would show in many rows.
    seed = SEED + crc32(experiment.question.encode())
    scenario = build(experiment.scenario | {"run": experiment.scenario["run"] | {"seed": seed}})
    values = np.empty((experiment.replications, len(experiment.cases)))
    for replication in range(experiment.replications):
        run = CaseRun(simulate(scenario, replication), scenario)
        values[replication] = [case.measure(run) for case in experiment.cases]
    return [_finding(experiment, case, column) for case, column in zip(experiment.cases, values.T, strict=True)]


def _finding(experiment: Trial, case: Case, values: np.ndarray) -> CaseFinding:
    exact = float(case.exact())
    if experiment.certain or not np.ptp(values):
        # The replication that is furthest off: a mean would hide it behind its spread. NaN is as far as can be.
        gap = np.abs(values - exact)
        return CaseFinding(
            experiment.question, case.name, float(values[np.argmax(np.where(np.isnan(gap), np.inf, gap))]), exact, 0.0
        )
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    return CaseFinding(experiment.question, case.name, float(values.mean()), exact, error)


def examine_at(place: tuple[str, int]) -> list[CaseFinding]:
    """The same for an experiment of the pack, by family and number: the work of one process."""
    family, number = place
    return examine(FAMILIES[family][number])


def findings_of_pack(workers: int = 0) -> dict[str, list[CaseFinding]]:
    """family -> findings, on so many processes (0: all cores). Raises RuntimeError if an experiment cannot be run."""
    places = [(family, number) for family, experiments in FAMILIES.items() for number in range(len(experiments))]
    done = {}
    with (
        Progress("bar" if sys.stderr.isatty() else "none", len(places), "verify") as progress,
        closing(
            supervise("sim.app.studies.verification.verify:examine_at", ((place, place) for place in places), workers)
        ) as results,
    ):
        for finished in results:
            if finished.error is not None:
                family, number = finished.key
                raise RuntimeError(f"{FAMILIES[family][number].question} {finished.error}")
            done[finished.key] = finished.result
            progress.done(finished.key[0], finished.key[1])
    return {
        family: [f for number in range(len(some)) for f in done[family, number]] for family, some in FAMILIES.items()
    }


def run(request: Request) -> int:
    """`mskflow verify`: prints the table of the pack; 1 if a case differs, else 0."""
    refuse_unused(request)
    return verified()


def verified(experiments: dict[str, tuple[Trial, ...]] | None = None, workers: int = 0) -> int:
    """Print the table of the pack, or of other experiments by family; 1 if a case differs, else 0."""
    if experiments is None:
        findings = findings_of_pack(workers)
    else:
        findings = {family: [f for one in some for f in examine(one)] for family, some in experiments.items()}
    everything = [finding for some in findings.values() for finding in some]
    to_terminal(document_of(findings))
    for finding in everything:
        if not finding.agrees:
            print(f"{finding.case}: {finding.simulated:.10g}, not {finding.exact:.10g} ({finding.question})")
    agree = sum(finding.agrees for finding in everything)
    print(f"{agree} of {len(everything)} agree")
    return 0 if agree == len(everything) else 1


def document_of(findings: dict[str, list[CaseFinding]]) -> Document:
    """One table of all families, each under its name."""
    rows: list[tuple[str | Cell, ...]] = []
    for family, some in findings.items():
        rows += [(Cell("", across=len(COLUMNS)),), (Cell(family, across=len(COLUMNS)),)]
        for finding in some:
            *cells, verdict = finding.words()
            rows.append((*cells, Cell(verdict, BETTER if finding.agrees else WORSE)))
    case, *told, verdict = COLUMNS
    columns = (Column(case, fit=WHOLE), *map(numbers, told), Column(verdict, fit=WHOLE))
    return Document(blocks=(Table("", columns, tuple(rows)), Sentence("")))
