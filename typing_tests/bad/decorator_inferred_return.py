"""A decorator with a typed parameter and an inferred return type.

Subject: decorators

mypy and ty infer an unknown type, and strict modes reject the decorator.
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
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, 1)  # E: argument-type
