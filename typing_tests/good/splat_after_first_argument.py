"""A tuple that is unpacked after another argument.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    rest: tuple[str, int] = ("hello", 2)
    tasks.add_task(send, "a", *rest)
