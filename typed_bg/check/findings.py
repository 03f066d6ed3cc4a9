"""What a person has to look at, from the judged call sites."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING

from typed_bg._source.scopes import parameters
from typed_bg._source.walk import statements_by_depth
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.judge import line_of
from typed_bg.check.results.report import Finding, Place, Reason
from typed_bg.check.verdicts.evidence import is_type_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg.check.calls._callers import Callers
    from typed_bg.check.calls.call_sites import Argument, CallSite
    from typed_bg.check.calls.wrappers import ForwarderDefinition
    from typed_bg.check.judge import Judged
    from typed_bg.check.results.report import Judgement, Level, Rule, Verdict
    from typed_bg.checkers import Diagnostic

_NAMED_ARGUMENT = re.compile(r'Argument (?:(?P<number>\d+)|"(?P<name>\w+)") to')
_RETURNS_GENERATOR = re.compile(
    r"-> (?:\w+\.)*(?:Async)?(?:Generator|_GeneratorContextManager|_AsyncGeneratorContextManager)\["
)
_COROUTINE = re.compile(r"(?:\w+\.)*Coroutine(?:Type)?\[")
_RETURNS_COROUTINE = re.compile(r"-> (?:\w+\.)*Coroutine(?:Type)?\[")
_ROUTE = re.compile(r"\.(?:get|post|put|patch|delete|options|head|trace|api_route)\(")
_SESSION = re.compile(r"\b(?:Async)?Session\b")
_BACKGROUND = frozenset(forwarder.name for forwarder in BACKGROUND)
_PLAIN = frozenset({"typed_bg.BackgroundTasks", "typed_bg.background.BackgroundTasks"})


def findings_of(judged: Sequence[Judged], *, request_sessions: bool = False) -> list[Finding]:
    """Return the findings about call sites, in the order of the sites.

    Args:
        judged: The call sites of the project.
        request_sessions: Whether to look for sessions of the request that are passed to a task.
    """
    found: list[Finding] = []
    for it in judged:
        found += _wrong_arguments(it)
        found += _never_runs(it)
        found += _not_checked(it)
        if request_sessions:
            found += _request_sessions(it)
    return [*found, *_plain_classes(judged)]


def _finding(  # noqa: PLR0913  # the parts of one value
    it: Judged,
    rule: Rule,
    level: Level,
    message: str,
    *,
    reasons: tuple[Reason, ...] = (),
    reported_by: tuple[str, ...] = (),
    place: Place | None = None,
) -> Finding:
    everybody = tuple(judgement.checker for judgement in it.site.judgements)
    place = it.site.place if place is None else place
    return Finding(
        rule=rule,
        level=level,
        place=place,
        message=message,
        source=line_of(it.found, place.line),
        site=it.site,
        reasons=reasons,
        reported_by=reported_by,
        silent=tuple(name for name in everybody if name not in reported_by) if reported_by else (),
    )


def _wrong_arguments(it: Judged) -> Iterator[Finding]:
    """Report what any checker says is wrong with the call, one finding a cause."""
    if _is_coroutine(it):
        return  # which is reported as what never runs
    errors = [error for evidence in it.evidence.values() for error in evidence.errors]
    arity = [error for error in errors if not is_type_rule(error.rule)]
    # An argument too many is at times said to be of a wrong type besides.
    surplus = {_argument_at(it, error) for error in arity}
    causes: dict[int | None, list[Diagnostic]] = {None: arity} if arity else {}
    for error in errors:
        if is_type_rule(error.rule):
            about = _argument_at(it, error) or _argument_named(it, error)
            causes.setdefault(None if about in surplus else about, []).append(error)
    for said in causes.values():
        error = said[0]
        yield _finding(
            it,
            "wrong-argument",
            "error",
            f"{error.message.splitlines()[0]} ({error.checker}: {error.rule})",
            reported_by=tuple(dict.fromkeys(each.checker for each in said)),
            place=_place_of(it, said),
        )


def _argument_at(it: Judged, error: Diagnostic) -> int | None:
    """Return the number of the argument of the call, from 1, that an error points at."""
    offset = it.found.module.starts[error.line - 1] + error.column - 1
    end = it.found.module.span(it.found.call.func).end
    for number, argument in enumerate(_given(it), 1):
        # A keyword, or the stars of a splat, stand before the value.
        if end <= offset < argument.span.end:
            return number
        end = argument.span.end
    return None


def _argument_named(it: Judged, error: Diagnostic) -> int | None:
    """Return the number of the argument that mypy names, having pointed at the whole call."""
    named = _NAMED_ARGUMENT.search(error.message)
    if named is None:
        return None
    if named["number"]:
        return int(named["number"])
    names = [argument.name for argument in _given(it)]
    return names.index(named["name"]) + 1 if named["name"] in names else None


def _given(it: Judged) -> list[Argument]:
    given = (*it.found.leading, *it.found.arguments)
    return sorted(given, key=lambda argument: argument.span.start)


def _place_of(it: Judged, said: list[Diagnostic]) -> Place:
    """Return where the cause is: at an argument rather than where the call begins."""
    start = (it.site.place.line, it.site.place.column)
    error = next((each for each in said if (each.line, each.column) != start), said[0])
    return Place(it.site.place.path, error.line, error.column)


def _never_runs(it: Judged) -> Iterator[Finding]:
    """Report what every checker accepts and never runs as a task."""
    target = it.found.target
    if target is None or it.found.forwarder.name not in _BACKGROUND:
        return
    # A decorator may make anything of a function: then only the revealed type counts.
    definition = target.definition
    kind = definition.kind if definition is not None and not definition.decorators else None
    revealed = [e.target for e in it.evidence.values() if e.target is not None]
    makes_coroutine = any(_RETURNS_COROUTINE.search(t) for t in revealed)
    text = it.site.target
    message = remedy = ""
    if target.form in {"name", "attribute"} and (
        kind in {"generator function", "async generator function"}
        or any(_RETURNS_GENERATOR.search(t) for t in revealed)
    ):
        message = f"calling {text}() only makes a generator: as a task, its body would never run"
        remedy = "pass a function that iterates over it, or enters it"
    elif _is_coroutine(it):
        message = f"`{text}` is a coroutine, not a function: as a task, its body would never run"
        remedy = "pass the function itself and its arguments, without calling it"
    elif _awaits_results(it):
        return
    elif target.form == "lambda" and (kind == "async function" or makes_coroutine):
        message = f"`{text}` returns a coroutine, which Starlette does not await"
        remedy = "pass the async function and its arguments"
    elif target.form == "name" and kind == "function" and makes_coroutine:
        message = f"{text}() is a def that returns a coroutine, which Starlette does not await"
        remedy = "make it an async def that awaits"
    if message:
        yield _finding(
            it,
            "never-runs",
            "error",
            message,
            reasons=(
                Reason("never-runs", "its body is not what is called", remedy, it.site.place),
            ),
            reported_by=tuple(name for name, e in it.evidence.items() if e.errors),
        )


def _is_coroutine(it: Judged) -> bool:
    """Tell whether the target is a call that makes a coroutine, not a function."""
    target = it.found.target
    if target is None or target.form != "call":
        return False
    definition = target.definition
    if definition is not None and not definition.decorators:
        return definition.kind == "async function"
    return any(_COROUTINE.match(e.target or "") for e in it.evidence.values())


def _awaits_results(it: Judged) -> bool:
    """Tell whether the collection is one of typed_bg, which awaits what a task returns."""
    imported = _imported(it.found.module)
    receivers = {e.receiver for e in it.evidence.values() if e.receiver is not None}
    # Some checkers write the full name, which tells more than one that two classes share.
    full = {name for name in receivers if "." in name}
    return any(imported.get(name, name).startswith("typed_bg.") for name in full or receivers)


_KINDS: tuple[tuple[Verdict, Rule, Level], ...] = (
    ("unchecked", "unchecked-call", "warning"),
    ("arity-only", "unchecked-argument", "warning"),
    ("unprobeable", "unprobeable-call", "note"),
)


def _not_checked(it: Judged) -> Iterator[Finding]:
    """Report what one checker or more leaves unchecked, one finding a kind of verdict."""
    for verdict, rule, level in _KINDS:
        ones = [j for j in it.site.judgements if j.verdict == verdict]
        if ones:
            yield _finding(
                it,
                rule,
                level,
                _MESSAGES[verdict](it, ones),
                reasons=tuple(dict.fromkeys(r for j in ones for r in j.reasons)),
                reported_by=tuple(j.checker for j in ones),
            )


def _unchecked_message(it: Judged, ones: list[Judgement]) -> str:
    whose = "no checker checks" if len(ones) == len(it.site.judgements) else "not all check"
    return f"{whose} the arguments of {it.site.target or 'this call'}"


def _arity_message(it: Judged, ones: list[Judgement]) -> str:
    unseen = dict.fromkeys(text for judgement in ones for text in judgement.unseen)
    whose = "no checker checks" if len(ones) == len(it.site.judgements) else "not all check"
    return f"{whose} the type of {', '.join(f'`{text}`' for text in unseen)}"


def _unprobeable_message(_it: Judged, _ones: list[Judgement]) -> str:
    return "no checker can be asked about this call"


_MESSAGES = {
    "unchecked": _unchecked_message,
    "arity-only": _arity_message,
    "unprobeable": _unprobeable_message,
}


def _request_sessions(it: Judged) -> Iterator[Finding]:
    scope = it.found.context.scopes[0]
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    annotations = {p.arg: p.annotation for p in parameters(scope.args) if p.annotation is not None}
    for index, argument in enumerate(it.found.arguments):
        value = argument.value
        annotation = annotations.get(value.id) if isinstance(value, ast.Name) else None
        if annotation is not None and _SESSION.search(ast.unparse(annotation)):
            text = it.site.arguments[index]
            yield _finding(
                it,
                "request-session",
                "warning",
                f"`{text}` is a session of the request, which may be closed when the task runs",
                reasons=(
                    Reason(
                        "request-session",
                        f"it is a parameter of {scope.name}(), annotated "
                        f"`{ast.unparse(annotation)}`",
                        "pass an id, and open a session in the task",
                        it.site.place,
                    ),
                ),
            )


def _plain_classes(judged: Iterable[Judged]) -> Iterator[Finding]:
    """Report FastAPI handlers that name the plain class, once each."""
    seen: set[tuple[PurePosixPath, int]] = set()
    for it in judged:
        for scope in it.found.context.scopes:
            if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if not any(_ROUTE.search(ast.unparse(d)) for d in scope.decorator_list):
                continue
            for parameter in parameters(scope.args):
                key = (it.site.place.path, parameter.lineno)
                if key in seen or not _names_plain_class(it.found, parameter):
                    continue
                seen.add(key)
                place = Place(it.site.place.path, parameter.lineno, parameter.col_offset + 1)
                yield _finding(
                    it,
                    "plain-class",
                    "error",
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


def _names_plain_class(found: CallSite, parameter: ast.arg) -> bool:
    if parameter.annotation is None:
        return False
    text = ast.unparse(parameter.annotation).strip("'\"")
    return _imported(found.module).get(text, text) in _PLAIN


@functools.lru_cache(maxsize=8)
def _imported(module: Module) -> dict[str, str]:
    """Return what each name that the module imports from another stands for."""
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
            where = "; called at no place in what is checked"
        found.append(
            Finding(
                rule="untyped-forwarder",
                level="warning",
                place=place,
                message=f"{name}() hands its arguments on without their types{where}",
                source=line_of(definition.site, definition.line),
                reasons=(
                    Reason(
                        "untyped-forwarder",
                        f"it is annotated {', '.join(definition.annotations)}",
                        "annotate it with a ParamSpec: func: Callable[P, Any], *args: P.args, "
                        "**kwargs: P.kwargs",
                        place,
                    ),
                ),
            )
        )
    return found
