"""One function is added for each element.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str, number: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    for number, name in enumerate(["a", "b"]):
        tasks.add_task(send, name, number=number)
