"""Values and differences in words: rounded, with their unit and sign, with their interval,
and whether they are better."""

import math
import re

from sim.analysis.words.indicator import HIGHER, LOWER, NEITHER, about
from sim.analysis.words.side import FEW, same, side_of_zero


def number(kpi: str, value: float, extra: int = 0) -> str:
    """The value as shown, without its unit: `38`, `30.1`, `£1,204`, `£11.24m`; `-` if there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    like = about(kpi)
    shown = value * like.factor
    minus = "−" if shown < 0 else ""
    if like.sign == "£" and abs(shown) >= 999_500:
        text = f"{abs(shown) / 1e6:,.{2 + extra}f}m"
    else:
        text = f"{abs(shown):,.{like.decimals + extra}f}"
    if not re.search("[1-9]", text):
        minus = ""
    return minus + like.sign + text


def amount(kpi: str, value: float) -> str:
    """The value with its unit: `38 days`, `30.1%`, `£1,204`."""
    like = about(kpi)
    text = number(kpi, value)
    if text == "–" or like.sign or like.unit in ("ratio", "as the indicator"):
        return text
    return text + like.mark if like.mark else with_unit(text, like.unit)


def with_unit(text: str, unit: str) -> str:
    """`1`, `days` -> `1 day`."""
    if text == "1":
        unit = re.sub(r"^(day|week|patient|contact|point)s\b", r"\1", unit)
    return f"{text} {unit}".strip()


def size(kpi: str, difference: float, extra: int = 0) -> str:
    """A difference in words: `57 fewer`, `12 days longer`, `3.1 percentage points higher`."""
    like = about(kpi)
    return with_unit(number(kpi, abs(difference), extra), like.less if difference < 0 else like.more)


def verdict(kpi: str, difference: float, low: float, high: float, replications: int) -> str:
    """`better`, `worse`, `no clear difference`; `lower` or `higher` where neither way is better.

    `lower` and `higher` too where all replications differ by the same, since chance has shown nothing to judge by; and
    what is too small to be shown is no clear difference. Of a time that is long in some replications one end of the
    interval may be infinite, and the other decides. `replications`: that the interval stands on.
    """
    if one_sided(difference, low, high):
        way = clear_side(kpi, difference, low, high, replications)
        return _way(kpi, LOWER if way < 0 else HIGHER) if way else "not known"
    if any(x is None or not math.isfinite(x) for x in (difference, low, high)):
        return "not known"
    if same(low, high):
        if abs(difference) < 1e-12:
            return "no difference"
        return (LOWER if difference < 0 else HIGHER) if _is_shown(kpi, difference) else "no clear difference"
    way = clear_side(kpi, difference, low, high, replications)
    return _way(kpi, LOWER if way < 0 else HIGHER) if way else "no clear difference"


def clear_side(kpi: str, difference: float, low: float, high: float, replications: int) -> int:
    """-1 or 1 where a difference is clear of 0 (`side_of_zero`), and large enough to be shown; else 0."""
    if one_sided(difference, low, high):
        return side_of_zero(low, high, FEW)  # whose end is told of enough replications only
    return side_of_zero(low, high, replications) if math.isfinite(difference) and _is_shown(kpi, difference) else 0


def _is_shown(kpi: str, difference: float) -> bool:
    """Whether it is more than 0 in the digits of the indicator: 7 days beside 7 days are neither better nor worse."""
    return re.search("[1-9]", number(kpi, difference)) is not None


def one_sided(difference: float, low: float, high: float) -> bool:
    """Whether only one end of the interval of a difference is known."""
    return not math.isfinite(difference) and {math.isinf(low), math.isinf(high)} == {True, False} and low < high


def more_than(kpi: str, value: float, bare: bool = False) -> str:
    """A time that is not known, by what it is more than: `more than 1,046 days`, whole days rounded down."""
    return f"more than {number(kpi, math.floor(value)) if bare else amount(kpi, math.floor(value))}"


def _way(kpi: str, way: str) -> str:
    like = about(kpi)
    if like.better == NEITHER:
        return way
    return "better" if way == like.better else "worse"


def finer(kpi: str, difference: float, low: float, high: float) -> int:
    """One more decimal where rounding would show a difference as zero, or both ends of its interval as one."""
    values = [v for v in (difference, low, high) if math.isfinite(v)]
    lost = any(v and not re.search("[1-9]", number(kpi, v)) for v in values)
    return int(lost or (not same(low, high) and len(values) == 3 and number(kpi, low) == number(kpi, high)))


def subtracted(kpi: str, before: float, after: float, difference: float, low: float, high: float) -> float:
    """The difference as a reader has it who subtracts the two numbers that are shown: 90 and 111 are 21 apart, and not
    the 22 of 89.6 and 111.4. Where it is told more finely than the two, or would be told as none, it stays what it is.
    """
    if not all(map(math.isfinite, (before, after, difference))) or finer(kpi, difference, low, high):
        return difference
    like = about(kpi)
    shown = [value * like.factor for value in (before, after, difference)]
    in_millions = [like.sign == "£" and abs(value) >= 999_500 for value in shown]
    if len(set(in_millions)) > 1:
        return difference
    places = -4 if all(in_millions) else like.decimals
    told = (round(shown[1], places) - round(shown[0], places)) / like.factor
    return told if re.search("[1-9]", number(kpi, told)) else difference


def gap(kpi: str, difference: float, low: float, high: float) -> str:
    """A difference for a column of its unit: `+11 (+2 to +20)`."""
    extra = finer(kpi, difference, low, high)
    if one_sided(difference, low, high):
        return f"at most {_signed(kpi, high, 0)}" if math.isinf(low) else f"at least {_signed(kpi, low, 0)}"

    told = [_signed(kpi, value, extra) for value in (difference, low, high)]
    return "{} ({} to {})".format(*told)


def _signed(kpi: str, value: float, extra: int) -> str:
    text = number(kpi, value, extra)
    return text if text.startswith(("−", "–")) or value <= 0 else f"+{text}"


def between(kpi: str, low: float, high: float) -> str:
    """Both ends of a level's interval: `35 to 41`; with one more decimal where they would look the same."""
    extra = int(low != high and number(kpi, low) == number(kpi, high))
    return f"{number(kpi, low, extra)} to {number(kpi, high, extra)}"


def interval(kpi: str, difference: float, low: float, high: float) -> str:
    """`57 fewer, 95% interval 54 to 60`; over zero: `1 fewer, 95% interval 3 fewer to 1 day longer`."""
    if one_sided(difference, low, high) and (high < 0 or low > 0):
        return f"at least {size(kpi, high if high < 0 else low)}"
    if not math.isfinite(difference):
        return "difference not known"
    extra = finer(kpi, difference, low, high)
    text = size(kpi, difference, extra)
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{text}, interval not known"
    if same(low, high):
        return f"{text} in every replication"
    if low <= 0 <= high:
        return f"{text}, 95% interval {size(kpi, low, extra)} to {size(kpi, high, extra)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{text}, 95% interval {number(kpi, near, extra)} to {number(kpi, far, extra)}"


def span(kpi: str, low: float, high: float) -> str:
    """A range of differences: `1 to 8 fewer`, `3 fewer to 2 days longer`, `at most −37 days`."""
    if one_sided(math.nan, low, high):
        return with_unit(gap(kpi, math.nan, low, high), about(kpi).points or about(kpi).unit)
    if not (math.isfinite(low) and math.isfinite(high)):
        return "not known"
    if low == high:
        return "cannot be told from chance"
    extra, like = finer(kpi, high, low, high), about(kpi)
    if low < 0 < high:
        return f"{size(kpi, low, extra)} to {size(kpi, high, extra)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{number(kpi, near, extra)} to {number(kpi, far, extra)} {like.less if low < 0 else like.more}"
