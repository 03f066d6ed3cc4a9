"""Annotations of a function, as insertions into its text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Module, Span
from typed_bg._source.scopes import defaults
from typed_bg.fix.edits import Replacement, insertion

if TYPE_CHECKING:
    from typed_bg._source.scopes import FunctionNode

_NAME = re.compile(r"(?:async\s+)?def\s+\w+\s*")
_DEFAULT = re.compile(r"[ \t]*=[ \t]*")
# What can contain a bracket that is not one.
_SKIPPED = re.compile(
    r"#[^\r\n]*"
    r"|\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''"
    r"|\"(?:\\.|[^\"\\\r\n])*\"|'(?:\\.|[^'\\\r\n])*'",
    re.DOTALL,
)


class Header(NamedTuple):
    """Where the brackets of the parameters of a function are: the offsets of `(` and `)`."""

    opening: int
    closing: int


def header(module: Module, function: FunctionNode) -> Header | None:
    """Return where the parameters of a function are, or `None` if that is too unusual to tell."""
    start = module.offset(function.lineno, function.col_offset)
    name = _NAME.match(module.text, start)
    if name is None or module.text[name.end() : name.end() + 1] != "(":
        return None
    depth, at = 0, name.end()
    while at < len(module.text):
        skipped = _SKIPPED.match(module.text, at)
        if skipped is not None:
            at = skipped.end()
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(module.text[at], 0)
        if depth == 0:
            return Header(name.end(), at)
        at += 1
    return None


def annotated(module: Module, parameter: ast.arg, annotation: str) -> list[Replacement]:
    """Return the insertions by which a parameter gets an annotation, in place of one it has."""
    if parameter.annotation is not None:
        return [Replacement(module.span(parameter.annotation), annotation)]
    end = module.offset(parameter.lineno, parameter.col_offset) + len(parameter.arg)
    default = _DEFAULT.match(module.text, end)
    if default is None:
        return [insertion(end, f": {annotation}")]
    return [Replacement(Span(end, default.end()), f": {annotation} = ")]


def returning(module: Module, function: FunctionNode, annotation: str) -> list[Replacement] | None:
    """Return the insertion by which a function gets a return type, in place of one it has."""
    if function.returns is not None:
        return [Replacement(module.span(function.returns), annotation)]
    where = header(module, function)
    return None if where is None else [insertion(where.closing + 1, f" -> {annotation}")]


def is_none_by_default(function: FunctionNode, parameter: ast.arg) -> bool:
    """Return whether a parameter is `None` by default."""
    default = defaults(function.args).get(parameter)
    return isinstance(default, ast.Constant) and default.value is None
