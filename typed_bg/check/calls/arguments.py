"""The arguments of a call, as they are written."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typed_bg._source.module import Module, Span

ArgumentKind = Literal["positional", "keyword", "splat", "keyword splat"]


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One argument of a call, as it is written.

    Attributes:
        kind: How it is passed.
        name: Its keyword, for a keyword argument.
        value: Its value, without the stars of a splat.
        span: Where the value stands.
    """

    kind: ArgumentKind
    name: str | None
    value: ast.expr
    span: Span

    @property
    def before(self) -> str:
        """What is written before the value: the keyword or the stars."""
        if self.kind == "keyword":
            return f"{self.name}="
        return {"positional": "", "splat": "*", "keyword splat": "**"}[self.kind]


def arguments_of(module: Module, call: ast.Call) -> tuple[Argument, ...]:
    """Return the arguments of a call in the order in which they are written."""
    found: list[Argument] = []
    for node in call.args:
        kind: ArgumentKind = "positional"
        value = node
        if isinstance(node, ast.Starred):
            kind, value = "splat", node.value
        found.append(Argument(kind, None, value, module.span(value)))
    for keyword in call.keywords:
        kind = "keyword" if keyword.arg is not None else "keyword splat"
        found.append(Argument(kind, keyword.arg, keyword.value, module.span(keyword.value)))
    return tuple(sorted(found, key=lambda argument: argument.span.start))
