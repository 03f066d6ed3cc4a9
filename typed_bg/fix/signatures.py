"""Annotations of a function, as insertions into its text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Module, Span
from typed_bg._source.scopes import defaults, own_nodes
from typed_bg.fix.edits import Replacement, insertion
from typed_bg.fix.meaning import is_callable_type

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


class AnyParameters(NamedTuple):
    """A `Callable[..., X]` in an annotation: its dots, and its result."""

    dots: ast.expr
    result: ast.expr


def any_parameters(annotation: ast.expr | None) -> list[AnyParameters]:
    """Return each `Callable[..., X]` in an annotation, in the order of the source."""
    found: list[AnyParameters] = []
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Subscript) and is_callable_type(node):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
            if len(parts) == 2 and ast.unparse(parts[0]) == "...":  # noqa: PLR2004  # a pair
                found.append(AnyParameters(*parts))
    return sorted(found, key=lambda each: (each.dots.lineno, each.dots.col_offset))


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


def returns_nothing(function: FunctionNode) -> bool:
    """Return whether a function neither returns a value nor yields one."""
    for node in own_nodes(function):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return False
        value = node.value if isinstance(node, ast.Return) else None
        if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            return False
    return True


def returns_only(node: FunctionNode, calls: set[int]) -> bool:
    """Return whether each value that a function returns is what one of these calls gives."""
    results: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Assign) and id(_awaited(each.value)) in calls:
            results |= {target.id for target in each.targets if isinstance(target, ast.Name)}
    returned = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]
    return bool(returned) and all(
        value is not None
        and (id(_awaited(value)) in calls or (isinstance(value, ast.Name) and value.id in results))
        for value in returned
    )


def _awaited(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Await) else value
