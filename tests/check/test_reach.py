"""The benchmark of what `typed-bg fix` can fix counts lines with calls by their best verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.planted import page
from benchmarks.reach.__main__ import cell, gains, reasons_left

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_RESULT = {
    "fixes": [
        {
            "calls": [
                {"path": "a.py", "line": 1, "verdict": "arity-only"},
                {"path": "a.py", "line": 2, "verdict": "arity-only"},
                {"path": "b.py", "line": 1, "verdict": None},
            ]
        },
        {"calls": [{"path": "a.py", "line": 1, "verdict": "checked"}]},
    ],
    "left": [
        {
            "path": "b.py",
            "line": 1,
            "judgements": [{"reasons": [{"code": "splat"}, {"code": "receiver-any"}]}],
        },
        {
            "path": "a.py",
            "line": 2,
            "judgements": [{"reasons": [{"code": "untyped-parameter"}]}],
        },
        {"path": "c.py", "line": 9, "judgements": [{"reasons": []}]},
    ],
}


def test_a_line_counts_once_with_its_best_verdict() -> None:
    assert gains(_RESULT) == {("a.py", 1): "checked", ("a.py", 2): "arity-only"}
    before = {("a.py", 1), ("a.py", 2), ("b.py", 1), ("c.py", 9)}
    assert cell(before, _RESULT) == "1 + 1"
    assert cell({*before, ("d.py", 5)}, _RESULT) == "2 + 1"  # not left
    expected = "1 not explained, 1 receiver-any and splat, 1 untyped-parameter"
    assert reasons_left(_RESULT) == expected


def test_a_table_that_differs_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    text = "before\n<!-- reach: begin -->\n<!-- reach: end -->\nafter\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    table = "Measured 2026-01-01.\n\n| 1 |\n"
    assert page.compared("reach", table, [], write=False) == 1
    assert page.compared("reach", table, [], write=True) == 0
    assert page.compared("reach", table.replace("2026", "2027"), [], write=False) == 0
    assert page.compared("reach", table.replace("| 1 |", "| 2 |"), [], write=False) == 1
    assert (tmp_path / "page.md").read_text("utf-8").endswith("<!-- reach: end -->\nafter\n")
