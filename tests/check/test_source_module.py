"""Files are read as the interpreter reads them, and what cannot be read is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.unprivileged import UNPRIVILEGED, needs_unprivileged

from typed_bg._source.files import source_files
from typed_bg._source.module import Module, Unreadable, parse, read
from typed_bg.check.calls.call_sites import find_sites, may_hold_sites
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.project_scan import scan

HERE = Path("module.py")
# Codecs that are not for text, or that reject all text.
NO_TEXT = ("rot13", "hex", "undefined", "base64", "bz2", "zlib", "uu", "quopri", "mbcs")


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"x = 1\nt.add_task(f)\n", 2, 1),
        (b"x = 1\r\nt.add_task(f)\r\n", 2, 1),
        (b"x = 1\rt.add_task(f)\r", 2, 1),
        (b"x = 1\n\r\n\rt.add_task(f)", 4, 1),
        ("s = 'äöü\u2028'; t.add_task(f)".encode(), 1, 13),
        (b"\xef\xbb\xbft.add_task(f)", 1, 1),
        (b"# coding: latin-1\ns = '\xe4\xf6'; t.add_task(f)", 2, 11),
        (b"if 1:\n\tt.add_task(f)", 2, 2),
        (b"x = 1\n\x0c\nt.add_task(f)", 3, 1),
        (b"x = '" + b"a" * 100_000 + b"'; t.add_task(f)", 1, 100_009),
    ],
)
def test_positions(raw: bytes, line: int, column: int) -> None:
    parsed = parse(HERE, raw)
    assert isinstance(parsed, Module)
    (found,) = find_sites(parsed)
    assert (found.line, found.column) == (line, column)
    assert parsed.slice(found.span) == "t.add_task(f)"
    assert parsed.encode(parsed.text) == raw


@pytest.mark.parametrize(
    ("raw", "kind", "line"),
    [
        (b"x = 1\nx = = 2 # add_task", "syntax", 2),
        (b"print 'add_task'", "syntax", 1),
        (b"x = 1\n\0 = add_task", "null-bytes", 2),
        (b"x = 1\r\ry = '\xff'", "undecodable", 3),
        (b"# coding: klingon\n", "undecodable", 1),
        (b"(" * 100_000, "syntax", 1),
        (b"-" * 1_000_000 + b"1", "too-deep", None),
        *((f"# coding: {codec}\nadd_task".encode(), "undecodable", 1) for codec in NO_TEXT),
        (b"# coding: unicode_escape\nx = 1 # add_task", "undecodable", 1),
        (b"# coding: raw_unicode_escape\nx = '\\ud800' # add_task", "undecodable", 1),
    ],
)
def test_what_cannot_be_parsed_is_said(raw: bytes, kind: str, line: int | None) -> None:
    result = parse(HERE, raw)
    assert isinstance(result, Unreadable)
    assert (result.kind, result.line) == (kind, line)
    assert result.detail


def test_scan_of_a_tree(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("t.add_task(f)\nt.add_task(g)\n")
    (tmp_path / "b.py").write_text("nothing to see")
    (tmp_path / "broken.py").write_text("t.add_task(f")
    (tmp_path / "n.ipynb").write_text('{"cells": ["t.add_task(f)"]}')
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    for folder in (".hidden", "node_modules", "venv", "pkg"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "c.py").write_text("t.add_task(f)")
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    found = scan([tmp_path])
    assert [(module.path.name, len(sites)) for module, sites in found.modules] == [
        ("a.py", 2),
        ("c.py", 1),
    ]
    assert {(unread.path.name, unread.kind) for unread in found.unreadable} == {
        ("broken.py", "syntax"),
        ("n.ipynb", "notebook"),
    }
    assert found.files == 4
    assert list(source_files(tmp_path / "a.py")) == [tmp_path / "a.py"]


READ = """
import pathlib, sys
from typed_bg._source.module import read
print(read(pathlib.Path(sys.argv[1])).kind)
"""


@needs_unprivileged
def test_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.touch(mode=0o000)
    command = [*UNPRIVILEGED, sys.executable, "-c", READ, str(path)]
    assert subprocess.check_output(command, text=True) == "unreadable\n"  # noqa: S603


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    result = read(tmp_path / "a.py")
    assert isinstance(result, Unreadable)
    assert (result.kind, result.detail) == ("unreadable", "not a regular file")


def test_prefilter() -> None:
    assert may_hold_sites(b"x.add_task(f)")
    assert may_hold_sites(b"BackgroundTask(f)")
    assert not may_hold_sites(b"x.add(f)")
    assert may_hold_sites(b"pool.submit(f)", [declared("concurrent.futures.Executor.submit")])


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("x: tuple[*Ts]", (3, 11)),
        ("def f(*args: *Ts): ...", (3, 11)),
        ("try: pass\nexcept* A: pass", (3, 11)),
        ("type X[T] = list[T]", (3, 12)),
        ("class A:\n    type X = int\n    x = 1", (3, 12)),
        ("def f[T: (int, list[str])](a: T): ...\nasync def g[*Ts, **P](): ...", (3, 12)),
        ("class A[T]: ...", (3, 12)),
        ('f"{x["a"]!r:>{w}} {y:\'>10}"', (3, 12)),
        ("f'{\"\\n\"} { # comment\n x}'", (3, 12)),
        ("def f[T = list[int]](): ...", (3, 13)),
        ("try: pass\nexcept A, b.C: pass", (3, 14)),
        ("try: pass\nexcept* A, B: pass", (3, 14)),
        ("x = t'{y}', Tr'\\{z}'", (3, 14)),
        ("x = f\"{t'{y}'}\"", (3, 14)),
        ("type X = int\nx = t'{y}'", (3, 14)),
        ("x = [*y for y in z]", (3, 15)),
        ("x = {**y for y in z}", (3, 15)),
        ("lazy import a.b as c; lazy from .x import (y,\n z)", (3, 15)),
        ("try: pass\nexcept A, B: pass\nf(*y for y in z)", (3, 15)),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_for_a_newer_python_names_the_version(
    text: str, version: tuple[int, int], newline: str
) -> None:
    result = parse(HERE, text.replace("\n", newline).encode())
    if sys.version_info >= version:
        assert isinstance(result, Module)
        return
    assert isinstance(result, Unreadable)
    assert f" needs Python {version[0]}.{version[1]} or newer; " in result.detail


@pytest.mark.parametrize(
    "text",
    [
        "print 'x'",
        'f"{x"',
        'f"{x y}"',
        "x = \"abc\ny = f'd{x}'\n",
        "try: pass\nexcept A, B as e: pass",
        "lazy import",
        "type X = ",
        "f(g, *y for y in z)",
        "def f[T](",
        "t'{x",
        "x = t'{'" + "(" * 300,
    ],
)
def test_a_file_that_no_python_can_parse_names_none(text: str) -> None:
    result = parse(HERE, text.encode())
    assert isinstance(result, Unreadable)
    assert "needs Python" not in result.detail
