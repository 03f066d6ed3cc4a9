"""A checker whose config blinds it fails the controls."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from checked_files import PYTHON

from typed_bg.checkers import CHECKERS, CheckerError, run
from typed_bg.checkers.self_test import judge_controls, prove, write_controls

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.checkers import Checker

MYPY = CHECKERS["mypy"]


def judge(folder: Path, config: str) -> None:
    """Let mypy judge the controls with the project's own config."""
    (folder / "mypy.ini").write_text(config, encoding="utf-8")
    controls = write_controls(folder)
    judge_controls(MYPY, run(MYPY, folder, python=PYTHON), controls)


def test_config_that_checks(tmp_path: Path) -> None:
    judge(tmp_path, "[mypy]\nstrict = True\n")


@pytest.mark.full
@pytest.mark.parametrize("option", ["follow_imports = skip", "ignore_errors = True"])
def test_config_that_blinds(tmp_path: Path, option: str) -> None:
    with pytest.raises(CheckerError, match="with an unknown keyword") as raised:
        judge(tmp_path, f"[mypy]\n{option}\n")
    assert raised.value.kind == "control"
    assert raised.value.command


@pytest.mark.full
def test_checker_that_objects_to_a_right_call(tmp_path: Path) -> None:
    controls = write_controls(tmp_path)
    controls.good.write_bytes(controls.bad.read_bytes())
    result = run(MYPY, tmp_path, python=PYTHON)
    with pytest.raises(CheckerError, match=r"(?s)rejects a correct call: .* \[call-arg\]"):
        judge_controls(MYPY, result, controls)


@pytest.mark.full
def test_controls_pass_where_an_ignore_file_hides_everything(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such is the folder that nox and tox give out for temporary files."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*\n", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert any(
        diagnostic.severity == "error" for diagnostic in prove(checker, python=PYTHON).diagnostics
    )
