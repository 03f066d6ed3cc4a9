"""The source of a docstring, edited in place.

A docstring's value and its source differ: escapes, continued lines, Windows newlines. An edit of
the value is made in the source where the edited characters stand, so that all others keep theirs.
"""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from typing import NamedTuple

_OPENING = re.compile(r"([rRuU]?)(\"\"\"|'''|\"|')")
_PIECE = re.compile(
    r"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])"
    r"|\r\n|[\s\S]"
)
_RAW_PIECE = re.compile(r"\r\n|[\s\S]")
_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class Form:
    """How text is written in a file.

    Attributes:
        encoding: The file's codec.
        newline: What its lines end with.
    """

    encoding: str
    newline: str


class _Replacement(NamedTuple):
    start: int
    end: int
    text: str


def edited(source: str, value: str, form: Form) -> str:
    """Return the source of a docstring with another value, as close to this source as can be."""
    return _edited_in_place(source, value, form) or _written_anew(value, form)


def literal(value: str, form: Form) -> str:
    """Return a new docstring with this value."""
    return _written_anew(value, form)


def _edited_in_place(source: str, value: str, form: Form) -> str | None:
    opening = _OPENING.match(source)
    if opening is None or len(opening[2]) == 1:
        return None
    raw = opening[1] in {"r", "R"}
    places = _places(source, opening.end(), raw=raw)
    old = evaluated(source)
    if old is None or places is None or len(places) != len(old) + 1:
        return None
    result = source
    for start, end, text in reversed(_edits(old, value)):
        written = _with_newlines(text, form) if raw else _escaped(text, opening[2][0], form)
        result = result[: places[start]] + written + result[places[end] :]
    return result if evaluated(result) == value and _is_encodable(result, form) else None


def _places(source: str, start: int, *, raw: bool) -> list[int] | None:
    """Return where each character of the value stands, and where the closing quotes do."""
    places: list[int] = []
    end = len(source) - 3
    for piece in (_RAW_PIECE if raw else _PIECE).finditer(source, start, end):
        written = piece[0]
        if _CONTINUED.fullmatch(written):
            continue
        places.append(piece.start())
        # An unknown escape is kept as it is: a backslash and a character.
        if len(written) == 2 and written[0] == "\\" and written[1] not in "\\'\"abfnrtv01234567":  # noqa: PLR2004
            places.append(piece.start() + 1)
    places.append(end)
    return places


def _edits(old: str, new: str) -> list[_Replacement]:
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in old_lines:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    return [
        _narrowed(old, starts[i1], starts[i2], "".join(new_lines[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _narrowed(old: str, start: int, end: int, text: str) -> _Replacement:
    head = 0
    while start < end and head < len(text) and old[start] == text[head]:
        start, head = start + 1, head + 1
    tail = len(text)
    while start < end and head < tail and old[end - 1] == text[tail - 1]:
        end, tail = end - 1, tail - 1
    return _Replacement(start, end, text[head:tail])


def _written_anew(value: str, form: Form) -> str:
    return f'"""{_escaped(value, chr(34), form)}"""'


def _escaped(text: str, quote: str, form: Form) -> str:
    text = text.replace("\\", "\\\\")
    text = re.sub(f"{quote}{{3,}}|{quote}+$", lambda run: f"\\{quote}" * len(run[0]), text)
    return _with_newlines("".join(_character(char, form) for char in text), form)


def _with_newlines(text: str, form: Form) -> str:
    return text.replace("\n", form.newline)


def _character(char: str, form: Form) -> str:
    code = ord(char)
    if char in "\n\t" or (char >= " " and char != "\x7f" and _is_encodable(char, form)):
        return char
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _is_encodable(text: str, form: Form) -> bool:
    try:
        text.encode(form.encoding)
    except UnicodeEncodeError:
        return False
    return True


def evaluated(source: str) -> str | None:
    """Return the value of a string literal; None for any other expression."""
    try:
        value: object = ast.literal_eval(f"({source}\n)")
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None
