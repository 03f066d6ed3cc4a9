"""What changed in a file, by lines, and where a line of it was before."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from typed_bg._source.module import NEWLINE, line_starts
from typed_bg.check.results.proposed_fix import LineEdit


@dataclass(frozen=True, slots=True)
class LineMap:
    """The lines of a changed file, as lines of the original.

    Attributes:
        lines: The original's line of each line, 1-based; 0 for a line that is new.
    """

    lines: tuple[int, ...]

    def original(self, line: int) -> int:
        """Return the line that a line had before; 0 if it was not there."""
        return self.lines[line - 1] if line <= len(self.lines) else 0


def line_map(before: str, after: str) -> LineMap:
    """Compare two texts of a file."""
    old, new = NEWLINE.split(before), NEWLINE.split(after)
    lines = [0] * len(new)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            for index in range(end - start):
                lines[new_start + index] = start + index + 1
        elif tag == "replace":
            _changed(old, new, (start, end), (new_start, new_end), lines)
    return LineMap(tuple(lines))


def _changed(
    old: list[str], new: list[str], olds: tuple[int, int], news: tuple[int, int], lines: list[int]
) -> None:
    """Pair the changed lines in their order with those that are most like them."""
    start = olds[0]
    for index in range(*news):
        best, ratio = 0, 0.3
        for candidate in range(start, olds[1]):
            likeness = difflib.SequenceMatcher(a=old[candidate], b=new[index]).ratio()
            if likeness > ratio:
                best, ratio = candidate + 1, likeness
        if best:
            lines[index] = best
            start = best


def line_edits(before: str, after: str) -> list[LineEdit]:
    """Return the changes from a text to another, by lines."""
    old, new = _lines(before), _lines(after)
    edits: list[LineEdit] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            # The last line has no end, so it is replaced up to its last column.
            to = (end + 1, 1) if end < len(old) else (len(old), len(old[-1]) + 1)
            edits.append(LineEdit(start + 1, *to, "".join(new[new_start:new_end])))
    return edits


def _lines(text: str) -> list[str]:
    """Return the lines with their ends. The last one is what is after the last end."""
    starts = line_starts(text)
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]
