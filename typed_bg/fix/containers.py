"""Celery calls that pass arguments in containers, rewritten to ones with the task's parameters."""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Span
from typed_bg.fix.calls import edit_of_call
from typed_bg.fix.edits import Replacement, insertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg._source.module import Module
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import MeasuredCall

_METHODS = frozenset({"celery.app.task.Task.apply_async", "celery.app.task.Task.apply"})
_SLOTS = ("args", "kwargs")
_OBSTACLE = (
    "only a tuple, a list or a dict that is written in the call, without comments, can be rewritten"
)
_BETWEEN = re.compile(r"[\s,]*")


class _Given(NamedTuple):
    """An argument of a call, and whether it is a container of the task's arguments."""

    is_container: bool
    value: ast.expr
    span: Span


def direct_task_calls(call: MeasuredCall) -> Iterator[Edit]:
    """Yield the edit that passes a Celery task's arguments to `si()` or `delay()`."""
    method = call.site.call.func
    if call.site.forwarder.name in _METHODS and isinstance(method, ast.Attribute):
        summary = f"pass the arguments of {method.attr}() one by one"
        edit = edit_of_call(call, "argument-container", summary, _replaced)
        can_be = _replaced(call.site.module, call.site.call) is not None
        yield edit if can_be else replace(edit, variants=(), obstacle=_OBSTACLE)


def _replaced(module: Module, call: ast.Call) -> list[Replacement] | None:
    given = _arguments(module, call)
    content = _content(module, given)
    gone = _containers(module, call, given)
    if not content or gone is None or not isinstance(call.func, ast.Attribute):
        return None
    end = module.span(call.func).end
    name = Span(end - len(call.func.attr), end)
    if call.func.attr == "apply_async" and all(argument.is_container for argument in given):
        return [Replacement(name, "delay"), Replacement(gone[0], content)]
    return [insertion(name.start, f"si({content})."), *(Replacement(span, "") for span in gone)]


def _arguments(module: Module, call: ast.Call) -> list[_Given]:
    """Return the arguments as they are written; none if it is not certain which are containers."""
    if len(call.args) > len(_SLOTS) or any(
        isinstance(argument, ast.Starred) for argument in call.args
    ):
        return []
    if any(keyword.arg is None for keyword in call.keywords):
        return []
    given = [_Given(True, argument, module.span(argument)) for argument in call.args]  # noqa: FBT003  # a field
    for each in call.keywords:
        start = module.offset(each.lineno, each.col_offset)
        span = Span(start, module.span(each.value).end)
        given.append(_Given(each.arg in _SLOTS, each.value, span))
    return given


def _content(module: Module, given: Sequence[_Given]) -> str:
    """Return what is in the containers as arguments of a call; empty if they do not show it."""
    written: list[str] = []
    for each in given:
        if not each.is_container or (isinstance(each.value, ast.Constant) and not each.value.value):
            continue
        if "#" in module.slice(each.span):
            return ""
        if isinstance(each.value, (ast.Tuple, ast.List)):
            written += [module.slice(module.span(item)) for item in each.value.elts]
        elif isinstance(each.value, ast.Dict):
            for key, value in zip(each.value.keys, each.value.values, strict=True):
                before = "**" if key is None else _before(key)
                if not before:
                    return ""
                written.append(before + module.slice(module.span(value)))
        else:
            return ""
    return ", ".join(written)


def _before(key: ast.expr) -> str:
    """Return how a key is written as a keyword; empty if it cannot be one."""
    name = key.value if isinstance(key, ast.Constant) else None
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        return ""
    return f"{name}="


def _containers(module: Module, call: ast.Call, given: Sequence[_Given]) -> list[Span] | None:
    """Return the text of the containers, with the commas that belong to them."""
    found: list[Span] = []
    for is_container, group in groupby(range(len(given)), lambda n: given[n].is_container):
        if not is_container:
            continue
        numbers = list(group)
        first, last = numbers[0], numbers[-1]
        start, end = given[first].span.start, given[last].span.end
        if last + 1 < len(given):
            end = given[last + 1].span.start
        elif first:
            start = given[first - 1].span.end
        else:
            start = module.text.index("(", module.span(call.func).end) + 1
            end = module.span(call).end - 1
        text = module.slice(Span(start, end))
        for number in numbers:
            text = text.replace(module.slice(given[number].span), "", 1)
        if _BETWEEN.fullmatch(text) is None:
            return None
        found.append(Span(start, end))
    return found
