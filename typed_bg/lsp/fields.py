"""The parameters of an `__init__` that dataclasses, attrs or pydantic generate from fields."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from typed_bg._source.scopes import last_name
from typed_bg.lsp.names import TreeNames, Where, as_expression, parsed
from typed_bg.lsp.parameters import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typed_bg.lsp.jedi_access import Source
    from typed_bg.lsp.parameters import Parameter
    from typed_bg.lsp.trees import ClassScope, Leaf, Node

# The last part of the names of the functions that describe a field, such as `attr.ib`.
_DESCRIBING = frozenset({"Field", "PrivateAttr", "attrib", "field", "ib"})
_FACTORIES = frozenset({"default_factory", "factory"})


@dataclass(frozen=True)
class Field:
    """A field of a class.

    Attributes:
        parameter: The parameter that it would be as it is written.
        source: The module.
        leaf: Its name there.
        annotation: Its annotation.
        value: What is assigned to it.
    """

    parameter: Parameter
    source: Source
    leaf: Leaf
    annotation: Node | None
    value: Node | None


def parameters_of(
    fields: Iterable[Field], names: TreeNames, *, by_keyword: bool
) -> tuple[Parameter, ...]:
    """Return the parameters for the fields of a class and its bases, the bases' first.

    Args:
        fields: The fields, as they are written.
        names: Resolves names.
        by_keyword: Whether all of them can only be passed by keyword, as those of pydantic.
    """
    found: dict[str, Parameter] = {}
    only_keywords_after: set[object] = set()
    for field in fields:
        owner = cast("ClassScope", field.leaf.search_ancestor("classdef"))
        kind = _meaning(field.annotation, field, names)
        if kind == "KW_ONLY":
            only_keywords_after.add(owner.start_pos)
            continue
        if kind == "ClassVar" or (by_keyword and field.leaf.value.startswith("_")):
            continue
        decorators = [_decorator(node, field, names) for node in owner.get_decorators()]
        keyword_only = (
            by_keyword
            or owner.start_pos in only_keywords_after
            or any(_flag(call, "kw_only") for _, call in decorators)
        )
        parameter = _described(field, keyword_only=keyword_only)
        if parameter is None:
            found.pop(field.leaf.value, None)
            continue
        if any(name.partition(".")[0] in {"attr", "attrs"} for name, _ in decorators):
            parameter = replace(parameter, name=parameter.name.lstrip("_"))
        # One that overrides another has its place.
        found[field.leaf.value] = parameter
    ordered = sorted(found.values(), key=lambda parameter: parameter.kind == "KEYWORD_ONLY")
    return tuple(ordered)


def _meaning(annotation: Node | None, field: Field, names: TreeNames) -> str:
    """Return the last part of the name of a type, without its arguments."""
    if annotation is None:
        return ""
    expression = parsed(annotation.get_code(include_prefix=False))
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        expression = parsed(expression.value)
    if isinstance(expression, ast.Subscript):
        expression = expression.value
    if expression is None:
        return ""
    meaning = names.meaning(expression, Where(field.source, annotation.start_pos))
    return meaning.rpartition(".")[2] if isinstance(meaning, str) else ""


def _decorator(node: Node, field: Field, names: TreeNames) -> tuple[str, ast.expr | None]:
    """Return the dotted name of a decorator, and the decorator."""
    call = parsed(node.get_code(include_prefix=False).strip().removeprefix("@"))
    function = call.func if isinstance(call, ast.Call) else call
    if function is None:
        return "", None
    meaning = names.meaning(function, Where(field.source, node.start_pos))
    return (meaning if isinstance(meaning, str) else ""), call


def _described(field: Field, *, keyword_only: bool) -> Parameter | None:
    """Return the parameter as `field(...)` or `Field(...)` describes it, if it is one at all."""
    kind = "KEYWORD_ONLY" if keyword_only else "POSITIONAL_OR_KEYWORD"
    parameter = replace(field.parameter, kind=kind)
    code = "" if field.value is None else field.value.get_code(include_prefix=False)
    value = parsed(code)
    if not isinstance(value, ast.Call) or last_name(value.func) not in _DESCRIBING:
        return parameter
    if last_name(value.func) == "PrivateAttr" or _flag(value, "init") is False:
        return None
    own_keyword_only = _flag(value, "kw_only")
    if own_keyword_only is not None:
        kind = "KEYWORD_ONLY" if own_keyword_only else "POSITIONAL_OR_KEYWORD"
    alias = _keyword(value, ("alias",))
    if isinstance(alias, ast.Constant) and isinstance(alias.value, str):
        parameter = replace(parameter, name=alias.value)
    return replace(parameter, kind=kind, default=_default(code, value))


def _default(code: str, call: ast.Call) -> str:
    """Return the default of a field as it is shown; `...` if a function makes it."""
    if _keyword(call, _FACTORIES) is not None:
        return "..."
    given = call.args[0] if call.args else _keyword(call, ("default",))
    if given is None or (isinstance(given, ast.Constant) and given.value is Ellipsis):
        return ""
    return short(ast.get_source_segment(as_expression(code), given) or "")


def _keyword(call: ast.expr | None, names: Sequence[str] | frozenset[str]) -> ast.expr | None:
    keywords = call.keywords if isinstance(call, ast.Call) else []
    return next((keyword.value for keyword in keywords if keyword.arg in names), None)


def _flag(call: ast.expr | None, name: str) -> bool | None:
    """Return the `True` or `False` that a call passes by keyword."""
    value = _keyword(call, (name,))
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return value.value
    return None
