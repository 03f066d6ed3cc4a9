"""Whether the calls of a method that is called like a forwarder's are calls of it.

No checker is asked about them, for they are no calls that are probed: what counts is what the
source says of the object that the method is called on.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.walk import statements_by_depth
from typed_bg.check.calls.type_origins import origin_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.results.report import Place

Certainty = Literal["certain", "possible", "none"]

_OPTIONAL = re.compile(r"(?:\w+\.)*Optional\[(.*)\]|(.*?) ?\| ?None|None ?\| ?(.*)")
_CLASS = re.compile(r"(?:\w+\.)*(\w+)")
_MADE = re.compile(r"(?:\w+\.)*(\w+)\(")


class Callers(NamedTuple):
    """Where a forwarder is called.

    Attributes:
        certain: Where it is.
        possible: Where a method of its name is called on what is not known; `None` for
            nearly anywhere.
    """

    certain: Sequence[Place]
    possible: Sequence[Place] | None


def certainty(site: CallSite) -> Certainty:
    """Tell whether a call that looks like one of a forwarder is one."""
    owner = site.forwarder.owner
    if owner is None:
        return "certain"
    receiver, cls = site.receiver, owner[1].rpartition(".")[2]
    if isinstance(receiver, ast.Name) and receiver.id in {"self", "cls"}:
        around = owner_of(site)
        if around is None:
            return "possible"
        # A class may be one of the forwarder's by bases that stand elsewhere.
        is_own = around.name == cls or cls in _bases(around)
        return "certain" if is_own else "possible" if around.bases else "none"
    if isinstance(receiver, ast.Call) and ast.unparse(receiver.func) == "super":
        around = owner_of(site)
        return "certain" if around is not None and cls in _bases(around) else "possible"
    dotted = class_of(site, receiver)
    named = None if dotted is None else original_name(site.module.tree, dotted.rpartition(".")[2])
    return "certain" if named == cls else "possible"


def _bases(node: ast.ClassDef) -> set[str]:
    return {found[1] for it in node.bases if (found := _CLASS.fullmatch(ast.unparse(it)))}


def class_of(site: CallSite, receiver: ast.expr) -> str | None:
    """Return the dotted name of the class that a receiver is annotated with, or made of, or is."""
    text = ast.unparse(receiver)
    name = None
    if isinstance(receiver, ast.Call):
        name = _MADE.match(text)
    elif (origin := origin_of(site, receiver)) is not None and text in {
        origin.name,
        f"self.{origin.name}",
    }:
        annotation = origin.annotation or origin.passed
        whole = _OPTIONAL.fullmatch(annotation)
        annotation = next(filter(None, whole.groups())) if whole else annotation
        name = _CLASS.fullmatch(annotation.strip("'\" ")) or _MADE.match(origin.value)
    elif isinstance(receiver, (ast.Name, ast.Attribute)):
        name = _MADE.match(_entered(site, text)) or _CLASS.fullmatch(text)  # or an unbound method
    return None if name is None else name[0].removesuffix("(")


def _entered(site: CallSite, name: str) -> str:
    """Return what a `with` statement gives a name to; empty if none does."""
    return next(
        (
            ast.unparse(item.context_expr)
            for node in ast.walk(site.context.scopes[0])
            if isinstance(node, (ast.With, ast.AsyncWith))
            for item in node.items
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
        ),
        "",
    )


def original_name(tree: ast.Module, name: str) -> str:
    """Return the name of what is imported under another."""
    return next(
        (
            alias.name
            for node in statements_by_depth(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname == name
        ),
        name,
    )
