"""Writing so that it is whole and stays: synced files and folders, and what went wrong in one sentence."""

import contextlib
import errno
import os
from pathlib import Path

PARTIAL = ".partial"
_SENTENCES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.ENOTDIR: "a file is in the place of a folder",
    errno.EEXIST: "a file is in the place of a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk has a fault",
}


class CannotWrite(OSError):
    """A file or folder that cannot be written; `str` is one sentence that says where and why."""

    exit_code = 5

    def __str__(self) -> str:
        why = _SENTENCES.get(self.errno) or (self.strerror or "unknown reason").lower()
        return f"cannot write {self.filename}: {why}"


@contextlib.contextmanager
def writing(path):
    """Turns an OSError inside into `CannotWrite`, with `path` where the error itself names none."""
    try:
        yield
    except CannotWrite:
        raise
    except OSError as error:
        raise CannotWrite(error.errno or 0, error.strerror or str(error), os.fspath(error.filename or path)) from error


def synced(file) -> None:
    """What was written to `file` is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(path) -> None:
    """The names in a folder are on the disk when this returns (Windows does that by itself)."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def missing(path) -> list:
    """Those of `path` and the folders around it that do not exist yet, the innermost first."""
    return [folder for folder in (Path(path), *Path(path).parents) if not folder.exists()]


def remove_if_empty(*folders) -> None:
    """Removes those of `folders` that hold nothing, the innermost given first."""
    for folder in folders:
        with contextlib.suppress(OSError):
            os.rmdir(folder)
