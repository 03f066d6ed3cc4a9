"""Turns the units in which checkers count columns into code points."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NEWLINE = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARK = codecs.BOM_UTF8.decode()


class SourceLines:
    """The lines of the files that a checker reported on, read once and only when needed."""

    def __init__(self) -> None:
        self._files: dict[Path, list[str]] = {}

    def line(self, path: Path, number: int) -> str:
        """Return a line without its ending, with its byte order mark; empty if it isn't there."""
        if path not in self._files:
            self._files[path] = _lines(path)
        lines = self._files[path]
        return lines[number - 1] if 0 < number <= len(lines) else ""


def from_utf16(line: str, offset: int) -> int:
    """Turn an offset in UTF-16 units into one in code points.

    Args:
        line: The source line, as `SourceLines.line` gives it.
        offset: 0-based; a byte order mark counts.

    Returns:
        The 0-based offset; a byte order mark does not count.
    """
    if line.isascii():
        return offset
    before = line.encode("utf-16-le", "surrogatepass")[: 2 * offset]
    return without_mark(line, len(before.decode("utf-16-le", "replace")))


def from_utf8(line: str, offset: int) -> int:
    """Turn a 0-based offset in UTF-8 bytes, without byte order mark, into one in code points."""
    if line.isascii():
        return offset
    before = line.removeprefix(_BYTE_ORDER_MARK).encode("utf-8", "surrogatepass")[:offset]
    return len(before.decode("utf-8", "ignore"))


def without_mark(line: str, offset: int) -> int:
    """Subtract a counted byte order mark from a 0-based offset in code points."""
    return max(offset - 1, 0) if line.startswith(_BYTE_ORDER_MARK) else offset


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_bytes()
    except OSError:  # a diagnostic about a file that is gone, or about none
        return []
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if encoding == "utf-8-sig":  # decoding it would drop the mark, which some checkers count
            encoding = "utf-8"
        text = content.decode(encoding, "replace")
    except (SyntaxError, LookupError, ValueError):  # no such codec, or one that is not for text
        text = content.decode("utf-8", "replace")
    # Not str.splitlines(): it breaks lines where Python does not, at form feeds for example.
    return _NEWLINE.split(text)
