"""The arguments of a forwarder's call that are the forwarder's own, and not the target's."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

from typed_bg.check.calls.project_modules import module_at, project_file

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg._source.scopes import FunctionNode
    from typed_bg.check.calls.call_sites import CallSite

_FRAMEWORKS = ("starlette.", "fastapi.", "typed_bg.")
# The known forwarders, with the options that each has beside the target and its arguments.
_OPTIONS: dict[str, frozenset[str]] = {
    "asyncio.to_thread": frozenset(),
    "asyncio.AbstractEventLoop.run_in_executor": frozenset(),
    "concurrent.futures.Executor.submit": frozenset(),
    "anyio.to_thread.run_sync": frozenset({"abandon_on_cancel", "cancellable", "limiter"}),
    "docket.Docket.add": frozenset(),  # they are in the first of its two calls
}


def own_options(site: CallSite) -> frozenset[str] | None:
    """Return the keywords that a forwarder keeps for itself.

    Returns:
        The keywords; `None` if they are not known, or if positional arguments behind the target
        may be the forwarder's own.
    """
    forwarder = site.forwarder
    if forwarder.target is None:
        return None  # the receiver is a task object, whose own parameters can be others
    if forwarder.name.startswith(_FRAMEWORKS):
        return frozenset()
    if forwarder.name in _OPTIONS:
        return _OPTIONS[forwarder.name]
    if forwarder.two_step:
        return None
    return _declared_options(site.module.path, forwarder.name, forwarder.form, forwarder.target)


@functools.lru_cache(maxsize=64)
def _declared_options(path: Path, name: str, form: str, target: int) -> frozenset[str] | None:
    """Return the options of a forwarder that the project itself defines."""
    node = _definition(path, f"{name}.__init__" if form == "class" else name)
    if node is None or node.args.vararg is None:
        return None
    positional = [*node.args.posonlyargs, *node.args.args]
    has_receiver = form != "function"
    if len(positional) != target + 1 + has_receiver:
        return None
    own = [*positional[:-1], *node.args.kwonlyargs]
    return frozenset(parameter.arg for parameter in own)


def _definition(path: Path, name: str) -> FunctionNode | None:
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
