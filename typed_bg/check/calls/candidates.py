"""Tell calls of the forwarders in the table from others that only share a name with them.

Names such as `submit` or `Process` are common. What the source alone excludes needs no checker.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bound_in
from typed_bg._source.scopes import last_name, parameters, scopes_of
from typed_bg.check.calls.arguments import arguments_of
from typed_bg.check.calls.containers import at
from typed_bg.check.calls.forwarders import Slot

if TYPE_CHECKING:
    from typed_bg._source.module import Module
    from typed_bg._source.scopes import Link
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.calls.matcher import Match
    from typed_bg.check.calls.symbols import Names

_MAY_BE_FUNCTION = (
    *(ast.Name, ast.Attribute, ast.Lambda, ast.Call, ast.Subscript, ast.IfExp, ast.BoolOp),
    *(ast.Await, ast.NamedExpr),
)


def may_be_call(module: Module, link: Link, match: Match, names: Names) -> bool:
    """Return whether a match of a forwarder in the table may be a call of it."""
    forwarder = match.forwarder
    if match.shape != "call" and not forwarder.two_step:
        return False
    if not _may_be_receiver(link, match, names):
        return False
    if forwarder.followed_by and not _is_followed(link, forwarder.followed_by):
        return False
    given = arguments_of(module, match.first or match.call)
    if forwarder.shares_name and forwarder.has_containers != any(
        argument.name in {"args", "kwargs"} for argument in given
    ):
        return False
    if forwarder.target is None:
        return isinstance(task_of(match.receiver, forwarder), (ast.Name, ast.Attribute))
    target = at(given, Slot(forwarder.target, forwarder.keyword), match.skipped)
    if target is None:
        return any("splat" in argument.kind for argument in given) and (
            not forwarder.has_containers or match.receiver_kind == "class"
        )
    is_name = isinstance(target.value, ast.Constant) and isinstance(target.value.value, str)
    if is_name:
        return bool(forwarder.by_name)
    if not isinstance(target.value, _MAY_BE_FUNCTION):
        return False
    passes_nothing = (
        forwarder.has_containers
        and at(given, forwarder.args, match.skipped) is None
        and at(given, forwarder.kwargs, match.skipped) is None
        and not any("splat" in argument.kind for argument in given)
    )
    # Nothing is passed to what takes nothing: the checkers check what the lambda calls.
    return not (
        passes_nothing
        and isinstance(target.value, ast.Lambda)
        and not parameters(target.value.args)
    )


def task_of(receiver: ast.expr, forwarder: Forwarder) -> ast.expr:
    """Return the task that a receiver is, or was before its options were changed.

    Of `ray.remote(send)`, it is `send`.
    """
    task = _without_options(receiver, forwarder)
    wrapped = wrapped_class(task) if forwarder.of_actors else None
    return task if wrapped is None else wrapped


def is_wrapped(receiver: ast.expr, forwarder: Forwarder) -> bool:
    """Return whether the call itself makes a task, so that its function or class is not one."""
    task = _without_options(receiver, forwarder)
    return forwarder.of_actors and wrapped_class(task) is not None


def _without_options(receiver: ast.expr, forwarder: Forwarder) -> ast.expr:
    while (
        isinstance(receiver, ast.Call)
        and isinstance(receiver.func, ast.Attribute)
        and receiver.func.attr in forwarder.through
    ):
        options = {keyword.arg for keyword in receiver.keywords}
        if forwarder.passing and (None in options or options & forwarder.passing):
            break  # it passes arguments, too
        receiver = receiver.func.value
    return receiver


def wrapped_class(expression: ast.expr) -> ast.expr | None:
    """Return `Class` of `ray.remote(Class)` and of `ray.remote(num_cpus=1)(Class)`."""
    if not isinstance(expression, ast.Call) or len(expression.args) != 1 or expression.keywords:
        return None
    function = expression.func
    if isinstance(function, ast.Call):
        function = function.func
    is_remote = isinstance(function, (ast.Name, ast.Attribute)) and (
        last_name(function) == "remote"
    )
    return expression.args[0] if is_remote else None


def _is_followed(link: Link, methods: frozenset[str]) -> bool:
    """Return whether one of some methods is called on what a call returns."""
    attribute = link.parent
    if attribute is None or not isinstance(attribute.node, ast.Attribute):
        return False
    call = attribute.parent
    return (
        attribute.node.attr in methods
        and call is not None
        and isinstance(call.node, ast.Call)
        and attribute.field == "func"
    )


def _may_be_receiver(link: Link, match: Match, names: Names) -> bool:
    forwarder, receiver = match.forwarder, match.receiver
    dotted = names.dotted(receiver)
    if forwarder.form == "method":
        # A module has functions, and no methods.
        is_module = isinstance(receiver, ast.Name) and _is_module(receiver.id, link)
        return match.receiver_kind == "class" or not is_module
    if isinstance(receiver, ast.Call):  # super()
        return True
    if dotted in {forwarder.name, *forwarder.aliases}:
        return True
    if forwarder.form != "class" or not isinstance(receiver, ast.Attribute):
        return False
    root: ast.expr = receiver
    while isinstance(root, ast.Attribute):
        root = root.value
    # An attribute of an object, as in `multiprocessing.get_context().Process`.
    return not (
        isinstance(root, ast.Name) and (root.id in names.imports or _is_module(root.id, link))
    )


def _is_module(name: str, link: Link) -> bool:
    """Return whether a name is that of a module that is imported as a whole."""
    nodes = bound_in(scopes_of(link), name)
    return bool(nodes) and all(isinstance(node, ast.Import) for node in nodes)
