"""Arguments that may be `None`, for parameters whose default is `None` although their type is not.

In `def send(to: str, cc: str = None)`, the annotation is not exact: the function expects `None`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode, defaults
from typed_bg.check.calls.target_functions import target_function
from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.verdicts.revealed_types import members

if TYPE_CHECKING:
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.direct_call import DirectArgument, DirectCall

_QUOTED = re.compile(r"[`\"]([^`\"]+)[`\"]")


def is_only_none(site: CallSite, call: DirectCall, argument: DirectArgument, message: str) -> bool:
    """Return whether an argument is rejected only because it may be `None`, the default.

    Args:
        site: The call site.
        call: The direct call.
        argument: The argument of it that a checker rejects.
        message: What the checker reports.
    """
    types = [set(members(text)) for text in _QUOTED.findall(message.partition("\n")[0])]
    given = next((each for each in types if "None" in each), None)
    if given is None:
        return False
    rest = given - {"None"}
    if rest and not any(rest <= each for each in types if each is not given):
        return False
    default = _default(site, call, argument)
    return isinstance(default, ast.Constant) and default.value is None


def _default(site: CallSite, call: DirectCall, argument: DirectArgument) -> ast.expr | None:
    """Return the default of the parameter that an argument of a direct call goes to."""
    signature = _signature(site)
    if signature is None:
        return None
    by_parameter = defaults(signature)
    if argument.kind == "keyword":
        name = argument.before.removesuffix("=")
        return next((each for to, each in by_parameter.items() if to.arg == name), None)
    before = call.arguments[: call.arguments.index(argument)]
    if argument.kind != "positional" or any(argument.is_hidden for argument in before):
        return None
    positional = [*signature.posonlyargs, *signature.args]
    if positional and positional[0].arg in {"self", "cls"}:
        del positional[0]
    return by_parameter.get(positional[len(before)]) if len(before) < len(positional) else None


def _signature(site: CallSite) -> ast.arguments | None:
    """Return the parameters of the function that is called, if it is known."""
    plain = undecorated(site)
    if plain is not None:
        return plain.parameters
    located = target_function(site)
    return located.node.args if located and isinstance(located.node, FunctionNode) else None
