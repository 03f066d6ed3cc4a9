"""Files on disk: what is there, reading without hanging, and replacing without loss."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether a path is a regular file that the system lets us see.

    Before Python 3.14, `Path.is_file` raises an error in folders without permission and for paths
    that are too long.
    """
    return os.path.isfile(path)  # noqa: PTH113


def is_dir(path: Path) -> bool:
    """Return whether a path is a folder that the system lets us see."""
    return os.path.isdir(path)  # noqa: PTH112


def exists(path: Path) -> bool:
    """Return whether a path is there and the system lets us see it."""
    return os.path.exists(path)  # noqa: PTH110


def read_file(path: Path) -> bytes:
    """Read a regular file.

    Raises:
        OSError: The file cannot be read, or is something else, such as a named pipe, which would
            never end.
    """
    # Without the flag, opening a named pipe waits until another process writes to it.
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(descriptor, "rb") as file:  # noqa: PTH123
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return file.read()


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file, so that it is either the old or the new one at any time.

    The file keeps its mode, owner, access control list and, if it is a link, its name. Another hard
    link to it keeps the old content.

    Raises:
        OSError: The file could not be replaced. It is unchanged.
    """
    path = path.resolve()
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    before = path.stat()
    descriptor, name = tempfile.mkstemp(prefix=".typed-bg-", dir=path.parent)
    beside = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        _keep_owner(beside, before)
        shutil.copystat(path, beside)
        os.utime(beside)
        beside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def _keep_owner(path: Path, before: os.stat_result) -> None:
    status = path.stat()
    if (status.st_uid, status.st_gid) == (before.st_uid, before.st_gid) or os.name != "posix":
        return
    try:
        os.chown(path, before.st_uid, before.st_gid)
    except PermissionError as error:
        message = "its owner and group could not be preserved: run the command as its owner"
        raise PermissionError(errno.EPERM, message, str(path)) from error
