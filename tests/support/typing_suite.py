"""A small suite of snippets for tests of the typing tests' own code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from typing_tests.__main__ import main

if TYPE_CHECKING:
    from typing_tests._snippets import Kind

TYPING_TESTS = Path(__file__).parents[2] / "typing_tests"
RUN = ["--checker", "ty", "--checker", "zuban", "--profile", "default"]
"""The two fastest checkers."""

HEAD = '''\
"""A title.

Subject: a group
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


'''
ADD = 'def main(tasks: BackgroundTasks) -> None:\n    """Add the task."""\n'


def write(folder: Path, kind: Kind, name: str, text: str) -> None:
    """Write a snippet."""
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / f"{name}.py").write_text(text, encoding="utf-8")


def add(folder: Path, kind: Kind, name: str, call: str) -> None:
    """Write a snippet that adds one task."""
    write(folder, kind, name, f"{HEAD}{ADD}    tasks.add_task({call}\n")


def recorded_suite(folder: Path) -> Path:
    """Write a suite of three snippets into a new folder, and record its results."""
    folder.mkdir()
    add(folder, "good", "right", 'send, "a")')
    add(folder, "bad", "missing", "send)  # E: missing-argument")
    add(folder, "bad", "generator", "(i for i in [send]).close)  # E: run-time-only")
    (folder / "rules.toml").write_bytes((TYPING_TESTS / "rules.toml").read_bytes())
    assert main([*RUN, "--accept"], folder) == 0
    return folder
