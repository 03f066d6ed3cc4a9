"""Tell whether a call looks like one of a forwarder."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg.audit.context import Link, scopes_of
from typed_bg.audit.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typed_bg.audit.forwarders import Forwarder

ReceiverKind = Literal["object", "class", "function", "bound method"]


class Match(NamedTuple):
    """What a call looks like.

    Attributes:
        forwarder: What it looks like a call of.
        receiver: The expression whose type decides whether it is one.
        receiver_kind: What that expression stands for.
        alias_of: Where the receiver is a name for a bound method: the method as it was written.
    """

    forwarder: Forwarder
    receiver: ast.expr
    receiver_kind: ReceiverKind
    alias_of: ast.Attribute | None = None


Matcher = Callable[[ast.Call, Link, Names], Match | None]


def matcher(forwarders: Iterable[Forwarder]) -> Matcher:
    """Return what recognises calls of these forwarders."""
    by_last_name: dict[str, list[Forwarder]] = {}
    for forwarder in forwarders:
        by_last_name.setdefault(forwarder.last_name, []).append(forwarder)

    def match(call: ast.Call, link: Link, names: Names) -> Match | None:
        func = call.func
        # The callee of a two-step call is that of its first step.
        two_step = isinstance(func, ast.Call)
        found = match_callee(func.func if isinstance(func, ast.Call) else func, link, names)
        return found if found is not None and found.forwarder.two_step == two_step else None

    def match_callee(callee: ast.expr, link: Link, names: Names) -> Match | None:
        if isinstance(callee, ast.Name):
            found = _match_name(callee, link, names, by_last_name)
            if found is not None:
                return found
        dotted = names.dotted(callee)
        if dotted is not None:
            last = dotted.rpartition(".")[2]
        elif isinstance(callee, ast.Attribute):
            last = callee.attr
        else:
            return None
        candidates = by_last_name.get(last, ())
        return next(_matches(callee, dotted, candidates, names), None)

    return match


def _match_name(
    callee: ast.Name, link: Link, names: Names, by_last_name: dict[str, list[Forwarder]]
) -> Match | None:
    """Match a name that the module itself gives to a bound method or a class."""
    if names.aliases:
        for scope in scopes_of(link):
            alias = names.aliases.get((scope, callee.id))
            if alias is not None:
                methods = (it for it in by_last_name.get(alias.attr, ()) if it.form == "method")
                forwarder = next(methods, None)
                if forwarder is not None:
                    return Match(forwarder, callee, "bound method", alias)
    forwarder = names.classes.get(callee.id)
    return None if forwarder is None else Match(forwarder, callee, "class")


def _matches(
    callee: ast.expr, dotted: str | None, candidates: Iterable[Forwarder], names: Names
) -> Iterator[Match]:
    for forwarder in candidates:
        if forwarder.form == "class":
            yield Match(forwarder, callee, "class")
        elif forwarder.form == "function" and dotted and _is_name_of(dotted, forwarder, names):
            yield Match(forwarder, callee, "function")
        elif forwarder.form == "method" and isinstance(callee, ast.Attribute):
            yield Match(forwarder, callee.value, "object")


def _is_name_of(dotted: str, forwarder: Forwarder, names: Names) -> bool:
    """Tell whether a dotted name is that of a function forwarder.

    A name from a relative import is the end of the full one. A bare name was defined in this
    module, or came in with a star import.
    """
    if "." not in dotted:
        return names.has_star_import or forwarder.name == f"{names.module_name}.{dotted}"
    return forwarder.name == dotted or forwarder.name.endswith(f".{dotted}")
