"""Hints, in a module's text, about a receiver whose type no checker knows."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING

from typed_bg._source.walk import lines_with, statements, walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from typed_bg._source.module import Module
    from typed_bg.check.calls.forwarders import Forwarder

_FRAMEWORK = frozenset({"starlette", "fastapi", "typed_bg"})
_DEPTH = 2  # of the parentheses within the arguments of a first step
_NEAR = 80  # characters before the method: more than a receiver is long
_HINTED = re.compile(rb"(?i)(?:task|background|\bbg)[\w.\[\]()]*$")
# A receiver or a class that is called like this may well be a framework's, or derive from it.
HINT = re.compile(r"(?i)task|background|\bbg")
_NAME = re.compile(r"(?i)background|\bbg")


def looks_like_background_tasks(module: Module, forwarder: Forwarder, receiver: str) -> bool:
    """Return whether imports, or a receiver's name, suggest that it takes a forwarder's calls.

    Args:
        module: The module.
        forwarder: What the call looks like one of.
        receiver: The receiver as it is written.
    """
    owner: set[str] = set() if forwarder.owner is None else {forwarder.owner[0]}
    return _NAME.search(receiver) is not None or _imports(module, forwarder, _FRAMEWORK | owner)


def may_concern(module: Module, forwarder: Forwarder, receiver: str) -> bool:
    """Return whether a module uses, or may use, a forwarder that is not a framework's."""
    owner = (forwarder.owner_name or "").lower()
    if HINT.search(receiver) is not None or (owner and owner in receiver.lower()):
        return True
    return _imports(module, forwarder, {forwarder.name.partition(".")[0]})


def may_contain_two_step_call(raw: bytes, forwarder: Forwarder) -> bool:
    """Tell from a file's bytes whether it may hold a call in two steps, by a name like `add`.

    It does what `may_concern` asks for, or holds a call of what the method returns.
    """
    method, words, step = _patterns(forwarder)
    places = [found.start() for found in method.finditer(raw)]
    return bool(places) and (
        words.search(raw) is not None
        or any(
            _HINTED.search(raw, max(place - _NEAR, 0), place) or step.match(raw, place)
            for place in places
        )
    )


@functools.lru_cache
def _patterns(forwarder: Forwarder) -> tuple[re.Pattern[bytes], ...]:
    """Return patterns for a call of the method, for names of its class, and for a two-step call."""
    method = rf"\.\s*{forwarder.last_name}\s*\("
    words = {forwarder.name.partition(".")[0], *forwarder.class_names, *forwarder.givers}
    arguments = r"[^()]*"
    for _ in range(_DEPTH):
        arguments = rf"[^()]*(?:\({arguments}\)[^()]*)*"
    patterns = (method, rf"\b(?:{'|'.join(sorted(words))})\b", rf"{method}{arguments}\)\s*\(")
    return tuple(re.compile(pattern.encode()) for pattern in patterns)


def _imports(module: Module, forwarder: Forwarder, packages: Collection[str]) -> bool:
    """Return whether a module imports given packages, or names that a forwarder's calls use."""
    modules, imports_own = _imported(module, forwarder.class_names | forwarder.givers)
    return imports_own or _has_any(modules, packages)


def imports_framework(module: Module) -> bool:
    """Return whether a module imports anything of Starlette, FastAPI or typed_bg."""
    modules, _ = _imported(module, frozenset[str]())
    return _has_any(modules, _FRAMEWORK)


def _has_any(modules: Collection[str], packages: Collection[str]) -> bool:
    return any(
        module_name == package or module_name.startswith(f"{package}.")
        for module_name in modules
        for package in packages
    )


@functools.lru_cache(maxsize=8)
def _imported(module: Module, wanted: frozenset[str]) -> tuple[frozenset[str], bool]:
    """Return the modules that a module imports, and whether it imports a wanted name."""
    modules: set[str] = set()
    names: set[str] = set()
    bound: set[str] = set()
    for node in (link.node for link in statements(module.tree)):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                modules.add(node.module)
            names.update(alias.name for alias in node.names)
            bound.update(alias.asname or alias.name for alias in node.names)
    takes = not names.isdisjoint(wanted) or any(
        isinstance(node, ast.Attribute) and node.attr in wanted and _root(node) in bound
        for node in (link.node for link in walk(module.tree, lines_with(module, wanted)))
    )
    return frozenset(modules), takes


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
