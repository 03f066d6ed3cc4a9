"""Every checker's output comes to the same places and shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_files import FILES

from typed_bg.checkers import Checker, Diagnostic, Run, revealed_type


def errors(run: Run, name: str, line: int) -> list[Diagnostic]:
    """Return the errors at one line."""
    return [
        entry
        for entry in run.diagnostics
        if entry.path.name == name and entry.line == line and entry.severity == "error"
    ]


def spans(run: Run, name: str, line: int) -> set[tuple[int, int | None]]:
    """Return where the errors at one line start and end."""
    return {(entry.column, entry.end_column) for entry in errors(run, name, line)}


@pytest.mark.parametrize(
    ("name", "line", "argument"),
    [
        pytest.param("wide.py", 4, '"four"', id="after characters of two and four bytes"),
        pytest.param("wide.py", 5, '"five"', id="after tabs"),
        pytest.param("crlf.py", 1, '"one"', id="after an accent, before a carriage return"),
        pytest.param("crlf.py", 3, "3", id="after carriage returns"),
        pytest.param("mark.py", 1, '"one"', id="after a byte order mark"),
        pytest.param("mark.py", 2, '"two"', id="after a form feed"),
    ],
)
def test_columns_are_code_points(reading: Run, name: str, line: int, argument: str) -> None:
    text = FILES[name].removeprefix("\ufeff").split("\n")[line - 1]
    column = text.index(argument) + 1
    assert spans(reading, name, line) & {(column, column + len(argument)), (column, None)}


def test_only_mypy_leaves_an_end_out(reading: Run) -> None:
    left_out = {entry.line for entry in reading.diagnostics if entry.end_column is None}
    assert left_out == (set() if reading.checker != "mypy" else {1, 4, 5})


def test_ends_are_left_out_together(reading: Run) -> None:
    for entry in reading.diagnostics:
        assert (entry.end_line is None) == (entry.end_column is None)


def test_wrong_argument_of_a_call_over_several_lines(reading: Run) -> None:
    [entry] = errors(reading, "wide.py", 10)
    # Some point at the whole keyword argument.
    assert (entry.column, entry.end_column) in {(11, 16), (9, 16)}
    assert not errors(reading, "wide.py", 7)


def test_paths_are_whole(reading: Run, folder: Path) -> None:
    assert {entry.path for entry in reading.diagnostics} == {
        folder / "wide.py",
        folder / "crlf.py",
        folder / "mark.py",
    }


RULES = {
    "mypy": ("arg-type", "call-arg"),
    "pyright": ("reportArgumentType", "reportCallIssue"),
    "basedpyright": ("reportArgumentType", "reportCallIssue"),
    "ty": ("invalid-argument-type", "unknown-argument"),
    "pyrefly": ("bad-argument-type", "unexpected-keyword"),
    "zuban": ("arg-type", "call-arg"),
}


def test_rules(reading: Run) -> None:
    wrong_type, unknown_keyword = RULES[reading.checker]
    assert {entry.rule for entry in errors(reading, "wide.py", 4)} == {wrong_type}
    assert unknown_keyword in {entry.rule for entry in errors(reading, "wide.py", 13)}


def test_message_is_without_its_rule(reading: Run) -> None:
    for entry in reading.diagnostics:
        assert entry.message.strip() == entry.message != ""
        assert not entry.message.endswith(f"[{entry.rule}]")


def test_revealed_type(reading: Run) -> None:
    revealed = {entry.line: text for entry in reading.diagnostics if (text := revealed_type(entry))}
    assert list(revealed) == [12]
    assert (
        revealed[12]
        .replace("builtins.", "")
        .endswith(("(to: str, n: int) -> None", "(to: str, n: int)"))
    )


def test_answer_to_reveal_type_is_a_note(reading: Run) -> None:
    severities = {entry.severity for entry in reading.diagnostics if revealed_type(entry)}
    assert severities == {"note"}


def test_warnings_are_not_errors(reading: Run) -> None:
    warned = {entry.rule for entry in reading.diagnostics if entry.severity == "warning"}
    expected = {"basedpyright": {"reportUnusedParameter"}, "ty": {"undefined-reveal"}}
    assert warned >= expected.get(reading.checker, set())


def test_diagnostics_are_in_the_order_of_the_files(reading: Run) -> None:
    places = [(entry.path, entry.line, entry.column) for entry in reading.diagnostics]
    assert places == sorted(places)


def test_run_says_what_ran(reading: Run, checker: Checker) -> None:
    assert reading.checker == checker.name
    assert Path(reading.command[0]).stem == checker.name
    assert reading.version[0].isdigit()
    assert reading.returncode == 1
    assert reading.seconds > 0
