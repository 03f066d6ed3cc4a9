"""One cause is one finding, in every format."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from typed_bg.check.reports import json_report, sarif, text
from typed_bg.check.results.causes import by_cause
from typed_bg.check.results.report import (
    CheckerRun,
    Finding,
    Judgement,
    Place,
    Reason,
    Report,
    ReportedCall,
)

_PATH = PurePosixPath("app.py")
_DECORATOR = Reason("untyped-decorator", "@d hides f()", "type it", Place(_PATH, 3))
_PRESET = Reason("config-preset", "the preset is basic", "write a pyrefly.toml")


def _call(line: int, *judgements: Judgement) -> ReportedCall:
    return ReportedCall(Place(_PATH, line), "", f"add(f, {line})", "add", "f", (), judgements)


def _finding(call: ReportedCall) -> Finding:
    unchecked = [each for each in call.judgements if each.verdict == "unchecked"]
    return Finding(
        "unchecked-call",
        call.place,
        "not every checker checks the arguments of f",
        call.source,
        call,
        tuple(dict.fromkeys(reason for each in unchecked for reason in each.reasons)),
        tuple(each.checker for each in unchecked),
        tuple(each.checker for each in call.judgements if each.verdict == "checked"),
    )


def _unchecked(checker: str, reason: Reason) -> Judgement:
    return Judgement(checker, "unchecked", reasons=(reason,))


def _at_line(line: int) -> Reason:
    return Reason("splat", "*rows hides them", "write them out", Place(_PATH, line))


_BOTH = _call(10, _unchecked("mypy", _DECORATOR), _unchecked("pyrefly", _PRESET))
_FIRST = _call(11, _unchecked("mypy", _DECORATOR), Judgement("pyrefly", "checked"))
_SECOND = _call(12, Judgement("mypy", "checked"), _unchecked("pyrefly", _PRESET))
_THIRD = _call(13, Judgement("mypy", "checked"), _unchecked("pyrefly", _PRESET))
_ALONE = _call(14, _unchecked("mypy", _at_line(14)), Judgement("pyrefly", "checked"))
_CALLS = (_BOTH, _FIRST, _SECOND, _THIRD, _ALONE)
_WRONG = Finding("wrong-argument", Place(_PATH, 15), "wrong", "add(f, x)")


@pytest.fixture
def findings() -> tuple[Finding, ...]:
    return by_cause([*map(_finding, _CALLS), _WRONG])


def test_each_cause_lists_its_calls(findings: tuple[Finding, ...]) -> None:
    """What fails first; then the cause of three calls, of two, and of one."""
    found = [
        (each.rule, [call.place.line for call in each.calls], each.reported_by) for each in findings
    ]
    assert found == [
        ("wrong-argument", [], ()),
        ("unchecked-call", [10, 12, 13], ("pyrefly",)),
        ("unchecked-call", [10, 11], ("mypy",)),
        ("unchecked-call", [], ("mypy",)),
    ]
    assert [each.reasons for each in findings[1:]] == [
        (_PRESET,),
        (_DECORATOR,),
        (_at_line(14),),
    ]
    assert findings[3].call is _ALONE


def test_a_call_without_a_shared_cause_is_one_finding() -> None:
    """Also if its checkers have different reasons."""
    finding = _finding(_BOTH)
    assert by_cause([finding]) == (finding,)


def test_every_format_has_the_calls(findings: tuple[Finding, ...]) -> None:
    """As a list, as indexes, and as related locations."""
    runs = [CheckerRun("mypy"), CheckerRun("pyrefly")]
    report = Report(".", runs, _CALLS, findings, files=1)
    assert "calls:   app.py:10:1, app.py:12:1, app.py:13:1\n" in text.text(report)
    listed = json.loads(json_report.json_report(report))["findings"]
    assert [each["calls"] for each in listed] == [[], [0, 2, 3], [0, 1], []]
    results = json.loads(sarif.sarif(report))["runs"][0]["results"]
    lines = [
        [
            related["physicalLocation"]["region"]["startLine"]
            for related in result["relatedLocations"]
        ]
        for result in results
    ]
    assert lines == [[], [12, 13], [3, 11], [14]]


def test_a_reason_at_each_call_is_one_cause_if_it_says_the_same() -> None:
    """Of calls that splat the same, or pass the same untyped function, only the place differs."""
    calls = [_call(line, _unchecked("mypy", _at_line(line))) for line in (20, 30)]
    other = _call(40, _unchecked("mypy", Reason("splat", "*other", "write", Place(_PATH, 40))))
    joined, single = by_cause(map(_finding, [*calls, other]))
    assert joined.calls == tuple(calls)
    assert joined.reasons == (Reason("splat", "*rows hides them", "write them out"),)
    assert single.call is other
