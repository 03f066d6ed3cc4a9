"""All functions that a project stores in a parameter, a variable or an attribute."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.definitions import bindings
from typed_bg._source.scopes import (
    FunctionNode,
    class_of_method,
    defaults,
    is_none,
    last_name,
    scopes_of,
)
from typed_bg._source.walk import walk
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.fix.holders import Holder, Statement, holder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from typed_bg._source.module import Module
    from typed_bg._source.scopes import Link, ScopeNode
    from typed_bg.fix.holders import Project


_SETTERS = frozenset({"setattr", "replace"})


class Stored(NamedTuple):
    """A function that is stored.

    Attributes:
        module: Its module.
        node: The function.
        is_bound: Whether it is a method of an object, which gets `self`.
    """

    module: Module
    node: FunctionNode
    is_bound: bool = False


class Unknown(NamedTuple):
    """Something that can be stored, and is not known.

    Attributes:
        module: Where that is shown.
        node: What shows it.
        why: A sentence about it without its end, in which `{}` stands for the source.
    """

    module: Module
    node: ast.expr | ast.stmt
    why: str = "typed-bg does not know the parameters of `{}`"


@dataclass(slots=True)
class StoredValues:
    """Finds what is stored.

    Attributes:
        project: The project.
    """

    project: Project
    _seen: set[tuple[Path, int, str]] = field(default_factory=set["tuple[Path, int, str]"])

    def of(self, holder: Holder) -> Iterator[Stored | Unknown]:
        """Yield all functions that a holder can have, and what is not known of them."""
        key = (holder.module.path, getattr(holder.owner, "lineno", 0), holder.name)
        if key in self._seen:
            return
        self._seen.add(key)
        if holder.parameter is not None and isinstance(holder.owner, FunctionNode):
            yield from self._of_parameter(holder, holder.owner)
        if isinstance(holder.owner, ast.ClassDef):
            yield from self._of_attribute(holder, holder.owner)
        else:
            yield from self._of_variable(holder)

    def _value(
        self, module: Module, scopes: Sequence[ScopeNode], value: ast.expr
    ) -> Iterator[Stored | Unknown]:
        """Yield the functions that an expression can be."""
        if is_none(value):
            return
        if isinstance(value, (ast.IfExp, ast.BoolOp)):
            parts = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
            for part in parts:
                yield from self._value(module, scopes, part)
            return
        function = None if isinstance(value, ast.Call) else self._function(module, scopes, value)
        holder = None if function else holder_of(self.project, module, scopes, value)
        if function is not None:
            yield function
        elif holder is not None and holder.annotation() is not None:
            yield from self.of(holder)
        else:
            yield Unknown(module, value)

    def _function(
        self, module: Module, scopes: Sequence[ScopeNode], value: ast.expr
    ) -> Stored | None:
        if isinstance(value, ast.Name):
            scope = next((scope for scope in scopes if value.id in bindings(scope)), None)
            nodes = list[ast.AST]() if scope is None else bindings(scope)[value.id]
            if len(nodes) == 1 and isinstance(nodes[0], FunctionNode):
                return Stored(module, nodes[0])
            if scope is not module.tree:
                return None
        if isinstance(value, ast.Attribute) and ast.unparse(value.value) == "self":
            owner = class_of_method(module.tree, scopes)
            nodes = list[ast.AST]() if owner is None else bindings(owner).get(value.attr, [])
            if len(nodes) == 1 and isinstance(nodes[0], FunctionNode):
                return Stored(module, nodes[0], is_bound=True)
            return None
        located = definition_in_project(module.path, module.tree, value)
        other = None if located is None else self.project.module(located.path)
        if located is None or other is None or not isinstance(located.node, FunctionNode):
            return None
        is_method = located.node not in located.tree.body
        return Stored(other, located.node, is_bound=is_method)

    def _of_parameter(self, holder: Holder, function: FunctionNode) -> Iterator[Stored | Unknown]:
        arguments = function.args
        positional = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)]
        if positional[:1] in (["self"], ["cls"]):
            del positional[0]
        parameter = holder.parameter
        default = None if parameter is None else defaults(arguments).get(parameter)
        if default is not None:
            yield from self._value(holder.module, [holder.module.tree], default)
        called = function.name
        if called == "__init__":
            owners = (node for node in ast.walk(holder.module.tree) if function in _body(node))
            called = next((owner.name for owner in owners if isinstance(owner, ast.ClassDef)), "")
        with_default = default is not None
        yield from self._passed(holder, called, positional, has_default=with_default)

    def _passed(
        self, holder: Holder, called: str, positional: Sequence[str], *, has_default: bool
    ) -> Iterator[Stored | Unknown]:
        """Yield what calls pass to a parameter.

        Args:
            holder: The parameter, or the attribute for which a constructor has one.
            called: The function or the class that is called.
            positional: The names of its positional parameters.
            has_default: Whether a call need not pass it.
        """
        for module in self.project.naming(called):
            is_another = holder.parameter is not None and _has_another(
                module, called, holder.module.path
            )
            for link in walk(module.tree):
                node = link.node
                if is_another and (isinstance(node, ast.Name) or _calls_name(node)):
                    continue
                if isinstance(node, ast.Call) and last_name(node.func) == called:
                    value = _argument(node, positional, holder.name)
                    if value is not None:
                        yield from self._value(module, list(scopes_of(link)), value)
                    elif _hides(node) or not has_default:
                        why = "typed-bg does not know what `{}` passes to it"
                        yield Unknown(module, node, why)
                else:
                    yield from _other_uses(module, link, called)

    def _of_variable(self, holder: Holder) -> Iterator[Stored | Unknown]:
        is_global = isinstance(holder.owner, ast.Module)
        modules = self.project.naming(holder.name) if is_global else [holder.module]
        for module in modules:
            for link in walk(module.tree):
                node, scopes = link.node, list(scopes_of(link))
                if isinstance(node, ast.Name) and node.id == holder.name:
                    visible = (scope for scope in scopes if holder.name in bindings(scope))
                    if next(visible, None) is not holder.owner and not (
                        is_global and _is_declared_global(holder.name, scopes)
                    ):
                        continue
                elif not (is_global and isinstance(node, ast.Attribute)) or (
                    node.attr != holder.name
                ):
                    continue
                yield from self._assigned(module, link)

    def _of_attribute(self, holder: Holder, owner: ast.ClassDef) -> Iterator[Stored | Unknown]:
        family = self._family(owner.name)
        for module in self.project.naming(holder.name):
            for link in walk(module.tree):
                yield from self._set_by(module, link, holder.name, family)
        own = [node for node in owner.body if isinstance(node, FunctionNode)]
        if all(node.name != "__init__" for node in own):
            found = (node.target for node in owner.body if isinstance(node, ast.AnnAssign))
            fields = [ast.unparse(target) for target in found]
            for name in family:
                yield from self._passed(holder, name, fields, has_default=True)

    def _set_by(
        self, module: Module, link: Link, name: str, family: Sequence[str]
    ) -> Iterator[Stored | Unknown]:
        """Yield what a node stores in an attribute of some classes."""
        node, around = link.node, class_around(link)
        is_own = around is not None and around.name in family
        if isinstance(node, ast.Attribute) and node.attr == name:
            if is_own or ast.unparse(node.value) not in {"self", "cls"}:
                yield from self._assigned(module, link)
        elif isinstance(node, ast.Name) and node.id == name and is_own:
            if link.parent is not None and link.parent.node in _body(around):
                yield from self._assigned(module, link)
        elif isinstance(node, FunctionNode) and node.name == name and is_own:
            yield Unknown(module, node, "a class defines a method with this name")
        elif isinstance(node, ast.Call) and last_name(node.func) in _SETTERS:
            constants = [
                argument.value for argument in node.args if isinstance(argument, ast.Constant)
            ]
            if name in {*constants, *(keyword.arg for keyword in node.keywords)}:
                yield Unknown(module, node, "`{}` can change its value")

    def _assigned(self, module: Module, link: Link) -> Iterator[Stored | Unknown]:
        """Yield what is assigned to a name or an attribute, if something is."""
        node = link.node
        if not isinstance(node, (ast.Name, ast.Attribute)) or isinstance(node.ctx, ast.Load):
            return
        parent = None if link.parent is None else link.parent.node
        if not isinstance(parent, Statement):
            yield Unknown(module, node, "`{}` gets a value that typed-bg does not know")
        elif parent.value is not None:
            value = _default_of_field(parent.value)
            if value is not None:
                yield from self._value(module, list(scopes_of(link)), value)

    def _family(self, name: str) -> list[str]:
        """Return the names of a class and of the classes that derive from it."""
        found = [name]
        for parent in found:
            found += [
                node.name
                for module in self.project.naming(parent)
                for node in ast.walk(module.tree)
                if isinstance(node, ast.ClassDef)
                and node.name not in found
                and any(last_name(base) == parent for base in node.bases)
            ]
        return found


def _other_uses(module: Module, link: Link, name: str) -> Iterator[Unknown]:
    """Yield what uses a function or a class so that calls of it are not found."""
    node = link.node
    if isinstance(node, ast.expr) and last_name(node) == name and _is_passed_on(link):
        yield Unknown(module, node, "`{}` is passed on, and can be called elsewhere")
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name == name and alias.asname not in {None, name}:
                yield Unknown(module, node, "`{}` imports it under another name")


def _has_another(module: Module, name: str, path: Path) -> bool:
    """Return whether a name in a module is one that another module than this one defines."""
    located = definition_in_project(module.path, module.tree, ast.Name(name))
    return located is not None and located.path != path


def _calls_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _argument(call: ast.Call, positional: Sequence[str], name: str) -> ast.expr | None:
    """Return what a call passes to a parameter, if that is shown."""
    index = positional.index(name) if name in positional else len(call.args)
    before = call.args[: index + 1]
    if index < len(call.args) and not any(isinstance(argument, ast.Starred) for argument in before):
        return call.args[index]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _hides(call: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def _is_passed_on(link: Link) -> bool:
    """Return whether a name is used for anything but a call or an annotation."""
    parent = None if link.parent is None else link.parent.node
    if link.field == "bases" or (link.field == "func" and isinstance(parent, ast.Call)):
        return False
    if isinstance(parent, ast.Attribute):
        return False  # such as `Own.hook = send`
    around: Link | None = link
    while around is not None and not isinstance(around.node, ast.stmt):
        if around.field in {"annotation", "returns"}:
            return False
        around = around.parent
    return True


def _default_of_field(value: ast.expr) -> ast.expr | None:
    """Return the default that a field of a dataclass has; `None` if it has none."""
    if isinstance(value, ast.Call) and last_name(value.func) in {"field", "Field"}:
        if value.args or any(keyword.arg == "default_factory" for keyword in value.keywords):
            return value
        return next((keyword.value for keyword in value.keywords if keyword.arg == "default"), None)
    return value


def _is_declared_global(name: str, scopes: Iterable[ScopeNode]) -> bool:
    return any(
        isinstance(node, ast.Global) and name in node.names
        for scope in scopes
        if isinstance(scope, FunctionNode)
        for node in ast.walk(scope)
    )


def class_around(link: Link) -> ast.ClassDef | None:
    """Return the innermost class around a node."""
    around = link.parent
    while around is not None and not isinstance(around.node, ast.ClassDef):
        around = around.parent
    return None if around is None or not isinstance(around.node, ast.ClassDef) else around.node


def _body(node: ast.AST | None) -> list[ast.stmt]:
    return node.body if isinstance(node, (ast.ClassDef, ast.Module)) else []
