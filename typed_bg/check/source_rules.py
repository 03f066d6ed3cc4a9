"""Rules about the source itself, which do not depend on what the checkers report."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING

from typed_bg._source.scopes import parameters
from typed_bg._source.walk import statements_by_depth
from typed_bg.check.fastapi_defaults import ROUTE, left_to_fastapi
from typed_bg.check.judge import line_of
from typed_bg.check.request_objects import request_objects
from typed_bg.check.results.report import Finding, Place, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.wrappers import Callers, ForwarderDefinition
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.results.rules import RuleId


_COROUTINE = re.compile(r"(?:\w+\.)*Coroutine(?:Type)?\[")
_RETURNS_GENERATOR = re.compile(
    r"-> (?:\w+\.)*(?:Async)?(?:Generator|_GeneratorContextManager|_AsyncGeneratorContextManager)\["
)
_RETURNS_COROUTINE = re.compile(r"-> (?:\w+\.)*Coroutine(?:Type)?\[")
_ABOUT_VERDICTS = frozenset(
    {"unchecked-call", "checked-directly", "unchecked-argument", "unprobeable-call"}
)
_PLAIN = frozenset({"typed_bg.BackgroundTasks", "typed_bg.background.BackgroundTasks"})


def finding(  # noqa: PLR0913  # the parts of one value
    call: JudgedCall,
    rule: RuleId,
    message: str,
    *,
    reasons: tuple[Reason, ...] = (),
    reported_by: tuple[str, ...] = (),
    place: Place | None = None,
) -> Finding:
    """Make a finding about a call."""
    # Of a call that not all check, only the checkers that do are named as those that do.
    others = tuple(
        judgement.checker
        for judgement in call.reported.judgements
        if judgement.checker not in reported_by
        and (rule not in _ABOUT_VERDICTS or judgement.verdict == "checked")
    )
    place = call.reported.place if place is None else place
    return Finding(
        rule=rule,
        place=place,
        message=message,
        source=line_of(call.site, place.line),
        call=call.reported,
        reasons=reasons,
        reported_by=reported_by,
        silent=others if reported_by else (),
    )


def is_coroutine(call: JudgedCall) -> bool:
    """Return whether the target is a call that returns a coroutine, instead of a function."""
    target = call.site.target
    if target is None or target.form != "call":
        return False
    definition = target.definition
    if definition is not None and not definition.decorators:
        return definition.kind == "async function"
    return any(_COROUTINE.match(e.target or "") for e in call.evidence.values())


def never_runs(call: JudgedCall) -> Iterator[Finding]:
    """Report what every checker accepts and never runs as a task."""
    target = call.site.target
    if target is None or not call.site.forwarder.is_background:
        return
    # A decorator may make anything of a function: then only the revealed type counts.
    definition = target.definition
    kind = definition.kind if definition is not None and not definition.decorators else None
    revealed = [e.target for e in call.evidence.values() if e.target is not None]
    makes_coroutine = any(_RETURNS_COROUTINE.search(t) for t in revealed)
    text = call.reported.target
    message = fix = ""
    if target.form in {"name", "attribute"} and (
        kind in {"generator function", "async generator function"}
        or any(_RETURNS_GENERATOR.search(t) for t in revealed)
    ):
        message = f"calling {text}() only makes a generator: as a task, its body would never run"
        fix = "pass a function that iterates over it, or enters it with `with`"
    elif _awaits_results(call):
        return
    elif target.form == "lambda" and (kind == "async function" or makes_coroutine):
        message = f"`{text}` returns a coroutine, which Starlette does not await"
        fix = "pass the async function and its arguments"
    elif target.form == "name" and kind == "function" and makes_coroutine:
        message = f"{text}() is a def that returns a coroutine, which Starlette does not await"
        fix = "make it an async def that awaits"
    if message:
        yield finding(
            call,
            "never-runs",
            message,
            reasons=(
                Reason("never-runs", "calling it does not run its body", fix, call.reported.place),
            ),
            reported_by=tuple(name for name, e in call.evidence.items() if e.errors),
        )


def _awaits_results(call: JudgedCall) -> bool:
    """Return whether the collection is one of typed_bg, which awaits what a task returns."""
    imported = _imported(call.site.module)
    receivers = {e.receiver for e in call.evidence.values() if e.receiver is not None}
    # Some checkers write the full name, which tells more than one that two classes share.
    full = {name for name in receivers if "." in name}
    return any(imported.get(name, name).startswith("typed_bg.") for name in full or receivers)


def passed_request_objects(call: JudgedCall) -> Iterator[Finding]:
    """Report what ends with the request and is passed to a task."""
    for passed in request_objects(call):
        yield finding(call, "request-session", passed.message, reasons=(passed.reason,))


def left_defaults(call: JudgedCall) -> Iterator[Finding]:
    """Report parameters that are left to a default that only FastAPI fills."""
    if not call.site.forwarder.is_background:
        return
    left = left_to_fastapi(call.site)
    if left:  # one finding names them all, as the error at run time does
        name, kind = next(iter(left.items()))
        fix = f"also pass {', '.join(f'{name}=...' for name in left)}"
        yield finding(
            call,
            "fastapi-default",
            f"{call.reported.target}() would get {kind} as {name}: only FastAPI resolves "
            "such a default, and it does not call background tasks",
            reasons=(
                Reason(
                    "fastapi-default",
                    "the task would get the default itself",
                    fix,
                    call.reported.place,
                ),
            ),
        )


def plain_classes(judged: Iterable[JudgedCall]) -> Iterator[Finding]:
    """Report FastAPI handlers that name the plain class, once each."""
    seen: set[tuple[PurePosixPath, int]] = set()
    for call in judged:
        for scope in call.site.context.scopes:
            if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if not any(ROUTE.search(ast.unparse(d)) for d in scope.decorator_list):
                continue
            for parameter in parameters(scope.args):
                key = (call.reported.place.path, parameter.lineno)
                if key in seen or not _names_plain_class(call.site, parameter):
                    continue
                seen.add(key)
                place = Place(call.reported.place.path, parameter.lineno, parameter.col_offset + 1)
                yield finding(
                    call,
                    "plain-class",
                    f"FastAPI injects its own, unchecked class for `{parameter.arg}`",
                    reasons=(
                        Reason(
                            "plain-class",
                            "FastAPI injects it for every class derived from Starlette's",
                            "annotate it with typed_bg.fastapi.BackgroundTasks",
                            place,
                        ),
                    ),
                    place=place,
                )


def _names_plain_class(site: CallSite, parameter: ast.arg) -> bool:
    if parameter.annotation is None:
        return False
    text = ast.unparse(parameter.annotation).strip("'\"")
    return _imported(site.module).get(text, text) in _PLAIN


@functools.lru_cache(maxsize=8)
def _imported(module: Module) -> dict[str, str]:
    """Return the full name of each name that the module imports."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in statements_by_depth(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def forwarder_findings(
    definitions: Iterable[ForwarderDefinition],
    paths: Mapping[ForwarderDefinition, PurePosixPath],
    callers: Mapping[ForwarderDefinition, Callers],
) -> list[Finding]:
    """Report functions that hand arguments on untyped, naming the callers that they blind.

    Args:
        definitions: The functions.
        paths: The file of each, from the project's root.
        callers: Where each is called.
    """
    found: list[Finding] = []
    for definition in definitions:
        if definition.typed:
            continue
        name = definition.forwarder.name.rpartition(".")[2]
        place = Place(paths[definition], definition.line)
        certain, possible = callers[definition]
        where = f"; called at {', '.join(map(str, certain))}" if certain else ""
        # What it is called on, the source does not say.
        where += f"; may be called at {', '.join(map(str, possible))}" if possible else ""
        if not where and possible is not None:
            where = "; not called in the checked files"
        found.append(
            Finding(
                rule="untyped-forwarder",
                place=place,
                message=f"{name}() passes its arguments on without their types{where}",
                source=line_of(definition.site, definition.line),
                reasons=(
                    Reason(
                        "untyped-forwarder",
                        f"it is annotated {', '.join(definition.annotations)}",
                        "annotate it with a ParamSpec: func: Callable[P, object], *args: P.args, "
                        "**kwargs: P.kwargs",
                        place,
                    ),
                ),
            )
        )
    return found


def loose_findings(loose: Iterable[JudgedCall]) -> list[Finding]:
    """Report each of them."""
    return [
        _forgotten(call) if call.site.shape == "forgotten" else _handed_on(call) for call in loose
    ]


def _handed_on(call: JudgedCall) -> Finding:
    text = call.site.module.slice(call.site.span)
    shown = (
        f"{call.reported.callee}({call.reported.target})"
        if call.site.forwarder.two_step
        else call.reported.callee
    )
    receiver = f"`{call.site.module.slice(call.site.receiver_span)}`"
    return finding(
        call,
        "handed-on-method",
        f"`{shown}` is passed on, so calls of it are not found",
        reasons=(
            Reason(
                "handed-on-method",
                "a method that is stored or passed to another function can be called anywhere",
                f"pass {receiver} instead, or call `{text}` where its arguments are known",
                call.reported.place,
            ),
        ),
    )


def _forgotten(call: JudgedCall) -> Finding:
    first_step = f"{call.reported.callee}({call.reported.target})"
    return finding(
        call,
        "forgotten-call",
        f"`{first_step}` adds no task: the second call, with its arguments, is missing",
        reasons=(
            Reason(
                "forgotten-call",
                "its result is not used",
                f"write `{first_step}(...)`, with the arguments of "
                f"{call.reported.target or 'the target'}; "
                "`()` if it takes none",
                call.reported.place,
            ),
        ),
    )
