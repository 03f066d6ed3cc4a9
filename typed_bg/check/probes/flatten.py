"""Write an expression on one line."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from typing_extensions import override

from typed_bg._source.module import NEWLINE

if TYPE_CHECKING:
    from typed_bg._source.module import Module

# These need parentheses in some of the places where an argument may be written.
_PARENTHESISED = (ast.NamedExpr, ast.Yield, ast.YieldFrom)


class FlattenError(Exception):
    """An expression cannot be written on one line; the message gives the reason."""


def flatten(module: Module, node: ast.expr) -> str:
    """Return an expression's text on one line, fit to stand as an argument.

    It is the text as written, unless that goes over several lines; then it is written anew, without
    its comments, so that it has the same type.

    Raises:
        FlattenError: No way was found.
    """
    text = module.slice(module.span(node))
    if NEWLINE.search(text):
        text = _rewrite(node)
    return f"({text})" if isinstance(node, _PARENTHESISED) else text


def _rewrite(node: ast.expr) -> str:
    try:
        text = ast.unparse(node)
        if NEWLINE.search(text):
            # Only an f-string or a t-string is still written over several lines: newlines of its
            # own cannot be escaped.
            text = ast.unparse(_StandIns().visit(copy.deepcopy(node)))
    except ValueError:
        # Before Python 3.12, not every f-string could be written with the quotes that were left.
        text = ast.unparse(_StandIns().visit(copy.deepcopy(node)))
    except RecursionError:
        reason = "it is nested too deeply to be written on one line"
        raise FlattenError(reason) from None
    if NEWLINE.search(text):
        reason = "it cannot be written on one line"
        raise FlattenError(reason)
    return text


class _StandIns(ast.NodeTransformer):
    """Replace each f-string and t-string by another expression of the same type."""

    @override
    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        stand_in = ast.parse("'{}'.format(0)", mode="eval").body
        return ast.copy_location(stand_in, node)

    def visit_TemplateStr(self, node: ast.expr) -> ast.expr:
        """Return a t-string without fields; `ast` has t-strings since Python 3.14."""
        return ast.copy_location(ast.parse("t''", mode="eval").body, node)
