"""A baseline holds what it held, whatever happens to the lines around it."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from fake_reports import CHARGE, CHECKERS, FINDINGS, MAIL, place

from typed_bg.check.results.baseline import (
    Applied,
    Baseline,
    BaselineError,
    Entry,
    apply,
    fingerprints,
    read,
    write,
)

if TYPE_CHECKING:
    from typed_bg.check.results.report import Finding, ReportedCall

PATH = PurePosixPath("typed-bg-baseline.json")
UNCHECKED, ARGUMENT = FINDINGS[1], FINDINGS[2]


def _held(findings: tuple[Finding, ...]) -> Baseline:
    return read(write(fingerprints(findings)), PATH)


def _applied(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Applied:
    return apply(_held(before), fingerprints(after), checkers=CHECKERS)


def _site(
    source: str, function: str = "signed_up", path: str = "app/mail.py", line: int = 4
) -> ReportedCall:
    call = ast.parse(source.strip(), mode="eval").body
    assert isinstance(call, ast.Call)
    parts = [ast.get_source_segment(source.strip(), node) or "" for node in call.args]
    keywords = [ast.get_source_segment(source.strip(), node) or "" for node in call.keywords]
    return replace(
        MAIL,
        place=place(path, line, 5),
        function=function,
        source=source.strip().splitlines()[0],
        callee=ast.get_source_segment(source.strip(), call.func) or "",
        target=parts[0],
        arguments=(*parts[1:], *keywords),
    )


def _finding(source: str, function: str = "f", path: str = "a.py", line: int = 4) -> Finding:
    site = _site(source, function, path, line)
    return replace(UNCHECKED, call=site, place=site.place, source=site.source, fingerprint="")


def test_what_was_held_is_suppressed() -> None:
    applied = _applied(FINDINGS, FINDINGS)
    assert applied.suppressed == fingerprints(FINDINGS)
    assert (applied.new, applied.stale, applied.unjudged) == ((), (), ())


def test_an_empty_baseline_holds_nothing() -> None:
    assert _applied((), FINDINGS).new == fingerprints(FINDINGS)


def test_all_fingerprints_of_a_run_differ() -> None:
    findings = fingerprints(FINDINGS * 3)
    assert len({finding.fingerprint for finding in findings}) == len(findings)


@pytest.mark.parametrize(
    "after",
    [
        _finding("tasks.add_task(send, 'a', n={'k': (1, 2)})", line=400),
        _finding('tasks.add_task(\n    send,\n    "a",\n    n={\n  "k": (\n 1,\n 2,\n),\n},\n)'),
        _finding('tasks . add_task( send,"a" , n = {"k":(1,2)} )'),
    ],
    ids=["moved", "formatted", "spaced"],
)
def test_moving_and_formatting_change_no_fingerprint(after: Finding) -> None:
    before = _finding("tasks.add_task(send, 'a', n={'k': (1, 2)})")
    applied = _applied((before,), (after,))
    assert applied.suppressed
    assert not applied.stale


@pytest.mark.parametrize(
    "after",
    [
        _finding("tasks.add_task(send, 2)"),
        _finding("tasks.add_task(other, 1)"),
        _finding("others.add_task(send, 1)"),
        _finding("tasks.add_task(send, 1)", function="g"),
        _finding("tasks.add_task(send, 1)", path="b.py"),
        replace(_finding("tasks.add_task(send, 1)"), rule="unchecked-argument"),
    ],
    ids=["argument", "target", "receiver", "function", "file", "rule"],
)
def test_another_call_is_new_and_leaves_a_stale_entry(after: Finding) -> None:
    applied = _applied((_finding("tasks.add_task(send, 1)"),), (after,))
    assert len(applied.new) == len(applied.stale) == 1
    assert not applied.suppressed


def test_one_more_like_those_that_are_held_is_new() -> None:
    call = "tasks.add_task(send, 1)"
    two = tuple(_finding(call, line=line) for line in (3, 9))
    three = tuple(_finding(call, line=line) for line in (3, 6, 9))
    assert [each.place.line for each in _applied(two, three).new] == [9]
    applied = _applied(three, two)
    assert len(applied.suppressed) == 2
    assert len(applied.stale) == 1


def test_a_finding_without_a_call_is_told_by_its_line_of_source() -> None:
    forwarder = FINDINGS[4]
    moved = replace(forwarder, place=place("app/hostile.py", 70), source=f"    {forwarder.source}")
    assert _applied((forwarder,), (moved,)).suppressed
    assert _applied((forwarder,), (replace(forwarder, source="def g(*args):"),)).new


def test_a_stale_entry_is_a_finding_in_the_baseline_file() -> None:
    baseline = _held((UNCHECKED, ARGUMENT))
    applied = apply(baseline, fingerprints((UNCHECKED,)), checkers=CHECKERS)
    (stale,) = applied.stale
    text = write(fingerprints((UNCHECKED, ARGUMENT)))
    (gone,) = fingerprints((ARGUMENT,))
    assert stale.rule == "stale-baseline"
    assert stale.place.path == PATH
    assert text.splitlines()[stale.place.line - 1] == stale.source
    assert gone.fingerprint in stale.source
    assert "app/mail.py, in signed_up" in stale.message
    assert "unchecked-argument" in stale.message
    assert stale.fingerprint


# --- checkers


def test_one_more_checker_that_reports_a_mistake_makes_no_new_finding() -> None:
    wrong = FINDINGS[0]
    now = replace(wrong, reported_by=CHECKERS, silent=())
    assert _applied((wrong,), (now,)).suppressed


@pytest.mark.parametrize("finding", [UNCHECKED, ARGUMENT])
def test_a_checker_that_used_to_check_the_call_and_does_not_is_new(finding: Finding) -> None:
    lost = replace(finding, reported_by=(*finding.reported_by, "zuban"))
    applied = _applied((finding,), (lost,))
    assert len(applied.new) == 1
    assert not applied.stale


def test_a_checker_taken_on_since_makes_nothing_new() -> None:
    before = replace(UNCHECKED, silent=())
    after = replace(UNCHECKED, reported_by=("mypy", "zuban"), silent=())
    assert _applied((before,), (after,)).suppressed


def test_a_checker_that_did_not_run_makes_nothing_stale() -> None:
    baseline = _held((UNCHECKED,))
    applied = apply(baseline, (), checkers=["pyright"])
    assert not applied.stale
    assert applied.unjudged == tuple(baseline.entries.values())
    assert apply(baseline, (), checkers=["mypy"]).stale


def test_what_was_not_searched_is_not_stale_and_is_kept() -> None:
    baseline = _held(FINDINGS)

    def judged(entry: Entry) -> bool:
        return entry.path.name == "mail.py"

    applied = apply(baseline, (), checkers=CHECKERS, judged=judged)
    assert len(applied.stale) == 3
    assert {entry.path.name for entry in applied.unjudged} == {"größe.py", "hostile.py"}
    kept = read(write((), keep=applied.unjudged), PATH)
    assert tuple(kept.entries.values()) == applied.unjudged


# --- the file


def test_the_file_does_not_depend_on_the_order_of_the_findings_or_their_lines() -> None:
    moved = tuple(replace(each, place=replace(each.place, line=70)) for each in reversed(FINDINGS))
    assert write(fingerprints(FINDINGS)) == write(fingerprints(moved))


def test_the_file_is_for_people_too() -> None:
    text = write(fingerprints((ARGUMENT, FINDINGS[3])))
    first, second = json.loads(text)["findings"]
    assert list(first) == [
        "fingerprint",
        "rule",
        "path",
        "function",
        "target",
        "message",
        "reported_by",
        "silent",
    ]
    assert (first["target"], first["function"]) == (CHARGE.target, "signed_up")
    assert '"path": "app/日本語/größe.py"' in text
    assert second["rule"] == "never-runs"
    assert text.endswith("}\n")


def test_stale_entries_are_not_written() -> None:
    stale = _applied((UNCHECKED,), ()).stale
    assert json.loads(write(stale))["findings"] == []


def test_windows_line_endings_and_a_byte_order_mark_change_nothing() -> None:
    text = write(fingerprints(FINDINGS))
    assert read("\ufeff" + text.replace("\n", "\r\n"), PATH) == read(text, PATH)


def test_a_path_that_is_no_text_comes_back_as_it_was() -> None:
    odd = replace(UNCHECKED, place=place("b\udcffd.py", 1))
    text = write(fingerprints((odd,)))
    text.encode()
    assert _applied((odd,), (odd,)).suppressed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"version": 1,\n<<<<<<< ours\n}', "merge conflict"),
        ("[]", 'no "version": 1'),
        ("{}", 'no "version": 1'),
        ('{"version": 1}', 'no "version": 1'),
        ('{"version": "1", "findings": []}', 'no "version": 1'),
        ('{"version": 2, "findings": []}', "newer typed-bg"),
        ('{"version": 1, "findings": [7]}', "this entry is invalid: 7"),
        ('{"version": 1, "findings": [{"rule": "never-runs"}]}', "this entry is invalid"),
        (
            '{"version": 1, "findings": [{"fingerprint": "a", "path": "b"}]}',
            "this entry is invalid",
        ),
    ],
)
def test_what_is_no_baseline_is_refused_with_a_remedy(content: str, said: str) -> None:
    with pytest.raises(BaselineError) as caught:
        read(content, PATH)
    assert said in str(caught.value)
    assert str(caught.value).startswith("typed-bg-baseline.json is ")
    assert "--update-baseline" in str(caught.value)


def test_fingerprints_stay_what_they_were() -> None:
    """Baselines in projects hold these: a change here makes all of them worthless."""
    assert [finding.fingerprint for finding in fingerprints(FINDINGS[:2])] == [
        "32e3d959eb8f35284e4b",
        "ba0c4b4ac858a9804f1c",
    ]
