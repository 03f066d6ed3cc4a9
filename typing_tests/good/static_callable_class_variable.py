"""A function stored in a dict and in a ClassVar.

Subject: callable objects
"""

from collections.abc import Callable
from typing import ClassVar

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class Registry:
    """A registry."""

    handlers: ClassVar[dict[str, Callable[[str], None]]] = {"send": send}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Registry.handlers["send"], "a")
