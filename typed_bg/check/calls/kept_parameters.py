"""Decorators of which the source proves that they keep the parameters of a function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from typed_bg._source.definitions import count_bindings
from typed_bg._source.scopes import FunctionNode, own_nodes, parameters
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.task_decorators import TASK_DECORATORS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.calls.task_decorators import TaskDecorator

Kept = Literal["all", "all but self"]

# Decorators of libraries; of a class, those that its objects have.
_KEEPING = frozenset({"functools.cache", "functools.lru_cache", "ray.method", "tenacity.retry"})


def kept_parameters(path: Path, tree: ast.Module, node: FunctionNode) -> Kept | None:
    """Return which parameters a function keeps under its decorators, if that is proven.

    Args:
        path: The function's module.
        tree: The same, parsed.
        node: The function.
    """
    found = [_kept(path, tree, decorator) for decorator in node.decorator_list]
    if not found or None in found:
        return None
    return "all but self" if "all but self" in found else "all"


def _kept(path: Path, tree: ast.Module, decorator: ast.expr) -> Kept | None:
    is_factory = isinstance(decorator, ast.Call)
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = full_name(tree, function)
    if name in _KEEPING:
        return "all"
    task = task_decorator(path, tree, function)
    if task is not None:
        options = decorator.keywords if isinstance(decorator, ast.Call) else []
        if any(option.arg is None or option.arg in task.unknown for option in options):
            return None
        bound = any(
            option.arg == task.supplies
            and not (isinstance(option.value, ast.Constant) and option.value.value is False)
            for option in options
        )
        return "all but self" if bound else "all"
    located = definition_in_project(path, tree, function)
    if located is None or not isinstance(located.node, ast.FunctionDef):
        return None
    definitions = [
        statement
        for statement in located.tree.body
        if getattr(statement, "name", "") == located.node.name
    ]
    if len(definitions) != 1 or located.node.decorator_list:
        return None
    decorates = _returned(located.node) if is_factory else [located.node]
    proven = bool(decorates) and all(_passes_through(decorator) for decorator in decorates)
    return "all" if proven else None


def full_name(tree: ast.Module, node: ast.expr) -> str:
    """Return the dotted name of what a module imports under a name."""
    text = ast.unparse(node)
    root, _, rest = text.partition(".")
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            source = getattr(statement, "module", None)
            for alias in statement.names:
                if (alias.asname or alias.name) == root:
                    whole = f"{source}.{alias.name}" if source else alias.name
                    return f"{whole}.{rest}" if rest else whole
    return text


def made_by(path: Path, tree: ast.Module, node: FunctionNode) -> TaskDecorator | None:
    """Return the entry of the table for the decorator that makes a task of a function."""
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        task = task_decorator(path, tree, function)
        if task is not None:
            return task
    return None


def task_decorator(path: Path, tree: ast.Module, node: ast.expr) -> TaskDecorator | None:
    """Return the entry of the table for a decorator, without its own call."""
    name = full_name(tree, node)
    for task in TASK_DECORATORS:
        if not task.method and name == task.name:
            return task
        if (
            task.method
            and isinstance(node, ast.Attribute)
            and node.attr == task.method
            and _is_made_of(path, tree, node.value, task.name)
        ):
            return task
    return None


def _is_made_of(path: Path, tree: ast.Module, node: ast.expr, cls: str) -> bool:
    """Return whether an object is what the project makes by a call of a class."""
    located = definition_in_project(path, tree, node)
    if located is None or not isinstance(located.node, (ast.Assign, ast.AnnAssign)):
        return False
    made = located.node.value
    # `RedisBroker(url).with_result_backend(backend)`
    while (
        isinstance(made, ast.Call)
        and isinstance(made.func, ast.Attribute)
        and isinstance(made.func.value, ast.Call)
    ):
        made = made.func.value
    return isinstance(made, ast.Call) and full_name(located.tree, made.func) == cls


def _returned(node: ast.FunctionDef) -> list[FunctionNode]:
    """Return the inner functions of which a function returns one; nothing if it returns others."""
    inner = {inner.name: inner for inner in ast.walk(node) if isinstance(inner, FunctionNode)}
    found: list[FunctionNode] = []
    for statement in _own_returns(node):
        value = statement.value
        # `return functools.wraps(f)(wrapper)`
        if isinstance(value, ast.Call) and "wraps(" in ast.unparse(value.func) and value.args:
            value = value.args[0]
        if not isinstance(value, ast.Name) or value.id not in inner:
            return []
        if count_bindings(node, value.id) != sum(
            inner.name == value.id for inner in ast.walk(node) if isinstance(inner, FunctionNode)
        ):
            return []
        found += [
            inner
            for inner in ast.walk(node)
            if isinstance(inner, FunctionNode) and inner.name == value.id
        ]
    return found


def _own_returns(node: FunctionNode) -> list[ast.Return]:
    return [inner for inner in own_nodes(node) if isinstance(inner, ast.Return)]


def _passes_through(decorator: FunctionNode) -> bool:
    """Return whether a decorator returns the function, or what calls it with the same arguments."""
    taken = parameters(decorator.args)
    if len(taken) != 1 or decorator.args.vararg or decorator.args.kwarg:
        return False
    name = taken[0].arg
    returns = _own_returns(decorator)
    if count_bindings(decorator, name) != 1 or not returns:
        return False
    if all(
        isinstance(returned.value, ast.Name) and returned.value.id == name for returned in returns
    ):
        return True
    wrappers = _returned(decorator) if isinstance(decorator, ast.FunctionDef) else []
    return bool(wrappers) and all(_is_wrapper(wrapper, name) for wrapper in wrappers)


def _is_wrapper(node: FunctionNode, function: str) -> bool:
    """Return whether a function passes its `*args, **kwargs` to another, and changes neither."""
    args, kwargs = node.args.vararg, node.args.kwarg
    if args is None or kwargs is None or len(parameters(node.args)) != 2:  # noqa: PLR2004
        return False
    if not all(".wraps(" in f".{ast.unparse(decorator)}" for decorator in node.decorator_list):
        return False
    calls = [
        inner
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id == function
    ]
    passed = [
        each
        for call in calls
        for each in (*call.args, *(keyword.value for keyword in call.keywords))
    ]
    expected = [f"*{args.arg}", kwargs.arg] * len(calls)
    if not calls or [ast.unparse(argument) for argument in passed] != expected:
        return False
    if any(keyword.arg is not None for call in calls for keyword in call.keywords):
        return False
    uses = sum(
        isinstance(inner, ast.Name) and inner.id in {args.arg, kwargs.arg}
        for inner in ast.walk(node)
    )
    return uses == len(passed)
