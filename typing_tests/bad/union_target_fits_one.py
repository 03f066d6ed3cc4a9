"""One of two functions is the target, and only one of them takes the argument.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send_mail(to: str) -> None:
    """Send an email."""


def send_text(to: int) -> None:
    """Send a text message."""


def later(tasks: BackgroundTasks, by_mail: bool) -> None:
    """Send in the background."""
    tasks.add_task(send_mail if by_mail else send_text, "a")  # E: argument-type


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, False)
