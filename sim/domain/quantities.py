"""Number types with their honest limits, so that a negative share or an absurd WTE is refused by name.

The limits are read by the configuration check (pydantic) through `annotated_types`; here they are
plain annotations, and nothing in this room runs them.
"""

from typing import Annotated

from annotated_types import Ge, Gt, Le

Share = Annotated[float, Ge(0), Le(1)]
Ratio = Annotated[float, Ge(0), Le(1000)]
Days = Annotated[float, Ge(0), Le(36_525)]
WholeDays = Annotated[int, Ge(0), Le(36_525)]
Weeks = Annotated[float, Ge(0), Le(5_200)]
Minutes = Annotated[float, Gt(0), Le(1_440)]
Slots = Annotated[float, Ge(0), Le(100_000_000)]
Count = Annotated[int, Ge(0), Le(1_000_000_000)]
Positive = Annotated[int, Ge(1), Le(1_000_000)]
Wte = Annotated[float, Ge(0), Le(1_000_000)]
Money = Annotated[float, Ge(0), Le(10_000_000)]
Growth = Annotated[float, Ge(-0.5), Le(1)]
Scale = Annotated[float, Gt(0), Le(1000)]
