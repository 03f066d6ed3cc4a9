"""A task whose parameters are called as the options are.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(name: str, key: str, timeout: float) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)(name="a", key="b", timeout=1.5)
