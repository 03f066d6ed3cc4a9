"""A lambda that takes the task's arguments.

Subject: lambdas

pyright's strict mode misses the type of `to`, which a lambda cannot annotate.
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda to: send(to, 1), "a")  # E?: untyped-definition
