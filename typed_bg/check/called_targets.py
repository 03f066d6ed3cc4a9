"""Targets that are called in place of being passed: `add_task(send(to))`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.results.report import Reason
from typed_bg.check.source_rules import finding, is_coroutine

if TYPE_CHECKING:
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.results.report import Finding

# Types of which no value can be called.
_NO_FUNCTION = re.compile(
    r"None|(?:builtins\.)?(?:int|str|bytes|bool|float)|(?:builtins\.)?(?:dict|list|tuple|set)\[.*\]"
)


def called_target(call: JudgedCall) -> Finding | None:
    """Return a finding if the target is called, and what it returns is added as the task."""
    target = call.site.target
    if (
        target is None
        or not isinstance(target.value, ast.Call)
        or not call.site.forwarder.is_background
    ):
        return None
    what = _result(call, target.value)
    if not what:
        return None
    text = call.reported.target
    module = call.site.module
    start = module.span(target.value.func)
    arguments = module.text[start.end : target.span.end].lstrip()[1:-1].strip().rstrip(",")
    passed = " ".join(f"{module.slice(start)}, {arguments}".split()) if arguments else ""
    passed = passed or module.slice(start)
    place = call.reported.place
    return finding(
        call,
        "called-target",
        f"`{text}` is called here, and {what} is added as the task",
        reasons=(
            Reason(
                "called-target",
                "the target is called before it is passed",
                f"pass `{passed}` instead of `{text}`",
                place,
            ),
        ),
        reported_by=tuple(name for name, e in call.evidence.items() if e.errors),
    )


def _result(call: JudgedCall, target: ast.Call) -> str:
    """Return what the call of the target gives, if that cannot be called; otherwise nothing."""
    if is_coroutine(call):
        return "a coroutine instead of a function"
    revealed = [evidence.target for evidence in call.evidence.values() if evidence.target]
    if "None" in revealed or _returns_nothing(call, target):
        return "its result, `None`,"
    types = [text for text in revealed if _NO_FUNCTION.fullmatch(text)]
    return f"its result, of type `{types[0]}`," if types else ""


def _returns_nothing(call: JudgedCall, target: ast.Call) -> bool:
    """Return whether the project defines what is called, and as a function without a result."""
    module = call.site.module
    located = definition_in_project(module.path, module.tree, target)
    node = None if located is None else located.node
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    name = target.func.id if isinstance(target.func, ast.Name) else None
    if name is not None and any(
        name in bindings(scope) for scope in call.site.context.scopes if scope is not module.tree
    ):
        return False
    return isinstance(node.returns, ast.Constant) and node.returns.value is None
