"""Code that a checker skips because of the code around it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.scopes import FunctionNode
from typed_bg.check.calls.type_origins import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.calls.call_sites import CallSite


_MAY_BE_NONE = re.compile(r"\b(?:None|Optional|Any|object)\b")


class RuledOut(NamedTuple):
    """A condition that cannot hold for a name with this annotation."""

    test: ast.expr
    name: str
    annotation: str


def redefined_at(site: CallSite) -> int | None:
    """Return the line on which the same scope defines the function around a call again."""
    function = next(
        (scope for scope in site.context.scopes if isinstance(scope, FunctionNode)), None
    )
    if function is None:
        return None
    nothing: list[ast.stmt] = []
    body = next((each for each in _bodies(site.module.tree) if function in each), nothing)
    later = body[body.index(function) + 1 :] if function in body else []
    return next(
        (
            node.lineno
            for node in later
            if isinstance(node, FunctionNode) and node.name == function.name
        ),
        None,
    )


def ruled_out_by(site: CallSite) -> RuledOut | None:
    """Return the innermost condition around a call that its name's annotation contradicts."""
    found: RuledOut | None = None
    for node in ast.walk(site.context.scopes[0]):
        if not isinstance(node, ast.If) or not _is_in(site, node.body):
            continue
        for name in _names_without_value(node.test):
            origin = origin_of(site, name)
            if (
                origin is not None
                and origin.annotation
                and not _MAY_BE_NONE.search(origin.annotation)
            ):
                found = RuledOut(node.test, origin.name, origin.annotation)
    return found


def _names_without_value(test: ast.expr) -> Iterator[ast.Name]:
    """Yield the names that are `None` or false wherever a condition holds."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for operand in test.values:
            yield from _names_without_value(operand)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        if isinstance(test.operand, ast.Name):
            yield test.operand
    elif isinstance(test, ast.Compare) and isinstance(test.left, ast.Name):
        compared = [ast.unparse(comparator) for comparator in test.comparators]
        if compared == ["None"] and isinstance(test.ops[0], (ast.Is, ast.Eq)):
            yield test.left


def _is_in(site: CallSite, body: list[ast.stmt]) -> bool:
    return body[0].lineno <= site.line <= (body[-1].end_lineno or body[-1].lineno)


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body
