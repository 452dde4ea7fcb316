"""How the loops are compiled: once for a machine, and kept on disk."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(*signatures: str, inline: bool = False) -> Callable[[F], F]:
    """A loop as machine code for arguments of these types, from the disk where it has been compiled before.

    It is kept beside this file, or where NUMBA_CACHE_DIR says, or in the user's own cache; where none of these can be
    written, in the folder for what is temporary.
    """

    def compile_it(loop: F) -> F:
        try:
            found: F = numba.njit([*signatures], cache=True, inline="always" if inline else "never")(loop)
        except RuntimeError:  # numba knows no folder where it may write
            numba.config.CACHE_DIR = os.environ.get("NUMBA_CACHE_DIR") or str(_temporary())
            found = numba.njit([*signatures], cache=True, inline="always" if inline else "never")(loop)
        return found

    return compile_it


def _temporary() -> Path:
    """A folder of this user's."""
    return Path(tempfile.gettempdir(), f"mskflow-compiled-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
