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
        kept: Any = numba.njit([*signatures], cache=True, inline="always" if inline else "never")
        try:
            found: F = kept(loop)
        except RuntimeError:  # numba knows no folder where it may write
            settings: Any = numba.config
            settings.CACHE_DIR = str(_temporary())
            found = kept(loop)
        return found

    return compile_it


def _temporary() -> Path:
    """A folder of this user's."""
    return Path(tempfile.gettempdir(), f"mskflow-compiled-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
