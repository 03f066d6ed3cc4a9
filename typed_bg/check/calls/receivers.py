"""Find out from the source whether a receiver is of another class, if no checker knows it.

A comment can silence all that a checker says of a call, and pyrefly's preset `basic` reveals no
types. What is left is where the name of the receiver's class comes from: the module itself, another
one of the project, or a package.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.scopes import FunctionNode
from typed_bg._source.walk import statements_by_depth
from typed_bg.check.calls.hints import HINT
from typed_bg.check.calls.project_modules import module_at, project_file
from typed_bg.check.calls.type_origins import origin_of, owner_of

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.calls.call_sites import CallSite


_OPTIONAL = re.compile(r"(?:\w+\.)*Optional\[(.*)\]|(.*?) ?\| ?None|None ?\| ?(.*)")
_CLASS = re.compile(r"(?:\w+\.)*(\w+)")
_MADE = re.compile(r"(?:\w+\.)*(\w+)\(")

# So is a class called that may derive from a framework's, though it comes from another package.
_BACKGROUND = re.compile(r"(?i)background|^bg").search
# Of these come its classes, and what says nothing of a class.
_UNTOLD = frozenset({"starlette", "fastapi", "typed_bg", "typing", "typing_extensions"})
_DEEP = 5  # re-exports


class _Named(NamedTuple):
    """A name in a module."""

    path: Path
    tree: ast.Module
    name: str


class _Ours(NamedTuple):
    """The names of a forwarder's class, where it is defined, and its method that is called."""

    names: frozenset[str]
    owner: tuple[str, str] | None
    method: str

    def is_defined(self, path: Path, name: str) -> bool:
        """Return whether a class of this name in a file is the forwarder's own."""
        if self.owner is None or self.owner[1] != name:
            return False
        parts = self.owner[0].split(".")
        folders = path.parent.parts if path.stem == "__init__" else (*path.parent.parts, path.stem)
        return list(folders[-len(parts) :]) == parts


def is_another_class(site: CallSite, *, by_name: bool = True) -> bool:
    """Return whether the source shows that a receiver's class is not the forwarder's.

    Args:
        site: The call.
        by_name: Whether the name of a class from a package outside the project is enough. If not,
            only a class that the project defines counts, by its bases.
    """
    module, receiver = site.module, site.receiver
    if site.receiver_kind == "class" and isinstance(receiver, (ast.Name, ast.Attribute)):
        dotted = ast.unparse(receiver)
    else:
        dotted = class_of(site, receiver) or ""
    before, _, name = dotted.rpartition(".")
    if not name[:1].isupper():
        return False
    named: _Named | None = _Named(module.path, module.tree, name)
    if before:
        named = _in_module(module.path, module.tree, before, name)
    ours = _Ours(site.forwarder.class_names, site.forwarder.owner, site.forwarder.last_name)
    return named is not None and _is_another(named, ours, _DEEP, by_name=by_name)


def _is_another(named: _Named, ours: _Ours, steps: int, *, by_name: bool) -> bool:
    path, tree, name = named
    for node in statements_by_depth(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            # A class with a method of its own inherits it from none: names of bases are enough.
            by_name = by_name or _defines(node, ours.method)
            return not ours.is_defined(path, name) and not any(
                _may_be_ours(base, named, ours, steps, by_name=by_name) for base in node.bases
            )
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _is_another_import(path, node, alias.name, ours, steps, by_name=by_name)
    return False


def _defines(node: ast.ClassDef, method: str) -> bool:
    return any(isinstance(each, FunctionNode) and each.name == method for each in node.body)


def _may_be_ours(
    base: ast.expr, derived: _Named, ours: _Ours, steps: int, *, by_name: bool
) -> bool:
    """Tell whether a base of a class is one of the forwarder's, or is called like one."""
    name = ast.unparse(base).partition("[")[0].rpartition(".")[2]
    original = original_name(derived.tree, name)
    if original in ours.names or HINT.search(original) is not None:
        return True
    if steps == 0:
        return False
    assigned = _assigned(derived.tree, name)
    if assigned is not None:
        # What a call returns, such as SQLAlchemy's declarative_base(), is no class of ours.
        is_name = isinstance(assigned, (ast.Name, ast.Attribute))
        return is_name and _may_be_ours(assigned, derived, ours, steps - 1, by_name=by_name)
    if name not in _defined_or_imported(derived.tree):
        return False
    return not _is_another(derived._replace(name=name), ours, steps - 1, by_name=by_name)


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """Return what a module assigns to a name."""
    return next(
        (
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id == name
        ),
        None,
    )


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


def _is_another_import(  # noqa: PLR0913  # one step of a search
    path: Path, node: ast.ImportFrom, name: str, ours: _Ours, steps: int, *, by_name: bool
) -> bool:
    file = project_file(path, node.module or "", node.level)
    if file is None:
        package = (node.module or "").partition(".")[0]
        return (
            by_name and package not in _UNTOLD and name not in ours.names and not _BACKGROUND(name)
        )
    tree = module_at(file)
    if tree is None or steps == 0:
        return False
    return _is_another(_Named(file, tree, name), ours, steps - 1, by_name=by_name)


def _in_module(path: Path, tree: ast.Module, module: str, name: str) -> _Named | None:
    """Return the name in a module of the project that is imported as a whole."""
    for node in statements_by_depth(tree):
        file = None
        if isinstance(node, ast.Import):
            for alias in node.names:
                if (alias.asname or alias.name) == module:
                    file = project_file(path, alias.name, 0)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == module:
                    file = project_file(
                        path, f"{node.module or ''}.{alias.name}".strip("."), node.level
                    )
        found = None if file is None else module_at(file)
        if file is not None and found is not None:
            return _Named(file, found, name)
    return None


def class_of(site: CallSite, receiver: ast.expr) -> str | None:
    """Return the dotted name of the class that a receiver is annotated with, or made of, or is."""
    text = ast.unparse(receiver)
    name = None
    if text == "self" and (owner := owner_of(site)) is not None:
        return owner.name
    if isinstance(receiver, ast.Call):
        name = _MADE.match(text)
    elif (origin := origin_of(site, receiver)) is not None and text in {
        origin.name,
        f"self.{origin.name}",
    }:
        annotation = origin.annotation or origin.passed
        whole = _OPTIONAL.fullmatch(annotation)
        annotation = next(filter(None, whole.groups())) if whole else annotation
        name = _CLASS.fullmatch(annotation.strip("'\" ")) or _MADE.match(origin.value)
    elif isinstance(receiver, (ast.Name, ast.Attribute)):
        name = _MADE.match(_entered(site, text)) or _CLASS.fullmatch(text)  # or an unbound method
    return None if name is None else name[0].removesuffix("(")


def _entered(site: CallSite, name: str) -> str:
    """Return what a `with` statement gives a name to; empty if none does."""
    return next(
        (
            ast.unparse(item.context_expr)
            for node in ast.walk(site.context.scopes[0])
            if isinstance(node, (ast.With, ast.AsyncWith))
            for item in node.items
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
        ),
        "",
    )


def original_name(tree: ast.Module, name: str) -> str:
    """Return the name of what is imported under another."""
    return next(
        (
            alias.name
            for node in statements_by_depth(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname == name
        ),
        name,
    )
