"""The comments by which checkers are told to keep quiet, and where they stand."""

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

# PEP 484 has one comment for all checkers, here `tool="type"`; each has its own mind about it.
_IGNORE = re.compile(
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
        line: Where it stands.
        tool: Whose comment it is; `type` is the one of PEP 484, `# type: ignore`.
        rules: The rules that it names; none for a bare one.
        scope: Whether it speaks for its line or for the whole file.
        own_line: Whether nothing else stands on its line. ty and pyrefly then apply it to the
            line below, the others to nothing.
        text: The comment.
    """

    line: int
    tool: IgnoreTool
    rules: tuple[str, ...]
    scope: Literal["line", "file"]
    own_line: bool
    text: str


def ignore_comments(module: Module, lines: Container[int]) -> tuple[IgnoreComment, ...]:
    """Return the comments in a module that silence or configure a checker, in their order.

    Args:
        module: The module.
        lines: Where those are wanted that speak for their line.

    Returns:
        All of them, or none where none of them is wanted.
    """
    first = module.tree.body[0].lineno if module.tree.body else len(module.starts) + 1
    # To tell comments from strings takes longer than all else that is done with a module.
    if not any(_is_wanted(module, it.start(), first, lines) for it in _ANY.finditer(module.text)):
        return ()
    found: list[IgnoreComment] = []
    for line, before, text in _comments(module.text):
        own_line = not before.strip()
        found.extend(_read(text, line, own_line=own_line, at_top=own_line and line < first))
    return tuple(found)


def _is_wanted(module: Module, start: int, first: int, lines: Container[int]) -> bool:
    """Tell whether what may be a comment speaks for the whole file, or for one of some lines."""
    line = bisect_right(module.starts, start)
    end = module.starts[line] if line < len(module.starts) else len(module.text)
    return line < first or line in lines or _FILE.search(module.text, start, end) is not None


def _read(text: str, line: int, *, own_line: bool, at_top: bool) -> list[IgnoreComment]:
    found: list[IgnoreComment] = []
    for match in _IGNORE.finditer(text):
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
    """Return line, text before and text of each comment."""
    # The tokenizer knows `\n` only; replaced one for one, the lines keep their numbers.
    lines = io.StringIO(NEWLINE.sub("\n", text), newline="\n").readline
    found: list[tuple[int, str, str]] = []
    # The tokenizer of Python 3.11 and older is stricter than the parser in odd places, such as a
    # file that ends in a backslash. What stands before is all that there is to find.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        found.extend(
            (token.start[0], token.line[: token.start[1]], token.string)
            for token in tokenize.generate_tokens(lines)
            if token.type == tokenize.COMMENT
        )
    return found
