"""Find the background-task calls of a module, in another way than `typed-bg check` does."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.module import Module, Sources
from typed_bg._source.scopes import scopes_of
from typed_bg._source.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typed_bg._source.scopes import ScopeNode

# A progress bar, a scheduler and a to-do list have an `add_task` too.
_COLLECTION = re.compile(r"(?i)background|tasks|^super\(\)$")


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call that adds a background task.

    Attributes:
        module: The module that it is in.
        number: Its number among the calls of its module.
        node: The call.
        scopes: The scopes whose names it can see, innermost first.
        owner: The name of the class around it, if any.
    """

    module: Module
    number: int
    node: ast.Call
    scopes: tuple[ScopeNode, ...]
    owner: str | None

    @property
    def place(self) -> tuple[int, int]:
        """The line and the column at which it starts."""
        return self.module.position(self.module.span(self.node).start)

    @property
    def target(self) -> ast.expr:
        """The function that runs later."""
        by_name = (each.value for each in self.node.keywords if each.arg == "func")
        return next(by_name, None) or self.node.args[0]

    @property
    def positional(self) -> list[ast.expr]:
        """The positional arguments of the target."""
        return [each for each in self.node.args if each is not self.target]

    @property
    def keywords(self) -> list[ast.keyword]:
        """The keyword arguments of the target."""
        return [each for each in self.node.keywords if each.arg != "func"]

    @property
    def is_unpacked(self) -> bool:
        """Whether a list or a dict of arguments is unpacked."""
        return any(isinstance(each, ast.Starred) for each in self.node.args) or any(
            each.arg is None for each in self.node.keywords
        )


def calls_of(path: Path) -> list[Call]:
    """Return the calls of a file, in the order of the source."""
    content = path.read_bytes()
    if b"add_task" not in content and b"BackgroundTask(" not in content:
        return []
    module = Sources().module(path)
    return list(_calls(module)) if isinstance(module, Module) else []


def _calls(module: Module) -> Iterator[Call]:
    number = 0
    for link in walk(module.tree):
        node = link.node
        if not isinstance(node, ast.Call) or not _adds_a_task(module, node):
            continue
        owner, parent = None, link.parent
        while parent is not None and owner is None:
            owner = parent.node.name if isinstance(parent.node, ast.ClassDef) else None
            parent = parent.parent
        yield Call(module, number, node, tuple(scopes_of(link)), owner)
        number += 1


def _adds_a_task(module: Module, node: ast.Call) -> bool:
    if not node.args and all(each.arg != "func" for each in node.keywords):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "add_task":
        return _COLLECTION.search(ast.unparse(node.func.value)) is not None
    if ast.unparse(node.func).rpartition(".")[2] != "BackgroundTask":
        return False
    return "starlette" in module.text or "fastapi" in module.text
