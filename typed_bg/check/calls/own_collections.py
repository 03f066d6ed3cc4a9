"""Classes of the checked project that derive from a framework's collection of background tasks."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode
from typed_bg._source.walk import statements_by_depth
from typed_bg.check.calls.project_modules import (
    definition_in_project,
    method_in_project,
    module_at,
    project_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_modules import Located


def passes_all_on(site: CallSite, class_name: str) -> bool:
    """Return whether a class of the project passes all that a call has on to the target.

    Args:
        site: The call.
        class_name: The class of its receiver, as a checker writes it.
    """
    owner = _class(site.module.path, site.module.tree, class_name)
    return owner is not None and _passes_all_on(owner, site.forwarder.last_name)


@functools.lru_cache(maxsize=64)
def _class(path: Path, tree: ast.Module, name: str) -> Located | None:
    """Return a class by its name in a module, in one that this imports from, or its full name."""
    module, _, last = name.rpartition(".")
    files = [project_file(path, module, 0)] if module else [path, *_imported(path, tree)]
    for file in files:
        inside = None if file is None else module_at(file)
        if file is not None and inside is not None and last.isidentifier():
            owner = definition_in_project(file, inside, ast.Name(last))
            if owner is not None and isinstance(owner.node, ast.ClassDef):
                return owner
    return None


def _imported(path: Path, tree: ast.Module) -> Iterator[Path | None]:
    for node in statements_by_depth(tree):
        if isinstance(node, ast.ImportFrom):
            yield project_file(path, node.module or "", node.level)


def _passes_all_on(owner: Located, method: str) -> bool:
    if not isinstance(owner.node, ast.ClassDef):
        return False
    located = method_in_project(owner.path, owner.tree, owner.node.name, method)
    if located is None:
        return True  # it is the framework's
    return isinstance(located.node, FunctionNode) and _hands_on(located.node)


def _hands_on(method: FunctionNode) -> bool:
    """Return whether a method takes a target and its arguments, and uses them as they are."""
    args = method.args
    positional = [*args.posonlyargs, *args.args]
    if len(positional) != len(("self", "target")) or args.vararg is None or args.kwonlyargs:
        return False
    target = positional[1].arg
    rows = args.vararg.arg
    options = None if args.kwarg is None else args.kwarg.arg
    uses = [
        call
        for call in ast.walk(method)
        if isinstance(call, ast.Call)
        and any(
            isinstance(argument, ast.Starred) and _is(argument.value, rows)
            for argument in call.args
        )
    ]
    return bool(uses) and all(_has_only(call, target, options) for call in uses)


def _has_only(call: ast.Call, target: str, options: str | None) -> bool:
    before = [argument for argument in call.args if not isinstance(argument, ast.Starred)]
    return (
        all(_is(argument, target) for argument in before)
        and len(call.args) == len(before) + 1
        and all(
            keyword.arg is None and options and _is(keyword.value, options)
            for keyword in call.keywords
        )
        and bool(call.keywords) == bool(options)
    )


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
