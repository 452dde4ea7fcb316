"""Bytes, numbers and counts in words."""


def size(number: float) -> str:
    """Bytes in words: `512 B`, `3.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    raise AssertionError


def ranges(numbers) -> str:
    """`0-19, 23`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def many(number: int, one: str, several: str = "") -> str:
    """`1 replication`, `3 replications`."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
