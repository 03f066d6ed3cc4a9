"""Code as HTML, with the checkers' messages below each line."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from docs_build.outcomes import Outcome, Shown

RIGHT = "# ok"
"""Marks a line of a recipe that checkers must accept."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message about a line that one or several checkers share. Without text, they report nothing.

    `fine` marks a right line, for which they should report nothing.
    """

    checkers: tuple[str, ...]
    text: str = ""
    rule: str = ""
    strict_only: bool = False
    fine: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code as HTML, with the messages about it."""

    number: int
    html: str
    said: tuple[Said, ...] = ()


def lines_of(snippet: Shown) -> list[Line]:
    """Return a snippet's code after its docstring, each line with its messages."""
    html = highlighted(snippet.code)
    first = _after_docstring(snippet.code)
    default, strict = snippet.outcomes["default"], snippet.outcomes["strict"]
    # If a checker crashed, its silence about a line says nothing.
    crashed = {checker for checker, outcome in default.items() if outcome.verdict == "crash"}
    code = snippet.code.splitlines()
    return [
        Line(
            number,
            line,
            tuple(_said(number, default, strict, crashed, right=_is_right(code[number - 1]))),
        )
        for number, line in enumerate(html, 1)
        if number >= first
    ]


def highlighted(code: str) -> list[str]:
    """Return each line of Python code as HTML, with the site's CSS classes."""
    # By default, the lexer drops empty lines at the start, which shifts the line numbers.
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    text: str = highlight(code, get_lexer_by_name("python", stripnl=False), formatter)
    return text.rstrip("\n").split("\n")


def _is_right(line: str) -> bool:
    return line.endswith(RIGHT)


def _said(
    line: int,
    default: Mapping[str, Outcome],
    strict: Mapping[str, Outcome],
    crashed: Collection[str],
    *,
    right: bool,
) -> Iterable[Said]:
    grouped: dict[tuple[str, str, bool], list[str]] = {}
    silent: list[str] = []
    for checker, outcome in default.items():
        found = {(each.text, each.rule) for each in outcome.on(line)}
        more = {(each.text, each.rule) for each in strict[checker].on(line)} - found
        for text, rule in sorted(found):
            grouped.setdefault((text, rule, False), []).append(checker)
        for text, rule in sorted(more if not found else ()):
            grouped.setdefault((text, rule, True), []).append(checker)
        if not found and checker not in crashed and (right or line in outcome.missed):
            silent.append(checker)
    for (text, rule, strict_only), checkers in grouped.items():
        yield Said(tuple(checkers), text, rule, strict_only)
    if silent:
        yield Said(tuple(silent), fine=right)


def _after_docstring(code: str) -> int:
    """Return the number of the first line of code after the docstring."""
    # Uses tokens because the snippet's syntax may be newer than the interpreter.
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    end = next((each.end[0] for each in tokens if each.type == tokenize.STRING), 0)
    lines = code.splitlines()
    return next((n for n in range(end + 1, len(lines) + 1) if lines[n - 1].strip()), 1)
