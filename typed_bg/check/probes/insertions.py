"""Text put into a module without moving any line, and the way back from the new positions."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from typed_bg._source.module import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from typed_bg._source.module import Module


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text, and the offset in the original where it is inserted.

    Attributes:
        offset: The offset.
        text: The text, without newlines except one at the start of a line of its own.
        is_line: Whether it is a line of its own behind the last one, so that no line moves.
    """

    offset: int
    text: str
    is_line: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Inserted:
    """A module's text with insertions.

    Attributes:
        text: The new text.
        insertions: The insertions.
        spans: Where each insertion is in it, in their order.
        offsets: Where each insertion is in the original.
        starts: Where each insertion starts in the new text.
        added_lines: Where the lines behind the last one of the original start in the new text.
    """

    module: Module
    text: str
    insertions: tuple[Insertion, ...]
    spans: tuple[Span, ...]
    offsets: tuple[int, ...]
    starts: tuple[int, ...]
    added_lines: tuple[int, ...]

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
        return self.module.position(self.offsets[index] + beyond)

    def insertion_at(self, line: int, column: int) -> Insertion | None:
        """Return the insertion that stands at a 1-based line and column of the new text."""
        offset = self.offset(line, column)
        index = self._last_before(offset)
        return self.insertions[index] if index >= 0 and offset < self.spans[index].end else None

    def _last_before(self, offset: int) -> int:
        """Return the index of the last insertion that starts at or before an offset, or -1."""
        return bisect_right(self.starts, offset) - 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset in the new text of a position in it."""
        added = line - len(self.module.starts)
        if added > 0:
            starts = self.added_lines
            return starts[added - 1] + column - 1 if added <= len(starts) else len(self.text)
        start = self.module.starts[line - 1]
        # Insertions never hold a newline: the line starts behind all that went in before it. One
        # at the very start of the line is part of the line.
        return self._moved(start) + column - 1

    def _moved(self, offset: int) -> int:
        """Return where the new text has what stood at an offset, insertions just there behind."""
        index = bisect_left(self.offsets, offset)
        if index == 0:
            return offset
        return self.spans[index - 1].end + offset - self.offsets[index - 1]


def insert(module: Module, insertions: Iterable[Insertion]) -> Inserted:
    """Insert texts into a module; texts for the same place keep their order."""
    ordered = tuple(sorted(insertions, key=_order))
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
    offsets = tuple(insertion.offset for insertion in ordered)
    starts = tuple(span.start for span in spans)
    lines = tuple(
        start + 1 for insertion, start in zip(ordered, starts, strict=True) if insertion.is_line
    )
    return Inserted(module, "".join(pieces), ordered, tuple(spans), offsets, starts, lines)


def remove(inserted: Inserted) -> str:
    """Return the new text without the insertions, which is the original."""
    pieces: list[str] = []
    last = 0
    for span in inserted.spans:
        pieces.append(inserted.text[last : span.start])
        last = span.end
    pieces.append(inserted.text[last:])
    return "".join(pieces)


def _order(insertion: Insertion) -> tuple[int, bool]:
    return insertion.offset, insertion.is_line


# Nothing behind one of these is reached, or nothing can be put behind it on the same line.
_UNFIT = (ast.Raise, ast.Return)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place between two top-level statements.

    Attributes:
        offset: Where it is.
        on_statement: Whether it is the end of a statement, so that a `;` must come first.
    """

    offset: int
    on_statement: bool


def find_gap(module: Module, taken: Collection[int] = ()) -> Gap | None:
    """Return the first place at which simple statements can be put in, if there is one.

    It comes after a docstring and `from __future__` imports, and not before the first statement,
    where comments may speak for the whole file.

    Args:
        module: The module.
        taken: The offsets where something else is put in.
    """
    return next(gaps(module, taken), None)


def gaps(module: Module, taken: Collection[int] = ()) -> Iterator[Gap]:
    """Yield all places between top-level statements where simple statements can be put in."""
    body = module.tree.body
    leading = 0
    while leading < len(body) and _is_leading(body[leading], leading):
        leading += 1
    for index in range(max(leading - 1, 0), len(body)):
        statement = body[index]
        if not hasattr(statement, "body") and not isinstance(statement, _UNFIT):
            yield Gap(module.span(statement).end, on_statement=True)
        following = body[index + 1] if index + 1 < len(body) else None
        blank = _blank_line(module, statement, following)
        if blank is not None and blank not in taken:
            yield Gap(blank, on_statement=False)


def _is_leading(statement: ast.stmt, index: int) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    return (
        index == 0
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _blank_line(module: Module, statement: ast.stmt, following: ast.stmt | None) -> int | None:
    """Return the offset of the first empty line after a statement and before the next one."""
    first = (statement.end_lineno or statement.lineno) + 1
    last = len(module.starts) + 1 if following is None else _first_line(following)
    for line in range(first, last):
        start = module.starts[line - 1]
        end = module.starts[line] if line < len(module.starts) else len(module.text)
        before = module.text[module.starts[line - 2] : start].rstrip()
        # An empty line behind a backslash belongs to the line above.
        if not module.text[start:end].strip() and not before.endswith("\\"):
            return start
    return None


def _first_line(statement: ast.stmt) -> int:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return min(node.lineno for node in (statement, *statement.decorator_list))
    return statement.lineno
