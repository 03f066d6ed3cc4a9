"""The project's own names for the forwarders' classes and their objects.

Subclasses, aliases and re-exports are followed through the whole project by their names alone, and
so is what gives an object of such a class: a function that returns one, a variable that is one.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.module import Unreadable
from typed_bg._source.scopes import last_name
from typed_bg._source.walk import is_on, lines_with, statements_by_depth
from typed_bg.check.calls.forwarders import ADD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg._source.module import Module, Sources
    from typed_bg.check.calls.forwarders import Forwarder

_WORD = re.compile(r"\w+")


class _Naming(NamedTuple):
    """A name in a module, the name that it comes from, and whether it is a class too."""

    name: str
    source: str
    kind: Literal["class", "giver"]


def with_derived(
    files: Sequence[Path], forwarders: Sequence[Forwarder], sources: Sources
) -> tuple[Forwarder, ...]:
    """Add a forwarder for each alias of a class, and the names of its class to each method.

    Left out is `ADD` where nothing in the files comes from typed_bg: `.add(` is everywhere.
    """
    if ADD in forwarders and not any(b"typed_bg" in _content(file, sources) for file in files):
        forwarders = [forwarder for forwarder in forwarders if forwarder != ADD]
    # Classes of the table are known by their names: a subclass has parameters of its own.
    in_table = [forwarder for forwarder in forwarders if forwarder.is_in_table]
    forwarders = [forwarder for forwarder in forwarders if not forwarder.is_in_table]
    classes = {
        forwarder.last_name: forwarder for forwarder in forwarders if forwarder.form == "class"
    }
    owners = {forwarder.owner_name for forwarder in forwarders if forwarder.form == "method"} - {
        None
    }
    roots, givers = _follow(
        files, {*classes, *(owner for owner in owners if owner is not None)}, sources
    )
    found: list[Forwarder] = []
    for forwarder in forwarders:
        if forwarder.form == "method":
            named = frozenset(name for name, root in roots.items() if root == forwarder.owner_name)
            given = frozenset(name for name, root in givers.items() if root == forwarder.owner_name)
            found.append(replace(forwarder, owner_names=named, givers=given))
        elif forwarder.form == "function":
            found.append(forwarder)
    for name, root in roots.items():
        if root in classes:
            known = classes[root]
            found.append(known if name == root else replace(known, called=name))
    return (*found, *in_table)


def _follow(
    files: Sequence[Path], classes: set[str], sources: Sources
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the class that each name refers to, or whose instance it refers to."""
    roots = {name: name for name in classes}
    givers: dict[str, str] = {}
    namings: dict[Path, list[_Naming]] = {}
    new = set(roots)
    while new:
        before = set(roots)
        for file in files:
            for naming in _namings(file, new, namings, sources):
                root = roots.get(naming.source)
                if root is not None:
                    (roots if naming.kind == "class" else givers).setdefault(naming.name, root)
        new = set(roots) - before
    return roots, givers


def _namings(
    file: Path, names: set[str], known: dict[Path, list[_Naming]], sources: Sources
) -> list[_Naming]:
    """Return the names that a module gives, if one of some names occurs in it."""
    if file in known:
        return known[file]
    if not _occurs(_content(file, sources), names):
        return []
    module = sources.module(file)
    known[file] = [] if isinstance(module, Unreadable) else list(_given_by(module))
    return known[file]


def _content(file: Path, sources: Sources) -> bytes:
    raw = sources.raw(file)
    return b"" if isinstance(raw, Unreadable) else raw  # those report it who look for calls


def _occurs(raw: bytes, names: set[str]) -> bool:
    needles = [name.encode() for name in names if name.encode() in raw]
    return any(re.search(rb"\b%s\b" % needle, raw) for needle in needles)


def _given_by(module: Module) -> Iterator[_Naming]:
    yields = lines_with(module, ["yield"])
    for node in statements_by_depth(module.tree):
        if isinstance(node, ast.ImportFrom):
            yield from (
                _Naming(alias.asname, alias.name, "class") for alias in node.names if alias.asname
            )
        elif isinstance(node, ast.ClassDef):
            bases = filter(None, map(last_name, node.bases))
            yield from (_Naming(node.name, base, "class") for base in bases)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assigned(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (_Naming(node.name, name, "giver") for name in _returned(node, yields))
    # Of variables only those that another module can import: elsewhere the type is annotated.
    for node in module.tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
            made = last_name(node.value.func)
            yield from (_Naming(name, made, "giver") for name in _targets(node) if made)
        if isinstance(node, ast.AnnAssign):
            words = _words(node.annotation)
            yield from (_Naming(name, word, "giver") for name in _targets(node) for word in words)


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[_Naming]:
    """Yield aliases: `Tasks = BackgroundTasks`, `Tasks = Annotated[BackgroundTasks, ...]`."""
    value = "" if node.value is None else last_name(node.value)
    for name in _targets(node):
        if value:
            yield _Naming(name, value, "class")
        elif isinstance(node.value, ast.Subscript):
            words = _words(node.value.slice)
            yield from (_Naming(name, word, "giver") for word in words)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _returned(
    node: ast.FunctionDef | ast.AsyncFunctionDef, yields: Sequence[int] | None
) -> Iterator[str]:
    """Yield what a function may return: by its annotation, or by the objects that it makes."""
    if node.returns is not None:
        yield from _words(node.returns)
        return
    # `return` is a statement, but `yield` an expression.
    may_yield = yields is None or is_on(node, yields)
    for inner in ast.walk(node) if may_yield else statements_by_depth(node):
        if isinstance(inner, (ast.Return, ast.Yield)) and isinstance(inner.value, ast.Call):
            made = last_name(inner.value.func)
            if made:
                yield made


def _words(node: ast.expr) -> list[str]:
    """Return the words of an annotation, within its strings too."""
    return [node.id] if isinstance(node, ast.Name) else _WORD.findall(ast.unparse(node))
