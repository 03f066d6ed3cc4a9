"""Other forms of a call, in which a checker sees the function and its arguments. None is safe."""

from __future__ import annotations

import ast
import difflib
from functools import partial
from typing import TYPE_CHECKING

from typed_bg._source.module import Span
from typed_bg._source.scopes import FunctionNode, last_name, parameters
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.wrappers import is_trampoline
from typed_bg.fix.edits import Edit, Replacement, python_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typed_bg._source.module import Module
    from typed_bg.fix.measure import MeasuredCall


def direct_calls(call: MeasuredCall) -> Iterator[Edit]:
    """Yield the edits that pass the function and its arguments themselves."""
    target = call.site.target
    if target is None:
        return
    passes_on = target.trampoline is not None or is_trampoline(call.site)
    if passes_on and call.site.arguments:
        yield _made_direct(call, "trampoline", "pass the function itself")
    elif isinstance(target.value, ast.Lambda):
        body, first = target.value.body, call.site.call.args[:1]
        is_plain = not ast.unparse(target.value.args) and first == [target.value]
        if is_plain and isinstance(body, ast.Call) and not isinstance(body.func, ast.Call):
            yield _made_direct(
                call, "checker-limit", f"pass the function itself{_sooner(call, body)}"
            )
    elif isinstance(target.value, ast.Call):
        if last_name(target.value.func) == "partial":
            yield _made_direct(call, "checker-limit", "pass the arguments of partial() directly")
        elif call.wrong:
            yield _made_direct(call, "called-target", "pass the function, not its result")


def _sooner(call: MeasuredCall, body: ast.Call) -> str:
    """Return what is evaluated sooner if a lambda's call is passed as function and arguments."""
    scopes = call.site.context.scopes
    function = next((scope for scope in scopes if isinstance(scope, FunctionNode)), None)
    fixed: set[str] = set()
    if function is not None:
        names = (node for node in ast.walk(function) if isinstance(node, ast.Name))
        assigned = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        fixed = {parameter.arg for parameter in parameters(function.args)} - assigned
    values = [*body.args, *(keyword.value for keyword in body.keywords)]
    sooner = [
        ast.unparse(value)
        for value in values
        if not isinstance(value, ast.Constant)
        and not (isinstance(value, ast.Name) and value.id in fixed)
    ]
    shown = ", ".join(f"`{text}`" for text in sooner)
    return f", which evaluates {shown} when the task is added" if sooner else ""


def corrected_keywords(call: MeasuredCall) -> Iterator[Edit]:
    """Yield the edits of keywords that the function does not have, but one that is nearly the same.

    Only a function that the project defines gets one.
    """
    target, module = call.site.target, call.site.module
    located = (
        definition_in_project(module.path, module.tree, target.value)
        if target is not None and call.wrong_by
        else None
    )
    node = None if located is None else located.node
    if not isinstance(node, FunctionNode) or node.args.kwarg is not None:
        return
    arguments = call.site.arguments
    positional = [
        parameter.arg for parameter in node.args.args if parameter.arg not in {"self", "cls"}
    ]
    taken = sum(argument.kind == "positional" for argument in arguments) - len(
        node.args.posonlyargs
    )
    names = {*positional[max(taken, 0) :], *(parameter.arg for parameter in node.args.kwonlyargs)}
    given = {argument.name for argument in arguments if argument.name is not None}
    for name in sorted(given - {*positional, *names}):
        close = difflib.get_close_matches(name, sorted(names - given), n=2)
        if len(close) == 1:
            yield _renamed(call, name, close[0])


def _renamed(call: MeasuredCall, name: str, meant: str) -> Edit:
    def replaced(module: Module, node: ast.Call) -> list[Replacement] | None:
        named = [keyword for keyword in node.keywords if keyword.arg == name]
        starts = [module.offset(each.lineno, each.col_offset) for each in named]
        return [Replacement(Span(start, start + len(name)), meant) for start in starts] or None

    summary = f"write `{meant}=` instead of `{name}=`"
    return edit_of_call(call, "wrong-argument", summary, replaced, about=f" {name}")


def _made_direct(call: MeasuredCall, reason: str, summary: str) -> Edit:
    return edit_of_call(call, reason, summary, partial(_direct, reason=reason))


def edit_of_call(
    call: MeasuredCall,
    reason: str,
    summary: str,
    replaced: Callable[[Module, ast.Call], list[Replacement] | None],
    about: str = "",
) -> Edit:
    """Return the edit of a call, which is found again by how it is written, and its number."""
    wanted = ast.dump(call.site.call)
    number = _same(call.site.module.tree, wanted).index(call.site.call)

    def replacements(module: Module) -> list[Replacement] | None:
        found = _same(module.tree, wanted)
        return replaced(module, found[number]) if number < len(found) else None

    subject = f"{ast.unparse(call.site.call)} {number}{about}"
    change = python_change(replacements, safe=False)
    text = " ".join(call.reported.source.split())
    path = call.reported.place.path
    return Edit(reason, path, subject, f"`{text}`: {summary}", safe=False, variants=(change,))


def _same(tree: ast.Module, wanted: str) -> list[ast.Call]:
    """Return the calls that are written like one, from its tree."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in calls if ast.dump(node) == wanted]


def _direct(module: Module, call: ast.Call, reason: str) -> list[Replacement] | None:
    """Return the replacement of a call's first argument by a function and its arguments."""
    if not call.args:
        return None
    first = call.args[0]
    span = module.span(first)
    if reason == "trampoline":
        if len(call.args) == 1:
            return None
        return [Replacement(Span(span.start, module.span(call.args[1]).start), "")]
    is_lambda = isinstance(first, ast.Lambda)
    first = first.body if isinstance(first, ast.Lambda) else first
    if not isinstance(first, ast.Call):
        return None
    given = [*first.args, *(keyword.value for keyword in first.keywords)]
    is_partial = reason == "checker-limit" and not is_lambda
    if is_partial and not first.args:
        return None
    inner = module.span(first)
    function = module.span(first.func)
    opening = module.text.index("(", function.end)
    within = module.text[opening + 1 : inner.end - 1].strip().rstrip(",")
    if "#" in within:
        return None
    if is_partial:
        return [Replacement(span, within)]
    text = module.slice(function)
    return [Replacement(span, f"{text}, {within}" if given else text)]
