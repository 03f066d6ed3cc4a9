"""Text put into a module without moving any line, and the way back from the new positions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from typed_bg._source.module import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg._source.module import Module


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text without newlines and the offset in the original before which it goes."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Inserted:
    """A module's text with insertions.

    Attributes:
        text: The new text.
        spans: Where each insertion stands in it, in their order.
    """

    module: Module
    text: str
    insertions: tuple[Insertion, ...]
    spans: tuple[Span, ...]

    def original_position(self, line: int, column: int) -> tuple[int, int]:
        """Return where something in the new text stood in the module.

        Args:
            line: The 1-based line, which is the same in both.
            column: The 1-based column in code points.

        Returns:
            The line and column; within an insertion, those of the place that it went into.
        """
        offset = self.offset(line, column)
        index = self._last_before(offset)
        if index < 0:
            return line, column
        beyond = max(offset - self.spans[index].end, 0)
        return self.module.position(self.insertions[index].offset + beyond)

    def insertion_at(self, line: int, column: int) -> Insertion | None:
        """Return the insertion that stands at a 1-based line and column of the new text."""
        offset = self.offset(line, column)
        index = self._last_before(offset)
        return self.insertions[index] if index >= 0 and offset < self.spans[index].end else None

    def _last_before(self, offset: int) -> int:
        """Return the index of the last insertion that starts at or before an offset, or -1."""
        return bisect_right(self.spans, offset, key=_start) - 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset in the new text of a position in it."""
        start = self.module.starts[line - 1]
        # Insertions never hold a newline: the line starts behind all that went in before it. One
        # at the very start of the line is part of the line.
        return self._moved(start) + column - 1

    def _moved(self, offset: int) -> int:
        """Return where the new text has what stood at an offset, insertions just there behind."""
        index = bisect_left(self.insertions, offset, key=_offset)
        if index == 0:
            return offset
        return self.spans[index - 1].end + offset - self.insertions[index - 1].offset


def insert(module: Module, insertions: Iterable[Insertion]) -> Inserted:
    """Put texts into a module; those for the same place go in as they come."""
    ordered = tuple(sorted(insertions, key=_offset))
    grown = (0, *accumulate(len(insertion.text) for insertion in ordered))
    pieces: list[str] = []
    spans: list[Span] = []
    last = 0
    for insertion, before in zip(ordered, grown, strict=False):
        pieces += (module.text[last : insertion.offset], insertion.text)
        start = insertion.offset + before
        spans.append(Span(start, start + len(insertion.text)))
        last = insertion.offset
    pieces.append(module.text[last:])
    return Inserted(module, "".join(pieces), ordered, tuple(spans))


def remove(inserted: Inserted) -> str:
    """Return the new text without the insertions, which is the original."""
    pieces: list[str] = []
    last = 0
    for span in inserted.spans:
        pieces.append(inserted.text[last : span.start])
        last = span.end
    pieces.append(inserted.text[last:])
    return "".join(pieces)


def _offset(insertion: Insertion) -> int:
    return insertion.offset


def _start(span: Span) -> int:
    return span.start
