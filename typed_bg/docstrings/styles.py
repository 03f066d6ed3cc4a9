"""The sections about parameters in the three docstring styles: how to find and write them.

Everything works on the lines of a docstring's value, without newlines. The margin is the common
indentation of these lines. It is not part of the text.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

StyleName = Literal["google", "sphinx", "numpy"]
Kind = Literal["parameters", "attributes"]

_GOOGLE_TITLES: dict[Kind, str] = {
    "parameters": r"Args|Arguments|Params|Parameters|Keyword Args|Keyword Arguments"
    r"|Other Args|Other Arguments|Other Params|Other Parameters",
    "attributes": r"Attributes",
}
_NUMPY_TITLES: dict[Kind, str] = {
    "parameters": r"Parameters|Other Parameters",
    "attributes": r"Attributes",
}
_SPHINX_FIELDS: dict[Kind, str] = {
    "parameters": r"param|parameter|arg|argument|key|keyword|kwarg",
    "attributes": r"var|ivar|cvar",
}
# Sections that come after the parameters.
_LATER = (
    r"Returns?|Yields?|Receives?|Raises?|Except|Exceptions|Warns?|Examples?|See Also|References"
)
_LATER_FIELDS = r"returns?|rtype|raises?|except|exception|yields?|ytype"
_NAME = r"\\?\*{0,2}[^\W\d]\w*"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A parameter's entry in a docstring, or lines between entries.

    Attributes:
        names: The parameters, without asterisks; empty for lines between entries.
        head: The text before the description, such as `name (int): `.
        text: The description.
        lines: All its lines.
    """

    names: tuple[str, ...]
    head: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A section about parameters.

    Attributes:
        start: The line where its entries start, after a title.
        end: The line after the last one that is not blank.
        indent: The white space before an entry.
        entries: Its entries, in order.
    """

    start: int
    end: int
    indent: str
    entries: tuple[SectionEntry, ...]


def blocks(lines: Sequence[str], margin: str, style: StyleName, kind: Kind) -> tuple[Block, ...]:
    """Return the sections of a docstring that are about parameters, or about attributes."""
    text = _without_fences(lines)
    if style == "google":
        found = _google_blocks(text, margin, kind)
    elif style == "numpy":
        found = _numpy_blocks(text, margin, kind)
    else:
        found = _sphinx_blocks(text, margin, kind)
    return tuple(_block(lines, start, end, indent, style, kind) for start, end, indent in found)


def place(lines: Sequence[str], margin: str, kind: Kind) -> int:
    """Return the line before which a new section belongs.

    That is the first section about what is returned, raised and the like, in whatever style,
    else the end of the text.
    """
    text = _without_fences(lines)
    for index in range(len(text)):
        if _is_later(text, index, margin, kind):
            return index
    return _end_of_text(lines, 0, len(lines))


def _is_later(lines: Sequence[str], index: int, margin: str, kind: Kind) -> bool:
    """Return whether a line starts a section that comes after the parameters."""
    behind = _LATER if kind == "attributes" else f"{_LATER}|Attributes"
    section = re.compile(
        rf"{margin}(?:(?:{behind})\s*:\s*$|#{{1,6}}\s+(?:{behind})\W*$|:(?:{_LATER_FIELDS})\b[^:]*:)"
    )
    heading = rf"{margin}(?:{behind})\s*$"
    return section.match(lines[index]) is not None or (
        re.match(heading, lines[index]) is not None and _is_underlined(lines, index, margin)
    )


def title(style: StyleName, kind: Kind, margin: str) -> list[str]:
    """Return the lines above the entries of a section."""
    if style == "google":
        return [margin + ("Args:" if kind == "parameters" else "Attributes:")]
    if style == "numpy":
        words = kind.capitalize()
        return [margin + words, margin + "-" * len(words)]
    return []


def entry_indent(style: StyleName, margin: str, unit: str) -> str:
    """Return the white space before the entries of a new section."""
    return margin + unit if style == "google" else margin


def head(style: StyleName, kind: Kind, name: str) -> str:
    """Return what stands before the description of a parameter."""
    if style == "google":
        return f"{name}:"
    if style == "numpy":
        return name
    return f":{'param' if kind == 'parameters' else 'ivar'} {name}:"


def written(
    style: StyleName, entry_head: str, text: Sequence[str], indent: str, unit: str
) -> list[str]:
    """Return the lines of an entry."""
    inner = [f"{indent}{unit}{line}" if line else "" for line in text]
    if style == "numpy":
        return [indent + entry_head, *inner]
    return [f"{indent}{entry_head} {text[0]}".rstrip(), *inner[1:]]


def _google_blocks(lines: Sequence[str], margin: str, kind: Kind) -> Iterator[tuple[int, int, str]]:
    section = re.compile(rf"{margin}(?:{_GOOGLE_TITLES[kind]})\s*:\s*$")
    for index, line in enumerate(lines):
        if not section.match(line):
            continue
        end = index + 1
        while end < len(lines) and (not lines[end].strip() or _is_deeper(lines[end], margin)):
            end += 1
        end = _end_of_text(lines, index + 1, end)
        first = next((line for line in lines[index + 1 : end] if line.strip()), "")
        yield index + 1, end, _white_space(first)


def _numpy_blocks(lines: Sequence[str], margin: str, kind: Kind) -> Iterator[tuple[int, int, str]]:
    section = re.compile(rf"{margin}(?:{_NUMPY_TITLES[kind]})\s*$")
    for index, line in enumerate(lines):
        if not (section.match(line) and _is_underlined(lines, index, margin)):
            continue
        end = index + 2
        while end < len(lines) and not (
            _is_underlined(lines, end, margin) or _is_later(lines, end, margin, kind)
        ):
            end += 1
        yield index + 2, _end_of_text(lines, index + 2, end), margin


def _sphinx_blocks(lines: Sequence[str], margin: str, kind: Kind) -> Iterator[tuple[int, int, str]]:
    field = re.compile(rf"{margin}:(?:{_SPHINX_FIELDS[kind]})\s[^:]+:")
    starts = [index for index, line in enumerate(lines) if field.match(line)]
    if starts:
        end = starts[-1] + 1
        while end < len(lines) and (not lines[end].strip() or _is_deeper(lines[end], margin)):
            end += 1
        yield starts[0], _end_of_text(lines, starts[0], end), margin


def _block(  # noqa: PLR0913, PLR0917
    lines: Sequence[str], start: int, end: int, indent: str, style: StyleName, kind: Kind
) -> Block:
    entry = _entry_pattern(style, kind)
    entries: list[SectionEntry] = []
    first = start
    for index in range(start, end + 1):
        begins = index < end and lines[index].strip() and not _is_deeper(lines[index], indent)
        if index == end or (begins and index > first):
            if index > first:
                entries.append(_entry(lines[first:index], indent, entry))
            first = index
    return Block(start, end, indent, tuple(entries))


def _entry_pattern(style: StyleName, kind: Kind) -> re.Pattern[str]:
    if style == "google":
        return re.compile(rf"(?P<head>(?P<names>{_NAMES})\s*(?:\([^:]*\)|\(.*?\))?\s*:)(?:\s+|$)")
    if style == "numpy":
        return re.compile(rf"(?P<head>(?P<names>{_NAMES})(?:\s*:.*)?)$")
    fields = _SPHINX_FIELDS[kind]
    return re.compile(rf"(?P<head>:(?:{fields})\s(?:[^:]*\s)?(?P<names>{_NAME})\s*:)(?:\s+|$)")


def _entry(lines: Sequence[str], indent: str, pattern: re.Pattern[str]) -> SectionEntry:
    match = pattern.match(lines[0][len(indent) :])
    if match is None or not lines[0].startswith(indent):
        return SectionEntry((), "", "", tuple(lines))
    names = tuple(name.strip().lstrip("\\*") for name in match["names"].split(","))
    rest = lines[0][len(indent) + match.end() :]
    text = inspect.cleandoc("\n".join((rest, *lines[1:])))
    return SectionEntry(names, match["head"], text, tuple(lines))


def _without_fences(lines: Sequence[str]) -> list[str]:
    """Return the lines, with fenced code hidden: nothing in it is a section."""
    hidden = list(lines)
    index = 0
    while index < len(lines):
        end = _end_of_fence(lines, index)
        for inner in range(index + 1, end):
            hidden[inner] = _white_space(lines[inner]) + "." * bool(lines[inner].strip())
        index = max(end, index) + 1
    return hidden


def _end_of_fence(lines: Sequence[str], start: int) -> int:
    """Return the line that closes the fence that a line opens, or that line where there is none."""
    opening = re.match(r"(\s*)(`{3,}|~{3,})", lines[start])
    if opening is None:
        return start
    for index in range(start + 1, len(lines)):
        line = lines[index].rstrip()
        if line and not line.startswith(opening[1]):
            break
        if re.fullmatch(rf"{opening[2][0]}{{{len(opening[2])},}}", line.strip()):
            return index
    return start


def _is_underlined(lines: Sequence[str], index: int, margin: str) -> bool:
    return (
        index + 1 < len(lines)
        and bool(lines[index].strip())
        and re.match(rf"{margin}-{{3,}}\s*$", lines[index + 1]) is not None
    )


def _is_deeper(line: str, margin: str) -> bool:
    return line.startswith(margin) and line[len(margin) :][:1].isspace()


def _white_space(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _end_of_text(lines: Sequence[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end
