"""A lambda whose parameters have defaults is added without arguments.

Subject: lambdas

mypy compares the lambda with the arguments passed (none) and cannot infer it.
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    for name in ("a", "b"):
        tasks.add_task(lambda to=name: send(to, 1))  # E?: untyped-definition
