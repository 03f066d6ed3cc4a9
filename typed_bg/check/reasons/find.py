"""Why a checker does not check a call, or an argument of it, and what to change.

A reason is established, by what the checker reveals or says, by the source, or by the config in
force; each function below looks for one kind and says nothing where it finds no proof. Where two
hold, both are given. Where none is found, the types that the checker reveals are told instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg._source.scopes import exit_before
from typed_bg.check.reasons.checker_config import explains_verdict
from typed_bg.check.reasons.checker_limits import limits, trampoline
from typed_bg.check.reasons.types import (
    any_arguments,
    hides_types,
    receiver,
    target_any,
    unresolved,
)
from typed_bg.check.reasons.untyped_parameters import (
    annotations_of,
    is_untyped,
    parameters_of_function,
    quoted,
    untyped_names,
    untyped_text,
)
from typed_bg.check.results.report import Reason
from typed_bg.check.verdicts.revealed_types import is_any
from typed_bg.check.verdicts.suppression import is_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typed_bg.check.reasons.case import Circumstances

_OF_UNANNOTATED_FUNCTIONS = {"config-preset", "config-unannotated"}
_CHECK_UNTYPED = "or set check_untyped_defs = true in mypy's config"


def find_reasons(about: Circumstances) -> tuple[Reason, ...]:
    """Return the reasons for a verdict other than `checked`."""
    if about.decision.verdict == "checked":
        return ()
    search = _ARGUMENT_REASONS if about.decision.verdict == "arity-only" else _CALL_REASONS
    found = [reason for look in search for reason in look(about)]
    functions = about.site.context.functions
    if about.decision.verdict == "unchecked" and all(it.annotated for it in functions[-1:]):
        # A preset takes types away, and functions without annotations; names and number it leaves.
        found = [it for it in found if it.code not in _OF_UNANNOTATED_FUNCTIONS]
    return tuple(dict.fromkeys(found or _silent_file(about))) or (_not_established(about),)


def _ignore_comment(about: Circumstances) -> Iterator[Reason]:
    for comment in about.site.comments:
        if is_reason(comment, about.site, about.checker, about.decision):
            scope = "the whole file" if comment.scope == "file" else "the line"
            yield Reason(
                "ignore-comment",
                f"`{comment.text.strip()}` silences {scope}",
                "take the comment away, or name in it only the rule that it is there for",
                about.at(comment.line),
            )


def _no_type_check(about: Circumstances) -> Iterator[Reason]:
    over = [(it.name, it.line) for it in about.site.context.functions if it.no_type_check]
    definition = about.target_definition
    if definition is not None and hides_types(definition):
        over.append((definition.name, definition.line))
    for name, line in over:
        yield Reason(
            "no-type-check",
            f"@no_type_check stands over {name}()",
            "take the decorator away",
            about.at(line),
        )


def _unannotated_function(about: Circumstances) -> Iterator[Reason]:
    if not about.evidence.unchecked_function:
        return
    for function in about.site.context.functions[-1:]:
        yield Reason(
            "unannotated-function",
            f"{about.checker} does not look into {function.name}(), which has no annotation",
            f"annotate a parameter or the return type of {function.name}(), {_CHECK_UNTYPED}",
            about.at(function.line),
        )


def _unreachable(about: Circumstances) -> Iterator[Reason]:
    never = about.evidence.receiver in {"Never", "NoReturn"}
    if about.evidence.answered and not never:
        return
    for guard in about.site.context.guards:
        yield Reason(
            "unreachable",
            f"the call is taken for unreachable: `{guard.text}` ({guard.kind})",
            "run the checker for that platform or version as well, or move the call out of it",
            about.at(guard.line),
        )
    line = exit_before(about.site.context)
    if line is not None:
        yield Reason(
            "unreachable",
            f"the call is never reached: line {line} leaves the block",
            "take the call away, or what leaves the block before it",
            about.at(line),
        )
    elif never and not about.site.context.guards:
        yield Reason(
            "unreachable",
            "the call is taken for unreachable, by what stands before it",
            "look for a call that never returns, or for a type that rules the branch out",
            about.at(about.site.line),
        )


def _splat(about: Circumstances) -> Iterator[Reason]:
    hidden = [about.site.arguments[index] for index in about.decision.unseen]
    if about.site.target is None:
        hidden += about.site.leading
    for argument in hidden:
        if argument.kind in {"splat", "keyword splat"}:
            stars = "*" if argument.kind == "splat" else "**"
            text = about.site.module.slice(argument.span)
            yield Reason(
                "splat",
                f"`{stars}{text}` hides which arguments are passed",
                "write the arguments out, or unpack a tuple or a TypedDict of known shape",
                about.at(about.site.line),
            )


def _limits(about: Circumstances) -> Iterator[Reason]:
    if about.evidence.receiver is None or not is_any(about.evidence.receiver):
        for limit in limits(about.checker, about.site, about.evidence):
            yield Reason(*limit, about.at(about.site.line))


def _trampoline(about: Circumstances) -> Iterator[Reason]:
    for limit in trampoline(about.site):
        yield Reason(*limit, about.at(about.site.line))


def _untyped_parameter(about: Circumstances) -> Iterator[Reason]:
    target, definition = about.site.target, about.target_definition
    names = untyped_names(about.site, about.evidence.target or "", about.decision.unseen)
    if names is None or target is None:
        return
    if definition is not None and hides_types(definition):
        return
    found = () if definition is None else parameters_of_function(about.site.module.tree, definition)
    annotations = annotations_of(found)
    for name in names:
        missing = tuple(unresolved(about, annotations.get(name, "")))
        yield from missing
        if missing:
            names = [it for it in names if it != name]
    if not names:
        return
    lines = [it.lineno for it in found if it.arg in names and is_untyped(it)]
    line = definition.line if definition else about.site.line
    at = about.at(min(lines, default=line))
    if target.form == "lambda":
        fix = "pass a function that is defined with def and annotated"
        yield Reason("untyped-parameter", f"the lambda gives no type to {quoted(names)}", fix, at)
        return
    text = about.site.module.slice(target.span)
    called = f"{definition.name if definition else text}()"
    yield Reason("untyped-parameter", *untyped_text(called, names, annotations), at)


def _silent_file(about: Circumstances) -> Iterator[Reason]:
    encoding = about.site.module.encoding
    if about.silent_file and encoding not in {"utf-8", "ascii"}:
        yield Reason(
            "encoding",
            f"the file is in {encoding}, and nothing is said about any call in it",
            "save it as UTF-8: not all checkers read other encodings",
            about.at(1),
        )
    elif about.silent_file:
        yield Reason(
            "file-not-checked",
            f"{about.checker} says nothing about any call in {about.path}",
            f"see whether {about.checker}'s config leaves the file out",
            about.at(1),
        )


def _config(about: Circumstances) -> Iterator[Reason]:
    """Yield the settings that explain the verdict, of those that hold for the file."""
    for reason in about.config:
        if explains_verdict(reason, about.decision.verdict, about.evidence):
            yield reason


def _not_established(about: Circumstances) -> Reason:
    """Say what the checker reveals, where nothing explains its silence."""
    receiver, target = about.evidence.receiver, about.evidence.target
    return Reason(
        "not-established",
        f"{about.checker} accepts a wrong call here; to it, the receiver is "
        f"{receiver or 'not revealed'} and the target {target or 'not revealed'}",
        "see what the other checkers say of the call, or ask this one with reveal_type",
        about.at(about.site.line),
    )


_Search = tuple["Callable[[Circumstances], Iterator[Reason]]", ...]

_CALL_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _unannotated_function,
    _unreachable,
    receiver,
    target_any,
    any_arguments,
    _splat,
    _limits,
    _trampoline,
    _config,
)
_ARGUMENT_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _untyped_parameter,
    _splat,
    _trampoline,
    _config,
)
