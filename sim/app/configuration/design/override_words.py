"""A factor and one of its values -> an override, as Hydra reads it."""

import re
from datetime import date

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import parse, quoted
from sim.domain.faults import Fault

MOST_FACTORS = 1_000
_FACTOR = re.compile(r"\+{0,2}\w+([./]\w+)*")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_]\w*")
_READ_AS_OTHER = ("null", "true", "false", "inf", "nan")


def factor_fault(factor, where: str, known) -> Fault | None:
    """What is wrong with a factor's name; `known`: those before it."""
    if not isinstance(factor, str) or not _FACTOR.fullmatch(factor) or len(factor) > 200:
        return Fault(
            where, f"'{cut(factor)}' is not a key", "the key of an override, for example workforce.physio_band_6.wte"
        )
    if re.split(r"[./]", factor.lstrip("+"))[0] == "hydra" or re.search(r"(^|\.)_\w+_($|\.)", factor.lstrip("+")):
        return Fault(
            where, f"'{cut(factor)}' would reach the program itself", "a design holds settings of the scenario only"
        )
    if factor.lstrip("+") in {one.lstrip("+") for one in known}:
        return Fault(where, f"'{cut(factor)}' is there twice", "keep one of them")
    faults: list[Fault] = []
    parse([f"{factor}=1"], faults)
    return Fault(where, faults[0].what, faults[0].right) if faults else None


def cell_fault(factor: str, cell: str) -> tuple[str, str] | None:
    """Why a cell of a table is no value (what is wrong, what would be right); None if it is one."""
    if is_number(cell):
        return None
    if not cell:
        return "the cell is empty", "give a value in every row; null for none"
    if cell[0] in "=@+-" and not re.fullmatch(r"[+-](inf|nan)", cell):
        return f"'{cut(cell, 30)}' looks like a formula", "save the values of the sheet, not its formulas"
    if cell[0] == "#":
        return f"'{cut(cell, 30)}' is a spreadsheet's error", "mend the formula that it came from"
    faults: list[Fault] = []
    parsed = parse([f"{factor}={cell}"], faults)
    if faults:
        return faults[0].what, faults[0].right.replace(f"{cut(factor, 40)}=", "")
    if parsed[0].is_sweep_override():
        comma = re.fullmatch(r"[+-]?\d+,\d+", cell)
        return (
            "the cell holds several values",
            f"write {cell.replace(',', '.')}, with a point" if comma else "one value a cell; a list as [a,b]",
        )
    return None


def is_number(cell: str) -> bool:
    """Whether a value is a plain number."""
    return bool(_NUMBER.fullmatch(cell))


def text_of(value) -> str:
    """A plain value of YAML as Hydra's grammar reads it back."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(text_of, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{text_of(key)}:{text_of(inner)}" for key, inner in value.items()) + "}"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if _WORD.fullmatch(text) and text.lower() not in _READ_AS_OTHER else quoted(text)
