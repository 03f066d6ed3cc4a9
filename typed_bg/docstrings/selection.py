"""The files of a source tree that `Doc` has something to do with.

Most have nothing: those are read and searched as bytes, never parsed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.audit.source import Module, Unreadable, parse, unreadable
from typed_bg.audit.tree import source_files
from typed_bg.docstrings.modules import Definition
from typed_bg.docstrings.reading import NoTextError, doc_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from typed_bg.docstrings.modules import Modules

_DOC = b"Doc"


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
    silent: list[Path] = []
    names: set[str] = set()
    files = list(dict.fromkeys(_python_files(paths)))
    for path in files:
        raw = _read(path, failures)
        if raw is not None and _DOC in raw:
            names |= _take(path, raw, found, failures, modules)
        elif raw is not None:
            silent.append(path)
    new = names
    while new and silent:
        word = re.compile(rb"\b(?:%s)\b" % b"|".join(re.escape(name.encode()) for name in new))
        given: set[str] = set()
        left: list[Path] = []
        for path in silent:
            raw = _read(path, failures)
            if raw is not None and word.search(raw):
                given |= _take(path, raw, found, failures, modules)
            else:
                left.append(path)
        new, names, silent = given - names, names | given, left
    return Selection(
        tuple(found[path] for path in files if path in found), tuple(failures), len(files)
    )


def _python_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        for file in source_files(path):
            if file.suffix != ".ipynb":
                yield file


def _read(path: Path, failures: list[Unreadable]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        failures.append(unreadable(path, error))
        return None


def _take(
    path: Path,
    raw: bytes,
    found: dict[Path, Module],
    failures: list[Unreadable],
    modules: Modules,
) -> set[str]:
    """Keep a module, and return the names under which others can have a `Doc` from it."""
    module = parse(path, raw)
    if isinstance(module, Unreadable):
        failures.append(module)
        return set()
    found[path] = module
    return set(_given_names(module, modules))


def _given_names(module: Module, modules: Modules) -> Iterator[str]:
    scope = modules.scope_of(module)
    for name in scope.members:
        meaning = modules.meaning(ast.Name(name), scope)
        if isinstance(meaning, Definition):
            try:
                given = doc_of(ast.Name(name), scope, modules) is not None
            except NoTextError:
                given = True
        else:
            given = meaning is not None and meaning.rpartition(".")[2] == "Doc" and name != "Doc"
        if given:
            yield name
