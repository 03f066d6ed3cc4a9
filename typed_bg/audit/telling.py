"""What a module's text tells of a receiver whose type no checker knows."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from typed_bg.audit.forwarders import Forwarder
    from typed_bg.audit.source import Module

_FRAMEWORK = frozenset({"starlette", "fastapi", "typed_bg"})
_HINT = re.compile(r"(?i)task|background|\bbg")
_NAME = re.compile(r"(?i)background|\bbg")


def tells(module: Module, forwarder: Forwarder, receiver: str) -> bool:
    """Tell whether a module's imports, or a receiver's name, say that it takes a forwarder's calls.

    Args:
        module: The module.
        forwarder: What the call looks like one of.
        receiver: The receiver as it is written.
    """
    owner: set[str] = set() if forwarder.owner is None else {forwarder.owner[0]}
    return _NAME.search(receiver) is not None or _imports(module, forwarder, _FRAMEWORK | owner)


def concerns(module: Module, forwarder: Forwarder, receiver: str) -> bool:
    """Tell whether a module has to do with a forwarder that is not a framework's, or may have."""
    owner = (forwarder.owner_name or "").lower()
    if _HINT.search(receiver) is not None or (owner and owner in receiver.lower()):
        return True
    return _imports(module, forwarder, {forwarder.name.partition(".")[0]})


def _imports(module: Module, forwarder: Forwarder, packages: Collection[str]) -> bool:
    """Tell whether a module imports some packages, or what takes or gives a forwarder's calls."""
    modules, names = _imported(module)
    if any(it == package or it.startswith(f"{package}.") for it in modules for package in packages):
        return True
    return not names.isdisjoint(forwarder.class_names | forwarder.givers)


@functools.lru_cache(maxsize=8)
def _imported(module: Module) -> tuple[frozenset[str], frozenset[str]]:
    """Return the modules that a module imports, and the names that it takes out of them."""
    modules: set[str] = set()
    names: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            modules.update(it.name for it in node.names)
            bound.update(it.asname or it.name.partition(".")[0] for it in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                modules.add(node.module)
            names.update(it.name for it in node.names)
            bound.update(it.asname or it.name for it in node.names)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and _root(node) in bound:
            names.add(node.attr)
    return frozenset(modules), frozenset(names)


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
