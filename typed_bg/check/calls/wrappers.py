"""Functions of the checked code that forward their own arguments to a call site.

`def later(func: Callable[..., Any], *args: Any): tasks.add_task(func, *args)` hides its callers:
whatever a checker says of the call inside, nothing is said of those who call `later`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.scopes import FunctionNode, last_name
from typed_bg.check.calls.class_bases import original_name
from typed_bg.check.calls.forwarders import Form, Forwarder
from typed_bg.check.calls.receivers import class_of
from typed_bg.check.calls.type_origins import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.results.report import Place

_CALLED = frozenset({"call", "lambda"})
# The annotations by which a checker keeps the arguments of a call as they were passed.
_GENERIC_VARIADIC = re.compile(r"\w+\.(?:args|kwargs)$|Unpack\[|^\*")


@dataclass(frozen=True, slots=True, eq=False)
class ForwarderDefinition:
    """A function that takes a target and its arguments and passes them on.

    Attributes:
        site: The call that passes them on.
        forwarder: The function as a forwarder, by which its callers can be found.
        line: The line of its `def`.
        typed: Whether its variadics are annotated with the parts of a `ParamSpec`, or with a
            `TypeVarTuple`, so that what its callers pass is checked.
        annotations: Its target and variadics as they are written, such as `*args: Any`.
    """

    site: CallSite
    forwarder: Forwarder
    line: int
    typed: bool
    annotations: tuple[str, ...]


def forwarder_definitions(
    sites: Iterable[CallSite], module_name: str
) -> tuple[ForwarderDefinition, ...]:
    """Return the functions that hand their own target and variadics to one of these call sites.

    Args:
        sites: The call sites of one module.
        module_name: Its dotted name.
    """
    return tuple(_definitions(sites, module_name))


def _definitions(sites: Iterable[CallSite], module_name: str) -> Iterator[ForwarderDefinition]:
    for site in sites:
        if site.shape != "call":
            continue
        node = site.context.scopes[0]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and site.target is not None:
            definition = _definition(site, node, module_name)
            if definition is not None:
                yield definition


def _definition(site: CallSite, node: FunctionNode, module_name: str) -> ForwarderDefinition | None:
    splats = [
        argument.value for argument in site.arguments if argument.kind in {"splat", "keyword splat"}
    ]
    variadics = [
        variadic for variadic in (node.args.vararg, node.args.kwarg) if variadic is not None
    ]
    handed_on = {splat.id for splat in splats if isinstance(splat, ast.Name)}
    if not any(variadic.arg in handed_on for variadic in variadics):
        return None
    positional = [*node.args.posonlyargs, *node.args.args]
    target = site.target.value if site.target is not None else None
    index = next(
        (
            i
            for i, parameter in enumerate(positional)
            if isinstance(target, ast.Name) and parameter.arg == target.id
        ),
        None,
    )
    # The receiver of a method is not among the arguments of a call.
    is_method = bool(positional) and positional[0].arg in {"self", "cls"}
    if index is None or index < is_method:
        return None
    function = site.context.functions[-1]
    form: Form = "method" if is_method else "function"
    name = f"{module_name}.{function.name}"
    if name.endswith(".__init__"):
        # Its callers call the class.
        form, name = "class", name.removesuffix(".__init__")
    return ForwarderDefinition(
        site=site,
        forwarder=Forwarder(
            name,
            form,
            index - is_method,
            None if index < len(node.args.posonlyargs) else positional[index].arg,
        ),
        line=function.line,
        typed=_is_typed(node.args),
        annotations=(
            ast.unparse(positional[index]),
            *(
                f"*{ast.unparse(variadic)}"
                for variadic in (node.args.vararg,)
                if variadic is not None
            ),
            *(
                f"**{ast.unparse(variadic)}"
                for variadic in (node.args.kwarg,)
                if variadic is not None
            ),
        ),
    )


def _is_typed(args: ast.arguments) -> bool:
    """Return whether there is `*args: P.args, **kwargs: P.kwargs`, or only `*args: *Ts`."""
    if args.vararg is None:
        return False
    positional = args.vararg.annotation
    if args.kwarg is None:
        if isinstance(positional, ast.Subscript):
            return last_name(positional.value) == "Unpack"
        return isinstance(positional, ast.Starred)
    keyword = args.kwarg.annotation
    return (
        isinstance(positional, ast.Attribute)
        and isinstance(keyword, ast.Attribute)
        and (positional.attr, keyword.attr) == ("args", "kwargs")
        and ast.dump(positional.value) == ast.dump(keyword.value)
    )


def is_trampoline(site: CallSite) -> bool:
    """Return whether a target of this module calls one of its parameters, or passes it on.

    As in `def run(func, *args): return loop.run_in_executor(None, func, *args)`.
    """
    target = site.target
    definition = None if target is None or target.form in _CALLED else target.definition
    if definition is None:
        return False
    for node in ast.walk(site.module.tree):
        if isinstance(node, FunctionNode) and (node.name, node.lineno) == (
            definition.name,
            definition.line,
        ):
            return node.args.vararg is not None and any(
                isinstance(call, ast.Call) and _passes_on(call, node.args)
                for call in ast.walk(node)
            )
    return False


def _passes_on(call: ast.Call, args: ast.arguments) -> bool:
    """Return whether a call uses a parameter as a function, with the variadic as its arguments."""
    functions = {parameter.arg for parameter in (*args.posonlyargs, *args.args)} - {"self", "cls"}
    used = {node.id for node in (call.func, *call.args) if isinstance(node, ast.Name)}
    unpacked = {ast.unparse(node.value) for node in call.args if isinstance(node, ast.Starred)}
    return args.vararg is not None and args.vararg.arg in unpacked and bool(used & functions)


def passes_own_variadic(site: CallSite, value: ast.expr) -> bool:
    """Return whether an unpacked value is the caller's own `*args: P.args`, or the like."""
    if not isinstance(value, ast.Name):
        return False
    for scope in site.context.scopes:
        if isinstance(scope, FunctionNode):
            for variadic in (scope.args.vararg, scope.args.kwarg):
                if variadic is not None and variadic.arg == value.id:
                    return variadic.annotation is not None and (
                        _GENERIC_VARIADIC.search(ast.unparse(variadic.annotation)) is not None
                    )
    return False


Certainty = Literal["certain", "possible", "none"]


class Callers(NamedTuple):
    """The place where a forwarder is called.

    Attributes:
        certain: Where it is.
        possible: Where a method of its name is called on what is not known; `None` for
            nearly anywhere.
    """

    certain: Sequence[Place]
    possible: Sequence[Place] | None


def certainty(site: CallSite) -> Certainty:
    """Return whether a call that looks like a call of a forwarder is one."""
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
    return {last_name(base) for base in node.bases}
