"""A lambda that takes the task's arguments.

Subject: lambdas

pyright's strict mode asks for the type of `to`, but a lambda cannot have annotations.
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda to: send(to, 1), "a")  # E?: untyped-definition
