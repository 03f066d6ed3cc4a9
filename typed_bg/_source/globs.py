"""Globs as in config files: `**`, `*`, `?` and `[...]`. A folder matches everything below it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

# A set of characters can contain `]` in the first place.
_PIECE = re.compile(r"\*\*/?|\*|\?|\[[!^]?\]?[^\]]*\]|[^*?\[]+|\[")


def covers(glob: str, path: PurePosixPath, *, anywhere: bool = False) -> bool:
    """Return whether a glob matches a file or one of the folders that contain it.

    Args:
        glob: The glob, relative to the same folder as the path.
        path: The path.
        anywhere: Whether a glob without a slash matches in every folder, as in `.gitignore`.
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
        return _character_set(piece)
    return re.escape(piece)


def _character_set(piece: str) -> str:
    """Translate a set such as `[a-z]` or `[!a-z]`."""
    content = piece[1:-1]
    is_negated = content[:1] in {"!", "^"}
    content = content[1:] if is_negated else content
    if not content:
        return re.escape(piece)
    ranges: list[str] = []
    index = 0
    while index < len(content):
        first, last = content[index], content[index]
        if content[index + 1 : index + 2] == "-" and index + 2 < len(content):
            last = content[index + 2]
            index += 2
        index += 1
        if first <= last:
            ranges.append(f"{re.escape(first)}-{re.escape(last)}")
    if is_negated:
        return f"[^/{''.join(ranges)}]"
    return f"[{''.join(ranges)}]" if ranges else "(?!)"
