"""The parameters of a parameter that is a `Callable[..., X]`, from all functions passed to it."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings
from typed_bg._source.scopes import FunctionNode, parameters
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.fix.edits import Anchor, Edit, Replacement, python_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module


def typed_callable(path: PurePosixPath, anchor: Anchor, name: str, types: Iterable[str]) -> Edit:
    """Return the edit that writes the parameters of a callable.

    Args:
        path: Its file, from the project's root.
        anchor: The function whose parameter it is.
        name: The parameter.
        types: The types of the callable's parameters.
    """
    written = f"[{', '.join(types)}]"

    def replacements(module: Module) -> list[Replacement] | None:
        function = anchor.find(module.tree)
        dots = None if function is None else _dots(function, name)
        return None if dots is None else [Replacement(module.span(dots), written)]

    summary = f"write the parameters of `{name}` of {anchor}: {written}"
    change = python_change(replacements)
    return Edit("callable-ellipsis", path, f"{anchor} {name}", summary, variants=(change,))


def known_types(
    module: Module, function: FunctionNode, name: str, number: int, modules: Iterable[Module]
) -> list[str] | None:
    """Return the types of the parameters of all functions that are passed to a parameter.

    Args:
        module: The module of the function.
        function: The function.
        name: Its parameter.
        number: How many arguments the callable gets.
        modules: The modules of the project.

    Returns:
        The types as all of them are written; `None` if they differ, or if a value is unknown.
    """
    if _dots(function, name) is None:
        return None
    found: set[tuple[str, ...] | None] = set()
    for other in modules:
        for value in _passed(other.tree, function, name):
            found.add(None if value is None else _types(other, value, number))
    (types,) = found if len(found) == 1 else (None,)
    names = {
        node.id
        for text in types or ()
        for node in ast.walk(ast.parse(text, mode="eval"))
        if isinstance(node, ast.Name)
    }
    own = bindings(module.tree).keys()
    return list(types) if types and names <= {*own, *dir(builtins)} else None


def _dots(function: FunctionNode, name: str) -> ast.expr | None:
    """Return the dots in the annotation `Callable[..., X]` of a parameter."""
    found = next((each for each in parameters(function.args) if each.arg == name), None)
    node = None if found is None else found.annotation
    if (
        isinstance(node, ast.Subscript)
        and ast.unparse(node.value).rpartition(".")[2] == "Callable"
        and isinstance(node.slice, ast.Tuple)
        and isinstance(node.slice.elts[0], ast.Constant)
        and node.slice.elts[0].value is Ellipsis
    ):
        return node.slice.elts[0]
    return None


def _passed(tree: ast.Module, function: FunctionNode, name: str) -> Iterator[ast.expr | None]:
    """Yield what calls of a function pass to a parameter; `None` for what is not shown."""
    positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if positional[:1] in (["self"], ["cls"]):
        del positional[0]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) == function.name:
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            index = positional.index(name) if name in positional else len(node.args)
            if index < len(node.args) and not any(
                isinstance(each, ast.Starred) for each in node.args
            ):
                yield node.args[index]
            else:
                yield keywords.get(name)
        elif _last(node) == function.name and id(node) not in called:
            yield None  # passed on, and called who knows where


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _types(module: Module, value: ast.expr, number: int) -> tuple[str, ...] | None:
    """Return the types of the first parameters of a function, if all are annotated."""
    located = definition_in_project(module.path, module.tree, value)
    node = None if located is None else located.node
    if isinstance(value, ast.Call) or not isinstance(node, FunctionNode) or node.decorator_list:
        return None
    taken = [*node.args.posonlyargs, *node.args.args]
    required = len(taken) - len(node.args.defaults)
    if not required <= number <= len(taken) or None in node.args.kw_defaults:
        return None
    types = [each.annotation for each in taken[:number]]
    return None if None in types else tuple(ast.unparse(each) for each in types if each)
