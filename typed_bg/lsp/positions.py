"""Positions in a document: as an editor counts them, and as Python does."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from typed_bg._source.module import line_starts

Encoding = Literal["utf-8", "utf-16", "utf-32"]
_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


@dataclass(frozen=True)
class Document:
    """The text of a document, saved or not.

    Lines end as in Python and in the protocol: `str.splitlines` has seven more line ends.

    Attributes:
        text: The text.
        encoding: The unit in which the editor counts the columns of a line.
    """

    text: str
    encoding: Encoding = "utf-16"

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each line starts."""
        return line_starts(self.text)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of an editor's position, the nearest one if it is outside of the text.

        Args:
            line: The line, 0-based.
            column: The column, in units of the encoding.
        """
        if line >= len(self.starts):
            return len(self.text)
        start = self.starts[max(line, 0)]
        text = self._line(max(line, 0))
        return start + len(_head(text, column, self.encoding))

    def position(self, offset: int) -> tuple[int, int]:
        """Return an editor's position: the line, 0-based, and the column in its units."""
        line = bisect_right(self.starts, offset) - 1
        return line, units(self.text[self.starts[line] : offset], self.encoding)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line, 1-based, and the column in code points: parso's and Jedi's position."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1]

    def offset_of(self, place: tuple[int, int]) -> int:
        """Return the offset of a line, 1-based, and a column in code points."""
        line, column = place
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + column, len(self.text))

    def _line(self, index: int) -> str:
        """Return a line without its end."""
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[index] : end].rstrip("\r\n")


def units(text: str, encoding: Encoding) -> int:
    """Return the length of a text in the units of an encoding."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    return len(text.encode(_CODECS[encoding], "surrogatepass")) // _UNIT[encoding]


def _head(line: str, column: int, encoding: Encoding) -> str:
    """Return the characters of a line that end at or before a column."""
    column = max(column, 0)
    if line.isascii() or encoding == "utf-32":
        return line[:column]
    raw = line.encode(_CODECS[encoding], "surrogatepass")[: column * _UNIT[encoding]]
    # A column within a character is that of its start.
    return raw.decode(_CODECS[encoding], "ignore")
