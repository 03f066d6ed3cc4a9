"""An untyped forwarder names who calls it: for certain, or perhaps where no type is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from support.check_command import HEAD, check, write

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = f"""{HEAD}from typing import Any


class Queue:
    def __init__(self) -> None:
        self.tasks: BackgroundTasks = BackgroundTasks()

    def later(self, func: Any, *args: Any) -> None:
        self.tasks.add_task(func, *args)

    def now(self) -> None:
        self.later(send, "inside")
"""
CALLERS = """\
from typing import Optional

import queues
from elsewhere import Clock, make
from queues import Queue, send
from queues import Queue as Renamed


class Mine(Queue):
    def call(self) -> None:
        self.later(send, "certain")
        super().later(send, "certain")


class Holder:
    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.own = queues.Queue()

    def call(self, maybe: Optional[Queue], other: "Queue | None", renamed: Renamed) -> None:
        self.own.later(send, "certain")
        maybe.later(send, "certain")
        other.later(send, "certain")
        renamed.later(send, "certain")
        Queue().later(send, "certain")
        Queue.later(renamed, send, "certain")
        self.later(send, "no")

    def later(self, *args: object) -> None: ...


def call(unknown, clock: Clock) -> None:
    made = make()
    made.later(send, "possible")
    unknown.later(send, "possible")
    clock.later(send, "possible")
    local = Queue()
    local.later(send, "certain")
"""


def test_callers_of_a_method(tmp_path: Path) -> None:
    """The class is known where it is annotated, made, or the one around."""
    root = write(tmp_path, {"queues.py": QUEUE, "callers.py": CALLERS})
    done = check(root)
    (message,) = re.findall(r"^.*passes its arguments on.*$", done.stdout, re.MULTILINE)
    certain, _, possible = message.partition("; may be called at ")
    assert set(_lines(certain)) == {*_expected("certain"), "queues.py:18"}
    assert set(_lines(possible)) == set(_expected("possible"))


def _lines(text: str) -> list[str]:
    return re.findall(r"\w+\.py:\d+(?=:\d)", text)


def _expected(word: str) -> list[str]:
    lines = enumerate(CALLERS.splitlines(), 1)
    return [f"callers.py:{number}" for number, line in lines if f'"{word}"' in line]


OTHERS = f"""{HEAD}from typing import Any


class Bar:
    def add_task(self, *args: Any) -> None: ...


def advance(bar: Bar, func: Any, *args: Any) -> None:
    bar.add_task(func, *args)


def later(tasks: BackgroundTasks, func: Any, *args: Any) -> None:
    tasks.add_task(func, *args)
"""


def test_a_method_of_another_class_makes_no_forwarder(tmp_path: Path) -> None:
    """Of two functions that hand their arguments on, only one does so to a background task."""
    done = check(write(tmp_path, {"bars.py": OTHERS}), "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    found = [each["message"] for each in findings if each["rule"] == "untyped-forwarder"]
    assert [message.partition("(")[0] for message in found] == ["later"]
