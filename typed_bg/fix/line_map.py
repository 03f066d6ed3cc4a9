"""Where a line of a changed file was before."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from typed_bg._source.module import NEWLINE


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
