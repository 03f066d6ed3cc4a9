"""Follow a name through the imports of a project's modules to its definition."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Unreadable, parse
from typed_bg._source.walk import statements_by_depth

if TYPE_CHECKING:
    from pathlib import Path

_DEEP = 5  # folders upwards: a project's root is not far, and above it are other projects
_STEPS = 8  # re-exports


class Located(NamedTuple):
    """A name in a module of the project, and the statement that defines it there."""

    path: Path
    tree: ast.Module
    node: ast.stmt


def definition_in_project(path: Path, tree: ast.Module, expression: ast.expr) -> Located | None:
    """Return where the project defines what an expression of a module stands for.

    Args:
        path: The module's file.
        tree: The module.
        expression: A name, or an attribute of an imported module.
    """
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Name):
        return _definition_of(path, tree, expression.id, _STEPS)
    if isinstance(expression, ast.Attribute):
        file = _module_named(path, tree, ast.unparse(expression.value))
        module = None if file is None else module_at(file)
        if file is not None and module is not None:
            return _definition_of(file, module, expression.attr, _STEPS)
    return None


def _definition_of(path: Path, tree: ast.Module, name: str, steps: int) -> Located | None:
    found: Located | None = None
    for node in statements_by_depth(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name == name and node in tree.body:
                found = Located(path, tree, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node in tree.body and any(
                isinstance(target, ast.Name) and target.id == name for target in targets
            ):
                found = Located(path, tree, node)
        elif isinstance(node, ast.ImportFrom) and steps:
            for alias in node.names:
                if (alias.asname or alias.name) != name:
                    continue
                file = project_file(path, node.module or "", node.level)
                module = None if file is None else module_at(file)
                if file is not None and module is not None:
                    found = _definition_of(file, module, alias.name, steps - 1) or found
    return found


def _module_named(path: Path, tree: ast.Module, name: str) -> Path | None:
    """Return the file of a module of the project that a module imports as a whole."""
    for node in statements_by_depth(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return project_file(path, alias.name, 0)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    module = f"{node.module or ''}.{alias.name}".strip(".")
                    return project_file(path, module, node.level)
    return None


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
