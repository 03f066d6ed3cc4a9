"""Find the imports of an expression's names in a module's text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def imports_of(
    tree: ast.Module, expression: str, lines: Collection[int]
) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports on some lines that bring in the name that an expression begins with."""
    root = re.match(r"\W*(\w+)", expression)
    if root is None or not lines:
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in lines:
            names = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            if root[1] in names:
                yield node


def imported_package(tree: ast.Module, expression: ast.expr) -> str | None:
    """Return the top-level package that an absolute import takes an expression's name from."""
    root = re.match(r"\w+", ast.unparse(expression))
    for node in ast.walk(tree):
        if root is None or not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for alias in node.names:
            if (alias.asname or alias.name.partition(".")[0]) == root[0]:
                source = alias.name if isinstance(node, ast.Import) else node.module
                is_relative = isinstance(node, ast.ImportFrom) and node.level
                return None if is_relative or not source else source.partition(".")[0]
    return None
