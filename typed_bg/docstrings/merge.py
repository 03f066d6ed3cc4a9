"""Merge the texts of `Doc()` into a docstring."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.docstrings import styles
from typed_bg.docstrings.styles import Block, Kind, SectionEntry, StyleName

if TYPE_CHECKING:
    from collections.abc import Sequence


# These words start a remark, although their lines look like entries.
_REMARKS = frozenset({
    "Attention", "Caution", "Danger", "Default", "Defaults", "Error", "Example", "Examples",
    "Hint", "Important", "Info", "Note", "Notes", "Tip", "TODO", "Todo", "Warning", "Warnings",
})  # fmt: skip
_STYLES: tuple[StyleName, ...] = ("google", "numpy", "sphinx")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters or attributes that a docstring should document.

    Attributes:
        kind: Whether these are parameters or attributes.
        names: All of them, as they are shown (`*args`), in order.
        docs: The texts of those with a `Doc`, by name without asterisks.
        closed: Whether no others can exist, so that any other name is a mistake.
    """

    kind: Kind
    names: tuple[str, ...]
    docs: dict[str, str]
    closed: bool

    @property
    def known(self) -> list[str]:
        """The names without asterisks."""
        return [name.lstrip("*") for name in self.names]


@dataclass(frozen=True, slots=True)
class Options:
    """How docstrings are written.

    Attributes:
        style: The style of the section.
        overwrite: Whether `Doc` replaces a different text.
        add_docstrings: Whether a function without a docstring gets one.
    """

    style: StyleName = "google"
    overwrite: bool = False
    add_docstrings: bool = False


@dataclass(frozen=True, slots=True)
class Whitespace:
    """The white space of a docstring.

    Attributes:
        margin: What its lines have in common.
        unit: One step of indentation.
    """

    margin: str
    unit: str


def merged(
    value: str, wanted: Wanted, whitespace: Whitespace, options: Options
) -> tuple[str, tuple[str, ...]]:
    """Return the new value of a docstring, and findings about what was not changed."""
    lines = value.split("\n")
    # Its first line starts after the quotes, without the margin.
    bare_first = bool(lines[0].strip()) and not lines[0].startswith(whitespace.margin)
    if bare_first:
        lines[0] = whitespace.margin + lines[0]
    findings: list[str] = []
    foreign = _other_style(lines, wanted, whitespace, options)
    if foreign and wanted.docs:
        return value, (foreign,)
    blocks = styles.blocks(lines, whitespace.margin, options.style, wanted.kind)
    told = {name for block in blocks for entry in block.entries for name in entry.names}
    missing = [name for name in wanted.docs if name not in told]
    for number, block in reversed(list(enumerate(blocks))):
        entries = _agreeing(block, wanted, whitespace, options, findings)
        if number == 0:
            _insert(entries, missing, wanted, whitespace, options, block.indent)
        lines[block.start : block.end] = [line for entry in entries for line in entry.lines]
    if not blocks and missing:
        _add_block(lines, missing, wanted, whitespace, options)
    if bare_first:
        lines[0] = lines[0][len(whitespace.margin) :]
    return "\n".join(lines), tuple(reversed(findings))


def _other_style(
    lines: Sequence[str], wanted: Wanted, whitespace: Whitespace, options: Options
) -> str | None:
    for style in _STYLES:
        if style == options.style:
            continue
        for block in styles.blocks(lines, whitespace.margin, style, wanted.kind):
            if any(entry.names for entry in block.entries):
                return (
                    f"its {wanted.kind} are documented in {style} style, so no second section was "
                    f"added; pass --style {style}, or rewrite the section"
                )
    return None


def _agreeing(
    block: Block, wanted: Wanted, whitespace: Whitespace, options: Options, findings: list[str]
) -> list[SectionEntry]:
    """Return a section's entries, updated from their `Doc`s; add findings, last one first."""
    entries: list[SectionEntry] = []
    found: list[str] = []
    for entry in block.entries:
        strangers = [name for name in entry.names if _is_stranger(name, wanted)]
        documented = [name for name in entry.names if name in wanted.docs]
        if strangers:
            if options.overwrite and wanted.docs and len(strangers) == len(entry.names):
                continue
            found.append(_stranger(strangers[0], wanted))
        if not documented:
            entries.append(entry)
        elif len(entry.names) > 1:
            if any(not same_words(entry.text, wanted.docs[name]) for name in documented):
                found.append(
                    f"`{', '.join(entry.names)}` share one text, and Doc() has another text "
                    f"for {', '.join(f'`{name}`' for name in documented)}; split the entry"
                )
            entries.append(entry)
        else:
            text = wanted.docs[documented[0]]
            if not options.overwrite and entry.text and not same_words(entry.text, text):
                found.append(
                    f"the text for `{documented[0]}` differs from its Doc(); make them equal, or "
                    "pass --overwrite to use the text of Doc()"
                )
                entries.append(entry)
            else:
                entries.append(_entry(entry.head, text, whitespace, options, block.indent, entry))
    findings.extend(reversed(found))
    return entries


def _is_stranger(name: str, wanted: Wanted) -> bool:
    return wanted.closed and name not in wanted.known and name not in _REMARKS


def _stranger(name: str, wanted: Wanted) -> str:
    names = ", ".join(f"`{name}`" for name in wanted.names if name not in {"self", "cls"})
    fix = "; --overwrite removes the text" if wanted.docs else ""
    return f"`{name}` is not a parameter (parameters: {names or 'none'}){fix}"


def _entry(  # noqa: PLR0913, PLR0917
    head: str,
    text: str,
    whitespace: Whitespace,
    options: Options,
    indent: str,
    old: SectionEntry | None = None,
) -> SectionEntry:
    lines = styles.written(options.style, head, laid_out(text), indent, whitespace.unit)
    if old is not None:
        # Blank lines between entries stay.
        count = len(old.lines)
        while count and not old.lines[count - 1].strip():
            count -= 1
        lines += old.lines[count:]
    return (
        SectionEntry((), head, text, tuple(lines))
        if old is None
        else SectionEntry(old.names, head, text, tuple(lines))
    )


def _insert(  # noqa: PLR0913, PLR0917
    entries: list[SectionEntry],
    missing: Sequence[str],
    wanted: Wanted,
    whitespace: Whitespace,
    options: Options,
    indent: str,
) -> None:
    """Add missing entries in the order of the signature."""
    order = {name: index for index, name in enumerate(wanted.known)}
    indent = indent or styles.entry_indent(options.style, whitespace.margin, whitespace.unit)
    for name in missing:
        shown = wanted.names[order[name]]
        head = styles.head(options.style, wanted.kind, shown)
        new = _entry(head, wanted.docs[name], whitespace, options, indent)
        new = SectionEntry((name,), new.head, new.text, new.lines)
        place = next(
            (
                index
                for index, entry in enumerate(entries)
                if any(order.get(other, -1) > order[name] for other in entry.names)
            ),
            len(entries),
        )
        entries.insert(place, new)


def _add_block(
    lines: list[str],
    missing: Sequence[str],
    wanted: Wanted,
    whitespace: Whitespace,
    options: Options,
) -> None:
    entries: list[SectionEntry] = []
    _insert(entries, missing, wanted, whitespace, options, "")
    block = styles.title(options.style, wanted.kind, whitespace.margin)
    block += [line for entry in entries for line in entry.lines]
    place = styles.place(lines, whitespace.margin, wanted.kind)
    before = [""] if place and lines[place - 1].strip() else []
    if any(line.strip() for line in lines[place:]):
        lines[place:place] = [*before, *block, ""]
    else:
        # The closing quotes stay, or go, on a line of their own.
        start = [""] if place == 0 else []
        if place == len(lines):
            lines[-1] = lines[-1].rstrip()
        closing = lines[-1] if len(lines) > max(place, 1) else whitespace.margin
        lines[place:] = [*start, *before, *block, closing]


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
    """Return whether two descriptions differ only in their line breaks."""
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
