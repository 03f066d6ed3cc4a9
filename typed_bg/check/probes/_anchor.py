"""Where in a module the names that the probes use can be defined without moving a line.

They are defined near the top, not at the end: a name from the end of the file is unbound in calls
that run while the module is imported, and undefined for ty where the file ends in `sys.exit()`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._source.module import Module

# Nothing behind one of these is reached, or nothing can be put behind it on the same line.
_UNFIT = (ast.Raise, ast.Return)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between two top-level statements.

    Attributes:
        offset: Where it is.
        on_statement: Whether it is the end of a statement, so that a `;` must come first.
    """

    offset: int
    on_statement: bool


def find_anchor(module: Module) -> Anchor | None:
    """Return the first place at which simple statements can be put in, if there is one.

    It comes after a docstring and `from __future__` imports, and not before the first statement,
    where comments may speak for the whole file.
    """
    return next(_anchors(module), None)


def _anchors(module: Module) -> Iterator[Anchor]:
    body = module.tree.body
    leading = 0
    while leading < len(body) and _is_leading(body[leading], leading):
        leading += 1
    for index in range(max(leading - 1, 0), len(body)):
        statement = body[index]
        if not hasattr(statement, "body") and not isinstance(statement, _UNFIT):
            yield Anchor(module.span(statement).end, on_statement=True)
        following = body[index + 1] if index + 1 < len(body) else None
        blank = _blank_line(module, statement, following)
        if blank is not None:
            yield Anchor(blank, on_statement=False)


def _is_leading(statement: ast.stmt, index: int) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    return (
        index == 0
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _blank_line(module: Module, statement: ast.stmt, following: ast.stmt | None) -> int | None:
    """Return the offset of the first empty line after a statement and before the next one."""
    first = (statement.end_lineno or statement.lineno) + 1
    last = len(module.starts) + 1 if following is None else _first_line(following)
    for line in range(first, last):
        start = module.starts[line - 1]
        end = module.starts[line] if line < len(module.starts) else len(module.text)
        before = module.text[module.starts[line - 2] : start].rstrip()
        # An empty line behind a backslash belongs to the line above.
        if not module.text[start:end].strip() and not before.endswith("\\"):
            return start
    return None


def _first_line(statement: ast.stmt) -> int:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return min(it.lineno for it in (statement, *statement.decorator_list))
    return statement.lineno
