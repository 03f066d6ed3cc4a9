"""An untyped decorator whose wrapper takes any arguments.

Subject: decorators

At run time the wrapper accepts anything, and only its own call of `func` fails.
"""

from typed_bg import BackgroundTasks


def logged(func):  # E?: untyped-definition
    """Log each call."""

    def wrapper(*args, **kwargs):  # E?: untyped-definition
        return func(*args, **kwargs)  # E?: untyped-definition

    return wrapper  # E?: untyped-definition


@logged  # E?: untyped-definition
def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)  # E: unknown-keyword
