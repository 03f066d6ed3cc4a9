"""An error about a call whose receiver is a call, a subscript or awaited is one about that call.

The column of a missing argument is that of the receiver's first character, so it was taken for an
error of the receiver, and the wrong call was not reported.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.check_command import check, write

from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from starlette.background import BackgroundTasks


def send(to: str, retries: int) -> None: ...
def none() -> BackgroundTasks: return BackgroundTasks()
def one(name: str) -> BackgroundTasks: return BackgroundTasks()
async def later() -> BackgroundTasks: return BackgroundTasks()


class App:
    def tasks(self) -> BackgroundTasks: return BackgroundTasks()


async def view(app: App, given: BackgroundTasks, many: list[BackgroundTasks]) -> None:
"""
WRONG = (
    "given.add_task(send)",
    "none().add_task(send)",
    'none().add_task(send, "a")',
    'none().add_task(send, "a", 1, 2)',
    "app.tasks().add_task(send)",
    "many[0].add_task(send)",
    "[none()][0].add_task(send)",
    "(await later()).add_task(send)",
    "(none()).add_task(send)",
    "(none().add_task(send))",
    "(\n        none()\n        .add_task(send)\n    )",
    "none(\n    ).add_task(\n        send,\n    )",
    "(tasks := none()).add_task(send)",
    "print(none().add_task(send))",
    'one("a").add_task(send)',
)
# The mistake is in another call: the receiver's, or that of an argument.
RIGHT = (
    'one().add_task(send, "a", 1)',
    'none(1).add_task(send, "a", 1)',
    'none().add_task(send, str(nope="a"), 1)',
)


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_wrong_calls_are_reported_by_each_checker(checker: str, tmp_path: Path) -> None:
    files = {"pyrefly.toml": 'preset = "default"\n'}
    for name, calls in (("wrong", WRONG), ("right", RIGHT)):
        for number, call in enumerate(calls):
            files[f"{name}_{number}.py"] = f"{HEAD}    {call}\n"
    done = check(write(tmp_path, files), "--no-cache", "--format", "json", checker=checker)
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads(done.stdout)
    found = {
        place["path"].removesuffix(".py")
        for finding in report["findings"]
        if finding["rule"] == "wrong-argument"
        for place in (finding["place"], *(call["place"] for call in finding["calls"]))
    }
    missed = [call for number, call in enumerate(WRONG) if f"wrong_{number}" not in found]
    blamed = [call for number, call in enumerate(RIGHT) if f"right_{number}" in found]
    assert (missed, blamed) == ([], [])
