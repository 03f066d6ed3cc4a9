"""A decorator with typed parameter and an inferred return.

Subject: decorators

mypy and ty give the decorated function an unknown type; strict modes object to the decorator.
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def logged(func: Callable[[str], None]):  # E?: untyped-definition
    """Log each call."""

    def wrapper(to: str) -> None:
        func(to)

    return wrapper


@logged  # E?: untyped-definition
def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, 1)  # E: argument-type
