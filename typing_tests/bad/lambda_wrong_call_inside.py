"""The call inside a lambda is wrong.

Subject: lambdas

The lambda itself is callable, so the error only appears when it runs.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda: send(1))  # E: argument-type
