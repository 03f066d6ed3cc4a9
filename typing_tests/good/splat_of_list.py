"""A list that is unpacked for `*args`.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(*to: str) -> None:
    """Send emails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    names: list[str] = ["a", "b"]
    tasks.add_task(send, *names)
    tasks.add_task(send, "c", *names)
