"""Comments that suppress or configure checkers."""

from __future__ import annotations

import contextlib
import io
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.module import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Container

    from typed_bg._source.module import Module

IgnoreTool = Literal["type", "mypy", "pyright", "ty", "pyrefly", "zuban"]

# PEP 484 defines one comment for all checkers, here `tool="type"`. Each applies it differently.
IGNORE = re.compile(
    r"#\s*(?P<tool>type|pyright|ty|pyrefly|zuban|mypy)\s*:\s*(?P<what>ignore(?:-errors)?)(?![\w-])"
    r"(?:\s*\[(?P<rules>[^\]]*)\])?"
)
_CONFIG = re.compile(r"#\s*(?P<tool>mypy|pyright)\s*:\s*(?P<what>.+)")
_FILE = re.compile(r"#\s*(?:mypy|pyright)\s*:(?!\s*ignore(?![\w-]))|ignore-errors")
_ANY = re.compile(r"#[^\r\n]*\b(?:type|pyright|ty|pyrefly|zuban|mypy)\s*:")


@dataclass(frozen=True, slots=True)
class IgnoreComment:
    """A comment that changes what a checker reports.

    Attributes:
        line: Its line.
        tool: The checker that it is for. `type` is `# type: ignore` from PEP 484.
        rules: The rules that it names.
        scope: Whether it applies to its line or to the whole file.
        own_line: Whether it is alone on its line. ty and pyrefly then apply it to the line below,
            the others to nothing.
        text: The comment.
    """

    line: int
    tool: IgnoreTool
    rules: tuple[str, ...]
    scope: Literal["line", "file"]
    own_line: bool
    text: str


def ignore_comments(module: Module, lines: Container[int]) -> tuple[IgnoreComment, ...]:
    """Return the comments in a module that suppress or configure a checker, in order.

    Args:
        module: The module.
        lines: The lines of interest.

    Returns:
        All comments; none if none of them applies to these lines or to the whole file.
    """
    first = module.tree.body[0].lineno if module.tree.body else len(module.starts) + 1
    # Tokenizing takes longer than everything else that is done with a module.
    candidates = _ANY.finditer(module.text)
    if not any(_is_wanted(module, match.start(), first, lines) for match in candidates):
        return ()
    found: list[IgnoreComment] = []
    for line, before, text in _comments(module.text):
        own_line = not before.strip()
        found.extend(_read(text, line, own_line=own_line, at_top=own_line and line < first))
    return tuple(found)


def _is_wanted(module: Module, start: int, first: int, lines: Container[int]) -> bool:
    """Return whether a possible comment applies to the whole file or to one of some lines."""
    line = bisect_right(module.starts, start)
    end = module.starts[line] if line < len(module.starts) else len(module.text)
    return line < first or line in lines or _FILE.search(module.text, start, end) is not None


def _read(text: str, line: int, *, own_line: bool, at_top: bool) -> list[IgnoreComment]:
    found: list[IgnoreComment] = []
    for match in IGNORE.finditer(text):
        rules = tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip())
        whole_file = match["what"] == "ignore-errors" or (
            at_top and match["tool"] in {"type", "ty"}
        )
        tool = _tool(match["tool"])
        scope: Literal["line", "file"] = "file" if whole_file else "line"
        found.append(IgnoreComment(line, tool, rules, scope, own_line, text))
    config = _CONFIG.match(text)
    if not found and own_line and config is not None:
        found.append(IgnoreComment(line, _tool(config["tool"]), (), "file", own_line, text))
    return found


def _tool(text: str) -> IgnoreTool:
    tools: tuple[IgnoreTool, ...] = ("type", "mypy", "pyright", "ty", "pyrefly", "zuban")
    return next(tool for tool in tools if tool == text)


def _comments(text: str) -> list[tuple[int, str, str]]:
    """Return the line, the text before it, and the text of each comment."""
    # The tokenizer only knows `\n`. Replaced one by one, the lines keep their numbers.
    lines = io.StringIO(NEWLINE.sub("\n", text), newline="\n").readline
    found: list[tuple[int, str, str]] = []
    # The tokenizer of Python 3.11 and older is stricter than the parser in odd places, such as a
    # file that ends in a backslash. All comments are before that place.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        found.extend(
            (token.start[0], token.line[: token.start[1]], token.string)
            for token in tokenize.generate_tokens(lines)
            if token.type == tokenize.COMMENT
        )
    return found
