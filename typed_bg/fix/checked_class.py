"""The import of the class that FastAPI does not replace with its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.module import Span
from typed_bg.fix.edits import Edit, Replacement, python_change
from typed_bg.fix.imports import Imports

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module

_CLASS, _SOURCE = "BackgroundTasks", "typed_bg.fastapi"
_PLAIN = frozenset({"typed_bg", "typed_bg.background"})


def checked_class(path: PurePosixPath, python: tuple[int, int]) -> Edit:
    """Return the edit that imports the class from `typed_bg.fastapi`.

    Args:
        path: The file, from the project's root.
        python: The oldest Python that the project supports.
    """

    def replacements(module: Module) -> list[Replacement] | None:
        for node in module.tree.body:
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in _PLAIN:
                for number, alias in enumerate(node.names):
                    if (alias.name, alias.asname) == (_CLASS, None):
                        return _moved(module, node, number, python)
        return None

    summary = f"import {_CLASS} from {_SOURCE}"
    change = python_change(replacements, safe=False)
    return Edit("plain-class", path, summary, summary, safe=False, variants=(change,))


def _moved(
    module: Module, node: ast.ImportFrom, number: int, python: tuple[int, int]
) -> list[Replacement] | None:
    """Return the replacements that take one name of an import out, and import it from elsewhere."""
    spans = [
        Span(
            module.offset(alias.lineno, alias.col_offset),
            module.offset(alias.end_lineno or alias.lineno, alias.end_col_offset or 0),
        )
        for alias in node.names
    ]
    if len(spans) == 1:
        start = module.text.index(node.module or "", module.span(node).start)
        return [Replacement(Span(start, start + len(node.module or "")), _SOURCE)]
    is_last = number == len(spans) - 1
    gone = (
        Span(spans[number - 1].end, spans[number].end)
        if is_last
        else Span(spans[number].start, spans[number + 1].start)
    )
    if "#" in module.slice(gone):
        return None
    imports = Imports(module, python, len(module.starts) + 1)
    imports.moved(_CLASS, _SOURCE)
    return [Replacement(gone, ""), *imports.replacements()]
