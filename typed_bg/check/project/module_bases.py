"""Where mypy finds a project's top-level modules when it is started on some of its files.

Started on a folder, mypy looks for modules in every folder that one of the files below is a
top-level module of. Started on some files, it knows the folders of these alone.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def module_bases(
    root: Path,
    folder: PurePosixPath,
    trees: Mapping[PurePosixPath, ast.Module],
    files: Iterable[PurePosixPath],
) -> dict[PurePosixPath, list[PurePosixPath]]:
    """Find the folders that hold what some files import, and that mypy would not look into.

    Args:
        root: The project's root, which all other paths are from.
        folder: The folder that mypy runs in.
        trees: The files that mypy is started on, parsed.
        files: The project's files.

    Returns:
        The folders, each with the files for which mypy would look into it if it were started on
        all files.
    """
    names = {name for tree in trees.values() for name in _imported(tree)}
    # mypy does not let a project take the place of the standard library.
    names -= sys.stdlib_module_names
    packages: dict[PurePosixPath, bool] = {}
    bases: dict[str, dict[PurePosixPath, list[PurePosixPath]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for path in files:
        if path.suffix == ".py" and path.is_relative_to(folder):
            base = _base(root, path, packages)
            top = path.relative_to(base).parts[0].removesuffix(".py")
            if top in names:
                bases[top][base].append(path)
    known = {folder, *(_base(root, path, packages) for path in trees)}
    return {
        base: its
        for of_name in bases.values()
        if known.isdisjoint(of_name)
        for base, its in sorted(of_name.items())
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the first part of each absolute import's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _base(root: Path, path: PurePosixPath, packages: dict[PurePosixPath, bool]) -> PurePosixPath:
    """Return the folder that a file's outermost package is in."""
    folder = path.parent
    while folder != PurePosixPath():
        if folder not in packages:
            packages[folder] = (root / folder / "__init__.py").is_file()
        if not packages[folder]:
            break
        folder = folder.parent
    return folder
