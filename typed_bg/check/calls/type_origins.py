"""Find where the first name of an expression gets its type, in the module's own text."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.definitions import bindings
from typed_bg._source.scopes import (
    FunctionNode,
    ScopeNode,
    class_of_method,
    is_none,
    parameters,
    remembered,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_bg.check.calls.call_sites import CallSite

OriginKind = Literal["parameter", "value"]
_ANY = re.compile(r"\bAny\b")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place where a name, or an attribute of `self`, gets its type.

    Attributes:
        kind: Whether it is a parameter, or gets a value somewhere.
        name: What is to be annotated there, such as `self.tasks`.
        line: The line.
        annotation: The annotation, without quotes; empty if it has none.
        value: The value assigned to it, if it has no annotation.
        passed: The annotation of the parameter that it is given, if it is one.
    """

    kind: OriginKind
    name: str
    line: int
    annotation: str
    value: str = ""
    passed: str = ""

    @property
    def is_annotated_any(self) -> bool:
        """Whether the annotation itself is Any."""
        return _ANY.search(self.annotation) is not None


def origin_of(site: CallSite, expression: ast.expr) -> Origin | None:
    """Return where what an expression begins with gets its type, or `None` if that isn't shown.

    If the value is a parameter without a type, the result is that parameter, which lacks the type.
    """
    scopes = site.context.scopes
    if isinstance(expression, ast.Name):
        return _origin_of_name(expression.id, scopes, site.line)
    if isinstance(expression, ast.Attribute) and _is_self(expression.value):
        owner = owner_of(site)
        return None if owner is None else _origin_of_attribute(expression, owner)
    value = _within(expression)
    origin = None if value is None else origin_of(site, value)
    if origin is None or not origin.annotation:
        return origin
    owner = _class(site.module.tree, origin.annotation)
    if owner is not None and isinstance(expression, ast.Attribute):
        return _origin_of_attribute(expression, owner)
    return origin


def _within(expression: ast.expr) -> ast.expr | None:
    if isinstance(expression, (ast.Attribute, ast.Subscript, ast.Await)):
        return expression.value
    return expression.func if isinstance(expression, ast.Call) else None


def _class(tree: ast.Module, annotation: str) -> ast.ClassDef | None:
    found = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return next((node for node in found if node.name == annotation), None)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def _origin_of_name(name: str, scopes: tuple[ScopeNode, ...], line: int) -> Origin | None:
    for scope in scopes:
        nodes = bindings(scope).get(name)
        if nodes:
            placed = [
                node for node in nodes if isinstance(node, (ast.arg, ast.Assign, ast.AnnAssign))
            ]
            before = [node for node in placed if node.lineno <= line] or placed
            return _origin(name, before[-1], scope) if before else None
    return None


def _origin(name: str, node: ast.arg | ast.Assign | ast.AnnAssign, scope: ast.AST) -> Origin | None:
    if isinstance(node, ast.arg):
        # What `self` is, its class says.
        return None if name in {"self", "cls"} else _origin_of_parameter(node)
    if isinstance(node, ast.AnnAssign):
        return Origin("value", name, node.lineno, _text(node.annotation))
    source = _parameter(scope, node.value)
    if source is not None and source.annotation is None:
        return _origin_of_parameter(source)
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    passed = "" if source is None or source.annotation is None else _text(source.annotation)
    return Origin("value", name, node.lineno, "", ast.unparse(value), passed)


def _origin_of_parameter(node: ast.arg) -> Origin:
    annotation = "" if node.annotation is None else _text(node.annotation)
    return Origin("parameter", node.arg, node.lineno, annotation)


def _text(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def _parameter(scope: ast.AST, value: ast.expr) -> ast.arg | None:
    """Return the parameter that a value refers to, if it is one of the function around it."""
    if isinstance(value, ast.Name) and isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return next(
            (parameter for parameter in parameters(scope.args) if parameter.arg == value.id), None
        )
    return None


def owner_of(site: CallSite) -> ast.ClassDef | None:
    """Return the class whose method contains a call."""
    return class_of_method(site.module.tree, site.context.scopes)


def _origin_of_attribute(expression: ast.Attribute, owner: ast.ClassDef) -> Origin | None:
    """Return where an attribute is annotated, or where it first gets a value that is not `None`."""
    found = _assignments(owner).get(expression.attr, ())
    annotated = (assignment for assignment in found if isinstance(assignment[0], ast.AnnAssign))
    valued = (assignment for assignment in found if not is_none(assignment[0].value))
    first = next(annotated, None) or next(valued, None)
    if first is None:
        return None
    node, method = first
    name = expression.attr if method is None else f"self.{expression.attr}"
    return _origin(name, node, owner if method is None else method)


@remembered
def _assignments(
    owner: ScopeNode,
) -> Mapping[str, list[tuple[ast.Assign | ast.AnnAssign, FunctionNode | None]]]:
    """Return what gives each attribute of a class its value.

    Returns:
        The assignments by attribute, each with its method; `None` for one in the class itself.
    """
    found: dict[str, list[tuple[ast.Assign | ast.AnnAssign, FunctionNode | None]]] = {}
    for member in owner.body if isinstance(owner, ast.ClassDef) else ():
        if isinstance(member, (ast.Assign, ast.AnnAssign)):
            names = [each.id for each in _targets(member) if isinstance(each, ast.Name)]
            for name in dict.fromkeys(names):
                found.setdefault(name, []).append((member, None))
        elif isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(member):
                if not isinstance(node, (ast.Assign, ast.AnnAssign)):
                    continue
                attributes = [
                    each.attr
                    for each in _targets(node)
                    if isinstance(each, ast.Attribute) and _is_self(each.value)
                ]
                for name in dict.fromkeys(attributes):
                    found.setdefault(name, []).append((node, member))
    return found


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]
