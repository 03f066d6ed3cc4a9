"""A target that is called in place of being passed is found, and the fix helps."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Report

_SOURCE = """\
from collections.abc import Callable
from functools import partial
from typing import Any
from starlette.background import BackgroundTask, BackgroundTasks
from mail import other
def send(to: str, n: int = 0) -> None: ...
async def asend(to: str) -> None: ...
def count(to: str) -> int: return 1
def make(to: str) -> Callable[[], None]: return lambda: send(to)
class Mail:
    def __call__(self) -> None: ...
    def send(self, to: str) -> None: ...
def run(tasks: BackgroundTasks, background_tasks: Any, mail: Mail, to: str) -> None:
    tasks.add_task(send(to))  #! send, to
    tasks.add_task(send(to, n=1))  #! send, to, n=1
    tasks.add_task(asend(to))  #! asend, to
    tasks.add_task(count(to))  #! count, to
    tasks.add_task(mail.send(to))  #! mail.send, to
    tasks.add_task(other(to))  #! other, to
    background_tasks.add_task(send(to))  #! send, to
    BackgroundTask(send(
        to,
    ))  #! send, to
    tasks.add_task(make(to))
    tasks.add_task(Mail())
    tasks.add_task(partial(send, to))
    tasks.add_task(lambda: send(to))
    tasks.add_task(send, to)
"""
_OTHER = "def other(to: str) -> None: ...\n"
_CALL = re.compile(r"(add_task|BackgroundTask)\((.*?)\(.*\)\)(  #! (.*))")


def _report(root: Path, source: str) -> Report:
    root.mkdir()
    (root / "app.py").write_text(source, "utf-8")
    (root / "mail.py").write_text(_OTHER, "utf-8")
    (root / "pyproject.toml").write_text('[tool.pyrefly]\npreset = "default"\n', "utf-8")
    settings = Settings(checkers=tuple(CHECKERS), python=sys.executable)
    report = check_project(Request((root,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    return report


@pytest.mark.full
def test_a_called_target_is_found_and_its_fix_helps(tmp_path: Path) -> None:
    lines = _SOURCE.splitlines()
    wrong = {
        number: line.partition("#! ")[2] for number, line in enumerate(lines, 1) if "#! " in line
    }
    report = _report(tmp_path / "wrong", _SOURCE)
    found = {
        finding.place.end_line: finding.reasons[0].fix.split("`")[1]
        for finding in report.findings
        if finding.rule == "called-target"
    }
    assert found == wrong
    assert {finding.rule for finding in report.findings} <= {
        *("called-target", "checked-directly", "unchecked-call"),
    }
    joined = re.sub(r"send\(\n +to,\n +\)", "send(to)", _SOURCE)
    fixed = _CALL.sub(r"\1(\4)", joined)
    assert fixed.count("#!") == 0
    report = _report(tmp_path / "right", fixed)
    assert not [finding for finding in report.findings if finding.level == "error"]
