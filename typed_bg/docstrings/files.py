"""The files of a source tree that use `Doc`.

Most don't: those are searched as bytes and never parsed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import griffe

from typed_bg._source.file_access import read_file
from typed_bg._source.files import SkippedFile, python_files
from typed_bg._source.module import Module, Unreadable, parse, unreadable
from typed_bg.docstrings.doc_text import brings_doc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from typed_bg.docstrings.names import Modules

_DOC = re.compile(rb"\bDoc\b")
_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Selection:
    """The modules that may contain a `Doc`, and what could not be searched.

    Attributes:
        modules: The modules that may contain a `Doc`, sorted by path.
        unreadable: The files that could not be read or parsed.
        skipped: The files and folders that could not be searched, from the current folder.
        files: The number of Python files searched.
    """

    modules: tuple[Module, ...]
    unreadable: tuple[Unreadable, ...]
    skipped: tuple[SkippedFile, ...]
    files: int


def select(paths: Iterable[Path], exclude: Sequence[str], modules: Modules) -> Selection:
    """Find the modules that use `Doc`, by this name or by another that these modules give it.

    If a `Doc` is part of a name from elsewhere, such as `Email = Annotated[str, Doc("...")]` in a
    package that is not among the paths, it is found only in files that also use `Doc` directly.

    Args:
        paths: The files and folders to search.
        exclude: Globs of files and folders to leave out, from the current folder.
        modules: The modules that were read.
    """
    found: dict[Path, Module] = {}
    failures: list[Unreadable] = []
    listed = python_files(Path(), paths, exclude)
    files = _without_links([path for path in listed.files if path.suffix != _NOTEBOOK])
    silent = _take(files, _holds_doc, found, failures)
    prose = [path for path, module in found.items() if not _names_doc(module)]
    silent += prose
    for path in prose:
        del found[path]
    names: set[str] = set()
    while (
        new := {name for module in found.values() for name in _given(module, modules, names)}
        - names
    ):
        names |= new
        word = re.compile(rb"\b(?:%s)\b" % b"|".join(re.escape(name.encode()) for name in new))
        silent = _take(silent, word.search, found, failures)
    in_order = tuple(found[path] for path in files if path in found)
    skipped = tuple(skip for skip in listed.skipped if skip.path.suffix != _NOTEBOOK)
    return Selection(in_order, tuple(failures), skipped, len(files))


def _without_links(paths: Sequence[Path]) -> list[Path]:
    """Drop the links to files that are listed themselves, and other duplicates."""
    by_target: dict[Path, Path] = {}
    for path in sorted(paths, key=Path.is_symlink):
        by_target.setdefault(path.resolve(), path)
    kept = set(by_target.values())
    return [path for path in paths if path in kept]


def _holds_doc(raw: bytes) -> bool:
    # The plain search is an order of magnitude faster, and enough for most files.
    return b"Doc" in raw and _DOC.search(raw) is not None


def _names_doc(module: Module) -> bool:
    """Return whether the word is a name in a module, and not only part of its prose."""
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
    """Parse the files that contain something, and return the others."""
    others: list[Path] = []
    for path in paths:
        try:
            raw = read_file(path)
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
    """Yield the names other than `Doc` under which other modules can import a `Doc`."""
    scope = modules.scope_of(module)
    for name, member in scope.members.items():
        if isinstance(member, griffe.Alias):
            # No other module is read for this: one that defines a name is itself among the files.
            given = member.target_path.rpartition(".")[2] in {"Doc", *known}
        elif isinstance(member, griffe.Attribute | griffe.TypeAlias):
            given = brings_doc(ast.Name(name), scope, modules)
        else:
            given = False
        if given and name != "Doc":
            yield name
