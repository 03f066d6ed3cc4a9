"""Settings that keep a checker from checking: said with their line, and gone with the fix."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from corpus_outcomes import CORPUS, conclusion, report_on

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from typed_bg.check.results.report import Judgement

_PROJECTS: Mapping[str, Any] = tomllib.loads((CORPUS / "settings.toml").read_text("utf-8"))
_APP = """\
from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
"""


def _write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in {"app/__init__.py": "", "app/main.py": _APP, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _judgements(root: Path, checkers: list[str]) -> tuple[Judgement, ...]:
    report = report_on(root, checkers)
    (site,) = report.calls
    return site.judgements


@pytest.mark.parametrize("name", _PROJECTS)
def test_setting_is_named_and_its_remedy_helps(name: str, tmp_path: Path) -> None:
    """The verdict has the setting for its reason; without it the call is checked."""
    project = _PROJECTS[name]
    (tmp_path / ".git").mkdir()  # so that no config above it counts
    _write(tmp_path, project["files"])
    for judgement in _judgements(tmp_path, project["checkers"]):
        assert conclusion(judgement) == project["outcome"], judgement
        reason = next(reason for reason in judgement.reasons if reason.code.startswith("config-"))
        assert str(reason.place or "") == project["place"]
    _write(tmp_path, project["fixed"])
    for judgement in _judgements(tmp_path, project["checkers"]):
        assert conclusion(judgement) == "checked", judgement


def test_setting_that_explains_nothing_is_not_named(tmp_path: Path) -> None:
    """A setting is no reason for what comes of something else."""
    (tmp_path / ".git").mkdir()
    _write(
        tmp_path,
        {
            "mypy.ini": "[mypy]\nfollow_imports = skip\n",
            "app/main.py": (
                "from typing import Any\n"
                "class BackgroundTasks:\n"
                "    def add_task(self, func: Any, *args: Any, **kwargs: Any) -> None: ...\n"
                "def handler(tasks: BackgroundTasks) -> None:\n"
                "    tasks.add_task(print, 1)\n"
            ),
        },
    )
    report = report_on(tmp_path, ["mypy"])
    codes = {reason.code for site in report.calls for j in site.judgements for reason in j.reasons}
    assert "config-imports" not in codes
