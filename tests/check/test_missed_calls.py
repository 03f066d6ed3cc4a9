"""Calls that once escaped the check, or were called checked and were not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.check_command import HEAD, check, write

if TYPE_CHECKING:
    from pathlib import Path

OWN = f"""{HEAD}class Jobs(BackgroundTasks): ...


def good(jobs: Jobs) -> None:
    jobs.add_task(send, "a", 3)
"""


def verdicts(root: Path, checker: str) -> dict[str, str]:
    """Return what a checker does with each call, by file and line."""
    done = check(root, "--format", "json", "--no-cache", checker=checker)
    report: dict[str, Any] = json.loads(done.stdout)
    return {
        f"{site['place']['path']}:{site['place']['line']}": judgement["verdict"]
        for site in report["calls"]
        for judgement in site["judgements"]
    }


@pytest.mark.full
def test_file_that_a_config_leaves_out_though_it_names_the_projects_own_class(
    tmp_path: Path,
) -> None:
    root = write(
        tmp_path,
        {
            "pyproject.toml": '[tool.mypy]\nfiles = ["app"]\n',
            "app/__init__.py": "",
            "app/deps.py": OWN,
            "scripts/run.py": (
                "from app.deps import Jobs, send\n\n\n"
                "def main(jobs: Jobs) -> None:\n    jobs.add_task(send, 1)\n"
            ),
        },
    )
    assert verdicts(root, "mypy") == {"app/deps.py:11": "checked", "scripts/run.py:5": "unchecked"}


@pytest.mark.parametrize("checker", ["ty", "zuban"])
def test_mistake_in_the_receiver_makes_the_call_none_of_another_class(
    checker: str, tmp_path: Path
) -> None:
    code = f"""{HEAD}def make(number: int) -> BackgroundTasks: ...


def later() -> None:
    make("no number").add_task(send, "a", 3)
"""
    root = write(tmp_path, {"app.py": code})
    assert verdicts(root, checker) == {"app.py:11": "checked"}


@pytest.mark.full
def test_mistake_in_the_receiver_is_none_of_the_call(tmp_path: Path) -> None:
    code = f"""from typing import Any

{HEAD}anything: Any = send


def make(number: int) -> BackgroundTasks: ...


def later() -> None:
    make(1, 2).add_task(anything, 1)
"""
    root = write(tmp_path, {"app.py": code})
    assert verdicts(root, "mypy") == {"app.py:16": "unchecked"}


@pytest.mark.parametrize("checker", ["ty", "zuban"])
def test_names_that_another_module_gives_to_the_class(checker: str, tmp_path: Path) -> None:
    code = "from starlette.background import BackgroundTask as Task\n\n\n"
    code += "class Mine(Task): ...\n\n\nAlias = Task\n"
    use = "from tasks import Alias, Mine, Task\n\n\ndef send(to: str) -> None: ...\n\n\n"
    use += 'Task(send, "a")\nMine(send, "a")\nAlias(send, "a")\n'
    root = write(tmp_path, {"tasks.py": code, "use.py": use})
    assert verdicts(root, checker) == dict.fromkeys(("use.py:7", "use.py:8", "use.py:9"), "checked")


@pytest.mark.parametrize(
    ("checker", "verdict"),
    [("mypy", "unchecked"), ("ty", "arity-only"), ("zuban", "arity-only")],  # all lines in mypy
)
def test_comment_on_an_arguments_own_line(checker: str, verdict: str, tmp_path: Path) -> None:
    code = f"""{HEAD}def later(tasks: BackgroundTasks) -> None:
    tasks.add_task(
        send,
        1,  # type: ignore
        3,
    )
"""
    root = write(tmp_path, {"app.py": code})
    assert verdicts(root, checker) == {"app.py:8": verdict}
