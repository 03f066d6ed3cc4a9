"""The text of the `Doc` in an annotation."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING

from typed_bg.docstrings.names import AssignedValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.docstrings.names import NameResolver, ScopeT

# Wrappers of an annotation that still describe the same parameter.
_WRAPPERS = frozenset({"ClassVar", "Final", "InitVar", "NotRequired", "ReadOnly", "Required"})
_DEPTH = 20


class NoTextError(ValueError):
    """The text of a `Doc` is computed when the module runs."""


def doc_of(annotation: ast.expr | None, scope: ScopeT, modules: NameResolver[ScopeT]) -> str | None:
    """Return the text of the outermost `Doc` in an annotation, or of the last if there are several.

    Raises:
        NoTextError: The text of the `Doc` is not a literal.
    """
    return _doc(annotation, scope, modules, 0)


def brings_doc(name: ast.Name, scope: ScopeT, modules: NameResolver[ScopeT]) -> bool:
    """Return whether a name is `Doc`, a call of it, or an alias of a type with a `Doc`."""
    meaning = modules.meaning(name, scope)
    if isinstance(meaning, str):
        return meaning.rpartition(".")[2] == "Doc"
    try:
        return any(read(name, scope, modules) is not None for read in (doc_of, _text_of_call))
    except NoTextError:
        return True


def _doc(
    node: ast.expr | None, scope: ScopeT, modules: NameResolver[ScopeT], depth: int
) -> str | None:
    if node is None or depth > _DEPTH:
        return None
    if isinstance(node, ast.Constant):
        quoted = _quoted(node)
        return _doc(quoted, scope, modules, depth + 1)
    if isinstance(node, ast.Subscript):
        return _subscript(node, scope, modules, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        # `T @ Doc("...")`, a shorter form of `Annotated` that PEP 835 proposes.
        text = _text_of_call(node.right, scope, modules)
        return _doc(node.left, scope, modules, depth + 1) if text is None else text
    if isinstance(node, (ast.Name, ast.Attribute)):
        meaning = modules.meaning(node, scope)
        return _definition(meaning, modules, depth) if isinstance(meaning, AssignedValue) else None
    return None


def _subscript(
    node: ast.Subscript, scope: ScopeT, modules: NameResolver[ScopeT], depth: int
) -> str | None:
    meaning = modules.meaning(node.value, scope)
    if isinstance(meaning, AssignedValue):
        return _definition(meaning, modules, depth)  # a generic alias
    name = (meaning or "").rpartition(".")[2]
    if name in _WRAPPERS:
        return _doc(node.slice, scope, modules, depth + 1)
    if name != "Annotated" or not isinstance(node.slice, ast.Tuple):
        return None
    first, *metadata = node.slice.elts
    for item in reversed(metadata):
        text = _text_of_call(item, scope, modules)
        if text is not None:
            return text
    return _doc(first, scope, modules, depth + 1)


def _definition(
    definition: AssignedValue[ScopeT], modules: NameResolver[ScopeT], depth: int
) -> str | None:
    value = definition.value
    if isinstance(value, ast.Call):
        name = _last_name(value.func, definition.scope, modules)
        value = value.args[1] if name == "TypeAliasType" and len(value.args) > 1 else value
    return _doc(value, definition.scope, modules, depth + 1)


def _text_of_call(node: ast.expr, scope: ScopeT, modules: NameResolver[ScopeT]) -> str | None:
    if isinstance(node, (ast.Name, ast.Attribute)):
        meaning = modules.meaning(node, scope)
        if not isinstance(meaning, AssignedValue):
            return None
        node, scope = meaning.value, meaning.scope
    if not isinstance(node, ast.Call) or _last_name(node.func, scope, modules) != "Doc":
        return None
    given = [*node.args, *(word.value for word in node.keywords if word.arg == "documentation")]
    if not given:
        return None
    parts = list(_literals(given[0], scope, modules, 0))
    # An empty text does not document anything.
    return inspect.cleandoc("".join(parts)).strip() or None


def _literals(
    node: ast.expr, scope: ScopeT, modules: NameResolver[ScopeT], depth: int
) -> Iterator[str]:
    if depth > _DEPTH:
        raise NoTextError(ast.unparse(node))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _literals(node.left, scope, modules, depth + 1)
        yield from _literals(node.right, scope, modules, depth + 1)
    elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(
        meaning := modules.meaning(node, scope), AssignedValue
    ):
        yield from _literals(meaning.value, meaning.scope, modules, depth + 1)
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        function = _last_name(node.func, scope, modules)
        clean = {"cleandoc": inspect.cleandoc, "dedent": textwrap.dedent}.get(function)
        if clean is None:
            raise NoTextError(ast.unparse(node))
        yield clean("".join(_literals(node.args[0], scope, modules, depth + 1)))
    else:
        raise NoTextError(ast.unparse(node))


def _last_name(node: ast.expr, scope: ScopeT, modules: NameResolver[ScopeT]) -> str:
    meaning = modules.meaning(node, scope)
    return meaning.rpartition(".")[2] if isinstance(meaning, str) else ""


def _quoted(node: ast.Constant) -> ast.expr | None:
    if not isinstance(node.value, str):
        return None
    try:
        return ast.parse(f"({node.value}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return None
