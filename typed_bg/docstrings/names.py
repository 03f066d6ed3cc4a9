"""Resolve the names in annotations.

griffe provides the scopes of a module, its imports, including relative ones, and finds other
modules on disk. Nothing is imported or run.

Three things are read from the syntax tree instead:

- The text of a `Doc`: griffe treats strings inside an annotation as forward references, so
  `Doc("name")` becomes the name `name`, and the text of `Doc("one or two")` loses its layout.
- Nested functions, overloads and redefined names: griffe does not enter function bodies and keeps
  one definition of each name.
- The place of a docstring in the source: griffe only has its lines, and its value without margin.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import griffe

from typed_bg._source.module import Module, read

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 20  # of aliases of aliases, so that a circle of them ends
_KNOWN = frozenset({"Annotated", "Doc", "ClassVar", "Final", "InitVar", "TypeAliasType"})
Scope = griffe.Module | griffe.Class | griffe.Function
ScopeT = TypeVar("ScopeT")


@dataclass(frozen=True, slots=True, eq=False)
class AssignedValue(Generic[ScopeT]):
    """The value assigned to a name, and the scope in which the value's own names are resolved."""

    value: ast.expr
    scope: ScopeT


class NameResolver(Protocol[ScopeT]):
    """What resolves names in annotations."""

    def meaning(self, node: ast.expr, scope: ScopeT) -> str | AssignedValue[ScopeT] | None:
        """Resolve an expression to a dotted path, or to the value assigned to its name."""
        ...


class Modules:
    """The modules that were read. Resolves their names."""

    def __init__(self) -> None:
        """Start without modules."""
        self._modules: dict[Path, griffe.Module | None] = {}
        self._values: dict[tuple[Path, str, int], ast.expr] = {}
        self._finders: dict[Path, griffe.ModuleFinder] = {}

    def scope_of(self, module: Module) -> griffe.Module:
        """Return the outermost scope of a module."""
        path = module.path.resolve()
        known = self._modules.get(path)
        return known if known is not None else self._visit(path, module)

    def function_scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef, outer: Scope) -> Scope:
        """Return the scope of a function's body: its imports and the names that it assigns."""
        scope = griffe.Function(node.name, lineno=node.lineno, parent=outer)
        for statement in _statements(node.body):
            if isinstance(statement, ast.ImportFrom):
                for name in statement.names:
                    path = griffe.relative_to_absolute(statement, name, scope.module)
                    _add_import(scope, name.asname or name.name, path)
            elif isinstance(statement, ast.Import):
                for name in statement.names:
                    first = name.name.partition(".")[0]
                    _add_import(scope, name.asname or first, name.name if name.asname else first)
            else:
                self._add_values(statement, scope)
        return scope

    def meaning(
        self, node: ast.expr, scope: Scope, depth: int = 0
    ) -> str | AssignedValue[Scope] | None:
        """Resolve an expression to a dotted path, or to the value assigned to its name."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            return self._name(node.id, scope, depth)
        if isinstance(node, ast.Attribute):
            base = self.meaning(node.value, scope, depth + 1)
            return (
                self._path(f"{base}.{node.attr}", scope, depth) if isinstance(base, str) else None
            )
        return None

    def _name(self, name: str, scope: Scope, depth: int) -> str | AssignedValue[Scope] | None:
        inner: Scope | None = scope
        while inner is not None:
            member = inner.members.get(name)
            if member is not None:
                return self._member(member, inner, depth, f"{inner.path}.{name}")
            parent = None if isinstance(inner, griffe.Module) else inner.parent
            inner = parent if isinstance(parent, Scope) else None
        found = self._starred(name, scope.module, scope, depth)
        return name if found is None else found

    def _member(
        self, member: griffe.Object | griffe.Alias, owner: Scope, depth: int, path: str
    ) -> str | AssignedValue[Scope] | None:
        if isinstance(member, griffe.Alias):
            return self._path(member.target_path, owner, depth)
        value = self._values.get((_file(owner), member.name, member.lineno or 0))
        if value is None:
            return path
        if isinstance(value, (ast.Name, ast.Attribute)):
            return self.meaning(value, owner, depth + 1)
        return AssignedValue(value, owner)

    def _path(self, path: str, scope: Scope, depth: int) -> str | AssignedValue[Scope] | None:
        """Follow a dotted path through the module that it leads to."""
        parts = path.split(".")
        if depth > _DEPTH:
            return None
        if parts[-1] in _KNOWN or parts[0] in sys.stdlib_module_names or len(parts) == 1:
            return path
        for length in range(len(parts) - 1, 0, -1):
            module = self._find(parts[:length], scope)
            if module is None:
                continue
            owner: Scope = module
            for name in parts[length:-1]:
                inner = owner.members.get(name)
                if not isinstance(inner, Scope):
                    return path
                owner = inner
            member = owner.members.get(parts[-1])
            if member is not None:
                return self._member(member, owner, depth + 1, path)
            found = self._starred(parts[-1], module, owner, depth) if owner is module else None
            return path if found is None else found
        return path

    def _starred(
        self, name: str, module: griffe.Module, scope: Scope, depth: int
    ) -> str | AssignedValue[Scope] | None:
        for member in module.members.values():
            if isinstance(member, griffe.Alias) and member.name.endswith("/*"):
                path = f"{member.target_path}.{name}"
                found = self._path(path, scope, depth + 1)
                if found is not None and found != path:
                    return found
        return None

    def _find(self, parts: list[str], scope: Scope) -> griffe.Module | None:
        root = _root(_file(scope))
        finder = self._finders.get(root)
        if finder is None:
            finder = self._finders[root] = griffe.ModuleFinder([root, *sys.path])
        try:
            package = finder.find_package(parts[0])
        except ModuleNotFoundError:
            return None
        paths = package.path if isinstance(package.path, list) else [package.path]
        for path in paths:
            folder = path.parent if path.name.startswith("__init__.") else path
            if len(parts) == 1:
                candidates = [path]
            else:
                base = folder.joinpath(*parts[1:])
                candidates = [base / "__init__.py", base.with_name(f"{base.name}.py")]
            for file in candidates:
                if file.suffix == ".py" and file.is_file():
                    return self._load(file.resolve())
        return None

    def _load(self, path: Path) -> griffe.Module | None:
        if path not in self._modules:
            module = read(path)
            self._modules[path] = None  # in case reading it leads back to it
            if isinstance(module, Module):
                self._visit(path, module)
        return self._modules[path]

    def _visit(self, path: Path, module: Module) -> griffe.Module:
        *packages, name = _dotted(path)
        parent: griffe.Module | None = None
        root = _root(path)
        for index, package in enumerate(packages):
            file = root.joinpath(*packages[: index + 1], "__init__.py")
            parent = griffe.Module(package, filepath=file, parent=parent)
        scope = griffe.visit(name, path, module.text, parent=parent)
        self._modules[path] = scope
        for statement in ast.walk(module.tree):
            if isinstance(statement, ast.stmt):
                self._remember(statement, path)
        return scope

    def _remember(self, statement: ast.stmt, path: Path) -> None:
        for name, value in _assigned(statement):
            self._values[path, name, statement.lineno] = value

    def _add_values(self, statement: ast.stmt, scope: Scope) -> None:
        self._remember(statement, _file(scope))
        for name, _ in _assigned(statement):
            scope.members[name] = griffe.Attribute(name, lineno=statement.lineno, parent=scope)


def _add_import(scope: griffe.Function, name: str, path: str) -> None:
    if name != "*":
        scope.members[name] = griffe.Alias(name, path)


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign):
        if isinstance(statement.target, ast.Name) and statement.value is not None:
            yield statement.target.id, statement.value
    elif type(statement).__name__ == "TypeAlias":  # which `ast` has since Python 3.12
        name: object = getattr(statement, "name", None)
        value: object = getattr(statement, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            yield name.id, value


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a scope, also those under conditions, not those of inner scopes."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
            handlers = getattr(statement, "handlers", [])
            yield from _statements(inner)
            for handler in handlers:
                yield from _statements(handler.body)


def _file(scope: Scope) -> Path:
    path = scope.module.filepath
    return path if isinstance(path, Path) else Path()


def _root(path: Path) -> Path:
    """Return the folder from which a module is imported."""
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


def _dotted(path: Path) -> list[str]:
    parts = list(path.with_suffix("").relative_to(_root(path)).parts)
    return parts[:-1] if parts[-1] == "__init__" else parts
