"""Find where the names of a scope get their values, in the module's own text."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.scopes import (
    FunctionNode,
    ScopeNode,
    decorator_texts,
    own_nodes,
    parameters,
    remembered,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


DefinitionKind = Literal[
    "assignment",
    "async function",
    "async generator function",
    "class",
    "function",
    "generator function",
    "import",
    "lambda",
    "parameter",
]


@dataclass(frozen=True, slots=True)
class Definition:
    """The place in the same module where a name gets its value.

    Attributes:
        kind: What it is.
        name: The name.
        line: Where it is.
        bindings: How often the name is bound in that scope; more than once where it is redefined.
        decorators: The decorators of a function or class.
        unannotated: The parameters of a function that have no annotation, except `self`.
        var_kwargs: The annotation of `**kwargs`, empty without one, `None` without `**kwargs`.
        text: What is imported, the annotation of a parameter, or what is assigned.
    """

    kind: DefinitionKind
    name: str
    line: int
    bindings: int
    decorators: tuple[str, ...] = ()
    unannotated: tuple[str, ...] = ()
    var_kwargs: str | None = None
    text: str = ""


@remembered
def bindings(scope: ScopeNode) -> Mapping[str, list[ast.AST]]:
    """Return what binds each name of a scope, in the order of the source."""
    found: dict[str, list[ast.AST]] = {}
    for name, node in _bound(scope):
        found.setdefault(name, []).append(node)
    return found


def bound_in(scopes: Iterable[ScopeNode], name: str) -> list[ast.AST]:
    """Return what binds a name in the innermost of some scopes that binds it.

    Args:
        scopes: The scopes, innermost first.
        name: The name.

    Returns:
        The nodes in the order of the source; none if no scope binds the name.
    """
    found = (bindings(scope).get(name) for scope in scopes)
    return next(filter(None, found), list[ast.AST]())


def _bound(scope: ScopeNode) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that a scope binds, without those of its inner scopes."""
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        for parameter in parameters(scope.args):
            yield parameter.arg, parameter
    for node in own_nodes(scope):
        for name in _names_bound_by(node):
            yield name, node


def _names_bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def count_bindings(scope: ScopeNode, name: str) -> int:
    """Return how often anything in a scope binds a name, its inner scopes included."""
    return _counts(scope).get(name, 0)


@remembered
def _counts(scope: ScopeNode) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    names_of: dict[ast.AST, set[str]] = {}
    for name, nodes in bindings(scope).items():
        counts[name] = len(nodes)
        for node in nodes:
            names_of.setdefault(node, set()).add(name)
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                counts[node.id] += 1
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            counts.subtract(names_of.get(node, ()))  # each target is counted as well
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            if node.name is not None:
                counts[node.name] += 1
        elif isinstance(node, ast.arg):
            counts[node.arg] += node not in names_of
    return counts


def definition(name: str, nodes: list[ast.AST]) -> Definition:
    """Describe a name that is bound by these nodes, the last of which decides."""
    node = nodes[-1]
    count = len(nodes)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _function_definition(node, count)
    if isinstance(node, ast.ClassDef):
        return Definition("class", name, node.lineno, count, decorator_texts(node))
    if isinstance(node, ast.arg):
        text = ast.unparse(node.annotation) if node.annotation else ""
        return Definition("parameter", name, node.lineno, count, text=text)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return Definition("import", name, node.lineno, count, text=ast.unparse(node))
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        is_lambda = isinstance(node.value, ast.Lambda)
        kind: DefinitionKind = "lambda" if is_lambda else "assignment"
        return Definition(kind, name, node.lineno, count, text=ast.unparse(node))
    message = f"{type(node).__name__} binds no name"
    raise AssertionError(message)


def _function_definition(node: FunctionNode, bindings: int) -> Definition:
    args = node.args
    unannotated = [parameter.arg for parameter in parameters(args) if parameter.annotation is None]
    if unannotated and unannotated[0] in {"self", "cls"}:
        del unannotated[0]
    generator = _is_generator(node)
    kind: DefinitionKind
    if isinstance(node, ast.AsyncFunctionDef):
        kind = "async generator function" if generator else "async function"
    else:
        kind = "generator function" if generator else "function"
    return Definition(
        kind,
        node.name,
        node.lineno,
        bindings,
        decorator_texts(node),
        tuple(unannotated),
        var_kwargs=_annotation(args.kwarg),
    )


def _annotation(parameter: ast.arg | None) -> str | None:
    if parameter is None:
        return None
    return ast.unparse(parameter.annotation) if parameter.annotation else ""


def _is_generator(node: FunctionNode) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node))


NameUse = Literal["called", "handed on", "unused"]


def use_of(name: str, scope: ScopeNode) -> NameUse:
    """Return what is done with a name within the scope that binds it.

    Returns:
        `called` where it is bound once and every use of it is a call, `unused` where a function
        never uses it; the names of modules and classes can be used from outside.
    """
    loads = calls = 0
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            loads += 1
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            calls += node.func.id == name
    if loads == 0:
        return "handed on" if isinstance(scope, (ast.Module, ast.ClassDef)) else "unused"
    once = len(bindings(scope).get(name, ())) == 1
    return "called" if once and calls == loads else "handed on"
