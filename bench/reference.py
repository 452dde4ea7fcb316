"""The reference, from the code's own types and docstrings: `python -m bench.reference --write` writes docs/api.md (the
Python API) and docs/settings.md (every setting); without it, both are printed. tests/test_reference.py holds them to
the code.
"""

import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import sim
from bench.settings_words import default_words, own_fields, settings_classes, type_words
from sim.app.configuration.check import SECTIONS
from sim.domain.pathway.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
API, SETTINGS = DOCS / "api.md", DOCS / "settings.md"


def paragraphs(text: str | None) -> str:
    """A docstring as Markdown: its lines joined, its paragraphs kept, its marks left as they are."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n"))


def signature(name: str, one) -> str:
    """How it is called, with types by their last name."""
    said = re.sub(r"(?:\w+\.)+(\w+)", r"\1", str(inspect.signature(one)))
    return f"{name}{said.replace(chr(39), '')}"


def examples(name: str) -> list[str]:
    """Links to the examples that use it."""
    files = sorted((ROOT / "examples").glob("[0-9]*.py"))
    using = [file for file in files if re.search(rf"\bsim\.{name}\b", file.read_text(encoding="utf-8"))]
    return [f"[{file.stem.replace('_', ' ')}](../examples/{file.name})" for file in using]


def api() -> str:
    """Every public name of `sim`."""
    parts = [
        "# The Python API",
        "`import sim` (or `import mskflow`, which is the same) has these names and no others. This page is written by "
        "`python -m bench.reference --write` from the code's own signatures and docstrings. Columns of all tables, "
        "with their units, are in [what comes out](results.md); what may be in a configuration in "
        "[settings](settings.md). A configuration that does not hold together is a `ScenarioError` with every fault.",
    ]
    for name in sim.__all__:
        if not name.startswith("__"):
            parts += _of(name, getattr(sim, name))
    return "\n\n".join(parts) + "\n"


def _of(name: str, one) -> list[str]:
    file = Path(inspect.getsourcefile(one)).relative_to(ROOT).as_posix()
    parts = [f"## {name}", f"```text\nsim.{signature(name, one)}\n```", paragraphs(one.__doc__)]
    if is_dataclass(one):
        held = [f"| `{field.name}` | `{_type(field.type)}` |" for field in fields(one)]
        parts.append("\n".join(["| holds | of type |", "|---|---|", *held]))
    if inspect.isclass(one):
        methods = [
            (key, value) for key, value in vars(one).items() if not key.startswith("_") and inspect.isfunction(value)
        ]
        parts += [f"`.{signature(key, value)}`: {paragraphs(value.__doc__)}" for key, value in methods if value.__doc__]
    used = examples(name)
    where = f"Source: [`{file}`](../{file})."
    return [*parts, where + (f" Used in {', '.join(used)}." if used else "")]


def _type(said) -> str:
    return said if isinstance(said, str) else getattr(said, "__name__", str(said)).replace("|", "or")


def settings() -> str:
    """Every class of settings: what its docstring says, and each key with type, limits and default."""
    sections = {kind: f"section `{name}`" for name, kind in SECTIONS.items() if isinstance(kind, type)}
    kinds = {kind: f"`kind: {name}`" for name, kind in KINDS.items()}
    parts = [
        "# Every setting",
        "By the class that holds it, from the code's own types and docstrings, written by `python -m bench.reference "
        "--write`. With examples, units and reasons the same keys stand in [how to write a "
        "scenario](scenarios.md#all-the-keys); this page is to look one up. `needed` has no default.",
    ]
    for kind in settings_classes():
        hints = get_type_hints(kind, include_extras=True)
        where = sections.get(kind) or kinds.get(kind)
        rows = [f"| `{one.name}` | {type_words(hints[one.name])} | {default_words(one)} |" for one in own_fields(kind)]
        parts += [f"## {kind.__name__}", (f"In {where}. " if where else "") + paragraphs(kind.__doc__)]
        parts.append("\n".join(["| key | type and limits | default |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def main(words: list[str]) -> None:
    for page, text in ((API, api()), (SETTINGS, settings())):
        page.write_text(text, encoding="utf-8") if "--write" in words else print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
