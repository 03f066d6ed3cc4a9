"""A short form of `python -m benchmarks.scale`; the long one is run by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import scale

if TYPE_CHECKING:
    from pathlib import Path


def test_all_calls_of_a_generated_project_are_found(tmp_path: Path) -> None:
    root = (tmp_path / "tree").resolve()
    scale.generate(root, files=40, calls=20)
    assert len(list(root.rglob("module_*.py"))) == 40
    seconds, checker, *_ = map(float, scale.check(root, "ty", 20))
    assert 0 < checker < seconds


def test_a_call_that_is_not_found_is_an_error(tmp_path: Path) -> None:
    root = (tmp_path / "tree").resolve()
    scale.generate(root, files=4, calls=20)
    with pytest.raises(RuntimeError, match="20 calls were found, 21 are there"):
        scale.check(root, "ty", 21)
