"""A call that returns the function to run.

Subject: called instead of passed
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def sender(to: str) -> Callable[[int], None]:
    """Give a function that sends to one address."""

    def send(copies: int) -> None:
        """Send."""

    return send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(sender("a"), 2)
