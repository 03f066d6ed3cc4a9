"""Compares a checker's errors in a snippet with the expected errors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typed_bg.checkers import Diagnostic
    from typing_tests._rules import Rules
    from typing_tests._snippets import Expectation, Snippet

NO_RULE = "-"
"""Replaces the rule of an error without one, such as pyright's syntax errors."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """An error on a line."""

    line: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """An expected error that was not reported."""

    line: int
    reason: str


@dataclass(slots=True)
class Result:
    """A checker's results for one snippet.

    Attributes:
        seen: Its errors on lines that expect one, if at least one has the right reason.
        missed: The expected errors that it did not report.
        wrong_rule: Its errors on lines that expect one, but for another reason.
        unexpected: Its errors anywhere else.
        allowed: Its errors on lines that may have one.
    """

    seen: list[Finding] = field(default_factory=list[Finding])
    missed: list[Miss] = field(default_factory=list[Miss])
    wrong_rule: list[Finding] = field(default_factory=list[Finding])
    unexpected: list[Finding] = field(default_factory=list[Finding])
    allowed: list[Finding] = field(default_factory=list[Finding])


def judge(
    snippet: Snippet, checker: str, diagnostics: Iterable[Diagnostic], rules: Rules
) -> Result:
    """Judge one checker's errors in one snippet, without ignored rules."""
    ignored = rules.ignored.get(checker, {})
    by_line: defaultdict[int, list[Finding]] = defaultdict(list)
    for entry in diagnostics:
        if entry.severity == "error" and entry.rule not in ignored:
            finding = Finding(entry.line, entry.rule or NO_RULE, entry.message)
            by_line[entry.line].append(finding)
    result = Result()
    for expectation in snippet.expectations:
        _judge_expectation(result, expectation, by_line, partial(rules.is_about, checker))
    for findings in by_line.values():
        result.unexpected += findings
    for findings in (result.seen, result.wrong_rule, result.unexpected, result.allowed):
        findings.sort()
    result.missed.sort()
    return result


def _judge_expectation(
    result: Result,
    expectation: Expectation,
    by_line: dict[int, list[Finding]],
    is_about: Callable[[str, str, str], bool],
) -> None:
    """Move the errors on an expectation's lines from `by_line` to the result."""
    reported = [line for line in expectation.lines if by_line.get(line)]
    # With a plain tag, only one of the lines may be reported. A second one is unexpected.
    for line in reported if expectation.several else reported[:1]:
        findings = by_line.pop(line)
        if not any(is_about(expectation.reason, each.rule, each.message) for each in findings):
            result.wrong_rule += findings
        elif expectation.optional:
            result.allowed += findings
        else:
            result.seen += findings
    if not reported and not expectation.optional:
        result.missed.append(Miss(expectation.lines[0], expectation.reason))
