"""The call inside a lambda is wrong.

Subject: lambdas

The lambda itself can be called: at run time nothing can know before it is.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda: send(1))  # E: argument-type
