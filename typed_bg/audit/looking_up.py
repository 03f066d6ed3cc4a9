"""Look up in a module's text what a reason is to name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from typed_bg.audit.context import parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from typed_bg.audit.definitions import Definition


def imports_of(
    tree: ast.Module, expression: str, lines: Collection[int]
) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports on some lines that bring in the name that an expression begins with."""
    root = re.match(r"\W*(\w+)", expression)
    if root is None or not lines:
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in lines:
            names = {it.asname or it.name.partition(".")[0] for it in node.names}
            if root[1] in names:
                yield node


def annotations_of(tree: ast.Module, definition: Definition) -> dict[str, str]:
    """Return the annotations of a function's parameters; none of what is no function."""
    return {
        parameter.arg: ast.unparse(parameter.annotation)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if node.lineno == definition.line and node.name == definition.name
        for parameter in parameters(node.args)
        if parameter.annotation is not None
    }
