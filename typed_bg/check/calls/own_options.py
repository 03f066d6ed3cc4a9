"""The arguments of a forwarder's call that are the forwarder's own, and not the target's."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

from typed_bg._source.scopes import parameters
from typed_bg.check.calls.project_modules import module_at, project_file

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg._source.scopes import FunctionNode
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.forwarders import Forwarder


def own_options(site: CallSite) -> frozenset[str] | None:
    """Return the keywords that a forwarder keeps for itself.

    Returns:
        The keywords; `None` if they are not known, or if positional arguments behind the target
        may be the forwarder's own.
    """
    forwarder = site.forwarder
    if forwarder.has_containers:
        return frozenset()  # the target's arguments are apart from the forwarder's
    if forwarder.options is not None:
        return forwarder.options
    if forwarder.target is None or forwarder.two_step:
        return None
    return _declared_options(site.module.path, forwarder.name, forwarder.form, forwarder.target)


def parameters_without_variadics(path: Path, forwarder: Forwarder) -> list[str] | None:
    """Return the parameters of a forwarder that the project defines, if it has no variadics.

    Args:
        path: A file from which modules of the project are looked for.
        forwarder: A forwarder that a user declares.

    Returns:
        The names, without `self`; `None` if it takes `*args` or `**kwargs`, or if the project does
        not define it.
    """
    is_class = forwarder.form == "class"
    node = definition_at(path, f"{forwarder.name}.__init__" if is_class else forwarder.name)
    if node is None or node.args.vararg is not None or node.args.kwarg is not None:
        return None
    names = [parameter.arg for parameter in parameters(node.args)]
    return names if forwarder.form == "function" else names[1:]


@functools.lru_cache(maxsize=64)
def _declared_options(path: Path, name: str, form: str, target: int) -> frozenset[str] | None:
    """Return the options of a forwarder that the project itself defines."""
    node = definition_at(path, f"{name}.__init__" if form == "class" else name)
    if node is None or node.args.vararg is None:
        return None
    positional = [*node.args.posonlyargs, *node.args.args]
    has_receiver = form != "function"
    if len(positional) != target + 1 + has_receiver:
        return None
    own = [*positional[:-1], *node.args.kwonlyargs]
    return frozenset(parameter.arg for parameter in own)


def definition_at(path: Path, name: str) -> FunctionNode | None:
    """Return the function of a dotted name, if a module of the project defines it."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        file = project_file(path, ".".join(parts[:count]), 0)
        tree = None if file is None else module_at(file)
        if tree is not None:
            return _within(tree, parts[count:])
    return None


def _within(tree: ast.Module, parts: list[str]) -> FunctionNode | None:
    body = tree.body
    found: ast.stmt | None = None
    for part in parts:
        named = [
            node
            for node in body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and node.name == part
        ]
        if len(named) != 1:
            return None
        found = named[0]
        body = named[0].body
    return found if isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
