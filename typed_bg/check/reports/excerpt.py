"""A line of source with a mark under a range of it, in the cells of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from typed_bg.check.reports.wording import visible

if TYPE_CHECKING:
    from typed_bg.check.results.report import Place

_TAB = 4
_LEAST = 20  # less than this shows nothing worth reading


class Excerpt(NamedTuple):
    """What to print.

    Attributes:
        line: The line, or the part of it around the range.
        indent: How many cells to leave free before the mark.
        mark: How many cells the mark is wide; at least one.
    """

    line: str
    indent: int
    mark: int


def excerpt(source: str, place: Place, width: int, ellipsis: str) -> Excerpt:
    """Return the part of a line that is to be shown, at most `width` cells wide.

    A range that ends on a later line is marked to the end of this one.
    """
    width = max(width, _LEAST)
    start = min(place.column - 1, len(source))
    end = _end(source, place, start)
    cells = _cells(source)
    if sum(map(cell_len, cells)) <= width:
        first, last = 0, len(cells)
    else:
        first, last = _window(cells, start, end, width - 2 * len(ellipsis))
    head = ellipsis if first else ""
    tail = ellipsis if last < len(cells) else ""
    before, marked = cells[first:start], cells[start : min(end, last)]
    return Excerpt(
        line=(head + "".join(cells[first:last]) + tail).rstrip(),
        indent=len(head) + cell_len("".join(before)),
        mark=max(cell_len("".join(marked)), 1),
    )


def _end(source: str, place: Place, start: int) -> int:
    if place.end_line is not None and place.end_line > place.line:
        return max(len(source.rstrip()), start)
    return min(max(place.end_column or 0, place.column) - 1, len(source))


def _cells(source: str) -> list[str]:
    """Return what each character is shown as, so that columns stay countable."""
    shown: list[str] = []
    at = 0
    for character in source:
        text = " " * (_TAB - at % _TAB) if character == "\t" else visible(character)
        shown.append(text)
        at += cell_len(text)
    return shown


def _window(cells: list[str], start: int, end: int, width: int) -> tuple[int, int]:
    """Return the characters to show: the range, and as much on both sides as there is room for."""
    widths = [cell_len(cell) for cell in cells]
    # Indentation is not worth the room.
    edge = next((number for number, cell in enumerate(cells) if cell.strip()), 0)
    first = last = start
    used = 0
    while last < end and used + widths[last] <= width:
        used += widths[last]
        last += 1
    grown = last == end
    while grown:
        grown = False
        if first > edge and used + widths[first - 1] <= width:
            first -= 1
            used += widths[first]
            grown = True
        if last < len(cells) and used + widths[last] <= width:
            used += widths[last]
            last += 1
            grown = True
    return first, last
