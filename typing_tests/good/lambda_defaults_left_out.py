"""A lambda whose parameters have defaults is added alone.

Subject: lambdas

mypy matches the lambda with the arguments that are given, here none, and cannot infer it.
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    for name in ("a", "b"):
        tasks.add_task(lambda to=name: send(to, 1))  # E?: untyped-definition
