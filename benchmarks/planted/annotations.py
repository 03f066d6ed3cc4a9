"""Find out whether an object without any other type fits an annotation."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.definitions import bindings
from typed_bg.check.calls.project_modules import definition_in_project

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_FITS = frozenset({"Any", "object", "Hashable", "T", "Self", "Unknown", "AnyStr"})
_STEPS = 5


class Scope(NamedTuple):
    """The module that an annotation is in.

    Attributes:
        path: The file.
        tree: The module.
        installed: The packages, besides the standard library, that the environment has.
    """

    path: Path
    tree: ast.Module
    installed: Collection[str]


def may_fit(scope: Scope, annotation: ast.expr, steps: int = _STEPS) -> bool:
    """Return whether `object()` may fit an annotation; true if the source does not say."""
    if not steps:
        return True
    members = _members(annotation)
    if members is not None:
        return any(may_fit(scope, member, steps) for member in members)
    if isinstance(annotation, ast.Constant):
        return annotation.value is not None
    if isinstance(annotation, ast.Subscript):
        is_literal = ast.unparse(annotation.value).rpartition(".")[2] == "Literal"
        return not is_literal and may_fit(scope, annotation.value, steps)
    return not is_dotted(annotation) or _name_may_fit(scope, annotation, steps)


def _members(annotation: ast.expr) -> list[ast.expr] | None:
    """Return the annotations that another one is made of, if one of them must be fit."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return [ast.parse(annotation.value, mode="eval").body]
        except SyntaxError:
            return None
    if isinstance(annotation, ast.BinOp):
        return [annotation.left, annotation.right]
    if isinstance(annotation, ast.Subscript):
        name = ast.unparse(annotation.value).rpartition(".")[2]
        inner = annotation.slice
        members = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Annotated":
            return members[:1]
        if name in {"Optional", "Union"}:
            return members
    return None


def _name_may_fit(scope: Scope, annotation: ast.expr, steps: int) -> bool:
    text = ast.unparse(annotation)
    if text.rpartition(".")[2] in _FITS:
        return True
    located = definition_in_project(scope.path, scope.tree, annotation)
    if located is not None:
        node = located.node
        if isinstance(node, ast.ClassDef):
            return any(ast.unparse(base).endswith("Protocol") for base in node.bases)
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        inner = Scope(located.path, located.tree, scope.installed)
        return value is None or isinstance(value, ast.Call) or may_fit(inner, value, steps - 1)
    root = text.partition(".")[0]
    for binding in bindings(scope.tree).get(root, ()):
        if isinstance(binding, (ast.Import, ast.ImportFrom)):
            return package_of(binding, root) not in {*sys.stdlib_module_names, *scope.installed}
        return True
    return root == text and not hasattr(builtins, root)


def package_of(node: ast.Import | ast.ImportFrom, name: str) -> str:
    """Return the package that a name is imported from; empty for a relative import."""
    if isinstance(node, ast.ImportFrom):
        return "" if node.level else (node.module or "").partition(".")[0]
    names = {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
    return names[name].partition(".")[0]


def is_dotted(expression: ast.expr) -> bool:
    """Return whether an expression is a name, or an attribute of one."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return isinstance(expression, ast.Name)
