"""What holds a function that is passed on: a parameter, a variable or an attribute of a class."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings
from typed_bg._source.module import Module
from typed_bg._source.scopes import (
    FunctionNode,
    ScopeNode,
    class_of_method,
    is_none,
    last_name,
    parameters,
)
from typed_bg.check.calls.project_modules import definition_in_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

Statement = ast.Assign | ast.AnnAssign
_STEPS = 5  # from an attribute to the object that has it, and from a class to its bases


@dataclass(frozen=True, slots=True)
class Project:
    """The modules of a project, each of which is parsed once.

    Attributes:
        module: Returns the module of a file; `None` if it cannot be read.
        naming: Returns the modules that contain a name.
    """

    module: Callable[[Path], Module | None]
    naming: Callable[[str], Iterable[Module]]


@dataclass(frozen=True, slots=True)
class Holder:
    """A parameter, a variable, or an attribute.

    Attributes:
        module: Its module.
        owner: The function that has the parameter or the variable, the class that has the
            attribute, or the module.
        name: Its name.
    """

    module: Module
    owner: FunctionNode | ast.ClassDef | ast.Module
    name: str

    @property
    def parameter(self) -> ast.arg | None:
        """The parameter, if it is one."""
        owner = self.owner
        return self.of_function(owner, self.name) if isinstance(owner, FunctionNode) else None

    @staticmethod
    def of_function(function: FunctionNode, name: str) -> ast.arg | None:
        """Return a parameter of a function."""
        return next(
            (parameter for parameter in parameters(function.args) if parameter.arg == name), None
        )

    def assignments(self) -> Iterator[Statement]:
        """Yield the statements that give it a value or a type, in its scope or in its class."""
        if not isinstance(self.owner, ast.ClassDef):
            nodes = bindings(self.owner).get(self.name, ())
            yield from (node for node in nodes if isinstance(node, Statement))
            return
        for member in self.owner.body:
            if isinstance(member, Statement) and self.name in written_targets(member):
                yield member
        for method in self.owner.body:
            for node in ast.walk(method) if isinstance(method, FunctionNode) else ():
                if isinstance(node, Statement) and f"self.{self.name}" in written_targets(node):
                    yield node

    def annotation(self) -> ast.expr | None:
        """Return its annotation."""
        if self.parameter is not None:
            return self.parameter.annotation
        found = (node.annotation for node in self.assignments() if isinstance(node, ast.AnnAssign))
        return next(found, None)


def written_targets(node: Statement) -> list[str]:
    """Return what a statement assigns to, as it is written."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [ast.unparse(target) for target in targets]


def holder_of(
    project: Project, module: Module, scopes: Sequence[ScopeNode], expression: ast.expr
) -> Holder | None:
    """Return what an expression refers to, if it is something that has a type of its own.

    Args:
        project: The project.
        module: The module of the expression.
        scopes: The scopes around it, innermost first.
        expression: A name, or an attribute of an object of a class of the project.
    """
    return _holder(project, module, scopes, expression, _STEPS)


def _holder(
    project: Project,
    module: Module,
    scopes: Sequence[ScopeNode],
    expression: ast.expr,
    steps: int,
) -> Holder | None:
    if isinstance(expression, ast.Name):
        scope = next((scope for scope in scopes if expression.id in bindings(scope)), None)
        if scope is None or isinstance(scope, ast.Lambda):
            return None
        if not isinstance(bindings(scope)[expression.id][-1], ast.ImportFrom):
            return Holder(module, scope, expression.id)
        located = definition_in_project(module.path, module.tree, expression)
        other = None if located is None else project.module(located.path)
        if located is None or other is None or not isinstance(located.node, Statement):
            return None
        return Holder(other, other.tree, written_targets(located.node)[0])
    if isinstance(expression, ast.Attribute) and steps:
        owner = _class_of(project, module, scopes, expression.value, steps - 1)
        return None if owner is None else _attribute(project, *owner, expression.attr, steps)
    return None


_Class = tuple[Module, ast.ClassDef]


def _class_of(
    project: Project,
    module: Module,
    scopes: Sequence[ScopeNode],
    expression: ast.expr,
    steps: int,
) -> _Class | None:
    """Return the class of an object."""
    if isinstance(expression, ast.Name) and expression.id in {"self", "cls"}:
        owner = class_of_method(module.tree, scopes)
        return None if owner is None else (module, owner)
    holder = _holder(project, module, scopes, expression, steps)
    if holder is None:
        return None
    annotation = without_none(holder.annotation())
    values = [node.value for node in holder.assignments() if isinstance(node.value, ast.Call)]
    made = annotation or next(iter(values), None)
    return None if made is None else _named_class(project, holder.module, made)


def _named_class(project: Project, module: Module, expression: ast.expr) -> _Class | None:
    located = definition_in_project(module.path, module.tree, expression)
    other = None if located is None else project.module(located.path)
    if located is None or other is None or not isinstance(located.node, ast.ClassDef):
        return None
    name = located.node.name
    nodes = (node for node in other.tree.body if isinstance(node, ast.ClassDef))
    return next(((other, node) for node in nodes if node.name == name), None)


def _attribute(
    project: Project, module: Module, owner: ast.ClassDef, name: str, steps: int
) -> Holder | None:
    """Return an attribute of a class or of a base of it.

    If it has no annotation and gets the value of a parameter, the parameter has its type.
    """
    holder = Holder(module, owner, name)
    if holder.annotation() is not None:
        return holder
    for method in owner.body:
        for node in ast.walk(method) if isinstance(method, FunctionNode) else ():
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Name)
                and f"self.{name}" in written_targets(node)
                and isinstance(method, FunctionNode)
                and Holder(module, method, node.value.id).parameter is not None
            ):
                return Holder(module, method, node.value.id)
    for base in owner.bases if steps else ():
        parent = _named_class(project, module, base)
        found = None if parent is None else _attribute(project, *parent, name, steps - 1)
        if found is not None:
            return found
    return None


def without_none(annotation: ast.expr | None) -> ast.expr | None:
    """Return an annotation without `None` and `ClassVar`."""
    if isinstance(annotation, ast.BinOp):
        sides = [annotation.left, annotation.right]
        members = [each for each in sides if not is_none(each)]
        return without_none(members[0]) if len(members) == 1 else annotation
    if isinstance(annotation, ast.Subscript):
        name = last_name(annotation.value)
        if name in {"Optional", "ClassVar"}:
            return without_none(annotation.slice)
    return annotation
