"""The checks that come before the tests, a line each: `python -m bench.check [format] [lint] [complexity] [types]`.

Format, lint (lines of 120 columns, seven arguments at most) and types are as `pyproject.toml` sets them; no function
may have a complexity above 15. Exit code 1 if one does not hold, with what is wrong below its line.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("sim", "mskflow", "bench", "tests", "examples")
NOT_MORE_COMPLEX_THAN = 15
MEASURED = ("sim", "mskflow", "bench", "examples")
SITE = "_docs"  # in sim/, once `python -m bench.site` has built it: copies of files, among them code


class Held(NamedTuple):
    """What came of a check: in a few words, and what is wrong, a line each."""

    words: str
    wrong: tuple[str, ...] = ()


def formatted() -> Held:
    """The files that `ruff format` would change."""
    return _said("ruff", "format", "--check", "-q", "--output-format=concise", *FOLDERS)


def linted() -> Held:
    """What `ruff check` finds."""
    return _said("ruff", "check", "-q", "--output-format=concise", *FOLDERS)


def simple() -> Held:
    """The functions whose complexity is above the limit."""
    files = [file for folder in MEASURED for file in sorted((ROOT / folder).rglob("*.py")) if SITE not in file.parts]
    wrong = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in too_complex(file.read_text("utf-8"))]
    return Held(f"of {len(files)} files, none above {NOT_MORE_COMPLEX_THAN}", tuple(wrong))


def too_complex(text: str) -> list[str]:
    """ "line: name has a complexity of N" of each function and method of a module that is above the limit."""
    from radon.complexity import cc_visit

    blocks = {(one.lineno, one.name, one.complexity) for one in cc_visit(text) if one.letter in "FM"}
    return [
        f"{line}: {name} has a complexity of {complexity}"
        for line, name, complexity in sorted(blocks)
        if complexity > NOT_MORE_COMPLEX_THAN
    ]


def typed() -> Held:
    """What `mypy --strict` finds in the model and the engine, and wherever somebody asks for what is not there."""
    held = _said("mypy", "--no-error-summary", "--strict", f"--exclude=/{SITE}/", "sim", "mskflow")
    return Held("mypy --strict", tuple(line for line in held.wrong if is_held(line)))


def is_held(line: str) -> bool:
    """Whether a line of mypy tells of a fault here: the app and the analysis are not strict yet.

    A line that is no error of a file's is mypy's own end.
    """
    strict = line.replace("\\", "/").startswith(("sim/domain/", "sim/engine/"))
    anywhere = line.endswith(("[attr-defined]", "[syntax]")) or "INTERNAL ERROR" in line
    return strict or anywhere or not re.match(r"\S+\.py:\d+: ", line)


CHECKS: dict[str, Callable[[], Held]] = {"format": formatted, "lint": linted, "complexity": simple, "types": typed}


def _said(module: str, *words: str) -> Held:
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    lines = tuple(line for line in (done.stdout + done.stderr).splitlines() if line.strip())
    return Held(" ".join((module, *words[:1])), () if done.returncode == 0 else lines or (f"exit {done.returncode}",))


def main(asked: list[str]) -> int:
    unknown = [word for word in asked if word not in CHECKS]
    if unknown:
        print(f"there is no check {unknown[0]}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in asked or CHECKS:
        held = CHECKS[name]()
        print(f"{name:12}{f'{len(held.wrong)} wrong' if held.wrong else f'holds ({held.words})'}", flush=True)
        print(*(f"  {line}" for line in held.wrong), sep="\n", end="\n" if held.wrong else "")
        failed += bool(held.wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
