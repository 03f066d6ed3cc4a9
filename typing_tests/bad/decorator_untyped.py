"""An untyped decorator hides the signature from checkers that do not infer it.

Subject: decorators

Strict modes reject the decorator itself.
"""

from typed_bg import BackgroundTasks


def logged(func):  # E?: untyped-definition
    """Log each call."""
    return func  # E?: untyped-definition


@logged  # E?: untyped-definition
def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)  # E: unknown-keyword
