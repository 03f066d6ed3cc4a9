"""Resolve the names in annotations of code that may not be parsed or saved yet."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from typed_bg.docstrings.names import AssignedValue
from typed_bg.lsp.trees import name_starting_at

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.lsp.jedi_access import Source
    from typed_bg.lsp.sources import CurrentSources
    from typed_bg.lsp.trees import Import, Leaf, Node, Place, Statement

_DEPTH = 20  # of names for names, so that a circle of them ends
_SCOPES = ("funcdef", "classdef", "lambdef")
# What these packages define is known by its name.
_KNOWN = sys.stdlib_module_names | {"typing_extensions", "annotated_doc"}


@dataclass(frozen=True, eq=False)
class Where:
    """A place in a module, whose names are resolved in the scopes around it."""

    source: Source
    place: Place


class TreeNames:
    """Resolves names in the trees of modules, with Jedi across modules."""

    def __init__(self, sources: CurrentSources) -> None:
        """Take the modules."""
        self._sources = sources
        self._modules: dict[str, Path] = {}

    def meaning(self, node: ast.expr, scope: Where) -> str | AssignedValue[Where] | None:
        """Resolve an expression to a dotted path, or to the value assigned to its name."""
        return self._meaning(node, scope, 0)

    def _meaning(
        self, node: ast.expr, scope: Where, depth: int
    ) -> str | AssignedValue[Where] | None:
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            leaf = _definition_of(node.id, scope)
            return node.id if leaf is None else self._defined(leaf, scope.source, depth)
        if isinstance(node, ast.Attribute):
            base = self._meaning(node.value, scope, depth + 1)
            return self._member(base, node.attr, depth) if isinstance(base, str) else None
        return None

    def _member(self, base: str, name: str, depth: int) -> str | AssignedValue[Where] | None:
        path = self._modules.get(base)
        source = None if path is None else self._sources.file(path)
        leaf = None if source is None else _definition_of(name, Where(source, (1, 0)))
        if source is None or leaf is None:
            return f"{base}.{name}"
        return self._defined(leaf, source, depth)

    def _defined(self, leaf: Leaf, source: Source, depth: int) -> str | AssignedValue[Where] | None:
        """Return what a name stands for, given the place that defines it."""
        statement = leaf.get_definition()
        if statement is None or statement.type not in {"import_from", "import_name", "expr_stmt"}:
            return leaf.value
        if statement.type == "expr_stmt":
            return self._assigned(
                cast("Statement", statement), Where(source, leaf.start_pos), depth
            )
        imported = cast("Import", statement)
        dotted = ".".join(part.value for part in imported.get_path_for_name(leaf))
        if not imported.level and dotted.partition(".")[0] in _KNOWN:
            return dotted
        for found in source.goto(leaf):
            if found.path is None or found.place is None:
                continue
            if found.kind == "module":
                self._modules[found.full_name] = found.path
                return found.full_name
            other = self._sources.file(found.path)
            at = None if other is None else name_starting_at(other.tree, found.place)
            if other is None or at is None or at.get_definition() is None:
                return found.full_name or dotted
            if found.kind == "statement":
                return self._defined(at, other, depth + 1)
            return found.full_name or dotted
        return dotted

    def _assigned(
        self, statement: Statement, where: Where, depth: int
    ) -> str | AssignedValue[Where] | None:
        value = parsed(statement.get_rhs().get_code(include_prefix=False))
        if isinstance(value, (ast.Name, ast.Attribute)):
            return self._meaning(value, where, depth + 1)
        return None if value is None else AssignedValue(value, where)


def parsed(code: str) -> ast.expr | None:
    """Parse an expression, or return nothing if it is incomplete."""
    try:
        return ast.parse(as_expression(code), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def as_expression(code: str) -> str:
    """Return the text that is parsed, in which an expression may continue on the next line."""
    return f"({code}\n)"


def _definition_of(name: str, scope: Where) -> Leaf | None:
    """Return the last definition of a name in the innermost scope that has one."""
    here = scope.source.tree.get_leaf_for_position(scope.place, include_prefixes=True)
    around = _scopes(here)
    best: tuple[int, Leaf] | None = None
    for leaf, owner in _definitions(name, scope.source):
        if owner is not None and owner not in around:
            continue
        depth = 0 if owner is None else 1 + around.index(owner)
        if best is None or depth >= best[0]:
            best = depth, leaf
    return None if best is None else best[1]


def _definitions(name: str, source: Source) -> list[tuple[Leaf, Place | None]]:
    """Return the definitions of a name, each with the place of the scope that it is in."""
    known = source.definitions.get(name)
    if known is not None:
        return known
    found: list[tuple[Leaf, Place | None]] = []
    for leaf in source.tree.get_used_names().get(name, ()):
        definition = leaf.get_definition()
        if definition is None or definition.type == "param":
            continue
        inner = definition if definition.type in _SCOPES else leaf
        owner = inner.search_ancestor(*_SCOPES)
        found.append((leaf, None if owner is None else owner.start_pos))
    source.definitions[name] = found
    return found


def _scopes(node: Node | None) -> list[Place]:
    """Return where the scopes around a node start, the outermost first."""
    found: list[Place] = []
    while node is not None:
        node = node.search_ancestor(*_SCOPES)
        if node is not None:
            found.insert(0, node.start_pos)
    return found
