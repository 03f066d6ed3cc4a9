"""Suppression comments: which checker they silence, and for which errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg._source.ignore_comments import IgnoreComment
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.results.report import Verdict

# Of the settings that a comment can hold for a whole file, those that take errors of calls away.
_TURNS_OFF = re.compile(
    r"ignore-errors|ignore_errors"
    r"|disable-error-code\s*=.*\b(?:call-arg|arg-type)\b"
    r"|\breport(?:CallIssue|ArgumentType)\s*=\s*(?:false|none|information|warning)\b"
)
# Who obeys a comment of another tool.
_OWN = {"basedpyright": "pyright"}
_ALSO_MYPY = "zuban"


def silences_call(site: CallSite, checker: str) -> bool:
    """Return whether a comment on a call's lines suppresses errors about names and number.

    mypy says of the call as a whole what is wrong with them; the others point at an argument.
    """
    lines = _lines_of_the_call(site, checker)
    return any(
        _stands_on(comment, lines) and explains(comment, checker, "unchecked")
        for comment in site.comments
    )


def silences_argument(site: CallSite, index: int, checker: str) -> bool:
    """Return whether a comment on an argument's own lines suppresses a checker's errors."""
    lines = _lines_of_an_argument(site, index, checker)
    return any(
        _stands_on(comment, lines) and explains(comment, checker, "arity-only")
        for comment in site.comments
    )


def is_reason(
    comment: IgnoreComment, site: CallSite, checker: str, verdict: Verdict, unseen: Iterable[int]
) -> bool:
    """Return whether a comment is the reason for a verdict on a call.

    The probes are on the last line of the call, so they show the effect of a comment there.
    """
    if not explains(comment, checker, verdict):
        return False
    lines = {site.end_line}
    if verdict == "unchecked":
        lines |= _lines_of_the_call(site, checker)
    else:
        lines |= {n for index in unseen for n in _lines_of_an_argument(site, index, checker)}
    return comment.scope == "file" or _stands_on(comment, lines)


def _stands_on(comment: IgnoreComment, lines: set[int]) -> bool:
    if comment.scope == "file":
        return False
    return comment.line in lines or (comment.own_line and comment.line + 1 in lines)


def _lines_of_the_call(site: CallSite, checker: str) -> set[int]:
    """Return the lines on which a comment suppresses errors about a whole call."""
    return set(range(site.line, site.end_line)) if checker == "mypy" else set()


def _lines_of_an_argument(site: CallSite, index: int, checker: str) -> set[int]:
    """Return the lines on which a comment suppresses errors about an argument."""
    node = site.arguments[index].value
    last = node.end_lineno or node.lineno
    lines = {"ty": {node.lineno, last}, "pyrefly": {node.lineno}}.get(
        checker, set(range(node.lineno, last + 1))
    )
    return lines - {site.end_line}


def explains(comment: IgnoreComment, checker: str, verdict: Verdict) -> bool:
    """Return whether a comment is the reason why a checker reports nothing about a call.

    Args:
        comment: A comment on the call's lines, or for the whole file.
        checker: The checker.
        verdict: What it does with the call: `unchecked` needs a comment that takes errors about
            names and number away, `arity-only` one about types.
    """
    if comment.tool == "type":
        return _obeys_type_ignore(comment, checker, verdict)
    if comment.tool == "mypy":
        # mypy has no `mypy: ignore` for a line; zuban reads mypy's settings for a file.
        obeys = checker in {"mypy", _ALSO_MYPY} and comment.scope == "file"
    else:
        obeys = comment.tool == _OWN.get(checker, checker)
    if not obeys:
        return False
    if comment.scope == "file":
        return _TURNS_OFF.search(comment.text) is not None or comment.tool == "ty"
    if comment.own_line and comment.tool in {"pyright", "zuban"}:
        return False  # it speaks for its own line, on which nothing stands
    return not comment.rules or _is_about(comment.rules, verdict)


def _obeys_type_ignore(comment: IgnoreComment, checker: str, verdict: Verdict) -> bool:
    if checker == "basedpyright":  # which does not look at it by default
        return False
    if comment.own_line and comment.scope == "line" and checker != "pyrefly":
        return False
    if not comment.rules or checker in {"pyright", "pyrefly"}:
        return True  # those two do not ask which rules it names
    if checker == "ty":
        rules = [rule.removeprefix("ty:") for rule in comment.rules if rule.startswith("ty:")]
    else:
        rules = [rule for rule in comment.rules if ":" not in rule]
    return _is_about(rules, verdict)


def _is_about(rules: Iterable[str], verdict: Verdict) -> bool:
    told = is_type_rule if verdict == "arity-only" else is_call_rule
    return any(map(told, rules))
