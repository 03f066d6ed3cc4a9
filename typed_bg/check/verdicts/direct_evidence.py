"""The evidence of a checker's run about the direct call of a call site's target."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from typed_bg.check.calls.undecorated import original_names
from typed_bg.check.verdicts.checker_messages import named, says_too_many
from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule
from typed_bg.check.verdicts.none_defaults import is_only_none

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.direct_call import DirectArgument, DirectCall
    from typed_bg.check.probes.probe import Probe
    from typed_bg.checkers import Diagnostic

_EXTRA = re.compile(r'Extra argument "\w+" from \*\*args')  # of a TypedDict, by mypy
# Of a target that cannot be called, not of its arguments.
_NOT_CALLABLE = re.compile(r"(?i)not callable|cannot be called|cannot be instantiated")


@dataclass(frozen=True, slots=True)
class DirectError:
    """An error about the direct call.

    Attributes:
        diagnostic: What the checker reports, at the place of the original.
        argument: The index of the call site's argument that it points at, if it does.
    """

    diagnostic: Diagnostic
    argument: int | None

    @property
    def is_type(self) -> bool:
        """Whether it is about the type of an argument."""
        return is_type_rule(self.diagnostic.rule)


@dataclass(frozen=True, slots=True)
class DirectEvidence:
    """What a checker reports about the direct call.

    Attributes:
        call: The direct call as it was checked; `None` if it could not be written.
        arity: Whether the checker reports a wrong name or number of arguments.
        seen: The arguments of the call site of which it reports a wrong type.
        errors: What it reports about the call as it is.
    """

    call: DirectCall | None = None
    arity: bool = False
    seen: frozenset[int] = frozenset()
    errors: tuple[DirectError, ...] = ()


_Message = tuple["str | None", str]
_Answer = tuple["Probe", "Diagnostic", int]
"""A probe, what is reported about it, and at which offset of the probe."""


def direct_evidence(
    site: CallSite,
    answers: Sequence[_Answer],
    source: Iterable[Diagnostic],
    shapes: Collection[int],
) -> DirectEvidence:
    """Return the evidence about the direct call of a call site.

    Args:
        site: The call site.
        answers: What is reported about the probes of the direct call.
        source: What is reported about the text of the call itself.
        shapes: The unpacked arguments of which the checker knows what is in them.
    """
    # A checker that skips the function answers only outside of it, and one that does not see
    # through a decorator only without it.
    groups: dict[DirectCall | None, list[_Answer]] = {}
    for answer in answers:
        groups.setdefault(answer[0].direct, []).append(answer)
    known = {_message(diagnostic) for diagnostic in source}
    found = [
        _of_call(site, call, group, known, shapes)
        for call, group in sorted(groups.items(), key=_by_form)
        if call is not None
    ]
    proven = (each for each in found if each.arity or each.errors)
    return next(proven, found[0] if found else DirectEvidence())


def _by_form(group: tuple[DirectCall | None, object]) -> tuple[bool, bool]:
    call = group[0]
    return call is not None and call.is_outside, call is not None and call.is_plain


def _of_call(
    site: CallSite,
    call: DirectCall,
    answers: Sequence[_Answer],
    known: set[_Message],
    shapes: Collection[int],
) -> DirectEvidence:
    """Return the evidence about one form of the direct call."""
    right = [
        (diagnostic, offset)
        for probe, diagnostic, offset in answers
        if probe.kind == "direct" and diagnostic.severity == "error"
    ]
    errors = tuple(
        error
        for diagnostic, offset in right
        if _message(diagnostic) not in known
        and (error := _error(site, call, diagnostic, offset, shapes)) is not None
    )
    accepted = not known and not right
    known = known | {_message(diagnostic) for diagnostic, _ in right}
    arity = False
    reported: set[str] = set()
    for probe, diagnostic, _ in answers:
        if diagnostic.severity != "error" or probe.kind == "direct":
            continue
        names = [
            name
            for name, is_named in zip(probe.names, named(probe, diagnostic.message), strict=True)
            if is_named
        ]
        if probe.kind == "direct replaced":
            reported.update(names)
        else:
            arity |= bool(names) or (
                _message(diagnostic) not in known
                and _is_about_the_change(probe, diagnostic, accepted=accepted)
            )
    return DirectEvidence(call, arity, frozenset(_seen(call, answers, reported)), errors)


def _is_about_the_change(probe: Probe, diagnostic: Diagnostic, *, accepted: bool) -> bool:
    """Return whether an error that does not name the change can only be about the change.

    Args:
        probe: A wrong version of the direct call.
        diagnostic: A new error about it.
        accepted: Whether the direct call itself has no error.
    """
    if probe.kind == "direct arity" and says_too_many(diagnostic.message):
        return True
    is_about_call = is_type_rule(diagnostic.rule) or is_call_rule(diagnostic.rule)
    return accepted and is_about_call and diagnostic.rule != "misc"


def _seen(call: DirectCall, answers: Iterable[_Answer], reported: Collection[str]) -> set[int]:
    """Return the arguments all of whose values are reported when they are replaced."""
    names = next((probe.names for probe, _, _ in answers if probe.kind == "direct replaced"), ())
    by_argument: dict[int, list[bool]] = {}
    for argument, name in zip(call.arguments, names, strict=False):
        by_argument.setdefault(argument.index, []).append(
            name in reported and not argument.is_hidden and not argument.is_unknown
        )
    return {index for index, each in by_argument.items() if all(each)}


def _error(
    site: CallSite,
    call: DirectCall,
    diagnostic: Diagnostic,
    offset: int,
    shapes: Collection[int],
) -> DirectError | None:
    """Return an error at the place of the original, if it is about the arguments of the call."""
    is_type = is_type_rule(diagnostic.rule)
    if not is_type and not is_call_rule(diagnostic.rule):
        return None
    if diagnostic.rule == "misc" and _EXTRA.match(diagnostic.message) is None:
        return None
    if _NOT_CALLABLE.search(diagnostic.message):
        return None
    at, argument = call.source_of(offset)
    if argument is not None and (
        _is_inside(site, argument, at)
        or _is_only_known_to_exist(site, argument, diagnostic)
        or (is_type and is_only_none(site, call, argument, diagnostic.message))
        or (not is_type and _is_about_call_within(site, argument, at, diagnostic.message))
    ):
        return None
    hidden = [
        argument
        for argument in call.arguments
        if argument.is_hidden and argument.index not in shapes
    ]
    # Values whose number and names are not known may be the missing ones. Behind them, each further
    # argument may go to another parameter.
    if hidden and (
        argument is None
        or argument in hidden
        or any(argument.kind == "splat" and argument.span.start < at for argument in hidden)
    ):
        return None
    if argument is None:
        at = site.span.start
    line, column = site.module.position(at)
    moved = replace(
        diagnostic,
        line=line,
        column=column,
        end_line=None,
        end_column=None,
        message=original_names(diagnostic.message),
    )
    return DirectError(moved, None if argument is None else argument.index)


def _is_inside(site: CallSite, argument: DirectArgument, at: int) -> bool:
    """Return whether a place is inside a call or lambda that is part of an argument."""
    return any(
        span.start < at < span.end
        for node in ast.walk(argument.node)
        if isinstance(node, (ast.Call, ast.Lambda))
        for span in (site.module.span(node),)
    )


def _is_only_known_to_exist(site: CallSite, argument: DirectArgument, error: Diagnostic) -> bool:
    """Return whether ty rejects an attribute of which it knows only that `hasattr` found it."""
    node = argument.node
    if error.checker != "ty" or "found `object`" not in error.message:
        return False
    if not isinstance(node, ast.Attribute):
        return False
    test = f"hasattr({ast.unparse(node.value)}, {node.attr!r})"
    return any(
        isinstance(inner, ast.Call) and ast.unparse(inner) == test
        for inner in ast.walk(site.context.scopes[0])
    )


def _is_about_call_within(site: CallSite, argument: DirectArgument, at: int, message: str) -> bool:
    """Return whether a wrong number or name can be one of a call that an argument starts with."""
    keyword = argument.before.removesuffix("=")
    if says_too_many(message) or (keyword and re.search(rf"\b{re.escape(keyword)}\b", message)):
        return False
    return any(
        isinstance(node, ast.Call) and site.module.span(node).start == at
        for node in ast.walk(argument.node)
    )


def _message(diagnostic: Diagnostic) -> tuple[str | None, str]:
    return diagnostic.rule, diagnostic.message
