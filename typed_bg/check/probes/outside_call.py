"""Write a direct call outside the function that it stands in.

mypy, and others by their settings, skip the body of a function without annotations, and all probes
in it. At the level of the module, they check the call. What has no type there is of type `Any`.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings, count_bindings
from typed_bg._source.scopes import FunctionNode, parameters
from typed_bg.check.probes.direct_call import stand_in
from typed_bg.check.probes.flatten import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.undecorated import Undecorated
    from typed_bg.check.probes.direct_call import DirectCall

_BEFORE = "lambda: ("
# What means the same at the level of the module if the names in it do.
_PLAIN = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.expr_context, ast.Tuple, ast.List, ast.Set),
    *(ast.Dict, ast.UnaryOp, ast.unaryop, ast.Call, ast.keyword),
)
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def outside_call(
    site: CallSite, direct: DirectCall, anything: str, function: Undecorated | None
) -> DirectCall | None:
    """Return a direct call at the level of the module, if it can be written there.

    Args:
        site: The call site.
        direct: Its direct call.
        anything: An expression of type `Any`, for what has no type there.
        function: The function that it calls instead of the target.
    """
    if site.target is None or not _may_be_skipped(site):
        return None
    if any(argument.is_hidden for argument in direct.arguments):
        return None
    if function is not None:
        is_of_module = direct.callee == function.plain_name and not function.column
        callee = direct.callee if is_of_module else None
    else:
        is_lambda = isinstance(site.target.value, ast.Lambda)
        callee = direct.callee if is_lambda else _callee(site, site.target.value, anything)
    if callee is None:
        return None
    arguments = tuple(
        argument
        if _is_plain(site, argument.node)
        else replace(argument, value=anything, is_verbatim=False, is_unknown=True)
        for argument in direct.arguments
    )
    return replace(direct, callee=callee, arguments=arguments, before=_BEFORE, is_outside=True)


def _may_be_skipped(site: CallSite) -> bool:
    """Return whether a checker may not look at a direct call beside the call.

    A method of `ActorHandle[Class]` is of type `Never`: what comes behind its call is unreachable.
    """
    return site.forwarder.of_actors or any(
        not function.annotated for function in site.context.functions[-1:]
    )


def _callee(site: CallSite, target: ast.expr, anything: str) -> str | None:
    if _is_plain(site, target):
        root = next(node for node in ast.walk(target) if isinstance(node, ast.Name))
        definitions = bindings(site.module.tree).get(root.id, ())
        is_defined = all(isinstance(definition, _DEFINES) for definition in definitions)
        return flatten(site.module, target) if is_defined else None
    if isinstance(target, ast.Name):
        nested = _nested(site, target.id)
        return None if nested is None else stand_in(nested.args, anything)
    if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
        return None
    owner = _class_of_self(site, target.value.id)
    typing = anything.partition("_any")[0] + "_typing"
    return None if owner is None else f'{typing}.cast("{owner}", 0).{target.attr}'


def _nested(site: CallSite, name: str) -> FunctionNode | None:
    """Return the function that a name stands for, if it is defined in a function."""
    for scope in site.context.scopes[:-1]:
        if nodes := bindings(scope).get(name):
            node = nodes[0]
            if not isinstance(node, FunctionNode) or node.decorator_list:
                return None
            return node if count_bindings(scope, name) == 1 else None
    return None


def _class_of_self(site: CallSite, name: str) -> str | None:
    """Return the class, at the level of the module, of which a name is `self`."""
    scope, *_ = site.context.scopes
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) or scope.decorator_list:
        return None
    first = next(iter(parameters(scope.args)), None)
    if first is None or first.arg != name or count_bindings(scope, name) > 1:
        return None
    tree = site.module.tree
    owners = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and scope in node.body and not node.decorator_list
    ]
    if len(owners) != 1 or len(bindings(tree)[owners[0].name]) != 1:
        return None
    return owners[0].name


def _is_plain(site: CallSite, value: ast.expr) -> bool:
    """Return whether an expression means the same at the level of the module."""
    return all(isinstance(node, _PLAIN) for node in ast.walk(value)) and all(
        _is_of_module(site, name) for name in _names(value)
    )


def _names(value: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(value) if isinstance(node, ast.Name))


def _is_of_module(site: CallSite, name: str) -> bool:
    """Return whether a name is bound once, by the module itself, or is a builtin."""
    *inner, module = site.context.scopes
    if any(count_bindings(scope, name) for scope in inner):
        return False
    number = len(bindings(module).get(name, ()))
    return number == 1 or (not number and hasattr(builtins, name))
