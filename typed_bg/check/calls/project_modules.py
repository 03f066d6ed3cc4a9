"""Follow a name through the imports of a project's modules to its definition."""

from __future__ import annotations

import ast
import contextlib
import functools
import sys
from typing import TYPE_CHECKING, NamedTuple, cast

from typed_bg._source.module import Unreadable, parse
from typed_bg._source.scopes import FunctionNode, ScopeNode, remembered
from typed_bg._source.walk import statements_by_depth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_DEEP = 8  # folders upwards: a project's root is not far, and above it are other projects
_STEPS = 8  # re-exports


class Located(NamedTuple):
    """A name in a module of the project, and the statement that defines it there."""

    path: Path
    tree: ast.Module
    node: ast.stmt


class Registered(NamedTuple):
    """A function that is registered under a name.

    Attributes:
        path: Its module.
        tree: The same, parsed.
        node: The function.
        module_name: The dotted name of its module; `None` if it is not known.
    """

    path: Path
    tree: ast.Module
    node: FunctionNode
    module_name: str | None


def definition_in_project(path: Path, tree: ast.Module, expression: ast.expr) -> Located | None:
    """Return where the project defines the object that an expression of a module refers to.

    Args:
        path: The module's file.
        tree: The module.
        expression: A name, an attribute of an imported module, or a method of a class or of an
            object that the module level makes of one. A call stands for what is called.
    """
    return _definition(path, tree, expression, _STEPS)


def method_in_project(path: Path, tree: ast.Module, owner: str, name: str) -> Located | None:
    """Return where the project defines a method of a class, or of a base of it.

    Args:
        path: The module's file.
        tree: The module.
        owner: The dotted name by which the module knows the class.
        name: The method's name.
    """
    expression = ast.parse(owner, mode="eval").body
    located = _class_of(path, tree, expression, _STEPS)
    return None if located is None else _method_of(located, name, _STEPS)


class ImportedFrom(NamedTuple):
    """An import from a package outside the project, and the module in which it is."""

    path: Path
    node: ast.ImportFrom


def outside_project(path: Path, tree: ast.Module, name: str) -> ImportedFrom | None:
    """Return the import that brings a name into the project, if it comes from a package.

    Args:
        path: The module's file.
        tree: The module.
        name: The name. The project's modules may import it from each other.
    """
    for _ in range(_STEPS):
        node, original = _import_of(tree, name)
        if node is None:
            return None
        file = project_file(path, node.module or "", node.level)
        if file is None:
            package = (node.module or "").partition(".")[0]
            is_package = not node.level and package not in sys.stdlib_module_names
            return ImportedFrom(path, node) if is_package else None
        module = module_at(file)
        if module is None:
            return None
        path, tree, name = file, module, original
    return None


def _import_of(tree: ast.Module, name: str) -> tuple[ast.ImportFrom | None, str]:
    """Return the statement that imports a name, and the name there."""
    for node in statements_by_depth(tree):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if isinstance(node, ast.ImportFrom) and (alias.asname or alias.name) == name:
                return node, alias.name
    return None, name


def _definition(path: Path, tree: ast.Module, expression: ast.expr, steps: int) -> Located | None:
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Name):
        return _definition_of(path, tree, expression.id, _STEPS)
    if isinstance(expression, ast.Attribute) and steps:
        file = _module_of(path, tree, expression.value)
        module = None if file is None else module_at(file)
        if file is not None and module is not None:
            return _definition_of(file, module, expression.attr, _STEPS)
        owner = _class_of(path, tree, expression.value, steps - 1)
        return None if owner is None else _method_of(owner, expression.attr, steps - 1)
    return None


def _class_of(path: Path, tree: ast.Module, expression: ast.expr, steps: int) -> Located | None:
    """Return the class that an expression is, or is an object of, or that a function returns."""
    located = _definition(path, tree, expression, steps)
    if (
        located is not None
        and isinstance(located.node, (ast.Assign, ast.AnnAssign))
        and isinstance(located.node.value, ast.Call)
    ):
        located = _definition(located.path, located.tree, located.node.value, steps)
    if located is not None and isinstance(located.node, FunctionNode) and steps:
        returns = located.node.returns
        if isinstance(returns, ast.Constant) and isinstance(returns.value, str):
            with contextlib.suppress(SyntaxError):
                returns = ast.parse(returns.value, mode="eval").body
        if isinstance(returns, (ast.Name, ast.Attribute)):
            return _class_of(located.path, located.tree, returns, steps - 1)
    return located if located is not None and isinstance(located.node, ast.ClassDef) else None


def _method_of(owner: Located, name: str, steps: int) -> Located | None:
    """Return a method of a class, or of the bases that the project defines."""
    if not isinstance(owner.node, ast.ClassDef):
        return None
    for node in owner.node.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return Located(owner.path, owner.tree, node)
    for base in owner.node.bases if steps else ():
        parent = _class_of(owner.path, owner.tree, base, steps - 1)
        found = None if parent is None else _method_of(parent, name, steps - 1)
        if found is not None:
            return found
    return None


def _definition_of(path: Path, tree: ast.Module, name: str, steps: int) -> Located | None:
    found: Located | None = None
    for node in _givers(tree).get(name, ()):
        if not isinstance(node, ast.ImportFrom):
            found = Located(path, tree, node)
            continue
        for alias in node.names if steps else ():
            if (alias.asname or alias.name) != name:
                continue
            file = project_file(path, node.module or "", node.level)
            module = None if file is None else module_at(file)
            if file is not None and module is not None:
                found = _definition_of(file, module, alias.name, steps - 1) or found
    return found


@remembered
def _givers(tree: ScopeNode) -> Mapping[str, list[ast.stmt]]:
    """Return what gives each name of a module: statements at its level, and imports anywhere."""
    body = set[ast.AST]() if isinstance(tree, ast.Lambda) else {*tree.body}
    found: dict[str, list[ast.stmt]] = {}
    for node in statements_by_depth(tree):
        names: Iterable[str] = ()
        if isinstance(node, ast.ImportFrom):
            names = dict.fromkeys(alias.asname or alias.name for alias in node.names)
        elif node not in body:
            continue
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = (node.name,)
        elif isinstance(node, ast.stmt):
            names = dict.fromkeys(names_given_by(node))
        for name in names:
            found.setdefault(name, []).append(cast("ast.stmt", node))
    return found


def names_given_by(node: ast.stmt) -> list[str]:
    """Return the names that an assignment gives a value or a type, or that `type X = ...` does."""
    targets: list[ast.expr | None] = []
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = [*node.targets] if isinstance(node, ast.Assign) else [node.target]
    elif type(node).__name__ == "TypeAlias":  # `type X = ...`, which Python 3.12 and later read
        targets = [getattr(node, "name", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _module_of(path: Path, tree: ast.Module, expression: ast.expr) -> Path | None:
    """Return the file of the project's module that an expression stands for, if it is one."""
    named = next(modules_named(path, tree, ast.unparse(expression)), None)
    if named is not None or not isinstance(expression, ast.Attribute):
        return named
    package = _module_of(path, tree, expression.value)
    inside = None if package is None else module_at(package)
    if package is None or inside is None:
        return None
    named = next(modules_named(package, inside, expression.attr), None)
    if named is None and package.name == "__init__.py":
        return project_file(package, expression.attr, 1)
    return named


def modules_named(path: Path, tree: ast.Module, name: str) -> Iterator[Path | None]:
    """Yield the file of each module that a module imports as a whole under a name.

    Yields:
        The file; `None` for a module that is not one of the project.
    """
    for node in statements_by_depth(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if (alias.asname or alias.name) != name:
                    continue
                if isinstance(node, ast.Import):
                    yield project_file(path, alias.name, 0)
                else:
                    module = f"{node.module or ''}.{alias.name}".strip(".")
                    yield project_file(path, module, node.level)


def project_file(path: Path, module: str, level: int) -> Path | None:
    """Return the file of a module of the project, looked for from the one that imports it."""
    folders = [path.parents[level - 1]] if level else list(path.parents)[:_DEEP]
    parts = module.split(".") if module else []
    for folder in folders:
        stem = folder.joinpath(*parts)
        for file in (stem / "__init__.py", stem.with_suffix(".py")):
            if file.is_file():
                return file
    return None


@functools.lru_cache(maxsize=64)
def module_at(file: Path) -> ast.Module | None:
    """Return a module of the project, or `None` if it cannot be read."""
    try:
        module = parse(file, file.read_bytes())
    except OSError:
        return None
    return None if isinstance(module, Unreadable) else module.tree
