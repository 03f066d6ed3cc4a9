"""Find the functions that a project registers as tasks under a name of their own.

`@app.task(name="mail")` gives a Celery task a name that is not that of its module, and arq knows
its functions by their names alone, from the list `functions` of its worker's settings.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from typed_bg._source.module import Unreadable
from typed_bg._source.scopes import FunctionNode
from typed_bg.check.calls.kept_parameters import full_name, task_decorator
from typed_bg.check.calls.project_modules import Located, Registered, definition_in_project
from typed_bg.check.calls.task_decorators import FUNCTION_LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from typed_bg._source.module import Module, Sources
    from typed_bg.check.calls.call_sites import CallSite


def with_registered(
    sites: Sequence[CallSite],
    files: Iterable[Path],
    sources: Sources,
    module_name: Callable[[Path], str | None],
) -> tuple[CallSite, ...]:
    """Add to each call site that names its target the function that is registered under the name.

    Args:
        sites: The call sites.
        files: The files of the project.
        sources: What holds the files.
        module_name: Gives the dotted name of the module in a file, where it is known.
    """
    wanted = {
        (site.forwarder.family, site.target_name) for site in sites if site.target_name is not None
    }
    if not wanted:
        return tuple(sites)
    found: dict[tuple[str, str], dict[tuple[Path, int], Located]] = {}
    words = {name.encode() for _, name in wanted}
    for file in files:
        raw = sources.raw(file)
        if isinstance(raw, Unreadable) or not any(word in raw for word in words):
            continue
        module = sources.module(file)
        if isinstance(module, Unreadable):
            continue
        for family, name, located in _registrations(module):
            if (family, name) in wanted:
                of_name = found.setdefault((family, name), {})
                of_name[located.path, located.node.lineno] = located
    return tuple(_with(site, found, module_name) for site in sites)


def _with(
    site: CallSite,
    found: dict[tuple[str, str], dict[tuple[Path, int], Located]],
    module_name: Callable[[Path], str | None],
) -> CallSite:
    of_name = [*found.get((site.forwarder.family, site.target_name or ""), {}).values()]
    if len(of_name) != 1:
        return site  # none, or it is not known which one
    path, tree, node = of_name[0]
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return site
    return replace(site, registered=Registered(path, tree, node, module_name(path)))


def _registrations(module: Module) -> Iterator[tuple[str, str, Located]]:
    """Yield the family, the name and the place of each function that a module registers."""
    path, tree = module.path, module.tree
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode) and node in tree.body:
            yield from (
                (family, name, Located(path, tree, node))
                for family, name in _by_decorator(path, tree, node)
            )
        yield from _by_list(path, tree, _listed(node))


def _by_decorator(path: Path, tree: ast.Module, node: FunctionNode) -> Iterator[tuple[str, str]]:
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        names = [keyword.value for keyword in decorator.keywords if keyword.arg == "name"]
        task = task_decorator(path, tree, decorator.func) if names else None
        for name in names:
            if task is not None and isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield task.family, name.value


def _listed(node: ast.AST) -> list[ast.expr]:
    """Return what the list consists of that registers functions, if a node assigns or passes it."""
    value: ast.expr | None = None
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id in FUNCTION_LISTS for target in targets):
            value = node.value
    elif isinstance(node, ast.keyword) and node.arg in FUNCTION_LISTS:
        value = node.value
    return value.elts if isinstance(value, (ast.List, ast.Tuple)) else []


def _by_list(
    path: Path, tree: ast.Module, listed: Sequence[ast.expr]
) -> Iterator[tuple[str, str, Located]]:
    for family, wrappers in FUNCTION_LISTS.values():
        for item in listed:
            value, name = item, ""
            if isinstance(item, ast.Call):  # func(send, name="mail")
                if full_name(tree, item.func) not in wrappers or not item.args:
                    continue
                value = item.args[0]
                names = [keyword.value for keyword in item.keywords if keyword.arg == "name"]
                if names:
                    if not isinstance(names[0], ast.Constant):
                        continue
                    name = str(names[0].value)
            if not isinstance(value, (ast.Name, ast.Attribute)):
                continue
            located = definition_in_project(path, tree, value)
            if located is not None and isinstance(located.node, FunctionNode):
                yield family, name or located.node.name, located
