"""Match calls that look like calls of a forwarder."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.scopes import Link, scopes_of
from typed_bg.check.calls.symbols import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.calls.forwarders import Forwarder

ReceiverKind = Literal["object", "class", "function", "bound method"]

Shape = Literal["call", "handed on", "forgotten"]
"""The way in which a forwarder is used.

`call`: it is called. `handed on`: a bound method, or the first of two steps, goes where its calls
are not followed: into an attribute, a list, another function. `forgotten`: nothing is done with
what the first of two steps returns.
"""


class Match(NamedTuple):
    """The form of a call.

    Attributes:
        forwarder: What it looks like a call of.
        call: The call.
        receiver: The expression whose type decides whether it is one.
        receiver_kind: What that expression refers to.
        alias_of: Where the receiver is a name for a bound method: the method as it was written.
        first: The first of two steps, which takes the target.
        skipped: How many arguments come before those of the method: its receiver, if it is unbound.
        shape: What is done.
    """

    forwarder: Forwarder
    call: ast.Call
    receiver: ast.expr
    receiver_kind: ReceiverKind
    alias_of: ast.Attribute | None = None
    first: ast.Call | None = None
    skipped: int = 0
    shape: Shape = "call"


Matcher = Callable[[Link, Names], Iterator[Match]]


def matcher(forwarders: Iterable[Forwarder]) -> Matcher:
    """Return what recognises calls of these forwarders, and their methods without a call.

    There is more than one match where methods of several classes share a name.
    """
    by_last_name: dict[str, list[Forwarder]] = {}
    for forwarder in forwarders:
        by_last_name.setdefault(forwarder.last_name, []).append(forwarder)

    def match(link: Link, names: Names) -> Iterator[Match]:
        if isinstance(link.node, ast.Call):
            yield from _of_call(link.node, link, names, by_last_name)
        elif isinstance(link.node, ast.Attribute) and link.node.attr in by_last_name:
            yield from _of_method(link.node, link, names, by_last_name)

    return match


_ByName = dict[str, list["Forwarder"]]


def _of_call(call: ast.Call, link: Link, names: Names, by_name: _ByName) -> Iterator[Match]:
    func = call.func
    first = func if isinstance(func, ast.Call) else None
    if isinstance(func, ast.Name) and names.steps:
        steps = (names.steps.get((scope, func.id)) for scope in scopes_of(link))
        first = next((step for step in steps if step is not None), None)
    callee = func if first is None else first.func
    for match in _of_callee(call, callee, link, names, by_name):
        if match.forwarder.two_step == (first is not None):
            yield match._replace(first=first)
        elif first is None and (shape := _of_first_step(link, names)) is not None:
            yield match._replace(shape=shape)


def _of_first_step(link: Link, names: Names) -> Shape | None:
    """Return how the result of a first step is used, or `None` if it is called."""
    use = names.uses.get(link.node) if isinstance(link.node, ast.expr) else None
    if link.parent is None or use == "called":
        return None
    if isinstance(link.parent.node, ast.Call) and link.field == "func":
        return None
    return "forgotten" if isinstance(link.parent.node, ast.Expr) or use == "unused" else "handed on"


def _of_method(
    method: ast.Attribute, link: Link, names: Names, by_name: _ByName
) -> Iterator[Match]:
    """Match a method that is not called here, but passed on."""
    parent = link.parent
    if parent is None or not isinstance(method.ctx, ast.Load):
        return
    called = isinstance(parent.node, ast.Call) and link.field == "func"
    if called or isinstance(parent.node, (ast.Attribute, ast.Expr, ast.pattern)):
        return
    if names.uses.get(method) in {"called", "unused"}:
        return
    call = ast.copy_location(ast.Call(func=method, args=[], keywords=[]), method)
    for match in _of_callee(call, method, link, names, by_name):
        if match.forwarder.form == "method" and not match.forwarder.two_step:
            yield match._replace(shape="handed on")


def _of_callee(
    call: ast.Call, callee: ast.expr, link: Link, names: Names, by_name: _ByName
) -> Iterator[Match]:
    if isinstance(callee, ast.Name):
        named = next(_of_name(call, callee, link, names, by_name), None)
        if named is not None:
            yield named
            return
    if isinstance(callee, ast.Attribute) and callee.attr == "__init__":
        yield from _of_constructor(call, callee, link, names, by_name)
        return
    dotted = names.dotted(callee)
    if dotted is not None:
        last = dotted.rpartition(".")[2]
    elif isinstance(callee, ast.Attribute):
        last = callee.attr
    else:
        return
    functions = [
        known
        for known in by_name.get(last, ())
        if known.form == "function" and dotted and _is_name_of(dotted, known, names)
    ]
    if functions:
        shared = [known for known in functions if known.shares_name]
        yield from (Match(known, call, callee, "function") for known in shared or functions[:1])
        return
    for forwarder in by_name.get(last, ()):
        if forwarder.form == "class":
            yield Match(forwarder, call, callee, "class")
            return
        if forwarder.form == "method" and isinstance(callee, ast.Attribute):
            yield _of_attribute(call, callee, forwarder, names)


def _of_attribute(
    call: ast.Call, method: ast.Attribute, forwarder: Forwarder, names: Names
) -> Match:
    """Match a method of an object, or of its class, which then takes the object first."""
    dotted = names.dotted(method.value) or ""
    owner = dotted.rpartition(".")[2]
    # An object is often called like a class whose name is not capitalized, such as `scheduler`.
    is_class = owner[:1].isupper() or dotted == forwarder.name.rpartition(".")[0]
    if owner in forwarder.class_names and is_class:
        return Match(forwarder, call, method.value, "class", skipped=1)
    return Match(forwarder, call, method.value, "object")


def _of_name(
    call: ast.Call, callee: ast.Name, link: Link, names: Names, by_name: _ByName
) -> Iterator[Match]:
    """Match a name that the module itself gives to a bound method or a class."""
    if names.aliases:
        for scope in scopes_of(link):
            alias = names.aliases.get((scope, callee.id))
            if alias is not None:
                for match in _of_callee(call, alias, link, names, by_name):
                    bound = match.receiver_kind == "object"
                    kind: ReceiverKind = "bound method" if bound else match.receiver_kind
                    yield match._replace(receiver_kind=kind, alias_of=alias)
    forwarder = names.classes.get(callee.id)
    if forwarder is None and names.classes:
        forwarder = _class_of_method(callee.id, link, names)
    if forwarder is not None:
        yield Match(forwarder, call, callee, "class")


def _class_of_method(name: str, link: Link, names: Names) -> Forwarder | None:
    """Return the class that the first parameter of a class method, such as `cls`, refers to."""
    scopes = tuple(scopes_of(link))
    for scope in scopes:
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) and scope in names.owners:
            first = next(
                (parameter.arg for parameter in (*scope.args.posonlyargs, *scope.args.args)), None
            )
            decorated = any(
                ast.unparse(decorator) == "classmethod" for decorator in scope.decorator_list
            )
            if name == first and decorated:
                return names.classes.get(names.owners[scope].name)
    return None


def _of_constructor(
    call: ast.Call, callee: ast.Attribute, link: Link, names: Names, by_name: _ByName
) -> Iterator[Match]:
    """Match `super().__init__(f)` and `BackgroundTask.__init__(self, f)`."""
    value = callee.value
    if isinstance(value, ast.Call):
        around = names.class_around(scopes_of(link))
        if around is not None and isinstance(value.func, ast.Name) and value.func.id == "super":
            forwarder = names.classes.get(around.name)
            if forwarder is not None and not names.has_own_constructor(around):
                yield Match(forwarder, call, value, "object")
        return
    last = (names.dotted(value) or "").rpartition(".")[2]
    forwarders = [known for known in by_name.get(last, ()) if known.form == "class"]
    if last in names.classes:
        forwarders.append(names.classes[last])
    yield from (Match(known, call, value, "class", skipped=1) for known in forwarders[:1])


def _is_name_of(dotted: str, forwarder: Forwarder, names: Names) -> bool:
    """Return whether a dotted name is that of a function forwarder.

    A name from a relative import is the end of the full one. A bare name was defined in this
    module, or came in with a star import.
    """
    if "." not in dotted:
        return names.has_star_import or forwarder.name == f"{names.module_name}.{dotted}"
    return forwarder.name == dotted or forwarder.name.endswith(f".{dotted}")
