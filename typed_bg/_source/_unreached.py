"""What leaves a block before a call in it is reached."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._source.scopes import Context

_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def exit_before(context: Context) -> int | None:
    """Return the line of what leaves the block before a call's statement, if anything does."""
    for block in _blocks(context.scopes[0]):
        if context.statement in block:
            before = block[: block.index(context.statement)]
            return next((it.lineno for it in before if isinstance(it, _EXITS)), None)
    return None


def _blocks(scope: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(scope):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                statements = [it for it in value if isinstance(it, ast.stmt)]  # pyright: ignore[reportUnknownVariableType]  # of any kind
                if statements:
                    yield statements
