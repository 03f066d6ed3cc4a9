"""Find the function that a call's target is, and which faults in the call can be decided."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.planted.annotations import Scope, is_dotted, may_fit
from benchmarks.planted.unknown_targets import has_missing_decorator, why_unknown
from typed_bg._source.definitions import bindings
from typed_bg._source.scopes import FunctionNode, defaults, parameters
from typed_bg.check.calls.project_modules import definition_in_project, method_in_project

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from benchmarks.planted.calls import Call
    from benchmarks.planted.faults import Kind
    from typed_bg.check.calls.project_modules import Located

_STEPS = 5


class Target(NamedTuple):
    """The function that a target is, in the module that defines it."""

    path: Path
    tree: ast.Module
    node: FunctionNode
    is_bound: bool

    @property
    def positional(self) -> list[ast.arg]:
        """The parameters that positional arguments go to."""
        found = [*self.node.args.posonlyargs, *self.node.args.args]
        return found[1:] if self.is_bound else found


class Verdict(NamedTuple):
    """Whether a fault can be planted into a call, and reported.

    Attributes:
        reason: Why not, in words; empty if it can.
        value: The argument to replace, for a wrong type.
    """

    reason: str = ""
    value: ast.expr | None = None


def decidable(call: Call, kind: Kind, installed: Collection[str]) -> Verdict:
    """Return whether a fault in a call can be decided from the source.

    Args:
        call: The call.
        kind: The fault.
        installed: The packages, besides the standard library, that the environment has.
    """
    if isinstance(call.target, ast.Lambda):
        return Verdict() if kind == "extra" else Verdict("a lambda has no annotations")
    target = _target(call)
    if target is None:
        reason = why_unknown(call, installed)
        if kind != "extra" and not reason:
            reason = "the target is not a function of the package"
        return Verdict(reason)
    if has_missing_decorator(target.path, target.tree, target.node, installed):
        return Verdict("a decorator of the target is from a package that is not installed")
    signature = target.node.args
    if kind == "extra":
        return Verdict("the target takes any keyword" if signature.kwarg else "")
    if call.is_unpacked:
        return Verdict("arguments are unpacked")
    if kind == "missing":
        return _without_last(call, target)
    by_position = zip(call.positional, target.positional, strict=False)
    by_name = {each.arg: each for each in parameters(signature)}
    pairs = [*by_position, *((k.value, by_name[k.arg]) for k in call.keywords if k.arg in by_name)]
    for value, parameter in pairs:
        if parameter.annotation is not None and not may_fit(
            Scope(target.path, target.tree, installed), parameter.annotation
        ):
            return Verdict("", value)
    return Verdict("no argument has a type that rejects an object")


def _without_last(call: Call, target: Target) -> Verdict:
    if not call.positional:
        return Verdict("no positional argument")
    if len(call.positional) > len(target.positional):
        return Verdict("the last positional argument goes to *args")
    last = target.positional[len(call.positional) - 1]
    has_default = last in defaults(target.node.args)
    return Verdict("the last positional argument has a default" if has_default else "")


def _target(call: Call) -> Target | None:
    return _resolved(call, call.target, _STEPS)


def _resolved(call: Call, expression: ast.expr, steps: int) -> Target | None:
    path, tree = call.module.path, call.module.tree
    if not is_dotted(expression):
        return None
    node = _bound(call, expression.id) if isinstance(expression, ast.Name) else None
    if isinstance(node, FunctionNode):
        return Target(path, tree, node, is_bound=False)
    if isinstance(node, ast.Assign):
        return _resolved(call, node.value, steps - 1) if steps else None
    if isinstance(node, ast.arg):
        return None
    return _target_at(_located(call, expression))


def _bound(call: Call, name: str) -> ast.AST | None:
    """Return what binds a name where a call sees it."""
    for scope in call.scopes:
        if nodes := bindings(scope).get(name):
            return nodes[-1]
    return None


def _located(call: Call, expression: ast.expr) -> Located | None:
    path, tree = call.module.path, call.module.tree
    owner = _class_of(call, expression.value) if isinstance(expression, ast.Attribute) else None
    if owner is not None and isinstance(expression, ast.Attribute):
        return method_in_project(path, tree, owner, expression.attr)
    return definition_in_project(path, tree, expression)


def _target_at(located: Located | None) -> Target | None:
    if located is not None and isinstance(located.node, ast.ClassDef):
        located = method_in_project(located.path, located.tree, located.node.name, "__init__")
    if located is None or not isinstance(located.node, FunctionNode):
        return None
    is_static = any(ast.unparse(each) == "staticmethod" for each in located.node.decorator_list)
    is_bound = located.node not in located.tree.body and not is_static
    return Target(located.path, located.tree, located.node, is_bound)


def _class_of(call: Call, expression: ast.expr) -> str | None:
    """Return the name of the class of which a name is an object, if the source gives it."""
    if not isinstance(expression, ast.Name):
        return None
    if expression.id in {"self", "cls"}:
        return call.owner
    node = _bound(call, expression.id)
    if isinstance(node, ast.arg) and node.annotation is not None:
        return _class_name(node.annotation)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func)
    return None


def _class_name(annotation: ast.expr) -> str | None:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        return _class_name(inner.elts[0]) if isinstance(inner, ast.Tuple) else None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation) if is_dotted(annotation) else None
