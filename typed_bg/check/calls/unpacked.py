"""The values in an unpacked argument, `*rows` or `**options`, if the module shows them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from typed_bg._source.definitions import bindings, count_bindings
from typed_bg._source.scopes import ScopeNode, blocks, remembered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_bg.check.calls.arguments import Argument
    from typed_bg.check.calls.call_sites import CallSite

# What may have another value at the call, or an error of its own.
_NOT_COPIED = (ast.Await, ast.Call, ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom)


class Unpacked(NamedTuple):
    """One value of an unpacked argument.

    Attributes:
        name: Its keyword; `None` if it is passed by position.
        value: The value.
        in_call: Whether the value stands in the call.
    """

    name: str | None
    value: ast.expr
    in_call: bool


def unpacked(site: CallSite, argument: Argument) -> list[Unpacked] | None:
    """Return what is in an unpacked argument; `None` if the module does not show it."""
    value, in_call = argument.value, True
    if isinstance(value, ast.Name):
        found = _assigned(site, value)
        if found is None:
            return None
        value, in_call = found, False
    items = _items(site, value, argument.kind)
    if items is None or in_call:
        return items
    if all(_is_the_same_later(site, item.value) for item in items):
        return [item._replace(in_call=False) for item in items]
    return None


def _items(site: CallSite, value: ast.expr, kind: str) -> list[Unpacked] | None:
    found: list[Unpacked] = []
    if kind == "splat" and isinstance(value, (ast.Tuple, ast.List)):
        found = [Unpacked(None, item, in_call=True) for item in value.elts]
    elif kind == "keyword splat" and isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            found.append(Unpacked(key.value, item, in_call=True))
    elif kind == "keyword splat" and _is_dict_call(value, site):
        for keyword in value.keywords:
            if keyword.arg is None:
                return None
            found.append(Unpacked(keyword.arg, keyword.value, in_call=True))
    else:
        return None
    names = [item.name for item in found if item.name is not None]
    if any(isinstance(item.value, ast.Starred) for item in found) or len({*names}) < len(names):
        return None
    return found if all(name.isidentifier() for name in names) else None


def _is_dict_call(value: ast.expr, site: CallSite) -> TypeGuard[ast.Call]:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "dict"
        and not value.args
        and not any("dict" in bindings(scope) for scope in site.context.scopes)
    )


def _assigned(site: CallSite, use: ast.Name) -> ast.expr | None:
    """Return what a name is assigned, if that is what it still has at the call."""
    name = use.id
    scope = next((scope for scope in site.context.scopes if name in bindings(scope)), None)
    if scope is None or isinstance(scope, ast.Lambda):
        return None
    nodes = bindings(scope)[name]
    (node, *more) = nodes
    if more or not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return None
    if isinstance(node, ast.Assign) and len(node.targets) != 1:
        return None
    is_before = node.lineno < site.line and _is_reached_after(scope, node, site.context.statement)
    elsewhere = isinstance(scope, ast.Module) and len(site.context.scopes) > 1
    if not (is_before or (elsewhere and node in scope.body)):
        return None
    return node.value if _is_only_unpacked(scope, use) else None


class _Contents(NamedTuple):
    """What is in a scope, its inner scopes included.

    Attributes:
        blocks: The block of each statement.
        uses: Where each name is used, except where it is unpacked.
        outer: The names in `global` and `nonlocal` statements.
    """

    blocks: Mapping[ast.stmt, list[ast.stmt]]
    uses: Mapping[str, list[ast.Name]]
    outer: frozenset[str]


@remembered
def _contents(scope: ScopeNode) -> _Contents:
    uses: dict[str, list[ast.Name]] = {}
    unpacked: set[ast.expr] = set()
    outer: set[str] = set()
    for node in ast.walk(scope):  # which yields what unpacks a name before the name
        if isinstance(node, ast.Starred) or (isinstance(node, ast.keyword) and node.arg is None):
            unpacked.add(node.value)
        elif isinstance(node, ast.Name) and node not in unpacked:
            uses.setdefault(node.id, []).append(node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
    of_statement = {statement: block for block in blocks(scope) for statement in block}
    return _Contents(of_statement, uses, frozenset(outer))


def _is_reached_after(scope: ScopeNode, node: ast.stmt, statement: ast.stmt) -> bool:
    """Return whether a statement stands behind another in its block, or in blocks inside of that.

    Args:
        scope: The scope that contains both.
        node: The other.
        statement: The statement.
    """
    last = _contents(scope).blocks[node][-1]
    return _end(node) <= (statement.lineno, statement.col_offset) < _end(last)


def _end(node: ast.stmt) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _is_only_unpacked(scope: ScopeNode, use: ast.Name) -> bool:
    """Return whether a name is used for nothing by which its value could be changed.

    Args:
        scope: The scope that binds the name.
        use: Where the forwarder's call uses it, unpacked or as a container.
    """
    contents = _contents(scope)
    uses = [node for node in contents.uses.get(use.id, ()) if node is not use]
    return len(uses) == 1 and isinstance(uses[0].ctx, ast.Store) and use.id not in contents.outer


def _is_the_same_later(site: CallSite, value: ast.expr) -> bool:
    """Return whether an expression from further up means the same at the call."""
    for node in ast.walk(value):
        if isinstance(node, _NOT_COPIED):
            return False
        if isinstance(node, ast.Name):
            counts = [count_bindings(scope, node.id) for scope in site.context.scopes]
            if next(filter(None, counts), 0) > 1:
                return False
    return True
