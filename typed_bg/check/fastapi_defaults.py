"""Parameters that a call leaves to a default that only FastAPI fills, such as `Depends(...)`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from typed_bg._source.imports import imported_package
from typed_bg._source.scopes import FunctionNode, defaults, last_name
from typed_bg.check.calls.class_bases import original_name
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.target_functions import target_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_modules import Located

_KINDS = frozenset(
    {"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"}
)
# These return the function itself. What another decorator returns may fill the parameters.
ROUTE = re.compile(r"\.(?:get|post|put|patch|delete|options|head|trace|api_route|websocket)\(")


def left_to_fastapi(site: CallSite) -> dict[str, str]:
    """Return which parameters a call leaves to FastAPI, and the kind of each default.

    Args:
        site: The call. Of one whose target is not surely a function of the project, or with
            arguments that cannot be counted, nothing is returned.
    """
    if any(argument.kind in {"splat", "keyword splat"} for argument in site.arguments):
        return {}
    located = target_function(site)
    if located is None or not isinstance(located.node, FunctionNode):
        return {}
    if not all(ROUTE.search(ast.unparse(decorator)) for decorator in located.node.decorator_list):
        return {}
    count = sum(argument.kind == "positional" for argument in site.arguments)
    given = {argument.name for argument in site.arguments if argument.kind == "keyword"}
    return {
        name: kind
        for index, name, default in _defaults(located.node.args)
        if (index is None or index >= count) and name not in given
        if (kind := _kind(located, default))
    }


def _defaults(args: ast.arguments) -> Iterator[tuple[int | None, str, ast.expr]]:
    """Yield each parameter with a default: its position, unless it has none, and its name."""
    places = {each: index for index, each in enumerate((*args.posonlyargs, *args.args))}
    for parameter, default in defaults(args).items():
        yield places.get(parameter), parameter.arg, default


def _kind(where: Located, default: ast.expr) -> str | None:
    """Return the name of FastAPI's class if the default is one of it."""
    if isinstance(default, (ast.Name, ast.Attribute)):  # DB = Depends(get_db)
        found = definition_in_project(where.path, where.tree, default)
        if found is None or not isinstance(found.node, (ast.Assign, ast.AnnAssign)):
            return None
        value = found.node.value
        return None if value is None else _kind_of_call(found, value)
    return _kind_of_call(where, default)


def _kind_of_call(where: Located, default: ast.expr) -> str | None:
    if not isinstance(default, ast.Call) or imported_package(where.tree, default) != "fastapi":
        return None
    name = last_name(default.func)
    if isinstance(default.func, ast.Name):
        name = original_name(where.tree, name)
    return name if name in _KINDS else None
