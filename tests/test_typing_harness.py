"""The harness of the typing tests: it fails whenever it has to, and says why."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import venv
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.typing_suite import HEAD, RUN, add, recorded_suite, write

from typed_bg.checkers import CheckerError, Diagnostic, Severity
from typed_bg.checkers.base import Reading
from typed_bg.checkers.columns import SourceLines
from typed_bg.checkers.model import Output
from typing_tests.__main__ import main
from typing_tests._bump import add_changes, changes
from typing_tests._checkers import ALL, Pycroscope, require_python
from typing_tests._history import Release, current, read_history, since, write_history
from typing_tests._judging import Finding, Miss, judge
from typing_tests._reports import rewritten
from typing_tests._results import (
    Record,
    as_entries,
    differences,
    read_record,
    write_record,
)
from typing_tests._rules import Rules, read_rules
from typing_tests._snippets import (
    KINDS,
    Expectation,
    Kind,
    Snippet,
    SnippetError,
    read_snippets,
)
from typing_tests._upstream import Gap, link, problems, read_gaps
from typing_tests._verdicts import verdict

TYPING_TESTS = Path(__file__).parents[1] / "typing_tests"

# Reading the snippets


def expectations(tmp_path: Path, comments: str) -> tuple[Expectation, ...]:
    """Read the expectations of a snippet whose first lines after the docstring are given."""
    text = '"""A title.\n\nSubject: a group\n"""\n' + textwrap.dedent(comments)
    write(tmp_path, "bad", "snippet", text)
    [snippet] = read_snippets(tmp_path, {"argument-type", "call"})
    return snippet.expectations


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ("f(1)  # E: call\n", Expectation((5,), "call")),
        ("f(1)  # E: call and some prose\n", Expectation((5,), "call")),
        ("f(1)  # noqa: X  # E: argument-type\n", Expectation((5,), "argument-type")),
        ("f(  # E[a]: call\n1)  # E[a]: call\n", Expectation((5, 6), "call")),
        ("f(  # E[a+]: call\n1)  # E[a+]: call\n", Expectation((5, 6), "call", several=True)),
        ("type X[T = int] = T\nf()  # E: call\n", Expectation((6,), "call")),
    ],
)
def test_comments(tmp_path: Path, comments: str, expected: Expectation) -> None:
    assert expectations(tmp_path, comments) == (expected,)


def test_comment_that_may_be_an_error(tmp_path: Path) -> None:
    found = expectations(tmp_path, "f()  # E?: call\ng()  # E: call\n")
    assert found == (Expectation((5,), "call", optional=True), Expectation((6,), "call"))


def test_only_comments_count(tmp_path: Path) -> None:
    found = expectations(tmp_path, 'x = "# E: call"  # Each\nf()  # E: call\n')
    assert [entry.lines for entry in found] == [(6,)]


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("bad", HEAD, "a bad snippet needs a line with `# E`"),
        ("bad", f"{HEAD}send()  # E?: call\n", "a bad snippet needs a line with `# E`"),
        ("good", f"{HEAD}send()  # E: call\n", "a good snippet cannot have a line with `# E`"),
        (
            "bad",
            f"{HEAD}send()  # E: cal\n",
            "line 13: cal is not a reason",
        ),
        ("bad", f"{HEAD}send()  # E\n", "line 13: write `# E: reason-word`, not `# E`"),
        ("bad", f"{HEAD}send()  # E: Call\n", "line 13: write `# E: reason-word`"),
        ("bad", f"{HEAD}send()  # E[a: call\n", "line 13: write `# E: reason-word`"),
        ("bad", f"{HEAD}send()  # E[a]: call\n", "the tag a must be on several lines"),
        ("bad", "x = 1  # E: call\n", "it needs a docstring"),
        ("bad", '"""A title."""\nx = 1  # E: call\n', "a line `Subject: <group>`"),
        ("bad", f"{HEAD}send(\n", "bad/snippet.py: "),
    ],
)
def test_snippets_that_are_none(tmp_path: Path, kind: Kind, text: str, problem: str) -> None:
    write(tmp_path, kind, "snippet", text)
    with pytest.raises(SnippetError) as raised:
        read_snippets(tmp_path, {"argument-type", "call"})
    assert problem in str(raised.value)


@pytest.mark.parametrize("name", ["Snippet", "snippet_", "two-words", "enum"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    write(tmp_path, "good", name, HEAD)
    with pytest.raises(SnippetError, match=rf"good/{name}\.py: its name"):
        read_snippets(tmp_path, ())


def test_all_problems_are_named(tmp_path: Path) -> None:
    write(tmp_path, "good", "twice", HEAD)
    write(tmp_path, "bad", "twice", HEAD)
    with pytest.raises(SnippetError) as raised:
        read_snippets(tmp_path, ())
    assert str(raised.value).splitlines() == [
        "bad/twice.py: a bad snippet needs a line with `# E`",
        "good/twice.py: bad/ also has a snippet with this name",
    ]


def test_no_snippets(tmp_path: Path) -> None:
    with pytest.raises(SnippetError, match="no snippets"):
        read_snippets(tmp_path, ())


def test_the_real_snippets_are_in_order() -> None:
    rules = read_rules(TYPING_TESTS / "rules.toml")
    snippets = read_snippets(TYPING_TESTS, rules.reasons)
    used = {entry.reason for snippet in snippets for entry in snippet.expectations}
    assert used == rules.reasons.keys(), "a reason that no snippet has"


def test_rules_are_listed_by_checkers_that_exist() -> None:
    rules = read_rules(TYPING_TESTS / "rules.toml")
    checkers = {checker for by_checker in rules.reasons.values() for checker in by_checker}
    assert checkers | rules.ignored.keys() <= ALL.keys()


# Judging

RULES = Rules(
    reasons={"call": {"mypy": frozenset({"call-arg"}), "pyright": frozenset({"reportCallIssue"})}},
    ignored={"mypy": {"style": "no matter"}},
)


def error(line: int, rule: str | None = "call-arg", severity: Severity = "error") -> Diagnostic:
    """Make a diagnostic."""
    return Diagnostic(Path("x.py"), line, 1, line, 2, "mypy", severity, rule, "No")


def bad(*entries: Expectation) -> Snippet:
    """Make a bad snippet."""
    return Snippet("x", "bad", "A title.", "a group", entries)


ONE = bad(Expectation((5,), "call"))
TAG = bad(Expectation((5, 7), "call"))
SEVERAL = bad(Expectation((5, 7), "call", several=True))
OPTIONAL = bad(Expectation((5,), "call", optional=True))


@pytest.mark.parametrize(
    ("snippet", "said", "expected"),
    [
        pytest.param(ONE, [error(5)], {"seen": [5]}, id="seen"),
        pytest.param(ONE, [], {"missed": [5]}, id="missed"),
        pytest.param(ONE, [error(5, "misc")], {"wrong_rule": [5]}, id="wrong rule"),
        pytest.param(ONE, [error(5, None)], {"wrong_rule": [5]}, id="no rule"),
        pytest.param(ONE, [error(5, "misc"), error(5)], {"seen": [5, 5]}, id="right among others"),
        pytest.param(ONE, [error(6)], {"missed": [5], "unexpected": [6]}, id="next line"),
        pytest.param(ONE, [error(5, severity="warning")], {"missed": [5]}, id="warning"),
        pytest.param(ONE, [error(5, severity="note")], {"missed": [5]}, id="note"),
        pytest.param(ONE, [error(5), error(6, "style")], {"seen": [5]}, id="ignored rule"),
        pytest.param(TAG, [error(7)], {"seen": [7]}, id="one of a tag"),
        pytest.param(TAG, [error(5), error(7)], {"seen": [5], "unexpected": [7]}, id="both of it"),
        pytest.param(TAG, [], {"missed": [5]}, id="none of a tag"),
        pytest.param(SEVERAL, [error(5), error(7)], {"seen": [5, 7]}, id="both of tag+"),
        pytest.param(SEVERAL, [], {"missed": [5]}, id="none of tag+"),
        pytest.param(OPTIONAL, [], {}, id="optional and absent"),
        pytest.param(OPTIONAL, [error(5)], {"allowed": [5]}, id="optional"),
        pytest.param(OPTIONAL, [error(5, "misc")], {"wrong_rule": [5]}, id="optional, wrong rule"),
        pytest.param(bad(), [error(1)], {"unexpected": [1]}, id="nothing expected"),
    ],
)
def test_judging(snippet: Snippet, said: list[Diagnostic], expected: dict[str, list[int]]) -> None:
    entries = as_entries({"x": judge(snippet, "mypy", said, RULES)}).get("x", {})
    lines = {part: [entry["line"] for entry in found] for part, found in entries.items()}
    assert lines == expected


def test_basedpyright_has_pyrights_rules() -> None:
    assert RULES.accepted("basedpyright", "call") == {"reportCallIssue"}
    assert RULES.accepted("ty", "call") == frozenset()


# Records


def record(version: str = "1.0", *said: Diagnostic) -> Record:
    """Make mypy's record of one snippet."""
    return Record(version, "", {"default": as_entries({"x": judge(ONE, "mypy", said, RULES)})})


def test_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "results" / "mypy.toml"
    result = judge(ONE, "mypy", [error(6)], RULES)
    result.seen.append(Finding(5, "r", 'a "quoted"\n\tback\\slash \u00e9 \U0001f600 \x7f'))
    result.missed.append(Miss(9, "call"))
    written = Record("1.0", "2026-11-24", {"default": as_entries({"x": result}), "strict": {}})
    write_record(path, "mypy", written)
    content = path.read_bytes()
    found = read_record(path)
    assert found is not None
    assert found.profiles["default"] == written.profiles["default"]
    assert differences(found, written) == []
    write_record(path, "mypy", found)
    assert path.read_bytes() == content
    assert b"\r" not in content


def test_no_record(tmp_path: Path) -> None:
    assert read_record(tmp_path / "mypy.toml") is None
    assert differences(None, record()) == ["nothing is recorded yet"]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(
            record("1.0"),
            record("1.0", error(5)),
            ["default: x", "  - missed, line 5: call", "  + seen, line 5: [call-arg] No"],
            id="better",
        ),
        pytest.param(
            record("1.0", error(5)),
            record("1.0"),
            ["default: x", "  - seen, line 5: [call-arg] No", "  + missed, line 5: call"],
            id="worse",
        ),
        pytest.param(
            record("1.0", error(5)),
            record("1.0", error(5), error(5)),
            ["default: x", "  + seen, line 5: [call-arg] No"],
            id="twice",
        ),
        pytest.param(
            record("1.0"), record("1.1"), ["version 1.1, but the record is for 1.0"], id="version"
        ),
        pytest.param(record("1.0"), record("1.0"), [], id="the same"),
        pytest.param(
            record("1.0"),
            Record("1.0", "", {"default": {}}),
            ["default: x", "  - missed, line 5: call"],
            id="snippet gone",
        ),
    ],
)
def test_differences(before: Record, now: Record, expected: list[str]) -> None:
    assert differences(before, now) == expected


# The whole suite, with the two fastest checkers


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A small suite whose results are recorded."""
    return recorded_suite(tmp_path / "typing_tests")


def test_suite_passes_when_nothing_changed(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(RUN, suite) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    # seen, missed, wrong rule, elsewhere; accepted, rejected
    assert rows[-2][:-1] == ["ty", "default", "1", "1", "0", "0", "1", "0"]
    assert rows[-1][:-1] == ["zuban", "default", "1", "1", "0", "0", "1", "0"]


@pytest.mark.parametrize(
    ("snippet", "call", "said"),
    [
        pytest.param("bad/missing", 'send, "a")  # E: missing-argument', "+ missed", id="worse"),
        pytest.param("bad/generator", "send)  # E: missing-argument", "- missed", id="better"),
        pytest.param("bad/missing", "send)  # E: attribute", "+ wrong rule", id="wrong rule"),
        pytest.param("good/right", "send, 1)", "+ unexpected", id="good snippet rejected"),
        pytest.param(
            "bad/missing", "\nsend)  # E: missing-argument", "+ unexpected", id="elsewhere"
        ),
        pytest.param("bad/new", "send)  # E: missing-argument", "+ seen", id="new snippet"),
    ],
)
def test_suite_fails_on_change(
    suite: Path, capsys: pytest.CaptureFixture[str], snippet: str, call: str, said: str
) -> None:
    kind, name = snippet.split("/")
    add(suite, "good" if kind == "good" else "bad", name, call)
    capsys.readouterr()
    assert main(RUN, suite) == 1
    out = capsys.readouterr().out
    assert f"default: {name}\n" in out
    assert said in out
    assert main([*RUN, "--accept"], suite) == 0
    assert main(RUN, suite) == 0


def test_suite_fails_on_another_version(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite / "results" / "ty.toml"
    found = read_record(path)
    assert found is not None
    found.version = "0.0.1"
    write_record(path, "ty", found)
    assert main(RUN, suite) == 1
    assert "but the record is for 0.0.1" in capsys.readouterr().out
    # The results of one profile say nothing about the other one with the new version.
    assert main([*RUN, "--accept"], suite) == 1


def test_accepting_one_profile_keeps_the_other(suite: Path) -> None:
    strict = ["--checker", "ty", "--profile", "strict", "--accept"]
    assert main(strict, suite) == 0
    found = read_record(suite / "results" / "ty.toml")
    assert found is not None
    assert found.profiles["default"] == found.profiles["strict"]
    assert set(found.profiles["default"]) == {"generator", "missing"}


def test_suite_cannot_tell_without_its_packages(
    suite: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path_factory.mktemp("bare")
    venv.create(bare)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = bare / folder / Path(sys.executable).name
    before = (suite / "results" / "ty.toml").read_bytes()
    assert main([*RUN, "--accept", "--python", str(python)], suite) == 2
    captured = capsys.readouterr()
    assert "ty: cannot resolve an import" in captured.err
    assert "zuban: cannot resolve an import" in captured.err
    assert (suite / "results" / "ty.toml").read_bytes() == before


def test_suite_cannot_tell_with_a_snippet_that_is_none(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(suite, "bad", "unmarked", "send)")
    assert main(RUN, suite) == 2
    assert "bad/unmarked.py: a bad snippet needs" in capsys.readouterr().err


# The reasons for wrong results


def gap(*snippets: str, checkers: tuple[str, ...] = ("ty",)) -> Gap:
    """Return an entry of upstream.toml."""
    return Gap(snippets, checkers, ("ty#1",), "", "")


def test_every_wrong_result_needs_one_reason() -> None:
    miss = {"missed": [{"line": 1, "reason": "argument-type"}]}
    seen = {"seen": [{"line": 1, "rule": "r", "message": "m"}]}
    records = {
        "ty": Record("1", "", {"default": {"a": miss, "b": seen}, "strict": {"c": miss}}),
        "mypy": Record("1", "", {"default": {"a": seen}}),
    }
    assert list(problems([gap("a"), gap("c")], records)) == []
    assert list(problems([gap("a")], records)) == [
        "c, ty: its result is wrong, and upstream.toml does not say why"
    ]
    assert list(problems([gap("a", "c", "b")], records)) == [
        "b, ty: its result is right now; remove it from upstream.toml"
    ]
    assert list(problems([gap("a", "c"), gap("c")], records)) == [
        "c, ty: upstream.toml has two entries for it"
    ]
    assert list(problems([gap("a", "c"), gap("a", checkers=("mypy",))], records)) == [
        "a, mypy: its result is right now; remove it from upstream.toml"
    ]


@pytest.mark.parametrize(
    ("upstream", "error"),
    [
        ("", "`upstream` is a list of issues"),
        ('upstream = "ty#1"', "`upstream` is a list of issues"),
        ('upstream = "none: "', "`upstream` is a list of issues"),
        ('upstream = ["unknown#1"]', "no repository is known for unknown"),
    ],
)
def test_an_entry_needs_issues_or_a_reason(upstream: str, error: str, tmp_path: Path) -> None:
    path = tmp_path / "upstream.toml"
    path.write_text(f'[[gap]]\nsnippets = ["a"]\n{upstream}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=error):
        read_gaps(path, ["ty"])


def test_the_committed_entries_are_about_snippets_reports_and_known_projects() -> None:
    gaps = read_gaps(TYPING_TESTS / "upstream.toml", list(ALL))
    records = {name: read_record(TYPING_TESTS / "results" / f"{name}.toml") for name in ALL}
    assert list(problems(gaps, {name: each for name, each in records.items() if each})) == []
    reports = TYPING_TESTS.parent / "docs" / "upstream"
    named = {each.report for each in gaps if each.report}
    assert named == {path.stem for path in reports.glob("*-*.md")}
    assert all(
        link(issue).startswith("https://github.com/") for each in gaps for issue in each.issues
    )


def test_a_crash_is_neither_caught_nor_missed() -> None:
    crash = {"line": 1, "rule": "internal_error", "message": "Internal error: ValueError"}
    caught = {"line": 5, "rule": "call", "message": "No"}
    missed = {"line": 6, "reason": "call"}
    for kind in KINDS:
        assert verdict(kind, {"seen": [caught], "unexpected": [crash]}) == "crash"
        assert verdict(kind, {"missed": [missed], "wrong_rule": [crash]}) == "crash"
        assert verdict(kind, {"allowed": [crash]}) == "crash"
        assert verdict(kind, {"seen": [caught]}) != "crash"


@pytest.mark.parametrize("checker", ALL)
def test_every_crash_has_a_report_that_shows_one_or_an_issue(checker: str) -> None:
    record = read_record(TYPING_TESTS / "results" / f"{checker}.toml")
    assert record is not None
    kinds = {
        each.name: each.kind
        for each in read_snippets(TYPING_TESTS, read_rules(TYPING_TESTS / "rules.toml").reasons)
    }
    crashed = {
        name
        for snippets in record.profiles.values()
        for name, entries in snippets.items()
        if verdict(kinds[name], entries) == "crash"
    }
    assert bool(crashed) is (checker == "pycroscope")
    gaps = read_gaps(TYPING_TESTS / "upstream.toml", list(ALL))
    for name in crashed:
        [gap] = [each for each in gaps if name in each.snippets and checker in each.checkers]
        if not gap.issues:
            report = TYPING_TESTS.parent / "docs" / "upstream" / f"{gap.report}.md"
            assert "Internal error" in report.read_text(encoding="utf-8"), name


def test_a_report_shows_the_output_and_whether_it_is_still_true(tmp_path: Path) -> None:
    code = (
        "def f(to: str) -> None: ...\n\n\nf(1)  # rejected\nf(2)  # error expected\n"
        "f('')  # no error expected\nf('')  # rejected\n"
    )
    path = tmp_path / "ty-example.md"
    path.write_text(f"# ty: a title\n\n```python\n{code}```\n\n<!-- output -->\nold\n")
    ((found, text, mended),) = rewritten(tmp_path, Path(sys.executable), ["ty"])
    assert found == path
    assert mended == [
        "line 5 is reported now",
        "line 6 is accepted now",
        "line 7 is accepted now",
    ]
    assert "old" not in text
    assert "example.py:4: error: " in text
    assert "[invalid-argument-type]" in text


# pycroscope


def test_an_error_about_something_else_is_not_the_expected_one() -> None:
    other = Rules(RULES.reasons, {}, {"mypy": ["No"]})
    entries = as_entries({"x": judge(ONE, "mypy", [error(5)], other)})["x"]
    assert [each["line"] for each in entries["wrong_rule"]] == [5]
    assert "seen" not in entries


def test_pycroscope_needs_the_python_of_the_snippets() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    require_python(Pycroscope(), Path(sys.executable), version)
    require_python(ALL["mypy"], Path(sys.executable), "3.0")  # the others read any version
    with pytest.raises(CheckerError, match="so it needs Python 3") as raised:
        require_python(Pycroscope(), Path(sys.executable), "3.0")
    assert raised.value.kind == "environment"


def test_pycroscopes_report_is_read(tmp_path: Path) -> None:
    said = {
        "absolute_filename": str(tmp_path / "x.py"),
        "filename": "x.py",
        "lineno": 4,
        "col_offset": 0,
    }
    call = {
        "code": "incompatible_call",
        "concise_message": "x.py:4:0: No [incompatible_call]\n    <f at 0x7f01>: 'a'\n",
    }
    crash = {
        "code": "internal_error",
        "concise_message": (
            'x.py:4:0: Traceback (most recent call last):\n  File "/a/b.py", line 2, in f\n'
            "ValueError: no\n\nInternal error: ValueError('/a/b') [internal_error]\n"
        ),
    }
    output = Output((), 1, json.dumps([said | call, said | crash]), "", 0.0)
    found = list(Pycroscope().parse(output, Reading(tmp_path, "1.0", SourceLines())))
    assert [(each.line, each.column, each.rule, each.message) for each in found] == [
        (4, 1, "incompatible_call", "No\n<f>: 'a'"),
        (4, 1, "internal_error", "Internal error: ValueError"),
    ]
    assert (
        list(Pycroscope().parse(Output((), 0, "", "", 0.0), Reading(tmp_path, "1", SourceLines())))
        == []
    )


# Older and newer releases

GOOD = Snippet("fine", "good", "A title.", "a group", ())
WRONG = Snippet("x", "bad", "A title.", "a group", (Expectation((5,), "call"),))


def release(version: str, date: str, verdict: str) -> Release:
    """Return a release of a suite with two snippets."""
    return Release(version, date, "", {"fine": "accepted", "x": verdict})


OLD = release("1.0", "2025-11-24", "missed")
FAILED = Release("1.1", "2026-02-24", "it crashed")
NEW = release("1.2", "2026-05-24", "caught")
NEWER = release("1.3", "2026-08-24", "caught")


def test_history_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "history" / "ty.toml"
    write_history(path, "ty", [NEW, FAILED, OLD])
    assert read_history(path, [GOOD, WRONG]) == [OLD, FAILED, NEW]
    added = Snippet("added_later", "bad", "A title.", "a group", ())
    assert read_history(path, [GOOD, WRONG, added])[0] == OLD
    assert read_history(tmp_path / "none.toml", [GOOD]) == []


def test_since_which_release_a_result_is_as_it_is() -> None:
    assert since([OLD, FAILED, NEW, NEWER], "x") == "1.2"
    assert since([NEW, NEWER], "x") == ""
    assert since([OLD, NEW, OLD], "x") == "1.0"
    assert since([OLD, NEW], "fine") == ""
    assert since([OLD, NEW], "unknown") == ""


def test_the_share_is_about_wrong_calls_that_were_run() -> None:
    assert OLD.share([GOOD, WRONG]) == 0
    assert NEW.share([GOOD, WRONG]) == 1
    assert FAILED.share([GOOD, WRONG]) is None


def test_a_renamed_rule_is_no_change() -> None:
    miss = {"x": {"wrong_rule": [{"line": 5, "rule": "renamed", "message": "No"}]}}
    found = current("mypy", Record("1", "2026-11-24", {"default": miss}), [WRONG], RULES)
    assert found.verdicts == {"x": "caught"}
    crash = Rules({}, {}, {"mypy": ["No"]})
    found = current("mypy", Record("1", "2026-11-24", {"default": miss}), [WRONG], crash)
    assert found.verdicts == {"x": "other reason"}


def test_changes_go_to_the_top_of_their_page(tmp_path: Path) -> None:
    page = tmp_path / "changes.md"
    page.write_text("# Title\n\n<!-- changes -->\n\n## Old\n", encoding="utf-8")
    add_changes(page, [changes("ty", OLD, NEW), changes("ty", NEW, NEWER)])
    text = page.read_text(encoding="utf-8")
    assert "## ty 1.2 (2026-05-24)\n\nBefore it: 1.0.\n\n- `x`: missed → **caught**\n" in text
    assert "No verdict changed in 2 snippets." in text
    assert text.index("## ty 1.2") < text.index("## Old")
    page.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no line"):
        add_changes(page, [])


@pytest.mark.parametrize("checker", ALL)
def test_every_checker_has_a_history(checker: str) -> None:
    snippets = read_snippets(TYPING_TESTS, read_rules(TYPING_TESTS / "rules.toml").reasons)
    releases = read_history(TYPING_TESTS / "history" / f"{checker}.toml", snippets)
    assert any(each.verdicts for each in releases)
    assert all(bool(each.failed) != bool(each.verdicts) for each in releases)


@pytest.mark.full  # it installs packages
@pytest.mark.skipif(not shutil.which("uv"), reason="needs uv")
def test_an_older_release_is_installed_and_run(suite: Path) -> None:
    assert main(["--history", "--checker", "ty", "--day", "2026-08-24"], suite) == 0
    rules = read_rules(suite / "rules.toml")
    [found] = read_history(suite / "history" / "ty.toml", read_snippets(suite, rules.reasons))
    assert found.version == "0.0.74"
    assert found.verdicts == {"generator": "missed", "missing": "caught", "right": "accepted"}
