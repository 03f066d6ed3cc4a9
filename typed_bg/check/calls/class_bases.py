"""What a class is by its bases, as the source shows them: a forwarder's class or another one."""

from __future__ import annotations

import ast
import builtins
import functools
import re
import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.scopes import FunctionNode, ScopeNode, last_name, remembered
from typed_bg._source.walk import statements_by_depth
from typed_bg.check.calls.hints import HINT
from typed_bg.check.calls.project_modules import (
    definition_in_project,
    module_at,
    modules_named,
    project_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# So is a class called that may derive from a framework's, though it comes from another package.
_BACKGROUND = re.compile(r"(?i)background|^bg").search
# Of these come its classes, and what says nothing of a class.
_UNTOLD = frozenset({"starlette", "fastapi", "typed_bg", "typing", "typing_extensions"})
# What these return is a class of another kind: SQLAlchemy's, the standard library's.
_MAKERS = frozenset(
    {
        *("automap_base", "declarative_base", "generate_base"),
        *("NamedTuple", "TypedDict", "make_dataclass", "namedtuple"),
    }
)
_DEEP = 5  # re-exports and bases

Kind = Literal["another", "ours", "unknown"]
"""`another` class, the forwarder's or one that nothing is known against, or an `unknown` base."""


class Named(NamedTuple):
    """A name in a module."""

    path: Path
    tree: ast.Module
    name: str


class ForwarderClass(NamedTuple):
    """A forwarder's class.

    Attributes:
        names: Its names.
        owner: Where it is defined.
        method: Its method that is called.
        by_name: Whether the name of a class from a package outside the project is enough to tell
            that it is another one.
    """

    names: frozenset[str]
    owner: tuple[str, str] | None
    method: str
    by_name: bool

    def is_defined(self, path: Path, name: str) -> bool:
        """Return whether a class of this name in a file is the forwarder's own."""
        if self.owner is None or self.owner[1] != name:
            return False
        parts = self.owner[0].split(".")
        folders = path.parent.parts if path.stem == "__init__" else (*path.parent.parts, path.stem)
        return list(folders[-len(parts) :]) == parts


@functools.lru_cache(maxsize=64)  # the calls of a module have few receivers' classes
def kind_of_class(named: Named, ours: ForwarderClass, steps: int = _DEEP) -> Kind:
    """Return what a class is that a module defines or imports."""
    path, tree, name = named
    for node in statements_by_depth(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            if ours.is_defined(path, name):
                return "ours"
            if _defines(node, ours.method):
                # It inherits the method from no class: names of bases are enough.
                ours = ours._replace(by_name=True)
            return _joined(_kind_of_base(base, named, ours, steps) for base in node.bases)
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _kind_of_import(path, node, alias.name, ours, steps)
    return "ours"


def _defines(node: ast.ClassDef, method: str) -> bool:
    return any(
        isinstance(statement, FunctionNode) and statement.name == method for statement in node.body
    )


def _joined(kinds: Iterable[Kind]) -> Kind:
    """Return what a class with bases of these kinds is."""
    found = set(kinds)
    return "ours" if "ours" in found else "unknown" if "unknown" in found else "another"


def _kind_of_base(base: ast.expr, derived: Named, ours: ForwarderClass, steps: int) -> Kind:
    if steps == 0:
        return "unknown"
    if isinstance(base, ast.Call):
        return _kind_of_result(base, derived, ours, steps - 1)
    if parts := _classes_within(base):
        return _joined(_kind_of_base(part, derived, ours, steps) for part in parts)
    if isinstance(base, ast.Subscript):  # Base[int]
        base = base.value
    if not isinstance(base, (ast.Name, ast.Attribute)):
        return "unknown"
    name = last_name(base)
    original = original_name(derived.tree, name)
    if original in ours.names or HINT.search(original) is not None:
        return "ours"
    if isinstance(base, ast.Attribute):
        return _kind_of_attribute(base, derived, ours, steps - 1)
    bound = [*_bound_to(derived.tree, name)]
    if bound:
        return _joined(
            "unknown" if value is None else _kind_of_base(value, derived, ours, steps - 1)
            for value in bound
        )
    if name in _defined_or_imported(derived.tree):
        return kind_of_class(derived._replace(name=name), ours, steps - 1)
    known = hasattr(builtins, name) or name in _imported(derived.tree)
    return "another" if known else "unknown"


def _classes_within(value: ast.expr) -> list[ast.expr]:
    """Return what `A if x else B`, `Annotated[A, ...]`, `Optional[A]` or `A | B` consists of."""
    parts: list[ast.expr] = []
    if isinstance(value, ast.IfExp):
        parts = [value.body, value.orelse]
    elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        parts = [value.left, value.right]
    elif isinstance(value, ast.Subscript):
        form = last_name(value.value)
        items = value.slice.elts if isinstance(value.slice, ast.Tuple) else [value.slice]
        parts = {"Annotated": items[:1], "Optional": items, "Union": items}.get(form, [])
    return [part for part in parts if not isinstance(part, ast.Constant)]


def _kind_of_attribute(
    base: ast.Attribute, derived: Named, ours: ForwarderClass, steps: int
) -> Kind:
    """Return what a class of an imported module is."""
    module = ast.unparse(base.value)
    named = in_module(derived.path, derived.tree, module, base.attr)
    if named is not None:
        kind = kind_of_class(named, ours, steps)
        bound = [*_bound_to(named.tree, base.attr)]
        return kind if not bound else _kind_of_base(ast.Name(base.attr), named, ours, steps)
    package = module.partition(".")[0]
    return "another" if ours.by_name or package in sys.stdlib_module_names else "ours"


def _kind_of_result(call: ast.Call, derived: Named, ours: ForwarderClass, steps: int) -> Kind:
    """Return what the class that a call returns is."""
    if last_name(call.func) in _MAKERS:
        return "another"
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if any(_names_ours(value, derived, ours) for value in given):
        return "ours"  # with_metaclass(Meta, BackgroundTasks)
    located = definition_in_project(derived.path, derived.tree, call.func)
    if located is None or not isinstance(located.node, FunctionNode):
        return "unknown"
    inner = Named(located.path, located.tree, located.node.name)
    values = [located.node.returns, *_returned(located.node)]
    if any(value is not None and _names_ours(value, inner, ours) for value in values):
        return "ours"
    kinds: list[Kind] = [
        _kind_of_base(value, inner, ours, steps) for value in _returned(located.node)
    ]
    return _joined(kinds) if kinds else "unknown"


def _names_ours(expression: ast.expr, derived: Named, ours: ForwarderClass) -> bool:
    names = (node for node in ast.walk(expression) if isinstance(node, (ast.Name, ast.Attribute)))
    written = (node.id if isinstance(node, ast.Name) else node.attr for node in names)
    return any(original_name(derived.tree, name) in ours.names for name in written)


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
    ]


def _bound_to(tree: ast.Module, name: str) -> Iterator[ast.expr | None]:
    """Yield what a module assigns to a name; `None` if the value is not a single expression."""
    for node in statements_by_depth(tree):
        if isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name) and node.target.id == name:
                yield node.value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    if target.id == name:
                        yield node.value
                elif any(
                    isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(target)
                ):
                    yield None
        elif isinstance(node, (ast.For, ast.AsyncFor)) and any(
            isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node.target)
        ):
            yield None


def _defined_or_imported(tree: ast.Module) -> set[str]:
    """Return the classes of a module, and what it imports from outside the standard library."""
    names: set[str] = set()
    for node in statements_by_depth(tree):
        if isinstance(node, ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            package = (node.module or "").partition(".")[0]
            if package not in sys.stdlib_module_names and package != "typing_extensions":
                names.update(alias.asname or alias.name for alias in node.names)
    return names


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in statements_by_depth(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _kind_of_import(
    path: Path, node: ast.ImportFrom, name: str, ours: ForwarderClass, steps: int
) -> Kind:
    file = project_file(path, node.module or "", node.level)
    if file is None:
        package = (node.module or "").partition(".")[0]
        told = ours.by_name and package not in _UNTOLD and name not in ours.names
        return "another" if told and not _BACKGROUND(name) else "ours"
    tree = module_at(file)
    if tree is None or steps == 0:
        return "ours"
    named = Named(file, tree, name)
    if [*_bound_to(tree, name)]:
        return _kind_of_base(ast.Name(name), named, ours, steps - 1)
    return kind_of_class(named, ours, steps - 1)


def in_module(path: Path, tree: ast.Module, module: str, name: str) -> Named | None:
    """Return the name in a module of the project that is imported as a whole."""
    for file in modules_named(path, tree, module):
        found = None if file is None else module_at(file)
        if file is not None and found is not None:
            return Named(file, found, name)
    return None


def original_name(tree: ast.Module, name: str) -> str:
    """Return the name of what is imported under another."""
    return _original_names(tree).get(name, name)


@remembered
def _original_names(tree: ScopeNode) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for node in statements_by_depth(tree):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if alias.asname is not None:
                found.setdefault(alias.asname, alias.name)
    return found
