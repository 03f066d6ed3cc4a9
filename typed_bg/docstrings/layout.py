"""How a parameter's description is laid out over lines.

Some editors (pyright, pylsp) show only the first line of a description, so that line must be
complete in itself: the first sentence is never broken over two.
"""

from __future__ import annotations

import re
import textwrap

# A line that begins a block of its own, such as an item of a list, is not joined to another.
_BLOCK = re.compile(r"\s|[-*+]\s|\d+[.)]\s|#|>|\||```|~~~|:::|!!!|///|:\w+|\.\.\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])[)\"'`\]*_]*(?=\s+[^\sa-z])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|resp|[A-Z])\.)$")


def laid_out(text: str) -> list[str]:
    """Return the lines of a description, the first one complete in itself.

    Args:
        text: The description, without margin, leading and trailing blank lines.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    paragraph = _first_paragraph(lines)
    rest = lines[paragraph:]
    sentence = ""
    for index, line in enumerate(lines[:paragraph]):
        joined = f"{sentence} {line}" if sentence else line
        end = _sentence_end(joined) if index or paragraph > 1 else None
        if end is not None and index + 1 < paragraph:
            broken = joined[end:].strip()
            return [joined[:end], *_refilled(broken, lines[index:paragraph]), *rest]
        sentence = joined
    return [sentence, *rest]


def _refilled(broken: str, lines: list[str]) -> list[str]:
    """Return the rest of a paragraph, whose first line lost its beginning."""
    if not broken:
        return lines[1:]
    width = max(len(line) for line in lines)
    text = " ".join([broken, *lines[1:]])
    filled = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    if any(_BLOCK.match(line) for line in filled):
        return [broken, *lines[1:]]
    return filled


def same_words(one: str, other: str) -> bool:
    """Say whether two descriptions differ in nothing but how they are laid out."""
    return one.split() == other.split()


def _first_paragraph(lines: list[str]) -> int:
    if _BLOCK.match(lines[0]):
        return 1
    for index, line in enumerate(lines[1:], 1):
        if not line or _BLOCK.match(line):
            return index
    return len(lines)


def _sentence_end(text: str) -> int | None:
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[: match.start()]):
            return match.end()
    if re.search(r"[.!?][)\"'`\]*_]*$", text) and not _ABBREVIATION.search(text):
        return len(text)
    return None
