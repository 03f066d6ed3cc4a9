"""The units of columns, and sources that cannot be read as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from typed_bg.checkers import CHECKERS
from typed_bg.checkers.base import Reading
from typed_bg.checkers.columns import SourceLines, from_utf8, from_utf16, without_mark
from typed_bg.checkers.model import Output

if TYPE_CHECKING:
    from pathlib import Path

LINES = ["plain", "\tä: ü", "a\U0001f600b\U0001f600c", "\u4e2d\u6587", ""]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_offset(line: str, mark: str) -> None:
    for offset in range(len(line) + 1):
        before = line[:offset]
        utf16 = len((mark + before).encode("utf-16-le")) // 2
        assert from_utf16(mark + line, utf16) == offset
        assert from_utf8(mark + line, len(before.encode())) == offset
        assert without_mark(mark + line, len(mark) + offset) == offset


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"a\rb\r\nc\x0cd\nd", ["a", "b", "c\x0cd", "d"], id="line endings"),
        pytest.param(b"# coding: latin-1\n\xe9", ["# coding: latin-1", "é"], id="declared"),
        pytest.param(b"# coding: no-such\nx", ["# coding: no-such", "x"], id="no such encoding"),
        pytest.param(b"\xffx", ["\ufffdx"], id="not what it says"),
        pytest.param(b"\xef\xbb\xbfx", ["\ufeffx"], id="byte order mark"),
        pytest.param(b"", [""], id="empty"),
    ],
)
def test_lines(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(content)
    sources = SourceLines()
    assert [sources.line(path, number + 1) for number in range(len(expected))] == expected
    assert sources.line(path, len(expected) + 1) == ""
    assert sources.line(path, 0) == ""


def test_file_that_is_gone(tmp_path: Path) -> None:
    assert SourceLines().line(tmp_path / "gone.py", 1) == ""


@pytest.mark.parametrize(
    ("version", "reported", "column", "end"),
    [
        pytest.param("1.10.0", {"column": 5}, 4, None, id="before ends were told"),
        pytest.param("2.3.0", {"column": 5, "end_line": 1, "end_column": 8}, 4, 7, id="bytes"),
        pytest.param(
            "2.4.1", {"column": 1, "end_line": 1, "end_column": 4}, 4, None, id="miscount"
        ),
        pytest.param("2.4.1", {"column": -1}, 1, None, id="miscount below nothing"),
        pytest.param("2.3.0", {"column": -1}, 1, None, id="the file as a whole"),
    ],
)
def test_mypys_columns(
    tmp_path: Path, version: str, reported: dict[str, int], column: int, end: int | None
) -> None:
    # The figures are mypy 2.0's and 2.4's own, for this line and `bad` or its first name.
    (tmp_path / "a.py").write_text("ää;bad\n", encoding="utf-8")
    entry = {"file": "a.py", "line": 1, "message": "No", "code": "misc", "severity": "error"}
    output = Output((), 1, f"a plugin's greeting\n{json.dumps(entry | reported)}\n", "", 0.1)
    reading = Reading(tmp_path, version, SourceLines())
    [found] = CHECKERS["mypy"].parse(output, reading)
    assert (found.column, found.end_column) == (column, end)
    assert (found.end_line is None) == (end is None)
