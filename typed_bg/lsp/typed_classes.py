"""The parameters of a NamedTuple or a TypedDict: its fields, also if a call defines the class."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from typed_bg._source.scopes import last_name
from typed_bg.lsp.calls import ends_of_bases
from typed_bg.lsp.names import parsed
from typed_bg.lsp.parameters import Parameter, short
from typed_bg.lsp.trees import name_starting_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.lsp.calls import Call
    from typed_bg.lsp.jedi_access import NamedObject, Source
    from typed_bg.lsp.sources import CurrentSources
    from typed_bg.lsp.trees import ClassScope, Leaf, Parent

_Kind = Literal["NamedTuple", "TypedDict", "namedtuple"]
_KINDS: dict[str, _Kind] = {
    "typing.NamedTuple": "NamedTuple",
    "typing_extensions.NamedTuple": "NamedTuple",
    "typing.TypedDict": "TypedDict",
    "typing_extensions.TypedDict": "TypedDict",
    "collections.namedtuple": "namedtuple",
}
_QUALIFIERS = frozenset({"NotRequired", "ReadOnly", "Required"})
_MAKERS = frozenset({"__init__", "__new__"})
_DEPTH = 10  # of bases of bases
_OMITTED = "..."  # what is shown as the default of a key that may be missing


@dataclass(frozen=True)
class TypedClass:
    """A NamedTuple or a TypedDict.

    Attributes:
        kind: Which of the two.
        fields: The names of its fields with their modules, and whether a key must be present.
        makes_itself: Whether it, or a base, has a `__new__` or an `__init__` of its own.
    """

    kind: _Kind
    fields: tuple[tuple[Source, Leaf, bool], ...]
    makes_itself: bool = False


def typed_class(
    definition: NamedObject, sources: CurrentSources, depth: int = 0
) -> TypedClass | None:
    """Return the fields of a class, if it is a NamedTuple or a TypedDict.

    Args:
        definition: The class.
        sources: Reads its module and those of its bases.
        depth: How many classes derive from it, of those that were asked about.
    """
    path, place = definition.path, definition.place
    source = None if path is None or depth > _DEPTH else sources.file(path)
    name = None if source is None or place is None else name_starting_at(source.tree, place)
    node = None if name is None else name.get_definition()
    if source is None or name is None or node is None or node.type != "classdef":
        return None
    scope = cast("ClassScope", node)
    kind: _Kind | None = None
    fields: list[tuple[Source, Leaf, bool]] = []
    makes_itself = any(each.name.value in _MAKERS for each in scope.iter_funcdefs())
    is_direct = False
    for end in ends_of_bases(name):
        direct = _kind_of(source, end)
        if direct is not None:
            kind, is_direct = direct, True
            continue
        for base in source.infer(end):
            found = typed_class(base, sources, depth + 1) if base.kind == "class" else None
            if found is not None:
                kind = found.kind
                fields += found.fields
                makes_itself = makes_itself or found.makes_itself
    if kind is None:
        return None
    # What derives from a NamedTuple has its fields, and no others.
    if kind == "TypedDict" or is_direct:
        required = kind == "NamedTuple" or not _is_partial(scope)
        fields += [(source, leaf, required) for leaf in _annotated(scope)]
    return TypedClass(kind, tuple(fields), makes_itself=makes_itself)


def as_key(parameter: Parameter, *, required: bool) -> Parameter:
    """Return the parameter for a key of a TypedDict."""
    annotation, required = _unqualified(parameter.annotation, required=required)
    default = "" if required else _OMITTED
    return Parameter(
        parameter.name, "KEYWORD_ONLY", annotation, default, parameter.doc, in_doc=parameter.in_doc
    )


def parameters_of_call(source: Source, call: Call) -> tuple[Parameter, ...] | None:
    """Return the parameters of the class that a call defines, if it is such a class.

    Args:
        source: The module.
        call: A call, such as of `namedtuple`.
    """
    kind = _kind_of(source, call.callee) if call.callee.type == "name" else None
    values = [parsed(argument.code) for argument in call.arguments if argument.keyword is None]
    if kind is None or len(values) < 2:  # noqa: PLR2004  # the name and the fields
        return None
    named = {
        argument.keyword.value: parsed(argument.code)
        for argument in call.arguments
        if argument.keyword is not None
    }
    fields = values[1]
    if kind == "TypedDict":
        return tuple(_keys(fields, required=not _is_false(named.get("total"))))
    types = list(_types(fields) if kind == "NamedTuple" else _names(fields))
    given = [short(ast.unparse(each)) for each in _elements(named.get("defaults"))]
    defaults = [""] * (len(types) - len(given)) + given
    return tuple(
        Parameter(name, "POSITIONAL_OR_KEYWORD", annotation, default)
        for (name, annotation), default in zip(types, defaults, strict=False)
    )


def _kind_of(source: Source, leaf: Leaf) -> _Kind | None:
    for definition in source.goto(leaf):
        if definition.full_name in _KINDS:
            return _KINDS[definition.full_name]
    return None


def _is_partial(scope: ClassScope) -> bool:
    """Return whether `total=False` is among the arguments of a class."""
    arguments = scope.get_super_arglist()
    code = "" if arguments is None else arguments.get_code(include_prefix=False)
    call = parsed(f"_({code})")
    keywords = call.keywords if isinstance(call, ast.Call) else []
    return any(keyword.arg == "total" and _is_false(keyword.value) for keyword in keywords)


def _annotated(scope: ClassScope) -> Iterator[Leaf]:
    """Yield the names that the body of a class annotates."""
    for statement in cast("Parent", scope.get_suite()).children:
        for part in cast("Parent", statement).children if hasattr(statement, "children") else ():
            if part.type == "expr_stmt":
                name, after, *_ = cast("Parent", part).children
                if name.type == "name" and after.type == "annassign":
                    yield cast("Leaf", name)


def _keys(fields: ast.expr | None, *, required: bool) -> Iterator[Parameter]:
    if isinstance(fields, ast.Dict):
        for key, value in zip(fields.keys, fields.values, strict=True):
            if (name := _text(key)) is not None:
                parameter = Parameter(name, "KEYWORD_ONLY", _type(value))
                yield as_key(parameter, required=required)


def _types(fields: ast.expr | None) -> Iterator[tuple[str, str]]:
    """Yield the fields of `[("name", type), ...]`."""
    for element in _elements(fields):
        pair = _elements(element)
        if len(pair) == 2 and (name := _text(pair[0])) is not None:  # noqa: PLR2004
            yield name, _type(pair[1])


def _names(fields: ast.expr | None) -> Iterator[tuple[str, str]]:
    """Yield the fields of `"name, ..."` and of `["name", ...]`."""
    text = _text(fields)
    names = (
        [_text(element) for element in _elements(fields)]
        if text is None
        else text.replace(",", " ").split()
    )
    yield from ((name, "") for name in names if name)


def _elements(node: ast.expr | None) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else []


def _text(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _type(node: ast.expr) -> str:
    return _text(node) or ast.unparse(node)


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _unqualified(annotation: str, *, required: bool) -> tuple[str, bool]:
    """Take `Required`, `NotRequired` and `ReadOnly` off a type."""
    expression = parsed(annotation)
    while isinstance(expression, ast.Subscript):
        name = last_name(expression.value)
        if name not in _QUALIFIERS:
            break
        required = name == "Required" or (required and name != "NotRequired")
        expression = expression.slice
        annotation = ast.unparse(expression)
    return annotation, required
