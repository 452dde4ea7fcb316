"""`import mskflow` is `import sim`, by the name under which it is installed."""

from typing import TYPE_CHECKING

import sim

if TYPE_CHECKING:
    from sim import *  # noqa: F403

__version__ = sim.__version__
__all__ = sim.__all__


def __getattr__(name: str) -> object:
    # Lazy, as `sim` is: a name is fetched when it is asked for.
    if name in __all__:
        return getattr(sim, name)
    raise AttributeError(f"module 'mskflow' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
