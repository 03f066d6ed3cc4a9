"""A parameter whose annotation has metadata.

Subject: values
"""

from typing import Annotated

from typed_bg import BackgroundTasks


def send(to: Annotated[str, "an address"], copies: Annotated[int, "at least 1"] = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)
