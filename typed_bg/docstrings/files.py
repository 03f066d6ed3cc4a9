"""The files of a source tree that `Doc` has something to do with.

Most have nothing: those are read and searched as bytes, never parsed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import griffe

from typed_bg._source.files import source_files
from typed_bg._source.module import Module, Unreadable, parse, unreadable
from typed_bg.docstrings.doc_text import brings_doc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from typed_bg.docstrings.names import Modules

_DOC = re.compile(rb"\bDoc\b")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found in files and folders.

    Attributes:
        modules: Those that may hold a `Doc`, in the order of their paths.
        unreadable: The files that could not be looked into, and why.
        files: How many Python files there are.
    """

    modules: tuple[Module, ...]
    unreadable: tuple[Unreadable, ...]
    files: int


def select(paths: Iterable[Path], modules: Modules) -> Selection:
    """Find the modules that hold a `Doc`, by its own name or by another that these modules give it.

    A `Doc` that comes with a name from elsewhere, `Email = Annotated[str, Doc("...")]` in a package
    that is not among the paths, is found only in a file that also has a `Doc` of its own.
    """
    found: dict[Path, Module] = {}
    failures: list[Unreadable] = []
    files = list(dict.fromkeys(_python_files(paths)))
    silent = _take(files, _holds_doc, found, failures)
    prose = [path for path, module in found.items() if not _names_doc(module)]
    silent += prose
    for path in prose:
        del found[path]
    names: set[str] = set()
    while new := {name for each in found.values() for name in _given(each, modules, names)} - names:
        names |= new
        word = re.compile(rb"\b(?:%s)\b" % b"|".join(re.escape(name.encode()) for name in new))
        silent = _take(silent, word.search, found, failures)
    in_order = tuple(found[path] for path in files if path in found)
    return Selection(in_order, tuple(failures), len(files))


def _python_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        for file in source_files(path):
            if file.suffix != ".ipynb":
                yield file


def _holds_doc(raw: bytes) -> bool:
    # The plain search is an order of magnitude faster, and most files end there.
    return b"Doc" in raw and _DOC.search(raw) is not None


def _names_doc(module: Module) -> bool:
    """Say whether the word is a name in a module, and not only one in its prose."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.alias):
            name = node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = "Doc" if "Doc(" in node.value else ""  # a quoted annotation
        else:
            continue
        if name == "Doc":
            return True
    return False


def _take(
    paths: Iterable[Path],
    holds: Callable[[bytes], object],
    found: dict[Path, Module],
    failures: list[Unreadable],
) -> list[Path]:
    """Parse the files that hold something, and return the others."""
    others: list[Path] = []
    for path in paths:
        try:
            raw = path.read_bytes()
        except OSError as error:
            failures.append(unreadable(path, error))
            continue
        if not holds(raw):
            others.append(path)
            continue
        module = parse(path, raw)
        if isinstance(module, Unreadable):
            failures.append(module)
        else:
            found[path] = module
    return others


def _given(module: Module, modules: Modules, known: set[str]) -> Iterator[str]:
    """Yield the names, other than its own, under which others can have a `Doc` from a module."""
    scope = modules.scope_of(module)
    for name, member in scope.members.items():
        if isinstance(member, griffe.Alias):
            # No other module is read for this: one that gives a name is itself among the files.
            given = member.target_path.rpartition(".")[2] in {"Doc", *known}
        elif isinstance(member, griffe.Attribute | griffe.TypeAlias):
            given = brings_doc(ast.Name(name), scope, modules)
        else:
            given = False
        if given and name != "Doc":
            yield name
