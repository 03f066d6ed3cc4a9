"""Walk through the parts of a module's syntax tree that can contain calls.

A tree has some ten expressions to each statement, and few lines hold what is looked for: what
stands on other lines need not be visited.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import deque
from typing import TYPE_CHECKING

from typed_bg._source.scopes import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg._source.module import Module

_BLOCKS = frozenset({"body", "handlers", "orelse", "finalbody", "cases"})


def _blocks(node: ast.AST) -> list[str]:
    """Return the fields of a statement, or of part of one, that hold statements."""
    return [field for field in node._fields if field in _BLOCKS]


def lines_with(module: Module, words: Iterable[str]) -> list[int] | None:
    """Return the lines on which one of some names stands, or what ends in one.

    Returns:
        The 1-based lines in order; `None` for any, in a module with letters that the interpreter
        takes for others.
    """
    if not unicodedata.is_normalized("NFKC", module.text):
        return None
    return sorted(
        {
            bisect_right(module.starts, found.start())
            for word in words
            # Not `\b` before it: a pattern that starts with letters is searched for far faster.
            for found in re.finditer(rf"{re.escape(word)}\b", module.text)
        }
    )


def walk(tree: ast.Module, lines: Sequence[int] | None = None) -> Iterator[Link]:
    """Yield every node with the way to it, in the order of the source.

    Args:
        tree: The module.
        lines: Only statements on these lines are yielded; `None` for all.
    """
    stack = [Link(tree, "", None)]
    while stack:
        link = stack.pop()
        yield link
        children: list[Link] = []
        for field, value in ast.iter_fields(link.node):
            if isinstance(value, ast.AST):
                children.append(Link(value, field, link))
            elif isinstance(value, list):
                children.extend(
                    Link(item, field, link)
                    for item in value  # pyright: ignore[reportUnknownVariableType]  # of any kind
                    if isinstance(item, ast.AST)
                    and (lines is None or not isinstance(item, ast.stmt) or is_on(item, lines))
                )
        stack.extend(reversed(children))


def is_on(node: ast.stmt, lines: Sequence[int]) -> bool:
    """Return whether a statement, including its decorators, is on one of some lines."""
    first = node.lineno
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
    index = bisect_left(lines, first)
    return index < len(lines) and lines[index] <= (node.end_lineno or node.lineno)


def statements(tree: ast.Module) -> Iterator[Link]:
    """Yield every statement with the way to it, in the order of the source."""
    stack = [Link(tree, "", None)]
    while stack:
        link = stack.pop()
        yield link
        node = link.node
        for field in reversed(_blocks(node)):
            stack.extend(Link(child, field, link) for child in reversed(getattr(node, field)))


def statements_by_depth(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a statement and those in it, in the order in which `ast.walk` has them."""
    queue = deque([node])
    while queue:
        inner = queue.popleft()
        yield inner
        for field in _blocks(inner):
            queue.extend(getattr(inner, field))
