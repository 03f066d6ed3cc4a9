"""What people see: on a terminal, in a pipe, and while they wait."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from fake_reports import (
    BROKEN,
    CLEAN,
    EMPTY,
    FILES,
    FINDINGS,
    FOLLOW,
    FULL,
    MAIL,
    RETRY,
    judgements,
    large,
    place,
)
from rich.cells import cell_len

from typed_bg._source.files import SkippedFile
from typed_bg.check.reports.excerpt import excerpt
from typed_bg.check.reports.github import github
from typed_bg.check.reports.gitlab import gitlab
from typed_bg.check.reports.junit import junit
from typed_bg.check.reports.progress import phases
from typed_bg.check.reports.sarif import sarif
from typed_bg.check.reports.text import TextStyle, style_of, text
from typed_bg.check.results.exit_code import exit_code
from typed_bg.check.results.report import Finding, Judgement, Reason, Report, SkippedCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_bg.check.results.report import Place
    from typed_bg.check.results.rules import FailOn

PRESET = Reason("config-preset", "pyrefly has no config", "write a pyrefly.toml")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def _above(source: str, where: Place, width: int = 80, ellipsis: str = "…") -> str:
    line, indent, mark = excerpt(source, where, width, ellipsis)
    upto = {cell_len(line[:length]): length for length in range(len(line) + 1)}
    return line[upto[indent] : upto[indent + mark]]


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        ("    f(a, b)", "a"),
        ("\tf(a)", "a"),
        ("a\tf(x)", "x"),
        ("\t  \tf(x)", "x"),
        ("f(\t1)", "1"),
        ('x = "日本"; f(größe)', "größe"),
        ('x = "👍"; f(a)', "a"),
        ('x = "e\u0301"; f(a)', "a"),
        ("f(a, '日本', 1)", "'日本'"),
        ('"\x1b[31m", f(a)', "a"),
        ("\x0cf(a)", "a"),
    ],
)
def test_the_mark_stands_under_the_range(source: str, marked: str) -> None:
    column = source.index(marked) + 1
    assert _above(source, place("a.py", 1, column, to=(1, column + len(marked)))) == marked


def test_a_tab_leads_to_the_next_stop() -> None:
    assert excerpt("ab\tc\td", place("a.py", 1), 80, "…").line == "ab  c   d"


def test_a_place_without_an_end_is_marked_with_one_sign() -> None:
    assert _above("  f(a)", place("a.py", 1, 3)) == "f"


def test_a_range_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert _above("  f(a,  ", place("a.py", 1, 3, to=(2, 2))) == "f(a,"


def test_a_column_behind_the_end_of_the_line_is_marked_there() -> None:
    line, indent, mark = excerpt("f()", place("a.py", 1, 99, to=(1, 120)), 80, "…")
    assert (line, indent, mark) == ("f()", 3, 1)


@pytest.mark.parametrize("width", [20, 37, 80, 240])
@pytest.mark.parametrize("ellipsis", ["…", "..."])
def test_a_long_line_is_cut_round_the_range(width: int, ellipsis: str) -> None:
    source = FILES["app/long.py"].rstrip("\n")
    column = source.index("send_mail") + 1
    where = place("a.py", 1, column, to=(1, column + 9))
    assert _above(source, where, width, ellipsis) == "send_mail"
    line, indent, mark = excerpt(source, where, width, ellipsis)
    assert abs(indent - (width - indent - mark)) <= 2, "the range stands in the middle"
    assert line.startswith(ellipsis)
    assert line.endswith(ellipsis)
    assert width - 2 <= cell_len(line) <= width


def test_a_wide_line_is_cut_between_characters() -> None:
    source = f'"{"日" * 100}", f(a), "{"本" * 100}"'
    column = source.index("f(a)") + 1
    where = place("a.py", 1, column, to=(1, column + 4))
    for width in range(20, 60):
        assert _above(source, where, width) == "f(a)"
        assert cell_len(excerpt(source, where, width, "…").line) <= width


def test_a_range_longer_than_the_room_is_marked_as_far_as_it_is_shown() -> None:
    source = "f(" + "a" * 500 + ")"
    line, indent, mark = excerpt(source, place("a.py", 1, 3, to=(1, 503)), 40, "…")
    assert cell_len(line) <= 40
    assert indent + mark <= 40
    assert line.strip("…") == "a" * mark


# --- in a pipe


def test_a_pipe_gets_neither_colours_nor_line_breaks_of_ours() -> None:
    long = replace(FINDINGS[0], message="word " * 100)
    plain = text(replace(FULL, findings=(long,)))
    assert "\x1b" not in plain
    assert f"  {'word ' * 100}".rstrip() in plain.splitlines()
    own = [line for line in plain.splitlines() if "größe" not in line]
    assert all(line.isascii() for line in own)


def test_everything_about_a_finding_is_said() -> None:
    plain = text(replace(FULL, findings=FINDINGS[:2], skipped_files=()))
    assert plain.startswith(
        """\
app/mail.py:4:35  error[wrong-argument]
    4 |     tasks.add_task(send_mail, to, subjekt="Hi")
      |                                   ^^^^^^^^^^^^
  Unexpected keyword argument `subjekt` for `send_mail`.
  because: `send_mail` is decorated with `@retry`, which is not annotated.
  fix:     Annotate `retry` with a `ParamSpec`. (app/retry.py:7:1)
  reported by pyright, basedpyright, ty; not reported by mypy, pyrefly, zuban

app/mail.py:4:5  warning[unchecked-call]
"""
    )
    assert "  not checked by mypy; checked by pyright, basedpyright, ty, pyrefly, zuban\n" in plain
    assert "mypy 2.4.1           4 calls: 2 checked, 1 arity-only, 1 unchecked  1.4 s\n" in plain
    assert plain.splitlines()[-1] == (
        "Found 1 error and 1 warning: 4 calls in 120 files; 2 findings in the baseline."
    )


def test_source_text_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    source = "[bold red]f[/] :smile: \x1b]0;title\x07 \u202e \x9b31m"
    hostile = Finding("wrong-argument", place("[red]a[/red].py", 1, 1), source, source)
    shown = text(replace(FULL, findings=(hostile,)), TextStyle(80, colour=True, unicode=True))
    assert "[red]a[/red].py:1:1" in shown
    assert "[bold red]f[/] :smile: \\x1b]0;title\\x07 \\u202e \\x9b31m" in shown
    assert not re.search("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u202e]", ESCAPE.sub("", shown))


def test_a_failed_checker_is_never_taken_for_a_clean_one() -> None:
    lines = text(BROKEN).splitlines()
    assert lines[0] == "mypy 2.4.1           failed: exit code 3"
    assert lines[1].strip() == "Traceback: KeyError [bold]'x'[/bold]"
    assert lines[-1].startswith("Could not check: mypy failed. ")


def test_a_run_without_calls_says_so() -> None:
    assert text(EMPTY).splitlines()[0] == "error: No call found."
    assert text(EMPTY).splitlines()[-1].startswith("Could not check.")
    allowed = text(replace(EMPTY, problems=()))
    assert allowed.splitlines()[-1] == "Found no call: 0 calls in 3 files."


def test_only_what_is_checked_is_called_checked() -> None:
    last = text(CLEAN).splitlines()[-1]
    assert last.startswith("Every argument ")
    assert last.endswith(" by mypy and pyright: 1 call in 7 files.")
    assert "not every argument" in text(large()).splitlines()[-1]
    held = replace(large(), suppressed=50)
    assert text(held).splitlines()[-1].startswith("Found nothing new: 500 calls")
    unasked = replace(CLEAN, runs=FULL.runs[:3])
    assert "Every argument" not in text(unasked)
    assert "basedpyright 1.40.2  0 of 1 calls  1.4 s" in text(unasked)


def test_a_long_list_of_skipped_files_is_cut() -> None:
    skipped = tuple(SkippedFile(PurePosixPath(f"{n}.py"), "unreadable") for n in range(1_234))
    lines = text(replace(CLEAN, skipped_files=skipped)).splitlines()
    assert lines[0] == "1,234 files skipped:"
    assert any(line.startswith("  and 1,214 more; ") for line in lines)
    assert len(lines) < 40


# --- on a terminal


@pytest.mark.parametrize("width", [30, 40, 80, 120])
@pytest.mark.parametrize("report", [FULL, BROKEN, EMPTY, CLEAN], ids=str)
def test_no_line_is_wider_than_the_terminal(report: Report, width: int) -> None:
    for line in text(report, TextStyle(width, colour=False, unicode=True)).splitlines():
        location = line.split("  ")[0].endswith(("35", ":5", ":20", ":1"))  # stays in one piece
        assert cell_len(line) <= width or location, line
        assert line == line.rstrip()


def test_colours_change_no_word() -> None:
    plain, coloured = (
        text(FULL, TextStyle(80, colour=colour, unicode=True)) for colour in (False, True)
    )
    assert ESCAPE.search(coloured)
    assert ESCAPE.sub("", coloured) == plain


class _Stream(io.StringIO):
    encoding = "UTF-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        ({"TERM": "xterm"}, True),
        ({}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_no_color_and_dumb_terminals_are_honoured(
    environ: Mapping[str, str], *, colour: bool
) -> None:
    style = style_of(_Stream(), environ)
    assert style.colour is colour
    assert style.width
    assert style.unicode
    assert bool(ESCAPE.search(text(FULL, style))) is colour


def test_a_pipe_has_no_look_whatever_the_environment_says() -> None:
    assert style_of(io.StringIO(), {"FORCE_COLOR": "1", "TERM": "xterm"}) == TextStyle()


# --- while it runs

_RUN = """
import sys
from typed_bg.check.reports.progress import phases
with phases(sys.stderr) as steps:
    steps.start("finding calls")
    steps.finish("finding calls", "23 calls [bold]")
    steps.start("mypy")
    steps.finish("mypy")
print("the report")
"""


def _on_terminal(environ: Mapping[str, str]) -> tuple[str, str]:
    """Run with a terminal for standard error; return what both streams got."""
    master, slave = pty.openpty()
    shown = bytearray()

    def read() -> None:
        try:
            while chunk := os.read(master, 4096):
                shown.extend(chunk)
        except OSError:
            pass  # how Linux says that the other end is closed

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _RUN],
        stdout=subprocess.PIPE,
        stderr=slave,
        env={"PATH": os.environ["PATH"], **environ},
        check=True,
    )
    os.close(slave)
    reader.join()
    os.close(master)
    return done.stdout.decode(), shown.decode()


def test_steps_are_shown_on_a_terminal_and_taken_away() -> None:
    out, shown = _on_terminal({"TERM": "xterm"})
    assert out == "the report\n"
    assert "finding calls" in shown
    assert "23 calls [bold]" in shown
    assert "mypy" in shown
    assert "\x1b[2K" in shown[shown.rindex("mypy") :]  # the lines are erased again


def test_steps_have_no_colours_under_no_color() -> None:
    _, plain = _on_terminal({"TERM": "xterm", "NO_COLOR": "1"})
    assert "mypy" in plain
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)
    _, coloured = _on_terminal({"TERM": "xterm"})
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", coloured)


def test_a_dumb_terminal_shows_no_steps() -> None:
    assert _on_terminal({"TERM": "dumb"}) == ("the report\n", "")


def test_a_pipe_shows_no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    with phases(stream) as steps:
        steps.start("mypy")
        steps.finish("mypy")
    assert stream.getvalue() == ""


# --- whose reasons they are, and what they do to the exit code


def test_a_reason_names_its_checkers_if_they_differ() -> None:
    both = judgements(
        mypy=Judgement("mypy", "unchecked", reasons=(RETRY, FOLLOW)),
        ty=Judgement("ty", "unchecked", reasons=(RETRY,)),
        pyrefly=Judgement("pyrefly", "unchecked", reasons=(PRESET,)),
    )
    finding = replace(
        FINDINGS[1],
        call=replace(MAIL, judgements=both),
        reasons=(RETRY, FOLLOW, PRESET),
        reported_by=("mypy", "ty", "pyrefly"),
    )
    report = replace(FULL, findings=(finding,))
    lines = [line.strip() for line in text(report).splitlines()]
    assert "because: mypy, ty: `send_mail` is decorated with `@retry`, which is not annotated." in (
        lines
    )
    assert "because: mypy: `follow_imports = skip` makes every import `Any`." in lines
    assert "because: pyrefly has no config" in lines  # which names it already
    assert "fix:     pyrefly: write a pyrefly.toml" in lines
    for written in (github(report), sarif(report), junit(report, "unchecked"), gitlab(report)):
        assert "mypy, ty: `send_mail` is decorated" in written
    agreed = replace(finding, reported_by=("mypy", "ty"), reasons=(RETRY,))
    assert "because: `send_mail` is decorated" in text(replace(FULL, findings=(agreed,)))


@pytest.mark.parametrize(
    ("fail_on", "counts", "marked"),
    [
        ("wrong", "1 of 3 findings: 1 wrong-argument.", 2),
        ("unchecked", "2 of 3 findings: 1 wrong-argument, 1 unchecked-call.", 1),
        (
            "arity-only",
            "3 findings: 1 wrong-argument, 1 unchecked-call, 1 unchecked-argument.",
            0,
        ),
    ],
)
def test_what_changes_the_exit_code_is_shown(fail_on: FailOn, counts: str, marked: int) -> None:
    report = replace(FULL, findings=FINDINGS[:3])
    shown = text(report, fail_on=fail_on)
    assert exit_code(report, fail_on=fail_on) == 1
    assert "exit code is 1 " in shown.splitlines()[-2]
    assert shown.splitlines()[-2].endswith(f" {counts}")
    assert shown.count("  does not change ") == marked


def test_findings_that_change_nothing_leave_the_exit_code_0() -> None:
    report = replace(FULL, findings=FINDINGS[2:3])
    assert exit_code(report, fail_on="unchecked") == 0
    assert "exit code is 0 " in text(report).splitlines()[-2]
    assert "The exit code" not in text(BROKEN)


def test_findings_that_say_the_same_are_shown_once() -> None:
    finding = next(each for each in FULL.findings if each.rule == "wrong-argument")
    others = [replace(finding, place=place("app/other.py", line)) for line in (3, 4)]
    report = replace(FULL, findings=(finding, replace(finding, message="x"), *others))
    shown = text(report)
    assert shown.count(finding.message) == 1
    assert "  also:    app/other.py:3:1, app/other.py:4:1\n" in shown


def test_calls_on_receivers_of_unknown_type_share_one_sentence() -> None:
    skipped = tuple(
        SkippedCall(place("app/jobs.py", line), "queue.add_task", "unknown-receiver", "")
        for line in (3, 4)
    )
    shown = text(replace(FULL, skipped_calls=skipped))
    assert shown.count("annotate the receiver") == 1
    assert "app/jobs.py:3:1 (`queue.add_task`), app/jobs.py:4:1 (`queue.add_task`)" in shown
