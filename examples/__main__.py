"""Runs the examples, all or those named, and writes what each prints beside it: `python -m examples [01 12 ...]`."""

import contextlib
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "output"
SCRIPTS = tuple(sorted(HERE.glob("[0-9][0-9]_*.py")))


def printed(script: Path) -> str:
    """What an example prints, run in this process."""
    said = io.StringIO()
    code = compile(script.read_text(encoding="utf-8"), str(script), "exec")
    with contextlib.redirect_stdout(said):
        exec(code, {"__name__": "__main__"})
    return said.getvalue()


def stored(script: Path) -> Path:
    """Where its output lies."""
    return OUTPUT / f"{script.stem}.txt"


def main(numbers: list[str]) -> int:
    for script in SCRIPTS:
        if not numbers or script.name[:2] in numbers:
            text = printed(script)
            print(f"# {script.name}", text, sep="\n", flush=True)
            stored(script).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
