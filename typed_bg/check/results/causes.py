"""Findings that have the same cause become one finding that lists its calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from typed_bg.check.results.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from typed_bg.check.results.report import Finding, Judgement, Reason, ReportedCall
    from typed_bg.check.results.rules import RuleId

_WHAT: dict[RuleId, str] = {
    "unchecked-call": "the arguments of",
    "checked-directly": "the arguments of",
    "unchecked-argument": "the types of all arguments of",
}


def by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Join findings with the same cause, and sort them: what fails first, then by their calls.

    A call can have one cause in one checker and another in the next. A cause that several calls
    have is a finding of its own, with the checkers that it is about.
    """
    findings = tuple(findings)
    causes = [_causes(finding) for finding in findings]
    counts = Counter(cause for found in causes for cause in found)
    joined: dict[Hashable, list[Finding]] = {}
    kept: list[Finding] = []
    for finding, found in zip(findings, causes, strict=True):
        single = [each for cause, each in found.items() if counts[cause] == 1]
        if single or not found:
            kept.append(_of(finding, [one for each in single for one in each]))
        for cause, judgements in found.items():
            if counts[cause] > 1:
                joined.setdefault(cause, []).append(_of(finding, judgements))
    return tuple(sorted([*kept, *map(_join, joined.values())], key=_order))


def _causes(finding: Finding) -> dict[Hashable, list[Judgement]]:
    """Return the checkers' judgements of a finding's call, by their cause."""
    found: dict[Hashable, list[Judgement]] = {}
    if finding.rule not in _WHAT or finding.call is None:
        return found
    for judgement in finding.call.judgements:
        if judgement.checker in finding.reported_by and judgement.reasons:
            reasons = frozenset(
                (reason.code, reason.fix, reason.fact)
                if _is_at(reason, finding.call)
                else (reason.code, reason.fix, reason.place)
                for reason in judgement.reasons
            )
            found.setdefault((finding.rule, reasons), []).append(judgement)
        elif judgement.unexplained and judgement.checker in finding.reported_by:
            # Nothing is known to be the same.
            found.setdefault((finding.rule, finding.place), []).append(judgement)
    return found


def _is_at(reason: Reason, call: ReportedCall) -> bool:
    """Return whether a reason is about the call itself: its place then is not the cause's."""
    place = reason.place
    return place is not None and (place.path, place.line) == (call.place.path, call.place.line)


def _of(finding: Finding, judgements: Sequence[Judgement]) -> Finding:
    """Return a finding with some of its checkers, and with their reasons."""
    if not judgements:
        return finding
    checkers = {judgement.checker for judgement in judgements}
    reasons = dict.fromkeys(reason for judgement in judgements for reason in judgement.reasons)
    return replace(
        finding,
        reported_by=tuple(name for name in finding.reported_by if name in checkers),
        reasons=tuple(reasons),
    )


def _join(findings: Sequence[Finding]) -> Finding:
    first = findings[0]
    calls = tuple(dict.fromkeys(finding.call for finding in findings if finding.call is not None))
    names = {name for finding in findings for name in finding.reported_by}
    order = dict.fromkeys(name for finding in findings for name in finding.reported_by)
    silent = [name for name in first.silent if all(name in finding.silent for finding in findings)]
    targets = {call.target for call in calls}
    target = f" of `{first.call.target}`" if first.call and len(targets) == 1 else ""
    complete = all(len(call.judgements) == len(names) for call in calls)
    whose = "no checker checks" if complete else "not every checker checks"
    return replace(
        first,
        message=f"{whose} {_WHAT[first.rule]} {len(calls)} calls{target}, for the same reason",
        reasons=tuple(dict.fromkeys(_shared(findings))),
        reported_by=tuple(order),
        silent=tuple(silent),
        calls=calls if len(calls) > 1 else (),
    )


def _shared(findings: Sequence[Finding]) -> Iterator[Reason]:
    """Yield the reasons of calls with one cause, without the place of a single call."""
    for finding in findings:
        for reason in finding.reasons:
            if finding.call is not None and _is_at(reason, finding.call) and len(findings) > 1:
                yield replace(reason, place=None)
            else:
                yield reason


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    is_wrong = RULES[finding.rule].fails_on == "wrong"
    return (not is_wrong, -len(finding.calls), place.path, place.line, place.column, finding.rule)
