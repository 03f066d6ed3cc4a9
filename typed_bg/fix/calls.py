"""Other forms of a call, in which a checker sees the function and its arguments. None is safe."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.module import Span
from typed_bg.check.calls.wrappers import is_trampoline
from typed_bg.fix.edits import Edit, Replacement, python_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._source.module import Module
    from typed_bg.fix.measure import Call


def direct_calls(call: Call) -> Iterator[Edit]:
    """Yield the edits that pass the function and its arguments themselves.

    A lambda gets none: checkers check the call inside it, so no edit could prove to be better.
    """
    target = call.found.target
    if target is None:
        return
    passes_on = target.trampoline is not None or is_trampoline(call.found)
    if passes_on and call.found.arguments:
        yield _edit(call, "trampoline", "pass the function itself")
    elif isinstance(target.value, ast.Call):
        if ast.unparse(target.value.func).rpartition(".")[2] == "partial":
            yield _edit(call, "checker-limit", "pass the arguments of partial() themselves")
        elif call.wrong:
            yield _edit(call, "called-target", "pass the function, not its result")


def _edit(call: Call, reason: str, summary: str) -> Edit:
    wanted = ast.dump(call.found.call)
    same = [node for node in _calls(call.found.module.tree) if ast.dump(node) == wanted]
    number = same.index(call.found.call)

    def replacements(module: Module) -> list[Replacement] | None:
        found = [node for node in _calls(module.tree) if ast.dump(node) == wanted]
        return _direct(module, found[number], reason) if number < len(found) else None

    subject = f"{ast.unparse(call.found.call)} {number}"
    change = python_change(replacements, safe=False)
    text = " ".join(call.site.source.split())
    path = call.site.place.path
    return Edit(reason, path, subject, f"`{text}`: {summary}", safe=False, variants=(change,))


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


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
    if not isinstance(first, ast.Call):
        return None
    given = [*first.args, *(keyword.value for keyword in first.keywords)]
    if reason == "checker-limit" and not first.args:
        return None
    inner = module.span(first)
    function = module.span(first.func)
    opening = module.text.index("(", function.end)
    within = module.text[opening + 1 : inner.end - 1].strip().rstrip(",")
    if "#" in within:
        return None
    if reason == "checker-limit":
        return [Replacement(span, within)]
    text = module.slice(function)
    return [Replacement(span, f"{text}, {within}" if given else text)]
