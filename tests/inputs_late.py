"""Writes tests/inputs_late.csv: where each input that tests/test_inputs*.py try was seen to move a result, for those
that do not at the first try. To be run when the model has changed so much that those tests have become slow."""

import csv
from collections.abc import Iterator

import test_inputs
import test_inputs_systems
from inputs import LATE_FILE, Seen, dotted, tables_made_once


def tried() -> Iterator[tuple[tuple[str, ...], tuple, Seen | None]]:
    """(scenarios, path, where it was seen) of every input."""
    for part in test_inputs.parts().values():
        for path, names in part:
            if dotted(path) not in test_inputs.IDLE:
                yield names, path, test_inputs.seen(path, names)
    for name in test_inputs_systems.BESIDE:
        for path in test_inputs_systems.tried_of(name):
            yield (name,), path, test_inputs_systems.seen(path, name)


def main() -> None:
    with tables_made_once():
        rows = [(" ".join(names), dotted(path), *seen) for names, path, seen in tried() if seen and any(seen)]
    with LATE_FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(rows))


if __name__ == "__main__":
    main()
