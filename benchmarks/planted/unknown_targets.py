"""Say why the source does not show which function a target is."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from benchmarks.planted.annotations import package_of
from typed_bg._source.definitions import bindings
from typed_bg.check.calls.project_modules import project_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from benchmarks.planted.calls import Call
    from typed_bg._source.scopes import FunctionNode, ScopeNode

_STEPS = 5


def why_unknown(call: Call, installed: Collection[str]) -> str:
    """Return why no checker can know a target, if the source shows it; or else nothing.

    Args:
        call: The call.
        installed: The packages, besides the standard library, that the environment has.
    """
    name = _root(call.target)
    return "" if name is None else _why(call, name, installed, _STEPS)


def has_missing_decorator(
    path: Path, tree: ast.Module, node: FunctionNode, installed: Collection[str]
) -> bool:
    """Return whether a decorator of a function is from a package that is not installed."""
    roots = [_root(decorator) for decorator in node.decorator_list]
    return any(
        _is_missing(path, binding, root, installed)
        for root in roots
        if root is not None
        for binding in bindings(tree).get(root, ())
        if isinstance(binding, (ast.Import, ast.ImportFrom))
    )


def _root(expression: ast.expr) -> str | None:
    """Return the name that an expression begins with."""
    while isinstance(expression, (ast.Attribute, ast.Call, ast.Await, ast.Subscript)):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def _why(call: Call, name: str, installed: Collection[str], steps: int) -> str:
    for scope in call.scopes:
        if not isinstance(scope, ast.Module) and _is_item(scope, name):
            return "the target is an item of a list"
        if nodes := bindings(scope).get(name):
            return _why_of(call, nodes[-1], name, installed, steps)
    return ""


def _is_item(scope: ScopeNode, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == name
        for node in ast.walk(scope)
        if isinstance(node, (ast.For, ast.AsyncFor))
        for each in ast.walk(node.target)
    )


def _why_of(call: Call, node: ast.AST, name: str, installed: Collection[str], steps: int) -> str:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        is_missing = _is_missing(call.module.path, node, name, installed)
        return "the target is from a package that is not installed" if is_missing else ""
    if not steps:
        return ""
    if isinstance(node, ast.arg) and name not in {"self", "cls"}:
        return _why_parameter(call, node, installed, steps)
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    root = None if value is None else _root(value)
    return "" if root in {None, name} else _why(call, str(root), installed, steps - 1)


def _why_parameter(call: Call, node: ast.arg, installed: Collection[str], steps: int) -> str:
    if node.annotation is None:
        return "the target is a parameter without a type"
    names = {each.id for each in ast.walk(node.annotation) if isinstance(each, ast.Name)}
    if "Any" in names or "Callable" in ast.unparse(node.annotation):
        return "the target is a parameter that takes any function"
    found = (_why(call, each, installed, steps - 1) for each in sorted(names))
    return next(filter(None, found), "")


def _is_missing(
    path: Path, node: ast.Import | ast.ImportFrom, name: str, installed: Collection[str]
) -> bool:
    package = package_of(node, name)
    if not package or package in sys.stdlib_module_names or package in installed:
        return False
    return project_file(path, package, 0) is None
