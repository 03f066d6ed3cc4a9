"""Globs as config files have them: `**`, `*`, `?`; a folder stands for all that is below it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

_PIECE = re.compile(r"\*\*/?|\*|\?|\[[^\]]+\]|[^*?\[]+|\[")


def covers(glob: str, path: PurePosixPath, *, anywhere: bool = False) -> bool:
    """Tell whether a glob names a file or one of the folders that it is in.

    Args:
        glob: The glob, relative to the same folder as the path.
        path: The path.
        anywhere: Whether a glob without a slash holds in every folder, as in `.gitignore`.
    """
    pattern = glob.replace("\\", "/").removeprefix("./").removeprefix("/").rstrip("/")
    if pattern in {"", "."}:
        return True
    if anywhere and "/" not in pattern:
        pattern = f"**/{pattern}"
    return _compiled(pattern).fullmatch(path.as_posix()) is not None


@functools.lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    parts = (_translated(piece) for piece in _PIECE.findall(glob))
    return re.compile(f"{''.join(parts)}(?:/.*)?", re.DOTALL)


def _translated(piece: str) -> str:
    if piece.startswith("**"):
        return "(?:.*/)?" if piece.endswith("/") else ".*"
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and len(piece) > 1:
        return "[^" + piece[2:] if piece[1] == "!" else piece
    return re.escape(piece)
