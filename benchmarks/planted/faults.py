"""Plant a fault into a call."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING, Literal

from typed_bg._source.module import NEWLINE, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.planted.calls import Call
    from typed_bg._source.module import Module

Kind = Literal["extra", "missing", "wrong type"]
KINDS: tuple[Kind, ...] = ("extra", "missing", "wrong type")
Edit = tuple[Span, str]


def planted(module: Module, edits: Iterable[Edit]) -> bytes:
    """Return a file with edits.

    Args:
        module: The file.
        edits: The spans to replace, and what by.
    """
    text = module.text
    for span, new in sorted(edits, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    ast.parse(text)
    return module.encode(text)


def extra(call: Call) -> Edit:
    """Add a keyword that no target has."""
    end = call.module.span(call.node).end - 1
    pieces = _pieces(call)
    comma = "" if not call.module.slice(pieces[-1]).strip() else ", "
    return Span(end, end), f"{comma}planted_wrong=1"


def missing(call: Call) -> Edit:
    """Remove the last positional argument."""
    pieces = _pieces(call)
    number = len(call.node.args) - 1  # positional arguments come first in all calls that qualify
    return Span(pieces[number - 1].end, pieces[number].end), ""


def wrong_type(call: Call, value: ast.expr) -> Edit:
    """Replace the value of an argument by an object that has no other type."""
    return call.module.span(value), "object()"


def _pieces(call: Call) -> list[Span]:
    """Return the spans between the commas of a call; the last one is blank behind a last comma."""
    start = call.module.span(call.node.func).end
    end = call.module.span(call.node).end
    text = call.module.text[start:end]
    offsets = [0, *(newline.end() for newline in NEWLINE.finditer(text))]
    pieces: list[Span] = []
    depth, begin = 0, start
    comment_free = start
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        at = start + offsets[token.start[0] - 1] + token.start[1]
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
            begin = at + 1 if depth == 1 else begin
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
            if depth == 0:
                pieces.append(Span(begin, max(begin, comment_free)))
                break
        elif token.type == tokenize.OP and token.string == "," and depth == 1:
            pieces.append(Span(begin, at))
            begin = at + 1
        if token.type not in {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE} and depth:
            comment_free = start + offsets[token.end[0] - 1] + token.end[1]
    return pieces
