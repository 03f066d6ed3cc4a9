"""A call that only looks like a background task is not one, even if no checker says so."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from support.check_command import GOOD, check, write

if TYPE_CHECKING:
    from pathlib import Path

MODELS = """\
from typing import Any

from starlette.background import BackgroundTask as Real


class BackgroundTask:
    def __init__(self, func: Any, *args: Any, **kwargs: Any) -> None: ...


class Queue:
    def add_task(self, func: Any, *args: Any, **kwargs: Any) -> None: ...


class Derived(Real): ...
"""
CALLS = """\
from dataclasses import dataclass

import models
from again import BackgroundTask as Again
from models import BackgroundTask as Other
from models import Derived, Queue
from rich.progress import Progress
from starlette.background import BackgroundTasks
from starlette.background import BackgroundTask as Real


@dataclass
class BackgroundTask:
    name: object
    count: int = 0


def work(number: int) -> None: ...


def call(progress: Progress, tasks: BackgroundTasks, queue: "Queue | None") -> None:
    progress.add_task("none", total=1)IGNORE
    BackgroundTask(work, 1)IGNORE
    Other(work, 1)IGNORE
    Again(work, 1)IGNORE
    models.BackgroundTask(work, 1)IGNORE
    Queue().add_task(work, 1)IGNORE
    queue.add_task(work, 1)IGNORE
    own = Queue()
    own.add_task(work, 1)IGNORE
    with Progress() as shown:
        shown.add_task(work, total=1)IGNORE
    tasks.add_task(work, 2)IGNORE
    BackgroundTasks().add_task(work, 2)IGNORE
    Real(work, 2)IGNORE
    Derived(work, 2)IGNORE
    models.Derived(work, 2)IGNORE
    with BackgroundTasks() as entered:
        entered.add_task(work, 2)IGNORE


class Mine:
    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: BackgroundTasks = BackgroundTasks()

    def call(self) -> None:
        self.progress.add_task(work, total=1)IGNORE
        self.tasks.add_task(work, 2)IGNORE
"""


@pytest.mark.parametrize(
    ("checker", "ignore"),
    [
        *((name, "  # type: ignore") for name in ("mypy", "pyright", "ty", "zuban", "pyrefly")),
        ("basedpyright", "  # pyright: ignore"),
        ("pyrefly", ""),  # whose preset reveals no types
        ("mypy", None),  # which looks into no function without annotations
    ],
)
def test_source_tells_what_no_checker_says(
    tmp_path: Path, checker: str, ignore: str | None
) -> None:
    calls = CALLS.replace("IGNORE", ignore or "")
    if ignore is None:
        head = (
            'def call(progress: Progress, tasks: BackgroundTasks, queue: "Queue | None") -> None:'
        )
        calls = calls.replace(head, "def call(progress, tasks, queue):").replace(") -> None:", "):")
        calls = calls.replace("def work(number: int):", "def work(number: int) -> None:")
    root = write(
        tmp_path,
        {"app.py": calls, "models.py": MODELS, "again.py": "from models import BackgroundTask\n"},
    )
    done = check(root, "--format", "json", "--no-cache", checker=checker)
    report = json.loads(done.stdout)
    lines = [site["place"]["line"] for site in report["calls"] if site["place"]["path"] == "app.py"]
    expected = [number for number, line in enumerate(calls.splitlines(), 1) if "work, 2" in line]
    if ignore is None:  # of parameters that have no type, nothing is known
        unknown = [n for n, line in enumerate(calls.splitlines(), 1) if "    progress.add" in line]
        unknown += [n for n, line in enumerate(calls.splitlines(), 1) if "    queue.add" in line]
        lines = [line for line in lines if line not in unknown]
    assert lines == expected


_UNTYPED_BASE = """\
from typing import Any

from starlette.background import BackgroundTask as Real


def declarative_base() -> Any: ...


Base = declarative_base()


class BackgroundTask(Base): ...


Alias = Real


class Middle(Alias): ...
"""
_DERIVED = """\
from tables import Middle


class Derived(Middle): ...
"""
_UNKNOWN = """\
from fastapi import BackgroundTasks
from missing_pool import TasksPool
from missing_jobs import TrackedBackgroundTasks
from derived import Derived
from tables import BackgroundTask


def work(number: int) -> None: ...


def call(tasks: BackgroundTasks) -> None:
    pool = TasksPool()
    pool.add_task(work(1))
    BackgroundTask(name="a", state="b")
    tasks.add_task(work, 2)
    Derived(work, 2)
    tracked = TrackedBackgroundTasks()
    tracked.add_task(work, 2)
"""


_OURS = """\
from typing import Any

from starlette.background import BackgroundTasks as Base


def annotated() -> type[Base]:
    return Base


def unannotated():
    return Base


def with_metaclass(meta: type, base: type) -> Any:
    return base


Made = unannotated()
Chosen = Base if annotated() else object
Written: type[Base] = Base
"""
_UNKNOWN_BASES = {
    "call": "from elsewhere import make\nclass BackgroundTasks(make()): ...\n",
    "item": "from elsewhere import make\nA = make()\nclass BackgroundTasks(A[0]): ...\n",
    "unpacked": "from elsewhere import make\nA, B = make()\nclass BackgroundTasks(A): ...\n",
    "star import": "from elsewhere import *\nclass BackgroundTasks(Base): ...\n",
}
_ADD = """\


def work(number: int) -> None: ...


def call() -> None:
    BackgroundTasks().add_task(work, 1)
"""


@pytest.mark.full
@pytest.mark.parametrize(
    "base",
    [
        *("bases.annotated()", "bases.unannotated()", "bases.with_metaclass(type, bases.Base)"),
        *("bases.Made", "bases.Chosen", "bases.Written", "bases.Base"),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_base_that_the_project_makes_of_the_collection(
    base: str, tmp_path: Path, *, whole: bool
) -> None:
    """The class is no other one, whatever the checkers make of its base."""
    head = "import bases\n"
    if not whole:
        names = sorted(set(re.findall(r"bases\.(\w+)", base)))
        head = f"from bases import {', '.join(names)}\n"
        base = base.replace("bases.", "")
    code = f"{head}class BackgroundTasks({base}): ...\n{_ADD}"
    root = write(tmp_path, {"app.py": code, "bases.py": _OURS})
    report = json.loads(check(root, "--format", "json", "--no-cache", checker="ty").stdout)
    assert [site["callee"] for site in report["calls"]] == ["BackgroundTasks().add_task"]
    assert report["skipped_calls"] == []


@pytest.mark.parametrize("name", _UNKNOWN_BASES)
def test_a_class_with_an_unknown_base_is_left_out_by_name(name: str, tmp_path: Path) -> None:
    """It may be a collection: the report says where it is, and what to do."""
    root = write(tmp_path, {"app.py": _UNKNOWN_BASES[name] + _ADD, "good.py": GOOD})
    done = check(root, "--no-cache", checker="ty")
    line = len((_UNKNOWN_BASES[name] + _ADD).splitlines())
    assert "annotate the receiver" in done.stdout
    assert f"app.py:{line}:5 (`BackgroundTasks().add_task`)" in done.stdout
    assert "1 call skipped: 1 on a receiver" in done.stdout


@pytest.mark.parametrize("checker", ["ty", "mypy"])
def test_the_class_that_a_receiver_is_made_of_says_what_it_is(tmp_path: Path, checker: str) -> None:
    """Where the class is unresolved, by its name; where a base of it is untyped, by its bases."""
    root = write(tmp_path, {"app.py": _UNKNOWN, "tables.py": _UNTYPED_BASE, "derived.py": _DERIVED})
    report = json.loads(check(root, "--format", "json", "--no-cache", checker=checker).stdout)
    lines = [site["place"]["line"] for site in report["calls"]]
    assert lines == [n for n, line in enumerate(_UNKNOWN.splitlines(), 1) if "work, 2" in line]
    assert {finding["rule"] for finding in report["findings"]} <= {
        "unchecked-call",
        "checked-directly",
    }


_OWN_METHOD = """\
from missing_runner import Runner
from starlette.background import BackgroundTasks


def work(number: int) -> None: ...


class Base(Runner):
    def add_task(self, current: object, new: object) -> None: ...

    def run(self) -> None:
        self.add_task(work, work(1))


class Module(Base):
    def run(self) -> None:
        self.add_task(work, work(1))


class Tasks(BackgroundTasks):
    def run(self) -> None:
        self.add_task(work, 2)
"""


@pytest.mark.parametrize("checker", ["ty", "mypy"])
def test_a_method_of_the_same_name_is_the_classes_own(tmp_path: Path, checker: str) -> None:
    """Although a base of the class is unresolved, and could be anything."""
    root = write(tmp_path, {"app.py": _OWN_METHOD})
    report = json.loads(check(root, "--format", "json", "--no-cache", checker=checker).stdout)
    lines = [site["place"]["line"] for site in report["calls"]]
    assert lines == [n for n, line in enumerate(_OWN_METHOD.splitlines(), 1) if "work, 2" in line]


_OF_OTHERS = """\
import contextvars
import threading
from missing_chains import Chain


def send(to: str) -> None: ...


class Worker(threading.Thread):
    def __init__(self, name: str, queue: str) -> None:
        super().__init__(None, send, name, args=(queue,))


class Logged(Worker):
    def __init__(self, name: str, queue: str) -> None:
        super().__init__(name, queue)


def ask(answer: str, chain: bool) -> None:
    found = None
    if chain:
        found = Chain(answer)
    found.run(answer)
    contextvars.copy_context().run(send, answer)
"""


@pytest.mark.parametrize("checker", ["ty", "mypy"])
def test_calls_that_only_look_like_those_of_a_family(tmp_path: Path, checker: str) -> None:
    """One calls the constructor of a class between. The other is of an unresolved class or None."""
    root = write(tmp_path, {"app.py": _OF_OTHERS})
    options = ("--family", "threads", "--family", "callbacks", "--format", "json", "--no-cache")
    report = json.loads(check(root, *options, checker=checker).stdout)
    assert [site["callee"] for site in report["calls"]] == [
        "super().__init__",
        "contextvars.copy_context().run",
    ]
    assert [site["place"]["line"] for site in report["calls"]] == [11, 24]
