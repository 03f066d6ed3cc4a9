"""The formats that continuous integration services read, and the share of checked calls."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from fake_reports import BROKEN, CHARGE, CHECKERS, CLEAN, EMPTY, FINDINGS, FULL, HOSTILE, MAIL
from support.check_command import GOOD, UNCHECKED, check, write

from typed_bg.check.reports.badge import badge
from typed_bg.check.reports.gitlab import gitlab
from typed_bg.check.reports.junit import junit
from typed_bg.check.reports.markdown import markdown
from typed_bg.check.reports.text import text
from typed_bg.check.results.coverage import Limit, parse_limit, percent, sentence, shortfalls
from typed_bg.check.results.rules import FailOn


def test_gitlab_gets_every_finding_with_a_fingerprint_of_its_own() -> None:
    entries = json.loads(gitlab(FULL))
    assert [entry["check_name"] for entry in entries] == [finding.rule for finding in FINDINGS]
    assert len({entry["fingerprint"] for entry in entries}) == len(FINDINGS)
    first = entries[0]
    assert first["severity"] == "major"
    assert first["location"]["path"] == "app/mail.py"
    assert first["location"]["positions"]["begin"] == {"line": 4, "column": 35}
    assert FINDINGS[0].message in first["description"]


def test_gitlab_is_told_that_a_run_failed() -> None:
    assert json.loads(gitlab(CLEAN)) == []
    severities = {entry["severity"] for entry in json.loads(gitlab(BROKEN))}
    assert "blocker" in severities
    assert json.loads(gitlab(EMPTY))[0]["check_name"] == "could-not-check"


def test_findings_without_a_fingerprint_differ_by_place() -> None:
    bare = [replace(FINDINGS[0], fingerprint=""), replace(FINDINGS[1], fingerprint="")]
    entries = json.loads(gitlab(replace(FULL, findings=bare)))
    assert len({entry["fingerprint"] for entry in entries}) == len(bare)


@pytest.mark.parametrize("fail_on", get_args(FailOn))
def test_junit_has_a_test_per_call_and_fails_as_the_exit_code_does(fail_on: FailOn) -> None:
    suite = ET.fromstring(junit(FULL, fail_on)).find("testsuite")  # noqa: S314  # our own
    assert suite is not None
    cases = suite.findall("testcase")
    assert len(cases) >= len(FULL.calls)
    failures = suite.findall("testcase/failure")
    assert suite.get("failures") == str(len(failures))
    types = {failure.get("type") for failure in failures}
    assert "wrong-argument" in types
    texts = "".join(failure.text or "" for failure in failures)
    assert ("unchecked-call" in texts) == (fail_on != "wrong")
    everything = "".join(suite.itertext())
    assert all(finding.message.splitlines()[0][:20] in everything for finding in FINDINGS[:4])


def test_junit_shows_a_failed_checker_as_an_error() -> None:
    suite = ET.fromstring(junit(BROKEN, "wrong")).find("testsuite")  # noqa: S314  # our own
    assert suite is not None
    errors = suite.findall("testcase/error")
    assert errors
    assert suite.get("errors") == str(len(errors))


def test_markdown_takes_no_markup_from_the_source() -> None:
    page = markdown(FULL)
    assert page.startswith("## typed-bg check\n")
    assert all(checker in page for checker in CHECKERS)
    assert HOSTILE not in page
    assert "[link](1)" not in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert sum("[wrong-argument](" in row for row in rows) == 1


def test_a_long_list_is_cut_in_markdown() -> None:
    many = replace(FULL, findings=FINDINGS[:1] * 60)
    assert "10 more findings" in markdown(many)


def test_the_badge() -> None:
    assert json.loads(badge(CLEAN))["message"] == "100% checked"
    assert json.loads(badge(CLEAN))["color"] == "brightgreen"
    assert json.loads(badge(BROKEN))["message"] == "could not check"
    half = replace(CLEAN, calls=(*CLEAN.calls, *[_unchecked() for _ in CLEAN.calls]))
    assert json.loads(badge(half))["message"] == "50% checked"


def _unchecked():
    site = CLEAN.calls[0]
    judgements = [replace(judgement, verdict="unchecked") for judgement in site.judgements]
    return replace(site, judgements=tuple(judgements))


def test_shares_by_checker_and_by_any() -> None:
    first, *others = MAIL.judgements
    checked = replace(first, verdict="checked")
    rest = [replace(judgement, verdict="arity-only") for judgement in others]
    site = replace(MAIL, judgements=(checked, *rest))
    none = replace(CHARGE, judgements=tuple(rest))
    report = replace(CLEAN, calls=(site, none))
    assert percent(report) == percent(report, first.checker) == 50
    assert percent(report, others[0].checker) == 0
    assert shortfalls(report, [Limit(50), Limit(50, first.checker)]) == []
    (missed,) = shortfalls(report, [Limit(50.5)])
    assert missed.startswith("50 % of 2 calls are checked by at least one checker")
    assert percent(replace(report, calls=())) == 100


def test_direct_calls_are_counted_separately() -> None:
    first, *others = MAIL.judgements
    directly = replace(first, verdict="checked-directly")
    partly = replace(directly, unseen=("to",))
    rest = [replace(judgement, verdict="unchecked") for judgement in others]
    sites = [replace(MAIL, judgements=(each, *rest)) for each in (first, directly, partly)]
    sites[0] = replace(MAIL, judgements=(replace(first, verdict="checked"), *rest))
    report = replace(CLEAN, calls=tuple(sites))
    assert [round(percent(report, directly=directly), 1) for directly in (False, True)] == [
        33.3,
        66.7,
    ]
    expected = "33.3 % of 3 calls are checked by mypy, 66.6 % with direct calls"
    assert sentence(report, "mypy") == expected
    assert f"{expected}.\n" in text(report)
    assert "33.3 % of 3 calls are checked by at least one checker, 66.6 %" in markdown(
        report
    ).replace("\\", "")
    assert json.loads(badge(report))["message"] == "33% checked, 66% with direct calls"
    (missed,) = shortfalls(report, [Limit(50, "mypy")])
    assert missed == f"{expected}, and --fail-under needs 50 %"


@pytest.mark.parametrize(
    ("text", "limit"),
    [("90", Limit(90)), ("mypy=87.5", Limit(87.5, "mypy")), (" 0 ", Limit(0)), ("100", Limit(100))],
)
def test_limits(text: str, limit: Limit) -> None:
    assert parse_limit(text, CHECKERS) == limit


@pytest.mark.parametrize(
    "text", ["", "-1", "101", "x", "mypyy=3", "mypy=", "=3", "1e2", "\uff19\uff10"]
)
def test_what_is_not_a_limit(text: str) -> None:
    assert parse_limit(text, CHECKERS) is None


def test_fail_under_decides_the_exit_code(tmp_path) -> None:
    root = write(tmp_path, {"app.py": GOOD, "other.py": UNCHECKED})
    options = ("--checker", "ty", "--fail-on", "wrong")
    assert check(root, *options, "--fail-under", "50").returncode == 0
    done = check(root, *options, "--fail-under", "ty=51", "--format", "markdown")
    assert done.returncode == 1
    assert "50 % of 2 calls are checked by ty" in done.stderr
    assert "| 50 % |" in done.stdout
    wrong = check(root, *options, "--fail-under", "mypyy=50")
    assert wrong.returncode == 2
    assert "CHECKER=PERCENT" in wrong.stderr
