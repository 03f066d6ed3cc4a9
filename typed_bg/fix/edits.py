"""An edit of one file, found in its text and applied to it.

An edit names the function or the line that it is about, not an offset: several edits are applied
one after the other, and each one reads the text that the former left. Only what is replaced
changes. The rest of the file stays as it is, byte for byte, in any encoding, and that is why these
are insertions at the places that `ast` reports and not a tree that is written out again.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Module, Span, Unreadable, parse
from typed_bg._source.scopes import ScopeNode, remembered
from typed_bg.fix.meaning import without_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg._source.scopes import FunctionNode

Change = Callable[["bytes | None"], "bytes | None"]
"""Returns a file's new content, from its content or `None` for no file; `None` if it cannot."""


class Replacement(NamedTuple):
    """New text for a part of a file; an empty part is where it is inserted."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A proposal to change one file.

    Attributes:
        reason: The code of the reason that it removes.
        path: The file, from the project's root.
        subject: What it is about, such as the name of a function. It tells edits of a file apart.
        summary: What it does, in a few words.
        safe: Whether it changes nothing but types and configs.
        variants: The ways to do it, the best one first.
        obstacle: Why it cannot be done, if that is known without trying.
        narrowed: Returns the edit that leaves errors of some rules suppressed, if it has one.
    """

    reason: str
    path: PurePosixPath
    subject: str
    summary: str
    safe: bool = True
    variants: tuple[Change, ...] = field(default=(), compare=False)
    obstacle: str = field(default="", compare=False)
    narrowed: Callable[[Sequence[str]], Edit] | None = field(default=None, compare=False)


def insertion(offset: int, text: str) -> Replacement:
    """Return an insertion at an offset."""
    return Replacement(Span(offset, offset), text)


def python_change(
    replacements: Callable[[Module], Sequence[Replacement] | None], *, safe: bool = True
) -> Change:
    """Return the change of a Python file that some replacements make.

    Args:
        replacements: Finds them in the module; `None` if the edit does not apply to it.
        safe: Whether the code without its types has to stay the same.
    """

    def change(content: bytes | None) -> bytes | None:
        module = None if content is None else _parsed(content)
        if not isinstance(module, Module):
            return None
        found = replacements(module)
        if not found:
            return None
        with contextlib.suppress(UnicodeEncodeError):
            changed = module.encode(replaced(module.text, found))
            again = parse(module.path, changed)
            if changed == content:
                return None
            if isinstance(again, Module) and not (
                safe and without_types(again.text) != without_types(module.text)
            ):
                return changed
        return None

    return change


@functools.lru_cache(maxsize=4)  # each edit of a file reads the same content
def _parsed(content: bytes) -> Module | Unreadable:
    return parse(Path("module.py"), content)


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """Return a text with some parts replaced. Insertions at one place keep their order."""
    ordered = sorted(enumerate(replacements), key=lambda each: (each[1].span, each[0]))
    for _, (span, new) in reversed(ordered):
        text = text[: span.start] + new + text[span.end :]
    return text


class Anchor(NamedTuple):
    """A function by its qualified name; of several with one name, by its number."""

    name: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.name}()"

    def find(self, tree: ast.Module) -> FunctionNode | None:
        """Return the function in a module."""
        named = [node for name, node in functions(tree) if name == self.name]
        return named[self.number] if self.number < len(named) else None


def anchor_of(tree: ast.Module, wanted: ast.AST) -> Anchor | None:
    """Return the anchor of a function."""
    numbers: dict[str, int] = {}
    for name, node in functions(tree):
        if node is wanted:
            return Anchor(name, numbers.get(name, 0))
        numbers[name] = numbers.get(name, 0) + 1
    return None


def functions(tree: ast.Module) -> list[tuple[str, FunctionNode]]:
    """Return all functions of a module with their qualified names, in the order of the source."""
    found = _definitions(tree)
    return [(name, node) for name, node in found if not isinstance(node, ast.ClassDef)]


def definition_name(tree: ast.Module, wanted: FunctionNode | ast.ClassDef) -> str:
    """Return the qualified name of a function, with brackets, or of a class."""
    name = next(name for name, node in _definitions(tree) if node is wanted)
    return name if isinstance(wanted, ast.ClassDef) else f"{name}()"


@remembered
def _definitions(tree: ScopeNode) -> list[tuple[str, FunctionNode | ast.ClassDef]]:
    found: list[tuple[str, FunctionNode | ast.ClassDef]] = []
    stack: list[tuple[str, ast.AST]] = [("", tree)]
    while stack:
        prefix, node = stack.pop()
        name = prefix
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{prefix}.{node.name}".lstrip(".")
            found.append((name, node))
        stack.extend((name, child) for child in reversed(list(ast.iter_child_nodes(node))))
    return found
