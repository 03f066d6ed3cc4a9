"""The benchmark of planted faults plants what it says, into the calls that it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.planted.calls import calls_of
from benchmarks.planted.faults import KINDS, extra, missing, planted, wrong_type
from benchmarks.planted.signatures import decidable

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.planted.calls import Call
    from benchmarks.planted.faults import Kind

_TEXT = """\
from typing import Any
from starlette.background import BackgroundTask, BackgroundTasks
from missing import Mail
def send(to: str, n: int = 0) -> None: ...
def anything(to, **options): ...
class Service:
    def run(self, background_tasks: BackgroundTasks, progress, hook, mail: Mail, to: str):
        progress.add_task("text")
        background_tasks.add_task(send, to)
        background_tasks.add_task(
            self.own,
            to,  # a comment, with a comma
            [1, 2],
        )
        background_tasks.add_task(send, to, n=3)
        background_tasks.add_task(anything, to)
        background_tasks.add_task(hook, to)
        background_tasks.add_task(mail.send, to)
        for each in [send]:
            background_tasks.add_task(each, to)
        return BackgroundTask(lambda: send(to))
    def own(self, to: Any, rows: list[int]) -> None: ...
"""
_LINES = (9, 10, 15, 16, 17, 18, 20, 21)


@pytest.fixture
def calls(tmp_path: Path) -> dict[int, Call]:
    (tmp_path / "app.py").write_text(_TEXT, encoding="utf-8")
    return {call.place[0]: call for call in calls_of(tmp_path / "app.py")}


def test_the_calls_are_those_of_collections(calls: dict[int, Call]) -> None:
    assert tuple(calls) == _LINES


@pytest.mark.parametrize(
    ("kind", "lines"),
    [("extra", {9, 10, 15, 21}), ("missing", {9, 10, 15, 16}), ("wrong type", {9, 10, 15})],
)
def test_only_faults_that_can_be_decided_count(
    calls: dict[int, Call], kind: Kind, lines: set[int]
) -> None:
    reasons = {line: decidable(call, kind, {"starlette"}).reason for line, call in calls.items()}
    assert {line for line, reason in reasons.items() if not reason} == lines
    assert reasons[17] == "the target is a parameter without a type"
    assert reasons[18] == "the target is from a package that is not installed"
    assert reasons[20] == "the target is an item of a list"


def test_a_fault_is_one_change(calls: dict[int, Call]) -> None:
    texts: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for call in (calls[9], calls[10], calls[15]):
        value = decidable(call, "wrong type", {"starlette"}).value
        assert value is not None
        edits = {
            "extra": extra(call),
            "missing": missing(call),
            "wrong type": wrong_type(call, value),
        }
        for kind in KINDS:
            changed = planted(call.module, [edits[kind]]).decode()
            texts[kind].append(changed)
    assert "add_task(send, to, planted_wrong=1)" in texts["extra"][0]
    assert "            [1, 2],\n        planted_wrong=1)" in texts["extra"][1]
    assert "add_task(send, to, n=3, planted_wrong=1)" in texts["extra"][2]
    assert "add_task(send)" in texts["missing"][0]
    assert "            to,\n        )" in texts["missing"][1]
    assert "add_task(send, n=3)" in texts["missing"][2]
    assert "add_task(send, object())" in texts["wrong type"][0]
    assert "            object(),\n        )" in texts["wrong type"][1]
