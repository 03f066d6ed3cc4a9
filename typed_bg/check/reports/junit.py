"""The report as JUnit XML, which most CI services show as a list of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from typed_bg.check.reports.wording import (
    calls_of,
    checker_groups,
    facts,
    fixes,
    from_here,
    problems,
    summarize,
    unexplained,
    visible,
)
from typed_bg.check.results.rules import fails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.check.results.report import Finding, Place, Report
    from typed_bg.check.results.rules import FailOn


def junit(report: Report, fail_on: FailOn) -> str:
    """Return a report as JUnit XML: a test per call, and one per finding that is not about a call.

    Args:
        report: The report.
        fail_on: The value of `--fail-on`. Findings that it lets pass are shown, but do not fail.
    """
    suite = ET.Element("testsuite", name="typed-bg check")
    of_call: dict[int, list[Finding]] = {}
    others: list[Finding] = []
    calls = {id(call): call for call in report.calls}
    for finding in report.findings:
        if finding.call is not None and id(finding.call) in calls:
            of_call.setdefault(id(finding.call), []).append(finding)
        else:
            others.append(finding)
    for key, call in calls.items():
        case = _case(suite, report, call.place, f"{call.callee}({call.target})")
        _add(case, of_call.get(key, []), fail_on)
    for finding in others:
        _add(_case(suite, report, finding.place, finding.rule), [finding], fail_on)
    for problem in problems(report):
        case = ET.SubElement(suite, "testcase", classname="typed-bg check", name="the check itself")
        ET.SubElement(case, "error", message=visible(problem))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(problems(report))))
    ET.SubElement(suite, "system-out").text = visible(summarize(report).sentence)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, report: Report, place: Place, name: str) -> ET.Element:
    path = visible(from_here(report, place.path))
    return ET.SubElement(
        suite,
        "testcase",
        classname=path.removesuffix(".py").replace("/", "."),
        name=visible(f"line {place.line}: {name}"),
        file=path,
        line=str(place.line),
    )


def _add(case: ET.Element, findings: Sequence[Finding], fail_on: FailOn) -> None:
    failing = [finding for finding in findings if fails(finding.rule, fail_on)]
    passing = [finding for finding in findings if finding not in failing]
    if failing:  # a test fails once, whatever number of findings it has
        first = failing[0]
        failure = ET.SubElement(case, "failure", type=first.rule, message=visible(first.message))
        failure.text = "\n\n".join(map(_text, failing))
    if passing:
        ET.SubElement(case, "system-out").text = "\n\n".join(map(_text, passing))


def _text(finding: Finding) -> str:
    return visible(
        "\n".join(
            [
                f"{finding.place}: {finding.level}[{finding.rule}] {finding.message}",
                *facts(finding),
                *unexplained(finding),
                *(f"Fix: {fix}" for fix in fixes(finding)),
                *calls_of(finding),
                *(f"{label}: {', '.join(names)}" for label, names in checker_groups(finding)),
            ]
        )
    )
