"""What changed in a file, by lines, and where a line of it was before."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from typed_bg._source.module import NEWLINE, line_starts
from typed_bg.check.results.proposed_fix import LineEdit

_ALIKE = 0.3  # the likeness from which on two lines may be one before and after an edit


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
    # A line such as `)` is in many places.
    matcher = difflib.SequenceMatcher(_says_nothing, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            for index in range(end - start):
                lines[new_start + index] = start + index + 1
        elif tag == "replace":
            _changed(old, new, (start, end), (new_start, new_end), lines)
    return LineMap(tuple(lines))


def _says_nothing(line: str) -> bool:
    return not any(map(str.isalnum, line))


def _changed(
    old: list[str], new: list[str], olds: tuple[int, int], news: tuple[int, int], lines: list[int]
) -> None:
    """Pair the changed lines, in their order, so that they are the most alike in total.

    Calls in adjacent lines may look more like each other than one of them before and after an edit.
    """
    before, after = range(*olds), range(*news)
    # The likeness of the lines from a pair of numbers on, and whether that pair is one.
    best = {(i, j): 0.0 for i in (*before, olds[1]) for j in (*after, news[1])}
    paired: set[tuple[int, int]] = set()
    for i in reversed(before):
        for j in reversed(after):
            best[i, j] = max(best[i + 1, j], best[i, j + 1])
            likeness = difflib.SequenceMatcher(a=old[i], b=new[j]).ratio()
            if likeness > _ALIKE and likeness + best[i + 1, j + 1] > best[i, j]:
                best[i, j] = likeness + best[i + 1, j + 1]
                paired.add((i, j))
    i, j = olds[0], news[0]
    while i < olds[1] and j < news[1]:
        if (i, j) in paired:
            lines[j] = i + 1
            i, j = i + 1, j + 1
        elif best[i + 1, j] >= best[i, j + 1]:
            i += 1
        else:
            j += 1


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
