"""Objects that end with the request and are passed to a task."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.definitions import bindings
from typed_bg._source.imports import imported_package
from typed_bg._source.scopes import (
    FunctionNode,
    ScopeNode,
    defaults,
    last_name,
    own_nodes,
    parameters,
    remembered,
)
from typed_bg.check.calls.class_bases import original_name
from typed_bg.check.calls.hints import imports_framework
from typed_bg.check.calls.project_modules import Located, definition_in_project
from typed_bg.check.probes.probe_text import revealable
from typed_bg.check.results.report import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typed_bg._source.module import Module
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.judge import JudgedCall

# The classes of what ends with a request, and the packages that they come from.
_CLASSES = {
    "Session": ("sqlalchemy", "sqlmodel"),
    "AsyncSession": ("sqlalchemy", "sqlmodel"),
    "Request": ("starlette", "fastapi"),
    "WebSocket": ("starlette", "fastapi"),
    "UploadFile": ("starlette", "fastapi"),
}
_FIX = "pass an id or the data, and open what the task needs inside the task"
_NAME = re.compile(r"[\w.]+")


class RequestObject(NamedTuple):
    """Something that is passed to a task.

    Attributes:
        text: How it is written.
        message: What is so.
        reason: Why, and what to change.
    """

    text: str
    message: str
    reason: Reason


def request_objects(call: JudgedCall) -> Iterator[RequestObject]:
    """Yield what a call passes to its task and ends with the request."""
    site = call.site
    if site.forwarder.family == "threads" and "await" in site.context.inside:
        return  # the request does not end before the call returns
    for index, expression in enumerate(revealable(site)):
        root = _root(expression)
        if root is None or _is_global(site, root) or _closes(site, expression):
            continue
        text = ast.unparse(expression)
        revealed = [_annotation(site, expression)]
        for answer in call.evidence.values():
            revealed += answer.values[index : index + 1]
        fact = _of_dependency(site, root) or _of_type(
            site.module, text, revealed, _dotted_classes(site, expression)
        )
        if fact:
            yield RequestObject(
                text,
                f"`{text}` belongs to the request, and may already be closed when the task runs",
                Reason("request-session", fact, _FIX, call.reported.place),
            )


def _closes(site: CallSite, expression: ast.expr) -> bool:
    """Return whether the task itself is to close the object, as in `add_task(request.close)`."""
    target = site.target
    return (
        target is not None
        and expression is getattr(target.value, "value", None)
        and getattr(target.value, "attr", "") in {"close", "aclose"}
    )


def _root(expression: ast.expr) -> str | None:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def _annotation(site: CallSite, expression: ast.expr) -> str:
    """Return how a parameter is annotated: a checker may not find the class."""
    for scope in site.context.scopes:
        if isinstance(scope, FunctionNode) and isinstance(expression, ast.Name):
            for parameter in parameters(scope.args):
                if parameter.arg == expression.id and parameter.annotation is not None:
                    return ast.unparse(parameter.annotation).strip("'\"")
    return ""


def _dotted_classes(site: CallSite, expression: ast.expr) -> dict[str, str]:
    """Return the dotted names in an annotation or in the call that makes the object.

    Some checkers write only the last part of a class's name, which another class may have too.

    Returns:
        The dotted names by their last part.
    """
    if not isinstance(expression, ast.Name):
        return {}
    for scope in site.context.scopes:
        if isinstance(scope, FunctionNode):
            sources = _class_sources(scope).get(expression.id)
            if sources:
                attributes = [
                    node
                    for source in sources
                    for node in ast.walk(source)
                    if isinstance(node, ast.Attribute)
                ]
                return {node.attr: ast.unparse(node) for node in reversed(attributes)}
    return {}


@remembered
def _class_sources(scope: ScopeNode) -> Mapping[str, list[ast.expr]]:
    """Return what tells the class of each variable: its annotation, or the call's class."""
    found: dict[str, list[ast.expr]] = {}
    for parameter in parameters(scope.args) if isinstance(scope, FunctionNode) else ():
        if parameter.annotation is not None:
            found.setdefault(parameter.arg, []).append(parameter.annotation)
    for node in own_nodes(scope):
        pairs: list[tuple[ast.expr | None, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            pairs = [(item.optional_vars, item.context_expr) for item in node.items]
        for target, value in pairs:
            if isinstance(target, ast.Name) and isinstance(value, ast.Call):
                found.setdefault(target.id, []).append(value.func)
    return found


def _is_global(site: CallSite, name: str) -> bool:
    """Return whether a name is the module's: it does not end with a request."""
    functions = [scope for scope in site.context.scopes if isinstance(scope, FunctionNode)]
    return not functions or (
        name in bindings(site.module.tree)
        and not any(name in bindings(function) for function in functions)
    )


def _of_dependency(site: CallSite, name: str) -> str:
    """Return that a parameter comes from a dependency that yields it, if it does."""
    for scope in site.context.scopes:
        if not isinstance(scope, FunctionNode):
            continue
        given = defaults(scope.args)
        for parameter in parameters(scope.args):
            if parameter.arg != name:
                continue
            here = Located(site.module.path, site.module.tree, ast.Pass())
            for where, dependency in _dependencies(here, parameter.annotation, 2):
                if _yields(where, dependency):
                    return f"`{name}` comes from {dependency}(), which yields it"
            for where, dependency in _dependencies(here, given.get(parameter), 0):
                if _yields(where, dependency):
                    return f"`{name}` comes from {dependency}(), which yields it"
    return ""


def _dependencies(
    where: Located, expression: ast.expr | None, steps: int
) -> Iterator[tuple[Located, str]]:
    """Yield the functions in `Depends(f)` within an annotation or a default."""
    if expression is None:
        return
    if steps and isinstance(expression, (ast.Name, ast.Attribute)):
        located = definition_in_project(where.path, where.tree, expression)
        if located is not None and isinstance(located.node, (ast.Assign, ast.AnnAssign)):
            yield from _dependencies(located, located.node.value, steps - 1)
        return
    for node in ast.walk(expression):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if last_name(node.func) in {"Depends", "Security"}:
            yield where, ast.unparse(node.args[0])


def _yields(where: Located, dependency: str) -> bool:
    try:
        expression = ast.parse(dependency, mode="eval").body
    except SyntaxError:
        return False
    located = definition_in_project(where.path, where.tree, expression)
    return (
        located is not None
        and isinstance(located.node, FunctionNode)
        and _ends_something(located.node)
    )


def _ends_something(function: FunctionNode) -> bool:
    """Return whether a generator does anything after its `yield`, such as closing a session."""
    yields = [node for node in ast.walk(function) if isinstance(node, (ast.Yield, ast.YieldFrom))]
    if not yields:
        return False
    last = function.body[-1]
    is_last = isinstance(last, ast.Expr) and last.value in yields
    return len(yields) > 1 or not is_last or isinstance(yields[0], ast.YieldFrom)


def _of_type(module: Module, text: str, revealed: list[str], dotted_classes: dict[str, str]) -> str:
    """Return that the checkers reveal a type that ends with the request, if they do."""
    for type_ in sorted(revealed, key=len, reverse=True):  # the fullest name first
        for member in type_.split("|"):
            found = _NAME.match(member.strip())
            dotted = "" if found is None else dotted_classes.get(found[0], found[0])
            package, _, name = dotted.partition(".")[0], "", dotted.rpartition(".")[2]
            if not name:
                continue
            located = definition_in_project(module.path, module.tree, ast.Name(name, ast.Load()))
            if located is not None:
                if _is_table(located.node):
                    return f"`{text}` is a `{name}`, an object of a database session"
                continue
            packages = _CLASSES.get(original_name(module.tree, name), ())
            if packages and _comes_from(module, dotted, package, packages):
                return f"`{text}` is a `{dotted}`"
    return ""


def _comes_from(module: Module, dotted: str, package: str, packages: tuple[str, ...]) -> bool:
    if "." in dotted and package in packages:
        return True
    imported = imported_package(module.tree, ast.Name(dotted, ast.Load()))
    if imported is not None or "." in dotted:
        return imported in packages
    # Other packages have a `Request` or a `WebSocket`, too. A session can come from any module.
    return "fastapi" not in packages or imports_framework(module)


def _is_table(node: ast.stmt) -> bool:
    """Return whether a class is one of SQLAlchemy or SQLModel with a table."""
    if not isinstance(node, ast.ClassDef):
        return False
    if any(
        keyword.arg == "table" and ast.unparse(keyword.value) == "True" for keyword in node.keywords
    ):
        return True
    return any(
        isinstance(target, ast.Name) and target.id in {"__tablename__", "__table__"}
        for statement in node.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
    )
