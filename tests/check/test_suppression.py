"""Which comments explain that a checker is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from typed_bg._source.ignore_comments import IgnoreComment, ignore_comments
from typed_bg._source.module import Module, parse
from typed_bg.check.verdicts.suppression import explains
from typed_bg.checkers import CHECKERS


def _comment(text: str) -> IgnoreComment:
    module = parse(Path("m.py"), text.encode())
    assert isinstance(module, Module)
    (comment,) = ignore_comments(module, range(1, 10))
    return comment


@pytest.mark.parametrize(
    ("text", "unchecked", "arity_only"),
    [
        ("f()  # type: ignore", "mypy pyright ty pyrefly zuban", "mypy pyright ty pyrefly zuban"),
        ("f()  # type: ignore[call-arg]", "mypy pyright pyrefly zuban", "pyright pyrefly"),
        ("f()  # type: ignore[arg-type]", "pyright pyrefly", "mypy pyright pyrefly zuban"),
        ("f()  # type: ignore[ty:unknown-argument]", "pyright ty pyrefly", "pyright pyrefly"),
        ("f()  # pyright: ignore", "pyright basedpyright", "pyright basedpyright"),
        ("f()  # pyright: ignore[reportCallIssue]", "pyright basedpyright", ""),
        ("f()  # pyright: ignore[reportArgumentType]", "", "pyright basedpyright"),
        ("f()  # ty: ignore[invalid-argument-type]", "", "ty"),
        ("f()  # pyrefly: ignore", "pyrefly", "pyrefly"),
        ("f()  # mypy: ignore", "", ""),
        ("f()\n# type: ignore\ng()", "pyrefly", "pyrefly"),
        ("f()\n# ty: ignore\ng()", "ty", "ty"),
        ("f()\n# pyright: ignore\ng()", "", ""),
        ("# mypy: ignore-errors\nf()", "mypy zuban", "mypy zuban"),
        ('# mypy: disable-error-code="call-arg"\nf()', "mypy zuban", "mypy zuban"),
        ("# mypy: strict-optional\nf()", "", ""),
        ("# pyright: strict\nf()", "", ""),
        (
            "# pyright: reportCallIssue=false\nf()",
            "pyright basedpyright",
            "pyright basedpyright",
        ),
    ],
)
def test_who_is_silenced_about_what(text: str, unchecked: str, arity_only: str) -> None:
    """A comment is a reason only for those who obey it, and for what its rules are about."""
    comment = _comment(text)
    assert [name for name in CHECKERS if explains(comment, name, "unchecked")] == unchecked.split()
    assert [
        name for name in CHECKERS if explains(comment, name, "arity-only")
    ] == arity_only.split()
