"""The docstrings of a module, and the parameters that each should document."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import griffe

from typed_bg.docstrings.doc_text import NoTextError, doc_of
from typed_bg.docstrings.merge import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg._source.module import Module
    from typed_bg.docstrings.names import Modules, Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef
Owner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

# Decorators and bases that make a class's annotated attributes the parameters of its call.
_FIELD_DECORATORS = frozenset(
    {"dataclass", "define", "frozen", "mutable", "attrs", "dataclass_json"}
)
_FIELD_BASES = frozenset(
    {"BaseModel", "BaseSettings", "NamedTuple", "SQLModel", "Struct", "RootModel"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Documented:
    """A function or class whose docstring should document parameters.

    Attributes:
        node: Its definition.
        name: Its qualified name.
        wanted: The sections it should have, at most one of each kind.
        addable: Whether a missing docstring may be added, because tools would show it.
    """

    node: Owner
    name: str
    wanted: tuple[Wanted, ...]
    addable: bool


@dataclass(frozen=True, slots=True)
class ComputedDoc:
    """A `Doc` whose text is not a literal."""

    line: int
    name: str
    parameter: str
    source: str


@dataclass(frozen=True, slots=True)
class ModuleDocs:
    """The docstrings of a module."""

    documented: list[Documented] = field(default_factory=list[Documented])
    computed: list[ComputedDoc] = field(default_factory=list[ComputedDoc])


def read_documented(module: Module, modules: Modules) -> ModuleDocs:
    """Return the functions and classes of a module that have parameters or attributes."""
    reader = _Reader(modules)
    reader.body(module.tree.body, modules.scope_of(module), "")
    return reader.reading


def docstring_of(node: Owner) -> ast.Constant | None:
    """Return the docstring of a function or class."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


class _Reader:
    """Reads a module, keeping track of scopes."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._told_by_class: set[Function] = set()
        self.reading = ModuleDocs()

    def body(self, statements: Sequence[ast.stmt], scope: Scope, prefix: str) -> None:
        """Read the functions and classes of a scope, also those under conditions."""
        overloads: dict[str, list[Wanted]] = {}
        for node in _definitions(statements):
            if isinstance(node, ast.ClassDef):
                self._class(node, scope, prefix)
                continue
            wanted = self._parameters(node, scope, prefix)
            if self._is_decorated(node, scope, {"overload"}):
                overloads.setdefault(node.name, []).append(wanted)
                self._add(node, prefix, [wanted], addable=False)
            else:
                joined = _with_overloads(wanted, overloads.pop(node.name, []))
                addable = not _is_accessor(node) and node not in self._told_by_class
                self._add(node, prefix, [joined], addable=addable)
            inner = self._modules.function_scope(node, scope)
            self.body(node.body, inner, f"{prefix}{node.name}.<locals>.")

    def _class(self, node: ast.ClassDef, outer: Scope, prefix: str) -> None:
        member = outer.members.get(node.name)
        if isinstance(member, griffe.Class) and node.lineno <= (member.endlineno or 0):
            scope = member
        else:
            scope = griffe.Class(node.name, lineno=node.lineno, parent=outer)
        name = f"{prefix}{node.name}."
        attributes = self._attributes(node, scope, name)
        constructor = self._silent_constructor(node, scope, name)
        if constructor is not None:
            wanted = [constructor, attributes]
        elif attributes.docs and self._has_field_parameters(node, outer):
            names, docs = attributes.names, attributes.docs
            wanted = [Wanted("parameters", names, docs, closed=False)]
        else:
            wanted = [attributes]
        self._add(node, prefix, wanted, addable=bool(attributes.docs))
        self.body(node.body, scope, name)

    def _silent_constructor(self, node: ast.ClassDef, scope: Scope, prefix: str) -> Wanted | None:
        """Return the parameters of an `__init__` without a docstring: editors show the class's."""
        if docstring_of(node) is None:
            return None
        for statement in _definitions(node.body):
            if isinstance(statement, Function) and statement.name == "__init__":
                if docstring_of(statement) is not None:
                    return None
                if not self._is_decorated(statement, scope, {"overload"}):
                    self._told_by_class.add(statement)
                    return self._parameters(statement, scope, prefix)
        return None

    def _parameters(self, node: Function, scope: Scope, prefix: str) -> Wanted:
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args]
        shown = [(argument.arg, argument) for argument in named]
        if arguments.vararg:
            shown.append((f"*{arguments.vararg.arg}", arguments.vararg))
        shown += [(argument.arg, argument) for argument in arguments.kwonlyargs]
        if arguments.kwarg:
            shown.append((f"**{arguments.kwarg.arg}", arguments.kwarg))
        docs = self._docs(
            ((argument.arg, argument.annotation, argument.lineno) for _, argument in shown),
            scope,
            f"{prefix}{node.name}",
        )
        names = tuple(name for name, _ in shown)
        return Wanted("parameters", names, docs, closed=arguments.kwarg is None)

    def _attributes(self, node: ast.ClassDef, scope: Scope, name: str) -> Wanted:
        annotated = [
            (statement.target.id, statement.annotation, statement.lineno)
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        names = tuple(attribute for attribute, _, _ in annotated)
        docs = self._docs(annotated, scope, name.rstrip("."))
        return Wanted("attributes", names, docs, closed=False)

    def _docs(
        self, annotated: Iterable[tuple[str, ast.expr | None, int]], scope: Scope, name: str
    ) -> dict[str, str]:
        docs: dict[str, str] = {}
        for parameter, annotation, line in annotated:
            try:
                text = doc_of(annotation, scope, self._modules)
            except NoTextError as error:
                self.reading.computed.append(ComputedDoc(line, name, parameter, str(error)))
                continue
            if text is not None:
                docs[parameter] = text
        return docs

    def _add(self, node: Owner, prefix: str, wanted: list[Wanted], *, addable: bool) -> None:
        if any(section.names for section in wanted):
            name = f"{prefix}{node.name}"
            self.reading.documented.append(Documented(node, name, tuple(wanted), addable))

    def _is_decorated(self, node: Owner, scope: Scope, names: Iterable[str]) -> bool:
        return any(self._last_name(decorator, scope) in names for decorator in node.decorator_list)

    def _has_field_parameters(self, node: ast.ClassDef, scope: Scope) -> bool:
        return self._is_decorated(node, scope, _FIELD_DECORATORS) or any(
            self._last_name(base, scope) in _FIELD_BASES for base in node.bases
        )

    def _last_name(self, node: ast.expr, scope: Scope) -> str:
        function = node.func if isinstance(node, ast.Call) else node
        function = function.value if isinstance(function, ast.Subscript) else function
        meaning = self._modules.meaning(function, scope)
        return meaning.rpartition(".")[2] if isinstance(meaning, str) else ""


def _with_overloads(implementation: Wanted, overloads: list[Wanted]) -> Wanted:
    """Add the `Doc`s of overloads for a parameter if they agree.

    For overloads without a docstring, editors show that of the implementation.
    """
    if not overloads:
        return implementation
    docs = dict(implementation.docs)
    told: dict[str, set[str]] = {}
    for overload in overloads:
        for name, text in overload.docs.items():
            told.setdefault(name, set()).add(text)
    for name, texts in told.items():
        if name not in docs and len(texts) == 1:
            docs[name] = texts.pop()
    seen = [*implementation.names, *(name for overload in overloads for name in overload.names)]
    names = tuple(dict.fromkeys(seen))
    ordered = {name: docs[name] for name in _bare(names) if name in docs}
    return Wanted("parameters", names, ordered, closed=implementation.closed)


def _bare(names: Iterable[str]) -> list[str]:
    return [name.lstrip("*") for name in names]


def _is_accessor(node: Function) -> bool:
    """Return whether this is the setter or deleter of a property, whose docstring is not shown."""
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr in {"setter", "deleter"}
        for decorator in node.decorator_list
    )


def _definitions(statements: Sequence[ast.stmt]) -> Iterator[Owner]:
    for statement in statements:
        if isinstance(statement, Owner):
            yield statement
        else:
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.stmt):
                    yield from _definitions([child])
                elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                    yield from _definitions(child.body)
