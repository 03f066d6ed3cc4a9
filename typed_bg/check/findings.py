"""The findings that need your attention, from the judged call sites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typed_bg.check.called_targets import called_target
from typed_bg.check.results.report import Finding, Place
from typed_bg.check.source_rules import (
    finding,
    left_defaults,
    never_runs,
    passed_request_objects,
    plain_classes,
)
from typed_bg.check.verdicts.diagnostic_rules import is_type_rule
from typed_bg.check.verdicts.known_rejections import known_rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.check.calls.arguments import Argument
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.results.report import Judgement, Verdict
    from typed_bg.check.results.rules import RuleId
    from typed_bg.check.verdicts.direct_evidence import DirectError
    from typed_bg.checkers import Diagnostic


_UNEXPECTED = re.compile(r"[Uu]nexpected keyword argument [\"'`](\w+)[\"'`]")
_NAMED_ARGUMENT = re.compile(r'Argument (?:(?P<number>\d+)|"(?P<name>\w+)") to')


def findings_of(judged: Sequence[JudgedCall]) -> list[Finding]:
    """Return the findings about call sites, in the order of the sites.

    Args:
        judged: The call sites of the project.
    """
    found: list[Finding] = []
    for call in judged:
        called = called_target(call)
        if called is not None:
            found.append(called)
        else:  # what checkers report about it says the same in other words
            found += _wrong_arguments(call)
        found += never_runs(call)
        found += left_defaults(call)
        found += _not_checked(call)
        found += passed_request_objects(call)
    return [*found, *plain_classes(judged)]


def _wrong_arguments(call: JudgedCall) -> Iterator[Finding]:
    """Report what any checker says is wrong with the call, one finding a cause."""
    errors = [
        error
        for checker, evidence in call.evidence.items()
        if known_rejection(checker, call.site, evidence) is None
        for error in evidence.errors
    ]
    arity = [error for error in errors if not is_type_rule(error.rule)]
    # An argument too many is at times said to be of a wrong type besides.
    surplus = {_argument_at(call, error) for error in arity}
    causes: dict[int | None, list[Diagnostic]] = {None: arity} if arity else {}
    for error in errors:
        if is_type_rule(error.rule):
            about = _argument_at(call, error) or _argument_named(call, error)
            causes.setdefault(None if about in surplus else about, []).append(error)
    # A direct call of which another checker reports the same cause is no finding of its own.
    direct: dict[int | None, list[DirectError]] = {}
    for wrong in call.direct_errors:
        about = _number_of(call, wrong) if wrong.is_type else None
        about = None if about in surplus else about
        if about in causes:
            causes[about].append(wrong.diagnostic)
        else:
            direct.setdefault(about, []).append(wrong)
    for said in causes.values():
        yield _wrong_argument(call, said, _place_of(call, said))
    for all_wrong in direct.values():
        said = [wrong.diagnostic for wrong in all_wrong]
        yield _wrong_argument(call, said, _place_of_direct(call, all_wrong), call.directly)


def _wrong_argument(
    call: JudgedCall, said: list[Diagnostic], place: Place, directly: str = ""
) -> Finding:
    error = said[0]
    message = f"{error.message.splitlines()[0]} ({error.checker}: {error.rule})"
    return finding(
        call,
        "wrong-argument",
        f"{message}, checked as `{directly}`" if directly else message,
        reported_by=tuple(dict.fromkeys(each.checker for each in said)),
        place=place,
    )


def _number_of(call: JudgedCall, error: DirectError) -> int | None:
    """Return the number of the argument of the call that an error of the direct call is about."""
    if error.argument is not None:
        return _given(call).index(call.site.arguments[error.argument]) + 1
    named = _UNEXPECTED.search(error.diagnostic.message)
    names = [argument.name for argument in _given(call)]
    return names.index(named[1]) + 1 if named is not None and named[1] in names else None


def _place_of_direct(call: JudgedCall, errors: list[DirectError]) -> Place:
    """Return the argument that an error is about, with its keyword, or else the call."""
    for error in errors:
        number = _number_of(call, error)
        if number is not None:
            argument = _given(call)[number - 1]
            start = call.site.module.position(argument.span.start)
            place = (error.diagnostic.line, error.diagnostic.column)
            if error.argument is None or place == start:
                before = len(argument.name) + 1 if argument.name is not None else 0
                place = (start[0], max(start[1] - before, 1))
            return Place(call.reported.place.path, *place)
    return call.reported.place


def _argument_at(call: JudgedCall, error: Diagnostic) -> int | None:
    """Return the number of the argument of the call, from 1, that an error points at."""
    offset = call.site.module.starts[error.line - 1] + error.column - 1
    end = call.site.module.span(call.site.call.func).end
    for number, argument in enumerate(_given(call), 1):
        # A keyword, or the stars of a splat, stand before the value.
        if end <= offset < argument.span.end:
            return number
        end = argument.span.end
    return None


def _argument_named(call: JudgedCall, error: Diagnostic) -> int | None:
    """Return the number of the argument that mypy names, having pointed at the whole call."""
    named = _NAMED_ARGUMENT.search(error.message)
    if named is None:
        return None
    if named["number"]:
        return int(named["number"])
    names = [argument.name for argument in _given(call)]
    return names.index(named["name"]) + 1 if named["name"] in names else None


def _given(call: JudgedCall) -> list[Argument]:
    given = (*call.site.leading, *call.site.arguments)
    return sorted(given, key=lambda argument: argument.span.start)


def _place_of(call: JudgedCall, said: list[Diagnostic]) -> Place:
    """Return where the cause is: at an argument rather than where the call begins."""
    start = (call.reported.place.line, call.reported.place.column)
    error = next((each for each in said if (each.line, each.column) != start), said[0])
    return Place(call.reported.place.path, error.line, error.column)


_KINDS: tuple[tuple[Verdict, RuleId], ...] = (
    ("unchecked", "unchecked-call"),
    ("checked-directly", "checked-directly"),
    ("arity-only", "unchecked-argument"),
    ("unprobeable", "unprobeable-call"),
)


def _not_checked(call: JudgedCall) -> Iterator[Finding]:
    """Report what one checker or more leaves unchecked, one finding a kind of verdict."""
    for verdict, rule in _KINDS:
        ones = [j for j in call.reported.judgements if j.verdict == verdict]
        if ones:
            yield finding(
                call,
                rule,
                _MESSAGES[verdict](call, ones),
                reasons=tuple(dict.fromkeys(r for j in ones for r in j.reasons)),
                reported_by=tuple(j.checker for j in ones),
            )


def _checkers_of(call: JudgedCall, ones: list[Judgement]) -> str:
    """Return the beginning of a message about the checkers with one verdict."""
    complete = len(ones) == len(call.reported.judgements)
    return "no checker checks" if complete else "not every checker checks"


def _unchecked_message(call: JudgedCall, ones: list[Judgement]) -> str:
    return f"{_checkers_of(call, ones)} the arguments of {call.reported.target or 'this call'}"


def _arity_message(call: JudgedCall, ones: list[Judgement]) -> str:
    unseen = dict.fromkeys(text for judgement in ones for text in judgement.unseen)
    return f"{_checkers_of(call, ones)} the type of {', '.join(f'`{text}`' for text in unseen)}"


def _directly_message(call: JudgedCall, ones: list[Judgement]) -> str:
    unseen = dict.fromkeys(text for judgement in ones for text in judgement.unseen)
    but = f", but not the type of {', '.join(f'`{text}`' for text in unseen)}" if unseen else ""
    return (
        f"{_checkers_of(call, ones)} the arguments of {call.reported.target}; `{call.directly}` "
        f"was checked instead{but}"
    )


def _unprobeable_message(_it: JudgedCall, _ones: list[Judgement]) -> str:
    return "no checker can be tested on this call"


_MESSAGES = {
    "unchecked": _unchecked_message,
    "checked-directly": _directly_message,
    "arity-only": _arity_message,
    "unprobeable": _unprobeable_message,
}
