"""Targets that a decorator has replaced by an object of a class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.results.report import Reason
from typed_bg.check.verdicts.revealed_types import without_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.reasons.case import Case


def decorator_class(case: Case) -> Iterator[Reason]:
    """Yield that the target is an object of a decorator class, which takes any arguments."""
    revealed, target, module = case.evidence.target, case.site.target, case.site.module
    if revealed is None or target is None:
        return
    located = definition_in_project(module.path, module.tree, target.value)
    if located is None or not isinstance(located.node, FunctionNode):
        return
    for decorator in located.node.decorator_list:
        by = definition_in_project(located.path, located.tree, decorator)
        if by is None or not isinstance(by.node, ast.ClassDef) or isinstance(decorator, ast.Call):
            continue
        name = by.node.name
        call = _call(by.node)
        if call is not None and without_none(revealed).rpartition(".")[2] == name:
            yield Reason(
                "untyped-decorator",
                f"@{ast.unparse(decorator)} turns {located.node.name}() into an object of {name}, "
                f"and {name}.__call__() takes any arguments",
                f"annotate the class with a ParamSpec: `class {name}(Generic[P, R])`",
                case.in_project(by.path, call.lineno),
            )


def _call(owner: ast.ClassDef) -> FunctionNode | None:
    """Return the method `__call__` if it takes any arguments."""
    for node in owner.body:
        if isinstance(node, FunctionNode) and node.name == "__call__":
            variadic = node.args.vararg
            annotation = None if variadic is None else variadic.annotation
            typed = annotation is not None and ast.unparse(annotation).strip("'\"").endswith(
                ".args"
            )
            return node if variadic is not None and node.args.kwarg and not typed else None
    return None
