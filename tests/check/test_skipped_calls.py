"""A call that only looks like a background task is skipped, and the report says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.check_command import GOOD, check, write

from typed_bg.check.results.exit_code import COULD_NOT_CHECK

if TYPE_CHECKING:
    from pathlib import Path

# mypy takes every import for Any, and `later` is what its name does not tell.
SKIP = "[mypy]\nfollow_imports = skip\n"
TASKS = """\
from fastapi import BackgroundTasks

class Tasks(BackgroundTasks): ...
"""
CALLER = """\
from app.{module} import {name}


def send(to: str) -> None: ...


def call(queue: {annotation}) -> None:
    {receiver}.add_task(send, "a")
"""


def _report(root: Path, *options: str, checker: str = "mypy") -> dict[str, Any]:
    done = check(root, "--no-cache", "--format", "json", *options, checker=checker)
    assert done.returncode != COULD_NOT_CHECK, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _project(root: Path, caller: str, **modules: str) -> Path:
    files = {f"app/{name}.py": text for name, text in modules.items()}
    return write(root, {"mypy.ini": SKIP, "app/__init__.py": "", "app/caller.py": caller, **files})


@pytest.mark.full
@pytest.mark.parametrize(
    ("module", "name", "annotation", "receiver", "modules"),
    [
        ("tasks", "Tasks", "Tasks", "queue", {"tasks": TASKS}),
        (
            "deps",
            "Queue",
            "Queue",
            "queue",
            {"deps": "from app.tasks import Tasks\nQueue = Tasks\n", "tasks": TASKS},
        ),
        (
            "deps",
            "Queue",
            "Queue",
            "queue",
            {"deps": "from fastapi import BackgroundTasks as Queue\n"},
        ),
        (
            "deps",
            "Queue",
            "Queue",
            "queue",
            {
                "deps": "from typing import Annotated\n\nfrom fastapi import Depends\n\n"
                "from app.tasks import Tasks\n\nQueue = Annotated[Tasks, Depends()]\n",
                "tasks": TASKS,
            },
        ),
        (
            "tasks",
            "queue_of",
            "object",
            "queue_of()",
            {"tasks": f"{TASKS}def queue_of() -> Tasks: ..."},
        ),
        (
            "tasks",
            "queue_of",
            "object",
            "queue_of()",
            {"tasks": f"{TASKS}def queue_of():\n    return Tasks()\n"},
        ),
        ("tasks", "pile", "object", "pile", {"tasks": f"{TASKS}pile = Tasks()\n"}),
    ],
)
def test_what_the_project_itself_calls_a_collection(  # noqa: PLR0913, PLR0917  # as pytest has it
    module: str, name: str, annotation: str, receiver: str, modules: dict[str, str], tmp_path: Path
) -> None:
    """A module that names only the project's own collection hides no call."""
    caller = CALLER.format(module=module, name=name, annotation=annotation, receiver=receiver)
    report = _report(_project(tmp_path, caller, **modules))
    assert [(site["place"]["line"], site["callee"]) for site in report["calls"]] == [
        (8, f"{receiver}.add_task")
    ]
    assert report["skipped_calls"] == []


def test_a_module_as_the_way_to_the_collection(tmp_path: Path) -> None:
    caller = CALLER.format(module="x", name="x", annotation="t.Tasks", receiver="queue")
    caller = caller.replace("from app.x import x", "import app.tasks as t")
    assert len(_report(_project(tmp_path, caller, tasks=TASKS))["calls"]) == 1


@pytest.mark.full
def test_a_receiver_that_nothing_tells_of_is_said(tmp_path: Path) -> None:
    """It may be a background task: its place is named, in every report for people."""
    caller = CALLER.format(module="pool", name="Pool", annotation="Pool", receiver="queue")
    root = _project(tmp_path, caller, pool="from typing import Any as Pool\n", good=GOOD)
    report = _report(root)
    assert [site["place"]["path"] for site in report["calls"]] == ["app/good.py"]
    (left_out,) = report["skipped_calls"]
    assert left_out == {
        "place": {"path": "app/caller.py", "line": 8, "column": 5, "end_line": 8, "end_column": 30},
        "callee": "queue.add_task",
        "why": "unknown-receiver",
        "type": None,
    }
    done = check(root, "--no-cache", checker="mypy")
    assert "1 call skipped" in done.stdout
    assert "annotate the receiver" in done.stdout
    assert "app/caller.py:8:5 (`queue.add_task`)" in done.stdout
    for form in ("github", "sarif", "html"):
        said = check(root, "--no-cache", "--format", form, checker="mypy").stdout
        assert "queue.add_task" in said, form


def test_a_class_that_is_known_beside_a_collection_that_is_not(tmp_path: Path) -> None:
    """A checker for which the collection is Any rejects nothing; another class is still skipped."""
    caller = CALLER.format(module="pool", name="Pool", annotation="Pool", receiver="queue")
    root = _project(tmp_path, caller, pool="class Pool: ...\n", good=GOOD)
    report = _report(root)
    assert [site["place"]["path"] for site in report["calls"]] == ["app/good.py"]
    assert [skipped["type"] for skipped in report["skipped_calls"]] == ["app.pool.Pool"]


PROGRESS = """\
from rich.progress import Progress


def show(bar: Progress) -> None:
    bar.add_task("a")
    bar.add_task("b")


class BackgroundTask:
    def __init__(self, func: object) -> None: ...


BackgroundTask(show)
"""


@pytest.mark.parametrize("checker", ["mypy", "pyright", "ty", "zuban"])
def test_another_class_is_named(checker: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"good.py": GOOD, "show.py": PROGRESS})
    report = _report(root, checker=checker)
    assert [
        (skipped["place"]["line"], skipped["why"], skipped["type"].rpartition(".")[2].rstrip("]'>"))
        for skipped in report["skipped_calls"]
        if skipped["callee"] == "bar.add_task"
    ] == [(5, "another-class", "Progress"), (6, "another-class", "Progress")]
    assert [skipped["why"] for skipped in report["skipped_calls"]] == ["another-class"] * 3
    done = check(root, "--no-cache", checker=checker)
    assert "3 calls skipped: 3 on another class (" in done.stdout
    assert "Progress" in done.stdout
    assert "show.py:5" not in done.stdout
