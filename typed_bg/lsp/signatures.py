"""Signatures whose parameters have their types, defaults and documentation."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from typed_bg.docstrings import styles
from typed_bg.docstrings.doc_text import NoTextError, doc_of
from typed_bg.docstrings.literals import evaluated
from typed_bg.lsp.fields import Field, parameters_of
from typed_bg.lsp.jedi_signatures import signatures, undecorated
from typed_bg.lsp.names import TreeNames, Where, parsed
from typed_bg.lsp.parameters import NAMED, POSITIONAL, Parameter, short
from typed_bg.lsp.trees import name_starting_at
from typed_bg.lsp.typed_classes import as_key, typed_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg.lsp.jedi_access import NamedObject, Source
    from typed_bg.lsp.jedi_signatures import RawParameter, RawSignature
    from typed_bg.lsp.sources import CurrentSources
    from typed_bg.lsp.trees import Function, Leaf, Node, ParameterNode, Parent, Scope, Statement

_STYLES: tuple[styles.StyleName, ...] = ("google", "numpy", "sphinx")
_KINDS: tuple[styles.Kind, ...] = ("parameters", "attributes")
_KEPT = 500  # signatures


@dataclass(frozen=True)
class Signature:
    """A signature of a function or class.

    Attributes:
        name: The name of the function or class.
        parameters: What a caller passes.
        returns: The type of the result as written.
        docstring: The docstring, without margin.
        binds_more: Whether positional arguments are bound, nobody knows how many.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: str = ""
    docstring: str = ""
    binds_more: bool = False

    @property
    def takes_keywords(self) -> bool:
        """Whether it takes keyword arguments of any name."""
        return any(parameter.kind == "VAR_KEYWORD" for parameter in self.parameters)

    def named(self, name: str) -> Parameter | None:
        """Return the parameter that a keyword argument is for."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.kind in NAMED:
                return parameter
        return next(
            (parameter for parameter in self.parameters if parameter.kind == "VAR_KEYWORD"), None
        )

    def without(self, count: int, names: Sequence[str]) -> Signature:
        """Return the signature of a partial with positional and keyword arguments."""
        kept: list[Parameter] = []
        keyword_only = False
        for parameter in self.parameters:
            if parameter.kind in POSITIONAL and count:
                count -= 1
            elif parameter.name in names and parameter.kind in NAMED:
                # What follows can only be passed by keyword now.
                keyword_only = True
            elif keyword_only and parameter.kind == "POSITIONAL_OR_KEYWORD":
                kept.append(replace(parameter, kind="KEYWORD_ONLY"))
            else:
                kept.append(parameter)
        return replace(self, parameters=tuple(kept))


def positional(signature: Signature) -> list[Parameter]:
    """Return the parameters that can be passed by position."""
    return [parameter for parameter in signature.parameters if parameter.kind in POSITIONAL]


class SignatureReader:
    """Reads signatures from source."""

    def __init__(self, sources: CurrentSources) -> None:
        """Take the modules."""
        self._sources = sources
        self._names = TreeNames(sources)
        self._read_before: dict[object, list[Signature]] = {}
        self._changes = 0

    def of(self, definition: NamedObject) -> list[Signature]:
        """Return the signatures of a callable."""
        path, place = definition.path, definition.place
        # A method's depend on what it is bound to.
        if definition.kind != "class":
            return [
                signature for raw in signatures(definition) for signature in self._remembered(raw)
            ]
        if path is None or self._sources.is_edited(path):
            return self._of_class(definition)
        key = (path, place)
        if key not in self._known():
            self._known()[key] = self._of_class(definition)
        return self._known()[key]

    def _of_class(self, definition: NamedObject) -> list[Signature]:
        found = typed_class(definition, self._sources)
        if found is None:
            return [
                signature for raw in signatures(definition) for signature in self._remembered(raw)
            ]
        if found.makes_itself:
            return []
        parameters: dict[str, Parameter] = {}
        for source, leaf, required in found.fields:
            _, owner = _written(leaf)
            parameter = self._parameter(
                leaf.value, "POSITIONAL_OR_KEYWORD", source, leaf, _docs(owner)
            )
            if found.kind == "TypedDict":
                parameter = as_key(parameter, required=required)
            parameters[leaf.value] = parameter
        return [Signature(definition.name, tuple(parameters.values()))]

    def undecorated(self, definition: NamedObject, *, is_bound: bool) -> list[Signature]:
        """Return the signatures of a function as it is written, without its decorators."""
        return [
            signature
            for raw in undecorated(definition, is_bound=is_bound)
            for signature in self._remembered(raw)
        ]

    def _remembered(self, raw: RawSignature) -> list[Signature]:
        if raw.path is None or self._sources.is_edited(raw.path):
            return [self._signature(raw)]
        if raw not in self._known():
            self._known()[raw] = [self._signature(raw)]
        return self._known()[raw]

    def _known(self) -> dict[object, list[Signature]]:
        """Return what was read from files, all of it forgotten when one changes."""
        if self._changes != self._sources.changes or len(self._read_before) > _KEPT:
            self._changes = self._sources.changes
            self._read_before = {}
        return self._read_before

    def parameter_at(self, source: Source, leaf: Leaf) -> Parameter | None:
        """Return the parameter, field or annotated variable that a name defines."""
        node, owner = _written(leaf)
        if node is None:
            return None
        return self._parameter(leaf.value, "POSITIONAL_OR_KEYWORD", source, leaf, _docs(owner))

    def _signature(self, raw: RawSignature) -> Signature:
        scope = self._scope(raw)
        shown = _docs(scope)
        if raw.of_fields:
            fields = [field for each in raw.parameters for field in self._field(each, shown)]
            parameters = parameters_of(fields, self._names, by_keyword=raw.by_keyword)
        else:
            parameters = tuple(self._read(parameter, shown) for parameter in raw.parameters)
        returns = ""
        source = None if raw.path is None else self._sources.file(raw.path)
        if scope is not None and scope.type == "funcdef" and source is not None:
            annotation = cast("Function", scope).annotation
            if annotation is not None:
                returns = self._type(annotation, source)
        docstring = "" if scope is None else docstring_in(scope)
        return Signature(raw.name, parameters, returns, docstring)

    def _scope(self, raw: RawSignature) -> Scope | None:
        leaf = self._leaf(raw.path, raw.place)
        node = None if leaf is None else leaf[1].get_definition()
        if node is None or node.type not in {"funcdef", "classdef"}:
            return None
        return cast("Scope", node)

    def _leaf(self, path: object, place: tuple[int, int] | None) -> tuple[Source, Leaf] | None:
        source = None if path is None else self._sources.file(cast("Path", path))
        leaf = None if source is None or place is None else name_starting_at(source.tree, place)
        return None if source is None or leaf is None else (source, leaf)

    def _read(self, raw: RawParameter, shown: dict[str, str]) -> Parameter:
        at = self._leaf(raw.path, raw.place)
        if at is None or at[1].value != raw.name:
            annotation, default = _split(raw)
            return Parameter(raw.name, raw.kind, annotation, default, shown.get(raw.name, ""))
        source, leaf = at
        _, owner = _written(leaf)
        return self._parameter(raw.name, raw.kind, source, leaf, _docs(owner) | shown)

    def _field(self, raw: RawParameter, shown: dict[str, str]) -> Iterator[Field]:
        at = self._leaf(raw.path, raw.place)
        if at is not None:
            yield Field(self._read(raw, shown), *at, *_parts(at[1]))

    def _parameter(
        self, name: str, kind: str, source: Source, leaf: Leaf, docs: dict[str, str]
    ) -> Parameter:
        annotation, default = _parts(leaf)
        text = None
        if annotation is not None:
            text = self._doc(annotation, source)
        return Parameter(
            name,
            kind,
            "" if annotation is None else self._type(annotation, source),
            "" if default is None else short(default.get_code(include_prefix=False)),
            docs.get(name, "") if text is None else text,
            in_doc=text is not None,
        )

    def _doc(self, annotation: Node, source: Source) -> str | None:
        code = annotation.get_code(include_prefix=False)
        expression = parsed(code)
        if expression is None:
            return None
        try:
            return doc_of(expression, Where(source, annotation.start_pos), self._names)
        except NoTextError:
            return None

    def _type(self, annotation: Node, source: Source) -> str:
        """Return a type as written, without what `Annotated` adds."""
        code = annotation.get_code(include_prefix=False)
        expression = parsed(code)
        if expression is None:
            return " ".join(code.split())
        plain = _Plain(self._names, Where(source, annotation.start_pos))
        shown = plain.visit(expression)
        if plain.changed or "\n" in code:
            return ast.unparse(shown)
        return code


class _Plain(ast.NodeTransformer):
    """Replaces `Annotated[T, ...]` and `T @ Doc(...)` by `T`."""

    def __init__(self, names: TreeNames, where: Where) -> None:
        self._names = names
        self._where = where
        self.changed = False

    @override
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:  # of `ast`
        meaning = self._names.meaning(node.value, self._where)
        if isinstance(meaning, str) and meaning.rpartition(".")[2] == "Annotated":
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            self.changed = True
            return cast("ast.AST", self.visit(first))
        return self.generic_visit(node)

    @override
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # of `ast`
        if isinstance(node.op, ast.MatMult):
            self.changed = True
            return cast("ast.AST", self.visit(node.left))
        return self.generic_visit(node)


def docstring_in(scope: Scope) -> str:
    """Return the docstring of a function or class, without margin."""
    node = scope.get_doc_node()
    text = None if node is None else evaluated(node.value)
    return "" if text is None else inspect.cleandoc(text)


def documented(docstring: str) -> dict[str, str]:
    """Return what a docstring of any of the three styles says about parameters, by name."""
    lines = docstring.split("\n")
    found: dict[str, str] = {}
    for style in _STYLES:
        for kind in _KINDS:
            for block in styles.blocks(lines, "", style, kind):
                for entry in block.entries:
                    for name in entry.names:
                        found.setdefault(name, entry.text.strip())
    return found


def _docs(scope: Scope | None) -> dict[str, str]:
    """Return what the docstring of a function says, or that of its class about `__init__`."""
    if scope is None:
        return {}
    docs = documented(docstring_in(scope))
    if scope.type == "funcdef" and scope.name.value in {"__init__", "__call__", "__new__"}:
        owner = scope.search_ancestor("classdef")
        if owner is not None:
            docs = documented(docstring_in(cast("Scope", owner))) | docs
    return docs


def _written(leaf: Leaf) -> tuple[Node | None, Scope | None]:
    """Return the parameter or the annotated field that a name defines, and what documents it."""
    definition = leaf.get_definition()
    if definition is None or definition.type not in {"param", "expr_stmt"}:
        return None, None
    kind = "funcdef" if definition.type == "param" else "classdef"
    return definition, cast("Scope | None", definition.search_ancestor(kind))


def _parts(leaf: Leaf) -> tuple[Node | None, Node | None]:
    """Return the annotation and the default of what a name defines."""
    definition, _ = _written(leaf)
    if definition is None:
        return None, None
    if definition.type == "param":
        parameter = cast("ParameterNode", definition)
        return parameter.annotation, parameter.default
    for child in cast("Parent", definition).children:
        if child.type == "annassign":
            inner = cast("Parent", child).children
            has_value = len(inner) > 3  # noqa: PLR2004  # `: T = value`
            return inner[1], cast("Statement", definition).get_rhs() if has_value else None
    return None, None


def _split(raw: RawParameter) -> tuple[str, str]:
    """Return the annotation and the default that Jedi shows for what has no source."""
    head, _, default = raw.shown.partition("=")
    return head.partition(":")[2].strip(), short(default)
