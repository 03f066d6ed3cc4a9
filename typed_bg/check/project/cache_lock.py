"""Let one run at a time use a cache: mypy writes its files one after the other.

A run that reads between them can take the errors of an older version of a file for those of the
current one.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def own_cache(folder: Path | None) -> Generator[Path | None, None, None]:
    """Yield a cache folder that no other run uses meanwhile; `None` if this one is in use.

    The system releases the lock when the process ends, however it ends.
    """
    with contextlib.ExitStack() as stack:
        usable = folder
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context((folder / "in-use.lock").open("a"))
                _lock(file.fileno())
            except OSError:  # another run has it, or nothing can be written there
                usable = None
        yield usable
