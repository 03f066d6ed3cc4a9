"""What becomes of a bound method, or of the first of two steps, that a name is given to."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from typed_bg._source.definitions import bindings

if TYPE_CHECKING:
    from typed_bg._source.scopes import ScopeNode

Fate = Literal["called", "handed on", "unused"]


def fate_of(name: str, scope: ScopeNode) -> Fate:
    """Tell what is done with a name within the scope that binds it.

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
