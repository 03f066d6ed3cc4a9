"""Context.run passes on an argument of the wrong type.

Subject: standard library

pyrefly accepts any arguments if the target has its own ParamSpec.
"""

from contextvars import copy_context

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(copy_context().run, send, "a", copies="2")  # E: argument-type
